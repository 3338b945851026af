//! `serve`: holds the standing connections without a window, until interrupted.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::protocols::driver::Session;
use crate::terminal::{Signal, TerminalHandle};
use crate::terminal::{TRAINING, Till, Which};

use super::arguments::Serve;
use super::context::{Context, Done, Failure};
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
    let done = served(context, &till, &names);
    if let Ok(handles) = &done {
        let connections = join_all(handles.iter().map(|handle| hold(context, handle, asked)));
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

fn served<'a>(context: &Context, till: &'a Till, names: &[String]) -> Result<Vec<&'a TerminalHandle>, Failure> {
    if names.is_empty() {
        return Ok(till.terminals().iter().filter(|handle| handle.name() != TRAINING).collect());
    }
    names.iter().map(|name| context.handle(till, name)).collect()
}

/// Connects one terminal and says everything that happens there.
async fn hold(context: &Context, handle: &TerminalHandle, asked: &Serve) {
    let mut signals = handle.signals();
    let mut follower = Follower::new(context, handle, asked.answering);
    let mut link = Link::new(context, handle.name());
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
struct Link<'a> {
    context: &'a Context,
    terminal: &'a str,
    said: Option<(LinkState, String)>,
}

impl<'a> Link<'a> {
    fn new(context: &'a Context, terminal: &'a str) -> Self {
        Link { context, terminal, said: None }
    }

    fn say(&mut self, session: &Session) {
        let (state, text) = link_of(self.context, session);
        if self.said.as_ref() == Some(&(state, text.clone())) {
            return;
        }
        self.said = Some((state, text.clone()));
        say_link(self.context, self.terminal, state, &text);
    }
}

/// What a session means for the standing connection.
pub fn link_of(context: &Context, session: &Session) -> (LinkState, String) {
    let texts = context.texts();
    match session {
        Session::Ready(description) => (LinkState::Online, description.join(", ")),
        Session::Connecting => (LinkState::Offline, texts.get("cli-connecting")),
        Session::Maintenance => (LinkState::Offline, texts.get("cli-maintenance")),
        Session::Offline(explanation) | Session::Refused(explanation) => {
            (LinkState::Offline, texts.explain(explanation))
        }
    }
}

/// The `link` event, or its line for people.
pub fn say_link(context: &Context, terminal: &str, state: LinkState, text: &str) {
    let event = Event::Link { terminal: terminal.to_owned(), state, text: text.to_owned() };
    context.output.event(&event);
    let key = match (state, text.is_empty()) {
        (LinkState::Online, true) => "cli-link-online",
        (LinkState::Online, false) => "cli-link-online-as",
        (LinkState::Offline, _) => "cli-link-offline",
    };
    context.output.line(&context.texts().with(key, &[("terminal", terminal), ("text", text)]));
}
