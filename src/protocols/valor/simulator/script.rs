//! The scenario table of DESIGN section 6, as steps of a Valor terminal.

use std::collections::VecDeque;

use crate::protocols::simulator::{Charge, Scenario};
use crate::protocols::valor::messages::text;

/// What the terminal does next. Waits are in milliseconds of cardholder's and host's time, before `speed` divides them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// S1.
    Acknowledge,
    /// S2.
    Accept,
    Pause(u64),
    /// From here on a cancel comes too late.
    CardRead,
    /// A cancel comes to nothing although no card was read (scenarios 65 and 66).
    TurnDeaf,
    Approve(Charge),
    /// Ends without money, with these words.
    Fail(&'static str),
    Answer(Manner),
}

/// How S3 reaches the till, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Plainly,
    /// The line drops instead.
    Cut,
    /// The line drops, and no question finds the transaction any more.
    CutForGood,
    /// The line stays open and silent.
    Never,
    /// Another transaction's result comes first.
    ForeignFirst,
    /// With strangers, numbers and noise, byte by byte.
    Oddly,
}

/// (10.1) Milliseconds.
const ACCEPTANCE: u64 = 50;
const CARD: u64 = 1_500;
const HOST: u64 = 800;

/// The steps of a sale, pre-authorisation, refund or gift operation.
pub fn payment(scenario: Scenario) -> VecDeque<Step> {
    let mut script = Script::default();
    match scenario {
        Scenario::LineDropsBeforeRequest => {}
        Scenario::Busy => script.step(Step::Acknowledge).fail(text::BUSY),
        Scenario::NotReady => script.accept().fail(text::NO_PAPER),
        Scenario::CustomerCancels => script.accept().wait(CARD).fail(text::CANCELLED),
        Scenario::NobodyPresentsCard => script.accept().wait(30_000).fail(text::CANCELLED),
        Scenario::WaitsUntilCancelled => script.accept().wait(86_400_000).fail(text::CANCELLED),
        Scenario::Decline => script.card().fail("DECLINED"),
        Scenario::DeclineForFunds => script.card().fail("INSUFFICIENT FUNDS"),
        Scenario::HostUnreachable => script.card().fail(text::HOST_UNREACHABLE),
        Scenario::LineDropsDeclined => script.card().step(Step::Fail("DECLINED")).end(Manner::Cut),
        Scenario::ApprovesHalf => script.card().approve(Charge::Half, Manner::Plainly),
        Scenario::AddsTip => script.card().approve(Charge::WithTip, Manner::Plainly),
        Scenario::AddsSurcharge => script.card().approve(Charge::WithFees, Manner::Plainly),
        Scenario::LineDropsApproved => script.card().approve(Charge::AsAsked, Manner::Cut),
        Scenario::NeverAnswersApproved => script.card().approve(Charge::AsAsked, Manner::Never),
        Scenario::LostForGood => script.card().approve(Charge::AsAsked, Manner::CutForGood),
        Scenario::ForeignAnswerFirst => script.card().approve(Charge::AsAsked, Manner::ForeignFirst),
        Scenario::OddSpelling => script.card().approve(Charge::AsAsked, Manner::Oddly),
        Scenario::CancelAcknowledgedApproved | Scenario::CancelRefusedApproved => {
            script.accept().step(Step::TurnDeaf).wait(4_000).step(Step::CardRead).wait(HOST);
            script.approve(Charge::AsAsked, Manner::Plainly);
        }
        Scenario::Slow => script
            .accept()
            .wait(5_000)
            .step(Step::CardRead)
            .wait(55_000 - ACCEPTANCE)
            .approve(Charge::AsAsked, Manner::Plainly),
        Scenario::ChipAndPin | Scenario::Contactless | Scenario::Signature | Scenario::AsksForMaintenance => {
            script.card().approve(Charge::AsAsked, Manner::Plainly);
        }
    }
    script.0
}

/// The steps of an operation on an earlier transaction, which needs no card. `refusal` ends it without money.
pub fn operation(refusal: Option<&'static str>) -> VecDeque<Step> {
    let mut script = Script::default();
    script.accept().step(Step::CardRead).wait(HOST);
    match refusal {
        Some(words) => script.fail(words),
        None => script.approve(Charge::AsAsked, Manner::Plainly),
    }
    script.0
}

/// What is left of a transaction that was cancelled in time.
pub fn cancelled() -> VecDeque<Step> {
    let mut script = Script::default();
    script.fail(text::CANCELLED);
    script.0
}

#[derive(Default)]
struct Script(VecDeque<Step>);

impl Script {
    fn step(&mut self, step: Step) -> &mut Self {
        self.0.push_back(step);
        self
    }

    fn wait(&mut self, pause: u64) -> &mut Self {
        self.step(Step::Pause(pause))
    }

    fn accept(&mut self) -> &mut Self {
        self.step(Step::Acknowledge).wait(ACCEPTANCE).step(Step::Accept)
    }

    fn card(&mut self) -> &mut Self {
        self.accept().wait(CARD).step(Step::CardRead).wait(HOST)
    }

    fn approve(&mut self, charge: Charge, manner: Manner) {
        self.step(Step::Approve(charge)).end(manner);
    }

    fn fail(&mut self, words: &'static str) {
        self.step(Step::Fail(words)).end(Manner::Plainly);
    }

    fn end(&mut self, manner: Manner) {
        self.step(Step::Answer(manner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slow_scenario_takes_sixty_seconds() {
        let pauses =
            payment(Scenario::Slow).into_iter().map(|step| if let Step::Pause(wait) = step { wait } else { 0 });
        assert_eq!(pauses.sum::<u64>(), 60_000);
    }

    #[test]
    fn every_scenario_that_starts_ends_with_an_answer() {
        for (_, scenario) in Scenario::TABLE {
            let script = payment(scenario);
            let starts = scenario != Scenario::LineDropsBeforeRequest;
            assert_eq!(matches!(script.back(), Some(Step::Answer(_))), starts, "{scenario:?}");
        }
    }
}
