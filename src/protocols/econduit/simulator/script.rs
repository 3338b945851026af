//! What a virtual terminal goes through, step by step (DESIGN section 6, reference part 3).

use std::collections::VecDeque;
use std::time::Duration;

use super::conduct::Conduct;
use super::profile::{
    CANCELS_AFTER, CARD_WITHIN, CUSTOMER, HOST, LATER_KNOWN, RED_KEY_AFTER, SLOW, SLOW_CUSTOMER, TOO_LONG,
};
use super::texts;
use crate::protocols::econduit::messages::{Obstacle, ResultCode};

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Milliseconds of customer or host, before `speed` divides them.
    Pause(u64),
    /// The cloud's own time.
    Hang(Duration),
    /// The till's connection closes; what it asked goes on.
    Cut,
    /// `ResultFinal` false; the answer proper is there to be asked for later.
    AnswerNotFinal,
    Approve,
    Fail(ResultCode, &'static str),
    Answer(Manner),
}

/// How an answer reaches the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Plainly,
    /// Another payment's answer in its place.
    Foreign,
    Oddly,
    /// A page, with this status.
    Page(u16),
    /// When nobody waits any more.
    TooLate,
}

/// The steps of what needs a card; `has_card` when a token stands for one.
pub fn transaction(conduct: Conduct, has_card: bool) -> VecDeque<Step> {
    let mut script = Script(VecDeque::new());
    let customer = if has_card { 0 } else { CUSTOMER };
    match conduct {
        Conduct::CustomerCancels => script.pause(CANCELS_AFTER).fail(ResultCode::Cancelled, texts::CANCELLED),
        Conduct::NobodyPresentsCard => script.pause(CARD_WITHIN).fail(ResultCode::Timeout, texts::NO_CARD),
        Conduct::RedKey => script.pause(RED_KEY_AFTER).fail(ResultCode::Cancelled, texts::RED_KEY),
        Conduct::SlowCustomer => script.pause(SLOW_CUSTOMER - HOST).host(conduct),
        Conduct::Slow => script.pause(SLOW - HOST).host(conduct),
        _ => script.pause(customer).host(conduct),
    }
    script.0
}

/// The steps of what works on an earlier transaction, or on the batch: no card, only the host.
pub fn without_card(conduct: Conduct) -> VecDeque<Step> {
    let mut script = Script(VecDeque::new());
    script.host(conduct);
    script.0
}

/// A question to the customer.
pub fn prompt() -> VecDeque<Step> {
    VecDeque::from([Step::Pause(CUSTOMER), Step::Answer(Manner::Plainly)])
}

struct Script(VecDeque<Step>);

impl Script {
    fn step(&mut self, step: Step) -> &mut Self {
        self.0.push_back(step);
        self
    }

    fn pause(&mut self, wait: u64) -> &mut Self {
        self.step(Step::Pause(wait))
    }

    fn fail(&mut self, code: ResultCode, words: &'static str) {
        self.step(Step::Fail(code, words)).answer(Manner::Plainly);
    }

    fn answer(&mut self, manner: Manner) {
        self.step(Step::Answer(manner));
    }

    /// From the moment in which the card was read.
    fn host(&mut self, conduct: Conduct) {
        match conduct {
            Conduct::CutApproved | Conduct::LostForGood => {
                self.step(Step::Cut).pause(HOST).step(Step::Approve);
            }
            Conduct::CutDeclined => {
                self.step(Step::Cut).pause(HOST).step(Step::Fail(ResultCode::Declined, texts::DECLINED));
            }
            Conduct::LaterApproved | Conduct::NeverFinal => {
                self.pause(HOST).step(Step::AnswerNotFinal).pause(LATER_KNOWN).step(Step::Approve);
            }
            Conduct::LaterDeclined => {
                self.pause(HOST).step(Step::AnswerNotFinal).pause(LATER_KNOWN);
                self.step(Step::Fail(ResultCode::Declined, texts::DECLINED));
            }
            Conduct::DecidesTooLate => {
                self.step(Step::Hang(TOO_LONG)).step(Step::Approve).answer(Manner::Plainly);
            }
            _ => self.pause(HOST).decide(conduct),
        }
    }

    fn decide(&mut self, conduct: Conduct) {
        match conduct {
            Conduct::Declines => self.fail(ResultCode::Declined, texts::DECLINED),
            Conduct::DeclinesForFunds => self.fail(ResultCode::Declined, texts::NO_FUNDS),
            Conduct::HostUnreachable => self.fail(ResultCode::Error, texts::NO_HOST),
            Conduct::DupTransaction => self.fail(ResultCode::Error, Obstacle::DupTransaction.text()),
            Conduct::ReceiveError => self.fail(ResultCode::Error, Obstacle::ReceiveError.text()),
            Conduct::PageDeclined => {
                self.step(Step::Fail(ResultCode::Declined, texts::DECLINED)).answer(Manner::Page(200));
            }
            Conduct::ServerError => self.approve(Manner::Page(500)),
            Conduct::TellsTooLate => self.approve(Manner::TooLate),
            Conduct::ForeignAnswer => self.approve(Manner::Foreign),
            Conduct::OddSpelling => self.approve(Manner::Oddly),
            _ => self.approve(Manner::Plainly),
        }
    }

    fn approve(&mut self, manner: Manner) {
        self.step(Step::Approve).answer(manner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::econduit::simulator::options::Cents;

    fn waits(conduct: Conduct) -> u64 {
        let pause = |step: Step| if let Step::Pause(wait) = step { wait } else { 0 };
        transaction(conduct, false).into_iter().map(pause).sum()
    }

    #[test]
    fn waits_are_as_long_as_the_tables_say() {
        for (conduct, wait) in [
            (Conduct::Approves, 3_000),
            (Conduct::CustomerCancels, 4_000),
            (Conduct::NobodyPresentsCard, 60_000),
            (Conduct::RedKey, 30_000),
            (Conduct::SlowCustomer, 8_000),
            (Conduct::Slow, 60_000),
        ] {
            assert_eq!(waits(conduct), wait, "{conduct:?}");
        }
    }

    #[test]
    fn whatever_starts_is_decided_once() {
        for cents in [Cents::Scenario, Cents::Vendor] {
            for amount in 0..100 {
                let conduct = Conduct::of(cents, amount);
                for steps in [transaction(conduct, false), transaction(conduct, true), without_card(conduct)] {
                    let decides = |step: &&Step| matches!(step, Step::Approve | Step::Fail(..));
                    assert_eq!(steps.iter().filter(decides).count(), 1, "{conduct:?}");
                }
            }
        }
    }
}
