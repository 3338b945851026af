//! What was changed in the settings of terminals is taken up by the running till, one change after the other.

use std::collections::BTreeSet;

use super::effect::Effect;
use super::problem::Problem;
use super::set_up_link::{Done, SetUpOrder};
use super::setting_up::{Outcome, SettingUp, Sheet};
use crate::terminal::TerminalView;

impl SettingUp {
    /// The settings file says it; now the till has to.
    pub(super) fn done(&mut self, done: Done) -> Outcome {
        self.sheet = Sheet::List;
        self.list.done();
        let mut renewed = BTreeSet::new();
        match done {
            Done::Saved(name) | Done::Paired(name) | Done::Moved(name) => {
                self.test_next = Some(name.clone());
                renewed.insert(name);
            }
            Done::Unpaired(name) => drop(renewed.insert(name)),
            Done::Removed(_) | Done::MadeDefault => {}
        }
        let mut outcome = Outcome::from(Effect::SetUp(SetUpOrder::Read));
        outcome.effects.extend(self.take_up(renewed));
        outcome
    }

    /// One taking up after the other.
    fn take_up(&mut self, renewed: BTreeSet<String>) -> Option<Effect> {
        if self.taking_up {
            self.again.get_or_insert_default().extend(renewed);
            return None;
        }
        self.taking_up = true;
        let renewed = renewed.into_iter().chain(self.waiting.iter().cloned()).collect();
        Some(Effect::TakeUpSettings(renewed))
    }

    /// The till has taken the settings up; at those that wait something is under way.
    pub fn taken_up(&mut self, taken: Result<BTreeSet<String>, Problem>) -> Vec<Effect> {
        self.taking_up = false;
        match taken {
            Ok(waiting) => self.waiting = waiting,
            Err(problem) => self.list.complain(problem),
        }
        if let Some(again) = self.again.take() {
            return self.take_up(again).into_iter().collect();
        }
        let testable = self.test_next.take().filter(|name| !self.waiting.contains(name));
        match (testable, &self.sheet) {
            (Some(name), Sheet::List) => self.test(name).effects,
            _ => Vec::new(),
        }
    }

    /// A terminal has shown a new picture: perhaps nothing is under way there any more.
    pub fn terminal_changed(&mut self, view: &TerminalView) -> Option<Effect> {
        let is_at_work = view.is_paying() || view.errand.is_some() || view.unsaved;
        if is_at_work || self.taking_up || !self.waiting.contains(&view.name) {
            return None;
        }
        self.take_up(BTreeSet::new())
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}
