//! Amount, sale or refund, start; and what was taken today, where there is room.

use iced::widget::{Column, column, container, row, scrollable, text, text_input};
use iced::{Center, Element, Fill, FillPortion, Right};

use super::amount_entry::AmountEntry;
use crate::domain::{Currency, Money, Operation, PaymentId, PaymentRecord, PaymentRequest};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::amount_display::amount_display;
use crate::gui::widgets::focusable_button::{FocusableButton, action, sized};
use crate::gui::widgets::number_pad::{PadKey, number_pad};
use crate::gui::widgets::verdict_band::sign;
use crate::terminal::TerminalView;

const REFERENCE_AT_MOST: usize = 40;

#[derive(Debug, Clone)]
pub struct RingUp {
    operation: Operation,
    entry: AmountEntry,
    cashback: String,
    reference: String,
    /// The Fluent id of what is missing.
    problem: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub enum Message {
    DigitTyped(u8),
    MarkTyped,
    BackspacePressed,
    ClearPressed,
    PadPressed(PadKey),
    OperationChosen(Operation),
    CashbackTyped(String),
    ReferenceTyped(String),
    StartPressed,
    PaymentPicked(PaymentId),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Start(PaymentRequest),
    ShowPayment(PaymentId),
}

impl Default for RingUp {
    fn default() -> Self {
        RingUp {
            operation: Operation::Sale,
            entry: AmountEntry::default(),
            cashback: String::new(),
            reference: String::new(),
            problem: None,
        }
    }
}

impl RingUp {
    /// With an amount that somebody has to pay yet.
    pub fn with_amount(money: Money) -> RingUp {
        RingUp { entry: AmountEntry::of(money), ..RingUp::default() }
    }

    pub fn amount(&self, currency: Currency) -> Money {
        self.entry.money(currency)
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            Press::Mark => Some(Message::MarkTyped),
            Press::Backspace => Some(Message::BackspacePressed),
            Press::Delete | Press::Escape => Some(Message::ClearPressed),
            Press::Enter => Some(Message::StartPressed),
            Press::Function(1) => Some(Message::OperationChosen(Operation::Sale)),
            Press::Function(2) => Some(Message::OperationChosen(Operation::Refund)),
            _ => None,
        }
    }

    /// `ready` is whether a payment can start on this terminal now.
    pub fn update(&mut self, message: Message, terminal: &TerminalView, ready: bool) -> Action {
        let currency = terminal.abilities.currency;
        self.problem = None;
        match message {
            Message::DigitTyped(digit) | Message::PadPressed(PadKey::Digit(digit)) => self.entry.push(digit, currency),
            Message::PadPressed(PadKey::DoubleZero) => {
                self.entry.push(0, currency);
                self.entry.push(0, currency);
            }
            Message::MarkTyped => self.entry.push_mark(currency),
            Message::BackspacePressed | Message::PadPressed(PadKey::Backspace) => self.entry.pop(),
            Message::ClearPressed => self.entry.clear(),
            Message::OperationChosen(operation) if terminal.abilities.can(operation) => self.operation = operation,
            Message::OperationChosen(_) => self.problem = Some("window-cannot-do-that"),
            Message::CashbackTyped(typed) => self.cashback = typed.chars().take(12).collect(),
            Message::ReferenceTyped(typed) => self.reference = typed.chars().take(REFERENCE_AT_MOST).collect(),
            Message::StartPressed if !ready => {}
            Message::StartPressed => match self.request(terminal) {
                Ok(request) => return Action::Start(request),
                Err(problem) => self.problem = Some(problem),
            },
            Message::PaymentPicked(payment) => return Action::ShowPayment(payment),
        }
        Action::None
    }

    /// The request as it stands, or what is missing.
    fn request(&self, terminal: &TerminalView) -> Result<PaymentRequest, &'static str> {
        let currency = terminal.abilities.currency;
        let amount = self.entry.money(currency);
        if !amount.is_positive() {
            return Err("window-amount-missing");
        }
        let mut request = PaymentRequest::new(self.operation, amount);
        if self.takes_cashback(terminal) && !self.cashback.trim().is_empty() {
            let cashback = Money::parse_typed(&self.cashback, currency).map_err(|_| "window-cashback-wrong")?;
            if cashback.minor() < 0 {
                return Err("window-cashback-wrong");
            }
            request.cashback = cashback.is_positive().then_some(cashback);
        }
        let reference = self.reference.trim();
        request.reference = (!reference.is_empty()).then(|| reference.to_owned());
        Ok(request)
    }

    fn takes_cashback(&self, terminal: &TerminalView) -> bool {
        self.operation == Operation::Sale && terminal.abilities.cashback
    }

    pub fn view<'a>(
        &'a self,
        terminal: &TerminalView,
        ready: bool,
        recent: &'a [PaymentRecord],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let left_width = scene.room.width - pad_width - 60.0;
        let amount = self.entry.money(terminal.abilities.currency);
        let largest = if scene.is_low() { 80.0 } else { 130.0 * scene.scale() };
        let display = amount_display(scene.operation(self.operation), scene.texts.money(amount), left_width, largest);
        let left = Column::new()
            .push(self.operations(terminal, scene))
            .push(display)
            .push(self.fields(terminal, scene))
            .push(self.problem.map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(self.start(amount, ready, scene))
            .push((!scene.is_low()).then(|| today(recent, scene)).flatten())
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let pad = number_pad(scene.text("window-backspace"), Message::PadPressed);
        let pad_height = if scene.is_low() { Fill } else { iced::Length::Fixed(480.0 * scene.scale()) };
        row![left, container(pad).width(pad_width).height(pad_height)]
            .spacing(GAP * 2.0)
            .padding(16)
            .height(Fill)
            .into()
    }

    fn operations<'a>(&self, terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
        let choice = |operation: Operation, id: &'static str, key: &str| {
            let role = if self.operation == operation { Role::Chosen } else { Role::Plain };
            let message = terminal.abilities.can(operation).then_some(Message::OperationChosen(operation));
            action(id, scene.text(key), role, message).height(56)
        };
        row![
            choice(Operation::Sale, "sale", "window-choose-sale"),
            choice(Operation::Refund, "refund", "window-choose-refund"),
        ]
        .spacing(GAP)
        .into()
    }

    fn fields<'a>(&'a self, terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
        let field = |key: &str, value: &'a str, id: &'static str, typed: fn(String) -> Message| {
            text_input(&scene.text(key), value)
                .id(id)
                .on_input(typed)
                .size(theme::BODY)
                .padding(13)
                .style(theme::field)
                .width(Fill)
        };
        let reference = field("window-reference", &self.reference, "reference", Message::ReferenceTyped);
        if self.takes_cashback(terminal) {
            let cashback = field("window-cashback", &self.cashback, "cashback", Message::CashbackTyped);
            row![cashback, reference].spacing(GAP).into()
        } else {
            reference.into()
        }
    }

    fn start<'a>(&self, amount: Money, ready: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let key = match self.operation {
            Operation::Refund => "window-start-refund",
            _ => "window-start-sale",
        };
        let label = scene.texts.with(key, &[("amount", &scene.texts.money(amount))]);
        let height = if scene.is_low() { 72 } else { 92 };
        sized("start", label, theme::LARGE + 4.0, Role::Go, ready.then_some(Message::StartPressed))
            .height(height)
            .into()
    }
}

/// Today's payments, newest first.
fn today<'a>(recent: &'a [PaymentRecord], scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let rows: Vec<_> =
        recent.iter().filter(|record| scene.clock.is_today(record.at)).map(|record| line(record, scene)).collect();
    // A heading over nothing looks like something that failed to load.
    if rows.is_empty() {
        return None;
    }
    let rows = Column::with_children(rows).spacing(4).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    let list = column![
        text(scene.text("window-today")).size(theme::BODY).style(theme::quiet),
        scrollable(rows).style(theme::scroll).height(Fill)
    ]
    .spacing(4)
    .height(Fill);
    Some(list.into())
}

fn line<'a>(record: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let taken = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let cell = |words: String, portion: u16| text(words).size(theme::BODY).width(FillPortion(portion));
    let words = row![
        text(sign(record.verdict())).font(MONO).size(theme::BODY),
        cell(scene.clock.short(record.at), 2),
        cell(scene.operation(record.request.operation), 2),
        cell(scene.texts.money(taken.unwrap_or(record.request.amount)), 3).align_x(Right),
        cell(scene.verdict(record.verdict(), record.request.operation), 3),
    ]
    .spacing(GAP)
    .align_y(Center);
    let id = format!("recent-{}", record.id);
    FocusableButton::new(
        id,
        container(words).center_y(Fill),
        Role::Bare,
        Some(Message::PaymentPicked(record.id.clone())),
    )
    .into()
}
