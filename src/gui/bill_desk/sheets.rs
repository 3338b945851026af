//! What the screens of a bill and of the tables want of the bill at the counter.

use super::steps::Step;
use super::{Action, Beside, BillDesk, Sheet, obstacle};
use crate::domain::{BillAccount, BillChange};
use crate::gui::bill_link::{BillOrder, By};
use crate::gui::problem::Problem;
use crate::gui::screens::cash::{self, Cash};
use crate::gui::screens::park::{self, Park};
use crate::gui::screens::{bill_edit, split, tables};

impl BillDesk {
    pub(super) fn edited(&mut self, message: bill_edit::Message) -> Vec<Action> {
        let (Sheet::Edit(edit), Some(account)) = (&mut self.sheet, self.steps.shown()) else { return Vec::new() };
        match edit.update(message, account.bill.currency) {
            bill_edit::Action::None => Vec::new(),
            bill_edit::Action::Back => {
                self.sheet = Sheet::Lines;
                Vec::new()
            }
            bill_edit::Action::Change(change) => {
                self.sheet = Sheet::Lines;
                self.changed(change)
            }
        }
    }

    pub(super) fn at_cash(&mut self, message: cash::Message, beside: Beside<'_>) -> Vec<Action> {
        let (Sheet::Cash(cash), Some(account)) = (&mut self.sheet, self.steps.shown()) else { return Vec::new() };
        match cash.update(message, account) {
            cash::Action::None => Vec::new(),
            cash::Action::Back => {
                self.sheet = if self.split.is_open() { Sheet::Split } else { Sheet::Lines };
                Vec::new()
            }
            cash::Action::Take { amount_minor, given_minor, lines } => {
                if let Some(key) = obstacle(account, beside.terminal) {
                    return vec![Action::Problem(Problem::new(key))];
                }
                let mut actions = vec![Action::Fine];
                actions.extend(self.push(Step::Cash { amount_minor, given_minor, lines }));
                actions
            }
        }
    }

    pub(super) fn open_split(&mut self) -> Vec<Action> {
        match self.bill() {
            Some(account) if account.settlement.due_minor > 0 => {
                self.split.open();
                self.sheet = Sheet::Split;
                Vec::new()
            }
            _ => vec![Action::Problem(Problem::new("bill-error-nothing-due"))],
        }
    }

    pub(super) fn at_split(&mut self, message: split::Message, beside: Beside<'_>) -> Vec<Action> {
        let Some(account) = self.steps.shown() else { return Vec::new() };
        match self.split.update(message, account) {
            split::Action::None => Vec::new(),
            split::Action::Back => {
                self.split.close();
                self.sheet = Sheet::Lines;
                Vec::new()
            }
            split::Action::Card { .. } if !beside.ready => Vec::new(),
            split::Action::Card { amount_minor, lines } => self.pay_card(Some(amount_minor), lines, beside.terminal),
            split::Action::Cash { amount_minor, lines } => {
                self.sheet = Sheet::Cash(Cash::of(Some(amount_minor), lines));
                Vec::new()
            }
        }
    }

    /// Back to its table, or to one that is chosen; without lines it is given up.
    pub(super) fn park(&mut self) -> Vec<Action> {
        let Some(account) = self.bill() else { return Vec::new() };
        let is_empty = account.bill.standing_lines().next().is_none() && account.payments.is_empty();
        if is_empty {
            return self.remove();
        }
        if account.bill.table.is_some() {
            return self.push(Step::Leave(vec![BillChange::PutBack]));
        }
        self.sheet = Sheet::Park(Park::default());
        vec![
            Action::Order(By::Tables, BillOrder::ReadTables),
            Action::Order(By::Tables, BillOrder::ReadOpen),
            Action::Focus(park::NAME),
        ]
    }

    pub(super) fn parking(&mut self, message: park::Message) -> Vec<Action> {
        let Sheet::Park(park) = &mut self.sheet else { return Vec::new() };
        match park.update(message) {
            park::Action::None => Vec::new(),
            park::Action::Back => {
                self.sheet = Sheet::Lines;
                Vec::new()
            }
            park::Action::Park(table) => {
                let mut changes: Vec<BillChange> = Vec::new();
                changes.extend(table.map(|table| BillChange::Seated { table: Some(table) }));
                changes.push(BillChange::PutBack);
                self.push(Step::Leave(changes))
            }
        }
    }

    pub(super) fn at_tables(&mut self, message: tables::Message) -> Vec<Action> {
        let on_counter = self.bill().map(|account| account.bill.id.clone());
        match self.tables.update(message, on_counter.as_ref()) {
            tables::Action::None => Vec::new(),
            tables::Action::Leave => vec![Action::ToCounter],
            tables::Action::Focus(field) => vec![Action::Focus(field)],
            tables::Action::Connect(terminal) => vec![Action::Connect(terminal)],
            tables::Action::Order(order) => vec![Action::Fine, Action::Order(By::Tables, order)],
            tables::Action::TakeUp(account) => self.take_up(&account),
        }
    }

    /// A bill that has a table makes way for the next one; one that has none must be put away by a person.
    pub(super) fn take_up(&mut self, account: &BillAccount) -> Vec<Action> {
        let mut actions = vec![Action::Fine];
        match self.bill() {
            Some(held) if held.bill.table.is_none() => {
                return vec![Action::Problem(Problem::new("window-bill-on-counter"))];
            }
            Some(_) => actions.extend(self.park()),
            None => {}
        }
        let order = BillOrder::Change(account.bill.id.clone(), vec![BillChange::TakenUp]);
        actions.push(Action::Order(By::Tables, order));
        actions
    }
}
