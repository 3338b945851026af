//! The bill at the counter, between what the cashier presses and what the journal has written. What is pressed waits in one
//! queue and goes to the journal step by step, in its order: nothing that is typed fast is lost, comes twice, or pays a
//! total that does not hold it yet. Screens show the bill as it will be.

mod hearing;
mod sheets;
mod steps;

use std::sync::Arc;

use super::bill_link::{BillOrder, By, News};
use super::keys::Press;
use super::problem::Problem;
use super::screens::bill::{self, Lines};
use super::screens::bill_edit::{self, Edit};
use super::screens::cash::{self, Cash};
use super::screens::park::{self, Park};
use super::screens::ring_up;
use super::screens::settled::{self, Settled};
use super::screens::split::{self, Split};
use super::screens::tables::{self, Tables};
use crate::domain::bill::Quantity;
use crate::domain::{
    BillAccount, BillChange, BillPart, Currency, Money, NewBill, NewLine, PaymentId, PriceList, TaxMode,
};
use crate::terminal::TerminalView;
use steps::{Step, Steps};

/// What of the bill is on the screen. Lines are what it goes back to.
#[derive(Debug, Clone, Default)]
pub enum Sheet {
    #[default]
    Lines,
    Edit(Edit),
    Cash(Cash),
    Split,
    Park(Park),
    Settled(Box<Settled>),
}

#[derive(Debug, Default)]
pub struct BillDesk {
    steps: Steps,
    sheet: Sheet,
    pub(super) lines: Lines,
    split: Split,
    pub(super) tables: Tables,
    /// Of an earlier run of the window; offered until somebody takes it or not.
    left_over: Option<Box<BillAccount>>,
    prices: Option<Arc<PriceList>>,
    /// What a line is called that nobody gave a name, in the language of the window.
    item_word: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    News(News),
    Lines(bill::Message),
    Edit(bill_edit::Message),
    Cash(cash::Message),
    Split(split::Message),
    Park(park::Message),
    Settled(settled::Message),
    Tables(tables::Message),
    TablesPressed,
    LeftOverTaken,
    LeftOverKept,
}

/// What the window has to do besides.
#[derive(Debug, Clone)]
pub enum Action {
    Order(By, BillOrder),
    /// So much of the bill by card, on the chosen terminal.
    Card {
        amount: Money,
        part: BillPart,
    },
    Problem(Problem),
    /// Nothing is wrong any more.
    Fine,
    Focus(&'static str),
    /// A key of the keypad beside the lines.
    RingUp(ring_up::Message),
    /// What was typed is on the bill now.
    EntryUsed,
    /// The next customer begins, perhaps with this digit.
    Next(Option<u8>),
    ToCounter,
    /// To the terminal of this name.
    Connect(String),
}

/// What stands beside the bill when a key is pressed.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    pub terminal: &'a TerminalView,
    /// Whether a payment can start there now.
    pub ready: bool,
    /// In minor units of the terminal's currency; zero where nothing was typed.
    pub typed_minor: i64,
    pub times: Option<Quantity>,
}

/// Why a bill cannot be paid or changed with this terminal at the counter: training money and real money never mix, and
/// neither do currencies. A Fluent id.
pub fn obstacle(account: &BillAccount, terminal: &TerminalView) -> Option<&'static str> {
    match (account.bill.training, terminal.training) {
        (true, false) => Some("window-bill-is-training"),
        (false, true) => Some("window-bill-is-real"),
        _ if account.bill.currency != terminal.abilities.currency => Some("window-bill-other-currency"),
        _ => None,
    }
}

impl BillDesk {
    pub fn set_item_word(&mut self, word: String) {
        self.item_word = word;
    }

    pub fn set_prices(&mut self, prices: Option<Arc<PriceList>>) {
        self.prices = prices;
    }

    pub fn prices(&self) -> Option<&Arc<PriceList>> {
        self.prices.as_ref()
    }

    /// The bill on the counter as it will be.
    pub fn bill(&self) -> Option<&BillAccount> {
        self.steps.shown()
    }

    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    pub fn split(&self) -> &Split {
        &self.split
    }

    pub fn left_over(&self) -> Option<&BillAccount> {
        self.left_over.as_deref().filter(|_| self.bill().is_none())
    }

    /// The bill that this payment is of, if it is on the counter.
    pub fn of_payment(&self, payment: &PaymentId) -> Option<&BillAccount> {
        let is_its = |account: &&BillAccount| account.payments.iter().any(|known| known.id == *payment);
        let settled = match &self.sheet {
            Sheet::Settled(settled) => Some(&settled.account),
            _ => None,
        };
        self.steps.current().filter(is_its).or(settled.filter(is_its))
    }

    /// What a key means on the bill, before it means an amount.
    pub fn key(&self, press: Press) -> Option<Message> {
        match &self.sheet {
            Sheet::Lines => {
                let account = self.bill();
                self.lines.key(press, account.is_some(), self.prices.is_some()).map(Message::Lines)
            }
            Sheet::Edit(_) => Edit::key(press).map(Message::Edit),
            Sheet::Cash(_) => Cash::key(press).map(Message::Cash),
            Sheet::Split => Split::key(press).map(Message::Split),
            Sheet::Park(_) => Park::key(press).map(Message::Park),
            Sheet::Settled(_) => Settled::key(press).map(Message::Settled),
        }
    }

    /// Whether keys that nobody here wants are still an amount's.
    pub fn lets_amounts_through(&self) -> bool {
        matches!(self.sheet, Sheet::Lines) && !self.lines.asks()
    }

    pub fn update(&mut self, message: Message, beside: Option<Beside<'_>>) -> Vec<Action> {
        match (message, beside) {
            (Message::News(news), _) => self.hear(news),
            (Message::Tables(message), _) => self.at_tables(message),
            (Message::TablesPressed, _) => {
                self.tables.open();
                vec![Action::Order(By::Tables, BillOrder::ReadOpen)]
            }
            (Message::LeftOverTaken, _) => {
                let Some(account) = self.left_over.take() else { return Vec::new() };
                self.take_up(&account)
            }
            (Message::LeftOverKept, _) => {
                self.left_over = None;
                Vec::new()
            }
            (Message::Lines(message), Some(beside)) => self.at_lines(message, beside),
            (Message::Edit(message), _) => self.edited(message),
            (Message::Cash(message), Some(beside)) => self.at_cash(message, beside),
            (Message::Split(message), Some(beside)) => self.at_split(message, beside),
            (Message::Park(message), _) => self.parking(message),
            (Message::Settled(message), _) => match settled::update(&message) {
                settled::Action::Next(digit) => self.next_customer(digit),
            },
            (Message::Lines(_) | Message::Cash(_) | Message::Split(_), None) => Vec::new(),
        }
    }

    /// Something in the journal has changed.
    pub fn journal_changed(&mut self, tables_shown: bool) -> Vec<Action> {
        // The rail counts the bills that wait, wherever the cashier is; who looks at them sees them as they are.
        let looks = tables_shown || matches!(self.sheet, Sheet::Park(_));
        let order = if looks { BillOrder::ReadOpen } else { BillOrder::CountParked };
        self.steps.read().into_iter().chain([Action::Order(By::Tables, order)]).collect()
    }

    /// A line with this price.
    pub fn ring(&mut self, quantity: Quantity, price: Money, beside: Beside<'_>) -> Vec<Action> {
        let typed = self.lines.search().trim().to_owned();
        let label = if typed.is_empty() { self.item_word.clone() } else { typed };
        let line = NewLine { quantity, ..NewLine::new(&label, price.minor()) };
        self.ring_line(line, price.currency(), beside)
    }

    /// The item with this code; `None` where no list has it.
    pub fn ring_code(&mut self, code: &str, beside: Beside<'_>) -> Option<Vec<Action>> {
        let item = self.prices.as_ref()?.find(code)?;
        let line = NewLine {
            code: Some(item.code.clone()),
            label: item.label.clone(),
            quantity: beside.times.unwrap_or(Quantity::ONE),
            price_minor: item.price.minor(),
            tax: item.tax,
        };
        let currency = item.price.currency();
        Some(self.ring_line(line, currency, beside))
    }

    fn ring_line(&mut self, line: NewLine, currency: Currency, beside: Beside<'_>) -> Vec<Action> {
        let new = self.new_bill(beside.terminal);
        let bill_currency = self.bill().map_or(new.currency, |account| account.bill.currency);
        if currency != bill_currency {
            return vec![Action::Problem(Problem::new("bill-error-other-currency"))];
        }
        if let Some(key) = self.bill().and_then(|account| obstacle(account, beside.terminal)) {
            return vec![Action::Problem(Problem::new(key))];
        }
        self.sheet = Sheet::Lines;
        self.lines.rung();
        let mut actions = vec![Action::Fine, Action::EntryUsed];
        actions.extend(self.push(Step::Ring { line, new: Box::new(new) }));
        actions
    }

    fn new_bill(&self, terminal: &TerminalView) -> NewBill {
        let tax_mode = self.prices.as_ref().map_or(TaxMode::default(), |prices| prices.tax());
        let new = NewBill::new(terminal.abilities.currency);
        NewBill { training: terminal.training, held: true, tax_mode, ..new }
    }

    /// So much by card, or all that is due; it is asked when everything before it is written.
    pub fn pay_card(&mut self, asked_minor: Option<i64>, lines: Vec<u32>, terminal: &TerminalView) -> Vec<Action> {
        let Some(account) = self.bill() else { return Vec::new() };
        if let Some(key) = obstacle(account, terminal) {
            return vec![Action::Problem(Problem::new(key))];
        }
        if account.settlement.is_settled() && !account.settlement.has_payments {
            return self.push(Step::Close);
        }
        let training = terminal.training;
        self.push(Step::Card { asked_minor, lines, training })
    }

    /// The cash screen; an amount without a bill becomes one.
    pub fn open_cash(&mut self, beside: Beside<'_>) -> Vec<Action> {
        let typed = beside.typed_minor;
        let mut actions = Vec::new();
        let asked_minor = match self.bill() {
            Some(account) => {
                if let Some(key) = obstacle(account, beside.terminal) {
                    return vec![Action::Problem(Problem::new(key))];
                }
                if account.settlement.due_minor <= 0 {
                    return vec![Action::Problem(Problem::new("bill-error-nothing-due"))];
                }
                (typed > 0).then_some(typed)
            }
            None if typed > 0 => {
                let price = Money::new(typed, beside.terminal.abilities.currency);
                actions = self.ring(beside.times.unwrap_or(Quantity::ONE), price, beside);
                None
            }
            None => return vec![Action::Problem(Problem::new("window-amount-missing"))],
        };
        self.sheet = Sheet::Cash(Cash::of(asked_minor, Vec::new()));
        actions.push(Action::EntryUsed);
        actions
    }

    fn push(&mut self, step: Step) -> Vec<Action> {
        self.steps.push(step)
    }

    fn changed(&mut self, change: BillChange) -> Vec<Action> {
        let mut actions = vec![Action::Fine];
        actions.extend(self.push(Step::Change(change)));
        actions
    }

    /// How many of a line.
    pub fn set_quantity(&mut self, quantity: Quantity) -> Option<Vec<Action>> {
        let line = self.lines.selected()?;
        let mut actions = self.changed(BillChange::QuantitySet { line, quantity });
        actions.push(Action::EntryUsed);
        Some(actions)
    }

    fn at_lines(&mut self, message: bill::Message, beside: Beside<'_>) -> Vec<Action> {
        let action = self.lines.update(message, self.steps.shown(), self.prices.as_deref());
        match action {
            bill::Action::None => Vec::new(),
            bill::Action::Focus(field) => vec![Action::Focus(field)],
            bill::Action::Pick(code) => self.ring_code(&code, beside).unwrap_or_default(),
            bill::Action::RingTyped if beside.typed_minor > 0 => {
                let price = Money::new(beside.typed_minor, beside.terminal.abilities.currency);
                self.ring(beside.times.unwrap_or(Quantity::ONE), price, beside)
            }
            bill::Action::RingTyped => vec![Action::Problem(Problem::new("window-item-not-found"))],
            bill::Action::Void(line) => self.void(line),
            bill::Action::Edit(subject) => {
                self.sheet = Sheet::Edit(Edit::of(subject));
                Vec::new()
            }
            bill::Action::Remove => self.remove(),
            bill::Action::Cash => self.open_cash(beside),
            bill::Action::Split => self.open_split(),
            bill::Action::Park => self.park(),
            bill::Action::RingUp(message) => vec![Action::RingUp(message)],
        }
    }

    /// Voids a line; what nobody has ordered any more, and nobody paid of, is no bill.
    fn void(&mut self, line: u32) -> Vec<Action> {
        let Some(account) = self.bill() else { return Vec::new() };
        let others = account.bill.standing_lines().any(|standing| standing.number != line);
        let keeps = others || account.bill.table.is_some() || !account.payments.is_empty();
        let void = BillChange::LineVoided { line };
        let mut actions = vec![Action::Fine];
        actions.extend(if keeps {
            self.push(Step::Change(void))
        } else {
            self.push(Step::Leave(vec![void, BillChange::Removed]))
        });
        actions
    }

    fn remove(&mut self) -> Vec<Action> {
        let mut actions = vec![Action::Fine];
        actions.extend(self.push(Step::Leave(vec![BillChange::Removed])));
        actions
    }

    /// What has been settled is put away.
    pub fn next_customer(&mut self, digit: Option<u8>) -> Vec<Action> {
        let still_due = self.bill().is_some();
        self.sheet = if still_due && self.split.is_open() { Sheet::Split } else { Sheet::Lines };
        let digit = digit.filter(|_| matches!(self.sheet, Sheet::Lines));
        vec![Action::Next(digit)]
    }

    /// What needs a bill is shown with one only.
    fn put_sheet_away(&mut self) {
        if !matches!(self.sheet, Sheet::Settled(_)) {
            self.sheet = Sheet::Lines;
        }
    }

    /// The receipt of the last customer is no longer wanted.
    pub fn put_receipt_away(&mut self) {
        if matches!(self.sheet, Sheet::Settled(_)) {
            self.next_customer(None);
        }
    }
}
