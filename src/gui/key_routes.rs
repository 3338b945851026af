//! What a key means at the desk, by where the cashier is.

use super::bill_desk;
use super::desk::{Desk, Message, Place};
use super::keys::Press;
use super::screens::diagnostics::Diagnostics;
use super::screens::hand_out::HandOut;
use super::screens::history::History;
use super::screens::mail_server::MailServer;
use super::screens::receipts::Receipts;
use super::screens::reports::Reports;
use super::screens::search::Search;
use super::signing_in;

impl Desk {
    /// What a key means where the cashier is.
    pub fn key(&self, press: Press) -> Option<Message> {
        match self.key_signing(press) {
            Some(message) => return Some(message),
            None if self.signing.is_wanted() && !self.has_running() => return None,
            None => {}
        }
        // A question about a terminal's day stands above every place.
        if let Some(message) = self.day.key(press).filter(|_| !self.is_asked()) {
            return Some(Message::Day(message));
        }
        let anywhere = self.key_of_any_place(press);
        anywhere.or_else(|| self.key_of_this_place(press))
    }

    fn key_of_this_place(&self, press: Press) -> Option<Message> {
        match self.place {
            Place::History => {
                let on_page = self.history.page_key(press, &self.terminals);
                on_page.or_else(|| History::key(press)).map(Message::History)
            }
            Place::Day => self.shop_day.key(press).map(Message::ShopDay),
            Place::Reports => Reports::key(press).map(Message::Reports),
            Place::Unresolved => self.unresolved.key(press, &self.terminals).map(Message::Unresolved),
            // Its keys are the window's own: what is set there is not the till's.
            Place::Settings | Place::Guide => None,
            Place::Diagnostics => Diagnostics::key(press).map(Message::Diagnostics),
            Place::Search => Search::key(press).map(Message::Search),
            Place::Operators => {
                self.signing.managing.key(press).map(|message| Message::Signing(signing_in::Message::Manage(message)))
            }
            Place::HandOut => HandOut::key(press).map(Message::HandOut),
            Place::MailServer => MailServer::key(press).map(Message::MailServer),
            Place::Printers => self.printers.key(press).map(Message::Printers),
            Place::Receipts => Receipts::key(press).map(Message::Receipts),
            Place::Terminals => self.setting_up.key(press).map(Message::SettingUp),
            Place::Tables => {
                self.bills.tables.key(press).map(|message| Message::Bills(bill_desk::Message::Tables(message)))
            }
            // Nothing is rung up where the till is the terminal.
            Place::Counter if self.terminal().is_some_and(|terminal| terminal.face.is_some()) => None,
            Place::Counter => match self.payment_shown() {
                Some(payment) => self.payment.key(press, payment).map(Message::Payment),
                None => self.counter_key(press),
            },
        }
    }
}
