//! What the cashier asked a terminal to do about money.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::money::Money;

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
}

impl Operation {
    pub const ALL: [Operation; 6] =
        [Operation::Sale, Operation::Refund, Operation::Void, Operation::Preauth, Operation::Capture, Operation::Tip];

    /// The word of the command line and of the journal.
    pub fn word(self) -> &'static str {
        match self {
            Operation::Sale => "sale",
            Operation::Refund => "refund",
            Operation::Void => "void",
            Operation::Preauth => "preauth",
            Operation::Capture => "capture",
            Operation::Tip => "tip",
        }
    }

    pub fn from_word(word: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| operation.word() == word)
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

/// One request about money, as the cashier made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRequest {
    pub operation: Operation,
    /// The purchase, without cashback and tip. For a void what the original took.
    pub amount: Money,
    /// On top of `amount`, handed out as cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashback: Option<Money>,
    /// On top of `amount`, asked by the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Original>,
    /// The cashier's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Who is signed in, where somebody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}

impl PaymentRequest {
    pub fn new(operation: Operation, amount: Money) -> Self {
        PaymentRequest { operation, amount, cashback: None, tip: None, of: None, reference: None, operator: None }
    }
}

/// A request under its name, ready to be sent once it is [`super::Recorded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPayment {
    pub id: PaymentId,
    pub request: PaymentRequest,
}
