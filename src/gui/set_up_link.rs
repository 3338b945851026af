//! What the window wants of terminals that are set up, done beside it: the settings file, the keyring, the account, the till.

use std::collections::BTreeSet;

use futures_util::{SinkExt, StreamExt};
use iced::futures::channel::mpsc::Sender;
use iced::{Task, stream};
use tokio::sync::mpsc;

use super::app;
use super::desk;
use super::problem::Problem;
use super::search_again_link::{self, Moved, Sought};
use super::setting_up;
use super::till_link::Link;
use crate::doctor::{self, Told};
use crate::protocols::find;
use crate::protocols::protocol::FieldValues;
use crate::search::account::ListedTerminal;
use crate::settings::{Places, Settings, TerminalSettings};
use crate::terminal::setting_up::{self as setup, Settled, SetupError, Subject, Wanted};
use crate::terminal::{Till, TillError};

/// Steps of an examination that wait for the window.
const STEPS: usize = 8;

#[derive(Debug, Clone, PartialEq)]
pub enum SetUpOrder {
    Read,
    Save(Box<Wanted>),
    Remove(String),
    MakeDefault(String),
    /// With what has to be told besides the settings.
    Pair(String, FieldValues),
    Unpair(String),
    /// It was found at another address.
    Move(Box<Moved>),
}

impl SetUpOrder {
    /// The terminal it is about.
    pub fn terminal(&self) -> &str {
        match self {
            SetUpOrder::Read => "",
            SetUpOrder::Save(wanted) => &wanted.name,
            SetUpOrder::Move(moved) => &moved.known.name,
            SetUpOrder::Remove(name)
            | SetUpOrder::MakeDefault(name)
            | SetUpOrder::Pair(name, _)
            | SetUpOrder::Unpair(name) => name,
        }
    }

    /// What it is, for the journal.
    pub fn what(&self) -> String {
        let word = match self {
            SetUpOrder::Read => "read",
            SetUpOrder::Save(_) => "set-up",
            SetUpOrder::Remove(_) => "remove",
            SetUpOrder::MakeDefault(_) => "make-default",
            SetUpOrder::Pair(..) => "pair",
            SetUpOrder::Unpair(_) => "unpair",
            SetUpOrder::Move(_) => "find-again",
        };
        format!("{word} {}", self.terminal())
    }
}

/// The terminals as the settings file has them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnownTerminals {
    pub terminals: Vec<TerminalSettings>,
    pub default: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    Saved(String),
    Removed(String),
    MadeDefault,
    Paired(String),
    Unpaired(String),
    Moved(String),
}

/// What comes of it.
#[derive(Debug, Clone)]
pub enum News {
    Read(Result<KnownTerminals, Problem>),
    Done(Result<Done, Problem>),
    /// What the examination of a terminal says.
    Told(String, Told),
    Examined(String),
    /// What the search for a terminal says.
    Sought(String, Sought),
    /// The terminals of the account that the form leads to.
    Listed(Result<Vec<ListedTerminal>, Problem>),
}

/// Carries it out.
pub fn carry_out(link: &Link, order: SetUpOrder) -> Task<app::Message> {
    let (till, places) = (link.till().clone(), link.places().clone());
    Task::perform(answer(till, places, order), said)
}

fn said(news: News) -> app::Message {
    app::Message::Desk(desk::Message::SettingUp(setting_up::Message::News(news)))
}

async fn answer(till: Till, places: Places, order: SetUpOrder) -> News {
    match order {
        SetUpOrder::Read => News::Read(read(places).await.map_err(|error| Problem::from(&error))),
        SetUpOrder::Move(moved) => News::Done(move_to(&till, &places, *moved).await),
        other => News::Done(change(&till, &places, other).await.map_err(|error| Problem::from(&error))),
    }
}

async fn read(places: Places) -> Result<KnownTerminals, SetupError> {
    let settings = load(&places).await?;
    Ok(KnownTerminals { terminals: settings.terminals, default: settings.default_terminal })
}

async fn load(places: &Places) -> Result<Settings, SetupError> {
    let file = places.settings_file();
    Ok(tokio::task::spawn_blocking(move || Settings::load(&file)).await.map_err(|_| SetupError::Ended)??)
}

async fn change(till: &Till, places: &Places, order: SetUpOrder) -> Result<Done, SetupError> {
    match order {
        SetUpOrder::Save(wanted) => {
            let name = wanted.name.trim().to_owned();
            let settings = load(places).await?;
            let known = settings.terminal(&name).filter(|_| !wanted.new);
            // Under a payment in doubt another machine must not come to stand: what it does not know was perhaps charged.
            // A key that has expired may be replaced: without it nobody finds out.
            if known.is_some_and(|known| known.protocol != wanted.protocol || known.fields != wanted.fields) {
                settled(till, &name).await?;
            }
            setup::try_out(places, &wanted).await?;
            setup::set_up(places, *wanted).await?;
            Ok(Done::Saved(name))
        }
        SetUpOrder::Remove(name) => {
            setup::remove(places, settled(till, &name).await?).await?;
            Ok(Done::Removed(name))
        }
        SetUpOrder::MakeDefault(name) => setup::make_default(places, name).await.map(|()| Done::MadeDefault),
        SetUpOrder::Pair(name, told) => {
            let (subject, settled) = (subject(places, &name).await?, settled(till, &name).await?);
            setup::pair(places, &subject, &told, &settled).await?;
            Ok(Done::Paired(name))
        }
        SetUpOrder::Unpair(name) => {
            let (subject, settled) = (subject(places, &name).await?, settled(till, &name).await?);
            setup::unpair(places, &subject, &settled).await?;
            Ok(Done::Unpaired(name))
        }
        SetUpOrder::Read | SetUpOrder::Move(_) => Ok(Done::MadeDefault),
    }
}

/// Never under a payment in doubt, as with any other change of where a terminal is.
async fn move_to(till: &Till, places: &Places, moved: Moved) -> Result<Done, Problem> {
    let name = moved.known.name.clone();
    settled(till, &name).await.map_err(|error| Problem::from(&error))?;
    search_again_link::keep(places, moved).await?;
    Ok(Done::Moved(name))
}

async fn settled(till: &Till, name: &str) -> Result<Settled, SetupError> {
    let name = name.to_owned();
    till.journal().read(move |journal| Settled::of(journal, &name)).await?
}

async fn subject(places: &Places, name: &str) -> Result<Subject, SetupError> {
    let settings = load(places).await?;
    let known = settings.terminal(name).ok_or_else(|| SetupError::UnknownTerminal(name.to_owned()))?;
    let unknown = || SetupError::UnknownProtocol { terminal: name.to_owned(), protocol: known.protocol.clone() };
    Subject::of(known, find(&known.protocol).ok_or_else(unknown)?)
}

/// The running till takes up what the settings say now.
pub fn take_up(link: &Link, renewed: BTreeSet<String>) -> Task<app::Message> {
    let link = link.clone();
    let taken = async move {
        let settings = load(link.places()).await.map_err(|error| Problem::from(&error))?;
        let taken = link.till().take_up(link.places(), &settings, &renewed).await;
        let taken = taken.map_err(|error: TillError| Problem::from(&error))?;
        Ok((Box::new(link.with_till(taken.till)), taken.waiting))
    };
    Task::perform(taken, app::Message::SettingsTakenUp)
}

/// The doctor looks whether the terminal can be used, and tells step by step.
pub fn test(link: &Link, terminal: String) -> Task<app::Message> {
    let link = link.clone();
    let name = terminal.clone();
    let telling = stream::channel(STEPS, async move |mut window: Sender<Told>| {
        let Ok(subject) = examined(&link, &terminal).await else { return };
        let (tell, mut told) = mpsc::channel(STEPS);
        let telling = async {
            while let Some(told) = told.recv().await {
                let _ = window.send(told).await;
            }
        };
        tokio::join!(doctor::test(subject, tell), telling);
    });
    let of = name.clone();
    let told = telling.map(move |told| News::Told(of.clone(), told));
    Task::run(told, said).chain(Task::done(said(News::Examined(name))))
}

async fn examined(link: &Link, name: &str) -> Result<doctor::Subject, SetupError> {
    let settings = load(link.places()).await?;
    let subject = doctor::Subject::in_till(link.places(), &settings, link.till(), name);
    subject.ok_or_else(|| SetupError::UnknownTerminal(name.to_owned()))
}
