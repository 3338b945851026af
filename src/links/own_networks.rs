//! The networks that this till is part of.

use std::net::IpAddr;

/// One address of this till, and how many of its bits name the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnNetwork {
    pub address: IpAddr,
    pub prefix: u8,
}

impl OwnNetwork {
    pub fn holds(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_bits(own.to_bits().into(), other.to_bits().into(), 32, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_bits(own.to_bits(), other.to_bits(), 128, self.prefix),
            _ => false,
        }
    }
}

fn same_bits(own: u128, other: u128, width: u8, prefix: u8) -> bool {
    let beyond = u32::from(width.saturating_sub(prefix));
    own.checked_shr(beyond).unwrap_or(0) == other.checked_shr(beyond).unwrap_or(0)
}

/// All of them but the one inside this machine. Asks the system, so it is not for the threads of the runtime.
///
/// # Errors
/// The system's.
pub fn own_networks() -> std::io::Result<Vec<OwnNetwork>> {
    let interfaces = if_addrs::get_if_addrs()?;
    let network = |interface: if_addrs::Interface| match interface.addr {
        if_addrs::IfAddr::V4(own) => OwnNetwork { address: own.ip.into(), prefix: own.prefixlen },
        if_addrs::IfAddr::V6(own) => OwnNetwork { address: own.ip.into(), prefix: own.prefixlen },
    };
    Ok(interfaces.into_iter().filter(|interface| !interface.is_loopback()).map(network).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn own(address: &str, prefix: u8) -> OwnNetwork {
        OwnNetwork { address: address.parse().unwrap(), prefix }
    }

    #[test]
    fn a_network_holds_what_shares_its_bits() {
        let shop = own("192.168.1.20", 24);
        assert!(shop.holds("192.168.1.77".parse().unwrap()));
        assert!(!shop.holds("192.168.2.77".parse().unwrap()) && !shop.holds("fe80::1".parse().unwrap()));
        assert!(own("10.0.0.1", 0).holds("172.16.0.1".parse().unwrap()));
        assert!(own("fd00::1", 64).holds("fd00::7".parse().unwrap()));
        assert!(!own("fd00::1", 128).holds("fd00::7".parse().unwrap()));
    }

    #[test]
    fn this_machine_tells_its_networks_and_leaves_its_inside_out() {
        assert!(own_networks().unwrap().iter().all(|network| !network.address.is_loopback()));
    }
}
