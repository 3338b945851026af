//! PayProtocol messages as the till and the simulated PayServer understand them (reference sections 2 to 6).
//!
//! What the reference marks as inferred, proposed or unknown about the wire stands in this file: the table of message
//! types, [`VERSION`], [`FRAME_AT_MOST`], [`TIP_ADJUST_CARRIES`]. Words a peer uses and we do not know become the `Other`
//! of their enumeration; members we do not know are ignored; members without a value are left out.

mod error_type;
mod receipt;
mod requests;
mod responses;
mod status_code;
mod transaction;
mod words;

pub use crate::protocols::json::Amount;
pub use error_type::ErrorType;
pub use receipt::{Receipt, ReceiptLine};
pub use requests::*;
pub use responses::*;
pub use status_code::StatusCode;
pub use transaction::*;
pub use words::*;

use crate::protocols::words::words;

/// What we send as `version` (2.1; PayClient 1.24 sends it).
pub const VERSION: &str = "1.3";
/// Bound of a message, in bytes (1.2, proposed).
pub const FRAME_AT_MOST: usize = 16 * 1024 * 1024;
/// What the `amount` of a `TIP_ADJUST` is (7.7: unknown; proposed: the tip).
pub const TIP_ADJUST_CARRIES: TipAdjustCarries = TipAdjustCarries::Tip;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipAdjustCarries {
    Tip,
    NewTotal,
}

/// (5.9) What PayServer takes; an amount in any other currency is refused.
pub const CURRENCIES: [&str; 83] = [
    "AED", "AFN", "ALL", "AMD", "ARS", "AUD", "AZN", "BBD", "BDT", "BGN", "BHD", "BMD", "BND", "BOB", "BRL", "BSD",
    "BWP", "BZD", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "DZD", "EGP", "EUR", "GBP", "GHS",
    "GTQ", "HKD", "HNL", "HRK", "HUF", "IDR", "ILS", "INR", "JPY", "JMD", "JOD", "KES", "KRW", "KWD", "KZT", "LBP",
    "LKR", "LRD", "MAD", "MOP", "MUR", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PAB", "PEN", "PHP", "PKR", "PLN",
    "QAR", "RON", "RSD", "RUB", "SAR", "SCR", "SEK", "SGD", "THB", "TND", "TRY", "TTD", "TWD", "UAH", "USD", "VND",
    "XCD", "YER", "ZAR",
];

/// One message. Which data member it carries follows from its type (2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub header: Header,
    pub body: Body,
}

/// (2.1) What every message has beside its data member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Empty where the message has none.
    pub tag: String,
    /// The device's path; `None` also for an empty one.
    pub resource: Option<String>,
    /// The tag of the running operation that an abort or a signature concerns.
    pub reference_tag: Option<String>,
    pub version: Option<String>,
    /// From the server only.
    pub status: Option<Status>,
    pub error: Option<Error>,
}

impl Header {
    pub fn request(tag: &str) -> Header {
        Header { tag: tag.to_owned(), version: Some(VERSION.to_owned()), ..Header::default() }
    }

    pub fn on(self, resource: &str) -> Header {
        Header { resource: Some(resource.to_owned()).filter(|path| !path.is_empty()), ..self }
    }

    pub fn about(self, reference_tag: &str) -> Header {
        Header { reference_tag: Some(reference_tag.to_owned()), ..self }
    }

    /// The header of what answers this one, with `status` OK.
    pub fn answer(&self) -> Header {
        Header {
            tag: self.tag.clone(),
            resource: self.resource.clone(),
            reference_tag: self.reference_tag.clone(),
            version: None,
            status: Some(Status::Ok),
            error: None,
        }
    }

    pub fn failed(self, error: Error) -> Header {
        Header { status: Some(Status::Error), error: Some(error), ..self }
    }
}

/// Read without regard to case (2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Ok,
    Error,
    Other(String),
}

/// (2.3)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorType,
    /// May be shown to staff.
    pub message: String,
    /// For the log only.
    pub developer_message: String,
}

impl Error {
    pub fn new(kind: ErrorType, message: &str) -> Error {
        Error { kind, message: message.to_owned(), developer_message: String::new() }
    }
}

words! {
    /// THE TABLE (section 3): every message type. The data member's name follows from it.
    MessageType {
        LoginMerchantRequest = "LOGIN_MERCHANT_REQUEST",
        LoginMerchantResponse = "LOGIN_MERCHANT_RESPONSE",
        GetDevicesRequest = "GET_DEVICES_REQUEST",
        GetDevicesResponse = "GET_DEVICES_RESPONSE",
        ExecuteTransactionRequest = "EXECUTE_TRANSACTION_REQUEST",
        ExecuteTransactionUpdate = "EXECUTE_TRANSACTION_UPDATE",
        ExecuteTransactionAction = "EXECUTE_TRANSACTION_ACTION",
        ExecuteTransactionResponse = "EXECUTE_TRANSACTION_RESPONSE",
        SubmitSignatureRequest = "SUBMIT_SIGNATURE_REQUEST",
        SubmitSignatureResponse = "SUBMIT_SIGNATURE_RESPONSE",
        AbortOperationRequest = "ABORT_OPERATION_REQUEST",
        AbortOperationResponse = "ABORT_OPERATION_RESPONSE",
        AmendTransactionRequest = "AMEND_TRANSACTION_REQUEST",
        AmendTransactionUpdate = "AMEND_TRANSACTION_UPDATE",
        AmendTransactionResponse = "AMEND_TRANSACTION_RESPONSE",
        GetTransactionRequest = "GET_TRANSACTION_REQUEST",
        GetTransactionResponse = "GET_TRANSACTION_RESPONSE",
        QueryTransactionsRequest = "QUERY_TRANSACTIONS_REQUEST",
        QueryTransactionsResponse = "QUERY_TRANSACTIONS_RESPONSE",
        ScanBarcodeRequest = "SCAN_BARCODE_REQUEST",
        ScanBarcodeUpdate = "SCAN_BARCODE_UPDATE",
        ScanBarcodeResponse = "SCAN_BARCODE_RESPONSE",
        SynchronizeConfigurationRequest = "SYNCHRONIZE_CONFIGURATION_REQUEST",
        SynchronizeConfigurationResponse = "SYNCHRONIZE_CONFIGURATION_RESPONSE",
        SubmitTransactionsBatchRequest = "SUBMIT_TRANSACTIONS_BATCH_REQUEST",
        SubmitTransactionsBatchResponse = "SUBMIT_TRANSACTIONS_BATCH_RESPONSE",
        DeleteConfigurationRequest = "DELETE_CONFIGURATION_REQUEST",
        DeleteConfigurationResponse = "DELETE_CONFIGURATION_RESPONSE",
        DeleteTransactionsRequest = "DELETE_TRANSACTIONS_REQUEST",
        DeleteTransactionsResponse = "DELETE_TRANSACTIONS_RESPONSE",
        UnknownResponse = "UNKNOWN_RESPONSE",
    }
}

impl MessageType {
    /// (2.2) The type in lowerCamelCase: `EXECUTE_TRANSACTION_REQUEST` carries `executeTransactionRequest`.
    pub fn data_member(&self) -> String {
        let mut member = String::with_capacity(self.word().len());
        let mut starts_word = false;
        for letter in self.word().chars() {
            if letter == '_' {
                starts_word = !member.is_empty();
            } else if std::mem::take(&mut starts_word) {
                member.push(letter.to_ascii_uppercase());
            } else {
                member.push(letter.to_ascii_lowercase());
            }
        }
        member
    }

    /// The response a request of this type gets; [`MessageType::UnknownResponse`] for what is no request we know (3, row 29).
    pub fn response(&self) -> MessageType {
        if matches!(self, MessageType::Other(_)) {
            return MessageType::UnknownResponse;
        }
        self.word()
            .strip_suffix("_REQUEST")
            .map_or(MessageType::UnknownResponse, |stem| MessageType::from_word(&format!("{stem}_RESPONSE")))
    }
}

/// The data member of a message. A response may come without its data, above all with `status` ERROR: then it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    LoginMerchantRequest(LoginMerchantRequest),
    LoginMerchantResponse(LoginMerchantResponse),
    GetDevicesRequest,
    /// `None` where the list is missing, which is not an empty list.
    GetDevicesResponse(Option<Vec<Device>>),
    ExecuteTransactionRequest(Box<ExecuteTransactionRequest>),
    ExecuteTransactionUpdate(Box<Progress>),
    ExecuteTransactionAction(ActionType),
    ExecuteTransactionResponse(Box<Progress>),
    SubmitSignatureRequest(SubmitSignature),
    SubmitSignatureResponse,
    AbortOperationRequest,
    AbortOperationResponse(Option<AbortStatus>),
    AmendTransactionRequest(Box<AmendTransactionRequest>),
    AmendTransactionUpdate(Box<Progress>),
    AmendTransactionResponse(Box<Progress>),
    GetTransactionRequest(GetTransactionRequest),
    GetTransactionResponse(Option<Box<Transaction>>),
    QueryTransactionsRequest(QueryTransactionsRequest),
    /// `None` where the list is missing, which is not an empty list.
    QueryTransactionsResponse(Option<Vec<Transaction>>),
    ScanBarcodeRequest(StartScan),
    ScanBarcodeUpdate(ScanProgress),
    ScanBarcodeResponse(ScanProgress),
    SynchronizeConfigurationRequest,
    SynchronizeConfigurationResponse(Option<OfflineMode>),
    SubmitTransactionsBatchRequest,
    SubmitTransactionsBatchResponse(Option<Vec<BatchResult>>),
    DeleteConfigurationRequest,
    DeleteConfigurationResponse,
    DeleteTransactionsRequest,
    DeleteTransactionsResponse,
    UnknownResponse,
    /// A type we do not know.
    Other(String),
}

impl Body {
    pub fn message_type(&self) -> MessageType {
        match self {
            Body::LoginMerchantRequest(_) => MessageType::LoginMerchantRequest,
            Body::LoginMerchantResponse(_) => MessageType::LoginMerchantResponse,
            Body::GetDevicesRequest => MessageType::GetDevicesRequest,
            Body::GetDevicesResponse(_) => MessageType::GetDevicesResponse,
            Body::ExecuteTransactionRequest(_) => MessageType::ExecuteTransactionRequest,
            Body::ExecuteTransactionUpdate(_) => MessageType::ExecuteTransactionUpdate,
            Body::ExecuteTransactionAction(_) => MessageType::ExecuteTransactionAction,
            Body::ExecuteTransactionResponse(_) => MessageType::ExecuteTransactionResponse,
            Body::SubmitSignatureRequest(_) => MessageType::SubmitSignatureRequest,
            Body::SubmitSignatureResponse => MessageType::SubmitSignatureResponse,
            Body::AbortOperationRequest => MessageType::AbortOperationRequest,
            Body::AbortOperationResponse(_) => MessageType::AbortOperationResponse,
            Body::AmendTransactionRequest(_) => MessageType::AmendTransactionRequest,
            Body::AmendTransactionUpdate(_) => MessageType::AmendTransactionUpdate,
            Body::AmendTransactionResponse(_) => MessageType::AmendTransactionResponse,
            Body::GetTransactionRequest(_) => MessageType::GetTransactionRequest,
            Body::GetTransactionResponse(_) => MessageType::GetTransactionResponse,
            Body::QueryTransactionsRequest(_) => MessageType::QueryTransactionsRequest,
            Body::QueryTransactionsResponse(_) => MessageType::QueryTransactionsResponse,
            Body::ScanBarcodeRequest(_) => MessageType::ScanBarcodeRequest,
            Body::ScanBarcodeUpdate(_) => MessageType::ScanBarcodeUpdate,
            Body::ScanBarcodeResponse(_) => MessageType::ScanBarcodeResponse,
            Body::SynchronizeConfigurationRequest => MessageType::SynchronizeConfigurationRequest,
            Body::SynchronizeConfigurationResponse(_) => MessageType::SynchronizeConfigurationResponse,
            Body::SubmitTransactionsBatchRequest => MessageType::SubmitTransactionsBatchRequest,
            Body::SubmitTransactionsBatchResponse(_) => MessageType::SubmitTransactionsBatchResponse,
            Body::DeleteConfigurationRequest => MessageType::DeleteConfigurationRequest,
            Body::DeleteConfigurationResponse => MessageType::DeleteConfigurationResponse,
            Body::DeleteTransactionsRequest => MessageType::DeleteTransactionsRequest,
            Body::DeleteTransactionsResponse => MessageType::DeleteTransactionsResponse,
            Body::UnknownResponse => MessageType::UnknownResponse,
            Body::Other(word) => MessageType::Other(word.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_member_is_the_type_in_lower_camel_case() {
        assert_eq!(MessageType::ExecuteTransactionRequest.data_member(), "executeTransactionRequest");
        assert_eq!(MessageType::QueryTransactionsResponse.data_member(), "queryTransactionsResponse");
    }

    #[test]
    fn every_request_has_its_response_and_everything_else_the_unknown_one() {
        for message_type in MessageType::KNOWN {
            let expected = message_type.word().strip_suffix("_REQUEST").map(|stem| format!("{stem}_RESPONSE"));
            assert_eq!(message_type.response().word(), expected.as_deref().unwrap_or("UNKNOWN_RESPONSE"));
        }
        assert_eq!(MessageType::Other("X_REQUEST".to_owned()).response(), MessageType::UnknownResponse);
    }
}
