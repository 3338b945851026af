//! Every registered protocol as stories set it up.

use checkstand::protocols;
use checkstand::protocols::nexo::codec;

use super::world::{Counter, chain};

const NEXO_FULL: &[(&str, &str)] = &[
    ("host", "10.0.0.7"),
    ("poi_id", "POI"),
    ("sale_id", "TILL"),
    ("operator_language", "en"),
    ("listener", "127.0.0.1:11001"),
    ("follow_address", "true"),
];
const NEXO_LIGHT: &[(&str, &str)] = &[
    ("host", "10.0.0.7"),
    ("poi_id", "POI"),
    ("sale_id", "TILL"),
    ("integration", "light"),
    ("follow_address", "true"),
];
const NEXO_OTHER: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("poi_id", "POI"), ("sale_id", "TILL2"), ("integration", "light")];

const VALOR_TCP: &[(&str, &str)] = &[("host", "10.0.0.7"), ("currency", "SEK")];
const VALOR_WEBSOCKET: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("currency", "SEK"), ("transport", "websocket"), ("early_response", "false")];

/// The protocol, its settings, those of another till, and how to read its messages.
type Entry = (&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)], Describe);
type Describe = fn(&[u8]) -> String;

const P3_WEBSOCKET: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("currency", "SEK"), ("merchant_id", "mer-0815"), ("device", "mock1")];
const P3_TCP: &[(&str, &str)] = &[
    ("host", "10.0.0.7"),
    ("port", "4246"),
    ("transport", "tcp"),
    ("tip_adjustable", "true"),
    ("currency", "SEK"),
    ("merchant_id", "mer-0815"),
    ("device", "mock1"),
];

const CONNECT: &[(&str, &str)] = &[
    ("host", "10.0.0.7"),
    ("port", "8441"),
    ("software_house_id", "L"),
    ("installer_id", "L"),
    ("terminal_id", "70031188"),
    ("currency", "GBP"),
];

const ECONDUIT_CLASSIC: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", "2044"), ("gift", "true")];
const ECONDUIT_JSON: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", "2044"), ("flavour", "json"), ("merchant_id", "7")];

const CHAIN: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", chain::NUMBER), ("currency", "SEK")];

const ALL: [Entry; 9] = [
    ("nexo", NEXO_FULL, NEXO_OTHER, describe_nexo),
    ("nexo", NEXO_LIGHT, NEXO_OTHER, describe_nexo),
    ("valor", VALOR_TCP, VALOR_TCP, describe_json),
    ("valor", VALOR_WEBSOCKET, VALOR_WEBSOCKET, describe_json),
    ("p3", P3_WEBSOCKET, P3_WEBSOCKET, describe_p3),
    ("p3", P3_TCP, P3_TCP, describe_p3),
    ("connect", CONNECT, CONNECT, describe_connect),
    ("econduit", ECONDUIT_CLASSIC, ECONDUIT_CLASSIC, describe_econduit),
    ("econduit", ECONDUIT_JSON, ECONDUIT_JSON, describe_econduit),
];

/// Of a cloud behind which a till of ours is the terminal.
pub fn chains() -> Vec<Counter> {
    let of = |protocol| Counter { protocol, fields: CHAIN, others: CHAIN, describe: describe_econduit };
    [&chain::VALOR_IN_BAD_WEATHER, &chain::NEXO_IN_BAD_WEATHER].map(of).to_vec()
}

pub fn all() -> Vec<Counter> {
    let counter = |(id, fields, others, describe): Entry| {
        let protocol = protocols::find(id).expect("a registered protocol");
        Counter { protocol, fields, others, describe }
    };
    ALL.into_iter().map(counter).collect()
}

/// The same without what nobody may read.
fn describe_p3(body: &[u8]) -> String {
    let message = body.iter().position(|byte| *byte == b'{').map_or(body, |at| &body[at..]);
    describe_json(checkstand::protocols::p3::codec::scrubbed(message).as_bytes())
}

/// The same without what nobody may read.
fn describe_connect(body: &[u8]) -> String {
    describe_json(checkstand::protocols::connect::codec::scrubbed(body).as_bytes())
}

/// The same, or a query.
fn describe_econduit(body: &[u8]) -> String {
    checkstand::protocols::econduit::codec::scrubbed(body).chars().take(220).collect()
}

/// Text, whatever stands before its first brace.
fn describe_json(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.find('{').map_or("(no message)", |at| &text[at..]).chars().take(220).collect()
}

fn describe_nexo(body: &[u8]) -> String {
    let Ok(message) = codec::decode(body) else { return String::from_utf8_lossy(body).chars().take(80).collect() };
    let words = format!("{:?}", message.body);
    let id = message.header.service_id.unwrap_or_default();
    format!("{id} {}", words.chars().take(220).collect::<String>())
}
