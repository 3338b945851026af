//! What the window wants of terminals that are set up, done beside it: the settings file, the keyring, the account, the till.

use std::collections::BTreeSet;

use futures_util::future::OptionFuture;
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
use crate::domain::operator::TerminalDeed;
use crate::protocols::find;
use crate::protocols::protocol::FieldValues;
use crate::search::account::ListedTerminal;
use crate::settings::{Places, TerminalSettings};
use crate::terminal::setting_up::{self as setup, Permitted, SetUpDeed, Settled, SetupError, Subject, Wanted};
use crate::terminal::{Author, Till, TillError};

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
    /// The shop's, as an ISO code.
    pub currency: Option<String>,
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

/// Carries it out, as the deed of whoever is named.
pub fn carry_out(link: &Link, order: SetUpOrder, author: Author) -> Task<app::Message> {
    let (till, places) = (link.till().clone(), link.places().clone());
    Task::perform(answer(till, places, order, author), said)
}

fn said(news: News) -> app::Message {
    app::Message::Desk(desk::Message::SettingUp(setting_up::Message::News(news)))
}

async fn answer(till: Till, places: Places, order: SetUpOrder, author: Author) -> News {
    let order = match order {
        SetUpOrder::Read => return News::Read(read(places).await.map_err(|error| Problem::from(&error))),
        other => other,
    };
    let done = match order {
        SetUpOrder::Move(moved) => move_to(&till, &places, *moved).await,
        order => change(&till, &places, order).await.map_err(|error| Problem::from(&error)),
    };
    let done = match done {
        Ok((done, deed)) => {
            // It is done: a disk that does not take this undoes nothing.
            let by = author.operator.as_deref();
            if let Some(Err(error)) = OptionFuture::from(deed.map(|deed| deed.note(till.journal(), by))).await {
                tracing::error!(%error, "who set a terminal up is not in the journal");
            }
            Ok(done)
        }
        Err(problem) => Err(problem),
    };
    News::Done(done)
}

async fn read(places: Places) -> Result<KnownTerminals, SetupError> {
    let settings = setup::load(&places).await?;
    let (default, currency) = (settings.default_terminal, settings.shop.currency);
    Ok(KnownTerminals { terminals: settings.terminals, default, currency })
}

async fn change(till: &Till, places: &Places, order: SetUpOrder) -> Result<(Done, Option<SetUpDeed>), SetupError> {
    match order {
        SetUpOrder::Save(wanted) => {
            let name = wanted.name.trim().to_owned();
            let permitted = Permitted::of(places, *wanted, async |name| settled(till, &name).await).await?;
            setup::try_out(places, &permitted).await?;
            Ok((Done::Saved(name), Some(setup::set_up(places, permitted).await?)))
        }
        SetUpOrder::Remove(name) => {
            let deed = setup::remove(places, settled(till, &name).await?).await?;
            Ok((Done::Removed(name), Some(deed)))
        }
        SetUpOrder::MakeDefault(name) => Ok((Done::MadeDefault, Some(setup::make_default(places, name).await?))),
        SetUpOrder::Pair(name, told) => {
            let (subject, settled) = (subject(places, &name).await?, settled(till, &name).await?);
            let paired = setup::pair(places, &subject, &told, &settled).await?;
            let deed = SetUpDeed::paired(&name, &paired);
            Ok((Done::Paired(name), Some(deed)))
        }
        SetUpOrder::Unpair(name) => {
            let (subject, settled) = (subject(places, &name).await?, settled(till, &name).await?);
            setup::unpair(places, &subject, &settled).await?;
            let deed = SetUpDeed::new(&name, TerminalDeed::Unpaired, []);
            Ok((Done::Unpaired(name), Some(deed)))
        }
        SetUpOrder::Read | SetUpOrder::Move(_) => Ok((Done::MadeDefault, None)),
    }
}

/// Never under a payment in doubt, as with any other change of where a terminal is.
async fn move_to(till: &Till, places: &Places, moved: Moved) -> Result<(Done, Option<SetUpDeed>), Problem> {
    let name = moved.known.name.clone();
    settled(till, &name).await.map_err(|error| Problem::from(&error))?;
    search_again_link::keep(places, moved).await?;
    let deed = SetUpDeed::new(&name, TerminalDeed::FoundAgain, ["host", "port"]);
    Ok((Done::Moved(name), Some(deed)))
}

async fn settled(till: &Till, name: &str) -> Result<Settled, SetupError> {
    let name = name.to_owned();
    till.journal().read(move |journal| Settled::of(journal, &name)).await?
}

async fn subject(places: &Places, name: &str) -> Result<Subject, SetupError> {
    let settings = setup::load(places).await?;
    let known = settings.terminal(name).ok_or_else(|| SetupError::UnknownTerminal(name.to_owned()))?;
    let unknown = || SetupError::UnknownProtocol { terminal: name.to_owned(), protocol: known.protocol.clone() };
    Subject::of(known, find(&known.protocol).ok_or_else(unknown)?)
}

/// The running till takes up what the settings say now.
pub fn take_up(link: &Link, renewed: BTreeSet<String>) -> Task<app::Message> {
    let link = link.clone();
    let taken = async move {
        let settings = setup::load(link.places()).await.map_err(|error| Problem::from(&error))?;
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
    let settings = setup::load(link.places()).await?;
    let subject = doctor::Subject::in_till(link.places(), &settings, link.till(), name);
    subject.ok_or_else(|| SetupError::UnknownTerminal(name.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::protocols::{Protocol, registry};
    use crate::settings::Settings;
    use crate::terminal::Which;

    /// Of the family that needs an address and nothing else.
    fn save(host: &str, new: bool) -> SetUpOrder {
        let needs = |protocol: &&Protocol| {
            protocol.fields.iter().filter(|field| field.required).map(|field| field.name).eq(["host"])
        };
        let protocol = registry().iter().find(needs).unwrap().id.to_owned();
        let mut fields = FieldValues::default();
        fields.set("host", host);
        let (name, (secrets, identity)) = ("front".to_owned(), Default::default());
        SetUpOrder::Save(Box::new(Wanted { name, protocol, fields, secrets, default: false, new, identity }))
    }

    #[tokio::test]
    async fn who_sets_a_terminal_up_at_the_window_is_in_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        let till = Till::open(&places, &Settings::default(), Which::All).await.unwrap();
        let ada = Author { operator: Some("Ada".to_owned()), allowed_by: None };
        let make_default = SetUpOrder::MakeDefault("front".to_owned());
        let orders = [
            (save("10.0.0.7", true), &ada),
            (save("10.0.0.7", true), &ada),
            (save("10.0.0.8", false), &ada),
            (make_default, &Author::default()),
            (SetUpOrder::Remove("front".to_owned()), &ada),
        ];
        let mut done = Vec::new();
        for (order, author) in orders {
            let News::Done(said) = answer(till.clone(), places.clone(), order, author.clone()).await else { panic!() };
            done.push(said.is_ok());
        }
        assert_eq!(done, [true, false, true, true, true], "the name was taken");
        let deeds = till.journal().read(|journal| journal.deeds_of("Ada", 10)).await.unwrap().unwrap();
        let told = deeds.iter().rev().map(|deed| deed.body["terminal_set_up"]["deed"].clone()).collect::<Vec<_>>();
        assert_eq!(told, ["added", "changed", "removed"]);
        till.close().await;
    }
}
