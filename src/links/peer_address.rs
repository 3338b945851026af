//! Whether a connection comes from the machine that the settings name.

use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long a resolved name is believed.
const BELIEVED: Duration = Duration::from_secs(60);
/// How long a name that could not be resolved is not asked for again.
const GIVEN_UP: Duration = Duration::from_secs(2);
/// How long the resolver may take.
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);

/// The only machine that may speak, by host name or address.
pub(super) struct ExpectedPeer {
    host: String,
    /// Held while resolving, so that a flood of requests makes one look-up.
    resolved: Mutex<Option<Resolved>>,
}

struct Resolved {
    addresses: Vec<IpAddr>,
    until: Instant,
}

impl ExpectedPeer {
    pub(super) fn new(host: String) -> Self {
        ExpectedPeer { host, resolved: Mutex::new(None) }
    }

    pub(super) async fn is(&self, peer: IpAddr) -> bool {
        if let Ok(address) = self.host.trim_matches(['[', ']']).parse() {
            return same_machine(address, peer);
        }
        let mut resolved = self.resolved.lock().await;
        let fresh = match resolved.take() {
            Some(known) if Instant::now() < known.until => known,
            _ => resolve(&self.host).await,
        };
        resolved.insert(fresh).addresses.iter().any(|address| same_machine(*address, peer))
    }
}

async fn resolve(host: &str) -> Resolved {
    let addresses: Vec<IpAddr> = match timeout(RESOLVE_WITHIN, tokio::net::lookup_host((host, 0))).await {
        Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    let believed = if addresses.is_empty() { GIVEN_UP } else { BELIEVED };
    Resolved { addresses, until: Instant::now() + believed }
}

/// All loopback addresses are this machine; an IPv4 address inside an IPv6 one is itself.
fn same_machine(one: IpAddr, other: IpAddr) -> bool {
    let (one, other) = (one.to_canonical(), other.to_canonical());
    one == other || (one.is_loopback() && other.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is(host: &str, peer: &str) -> bool {
        ExpectedPeer::new(host.to_owned()).is(peer.parse().expect("an address")).await
    }

    #[tokio::test]
    async fn loopback_peers_are_equal_to_each_other() {
        assert!(is("127.0.0.1", "::1").await);
        assert!(is("::1", "127.0.0.1").await);
        assert!(is("localhost", "127.0.0.1").await);
        assert!(is("localhost", "::1").await);
        assert!(is("127.0.0.1", "::ffff:127.0.0.1").await);
    }

    #[tokio::test]
    async fn an_ipv4_address_inside_an_ipv6_address_is_itself() {
        assert!(is("10.0.0.7", "::ffff:10.0.0.7").await);
        assert!(!is("10.0.0.7", "::ffff:10.0.0.8").await);
    }

    #[tokio::test]
    async fn other_machines_are_not_the_peer() {
        assert!(!is("10.0.0.7", "127.0.0.1").await);
        assert!(!is("127.0.0.1", "10.0.0.7").await);
        assert!(!is("a name that leads nowhere.invalid", "127.0.0.1").await);
    }
}
