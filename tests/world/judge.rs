//! What must hold after every story, whatever happened in it.

use std::time::Duration;

use checkstand::domain::card::mask_card_numbers;
use checkstand::domain::{Operation, PaymentId, PaymentRecord, PaymentState};
use checkstand::protocols::simulator::{LedgerEntry, LedgerState, Scenario};

use super::faults::Fault;
use super::mangle::CLEAR_NUMBER;
use super::till::SECRET;
use super::{OURS, World};

/// A payment command seeks the truth for so long after a loss (DESIGN section 5), and one second.
const SEEK_WITHIN: Duration = Duration::from_secs(61);

impl World {
    /// Who waits is told within the bound.
    pub(crate) fn judge_the_wait(&mut self, index: usize) {
        let waited = self.tills[index].seeking_since.map(|since| self.now.at - since);
        if let Some(waited) = waited.filter(|waited| *waited > SEEK_WITHIN) {
            self.violate(format!("who waited was told after {waited:?} of seeking"));
        }
    }

    /// Every payment of every till against the terminal's ledger.
    pub(crate) fn judge_the_books(&mut self) {
        let mut wrong = Vec::new();
        let told = self.simulator.memory();
        let texts = |member: &str| -> Vec<String> {
            let texts = told.get(member).and_then(serde_json::Value::as_array).into_iter().flatten();
            texts.filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
        };
        wrong.extend(texts("wrong"));
        let decided: Vec<PaymentId> =
            texts("decided").iter().filter_map(|name| self.named.get(name).cloned()).collect();
        for till in &self.tills {
            let payments = till.payments();
            for record in &payments {
                let is_as_asked = booked(record) == Some(record.request.amount.minor());
                if is_as_asked && decided.contains(&record.id) {
                    continue;
                }
                if !self.is_forgotten_after_a_restart(record) {
                    wrong.extend(judge_payment(record, &payments, &self.ledger));
                }
                if till.finals.get(&record.id).is_some_and(|state| *state != record.state) {
                    wrong.push(format!("{} was final and has changed to {:?}", record.id, record.state));
                }
            }
        }
        for entry in &self.ledger {
            if !self.tills.iter().any(|till| till.knows(&entry.till_reference)) {
                wrong.push(format!("the ledger knows {}, and no journal does", entry.till_reference));
            }
        }
        for what in wrong {
            self.violate(what);
        }
    }

    /// A terminal that took the money without any sign of it, or lost its session (to a power cut or to another till), and
    /// then denies everything: the protocol calls that "not performed" (nexo 11.2, 11.4), and nothing but its host's
    /// reconciliation can tell.
    fn is_forgotten_after_a_restart(&self, record: &PaymentRecord) -> bool {
        let session_lost =
            self.dice.struck.iter().any(|(fault, _)| matches!(fault, Fault::TerminalRebooted | Fault::OtherTillPays));
        let seen = self.mangler.zip(record.reference.as_ref()).is_some_and(|(known, of)| (known.seen_alive)(of));
        (session_lost || self.red_key || !seen || self.late_sign)
            && is_lost_for_good(record)
            && record.state == PaymentState::NotCharged
    }

    /// A terminal that can only be asked for its last transaction: nobody but a person can tell when others were at it, when
    /// clocks differ, when a person decided without looking, and when it was seen with a card and has recorded nothing.
    pub(crate) fn needs_eyes(&self, index: usize, record: &PaymentRecord) -> bool {
        let why = record.outcome.as_ref().and_then(|outcome| outcome.explanation.as_ref());
        if why.is_none_or(|why| why.key != LOOK) {
            return false;
        }
        // Where the machine sleeps, the pretended terminal sleeps with it and takes hours for a payment.
        let unsure = |fault: &Fault| matches!(fault, Fault::OtherTillPays | Fault::ClockJumps | Fault::Suspended);
        let others = self.dice.struck.iter().any(|(fault, _)| unsure(fault));
        let decided = self.tills[index].payments().iter().any(|payment| payment.decision.is_some());
        let told = |member: &str| record.reference.as_ref().is_some_and(|reference| reference[member] == true);
        let recorded = self.ledger.iter().any(|entry| entry.till_reference == record.id.as_str());
        others || decided || told("timed_out") || (told("card_read") && !recorded)
    }

    /// Notes what is final now, so that a later change is seen.
    pub(crate) fn note_finals(&mut self) {
        for till in &mut self.tills {
            let ended: Vec<PaymentRecord> =
                till.payments().into_iter().filter(|record| record.state.is_final()).collect();
            for record in ended {
                till.finals.entry(record.id).or_insert(record.state);
            }
        }
    }

    /// Card numbers in clear are in no row and on no screen, though a terminal showed them.
    pub(crate) fn judge_secrecy(&mut self) {
        let till = &self.tills[OURS];
        let mut texts = vec![format!("{:?}", till.station.view())];
        for record in till.payments() {
            let id = &record.id;
            let messages = till.journal.messages(id).expect("messages");
            texts.extend(messages.iter().map(|message| format!("{message:?}")));
            texts.extend(till.journal.receipts(id).expect("receipts").iter().map(|receipt| format!("{receipt:?}")));
            texts.extend(till.journal.events(id).expect("events").iter().map(|event| format!("{event:?}")));
            texts.push(format!("{record:?}"));
        }
        if let Some(text) = texts.iter().find(|text| text.contains(CLEAR_NUMBER)) {
            self.violate(format!("a card's number in clear: {text:.300}"));
        }
        if let Some(text) = texts.iter().find(|text| text.contains(SECRET)) {
            self.violate(format!("a secret in clear: {text:.300}"));
        }
        debug_assert_ne!(mask_card_numbers(CLEAR_NUMBER), CLEAR_NUMBER);
    }
}

impl super::till::Till {
    pub(crate) fn payments(&self) -> Vec<PaymentRecord> {
        let till = self.journal.till().to_owned();
        (1..).map_while(|number| self.journal.payment(&PaymentId::new(&till, number)).expect("the journal")).collect()
    }

    fn knows(&self, reference: &str) -> bool {
        let id: PaymentId = reference.parse().expect("an id");
        self.journal.payment(&id).expect("the journal").is_some()
    }
}

/// A person may err about one of the payments that hang together, and the books of the others with him.
fn a_person_had_a_say(record: &PaymentRecord, payments: &[PaymentRecord]) -> bool {
    let by_id = |id: &PaymentId| payments.iter().find(|payment| payment.id == *id);
    let root = |record: &PaymentRecord| {
        let mut root = record.clone();
        while let Some(above) = root.request.of.as_ref().and_then(|of| by_id(&of.payment)) {
            root = above.clone();
        }
        root.id
    };
    let ours = root(record);
    let open = |payment: &PaymentRecord| payment.decision.is_some() || !payment.state.is_final();
    payments.iter().any(|payment| open(payment) && root(payment) == ours)
}

/// In minor units.
fn booked(record: &PaymentRecord) -> Option<i64> {
    record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total.minor())
}

pub(crate) fn judge_payment(record: &PaymentRecord, payments: &[PaymentRecord], ledger: &[LedgerEntry]) -> Vec<String> {
    let id = &record.id;
    let of = |reference: &str, state: LedgerState| -> Vec<i64> {
        let entries = ledger.iter().filter(|entry| entry.till_reference == reference && entry.state == state);
        entries.map(|entry| entry.amount_minor).collect()
    };
    let taken = of(id.as_str(), LedgerState::Approved);
    let given_back = of(id.as_str(), LedgerState::Reversed);
    let mut wrong = Vec::new();
    if taken.len() > 1 {
        wrong.push(format!("{id} was charged {} times", taken.len()));
    }
    if given_back.len() > 1 {
        wrong.push(format!("{id} was reversed {} times", given_back.len()));
    }
    let net = taken.iter().sum::<i64>() - given_back.iter().sum::<i64>();
    if record.request.operation == Operation::Void {
        let original = record.request.of.as_ref().map(|original| original.payment.as_str()).unwrap_or_default();
        // Undone, or refunded under the void's own reference.
        let reversed = !of(original, LedgerState::Reversed).is_empty() || !taken.is_empty();
        if record.state == PaymentState::Approved && !reversed && !a_person_had_a_say(record, payments) {
            wrong.push(format!("{id} is booked as a void, and {original} was not reversed"));
        }
        let denied =
            matches!(record.state, PaymentState::Declined | PaymentState::Cancelled | PaymentState::NotCharged);
        if denied && net != 0 {
            wrong.push(format!("{id} is booked as {:?}, and {net} was given back", record.state));
        }
        return wrong;
    }
    match record.state {
        PaymentState::Approved => {
            let booked = booked(record);
            if booked != taken.first().copied() {
                wrong.push(format!("{id} is booked with {booked:?}, and the terminal took {taken:?}"));
            }
            if !given_back.is_empty() && record.voided_by.is_none() && !a_person_had_a_say(record, payments) {
                wrong.push(format!("{id} is booked as approved, and it was reversed"));
            }
        }
        PaymentState::Declined | PaymentState::Cancelled | PaymentState::NotCharged if net != 0 => {
            wrong.push(format!("{id} is booked as {:?}, and {net} was taken", record.state));
        }
        PaymentState::Recorded | PaymentState::AtTerminal | PaymentState::Cancelling => {
            wrong.push(format!("{id} has not ended: {:?}", record.state));
        }
        _ => {}
    }
    wrong
}

/// Why a person has to look at a terminal of Connect.
pub const LOOK: &str = "explain-connect-look-at-terminal";

/// Doubts that are a person's by their nature: the cashier's own eyes, or money the terminal will not give back.
/// And what DESIGN section 4 gives to a person: sent, and no number came to ask by.
pub const PERSONS_REASONS: [&str; 3] =
    ["explain-signature-unanswered", "explain-signature-not-undone", "explain-no-terminal-number"];

/// The one loss that DESIGN section 4 gives to a person whatever the protocol: the terminal denies what it took.
pub fn is_lost_for_good(record: &PaymentRecord) -> bool {
    Scenario::of_amount(record.request.amount.minor()) == Scenario::LostForGood
}
