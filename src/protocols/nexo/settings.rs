//! The settings of a nexo terminal: fields, defaults, abilities.

use crate::domain::{Currency, Operation};
use crate::protocols::driver::Tls;
use crate::protocols::protocol::{
    Abilities, Field, FieldError, FieldKind, FieldProblem, FieldValues, Part, Peer, Spoken,
};

/// (2.1, 2.2, 4.1) `listener_peer`: `terminal` takes requests on the listener only from the terminal's own address.
pub const FIELDS: &[Field] = &[
    Field::new("host", FieldKind::Host, None, true),
    Field::new("port", FieldKind::Port, Some("11000"), false),
    Field::new("poi_id", FieldKind::Text { at_most: 32 }, None, true),
    Field::new("sale_id", FieldKind::Text { at_most: 32 }, Some("CHECKSTAND"), false),
    Field::new("integration", FieldKind::Choice(&["full", "light"]), Some("full"), false),
    Field::new("listener", FieldKind::Address, Some("0.0.0.0:11000"), false).when("integration", "full"),
    Field::new("currency", FieldKind::Currency, Some("SEK"), false),
    Field::advanced("listener_peer", FieldKind::Choice(&["terminal", "any"]), Some("terminal"))
        .when("integration", "full"),
    Field::advanced("follow_address", FieldKind::Flag, Some("false")),
    Field::advanced("operator_language", FieldKind::Choice(&["sv", "no", "fi", "da", "en"]), Some("sv")),
    Field::advanced("maintenance_at", FieldKind::TimeOfDay, Some("03:00")),
];

/// Said of what does not speak nexo.
pub const STRANGER: &str = "explain-link-garbled";

/// A terminal's settings, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NexoSettings {
    pub host: String,
    pub port: u16,
    pub poi_id: String,
    pub sale_id: String,
    pub full: bool,
    pub currency: Currency,
    pub follow_address: bool,
    pub operator_language: String,
    /// Hour and minute at which the terminal is logged out for its daily hour of maintenance.
    pub maintenance_at: (i8, i8),
}

impl NexoSettings {
    /// From fields that [`crate::protocols::Protocol::checked`] has passed.
    pub fn from_fields(fields: &FieldValues) -> Result<Self, FieldError> {
        let invalid = |name: &str| FieldError::new(name, FieldProblem::Invalid);
        let time = fields.text_or_empty("maintenance_at");
        Ok(NexoSettings {
            host: fields.text_or_empty("host").to_owned(),
            port: fields.text_or_empty("port").parse().map_err(|_| invalid("port"))?,
            poi_id: fields.text_or_empty("poi_id").to_owned(),
            sale_id: fields.text_or_empty("sale_id").to_owned(),
            full: is_full(fields),
            currency: fields.text_or_empty("currency").parse().map_err(|_| invalid("currency"))?,
            follow_address: fields.text("follow_address") == Some("true"),
            operator_language: fields.text_or_empty("operator_language").to_owned(),
            maintenance_at: crate::protocols::protocol::time_of_day(time).ok_or_else(|| invalid("maintenance_at"))?,
        })
    }
}

/// Where the terminal takes requests (2.1).
pub fn peers(fields: &FieldValues) -> Vec<Peer> {
    let settings = NexoSettings::from_fields(fields).ok();
    let peer = settings.map(|NexoSettings { host, port, .. }| Peer {
        host,
        port,
        spoken: Spoken::Http,
        tls: Tls::No,
        part: Part::Main,
        field: "port",
        stranger: STRANGER,
    });
    peer.into_iter().collect()
}

pub fn is_full(fields: &FieldValues) -> bool {
    fields.text("integration") != Some("light")
}

/// The only peer whose requests the listener takes. A terminal whose new address is followed announces it from there,
/// so following and being bound to one peer exclude each other.
pub fn listener_peer(fields: &FieldValues) -> Option<String> {
    let bound = fields.text("listener_peer") != Some("any") && fields.text("follow_address") != Some("true");
    bound.then(|| fields.text_or_empty("host").to_owned())
}

/// (DESIGN section 4)
pub fn abilities(fields: &FieldValues) -> Abilities {
    Abilities {
        operations: &[Operation::Sale, Operation::Refund, Operation::Void],
        cashback: true,
        tip_with_sale: false,
        abort: true,
        voids_last_only: true,
        refunds_earlier: false,
        captures_more: false,
        tenders: &[],
        reports: &[],
        keyed: false,
        scans: false,
        prompts: &[],
        serves_tables: false,
        pretends: false,
        currency: fields.text("currency").and_then(|code| code.parse().ok()).unwrap_or(Currency::SEK),
    }
}
