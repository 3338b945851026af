//! What runs: steps performed one after the other, each when its time has come.

use std::collections::VecDeque;
use std::time::Duration;

use super::script::{Decision, Ending, Manner, Shown, Step};
use super::store::Record;
use super::validation::Asked;
use super::{PayServer, profile, receipts, script, texts};
use crate::domain::{Instant, Now};
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{Charge, Line, Scenario};

/// One operation, from its request to its response.
pub struct Running {
    /// `None` once the client is gone.
    pub line: Option<Line>,
    pub request: Header,
    /// The path of the reader it uses.
    pub device: Option<String>,
    pub scenario: Scenario,
    pub steps: VecDeque<Step>,
    pub wake: Instant,
    /// As the last update said.
    pub abortable: bool,
    /// Stands still for a signature.
    pub signs: bool,
    pub registered: bool,
    /// What makes the response's `status` ERROR.
    pub error: Option<ErrorType>,
    pub work: Work,
}

pub enum Work {
    Payment(Box<Payment>),
    Amendment(Box<Amendment>),
    Scan { continuous: bool, state: ScanState },
}

/// An EXECUTE.
pub struct Payment {
    pub record: Record,
    pub asked: Asked,
    pub source: Source,
    pub verification: CustomerVerification,
    pub workflow: Workflow,
    pub scheme: Option<Scheme>,
}

/// An AMEND.
pub struct Amendment {
    pub record: Record,
    pub kind: RequestType,
    /// The identifier of the transaction it changes.
    pub original: String,
    pub asked: Asked,
}

impl Running {
    pub fn new(
        line: Line,
        request: Header,
        device: Option<String>,
        scenario: Scenario,
        work: Work,
        steps: VecDeque<Step>,
        at: Instant,
    ) -> Running {
        Running {
            line: Some(line),
            request,
            device,
            scenario,
            steps,
            wake: at,
            abortable: false,
            signs: false,
            registered: false,
            error: None,
            work,
        }
    }

    pub fn record(&self) -> Option<&Record> {
        match &self.work {
            Work::Payment(payment) => Some(&payment.record),
            Work::Amendment(amendment) => Some(&amendment.record),
            Work::Scan { .. } => None,
        }
    }

    pub fn record_mut(&mut self) -> Option<&mut Record> {
        match &mut self.work {
            Work::Payment(payment) => Some(&mut payment.record),
            Work::Amendment(amendment) => Some(&mut amendment.record),
            Work::Scan { .. } => None,
        }
    }

    /// Ends it without money.
    pub fn end(&mut self, ending: Ending) {
        if let Some(record) = self.record_mut() {
            record.ended(ending.status, ending.code);
        }
        self.error = ending.error;
    }

    pub fn goes_on_with(&mut self, steps: VecDeque<Step>, at: Instant) {
        self.steps = steps;
        self.wake = at;
        self.signs = false;
        self.abortable = false;
    }
}

impl PayServer {
    pub(super) fn start(&mut self, now: &Now, running: Running) {
        self.running.push(running);
        self.perform_due(now);
    }

    /// Performs every step whose time has come, the oldest first.
    pub(super) fn perform_due(&mut self, now: &Now) {
        loop {
            let due = self.running.iter().enumerate().filter(|(_, running)| running.wake <= now.at);
            let Some((place, _)) = due.min_by_key(|(place, running)| (running.wake, *place)) else { return };
            let mut running = self.running.remove(place);
            if running.signs {
                running.goes_on_with(script::unsigned(), now.at);
            }
            if let Some(step) = running.steps.pop_front() {
                self.perform(now, &mut running, step);
                // a line that was cut while it was out of the list
                running.line = running.line.filter(|line| self.clients.contains_key(line));
                self.running.insert(place.min(self.running.len()), running);
            }
        }
    }

    fn perform(&mut self, now: &Now, running: &mut Running, step: Step) {
        match step {
            Step::Show(shown) => self.show(running, &shown),
            Step::Pause(wait) => running.wake = running.wake + self.scaled(Duration::from_millis(wait)),
            Step::Register => {
                running.registered = true;
                self.keep(running);
            }
            Step::ReadCard => self.read_card(running),
            Step::AskSignature => self.ask_signature(now, running),
            Step::AskHost => {
                if let Some(record) = running.record_mut() {
                    record.ended(TransactionStatus::Pending, StatusCode::PendingWaitingForProcessor);
                }
                self.keep(running);
            }
            Step::Decide(decision) => {
                self.decide(now, running, decision);
                self.keep(running);
            }
            Step::End(ending) => {
                running.end(ending);
                self.keep(running);
            }
            Step::Cut => {
                if let Some(line) = running.line.take() {
                    self.cut(line);
                }
            }
            Step::Lose => {
                if let Some(record) = running.record_mut() {
                    record.lost = true;
                }
                self.keep(running);
            }
            Step::Respond(manner) => self.respond(running, manner),
            Step::Scan => self.scanned(running),
        }
    }

    /// Puts the transaction, as it stands, into the store, once the platform knows of it.
    fn keep(&mut self, running: &Running) {
        if let Some(record) = running.record().filter(|_| running.registered) {
            self.store.put(record.clone());
        }
    }

    fn decide(&mut self, now: &Now, running: &mut Running, decision: Decision) {
        match &mut running.work {
            Work::Payment(payment) => self.decide_payment(payment, decision),
            Work::Amendment(amendment) => running.error = self.decide_amendment(now, amendment, decision),
            Work::Scan { .. } => {}
        }
    }

    fn show(&mut self, running: &mut Running, shown: &Shown) {
        running.abortable = shown.abortable;
        let progress = Progress {
            state: Some(shown.state.clone()),
            state_details: Some(shown.details.clone()),
            information: shown.text.lines(running.record().map(Record::amount)),
            abortable: Some(shown.abortable),
            transaction: self.transaction_of(running),
        };
        let body = match &running.work {
            Work::Amendment(_) => Body::AmendTransactionUpdate(Box::new(progress)),
            Work::Payment(_) => Body::ExecuteTransactionUpdate(Box::new(progress)),
            Work::Scan { .. } => return,
        };
        self.tell(running, Message { header: running.request.answer(), body });
    }

    fn transaction_of(&self, running: &Running) -> Option<Transaction> {
        let record = running.record().filter(|_| running.registered)?;
        Some(receipts::transaction(record, &self.store, true))
    }

    /// To the client, if it is still there.
    pub(super) fn tell(&mut self, running: &Running, message: Message) {
        match running.line {
            Some(line) if running.scenario == Scenario::OddSpelling => self.send_oddly(line, &message),
            Some(line) => self.send(line, &message),
            None => {}
        }
    }

    fn respond(&mut self, running: &mut Running, manner: Manner) {
        match manner {
            Manner::Never => return,
            Manner::ForeignFirst => self.tell_foreign(running),
            Manner::Plainly => {}
        }
        let header = running.request.answer();
        let header = match &running.error {
            Some(kind) => header.failed(error_of(kind, running.record())),
            None => header,
        };
        let progress = self.end_progress(running);
        let body = response_body(&running.work, progress);
        self.tell(running, Message { header, body });
        running.steps.clear();
    }

    fn end_progress(&self, running: &Running) -> Progress {
        let Some(record) = running.record() else { return Progress::default() };
        let (state, details) = profile::end_state(&record.kind, &record.status, &record.code);
        Progress {
            state: Some(state),
            state_details: Some(details),
            information: texts::end_lines(&record.status, &record.code),
            abortable: None,
            transaction: self.transaction_of(running).or_else(|| self.never_registered(record)),
        }
    }

    /// What was aborted before the platform knew of it is told all the same, without an identifier.
    fn never_registered(&self, record: &Record) -> Option<Transaction> {
        let aborted = record.status == TransactionStatus::Aborted;
        aborted.then(|| Transaction { identifier: None, ..receipts::transaction(record, &self.store, false) })
    }

    /// Scenario 72: an approval of something else, under a tag of nobody.
    fn tell_foreign(&mut self, running: &Running) {
        let Some(mut record) = running.record().cloned() else { return };
        record.identifier = self.new_identifier();
        record.custom_identifier = Some(format!("other-till-{}", self.dice.digits(6)));
        record.amount_minor = record.amount_minor.saturating_add(1111);
        record.ended(TransactionStatus::Approved, StatusCode::Approved);
        let progress = Progress {
            state: Some(State::Approved),
            state_details: Some(StateDetails::Approved),
            information: texts::end_lines(&record.status, &record.code),
            abortable: None,
            transaction: Some(receipts::transaction(&record, &self.store, true)),
        };
        let header = Header { tag: self.dice.hex(32), ..running.request.answer() };
        self.tell(running, Message { header, body: response_body(&running.work, progress) });
    }
}

fn response_body(work: &Work, progress: Progress) -> Body {
    match work {
        Work::Payment(_) => Body::ExecuteTransactionResponse(Box::new(progress)),
        Work::Amendment(_) => Body::AmendTransactionResponse(Box::new(progress)),
        Work::Scan { state, .. } => Body::ScanBarcodeResponse(super::scan::end(state)),
    }
}

fn error_of(kind: &ErrorType, record: Option<&Record>) -> Error {
    let message = record.map(|record| texts::description(&record.code)).unwrap_or_default();
    Error { kind: kind.clone(), message, developer_message: "simulated".to_owned() }
}

impl Payment {
    /// What is charged in place of what was asked, and how much of it is a tip.
    pub fn charged(&self, charge: Charge) -> (i64, i64) {
        let asked = self.record.amount_minor;
        let given = self.record.tip_minor;
        match charge {
            Charge::AsAsked => (asked, given),
            Charge::Half => (asked / 2, given.min(asked / 2)),
            Charge::WithTip => {
                let tip = (asked / 10).min(self.asked.max_tip.map_or(i64::MAX, crate::domain::Money::minor));
                (asked.saturating_add(tip), given.saturating_add(tip))
            }
            Charge::WithFees => (asked.saturating_add(asked / 25), given),
        }
    }
}
