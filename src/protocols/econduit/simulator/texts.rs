//! What the cloud says in `Message` and `ErrorMessage`, besides the table of obstacles (reference 3.9, part 3).

pub const APPROVED: &str = "APPROVED";
pub const DECLINED: &str = "DECLINED";
pub const NO_FUNDS: &str = "INSUFFICIENT FUNDS";
pub const CANCELLED: &str = "CANCELLED BY CUSTOMER";
pub const RED_KEY: &str = "CANCELLED ON THE TERMINAL";
pub const NO_CARD: &str = "NO CARD PRESENTED";
pub const NO_HOST: &str = "Host not reachable";
pub const IN_PROGRESS: &str = "Transaction in progress";
pub const TERMINAL_LOST: &str = "Terminal communication failed";
pub const SUCCESS: &str = "Success";

pub const INVALID_AMOUNT: &str = "Invalid amount";
pub const INVALID_COMMAND: &str = "Invalid command";
pub const NO_REF_ID: &str = "refID is required";
pub const ALREADY_VOIDED: &str = "Transaction is already voided";
pub const WRONG_STATE: &str = "Transaction is in the wrong state";
pub const BATCH_CLOSED: &str = "Batch is closed";
pub const TOO_MUCH: &str = "Amount exceeds the authorization";
pub const NOT_ACTIVE: &str = "CARD NOT ACTIVE";
pub const NO_GIFT: &str = "Gift not supported";
pub const NOT_SUPPORTED: &str = "Not supported";
pub const NO_OPTIONS: &str = "No options";
pub const BAD_DATA: &str = "Invalid data";

pub const TERMINAL_UNKNOWN: &str = "Terminal not found";
pub const ALREADY_PAIRED: &str = "Terminal is already paired";
pub const NO_REFERENCE: &str = "referenceID is required";
pub const NO_COUNTRY: &str = "Unknown country";
pub const FULL: &str = "No more terminals";
pub const STATUS_SUCCESS: &str = "Success";
pub const STATUS_ERROR: &str = "Error";
