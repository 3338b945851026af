#![allow(clippy::unwrap_used)]

use super::*;
use crate::doctor::finding::Judgement;
use crate::domain::Currency;
use crate::protocols::driver::{Departure, Tls};
use crate::protocols::protocol::{Abilities, Spoken};
use crate::terminal::Errand;

fn own(address: &str, prefix: u8) -> OwnNetwork {
    OwnNetwork { address: address.parse().unwrap(), prefix }
}

fn lost(cause: LossCause) -> Loss {
    Loss { departure: Departure::SurelyNot, cause, detail: "why".to_owned() }
}

fn peer(part: Part) -> Peer {
    let host = "10.0.0.7".to_owned();
    Peer {
        host,
        port: 5000,
        spoken: Spoken::Bytes,
        tls: Tls::No,
        part,
        field: "port",
        stranger: "explain-not-a-terminal",
    }
}

#[test]
fn an_address_of_another_private_network_is_a_doubt_that_names_the_tills_own() {
    let shop = [own("192.168.1.20", 24)];
    let key = |address: &str| place(address.parse().unwrap(), &shop).key;
    assert_eq!(key("192.168.1.77"), "doctor-network-same");
    assert_eq!(key("192.168.1.20"), "doctor-network-here");
    assert_eq!(key("127.0.0.1"), "doctor-network-here");
    assert_eq!(key("203.0.113.9"), "doctor-network-internet");
    let other = place("192.168.2.77".parse().unwrap(), &shop);
    assert_eq!((other.key.as_str(), other.judgement), ("doctor-network-other", Judgement::Doubt));
    assert!(other.words.contains(&("own", "192.168.1.20".to_owned())));
    assert_eq!(place("10.0.0.7".parse().unwrap(), &[]).key, "doctor-network-none");
}

#[test]
fn a_name_is_told_with_all_its_addresses() {
    let addresses: Vec<IpAddr> = ["10.0.0.7", "10.0.0.8"].map(|text| text.parse().unwrap()).to_vec();
    assert_eq!(leads_to("10.0.0.7", &addresses[..1]).key, "doctor-name-address");
    assert_eq!(leads_to("front", &addresses[..1]).key, "doctor-name-fine");
    let several = leads_to("front", &addresses);
    assert_eq!((several.key.as_str(), several.words[1].1.as_str()), ("doctor-name-several", "10.0.0.7, 10.0.0.8"));
}

#[test]
fn a_name_that_leads_nowhere_is_a_fault_unless_there_is_another_place() {
    for (cause, another, key) in [
        (LossCause::HostUnknown, false, "doctor-name-unknown"),
        (LossCause::TimedOut, false, "doctor-name-late"),
        (LossCause::HostUnknown, true, "doctor-name-spare"),
    ] {
        assert_eq!(leads_nowhere("front", &lost(cause), another, false).key, key);
    }
    assert_eq!(leads_nowhere("front", &lost(LossCause::HostUnknown), false, true).key, "doctor-network-none");
}

#[test]
fn each_way_not_to_get_a_connection_has_a_text_of_its_own() {
    for (part, another, cause, key) in [
        (Part::Main, false, LossCause::Refused, "doctor-port-refused"),
        (Part::Main, false, LossCause::TimedOut, "doctor-port-silent"),
        (Part::Main, false, LossCause::Unreachable, "doctor-port-unreachable"),
        (Part::Main, false, LossCause::Broken, "doctor-port-broken"),
        (Part::Main, true, LossCause::Refused, "doctor-port-spare"),
        (Part::StandIn, true, LossCause::Refused, "doctor-port-spare"),
        (Part::StandIn, false, LossCause::Refused, "doctor-port-refused"),
        (Part::Beside, false, LossCause::Refused, "doctor-port-beside"),
    ] {
        assert_eq!(nobody_there(&peer(part), &lost(cause), another).key, key, "{part:?} {another} {cause:?}");
    }
}

#[test]
fn a_way_of_more_than_a_second_is_slow() {
    let ms = Duration::from_millis;
    assert_eq!(times(&[ms(3), ms(1_000)]), Note::fine("doctor-round-trip-fine").with("times", "3, 1000"));
    assert_eq!(times(&[ms(3), ms(1_001)]).key, "doctor-round-trip-slow");
}

#[test]
fn a_terminal_that_is_at_work_is_left_alone() {
    let idle = TerminalView::new("front", "valor", Abilities::none(Currency::USD));
    assert_eq!(busy(&idle), None);
    let scanning = TerminalView { errand: Some(Errand::Scan), ..idle };
    assert_eq!(busy(&scanning).unwrap().key, "doctor-port-busy");
}

#[tokio::test]
async fn a_terminal_that_listens_no_more_is_told_at_the_end_too() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let (tell, _) = tokio::sync::mpsc::channel(16);
    let mut notes = Notebook::new(tell);
    let peer = Peer { host: "127.0.0.1".to_owned(), port, ..peer(Part::Main) };
    round_trip(&peer, &mut notes).await.unwrap();
    drop(socket);
    round_trip(&peer, &mut notes).await.unwrap();
    let keys: Vec<String> = notes.into_findings().into_iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["doctor-round-trip-fine", "doctor-round-trip-lost"]);
}
