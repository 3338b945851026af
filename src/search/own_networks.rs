//! The networks this computer is in, as far as they may be searched.

use std::net::{IpAddr, Ipv4Addr};

use super::plan::Network;
use crate::links;

/// The private IPv4 networks of this computer's interfaces, each with its own address in it. Loopback is none of them, public and
/// IPv6 networks are left out: they are never searched.
///
/// # Errors
/// The system's, when it does not tell its interfaces.
pub fn own_networks() -> std::io::Result<Vec<Network>> {
    let mut networks = Vec::new();
    for own in links::own_networks()? {
        let IpAddr::V4(address) = own.address else { continue };
        if let Ok(network) = Network::new(address, own.prefix)
            && !networks.contains(&network)
        {
            networks.push(network);
        }
    }
    Ok(networks)
}

/// The addresses of this computer itself.
pub fn own_addresses() -> Vec<Ipv4Addr> {
    let address = |own: links::OwnNetwork| match own.address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    };
    links::own_networks().unwrap_or_default().into_iter().filter_map(address).collect()
}
