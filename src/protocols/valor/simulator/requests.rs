//! What tills ask, checked as a terminal checks it (10.3).

use std::collections::VecDeque;

use super::running::{Running, Target};
use super::script::{self, Step};
use super::store::Status;
use super::{Terminal, responses};
use crate::domain::{Now, Operation};
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Line, Scenario, SimulatorEffect};
use crate::protocols::valor::messages::{Members, code, mode, name, text};

/// (4.3) Which combinations move money, and what they are.
const MONEY: [(&str, &str, Operation); 17] = [
    (mode::FETCH, code::VOID, Operation::Void),
    (mode::FETCH, code::TICKET, Operation::Capture),
    (mode::FETCH, code::TIP_ADJUST, Operation::Tip),
    (mode::CREDIT, code::SALE, Operation::Sale),
    (mode::CREDIT, code::PREAUTH, Operation::Preauth),
    (mode::CREDIT, code::REFUND, Operation::Refund),
    (mode::DEBIT, code::SALE, Operation::Sale),
    (mode::DEBIT, code::REFUND, Operation::Refund),
    (mode::EBT_FOOD, code::SALE, Operation::Sale),
    (mode::EBT_FOOD, code::REFUND, Operation::Refund),
    (mode::EBT_CASH, code::SALE, Operation::Sale),
    (mode::GIFT, code::SALE, Operation::Sale),
    (mode::GIFT, code::ACTIVATION, Operation::Activation),
    (mode::GIFT, code::ADD_VALUE, Operation::Reload),
    (mode::GIFT, code::REFUND, Operation::Refund),
    (mode::CASH, code::SALE, Operation::Sale),
    (mode::EBT_CASH, code::REFUND, Operation::Refund),
];

impl Terminal {
    pub(super) fn request(&mut self, now: &Now, line: Line, request: &Members) {
        let mode = request.text(name::MODE).unwrap_or_default();
        let code = request.text(name::CODE).unwrap_or_default();
        match mode {
            mode::QUERY => {
                self.say(line, &responses::acknowledgement());
                if self.describes_itself {
                    self.say(line, &responses::description(&self.store));
                }
            }
            mode::STATUS => self.status(line, request),
            mode::CANCEL => {
                self.complain("a cancel at the port for requests");
                self.refuse(line, request, text::BUSY);
            }
            mode::FETCH if code == code::SETTLEMENT => self.settlement(line, request),
            _ => match MONEY.iter().find(|(known, with, _)| *known == mode && *with == code) {
                Some((_, _, operation)) => self.money(now, line, *operation, request),
                None => {
                    self.complain(&format!("TRAN_MODE {mode} with TRAN_CODE {code}"));
                    self.refuse(line, request, text::INVALID_FORMAT);
                }
            },
        }
    }

    /// S1, then a failure that starts nothing.
    fn refuse(&mut self, line: Line, request: &Members, words: &'static str) {
        let id = request.text(name::REQ_TXN_ID).unwrap_or_default();
        let failure = responses::failure(&self.store, id, None, words);
        self.say(line, &responses::acknowledgement());
        self.say(line, &failure);
    }

    /// (7.15)
    fn status(&mut self, line: Line, request: &Members) {
        let stan = request.text(name::STAN_NO).and_then(|stan| stan.parse().ok());
        let answer = match stan {
            Some(stan) if self.running.as_ref().is_some_and(|running| running.is(stan)) => responses::in_progress(stan),
            Some(stan) => {
                match self.store.by_stan(stan).filter(|found| !found.lost).map(|found| found.result.clone()) {
                    Some(Some(result)) => {
                        self.say(line, &responses::acknowledgement());
                        return self.effects.push(SimulatorEffect::Send(line, Frame::Bytes(result.into_bytes())));
                    }
                    Some(None) => responses::in_progress(stan),
                    None => responses::failure(&self.store, "", None, text::NO_RECORD),
                }
            }
            None => {
                self.complain("a status request without STAN_NO");
                responses::failure(&self.store, "", None, text::INVALID_FORMAT)
            }
        };
        self.say(line, &responses::acknowledgement());
        self.say(line, &answer);
    }

    /// (7.9)
    fn settlement(&mut self, line: Line, request: &Members) {
        if self.running.is_some() {
            return self.refuse(line, request, text::BUSY);
        }
        let id = request.text(name::REQ_TXN_ID).unwrap_or_default();
        match self.store.settle() {
            Some(figures) => {
                let answer = responses::settled(&self.store, id, figures);
                self.say(line, &responses::acknowledgement());
                self.effects.push(SimulatorEffect::Send(line, Frame::Bytes(answer)));
            }
            None => self.refuse(line, request, text::NOTHING_TO_SETTLE),
        }
    }

    fn money(&mut self, now: &Now, line: Line, operation: Operation, request: &Members) {
        if let Some(fault) = fault_of(operation, request) {
            self.complain(&format!("{}: {fault}", operation.word()));
            return self.refuse(line, request, fault);
        }
        if self.running.is_some() {
            return self.refuse(line, request, text::BUSY);
        }
        let amount = cents(request, name::AMOUNT).unwrap_or_default();
        let tip = cents(request, name::TIP_AMOUNT).unwrap_or_default();
        let scenario = Scenario::of_amount(amount);
        let earlier = operation.is_follow_up();
        if !earlier && scenario == Scenario::LineDropsBeforeRequest {
            self.lines.closed(line);
            return self.effects.push(SimulatorEffect::Cut(line));
        }
        let (steps, of) = if earlier { self.on_earlier(operation, request) } else { (script::payment(scenario), None) };
        let target = Target { operation, amount, tip, of, scenario };
        let card = of.and_then(|stan| self.store.by_stan(stan)).map(|found| found.card.clone());
        let card = card.unwrap_or_else(|| super::cards::Card::draw(&mut self.dice));
        self.running = Some(Running::new(line, request, target, card, steps, now.at));
    }

    /// Finds what a void, ticket or tip adjustment is about; its STAN.
    fn on_earlier(&mut self, operation: Operation, request: &Members) -> (VecDeque<Step>, Option<u64>) {
        let number = request.text(name::TRAN_NO).and_then(|number| number.parse().ok());
        let found = self.store.referenced(number, request.text(name::CARD_NO));
        let fits = found.filter(|found| match operation {
            Operation::Capture => found.status == Status::Held,
            Operation::Tip => found.status == Status::Approved && found.operation == Operation::Sale,
            _ => true,
        });
        match fits.map(|found| found.stan) {
            Some(stan) => (script::operation(None), Some(stan)),
            None => (script::operation(Some(text::NO_RECORD)), None),
        }
    }

    /// (7.16, 10.6) On its own port; the answer goes out on the same line.
    pub(super) fn cancel(&mut self, now: &Now, line: Line, request: &Members) {
        let id = request.text(name::REQ_TXN_ID).unwrap_or_default().to_owned();
        if !request.is(name::MODE, mode::CANCEL) {
            self.complain("something else than a cancel at the port for cancels");
            return self.refuse(line, request, text::INVALID_FORMAT);
        }
        let cleared = self.running.as_mut().is_some_and(|running| running.cancel(&id, now.at));
        self.say(line, &responses::cancel_answer(&id, cleared));
    }
}

fn cents(request: &Members, name: &str) -> Option<i64> {
    let text = request.text(name)?;
    let fits = text.len() <= 7 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// What is wrong with a request about money (10.3).
fn fault_of(operation: Operation, request: &Members) -> Option<&'static str> {
    let id = request.text(name::REQ_TXN_ID).unwrap_or_default();
    if id.len() > 25 {
        return Some(text::INVALID_FORMAT);
    }
    let amount = if operation == Operation::Tip { name::TIP_AMOUNT } else { name::AMOUNT };
    if cents(request, amount).is_none() {
        let decimal = request.text(amount).is_some_and(|text| text.contains('.'));
        return Some(if decimal { text::INVALID_FORMAT } else { text::INVALID_AMOUNT });
    }
    let earlier = operation.is_follow_up();
    let names_it = request.text(name::TRAN_NO).or_else(|| request.text(name::CARD_NO)).is_some();
    (earlier && !names_it).then_some(text::NO_REFERENCE)
}
