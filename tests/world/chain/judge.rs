//! What must hold in the middle of the chain: the till's own journal against the terminal at its counter, and against what the
//! outside was told.

use checkstand::domain::{Operation, PaymentId, PaymentRecord, PaymentState, Verdict};
use checkstand::protocols::simulator::{LedgerEntry, LedgerState, SimulatorEffect};

use super::super::judge::judge_payment;
use super::Chain;

impl Chain {
    /// Nothing that was told to be final is something else later.
    pub(super) fn judge_what_is_told(&mut self, record: &PaymentRecord) {
        if !record.state.is_final() {
            return;
        }
        let told = *self.till.told.entry(record.id.clone()).or_insert(record.state);
        if told != record.state {
            self.wrong.push(format!("{} was told as {told:?}, and is {:?} now", record.id, record.state));
        }
    }

    pub(super) fn payments(&self) -> Vec<PaymentRecord> {
        let till = self.till.journal.till().to_owned();
        let payment = |number| self.till.journal.payment(&PaymentId::new(&till, number)).expect("the journal");
        (1..).map_while(payment).collect()
    }

    pub(super) fn what_is_wrong(&self) -> Vec<String> {
        let mut wrong = self.wrong.clone();
        let payments = self.payments();
        for record in &payments {
            if record.decision.is_none() {
                wrong.extend(judge_payment(record, &payments, &self.ledger));
            }
            if self.till.told.get(&record.id).is_some_and(|told| *told != record.state) {
                wrong.push(format!("{} was told as something else than {:?}", record.id, record.state));
            }
        }
        let key = |record: &PaymentRecord| {
            let origin = record.request.origin.as_ref()?;
            let follows = matches!(record.request.operation, Operation::Void | Operation::Capture | Operation::Tip);
            let counts = !follows || matches!(record.verdict(), Verdict::Approved | Verdict::InDoubt);
            counts.then(|| (origin.face.clone(), origin.reference.clone(), record.request.operation.word()))
        };
        let mut keys: Vec<_> = payments.iter().filter_map(key).collect();
        keys.sort();
        let twice = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        wrong.extend(twice.map(|pair| format!("{:?} was made twice", pair[0])));
        wrong.into_iter().map(|what| format!("in the chain: {what}")).collect()
    }

    /// The cloud's names of what a person in the middle has decided was paid. Nobody but the slip knows how much was taken
    /// then, and the outside is told what was asked.
    pub(super) fn decided_by_a_person(&self) -> Vec<String> {
        let decided = self.payments().into_iter().filter(|record| record.state == PaymentState::DecidedPaid);
        decided.filter_map(|record| name(&record)).collect()
    }

    /// What the slips of the terminal at the counter say.
    pub(super) fn took_effect(&self, id: &PaymentId) -> bool {
        let record = self.till.journal.payment(id).expect("the journal").expect("the payment");
        let has = |id: &PaymentId, state: LedgerState| {
            self.ledger.iter().any(|entry| entry.till_reference == id.as_str() && entry.state == state)
        };
        match &record.request.of {
            Some(original) if record.request.operation == Operation::Void => {
                has(&original.payment, LedgerState::Reversed)
            }
            _ => has(id, LedgerState::Approved) && !has(id, LedgerState::Reversed),
        }
    }

    /// Under the cloud's name for it.
    pub(super) fn tell_ledger(&mut self, entry: LedgerEntry) {
        self.ledger.push(entry.clone());
        let id: PaymentId = entry.till_reference.parse().expect("a payment of the till's");
        let record = self.till.journal.payment(&id).expect("the journal").expect("the payment");
        let Some(till_reference) = name(&record) else {
            return self.wrong.push(format!("{id} was taken, and nobody asked for it"));
        };
        self.out.push(SimulatorEffect::Ledger(LedgerEntry { till_reference, ..entry }));
    }
}

/// Its RefID, with the command of what has its original's.
fn name(record: &PaymentRecord) -> Option<String> {
    let command = match record.request.operation {
        Operation::Capture => "/Capture",
        Operation::Tip => "/TipAdjust",
        _ => "",
    };
    Some(format!("{}{command}", record.request.origin.as_ref()?.reference))
}
