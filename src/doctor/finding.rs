//! What the doctor looks at, and what was found.

use std::time::Duration;

use crate::domain::outcome::Fault;

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The terminal's fields are complete and well formed.
    Settings,
    /// Its secrets can be read.
    Secrets,
    /// The journal's disk has room and keeps what it is given.
    Disk,
    /// The till's own listener is up, where the terminal talks to it.
    Listener,
    /// The terminal's name has an address.
    Name,
    /// The address lies in a network that this till is part of.
    Network,
    /// Something listens there.
    Port,
    /// What listens there speaks what it should: TLS, HTTP, neither.
    Speech,
    /// The peer's certificates, and until when they hold.
    Certificate,
    /// The protocol's own handshake and login.
    Session,
    /// Who answered is who was meant, and which firmware it has.
    Identity,
    /// How far the terminal's clock is from the till's.
    Clock,
    /// How long the way there and back takes.
    RoundTrip,
    /// What the terminal is known by, should it come to have another address.
    Remembered,
}

impl Check {
    /// In their order.
    pub const ALL: [Check; 14] = [
        Check::Settings,
        Check::Secrets,
        Check::Disk,
        Check::Listener,
        Check::Name,
        Check::Network,
        Check::Port,
        Check::Speech,
        Check::Certificate,
        Check::Session,
        Check::Identity,
        Check::Clock,
        Check::RoundTrip,
        Check::Remembered,
    ];

    /// The word of the command line; with `doctor-check-` before it the Fluent id of its name.
    pub fn word(self) -> &'static str {
        match self {
            Check::Settings => "settings",
            Check::Secrets => "secrets",
            Check::Disk => "disk",
            Check::Listener => "listener",
            Check::Name => "name",
            Check::Network => "network",
            Check::Port => "port",
            Check::Speech => "speech",
            Check::Certificate => "certificate",
            Check::Session => "session",
            Check::Identity => "identity",
            Check::Clock => "clock",
            Check::RoundTrip => "round-trip",
            Check::Remembered => "remembered",
        }
    }
}

/// What the doctor makes of what it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Fine,
    /// It may work all the same; a person should read it.
    Doubt,
    /// The terminal cannot be used before this is mended; nothing further is looked at.
    Fault(Fault),
}

/// What one look brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    pub judgement: Judgement,
    /// A Fluent id: what was seen, and for anything but [`Judgement::Fine`] the cause and the cure.
    pub key: String,
    /// What stands in that text's placeables. Never a secret.
    pub words: Vec<(&'static str, String)>,
    /// The system's or the terminal's own words.
    pub detail: Option<String>,
    pub took: Duration,
}

/// What whoever watches an examination hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Looking(Check),
    Found(Finding),
}
