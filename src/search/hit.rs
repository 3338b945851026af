//! What a search found, and which of the terminals that are set up it is.

use std::net::Ipv4Addr;

use crate::domain::Identity;
use crate::protocols;
use crate::protocols::Protocol;
use crate::protocols::protocol::{Field, FieldValues};
use crate::protocols::search::Discovered;
use crate::settings::{Settings, TerminalSettings};

use super::plan::Target;

/// A terminal, or what may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The protocol's id.
    pub protocol: &'static str,
    /// A message id: the family's name for an installer.
    pub name_key: &'static str,
    pub address: Ipv4Addr,
    pub port: u16,
    /// It spoke the protocol; otherwise only its port speaks for it.
    pub certain: bool,
    pub identity: Identity,
    /// What a new terminal is set up with; defaults are left out.
    pub fields: FieldValues,
}

impl Hit {
    pub fn new(target: &Target, way: &[(&'static str, &'static str)], found: Discovered) -> Hit {
        let protocol = target.protocol;
        let mut fields = FieldValues::default();
        let (host, port) = (target.address.to_string(), target.port.to_string());
        let mut set = |name: &str, text: &str| {
            let field = protocol.field(name);
            if field.is_some_and(|field| field.default != Some(text)) {
                fields.set(name, text);
            }
        };
        set("host", &host);
        set("port", &port);
        way.iter().for_each(|(name, text)| set(name, text));
        found.fields.iter().for_each(|(name, text)| set(name, text));
        Hit {
            protocol: protocol.id,
            name_key: protocol.name_key,
            address: target.address,
            port: target.port,
            certain: found.certain,
            identity: found.identity,
            fields,
        }
    }

    /// The name of the terminal that is set up as this one: by what it says of itself, else by its address.
    pub fn known_as<'a>(&self, settings: &'a Settings) -> Option<&'a str> {
        let family = || settings.terminals.iter().filter(|known| known.protocol == self.protocol);
        let same = |known: &&TerminalSettings| known_identity(known).is_same_machine(&self.identity);
        // Another machine at a known address is not the one that was set up there.
        let here = |known: &&TerminalSettings| self.is_at(known) && !known_identity(known).contradicts(&self.identity);
        let found = family().find(same).or_else(|| family().find(here));
        found.map(|known| known.name.as_str())
    }

    /// What a terminal cannot be set up without, and no search finds out.
    pub fn missing(&self) -> Vec<&'static Field> {
        let fields = protocols::find(self.protocol).map_or(&[][..], |protocol| protocol.fields);
        let is_missing = |field: &&Field| field.default.is_none() && self.fields.text(field.name).is_none();
        fields.iter().filter(|field| field.required).filter(is_missing).collect()
    }

    /// Whether the settings say that the terminal is there.
    pub fn is_at(&self, known: &TerminalSettings) -> bool {
        let checked = protocols::find(&known.protocol).and_then(|protocol| protocol.checked(&known.fields).ok());
        let fields = checked.as_ref().unwrap_or(&known.fields);
        fields.text("host") == Some(&self.address.to_string()) && fields.text("port") == Some(&self.port.to_string())
    }
}

/// Where the terminals that are set up are, as far as they are named by their addresses.
pub fn known_addresses(settings: &Settings) -> Vec<Ipv4Addr> {
    let hosts = settings.terminals.iter().filter_map(|known| known.fields.text("host"));
    hosts.filter_map(|host| host.parse().ok()).collect()
}

/// Who a terminal is, by its settings and by what it told when it was searched for.
pub fn known_identity(known: &TerminalSettings) -> Identity {
    let search = protocols::find(&known.protocol).and_then(|protocol: &Protocol| protocol.search);
    search.map_or_else(|| known.identity.clone(), |search| search.known(&known.identity, &known.fields))
}
