//! The desk's routes from the terminals: their pictures come in, and one of them is chosen.

use std::sync::Arc;

use super::bill_routes::takes_payments;
use super::desk::{Desk, Place};
use super::question_routes::{asked_of, is_asking};
use crate::domain::outcome::Explanation;
use crate::terminal::{Errand, Stopping, TerminalView};

impl Desk {
    pub(super) fn terminal_changed(&mut self, view: Arc<TerminalView>) {
        if let (Some(pending), Some(payment)) = (&self.pending, &view.payment)
            && pending.terminal == view.name
            && pending.payment.as_ref() == Some(&payment.id)
        {
            self.pending = None;
        }
        if self.leaving && !is_running(&view) {
            self.leaving = self.terminals.iter().any(|other| other.name != view.name && is_running(other));
        }
        if let Some(payment) = &view.payment {
            self.payment.look_at(payment);
        }
        self.trial_seen(&view);
        let known = self.terminals.iter().find(|known| known.name == view.name);
        let asks = is_asking(&view) && known.is_none_or(|known| asked_of(known) != asked_of(&view));
        let said = known.and_then(|known| unstoppable(known));
        if said != unstoppable(&view) && self.problem.as_ref().is_some_and(|problem| Some(problem.key.as_str()) == said)
        {
            // It has ended, or can be stopped after all.
            self.problem = None;
        }
        let name = view.name.clone();
        match self.terminals.iter_mut().find(|known| known.name == view.name) {
            Some(known) => *known = view,
            None => self.terminals.push(view),
        }
        if asks {
            self.come_to_question(&name);
        } else {
            self.go_back_from_question();
        }
    }

    /// Machines at the tables are looked at there.
    pub(super) fn can_choose(&self, place: usize) -> bool {
        self.terminals.get(place).is_some_and(|terminal| terminal.face.is_some() || takes_payments(terminal))
    }

    pub(super) fn choose(&mut self, place: usize) {
        self.interrupted = None;
        if self.chosen != place {
            self.ring_up.forget_means();
        }
        self.chosen = place;
        self.place = Place::Counter;
        self.problem = None;
        self.day.forget_the_step();
    }

    /// The newest notice of the chosen terminal nobody has read.
    pub(super) fn notice(&self) -> Option<&Explanation> {
        let terminal = self.terminal()?;
        let read = self.read.get(&terminal.name);
        terminal.notices.last().filter(|_| read != Some(&terminal.notices))
    }
}

pub(super) fn is_running(terminal: &TerminalView) -> bool {
    let closing = matches!(terminal.errand, Some(Errand::EndDay(_)));
    closing || terminal.is_paying()
}

/// Why the payment that runs on it cannot be stopped now.
fn unstoppable(terminal: &TerminalView) -> Option<&'static str> {
    let payment = terminal.payment.as_ref().filter(|payment| payment.outcome().is_none())?;
    match payment.stopping {
        Stopping::Impossible(why) => Some(why),
        Stopping::Possible => None,
    }
}
