//! One terminal's desk, as a pure state machine: the driver, the payment at hand, and the picture of both. It turns what
//! happens into a [`Turn`]: what to write, what to send, what to tell. The actor does that, in this order.

mod discretion;
mod errands;
mod tables;

use serde_json::{Value, json};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Commission, Display, Instant, Now, Operation, Outcome, PaymentEvent, PaymentId, PaymentRecord, PaymentRequest,
    PaymentState, Recorded, ScannedCode, StartPayment, Task, Tender, Verdict,
};
use crate::journal::{Contradiction, Entry};
use crate::protocols::driver::{
    Command, Departure, Driver, Effect, Endpoint, Input, LinkAction, LinkEvent, Loss, LossCause, Report, Session,
    Stopping,
};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::protocol::{Abilities, Secrets};
use crate::protocols::recovery::{SEEK_AFTER_CANCEL, SEEK_FOR};

use super::order::Refusal;
use super::view::{DISPLAYS_AT_MOST, NOTICES_AT_MOST, PaymentView, Shown, Signal, Stage, TerminalView, Unresolved};

pub use discretion::Discretion;
use errands::UnderWay;
pub use errands::{ErrandEnd, Sending};
pub use tables::{TableNews, Told};

/// What has to be done, in the order of the fields.
#[derive(Debug, Default)]
pub struct Turn {
    pub entries: Vec<Entry>,
    pub links: Vec<LinkOrder>,
    pub signals: Vec<Signal>,
    /// Outcomes for those who wait for them.
    pub conclusions: Vec<(PaymentId, Outcome)>,
    /// The end of an errand, for whoever waits for it.
    pub errand: Option<ErrandEnd>,
    /// What somebody outside asks of the till.
    pub commissions: Vec<Commission>,
    /// The terminal's new address.
    pub moved: Option<(String, u16)>,
}

#[derive(Debug)]
pub struct LinkOrder {
    pub channel: Channel,
    pub action: LinkAction,
    /// Not to be carried out unless the turn is durable.
    pub moves_money: bool,
}

/// The payment the driver works on.
#[derive(Debug)]
struct Hand {
    id: PaymentId,
    seeking_since: Option<Instant>,
    cancelled_at: Option<Instant>,
    /// The cashier has cancelled again what no till can stop: nobody waits for it any more.
    left: bool,
    /// Who waits has been told "in doubt"; the driver goes on.
    told: bool,
    shown_reference: Option<String>,
    /// What the journal knows already; somebody asks all the same.
    known: Option<Outcome>,
    /// The wallet's code, to be blanked wherever it would be written.
    code: Option<ScannedCode>,
}

pub struct Station {
    driver: Box<dyn Driver>,
    view: TerminalView,
    discretion: Discretion,
    hand: Option<Hand>,
    errand: Option<UnderWay>,
    unreachable: bool,
    /// Open payments of an earlier run, to be asked about one after the other.
    to_ask: Vec<PaymentId>,
    /// A session to open (or to end) when nothing is at hand any more.
    session_wanted: Option<bool>,
}

impl Station {
    /// `secrets` are the terminal's: nothing that is recorded or told repeats them.
    pub fn new(driver: Box<dyn Driver>, view: TerminalView, secrets: &Secrets) -> Station {
        Station {
            driver,
            view,
            discretion: Discretion::about(secrets),
            hand: None,
            errand: None,
            unreachable: false,
            to_ask: Vec::new(),
            session_wanted: None,
        }
    }

    pub fn view(&self) -> &TerminalView {
        &self.view
    }

    pub fn name(&self) -> &str {
        &self.view.name
    }

    /// The payment the driver works on.
    pub fn at_hand(&self) -> Option<&PaymentId> {
        self.hand.as_ref().map(|hand| &hand.id)
    }

    /// Whether the driver can be asked about this payment: nothing is at hand, or it is this payment and its answer is
    /// already being sought. What the journal says is not the latest while something waits to be written.
    ///
    /// # Errors
    /// Why not.
    pub fn check_inquiry(&self, id: &PaymentId) -> Result<(), Refusal> {
        if self.errand.is_some() {
            return Err(Refusal::Running);
        }
        let sought = self.view.unresolved.iter().any(|doubt| doubt.id == *id);
        match self.at_hand() {
            Some(hand) if hand == id && sought => Ok(()),
            Some(_) => Err(Refusal::Running),
            None if self.view.unsaved => Err(Refusal::Unsaved),
            None => Ok(()),
        }
    }

    /// See [`Driver::has_parting_words`].
    pub fn has_parting_words(&self) -> bool {
        self.driver.has_parting_words()
    }

    /// When to call [`Station::tick`] although nothing else happened.
    pub fn deadline(&self) -> Option<Instant> {
        let errand = self.errand.map(|under_way| under_way.until);
        self.driver.deadline().into_iter().chain(self.seek_until()).chain(errand).min()
    }

    /// Whether a request may be recorded, as far as this desk knows. What concerns an earlier payment is checked where
    /// the journal can be read.
    pub fn check(&self, request: &PaymentRequest) -> Result<(), Refusal> {
        self.has_no_doubt()?;
        if self.hand.is_some() || self.errand.is_some() {
            return Err(Refusal::Running);
        }
        self.is_in_order()?;
        let abilities = &self.view.abilities;
        if !abilities.can(request.operation) {
            return Err(Refusal::NotAble(request.operation));
        }
        check_original(abilities, request)?;
        check_amounts(abilities, request)?;
        check_tender(abilities, request)?;
        check_keyed(abilities, request)
    }

    fn has_no_doubt(&self) -> Result<(), Refusal> {
        self.view.unresolved.first().map_or(Ok(()), |doubt| Err(Refusal::InDoubt(doubt.id.clone())))
    }

    /// The till can hear the terminal and write down what it hears.
    fn is_in_order(&self) -> Result<(), Refusal> {
        if let Some(cause) = &self.view.no_listener {
            return Err(Refusal::NoListener(cause.clone()));
        }
        if self.view.unsaved { Err(Refusal::Unsaved) } else { Ok(()) }
    }

    /// Starts what the journal has on disk.
    pub fn start(&mut self, now: Now, start: Recorded<StartPayment>) -> Turn {
        let mut turn = Turn::default();
        self.take_in_hand(&start.id, &start.request, now.wall, Stage::Starting);
        turn.signals.push(Signal::Started {
            payment: start.id.clone(),
            operation: start.request.operation,
            amount: start.request.amount,
            origin: start.request.origin.clone(),
        });
        self.step(now, Input::Command(Command::Start(start)), &mut turn);
        turn
    }

    /// Takes up what an earlier run of the program left open. Before it was sent, nothing can have happened.
    pub fn take_up(&mut self, now: Now, record: &PaymentRecord) -> Turn {
        let mut turn = Turn::default();
        let never_sent = record.state == PaymentState::Recorded;
        let explanation = if never_sent {
            Explanation::new("explain-nothing-sent", Fault::Nobody)
        } else {
            Explanation::new("explain-restarted", Fault::Nobody)
        };
        let verdict = if never_sent { Verdict::NotCharged } else { Verdict::InDoubt };
        turn.entries.push(Entry::Payment {
            id: record.id.clone(),
            event: PaymentEvent::Restarted,
            outcome: Some(Outcome::without_money(verdict, explanation.clone())),
            at: now.wall,
        });
        if !never_sent {
            self.note_unresolved(record, Some(explanation));
            self.to_ask.push(record.id.clone());
        }
        turn
    }

    /// The payment of an earlier run to ask about now; the caller reads its record for [`Station::inquire`].
    pub fn next_to_ask(&self) -> Option<PaymentId> {
        self.to_ask.first().filter(|_| self.hand.is_none() && self.errand.is_none()).cloned()
    }

    /// This payment has ended meanwhile.
    pub fn no_need_to_ask(&mut self, id: &PaymentId) {
        self.to_ask.retain(|asked| asked != id);
    }

    /// Opens the session, or ends it, as soon as nothing is at hand.
    pub fn want_session(&mut self, wanted: bool) {
        self.session_wanted = Some(wanted);
    }

    /// What is to be done about the session now.
    pub fn turn_to_the_session(&mut self, now: Now) -> Option<Turn> {
        if !self.is_idle() {
            return None;
        }
        let command = if self.session_wanted.take()? { Command::Connect } else { Command::Disconnect };
        Some(self.command(now, command))
    }

    /// Asks about a payment, open or ended.
    pub fn inquire(&mut self, now: Now, record: &PaymentRecord) -> Turn {
        let mut turn = Turn::default();
        self.no_need_to_ask(&record.id);
        let explanation = Explanation::new("explain-answer-lost", Fault::Nobody);
        let same = self.hand.as_ref().is_some_and(|hand| hand.id == record.id);
        if same {
            // Who waits already is told when its own minute is over, however often somebody asks.
            if let Some(hand) = self.hand.as_mut().filter(|hand| hand.told) {
                hand.told = false;
                hand.seeking_since = Some(now.at);
                hand.cancelled_at = None;
                hand.left = false;
            }
        } else {
            let stage = Stage::Seeking(explanation.clone());
            self.take_in_hand(&record.id, &record.request, record.at, stage);
            if let Some(hand) = &mut self.hand {
                hand.seeking_since = Some(now.at);
                hand.known = record.known();
            }
        }
        self.mark_seeking(&record.id, true);
        turn.signals.push(Signal::Seeking { payment: record.id.clone(), explanation });
        self.step(now, Input::Command(Command::Recover(record.open())), &mut turn);
        turn
    }

    /// The cashier's cancel button.
    pub fn cancel(&mut self, now: Now) -> Turn {
        let mut turn = Turn::default();
        if self.call_off(now, &mut turn) {
            return turn;
        }
        let Some(hand) = &mut self.hand else {
            self.cancel_errand(now, &mut turn);
            return turn;
        };
        let repeated = hand.cancelled_at.is_some() || hand.seeking_since.is_some();
        hand.left = repeated && !self.view.abilities.abort;
        hand.cancelled_at.get_or_insert(now.at);
        if let Some(payment) = &mut self.view.payment {
            payment.cancel_requested = true;
        }
        turn.entries.push(Entry::Payment {
            id: hand.id.clone(),
            event: PaymentEvent::CancelRequested,
            outcome: None,
            at: now.wall,
        });
        self.step(now, Input::Command(Command::Cancel), &mut turn);
        self.end_the_seeking(now, &mut turn);
        turn
    }

    pub fn command(&mut self, now: Now, command: Command) -> Turn {
        let mut turn = Turn::default();
        if let (Some(body), Some(hand)) = (answer_note(&command), &self.hand) {
            turn.entries.push(self.note("answer", Some(hand.id.clone()), body, now));
        }
        self.step(now, Input::Command(command), &mut turn);
        turn
    }

    pub fn link(&mut self, now: Now, channel: Channel, event: LinkEvent) -> Turn {
        let mut turn = Turn::default();
        if let LinkEvent::Received(frame) = &event {
            self.view.heard |= matches!(frame, Frame::Request(_));
            turn.entries.push(self.message(now, channel, false, frame));
        }
        self.step(now, Input::Link(channel, event), &mut turn);
        turn
    }

    pub fn tick(&mut self, now: Now) -> Turn {
        let mut turn = Turn::default();
        if self.driver.deadline().is_some_and(|at| now.at >= at) {
            self.step(now, Input::Tick, &mut turn);
        }
        self.end_the_seeking(now, &mut turn);
        self.end_the_errand(now, &mut turn);
        turn
    }

    /// The turn's entries could not be written: what moves money is not carried out, and the driver hears that it
    /// surely did not leave. Entries that only make sense with it are taken back.
    pub fn not_durable(&mut self, now: Now, turn: &mut Turn) -> Turn {
        let (held_back, free): (Vec<_>, Vec<_>) =
            std::mem::take(&mut turn.links).into_iter().partition(|order| order.moves_money);
        turn.links = free;
        let mut next = Turn::default();
        if held_back.is_empty() {
            return next;
        }
        turn.entries.retain(|entry| {
            !matches!(entry, Entry::Reference { .. } | Entry::Payment { event: PaymentEvent::Transmitted, .. })
        });
        for order in held_back {
            let loss = Loss { departure: Departure::SurelyNot, cause: LossCause::NotDurable, detail: String::new() };
            self.step(now, Input::Link(order.channel, LinkEvent::Lost(loss)), &mut next);
        }
        next
    }

    /// Some outcome waits to be written.
    pub fn set_unsaved(&mut self, unsaved: bool) {
        self.view.unsaved = unsaved;
    }

    /// The journal knows something else than the terminal says now.
    pub fn contradicted(&mut self, contradiction: &Contradiction) -> Signal {
        let alarm = Explanation::new("explain-contradicts-journal", Fault::Terminal)
            .with_detail(contradiction.payment.as_str());
        self.push_notice(alarm.clone());
        Signal::Notice(alarm)
    }

    /// A person, perhaps in another program, has decided about a payment: stop asking.
    pub fn settled_elsewhere(&mut self, now: Now, record: &PaymentRecord) -> Turn {
        let mut turn = Turn::default();
        self.no_need_to_ask(&record.id);
        self.view.unresolved.retain(|doubt| doubt.id != record.id);
        let Some(outcome) = record.outcome.clone() else { return turn };
        if self.at_hand() == Some(&record.id) {
            self.hand = None;
            if record.state == PaymentState::DecidedNotPaid {
                // A terminal that still waits for a card must not take the next customer's for this payment.
                self.step(now, Input::Command(Command::Cancel), &mut turn);
            }
            self.step(now, Input::Command(Command::Forget), &mut turn);
        }
        if let Some(payment) = self.view.payment.as_mut().filter(|payment| payment.id == record.id) {
            payment.stage = Stage::Ended(outcome.clone());
            payment.question = None;
        }
        turn.conclusions.push((record.id.clone(), outcome));
        turn
    }

    /// Another program's payment on this terminal, found open in the journal.
    pub fn note_unresolved(&mut self, record: &PaymentRecord, explanation: Option<Explanation>) {
        if self.view.unresolved.iter().any(|doubt| doubt.id == record.id) {
            return;
        }
        self.view.unresolved.push(Unresolved {
            id: record.id.clone(),
            operation: record.request.operation,
            amount: record.request.amount,
            since: record.at,
            explanation,
            seeking: false,
        });
    }

    pub fn dismiss(&mut self) {
        if self.hand.is_none() {
            self.view.payment = None;
        }
    }

    fn take_in_hand(&mut self, id: &PaymentId, request: &PaymentRequest, at: jiff::Timestamp, stage: Stage) {
        self.hand = Some(Hand {
            id: id.clone(),
            seeking_since: None,
            cancelled_at: None,
            left: false,
            told: false,
            shown_reference: None,
            known: None,
            code: request.code.clone(),
        });
        self.view.payment = Some(PaymentView {
            id: id.clone(),
            operation: request.operation,
            amount: request.amount,
            cashback: request.cashback,
            origin: request.origin.clone(),
            started_at: at,
            stage,
            displays: Vec::new(),
            question: None,
            receipts: Vec::new(),
            cancel_requested: false,
            stopping: Stopping::Possible,
        });
    }

    fn step(&mut self, now: Now, input: Input, turn: &mut Turn) {
        for effect in self.driver.step(now, input) {
            match effect {
                Effect::Link { channel, action, moves_money } => {
                    if let Some(frame) = sent_frame(&action) {
                        turn.entries.push(self.message(now, channel, true, &frame));
                    }
                    turn.links.push(LinkOrder { channel, action, moves_money });
                }
                Effect::Report(report) => {
                    let report = self.discretion.report(report);
                    self.report(now, report, turn);
                }
            }
        }
        if self.hand.is_some()
            && let Some(payment) = &mut self.view.payment
        {
            payment.stopping = self.driver.stopping();
        }
    }

    fn report(&mut self, now: Now, report: Report, turn: &mut Turn) {
        match report {
            Report::Display(display) => self.on_display(now, display, turn),
            Report::Reference(reference) => self.on_reference(now, reference, turn),
            Report::Transmitted => self.on_transmitted(now, turn),
            Report::Question(question) => {
                let Some(hand) = &self.hand else { return };
                turn.entries.push(self.note("question", Some(hand.id.clone()), json!(question), now));
                turn.signals.push(Signal::Question { payment: hand.id.clone(), question: question.clone() });
                if let Some(payment) = &mut self.view.payment {
                    payment.question = Some(question);
                }
            }
            Report::QuestionClosed(id) => {
                if let Some(payment) = &mut self.view.payment
                    && payment.question.as_ref().is_some_and(|question| question.id == id)
                {
                    payment.question = None;
                    turn.signals.push(Signal::QuestionClosed { payment: payment.id.clone() });
                }
            }
            Report::Receipt(receipt) => {
                let Some(hand) = &self.hand else { return };
                turn.entries.push(Entry::Receipt { id: hand.id.clone(), receipt: receipt.clone(), at: now.wall });
                turn.signals.push(Signal::Receipt { payment: hand.id.clone(), receipt: receipt.clone() });
                if let Some(payment) = &mut self.view.payment {
                    payment.receipts.push(receipt);
                }
            }
            Report::Lost(explanation) => self.on_lost(now, explanation, turn),
            Report::Outcome(outcome) => self.on_outcome(now, outcome, turn),
            Report::Session(session) => {
                self.unreachable = matches!(session, Session::Offline(_) | Session::Refused(_));
                turn.signals.push(Signal::Session(session.clone()));
                // Whoever answers next may be another machine, and not say who it is.
                if session == Session::Connecting {
                    self.view.identity = None;
                }
                self.view.session = Some(session);
            }
            Report::Identity(identity) => self.view.identity = Some(identity),
            Report::DayEnd(end) => self.on_day_end(now, end, turn),
            Report::Scanned(scan) => self.on_scanned(now, scan, turn),
            Report::Prompted(answer) => self.on_prompted(now, answer, turn),
            Report::Commission(commission) => {
                // A payment says itself who asked for it, and questions are among the messages: whoever asks without end
                // must not fill what is kept for ever.
                if commission.task == Task::CloseDay {
                    turn.entries.push(self.note("commission", None, json!("close_day"), now));
                }
                turn.commissions.push(commission);
            }
            Report::TakenAtTable(taking) => turn.entries.push(Entry::TakenAtTable {
                terminal: self.view.name.clone(),
                protocol: self.view.protocol.to_owned(),
                taking,
                at: now.wall,
            }),
            Report::Remember(memory) => {
                turn.entries.push(Entry::Memory { terminal: self.view.name.clone(), memory });
            }
            Report::AddressChanged { host, port } => turn.moved = Some((host, port)),
            Report::Notice(notice) => self.on_notice(now, "notice", notice, turn),
            Report::Alarm(alarm) => self.on_notice(now, "alarm", alarm, turn),
        }
    }

    fn on_display(&mut self, now: Now, display: Display, turn: &mut Turn) {
        self.unreachable = false;
        let payment = self.hand.as_ref().map(|hand| hand.id.clone());
        turn.entries.push(self.note("display", payment.clone(), json!(display), now));
        if payment.is_some()
            && let Some(view) = &mut self.view.payment
        {
            if view.displays.len() == DISPLAYS_AT_MOST {
                view.displays.remove(0);
            }
            view.displays.push(Shown { at: now.wall, display: display.clone() });
        }
        turn.signals.push(Signal::Display { payment, display });
    }

    fn on_reference(&mut self, now: Now, reference: Value, turn: &mut Turn) {
        let Some(hand) = &mut self.hand else { return };
        let shown = reference.get("shown").and_then(Value::as_str).map(str::to_owned);
        if shown.is_some() && shown != hand.shown_reference {
            hand.shown_reference.clone_from(&shown);
            turn.signals.push(Signal::Reference { payment: hand.id.clone(), reference: shown.unwrap_or_default() });
        }
        turn.entries.push(Entry::Reference { id: hand.id.clone(), reference, at: now.wall });
    }

    fn on_transmitted(&mut self, now: Now, turn: &mut Turn) {
        let Some(hand) = &self.hand else { return };
        turn.entries.push(Entry::Payment {
            id: hand.id.clone(),
            event: PaymentEvent::Transmitted,
            outcome: None,
            at: now.wall,
        });
        if let Some(payment) = &mut self.view.payment {
            payment.stage = Stage::AtTerminal;
        }
    }

    fn on_lost(&mut self, now: Now, explanation: Explanation, turn: &mut Turn) {
        let Some(hand) = self.hand.as_mut().filter(|hand| hand.known.is_none()) else { return };
        hand.seeking_since.get_or_insert(now.at);
        let id = hand.id.clone();
        turn.entries.push(Entry::Payment {
            id: id.clone(),
            event: PaymentEvent::Lost,
            outcome: Some(Outcome::without_money(Verdict::InDoubt, explanation.clone())),
            at: now.wall,
        });
        self.doubt_the_hand(&explanation, true);
        if let Some(payment) = &mut self.view.payment {
            payment.stage = Stage::Seeking(explanation.clone());
        }
        turn.signals.push(Signal::Seeking { payment: id, explanation });
    }

    /// What the journal knows stays; the journal raises the alarm where the terminal contradicts it.
    fn on_outcome(&mut self, now: Now, outcome: Outcome, turn: &mut Turn) {
        let Some(hand) = self.hand.take() else { return };
        turn.entries.push(Entry::Payment {
            id: hand.id.clone(),
            event: outcome.verdict.into(),
            outcome: Some(outcome.clone()),
            at: now.wall,
        });
        self.show_outcome(hand.id, hand.known.unwrap_or(outcome), turn);
    }

    fn show_outcome(&mut self, id: PaymentId, outcome: Outcome, turn: &mut Turn) {
        if outcome.verdict == Verdict::InDoubt {
            self.doubt_the_payment(outcome.explanation.clone());
        } else {
            self.view.unresolved.retain(|doubt| doubt.id != id);
        }
        if let Some(payment) = &mut self.view.payment {
            payment.stage = Stage::Ended(outcome.clone());
            payment.question = None;
        }
        turn.signals.push(Signal::Outcome { payment: id.clone(), outcome: outcome.clone() });
        turn.conclusions.push((id, outcome));
    }

    /// Ends a question about a payment whose outcome is known. `false` when there is none at hand.
    fn call_off(&mut self, now: Now, turn: &mut Turn) -> bool {
        let Some(known) = self.hand.as_ref().and_then(|hand| hand.known.clone()) else { return false };
        let Some(hand) = self.hand.take() else { return false };
        self.step(now, Input::Command(Command::Forget), turn);
        self.show_outcome(hand.id, known, turn);
        true
    }

    fn on_notice(&mut self, now: Now, kind: &str, notice: Explanation, turn: &mut Turn) {
        let payment = self.hand.as_ref().map(|hand| hand.id.clone());
        turn.entries.push(self.note(kind, payment, json!(notice), now));
        self.push_notice(notice.clone());
        turn.signals.push(Signal::Notice(notice));
    }

    fn push_notice(&mut self, notice: Explanation) {
        if self.view.notices.last() == Some(&notice) {
            return;
        }
        if self.view.notices.len() == NOTICES_AT_MOST {
            self.view.notices.remove(0);
        }
        self.view.notices.push(notice);
    }

    /// Puts the payment at hand on the list of those in doubt.
    fn doubt_the_hand(&mut self, explanation: &Explanation, seeking: bool) {
        self.doubt_the_payment(Some(explanation.clone()));
        if let Some(id) = self.hand.as_ref().map(|hand| hand.id.clone()) {
            self.mark_seeking(&id, seeking);
        }
    }

    fn doubt_the_payment(&mut self, explanation: Option<Explanation>) {
        let Some(payment) = &self.view.payment else { return };
        if let Some(doubt) = self.view.unresolved.iter_mut().find(|doubt| doubt.id == payment.id) {
            doubt.explanation = explanation;
            doubt.seeking = false;
            return;
        }
        self.view.unresolved.push(Unresolved {
            id: payment.id.clone(),
            operation: payment.operation,
            amount: payment.amount,
            since: payment.started_at,
            explanation,
            seeking: false,
        });
    }

    fn mark_seeking(&mut self, id: &PaymentId, seeking: bool) {
        if let Some(doubt) = self.view.unresolved.iter_mut().find(|doubt| doubt.id == *id) {
            doubt.seeking = seeking;
        }
    }

    fn seek_until(&self) -> Option<Instant> {
        let hand = self.hand.as_ref().filter(|hand| !hand.told)?;
        let since = hand.seeking_since?;
        if hand.left {
            return Some(since);
        }
        let minute = since + SEEK_FOR;
        let after_cancel = hand.cancelled_at.filter(|_| self.unreachable).map(|at| at + SEEK_AFTER_CANCEL);
        Some(after_cancel.map_or(minute, |sooner| sooner.min(minute)))
    }

    /// Who waits is told "in doubt" when the time is up; the driver goes on asking.
    fn end_the_seeking(&mut self, now: Now, turn: &mut Turn) {
        if self.seek_until().is_none_or(|until| now.at < until) {
            return;
        }
        if self.call_off(now, turn) {
            return;
        }
        let Some(hand) = &mut self.hand else { return };
        hand.told = true;
        let key = if hand.left {
            "explain-stopped-waiting"
        } else if self.unreachable {
            "explain-unreachable-in-doubt"
        } else {
            "explain-still-unknown"
        };
        let outcome = Outcome::without_money(Verdict::InDoubt, Explanation::new(key, Fault::Link));
        turn.conclusions.push((hand.id.clone(), outcome));
    }

    fn note(&self, kind: &str, payment: Option<PaymentId>, body: Value, now: Now) -> Entry {
        Entry::Note { terminal: self.view.name.clone(), payment, kind: kind.to_owned(), body, at: now.wall }
    }

    /// What has left or arrived, without the terminal's secrets and the code a wallet pays by.
    fn message(&self, now: Now, channel: Channel, sent: bool, frame: &Frame) -> Entry {
        let code = self.hand.as_ref().and_then(|hand| hand.code.as_ref());
        let body = frame.record();
        let body = code.map_or_else(|| body.to_vec(), |code| code.blanked_in(&body));
        Entry::Message {
            terminal: self.view.name.clone(),
            payment: self.hand.as_ref().map(|hand| hand.id.clone()),
            channel: channel.to_string(),
            sent,
            body: self.discretion.message(body),
            at: now.wall,
        }
    }
}

/// What the journal keeps of an answer: of a drawn signature that there was one, never the picture (rule 8).
fn answer_note(command: &Command) -> Option<Value> {
    match command {
        Command::Answer(id, answer) => Some(json!({ "question": id, "answer": answer })),
        Command::Sign(id, _) => Some(json!({ "question": id, "answer": "signed_on_screen" })),
        _ => None,
    }
}

/// What cannot do without an earlier payment has one, and what this terminal cannot do with one has none.
fn check_original(abilities: &Abilities, request: &PaymentRequest) -> Result<(), Refusal> {
    match (request.operation, &request.of) {
        (operation, None) if operation.is_follow_up() => Err(Refusal::NoOriginal(request.operation)),
        (Operation::Refund, Some(_)) if !abilities.refunds_earlier => Err(Refusal::NoRefundOfEarlier),
        _ => Ok(()),
    }
}

fn check_amounts(abilities: &Abilities, request: &PaymentRequest) -> Result<(), Refusal> {
    let parts = [Some(request.amount), request.cashback, request.tip];
    for money in parts.into_iter().flatten() {
        if money.currency() != abilities.currency {
            return Err(Refusal::WrongCurrency { terminal: abilities.currency, asked: money.currency() });
        }
        if request.operation.has_amount() && !money.is_positive() {
            return Err(Refusal::AmountNotPositive);
        }
        if !request.operation.has_amount() && !money.is_zero() {
            return Err(Refusal::AmountNotZero);
        }
    }
    if request.cashback.is_some() && !(abilities.cashback && request.operation == Operation::Sale) {
        return Err(Refusal::NoCashback);
    }
    if request.tip.is_some() && !(abilities.tip_with_sale && request.operation.has_amount()) {
        return Err(Refusal::NoTip);
    }
    Ok(())
}

fn check_tender(abilities: &Abilities, request: &PaymentRequest) -> Result<(), Refusal> {
    if let Some(tender) = request.tender.filter(|tender| !abilities.tenders.contains(tender)) {
        return Err(Refusal::NoTender(tender));
    }
    match (request.tender == Some(Tender::Wallet), request.code.is_some()) {
        (true, false) => Err(Refusal::NoCode),
        (false, true) => Err(Refusal::CodeWithoutWallet),
        _ => Ok(()),
    }
}

/// A refund of an earlier payment needs no card, and a wallet has none.
fn check_keyed(abilities: &Abilities, request: &PaymentRequest) -> Result<(), Refusal> {
    let needs_a_card = request.of.is_none() && request.tender != Some(Tender::Wallet);
    let can_be_keyed = abilities.keyed && request.operation.takes_keyed_cards() && needs_a_card;
    if request.keyed && !can_be_keyed { Err(Refusal::NotKeyed(request.operation)) } else { Ok(()) }
}

fn sent_frame(action: &LinkAction) -> Option<Frame> {
    match action {
        LinkAction::Open(Endpoint::Http { request, .. }) => Some(Frame::Request(request.clone())),
        LinkAction::Send(frame) => Some(frame.clone()),
        LinkAction::Open(Endpoint::Tcp { .. } | Endpoint::WebSocket { .. })
        | LinkAction::Close
        | LinkAction::Abandon => None,
    }
}
