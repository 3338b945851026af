//! The window while the till is open: which terminal, which screen, and what the screens want of the parent.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::bill_desk::{self, BillDesk};
use super::bill_routes::takes_payments;
use super::closing_day::{self, ClosingDay};
use super::effect::Effect;
use super::history_routes::read;
use super::keys::Reading;
use super::outcome_routes::CameUp;
pub use super::places::Place;
use super::print_desk::{self, PrintDesk};
use super::problem::{Placeable, Problem};
use super::screens::day::{self, ShopDay};
use super::screens::diagnostics::{self, Diagnostics};
use super::screens::guide::Guide;
use super::screens::hand_out::{self, HandOut};
use super::screens::history::{self, History};
use super::screens::mail_server::{self, MailServer};
use super::screens::payment::{self, Payment};
use super::screens::printers::{self, Printers};
use super::screens::receipts::{self, Receipts};
use super::screens::reports::{self, Reports};
use super::screens::ring_up::{self, RingUp};
use super::screens::search::{self, Search};
use super::screens::till_face;
use super::screens::unresolved::{self, Unresolved};
use super::setting_up::{self, SettingUp};
use super::signing_in::{self, SigningIn};
use super::terminal_routes::is_running;
use super::trial::Trial;
use crate::domain::outcome::Explanation;
use crate::domain::{DayEnd, PaymentId, PaymentRecord, PriceList, QuestionId, ScannedCode};
use crate::terminal::{PaymentView, Refusal, TerminalView};

/// A request on its way to a terminal, until its picture shows it: the start button is dead so long.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pending {
    pub(super) terminal: String,
    pub(super) payment: Option<PaymentId>,
    /// It is what was rung up.
    pub(super) rung_up: bool,
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
    pub(super) search: Search,
    pub(super) recent: Vec<PaymentRecord>,
    pub(super) problem: Option<Problem>,
    /// Codes that meant nothing where they were read; each of them is heard.
    pub(super) codes_refused: u32,
    /// Terminals that could not be started, and why.
    pub(super) broken: Vec<Problem>,
    /// The same by their names.
    pub(super) broken_terminals: BTreeMap<String, Problem>,
    pub(super) receipts: Receipts,
    pub(super) printing: PrintDesk,
    pub(super) printers: Printers,
    pub(super) mail_server: MailServer,
    /// What is handed out without paper, and from where somebody came to it.
    pub(super) hand_out: Option<(HandOut, Place)>,
    pub(super) setting_up: SettingUp,
    pub(super) day: ClosingDay,
    pub(super) signing: SigningIn,
    /// Somebody wants to close the window while a payment runs.
    pub(super) leaving: bool,
    pub(super) pending: Option<Pending>,
    /// The terminal and the place that a question took the cashier from.
    pub(super) interrupted: Option<(String, Place)>,
    /// Where a payment's page leads back to.
    pub(super) shown_from: Place,
    /// When it did so the last time.
    pub(super) interrupted_at: Option<Timestamp>,
    /// As the window last heard it.
    pub(super) now: Timestamp,
    /// By terminal: the ended payment the cashier has put away, before its actor has.
    pub(super) dismissed: BTreeMap<String, PaymentId>,
    /// The outcome on the screen, and when it came up or a key last came too early for it.
    pub(super) came_up: Option<CameUp>,
    /// By terminal: what was rung up for the last payment, so that it can be rung up again.
    pub(super) rung_up: BTreeMap<String, (PaymentId, RingUp)>,
    /// By terminal: the notices somebody has read.
    pub(super) read: BTreeMap<String, Vec<Explanation>>,
    /// While the till is set up step by step.
    pub(super) guide: Option<Guide>,
    /// The test payment; what it owes is owed also where somebody has left the set-up.
    pub(super) trial: Trial,
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
    /// Cash was given back out of the drawer, or why not.
    GaveBack(Result<Box<PaymentRecord>, Refusal>),
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
    Search(search::Message),
    TillFace(till_face::Message),
    Receipts(receipts::Message),
    Print(print_desk::Message),
    Printers(printers::Message),
    MailServer(mail_server::Message),
    HandOut(hand_out::Message),
    NotPrinted(Problem),
    SettingUp(setting_up::Message),
    Signing(signing_in::Message),
}

impl Desk {
    /// `default` is the terminal meant when nobody chose one.
    pub fn new(terminals: Vec<Arc<TerminalView>>, default: Option<&str>) -> Desk {
        let meant = terminals.iter().position(|view| Some(view.name.as_str()) == default);
        let chosen = meant.or_else(|| terminals.iter().position(|view| takes_payments(view))).unwrap_or(0);
        let mut desk = Desk {
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
            search: Search::default(),
            interrupted: None,
            shown_from: Place::Counter,
            interrupted_at: None,
            now: Timestamp::UNIX_EPOCH,
            recent: Vec::new(),
            problem: None,
            codes_refused: 0,
            broken: Vec::new(),
            broken_terminals: BTreeMap::new(),
            receipts: Receipts::default(),
            printing: PrintDesk::default(),
            printers: Printers::default(),
            mail_server: MailServer::default(),
            hand_out: None,
            setting_up: SettingUp::default(),
            day: ClosingDay::default(),
            signing: SigningIn::default(),
            leaving: false,
            pending: None,
            dismissed: BTreeMap::new(),
            came_up: None,
            rung_up: BTreeMap::new(),
            read: BTreeMap::new(),
            guide: None,
            trial: Trial::default(),
        };
        desk.notice_outcome();
        desk
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

    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = self.route(message);
        effects.extend(self.printing.bill_settled(self.bills.sheet()));
        if self.place != Place::Operators {
            self.signing.managing.forget_pins();
        }
        if self.place != Place::MailServer {
            self.mail_server.forget_password();
        }
        if self.place != Place::Terminals {
            self.setting_up.forget_secrets();
        }
        self.notice_outcome();
        effects
    }

    fn route(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::TerminalChanged(view) => {
                self.terminal_changed(Arc::clone(&view));
                let printed = self.printing.terminal_changed(&view);
                return self.setting_up.terminal_changed(&view).into_iter().chain(printed).collect();
            }
            Message::TerminalChosen(place) if self.can_choose(place) => return self.choose_another(place),
            Message::TerminalChosen(_) => {}
            Message::PlacePressed(place) => return self.go_to(place),
            Message::ReprintPressed => return self.reprint(),
            Message::Diagnostics(message) => match self.diagnostics.update(message) {
                diagnostics::Action::None => {}
                diagnostics::Action::Leave => self.place = Place::Counter,
                diagnostics::Action::Make => return vec![Effect::MakeBundle],
                diagnostics::Action::Choose(part, detailed) => return vec![Effect::ChooseLogDetail(part, detailed)],
            },
            Message::Search(message) => return self.search(message),
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
            Message::GaveBack(given) => return self.gave_back(given),
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
            Message::NotPrinted(problem) => self.problem = Some(problem),
            Message::Print(message) => return self.print_said(message),
            Message::Receipts(message) => return self.receipts_said(message),
            Message::Printers(message) => return self.printers_said(message),
            Message::MailServer(message) => return self.mail_server_said(message),
            Message::HandOut(message) => return self.hand_out_said(message),
            Message::SettingUp(message) => return self.setting_up_said(message),
            Message::Signing(message) => return self.signing_said(message),
        }
        Vec::new()
    }

    /// The time it is now.
    pub(super) fn set_time(&mut self, now: Timestamp) {
        self.now = now;
        self.signing.set_time(now);
    }

    pub(super) fn read_journal(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::ReadRecent, Effect::ReadOperators];
        effects.extend(self.bills_changed());
        match self.place {
            Place::History => effects.extend(self.history.journal_changed().into_iter().filter_map(read)),
            Place::Day => effects.push(Effect::ReadDay),
            Place::Reports => effects.push(Effect::ReadReports),
            Place::Diagnostics => effects.push(Effect::ReadDiagnostics),
            Place::Counter
            | Place::Unresolved
            | Place::Tables
            | Place::Settings
            | Place::Operators
            | Place::Guide
            | Place::Receipts
            | Place::Printers
            | Place::MailServer
            | Place::HandOut
            | Place::Search => {}
            Place::Terminals => effects.push(Effect::SetUp(setting_up::SetUpOrder::Read)),
        }
        effects
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
}
