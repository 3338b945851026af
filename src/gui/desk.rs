//! The window while the till is open: which terminal, which screen, and what the screens want of the parent.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::bill_desk::{self, BillDesk};
use super::bill_routes::takes_payments;
use super::closing_day::{self, ClosingDay};
use super::effect::Effect;
use super::keys::{Press, Reading};
pub use super::places::Place;
use super::problem::{Placeable, Problem};
use super::screens::day::{self, ShopDay};
use super::screens::diagnostics::{self, Diagnostics};
use super::screens::history::{self, History};
use super::screens::operators::ManageOperators;
use super::screens::payment::{self, Payment};
use super::screens::reports::{self, Reports};
use super::screens::ring_up::{self, RingUp};
use super::screens::till_face;
use super::screens::unresolved::{self, Unresolved};
use super::signing_in::{self, SigningIn};
use crate::domain::outcome::Explanation;
use crate::domain::{
    DayEnd, DayReport, Money, PaymentId, PaymentRecord, PaymentRequest, PriceList, QuestionId, ScannedCode,
};
use crate::terminal::{Errand, PaymentView, Refusal, TerminalView};

/// Nobody reads and answers a question that comes unawares in less.
const LOOKED_AT_AFTER: SignedDuration = SignedDuration::from_millis(1_500);

/// A request on its way to a terminal, until its picture shows it: the start button is dead so long.
#[derive(Debug, Clone, PartialEq)]
struct Pending {
    terminal: String,
    payment: Option<PaymentId>,
    /// It is what was rung up.
    rung_up: bool,
}

#[derive(Debug)]
pub struct Desk {
    pub(super) terminals: Vec<Arc<TerminalView>>,
    pub(super) chosen: usize,
    pub(super) place: Place,
    pub(super) ring_up: RingUp,
    pub(super) bills: BillDesk,
    pub(super) payment: Payment,
    pub(super) history: History,
    pub(super) shop_day: ShopDay,
    pub(super) kept: Reports,
    pub(super) unresolved: Unresolved,
    pub(super) diagnostics: Diagnostics,
    pub(super) recent: Vec<PaymentRecord>,
    pub(super) problem: Option<Problem>,
    /// Codes that meant nothing where they were read; each of them is heard.
    pub(super) codes_refused: u32,
    /// Terminals that could not be started, and why.
    pub(super) broken: Vec<Problem>,
    pub(super) day: ClosingDay,
    pub(super) signing: SigningIn,
    /// Somebody wants to close the window while a payment runs.
    pub(super) leaving: bool,
    pending: Option<Pending>,
    /// The terminal and the place that a question took the cashier from.
    interrupted: Option<(String, Place)>,
    /// When it did so the last time.
    interrupted_at: Option<Timestamp>,
    /// As the window last heard it.
    now: Timestamp,
    /// By terminal: the ended payment the cashier has put away, before its actor has.
    dismissed: BTreeMap<String, PaymentId>,
    /// By terminal: the notices somebody has read.
    read: BTreeMap<String, Vec<Explanation>>,
}

#[derive(Debug, Clone)]
pub enum Message {
    TerminalChanged(Arc<TerminalView>),
    TerminalChosen(usize),
    PlacePressed(Place),
    /// The last payment's receipt once more.
    ReprintPressed,
    ConnectPressed,
    ProblemRead,
    NoticesRead,
    JournalChanged,
    RecentRead(Result<Vec<PaymentRecord>, String>),
    /// A payment, void or inquiry was taken by the terminal's actor, or refused.
    Started(String, Result<PaymentId, Refusal>),
    /// An answer to a question came too late.
    AnswerRefused(Refusal),
    /// No picture could be made of a signature.
    SigningFailed(QuestionId),
    DecisionRecorded(Result<(), String>),
    /// What a terminal told of its day, or why it was not asked.
    DayEnded(String, Result<DayEnd, Refusal>),
    /// What a terminal's reader read, or why it did not.
    Scanned(String, Result<Result<ScannedCode, Explanation>, Refusal>),
    /// What the till's own barcode scanner read.
    Read(Reading),
    LeaveRequested,
    StayPressed,
    LeavePressed,
    Day(closing_day::Message),
    ShopDay(day::Message),
    Reports(reports::Message),
    RingUp(ring_up::Message),
    Bills(bill_desk::Message),
    Payment(payment::Message),
    History(history::Message),
    Unresolved(unresolved::Message),
    Diagnostics(diagnostics::Message),
    TillFace(till_face::Message),
    Signing(signing_in::Message),
}

impl Desk {
    /// `default` is the terminal meant when nobody chose one.
    pub fn new(terminals: Vec<Arc<TerminalView>>, default: Option<&str>) -> Desk {
        let meant = terminals.iter().position(|view| Some(view.name.as_str()) == default);
        let chosen = meant.or_else(|| terminals.iter().position(|view| takes_payments(view))).unwrap_or(0);
        Desk {
            terminals,
            chosen,
            place: Place::Counter,
            ring_up: RingUp::default(),
            bills: BillDesk::default(),
            payment: Payment::default(),
            history: History::default(),
            shop_day: ShopDay::default(),
            kept: Reports::default(),
            unresolved: Unresolved::default(),
            diagnostics: Diagnostics::default(),
            interrupted: None,
            interrupted_at: None,
            now: Timestamp::UNIX_EPOCH,
            recent: Vec::new(),
            problem: None,
            codes_refused: 0,
            broken: Vec::new(),
            day: ClosingDay::default(),
            signing: SigningIn::default(),
            leaving: false,
            pending: None,
            dismissed: BTreeMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// The terminal the cashier works with; `None` where none is set up.
    pub fn terminal(&self) -> Option<&Arc<TerminalView>> {
        self.terminals.get(self.chosen)
    }

    /// The payment on the counter: the one at hand, or the last until the cashier has put it away.
    pub fn payment_shown(&self) -> Option<&PaymentView> {
        let terminal = self.terminal()?;
        let put_away = self.dismissed.get(&terminal.name);
        terminal.payment.as_ref().filter(|payment| payment.outcome().is_none() || put_away != Some(&payment.id))
    }

    /// Whether a payment can start on the chosen terminal now.
    pub fn ready(&self) -> bool {
        self.terminal().is_some_and(|terminal| {
            takes_payments(terminal)
                && terminal.is_free()
                && self.pending.as_ref().is_none_or(|pending| pending.terminal != terminal.name)
        })
    }

    /// Whether any terminal has a payment that has not ended.
    pub fn is_busy(&self) -> bool {
        self.pending.is_some()
            || self.shop_day.is_closing()
            || self.terminals.iter().any(|terminal| is_running(terminal))
    }

    /// The name of whoever is signed in.
    pub fn operator(&self) -> Option<&str> {
        self.signing.operator()
    }

    /// Whether any terminal has a payment, or closes its day.
    pub(super) fn has_running(&self) -> bool {
        self.terminals.iter().any(|terminal| is_running(terminal))
    }

    /// Whether the ages of payments in doubt are on the screen.
    pub fn shows_ages(&self) -> bool {
        self.place == Place::Tables || (self.place == Place::Unresolved && self.in_doubt() > 0)
    }

    /// Whether what is on the counter is practice.
    pub(super) fn trains(&self) -> bool {
        let bill = self.bills.bill().is_some_and(|account| account.bill.training);
        bill || self.terminal().is_some_and(|terminal| terminal.training)
    }

    pub(super) fn in_doubt(&self) -> usize {
        self.terminals.iter().map(|terminal| terminal.unresolved.len()).sum()
    }

    /// The newest notice of the chosen terminal nobody has read.
    pub(super) fn notice(&self) -> Option<&Explanation> {
        let terminal = self.terminal()?;
        let read = self.read.get(&terminal.name);
        terminal.notices.last().filter(|_| read != Some(&terminal.notices))
    }

    /// What a key means where the cashier is.
    pub fn key(&self, press: Press) -> Option<Message> {
        match self.key_signing(press) {
            Some(message) => return Some(message),
            None if self.signing.is_wanted() && !self.has_running() => return None,
            None => {}
        }
        let anywhere = self.key_of_any_place(press);
        anywhere.or_else(|| self.key_of_this_place(press))
    }

    fn key_of_this_place(&self, press: Press) -> Option<Message> {
        match self.place {
            Place::History => History::key(press).map(Message::History),
            Place::Day => ShopDay::key(press).map(Message::ShopDay),
            Place::Reports => Reports::key(press).map(Message::Reports),
            Place::Unresolved => Unresolved::key(press).map(Message::Unresolved),
            // Its keys are the window's own: what is set there is not the till's.
            Place::Settings => None,
            Place::Diagnostics => Diagnostics::key(press).map(Message::Diagnostics),
            Place::Operators => {
                ManageOperators::key(press).map(|message| Message::Signing(signing_in::Message::Manage(message)))
            }
            Place::Tables => {
                self.bills.tables.key(press).map(|message| Message::Bills(bill_desk::Message::Tables(message)))
            }
            // Nothing is rung up where the till is the terminal.
            Place::Counter if self.terminal().is_some_and(|terminal| terminal.face.is_some()) => None,
            Place::Counter => match self.payment_shown() {
                Some(payment) => self.payment.key(press, payment).map(Message::Payment),
                None => self.counter_key(press),
            },
        }
    }

    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let effects = self.route(message);
        if self.place != Place::Operators {
            self.signing.managing.forget_pins();
        }
        effects
    }

    fn route(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::TerminalChanged(view) => self.terminal_changed(view),
            Message::TerminalChosen(place) if self.can_choose(place) => self.choose(place),
            Message::TerminalChosen(_) => {}
            Message::PlacePressed(place) => return self.go_to(place),
            Message::ReprintPressed => return self.reprint(),
            Message::Diagnostics(message) => match self.diagnostics.update(message) {
                diagnostics::Action::None => {}
                diagnostics::Action::Leave => self.place = Place::Counter,
            },
            Message::ConnectPressed | Message::TillFace(till_face::Message::ConnectPressed) => {
                return self
                    .terminal()
                    .map(|terminal| Effect::Connect { terminal: terminal.name.clone() })
                    .into_iter()
                    .collect();
            }
            Message::ProblemRead => self.problem = None,
            Message::NoticesRead => {
                if let Some(terminal) = self.terminals.get(self.chosen) {
                    self.read.insert(terminal.name.clone(), terminal.notices.clone());
                }
            }
            Message::JournalChanged => return self.read_journal(),
            Message::RecentRead(Ok(recent)) => self.recent = recent,
            Message::RecentRead(Err(key)) => self.problem = Some(Problem::new(key)),
            Message::Started(terminal, result) => self.started(terminal, result),
            Message::AnswerRefused(refusal) => self.problem = Some(Problem::from(&refusal)),
            Message::SigningFailed(question) => {
                self.payment.answer_again(question);
                self.problem = Some(Problem::new("window-signing-failed"));
            }
            Message::DecisionRecorded(result) => {
                self.unresolved.update(unresolved::Message::Recorded { taken: result.is_ok() });
                self.problem = result.err().map(Problem::new);
            }
            Message::Day(message) => return self.close_day(message),
            Message::DayEnded(terminal, Ok(end)) => self.day.hear(terminal, end),
            Message::Scanned(terminal, Ok(Ok(code))) => return self.scanned(&terminal, code),
            Message::Scanned(_, Ok(Err(why))) => self.problem = Some(Problem::explained(&why)),
            Message::DayEnded(_, Err(refusal)) | Message::Scanned(_, Err(refusal)) => {
                self.problem = Some(Problem::from(&refusal));
            }
            Message::Read(reading) => return self.was_read(reading),
            Message::LeaveRequested if self.is_busy() => self.leaving = true,
            Message::LeaveRequested | Message::LeavePressed => return vec![Effect::Close],
            Message::StayPressed => self.leaving = false,
            Message::RingUp(message) => return self.ring_up(message),
            Message::Bills(message) => return self.bills_said(message),
            Message::Payment(message) => return self.payment(message),
            Message::History(message) => {
                let actions = self.history.update(message);
                return actions.into_iter().flat_map(|action| self.history_action(action)).collect();
            }
            Message::ShopDay(message) => match self.shop_day.update(message) {
                day::Action::None => {}
                day::Action::Leave => self.place = Place::Counter,
                day::Action::Close => return vec![Effect::CloseShopDay],
            },
            Message::Reports(message) => match self.kept.update(message) {
                reports::Action::None => {}
                reports::Action::Leave => self.place = Place::Counter,
            },
            Message::Unresolved(message) => return self.unresolved(message),
            Message::Signing(message) => return self.signing_said(message),
        }
        Vec::new()
    }

    fn terminal_changed(&mut self, view: Arc<TerminalView>) {
        if let (Some(pending), Some(payment)) = (&self.pending, &view.payment)
            && pending.terminal == view.name
            && pending.payment.as_ref() == Some(&payment.id)
        {
            self.pending = None;
        }
        if self.leaving && !is_running(&view) {
            self.leaving = self.terminals.iter().any(|other| other.name != view.name && is_running(other));
        }
        if let Some(payment) = &view.payment {
            self.payment.look_at(payment);
        }
        let known = self.terminals.iter().find(|known| known.name == view.name);
        let asks = is_asking(&view) && known.is_none_or(|known| asked_of(known) != asked_of(&view));
        let name = view.name.clone();
        match self.terminals.iter_mut().find(|known| known.name == view.name) {
            Some(known) => *known = view,
            None => self.terminals.push(view),
        }
        if asks {
            self.come_to_question(&name);
        } else {
            self.go_back_from_question();
        }
    }

    /// Whether a question is on the screen.
    pub(super) fn is_asked(&self) -> bool {
        self.place == Place::Counter && self.terminal().is_some_and(|terminal| is_asking(terminal))
    }

    /// A question comes in front of everything: it has a time limit, and a customer who waits.
    fn come_to_question(&mut self, terminal: &str) {
        if self.is_asked() {
            return;
        }
        let Some(place) = self.terminals.iter().position(|view| view.name == terminal) else { return };
        let here = self.terminal().map(|terminal| terminal.name.clone()).unwrap_or_default();
        if self.interrupted.is_none() && (place != self.chosen || self.place != Place::Counter) {
            self.interrupted = Some((here, self.place));
            self.interrupted_at = Some(self.now);
        }
        self.chosen = place;
        self.place = Place::Counter;
    }

    /// The time it is now.
    pub(super) fn set_time(&mut self, now: Timestamp) {
        self.now = now;
        self.signing.set_time(now);
    }

    /// What was on its way to a key or button elsewhere when a question came in front of it is no answer: it could vouch
    /// for a signature that nobody has looked at.
    fn is_meant(&self, message: &payment::Message) -> bool {
        let answers = matches!(message, payment::Message::Answered(..) | payment::Message::Signing(_));
        let since = self.interrupted_at.map(|at| self.now.duration_since(at));
        !answers || since.is_none_or(|since| since >= LOOKED_AT_AFTER || since.is_negative())
    }

    /// To the next question, else to where the cashier was.
    fn go_back_from_question(&mut self) {
        if self.interrupted.is_none() || self.is_asked() {
            return;
        }
        if let Some(asking) = self.terminals.iter().find(|terminal| is_asking(terminal)) {
            let name = asking.name.clone();
            return self.come_to_question(&name);
        }
        if let Some((terminal, place)) = self.interrupted.take() {
            self.chosen = self.terminals.iter().position(|view| view.name == terminal).unwrap_or(self.chosen);
            self.place = place;
        }
    }

    fn reprint(&mut self) -> Vec<Effect> {
        let Some(last) = self.recent.first().map(|record| record.id.clone()) else {
            self.problem = Some(Problem::new("window-nothing-to-reprint"));
            return Vec::new();
        };
        self.place = Place::History;
        self.history.show(last).into_iter().filter_map(read).collect()
    }

    /// Machines at the tables are looked at there.
    pub(super) fn can_choose(&self, place: usize) -> bool {
        self.terminals.get(place).is_some_and(|terminal| terminal.face.is_some() || takes_payments(terminal))
    }

    fn choose(&mut self, place: usize) {
        self.interrupted = None;
        if self.chosen != place {
            self.ring_up.forget_means();
        }
        self.chosen = place;
        self.place = Place::Counter;
        self.problem = None;
        self.day.forget_the_step();
    }

    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        self.place = Place::History;
        let mut effects = vec![Effect::Focus("search")];
        effects.extend(self.history.begin().into_iter().filter_map(read));
        effects
    }

    fn read_journal(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::ReadRecent, Effect::ReadOperators];
        effects.extend(self.bills_changed());
        match self.place {
            Place::History => effects.extend(self.history.journal_changed().into_iter().filter_map(read)),
            Place::Day => effects.push(Effect::ReadDay),
            Place::Reports => effects.push(Effect::ReadReports),
            Place::Diagnostics => effects.push(Effect::ReadDiagnostics),
            Place::Counter | Place::Unresolved | Place::Tables | Place::Settings | Place::Operators => {}
        }
        effects
    }

    fn started(&mut self, terminal: String, result: Result<PaymentId, Refusal>) {
        match result {
            Ok(payment) => {
                let shown = self.terminals.iter().find(|view| view.name == terminal);
                let there = shown.and_then(|view| view.payment.as_ref()).is_some_and(|shown| shown.id == payment);
                if self.pending.as_ref().is_some_and(|pending| pending.rung_up) {
                    self.ring_up = RingUp::default();
                }
                self.pending = (!there).then_some(Pending { terminal, payment: Some(payment), rung_up: false });
            }
            Err(refusal) => {
                self.pending = None;
                self.problem = Some(Problem::from(&refusal));
            }
        }
    }

    /// Marks the terminal as asked, so that nothing is asked of it twice.
    fn ask(&mut self, terminal: &str) {
        self.problem = None;
        self.pending = Some(Pending { terminal: terminal.to_owned(), payment: None, rung_up: false });
        self.dismissed.remove(terminal);
    }

    pub(super) fn ring_up(&mut self, message: ring_up::Message) -> Vec<Effect> {
        if let Some(effects) = self.ring_up_on_bill(&message) {
            return effects;
        }
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        let ready = self.ready();
        match self.ring_up.update(message, &terminal, ready) {
            ring_up::Action::None => Vec::new(),
            ring_up::Action::Start(request) => self.start(&terminal, request),
            ring_up::Action::AddLine { quantity, price } => self.add_line(quantity, price),
            ring_up::Action::SetQuantity(quantity) => self.set_quantity(quantity),
            ring_up::Action::Cash => self.open_cash(),
            ring_up::Action::Scan => {
                self.problem = None;
                vec![Effect::Scan { terminal: terminal.name.clone() }]
            }
            ring_up::Action::StopScan => vec![Effect::Cancel { terminal: terminal.name.clone() }],
            ring_up::Action::ShowPayment(payment) => {
                self.place = Place::History;
                self.history.show(payment).into_iter().filter_map(read).collect()
            }
        }
    }

    /// What is rung up, or a part of the bill.
    pub(super) fn start(&mut self, terminal: &TerminalView, request: PaymentRequest) -> Vec<Effect> {
        self.ask(&terminal.name);
        self.pending.iter_mut().for_each(|pending| pending.rung_up = true);
        // The last one is put away by its actor as soon as this one starts; not to be seen again until then.
        if let Some(last) = &terminal.payment {
            self.dismissed.insert(terminal.name.clone(), last.id.clone());
        }
        vec![Effect::Pay { terminal: terminal.name.clone(), request }]
    }

    pub(super) fn payment(&mut self, message: payment::Message) -> Vec<Effect> {
        let Some(terminal) = self.terminal().cloned() else { return Vec::new() };
        if !self.is_meant(&message) {
            return Vec::new();
        }
        let name = terminal.name.clone();
        let ready = self.ready();
        match self.payment.update(message, &terminal, ready) {
            payment::Action::None => Vec::new(),
            payment::Action::Cancel => vec![Effect::Cancel { terminal: name }],
            payment::Action::Answer(question, answer) => vec![Effect::Answer { terminal: name, question, answer }],
            payment::Action::Sign(question, drawing) => vec![Effect::Sign { terminal: name, question, drawing }],
            payment::Action::Dismiss(digit) => {
                let effects = self.put_away(&terminal);
                // Somebody else's payment came in between: the cashier goes on where they were.
                if terminal.payment.as_ref().is_some_and(|payment| payment.origin.is_some()) {
                    return effects;
                }
                self.ring_up = RingUp::default();
                if let Some(digit) = digit {
                    self.bills.put_receipt_away();
                    self.ring_up.update(ring_up::Message::DigitTyped(digit), &terminal, ready);
                }
                effects
            }
            payment::Action::RingUpRest(rest) => {
                self.ring_up = RingUp::with_amount(rest);
                self.put_away(&terminal)
            }
            payment::Action::Void(payment, taken) => self.void(&name, payment, taken),
            payment::Action::FollowUp(request) => self.follow_up(&name, request),
            payment::Action::Focus(field) => vec![Effect::Focus(field)],
            payment::Action::Explain(why) => {
                self.problem = Some(Problem::new(why));
                Vec::new()
            }
            payment::Action::Inquire(payment) => self.inquire(&name, payment),
            payment::Action::CloseDay => self.close_day(closing_day::Message::SettlePressed),
            payment::Action::Decide => {
                self.place = Place::Unresolved;
                Vec::new()
            }
        }
    }

    fn put_away(&mut self, terminal: &TerminalView) -> Vec<Effect> {
        if let Some(payment) = &terminal.payment {
            self.dismissed.insert(terminal.name.clone(), payment.id.clone());
        }
        vec![Effect::Dismiss { terminal: terminal.name.clone() }]
    }

    fn void(&mut self, terminal: &str, payment: PaymentId, taken: Money) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Void { terminal: terminal.to_owned(), payment, taken }]
    }

    fn follow_up(&mut self, terminal: &str, request: PaymentRequest) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Pay { terminal: terminal.to_owned(), request }]
    }

    /// What the chosen terminal tells of its day.
    pub(super) fn reports(&self) -> &'static [DayReport] {
        self.terminal().map_or(&[], |terminal| terminal.abilities.reports)
    }

    /// What is sold from now on.
    pub(super) fn new_prices(&mut self, prices: Arc<PriceList>) {
        let items = Placeable::Words(prices.items().len().to_string());
        self.bills.set_prices(Some(prices));
        self.problem = Some(Problem { placeables: vec![("items", items)], ..Problem::new("window-prices-imported") });
    }

    pub(super) fn say(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }

    fn close_day(&mut self, message: closing_day::Message) -> Vec<Effect> {
        let (reports, ready) = (self.reports(), self.ready());
        match self.day.update(message, reports, ready) {
            closing_day::Action::None => Vec::new(),
            closing_day::Action::Ask(report) => {
                self.problem = None;
                let terminal = self.terminal();
                terminal
                    .map(|terminal| Effect::EndDay { terminal: terminal.name.clone(), report })
                    .into_iter()
                    .collect()
            }
            closing_day::Action::Read(terminal) => self.open_reports(Some(terminal)),
        }
    }

    pub(super) fn open_day(&mut self) -> Vec<Effect> {
        self.place = Place::Day;
        self.shop_day.look();
        vec![Effect::ReadDay]
    }

    /// Begins with the newest report, of this terminal if one is named.
    pub(super) fn open_reports(&mut self, terminal: Option<String>) -> Vec<Effect> {
        self.place = Place::Reports;
        self.kept.open(terminal);
        vec![Effect::ReadReports]
    }

    fn inquire(&mut self, terminal: &str, payment: PaymentId) -> Vec<Effect> {
        self.ask(terminal);
        vec![Effect::Inquire { terminal: terminal.to_owned(), payment }]
    }

    fn history_action(&mut self, action: history::Action) -> Vec<Effect> {
        match action {
            history::Action::Void { terminal, payment, taken } => {
                if !self.turn_to(&terminal) || !self.ready() {
                    self.problem = Some(Problem::new("window-terminal-not-free"));
                    return Vec::new();
                }
                self.void(&terminal, payment, taken)
            }
            history::Action::FollowUp { terminal, request } => {
                if !self.turn_to(&terminal) || !self.ready() {
                    self.problem = Some(Problem::new("window-terminal-not-free"));
                    return Vec::new();
                }
                self.follow_up(&terminal, request)
            }
            history::Action::Focus(field) => vec![Effect::Focus(field)],
            history::Action::Inquire { terminal, payment } => {
                if !self.turn_to(&terminal) {
                    self.problem = Some(Problem::new("window-terminal-gone"));
                    return Vec::new();
                }
                self.inquire(&terminal, payment)
            }
            history::Action::Decide => {
                self.place = Place::Unresolved;
                Vec::new()
            }
            history::Action::Day => self.open_day(),
            history::Action::Reports => self.open_reports(None),
            history::Action::Leave => {
                self.place = Place::Counter;
                Vec::new()
            }
            other => read(other).into_iter().collect(),
        }
    }

    /// To the counter with this terminal; false where it is not set up any more.
    fn turn_to(&mut self, terminal: &str) -> bool {
        let Some(place) = self.terminals.iter().position(|view| view.name == terminal) else { return false };
        self.choose(place);
        true
    }

    fn unresolved(&mut self, message: unresolved::Message) -> Vec<Effect> {
        let focus = matches!(message, unresolved::Message::DecidePressed(_));
        match self.unresolved.update(message) {
            unresolved::Action::None if focus && self.operator().is_some() => vec![Effect::Focus("decide-reason")],
            unresolved::Action::None if focus => vec![Effect::Focus("decide-name")],
            unresolved::Action::None => Vec::new(),
            unresolved::Action::Inquire { terminal, payment } => self.inquire(&terminal, payment),
            unresolved::Action::Decide { payment, paid, by, reason } => {
                vec![Effect::Decide { payment, paid, by, reason }]
            }
            unresolved::Action::Leave => {
                self.place = Place::Counter;
                Vec::new()
            }
        }
    }
}

fn asked_of(terminal: &TerminalView) -> Option<QuestionId> {
    terminal.payment.as_ref()?.question.as_ref().map(|question| question.id)
}

fn is_asking(terminal: &TerminalView) -> bool {
    terminal.payment.as_ref().is_some_and(|payment| payment.question.is_some() && payment.outcome().is_none())
}

pub(super) fn is_running(terminal: &TerminalView) -> bool {
    let closing = matches!(terminal.errand, Some(Errand::EndDay(_)));
    closing || terminal.is_paying()
}

/// The reading that a screen asked for.
fn read(action: history::Action) -> Option<Effect> {
    match action {
        history::Action::Read(page) => Some(Effect::ReadHistory(page)),
        history::Action::ReadPayment(payment) => Some(Effect::ReadPayment(payment)),
        history::Action::Scroll(y) => Some(Effect::Scroll(history::LIST, y)),
        _ => None,
    }
}
