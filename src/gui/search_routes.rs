//! The desk's routes to and from the search for terminals.

use super::desk::{Desk, Place};
use super::effect::Effect;
use super::screens::search;

impl Desk {
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        self.place = Place::Search;
        vec![Effect::PlanSearch]
    }

    pub(super) fn search(&mut self, message: search::Message) -> Vec<Effect> {
        match self.search.update(message) {
            search::Action::None => Vec::new(),
            search::Action::Start => {
                let ends = self.setting_up.stop_finding().then_some(Effect::StopSearch);
                ends.into_iter().chain([Effect::StartSearch]).collect()
            }
            search::Action::Stop => vec![Effect::StopSearch],
            search::Action::SetUp { protocol, fields } => {
                self.place = Place::Terminals;
                let form = self.setting_up.add_found(protocol, &fields);
                [Effect::StopSearch].into_iter().chain(form.effects).collect()
            }
            search::Action::Leave => {
                self.place = Place::Terminals;
                Vec::new()
            }
        }
    }
}
