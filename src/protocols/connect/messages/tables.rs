//! Pay at table (section 6): the one table of its methods' and members' names, and its messages as types. Most of the names are
//! this project's profile (marks Y and I): whoever has the vendor's schemas corrects them here.

use crate::domain::TableAsker;

use super::receipt::ReceiptLine;
use super::transaction::{PaymentMethod, ResultWord, TransactionKind};

/// (6.0) What the cloud asks and tells for a card machine at a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableMethod {
    List,
    Lock,
    /// The bill before the payment.
    Receipt,
    /// Payments were made, or not.
    Taken,
    /// The bill after it; asked for only where the line was opened so.
    FinalReceipt,
    Unlock,
    /// (6.8) What the machine told of its day.
    EndOfDay,
    /// An error that answers nothing, in the shape of a method.
    Error,
}

const METHODS: [(TableMethod, &str); 8] = [
    (TableMethod::List, "tableListRequest"),
    (TableMethod::Lock, "tableLockRequest"),
    (TableMethod::Receipt, "posReceiptRequest"),
    (TableMethod::Taken, "transactionResponse"),
    (TableMethod::FinalReceipt, "finalPOSReceiptRequest"),
    (TableMethod::Unlock, "tableUnlock"),
    (TableMethod::EndOfDay, "endOfDayReport"),
    (TableMethod::Error, "errorMessage"),
];

impl TableMethod {
    pub fn name(self) -> &'static str {
        METHODS.into_iter().find(|(method, _)| *method == self).map_or("", |(_, name)| name)
    }

    /// Whatever the case of its letters: sources differ (6.0).
    pub fn of_name(name: &str) -> Option<TableMethod> {
        METHODS.into_iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(method, _)| method)
    }
}

/// (6.1 to 6.6) Members of parameters and results. A machine is named as terminals are at the counter.
pub mod table_member {
    pub const WAITER: &str = "waiterId";
    pub const TABLE: &str = "tableId";
    pub const TABLES: &str = "tables";
    pub const CURRENCY: &str = "currency";
    pub const CONFIRMED: &str = "confirmed";
    /// What is due.
    pub const AMOUNT: &str = "amount";
    pub const USER_MESSAGE: &str = "userMessage";
    pub const RECEIPT_LINES: &str = "receiptLines";
    pub const PAYMENTS: &str = "payments";
    pub const PAYMENT_ID: &str = "paymentId";
    /// Reduces the bill; cashback and gratuity come on top.
    pub const AMOUNT_PAID: &str = "amountPaid";
    pub const AMOUNT_CASHBACK: &str = "amountCashback";
    pub const AMOUNT_GRATUITY: &str = "amountGratuity";
    pub const RESULT: &str = "transactionResult";
    pub const KIND: &str = "transactionType";
    pub const METHOD: &str = "paymentMethod";
    pub const SCHEME: &str = "cardSchemeName";
    pub const AUTH_CODE: &str = "authCode";
    pub const CARD_NUMBER: &str = "primaryAccountNumber";
    pub const TIME: &str = "time";
    /// Of an acknowledgement.
    pub const ACCEPTED: &str = "accepted";
}

/// Who asks, and about which table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableQuestion {
    pub asker: TableAsker,
    pub table: Option<String>,
}

/// The answer to a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableList {
    pub tables: Vec<String>,
    /// ISO 4217 letters; needed where there is a table.
    pub currency: Option<String>,
    pub user_message: Option<String>,
}

/// The answer to a lock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableLock {
    pub confirmed: bool,
    /// What is due, in minor units; with its currency where the lock is confirmed.
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub user_message: Option<String>,
}

/// Lines of a bill.
pub type TablePrint = Vec<ReceiptLine>;

/// What was taken at a table, in all or in one payment, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaidAmounts {
    pub paid: Option<i64>,
    pub cashback: Option<i64>,
    pub gratuity: Option<i64>,
}

/// A `transactionResponse`. What cannot be read of it names the member that is wrong, and takes nothing else with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takings {
    pub asker: TableAsker,
    pub table: Option<String>,
    pub currency: Option<String>,
    /// Holds for payments that say nothing of their own.
    pub result: Option<ResultWord>,
    pub totals: Result<PaidAmounts, String>,
    pub payments: Vec<Result<TablePayment, String>>,
}

/// One payment, without what may not be known of a card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TablePayment {
    pub id: Option<String>,
    pub amounts: PaidAmounts,
    pub currency: Option<String>,
    pub result: Option<ResultWord>,
    pub kind: Option<TransactionKind>,
    pub method: Option<PaymentMethod>,
    pub scheme: Option<String>,
    pub auth_code: Option<String>,
    /// Masked but for the last four digits.
    pub card_number: Option<String>,
    /// As the machine wrote it.
    pub time: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_known_whatever_the_case_of_their_letters() {
        for (method, name) in METHODS {
            assert_eq!((TableMethod::of_name(name), method.name()), (Some(method), name));
        }
        assert_eq!(TableMethod::of_name("finalPosReceiptRequest"), Some(TableMethod::FinalReceipt));
        assert_eq!(TableMethod::of_name("tableReleaseRequest"), None);
    }
}
