//! What a terminal asks the cashier while a payment is running.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names one question of one terminal; never used twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuestionId(pub u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Compare the signature on the paper with the card's.
    Signature,
    /// Any other question that is answered by yes or no.
    Confirmation,
}

/// A question that stays open until it is answered, or the terminal gives up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    pub kind: QuestionKind,
    /// The terminal's own words; empty where it sent none.
    pub text: String,
    /// Of a signature: the terminal takes one drawn on the till's screen as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_screen: bool,
    /// When the terminal gives up waiting for an answer, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Accept,
    Reject,
}
