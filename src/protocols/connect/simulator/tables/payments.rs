//! What cards are charged at the tables, and how the till is told (6.4).

use super::super::cards::Card;
use super::super::store::Record;
use super::super::{Cloud, local_time, profile};
use super::machine::{Asked, Visit};
use super::plan::Part;
use crate::domain::Now;
use crate::protocols::connect::codec;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::{Dice, LedgerState, SimulatorEffect};

/// Payments that wait to be told; a machine that cannot tell more takes no more.
const UNTOLD_AT_MOST: usize = 64;

impl Cloud {
    /// A card is charged; it is remembered before anybody hears of it.
    pub(super) fn take(&mut self, now: &Now, place: usize, part: Part) {
        let Some(visit) = self.visit(place) else { return };
        let rest = visit.due.saturating_sub(visit.taken).max(0);
        let (paid, gratuity) = match part {
            Part::Rest | Part::Euro => (rest, 0),
            Part::Half => ((rest / 2).max(1), 0),
            Part::WithTip => (rest, rest / 10),
            Part::Over => (rest + profile::OVER, 0),
        };
        let currency = if part == Part::Euro { "EUR" } else { &visit.currency }.to_owned();
        let table = visit.table.clone();
        let record = self.record(now, place, table, paid, currency);
        self.charge(place, Record { gratuity, ..record });
    }

    /// The machine believes something else of it.
    pub(super) fn take_unclear(&mut self, now: &Now, place: usize) {
        let Some(visit) = self.visit(place) else { return };
        let (table, due, currency) = (visit.table.clone(), visit.due, visit.currency.clone());
        let record = self.record(now, place, table, due, currency);
        self.charge(place, Record { result: ResultWord::TimedOut, ..record });
    }

    pub(super) fn take_foreign(&mut self, now: &Now, place: usize) {
        let (table, amount) = profile::FOREIGN_TABLE;
        let currency = self.currency.to_owned();
        let record = self.record(now, place, table.to_owned(), amount, currency);
        self.charge(place, record);
    }

    fn visit(&self, place: usize) -> Option<&Visit> {
        self.machines.get(place)?.visit.as_ref()
    }

    fn charge(&mut self, place: usize, record: Record) {
        let memory = self.store.memory_mut(&record.tid);
        memory.session.next_number();
        memory.session.book.count(&record, 1);
        memory.balances.count(&record, 1);
        self.effects.extend(record.ledger_entry(LedgerState::Approved).map(SimulatorEffect::Ledger));
        if let Some(visit) = self.machines.get_mut(place).and_then(|machine| machine.visit.as_mut())
            && visit.table == record.till_reference
        {
            visit.taken = visit.taken.saturating_add(record.base);
        }
        self.keep_untold(record);
    }

    /// A card that is not charged.
    pub(super) fn try_card(&mut self, now: &Now, place: usize, result: ResultWord) {
        let Some(visit) = self.visit(place) else { return };
        let (table, due, currency) = (visit.table.clone(), visit.due, visit.currency.clone());
        let mut record = self.record(now, place, table, due, currency);
        record.result = result;
        record.auth_code = None;
        self.keep_untold(record);
    }

    fn record(&mut self, now: &Now, place: usize, table: String, paid: i64, currency: String) -> Record {
        let number = self.store.new_identifier();
        // Whatever else the dice say, it is another payment's after a restart too.
        let mut dice = Dice::new(self.seed.rotate_left(16) ^ number);
        Record {
            tid: self.machines.get(place).map_or("", |machine| machine.tid).to_owned(),
            till_reference: table,
            result: ResultWord::Successful,
            kind: TransactionKind::Sale,
            base: paid,
            cashback: 0,
            gratuity: 0,
            currency,
            auth_code: Some(dice.hex(6).to_ascii_uppercase()),
            card: Some(Card::draw(&mut dice)),
            entry: if dice.roll(2) == 0 { PaymentMethod::Contactless } else { PaymentMethod::IccChip },
            verification: Verification::None,
            identifier: payment_id(&mut dice, number),
            number: String::new(),
            time: local_time(now),
            user_message: None,
        }
    }

    fn keep_untold(&mut self, record: Record) {
        if self.store.tables.untold.len() < UNTOLD_AT_MOST {
            self.store.tables.untold.push(record);
        }
    }

    pub(super) fn forget_untold(&mut self, place: usize) {
        let tid = self.machines.get(place).map_or("", |machine| machine.tid);
        self.store.tables.untold.retain(|record| record.tid != tid);
    }

    /// (6.4) One message for each table, the oldest first.
    pub(super) fn tell(&mut self, now: &Now, place: usize) {
        let tid = self.machines.get(place).map_or("", |machine| machine.tid);
        let untold = &self.store.tables.untold;
        let Some(first) = untold.iter().find(|record| record.tid == tid) else { return self.next(now, place) };
        let table = first.till_reference.clone();
        let is_of_it = |record: &&Record| record.tid == tid && record.till_reference == table;
        let payments: Vec<Record> = untold.iter().filter(is_of_it).cloned().collect();
        if let Some(machine) = self.machines.get_mut(place) {
            machine.told_last = Some((table, payments));
        }
        self.tell_last(now, place, Asked::Tell);
    }

    pub(super) fn tell_again(&mut self, now: &Now, place: usize) {
        self.tell_last(now, place, Asked::TellAgain);
    }

    pub(super) fn tell_nothing(&mut self, now: &Now, place: usize) {
        let table = self.table(place);
        if let Some((machine, table)) = self.machines.get_mut(place).zip(table) {
            machine.told_last = Some((table, Vec::new()));
        }
        self.tell_last(now, place, Asked::TellAgain);
    }

    fn tell_last(&mut self, now: &Now, place: usize, for_what: Asked) {
        let Some((table, payments)) = self.machines.get(place).and_then(|machine| machine.told_last.clone()) else {
            return self.next(now, place);
        };
        let takings = self.takings(place, table, &payments);
        let params = |version| codec::takings_params(&takings, version);
        if !self.options.tables.tells_without_id {
            return self.ask_till(now, place, TableMethod::Taken, params, for_what);
        }
        if self.tell_till(TableMethod::Taken, params) {
            self.told(&payments);
            self.next(now, place);
        } else {
            self.put_off(place, &for_what);
        }
    }

    fn takings(&self, place: usize, table: String, payments: &[Record]) -> Takings {
        let sum = |part: fn(&Record) -> i64| {
            let taken = payments.iter().filter(|record| record.result == ResultWord::Successful).map(part);
            Some(taken.fold(0, i64::saturating_add))
        };
        let totals =
            PaidAmounts { paid: sum(|it| it.base), cashback: sum(|it| it.cashback), gratuity: sum(|it| it.gratuity) };
        Takings {
            asker: self.asker(place),
            table: Some(table),
            currency: payments.first().map(|record| record.currency.clone()),
            result: None,
            totals: Ok(totals),
            payments: payments.iter().map(|record| Ok(told(record))).collect(),
        }
    }

    /// The till knows of them.
    pub(super) fn told(&mut self, payments: &[Record]) {
        let is_told = |record: &Record| payments.iter().any(|told| told.identifier == record.identifier);
        self.store.tables.untold.retain(|record| !is_told(record));
    }
}

/// A payment as the till hears of it.
fn told(record: &Record) -> TablePayment {
    TablePayment {
        id: Some(record.identifier.clone()),
        amounts: PaidAmounts {
            paid: Some(record.base),
            cashback: Some(record.cashback),
            gratuity: Some(record.gratuity),
        },
        currency: Some(record.currency.clone()),
        result: Some(record.result.clone()),
        kind: None,
        method: Some(record.entry.clone()),
        scheme: record.card.as_ref().map(|card| card.scheme.clone()),
        auth_code: record.auth_code.clone(),
        card_number: record.card.as_ref().map(Card::masked),
        time: Some(format!("{}Z", record.time)),
    }
}

/// In the form of a UUID; letters in it keep its digits from looking like a card's.
fn payment_id(dice: &mut Dice, number: u64) -> String {
    format!("e{}-b{}-4{}-a{}-f{number:011x}", dice.hex(7), dice.hex(3), dice.hex(3), dice.hex(3))
}
