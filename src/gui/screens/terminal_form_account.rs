//! A form's way to the terminals of its account: when it can be asked, and what becomes of the one that is chosen.

use super::account_terminals::{AccountTerminals, Message};
use super::terminal_form::{Action, FieldMessage, Purpose, TerminalForm};
use crate::gui::problem::Problem;
use crate::search::account::ListedTerminal;

impl TerminalForm {
    /// The account has said which terminals it has, or why not.
    pub fn hear_account(&mut self, listed: Result<Vec<ListedTerminal>, Problem>) {
        self.account.hear(listed);
    }

    /// The field that names one of an account's terminals, where the account can be asked.
    pub(super) fn account_field(&self) -> Option<&'static str> {
        let account = self.protocol.account.filter(|_| !matches!(self.purpose, Purpose::Pair(_)))?;
        (account.offered)(&self.entries.values()).then_some(account.field)
    }

    pub(super) fn account_said(&mut self, message: Message) -> Action {
        match message {
            Message::ListPressed => return self.list_account(),
            Message::Picked(number) => self.pick(number),
        }
        Action::None
    }

    /// Or where the first thing is that keeps the account from being asked.
    fn list_account(&mut self) -> Action {
        if let Some(wrong) = self.first_wrong() {
            return Action::Focus(wrong);
        }
        self.account = AccountTerminals::Asked;
        Action::ListAccount(Box::new(self.wanted()))
    }

    fn pick(&mut self, number: usize) {
        if let (Some(field), Some(id)) = (self.account_field(), self.account.id(number)) {
            self.entries.update(FieldMessage::Typed(field, id.to_owned()));
            self.touched = true;
        }
    }
}
