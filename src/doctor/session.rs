//! What speaks at the terminal's port, and whether it lets the till in.

use std::time::Duration;

use tokio::time::timeout;

use crate::domain::outcome::{Explanation, Fault};
use crate::links::probe::{self, Shown, Speaker};
use crate::protocols::driver::{Loss, LossCause, Session, Tls};
use crate::protocols::protocol::{Peer, Spoken};
use crate::terminal::TerminalHandle;

use super::examination::Subject;
use super::finding::Check;
use super::network::place_of;
use super::notebook::{Note, Notebook, Stop};
use super::terminal_word;

/// How long a terminal may take until it says who it is.
const REACHED_WITHIN: Duration = Duration::from_secs(35);
/// How long a driver may take until it says that it asks a terminal anew that was reached before.
const ASKS_ANEW_WITHIN: Duration = Duration::from_millis(500);
/// The same of one that did not let the till in: nothing is lost by waiting, and a slow computer may need it.
const TRIES_AGAIN_WITHIN: Duration = Duration::from_secs(3);
/// A certificate that ends sooner should be made anew now, in days.
const ENDS_SOON: i64 = 14;
const DAY: i64 = 24 * 3600;

/// What became of the protocol's own handshake and login.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reached {
    Ready(Vec<String>),
    Refused(Explanation),
    NoAnswer,
}

/// # Errors
/// [`Stop`] where the till is not let in.
pub async fn look(
    subject: &Subject,
    handle: &TerminalHandle,
    peer: Option<&Peer>,
    notes: &mut Notebook,
) -> Result<(), Stop> {
    let secure = match peer {
        Some(peer @ Peer { tls: Tls::Yes { ca_file }, .. }) => {
            let shown = probe::certificate(&peer.host, peer.port, ca_file.as_deref()).await;
            look_at_tls(peer, shown, notes).await?;
            true
        }
        _ => false,
    };
    notes.look_at(if secure || peer.is_none() { Check::Session } else { Check::Speech }).await;
    let reached = reach(handle).await;
    if let Some(stranger) = terminal_word::stranger(subject, handle)
        && !matches!(reached, Reached::Ready(_))
    {
        notes.look_at(Check::Identity).await;
        return notes.write(stranger).await;
    }
    if let Some(peer) = peer.filter(|_| !secure) {
        look_at_speech(peer, &reached, notes).await?;
        notes.look_at(Check::Session).await;
    }
    notes.write(login(reached)).await
}

fn login(reached: Reached) -> Note {
    match reached {
        Reached::Ready(told) => Note::fine("doctor-session-fine").saying(told.join(", ")),
        Reached::Refused(explanation) => Note::of(&explanation),
        Reached::NoAnswer => Note::fault("doctor-session-no-answer", Fault::Link),
    }
}

/// Asks for a session and waits until the terminal has said who it is, or why not. What was told before is old.
async fn reach(handle: &TerminalHandle) -> Reached {
    let mut view = handle.view();
    let before = view.borrow_and_update().session.clone();
    handle.connect().await;
    let news_within = match &before {
        Some(Session::Ready(_)) => Some(ASKS_ANEW_WITHIN),
        Some(Session::Refused(_) | Session::Offline(_)) => Some(TRIES_AGAIN_WITHIN),
        Some(Session::Connecting | Session::Maintenance) | None => None,
    };
    if let Some(within) = news_within {
        // What was said holds where the line stands. Else the driver asks anew, perhaps another machine, and says so at once.
        let _ = timeout(within, view.wait_for(|view| view.session != before)).await;
        view.mark_changed();
    }
    let answered = async {
        loop {
            if view.changed().await.is_err() {
                return Reached::NoAnswer;
            }
            match view.borrow_and_update().session.clone() {
                Some(Session::Ready(told)) => return Reached::Ready(told),
                Some(Session::Refused(why) | Session::Offline(why)) => return Reached::Refused(why),
                Some(Session::Connecting | Session::Maintenance) | None => {}
            }
        }
    };
    timeout(REACHED_WITHIN, answered).await.unwrap_or(Reached::NoAnswer)
}

async fn look_at_tls(peer: &Peer, shown: Result<Shown, Loss>, notes: &mut Notebook) -> Result<(), Stop> {
    notes.look_at(Check::Speech).await;
    let shown = match shown {
        Err(loss) if !is_about_certificates(&loss) => return notes.write(no_tls(peer, &loss)).await,
        shown => shown,
    };
    notes.write(Note::fine("doctor-speech-tls").with("address", place_of(peer))).await?;
    notes.look_at(Check::Certificate).await;
    let note = match shown {
        Ok(Shown { ends }) => holds_until(ends, jiff::Timestamp::now().as_second()),
        Err(loss) => Note::of(&loss.explain(peer.stranger)),
    };
    notes.write(note).await
}

fn is_about_certificates(loss: &Loss) -> bool {
    matches!(loss.cause, LossCause::Certificate(_) | LossCause::CaFile)
}

fn no_tls(peer: &Peer, loss: &Loss) -> Note {
    let note = match loss.cause {
        LossCause::Garbled | LossCause::Stranger => Note::fault("doctor-speech-no-tls", Fault::Settings),
        LossCause::TimedOut => Note::fault("doctor-speech-silent", Fault::Link),
        _ => Note::fault("doctor-speech-hangs-up", Fault::Link),
    };
    note.with("address", place_of(peer)).with("field", peer.field).saying(&loss.detail)
}

fn holds_until(ends: Option<i64>, now: i64) -> Note {
    let until = ends.and_then(|ends| jiff::Timestamp::from_second(ends).ok());
    let (Some(ends), Some(until)) = (ends, until) else { return Note::fine("doctor-certificate-trusted") };
    let days = (ends - now).div_euclid(DAY);
    let note =
        if days < ENDS_SOON { Note::doubt("doctor-certificate-ends") } else { Note::fine("doctor-certificate-fine") };
    note.with("until", until.strftime("%Y-%m-%d")).with("days", days.max(0))
}

/// Where nothing was understood: what is it instead?
async fn look_at_speech(peer: &Peer, reached: &Reached, notes: &mut Notebook) -> Result<(), Stop> {
    let fine = || Note::fine("doctor-speech-fine").with("address", place_of(peer));
    let Some(fault) = not_understood(peer, reached) else { return notes.write(fine()).await };
    let note = match probe::speaker(&peer.host, peer.port).await {
        Ok(speaker) => instead(peer, speaker, reached, fault),
        // it has gone meanwhile: what the driver said of it says more
        Err(_) => None,
    };
    notes.write(note.unwrap_or_else(fine).with("field", peer.field)).await
}

/// Whose fault it is that nothing of the protocol came back; `None` where the protocol was spoken.
fn not_understood(peer: &Peer, reached: &Reached) -> Option<Fault> {
    match reached {
        Reached::Ready(_) => None,
        Reached::NoAnswer => Some(Fault::Link),
        Reached::Refused(why) => {
            let mute = ["explain-link-broken", "explain-link-timed-out"].contains(&why.key.as_str());
            (mute || why.key == peer.stranger).then_some(why.fault)
        }
    }
}

/// `None` for what speaks as it should, as far as can be seen from outside.
fn instead(peer: &Peer, speaker: Speaker, reached: &Reached, fault: Fault) -> Option<Note> {
    let is_stranger = matches!(reached, Reached::Refused(why) if why.key == peer.stranger);
    let key = match (&speaker, peer.spoken) {
        (Speaker::Web(_), Spoken::Http) => return None,
        // every WebSocket begins as a web server
        (Speaker::Web(_), Spoken::WebSocket) if !is_stranger => return None,
        (Speaker::Web(_), _) => "doctor-speech-web-server",
        (Speaker::Tls, _) => "doctor-speech-tls-on-plain",
        (Speaker::Ssh, _) => "doctor-speech-ssh",
        (Speaker::Silent, _) => "doctor-speech-silent",
        (Speaker::HangsUp, _) => "doctor-speech-hangs-up",
        (Speaker::Stranger(_), _) => "doctor-speech-stranger",
    };
    let note = Note::fault(key, fault).with("address", place_of(peer));
    Some(match speaker {
        Speaker::Web(said) | Speaker::Stranger(said) => note.saying(said),
        Speaker::Silent | Speaker::HangsUp | Speaker::Tls | Speaker::Ssh => note,
    })
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
