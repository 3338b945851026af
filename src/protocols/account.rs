//! How the terminals of an account are listed, before one of them is chosen: what is asked, and what the answer means.
//!
//! The question moves no money and leaves every other line of the account as it is. It goes where the settings lead, with the
//! secrets that a driver would use there.

use crate::domain::outcome::Explanation;

use super::driver::{Endpoint, Loss};
use super::frame::Frame;
use super::protocol::{FieldError, FieldValues, Secrets};

/// What a protocol tells whoever wants to know an account's terminals.
#[derive(Debug, Clone, Copy)]
pub struct AccountList {
    /// The settings field that names one of them.
    pub field: &'static str,
    /// Whether these settings, checked or not, are of a kind whose account can be asked.
    pub offered: fn(&FieldValues) -> bool,
    /// From checked settings and secrets.
    pub ask: fn(&FieldValues, &Secrets) -> Result<AccountQuestion, FieldError>,
    /// What a frame says; `None` is something else than the answer.
    pub hear: fn(&Frame) -> Option<Listed>,
    /// Why the account was not reached.
    pub lost: fn(&FieldValues, &Loss) -> Explanation,
}

/// What an account says of its terminals, or why it says nothing.
pub type Listed = Result<Vec<ListedTerminal>, Explanation>;

/// One line and what is said on it.
#[derive(Debug, Clone)]
pub struct AccountQuestion {
    pub endpoint: Endpoint,
    pub frame: Frame,
}

/// One terminal of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTerminal {
    /// What stands in the settings.
    pub id: String,
    /// The rest that the account says of it, as it says it.
    pub about: String,
}
