//! The way to the search for one terminal that does not answer any more. One search runs at a time: whoever begins one ends the
//! other.

use super::desk::Desk;
use super::effect::Effect;
use super::screens::find_again::{Action, FindAgain};
use super::screens::search;
use super::set_up_link::SetUpOrder;
use super::setting_up::{Outcome, SettingUp, Sheet};
use crate::search::can_be_sought;
use crate::search::hit::known_identity;

impl SettingUp {
    pub(super) fn find_again(&mut self, name: String) -> Outcome {
        let known = self.list.known().terminals.iter().find(|known| known.name == name);
        let identity = known.map(|known| known_identity(known).to_string()).unwrap_or_default();
        self.sheet = Sheet::FindAgain(FindAgain::of(name.clone(), identity));
        Effect::FindAgain(name).into()
    }

    pub(super) fn found_again(&mut self, action: Action) -> Outcome {
        match action {
            Action::None => Outcome::default(),
            Action::Search(name) => Effect::FindAgain(name).into(),
            Action::Stop => Effect::StopSearch.into(),
            Action::Move(moved) => Effect::SetUp(SetUpOrder::Move(moved)).into(),
            Action::Leave => self.back(),
        }
    }

    /// The test's sheet offers the search where the terminal can be told from others.
    pub(super) fn tell_test(&mut self) {
        let Sheet::Test(test) = &mut self.sheet else { return };
        let known = self.list.known().terminals.iter().find(|known| known.name == test.terminal());
        test.set_can_be_sought(known.is_some_and(can_be_sought));
    }

    /// Whether one had to end.
    pub(super) fn stop_finding(&mut self) -> bool {
        let Sheet::FindAgain(finding) = &mut self.sheet else { return false };
        let ran = finding.is_running();
        finding.stop();
        ran
    }
}

impl Desk {
    /// What was wanted of terminals that are set up, and before it the end of a search that runs already.
    pub(super) fn one_search(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let begins = effects.iter().any(|effect| matches!(effect, Effect::FindAgain(_)));
        let ends = begins && self.search.is_running();
        if ends {
            self.search.update(search::Message::StopPressed);
        }
        ends.then_some(Effect::StopSearch).into_iter().chain(effects).collect()
    }
}
