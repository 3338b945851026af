//! The way between the page of receipts and the rest.

use super::desk::Desk;
use super::effect::Effect;
use super::places::Place;
use super::screens::receipts::{Action, Message};

impl Desk {
    pub(super) fn receipts_said(&mut self, message: Message) -> Vec<Effect> {
        match self.receipts.update(message) {
            Action::None => Vec::new(),
            Action::Keep(wanted) => vec![Effect::KeepReceipts(wanted)],
            Action::Mail => self.go_to(Place::MailServer),
            Action::Leave => {
                self.back_from(Place::Settings);
                Vec::new()
            }
        }
    }
}
