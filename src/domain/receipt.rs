//! Receipts as the terminal made them, line by line.

use serde::{Deserialize, Serialize};

use super::card::mask_card_numbers;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copy {
    Merchant,
    Customer,
}

/// One copy of a card receipt. Lines are kept as the terminal masked them; a clear number is masked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub copy: Copy,
    pub lines: Vec<String>,
    /// The customer has to sign this copy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signature_line: bool,
}

impl Receipt {
    pub fn new(copy: Copy, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().map(|line| mask_card_numbers(&line)).collect();
        Receipt { copy, lines, signature_line: false }
    }
}
