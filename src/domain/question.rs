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

impl Question {
    /// Whole seconds in which it can still be answered; `None` where nobody knows how long the terminal waits.
    pub fn seconds_left(&self, now: Timestamp) -> Option<u64> {
        let left = self.until?.duration_since(now).as_secs();
        Some(u64::try_from(left).unwrap_or(0))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Accept,
    Reject,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_down_to_zero_and_not_below() {
        let end = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(80);
        let until = |until| Question {
            id: QuestionId(1),
            kind: QuestionKind::Signature,
            text: String::new(),
            on_screen: false,
            until,
        };
        let before = |millis| end - jiff::SignedDuration::from_millis(millis);
        let open = until(Some(end));
        assert_eq!(open.seconds_left(before(80_000)), Some(80));
        assert_eq!(open.seconds_left(before(1_999)), Some(1));
        assert_eq!(open.seconds_left(before(-5_000)), Some(0));
        assert_eq!(until(None).seconds_left(end), None);
    }
}
