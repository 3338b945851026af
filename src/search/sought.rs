//! What a search for one terminal that is set up is about: whom to ask, and what it is told from others by.

use std::net::Ipv4Addr;

use crate::protocols;
use crate::protocols::protocol::{FieldError, FieldValues};
use crate::settings::TerminalSettings;

use super::hit::known_identity;
use super::plan::{Family, Network, Scope};

/// What is searched around a terminal that was on this computer, which no network of it leads to.
const ON_THIS_COMPUTER: u8 = 28;

/// A terminal that can be looked for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// With the terminal's own port among its usual ones.
    pub family: Family,
    /// Checked.
    pub fields: FieldValues,
}

/// Why a terminal cannot be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSought {
    #[error("there is no protocol “{0}”")]
    UnknownProtocol(String),
    #[error(transparent)]
    Field(#[from] FieldError),
    /// It is not reached through the till's own networks: the message id of its family.
    #[error("{0} is not found in a network")]
    Elsewhere(&'static str),
}

impl Sought {
    /// # Errors
    /// [`NotSought`].
    pub fn of(known: &TerminalSettings) -> Result<Sought, NotSought> {
        let unknown = || NotSought::UnknownProtocol(known.protocol.clone());
        let protocol = protocols::find(&known.protocol).ok_or_else(unknown)?;
        let fields = protocol.checked(&known.fields)?;
        let mut family = Family::of(protocol).ok_or(NotSought::Elsewhere(protocol.name_key))?;
        let own_port = fields.text("port").and_then(|port| port.parse().ok());
        family.ports.extend(own_port.filter(|port| !family.ports.contains(port)));
        Ok(Sought { family, fields })
    }

    /// Where the settings say that it is.
    pub fn address(&self) -> String {
        format!("{}:{}", self.fields.text_or_empty("host"), self.fields.text_or_empty("port"))
    }

    /// Where it is looked for: in the till's own networks; one that was on this computer itself, on it.
    pub fn networks(&self, own: Vec<Network>) -> Vec<Network> {
        let host = self.fields.text("host").and_then(|host| host.parse::<Ipv4Addr>().ok());
        let here = host.filter(Ipv4Addr::is_loopback);
        let here = here.and_then(|address| Network::new(address, ON_THIS_COMPUTER).ok());
        here.map_or(own, |here| vec![here])
    }

    /// In these networks; `first` are asked before the others, `own` never.
    pub fn scope(self, networks: Vec<Network>, first: Vec<Ipv4Addr>, own: Vec<Ipv4Addr>) -> Scope {
        Scope { networks, families: vec![self.family], first, own, sought: Some(self.fields) }
    }
}

/// Whether it can be looked for, and told from others when it answers.
pub fn can_be_sought(known: &TerminalSettings) -> bool {
    let has_search = protocols::find(&known.protocol).is_some_and(|protocol| protocol.search.is_some());
    has_search && !known_identity(known).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Identity;

    fn known(protocol: &str, fields: &[(&str, &str)], serial: &str) -> TerminalSettings {
        let mut values = FieldValues::default();
        fields.iter().for_each(|(field, text)| values.set(field, text));
        let identity = Identity::default().with("serial", serial);
        TerminalSettings { identity, ..TerminalSettings::new("front", protocol, values) }
    }

    #[test]
    fn a_terminal_is_looked_for_at_its_familys_ports_and_its_own() {
        let sought = Sought::of(&known("valor", &[("host", "10.0.0.7"), ("port", "5055")], "7")).unwrap();
        assert_eq!((sought.family.ports.as_slice(), sought.address().as_str()), (&[5000, 5055][..], "10.0.0.7:5055"));
        let own = vec!["10.0.0.0/24".parse().unwrap()];
        assert_eq!(sought.networks(own.clone()), own);
        let here = Sought::of(&known("valor", &[("host", "127.0.0.1")], "7")).unwrap();
        let networks: Vec<_> = here.networks(own).iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["127.0.0.0/28"]);
    }

    #[test]
    fn who_cannot_be_looked_for_is_said() {
        let why = |terminal: &TerminalSettings| Sought::of(terminal).unwrap_err();
        assert_eq!(why(&known("pigeon", &[], "7")), NotSought::UnknownProtocol("pigeon".to_owned()));
        assert!(matches!(why(&known("valor", &[], "7")), NotSought::Field(_)));
        assert_eq!(why(&known("econduit", &[("terminal_id", "2044")], "7")), NotSought::Elsewhere("protocol-econduit"));
        assert!(can_be_sought(&known("valor", &[], "7")) && !can_be_sought(&known("valor", &[], "")));
        assert!(
            can_be_sought(&known("nexo", &[("poi_id", "P-1")], "")) && !can_be_sought(&known("econduit", &[], "7"))
        );
    }
}
