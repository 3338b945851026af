//! What became of a payment.

use serde::{Deserialize, Serialize};

use super::card::CardSummary;
use super::money::Money;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approved,
    Declined,
    /// By the cashier or the customer; nothing was taken.
    Cancelled,
    /// The terminal never started it, or undid it; nothing was taken.
    NotCharged,
    /// We do not know yet.
    InDoubt,
}

impl Verdict {
    pub const ALL: [Verdict; 5] =
        [Verdict::Approved, Verdict::Declined, Verdict::Cancelled, Verdict::NotCharged, Verdict::InDoubt];

    /// The word of the command line's `outcome`.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Approved => "approved",
            Verdict::Declined => "declined",
            Verdict::Cancelled => "cancelled",
            Verdict::NotCharged => "not_charged",
            Verdict::InDoubt => "in_doubt",
        }
    }
}

/// What was really taken (rule 5). `tip`, `cashback` and `surcharge` are parts of `total`, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Everything the card was charged (or credited, for a refund).
    pub total: Money,
    #[serde(default)]
    pub tip_minor: i64,
    #[serde(default)]
    pub cashback_minor: i64,
    #[serde(default)]
    pub surcharge_minor: i64,
}

impl Taken {
    pub fn exactly(total: Money) -> Self {
        Taken { total, tip_minor: 0, cashback_minor: 0, surcharge_minor: 0 }
    }
}

/// Whose fault something is, so that the text goes to the person who can act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nobody's: the customer, the issuer, the ordinary course of trade.
    Nobody,
    Settings,
    Terminal,
    Link,
    Program,
}

/// Why, as a key of `i18n/*.ftl` with the terminal's own words beside it. Never a finished sentence of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// A message id of the Fluent files, for example `explain-terminal-busy`.
    pub key: String,
    pub fault: Fault,
    /// The terminal's or the operating system's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Explanation {
    pub fn new(key: &str, fault: Fault) -> Self {
        Explanation { key: key.to_owned(), fault, detail: None }
    }

    /// Adds the words of the terminal or the system; empty ones are left out, card numbers in them masked.
    pub fn with_detail(mut self, detail: &str) -> Self {
        let detail = super::card::mask_card_numbers(detail.trim());
        self.detail = (!detail.is_empty()).then_some(detail);
        self
    }
}

/// The terminal's answer about one payment, in the trade's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub verdict: Verdict,
    /// Only with an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<String>,
    /// What a gift card holds now, where the terminal told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_balance: Option<Money>,
    /// The terminal's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal_reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

impl Outcome {
    pub fn approved(taken: Taken) -> Self {
        Outcome { taken: Some(taken), ..Outcome::bare(Verdict::Approved) }
    }

    /// Anything but an approval, with the reason.
    pub fn without_money(verdict: Verdict, explanation: Explanation) -> Self {
        Outcome { explanation: Some(explanation), ..Outcome::bare(verdict) }
    }

    /// With nothing else known.
    pub fn bare(verdict: Verdict) -> Self {
        Outcome {
            verdict,
            taken: None,
            card: None,
            auth_code: None,
            card_balance: None,
            terminal_reference: None,
            explanation: None,
        }
    }
}
