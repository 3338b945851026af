//! Families of terminals as these tests set them up. What differs between them is data.

use std::path::Path;

/// The name of a door and the port behind which it is.
pub type Port = (&'static str, u16);

/// What [`Family::settings`] call the door that is told first.
pub const FIRST_DOOR: &str = "port";

#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// For messages.
    pub name: &'static str,
    pub protocol: &'static str,
    /// `FIELD=VALUE`. `{name}` is the terminal's, `{till}` the port on which the till listens, `{port}` that of the
    /// simulator's first door, and every other door has its name. `{folder}` is the shop's.
    pub settings: &'static [&'static str],
    pub secrets: &'static [(&'static str, &'static str)],
    /// Arguments of `simulate`; `{folder}` is where its ledger lies.
    pub simulate: &'static [&'static str],
    /// The terminal is told the till's name of a payment, and tells its own before the payment's end.
    pub names_payments: bool,
    /// Why a payment may stay in doubt for a person (DESIGN section 4).
    pub persons_reason: &'static str,
}

/// It was sent, and no number came to ask by.
pub const NO_NUMBER: &str = "explain-no-terminal-number";

pub const NEXO_FULL: Family = Family {
    name: "nexo, full",
    protocol: "nexo",
    settings: &[
        "host=127.0.0.1",
        "port={port}",
        "poi_id=POI-{name}",
        "listener=127.0.0.1:{till}",
        "integration=full",
        "operator_language=en",
    ],
    secrets: &[],
    simulate: &["--till", "127.0.0.1:{till}"],
    names_payments: true,
    persons_reason: NO_NUMBER,
};

pub const NEXO_LIGHT: Family = Family {
    name: "nexo, light",
    settings: &[
        "host=127.0.0.1",
        "port={port}",
        "poi_id=POI-{name}",
        "listener=127.0.0.1:{till}",
        "integration=light",
        "operator_language=en",
    ],
    ..NEXO_FULL
};

pub const VALOR_TCP: Family = Family {
    name: "valor, tcp",
    protocol: "valor",
    settings: &["host=127.0.0.1", "port={port}", "cancel_port={cancel}"],
    secrets: &[],
    simulate: &[],
    ..NEXO_FULL
};

pub const VALOR_WEBSOCKET: Family = Family {
    name: "valor, websocket",
    settings: &["host=127.0.0.1", "port={port}", "cancel_port={cancel}", "transport=websocket"],
    simulate: &["--transport", "websocket"],
    ..VALOR_TCP
};

pub const P3_WEBSOCKET: Family = Family {
    name: "p3, websocket",
    protocol: "p3",
    settings: &["host=127.0.0.1", "port={port}", "merchant_id=mer-1", "device=mock1", "currency=EUR"],
    secrets: &[("merchant_secret", "not so secret")],
    simulate: &["--currency", "EUR"],
    ..NEXO_FULL
};

pub const P3_TCP: Family = Family {
    name: "p3, tcp",
    settings: &["host=127.0.0.1", "port={tcp}", "transport=tcp", "merchant_id=mer-1", "device=mock1", "currency=EUR"],
    ..P3_WEBSOCKET
};

/// In the folder of a simulator that speaks TLS: by what a till trusts it.
pub const CA_FILE: &str = "ca.pem";

pub const CONNECT: Family = Family {
    name: "connect, plain",
    protocol: "connect",
    settings: &[
        "url=ws://127.0.0.1:{port}",
        "software_house_id=LUMEN07",
        "installer_id=LUMEN07",
        "terminal_id=70031188",
    ],
    secrets: &[("api_key", "5b1f6a0e-9d0c-4c55-8f0a-1b7f2d9c4e77")],
    simulate: &["--ca-file", "{folder}/ca.pem"],
    names_payments: false,
    // A card was seen, and the terminal has recorded nothing that is clearly the payment.
    persons_reason: "explain-connect-look-at-terminal",
};

pub const CONNECT_TLS: Family = Family {
    name: "connect, TLS",
    settings: &[
        "url=wss://localhost:{tls}",
        "ca_file={folder}/ca.pem",
        "software_house_id=LUMEN07",
        "installer_id=LUMEN07",
        "terminal_id=70031188",
    ],
    ..CONNECT
};

/// The till as a POS. What the simulated cloud takes, and its first virtual terminal.
pub const ECONDUIT_CLASSIC: Family = Family {
    name: "econduit, classic",
    protocol: "econduit",
    settings: &["url=http://127.0.0.1:{http}/services/api.asmx/", "terminal_id=2044"],
    secrets: &[("key", "K-17"), ("password", "P-17")],
    simulate: &["--ca-file", "{folder}/ca.pem"],
    names_payments: true,
    // It did not arrive, which the till believes a minute after it asked first; `status` does not wait as long.
    persons_reason: "explain-restarted",
};

pub const ECONDUIT_JSON: Family = Family {
    name: "econduit, json",
    settings: &["url=http://127.0.0.1:{http}/1.0/", "terminal_id=2044"],
    ..ECONDUIT_CLASSIC
};

pub const ECONDUIT_CLASSIC_TLS: Family = Family {
    name: "econduit, classic, TLS",
    settings: &["url=https://localhost:{https}/services/api.asmx/", "ca_file={folder}/ca.pem", "terminal_id=2044"],
    ..ECONDUIT_CLASSIC
};

pub const ECONDUIT_JSON_TLS: Family = Family {
    name: "econduit, json, TLS",
    settings: &["url=https://localhost:{https}/1.0/", "ca_file={folder}/ca.pem", "terminal_id=2044"],
    ..ECONDUIT_CLASSIC
};

pub fn filled(template: &str, folder: &Path, till: u16, doors: &[Port]) -> String {
    let mut text = template.replace("{till}", &till.to_string()).replace("{folder}", folder.to_str().unwrap());
    for (door, port) in doors {
        text = text.replace(&format!("{{{door}}}"), &port.to_string());
    }
    text
}
