//! The order of an examination.

use tokio::sync::mpsc;

use crate::protocols;
use crate::protocols::protocol::{FieldValues, Peer, Protocol};
use crate::settings::{Places, Settings, TerminalSettings};
use crate::terminal::{TRAINING, TerminalHandle, Till, TillError, training_settings};

use super::finding::{Check, Finding, Told};
use super::notebook::{Notebook, Stop};
use super::{disk, listener, network, remembering, session, terminal_word, till};

/// Who is examined.
pub struct Subject {
    pub places: Places,
    pub terminal: TerminalSettings,
    /// The running terminal of an open till, or what kept it from running.
    pub opened: Result<TerminalHandle, TillError>,
}

impl Subject {
    /// A terminal that is set up, or training, in a till that is open. `None` where there is none of this name.
    pub fn in_till(places: &Places, settings: &Settings, till: &Till, name: &str) -> Option<Subject> {
        let terminal = match settings.terminal(name) {
            Some(terminal) => terminal.clone(),
            None if name == TRAINING => training_settings(settings),
            None => return None,
        };
        let opened = till.terminal(name).cloned().ok_or_else(|| {
            let why = till.broken().iter().find(|error| error.terminal() == Some(name));
            why.and_then(TillError::of_terminal).unwrap_or_else(|| TillError::UnknownTerminal(name.to_owned()))
        });
        Some(Subject { places: places.clone(), terminal, opened })
    }

    /// Training lives inside the program: there is no network to look at.
    pub(super) fn is_inside(&self) -> bool {
        self.opened.as_ref().is_ok_and(|handle| handle.view().borrow().training)
    }

    pub(super) fn protocol(&self) -> Option<&'static Protocol> {
        protocols::find(&self.terminal.protocol)
    }

    /// With the protocol's defaults; nothing where they are wrong.
    pub(super) fn fields(&self) -> FieldValues {
        self.protocol().and_then(|protocol| protocol.checked(&self.terminal.fields).ok()).unwrap_or_default()
    }

    pub(super) fn peers(&self) -> Vec<Peer> {
        if self.is_inside() {
            return Vec::new();
        }
        self.protocol().map(|protocol| (protocol.peers)(&self.fields())).unwrap_or_default()
    }
}

/// Looks at everything between the settings and the terminal's own word, in the order of [`Check::ALL`], and stops at the first
/// fault. `tell` hears of each step; nobody has to listen. Every step is bounded, the longest by a minute in which a person may
/// unlock the keyring, and 35 s in which the terminal may answer. What a terminal does not have is left out.
pub async fn examine(subject: Subject, tell: mpsc::Sender<Told>) -> Vec<Finding> {
    let mut notes = Notebook::new(tell);
    // a fault has been written down; nothing else ends an examination early
    let _: Result<(), Stop> = go_through(&subject, &mut notes).await;
    notes.into_findings()
}

/// The same, and whoever has no fault is known by what it says of itself from then on: it is found again at another address.
/// For a person who tests a terminal; an examination for a report changes nothing.
pub async fn test(subject: Subject, tell: mpsc::Sender<Told>) -> Vec<Finding> {
    let mut notes = Notebook::new(tell);
    if go_through(&subject, &mut notes).await.is_ok() {
        remembering::look(&subject, &mut notes).await;
    }
    notes.into_findings()
}

async fn go_through(subject: &Subject, notes: &mut Notebook) -> Result<(), Stop> {
    notes.look_at(Check::Settings).await;
    notes.write(till::settings(subject).await).await?;
    notes.look_at(Check::Secrets).await;
    notes.write(till::secrets(subject).await).await?;
    notes.look_at(Check::Disk).await;
    notes.write(disk::look(subject).await).await?;
    let peers = subject.peers();
    if !peers.is_empty() {
        listener::look(subject, &peers, notes).await?;
    }
    let reached = network::look(subject, peers, notes).await?;
    let handle = match &subject.opened {
        Ok(handle) => handle,
        Err(error) => {
            notes.look_at(Check::Session).await;
            return notes.write(till::not_opened(error)).await;
        }
    };
    session::look(subject, handle, reached.first(), notes).await?;
    terminal_word::look(subject, handle, notes).await?;
    match reached.first() {
        Some(peer) => network::round_trip(peer, notes).await,
        None => Ok(()),
    }
}
