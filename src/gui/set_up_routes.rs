//! The desk's routes to terminals that are set up.

use std::sync::Arc;

use super::bill_routes::takes_payments;
use super::desk::{Desk, Message, Place};
use super::effect::Effect;
use super::setting_up;
use crate::terminal::TerminalView;

impl Desk {
    pub(super) fn setting_up_said(&mut self, message: setting_up::Message) -> Vec<Effect> {
        let outcome = self.setting_up.update(message);
        if outcome.leave && self.place == Place::Terminals {
            self.back_from(Place::Settings);
        }
        let mut effects = self.one_search(outcome.effects);
        if outcome.find {
            effects.extend(self.open_search());
        }
        effects
    }

    /// The till has other terminals now. Whoever works with one goes on with it, where it is still there.
    pub(super) fn set_terminals(&mut self, terminals: Vec<Arc<TerminalView>>, default: Option<&str>) {
        let named = |name: &str| terminals.iter().position(|view| view.name == name);
        let before = self.terminal().filter(|view| !view.training || default.is_none());
        let chosen = before.and_then(|view| named(&view.name)).or_else(|| default.and_then(named));
        let chosen = chosen.or_else(|| terminals.iter().position(|view| takes_payments(view)));
        let is_another = chosen.and_then(|place| terminals.get(place)).map(|view| view.name.clone())
            != self.terminal().map(|view| view.name.clone());
        if is_another {
            self.ring_up.forget_means();
        }
        let (gone, new): (Vec<_>, Vec<_>) = (std::mem::take(&mut self.terminals), terminals);
        self.chosen = chosen.unwrap_or(0);
        self.terminals = new;
        // What was shown of a terminal that is gone is over.
        let is_gone =
            |name: &str| gone.iter().any(|view| view.name == name) && named_in(&self.terminals, name).is_none();
        if self.interrupted.as_ref().is_some_and(|(name, _)| is_gone(name)) {
            self.interrupted = None;
        }
        let changed: Vec<Arc<TerminalView>> = self.terminals.clone();
        for view in changed {
            let _ = self.update(Message::TerminalChanged(view));
        }
    }
}

fn named_in(terminals: &[Arc<TerminalView>], name: &str) -> Option<usize> {
    terminals.iter().position(|view| view.name == name)
}
