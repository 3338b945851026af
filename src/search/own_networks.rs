//! The networks this computer is in.

use std::net::{IpAddr, Ipv4Addr};

use super::plan::Network;

/// The private IPv4 networks of this computer's interfaces, each with its own address in it. Loopback is none of them, public and
/// IPv6 networks are left out: they are never searched.
///
/// # Errors
/// The system's, when it does not tell its interfaces.
pub fn own_networks() -> std::io::Result<Vec<Network>> {
    let mut networks = Vec::new();
    for interface in if_addrs::get_if_addrs()? {
        let if_addrs::IfAddr::V4(v4) = &interface.addr else { continue };
        if interface.is_loopback() {
            continue;
        }
        if let Ok(network) = Network::new(v4.ip, v4.prefixlen)
            && !networks.contains(&network)
        {
            networks.push(network);
        }
    }
    Ok(networks)
}

/// The addresses of this computer itself.
pub fn own_addresses() -> Vec<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let address = |interface: if_addrs::Interface| match interface.ip() {
        IpAddr::V4(address) if !address.is_loopback() => Some(address),
        _ => None,
    };
    interfaces.into_iter().filter_map(address).collect()
}
