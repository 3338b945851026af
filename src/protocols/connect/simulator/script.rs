//! What a transaction goes through, step by step (4.8, 5, DESIGN section 6).

use std::collections::VecDeque;

use super::conduct::{Conduct, Plan};
use super::profile::{
    CARD_WITHIN, CUSTOMER, FLOOD, FLOOD_EVERY, GIVES_UP, HOST, KEYING, REPORT, SLOW, SLOW_CUSTOMER, STEP, WORKS_ON,
};
use super::texts;
use crate::protocols::connect::messages::ResultWord;

/// What happens next. Waits are in milliseconds, before `speed` divides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A notification.
    Show(&'static str),
    /// A notification of another terminal.
    ShowForeign(&'static str),
    /// A request nobody has heard of (3.5).
    AskStrangely,
    Pause(u64),
    /// From here on nothing can be cancelled.
    ReadCard,
    /// The acquirer answers; an approval moves money.
    Decide(Decision),
    /// Stands still until the till has answered, or has not.
    AskSignature,
    /// Takes back what was approved.
    Reverse(&'static str),
    /// Something the cashier has to know of it.
    Remark(&'static str),
    /// Ends without the acquirer.
    End(ResultWord, Option<&'static str>),
    /// The line drops; what was asked goes on.
    Cut,
    /// The till hears nothing more.
    FallSilent,
    Report,
    Respond(Manner),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Decline(Option<&'static str>),
}

/// How the response reaches the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Plainly,
    /// Another transaction's response comes first, under an id that nobody used.
    ForeignFirst,
}

/// What no list of notifications has.
const STRANGE: [&str; 2] = ["WARMING_UP_FLUX_CAPACITOR", "POLISHING_CHIP"];

/// From the request to the response. `floods` is whether the till hears without end that a card is waited for.
pub fn transaction(plan: &Plan, floods: bool) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show("REQUEST_SENT").pause(STEP).show("TRANSACTION_STARTED").pause(STEP).strange(plan, 0);
    script.present(plan);
    if floods {
        script.flood();
    }
    match plan.conduct {
        Conduct::CustomerCancels => {
            script.pause(CUSTOMER).end(ResultWord::Cancelled, None);
        }
        Conduct::NobodyPresentsCard => {
            script.pause(CARD_WITHIN).end(ResultWord::Cancelled, Some(texts::NO_CARD));
        }
        Conduct::WaitsUntilCancelled => script.time_out(),
        Conduct::LineDropsCancelled => {
            script.step(Step::Cut).pause(CUSTOMER).end(ResultWord::Cancelled, None);
        }
        _ => script.card(plan).host(plan),
    }
    script.steps
}

/// What is left of a transaction that was cancelled in time.
pub fn cancelled() -> VecDeque<Step> {
    let mut script = Script::default();
    script.show("CANCELLING").pause(STEP).end(ResultWord::Cancelled, None);
    script.steps
}

/// What is left of a transaction once its signature was accepted or refused.
pub fn signed(plan: &Plan, is_accepted: bool) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show("SIGNATURE_VERIFICATION_PROCESS_COMPLETED").pause(STEP);
    if is_accepted {
        script.approved(plan);
    } else {
        script.reversed(texts::SIGNATURE_REFUSED);
    }
    script.steps
}

/// What is left of a transaction whose signature nobody checked in time.
pub fn unsigned(plan: &Plan, is_accepted: bool) -> VecDeque<Step> {
    let mut script = Script::default();
    script.show("SIGNATURE_VERIFICATION_TIMEOUT").pause(STEP);
    if is_accepted {
        script.step(Step::Remark(texts::SIGNATURE_TOO_LATE)).approved(plan);
    } else {
        script.reversed(texts::SIGNATURE_TOO_LATE);
    }
    script.steps
}

/// (4.13)
pub fn report() -> VecDeque<Step> {
    let mut script = Script::default();
    script.show("REPORT_STARTED").pause(REPORT).step(Step::Report).show("REPORT_FINISHED");
    script.step(Step::Respond(Manner::Plainly));
    script.steps
}

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    /// All pauses so far, in milliseconds.
    elapsed: u64,
}

impl Script {
    fn step(&mut self, step: Step) -> &mut Self {
        self.steps.push_back(step);
        self
    }

    fn show(&mut self, value: &'static str) -> &mut Self {
        self.step(Step::Show(value))
    }

    fn pause(&mut self, wait: u64) -> &mut Self {
        self.elapsed += wait;
        self.step(Step::Pause(wait))
    }

    fn pause_until(&mut self, elapsed: u64) -> &mut Self {
        self.pause(elapsed.saturating_sub(self.elapsed))
    }

    fn strange(&mut self, plan: &Plan, which: usize) -> &mut Self {
        if plan.conduct.is_strange() {
            self.step(Step::Show(STRANGE[which % STRANGE.len()]));
        }
        self
    }

    /// A card that is not there is keyed; the terminal does not ask for it (4.3).
    fn present(&mut self, plan: &Plan) -> &mut Self {
        if plan.is_keyed() { self.show("PLEASE_WAIT") } else { self.show("PRESENT_CARD") }
    }

    /// Two by turns, so that each says something new.
    fn flood(&mut self) {
        for turn in 0..FLOOD {
            self.pause(FLOOD_EVERY).show(["PLEASE_WAIT", "PRESENT_CARD"][turn % 2]);
        }
    }

    fn card(&mut self, plan: &Plan) -> &mut Self {
        if plan.conduct == Conduct::MisreadsCard {
            self.pause(CUSTOMER).show("RE_PRESENT_CARD").pause(CUSTOMER).show("BAD_SWIPE");
            self.pause(CUSTOMER).show("INSERT_CARD");
        }
        self.pause(match plan.conduct {
            Conduct::CancelIgnored | Conduct::CancelRefused => SLOW_CUSTOMER,
            _ if plan.is_keyed() => KEYING,
            _ => CUSTOMER,
        });
        self.step(Step::ReadCard).show("PLEASE_WAIT");
        if plan.wants_pin() {
            self.pause(STEP).show("PIN_ENTRY").pause(CUSTOMER);
        }
        if matches!(plan.conduct, Conduct::LineDropsApproved | Conduct::LineDropsDeclined | Conduct::LineDropsLost) {
            self.step(Step::Cut);
        }
        if plan.conduct == Conduct::RunsOutOfPaper {
            self.show("REPLACE_PAPER").pause(CUSTOMER);
        }
        self
    }

    fn host(&mut self, plan: &Plan) {
        self.show("CONNECTING").pause(HOST);
        match plan.conduct {
            Conduct::HostUnreachable => {
                self.show("RETRYING").pause(HOST).end(ResultWord::Unsuccessful, Some(texts::NO_HOST));
                return;
            }
            Conduct::NeverAnswers => drop(self.step(Step::FallSilent)),
            Conduct::TimesOut => return self.time_out(),
            _ => {}
        }
        self.show("CONNECTION_MADE").strange(plan, 1).pause(HOST);
        match plan.conduct {
            Conduct::ProcessingError => {
                self.show("PROCESSING_ERROR").pause(STEP).end(ResultWord::Unsuccessful, Some(texts::NOT_PROCESSED));
                return;
            }
            Conduct::Slow => self.dawdle(),
            Conduct::OddSpelling => drop(self.step(Step::AskStrangely)),
            _ => {}
        }
        match plan.conduct {
            Conduct::Declines | Conduct::LineDropsDeclined => self.decline("DECLINED", None),
            Conduct::DeclinesForFunds => self.decline("DECLINED", Some(texts::NO_FUNDS)),
            Conduct::DeclinesByCard => self.decline("DECLINED_BY_CARD", None),
            _ => self.approve(plan),
        }
    }

    /// Something is shown every few seconds.
    fn dawdle(&mut self) {
        let mut turn = 0;
        while self.elapsed < SLOW {
            self.show(["PLEASE_WAIT", "RETRYING", "CONNECTING", "CONNECTION_MADE"][turn % 4]);
            self.pause(5000.min(SLOW - self.elapsed));
            turn += 1;
        }
    }

    fn decline(&mut self, shown: &'static str, why: Option<&'static str>) {
        self.step(Step::Decide(Decision::Decline(why))).show(shown).pause(STEP);
        self.finish(Manner::Plainly);
    }

    fn approve(&mut self, plan: &Plan) {
        self.step(Step::Decide(Decision::Approve));
        if plan.wants_signature() && plan.conduct != Conduct::Voids {
            self.show("SIGNATURE_VERIFICATION").pause(STEP).show("SIGNATURE_VERIFICATION_IN_PROGRESS");
            self.step(Step::AskSignature);
        } else {
            self.approved(plan);
        }
    }

    fn approved(&mut self, plan: &Plan) {
        self.show("APPROVED").pause(STEP).show("REMOVE_CARD").pause(STEP);
        match plan.conduct {
            Conduct::Voids => self.reversed(texts::REVERSED),
            Conduct::TimesOutApproved => {
                self.time_out();
                self.pause(WORKS_ON);
            }
            Conduct::LineDropsAtLast => {
                self.step(Step::Cut).finish(Manner::Plainly);
            }
            Conduct::ForeignAnswerFirst => {
                self.step(Step::ShowForeign("APPROVED")).finish(Manner::ForeignFirst);
            }
            _ => self.finish(Manner::Plainly),
        }
    }

    fn reversed(&mut self, why: &'static str) {
        self.step(Step::Reverse(why)).pause(STEP).finish(Manner::Plainly);
    }

    /// (5.7)
    fn time_out(&mut self) {
        self.pause_until(GIVES_UP).end(ResultWord::TimedOut, Some(texts::TIMED_OUT));
    }

    fn end(&mut self, result: ResultWord, why: Option<&'static str>) {
        self.step(Step::End(result, why)).finish(Manner::Plainly);
    }

    fn finish(&mut self, manner: Manner) {
        self.show("TRANSACTION_FINISHED").step(Step::Respond(manner));
    }
}
