//! Finding out what became of a payment whose response was lost (reference 5.7 to 5.9). Connect keeps nothing of it: the till
//! waits until the terminal is free, and looks at its last transaction. Where that does not tell, a person has to look.

use std::time::Duration;

use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Outcome, Verdict};
use crate::protocols::driver::{Effect, Report, Session};
use crate::protocols::recovery::{self, BUSY_PAUSE, FLIGHT, REFUSALS, UNKNOWN_PAUSE};

use super::super::codec;
use super::super::last_transaction::{self, Likeness};
use super::super::messages::*;
use super::super::outcomes::{self, Judgement};
use super::State;
use super::case::{Case, lasts_at_most};
use super::ground::{self, Effects, Ground};
use super::transaction;

/// (5.7, 5.8) Connect gives a transaction up after 200 s; a terminal that is at it for longer needs somebody to look at it.
const AT_WORK_AT_MOST: Duration = Duration::from_secs(230);
/// How often a terminal is looked at that is at it for longer, or is gone.
const SLOW_PAUSE: Duration = Duration::from_secs(10);
/// What is not ours is believed at this look.
const LOOKS: u32 = 2;
/// A terminal that was gone at so many looks in a row needs somebody to look at it.
const GONE_LOOKS: u32 = 6;

/// One case being asked about.
#[derive(Debug)]
pub struct Inquiry {
    case: Case,
    /// Since when nothing of it can have been on its way, as far as is known.
    quiet_since: Instant,
    /// Since when the terminal is at work, looked at without a break.
    at_work_since: Option<Instant>,
    /// Looks in a row at which the terminal was gone.
    gone: u32,
    /// Answers in a row that settled nothing.
    refusals: u32,
    /// The terminal was seen idle since the answer was lost, so that what runs now is another one's.
    was_idle: bool,
    /// How often its last transaction was looked at since the terminal was at work.
    looks: u32,
    /// What a person was told to do last.
    told: Option<&'static str>,
}

/// The line is being brought up, or a question is out.
#[derive(Debug)]
pub struct Asking {
    inquiry: Inquiry,
    question: Option<Question>,
}

#[derive(Debug, Clone, Copy)]
struct Question {
    id: i64,
    about: Subject,
    until: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// How the terminal is.
    Terminal,
    LastTransaction,
}

#[derive(Debug)]
pub struct WaitingToAsk {
    inquiry: Inquiry,
    until: Instant,
}

impl Inquiry {
    pub fn about(case: Case, now: Now) -> Inquiry {
        Inquiry {
            quiet_since: case.left_at.unwrap_or(now.at),
            case,
            at_work_since: None,
            gone: 0,
            refusals: 0,
            was_idle: false,
            looks: 0,
            told: None,
        }
    }

    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The payment, while it may be what the terminal is at.
    pub fn stoppable(&self) -> Option<&Case> {
        Some(&self.case).filter(|_| !self.was_idle)
    }

    /// The payment's own response, after all. One that settles nothing tells nothing that is not being asked about already.
    fn is_settled_by(&self, answered: &Value, answer: &Result<Value, RpcError>) -> bool {
        self.case.is_answered_by(answered) && transaction::is_settled_by(&self.case, answer)
    }

    /// Asks now, or as soon as the line is up.
    pub fn ask(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if !ground.is_up() {
            ground.want_line(now, out);
            return State::Asking(Box::new(Asking { inquiry: self, question: None }));
        }
        self.put(ground, now, Subject::Terminal, out)
    }

    fn put(self, ground: &mut Ground, now: Now, about: Subject, out: &mut Effects) -> State {
        let (tid, version) = (self.case.tid(), ground.settings.version);
        let (method, params) = match about {
            Subject::Terminal => (version.terminal_details(), ground::details_of(tid, version)),
            Subject::LastTransaction => (method::DUPLICATE, ground::about(tid, version)),
        };
        let id = ground.ask(now, method, params, out);
        let question = Some(Question { id, about, until: now.at + ground::ANSWER_WITHIN });
        State::Asking(Box::new(Asking { inquiry: self, question }))
    }

    /// Asks because somebody wants to know, or because the till was started again: not more often than is permitted.
    fn ask_by_hand(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let pause = ground.asking.wait(now.wall);
        if pause > Duration::ZERO {
            return self.wait(now, pause);
        }
        ground.note_asking(now, out);
        self.ask(ground, now, out)
    }

    fn wait(self, now: Now, pause: Duration) -> State {
        State::WaitingToAsk(Box::new(WaitingToAsk { inquiry: self, until: now.at + pause }))
    }

    fn unreachable(mut self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        ground.tell(Session::Offline(why), out);
        self.at_work_since = None;
        let pause = ground.pause();
        self.wait(now, pause)
    }

    /// Asked again for a while, then a person decides.
    fn told_nothing(mut self, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            return leave_to_a_person(why, out);
        }
        self.wait(now, UNKNOWN_PAUSE)
    }

    /// The vendor's procedure, on the screen while the machine goes on (5.7, step 3).
    fn advise(&mut self, key: &'static str, words: &str, out: &mut Effects) {
        if self.told != Some(key) {
            self.told = Some(key);
            out.push(Effect::Report(Report::Lost(Explanation::new(key, Fault::Terminal).with_detail(words))));
        }
    }

    fn on_terminal(
        mut self,
        ground: &mut Ground,
        now: Now,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        let found = match answer {
            Ok(result) => codec::terminal_details(&result, self.case.tid()),
            // An interface without this question: the last transaction is asked for all the same.
            Err(error) if error.known() == Some(ErrorCode::MethodNotFound) => {
                return self.put(ground, now, Subject::LastTransaction, out);
            }
            Err(error) => return self.on_gone(now, error.words(), out),
        };
        match found {
            Some(terminal) if terminal.is_available() => {
                (self.at_work_since, self.gone, self.was_idle) = (None, 0, true);
                self.put(ground, now, Subject::LastTransaction, out)
            }
            Some(_) => self.on_at_work(ground, now, out),
            None => self.on_gone(now, "", out),
        }
    }

    fn on_at_work(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        self.gone = 0;
        // While it was never seen idle, what runs is this payment.
        if self.stoppable().is_some_and(|case| case.is_to_be_stopped(now)) {
            let params = ground::about(self.case.tid(), ground.settings.version);
            ground.ask_at_once(method::CANCEL_TRANSACTION, params, out);
        }
        self.looks = 0;
        let since = *self.at_work_since.get_or_insert(now.at);
        if now.at - since < AT_WORK_AT_MOST {
            return self.wait(now, BUSY_PAUSE);
        }
        self.advise("explain-connect-still-at-work", "", out);
        self.wait(now, SLOW_PAUSE)
    }

    fn on_gone(mut self, now: Now, words: &str, out: &mut Effects) -> State {
        self.at_work_since = None;
        self.gone += 1;
        if self.gone < GONE_LOOKS {
            return self.wait(now, UNKNOWN_PAUSE);
        }
        self.advise("explain-connect-terminal-gone", words, out);
        self.wait(now, SLOW_PAUSE)
    }

    fn on_last_transaction(
        self,
        ground: &mut Ground,
        now: Now,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        let error = match answer.map(|result| codec::transaction(&result)) {
            Ok(Ok(transaction)) => return self.on_transaction(ground, now, &transaction, out),
            Ok(Err(_)) => {
                return self.told_nothing(now, Explanation::new("explain-unknown-answer", Fault::Terminal), out);
            }
            Err(error) => error,
        };
        let words = error.words();
        match error.known() {
            Some(ErrorCode::NoLastTransaction) => {
                let none_before = self.case.reference.as_ref().is_some_and(|reference| reference.seen.is_empty());
                let likeness = if none_before { Likeness::Earlier } else { Likeness::Unclear };
                self.on_likeness(now, likeness, words, out)
            }
            Some(ErrorCode::NotSupported | ErrorCode::MethodNotFound) => {
                let why = Explanation::new("explain-connect-no-duplicate", Fault::Terminal).with_detail(words);
                leave_to_a_person(why, out)
            }
            Some(ErrorCode::TerminalBusy) => self.on_at_work(ground, now, out),
            Some(ErrorCode::TerminalUnavailable) => self.on_gone(now, words, out),
            _ => {
                let why = Explanation::new("explain-request-failed", Fault::Terminal).with_detail(words);
                self.told_nothing(now, why, out)
            }
        }
    }

    fn on_transaction(mut self, ground: &mut Ground, now: Now, transaction: &Transaction, out: &mut Effects) -> State {
        self.refusals = 0;
        let likeness = self.likeness(transaction, &now);
        // Whosever it is, the next payment on this terminal comes after it.
        if transaction.tid.as_deref().is_none_or(|tid| tid == self.case.tid()) {
            ground.note_transaction(self.case.tid(), transaction, out);
        }
        if likeness == Likeness::Ours
            && let Judgement::Ended(outcome) = outcomes::judge(transaction, &self.case.request)
        {
            return transaction::conclude(ground, self.case, transaction, *outcome, out);
        }
        let likeness = if likeness == Likeness::Ours { Likeness::Unclear } else { likeness };
        self.on_likeness(now, likeness, &described(transaction), out)
    }

    fn likeness(&self, transaction: &Transaction, now: &Now) -> Likeness {
        let Some(reference) = &self.case.reference else { return Likeness::Unclear };
        if transaction.tid.as_deref().is_some_and(|tid| tid != reference.tid) {
            return Likeness::Unclear;
        }
        let request = &self.case.request;
        let at_most = lasts_at_most(request);
        last_transaction::compare(transaction, request, &reference.seen, reference.sent_at, at_most, now)
    }

    /// What is not ours is looked at once more when nothing of the payment can be on its way any more. Then a terminal that has
    /// recorded nothing since has not performed it, unless it was seen with a card, or Connect gave up on it (5.7).
    fn on_likeness(mut self, now: Now, likeness: Likeness, words: &str, out: &mut Effects) -> State {
        self.looks += 1;
        let still_on_its_way = FLIGHT.saturating_sub(now.at - self.quiet_since);
        if self.looks < LOOKS || still_on_its_way > Duration::ZERO {
            return self.wait(now, still_on_its_way.max(UNKNOWN_PAUSE));
        }
        let timed_out = self.case.reference.as_ref().is_some_and(|reference| reference.timed_out);
        if likeness == Likeness::Earlier && !timed_out && !self.case.card_read() && !self.case.settled {
            let why = Explanation::new("explain-not-performed", Fault::Nobody);
            return super::conclude(Outcome::without_money(Verdict::NotCharged, why), out);
        }
        leave_to_a_person(Explanation::new("explain-connect-look-at-terminal", Fault::Terminal).with_detail(words), out)
    }
}

/// The vendor's procedure (5.7, step 2): somebody looks at the terminal and decides.
fn leave_to_a_person(why: Explanation, out: &mut Effects) -> State {
    super::conclude(Outcome::without_money(Verdict::InDoubt, why), out)
}

/// What the terminal did last, in its own words and numbers, for the person who looks.
fn described(transaction: &Transaction) -> String {
    let amount = transaction.amount_total.or(transaction.amount_base);
    let currency = transaction.currency.as_deref().and_then(|code| code.parse().ok());
    let money = amount.zip(currency).map(|(minor, currency)| crate::domain::Money::new(minor, currency));
    let parts = [
        transaction.kind.as_ref().map(|kind| kind.word().to_owned()),
        transaction.result.as_ref().map(|result| result.word().to_owned()),
        money.map(|money| format!("{} {}", money.to_decimal(), money.currency().code())),
        transaction.transaction_number.clone(),
        transaction.transaction_time.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl Asking {
    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.inquiry.case
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.question.as_ref().map(|question| question.until)
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.deadline().is_none_or(|until| now.at < until) {
            return State::Asking(Box::new(self));
        }
        ground.abandon_line(out);
        self.inquiry.unreachable(ground, now, Explanation::new("explain-link-timed-out", Fault::Link), out)
    }

    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        self.inquiry.ask(ground, now, out)
    }

    pub fn on_lost(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        self.inquiry.unreachable(ground, now, why, out)
    }

    /// Somebody may mend the settings meanwhile.
    pub fn on_refused(self, ground: &mut Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        ground.tell(Session::Refused(why), out);
        let pause = ground.pause();
        self.inquiry.wait(now, pause)
    }

    pub fn on_answer(
        self,
        ground: &mut Ground,
        now: Now,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        match self.question {
            Some(question) if *answered == question.id => match question.about {
                Subject::Terminal => self.inquiry.on_terminal(ground, now, answer, out),
                Subject::LastTransaction => self.inquiry.on_last_transaction(ground, now, answer, out),
            },
            _ if self.inquiry.is_settled_by(answered, &answer) => {
                transaction::settle(ground, now, self.inquiry.case, answer, out)
            }
            _ => State::Asking(Box::new(self)),
        }
    }
}

impl WaitingToAsk {
    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn inquiry(&self) -> &Inquiry {
        &self.inquiry
    }

    pub fn case_mut(&mut self) -> &mut Case {
        &mut self.inquiry.case
    }

    /// Somebody wants to know now.
    pub fn hurry(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if ground.asking.wait(now.wall) > Duration::ZERO {
            return State::WaitingToAsk(Box::new(self));
        }
        self.inquiry.ask_by_hand(ground, now, out)
    }

    pub fn on_answer(
        self,
        ground: &mut Ground,
        now: Now,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        if self.inquiry.is_settled_by(answered, &answer) {
            return transaction::settle(ground, now, self.inquiry.case, answer, out);
        }
        State::WaitingToAsk(Box::new(self))
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::WaitingToAsk(Box::new(self));
        }
        self.inquiry.ask(ground, now, out)
    }
}

/// Begins to ask about a payment the journal holds.
pub fn recover(ground: &mut Ground, now: Now, case: Case, out: &mut Effects) -> State {
    let Some(reference) = &case.reference else {
        return super::conclude(recovery::without_reference(case.settled), out);
    };
    ground.number_after(reference.rpc_id);
    // It may have left a moment ago, by a program that was killed.
    Inquiry::about(case, now).ask_by_hand(ground, now, out)
}
