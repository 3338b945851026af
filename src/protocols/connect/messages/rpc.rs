//! JSON-RPC 2.0, in both directions on one line (reference section 3).

use serde_json::{Map, Value};

/// Named parameters; left out where there are none (3.1).
pub type Params = Map<String, Value>;

/// One message. Whether it has a `method` tells requests from responses, before any id is looked at: the two sides number
/// theirs independently of each other (3.2).
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// To be answered under its `id`, with the type it came with.
    Request { id: Value, method: String, params: Params },
    /// Not to be answered.
    Notification { method: String, params: Params },
    /// `id` is null where the peer could not read what it answers (3.6).
    Response { id: Value, answer: Result<Value, RpcError> },
}

/// (3.4) The request was not carried out, or Connect failed. A decline is no error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RpcError {
    pub code: Option<i64>,
    pub message: String,
    /// Meant for the cashier.
    pub user_message: Option<String>,
}

impl RpcError {
    /// What a person is shown.
    pub fn words(&self) -> &str {
        self.user_message.as_deref().unwrap_or(&self.message)
    }

    /// The code, where number and word agree. The numbers are this project's own (3.4, profile), so that a stranger's number
    /// alone means nothing.
    pub fn known(&self) -> Option<ErrorCode> {
        ErrorCode::ALL.into_iter().find(|code| Some(code.number()) == self.code && code.word() == self.message)
    }

    /// (3.6) Another till has taken the tables over. The form is not documented, so that either number or word will do.
    pub fn is_discontinued(&self) -> bool {
        let code = ErrorCode::ConnectionDiscontinued;
        let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
        self.code == Some(code.number()) || letters(&self.message).eq_ignore_ascii_case(&letters(code.word()))
    }

    pub fn new(code: ErrorCode, user_message: Option<&str>) -> RpcError {
        RpcError {
            code: Some(code.number()),
            message: code.word().to_owned(),
            user_message: user_message.map(str::to_owned),
        }
    }
}

/// (3.4, profile)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    ParseError,
    InvalidRequest,
    MethodNotFound,
    InvalidParams,
    InternalError,
    TerminalUnavailable,
    TerminalBusy,
    UnableToCancel,
    NotSupported,
    TooManyRequests,
    NoLastTransaction,
    ConnectionDiscontinued,
    /// (6.7) What the till answers a card machine at a table with.
    NoSuchTable,
    TableLocked,
    TableNotLocked,
    WaiterUnknown,
}

impl ErrorCode {
    pub const ALL: [ErrorCode; 16] = [
        ErrorCode::ParseError,
        ErrorCode::InvalidRequest,
        ErrorCode::MethodNotFound,
        ErrorCode::InvalidParams,
        ErrorCode::InternalError,
        ErrorCode::TerminalUnavailable,
        ErrorCode::TerminalBusy,
        ErrorCode::UnableToCancel,
        ErrorCode::NotSupported,
        ErrorCode::TooManyRequests,
        ErrorCode::NoLastTransaction,
        ErrorCode::ConnectionDiscontinued,
        ErrorCode::NoSuchTable,
        ErrorCode::TableLocked,
        ErrorCode::TableNotLocked,
        ErrorCode::WaiterUnknown,
    ];

    pub fn number(self) -> i64 {
        match self {
            ErrorCode::ParseError => -32_700,
            ErrorCode::InvalidRequest => -32_600,
            ErrorCode::MethodNotFound => -32_601,
            ErrorCode::InvalidParams => -32_602,
            ErrorCode::InternalError => -32_603,
            ErrorCode::TerminalUnavailable => -32_001,
            ErrorCode::TerminalBusy => -32_002,
            ErrorCode::UnableToCancel => -32_003,
            ErrorCode::NotSupported => -32_004,
            ErrorCode::TooManyRequests => -32_005,
            ErrorCode::NoLastTransaction => -32_006,
            ErrorCode::ConnectionDiscontinued => -32_010,
            ErrorCode::NoSuchTable => -32_020,
            ErrorCode::TableLocked => -32_021,
            ErrorCode::TableNotLocked => -32_022,
            ErrorCode::WaiterUnknown => -32_023,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            ErrorCode::ParseError => "PARSE_ERROR",
            ErrorCode::InvalidRequest => "INVALID_REQUEST",
            ErrorCode::MethodNotFound => "METHOD_NOT_FOUND",
            ErrorCode::InvalidParams => "INVALID_PARAMS",
            ErrorCode::InternalError => "INTERNAL_ERROR",
            ErrorCode::TerminalUnavailable => "TERMINAL_UNAVAILABLE",
            ErrorCode::TerminalBusy => "TERMINAL_BUSY",
            ErrorCode::UnableToCancel => "UNABLE_TO_CANCEL",
            ErrorCode::NotSupported => "NOT_SUPPORTED",
            ErrorCode::TooManyRequests => "TOO_MANY_REQUESTS",
            ErrorCode::NoLastTransaction => "NO_LAST_TRANSACTION",
            ErrorCode::ConnectionDiscontinued => "CONNECTION_DISCONTINUED",
            ErrorCode::NoSuchTable => "NO_SUCH_TABLE",
            ErrorCode::TableLocked => "TABLE_LOCKED",
            ErrorCode::TableNotLocked => "TABLE_NOT_LOCKED",
            ErrorCode::WaiterUnknown => "WAITER_UNKNOWN",
        }
    }
}
