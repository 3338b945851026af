//! The answers of terminal and cloud (reference 3.4, 3.5, 3.7, 3.8).

use super::words::{BatchResult, CommandWord, Obstacle, ResultCode};
use crate::domain::{Secret, SignatureImage};
use crate::protocols::json::Amount;

/// The standard transaction response (3.4), which prompts answer with as well (3.8). What nobody may keep, tracks, tokens,
/// names, whole numbers, is not read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    pub terminal_id: Option<String>,
    pub result_code: Option<ResultCode>,
    /// Absent in prompts and in answers of older terminals.
    pub result_final: Option<bool>,
    pub message: Option<String>,
    pub trans_type: Option<CommandWord>,
    pub ref_id: Option<String>,
    pub auth_code: Option<String>,
    /// What was really approved.
    pub amount: Option<Amount>,
    pub cash_back: Option<Amount>,
    pub card_type: Option<String>,
    /// The last four digits.
    pub last4: Option<String>,
    pub entry_method: Option<String>,
    pub payment_method: Option<String>,
    pub gift_balance: Option<Amount>,
    pub invoice_number: Option<String>,
    /// As it was written.
    pub transaction_date: Option<String>,
    /// `EMV_…`, by name, in the order of the reference.
    pub emv: Vec<(String, String)>,
    /// The customer's copy, line by line.
    pub receipt_terminal: Option<String>,
    pub merchant_receipt: Option<String>,
    pub signature: Option<SignatureImage>,
    /// Of getUserInput and getUserSelection.
    pub user_input: Option<String>,
    /// Of getTerminalFeatures.
    pub features: Vec<String>,
}

impl Response {
    /// What its message says stands in the way (3.9).
    pub fn obstacle(&self) -> Option<Obstacle> {
        self.message.as_deref().and_then(Obstacle::in_message)
    }
}

/// (3.7)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatchResponse {
    pub ref_id: Option<String>,
    pub credit: BatchPart,
    pub gift: BatchPart,
    pub count: Option<u32>,
    pub amount: Option<Amount>,
    /// Where the answer is no batch's but a transaction's: what stood in the way.
    pub refused: Option<Box<Response>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatchPart {
    pub result: Option<BatchResult>,
    pub message: Option<String>,
    pub number: Option<String>,
    pub count: Option<u32>,
    pub amount: Option<Amount>,
}

/// (3.5) Of pairing and unpairing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PairingResponse {
    pub terminal_id: Option<String>,
    pub api_key: Option<Secret>,
    pub api_password: Option<Secret>,
    pub status: Option<String>,
    pub error_message: Option<String>,
}
