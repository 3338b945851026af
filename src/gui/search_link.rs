//! A search for terminals between window and network: what it would be about, and the search itself as a stream of news.

use std::sync::{Arc, Mutex, PoisonError};

use iced::futures::SinkExt;
use iced::futures::channel::mpsc::Sender;
use iced::{Task, stream, task};
use tokio::sync::mpsc;

use super::app::Message;
use super::desk;
use super::screens::search::{self, Plan};
use crate::search::{Family, Progress, Scope, known_addresses, own_addresses, own_networks};
use crate::settings::{Places, Settings};

/// News of a search that the window has not looked at yet.
const NEWS: usize = 64;

/// The search that runs, if one does. There is one at a time.
#[derive(Clone, Default)]
pub struct RunningSearch(Arc<Mutex<Option<task::Handle>>>);

impl RunningSearch {
    /// Its sockets are closed.
    pub fn stop(&self) {
        self.replace(None);
    }

    /// In the place of the one before, which ends.
    pub fn run(&self, search: Task<Message>) -> Task<Message> {
        let (task, handle) = search.abortable();
        self.replace(Some(handle));
        task
    }

    fn replace(&self, next: Option<task::Handle>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next);
        before.as_ref().inspect(|handle| handle.abort());
    }
}

/// What a search would be about; nothing is sent.
pub fn plan() -> Task<Message> {
    let planned = async {
        let networks = tokio::task::spawn_blocking(own_networks).await.map_err(|error| error.to_string());
        let networks = networks?.map_err(|error| error.to_string())?;
        let scope = Scope { networks, families: Family::all(), ..Scope::default() };
        let families = scope.families.iter().map(|family| family.protocol.name_key).collect();
        let ports = scope.families.iter().flat_map(|family| family.ports.clone()).collect();
        Ok(Plan { stretches: scope.stretches(), families, ports })
    };
    Task::perform(planned, |planned| said(search::Message::Planned(planned)))
}

/// Each answer as it comes, and then the end.
pub fn start(running: &RunningSearch, places: Places) -> Task<Message> {
    running.run(Task::stream(stream::channel(NEWS, async move |mut window: Sender<Message>| {
        let whole = run(&mut window, places).await;
        let _ = window.send(said(search::Message::Ended { whole })).await;
    })))
}

/// Whether everybody was asked.
async fn run(window: &mut Sender<Message>, places: Places) -> bool {
    let prepared = tokio::task::spawn_blocking(move || {
        let settings = Settings::load(&places.settings_file()).unwrap_or_default();
        (own_networks().unwrap_or_default(), own_addresses(), settings)
    });
    let Ok((networks, own, settings)) = prepared.await else { return false };
    let first = known_addresses(&settings);
    let scope = Scope { networks, families: Family::all(), first, own, sought: None };
    let (tell, mut news) = mpsc::channel(NEWS);
    let dice = uuid::Uuid::new_v4().as_u64_pair().0;
    let telling = async {
        while let Some(progress) = news.recv().await {
            let known_as = match &progress {
                Progress::Found(hit) => hit.known_as(&settings).map(str::to_owned),
                Progress::Asked { .. } => None,
            };
            let _ = window.send(said(search::Message::Heard(progress, known_as))).await;
        }
    };
    let (result, ()) = tokio::join!(crate::search::search(&scope, dice, tell), telling);
    result.whole
}

fn said(message: search::Message) -> Message {
    Message::Desk(desk::Message::Search(message))
}
