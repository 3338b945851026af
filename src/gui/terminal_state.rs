//! What a terminal is doing, as a sign and a word that can be told apart without colour.

use super::scene::Scene;
use super::screens::till_face;
use crate::domain::DayReport;
use crate::domain::outcome::Explanation;
use crate::terminal::{Errand, Session, Stage, TerminalView};

/// Sign and Fluent id of what it does now.
pub fn state_of(terminal: &TerminalView) -> (&'static str, &'static str) {
    let stage = terminal.payment.as_ref().map(|payment| &payment.stage);
    match stage {
        Some(Stage::Starting | Stage::AtTerminal) => ("▶", "window-state-paying"),
        Some(Stage::Seeking(_)) => ("?", "window-state-seeking"),
        _ if terminal.errand.is_some() => ("▶", errand_key(terminal.errand)),
        _ if !terminal.unresolved.is_empty() => ("?", "window-state-in-doubt"),
        _ => (link_sign(terminal), link_key(terminal)),
    }
}

/// The sign of its link, whatever it does.
pub fn link_sign(terminal: &TerminalView) -> &'static str {
    match &terminal.session {
        None | Some(Session::Connecting) => "○",
        Some(Session::Ready(_)) => "●",
        Some(Session::Offline(_) | Session::Refused(_)) => "✘",
        Some(Session::Maintenance) => "–",
    }
}

/// The Fluent id of its link's state; that of a till's own face is about the POS (reference 2.7 of eConduit).
pub fn link_key(terminal: &TerminalView) -> &'static str {
    if terminal.face.is_some() {
        return till_face::state(terminal.session.as_ref()).1;
    }
    match &terminal.session {
        None => "window-state-not-yet",
        Some(Session::Connecting) => "window-state-connecting",
        Some(Session::Ready(_)) => "window-state-ready",
        Some(Session::Offline(_)) => "window-state-offline",
        Some(Session::Maintenance) => "window-state-maintenance",
        Some(Session::Refused(_)) => "window-state-refused",
    }
}

/// Why it is not there, where it said or the line did.
pub fn why_not_there(terminal: &TerminalView) -> Option<&Explanation> {
    match terminal.session.as_ref()? {
        Session::Offline(why) | Session::Refused(why) => Some(why),
        Session::Connecting | Session::Ready(_) | Session::Maintenance => None,
    }
}

/// The same in words, for a cashier.
pub fn explained(terminal: &TerminalView, scene: Scene<'_>) -> Option<String> {
    match terminal.session.as_ref()? {
        Session::Maintenance => Some(scene.text("window-maintenance")),
        _ => why_not_there(terminal).map(|why| scene.explain(why)),
    }
}

fn errand_key(errand: Option<Errand>) -> &'static str {
    match errand {
        Some(Errand::EndDay(DayReport::EndOfDay)) => "window-state-closing-day",
        Some(Errand::EndDay(_)) => "window-state-reporting",
        Some(Errand::Prompt(_)) => "window-state-prompting",
        Some(Errand::Scan) | None => "window-state-scanning",
    }
}
