//! What the cashier asked a terminal to do about money.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bill::BillId;
use super::money::Money;
use super::operator::OperatorName;

/// Names one payment: a till's four characters and a number, for example `K7M2-42`. Short enough to be spoken on the
/// telephone, unique across the tills of a shop, never used twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentId(String);

impl PaymentId {
    /// `till` is the journal's own four characters, `number` the payment's place in that journal.
    pub fn new(till: &str, number: i64) -> Self {
        PaymentId(format!("{till}-{number}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PaymentId {
    type Err = std::convert::Infallible;

    /// Takes any text; whether such a payment exists is for the journal to say.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(PaymentId(text.trim().to_ascii_uppercase()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Sale,
    Refund,
    Void,
    Preauth,
    Capture,
    Tip,
    /// A gift card is made valid with this amount on it.
    Activation,
    /// More is put on a gift card.
    Reload,
    /// Is the card valid? Moves no money.
    CardCheck,
    /// What does a gift card still hold? Moves no money.
    Balance,
    /// A gift card is made void.
    Deactivation,
}

impl Operation {
    pub const ALL: [Operation; 11] = [
        Operation::Sale,
        Operation::Refund,
        Operation::Void,
        Operation::Preauth,
        Operation::Capture,
        Operation::Tip,
        Operation::Activation,
        Operation::Reload,
        Operation::CardCheck,
        Operation::Balance,
        Operation::Deactivation,
    ];

    /// The word of the command line and of the journal.
    pub fn word(self) -> &'static str {
        match self {
            Operation::Sale => "sale",
            Operation::Refund => "refund",
            Operation::Void => "void",
            Operation::Preauth => "preauth",
            Operation::Capture => "capture",
            Operation::Tip => "tip",
            Operation::Activation => "activation",
            Operation::Reload => "reload",
            Operation::CardCheck => "card_check",
            Operation::Balance => "balance",
            Operation::Deactivation => "deactivation",
        }
    }

    /// Whether it is about an amount; what is not, is asked with an amount of zero.
    pub fn has_amount(self) -> bool {
        !matches!(self, Operation::CardCheck | Operation::Balance | Operation::Deactivation)
    }

    /// Whether it is about the gift card itself, and not about paying.
    pub fn is_of_gift_cards(self) -> bool {
        matches!(self, Operation::Activation | Operation::Reload | Operation::Balance | Operation::Deactivation)
    }

    /// Whether it always works on an earlier payment. A refund may, and needs none.
    pub fn is_follow_up(self) -> bool {
        matches!(self, Operation::Void | Operation::Capture | Operation::Tip)
    }

    /// Whether there is something in it that a void could undo.
    pub fn is_voidable(self) -> bool {
        self.has_amount() && !matches!(self, Operation::Void | Operation::Tip)
    }

    /// Whether the number of a card that is not here can be keyed in for it.
    pub fn takes_keyed_cards(self) -> bool {
        matches!(self, Operation::Sale | Operation::Refund | Operation::Preauth)
    }

    pub fn from_word(word: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| operation.word() == word)
    }
}

/// What the customer pays with, where the till has a say in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tender {
    Credit,
    Debit,
    EbtFood,
    EbtCash,
    Gift,
    /// A wallet on the customer's telephone, by a code the till scans.
    Wallet,
}

impl Tender {
    pub const ALL: [Tender; 6] =
        [Tender::Credit, Tender::Debit, Tender::EbtFood, Tender::EbtCash, Tender::Gift, Tender::Wallet];

    /// The word of the command line and of the journal.
    pub fn word(self) -> &'static str {
        match self {
            Tender::Credit => "credit",
            Tender::Debit => "debit",
            Tender::EbtFood => "ebt-food",
            Tender::EbtCash => "ebt-cash",
            Tender::Gift => "gift",
            Tender::Wallet => "wallet",
        }
    }

    pub fn from_word(word: &str) -> Option<Tender> {
        Tender::ALL.into_iter().find(|tender| tender.word() == word)
    }
}

/// A code scanned from a customer's telephone: worth money until it is used, so it is neither printed nor kept.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ScannedCode(String);

impl ScannedCode {
    pub fn new(code: &str) -> ScannedCode {
        ScannedCode(code.trim().to_owned())
    }

    /// For the request that carries it, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The message with `***` in every place where the code stands, plain or as text inside JSON.
    pub fn blanked_in(&self, message: &[u8]) -> Vec<u8> {
        let inside_json = Value::from(self.0.as_str()).to_string();
        let inside_json = inside_json.trim_matches('"');
        blanked(blanked(message.to_vec(), self.0.as_bytes()), inside_json.as_bytes())
    }
}

fn blanked(message: Vec<u8>, code: &[u8]) -> Vec<u8> {
    let stands_at = |rest: &[u8]| !code.is_empty() && rest.starts_with(code);
    if !(0..message.len()).any(|at| stands_at(&message[at..])) {
        return message;
    }
    let mut clean = Vec::with_capacity(message.len());
    let mut at = 0;
    while at < message.len() {
        if stands_at(&message[at..]) {
            clean.extend_from_slice(b"***");
            at += code.len();
        } else {
            clean.push(message[at]);
            at += 1;
        }
    }
    clean
}

impl fmt::Debug for ScannedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The earlier payment that a void, capture, tip adjustment or linked refund is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    pub payment: PaymentId,
    pub operation: Operation,
    /// What was taken then.
    pub taken: Money,
    /// What the driver had made durable about it (see `Report::Reference`).
    pub reference: Option<Value>,
}

/// Who outside the shop asked for a payment, and how they call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub from: Whence,
    /// The till's terminal (of the settings) that was asked.
    pub face: String,
    /// How they call that terminal. Whatever the settings call it by now, it is the same one.
    #[serde(default)]
    pub number: String,
    /// Their own reference. Whoever asks again under it means the same payment.
    pub reference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whence {
    /// A point of sale in the cloud, for which this till is the terminal.
    Cloud,
    /// A card machine at a guest's table.
    Table,
}

impl Whence {
    /// The word of the command line's `origin`.
    pub fn word(self) -> &'static str {
        match self {
            Whence::Cloud => "cloud",
            Whence::Table => "table",
        }
    }
}

/// The part of a bill that a payment is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillPart {
    pub bill: BillId,
    /// The lines that somebody pays as theirs; empty where it is an amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
    /// The cash that was given for it, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_minor: Option<i64>,
}

impl BillPart {
    pub fn of(bill: BillId) -> BillPart {
        BillPart { bill, lines: Vec::new(), given_minor: None }
    }
}

/// One request about money, as the cashier made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRequest {
    pub operation: Operation,
    /// The purchase, without cashback and tip. For a void what the original took, for a tip adjustment the whole new
    /// tip: the outcome's `taken.total` is then what the original has taken from now on, tip included.
    pub amount: Money,
    /// On top of `amount`, handed out as cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashback: Option<Money>,
    /// On top of `amount`, asked by the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Original>,
    /// What it is to be paid with; `None` leaves it to terminal and customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<Tender>,
    /// The card is not here: its number is keyed in at the terminal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keyed: bool,
    /// The wallet's code. Lives only until the request has left.
    #[serde(skip)]
    pub code: Option<ScannedCode>,
    /// The cashier's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The bill it is for; of what is about an earlier payment, that payment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<Box<BillPart>>,
    /// Who asked for it, where it was not this till's cashier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// Who is signed in, where somebody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Who allowed it, where the operator has no right to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<Box<OperatorName>>,
}

impl PaymentRequest {
    pub fn new(operation: Operation, amount: Money) -> Self {
        PaymentRequest {
            operation,
            amount,
            cashback: None,
            tip: None,
            of: None,
            tender: None,
            keyed: false,
            code: None,
            reference: None,
            bill: None,
            origin: None,
            operator: None,
            allowed_by: None,
        }
    }
}

/// A request under its name, ready to be sent once it is [`super::Recorded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPayment {
    pub id: PaymentId,
    pub request: PaymentRequest,
}
