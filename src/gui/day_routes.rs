//! The desk's routes to and from the day: the shop's own, and the terminals'.

use super::closing_day;
use super::desk::{Desk, Place};
use super::effect::Effect;
use crate::domain::DayReport;

impl Desk {
    /// What the chosen terminal tells of its day.
    pub(super) fn reports(&self) -> &'static [DayReport] {
        self.terminal().map_or(&[], |terminal| terminal.abilities.reports)
    }

    pub(super) fn close_day(&mut self, message: closing_day::Message) -> Vec<Effect> {
        let (reports, ready) = (self.reports(), self.ready());
        match self.day.update(message, reports, ready) {
            closing_day::Action::None => Vec::new(),
            closing_day::Action::Ask(report) => {
                self.problem = None;
                let terminal = self.terminal();
                terminal
                    .map(|terminal| Effect::EndDay { terminal: terminal.name.clone(), report })
                    .into_iter()
                    .collect()
            }
            closing_day::Action::Read(terminal) => self.open_reports(Some(terminal)),
        }
    }

    pub(super) fn open_day(&mut self) -> Vec<Effect> {
        self.place = Place::Day;
        self.shop_day.look();
        vec![Effect::ReadDay]
    }

    /// Begins with the newest report, of this terminal if one is named.
    pub(super) fn open_reports(&mut self, terminal: Option<String>) -> Vec<Effect> {
        self.place = Place::Reports;
        self.kept.open(terminal);
        vec![Effect::ReadReports]
    }
}
