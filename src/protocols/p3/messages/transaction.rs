//! `transaction` (4.8), without what rule 8 forbids to keep: `cardDetails`, `shopperDetails` and every date of expiry are
//! not even read.

use std::collections::BTreeMap;

use super::receipt::Receipt;
use super::responses::StatusDetails;
use super::words::*;
use crate::domain::{Currency, Money};
use crate::protocols::json::Amount;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transaction {
    /// The platform's; the key for GET and for everything that amends it.
    pub identifier: Option<String>,
    pub kind: Option<TransactionType>,
    /// The only field that decides the result (5.3).
    pub status: Option<TransactionStatus>,
    pub status_details: Option<StatusDetails>,
    pub mode: Option<Mode>,
    pub amount: Option<Amount>,
    pub currency: Option<String>,
    pub captured: Option<bool>,
    pub referenced_transaction_identifier: Option<String>,
    pub subject: Option<String>,
    /// The till's own key.
    pub custom_identifier: Option<String>,
    pub statement_descriptor: Option<String>,
    /// Milliseconds since the Unix epoch (2.4, inferred).
    pub created_timestamp: Option<i64>,
    pub created_time_zone: Option<String>,
    pub details: Option<TransactionDetails>,
    pub payment_details: Option<PaymentDetails>,
    pub refund_details: Option<RefundDetails>,
    pub dcc_details: Option<DccDetails>,
    pub gift_card_details: Option<GiftCardDetails>,
    pub verification_results: Option<VerificationResults>,
    /// Only when the transaction did not fail.
    pub merchant_receipt: Option<Receipt>,
    pub customer_receipt: Option<Receipt>,
}

impl Transaction {
    /// Its currency, where it names one we know.
    pub fn known_currency(&self) -> Option<Currency> {
        self.currency.as_ref()?.parse().ok()
    }

    /// `amount` as money; `None` when it is missing or no exact amount of a known currency.
    pub fn total(&self) -> Option<Money> {
        self.amount.as_ref()?.money(self.known_currency()?).ok()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransactionDetails {
    pub application_fee: Option<Amount>,
    /// Part of the transaction's `amount`.
    pub included_tip_amount: Option<Amount>,
    pub metadata: BTreeMap<String, String>,
    pub tip_adjust_status: Option<TipAdjustStatus>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentDetails {
    pub scheme: Option<Scheme>,
    pub source: Option<Source>,
    pub customer_verification: Option<CustomerVerification>,
    /// At most the last four digits in clear, whatever the server sent.
    pub masked_account_number: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundDetails {
    pub process: Option<RefundProcess>,
    pub status: Option<RefundStatus>,
    pub refund_transactions: Vec<RefundTransaction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundTransaction {
    pub identifier: Option<String>,
    pub created_timestamp: Option<i64>,
    pub amount: Option<Amount>,
    pub currency: Option<String>,
    pub kind: Option<TransactionType>,
    pub status: Option<TransactionStatus>,
    pub status_details: Option<StatusDetails>,
    pub code: Option<RefundCode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DccDetails {
    pub status: Option<DccStatus>,
    pub status_details: Option<DccStatusDetails>,
    pub converted_amount: Option<Amount>,
    pub converted_currency: Option<String>,
    /// Per cent.
    pub markup: Option<Amount>,
    pub rate: Option<Amount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GiftCardDetails {
    pub current_balance: Option<Amount>,
    pub previous_balance: Option<Amount>,
    pub currency: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerificationResults {
    pub avs_zip_code: Option<VerificationResult>,
    pub avs_street: Option<VerificationResult>,
    pub cvv: Option<VerificationResult>,
}
