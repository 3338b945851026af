//! The settings of an eConduit terminal, and of the till as one (reference 2.1, 3.1, 3.2).

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::messages::Flavour;
use crate::domain::{Currency, DayReport, Operation, PromptKind, Secret, Tender};
use crate::protocols::driver::Tls;
use crate::protocols::protocol::{
    Abilities, Field, FieldError, FieldKind, FieldProblem, FieldValues, Part, Peer, Secrets, Spoken, TerminalFace,
};
use crate::protocols::web_address::{before_port, is_bare, is_this_machine};

/// `role` says which of them count: `pos` asks the cloud for payments on a terminal of its own (part 2), `terminal` plays one
/// for the cloud (part 1). What depends on it has its default in the code.
pub const FIELDS: &[Field] = &[
    Field::new("role", FieldKind::Choice(&["pos", "terminal"]), Some("pos"), false),
    Field::new("terminal_id", FieldKind::Text { at_most: 64 }, None, false),
    Field::new("key", FieldKind::Secret, None, false).when("role", "pos"),
    Field::new("password", FieldKind::Secret, None, false).when("role", "pos"),
    Field::new("currency", FieldKind::Currency, Some("USD"), false),
    Field::new("through", FieldKind::Text { at_most: 64 }, None, false).when("role", "terminal"),
    Field::new("gift", FieldKind::Flag, Some("false"), false).when("role", "pos"),
    Field::advanced("flavour", FieldKind::Choice(&["classic", "json"]), None).when("role", "pos"),
    Field::advanced("url", FieldKind::Text { at_most: 512 }, None).when("role", "pos"),
    Field::advanced("host", FieldKind::Host, None),
    Field::advanced("port", FieldKind::Port, None),
    Field::advanced("secondary", FieldKind::HostPort, None).when("role", "terminal"),
    Field::advanced("ca_file", FieldKind::File, None).when("role", "pos"),
    Field::advanced("merchant_id", FieldKind::Text { at_most: 64 }, None).when("role", "pos"),
    Field::advanced("tip_adjust", FieldKind::Choice(&["tip", "total"]), Some("tip")).when("role", "pos"),
    Field::advanced("terminal_type", FieldKind::Text { at_most: 64 }, Some("Checkstand")).when("role", "terminal"),
    Field::advanced("terminal_model", FieldKind::Text { at_most: 64 }, Some("Till")).when("role", "terminal"),
    Field::advanced("heartbeat", FieldKind::Number { least: 5, at_most: 120 }, Some("60")).when("role", "terminal"),
];

/// (3.1)
const CLASSIC: &str = "https://econduitapp.com/services/api.asmx/";
const CLASSIC_PATH: &str = "/services/api.asmx/";
const JSON: &str = "https://api.econduitapps.com/1.0/";
const JSON_PATH: &str = "/1.0/";
/// (2.1)
const PRIMARY: (&str, u16) = ("dc.econduitapp.com", 80);
const SECONDARY: (&str, u16) = ("econduitapp.com", 9001);

/// Said of what does not speak eConduit.
pub const STRANGER: &str = "explain-not-econduit";

/// What a TipAdjust's amount is (3.4: unknown).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipAdjust {
    Tip,
    Total,
}

/// Where the cloud's web interface is, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Ends with a slash; the method comes behind it.
    pub base: Url,
    pub flavour: Flavour,
    pub tls: Tls,
}

/// The till as a POS. The credentials are not printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PosSettings {
    pub site: Site,
    pub account: Account,
    /// Amounts on the wire carry none.
    pub currency: Currency,
    /// Of a terminal that serves several merchants; then checkStatus2 is used.
    pub merchant_id: Option<String>,
    pub tip_adjust: TipAdjust,
}

/// What every call but pairing says who asks (3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub key: Secret,
    pub password: Secret,
    pub terminal_id: String,
}

/// (2.1) Where terminals connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    pub primary: (String, u16),
    pub secondary: Option<(String, u16)>,
}

/// The till as a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceSettings {
    /// Host and port, the primary and what is tried when it cannot be reached.
    pub endpoints: Endpoints,
    pub terminal_type: String,
    pub terminal_model: String,
    /// The serial number (2.3).
    pub terminal_id: String,
    pub heartbeat: Duration,
    pub currency: Currency,
    pub through: String,
}

pub fn is_face(fields: &FieldValues) -> bool {
    fields.text("role") == Some("terminal")
}

/// Where the cloud is: its web interface, or the two places where terminals connect (2.1, 3.1).
pub fn peers(fields: &FieldValues) -> Vec<Peer> {
    if is_face(fields) {
        return endpoints(fields).map(|endpoints| endpoints.peers()).unwrap_or_default();
    }
    let peer = Site::from_fields(fields).ok().and_then(|site| site.peer(fields));
    peer.into_iter().collect()
}

/// How the outside knows this till, where it is a terminal.
pub fn face(fields: &FieldValues) -> Option<TerminalFace> {
    is_face(fields).then(|| TerminalFace {
        number: fields.text_or_empty("terminal_id").to_owned(),
        through: fields.text_or_empty("through").to_owned(),
    })
}

impl Site {
    /// # Errors
    /// The field that is wrong.
    pub fn from_fields(fields: &FieldValues) -> Result<Site, FieldError> {
        let asked = match fields.text("flavour") {
            Some("json") => Some(Flavour::Json),
            Some("classic") => Some(Flavour::Classic),
            _ => None,
        };
        let (name, text) = match (fields.text("url"), fields.text("host")) {
            (Some(url), None) => ("url", url.to_owned()),
            (None, Some(host)) => ("host", of_host(host, fields.text("port"), asked)),
            (None, None) => ("url", if asked == Some(Flavour::Json) { JSON } else { CLASSIC }.to_owned()),
            // Which of them is meant?
            (Some(_), Some(_)) => return Err(FieldError::new("url", FieldProblem::Invalid)),
        };
        let base = base_of(&text).ok_or_else(|| FieldError::new(name, FieldProblem::Invalid))?;
        let flavour = asked.unwrap_or_else(|| by_address(&base));
        let ca_file = fields.text("ca_file").map(PathBuf::from);
        let tls = if base.scheme() == "https" { Tls::Yes { ca_file } } else { Tls::No };
        Ok(Site { base, flavour, tls })
    }
}

fn of_host(host: &str, port: Option<&str>, flavour: Option<Flavour>) -> String {
    let path = if flavour == Some(Flavour::Json) { JSON_PATH } else { CLASSIC_PATH };
    let host = before_port(host);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("https://{host}{port}{path}")
}

/// `https://host[:port]/path`; without TLS only on this machine, because the credentials go over it.
fn base_of(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
    if !allowed || !is_bare(&url) {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

fn by_address(base: &Url) -> Flavour {
    let is_json = base.path().ends_with(JSON_PATH) || base.host_str().is_some_and(|host| host.starts_with("api."));
    if is_json { Flavour::Json } else { Flavour::Classic }
}

impl Site {
    fn peer(self, fields: &FieldValues) -> Option<Peer> {
        Some(Peer {
            host: self.base.host_str()?.trim_matches(['[', ']']).to_owned(),
            port: self.base.port_or_known_default()?,
            spoken: Spoken::Http,
            tls: self.tls,
            part: Part::Main,
            field: if fields.text("host").is_some() { "port" } else { "url" },
            stranger: STRANGER,
        })
    }
}

impl Endpoints {
    fn peers(self) -> Vec<Peer> {
        let peer = |(host, port), part, field| Peer {
            host,
            port,
            spoken: Spoken::Bytes,
            tls: Tls::No,
            part,
            field,
            stranger: STRANGER,
        };
        let secondary = self.secondary.map(|place| peer(place, Part::StandIn, "secondary"));
        [peer(self.primary, Part::Main, "port")].into_iter().chain(secondary).collect()
    }
}

impl PosSettings {
    /// From fields and secrets that [`crate::protocols::Protocol::checked`] has passed.
    ///
    /// # Errors
    /// The field that is wrong or missing: a terminal has to be paired before it takes payments.
    pub fn from_fields(fields: &FieldValues, secrets: &Secrets) -> Result<PosSettings, FieldError> {
        Ok(PosSettings {
            site: Site::from_fields(fields)?,
            account: Account::from_fields(fields, secrets)?,
            currency: currency(fields)?,
            merchant_id: fields.text("merchant_id").map(str::to_owned),
            tip_adjust: if fields.text("tip_adjust") == Some("total") { TipAdjust::Total } else { TipAdjust::Tip },
        })
    }
}

impl Account {
    /// # Errors
    /// The field that is missing.
    pub fn from_fields(fields: &FieldValues, secrets: &Secrets) -> Result<Account, FieldError> {
        let missing = |name: &str| FieldError::new(name, FieldProblem::Missing);
        let secret = |name: &str| secrets.secret(name).cloned().ok_or_else(|| missing(name));
        Ok(Account {
            key: secret("key")?,
            password: secret("password")?,
            terminal_id: fields.text("terminal_id").ok_or_else(|| missing("terminal_id"))?.to_owned(),
        })
    }
}

impl FaceSettings {
    /// From fields that [`crate::protocols::Protocol::checked`] has passed.
    ///
    /// # Errors
    /// The field that is wrong or missing.
    pub fn from_fields(fields: &FieldValues) -> Result<FaceSettings, FieldError> {
        let text = |name: &str| {
            let missing = || FieldError::new(name, FieldProblem::Missing);
            fields.text(name).map(str::to_owned).ok_or_else(missing)
        };
        let seconds = text("heartbeat")?.parse().map_err(|_| FieldError::new("heartbeat", FieldProblem::Invalid))?;
        Ok(FaceSettings {
            endpoints: endpoints(fields)?,
            terminal_type: text("terminal_type")?,
            terminal_model: text("terminal_model")?,
            terminal_id: text("terminal_id")?,
            heartbeat: Duration::from_secs(seconds),
            currency: currency(fields)?,
            through: text("through")?,
        })
    }
}

fn endpoints(fields: &FieldValues) -> Result<Endpoints, FieldError> {
    Ok(Endpoints { primary: primary(fields)?, secondary: secondary(fields)? })
}

fn primary(fields: &FieldValues) -> Result<(String, u16), FieldError> {
    let port = fields.text("port").map_or(Ok(PRIMARY.1), str::parse);
    let port = port.map_err(|_| FieldError::new("port", FieldProblem::Invalid))?;
    Ok((fields.text("host").unwrap_or(PRIMARY.0).to_owned(), port))
}

/// Another installation than the vendor's own has the vendor's for no secondary.
fn secondary(fields: &FieldValues) -> Result<Option<(String, u16)>, FieldError> {
    let Some(text) = fields.text("secondary") else {
        return Ok(fields.text("host").is_none().then(|| (SECONDARY.0.to_owned(), SECONDARY.1)));
    };
    let invalid = || FieldError::new("secondary", FieldProblem::Invalid);
    let (host, port) = text.rsplit_once(':').ok_or_else(invalid)?;
    Ok(Some((host.to_owned(), port.parse().map_err(|_| invalid())?)))
}

fn currency(fields: &FieldValues) -> Result<Currency, FieldError> {
    let currency: Result<Currency, _> = fields.text_or_empty("currency").parse();
    // Amounts have two decimals, and nothing on the wire says of what (3.4).
    let of_cents = currency.ok().filter(|currency| currency.decimals() == 2);
    of_cents.ok_or_else(|| FieldError::new("currency", FieldProblem::Invalid))
}

const CARDS: &[Operation] =
    &[Operation::Sale, Operation::Refund, Operation::Void, Operation::Preauth, Operation::Capture, Operation::Tip];
const CARDS_AND_GIFT: &[Operation] = &[
    Operation::Sale,
    Operation::Refund,
    Operation::Void,
    Operation::Preauth,
    Operation::Capture,
    Operation::Tip,
    Operation::Activation,
    Operation::Reload,
    Operation::Balance,
    Operation::Deactivation,
];
const PROMPTS: &[PromptKind] = &[PromptKind::Input, PromptKind::Choice, PromptKind::Signature, PromptKind::Lines];

/// (DESIGN section 4, reference 3.3) The till as a terminal is asked for nothing by its own cashier.
pub fn abilities(fields: &FieldValues) -> Abilities {
    let is_pos = !is_face(fields);
    let gift = fields.text("gift") == Some("true");
    Abilities {
        operations: match (is_pos, gift) {
            (false, _) => &[],
            (true, false) => CARDS,
            (true, true) => CARDS_AND_GIFT,
        },
        cashback: false,
        tip_with_sale: false,
        // there is no method for it (3.3): the red key of the terminal
        abort: false,
        voids_last_only: false,
        refunds_earlier: false,
        captures_more: true,
        tenders: if is_pos && gift { &[Tender::Gift] } else { &[] },
        reports: if is_pos { &[DayReport::EndOfDay] } else { &[] },
        keyed: false,
        scans: false,
        prompts: if is_pos { PROMPTS } else { &[] },
        serves_tables: false,
        pretends: false,
        currency: currency(fields).unwrap_or(Currency::USD),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> FieldValues {
        let mut fields = FieldValues::default();
        for field in FIELDS {
            if let Some(default) = field.default {
                fields.set(field.name, default);
            }
        }
        for (name, text) in pairs {
            fields.set(name, text);
        }
        fields
    }

    fn site(pairs: &[(&str, &str)]) -> (String, Flavour) {
        let site = Site::from_fields(&fields(pairs)).unwrap();
        (site.base.to_string(), site.flavour)
    }

    #[test]
    fn the_flavour_follows_the_address_unless_it_is_named() {
        assert_eq!(site(&[]), (CLASSIC.to_owned(), Flavour::Classic));
        assert_eq!(site(&[("flavour", "json")]), (JSON.to_owned(), Flavour::Json));
        assert_eq!(site(&[("url", "https://velox360.com/services/api.asmx")]).1, Flavour::Classic);
        assert_eq!(site(&[("url", "https://api.econduitapps.uat.payroc.com/1.0")]).1, Flavour::Json);
        assert_eq!(site(&[("url", "http://127.0.0.1:9088/1.0/")]).1, Flavour::Json);
        assert_eq!(site(&[("url", "http://127.0.0.1:9088/x"), ("flavour", "json")]).1, Flavour::Json);
        assert_eq!(site(&[("host", "10.0.0.7"), ("port", "9443")]).0, "https://10.0.0.7:9443/services/api.asmx/");
    }

    #[test]
    fn credentials_travel_without_tls_on_this_machine_only() {
        for url in ["http://econduitapp.com/", "http://10.0.0.7/", "https://user@x/", "https://x/?a=b", "ftp://x/"] {
            assert_eq!(Site::from_fields(&fields(&[("url", url)])).unwrap_err().field, "url", "{url}");
        }
    }

    #[test]
    fn the_till_as_a_terminal_has_the_references_two_endpoints() {
        let needed = [("role", "terminal"), ("terminal_id", "77031594"), ("through", "counter")];
        let face = FaceSettings::from_fields(&fields(&needed)).unwrap();
        assert_eq!(face.endpoints.primary, ("dc.econduitapp.com".to_owned(), 80));
        assert_eq!(face.endpoints.secondary, Some(("econduitapp.com".to_owned(), 9001)));
        assert_eq!(face.heartbeat, Duration::from_secs(60));
        let own = fields(&[needed.as_slice(), &[("host", "a"), ("port", "1"), ("secondary", "b:2")]].concat());
        let endpoints = FaceSettings::from_fields(&own).unwrap().endpoints;
        assert_eq!(endpoints, Endpoints { primary: ("a".to_owned(), 1), secondary: Some(("b".to_owned(), 2)) });
        let alone = fields(&[needed.as_slice(), &[("host", "a")]].concat());
        assert_eq!(FaceSettings::from_fields(&alone).unwrap().endpoints.secondary, None);
        for missing in ["terminal_id", "through"] {
            let left: Vec<_> = needed.iter().copied().filter(|(name, _)| *name != missing).collect();
            assert_eq!(FaceSettings::from_fields(&fields(&left)).unwrap_err().field, missing);
        }
    }

    #[test]
    fn no_heartbeat_is_so_rare_that_the_cloud_gives_the_till_up_between_two() {
        let field = FIELDS.iter().find(|field| field.name == "heartbeat").unwrap();
        let FieldKind::Number { at_most, .. } = field.kind else { panic!() };
        // the cloud drops a terminal that is silent for 150 s (part 3)
        assert_eq!(at_most, 120);
    }

    #[test]
    fn an_unpaired_terminal_says_what_it_lacks() {
        let error = PosSettings::from_fields(&fields(&[]), &Secrets::default()).unwrap_err();
        assert_eq!((error.field.as_str(), error.problem), ("key", FieldProblem::Missing));
    }
}
