//! What the cloud tells the cashier (3.4): the peer's own words, shown as they are.

pub const WRONG_TOKEN: &str = "The API key is missing or not correct.";
pub const UNKNOWN_VERSION: &str = "This version of Connect is not known.";
pub const PARTNER_MISSING: &str = "Software house or installer is missing.";
pub const NO_SUCH_PATH: &str = "There is nothing here.";
pub const FAILED: &str = "Connect has a problem. Please try again later.";
pub const FULL: &str = "Too many connections.";

pub const UNAVAILABLE: &str =
    "The card machine is not available. Try again in 10 seconds, then check its screen and cables, then restart it.";
pub const BUSY: &str = "The card machine is in use.";
pub const UNABLE_TO_CANCEL: &str = "The transaction can not be cancelled any more.";
pub const NOTHING_TO_CANCEL: &str = "There is no transaction to cancel.";
pub const NOT_SUPPORTED: &str = "The card machine can not do this.";
pub const NO_LAST_TRANSACTION: &str = "The card machine has no last transaction.";
pub const TOO_FAST: &str = "Too many requests.";

pub const NO_CARD: &str = "No card was presented.";
pub const NO_HOST: &str = "The card machine could not reach the bank.";
pub const NOT_PROCESSED: &str = "The transaction could not be processed.";
pub const NO_FUNDS: &str = "Not enough money on this card.";
pub const TIMED_OUT: &str = "The card machine stopped reporting. Check its last transaction.";
pub const NO_CASHBACK: &str = "Cashback was not possible with this card.";
pub const UNKNOWN_PREAUTH: &str = "No pre-authorisation with this code can be completed.";
pub const BEYOND_PREAUTH: &str = "The amount does not go with what was pre-authorised.";
pub const SIGNATURE_REFUSED: &str = "The signature was refused; the transaction has been reversed.";
pub const SIGNATURE_TOO_LATE: &str = "The signature was not checked in time.";
pub const REVERSED: &str = "The transaction has been reversed.";
pub const TABLES_TAKEN_OVER: &str = "Another POS has taken over the tables of this site.";
