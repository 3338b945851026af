//! `serve`: holds the standing connections without a window, until interrupted.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::journal::JournalError;
use crate::protocols::driver::Session;
use crate::protocols::protocol::TerminalFace;
use crate::terminal::{Bills, Signal, TerminalHandle};
use crate::terminal::{TRAINING, Till, Which};

use super::arguments::Serve;
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::events::{Event, LinkState};
use super::exit_status::ExitStatus;
use super::following::Follower;
use super::interrupts::Interrupts;

/// How long the terminals may take to say goodbye.
const DISCONNECTED_WITHIN: Duration = Duration::from_secs(20);

pub async fn serve(context: &Context, asked: &Serve) -> Done {
    let mut names = asked.names.clone();
    names.dedup();
    if let Some(stranger) = names.iter().find(|name| *name != TRAINING && context.settings.terminal(name).is_none()) {
        return Err(context.no_such_terminal(stranger));
    }
    if names.is_empty() && context.settings.terminals.is_empty() {
        return Err(context.usage("no-terminal", &[]));
    }
    let mut interrupts =
        Interrupts::listen().map_err(|error| context.failed("no-interrupts", &[("problem", &error.to_string())]))?;
    let which = match names.as_slice() {
        [only] => Which::Only(only.clone()),
        _ => Which::All,
    };
    let till = context.open_till(which).await?;
    for error in till.broken() {
        context.output.progress(&context.till_failed(error).message);
    }
    name_damaged_bills(context, &till).await;
    let done = served(context, &till, &names);
    if let Ok(handles) = &done {
        let connections =
            join_all(handles.iter().map(|handle| hold(context, handle, Deeds::of(context, &till), asked)));
        tokio::select! {
            _ = connections => {}
            () = interrupts.next() => {}
        }
        let goodbyes = join_all(handles.iter().map(|handle| handle.disconnect()));
        let _ = tokio::time::timeout(DISCONNECTED_WITHIN, goodbyes).await;
    }
    let done = done.map(|_| ExitStatus::Done);
    till.close().await;
    done
}

/// Card machines are offered the others.
async fn name_damaged_bills(context: &Context, till: &Till) {
    match Bills::new(till.journal().clone()).damaged().await {
        Ok(damaged) => {
            for bill in damaged {
                let damage = JournalError::Damaged { detail: format!("bill {bill}") };
                context.output.progress(&context.journal_failed(&damage).message);
            }
        }
        Err(error) => context.output.progress(&context.journal_failed(&error).message),
    }
}

/// Those that were named, or all that are set up; and whoever plays for one of them.
fn served<'a>(context: &Context, till: &'a Till, names: &[String]) -> Result<Vec<&'a TerminalHandle>, Failure> {
    let mut served: Vec<&TerminalHandle> = if names.is_empty() {
        till.terminals().iter().filter(|handle| handle.name() != TRAINING).collect()
    } else {
        names.iter().map(|name| context.handle(till, name)).collect::<Result<_, _>>()?
    };
    let faces: Vec<TerminalFace> = served.iter().filter_map(|handle| handle.view().borrow().face.clone()).collect();
    for face in faces {
        match till.terminal(&face.through) {
            Some(player) if served.iter().all(|handle| handle.name() != player.name()) => served.push(player),
            // Why it could not be started has been said, and the others can be served.
            None if names.is_empty() => {}
            _ => {
                context.handle(till, &face.through)?;
            }
        }
    }
    Ok(served)
}

/// Connects one terminal and says everything that happens there.
async fn hold(context: &Context, handle: &TerminalHandle, deeds: Deeds, asked: &Serve) {
    let mut signals = handle.signals();
    let mut follower = Follower::new(context, handle, deeds, asked.answering);
    let face = handle.view().borrow().face.clone();
    if let Some(face) = &face {
        let placeables =
            [("terminal", handle.name()), ("number", face.number.as_str()), ("through", face.through.as_str())];
        context.output.progress(&context.texts().with("cli-face-number", &placeables));
    }
    let mut link = Standing { context, terminal: handle.name(), is_face: face.is_some(), said: None };
    handle.connect().await;
    let session = handle.view().borrow().session.clone();
    if let Some(session) = session {
        link.say(&session);
    }
    loop {
        tokio::select! {
            signal = next(&mut signals) => match signal {
                Some(Signal::Session(session)) => link.say(&session),
                Some(other) => follower.say_served(&other).await,
                None => break,
            },
            line = follower.keyboard.line() => follower.typed(&line).await,
        }
    }
}

async fn next(signals: &mut broadcast::Receiver<Signal>) -> Option<Signal> {
    loop {
        match signals.recv().await {
            Ok(signal) => return Some(signal),
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "signals were missed"),
            Err(RecvError::Closed) => return None,
        }
    }
}

/// The standing connection, said when it changes.
struct Standing<'a> {
    context: &'a Context,
    terminal: &'a str,
    is_face: bool,
    said: Option<Link>,
}

impl Standing<'_> {
    fn say(&mut self, session: &Session) {
        let link = Link::of(self.context, self.is_face, session);
        let before = self.said.as_ref();
        if before.is_none_or(|said| (said.state, &said.text) != (link.state, &link.text)) {
            say_link(self.context, self.terminal, &link);
        }
        if let Some(cause) = link.cause.as_ref().filter(|_| before != Some(&link)) {
            let placeables = [("terminal", self.terminal), ("text", cause)];
            self.context.output.progress(&self.context.texts().with("cli-link-cause", &placeables));
        }
        self.said = Some(link);
    }
}

/// What a session means for the standing connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Link {
    pub state: LinkState,
    pub text: String,
    /// Why it is not there, where the text does not say so.
    pub cause: Option<String>,
}

impl Link {
    /// Where the till is the terminal, its text is one of two that are the same in every language (reference 2.7 of eConduit).
    pub fn of(context: &Context, is_face: bool, session: &Session) -> Link {
        let texts = context.texts();
        let (state, text) = match session {
            Session::Ready(description) => (LinkState::Online, description.join(", ")),
            Session::Connecting => (LinkState::Offline, texts.get("cli-connecting")),
            Session::Maintenance => (LinkState::Offline, texts.get("cli-maintenance")),
            Session::Offline(explanation) | Session::Refused(explanation) => {
                (LinkState::Offline, texts.explain(explanation))
            }
        };
        match state {
            _ if !is_face => Link { state, text, cause: None },
            LinkState::Online => Link { state, text: texts.get("cli-pos-online"), cause: None },
            LinkState::Offline => Link { state, text: texts.get("cli-pos-offline"), cause: Some(text) },
        }
    }
}

/// The `link` event, or its line for people.
pub fn say_link(context: &Context, terminal: &str, link: &Link) {
    let Link { state, text, .. } = link;
    context.output.event(&Event::Link { terminal: terminal.to_owned(), state: *state, text: text.clone() });
    let key = match (state, text.is_empty()) {
        (LinkState::Online, true) => "cli-link-online",
        (LinkState::Online, false) => "cli-link-online-as",
        (LinkState::Offline, _) => "cli-link-offline",
    };
    context.output.line(&context.texts().with(key, &[("terminal", terminal), ("text", text)]));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::cli::output::Output;
    use crate::domain::outcome::{Explanation, Fault};
    use crate::settings::{Places, Settings};
    use crate::texts::Texts;

    #[test]
    fn the_till_as_a_terminal_is_pos_online_or_pos_offline_in_every_language_and_the_cause_is_told_beside() {
        let folder = tempfile::tempdir().unwrap();
        for language in ["en", "sv"] {
            let context = Context {
                places: Places::in_folder(folder.path()),
                settings: Settings::default(),
                output: Output::new(true, Texts::new(Some(language))),
                operator: None,
                dropped: Vec::new(),
            };
            let face = |session: &Session| Link::of(&context, true, session);
            let ready = face(&Session::Ready(vec!["OK-REGISTRATION".to_owned()]));
            assert_eq!(ready, Link { state: LinkState::Online, text: "POS Online".to_owned(), cause: None });
            let refused = Explanation::new("explain-link-refused", Fault::Link);
            for session in [Session::Connecting, Session::Maintenance, Session::Offline(refused.clone())] {
                let link = face(&session);
                assert_eq!((link.state, link.text.as_str()), (LinkState::Offline, "POS Offline"));
                let plain = Link::of(&context, false, &session);
                assert_eq!((link.cause, plain.cause), (Some(plain.text), None));
            }
        }
    }
}
