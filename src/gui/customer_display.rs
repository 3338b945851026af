//! What the customer sees on a screen of their own, worked out from the desk. Nothing of the operators' gets into it: no
//! notice, error, name, payment id, card, reference or receipt, and nothing of terminals that are not in use here. Of what
//! a terminal says, only states for which the till has a sentence for customers; never the terminal's own words. The one
//! exception is a receipt that somebody at the till hands out as a code.

use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::screens::hand_out::HandedOut;
use super::screens::outcome;
use super::standing::{CashTaken, Happening};
use crate::domain::bill::Quantity;
use crate::domain::{BillAccount, Display, Money, Operation, Verdict};
use crate::terminal::{PaymentView, Stage};

/// How long a customer is thanked, unless the next sale begins before.
pub const THANKED_FOR: SignedDuration = SignedDuration::from_secs(5);
/// More lines than any screen has room for; the newest are shown.
const LINES_AT_MOST: usize = 30;

/// All that the customer's screen is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerView {
    /// No real money.
    pub training: bool,
    /// In the order in which they were rung up.
    pub lines: Vec<CustomerLine>,
    /// How many older lines there are besides.
    pub older: usize,
    pub sum: Option<Sum>,
    pub prompt: Prompt,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerLine {
    pub quantity: Quantity,
    pub label: String,
    /// What it adds to the total, after discounts.
    pub total: Money,
}

/// The one amount that is shown very large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub of: SumOf,
    pub amount: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumOf {
    Total,
    ToPay,
    StillToPay,
    Refund,
    Paid,
    Refunded,
    Change,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    Welcome,
    /// Lines are being rung up.
    Nothing,
    FollowTerminal,
    /// What the terminal waits for, as the state's message id; a text of its own where there is one.
    State(String),
    Wait,
    /// Nothing was paid, or nobody knows yet.
    AskCashier,
    /// Their receipt, for their telephone: somebody at the till wants them to see it.
    Code(Box<HandedOut>),
    ThankYou {
        /// Beside the change: what was paid with.
        given: Option<Money>,
        /// Only a part was paid.
        still: Option<Money>,
    },
}

/// Whom the screen thanks, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Thanks {
    since: Timestamp,
    sum: Option<Sum>,
    given: Option<Money>,
    still: Option<Money>,
    training: bool,
    /// Lines and total (minor units) of the bill that was on the counter: another one is the next sale.
    bill: Option<(usize, i64)>,
}

/// What the customer's screen remembers between two pictures of the desk.
#[derive(Debug, Default)]
pub struct CustomerDisplay {
    thanks: Option<Thanks>,
}

impl CustomerDisplay {
    /// Hears what has happened, and whether the next sale has begun.
    pub fn look(&mut self, desk: &Desk, happened: &[Happening], now: Timestamp) {
        let over = |thanks: &Thanks| now.duration_since(thanks.since) >= THANKED_FOR || next_has_begun(thanks, desk);
        if self.thanks.as_ref().is_some_and(over) {
            self.thanks = None;
        }
        if let Some(thanks) = &mut self.thanks
            && desk.bills.bill().is_none()
        {
            thanks.bill = None;
        }
        let new = happened.iter().rev().find_map(|happening| match happening {
            Happening::Ended { terminal, verdict: Verdict::Approved } => for_payment(desk, terminal, now),
            Happening::CashTaken(cash) => Some(for_cash(desk, cash, now)),
            _ => None,
        });
        if new.is_some() {
            self.thanks = new;
        }
    }

    /// Whether time alone will change the screen.
    pub fn is_thanking(&self) -> bool {
        self.thanks.is_some()
    }

    /// Welcome while the till is opening.
    pub fn view(&self, desk: Option<&Desk>, now: Timestamp) -> CustomerView {
        let Some(desk) = desk else { return CustomerView::bare(Prompt::Welcome) };
        let thanks = self.thanks.as_ref().filter(|thanks| now.duration_since(thanks.since) < THANKED_FOR);
        if let Some(what) = desk.handed_out() {
            let training = what.training;
            return CustomerView { training, ..CustomerView::bare(Prompt::Code(Box::new(what.clone()))) };
        }
        let payment = desk.payment_shown().filter(|payment| concerns_customer(payment.operation));
        match (payment, thanks) {
            (Some(payment), _) if payment.outcome().is_none() => paying(desk, payment),
            (_, Some(thanks)) => thanks.view(),
            (Some(payment), None) if !is_approved(payment) => not_paid(desk, payment),
            _ => rung_up(desk),
        }
    }
}

impl Thanks {
    fn view(&self) -> CustomerView {
        let prompt = Prompt::ThankYou { given: self.given, still: self.still };
        CustomerView { training: self.training, sum: self.sum, ..CustomerView::bare(prompt) }
    }
}

impl CustomerView {
    fn bare(prompt: Prompt) -> CustomerView {
        CustomerView { training: false, lines: Vec::new(), older: 0, sum: None, prompt }
    }

    fn with_lines(self, account: &BillAccount) -> CustomerView {
        let sums = &account.sum.lines;
        let older = sums.len().saturating_sub(LINES_AT_MOST);
        let newest = sums.iter().skip(older).filter_map(|sum| {
            let line = account.bill.line(sum.number)?;
            let total = account.money(sum.total_minor);
            Some(CustomerLine { quantity: line.quantity, label: line.label.clone(), total })
        });
        CustomerView { lines: newest.collect(), older, ..self }
    }
}

/// Follow-ups are done without the customer's card.
fn concerns_customer(operation: Operation) -> bool {
    !matches!(operation, Operation::Capture | Operation::Tip | Operation::Void | Operation::Deactivation)
}

fn is_approved(payment: &PaymentView) -> bool {
    payment.outcome().is_some_and(|outcome| outcome.verdict == Verdict::Approved)
}

fn next_has_begun(thanks: &Thanks, desk: &Desk) -> bool {
    let paying = desk.payment_shown().is_some_and(|payment| payment.outcome().is_none());
    let rung_up = desk.bills.bill().map(lines_and_total);
    paying || rung_up.is_some_and(|now| now.0 > 0 && Some(now) != thanks.bill)
}

fn lines_and_total(account: &BillAccount) -> (usize, i64) {
    (account.sum.lines.len(), account.sum.total_minor)
}

/// Only at the terminal in front of this customer.
fn for_payment(desk: &Desk, terminal: &str, now: Timestamp) -> Option<Thanks> {
    let view = desk.terminal().filter(|view| view.name == terminal)?;
    let payment = view.payment.as_ref().filter(|payment| concerns_customer(payment.operation))?;
    let refund = payment.operation == Operation::Refund;
    let of = if refund { SumOf::Refunded } else { SumOf::Paid };
    let moved = payment.operation.has_amount() && payment.operation != Operation::Balance;
    let taken = payment.outcome()?.taken.filter(|_| moved);
    Some(Thanks {
        since: now,
        sum: taken.map(|taken| Sum { of, amount: taken.total }),
        given: None,
        still: outcome::rest_due(payment),
        training: view.training,
        bill: desk.bills.bill().map(lines_and_total),
    })
}

fn for_cash(desk: &Desk, cash: &CashTaken, now: Timestamp) -> Thanks {
    let left = desk.bills.bill();
    Thanks {
        since: now,
        sum: cash.change.is_positive().then_some(Sum { of: SumOf::Change, amount: cash.change }),
        given: cash.given,
        still: left.map(BillAccount::due).filter(|due| due.is_positive()),
        training: is_training(desk),
        bill: left.map(lines_and_total),
    }
}

fn is_training(desk: &Desk) -> bool {
    let terminal = desk.terminal().is_some_and(|terminal| terminal.training);
    terminal || desk.bills.bill().is_some_and(|account| account.bill.training)
}

fn paying(desk: &Desk, payment: &PaymentView) -> CustomerView {
    let prompt = match &payment.stage {
        Stage::Starting | Stage::Seeking(_) => Prompt::Wait,
        // The cashier has the word.
        Stage::AtTerminal if payment.question.is_some() => Prompt::AskCashier,
        Stage::AtTerminal | Stage::Ended(_) => match payment.displays.last().map(|shown| &shown.display) {
            Some(Display::State { key, .. }) => Prompt::State(key.clone()),
            Some(Display::Words(_)) | None => Prompt::FollowTerminal,
        },
    };
    about(desk, payment, prompt)
}

fn not_paid(desk: &Desk, payment: &PaymentView) -> CustomerView {
    about(desk, payment, Prompt::AskCashier)
}

fn about(desk: &Desk, payment: &PaymentView, prompt: Prompt) -> CustomerView {
    let of = if payment.operation == Operation::Refund { SumOf::Refund } else { SumOf::ToPay };
    let whole = payment.cashback.and_then(|cashback| payment.amount.checked_add(cashback).ok());
    let amount = whole.unwrap_or(payment.amount);
    let sum = payment.operation.has_amount().then_some(Sum { of, amount });
    let view = CustomerView { training: is_training(desk), sum, ..CustomerView::bare(prompt) };
    // The journal may not have told yet that the bill on the counter is what is paid.
    let own_sale = payment.operation == Operation::Sale && payment.origin.is_none();
    let on_counter = desk.bills.bill().filter(|_| own_sale && payment.outcome().is_none());
    match desk.bills.of_payment(&payment.id).or(on_counter) {
        Some(account) => view.with_lines(account),
        None => view,
    }
}

fn rung_up(desk: &Desk) -> CustomerView {
    let training = is_training(desk);
    let Some(account) = desk.bills.bill().filter(|account| !account.sum.lines.is_empty()) else {
        return CustomerView { training, ..CustomerView::bare(Prompt::Welcome) };
    };
    let due = account.due();
    let sum = match account.settlement.has_payments && due.is_positive() {
        true => Sum { of: SumOf::StillToPay, amount: due },
        false => Sum { of: SumOf::Total, amount: account.total() },
    };
    CustomerView { training, sum: Some(sum), ..CustomerView::bare(Prompt::Nothing) }.with_lines(account)
}
