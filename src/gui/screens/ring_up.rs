//! Amount, sale or refund or what else the terminal can do, start; and what was taken today, where there is room.

use iced::widget::{Column, Row, container, row, text, text_input};
use iced::{Element, Fill, FillPortion, Right};

use super::amount_entry::AmountEntry;
use super::amount_field::{AmountField, Typed};
use super::today::today;
use crate::domain::bill::Quantity;
use crate::domain::{Currency, Money, Operation, PaymentId, PaymentRecord, PaymentRequest, ScannedCode, Tender};
use crate::gui::keys::Press;
use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::amount_display::amount_display;
use crate::gui::widgets::focusable_button::{action, sized};
use crate::gui::widgets::number_pad::{PadKey, PadWords, line_pad, number_pad};
use crate::terminal::{Errand, PaymentView, TerminalView};

const REFERENCE_AT_MOST: usize = 40;
/// Operations side by side in a narrow window, and in a wide one.
const ONE_ROW_AT_MOST: usize = 4;
const ONE_WIDE_ROW_AT_MOST: usize = 6;

/// What some terminals can do besides sales and refunds: id and label of each.
const MORE: [(Operation, &str, &str); 6] = [
    (Operation::Preauth, "preauth", "window-choose-preauth"),
    (Operation::Activation, "activation", "window-choose-activation"),
    (Operation::Reload, "reload", "window-choose-reload"),
    (Operation::CardCheck, "card-check", "window-choose-card-check"),
    (Operation::Balance, "balance", "window-choose-balance"),
    (Operation::Deactivation, "deactivation", "window-choose-deactivation"),
];

#[derive(Debug, Clone)]
pub struct RingUp {
    operation: Operation,
    entry: AmountEntry,
    /// How many of what comes next.
    times: Option<Quantity>,
    tender: Option<Tender>,
    /// The card is not here.
    keyed: bool,
    /// What a wallet pays by.
    code: ScannedCode,
    cashback: AmountField,
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
    /// Pressed once more, it is a sale again.
    RefundPressed,
    /// What else the terminal can do, one after the other.
    NextOperationPressed,
    NextTenderPressed,
    /// Pressed once more, the customer chooses again.
    TenderPressed(Tender),
    /// Pressed once more, the card is here after all.
    KeyedPressed,
    CodeTyped(ScannedCode),
    ScanPressed,
    ScanStopped,
    /// The terminal's reader has read something, or the till's own scanner.
    Scanned(ScannedCode),
    CashbackTyped(Typed),
    ReferenceTyped(String),
    StartPressed,
    TimesPressed,
    /// What was typed is the price of a line.
    AddPressed,
    CashPressed,
    PaymentPicked(PaymentId),
}

// There is one at a time.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Start(PaymentRequest),
    AddLine {
        quantity: Quantity,
        price: Money,
    },
    /// Nothing is rung up by one number alone: it is how many of the line that is chosen.
    SetQuantity(Quantity),
    Cash,
    Scan,
    StopScan,
    ShowPayment(PaymentId),
}

impl Default for RingUp {
    fn default() -> Self {
        RingUp {
            operation: Operation::Sale,
            entry: AmountEntry::default(),
            times: None,
            tender: None,
            keyed: false,
            code: ScannedCode::default(),
            cashback: AmountField::default(),
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

    /// The same for the next try. A wallet's code is good once, and stays away.
    pub fn again(&self) -> Option<RingUp> {
        let entry = self.operation.has_amount() && !self.entry.is_empty();
        entry.then(|| RingUp { code: ScannedCode::default(), problem: None, ..self.clone() })
    }

    /// As it must have been rung up, where nobody remembers. A refund may have been one of an earlier payment, and is not
    /// made one of any card.
    pub fn like(payment: &PaymentView) -> Option<RingUp> {
        let rung_up = matches!(
            payment.operation,
            Operation::Sale | Operation::Preauth | Operation::Activation | Operation::Reload
        );
        let cashback = payment.cashback.map(AmountField::offering).unwrap_or_default();
        rung_up.then(|| RingUp { operation: payment.operation, cashback, ..RingUp::with_amount(payment.amount) })
    }

    pub fn amount(&self, currency: Currency) -> Money {
        self.entry.money(currency)
    }

    pub fn times(&self) -> Option<Quantity> {
        self.times
    }

    pub fn is_sale(&self) -> bool {
        self.operation == Operation::Sale
    }

    /// The Fluent id of what is missing.
    pub fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    /// Nothing has been typed yet.
    pub fn is_empty(&self) -> bool {
        self.entry.is_empty()
    }

    /// What was missing has been read.
    pub fn forget_problem(&mut self) {
        self.problem = None;
    }

    /// What was chosen to pay with was chosen for another terminal, or for nothing.
    pub fn forget_means(&mut self) {
        (self.tender, self.keyed) = (None, false);
    }

    /// What was typed has become something else.
    pub fn forget_entry(&mut self) {
        self.entry.clear();
        self.times = None;
        self.problem = None;
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            Press::Mark => Some(Message::MarkTyped),
            Press::Backspace | Press::Delete => Some(Message::BackspacePressed),
            Press::Escape => Some(Message::ClearPressed),
            Press::Enter | Press::Function(9) => Some(Message::StartPressed),
            Press::Plus => Some(Message::AddPressed),
            Press::Times => Some(Message::TimesPressed),
            Press::PageUp | Press::Function(1) => Some(Message::CashPressed),
            Press::Function(2) => Some(Message::RefundPressed),
            Press::Function(4) => Some(Message::NextOperationPressed),
            Press::Control('k') => Some(Message::KeyedPressed),
            Press::Control('t') => Some(Message::NextTenderPressed),
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
            Message::BackspacePressed | Message::PadPressed(PadKey::Backspace) if self.entry.is_empty() => {
                self.times = None;
            }
            Message::BackspacePressed | Message::PadPressed(PadKey::Backspace) => self.entry.pop(),
            Message::TimesPressed | Message::PadPressed(PadKey::Times) => return self.times_pressed(),
            Message::AddPressed | Message::PadPressed(PadKey::Add) => return self.add(currency),
            Message::CashPressed if self.is_sale() => return Action::Cash,
            Message::CashPressed => self.problem = Some("window-cannot-do-that"),
            Message::ClearPressed => {
                self.forget_entry();
                self.forget_means();
            }
            Message::OperationChosen(operation) if terminal.abilities.can(operation) => self.operation = operation,
            Message::OperationChosen(_) => self.problem = Some("window-cannot-do-that"),
            Message::RefundPressed => {
                let wanted = if self.operation == Operation::Refund { Operation::Sale } else { Operation::Refund };
                return self.update(Message::OperationChosen(wanted), terminal, ready);
            }
            Message::NextOperationPressed => match self.next_operation(terminal) {
                same if same == self.operation => self.problem = Some("window-cannot-do-that"),
                next => return self.update(Message::OperationChosen(next), terminal, ready),
            },
            Message::NextTenderPressed => self.next_tender(terminal),
            Message::TenderPressed(tender) => {
                self.tender = (self.tender != Some(tender)).then_some(tender);
                self.keyed &= self.tender != Some(Tender::Wallet);
            }
            Message::KeyedPressed if self.may_be_keyed(terminal) => {
                self.keyed = !self.keyed;
                // A wallet has no number to key in.
                self.tender.take_if(|tender| *tender == Tender::Wallet);
            }
            Message::KeyedPressed => self.problem = Some("window-cannot-do-that"),
            Message::CodeTyped(code) => self.code = code,
            Message::ScanPressed if ready => return Action::Scan,
            Message::ScanPressed => {}
            Message::ScanStopped => return Action::StopScan,
            Message::Scanned(code) if self.pays_by_code(terminal) => self.code = code,
            Message::Scanned(code) => self.reference = code.reveal().chars().take(REFERENCE_AT_MOST).collect(),
            Message::CashbackTyped(typed) => self.cashback.update(typed, currency),
            Message::ReferenceTyped(typed) => self.reference = typed.chars().take(REFERENCE_AT_MOST).collect(),
            Message::StartPressed if !ready => {}
            // Three of something is no amount yet.
            Message::StartPressed if self.times.is_some() => return self.add(currency),
            Message::StartPressed => match self.request(terminal) {
                Ok(request) => return Action::Start(request),
                Err(problem) => self.problem = Some(problem),
            },
            Message::PaymentPicked(payment) => return Action::ShowPayment(payment),
        }
        Action::None
    }

    /// Beyond sale and refund, in their order on the screen; then a sale again.
    fn next_operation(&self, terminal: &TerminalView) -> Operation {
        let mut can = MORE.iter().map(|(operation, ..)| *operation).filter(|more| terminal.abilities.can(*more));
        let passed = can.clone().position(|more| more == self.operation);
        match passed {
            Some(passed) => can.nth(passed + 1),
            None => can.next(),
        }
        .unwrap_or(Operation::Sale)
    }

    /// The customer chooses again behind the last.
    fn next_tender(&mut self, terminal: &TerminalView) {
        let can: Vec<Tender> =
            terminal.abilities.tenders.iter().copied().filter(|tender| self.may_choose(*tender, terminal)).collect();
        let passed = can.iter().position(|tender| Some(*tender) == self.tender);
        self.tender = can.get(passed.map_or(0, |passed| passed + 1)).copied();
        self.keyed &= self.tender != Some(Tender::Wallet);
        if can.is_empty() {
            self.problem = Some("window-cannot-do-that");
        }
    }

    /// What was typed is how many of the next line, or of the one that is chosen.
    fn times_pressed(&mut self) -> Action {
        match self.entry.typed().parse() {
            Ok(quantity) if self.is_sale() => {
                self.entry.clear();
                self.times = Some(quantity);
                Action::SetQuantity(quantity)
            }
            _ => {
                self.problem = Some("window-quantity-wrong");
                Action::None
            }
        }
    }

    fn add(&mut self, currency: Currency) -> Action {
        let price = self.entry.money(currency);
        if !self.is_sale() {
            self.problem = Some("window-cannot-do-that");
        } else if price.is_positive() {
            return Action::AddLine { quantity: self.times.unwrap_or(Quantity::ONE), price };
        } else {
            self.problem = Some("window-amount-missing");
        }
        Action::None
    }

    /// The request as it stands, or what is missing.
    fn request(&self, terminal: &TerminalView) -> Result<PaymentRequest, &'static str> {
        self.request_for(self.amount_asked(terminal.abilities.currency), terminal)
    }

    /// A sale or something else of this amount, with everything else that was chosen.
    ///
    /// # Errors
    /// The Fluent id of what is missing.
    pub fn request_for(&self, amount: Money, terminal: &TerminalView) -> Result<PaymentRequest, &'static str> {
        if self.operation.has_amount() && !amount.is_positive() {
            return Err("window-amount-missing");
        }
        let mut request = PaymentRequest::new(self.operation, amount);
        request.cashback = self.cashback_asked(terminal);
        request.tender = self.tender_for(terminal);
        request.keyed = self.is_keyed(terminal);
        if self.pays_by_code(terminal) {
            if self.code == ScannedCode::default() {
                return Err("refusal-no-code");
            }
            request.code = Some(self.code.clone());
        }
        let reference = self.reference.trim();
        request.reference = (!reference.is_empty()).then(|| reference.to_owned());
        Ok(request)
    }

    /// What was typed, unless the operation is not about an amount.
    fn amount_asked(&self, currency: Currency) -> Money {
        if self.operation.has_amount() { self.entry.money(currency) } else { Money::zero(currency) }
    }

    /// What the customer wants in cash besides, of a terminal that does it.
    fn cashback_asked(&self, terminal: &TerminalView) -> Option<Money> {
        let cashback = self.cashback.money(terminal.abilities.currency);
        Some(cashback).filter(|cashback| self.takes_cashback(terminal) && cashback.is_positive())
    }

    /// What will be taken of the card altogether, where cashback makes it more than the amount.
    fn with_cashback(&self, terminal: &TerminalView) -> Option<(Money, Money)> {
        let cashback = self.cashback_asked(terminal)?;
        let total = self.amount_asked(terminal.abilities.currency).checked_add(cashback).ok()?;
        Some((total, cashback))
    }

    /// What is being typed, beside the lines of a bill.
    pub fn typed_line<'a, M: 'a>(&self, currency: Currency, scene: Scene<'a>) -> Element<'a, M> {
        let times = self.times_typed(scene);
        let typed = format!("{times}{}", scene.texts.money(self.entry.money(currency)));
        let size = fit(&typed, 260.0, 36.0);
        let (size, above) = if scene.is_low() { (size.min(28.0), 3.0) } else { (size, 6.0) };
        container(text(typed).size(size).line_height(1.2).width(Fill).align_x(Right))
            .padding([above, 14.0])
            .width(Fill)
            .style(theme::amount)
            .into()
    }

    fn takes_cashback(&self, terminal: &TerminalView) -> bool {
        self.operation == Operation::Sale && terminal.abilities.cashback && !self.pays_by_code(terminal)
    }

    /// Another terminal, or another operation, may not have the one that was chosen.
    fn tender_for(&self, terminal: &TerminalView) -> Option<Tender> {
        self.tender.filter(|tender| self.may_choose(*tender, terminal))
    }

    /// Money goes back to the card it came from; a gift card has to be called one.
    fn may_choose(&self, tender: Tender, terminal: &TerminalView) -> bool {
        let has_a_say = match self.operation {
            Operation::Sale | Operation::Preauth => true,
            Operation::Refund => tender == Tender::Gift,
            _ => false,
        };
        has_a_say && terminal.abilities.tenders.contains(&tender)
    }

    fn may_be_keyed(&self, terminal: &TerminalView) -> bool {
        terminal.abilities.keyed && self.operation.takes_keyed_cards()
    }

    fn is_keyed(&self, terminal: &TerminalView) -> bool {
        self.keyed && self.may_be_keyed(terminal) && !self.pays_by_code(terminal)
    }

    /// Whether what is scanned is what a wallet pays by.
    pub fn wants_code(&self, terminal: &TerminalView) -> bool {
        self.pays_by_code(terminal)
    }

    fn pays_by_code(&self, terminal: &TerminalView) -> bool {
        self.tender_for(terminal) == Some(Tender::Wallet)
    }

    pub fn view<'a>(
        &'a self,
        terminal: &TerminalView,
        ready: bool,
        recent: &'a [PaymentRecord],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let amount = self.amount_asked(terminal.abilities.currency);
        let largest = 130.0 * scene.scale();
        let taken = self.with_cashback(terminal).map_or(amount, |(total, _)| total);
        let display = amount_display(self.heading(terminal, scene), self.shown(taken, scene), largest);
        // Where there is little height, the amount gets what is left of it.
        let display = if scene.is_low() { display.center_y(Fill) } else { display };
        let left = Column::new()
            .push(self.operations(terminal, scene))
            .push(self.means(terminal, scene))
            .push(display)
            .push(self.fields(terminal, ready, scene))
            .push(self.problem.map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(self.start(terminal, ready, scene))
            .push((!scene.is_low()).then(|| today(recent, scene)).flatten())
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let pad = match self.operation {
            Operation::Sale => line_pad(pad_words(scene), |key| Some(Message::PadPressed(key))),
            _ => number_pad(Message::PadPressed),
        };
        let pad_height = if scene.is_low() { Fill } else { iced::Length::Fixed(480.0 * scene.scale()) };
        row![left, container(pad).width(pad_width).height(pad_height)]
            .spacing(GAP * 2.0)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    /// What is being rung up, and that the card is not here.
    fn heading(&self, terminal: &TerminalView, scene: Scene<'_>) -> String {
        let mut heading = scene.operation(self.operation);
        if self.is_keyed(terminal) {
            heading = scene.texts.with("window-keyed-heading", &[("operation", &heading)]);
        }
        let Some((_, cashback)) = self.with_cashback(terminal) else { return heading };
        let amount = scene.texts.money(self.amount_asked(terminal.abilities.currency));
        let parts = [("amount", amount.as_str()), ("cashback", &scene.texts.money(cashback))];
        format!("{heading}  ·  {}", scene.texts.with("window-amount-with-cashback", &parts))
    }

    /// `0.35 × `, before the price.
    fn times_typed(&self, scene: Scene<'_>) -> String {
        let times = self.times.map(|times| format!("{} × ", scene.texts.decimal(&times.to_string())));
        times.unwrap_or_default()
    }

    fn shown(&self, amount: Money, scene: Scene<'_>) -> String {
        let times = self.times_typed(scene);
        match self.operation.has_amount() {
            true => format!("{times}{}", scene.texts.money(amount)),
            false => scene.text("window-card-check-hint"),
        }
    }

    fn operations<'a>(&self, terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
        let next = self.next_operation(terminal);
        let choice = |operation: Operation, id: &'static str, key: &str| {
            let role = if self.operation == operation { Role::Chosen } else { Role::Plain };
            let message = terminal.abilities.can(operation).then_some(Message::OperationChosen(operation));
            let by_key = operation == next && operation != Operation::Sale;
            let label = if by_key { scene.with_key(key, Press::Function(4)) } else { scene.text(key) };
            action(id, label, role, message).height(theme::TENDER)
        };
        let more = MORE.into_iter().filter(|(operation, ..)| terminal.abilities.can(*operation));
        let usual =
            [(Operation::Sale, "sale", "window-choose-sale"), (Operation::Refund, "refund", "window-choose-refund")];
        let mut buttons: Vec<Element<'a, Message>> =
            usual.into_iter().chain(more).map(|(operation, id, key)| choice(operation, id, key).into()).collect();
        // Words longer than their button run into the next one.
        let crowded = buttons.len() > if scene.is_wide() { ONE_WIDE_ROW_AT_MOST } else { ONE_ROW_AT_MOST };
        let second = if crowded { buttons.split_off(buttons.len().div_ceil(2)) } else { Vec::new() };
        let rows = [buttons, second].into_iter().filter(|row| !row.is_empty());
        Column::with_children(rows.map(|row| Row::with_children(row).spacing(GAP).into())).spacing(GAP).into()
    }

    /// What it is paid with, where the till has a say in it.
    fn means<'a>(&self, terminal: &TerminalView, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let tenders = terminal.abilities.tenders.iter().filter(|tender| self.may_choose(**tender, terminal));
        let mut tenders = tenders.peekable();
        let keyed = self.may_be_keyed(terminal).then(|| {
            let role = if self.is_keyed(terminal) { Role::Chosen } else { Role::Plain };
            let label = scene.with_key("window-choose-keyed", Press::Control('k'));
            action("keyed", label, role, Some(Message::KeyedPressed)).height(theme::TENDER)
        });
        if tenders.peek().is_none() && keyed.is_none() {
            return None;
        }
        let choice = |tender: &Tender| {
            let role = if self.tender == Some(*tender) { Role::Chosen } else { Role::Plain };
            let label = scene.text(&format!("window-tender-{}", tender.word()));
            let message = Some(Message::TenderPressed(*tender));
            action(format!("tender-{}", tender.word()), label, role, message).height(theme::TENDER).into()
        };
        Some(Row::with_children(tenders.map(choice)).push(keyed).spacing(GAP).into())
    }

    fn fields<'a>(&'a self, terminal: &TerminalView, ready: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let field = |key: &str, value: &'a str, id: &'static str, typed: fn(String) -> Message| {
            text_input(&scene.text(key), value)
                .id(id)
                .on_input(typed)
                .size(theme::BODY)
                .padding([13, 11])
                .style(theme::field)
                .width(Fill)
        };
        let reference = field("window-reference", &self.reference, "reference", Message::ReferenceTyped);
        let currency = terminal.abilities.currency;
        let cashback = self.takes_cashback(terminal).then(|| {
            let hint = scene.text("window-cashback");
            let field = self.cashback.view(hint, currency, scene, Message::CashbackTyped).id("cashback");
            field.size(theme::BODY).padding([13, 11]).width(Fill)
        });
        // Dots, as for a password: it is worth money.
        let code = self.pays_by_code(terminal).then(|| {
            let typed = |text: String| Message::CodeTyped(ScannedCode::new(&text));
            field("window-code", self.code.reveal(), "code", typed).secure(true)
        });
        row![].push(cashback).push(code).push(reference).push(scan(terminal, ready, scene)).spacing(GAP).into()
    }

    fn start<'a>(&self, terminal: &TerminalView, ready: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let amount = self.amount_asked(terminal.abilities.currency);
        let key = match self.operation {
            Operation::Refund => "window-start-refund",
            Operation::Preauth => "window-start-preauth",
            Operation::Activation => "window-start-activation",
            Operation::Reload => "window-start-reload",
            Operation::CardCheck => "window-start-card-check",
            Operation::Balance => "window-start-balance",
            Operation::Deactivation => "window-start-deactivation",
            _ => "window-start-sale",
        };
        let label = match self.with_cashback(terminal) {
            Some((total, cashback)) => {
                let (total, amount) = (scene.texts.money(total), scene.texts.number(amount));
                let parts =
                    [("total", total.as_str()), ("amount", &amount), ("cashback", &scene.texts.number(cashback))];
                scene.texts.with("window-start-with-cashback", &parts)
            }
            None => scene.texts.with(key, &[("amount", &scene.texts.money(amount))]),
        };
        let height = if scene.is_low() { 72 } else { 92 };
        let (large, small) = if scene.is_wide() { (theme::LARGE + 4.0, theme::LARGE) } else { (22.0, 17.0) };
        let start = sized("start", label, large, Role::Go, ready.then_some(Message::StartPressed));
        let cash = self.is_sale().then(|| {
            let label = scene.text("window-pay-cash");
            sized("cash", label, small, Role::Plain, Some(Message::CashPressed)).height(height).width(FillPortion(3))
        });
        Row::new().push(cash).push(start.height(height).width(FillPortion(7))).spacing(GAP).into()
    }
}

/// The words on the keys of the pad that makes lines.
pub fn pad_words(scene: Scene<'_>) -> PadWords {
    PadWords { times: scene.text("window-line-times"), add: scene.text("window-line-add") }
}

/// Reads into the code of a wallet, else into the reference.
fn scan<'a>(terminal: &TerminalView, ready: bool, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    if !terminal.abilities.scans {
        return None;
    }
    let (id, key, message) = match terminal.errand {
        Some(Errand::Scan) => ("scan-stop", "window-scan-stop", Some(Message::ScanStopped)),
        _ => ("scan", "window-scan", ready.then_some(Message::ScanPressed)),
    };
    Some(action(id, scene.text(key), Role::Plain, message).width(150).into())
}
