//! What travels between a terminal and the cloud over TCP (reference 2.3 to 2.6): registration, heartbeat, and the commands of
//! profile EC-T1, of which nothing public says anything.

use super::words::{CommandWord, RegistrationAnswer};
use crate::protocols::json::{Amount, Json};

/// Names of members, in both directions. Case counts, and all values of a terminal are texts (2.2).
pub mod member {
    pub const COMMAND: &str = "Command";
    pub const TERMINAL_TYPE: &str = "TerminalType";
    pub const TERMINAL_MODEL: &str = "TerminalModel";
    pub const TERMINAL_ID: &str = "TerminalID";
    pub const SOFTWARE_VERSION: &str = "SoftwareVersion";
    pub const ACK_HEARTBEAT: &str = "AckHeartbeat";
    pub const STATUS: &str = "Status";
    pub const REF_ID: &str = "RefID";
    pub const AMOUNT: &str = "Amount";
    pub const INVOICE_NUMBER: &str = "InvoiceNumber";
    pub const MERCHANT_ID: &str = "MerchantID";
    pub const TOKEN: &str = "Token";
    pub const EXP_DATE: &str = "ExpDate";
    /// Of a `CheckStatus`, beside the reference's names: which of the transactions under one RefID is meant.
    pub const TRANS_TYPE: &str = "TransType";
    pub const TITLE: &str = "Title";
    pub const TYPE: &str = "Type";
    pub const MAX_LENGTH: &str = "MaxLength";
    pub const OPTIONS: &str = "Options";
    pub const PROMPT: &str = "Prompt";
    pub const DATA: &str = "Data";
    pub const URL: &str = "Url";
    pub const IS_DEFAULT: &str = "IsDefault";
    pub const OPTION_NAME: &str = "OptionName";
    pub const OPTION_VALUE: &str = "OptionValue";

    pub const REGISTER: &str = "Register";
    pub const HEARTBEAT: &str = "TerminalHeartbeat";
    pub const STATUS_OK: &str = "OK";
}

/// (2.3) The first message after each connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub terminal_type: String,
    pub terminal_model: String,
    pub terminal_id: String,
    pub software_version: String,
    /// Heartbeats are to be answered.
    pub ack_heartbeat: bool,
}

/// What a terminal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalLine {
    Register(Registration),
    /// Says so, and breaks a rule of 2.3.
    BadRegistration,
    Heartbeat,
    /// The answer to a command.
    Response(Json),
    /// Nothing of the above.
    Unreadable,
}

/// What the cloud says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloudLine {
    Registered(RegistrationAnswer),
    HeartbeatAnswered,
    Command(TerminalCommand),
    Unreadable,
}

/// (2.6) A command to a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalCommand {
    pub command: CommandWord,
    pub terminal_id: Option<String>,
    pub ref_id: Option<String>,
    pub amount: AmountText,
    pub invoice_number: Option<String>,
    /// See [`member::TRANS_TYPE`].
    pub trans_type: Option<CommandWord>,
    /// Everything it says.
    pub members: Json,
}

/// The amount of a command: only one that says where its cents are is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountText {
    /// Not there, or empty.
    Absent,
    /// With a decimal point and two decimals.
    Plain(Amount),
    /// Anything else; `1840` may be cents or dollars.
    Unclear,
}
