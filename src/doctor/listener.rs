//! Whether the terminal can call the till, where it has to.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use crate::domain::outcome::Fault;
use crate::links::probe;
use crate::protocols::protocol::Peer;

use super::examination::Subject;
use super::finding::Check;
use super::notebook::{Note, Notebook, Stop};
use super::port_holder::{Holder, holder_of};

/// # Errors
/// [`Stop`] where the terminal could not call.
pub async fn look(subject: &Subject, peers: &[Peer], notes: &mut Notebook) -> Result<(), Stop> {
    let needs = subject.protocol().and_then(|protocol| protocol.listener);
    let Some(address) = needs.and_then(|needs| (needs.address)(&subject.fields())) else { return Ok(()) };
    notes.look_at(Check::Listener).await;
    let (unbound, heard) = match &subject.opened {
        Ok(handle) => {
            let view = handle.view();
            let view = view.borrow();
            (view.no_listener.is_some(), view.heard)
        }
        Err(_) => (true, false),
    };
    let note = match address.parse::<SocketAddr>() {
        Ok(address) if unbound => why_not(address).await,
        Ok(listens) => bound(listens, peers.iter().all(|peer| is_here(&peer.host)), heard),
        Err(_) => Note::fault("doctor-listener-address", Fault::Settings).with("address", &address),
    };
    notes.write(note).await
}

/// The till listens there.
fn bound(address: SocketAddr, terminal_is_here: bool, heard: bool) -> Note {
    let note = match (address.ip().is_loopback(), terminal_is_here, heard) {
        (true, false, _) => Note::fault("doctor-listener-loopback", Fault::Settings),
        (_, true, _) | (_, _, true) => Note::fine("doctor-listener-fine"),
        (false, false, false) => Note::doubt("doctor-listener-unheard").with("port", address.port()),
    };
    note.with("address", address)
}

/// The till does not listen there: would it now?
async fn why_not(address: SocketAddr) -> Note {
    let Err(error) = probe::could_listen(address).await else {
        return Note::fault("doctor-listener-was-taken", Fault::Nobody).with("address", address);
    };
    let port = address.port();
    let holder = match error.kind() {
        ErrorKind::AddrInUse => tokio::task::spawn_blocking(move || holder_of(port)).await.ok().flatten(),
        _ => None,
    };
    because(error.kind(), holder).with("address", address).saying(error)
}

fn because(kind: ErrorKind, holder: Option<Holder>) -> Note {
    let fault = |key: &str| Note::fault(key, Fault::Settings);
    match (kind, holder) {
        (ErrorKind::AddrInUse, Some(holder)) => {
            fault("doctor-listener-taken-by").with("process", holder.process).with("pid", holder.pid)
        }
        (ErrorKind::AddrInUse, None) => fault("doctor-listener-taken"),
        (ErrorKind::AddrNotAvailable, _) => fault("doctor-listener-address"),
        (ErrorKind::PermissionDenied, _) => fault("doctor-listener-not-allowed"),
        _ => Note::fault("doctor-listener-broken", Fault::Program),
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key(address: &str, here: bool, heard: bool) -> String {
        bound(address.parse().unwrap(), here, heard).key
    }

    #[test]
    fn a_terminal_elsewhere_cannot_call_a_till_that_listens_inside_its_machine() {
        assert_eq!(key("127.0.0.1:11000", false, false), "doctor-listener-loopback");
        assert_eq!(key("127.0.0.1:11000", true, false), "doctor-listener-fine");
        assert_eq!(key("0.0.0.0:11000", false, true), "doctor-listener-fine");
        assert_eq!(key("0.0.0.0:11000", false, false), "doctor-listener-unheard");
        assert!(is_here("localhost") && is_here("::1") && !is_here("10.0.0.7") && !is_here("front.shop"));
    }

    #[test]
    fn each_reason_not_to_listen_has_a_text_of_its_own() {
        let key = |kind| because(kind, None).key;
        assert_eq!(key(ErrorKind::AddrInUse), "doctor-listener-taken");
        assert_eq!(key(ErrorKind::PermissionDenied), "doctor-listener-not-allowed");
        assert_eq!(key(ErrorKind::OutOfMemory), "doctor-listener-broken");
    }

    #[tokio::test]
    async fn why_the_till_does_not_listen_is_told() {
        let holding = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holding.local_addr().unwrap();
        let note = why_not(address).await;
        if cfg!(target_os = "linux") {
            assert_eq!(note.key, "doctor-listener-taken-by");
            assert!(note.words.contains(&("pid", std::process::id().to_string())), "{note:?}");
        }
        drop(holding);
        assert_eq!(why_not(address).await.key, "doctor-listener-was-taken");
        // an address of documents (RFC 5737), which no machine has
        assert_eq!(why_not("192.0.2.1:0".parse().unwrap()).await.key, "doctor-listener-address");
    }
}
