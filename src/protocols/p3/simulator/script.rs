//! What a transaction goes through, step by step, in each scenario (10.4, DESIGN section 6).

use std::collections::VecDeque;

use super::profile::{AT_LAST, CARD_WITHIN, HOST, SHOPPER, STEP};
use super::texts::Text;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{Charge, Scenario};

/// What happens next. Waits are in milliseconds, before `speed` divides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Show(Shown),
    Pause(u64),
    /// The platform knows of the transaction from here on, and the till hears its identifier.
    Register,
    ReadCard,
    /// Stands still until a signature is submitted.
    AskSignature,
    /// The processor is asked.
    AskHost,
    /// It answers; an approval moves money.
    Decide(Decision),
    /// Ends without money.
    End(Ending),
    /// The line drops; what is asked goes on.
    Cut,
    /// The transaction is found by no question any more.
    Lose,
    Respond(Manner),
    /// A barcode is read.
    Scan,
}

/// One update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub state: State,
    pub details: StateDetails,
    pub text: Text,
    pub abortable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Approve(Charge),
    Decline(StatusCode),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub status: TransactionStatus,
    pub code: StatusCode,
    /// What makes the response's `status` ERROR.
    pub error: Option<ErrorType>,
}

impl Ending {
    pub fn aborted(code: StatusCode) -> Ending {
        Ending { status: TransactionStatus::Aborted, code, error: None }
    }

    pub fn failed(code: StatusCode, error: ErrorType) -> Ending {
        Ending { status: TransactionStatus::Error, code, error: Some(error) }
    }
}

/// How the response reaches the till, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Plainly,
    Never,
    /// Another transaction's response comes first, under a tag that nobody used.
    ForeignFirst,
}

/// How a card is read and verified, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    pub source: Source,
    pub verification: CustomerVerification,
    pub decision: Decision,
}

impl Behaviour {
    pub fn of_scenario(scenario: Scenario) -> Behaviour {
        let (source, verification) = match scenario {
            Scenario::Signature => (Source::Icc, CustomerVerification::Signature),
            Scenario::Contactless
            | Scenario::CancelAcknowledgedApproved
            | Scenario::CancelRefusedApproved
            | Scenario::Slow => (Source::NfcIcc, CustomerVerification::None),
            _ => (Source::Icc, CustomerVerification::Pin),
        };
        Behaviour { source, verification, decision: decision(scenario) }
    }

    fn wants_pin(&self) -> bool {
        matches!(self.verification, CustomerVerification::Pin | CustomerVerification::PinAndSignature)
    }

    fn wants_signature(&self) -> bool {
        matches!(self.verification, CustomerVerification::Signature | CustomerVerification::PinAndSignature)
    }
}

fn decision(scenario: Scenario) -> Decision {
    match scenario {
        Scenario::Decline | Scenario::LineDropsDeclined => Decision::Decline(StatusCode::DeclinedProcessor),
        Scenario::DeclineForFunds => Decision::Decline(StatusCode::DeclinedInsufficientFunds),
        Scenario::ApprovesHalf => Decision::Approve(Charge::Half),
        Scenario::AddsTip => Decision::Approve(Charge::WithTip),
        Scenario::AddsSurcharge => Decision::Approve(Charge::WithFees),
        _ => Decision::Approve(Charge::AsAsked),
    }
}

/// What the script of an EXECUTE depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub scenario: Scenario,
    pub behaviour: Behaviour,
    /// The shopper is asked for a tip, or for the total.
    pub asks_tip: bool,
    /// The card's data are keyed on the reader.
    pub keyed: bool,
    pub offline: bool,
}

/// With a card on a reader.
pub fn with_reader(plan: &Plan) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show(State::Created, StateDetails::Initialized, Text::Starting, true).pause(STEP);
    script.show(State::ConnectingToAccessory, StateDetails::ConnectingToAccessory, Text::Connecting, true).pause(STEP);
    if plan.scenario == Scenario::NotReady {
        script.fail(StatusCode::ErrorTerminalError, ErrorType::PosAccessoryNotConnected);
        return script.steps;
    }
    if plan.asks_tip {
        script.show(State::Preparing, StateDetails::AskingForTip, Text::EnterTip, true).pause(SHOPPER);
    }
    script.register(true);
    match plan.scenario {
        Scenario::CustomerCancels => script.present(plan, SHOPPER).abort(StatusCode::AbortedShopperAborted),
        Scenario::NobodyPresentsCard => {
            script.present(plan, CARD_WITHIN).abort(StatusCode::AbortedPresentCardTimedOut);
        }
        Scenario::WaitsUntilCancelled => script.present(plan, AT_LAST).abort(StatusCode::AbortedPresentCardTimedOut),
        _ => script.card_and_host(plan),
    }
    script.steps
}

/// With an account, and no reader (7.11): nothing of it can be aborted.
pub fn without_reader(plan: &Plan) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show(State::Created, StateDetails::Initialized, Text::Starting, false).pause(STEP);
    script.register(false).step(Step::ReadCard).drop_line(plan.scenario);
    match plan.scenario {
        Scenario::CustomerCancels => {
            script.wait(Text::PleaseWait, SHOPPER).abort(StatusCode::AbortedShopperAborted);
        }
        Scenario::NobodyPresentsCard => {
            script.wait(Text::PleaseWait, CARD_WITHIN).abort(StatusCode::AbortedPresentCardTimedOut);
        }
        _ => script.host(plan.scenario, &plan.behaviour.decision, plan.offline).respond(plan.scenario),
    }
    script.steps
}

/// A linked refund, a capture, a tip adjustment (7.7): no reader, and nothing can be aborted.
pub fn amendment(scenario: Scenario) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show(State::Created, StateDetails::Initialized, Text::Starting, false).pause(STEP);
    let decision = match decision(scenario) {
        Decision::Approve(_) => Decision::Approve(Charge::AsAsked),
        declined => declined,
    };
    script.register(false).drop_line(scenario).host(scenario, &decision, false).respond(scenario);
    script.steps
}

/// What is left of a transaction that was aborted in time.
pub fn aborted() -> VecDeque<Step> {
    let mut script = Script::default();
    script.pause(STEP).abort(StatusCode::AbortedMerchantAborted);
    script.steps
}

/// What is left of a transaction that nobody signed.
pub fn unsigned() -> VecDeque<Step> {
    let mut script = Script::default();
    script.fail(StatusCode::ErrorTerminalTimeout, ErrorType::PosTransactionError);
    script.steps
}

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
}

impl Script {
    fn step(&mut self, step: Step) -> &mut Self {
        self.steps.push_back(step);
        self
    }

    fn show(&mut self, state: State, details: StateDetails, text: Text, abortable: bool) -> &mut Self {
        self.step(Step::Show(Shown { state, details, text, abortable }))
    }

    fn pause(&mut self, wait: u64) -> &mut Self {
        self.step(Step::Pause(wait))
    }

    fn register(&mut self, abortable: bool) -> &mut Self {
        self.step(Step::Register);
        self.show(State::InitializingTransaction, StateDetails::Registering, Text::Registering, abortable).pause(STEP)
    }

    fn present(&mut self, plan: &Plan, wait: u64) -> &mut Self {
        if plan.keyed {
            self.show(State::Processing, StateDetails::WaitingForCardDataInput, Text::KeyCard, true).pause(wait)
        } else {
            let state = State::WaitingForCardPresentation;
            self.show(state, StateDetails::WaitingForCardPresentation, Text::PresentCard, true).pause(wait)
        }
    }

    fn card_and_host(&mut self, plan: &Plan) {
        let wait = match plan.scenario {
            Scenario::CancelAcknowledgedApproved | Scenario::CancelRefusedApproved => 4000,
            // with the three steps before it five seconds
            Scenario::Slow => 5000 - 3 * STEP,
            _ => SHOPPER,
        };
        self.present(plan, wait).step(Step::ReadCard).drop_line(plan.scenario);
        if plan.behaviour.wants_pin() {
            self.show(State::Processing, StateDetails::WaitingForPin, Text::EnterPin, true).pause(SHOPPER);
        }
        if plan.behaviour.wants_signature() {
            self.show(State::Processing, StateDetails::ActionRequired, Text::Sign, true).step(Step::AskSignature);
        }
        self.host(plan.scenario, &plan.behaviour.decision, plan.offline);
        if plan.behaviour.source == Source::Icc {
            let state = State::WaitingForCardRemoval;
            self.show(state, StateDetails::WaitingForCardRemoval, Text::RemoveCard, false).pause(STEP);
        }
        self.respond(plan.scenario);
    }

    fn drop_line(&mut self, scenario: Scenario) -> &mut Self {
        match scenario {
            Scenario::LineDropsApproved | Scenario::LineDropsDeclined => self.step(Step::Cut),
            _ => self,
        }
    }

    /// The processor decides. Offline nobody is asked.
    fn host(&mut self, scenario: Scenario, decision: &Decision, offline: bool) -> &mut Self {
        self.step(Step::AskHost).wait(Text::AskingHost, if scenario == Scenario::Slow { 5000 } else { HOST });
        match scenario {
            Scenario::HostUnreachable if !offline => {
                let ending = Ending::failed(StatusCode::ErrorServerUnavailable, ErrorType::PosServerUnavailable);
                return self.step(Step::End(ending));
            }
            Scenario::Slow => {
                for turn in 0..10 {
                    self.wait(if turn % 2 == 0 { Text::PleaseWait } else { Text::AskingHost }, 5000);
                }
            }
            _ => {}
        }
        self.step(Step::Decide(decision.clone()))
    }

    /// An update after which nothing can be aborted any more.
    fn wait(&mut self, text: Text, wait: u64) -> &mut Self {
        self.show(State::Processing, StateDetails::WaitingForProcessorApproval, text, false).pause(wait)
    }

    fn abort(&mut self, code: StatusCode) {
        self.step(Step::End(Ending::aborted(code))).step(Step::Respond(Manner::Plainly));
    }

    fn fail(&mut self, code: StatusCode, error: ErrorType) {
        self.step(Step::End(Ending::failed(code, error))).step(Step::Respond(Manner::Plainly));
    }

    fn respond(&mut self, scenario: Scenario) {
        match scenario {
            Scenario::NeverAnswersApproved => self.step(Step::Respond(Manner::Never)),
            Scenario::ForeignAnswerFirst => self.step(Step::Respond(Manner::ForeignFirst)),
            Scenario::LostForGood => self.step(Step::Lose).step(Step::Cut),
            _ => self.step(Step::Respond(Manner::Plainly)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(scenario: Scenario) -> Plan {
        Plan { scenario, behaviour: Behaviour::of_scenario(scenario), asks_tip: false, keyed: false, offline: false }
    }

    #[test]
    fn the_slow_scenario_takes_sixty_seconds() {
        let pauses = with_reader(&plan(Scenario::Slow)).into_iter().map(|step| match step {
            Step::Pause(wait) => wait,
            _ => 0,
        });
        assert_eq!(pauses.sum::<u64>(), 60_000);
    }

    #[test]
    fn nothing_can_be_aborted_once_the_processor_is_asked() {
        for (_, scenario) in Scenario::TABLE {
            for steps in [with_reader(&plan(scenario)), without_reader(&plan(scenario)), amendment(scenario)] {
                let after = steps.into_iter().skip_while(|step| *step != Step::AskHost);
                let abortable = |step: &Step| matches!(step, Step::Show(shown) if shown.abortable);
                assert!(!after.into_iter().any(|step| abortable(&step)), "{scenario:?}");
            }
        }
    }

    #[test]
    fn every_scenario_ends_with_a_response_or_without_a_line() {
        for (_, scenario) in Scenario::TABLE {
            for mut steps in [with_reader(&plan(scenario)), without_reader(&plan(scenario)), amendment(scenario)] {
                assert!(matches!(steps.pop_back(), Some(Step::Respond(_) | Step::Cut)), "{scenario:?}");
            }
        }
    }
}
