//! Every payment of this till: find it, read its receipts, void it, ask its status again.

use std::sync::Arc;

use iced::widget::{Column, column, container, row, scrollable, text, text_input};
use iced::{Center, Element, Fill, FillPortion, Right};

use super::follow_up::{self, About, FollowUp};
use crate::domain::{Copy, Money, PaymentId, PaymentRecord, PaymentRequest, Receipt, Verdict};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::payment_facts::{record_facts, table};
use crate::gui::widgets::receipt_paper::{copy_key, no_receipt, receipt_paper};
use crate::gui::widgets::verdict_band::{amount_line, sign};
use crate::terminal::TerminalView;

/// Rows of one page; iced has no list that draws only what is seen.
pub const PAGE: usize = 50;

/// One page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    pub search: String,
    /// Payments older than this one; the newest when absent.
    pub before: Option<PaymentId>,
}

#[derive(Debug, Clone, Default)]
pub struct History {
    page: Page,
    /// The pages before this one, for the way back.
    newer: Vec<Option<PaymentId>>,
    rows: Vec<PaymentRecord>,
    chosen: Option<PaymentId>,
    receipts: Vec<Receipt>,
    copy: Option<Copy>,
    confirming_void: bool,
    follow_up: FollowUp,
    /// The Fluent id of what kept the journal from being read.
    problem: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Message {
    SearchTyped(String),
    OlderPressed,
    NewerPressed,
    PaymentPicked(PaymentId),
    DetailsClosed,
    CopyChosen(Copy),
    VoidPressed,
    VoidConfirmed,
    VoidKept,
    FollowUp(follow_up::Message),
    AskPressed,
    DayPressed,
    ReportsPressed,
    BackPressed,
    Read(Page, Result<Vec<PaymentRecord>, String>),
    ReceiptsRead(PaymentId, Result<Vec<Receipt>, String>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Read(Page),
    ReadReceipts(PaymentId),
    Void {
        terminal: String,
        payment: PaymentId,
        taken: Money,
    },
    /// A capture, a tip, a refund of a payment.
    FollowUp {
        terminal: String,
        request: PaymentRequest,
    },
    Focus(&'static str),
    /// To what terminals told of their days.
    Day,
    Reports,
    Inquire {
        terminal: String,
        payment: PaymentId,
    },
    Leave,
}

impl History {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::PageDown => Some(Message::OlderPressed),
            Press::PageUp => Some(Message::NewerPressed),
            Press::Function(4) => Some(Message::VoidPressed),
            Press::Function(3) => Some(Message::AskPressed),
            _ => None,
        }
    }

    /// Shows a payment, wherever it is in the history.
    pub fn show(&mut self, payment: PaymentId) -> Vec<Action> {
        self.page = Page { search: payment.to_string(), before: None };
        self.newer.clear();
        vec![self.read_again(), self.pick(payment)]
    }

    /// The page as it is now, from the journal.
    pub fn read_again(&self) -> Action {
        Action::Read(self.page.clone())
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::SearchTyped(search) => {
                self.newer.clear();
                self.chosen = None;
                self.page = Page { search: search.chars().take(60).collect(), before: None };
                return self.read_again();
            }
            Message::OlderPressed => {
                if let Some(oldest) = self.rows.last().filter(|_| self.rows.len() == PAGE) {
                    self.newer.push(self.page.before.replace(oldest.id.clone()));
                    return self.read_again();
                }
            }
            Message::NewerPressed => {
                if let Some(before) = self.newer.pop() {
                    self.page.before = before;
                    return self.read_again();
                }
            }
            Message::PaymentPicked(payment) => return self.pick(payment),
            Message::DayPressed => return Action::Day,
            Message::ReportsPressed => return Action::Reports,
            Message::BackPressed if self.confirming_void => self.confirming_void = false,
            Message::BackPressed if self.follow_up.is_open() => self.follow_up.close(),
            Message::FollowUp(message) => return self.follow_up(message),
            Message::BackPressed if self.chosen.is_none() => return Action::Leave,
            Message::BackPressed | Message::DetailsClosed => self.chosen = None,
            Message::CopyChosen(copy) => self.copy = Some(copy),
            Message::VoidPressed => {
                self.follow_up.close();
                self.confirming_void = self.details().is_some_and(can_void);
            }
            Message::VoidKept => self.confirming_void = false,
            Message::VoidConfirmed => return self.void(),
            Message::AskPressed => {
                if let Some(record) = self.details() {
                    return Action::Inquire { terminal: record.terminal.clone(), payment: record.id.clone() };
                }
            }
            // An answer to an earlier search is too late.
            Message::Read(page, _) if page != self.page => {}
            Message::Read(_, Ok(rows)) => (self.rows, self.problem) = (rows, None),
            Message::Read(_, Err(key)) => self.problem = Some(key),
            Message::ReceiptsRead(payment, Ok(receipts)) if self.chosen.as_ref() == Some(&payment) => {
                self.receipts = receipts;
            }
            Message::ReceiptsRead(_, Ok(_)) => {}
            Message::ReceiptsRead(_, Err(key)) => self.problem = Some(key),
        }
        Action::None
    }

    fn pick(&mut self, payment: PaymentId) -> Action {
        self.chosen = Some(payment.clone());
        self.receipts.clear();
        self.confirming_void = false;
        self.follow_up.close();
        Action::ReadReceipts(payment)
    }

    fn follow_up(&mut self, message: follow_up::Message) -> Action {
        let record = self.details().cloned();
        match self.follow_up.update(message, record.as_ref().and_then(about)) {
            follow_up::Step::None => Action::None,
            follow_up::Step::Opened => Action::Focus(follow_up::AMOUNT),
            follow_up::Step::Start(request) => {
                record.map_or(Action::None, |record| Action::FollowUp { terminal: record.terminal, request: *request })
            }
        }
    }

    fn void(&mut self) -> Action {
        let confirmed = std::mem::take(&mut self.confirming_void);
        match self.details().filter(|record| confirmed && can_void(record)) {
            Some(record) => {
                Action::Void { terminal: record.terminal.clone(), payment: record.id.clone(), taken: amount_of(record) }
            }
            None => Action::None,
        }
    }

    fn details(&self) -> Option<&PaymentRecord> {
        self.rows.iter().find(|record| Some(&record.id) == self.chosen.as_ref())
    }

    /// `terminals` say what can still be done about a payment of theirs.
    pub fn view<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let details = self.details().map(|record| self.details_view(record, terminals, scene));
        let body: Element<_> = match (details, is_roomy(scene)) {
            (Some(details), true) => row![self.list(terminals, scene), details].spacing(GAP * 2.0).into(),
            (Some(details), false) => details,
            (None, _) => self.list(terminals, scene),
        };
        container(body).padding(16).height(Fill).into()
    }

    fn list<'a>(&'a self, terminals: &[Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let search = text_input(&scene.text("window-search"), &self.page.search)
            .id("search")
            .on_input(Message::SearchTyped)
            .size(theme::BODY)
            .padding(13)
            .style(theme::field);
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let day = action("to-day", scene.text("window-to-day"), Role::Plain, Some(Message::DayPressed)).width(110);
        let reports = terminals.iter().any(|terminal| !terminal.abilities.reports.is_empty()).then(|| {
            action("reports", scene.text("window-day-reports"), Role::Plain, Some(Message::ReportsPressed)).width(130)
        });
        let rows = self.rows.iter().map(|record| self.line(record, scene));
        let rows = Column::with_children(rows).spacing(4).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let nothing = self.rows.is_empty().then(|| text(scene.text("window-history-empty")).size(theme::LARGE));
        let older = (self.rows.len() == PAGE).then_some(Message::OlderPressed);
        let newer = (!self.newer.is_empty()).then_some(Message::NewerPressed);
        Column::new()
            .push(row![search, day].push(reports).push(back).spacing(GAP))
            .push(self.problem.as_ref().map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(nothing)
            .push(scrollable(rows).style(theme::scroll).height(Fill))
            .push(
                row![
                    action("newer", scene.text("window-newer"), Role::Plain, newer),
                    action("older", scene.text("window-older"), Role::Plain, older),
                ]
                .spacing(GAP),
            )
            .spacing(GAP)
            .width(FillPortion(6))
            .into()
    }

    fn line<'a>(&self, record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        let cell = |words: String, portion: u16| {
            text(words).size(theme::BODY).width(FillPortion(portion)).wrapping(text::Wrapping::None)
        };
        let mark = match &record.request.origin {
            _ if record.training => scene.text("window-training-short"),
            Some(origin) => scene.text(&format!("window-origin-short-{}", origin.from.word())),
            None => String::new(),
        };
        let words = row![
            text(sign(record.verdict())).font(MONO).size(theme::BODY),
            cell(scene.short(record.at), 4),
            cell(scene.operation(record.request.operation), 3),
            cell(scene.amount(record.request.operation, amount_of(record)), 4).align_x(Right),
            cell(scene.verdict(record.verdict(), record.request.operation), 4),
            cell(mark, 2),
        ]
        .spacing(GAP)
        .align_y(Center);
        let role = if self.chosen.as_ref() == Some(&record.id) { Role::Chosen } else { Role::Bare };
        let message = Some(Message::PaymentPicked(record.id.clone()));
        FocusableButton::new(format!("row-{}", record.id), container(words).center_y(Fill).clip(true), role, message)
            .into()
    }

    fn details_view<'a>(
        &'a self,
        record: &'a PaymentRecord,
        terminals: &'a [Arc<TerminalView>],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let operation = record.request.operation;
        let verdict = record.verdict();
        let amount = match &record.outcome {
            Some(outcome) if outcome.verdict == verdict => {
                amount_line(outcome, record.request.amount, operation, scene)
            }
            _ => scene.amount(operation, record.request.amount),
        };
        let title = row![
            text(sign(verdict)).font(MONO).size(34),
            text(scene.verdict(verdict, operation)).size(theme::LARGE + 4.0).width(Fill),
            text(amount).size(34),
        ]
        .spacing(GAP)
        .align_y(Center);
        let band = Column::new()
            .push(title)
            .push(text(scene.operation(operation)).size(theme::BODY))
            .push(record.training.then(|| text(scene.text("window-training-outcome")).size(theme::LARGE)));
        let explanation = record.outcome.as_ref().and_then(|outcome| outcome.explanation.as_ref());
        let facts = Column::new()
            .push(explanation.map(|explanation| text(scene.texts.explain(explanation)).size(theme::BODY)))
            .push(table(record_facts(record, scene)))
            .spacing(GAP)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let facts = scrollable(facts).style(theme::scroll).height(FillPortion(2)).width(Fill);
        let receipts = column![self.receipt_tabs(scene), self.paper(record, scene)].spacing(GAP);
        let receipts = container(receipts).height(FillPortion(3)).width(Fill);
        let body: Element<_> = if is_roomy(scene) {
            column![facts, receipts].spacing(GAP).height(Fill).into()
        } else {
            row![facts, receipts].spacing(GAP).height(Fill).into()
        };
        column![
            container(band).padding(12).width(Fill).style(theme::verdict_band(verdict)),
            body,
            self.buttons(record, terminals, scene)
        ]
        .spacing(GAP)
        .width(FillPortion(5))
        .into()
    }

    fn receipt_tabs<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let chosen = self.copy.unwrap_or(Copy::Customer);
        let tab = |copy: Copy, id: &'static str| {
            let role = if copy == chosen { Role::Chosen } else { Role::Plain };
            action(id, scene.text(copy_key(copy)), role, Some(Message::CopyChosen(copy)))
        };
        row![tab(Copy::Customer, "copy-customer"), tab(Copy::Merchant, "copy-merchant")].spacing(GAP).into()
    }

    fn paper<'a>(&'a self, record: &PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
        let chosen = self.copy.unwrap_or(Copy::Customer);
        let receipt = self.receipts.iter().rev().find(|receipt| receipt.copy == chosen);
        receipt.map_or_else(|| no_receipt(scene), |receipt| receipt_paper(receipt, record.training, scene))
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
        let terminal = terminals.iter().find(|terminal| terminal.name == record.terminal);
        let follow_ups = about(record).zip(terminal);
        let follow_ups = follow_ups.and_then(|(about, terminal)| FollowUp::buttons(&about, terminal, 56.0, scene));
        let void = can_void(record)
            .then(|| action("void", scene.text("window-void"), Role::Stop, Some(Message::VoidPressed)).height(56));
        row![]
            .push(void)
            .push(follow_ups.map(|buttons| Element::from(buttons).map(Message::FollowUp)))
            .push(action("ask", scene.text("window-ask-again"), Role::Plain, Some(Message::AskPressed)).height(56))
            .push(action("close", scene.text("window-close"), Role::Plain, Some(Message::DetailsClosed)).height(56))
            .spacing(GAP)
            .into()
    }
}

/// Whether list and details go side by side without words running into each other.
fn is_roomy(scene: Scene<'_>) -> bool {
    scene.room.width >= 1400.0
}

/// Whether the journal says that there is something to void; the terminal's actor has the last word.
fn can_void(record: &PaymentRecord) -> bool {
    record.request.operation.is_voidable() && record.verdict() == Verdict::Approved && record.voided_by.is_none()
}

/// What else can be done about it, when it took something and still stands.
fn about(record: &PaymentRecord) -> Option<About> {
    let stands = record.verdict() == Verdict::Approved && record.voided_by.is_none();
    let taken = record.outcome.as_ref().filter(|_| stands)?.taken?;
    Some(About { payment: record.id.clone(), operation: record.request.operation, taken: taken.total })
}

/// What was taken, else what was asked.
fn amount_of(record: &PaymentRecord) -> Money {
    let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken);
    taken.map_or(record.request.amount, |taken| taken.total)
}
