//! The till: the journal, and one actor for each terminal that is set up, training included.

mod taking_up;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::domain::{Commission, Currency, PaymentRecord};
use crate::journal::{DataLock, Journal, JournalError, JournalHandle, LockError, Upgrading};
use crate::links::{
    InboundReplies, LinkSender, Links, Listeners, MemoryLinks, NetworkLinks, Pacing, Seat, SystemClock,
};
use crate::protocols;
use crate::protocols::protocol::{
    DriverSetup, FieldError, FieldKind, FieldProblem, FieldValues, Protocol, SimulatorSetup, TerminalFace,
};
use crate::receipts::{BillCopy, bill_slip, lay_out, printed_lines};
use crate::settings::{Places, SecretError, Settings, SettingsError, TerminalSettings, change_settings, secrets_of};
use crate::texts::{Texts, language_of};

use super::actor::{Actor, OnMoved, Parts};
use super::bills::Bills;
use super::bridge::Bridge;
use super::handle::TerminalHandle;
use super::station::Station;
use super::table_service::{PrintBill, TableDesk, TableService};
use super::view::{PaymentView, TerminalView};

pub use taking_up::TakenUp;

/// The name of the built-in terminal that moves no money.
pub const TRAINING: &str = "training";
/// Link events that wait for an actor.
pub(super) const EVENTS: usize = 256;
/// Commissions that wait for a terminal.
const COMMISSIONS: usize = 16;
/// Characters in a line of a card machine's paper; the example of Connect's reference (6.3) has 24.
const MACHINE_COLUMNS: usize = 24;
/// Divides the simulated cardholder's and host's waits.
const TRAINING_SPEED: &str = "CHECKSTAND_TRAINING_SPEED";

/// Which terminals' actors to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All that are set up, and training.
    All,
    /// This one; where it is the till itself (see [`TerminalFace`]), the terminal that plays for it too.
    Only(String),
}

/// What keeps the till from opening. Nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    #[error(transparent)]
    Locked(#[from] LockError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("no folder can be made for settings and journal: {0}")]
    Places(std::io::Error),
    #[error("there is no terminal “{0}”")]
    UnknownTerminal(String),
    #[error("several terminals are set up and none is the default one: {}", .0.join(", "))]
    SeveralTerminals(Vec<String>),
    #[error("terminal “{0}” is the till itself")]
    Face(String),
    #[error("the machines of terminal “{0}” are carried to the tables")]
    Tables(String),
    #[error("terminal “{terminal}”: there is no protocol “{protocol}”")]
    UnknownProtocol { terminal: String, protocol: String },
    #[error("terminal “{terminal}”: {error}")]
    Field { terminal: String, error: FieldError },
    #[error("terminal “{terminal}”: {error}")]
    Secrets { terminal: String, error: SecretError },
}

impl TillError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            TillError::Locked(_) => "till-locked",
            TillError::Journal(error) => error.key(),
            TillError::Settings(_) => "till-settings",
            TillError::Places(_) => "till-places",
            TillError::UnknownTerminal(_) => "till-unknown-terminal",
            TillError::SeveralTerminals(_) => "till-several-terminals",
            TillError::Face(_) => "till-face",
            TillError::Tables(_) => "till-tables",
            TillError::UnknownProtocol { .. } => "till-unknown-protocol",
            TillError::Field { .. } => "till-field",
            TillError::Secrets { error, .. } => error.key(),
        }
    }

    /// The terminal that cannot be started, where it is one's.
    pub fn terminal(&self) -> Option<&str> {
        match self {
            TillError::UnknownTerminal(terminal)
            | TillError::Face(terminal)
            | TillError::Tables(terminal)
            | TillError::UnknownProtocol { terminal, .. }
            | TillError::Field { terminal, .. }
            | TillError::Secrets { terminal, .. } => Some(terminal),
            TillError::Locked(_)
            | TillError::Journal(_)
            | TillError::Settings(_)
            | TillError::Places(_)
            | TillError::SeveralTerminals(_) => None,
        }
    }

    /// The same once more, where it is about one terminal's settings or secrets.
    pub fn of_terminal(&self) -> Option<TillError> {
        match self {
            TillError::UnknownTerminal(terminal) => Some(TillError::UnknownTerminal(terminal.clone())),
            TillError::Face(terminal) => Some(TillError::Face(terminal.clone())),
            TillError::Tables(terminal) => Some(TillError::Tables(terminal.clone())),
            TillError::UnknownProtocol { terminal, protocol } => {
                Some(TillError::UnknownProtocol { terminal: terminal.clone(), protocol: protocol.clone() })
            }
            TillError::Field { terminal, error } => {
                Some(TillError::Field { terminal: terminal.clone(), error: error.clone() })
            }
            TillError::Secrets { terminal, error } => {
                Some(TillError::Secrets { terminal: terminal.clone(), error: error.clone() })
            }
            TillError::Locked(_)
            | TillError::Journal(_)
            | TillError::Settings(_)
            | TillError::Places(_)
            | TillError::SeveralTerminals(_) => None,
        }
    }

    /// 2 for usage and settings, 1 for the rest (DESIGN section 5).
    pub fn exit_status(&self) -> u8 {
        match self {
            TillError::Journal(_) | TillError::Places(_) => 1,
            _ => 2,
        }
    }
}

/// The running till. Cheap to clone; the last copy that goes ends it.
#[derive(Clone)]
pub struct Till(Arc<Inner>);

struct Inner {
    terminals: Vec<TerminalHandle>,
    /// The same, with what they were started from.
    seated: Vec<Seated>,
    default: Option<usize>,
    journal: JournalHandle,
    broken: Vec<TillError>,
    listeners: Listeners,
    clock: SystemClock,
    lock: Arc<DataLock>,
}

/// A terminal that runs, and the settings it runs with.
#[derive(Clone)]
struct Seated {
    settings: TerminalSettings,
    handle: TerminalHandle,
    /// What serves the commissions of a face or of machines at tables; it ends with the last till that has it.
    _bridge: Option<Arc<JoinSet<()>>>,
}

impl Till {
    /// Takes the data folder for this program alone, opens the journal and starts the actors. They ask their terminals
    /// about what an earlier run left open.
    ///
    /// # Errors
    /// A [`TillError`]. With [`Which::All`] a terminal whose settings are wrong does not keep the others from working;
    /// see [`Till::broken`].
    pub async fn open(places: &Places, settings: &Settings, which: Which) -> Result<Till, TillError> {
        Till::open_telling(places, settings, which, |_| ()).await
    }

    /// The same. A long journal of an older format is brought up to date first, which takes seconds; `tell` hears how far it is,
    /// on another thread.
    ///
    /// # Errors
    /// As [`Till::open`].
    pub async fn open_telling(
        places: &Places,
        settings: &Settings,
        which: Which,
        mut tell: impl FnMut(Upgrading) + Send + 'static,
    ) -> Result<Till, TillError> {
        places.create().map_err(TillError::Places)?;
        let lock = DataLock::acquire(places.data())?;
        let file = places.journal_file();
        let open = move || Journal::open_telling(&file, &mut tell);
        let journal = tokio::task::spawn_blocking(open).await.map_err(|_| JournalError::Closed)??;
        let journal = JournalHandle::start(journal);
        let (listeners, clock) = (Listeners::new(), SystemClock::new());
        let shown = BTreeMap::new();
        let opening = Opening { places, journal: &journal, listeners: listeners.clone(), clock, shown };
        let (started, mut broken) = opening.start_all(settings, terminals_of(settings, &which)?, &which).await?;
        let print = bill_printer(settings);
        let (seated, mut playerless) = bridged(started, &[], &journal, &print);
        match playerless.pop() {
            Some(error) if which != Which::All => return Err(error),
            last => broken.extend(playerless.into_iter().chain(last)),
        }
        for error in &broken {
            tracing::info!(why = error.key(), %error, "a terminal could not be started");
        }
        tracing::info!(terminals = seated.len(), "the till is open");
        let inner = Inner {
            terminals: seated.iter().map(|seated| seated.handle.clone()).collect(),
            seated,
            default: None,
            journal,
            broken,
            listeners,
            clock,
            lock: Arc::new(lock),
        };
        Ok(Till(Arc::new(inner.with_default(settings))))
    }

    pub fn terminals(&self) -> &[TerminalHandle] {
        &self.0.terminals
    }

    pub fn terminal(&self, name: &str) -> Option<&TerminalHandle> {
        self.0.terminals.iter().find(|handle| handle.name() == name)
    }

    /// The terminal a command without `--terminal` means.
    pub fn default_terminal(&self) -> Option<&TerminalHandle> {
        self.0.terminals.get(self.0.default?)
    }

    pub fn journal(&self) -> &JournalHandle {
        &self.0.journal
    }

    /// Bills and the cash drawer.
    pub fn bills(&self) -> Bills {
        Bills::new(self.0.journal.clone())
    }

    /// Terminals that could not be started, and why.
    pub fn broken(&self) -> &[TillError] {
        &self.0.broken
    }

    /// Lets what should still leave do so, and writes what still waits. The actors end when the last copy and every handle
    /// is gone.
    pub async fn close(self) {
        futures_util::future::join_all(self.0.terminals.iter().map(TerminalHandle::parting_words)).await;
        self.0.journal.close().await;
        tracing::info!("the till is closed");
    }
}

impl Inner {
    fn with_default(self, settings: &Settings) -> Inner {
        let meant = meant_terminal(settings, None).ok();
        let default = meant.and_then(|name| self.terminals.iter().position(|handle| handle.name() == name));
        Inner { default, ..self }
    }
}

/// The terminal that is meant: the one named, else the default, else the only real one, else training while no real one
/// is set up (DESIGN section 5). The till as a terminal of its own is none of them: nothing is started there.
///
/// # Errors
/// An unknown name, the till itself, or several terminals without a default.
pub fn meant_terminal(settings: &Settings, named: Option<&str>) -> Result<String, TillError> {
    if let Some(tables) = named.and_then(|name| settings.terminal(name)).filter(|terminal| serves_tables(terminal)) {
        return Err(TillError::Tables(tables.name.clone()));
    }
    meant_beside(settings, named, |terminal| !takes_orders(terminal))
}

fn meant_beside(
    settings: &Settings,
    named: Option<&str>,
    is_face: impl Fn(&TerminalSettings) -> bool,
) -> Result<String, TillError> {
    if let Some(face) = named.and_then(|name| settings.terminal(name)).filter(|terminal| is_face(terminal)) {
        return Err(TillError::Face(face.name.clone()));
    }
    let real: Vec<&TerminalSettings> = settings.terminals.iter().filter(|terminal| !is_face(terminal)).collect();
    let default = settings.default_terminal.as_deref();
    let default = default.filter(|name| !settings.terminal(name).is_some_and(&is_face));
    match (named.or(default), real.as_slice()) {
        (Some(name), _) if name == TRAINING || settings.terminal(name).is_some() => Ok(name.to_owned()),
        (Some(name), _) => Err(TillError::UnknownTerminal(name.to_owned())),
        (None, []) => Ok(TRAINING.to_owned()),
        (None, [only]) => Ok(only.name.clone()),
        (None, several) => {
            Err(TillError::SeveralTerminals(several.iter().map(|terminal| terminal.name.clone()).collect()))
        }
    }
}

/// Whether the cashier can start something there.
fn takes_orders(terminal: &TerminalSettings) -> bool {
    face_of(terminal).is_none() && !serves_tables(terminal)
}

/// Whether its machines are carried to the tables, so that nothing is started there.
pub fn serves_tables(terminal: &TerminalSettings) -> bool {
    protocols::find(&terminal.protocol).is_some_and(|protocol| (protocol.abilities)(&terminal.fields).serves_tables)
}

/// How the outside knows this terminal, where the till is it.
pub fn face_of(terminal: &TerminalSettings) -> Option<TerminalFace> {
    let protocol = protocols::find(&terminal.protocol)?;
    let fields = protocol.checked(&terminal.fields).unwrap_or_else(|_| terminal.fields.clone());
    (protocol.face)(&fields)
}

/// The terminal that plays what is asked of the till as a terminal; `None` for every other one.
fn player_of(settings: &Settings, terminal: &TerminalSettings) -> Result<Option<TerminalSettings>, TillError> {
    let Some(face) = face_of(terminal) else { return Ok(None) };
    player_named(settings, terminal, &face.through, |other| !takes_orders(other)).map(Some)
}

fn player_named(
    settings: &Settings,
    terminal: &TerminalSettings,
    through: &str,
    is_face: impl Fn(&TerminalSettings) -> bool,
) -> Result<TerminalSettings, TillError> {
    let wrong =
        |problem| TillError::Field { terminal: terminal.name.clone(), error: FieldError::new("through", problem) };
    match through {
        "" => Err(wrong(FieldProblem::Missing)),
        TRAINING => Ok(training_settings(settings)),
        // One till must not play for another: whoever pays stands at a card terminal.
        name => {
            settings.terminal(name).filter(|other| !is_face(other)).cloned().ok_or_else(|| wrong(FieldProblem::Invalid))
        }
    }
}

fn terminals_of(settings: &Settings, which: &Which) -> Result<Vec<TerminalSettings>, TillError> {
    let training = training_settings(settings);
    match which {
        Which::All => Ok(settings.terminals.iter().cloned().chain([training]).collect()),
        Which::Only(name) if name == TRAINING => Ok(vec![training]),
        Which::Only(name) => {
            let terminal = settings.terminal(name).ok_or_else(|| TillError::UnknownTerminal(name.clone()))?;
            let player = player_of(settings, terminal)?;
            Ok([terminal.clone()].into_iter().chain(player).collect())
        }
    }
}

/// A nexo terminal in full integration, inside the program.
pub fn training_settings(settings: &Settings) -> TerminalSettings {
    let mut fields = FieldValues::default();
    fields.set("host", TRAINING);
    fields.set("poi_id", "TRAINING");
    fields.set("operator_language", operator_language(settings));
    if let Some(currency) = settings.training_currency.as_ref().or(settings.shop.currency.as_ref()) {
        fields.set("currency", currency);
    }
    TerminalSettings::new(TRAINING, "nexo", fields)
}

/// The language of the program, ISO 639-1, where the training terminal speaks it too; else English.
fn operator_language(settings: &Settings) -> &'static str {
    let language = language_of(settings.language.as_deref());
    let field = protocols::find("nexo").and_then(|nexo| nexo.field("operator_language"));
    match field.map(|field| field.kind) {
        Some(FieldKind::Choice(spoken)) if spoken.contains(&language) => language,
        _ => "en",
    }
}

/// A terminal that runs, and what the outside asks of it.
struct Started {
    settings: TerminalSettings,
    handle: TerminalHandle,
    commissions: mpsc::Receiver<Commission>,
}

/// The terminals that may run, a bridge for each face to the terminal that plays for it, and the faces for which none can: it
/// does not run, or is a face itself. `others` run already.
fn bridged(
    started: Vec<Started>,
    others: &[TerminalHandle],
    journal: &JournalHandle,
    print: &PrintBill,
) -> (Vec<Seated>, Vec<TillError>) {
    let is_player = |handle: &TerminalHandle| {
        let view = handle.view();
        let view = view.borrow();
        view.face.is_none() && !view.abilities.serves_tables
    };
    let new = started.iter().map(|terminal| &terminal.handle);
    let players: Vec<TerminalHandle> = new.chain(others).filter(|handle| is_player(handle)).cloned().collect();
    let (mut running, mut playerless) = (Vec::new(), Vec::new());
    for Started { settings, handle, commissions } in started {
        let mut serving = JoinSet::new();
        let through = handle.view().borrow().face.as_ref().map(|face| face.through.clone());
        if let Some(through) = through {
            let Some(player) = players.iter().find(|player| player.name() == through).cloned() else {
                let error = FieldError::new("through", FieldProblem::Invalid);
                playerless.push(TillError::Field { terminal: handle.name().to_owned(), error });
                continue;
            };
            let bridge = Bridge { face: handle.clone(), player, journal: journal.clone() };
            serving.spawn(bridge.serve(commissions));
        } else if handle.view().borrow().abilities.serves_tables {
            let currency = handle.view().borrow().abilities.currency;
            let desk = TableDesk { terminal: handle.name().to_owned(), currency, print: print.clone() };
            let service = TableService { terminal: handle.clone(), journal: journal.clone(), desk };
            serving.spawn(service.serve(commissions));
        }
        let bridge = (!serving.is_empty()).then(|| Arc::new(serving));
        running.push(Seated { settings, handle, _bridge: bridge });
    }
    (running, playerless)
}

/// Bills on the paper of card machines, in the shop's language.
fn bill_printer(settings: &Settings) -> PrintBill {
    let texts = Texts::new(settings.language.as_deref());
    Arc::new(move |account, paid| {
        let copy = if paid { BillCopy::Paid } else { BillCopy::ToPay };
        let slip = bill_slip(account, &texts, copy, &TimeZone::system());
        printed_lines(&lay_out(&slip, MACHINE_COLUMNS))
    })
}

/// What every terminal's start needs.
struct Opening<'a> {
    places: &'a Places,
    journal: &'a JournalHandle,
    listeners: Listeners,
    clock: SystemClock,
    /// By terminal: what it showed last, which stays until somebody has read it.
    shown: BTreeMap<String, PaymentView>,
}

impl Opening<'_> {
    /// With [`Which::All`] those that cannot be started are told beside those that were.
    async fn start_all(
        &self,
        settings: &Settings,
        terminals: Vec<TerminalSettings>,
        which: &Which,
    ) -> Result<(Vec<Started>, Vec<TillError>), TillError> {
        let (mut started, mut broken) = (Vec::new(), Vec::new());
        for terminal in terminals {
            let opened = match player_of(settings, &terminal) {
                Ok(_) => self.start(&terminal).await,
                Err(error) => Err(error),
            };
            match opened {
                Ok(terminal) => started.push(terminal),
                Err(error) if *which == Which::All => broken.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok((started, broken))
    }

    async fn start(&self, terminal: &TerminalSettings) -> Result<Started, TillError> {
        let name = terminal.name.clone();
        let protocol = protocols::find(&terminal.protocol).ok_or_else(|| TillError::UnknownProtocol {
            terminal: name.clone(),
            protocol: terminal.protocol.clone(),
        })?;
        let wrong = |error| TillError::Field { terminal: name.clone(), error };
        let fields = protocol.checked(&terminal.fields).map_err(wrong)?;
        let secrets = secrets_of(self.places, terminal)
            .await
            .map_err(|error| TillError::Secrets { terminal: name.clone(), error })?;
        let secrets = protocol.checked_secrets(secrets).map_err(wrong)?;
        let (memory, open) = self.remembered(&name).await?;
        let setup = DriverSetup { fields: fields.clone(), secrets, memory, seed: random_seed() };
        let driver = (protocol.driver)(&setup).map_err(wrong)?;
        let training = name == TRAINING;
        let abilities = (protocol.abilities)(&fields);
        let (sender, events) = mpsc::channel(EVENTS);
        let (links, no_listener): (Box<dyn Links>, _) = if training {
            (self.training_links(protocol, abilities.currency, sender).await, None)
        } else {
            let (inbound, no_listener) = self.listen(protocol, &fields, sender.clone()).await;
            (Box::new(NetworkLinks::new(sender, inbound, Pacing::in_folder(self.places.shared()))), no_listener)
        };
        let (commissions, commissioned) = mpsc::channel(COMMISSIONS);
        let view = TerminalView {
            training,
            payment: self.shown.get(&name).cloned(),
            face: (protocol.face)(&fields),
            no_listener,
            ..TerminalView::new(&name, protocol.id, abilities)
        };
        let handle = Actor::start(Parts {
            station: Station::new(driver, view, &setup.secrets),
            journal: self.journal.clone(),
            links,
            clock: self.clock,
            events,
            on_moved: keep_address(self.places.settings_file(), name),
            commissions,
            open,
        });
        Ok(Started { settings: terminal.clone(), handle, commissions: commissioned })
    }

    async fn remembered(&self, name: &str) -> Result<(Option<Value>, Vec<PaymentRecord>), TillError> {
        let wanted = name.to_owned();
        let read = move |journal: &Journal| -> Result<_, JournalError> {
            Ok((journal.memory(&wanted)?, journal.open_payments(Some(&wanted))?))
        };
        Ok(self.journal.read(read).await??)
    }

    /// Takes the terminal's seat at the till's listener, where it has one.
    async fn listen(
        &self,
        protocol: &Protocol,
        fields: &FieldValues,
        events: LinkSender,
    ) -> (Option<InboundReplies>, Option<String>) {
        let Some(needs) = protocol.listener else { return (None, None) };
        let Some(address) = (needs.address)(fields) else { return (None, None) };
        let seat = Seat {
            address,
            path: needs.path,
            key: (needs.key)(fields),
            key_of_request: needs.key_of_request,
            peer: (needs.peer)(fields),
            claimed_host: needs.claimed_host,
        };
        match self.listeners.seat(seat, events).await {
            Ok(inbound) => (Some(inbound), None),
            Err(error) => (None, Some(error.to_string())),
        }
    }

    async fn training_links(&self, protocol: &Protocol, currency: Currency, events: LinkSender) -> Box<dyn Links> {
        let file = self.places.training_memory_file();
        let reading = file.clone();
        let remembered =
            tokio::task::spawn_blocking(move || std::fs::read_to_string(reading).ok()).await.ok().flatten();
        let simulator = (protocol.simulator)(&SimulatorSetup {
            seed: random_seed(),
            speed: std::env::var(TRAINING_SPEED).ok().and_then(|text| text.parse().ok()).unwrap_or(1),
            memory: remembered.and_then(|text| serde_json::from_str(&text).ok()),
            currency,
            options: BTreeMap::new(),
        });
        Box::new(MemoryLinks::new(events, simulator, move |simulator, _| keep_memory(&file, &simulator.memory())))
    }
}

/// A training terminal that forgets costs nothing but a void that cannot be tried.
fn keep_memory(file: &std::path::Path, memory: &Value) {
    if let Err(error) = std::fs::write(file, memory.to_string()) {
        tracing::warn!(%error, "the training terminal's memory could not be kept");
    }
}

/// Puts a terminal's new address into the settings file.
fn keep_address(file: PathBuf, name: String) -> OnMoved {
    Box::new(move |host, port| {
        let kept = change_settings(&file, |settings| {
            let terminal = settings.terminals.iter_mut().find(|terminal| terminal.name == name)?;
            terminal.fields.set("host", host);
            terminal.fields.set("port", &port.to_string());
            Some(())
        });
        if let Err(error) = kept {
            tracing::error!(%error, terminal = name, "the terminal's new address could not be kept");
        }
    })
}

fn random_seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

#[cfg(test)]
mod tests {
    use super::super::bridge::tests::{face_alone, player_alone};
    use super::*;

    fn settings_with(names: &[&str], default: Option<&str>) -> Settings {
        let mut settings = Settings { default_terminal: default.map(str::to_owned), ..Settings::default() };
        for name in names {
            settings.put(TerminalSettings::new(name, "nexo", FieldValues::default()));
        }
        settings
    }

    #[tokio::test]
    async fn a_face_runs_through_a_terminal_that_runs_and_never_through_itself() {
        let journal = JournalHandle::start(Journal::open_in_memory().unwrap());
        let set_up = || TerminalSettings::new("cloud", "nexo", FieldValues::default());
        let face = || {
            let (handle, commissions) = face_alone(&journal);
            Started { settings: set_up(), handle, commissions }
        };
        let player = Started { settings: set_up(), handle: player_alone(&journal), commissions: mpsc::channel(1).1 };
        let print = bill_printer(&Settings::default());
        let (running, playerless) = bridged(vec![face(), player], &[], &journal, &print);
        let names: Vec<&str> = running.iter().map(|seated| seated.handle.name()).collect();
        let bridges = running.iter().filter(|seated| seated._bridge.is_some()).count();
        assert_eq!((names, bridges, playerless.len()), (vec!["cloud", "counter"], 1, 0));

        let (running, playerless) = bridged(vec![face()], &[player_alone(&journal)], &journal, &print);
        assert_eq!((running.len(), playerless.len()), (1, 0), "it runs already");

        let (running, playerless) = bridged(vec![face()], &[], &journal, &print);
        assert!(running.is_empty());
        let [TillError::Field { terminal, error }] = playerless.as_slice() else { panic!("{playerless:?}") };
        assert_eq!((terminal.as_str(), error.field.as_str()), ("cloud", "through"));
    }

    #[test]
    fn a_new_address_is_in_the_file_and_nothing_else_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let mut settings = settings_with(&["front", "bar"], Some("bar"));
        settings.save(&file).unwrap();
        keep_address(file.clone(), "front".to_owned())("10.20.30.41", 11_001);
        settings.terminals[0].fields.set("host", "10.20.30.41");
        settings.terminals[0].fields.set("port", "11001");
        assert_eq!(Settings::load(&file).unwrap(), settings);
    }

    #[test]
    fn the_training_terminal_speaks_the_language_of_the_program_where_it_can() {
        let spoken = |language: &str| {
            let settings = Settings { language: Some(language.to_owned()), ..Settings::default() };
            training_settings(&settings).fields.text("operator_language").map(str::to_owned)
        };
        for (language, operator) in [("sv", "sv"), ("sv_SE.UTF-8", "sv"), ("en", "en"), ("en-US", "en"), ("xx", "en")] {
            assert_eq!(spoken(language).as_deref(), Some(operator), "{language}");
        }
        for (tag, _) in Texts::locales() {
            let settings = Settings { language: Some(tag.to_owned()), ..Settings::default() };
            let nexo = protocols::find("nexo").unwrap();
            assert!(nexo.checked(&training_settings(&settings).fields).is_ok(), "{tag}");
        }
    }

    #[test]
    fn without_a_name_the_default_the_only_or_the_training_terminal_is_meant() {
        assert_eq!(meant_terminal(&settings_with(&[], None), None).unwrap(), TRAINING);
        assert_eq!(meant_terminal(&settings_with(&["front"], None), None).unwrap(), "front");
        assert_eq!(meant_terminal(&settings_with(&["front", "back"], Some("back")), None).unwrap(), "back");
        assert_eq!(meant_terminal(&settings_with(&["front"], None), Some(TRAINING)).unwrap(), TRAINING);
    }

    #[test]
    fn the_till_itself_is_never_meant() {
        let is_cloud = |terminal: &TerminalSettings| terminal.name == "cloud";
        let meant = |names: &[&str], default: Option<&str>, named: Option<&str>| {
            meant_beside(&settings_with(names, default), named, is_cloud)
        };
        assert_eq!(meant(&["cloud"], None, None).unwrap(), TRAINING);
        assert_eq!(meant(&["cloud", "front"], None, None).unwrap(), "front");
        assert_eq!(meant(&["cloud", "front"], Some("cloud"), None).unwrap(), "front");
        assert!(
            matches!(meant(&["cloud", "front"], None, Some("cloud")), Err(TillError::Face(name)) if name == "cloud")
        );
        let several = meant(&["cloud", "front", "back"], Some("cloud"), None);
        assert!(matches!(several, Err(TillError::SeveralTerminals(names)) if names == ["front", "back"]));
    }

    #[test]
    fn what_is_asked_of_the_till_is_played_by_a_card_terminal_that_there_is() {
        let settings = settings_with(&["cloud", "other-cloud", "front"], None);
        let cloud = settings.terminal("cloud").unwrap().clone();
        let player = |through: &str| {
            player_named(&settings, &cloud, through, |terminal| terminal.name.ends_with("cloud"))
                .map(|terminal| terminal.name)
                .map_err(|error| error.to_string())
        };
        assert_eq!(player("front"), Ok("front".to_owned()));
        assert_eq!(player(TRAINING), Ok(TRAINING.to_owned()));
        for (through, problem) in
            [("", "Missing"), ("side", "Invalid"), ("cloud", "Invalid"), ("other-cloud", "Invalid")]
        {
            assert_eq!(player(through), Err(format!("terminal “cloud”: through: {problem}")));
        }
    }

    #[test]
    fn several_terminals_without_a_default_and_unknown_names_are_errors() {
        let several = settings_with(&["front", "back"], None);
        assert!(matches!(meant_terminal(&several, None), Err(TillError::SeveralTerminals(_))));
        assert!(matches!(meant_terminal(&several, Some("side")), Err(TillError::UnknownTerminal(_))));
    }
}
