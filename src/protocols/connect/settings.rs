//! The settings of a Connect terminal: where the cloud is, who asks, which terminal is meant (reference 1.1).

use std::path::PathBuf;

use url::Url;

use super::messages::{CURRENCIES, Version};
use crate::domain::{Currency, DayReport, Operation, Secret};
use crate::protocols::driver::{Target, Tls};
use crate::protocols::protocol::{
    Abilities, Field, FieldError, FieldKind, FieldProblem, FieldValues, Part, Peer, Spoken,
};
use crate::protocols::web_address::{escaped, is_bare, is_this_machine};

/// (1.1) One of `host`, `account` and `url` says where the cloud is; `kind` says which side asks: `pac`, the till at the counter, or
/// `pat`, card machines that are carried to the tables.
pub const FIELDS: &[Field] = &[
    Field::new("host", FieldKind::Host, None, false).helped_by("field-host-or-account-help"),
    Field::new("account", FieldKind::Host, None, false),
    Field::new("api_key", FieldKind::Secret, None, true),
    Field::new("software_house_id", FieldKind::Text { at_most: 64 }, None, false),
    Field::new("installer_id", FieldKind::Text { at_most: 64 }, None, false),
    Field::new("terminal_id", FieldKind::Text { at_most: 32 }, None, false),
    Field::new("currency", FieldKind::Currency, Some("GBP"), false),
    Field::new("slips", FieldKind::Choice(&["terminal", "till"]), Some("terminal"), false),
    Field::advanced("port", FieldKind::Port, Some("443")),
    Field::advanced("url", FieldKind::Text { at_most: 512 }, None).helped_by("field-url-of-line-help"),
    Field::advanced("ca_file", FieldKind::File, None),
    Field::advanced("kind", FieldKind::Choice(&["pac", "pat"]), Some("pac")),
    Field::advanced("api_version", FieldKind::Choice(&["v0", "v1"]), Some("v1")),
    Field::advanced("final_receipt", FieldKind::Flag, Some("false")).when("kind", "pat"),
];

/// What stands behind an account's name (1.1). Test accounts have `.test` in their name.
const CLOUD: &str = "connect.paymentsense.cloud";
/// The integration's type (1.1).
const COUNTER: &str = "/pac";
const TABLES: &str = "/pat";

/// Said of what does not speak Connect.
pub const STRANGER: &str = "explain-not-connect";

/// A terminal's settings, read once. The API key is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectSettings {
    pub host: String,
    pub port: u16,
    pub path: String,
    pub tls: Tls,
    pub version: Version,
    pub software_house_id: Option<String>,
    pub installer_id: Option<String>,
    /// `None` takes the only terminal of the site.
    pub terminal_id: Option<String>,
    pub currency: Currency,
    /// The terminal does not print, so that the till has to (7.2).
    pub till_prints: bool,
    /// Asked for with every table's payment; means nothing at the counter.
    pub final_receipt: bool,
}

impl ConnectSettings {
    /// From fields that [`crate::protocols::Protocol::checked`] has passed.
    ///
    /// # Errors
    /// The field that is wrong or missing.
    pub fn from_fields(fields: &FieldValues) -> Result<Self, FieldError> {
        let invalid = |name: &str| FieldError::new(name, FieldProblem::Invalid);
        let currency: Currency = fields.text_or_empty("currency").parse().map_err(|_| invalid("currency"))?;
        if !CURRENCIES.contains(&currency.code()) {
            return Err(invalid("currency"));
        }
        let place = Place::of(fields)?;
        let owned = |name: &str| fields.text(name).map(str::to_owned);
        Ok(ConnectSettings {
            host: place.host,
            port: place.port,
            path: place.path,
            tls: if place.plain { Tls::No } else { Tls::Yes { ca_file: owned("ca_file").map(PathBuf::from) } },
            version: version(fields),
            software_house_id: owned("software_house_id"),
            installer_id: owned("installer_id"),
            terminal_id: owned("terminal_id"),
            currency,
            till_prints: fields.text("slips") == Some("till"),
            final_receipt: fields.text("final_receipt") == Some("true"),
        })
    }

    /// The partner's id that v1 needs and that is not set (1.1).
    pub fn missing_id(&self) -> Option<&'static str> {
        let ids = [("software_house_id", &self.software_house_id), ("installer_id", &self.installer_id)];
        ids.into_iter().find(|(_, id)| self.version.is_full() && id.is_none()).map(|(name, _)| name)
    }

    /// What is asked for, with the credentials (1.1). v0 knows no partners.
    pub fn target(&self, api_key: &Secret) -> Target {
        let mut query = format!("token={}&api-version={}", escaped(api_key.reveal()), self.version.word());
        if self.version.is_full() {
            for (name, id) in [("software-house-id", &self.software_house_id), ("installer-id", &self.installer_id)] {
                query.extend(id.iter().map(|id| format!("&{name}={}", escaped(id))));
            }
        }
        if self.final_receipt {
            query.push_str("&final-pos-receipt-request");
        }
        Target::with_query(&self.path, Secret::new(query))
    }
}

/// Where the cloud is (1.1).
pub fn peers(fields: &FieldValues) -> Vec<Peer> {
    let settings = ConnectSettings::from_fields(fields).ok();
    let peer = settings.map(|ConnectSettings { host, port, tls, .. }| Peer {
        host,
        port,
        spoken: Spoken::WebSocket,
        tls,
        part: Part::Main,
        field: if fields.text("url").is_some() { "url" } else { "port" },
        stranger: STRANGER,
    });
    peer.into_iter().collect()
}

/// Whether card machines at the tables ask, and not the till (section 6).
pub fn serves_tables(fields: &FieldValues) -> bool {
    fields.text("kind") == Some("pat")
}

fn version(fields: &FieldValues) -> Version {
    fields.text("api_version").and_then(Version::from_word).unwrap_or(Version::V1)
}

/// Where the cloud is.
struct Place {
    host: String,
    port: u16,
    path: String,
    /// Without TLS: on this machine only.
    plain: bool,
}

impl Place {
    fn of(fields: &FieldValues) -> Result<Place, FieldError> {
        let problem = |name: &str, problem: FieldProblem| FieldError::new(name, problem);
        let port = fields.text_or_empty("port").parse().map_err(|_| problem("port", FieldProblem::Invalid))?;
        let path = if serves_tables(fields) { TABLES } else { COUNTER };
        let secure = |host: String| Place { host, port, path: path.to_owned(), plain: false };
        match (fields.text("url"), fields.text("host"), fields.text("account")) {
            (Some(url), None, None) => Place::of_url(url, path).ok_or_else(|| problem("url", FieldProblem::Invalid)),
            (None, Some(host), None) => Ok(secure(host.to_owned())),
            (None, None, Some(account)) => Ok(secure(format!("{account}.{CLOUD}"))),
            (None, None, None) => Err(problem("host", FieldProblem::Missing)),
            // Which of them is meant?
            (Some(_), ..) => Err(problem("url", FieldProblem::Invalid)),
            _ => Err(problem("account", FieldProblem::Invalid)),
        }
    }

    /// `wss://host[:port][/path]`; without TLS only on this machine, because the key goes over it. Credentials have a field of
    /// their own, and the parameters come from the settings.
    fn of_url(text: &str, usual: &str) -> Option<Place> {
        let url = Url::parse(text).ok()?;
        let plain = match url.scheme() {
            "wss" => false,
            "ws" if is_this_machine(&url) => true,
            _ => return None,
        };
        if !is_bare(&url) {
            return None;
        }
        let path = if matches!(url.path(), "" | "/") { usual } else { url.path() };
        Some(Place {
            host: url.host_str()?.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default()?,
            path: path.to_owned(),
            plain,
        })
    }
}

const OPERATIONS: &[Operation] =
    &[Operation::Sale, Operation::Refund, Operation::Preauth, Operation::Capture, Operation::CardCheck];
/// Of v0 (4.14).
const OLD_OPERATIONS: &[Operation] = &[Operation::Sale, Operation::Refund];

/// (4.14, DESIGN section 4) Terminals that cannot make reports say so when they are asked.
pub fn abilities(fields: &FieldValues) -> Abilities {
    let currency = fields.text("currency").and_then(|code| code.parse().ok()).unwrap_or(Currency::GBP);
    if serves_tables(fields) {
        return at_tables(currency);
    }
    let full = version(fields).is_full();
    Abilities {
        operations: if full { OPERATIONS } else { OLD_OPERATIONS },
        cashback: full,
        tip_with_sale: false,
        abort: true,
        voids_last_only: false,
        refunds_earlier: false,
        captures_more: false,
        tenders: &[],
        reports: &DayReport::ALL,
        keyed: full,
        scans: false,
        prompts: &[],
        serves_tables: false,
        pretends: false,
        currency,
    }
}

/// Whatever is done there begins at a machine.
fn at_tables(currency: Currency) -> Abilities {
    Abilities { serves_tables: true, ..Abilities::none(currency) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn settings(given: &[(&str, &str)]) -> Result<ConnectSettings, FieldError> {
        let mut values = FieldValues::default();
        for field in FIELDS {
            if let Some(default) = field.default {
                values.set(field.name, default);
            }
        }
        given.iter().for_each(|(name, text)| values.set(name, text));
        ConnectSettings::from_fields(&values)
    }

    #[test]
    fn an_account_name_is_a_host_of_the_cloud() {
        let settings = settings(&[("account", "hb442190gb01.test")]).unwrap();
        assert_eq!(settings.host, "hb442190gb01.test.connect.paymentsense.cloud");
        assert_eq!((settings.port, settings.path.as_str()), (443, "/pac"));
        assert_eq!(settings.tls, Tls::Yes { ca_file: None });
    }

    #[test]
    fn one_of_host_account_and_url_is_needed_and_no_two_of_them() {
        assert_eq!(settings(&[]).unwrap_err(), FieldError::new("host", FieldProblem::Missing));
        assert_eq!(settings(&[("host", "a"), ("account", "b")]).unwrap_err().field, "account");
        assert_eq!(settings(&[("host", "a"), ("url", "wss://a")]).unwrap_err().field, "url");
    }

    #[test]
    fn an_address_without_tls_is_taken_on_this_machine_only() {
        for own in ["ws://127.0.0.1:8440", "ws://localhost:8440/", "ws://[::1]:8440/pac"] {
            let settings = settings(&[("url", own)]).unwrap();
            assert_eq!((settings.port, &*settings.path, settings.tls), (8440, "/pac", Tls::No), "{own}");
        }
        for foreign in
            ["ws://10.0.0.7/pac", "ws://connect.example", "http://127.0.0.1", "wss://u:p@h", "wss://h?token=x"]
        {
            assert_eq!(settings(&[("url", foreign)]).unwrap_err().field, "url", "{foreign}");
        }
        let elsewhere = settings(&[("url", "wss://[fd00::7]:9/other")]).unwrap();
        assert_eq!((&*elsewhere.host, elsewhere.port, &*elsewhere.path), ("fd00::7", 9, "/other"));
    }

    #[test]
    fn the_credentials_are_escaped_and_cannot_be_printed() {
        let given = [("host", "h"), ("software_house_id", "LUMEN 07"), ("installer_id", "A&B=c")];
        let settings = settings(&given).unwrap();
        let target = settings.target(&Secret::new("5b1f+6a/0e"));
        assert_eq!(
            target.reveal().reveal(),
            "/pac?token=5b1f%2B6a%2F0e&api-version=v1&software-house-id=LUMEN%2007&installer-id=A%26B%3Dc"
        );
        assert_eq!(format!("{target:?}"), "/pac?***");
    }

    #[test]
    fn the_older_interface_has_no_partners_and_fewer_abilities() {
        let given = [("host", "h"), ("api_version", "v0"), ("installer_id", "X"), ("final_receipt", "true")];
        let settings = settings(&given).unwrap();
        assert_eq!(settings.missing_id(), None);
        let target = settings.target(&Secret::new("key"));
        assert_eq!(target.reveal().reveal(), "/pac?token=key&api-version=v0&final-pos-receipt-request");
        let mut fields = FieldValues::default();
        fields.set("api_version", "v0");
        let old = abilities(&fields);
        assert!(!old.can(Operation::Preauth) && !old.cashback && !old.keyed);
    }

    #[test]
    fn the_path_follows_the_kind_and_an_explicit_one_stays() {
        for (given, path) in [
            ([("account", "a"), ("kind", "pat")], "/pat"),
            ([("url", "wss://a"), ("kind", "pat")], "/pat"),
            ([("url", "ws://127.0.0.1:8440/"), ("kind", "pat")], "/pat"),
            ([("url", "wss://a/pac"), ("kind", "pat")], "/pac"),
            ([("url", "wss://a/other"), ("kind", "pat")], "/other"),
            ([("host", "a"), ("kind", "pac")], "/pac"),
        ] {
            assert_eq!(settings(&given).unwrap().path, path, "{given:?}");
        }
    }

    #[test]
    fn a_till_that_serves_tables_starts_nothing_itself() {
        let mut fields = FieldValues::default();
        fields.set("kind", "pat");
        fields.set("currency", "EUR");
        let able = abilities(&fields);
        assert!(able.serves_tables && able.operations.is_empty() && able.reports.is_empty() && !able.abort);
        assert_eq!(able.currency.code(), "EUR");
        assert!(!abilities(&FieldValues::default()).serves_tables);
    }

    #[test]
    fn a_partners_id_that_is_missing_is_named() {
        assert_eq!(settings(&[("host", "h")]).unwrap().missing_id(), Some("software_house_id"));
        let house = [("host", "h"), ("software_house_id", "L")];
        assert_eq!(settings(&house).unwrap().missing_id(), Some("installer_id"));
    }
}
