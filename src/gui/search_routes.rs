//! The desk's routes to and from the search for terminals.

use super::desk::{Desk, Place};
use super::effect::Effect;
use super::problem::{Placeable, Problem};
use super::screens::search;

impl Desk {
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        self.place = Place::Search;
        vec![Effect::PlanSearch]
    }

    pub(super) fn search(&mut self, message: search::Message) -> Vec<Effect> {
        match self.search.update(message) {
            search::Action::None => Vec::new(),
            search::Action::Start => vec![Effect::StartSearch],
            search::Action::Stop => vec![Effect::StopSearch],
            search::Action::SetUp { protocol, fields } => {
                let set: String = fields.iter().map(|(name, value)| format!(" --set {name}={value}")).collect();
                let command = Placeable::Words(format!("checkstand terminal add NAME --protocol {protocol}{set}"));
                self.problem =
                    Some(Problem { placeables: vec![("command", command)], ..Problem::new("window-search-add") });
                Vec::new()
            }
            search::Action::Leave => {
                self.place = Place::Settings;
                Vec::new()
            }
        }
    }
}
