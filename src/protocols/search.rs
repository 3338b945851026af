//! How a protocol's terminals are found in a network: what is asked at an address, and what its answer means.
//!
//! A question is harmless: it moves no money, changes nothing, and starts no session. It goes to whoever listens at the port, so
//! nothing stands in it that a stranger must not read.

use crate::domain::Identity;

use super::driver::{Endpoint, TerminalIdentity};
use super::frame::Frame;
use super::protocol::FieldValues;

/// What a protocol tells whoever looks for its terminals.
#[derive(Debug, Clone, Copy)]
pub struct Search {
    /// Where its terminals usually listen.
    pub ports: &'static [u16],
    /// Whether it is usually a program on the till's own computer.
    pub on_own_computer: bool,
    /// What is asked at an address, one after the other, until something is answered. Their bounds are the caller's.
    pub questions: fn(&Asking<'_>) -> Vec<SearchQuestion>,
    pub hear: fn(&Asking<'_>, &Frame) -> Heard,
    /// What the settings themselves say of who the terminal is.
    pub identity: fn(&FieldValues) -> Identity,
    /// Who the machine is by what its driver reported, in the kinds with which one that is searched for answers.
    pub told: fn(&TerminalIdentity) -> Identity,
}

impl Search {
    /// Who a terminal is: what it once said of itself, and what its settings say, which count where both differ.
    pub fn known(&self, remembered: &Identity, fields: &FieldValues) -> Identity {
        remembered.clone().and(&(self.identity)(fields))
    }
}

/// Where is asked, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    pub host: &'a str,
    pub port: u16,
    /// The checked settings of the terminal that is looked for again; `None` looks for any.
    pub sought: Option<&'a FieldValues>,
    /// Dice for numbers that must not come twice.
    pub dice: u64,
}

/// One line and what is said on it.
#[derive(Debug, Clone)]
pub struct SearchQuestion {
    pub endpoint: Endpoint,
    /// What is sent when the line stands; HTTP says everything in its endpoint.
    pub frame: Option<Frame>,
    /// The settings with which this way of asking works.
    pub fields: &'static [(&'static str, &'static str)],
}

/// What a frame of the peer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Somebody else speaks.
    Stranger,
    /// One of ours that may say more in a moment.
    Alive(Discovered),
    Found(Discovered),
}

/// What answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovered {
    /// It spoke the protocol. Otherwise it only may be one of these terminals.
    pub certain: bool,
    pub identity: Identity,
    /// What its answer says about the settings, besides where it is.
    pub fields: Vec<(&'static str, String)>,
}

impl Discovered {
    /// It spoke the protocol, and did not say who it is.
    pub fn certain() -> Discovered {
        Discovered { certain: true, ..Discovered::default() }
    }
}
