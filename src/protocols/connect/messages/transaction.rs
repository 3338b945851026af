//! The result of a transaction (4.9).

use super::receipt::ReceiptLines;
use crate::protocols::words::words;

words! {
    /// What became of it.
    ResultWord {
        Successful = "SUCCESSFUL",
        Declined = "DECLINED",
        /// Reversed.
        Void = "VOID",
        Unsuccessful = "UNSUCCESSFUL",
        Cancelled = "CANCELLED",
        /// Connect does not know.
        TimedOut = "TIMED_OUT",
    }
}

words! {
    TransactionKind {
        Sale = "SALE",
        Refund = "REFUND",
        SaleReversal = "SALE_REVERSAL",
        RefundReversal = "REFUND_REVERSAL",
        PreAuth = "PRE_AUTH",
        Completion = "COMPLETION",
        AccountVerification = "ACCOUNT_VERIFICATION",
        Logon = "LOGON",
    }
}

words! {
    /// How the customer was verified.
    Verification {
        None = "NONE",
        Pin = "PIN",
        Signature = "SIGNATURE",
        Device = "DEVICE",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// How the card was read.
    PaymentMethod {
        IccChip = "ICC_CHIP",
        Contactless = "CONTACTLESS",
        Swiped = "SWIPED",
        Keyed = "KEYED",
        Unknown = "UNKNOWN",
    }
}

/// A transaction's result, without what may not be known of a card: dates are not read, of its number the last four digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transaction {
    /// Of v0 under its older name.
    pub tid: Option<String>,
    pub result: Option<ResultWord>,
    pub kind: Option<TransactionKind>,
    /// Without cashback and gratuity. All amounts in minor units.
    pub amount_base: Option<i64>,
    pub amount_cashback: Option<i64>,
    pub amount_gratuity: Option<i64>,
    pub amount_total: Option<i64>,
    /// ISO 4217 letters.
    pub currency: Option<String>,
    pub auth_code: Option<String>,
    pub card_scheme_name: Option<String>,
    pub application_id: Option<String>,
    pub application_label: Option<String>,
    pub verification: Option<Verification>,
    pub payment_method: Option<PaymentMethod>,
    /// Masked but for the last four digits.
    pub primary_account_number: Option<String>,
    /// The terminal's identification of it.
    pub transaction_id: Option<String>,
    /// Its number within the terminal's session, for example `0042`.
    pub transaction_number: Option<String>,
    /// `YYYY-MM-DDThh:mm:ss`, the terminal's own time.
    pub transaction_time: Option<String>,
    pub receipt_lines: ReceiptLines,
    /// To be shown as it is.
    pub user_message: Option<String>,
}
