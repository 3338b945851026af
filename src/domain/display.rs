//! What a terminal tells the cashier while it works.

use serde::{Deserialize, Serialize};

use super::card::mask_card_numbers;

/// The terminal's own sentence, or the name of a state for which the till has a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Display {
    /// Shown as the terminal wrote it.
    Words(String),
    /// A message id of the Fluent files, and the terminal's word for it, for logs.
    State { key: String, word: String },
}

impl Display {
    pub fn state(key: &str, word: &str) -> Display {
        Display::State { key: key.to_owned(), word: mask_card_numbers(word) }
    }

    /// As the terminal said it.
    pub fn said(&self) -> &str {
        match self {
            Display::Words(words) => words,
            Display::State { word, .. } => word,
        }
    }
}
