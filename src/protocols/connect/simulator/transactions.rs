//! Transactions: how one begins, what the acquirer says, how it is cancelled (4.3 to 4.7, 4.11, 8.3, 8.6).

use serde_json::Value;

use super::cards::Card;
use super::conduct::{Conduct, Plan};
use super::requests::Asker;
use super::running::{Payment, Running, Work};
use super::script::{self, Decision};
use super::store::{Preauth, Record};
use super::validation::{AskedTransaction, Completes, Refusal};
use super::{Cloud, local_time, texts};
use crate::domain::Now;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::{Dice, LedgerState, SimulatorEffect};

impl Cloud {
    pub(super) fn start_transaction(
        &mut self,
        now: &Now,
        asker: &Asker,
        asked: AskedTransaction,
    ) -> Result<(), Refusal> {
        let terminal = self.terminal(&asked.tid)?;
        if asked.kind == TransactionKind::Completion && !terminal.is_ingenico {
            return Err(Refusal::ordinary(ErrorCode::NotSupported, texts::NOT_SUPPORTED));
        }
        if asked.currency != terminal.currency {
            return Err(Refusal::params("currency is not the terminal's"));
        }
        self.free_terminal(&asked.tid)?;
        let plan = Plan::of(&terminal, &asked);
        match plan.conduct {
            Conduct::LineDropsBeforeRequest => {
                self.cut(asker.line);
                return Ok(());
            }
            Conduct::Busy => return Err(Refusal::busy()),
            Conduct::Unavailable => return Err(Refusal::unavailable()),
            Conduct::InternalError => return Err(Refusal::ordinary(ErrorCode::InternalError, texts::FAILED)),
            Conduct::OddSpelling => {
                if let Some(client) = self.clients.get_mut(&asker.line) {
                    client.is_odd = true;
                }
            }
            _ => {}
        }
        let steps = script::transaction(&plan, self.options.floods);
        let record = record(asker, &asked, &plan);
        let payment = Payment { record, plan, completes: asked.completes };
        self.start(now, Running::new(now, asker, &asked.tid, Work::Transaction(Box::new(payment)), steps));
        Ok(())
    }

    /// A completion is made with the card of its pre-authorisation (4.6).
    pub(super) fn card_of_preauth(&self, running: &Running) -> Option<Card> {
        let completes = running.payment()?.completes.as_ref()?;
        self.store.memory(&running.tid)?.preauth(&completes.auth_code)?.card.clone()
    }

    /// The acquirer's answer. What it approves moves money, and is remembered before anybody hears of it.
    pub(super) fn decide(&mut self, now: &Now, running: &mut Running, decision: Decision) {
        let Some(payment) = running.payment_mut() else { return };
        let refused = payment.completes.as_ref().and_then(|asked| self.completion_refused(&payment.record, asked));
        let identifier = self.store.new_identifier();
        let memory = self.store.memory_mut(&payment.record.tid);
        let record = &mut payment.record;
        record.identifier = identifier.to_string();
        record.number = format!("{:04}", memory.session.next_number());
        record.time = local_time(now);
        match (refused, decision) {
            (None, Decision::Approve) => {
                let code = Dice::new(self.seed.rotate_left(32) ^ identifier).hex(6).to_ascii_uppercase();
                record.auth_code = Some(code);
                record.result = ResultWord::Successful;
                settle_amounts(record, payment.plan.conduct);
                memory.session.book.count(record, 1);
                memory.balances.count(record, 1);
                self.effects.extend(record.ledger_entry(LedgerState::Approved).map(SimulatorEffect::Ledger));
                self.keep_reservation(payment);
            }
            (Some(why), _) | (None, Decision::Decline(Some(why))) => declined(record, Some(why)),
            (None, Decision::Decline(None)) => declined(record, None),
        }
        self.keep(payment);
    }

    /// Why a completion is declined (4.6); what the reference leaves open is decided as a careful acquirer would.
    fn completion_refused(&self, record: &Record, asked: &Completes) -> Option<&'static str> {
        let preauth = self.store.memory(&record.tid).and_then(|memory| memory.preauth(&asked.auth_code));
        match preauth {
            None => Some(texts::UNKNOWN_PREAUTH),
            Some(preauth) if asked.total < preauth.amount || record.base > asked.total => Some(texts::BEYOND_PREAUTH),
            Some(_) => None,
        }
    }

    fn keep_reservation(&mut self, payment: &Payment) {
        let Payment { record, completes, .. } = payment;
        let memory = self.store.memory_mut(&record.tid);
        if let Some(completes) = completes {
            memory.set_completed(&completes.auth_code, true);
        }
        if let (TransactionKind::PreAuth, Some(code)) = (&record.kind, &record.auth_code) {
            let (auth_code, card) = (code.clone(), record.card.clone());
            memory.keep_preauth(Preauth { auth_code, amount: record.base, card, completed: false });
        }
    }

    /// It is the terminal's last transaction from now on, unless no question is to find it.
    fn keep(&mut self, payment: &Payment) {
        if !payment.plan.conduct.is_lost() {
            self.store.memory_mut(&payment.record.tid).last = Some(payment.record.clone());
        }
    }

    /// Takes back what was approved.
    pub(super) fn reverse(&mut self, running: &mut Running, why: &'static str) {
        let Some(payment) = running.payment_mut() else { return };
        let record = &mut payment.record;
        self.effects.extend(record.ledger_entry(LedgerState::Reversed).map(SimulatorEffect::Ledger));
        let memory = self.store.memory_mut(&record.tid);
        memory.session.book.count(record, -1);
        memory.balances.count(record, -1);
        if let (TransactionKind::PreAuth, Some(code)) = (&record.kind, &record.auth_code) {
            memory.forget_preauth(code);
        }
        if let Some(completes) = &payment.completes {
            memory.set_completed(&completes.auth_code, false);
        }
        record.reverse(why);
        self.keep(payment);
    }

    pub(super) fn remark(&mut self, running: &mut Running, text: &'static str) {
        let Some(payment) = running.payment_mut() else { return };
        payment.record.user_message = Some(text.to_owned());
        self.keep(payment);
    }

    /// (4.11, 8.6) Whoever asks, and whoever started it. The answer goes before what comes of it.
    pub(super) fn cancel(&mut self, now: &Now, asker: &Asker, tid: &str) -> Result<Option<Value>, Refusal> {
        self.terminal(tid)?;
        let unable = |text| Refusal::ordinary(ErrorCode::UnableToCancel, text);
        let found = self.running.iter_mut().find(|running| running.tid == tid);
        let running = found.ok_or_else(|| unable(texts::NOTHING_TO_CANCEL))?;
        let conduct = running.payment().map(|payment| payment.plan.conduct);
        match conduct {
            None | Some(Conduct::CancelRefused) => return Err(unable(texts::UNABLE_TO_CANCEL)),
            Some(Conduct::CancelIgnored) => {}
            Some(_) if running.is_card_read => return Err(unable(texts::UNABLE_TO_CANCEL)),
            Some(_) if running.is_cancelling => {}
            Some(_) => {
                running.is_cancelling = true;
                running.goes_on_with(script::cancelled(), now.at);
            }
        }
        let mut cancelling = Params::new();
        cancelling.insert(asker.version.cancelling().to_owned(), Value::from(true));
        Ok(Some(Value::Object(cancelling)))
    }
}

/// What is known of a transaction when it begins.
fn record(asker: &Asker, asked: &AskedTransaction, plan: &Plan) -> Record {
    Record {
        tid: asked.tid.clone(),
        till_reference: format!("{}/{}/{}", asked.tid, asker.line.0, asker.id),
        result: ResultWord::Unsuccessful,
        kind: asked.kind.clone(),
        base: asked.amount,
        cashback: asked.cashback,
        gratuity: 0,
        currency: asked.currency.clone(),
        auth_code: None,
        card: None,
        entry: plan.entry.clone(),
        verification: plan.verification.clone(),
        identifier: String::new(),
        number: String::new(),
        time: String::new(),
        user_message: None,
    }
}

/// What is taken in place of what was asked (5.13, 8.3).
fn settle_amounts(record: &mut Record, conduct: Conduct) {
    match conduct {
        Conduct::AddsTip if record.kind == TransactionKind::Sale => record.gratuity = record.base / 10,
        Conduct::RefusesCashback if record.cashback > 0 => {
            record.cashback = 0;
            record.user_message = Some(texts::NO_CASHBACK.to_owned());
        }
        _ => {}
    }
}

fn declined(record: &mut Record, why: Option<&str>) {
    record.result = ResultWord::Declined;
    record.user_message = why.map(str::to_owned);
}
