//! Finding terminals: the terminal query (7.14). It asks for nothing but life; a real terminal acknowledges it, some describe
//! themselves. It is answered while a payment runs.

use std::time::Duration;

use crate::domain::Identity;
use crate::protocols::driver::{Endpoint, Target, TerminalIdentity, Tls};
use crate::protocols::frame::Frame;
use crate::protocols::framing::Framing;
use crate::protocols::framing::json_objects::JsonObjects;
use crate::protocols::protocol::FieldValues;
use crate::protocols::search::{Asking, Discovered, Heard, Search, SearchQuestion};

use super::codec;
use super::messages::{Heard as Said, Members, mode, name};

const EPI: &str = "EPI";
const SERIAL: &str = "serial";
/// Whoever searches has its own, shorter bound.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

pub const SEARCH: Search = Search { ports: &[5000], on_own_computer: false, questions, hear, identity, told };

/// A terminal takes one of the two, as its portal says (1.1).
fn questions(asking: &Asking<'_>) -> Vec<SearchQuestion> {
    let (host, port) = (asking.host.to_owned(), asking.port);
    let (connect_within, at_most) = (CONNECT_WITHIN, codec::OBJECT_AT_MOST);
    let frame = Some(Frame::Bytes(codec::encode(&Members::request(mode::QUERY, None))));
    let framing = Framing::JsonObjects { at_most };
    let tcp = Endpoint::Tcp { host: host.clone(), port, connect_within, framing };
    let (target, tls) = (Target::path("/"), Tls::No);
    let websocket = Endpoint::WebSocket { host, port, target, tls, connect_within, at_most, ping_every: None };
    vec![
        SearchQuestion { endpoint: tcp, frame: frame.clone(), fields: &[("transport", "tcp")] },
        SearchQuestion { endpoint: websocket, frame, fields: &[("transport", "websocket")] },
    ]
}

/// A WebSocket's message may hold noise around its object (2.5).
fn hear(_: &Asking<'_>, frame: &Frame) -> Heard {
    let objects = JsonObjects::new(codec::OBJECT_AT_MOST).push(frame.body()).unwrap_or_default();
    let told: Vec<Members> = objects.iter().filter_map(|object| codec::decode(object).ok()).collect();
    match told.iter().max_by_key(|members| members.text(name::EPI).is_some()) {
        Some(members) => heard(members),
        None => Heard::Stranger,
    }
}

fn heard(members: &Members) -> Heard {
    match Said::of(members) {
        Said::Acknowledged => Heard::Alive(Discovered::certain()),
        Said::Description | Said::Result => {
            let epi = members.text(name::EPI);
            let told = [(EPI, epi), (SERIAL, members.text(name::SERIAL_NO))];
            let identity = told
                .iter()
                .fold(Identity::default(), |known, (kind, value)| known.with(kind, value.unwrap_or_default()));
            let fits = epi.filter(|epi| epi.len() <= 10);
            let fields = fits.map(|epi| ("epi", epi.to_owned())).into_iter().collect();
            Heard::Found(Discovered { identity, fields, ..Discovered::certain() })
        }
        Said::Accepted | Said::Nothing => Heard::Stranger,
    }
}

fn identity(fields: &FieldValues) -> Identity {
    Identity::default().with(EPI, fields.text_or_empty("epi"))
}

fn told(terminal: &TerminalIdentity) -> Identity {
    let serial = terminal.serial.as_deref().unwrap_or_default();
    Identity::default().with(EPI, terminal.id("epi")).with(SERIAL, serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Heard {
        let asking = Asking { host: "10.0.0.7", port: 5000, sought: None, dice: 1 };
        hear(&asking, &Frame::Bytes(text.as_bytes().to_vec()))
    }

    #[test]
    fn an_acknowledgement_is_a_terminal_and_a_description_says_which() {
        assert_eq!(said(r#"{"STATE":"0","MSG":"ACK"}"#), Heard::Alive(Discovered::certain()));
        let text = r#"{"STATE":"0","SERIAL_NO":"880012345501","EPI":"2310045678","APP_VERSION":"v3.0.46"}"#;
        let Heard::Found(found) = said(text) else { panic!() };
        assert_eq!(found.identity, Identity::default().with(EPI, "2310045678").with(SERIAL, "880012345501"));
        assert_eq!(found.fields, [("epi", "2310045678".to_owned())]);
        for stranger in ["{}", "[]", "SSH-2.0-OpenSSH", r#"{"hello":1}"#] {
            assert_eq!(said(stranger), Heard::Stranger, "{stranger}");
        }
    }
}
