//! What the journal said to the bill at the counter.

use super::steps::Step;
use super::{Action, BillDesk, Sheet, steps};
use crate::domain::BillAccount;
use crate::domain::bill::{BillStage, Hold};
use crate::gui::bill_link::{BillOrder, By, News};
use crate::gui::problem::Problem;
use crate::gui::screens::bill::Lines;
use crate::gui::screens::settled::Settled;

impl BillDesk {
    pub(super) fn hear(&mut self, news: News) -> Vec<Action> {
        match news {
            News::Done(By::Counter, Ok(account)) => self.step_done(*account),
            News::Done(By::Counter, Err(problem)) => {
                let mut actions = vec![Action::Problem(problem)];
                actions.extend(self.steps.refused());
                if self.bill().is_none() {
                    // The bill that was to be opened is none.
                    self.put_sheet_away();
                }
                actions
            }
            News::Done(By::Tables, Ok(account)) => self.table_done(*account),
            News::Done(By::Tables, Err(problem)) => {
                self.tables.refused();
                vec![Action::Problem(problem), Action::Order(By::Tables, BillOrder::ReadOpen)]
            }
            News::Read(number, read) => self.heard_again(number, read.map(|account| *account)),
            News::Open(Ok(open)) => {
                self.tables.hear(open);
                Vec::new()
            }
            News::Parked(Ok(parked)) => {
                self.tables.hear_parked(parked);
                Vec::new()
            }
            News::PutBack(Ok(open)) => {
                let newest =
                    open.iter().rev().find(|account| account.bill.table.is_none() && account.bill.held.is_none());
                self.left_over = newest.cloned().map(Box::new);
                self.tables.hear(open);
                Vec::new()
            }
            News::Open(Err(problem)) | News::Parked(Err(problem)) | News::PutBack(Err(problem)) => {
                vec![Action::Problem(problem)]
            }
            News::Tables(names) => {
                if let Sheet::Park(park) = &mut self.sheet {
                    park.hear(names);
                }
                Vec::new()
            }
        }
    }

    fn step_done(&mut self, account: BillAccount) -> Vec<Action> {
        let Some(step) = self.steps.take_done() else { return Vec::new() };
        match step {
            Step::Leave(_) => self.leave(&account),
            Step::Cash { given_minor, amount_minor, .. } => {
                let change = account.money(given_minor.map_or(0, |given| given - amount_minor));
                let given = given_minor.map(|given| account.money(given));
                self.steps.set(Some(account.clone()).filter(|account| account.bill.is_open()));
                if !account.bill.is_open() {
                    self.split.close();
                }
                self.sheet = Sheet::Settled(Box::new(Settled { account, change: Some(change), given }));
            }
            Step::Ring { .. } | Step::Change(_) | Step::Card { .. } | Step::Close => {
                let gone = self.accept(account);
                let mut actions: Vec<Action> = gone.into_iter().collect();
                actions.extend(self.steps.go_on());
                return actions;
            }
        }
        self.steps.go_on()
    }

    fn leave(&mut self, account: &BillAccount) {
        self.steps.leave(&account.bill.id);
        self.sheet = Sheet::Lines;
        self.lines = Lines::default();
        self.split.close();
    }

    /// The bill as the journal has it now; the problem is that it is gone.
    fn accept(&mut self, account: BillAccount) -> Option<Action> {
        match account.bill.stage {
            BillStage::Open => {
                self.steps.set(Some(account));
                None
            }
            BillStage::Closed => {
                self.leave(&account);
                self.sheet = Sheet::Settled(Box::new(Settled { account, change: None, given: None }));
                None
            }
            BillStage::Removed | BillStage::MergedInto(_) => {
                self.leave(&account);
                Some(Action::Problem(Problem::new("window-bill-gone")))
            }
        }
    }

    fn heard_again(&mut self, number: u64, read: Result<BillAccount, Problem>) -> Vec<Action> {
        match read {
            Err(problem) => vec![Action::Problem(problem)],
            Ok(account) => match self.steps.is_newest(number, &account.bill.id) {
                steps::Age::Newest => self.accept(account).into_iter().collect(),
                steps::Age::Older => self.steps.read_again(),
                steps::Age::Other => Vec::new(),
            },
        }
    }

    fn table_done(&mut self, account: BillAccount) -> Vec<Action> {
        self.tables.done(&account);
        let reread = Action::Order(By::Tables, BillOrder::ReadOpen);
        if account.bill.held == Some(Hold::Till) && account.bill.is_open() && !self.steps.holds(&account.bill.id) {
            self.lines = Lines::default();
            self.split.close();
            self.sheet = Sheet::Lines;
            self.steps.set(Some(account));
            return vec![reread, Action::EntryUsed, Action::ToCounter];
        }
        vec![reread]
    }
}
