//! The search for one terminal that is set up, between window and network, and its new address in the settings.

use iced::Task;
use iced::futures::SinkExt;
use iced::futures::channel::mpsc::Sender;
use iced::stream;
use tokio::sync::mpsc;

use super::app;
use super::desk;
use super::problem::{Placeable, Problem};
use super::search_link::RunningSearch;
use super::set_up_link::News;
use super::setting_up;
use crate::search::sought::{self, NotSought};
use crate::search::{
    FoundAgain, Hit, NotFoundAgain, Progress, Scope, again, find_again, known_addresses, own_addresses, own_networks,
    search,
};
use crate::settings::{Places, Settings, SettingsError, TerminalSettings};
use crate::terminal::setting_up::SetupError;

/// News of a search that the window has not looked at yet.
const NEWS: usize = 64;

/// What is heard of the search.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// So many of so many questions are done.
    Asked {
        done: usize,
        of: usize,
    },
    Moved(Box<Moved>),
    /// It answers where it is set up.
    Here(String),
    NotFound(Problem),
}

/// A terminal that has another address now.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// As it was when it was looked for.
    pub known: TerminalSettings,
    /// Where it was, as a person reads it.
    pub from: String,
    pub hit: Hit,
}

impl Moved {
    pub fn to(&self) -> String {
        format!("{}:{}", self.hit.address, self.hit.port)
    }
}

/// Looks for the terminal. What comes of it changes nothing.
pub fn start(running: &RunningSearch, places: Places, terminal: String) -> Task<app::Message> {
    let telling = stream::channel(NEWS, async move |mut window: Sender<app::Message>| {
        let news = seek(&mut window, places, &terminal).await.unwrap_or_else(Sought::NotFound);
        let _ = window.send(said(&terminal, news)).await;
    });
    running.run(Task::stream(telling))
}

fn said(terminal: &str, news: Sought) -> app::Message {
    let news = News::Sought(terminal.to_owned(), news);
    app::Message::Desk(desk::Message::SettingUp(setting_up::Message::News(news)))
}

async fn seek(window: &mut Sender<app::Message>, places: Places, name: &str) -> Result<Sought, Problem> {
    let of = name.to_owned();
    let prepared = tokio::task::spawn_blocking(move || prepared(&places, &of)).await;
    let (known, from, scope) = prepared.map_err(|_| Problem::new("window-terminal-ended"))??;
    let (tell, mut news) = mpsc::channel(NEWS);
    let telling = async {
        while let Some(progress) = news.recv().await {
            if let Progress::Asked { done, of } = progress {
                let _ = window.send(said(name, Sought::Asked { done, of })).await;
            }
        }
    };
    let (result, ()) = tokio::join!(search(&scope, uuid::Uuid::new_v4().as_u64_pair().0, tell), telling);
    // Another one that is not reached in time could be it too.
    if !result.whole {
        return Err(Problem::new("window-search-unfinished"));
    }
    match find_again(&known, &result.hits) {
        Ok(FoundAgain::Here { .. }) => Ok(Sought::Here(from)),
        Ok(FoundAgain::Moved(hit)) => Ok(Sought::Moved(Box::new(Moved { known, from, hit }))),
        Err(problem) => Err(not_found(name, &problem)),
    }
}

/// The terminal, where it is set up, and whom to ask.
fn prepared(places: &Places, name: &str) -> Result<(TerminalSettings, String, Scope), Problem> {
    let settings = Settings::load(&places.settings_file()).map_err(of_settings)?;
    let known = settings.terminal(name).ok_or_else(|| about("window-terminal-not-set-up", name))?;
    let sought = sought::Sought::of(known).map_err(|why| not_sought(name, why))?;
    let networks = sought.networks(own_networks().unwrap_or_default());
    if networks.is_empty() {
        return Err(Problem::new("window-search-no-network"));
    }
    let from = sought.address();
    Ok((known.clone(), from, sought.scope(networks, known_addresses(&settings), own_addresses())))
}

fn of_settings(error: SettingsError) -> Problem {
    Problem::from(&SetupError::Settings(error))
}

fn about(key: &str, terminal: &str) -> Problem {
    Problem { placeables: vec![("terminal", Placeable::Words(terminal.to_owned()))], ..Problem::new(key) }
}

fn not_sought(name: &str, why: NotSought) -> Problem {
    let mut problem = match &why {
        NotSought::UnknownProtocol(_) => about("till-unknown-protocol", name),
        NotSought::Field(_) => about("window-terminal-field-wrong", name),
        NotSought::Elsewhere(_) => about("window-find-again-unknown", name),
    };
    match why {
        NotSought::UnknownProtocol(protocol) => problem.placeables.push(("protocol", Placeable::Words(protocol))),
        NotSought::Field(error) => problem.placeables.push(("problem", Placeable::Field(error))),
        NotSought::Elsewhere(_) => {}
    }
    problem
}

fn not_found(name: &str, why: &NotFoundAgain) -> Problem {
    match why {
        NotFoundAgain::UnknownIdentity => about("window-find-again-unknown", name),
        NotFoundAgain::Nobody { strangers: 0 } => about("window-find-again-nobody", name),
        NotFoundAgain::Nobody { .. } => about("window-find-again-others", name),
        NotFoundAgain::Several(places) => {
            let mut problem = about("window-find-again-several", name);
            problem.placeables.push(("addresses", Placeable::Words(places.join(", "))));
            problem
        }
    }
}

/// The new address counts from now on. Whoever calls has made sure that nothing of the terminal's is open.
///
/// # Errors
/// Why the settings are as they were.
pub async fn keep(places: &Places, moved: Moved) -> Result<(), Problem> {
    let (file, name) = (places.settings_file(), moved.known.name.clone());
    let kept = move || again::keep(&file, &moved.known, &FoundAgain::Moved(moved.hit));
    let kept = tokio::task::spawn_blocking(kept).await.map_err(|_| Problem::new("window-terminal-ended"))?;
    match kept {
        Ok(true) => Ok(()),
        Ok(false) => Err(about("window-find-again-changed", &name)),
        Err(error) => Err(of_settings(error)),
    }
}
