//! What a protocol tells the app: its id, settings fields, abilities and constructors.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::outcome::Explanation;
use crate::domain::{Currency, DayReport, Operation, PromptKind, Secret, Tender};

use super::account::AccountList;
use super::driver::{Driver, Endpoint};
use super::frame::Frame;
use super::search::Search;
use super::simulator::{Door, Simulator};

pub use super::peer::{Part, Peer, Spoken};

/// One entry of the registry.
pub struct Protocol {
    /// The word of the command line and of the settings file.
    pub id: &'static str,
    /// A message id of the Fluent files: the family's name for an installer.
    pub name_key: &'static str,
    /// What an installer knows its terminals by.
    pub picture: Picture,
    pub fields: &'static [Field],
    pub abilities: fn(&FieldValues) -> Abilities,
    /// Where checked settings lead, the main port first; nothing where they make no sense.
    pub peers: fn(&FieldValues) -> Vec<Peer>,
    /// The till's side. Fails with the field that is wrong.
    pub driver: fn(&DriverSetup) -> Result<Box<dyn Driver>, FieldError>,
    /// The terminal's side.
    pub simulator: fn(&SimulatorSetup) -> Box<dyn Simulator>,
    /// What of it can be chosen; empty where there is one kind.
    pub simulator_options: &'static [SimulatorOption],
    /// What has to be typed to reach the simulated terminal, by field; empty where anything will do.
    pub simulator_takes: &'static [(&'static str, &'static str)],
    /// Where the simulator listens: the first at its port, each further one a port above.
    pub doors: &'static [Door],
    /// The first door's usual port.
    pub simulator_port: u16,
    /// What the till's listener has to know, where the protocol has one.
    pub listener: Option<ListenerNeeds>,
    /// Whether the till, as set up, is a terminal itself; see [`TerminalFace`].
    pub face: fn(&FieldValues) -> Option<TerminalFace>,
    /// How the till makes itself known to an account, where the protocol has that.
    pub pairing: Option<Pairing>,
    /// How its terminals are found in the till's own networks; `None` where there is nothing to be found there.
    pub search: Option<Search>,
    /// How the terminals of its account are listed, where it has one that says so.
    pub account: Option<AccountList>,
}

/// What the terminals of a family look like, and where they are. Drawn, and nobody's logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// On the counter, with a printer.
    Countertop,
    /// In the hand, with its own screen.
    Handheld,
    /// Reached by a cloud of its maker's.
    CloudTerminal,
    /// A keypad at the end of a server in the shop.
    PinPad,
    /// A cloud in which tills and terminals meet.
    Cloud,
}

impl std::fmt::Debug for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// The till plays the terminal for somebody outside, who commissions payments; they run on a terminal of the till's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalFace {
    /// The number by which the outside knows this till; a customer's support has to be able to read it out.
    pub number: String,
    /// The name of the terminal on which commissions run.
    pub through: String,
}

/// The way of protocols whose tills are nobody's terminals.
pub fn no_face(_: &FieldValues) -> Option<TerminalFace> {
    None
}

/// One exchange that gives the till its credentials, and one that takes them away again.
#[derive(Debug, Clone, Copy)]
pub struct Pairing {
    /// What has to be told besides the settings.
    pub fields: &'static [Field],
    /// The settings that come of it, secrets among them. They go with the pairing.
    pub gives: &'static [&'static str],
    /// From checked settings and checked fields of its own.
    pub pair: fn(&FieldValues, &FieldValues) -> Result<Endpoint, FieldError>,
    pub unpair: fn(&FieldValues, &Secrets) -> Result<Endpoint, FieldError>,
    /// What the answer to either says.
    pub answer: fn(&Frame) -> Result<Paired, Explanation>,
}

impl Pairing {
    /// What was told besides the settings, with defaults filled in, checked field by field.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self, given: &FieldValues) -> Result<FieldValues, FieldError> {
        checked(self.fields, given)
    }
}

/// What a till knows after it was paired; nothing of it after it was unpaired.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paired {
    pub fields: Vec<(&'static str, String)>,
    pub secrets: Vec<(&'static str, Secret)>,
}

impl Protocol {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields whose values live in the keyring.
    pub fn secret_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.kind == FieldKind::Secret)
    }

    /// The settings with the defaults of the reference filled in, checked field by field. Secrets are no part of them;
    /// see [`Protocol::checked_secrets`].
    pub fn checked(&self, given: &FieldValues) -> Result<FieldValues, FieldError> {
        checked(self.fields, given)
    }

    /// The secrets, checked when a driver is to be made of them: every required one is there, and no other than the
    /// protocol knows.
    ///
    /// # Errors
    /// The field that is missing or unknown.
    pub fn checked_secrets(&self, given: Secrets) -> Result<Secrets, FieldError> {
        let is_known = |name: &&str| self.secret_fields().any(|field| field.name == *name);
        if let Some(stranger) = given.names().find(|name| !is_known(name)) {
            return Err(FieldError::new(stranger, FieldProblem::Unknown));
        }
        match self.secret_fields().find(|field| field.required && given.secret(field.name).is_none()) {
            Some(missing) => Err(FieldError::new(missing.name, FieldProblem::Missing)),
            None => Ok(given),
        }
    }
}

fn checked(fields: &[Field], given: &FieldValues) -> Result<FieldValues, FieldError> {
    if let Some(stranger) = given.names().find(|name| fields.iter().all(|field| field.name != *name)) {
        return Err(FieldError::new(stranger, FieldProblem::Unknown));
    }
    let mut secrets = fields.iter().filter(|field| field.kind == FieldKind::Secret);
    if let Some(secret) = secrets.find(|field| given.text(field.name).is_some()) {
        return Err(FieldError::new(secret.name, FieldProblem::Secret));
    }
    let mut values = FieldValues::default();
    for field in fields.iter().filter(|field| field.kind != FieldKind::Secret) {
        match given.text(field.name).or(field.default) {
            Some(text) => {
                field.kind.check(text).map_err(|problem| FieldError::new(field.name, problem))?;
                values.set(field.name, text);
            }
            None if field.required => return Err(FieldError::new(field.name, FieldProblem::Missing)),
            None => {}
        }
    }
    Ok(values)
}

/// A name or an address. What has numbers only is an address of four: the system would read another one out of less.
fn is_host(text: &str) -> bool {
    let is_numeric = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_whole = !is_numeric || text.parse::<std::net::Ipv4Addr>().is_ok();
    !text.is_empty() && text.len() <= 253 && !text.contains(['/', ' ', '@', '?', '#']) && is_whole
}

/// How a protocol uses the till's HTTP listener.
#[derive(Clone, Copy)]
pub struct ListenerNeeds {
    /// The only path it answers on.
    pub path: &'static str,
    /// Whether this terminal, as set up, talks to the listener, and at which address the till listens.
    pub address: fn(&FieldValues) -> Option<String>,
    /// The key by which requests of this terminal are known (nexo: its POIID).
    pub key: fn(&FieldValues) -> String,
    /// Reads that key out of a request's body.
    pub key_of_request: fn(&[u8]) -> Option<String>,
    /// The only peer whose requests are taken; `None` takes any.
    pub peer: fn(&FieldValues) -> Option<String>,
    /// Where a request's body says that its sender is, if it says so: such a request is only taken from there.
    pub claimed_host: fn(&[u8]) -> Option<String>,
}

/// One settings field; the same name in the window, in `--set` and in the settings file.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    pub default: Option<&'static str>,
    pub required: bool,
    /// Shown only when somebody asks for more.
    pub advanced: bool,
    /// It means something only where another field, of choices, says this.
    pub when: Option<(&'static str, &'static str)>,
    /// The Fluent id of what helps to fill it in, where this family means something of its own by it; else that of its name.
    pub help: Option<&'static str>,
}

impl Field {
    pub const fn new(name: &'static str, kind: FieldKind, default: Option<&'static str>, required: bool) -> Field {
        Field { name, kind, default, required, advanced: false, when: None, help: None }
    }

    /// One that means something only where `field` says `word`.
    pub const fn when(self, field: &'static str, word: &'static str) -> Field {
        Field { when: Some((field, word)), ..self }
    }

    /// One that a terminal can do without, and most installers never see.
    pub const fn advanced(name: &'static str, kind: FieldKind, default: Option<&'static str>) -> Field {
        Field { name, kind, default, required: false, advanced: true, when: None, help: None }
    }

    /// One that is explained by this text.
    pub const fn helped_by(self, key: &'static str) -> Field {
        Field { help: Some(key), ..self }
    }
}

/// In bytes.
const LONGEST_PATH: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Text {
        at_most: usize,
    },
    Host,
    Port,
    /// `host:port` of a local address.
    Address,
    /// `host:port` of somebody else's.
    HostPort,
    /// A whole number between these two.
    Number {
        least: u32,
        at_most: u32,
    },
    Currency,
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// `HH:MM`, 24 hours.
    TimeOfDay,
    /// The path of a file; whoever sets it makes it absolute.
    File,
    /// Kept in the keyring, never in the file.
    Secret,
}

impl FieldKind {
    /// Whether this can stand in a field of this kind.
    ///
    /// # Errors
    /// [`FieldProblem::Invalid`]; a secret never stands among the settings.
    pub fn check(self, text: &str) -> Result<(), FieldProblem> {
        let fine = match self {
            FieldKind::Text { at_most } => {
                !text.is_empty() && text.len() <= at_most && !text.chars().any(char::is_control)
            }
            FieldKind::File => FieldKind::Text { at_most: LONGEST_PATH }.check(text).is_ok(),
            FieldKind::Host => is_host(text),
            FieldKind::Port => text.parse::<u16>().is_ok_and(|port| port > 0),
            FieldKind::Address => text.parse::<std::net::SocketAddr>().is_ok(),
            FieldKind::HostPort => text
                .rsplit_once(':')
                .is_some_and(|(host, port)| FieldKind::Host.check(host).is_ok() && FieldKind::Port.check(port).is_ok()),
            FieldKind::Number { least, at_most } => {
                text.parse::<u32>().is_ok_and(|number| (least..=at_most).contains(&number))
            }
            FieldKind::Currency => text.parse::<Currency>().is_ok(),
            FieldKind::Choice(words) => words.contains(&text),
            FieldKind::Flag => matches!(text, "true" | "false"),
            FieldKind::TimeOfDay => time_of_day(text).is_some(),
            // Never among the settings; see `Protocol::checked`.
            FieldKind::Secret => false,
        };
        if fine { Ok(()) } else { Err(FieldProblem::Invalid) }
    }
}

/// Hour and minute of `HH:MM`.
pub fn time_of_day(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    Missing,
    Invalid,
    Unknown,
    /// A secret stands where everybody can read it.
    Secret,
}

/// A settings field that keeps a terminal from working. The fault is the settings'.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem:?}")]
pub struct FieldError {
    pub field: String,
    pub problem: FieldProblem,
}

impl FieldError {
    pub fn new(field: &str, problem: FieldProblem) -> Self {
        FieldError { field: field.to_owned(), problem }
    }
}

/// The settings of one terminal, by field name. Secrets are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct FieldValues(BTreeMap<String, String>);

impl FieldValues {
    pub fn set(&mut self, name: &str, text: &str) {
        self.0.insert(name.to_owned(), text.to_owned());
    }

    pub fn unset(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that [`Protocol::checked`] has filled or found optional; empty otherwise.
    pub fn text_or_empty(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

/// The secrets of one terminal, by field name. They come from the keyring, and exist while a driver needs them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets(BTreeMap<String, Secret>);

impl Secrets {
    pub fn set(&mut self, name: &str, secret: Secret) {
        self.0.insert(name.to_owned(), secret);
    }

    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn values(&self) -> impl Iterator<Item = &Secret> {
        self.0.values()
    }
}

/// What a terminal, as set up, can be asked to do (DESIGN section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub operations: &'static [Operation],
    pub cashback: bool,
    /// The till may ask for a tip with the sale.
    pub tip_with_sale: bool,
    pub abort: bool,
    /// Only the terminal's newest approved payment can be voided.
    pub voids_last_only: bool,
    /// An earlier payment can be given back, in part or whole, without its card.
    pub refunds_earlier: bool,
    /// A capture may take more than was reserved.
    pub captures_more: bool,
    /// What the till may choose to be paid with; empty where it has no say.
    pub tenders: &'static [Tender],
    /// What the terminal tells of its day when it is asked; empty where it tells nothing.
    pub reports: &'static [DayReport],
    /// The number of a card that is not here can be keyed in at the terminal, for a sale, a refund, a reservation.
    pub keyed: bool,
    /// The reader scans barcodes for the till.
    pub scans: bool,
    /// What the customer can be asked or shown on the terminal.
    pub prompts: &'static [PromptKind],
    /// Its machines are carried to the tables and ask the till for the bills; no payment starts at the till.
    pub serves_tables: bool,
    /// As it is set up, what it approves moves no money: it talks to a provider's test system.
    pub pretends: bool,
    pub currency: Currency,
}

impl Abilities {
    /// Nothing at all.
    pub fn none(currency: Currency) -> Abilities {
        Abilities {
            operations: &[],
            cashback: false,
            tip_with_sale: false,
            abort: false,
            voids_last_only: false,
            refunds_earlier: false,
            captures_more: false,
            tenders: &[],
            reports: &[],
            keyed: false,
            scans: false,
            prompts: &[],
            serves_tables: false,
            pretends: false,
            currency,
        }
    }

    pub fn can(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }
}

/// What a driver is made from.
pub struct DriverSetup {
    /// Checked by [`Protocol::checked`].
    pub fields: FieldValues,
    /// Checked by [`Protocol::checked_secrets`].
    pub secrets: Secrets,
    /// The newest `Report::Remember` of this terminal.
    pub memory: Option<Value>,
    /// Dice for what must differ between tills; the driver itself rolls none.
    pub seed: u64,
}

/// What a simulator is made from.
pub struct SimulatorSetup {
    pub seed: u64,
    /// Divides the waits of cardholder and host: 1 is real time, 20 is twenty times as fast.
    pub speed: u32,
    /// What the terminal remembered before its last power cut.
    pub memory: Option<Value>,
    pub currency: Currency,
    /// Choices by name; see [`Protocol::simulator_options`].
    pub options: BTreeMap<String, String>,
}

/// One choice that a simulator leaves to whoever starts it.
#[derive(Debug, Clone, Copy)]
pub struct SimulatorOption {
    pub name: &'static str,
    /// What it may say, the usual one first; empty where any text will do.
    pub words: &'static [&'static str],
}

impl SimulatorOption {
    pub fn takes(&self, word: &str) -> bool {
        self.words.is_empty() || self.words.contains(&word)
    }
}
