//! Every registered protocol as stories set it up.

use checkstand::protocols;
use checkstand::protocols::nexo::codec;

use super::world::Counter;

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

pub fn all() -> Vec<Counter> {
    let nexo = protocols::find("nexo").expect("nexo");
    [NEXO_FULL, NEXO_LIGHT]
        .into_iter()
        .map(|fields| Counter { protocol: nexo, fields, others: NEXO_OTHER, describe: describe_nexo })
        .collect()
}

fn describe_nexo(body: &[u8]) -> String {
    let Ok(message) = codec::decode(body) else { return String::from_utf8_lossy(body).chars().take(80).collect() };
    let words = format!("{:?}", message.body);
    let id = message.header.service_id.unwrap_or_default();
    format!("{id} {}", words.chars().take(220).collect::<String>())
}
