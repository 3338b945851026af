//! The words of Valor Connect (reference sections 3 to 6), in one place. Driver and simulator share them.

/// (5, 6.2) Names of members.
pub mod name {
    pub const MODE: &str = "TRAN_MODE";
    pub const CODE: &str = "TRAN_CODE";
    pub const AMOUNT: &str = "AMOUNT";
    pub const TIP_AMOUNT: &str = "TIP_AMOUNT";
    pub const TIP_ENTRY: &str = "TIP_ENTRY";
    pub const SIGNATURE: &str = "SIGNATURE";
    pub const PAPER_RECEIPT: &str = "PAPER_RECEIPT";
    pub const MOBILE_ENTRY: &str = "MOBILE_ENTRY";
    pub const CANCEL_CONFIRMATION: &str = "CANCEL_CONFIRMATION";
    pub const EARLY_RESPONSE: &str = "EARLY_RESPONSE";
    pub const VOID_CONFIRMATION: &str = "VOID_CONFIRMATION";
    pub const TIP_CONFIRMATION: &str = "TIP_CONFIRMATION";
    pub const WARNING_CONFIRM: &str = "WARNING_CONFIRM";
    pub const REQ_TXN_ID: &str = "REQ_TXN_ID";
    pub const INVOICE: &str = "INVOICENUMBER";
    pub const CARD_NO: &str = "CARD_NO";

    pub const STATE: &str = "STATE";
    pub const MSG: &str = "MSG";
    pub const MER_TXN_ID: &str = "MER_TXN_ID";
    pub const STAN_NO: &str = "STAN_NO";
    pub const STAN_ID: &str = "STAN_ID";
    pub const EPI: &str = "EPI";
    pub const SERIAL_NO: &str = "SERIAL_NO";
    pub const TRAN_TYPE: &str = "TRAN_TYPE";
    pub const TRAN_METHOD: &str = "TRAN_METHOD";
    pub const CARD_TYPE: &str = "CARD_TYPE";
    pub const CARD_PROCESSED_AS: &str = "CARD_PROCESSED_AS";
    pub const TXN_ID: &str = "TXN_ID";
    pub const TRAN_NO: &str = "TRAN_NO";
    pub const BATCH_NO: &str = "BATCH_NO";
    pub const SURCHARGE_AMOUNT: &str = "SURCHARGE_AMOUNT";
    pub const STATE_TAX: &str = "STATE_TAX";
    /// Of the nested object `TAXES`.
    pub const TOTAL_TAXES: &str = "TAXES.TOTAL_TAXES";
    pub const TOTAL_AMOUNT: &str = "TOTAL_AMOUNT";
    pub const PARTIAL: &str = "PARTIAL";
    pub const MASKED_PAN: &str = "MASKED_PAN";
    pub const ENTRY_MODE: &str = "ENTRY_MODE";
    pub const RRN: &str = "RRN";
    pub const AUTH_CODE: &str = "CODE";
    pub const AUTH_TEXT: &str = "AUTH_RSP_TEXT";
    pub const DATE: &str = "DATE";
    pub const ISSUER: &str = "ISSUER";
    pub const CARD_BRAND: &str = "CARD_BRAND";
    pub const AID: &str = "AID";
    pub const TVR: &str = "TVR";
    pub const TSI: &str = "TSI";
    pub const MID: &str = "MID";
    pub const TID: &str = "TID";
    pub const TRANSACTIONS: &str = "TOTAL_TRAN_COUNT";
    pub const APP_VERSION: &str = "APP_VERSION";
    pub const DATETIME: &str = "DATETIME";
    pub const ERROR_CODE: &str = "ERROR_CODE";
    pub const ERROR_MSG: &str = "ERROR_MSG";
}

/// (4.1)
pub mod mode {
    pub const FETCH: &str = "0";
    pub const CREDIT: &str = "1";
    pub const DEBIT: &str = "2";
    pub const EBT_FOOD: &str = "3";
    pub const EBT_CASH: &str = "4";
    pub const GIFT: &str = "5";
    pub const CASH: &str = "6";
    pub const STATUS: &str = "90";
    pub const QUERY: &str = "96";
    pub const CANCEL: &str = "99";
}

/// (4.2)
pub mod code {
    pub const SALE: &str = "1";
    pub const VOID: &str = "2";
    pub const PREAUTH: &str = "3";
    pub const TICKET: &str = "4";
    pub const REFUND: &str = "5";
    pub const SETTLEMENT: &str = "9";
    pub const TIP_ADJUST: &str = "20";
    pub const BALANCE: &str = "38";
    pub const ACTIVATION: &str = "49";
    pub const ADD_VALUE: &str = "51";
}

/// (6.1)
pub mod state {
    pub const SUCCESS: &str = "0";
    pub const FAILED: &str = "-1";
    pub const CLEARED: &str = "-2";
}

/// `MSG` of the transport acknowledgement (3.1, S1 and S4).
pub const ACK: &str = "ACK";
/// `MSG` of the acceptance (3.1, S2).
pub const ACCEPTED: &str = "Payload Request Received";
/// What a `TRAN_TYPE` says when the customer chose cash (7.4).
pub const CASH: &str = "Cash";

/// (6.3) Texts that decide. Some are only known second-hand; they are corrected here.
pub mod text {
    /// [D] Customer, clerk and time-out cannot be told apart (8.6).
    pub const CANCELLED: &str = "Transaction Timeout/Cancelled";
    /// [S]
    pub const CLEARED: &str = "TRANSACTION CLEARED SUCCESSFULLY";
    /// [L]
    pub const INVALID_AMOUNT: &str = "Invalid Amount";
    /// [L]
    pub const NO_REFERENCE: &str = "Tran/Card Number/Transaction ID is Empty";
    /// [L]
    pub const NO_RECORD: &str = "No Record Found!";
    /// [L]
    pub const NOTHING_TO_SETTLE: &str = "No Transaction To Settle";
    /// [L]
    pub const BUSY: &str = "PROCESSING ERROR";
    /// [L] with code 0600VI01.
    pub const INVALID_FORMAT: &str = "Invalid Format";
    /// [P]
    pub const IN_PROGRESS: &str = "Transaction In Progress";
    /// [P]
    pub const HOST_UNREACHABLE: &str = "HOST NOT REACHABLE";
    /// [P]
    pub const NO_PAPER: &str = "PRINTER OUT OF PAPER";
    /// [P]
    pub const NOTHING_TO_CANCEL: &str = "No Transaction To Cancel";
}

/// One message: members in the order in which they are written. Nested objects are flattened with dots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Members(Vec<(String, String)>);

impl Members {
    /// A request of this mode, with a code where the mode has one.
    pub fn request(mode: &str, code: Option<&str>) -> Members {
        let members = Members::default().with(name::MODE, mode);
        match code {
            Some(code) => members.with(name::CODE, code),
            None => members,
        }
    }

    pub fn state(state: &str) -> Members {
        Members::default().with(name::STATE, state)
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Members {
        self.put(name, value);
        self
    }

    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Trimmed; `None` when it is missing or blank.
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(found.1.trim()).filter(|text| !text.is_empty())
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.text(name) == Some(value)
    }

    /// Whether the member's text contains this, in whatever case.
    pub fn says(&self, name: &str, words: &str) -> bool {
        self.text(name).is_some_and(|text| text.to_uppercase().contains(&words.to_uppercase()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// `STAN_NO` of an acceptance, `STAN_ID` of a result (6.2).
    pub fn stan(&self) -> Option<&str> {
        self.text(name::STAN_ID).or_else(|| self.text(name::STAN_NO))
    }
}

/// What a message of the terminal is (3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// S1: bytes have arrived, nothing more.
    Acknowledged,
    /// S2: before any card, and never an approval, although its `STATE` is 0.
    Accepted,
    /// A result; whether it is ours is another question.
    Result,
    /// The answer of a query (7.14).
    Description,
    /// To be ignored.
    Nothing,
}

/// Members any of which, beside `STATE`, makes a result (3.3).
const RESULT_MEMBERS: [&str; 10] = [
    name::ERROR_MSG,
    name::ERROR_CODE,
    name::TRAN_METHOD,
    name::TRAN_TYPE,
    name::MASKED_PAN,
    name::RRN,
    name::TXN_ID,
    name::AUTH_TEXT,
    name::BATCH_NO,
    name::SERIAL_NO,
];

impl Heard {
    pub fn of(members: &Members) -> Heard {
        let msg = members.text(name::MSG).map(str::to_uppercase).unwrap_or_default();
        if msg == ACK {
            return Heard::Acknowledged;
        }
        if msg.contains(&ACCEPTED.to_uppercase()) {
            return Heard::Accepted;
        }
        if members.text(name::STATE).is_none() {
            return Heard::Nothing;
        }
        if members.text(name::APP_VERSION).is_some() {
            return Heard::Description;
        }
        let is_result = RESULT_MEMBERS.iter().any(|name| members.text(name).is_some());
        if is_result { Heard::Result } else { Heard::Nothing }
    }
}

/// Whose a result is, by the ids in it (3.3, 8.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// It carries our id.
    Ours,
    /// It carries the number the terminal gave us, and no id: enough for what took money, and not for what did not, because
    /// the answer to a question may repeat the number it was asked by.
    OursByNumber,
    /// Of another transaction: to be ignored.
    Anothers,
    /// It names nobody.
    Unclear,
}

impl Whose {
    /// `stan` as far as the terminal has told it.
    pub fn of(members: &Members, req_txn_id: &str, stan: Option<&str>) -> Whose {
        let ids: Vec<&str> =
            [name::MER_TXN_ID, name::REQ_TXN_ID].into_iter().filter_map(|name| members.text(name)).collect();
        if ids.iter().any(|id| *id != req_txn_id) {
            return Whose::Anothers;
        }
        // Our own id is unique for each attempt, whatever number a host gives it.
        match (ids.is_empty(), members.stan(), stan) {
            (false, _, _) => Whose::Ours,
            (true, Some(found), Some(ours)) if same_number(found, ours) => Whose::OursByNumber,
            (true, Some(_), Some(_)) => Whose::Anothers,
            (true, _, _) => Whose::Unclear,
        }
    }
}

/// With or without leading zeros.
fn same_number(one: &str, other: &str) -> bool {
    one.trim_start_matches('0') == other.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accepted_message_with_state_0_is_no_result() {
        let accepted = Members::state(state::SUCCESS)
            .with(name::EPI, "2310045678")
            .with(name::SERIAL_NO, "880012345501")
            .with(name::STAN_NO, "118")
            .with(name::MSG, ACCEPTED);
        assert_eq!(Heard::of(&accepted), Heard::Accepted);
        assert_eq!(accepted.stan(), Some("118"));
    }

    #[test]
    fn what_has_no_member_of_a_result_is_nothing() {
        assert_eq!(Heard::of(&Members::state("0")), Heard::Nothing);
        assert_eq!(Heard::of(&Members::state("0").with(name::MSG, "Please wait")), Heard::Nothing);
        assert_eq!(Heard::of(&Members::default().with(name::ERROR_MSG, "x")), Heard::Nothing);
        assert_eq!(Heard::of(&Members::state("0").with(name::MSG, " ack ")), Heard::Acknowledged);
    }

    #[test]
    fn a_result_is_ours_by_its_ids_alone() {
        let result = |id: Option<&str>, stan: Option<&str>| {
            let mut members = Members::state("-1").with(name::ERROR_MSG, "DECLINED");
            if let Some(id) = id {
                members.put(name::MER_TXN_ID, id);
            }
            if let Some(stan) = stan {
                members.put(name::STAN_ID, stan);
            }
            members
        };
        let whose = |members: &Members| Whose::of(members, "K7M242", Some("118"));
        assert_eq!(whose(&result(Some("K7M242"), None)), Whose::Ours);
        assert_eq!(whose(&result(Some("STALE0001"), Some("118"))), Whose::Anothers);
        assert_eq!(whose(&result(Some("K7M242"), Some("117"))), Whose::Ours);
        assert_eq!(whose(&result(None, Some("000118"))), Whose::OursByNumber);
        assert_eq!(whose(&result(None, Some("117"))), Whose::Anothers);
        assert_eq!(whose(&result(None, None)), Whose::Unclear);
    }
}
