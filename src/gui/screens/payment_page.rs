//! The page of one payment: what became of it, everything that happened to it, its receipts, what terminal and till said to each
//! other, and what can still be done about it.

use std::sync::Arc;

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use super::follow_up::{self, About, FollowUp};
use super::payment_page_actions::{self as actions, Deed};
use super::payment_page_cash as cash;
use super::payment_page_messages as messages;
use super::payment_page_timeline as timeline;
use crate::domain::{BillAccount, Copy, Money, Operation, PaymentId, PaymentRecord, PaymentRequest, Receipt, Verdict};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::to_print::ToPrint;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::payment_facts::{record_facts, table};
use crate::gui::widgets::receipt_paper::{copy_key, hand_out_button, no_receipt, receipt_paper};
use crate::gui::widgets::verdict_band::{amount_line, sign_of};
use crate::journal::{JournalEvent, RawMessage};
use crate::terminal::TerminalView;

/// Raw messages shown at most, the newest.
pub const MESSAGES_AT_MOST: usize = 200;

/// Everything the journal has about one payment.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    pub record: PaymentRecord,
    /// The bill it is of, where that can be believed.
    pub bill: Option<BillAccount>,
    /// Payments about this one, oldest first.
    pub about: Vec<PaymentRecord>,
    /// The newest approved payment of its terminal.
    pub last_approved: Option<PaymentId>,
    pub events: Vec<JournalEvent>,
    pub receipts: Vec<Receipt>,
    /// The newest [`MESSAGES_AT_MOST`].
    pub messages: Vec<RawMessage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tab {
    #[default]
    Overview,
    Timeline,
    Messages,
}

#[derive(Debug, Clone)]
pub struct PaymentPage {
    id: PaymentId,
    /// As far as the list knew it, until everything was read.
    record: Option<PaymentRecord>,
    dossier: Option<Dossier>,
    tab: Tab,
    copy: Option<Copy>,
    confirming_void: bool,
    follow_up: FollowUp,
}

#[derive(Debug, Clone)]
pub enum Message {
    OverviewPressed,
    TimelinePressed,
    MessagesPressed,
    CopyChosen(Copy),
    /// The customer wants no paper.
    HandOutPressed,
    VoidPressed,
    VoidConfirmed,
    VoidKept,
    FollowUp(follow_up::Message),
    AskPressed,
    DecidePressed,
    /// Another payment that this one is about, or that is about this one.
    ShowPressed(PaymentId),
    ClosePressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Close,
    FocusAmount,
    Do(Box<Order>),
    Show(PaymentId),
}

/// What is to be done about the payment of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    Void {
        terminal: String,
        payment: PaymentId,
        taken: Money,
    },
    /// A capture, a tip, a refund of it.
    FollowUp {
        terminal: String,
        request: PaymentRequest,
    },
    /// Cash out of the drawer, of a payment in cash.
    GiveBack {
        payment: PaymentId,
        amount: Money,
    },
    Inquire {
        terminal: String,
        payment: PaymentId,
    },
    /// To the payments in doubt.
    Decide,
    /// The customer's copy without paper.
    HandOut,
}

impl From<Order> for Action {
    fn from(order: Order) -> Action {
        Action::Do(Box::new(order))
    }
}

impl PaymentPage {
    pub fn new(id: PaymentId, record: Option<PaymentRecord>) -> PaymentPage {
        PaymentPage {
            id,
            record,
            dossier: None,
            tab: Tab::default(),
            copy: None,
            confirming_void: false,
            follow_up: FollowUp::default(),
        }
    }

    pub fn id(&self) -> &PaymentId {
        &self.id
    }

    /// The list has read it once more.
    pub fn renew(&mut self, record: &PaymentRecord) {
        self.record = Some(record.clone());
        if let Some(dossier) = &mut self.dossier {
            dossier.record = record.clone();
        }
    }

    pub fn take(&mut self, dossier: Dossier) {
        self.record = Some(dossier.record.clone());
        self.dossier = Some(dossier);
    }

    /// What a key means here; Escape is the history's.
    pub fn key(&self, press: Press, terminals: &[Arc<TerminalView>]) -> Option<Message> {
        match press {
            Press::Digit(1) => return Some(Message::OverviewPressed),
            Press::Digit(2) => return Some(Message::TimelinePressed),
            Press::Digit(3) => return (!self.is_cash()).then_some(Message::MessagesPressed),
            Press::Function(4) if self.confirming_void => return Some(Message::VoidConfirmed),
            _ if self.confirming_void || self.follow_up.is_open() => return None,
            _ => {}
        }
        // What is written on a button that lives.
        let offers = actions::deeds(self.record.as_ref()?, self.dossier.as_ref(), terminals);
        let offer = offers.iter().find(|offer| offer.why_not.is_none() && key_of(offer.deed) == press)?;
        Some(button_of(offer.deed).3)
    }

    /// Out of a question that is asked on the page; false where none is.
    pub fn step_back(&mut self) -> bool {
        let asked = self.confirming_void || self.follow_up.is_open();
        self.confirming_void = false;
        self.follow_up.close();
        asked
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::OverviewPressed => self.tab = Tab::Overview,
            Message::TimelinePressed => self.tab = Tab::Timeline,
            Message::MessagesPressed => self.tab = Tab::Messages,
            Message::CopyChosen(copy) => self.copy = Some(copy),
            Message::HandOutPressed => return Order::HandOut.into(),
            Message::VoidPressed if self.is_cash() => return self.give_back(),
            Message::AskPressed if self.is_cash() => {}
            Message::VoidPressed => {
                self.follow_up.close();
                self.confirming_void = self.record.as_ref().is_some_and(can_void);
            }
            Message::VoidKept => self.confirming_void = false,
            Message::VoidConfirmed => return self.void(),
            Message::FollowUp(message) => return self.follow_up(message),
            Message::AskPressed => {
                if let Some(record) = &self.record {
                    let (terminal, payment) = (record.terminal.clone(), record.id.clone());
                    return Order::Inquire { terminal, payment }.into();
                }
            }
            Message::DecidePressed => return Order::Decide.into(),
            Message::ShowPressed(payment) => return Action::Show(payment),
            Message::ClosePressed => return Action::Close,
        }
        Action::None
    }

    /// Whether no terminal had a part in it.
    fn is_cash(&self) -> bool {
        self.record.as_ref().is_some_and(PaymentRecord::is_cash)
    }

    /// How much of it is asked, beginning with all that is left.
    fn give_back(&mut self) -> Action {
        self.confirming_void = false;
        self.follow_up(follow_up::Message::Chosen(Operation::Refund))
    }

    /// The payment that something is to be done about, with what there is to do it with.
    fn about(&self) -> Option<About> {
        let record = self.record.as_ref()?;
        if !record.is_cash() {
            return about(record);
        }
        let left = actions::refundable(record, self.dossier.as_ref())?;
        Some(About { payment: record.id.clone(), operation: record.request.operation, taken: left })
    }

    fn follow_up(&mut self, message: follow_up::Message) -> Action {
        let about = self.about();
        match self.follow_up.update(message, about) {
            follow_up::Step::None => Action::None,
            follow_up::Step::Opened => Action::FocusAmount,
            follow_up::Step::Start(request) => match &self.record {
                Some(record) if record.is_cash() => {
                    Order::GiveBack { payment: record.id.clone(), amount: request.amount }.into()
                }
                Some(record) => Order::FollowUp { terminal: record.terminal.clone(), request: *request }.into(),
                None => Action::None,
            },
        }
    }

    fn void(&mut self) -> Action {
        let confirmed = std::mem::take(&mut self.confirming_void);
        match self.record.as_ref().filter(|record| confirmed && can_void(record)) {
            Some(record) => {
                Order::Void { terminal: record.terminal.clone(), payment: record.id.clone(), taken: amount_of(record) }
                    .into()
            }
            None => Action::None,
        }
    }

    pub fn view<'a>(
        &'a self,
        problem: Option<&str>,
        terminals: &'a [Arc<TerminalView>],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let close = || action("close", scene.text("window-close"), Role::Plain, Some(Message::ClosePressed));
        let problem = problem.map(|key| text(scene.text(key)).size(theme::LARGE));
        let Some(record) = &self.record else {
            let words = text(scene.text("window-page-reading")).size(theme::LARGE).width(Fill);
            return Column::new().push(problem).push(row![words, close().width(170)]).spacing(GAP).into();
        };
        let body = match self.tab {
            Tab::Overview => self.overview(record, scene),
            Tab::Timeline => timeline::view(record, self.dossier.as_ref(), scene),
            Tab::Messages => messages::view(record, self.dossier.as_ref(), scene),
        };
        Column::new()
            .push(problem)
            .push(band(record, scene))
            .push(self.tabs(record, scene))
            .push(container(body).height(Fill))
            .push(self.buttons(record, terminals, scene))
            .spacing(GAP)
            .into()
    }

    fn tabs<'a>(&self, record: &PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        let tab = |id: &'static str, key: &str, tab: Tab, message: Message| {
            let role = if self.tab == tab { Role::Chosen } else { Role::Plain };
            let press = Press::Digit(1 + tab as u8);
            action(id, scene.with_key(key, press), role, Some(message))
        };
        row![
            tab("page-overview", "window-page-overview", Tab::Overview, Message::OverviewPressed),
            tab("page-timeline", "window-page-timeline", Tab::Timeline, Message::TimelinePressed),
        ]
        // With a drawer nobody speaks.
        .push(
            (!record.is_cash())
                .then(|| tab("page-messages", "window-page-messages", Tab::Messages, Message::MessagesPressed)),
        )
        .spacing(GAP)
        .into()
    }

    fn overview<'a>(&'a self, record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        let explanation = record.outcome.as_ref().and_then(|outcome| outcome.explanation.as_ref());
        let facts = Column::new()
            .push(cash::what_it_is(record, scene))
            .push(explanation.map(|explanation| text(scene.texts.explain(explanation)).size(theme::BODY)))
            .push(table(record_facts(record, scene)))
            .push(self.others(record, scene))
            .spacing(GAP)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let facts = scrollable(facts).style(theme::scroll).height(Fill).width(FillPortion(1));
        let receipts = match record.is_cash() {
            true => cash::receipt(self.dossier.as_ref(), scene),
            false => column![self.receipt_tabs(scene), self.paper(record, scene)].spacing(GAP).into(),
        };
        row![facts, container(receipts).height(Fill).width(FillPortion(1))].spacing(GAP * 2.0).height(Fill).into()
    }

    /// The payment this one is about, and those about this one: each can be opened.
    fn others<'a>(&'a self, record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        let button = |id: &PaymentId, words: String| {
            let message = Some(Message::ShowPressed(id.clone()));
            Element::from(action(format!("show-{id}"), words, Role::Plain, message))
        };
        let of = record.request.of.as_ref();
        let of = of.map(|of| button(&of.payment, format!("{}  {}", scene.operation(of.operation), of.payment)));
        let about = self.dossier.iter().flat_map(|dossier| &dossier.about).map(|other| {
            let operation = other.request.operation;
            let words = [
                scene.operation(operation),
                scene.amount(operation, amount_of(other)),
                scene.became(other),
                other.id.to_string(),
            ];
            button(&other.id, words.join("  "))
        });
        Column::with_children(of.into_iter().chain(about)).spacing(GAP).into()
    }

    fn receipt_tabs<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let chosen = self.copy.unwrap_or(Copy::Customer);
        let tab = |copy: Copy, id: &'static str| {
            let role = if copy == chosen { Role::Chosen } else { Role::Plain };
            action(id, scene.text(copy_key(copy)), role, Some(Message::CopyChosen(copy)))
        };
        let is_customers = self.receipt_shown().is_some_and(|receipt| receipt.copy == Copy::Customer);
        let hand_out =
            (is_customers && scene.paper.hands_out).then(|| hand_out_button(Some(Message::HandOutPressed), scene));
        row![tab(Copy::Customer, "copy-customer"), tab(Copy::Merchant, "copy-merchant")]
            .push(hand_out)
            .spacing(GAP)
            .into()
    }

    fn receipt_shown(&self) -> Option<&Receipt> {
        let chosen = self.copy.unwrap_or(Copy::Customer);
        self.dossier.as_ref()?.receipts.iter().rev().find(|receipt| receipt.copy == chosen)
    }

    /// The paper on the screen, and the terminal it is of.
    pub(in crate::gui) fn shown_on_paper(&self) -> Option<(ToPrint, String)> {
        let dossier = self.dossier.as_ref().filter(|_| self.tab == Tab::Overview)?;
        let record = &dossier.record;
        let what = match record.is_cash() {
            true => ToPrint::Bill(Box::new(dossier.bill.clone()?)),
            false => {
                let (payment, receipt) = (record.id.clone(), self.receipt_shown()?.clone());
                ToPrint::Receipt { payment, receipt, training: record.training }
            }
        };
        Some((what, record.terminal.clone()))
    }

    fn paper<'a>(&'a self, record: &PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        self.receipt_shown().map_or_else(|| no_receipt(scene), |receipt| receipt_paper(receipt, record.training, scene))
    }

    fn buttons<'a>(
        &'a self,
        record: &PaymentRecord,
        terminals: &[Arc<TerminalView>],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        if self.confirming_void {
            let amount = scene.texts.money(amount_of(record));
            let label = scene.texts.with("window-void-really", &[("amount", &amount)]);
            return row![
                action("void-yes", label, Role::Stop, Some(Message::VoidConfirmed)).height(56),
                action("void-no", scene.text("window-void-keep"), Role::Plain, Some(Message::VoidKept)).height(56),
            ]
            .spacing(GAP)
            .into();
        }
        if let Some(form) = self.follow_up.form(scene) {
            return form.map(Message::FollowUp);
        }
        let deeds = actions::deeds(record, self.dossier.as_ref(), terminals);
        let why = actions::reasons(&deeds, scene)
            .into_iter()
            .map(|line| Element::from(text(line).size(theme::SMALL).style(theme::quiet)));
        let buttons = deeds.iter().map(|offer| {
            let (id, key, role, message) = button_of(offer.deed);
            // The texts of some name their key themselves.
            let label = match offer.deed {
                Deed::Capture | Deed::Tip | Deed::Refund | Deed::Decide => scene.with_key(key, key_of(offer.deed)),
                Deed::Void | Deed::GiveBack | Deed::Ask => scene.text(key),
            };
            Element::from(action(id, label, role, offer.why_not.is_none().then_some(message)).height(56))
        });
        let close = scene.with_key("window-close", Press::Escape);
        let close = action("close", close, Role::Plain, Some(Message::ClosePressed)).height(56);
        let buttons = iced::widget::Row::with_children(buttons).push(close).spacing(GAP);
        Column::with_children(why).push(buttons).spacing(4).into()
    }
}

fn button_of(deed: Deed) -> (&'static str, &'static str, Role, Message) {
    let follow_up = |operation| Message::FollowUp(follow_up::Message::Chosen(operation));
    match deed {
        Deed::Void => ("void", "window-void", Role::Stop, Message::VoidPressed),
        Deed::Capture => ("capture", "window-capture", Role::Plain, follow_up(deed.operation())),
        Deed::Tip => ("tip", "window-tip", Role::Plain, follow_up(deed.operation())),
        Deed::Refund => ("refund-of", "window-refund-of", Role::Plain, follow_up(deed.operation())),
        Deed::GiveBack => ("give-back", "window-give-back-cash", Role::Stop, Message::VoidPressed),
        Deed::Ask => ("ask", "window-ask-again", Role::Plain, Message::AskPressed),
        Deed::Decide => ("decide", "window-decide", Role::Plain, Message::DecidePressed),
    }
}

/// The key that does the same. No two that share one are ever offered together.
fn key_of(deed: Deed) -> Press {
    Press::Function(match deed {
        Deed::Capture | Deed::Tip => 1,
        Deed::Refund => 2,
        Deed::Ask => 3,
        Deed::Void | Deed::GiveBack | Deed::Decide => 4,
    })
}

fn band<'a>(record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let operation = record.request.operation;
    let verdict = record.verdict();
    let amount = match &record.outcome {
        Some(outcome) if outcome.verdict == verdict => amount_line(outcome, record.request.amount, operation, scene),
        _ => scene.amount(operation, record.request.amount),
    };
    let title = row![
        text(sign_of(verdict, operation)).font(MONO).size(34),
        text(scene.became(record)).size(theme::LARGE + 4.0).width(Fill),
        text(amount).size(34),
    ]
    .spacing(GAP)
    .align_y(Center);
    let under = row![
        text(scene.operation(operation)).size(theme::BODY).width(Fill),
        text(record.id.to_string()).size(theme::BODY),
    ];
    let band = Column::new()
        .push(title)
        .push(under)
        .push(record.training.then(|| text(scene.text("window-training-outcome")).size(theme::LARGE)));
    container(band).padding(12).width(Fill).style(theme::band(theme::outcome_colours(verdict, operation))).into()
}

/// Whether the journal says that there is something to void; the terminal's actor has the last word.
fn can_void(record: &PaymentRecord) -> bool {
    !record.is_cash()
        && record.request.operation.is_voidable()
        && record.verdict() == Verdict::Approved
        && record.voided_by.is_none()
}

/// What else can be done about it, when it took something and still stands.
fn about(record: &PaymentRecord) -> Option<About> {
    let stands = record.verdict() == Verdict::Approved && record.voided_by.is_none();
    let taken = record.outcome.as_ref().filter(|_| stands)?.taken?;
    Some(About { payment: record.id.clone(), operation: record.request.operation, taken: taken.total })
}

/// What was taken, else what was asked.
pub fn amount_of(record: &PaymentRecord) -> Money {
    let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken);
    taken.map_or(record.request.amount, |taken| taken.total)
}
