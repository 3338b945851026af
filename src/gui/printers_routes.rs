//! The way between the page of printers and the rest.

use super::desk::Desk;
use super::effect::Effect;
use super::places::Place;
use super::screens::printers::{Action, Message};

impl Desk {
    pub(super) fn printers_said(&mut self, message: Message) -> Vec<Effect> {
        match self.printers.update(message) {
            Action::None => Vec::new(),
            Action::Change(order) => vec![Effect::ChangePrinters(order)],
            Action::Test(printer) => vec![Effect::TestPrinter(printer)],
            Action::Find => vec![Effect::FindPrinters, Effect::Focus(super::screens::printer_form::PLACE)],
            Action::Focus(field) => vec![Effect::Focus(field)],
            Action::Leave => {
                self.back_from(Place::Settings);
                Vec::new()
            }
        }
    }
}
