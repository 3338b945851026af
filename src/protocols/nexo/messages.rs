//! nexo Retailer 3.1 messages as the till and the simulated terminal understand them (reference sections 3 to 7).
//!
//! Names are the schema's. Amounts keep the text that was sent: whether it is money is decided where the currency is
//! known. What the integration does not have (section 8) arrives as [`Body::Other`].

use crate::domain::Verdict;

/// Path of both directions (2.1, 2.2).
pub const PATH: &str = "/EPASSaleToPOI/3.1";
/// `Content-type` of both directions (2.1).
pub const CONTENT_TYPE: &str = "application/xml; charset=utf-8";
/// Bound of a message body, in bytes (2.2).
pub const BODY_AT_MOST: usize = 1024 * 1024;
/// Capabilities that make the integration light (4.1).
pub const LIGHT_CAPABILITIES: &[&str] = &["PrinterReceipt"];
/// Capabilities that make the integration full (4.1).
pub const FULL_CAPABILITIES: &[&str] = &[
    "CashierStatus",
    "CashierError",
    "CashierDisplay",
    "POIReplication",
    "CustomerAssistance",
    "CashierInput",
    "PrinterReceipt",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub header: Header,
    pub body: Body,
}

/// `MessageHeader` (3.2). Ids a message lacks are `None`; `SaleID` and `POIID` may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub class: Class,
    pub category: Category,
    pub kind: Kind,
    /// Write `ProtocolVersion="3.1"`. Read: whether there was one.
    pub protocol_version: bool,
    pub service_id: Option<String>,
    pub device_id: Option<String>,
    pub sale_id: String,
    pub poi_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Service,
    Device,
    Event,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Request,
    Response,
    Notification,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Category {
    Login,
    Logout,
    Payment,
    Reversal,
    Abort,
    TransactionStatus,
    EnableService,
    CardAcquisition,
    Admin,
    Display,
    Input,
    Print,
    Transmit,
    Event,
    Other(String),
}

impl Category {
    pub fn name(&self) -> &str {
        match self {
            Category::Login => "Login",
            Category::Logout => "Logout",
            Category::Payment => "Payment",
            Category::Reversal => "Reversal",
            Category::Abort => "Abort",
            Category::TransactionStatus => "TransactionStatus",
            Category::EnableService => "EnableService",
            Category::CardAcquisition => "CardAcquisition",
            Category::Admin => "Admin",
            Category::Display => "Display",
            Category::Input => "Input",
            Category::Print => "Print",
            Category::Transmit => "Transmit",
            Category::Event => "Event",
            Category::Other(name) => name,
        }
    }

    pub fn from_name(name: &str) -> Category {
        const KNOWN: [Category; 14] = [
            Category::Login,
            Category::Logout,
            Category::Payment,
            Category::Reversal,
            Category::Abort,
            Category::TransactionStatus,
            Category::EnableService,
            Category::CardAcquisition,
            Category::Admin,
            Category::Display,
            Category::Input,
            Category::Print,
            Category::Transmit,
            Category::Event,
        ];
        KNOWN.into_iter().find(|category| category.name() == name).unwrap_or_else(|| Category::Other(name.to_owned()))
    }

    pub fn class(&self) -> Class {
        match self {
            Category::Display | Category::Input | Category::Print | Category::Transmit => Class::Device,
            Category::Event => Class::Event,
            _ => Class::Service,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    LoginRequest(LoginRequest),
    LoginResponse(LoginResponse),
    LogoutRequest {
        maintenance_allowed: bool,
    },
    LogoutResponse(Response),
    PaymentRequest(PaymentRequest),
    PaymentResponse(Box<PaymentResponse>),
    ReversalRequest(ReversalRequest),
    ReversalResponse(Box<ReversalResponse>),
    AbortRequest {
        reference: MessageReference,
        reason: String,
    },
    TransactionStatusRequest {
        reference: Option<MessageReference>,
    },
    TransactionStatusResponse(Box<TransactionStatusResponse>),
    DisplayRequest(Vec<DisplayOutput>),
    /// One result per output.
    DisplayResponse(Vec<OutputResult>),
    InputRequest(InputRequest),
    InputResponse(InputResponse),
    PrintRequest(PrintRequest),
    PrintResponse {
        qualifier: String,
        response: Response,
    },
    EventNotification(EventNotification),
    /// `Message` decoded from base64; `None` when it was none.
    TransmitRequest {
        message: Option<Vec<u8>>,
    },
    /// A category this integration has no layout for: its element's name, and its `Response` where it has one.
    Other {
        element: String,
        response: Option<Response>,
    },
}

/// The `Response` element (3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub result: ResultCode,
    pub condition: Option<ErrorCondition>,
    /// `AdditionalResponse`: shown, never parsed.
    pub additional: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultCode {
    Success,
    Failure,
    /// `Partial` and everything unheard of: neither an approval nor a refusal.
    Other(String),
}

/// `ErrorCondition` (section 9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCondition {
    Aborted,
    Busy,
    Cancel,
    DeviceOut,
    InProgress,
    InsertedCard,
    InvalidCard,
    LoggedOut,
    MessageFormat,
    NotAllowed,
    NotFound,
    PaymentRestriction,
    Refusal,
    UnavailableDevice,
    UnavailableService,
    UnreachableHost,
    WrongPin,
    Other(String),
}

impl ErrorCondition {
    const TABLE: [(&'static str, ErrorCondition); 17] = [
        ("Aborted", ErrorCondition::Aborted),
        ("Busy", ErrorCondition::Busy),
        ("Cancel", ErrorCondition::Cancel),
        ("DeviceOut", ErrorCondition::DeviceOut),
        ("InProgress", ErrorCondition::InProgress),
        ("InsertedCard", ErrorCondition::InsertedCard),
        ("InvalidCard", ErrorCondition::InvalidCard),
        ("LoggedOut", ErrorCondition::LoggedOut),
        ("MessageFormat", ErrorCondition::MessageFormat),
        ("NotAllowed", ErrorCondition::NotAllowed),
        ("NotFound", ErrorCondition::NotFound),
        ("PaymentRestriction", ErrorCondition::PaymentRestriction),
        ("Refusal", ErrorCondition::Refusal),
        ("UnavailableDevice", ErrorCondition::UnavailableDevice),
        ("UnavailableService", ErrorCondition::UnavailableService),
        ("UnreachableHost", ErrorCondition::UnreachableHost),
        ("WrongPIN", ErrorCondition::WrongPin),
    ];

    pub fn name(&self) -> &str {
        match self {
            ErrorCondition::Other(name) => name,
            known => Self::TABLE.iter().find(|(_, condition)| condition == known).map_or("", |(name, _)| name),
        }
    }

    /// Letter case does not matter.
    pub fn from_name(name: &str) -> ErrorCondition {
        Self::TABLE
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or_else(|| ErrorCondition::Other(name.to_owned()), |(_, condition)| condition.clone())
    }
}

impl Response {
    pub fn success() -> Self {
        Response { result: ResultCode::Success, condition: None, additional: None }
    }

    pub fn failure(condition: ErrorCondition, additional: &str) -> Self {
        Response { result: ResultCode::Failure, condition: Some(condition), additional: Some(additional.to_owned()) }
    }

    pub fn is_success(&self) -> bool {
        self.result == ResultCode::Success
    }

    /// Failure with one of these conditions.
    pub fn failed_with(&self, conditions: &[ErrorCondition]) -> bool {
        self.result == ResultCode::Failure && self.condition.as_ref().is_some_and(|found| conditions.contains(found))
    }
}

/// A `TransactionID` with its `TimeStamp`, both verbatim (`SaleTransactionID`, `POITransactionID`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TransactionId {
    pub id: String,
    pub time: String,
}

/// (4.1)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRequest {
    pub date_time: String,
    pub operator_language: String,
    pub operator_id: Option<String>,
    pub provider: String,
    pub application: String,
    pub version: String,
    pub environment: String,
    pub capabilities: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginResponse {
    pub response: Response,
    pub system: Option<PoiSystem>,
}

/// `POISystemData` (4.1); empty where the terminal says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PoiSystem {
    pub date_time: String,
    pub provider: String,
    pub application: String,
    pub version: String,
    pub serial_number: String,
    pub capabilities: Vec<String>,
    /// `POIStatus@GlobalStatus`.
    pub global_status: String,
    pub printer_status: Option<String>,
}

/// (5.1) Amounts as decimal text with `.`; `requested` includes `cash_back`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRequest {
    pub sale_transaction: TransactionId,
    pub operator_id: Option<String>,
    pub currency: String,
    pub requested: String,
    pub cash_back: Option<String>,
    pub payment_type: PaymentType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentType {
    Normal,
    Refund,
}

impl PaymentType {
    pub fn name(self) -> &'static str {
        match self {
            PaymentType::Normal => "Normal",
            PaymentType::Refund => "Refund",
        }
    }
}

/// (5.1.1)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentResponse {
    pub response: Response,
    pub sale_transaction: Option<TransactionId>,
    pub poi_transaction: Option<TransactionId>,
    pub result: Option<PaymentResult>,
    pub receipts: Vec<PaymentReceipt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentResult {
    /// `Normal` or `Refund` as sent; empty when absent.
    pub payment_type: String,
    /// `Card`, `Mobile`, …; empty when absent.
    pub instrument: String,
    pub card: Option<CardData>,
    pub amounts: Option<Amounts>,
    pub merchant_id: Option<String>,
    pub acquirer_poi_id: Option<String>,
    pub approval_code: Option<String>,
}

/// No more of `CardData` than we may keep. `masked_pan` is masked by the codec if a terminal sends it clear.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardData {
    pub brand: String,
    pub masked_pan: String,
    pub entry_mode: String,
}

/// `AmountsResp`, each as the text that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    pub currency: Option<String>,
    pub authorized: String,
    pub total_fees: Option<String>,
    pub cash_back: Option<String>,
    pub tip: Option<String>,
}

/// One receipt with the base64 taken off (12.1): JSON in UTF-8, or what the terminal sent instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReceipt {
    /// `CashierReceipt`, `CustomerReceipt`, …
    pub qualifier: String,
    pub content: Vec<u8>,
    pub required_signature: bool,
}

/// (5.4)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalRequest {
    /// `MerchantCancel` or `Malfunction`.
    pub reason: String,
    /// Of the transaction being reversed.
    pub sale_id: String,
    pub poi_id: String,
    pub poi_transaction: TransactionId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalResponse {
    pub response: Response,
    pub poi_transaction: Option<TransactionId>,
    pub receipts: Vec<PaymentReceipt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageReference {
    pub category: Option<String>,
    pub service_id: Option<String>,
    pub device_id: Option<String>,
    pub sale_id: Option<String>,
    pub poi_id: Option<String>,
}

/// (5.3) `repeated` is the stored response with its own header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionStatusResponse {
    pub response: Response,
    pub repeated: Option<Message>,
}

/// (7.1) `text` is the first `OutputText` as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayOutput {
    /// `None` when the attribute is absent.
    pub response_required: Option<bool>,
    pub device: String,
    pub info_qualify: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputResult {
    pub device: String,
    pub info_qualify: String,
    pub response: Response,
}

/// (7.3)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRequest {
    pub display: Option<DisplayOutput>,
    pub device: String,
    pub info_qualify: String,
    /// `GetConfirmation`, `DigitString`, …
    pub command: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputResponse {
    pub output: Option<OutputResult>,
    pub device: String,
    pub info_qualify: String,
    pub response: Response,
    pub command: String,
    /// `ConfirmedFlag`; `None` writes an empty one.
    pub confirmed: Option<bool>,
}

/// (7.2)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintRequest {
    pub qualifier: String,
    /// `NotRequired`, `Immediate`, `PrintEnd`.
    pub response_mode: String,
    /// The first `OutputText` with the base64 taken off.
    pub content: Vec<u8>,
}

/// (7.4)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventNotification {
    pub time: String,
    /// `SaleAdmin`, `BeginMaintenance`, …
    pub event: String,
    pub maintenance_required: bool,
    pub details: Option<String>,
    pub rejected: Option<Vec<u8>>,
}

/// What a failed payment's `ErrorCondition` means for the money (section 9 and DESIGN section 6); `None` where no named
/// sentence of the reference tells.
pub fn verdict_of_failure(condition: Option<&ErrorCondition>) -> Option<Verdict> {
    Some(match condition? {
        ErrorCondition::Refusal
        | ErrorCondition::PaymentRestriction
        | ErrorCondition::InvalidCard
        | ErrorCondition::WrongPin => Verdict::Declined,
        ErrorCondition::Aborted | ErrorCondition::Cancel => Verdict::Cancelled,
        ErrorCondition::Busy
        | ErrorCondition::NotAllowed
        | ErrorCondition::LoggedOut
        | ErrorCondition::MessageFormat
        | ErrorCondition::UnreachableHost
        | ErrorCondition::UnavailableService
        | ErrorCondition::UnavailableDevice
        | ErrorCondition::DeviceOut
        | ErrorCondition::InsertedCard => Verdict::NotCharged,
        ErrorCondition::InProgress | ErrorCondition::NotFound | ErrorCondition::Other(_) => return None,
    })
}
