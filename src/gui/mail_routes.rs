//! The way between the page of the mail server and the rest.

use super::desk::Desk;
use super::effect::Effect;
use super::places::Place;
use super::screens::mail_server::{Action, Message};

impl Desk {
    pub(super) fn mail_server_said(&mut self, message: Message) -> Vec<Effect> {
        let kept = matches!(message, Message::Kept(_));
        match self.mail_server.update(message) {
            // What the window knows of it comes from the file.
            Action::None if kept => vec![Effect::ReadReceipts],
            Action::None => Vec::new(),
            Action::Keep(wanted) => vec![Effect::KeepMailServer(wanted)],
            Action::Try(to) => vec![Effect::TestMail(to)],
            Action::Leave => {
                self.place = Place::Receipts;
                Vec::new()
            }
        }
    }
}
