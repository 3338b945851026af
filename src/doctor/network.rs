//! The way to the terminal: its name, its network, its ports, and how long the way takes.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::outcome::Fault;
use crate::links::{OwnNetwork, own_networks, probe};
use crate::protocols::driver::{Loss, LossCause};
use crate::protocols::protocol::{Part, Peer};
use crate::terminal::TerminalView;

use super::examination::Subject;
use super::finding::Check;
use super::notebook::{Note, Notebook, Stop};

/// A way that takes longer makes every payment slow.
const SLOW: Duration = Duration::from_secs(1);
const TIMES: usize = 3;

/// The peers at which a payment can begin, the best first.
///
/// # Errors
/// [`Stop`] where there is none.
pub async fn look(subject: &Subject, peers: Vec<Peer>, notes: &mut Notebook) -> Result<Vec<Peer>, Stop> {
    if peers.is_empty() {
        return Ok(peers);
    }
    notes.look_at(Check::Name).await;
    let own = tokio::task::spawn_blocking(own_networks).await.ok().and_then(Result::ok);
    let is_alone = own.as_ref().is_some_and(Vec::is_empty);
    let (peers, address) = with_names(peers, is_alone, notes).await?;
    if let Some(address) = address {
        notes.look_at(Check::Network).await;
        notes.write(place(address, &own.unwrap_or_default())).await?;
    }
    notes.look_at(Check::Port).await;
    let busy = subject.opened.as_ref().ok().and_then(|handle| busy(&handle.view().borrow()));
    if let Some(note) = busy {
        notes.write(note).await?;
    }
    with_ports(peers, notes).await
}

/// A terminal that takes one line at a time must not lose a payment's to a test.
fn busy(view: &TerminalView) -> Option<Note> {
    (view.is_paying() || view.errand.is_some()).then(|| Note::fault("doctor-port-busy", Fault::Nobody))
}

/// Those whose names lead somewhere, and the first address of the best. `is_alone`: this computer is in no network.
async fn with_names(
    peers: Vec<Peer>,
    is_alone: bool,
    notes: &mut Notebook,
) -> Result<(Vec<Peer>, Option<IpAddr>), Stop> {
    let mut hosts: Vec<&str> = Vec::new();
    for peer in &peers {
        if !hosts.contains(&peer.host.as_str()) {
            hosts.push(&peer.host);
        }
    }
    let (mut lost, mut first) = (Vec::new(), None);
    for (number, host) in hosts.iter().enumerate() {
        let note = match probe::addresses(host).await {
            Ok(addresses) => {
                first = first.or_else(|| addresses.first().copied());
                leads_to(host, &addresses)
            }
            Err(loss) => {
                lost.push((*host).to_owned());
                let another = first.is_some() || number + 1 < hosts.len();
                leads_nowhere(host, &loss, another, is_alone)
            }
        };
        notes.write(note).await?;
    }
    let peers = peers.into_iter().filter(|peer| !lost.contains(&peer.host)).collect();
    Ok((peers, first))
}

fn leads_to(host: &str, addresses: &[IpAddr]) -> Note {
    let all = addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
    match addresses {
        [only] if only.to_string() == host => Note::fine("doctor-name-address").with("address", only),
        [only] => Note::fine("doctor-name-fine").with("host", host).with("address", only),
        _ => Note::fine("doctor-name-several").with("host", host).with("addresses", all),
    }
}

/// `another`: the terminal has a second place, which may do. Whoever could tell of a name is not there where there is no network.
fn leads_nowhere(host: &str, loss: &Loss, another: bool, is_alone: bool) -> Note {
    let note = match (another, loss.cause) {
        (true, _) => Note::doubt("doctor-name-spare"),
        (false, _) if is_alone => return Note::fault("doctor-network-none", Fault::Link).saying(&loss.detail),
        (false, LossCause::TimedOut) => Note::fault("doctor-name-late", Fault::Link),
        (false, _) => Note::fault("doctor-name-unknown", Fault::Settings),
    };
    note.with("host", host).saying(&loss.detail)
}

/// Where an address lies, seen from this till.
fn place(address: IpAddr, own: &[OwnNetwork]) -> Note {
    let address = address.to_canonical();
    let all = own.iter().map(|network| network.address.to_string()).collect::<Vec<_>>().join(", ");
    if address.is_loopback() || own.iter().any(|network| network.address == address) {
        return Note::fine("doctor-network-here").with("address", address);
    }
    let note = match own.iter().any(|network| network.holds(address)) {
        _ if own.is_empty() => Note::doubt("doctor-network-none"),
        true => Note::fine("doctor-network-same"),
        false if is_private(address) => Note::doubt("doctor-network-other"),
        false => return Note::fine("doctor-network-internet").with("address", address),
    };
    if own.is_empty() { note } else { note.with("address", address).with("own", all) }
}

/// Of networks that no way leads to through the internet (RFC 1918, 3927, 4193).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Those where somebody listens and a payment can begin.
async fn with_ports(peers: Vec<Peer>, notes: &mut Notebook) -> Result<Vec<Peer>, Stop> {
    let mut reached: Vec<Peer> = Vec::new();
    let mut to_come = peers.iter().filter(|peer| peer.part != Part::Beside).count();
    for peer in peers {
        to_come -= usize::from(peer.part != Part::Beside);
        let knocked = probe::knock(&peer.host, peer.port).await;
        let note = match &knocked {
            Ok(_) => Note::fine("doctor-port-fine"),
            Err(loss) => nobody_there(&peer, loss, !reached.is_empty() || to_come > 0),
        };
        notes.write(note.with("address", place_of(&peer)).with("field", peer.field)).await?;
        if knocked.is_ok() && peer.part != Part::Beside {
            reached.push(peer);
        }
    }
    Ok(reached)
}

/// `another`: a payment can begin elsewhere.
fn nobody_there(peer: &Peer, loss: &Loss, another: bool) -> Note {
    let fault = |key: &str| Note::fault(key, Fault::Link);
    let note = match (peer.part, another, loss.cause) {
        (Part::Beside, ..) => Note::doubt("doctor-port-beside"),
        (_, true, _) => Note::doubt("doctor-port-spare"),
        (_, _, LossCause::Refused) => fault("doctor-port-refused"),
        (_, _, LossCause::TimedOut) => fault("doctor-port-silent"),
        (_, _, LossCause::Unreachable) => fault("doctor-port-unreachable"),
        _ => fault("doctor-port-broken"),
    };
    note.saying(&loss.detail)
}

/// Host and port as one writes them.
pub fn place_of(peer: &Peer) -> String {
    format!("{}:{}", crate::protocols::web_address::before_port(&peer.host), peer.port)
}

/// # Errors
/// None: no way is too slow to be used.
pub async fn round_trip(peer: &Peer, notes: &mut Notebook) -> Result<(), Stop> {
    notes.look_at(Check::RoundTrip).await;
    let mut took = Vec::new();
    for _ in 0..TIMES {
        match probe::knock(&peer.host, peer.port).await {
            Ok(time) => took.push(time),
            Err(loss) => return notes.write(Note::doubt("doctor-round-trip-lost").saying(loss.detail)).await,
        }
    }
    notes.write(times(&took)).await
}

fn times(took: &[Duration]) -> Note {
    let words = took.iter().map(|time| time.as_millis().to_string()).collect::<Vec<_>>().join(", ");
    let slow = took.iter().any(|time| *time > SLOW);
    let note = if slow { Note::doubt("doctor-round-trip-slow") } else { Note::fine("doctor-round-trip-fine") };
    note.with("times", words)
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
