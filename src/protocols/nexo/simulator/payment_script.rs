//! The scenario table of DESIGN section 6, as steps of a nexo terminal.

use std::collections::VecDeque;

use super::receipts::Verification;
use super::texts::Text;
use crate::protocols::nexo::messages::ErrorCondition;
use crate::protocols::simulator::{Charge, Scenario};

/// What the terminal does next. Waits are in milliseconds of cardholder's and host's time, before `speed` divides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Enter(Phase),
    Show(Text),
    /// `CardInserted`, `CardRemoved`.
    Notify(&'static str),
    Pause(u64),
    /// The host decides; an approval moves money and is stored.
    Authorize(Decision),
    AskSignature,
    /// Ends without money.
    Fail(ErrorCondition, &'static str),
    /// The host takes the last payment back.
    Reverse,
    Answer(Manner),
    /// An update waits from now on.
    WantMaintenance,
}

/// Sub-state of a running payment (section 10): it decides what an abort does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    AwaitCard,
    /// The same, but an abort comes to nothing (scenarios 65 and 66).
    AwaitCardDeafly,
    Pin,
    Authorizing,
    Signature,
    Finishing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve(Charge),
    /// With the host's code, and whether the merchant's copy comes too.
    Decline(&'static str, bool),
}

/// How the response reaches the till, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Plainly,
    /// The line drops instead.
    Cut,
    /// The line drops, and no question finds the payment any more.
    CutForGood,
    /// The line stays open and silent.
    Never,
    /// Another sale's response comes instead.
    Foreign,
    /// With strangers, comments and spelling variants, byte by byte.
    Oddly,
}

/// How the card is read and verified in a scenario.
pub fn verification(scenario: Scenario) -> Verification {
    match scenario {
        Scenario::Signature => Verification::ChipAndSignature,
        Scenario::Contactless
        | Scenario::CancelAcknowledgedApproved
        | Scenario::CancelRefusedApproved
        | Scenario::Slow => Verification::Contactless,
        _ => Verification::ChipAndPin,
    }
}

/// The steps of a payment. `asks_cashier`: full integration with `CashierInput`.
pub fn payment(scenario: Scenario, asks_cashier: bool) -> VecDeque<Step> {
    let mut script = Script::default();
    match scenario {
        Scenario::ChipAndPin => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Plainly),
        Scenario::Contactless => script.contactless(1500).approve(Charge::AsAsked).answer(Manner::Plainly),
        Scenario::Decline => script.chip_and_pin().decline("05", false).answer(Manner::Plainly),
        Scenario::DeclineForFunds => script.chip_and_pin().decline("51", true).answer(Manner::Plainly),
        Scenario::CustomerCancels => script.nobody(1500, "Customer pressed stop"),
        Scenario::NobodyPresentsCard => script.nobody(30_000, "Timeout"),
        Scenario::WaitsUntilCancelled => script.nobody(900_000, "Timeout"),
        Scenario::Signature => script.signature(asks_cashier),
        Scenario::ApprovesHalf => script.chip_and_pin().approve(Charge::Half).answer(Manner::Plainly),
        Scenario::AddsTip => script.chip_and_pin().approve(Charge::WithTip).answer(Manner::Plainly),
        Scenario::AddsSurcharge => script.chip_and_pin().approve(Charge::WithFees).answer(Manner::Plainly),
        Scenario::LineDropsApproved => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Cut),
        Scenario::LineDropsDeclined => script.chip_and_pin().decline("05", false).answer(Manner::Cut),
        Scenario::LineDropsBeforeRequest | Scenario::Busy => {}
        Scenario::NeverAnswersApproved => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Never),
        Scenario::CancelAcknowledgedApproved | Scenario::CancelRefusedApproved => {
            script.deaf(4000).approve(Charge::AsAsked).answer(Manner::Plainly);
        }
        Scenario::NotReady => script.fail(ErrorCondition::UnavailableDevice, "Out of paper"),
        Scenario::HostUnreachable => {
            script.chip_and_pin().fail(ErrorCondition::UnreachableHost, "No connection to the acquirer");
        }
        Scenario::Slow => script.slow().approve(Charge::AsAsked).answer(Manner::Plainly),
        Scenario::ForeignAnswerFirst => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Foreign),
        Scenario::OddSpelling => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Oddly),
        Scenario::LostForGood => script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::CutForGood),
        Scenario::AsksForMaintenance => {
            script.chip_and_pin().approve(Charge::AsAsked).answer(Manner::Plainly);
            script.step(Step::WantMaintenance);
        }
    }
    script.steps
}

/// The steps of a reversal (5.4).
pub fn reversal() -> VecDeque<Step> {
    let steps = [
        Step::Enter(Phase::Authorizing),
        Step::Show(Text::Authorizing),
        Step::Pause(1000),
        Step::Reverse,
        Step::Answer(Manner::Plainly),
    ];
    steps.into()
}

/// What is left of a payment that was aborted in time.
pub fn aborted(phase: Phase) -> VecDeque<Step> {
    let mut script = Script { card_inserted: phase == Phase::Pin, ..Script::default() };
    script.step(Step::Show(Text::Cancelled)).fail(ErrorCondition::Aborted, "Aborted by the sale system");
    script.steps
}

/// The cashier took the signature, or did not, or said nothing.
pub fn after_signature(confirmed: Option<bool>) -> VecDeque<Step> {
    let mut script = Script { card_inserted: true, ..Script::default() };
    match confirmed {
        Some(true) => script.step(Step::Show(Text::Approved)).answer(Manner::Plainly),
        Some(false) => {
            script.step(Step::Show(Text::Declined)).step(Step::Reverse);
            script.fail(ErrorCondition::Refusal, "signature rejected");
        }
        None => {
            script.step(Step::Show(Text::Cancelled)).step(Step::Reverse);
            script.fail(ErrorCondition::Cancel, "no answer about the signature");
        }
    }
    script.steps
}

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    card_inserted: bool,
}

impl Script {
    fn step(&mut self, step: Step) -> &mut Self {
        self.steps.push_back(step);
        self
    }

    fn present_card(&mut self, phase: Phase, wait: u64) -> &mut Self {
        self.step(Step::Enter(phase)).step(Step::Show(Text::PresentCard)).step(Step::Pause(wait))
    }

    fn insert_card(&mut self) -> &mut Self {
        self.card_inserted = true;
        self.present_card(Phase::AwaitCard, 1500).step(Step::Notify("CardInserted"))
    }

    fn authorize(&mut self) -> &mut Self {
        self.step(Step::Enter(Phase::Authorizing)).step(Step::Show(Text::Authorizing)).step(Step::Pause(1000))
    }

    fn chip_and_pin(&mut self) -> &mut Self {
        self.insert_card().step(Step::Enter(Phase::Pin)).step(Step::Show(Text::EnterPin(0)));
        for stars in 1..=4 {
            self.step(Step::Pause(400)).step(Step::Show(Text::EnterPin(stars)));
        }
        self.step(Step::Pause(400)).authorize()
    }

    fn contactless(&mut self, wait: u64) -> &mut Self {
        self.present_card(Phase::AwaitCard, wait).authorize()
    }

    fn deaf(&mut self, wait: u64) -> &mut Self {
        self.present_card(Phase::AwaitCardDeafly, wait).authorize()
    }

    /// Sixty seconds in all, with something on the display every five.
    fn slow(&mut self) -> &mut Self {
        self.present_card(Phase::AwaitCard, 5000).step(Step::Enter(Phase::Authorizing));
        for turn in 0..11 {
            let text = if turn % 2 == 0 { Text::Authorizing } else { Text::Wait };
            self.step(Step::Show(text)).step(Step::Pause(5000));
        }
        self
    }

    fn nobody(&mut self, wait: u64, why: &'static str) {
        self.present_card(Phase::AwaitCard, wait).step(Step::Show(Text::Cancelled)).fail(ErrorCondition::Cancel, why);
    }

    fn signature(&mut self, asks_cashier: bool) {
        self.insert_card().authorize().step(Step::Authorize(Decision::Approve(Charge::AsAsked)));
        if asks_cashier {
            self.step(Step::Enter(Phase::Signature)).step(Step::AskSignature);
        } else {
            self.step(Step::Show(Text::Approved)).answer(Manner::Plainly);
        }
    }

    fn approve(&mut self, charge: Charge) -> &mut Self {
        self.step(Step::Authorize(Decision::Approve(charge)))
            .step(Step::Enter(Phase::Finishing))
            .step(Step::Show(Text::Approved))
    }

    fn decline(&mut self, code: &'static str, both: bool) -> &mut Self {
        self.step(Step::Authorize(Decision::Decline(code, both)))
            .step(Step::Enter(Phase::Finishing))
            .step(Step::Show(Text::Declined))
    }

    fn fail(&mut self, condition: ErrorCondition, why: &'static str) {
        self.step(Step::Fail(condition, why)).answer(Manner::Plainly);
    }

    fn answer(&mut self, manner: Manner) {
        if std::mem::take(&mut self.card_inserted) {
            self.step(Step::Notify("CardRemoved"));
        }
        self.step(Step::Answer(manner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slow_scenario_takes_sixty_seconds() {
        let pauses = payment(Scenario::Slow, true).into_iter().map(|step| match step {
            Step::Pause(wait) => wait,
            _ => 0,
        });
        assert_eq!(pauses.sum::<u64>(), 60_000);
    }

    #[test]
    fn every_scenario_that_starts_ends_with_an_answer_or_a_question() {
        for (_, scenario) in Scenario::TABLE {
            let script = payment(scenario, true);
            let ends = |step: &Step| matches!(step, Step::Answer(_) | Step::AskSignature);
            let starts = !matches!(scenario, Scenario::Busy | Scenario::LineDropsBeforeRequest);
            assert_eq!(script.iter().any(ends), starts, "{scenario:?}");
        }
    }
}
