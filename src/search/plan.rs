//! Which addresses a search asks, and in which order. Pure.

use std::collections::HashSet;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use crate::protocols;
use crate::protocols::Protocol;
use crate::protocols::protocol::FieldValues;
use crate::protocols::search::Search;

/// The most addresses of one network that are asked, those of a /22. Of a larger one only the till's own [`NARROWED`].
pub const ADDRESSES_AT_MOST: usize = 1024;
/// What is searched of a network that is too large: a /24.
pub const NARROWED: u8 = 24;
/// The most networks that one search covers.
pub const NETWORKS_AT_MOST: usize = 8;

/// An IPv4 network that a computer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    /// The till's own address in it, or any other of it.
    pub address: Ipv4Addr,
    /// How many leading bits all its addresses share.
    pub prefix: u8,
}

/// What is searched of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub network: Network,
    /// The network itself was too large.
    pub narrowed: bool,
}

/// Why an address is no network to be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    #[error("not an IPv4 network like 192.168.1.0/24")]
    Unreadable,
    /// Only what belongs to nobody else is searched.
    #[error("a public network")]
    Public,
}

impl Network {
    /// # Errors
    /// [`NetworkError::Public`] for whatever is not private, link-local or loopback.
    pub fn new(address: Ipv4Addr, prefix: u8) -> Result<Network, NetworkError> {
        if !(1..=32).contains(&prefix) {
            return Err(NetworkError::Unreadable);
        }
        let network = Network { address, prefix };
        let own = |address: Ipv4Addr| address.is_private() || address.is_link_local() || address.is_loopback();
        // Both ends: 10.0.0.0/7 begins privately and ends somewhere else.
        if own(Ipv4Addr::from(network.first())) && own(Ipv4Addr::from(network.last())) {
            Ok(network)
        } else {
            Err(NetworkError::Public)
        }
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0)
    }

    fn first(self) -> u32 {
        u32::from(self.address) & self.mask()
    }

    fn last(self) -> u32 {
        self.first() | !self.mask()
    }

    pub fn contains(self, address: Ipv4Addr) -> bool {
        (self.first()..=self.last()).contains(&u32::from(address))
    }

    /// What of it is searched.
    pub fn stretch(self) -> Stretch {
        let narrowed = (self.last() - self.first()) as usize >= ADDRESSES_AT_MOST;
        let prefix = if narrowed { NARROWED } else { self.prefix };
        Stretch { network: Network { prefix, ..self }, narrowed }
    }

    /// The addresses that computers have: not the network's own and not everybody's.
    fn hosts(self) -> impl Iterator<Item = Ipv4Addr> {
        let ends = u32::from(self.prefix < 31);
        (self.first() + ends..=self.last() - ends).map(Ipv4Addr::from)
    }
}

/// `192.168.1.0/24`
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first()), self.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let (address, prefix) = text.trim().split_once('/').ok_or(NetworkError::Unreadable)?;
        let address = address.parse().map_err(|_| NetworkError::Unreadable)?;
        Network::new(address, prefix.parse().map_err(|_| NetworkError::Unreadable)?)
    }
}

/// A family of terminals that is looked for, and where they listen.
#[derive(Clone)]
pub struct Family {
    pub protocol: &'static Protocol,
    pub search: &'static Search,
    pub ports: Vec<u16>,
}

impl Family {
    /// `None` for families that are not found in a network.
    pub fn of(protocol: &'static Protocol) -> Option<Family> {
        let search = protocol.search.as_ref()?;
        Some(Family { protocol, search, ports: search.ports.to_vec() })
    }

    /// Every family that can be found in a network.
    pub fn all() -> Vec<Family> {
        protocols::registry().iter().filter_map(Family::of).collect()
    }

    /// The same with these ports instead.
    #[must_use]
    pub fn at_ports(self, ports: Vec<u16>) -> Family {
        Family { ports, ..self }
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.protocol.id, self.ports)
    }
}

/// What a search is about.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub networks: Vec<Network>,
    pub families: Vec<Family>,
    /// Addresses that are asked first, where they are in these networks: terminals that are set up.
    pub first: Vec<Ipv4Addr>,
    /// The till's own addresses; nobody but a program of this computer is looked for there.
    pub own: Vec<Ipv4Addr>,
    /// The checked settings of the one terminal that is looked for.
    pub sought: Option<FieldValues>,
}

/// One address and port, and whom to expect there.
#[derive(Clone, Copy)]
pub struct Target {
    pub address: Ipv4Addr,
    pub port: u16,
    pub protocol: &'static Protocol,
    pub search: &'static Search,
}

impl Scope {
    /// What is searched of each network, bounded.
    pub fn stretches(&self) -> Vec<Stretch> {
        self.networks.iter().take(NETWORKS_AT_MOST).map(|network| network.stretch()).collect()
    }

    /// Every question that is asked, in order, none twice.
    pub fn targets(&self) -> Vec<Target> {
        let stretches = self.stretches();
        let within = |address: &Ipv4Addr| stretches.iter().any(|stretch| stretch.network.contains(*address));
        let known = self.first.iter().copied().filter(within);
        let others = stretches.iter().flat_map(|stretch| stretch.network.hosts());
        let mut seen = HashSet::new();
        let addresses = known.chain(others).filter(|address| !self.own.contains(address) && seen.insert(*address));
        let own_computer = self.families.iter().filter(|family| family.search.on_own_computer);
        let mut targets: Vec<Target> =
            own_computer.flat_map(|family| targets_at(Ipv4Addr::LOCALHOST, std::slice::from_ref(family))).collect();
        targets.extend(addresses.flat_map(|address| targets_at(address, &self.families)));
        targets
    }
}

fn targets_at(address: Ipv4Addr, families: &[Family]) -> Vec<Target> {
    let of = |family: &Family| {
        let (protocol, search) = (family.protocol, family.search);
        family.ports.clone().into_iter().map(move |port| Target { address, port, protocol, search })
    };
    families.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(network: &str) -> Scope {
        Scope { networks: vec![network.parse().unwrap()], families: Family::all(), ..Scope::default() }
    }

    fn addresses(scope: &Scope) -> Vec<Ipv4Addr> {
        let mut addresses: Vec<_> = scope.targets().iter().map(|target| target.address).collect();
        addresses.retain(|address| *address != Ipv4Addr::LOCALHOST);
        addresses.dedup();
        addresses
    }

    #[test]
    fn a_network_is_asked_without_its_ends_and_without_the_till() {
        let mut scope = scope("192.168.7.12/29");
        scope.own = vec![Ipv4Addr::new(192, 168, 7, 12)];
        let last: Vec<u8> = addresses(&scope).iter().map(|address| address.octets()[3]).collect();
        assert_eq!(last, [9, 10, 11, 13, 14]);
    }

    #[test]
    fn terminals_that_are_set_up_are_asked_first_and_once() {
        let mut scope = scope("10.0.0.0/24");
        scope.first = vec![Ipv4Addr::new(10, 0, 0, 77), Ipv4Addr::new(8, 8, 8, 8), Ipv4Addr::new(10, 0, 0, 77)];
        let asked = addresses(&scope);
        assert_eq!(asked[..2], [Ipv4Addr::new(10, 0, 0, 77), Ipv4Addr::new(10, 0, 0, 1)]);
        assert_eq!(asked.len(), 254);
    }

    #[test]
    fn a_larger_network_is_narrowed_to_the_tills_neighbours_and_says_so() {
        let whole: Network = "10.1.4.9/22".parse().unwrap();
        assert_eq!((whole.stretch().narrowed, whole.hosts().count()), (false, 1022));
        let large: Network = "10.1.4.9/21".parse().unwrap();
        assert_eq!((large.stretch().network.to_string(), large.stretch().narrowed), ("10.1.4.0/24".to_owned(), true));
        assert!(addresses(&scope("10.1.4.9/8")).len() <= ADDRESSES_AT_MOST);
    }

    #[test]
    fn public_networks_are_never_searched() {
        for public in ["8.8.8.0/24", "10.0.0.0/7", "0.0.0.0/1", "100.64.0.0/24", "172.32.0.0/24", "192.168.0.0/15"] {
            assert_eq!(public.parse::<Network>(), Err(NetworkError::Public), "{public}");
        }
        for unreadable in ["", "10.0.0.1", "10.0.0.0/33", "10.0.0.0/0", "fe80::/64", "example.com/24"] {
            assert_eq!(unreadable.parse::<Network>(), Err(NetworkError::Unreadable), "{unreadable}");
        }
        for own in ["10.0.0.0/8", "172.16.9.1/12", "169.254.3.3/16", "127.0.0.1/8", "192.168.1.1/32"] {
            assert!(own.parse::<Network>().is_ok(), "{own}");
        }
    }

    #[test]
    fn programs_of_this_computer_are_looked_for_although_the_till_is_skipped() {
        let targets = scope("10.0.0.0/30").targets();
        let here: Vec<_> = targets.iter().filter(|target| target.address.is_loopback()).collect();
        assert!(!here.is_empty() && here.iter().all(|target| target.search.on_own_computer));
    }

    #[test]
    fn a_search_is_bounded_however_many_networks_there_are() {
        let mut scope = scope("10.0.0.0/22");
        scope.networks = (0..200).map(|third| Network::new(Ipv4Addr::new(10, 9, third, 1), 24).unwrap()).collect();
        assert_eq!(scope.stretches().len(), NETWORKS_AT_MOST);
        assert!(addresses(&scope).len() <= NETWORKS_AT_MOST * ADDRESSES_AT_MOST);
    }
}
