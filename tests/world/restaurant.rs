//! A restaurant: bills at tables, card machines that ask the till for them, and waiters who do what waiters do meanwhile.

use std::sync::Arc;
use std::time::Duration;

use checkstand::domain::bill::BillStage;
use checkstand::domain::{
    BillAccount, BillChange, BillId, Commission, Fulfilment, Money, NewBill, NewLine, PaymentRecord, PrintedLine,
    TableName, Task, Verdict,
};
use checkstand::journal::JournalError;
use checkstand::protocols::driver::Command;
use checkstand::protocols::simulator::{LedgerEntry, Scenario};
use checkstand::terminal::TableDesk;

use super::dice::For;
use super::faults::Fault;
use super::{Event, OURS, Weather, World};

/// How long the till's books take at most to be looked into.
const BOOKS_WITHIN: u64 = 400;

impl World {
    /// The books are opened in a while; a till that is busy with its disk takes longer.
    pub(crate) fn commissioned(&mut self, index: usize, commission: Commission) {
        let after = Duration::from_millis(self.dice.roll(For::Shop, BOOKS_WITHIN));
        let life = self.tills[index].life();
        self.enqueue(after, Event::Commissioned(index, life, commission));
    }

    pub(crate) fn look_into_the_books(&mut self, index: usize, Commission { id, task }: Commission) {
        let Task::AtTable(task) = task else { panic!("nobody commissions payments here") };
        let fulfilment = if self.dice.strikes(Fault::DiskFails) {
            Fulfilment::Unknown(checkstand::domain::outcome::Explanation::new(
                "journal-io",
                checkstand::domain::outcome::Fault::Program,
            ))
        } else {
            let desk = self.table_desk(index);
            desk.answer(&mut self.tills[index].journal, task, self.now.wall)
        };
        self.say_for(index, format!("books: {fulfilment:?}"));
        let turn = self.tills[index].station.command(self.now, Command::Fulfil(id, fulfilment));
        self.carry_out(index, turn);
    }

    fn table_desk(&self, index: usize) -> TableDesk {
        let view = self.tills[index].station.view();
        let print = |account: &BillAccount, _| vec![PrintedLine::plain(account.due().to_string())];
        TableDesk { terminal: view.name.clone(), currency: view.abilities.currency, print: Arc::new(print) }
    }

    /// Opens a bill of one line at a table.
    pub fn seat(&mut self, table: &str, minor: i64) -> BillId {
        let mut new = NewBill::new(self.abilities().currency);
        new.table = Some(table.parse().expect("a table"));
        new.lines = vec![NewLine::new("Plaice", minor)];
        self.tills[OURS].journal.open_bill(new, self.now.wall).expect("a bill").bill.id
    }

    /// The line to the cloud, held while idle.
    pub fn serve_tables(&mut self) {
        self.tills[OURS].station.want_session(true);
        self.carry_out(OURS, checkstand::terminal::Turn::default());
    }

    pub fn account(&self, bill: &BillId) -> BillAccount {
        self.till().journal.bill_account(bill).expect("the bill")
    }

    fn open_bills(&self) -> Vec<BillAccount> {
        self.till().journal.open_bills().expect("the bills")
    }

    /// Something a waiter does at the till. What a lock forbids is refused, and nothing else is.
    pub(crate) fn a_waiter_does_something(&mut self) {
        let open = self.open_bills();
        let count = open.len() as u64;
        if count == 0 {
            return;
        }
        let account = &open[usize::try_from(self.dice.roll(For::Shop, count)).expect("few")];
        let id = account.bill.id.clone();
        let locked = account.bill.lock().is_some();
        let at = self.now.wall;
        let what = self.dice.roll(For::Shop, 10);
        let due = account.settlement.due_minor;
        let journal = &mut self.tills[OURS].journal;
        let done = match what {
            0..4 => {
                let line = NewLine::new("Rioja", 1_000);
                journal.change_bill(&id, &[BillChange::LineAdded { line }], at).map(drop)
            }
            4 => journal.change_bill(&id, &[BillChange::TakenUp, BillChange::PutBack], at).map(drop),
            5 => journal.merge_bills(&id, &open[0].bill.id, at).map(drop),
            6 if locked => {
                let lifted = BillChange::LockLifted { by: "Åsa".to_owned(), reason: "battery".to_owned() };
                journal.change_bill(&id, &[lifted], at).map(drop)
            }
            7 if due > 0 => cash(journal, account, Money::new((due / 2).max(1), account.bill.currency), at),
            _ => Ok(()),
        };
        match done {
            Ok(()) => self.say(format!("waiter: does {what} to {id}")),
            Err(JournalError::Bill(why)) => self.say(format!("waiter: may not do {what} to {id}: {why}")),
            Err(error) => self.violate(format!("a waiter met {error}")),
        }
    }

    /// Faults of the network, the disk and the machines, as the story has them; what concerns payments of the cashier's stays out.
    pub(crate) fn plan_the_evening(&mut self) {
        let cut = Duration::from_millis(1 + self.dice.roll(For::Shop, 200_000));
        let kinds = [
            (Fault::CablePulled, Weather::CablePulled(cut)),
            (Fault::TerminalRebooted, Weather::TerminalRebooted),
            (Fault::ClockJumps, Weather::ClockJumps),
            (Fault::Suspended, Weather::Suspended),
        ];
        for (fault, weather) in kinds {
            if self.dice.strikes(fault) {
                let after = Duration::from_millis(self.dice.roll(For::Shop, 40_000));
                self.enqueue(after, Event::Weather(weather));
            }
        }
    }

    /// The faults stop; whoever has the tables gives them back.
    pub(crate) fn end_the_evening(&mut self, within: Duration) {
        self.say("-- the weather calms down".to_owned());
        self.dice.calm_down();
        self.queue.retain(|_, event| !matches!(event, Event::Weather(_)));
        self.cable_pulled = false;
        self.cable_is_back();
        self.run_until(within, |world| world.till().runs);
        self.serve_tables();
        self.run_for(within);
    }

    /// Every payment that was taken at a table is in the journal once, for what was taken; nothing else is; and what is paid,
    /// pending and due of each bill is its total. A machine that loses what it took (DESIGN section 6, 74) is excused.
    pub(crate) fn judge_the_restaurant(&mut self) {
        let mut wrong = Vec::new();
        let payments = self.till().payments();
        let at_tables: Vec<_> = payments.iter().filter(|payment| payment.request.origin.is_some()).collect();
        let is_of = |payment: &PaymentRecord, entry: &LedgerEntry| {
            payment.request.origin.as_ref().is_some_and(|origin| origin.reference == entry.terminal_reference)
        };
        for entry in &self.ledger {
            let booked: Vec<_> = at_tables.iter().filter(|payment| is_of(payment, entry)).collect();
            match booked.as_slice() {
                [] if Scenario::of_amount(entry.amount_minor) == Scenario::LostForGood => {}
                [] => wrong
                    .push(format!("{} was taken at {} and is not booked", entry.amount_minor, entry.till_reference)),
                [one] if !one.state.is_final() => {}
                [one] => {
                    let taken = one.outcome.as_ref().and_then(|outcome| outcome.taken);
                    let booked = taken.map(|taken| taken.total.minor());
                    if booked != Some(entry.amount_minor) {
                        wrong.push(format!(
                            "{} is booked with {booked:?}, and {} was taken",
                            one.id, entry.amount_minor
                        ));
                    }
                }
                several => wrong.push(format!("{} is booked {} times", entry.terminal_reference, several.len())),
            }
        }
        for payment in &at_tables {
            let was_taken = self.ledger.iter().any(|entry| is_of(payment, entry));
            if payment.verdict() == Verdict::Approved && !was_taken {
                wrong.push(format!("{} is booked, and nothing was taken", payment.id));
            }
        }
        wrong.extend(self.wrong_bills());
        for doubt in &self.till().station.view().unresolved {
            let record = self.till().record(&doubt.id);
            if record.state.is_final() {
                wrong.push(format!("{} is shown as in doubt, and is {:?}", doubt.id, record.state));
            }
        }
        self.judge_forgotten_locks();
        let report = self.till().journal.verify().expect("the journal");
        if !report.is_whole() {
            wrong.push(format!("the journal does not add up: {report:?}"));
        }
        for what in wrong {
            self.violate(what);
        }
    }

    /// What payments of any kind and fate leave of the bills they were for.
    pub(crate) fn judge_the_bills(&mut self) {
        for what in self.wrong_bills() {
            self.violate(what);
        }
    }

    fn wrong_bills(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for account in self.till().journal.newest_bills(1_000).expect("the bills") {
            let settlement = account.settlement;
            let sum = settlement.paid_minor + settlement.pending_minor + settlement.due_minor;
            if sum != settlement.total_minor {
                wrong.push(format!("{} does not add up: {settlement:?}", account.bill.id));
            }
            let due = settlement.due_minor > 0 || settlement.pending_minor > 0;
            if account.bill.stage == BillStage::Closed && due {
                wrong.push(format!("{} is closed, and {settlement:?}", account.bill.id));
            }
            let is_done = settlement.has_payments && settlement.is_settled();
            if account.bill.is_open() && is_done && account.bill.lock().is_none() {
                wrong.push(format!("{} is paid, and open", account.bill.id));
            }
        }
        wrong
    }

    /// Tables that a machine has locked.
    pub fn locked_tables(&self) -> Vec<TableName> {
        let locked = self.open_bills().into_iter().filter(|account| account.bill.lock().is_some());
        locked.filter_map(|account| account.bill.table).collect()
    }
}

fn cash(
    journal: &mut checkstand::journal::Journal,
    account: &BillAccount,
    amount: Money,
    at: jiff::Timestamp,
) -> Result<(), JournalError> {
    use checkstand::domain::{BillPart, CASH, Operation, PaymentRequest};
    let bill = Some(Box::new(BillPart::of(account.bill.id.clone())));
    let request = PaymentRequest { bill, ..PaymentRequest::new(Operation::Sale, amount) };
    let (terminal, protocol) = (CASH.to_owned(), CASH.to_owned());
    journal.record_cash(checkstand::journal::NewPayment { terminal, protocol, training: false, request, at }).map(drop)
}
