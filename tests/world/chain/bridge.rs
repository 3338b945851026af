//! What the bridge does (`terminal/bridge.rs`), in pretended time around the same plan.

use std::time::Duration;

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{
    Commission, CommissionId, DayReport, Fulfilment, Instant, Operation, PaymentId, PaymentRequest, Task,
};
use checkstand::journal::NewPayment;
use checkstand::protocols::driver::Command;
use checkstand::protocols::recovery::SEEK_FOR;
use checkstand::terminal::{
    Asked, Earlier, Errand, ErrandEnd, Face, Plan, Refusal, Refused, Sending, Stage, TerminalView, fulfil_refusal,
    is_ambiguous, is_disputed, plan_payment, plan_status, which_one,
};

use super::{Chain, Event, SERIAL, Side};

/// From one task of the program to another.
pub const HOP: Duration = Duration::from_millis(1);
/// The bridge's.
const UNDER_WAY_AT_MOST: Duration = Duration::from_secs(900);

/// A commission that is answered later.
pub struct Wait {
    commission: CommissionId,
    on: On,
    pub until: Option<Instant>,
}

#[derive(Clone)]
enum On {
    Outcome(PaymentId),
    /// The terminal works on it undisturbed.
    Work(PaymentId),
    /// It has been lost, and is sought.
    End(PaymentId),
    Day,
}

impl Chain {
    pub(super) fn commissioned(&mut self, commission: Commission) {
        let Commission { id, task } = commission;
        match task {
            Task::Pay { reference, operation, amount, tender, invoice } => {
                self.pay(id, Asked { reference, operation, amount, tender, invoice });
            }
            Task::Status { reference, operation } => self.status(id, &reference, operation),
            Task::CloseDay => self.close_day(id),
            Task::Cancel { reference } => {
                self.cancel(&reference);
                self.fulfil(id, Fulfilment::PassedOn);
            }
            Task::AtTable(_) => self.fulfil(id, Fulfilment::NotKnown),
        }
    }

    fn pay(&mut self, commission: CommissionId, asked: Asked) {
        let known = self.till.journal.payments_from(SERIAL, &asked.reference).expect("the journal");
        let view = self.till.counter().view();
        let at_hand = view.payment.as_ref().filter(|_| view.is_paying()).map(|payment| payment.id.clone());
        match plan_payment(Face { name: Side::Cloud.name(), number: SERIAL }, asked, &known, at_hand.as_ref()) {
            Plan::Make(request) => self.make(commission, *request),
            Plan::Await(id) => self.await_outcome(commission, id),
            Plan::Tell(id) => self.tell(commission, &id),
            Plan::Answer(fulfilment) => self.fulfil(commission, fulfilment),
        }
    }

    fn make(&mut self, commission: CommissionId, request: PaymentRequest) {
        let started = self.start(commission, request);
        match started.map_err(fulfil_refusal) {
            Ok(()) => {}
            Err(Refused::Made(id)) => self.await_outcome(commission, id),
            Err(Refused::Fulfilment(fulfilment)) => self.fulfil(commission, fulfilment),
        }
    }

    /// As the actor does.
    fn start(&mut self, commission: CommissionId, request: PaymentRequest) -> Result<(), Refusal> {
        let station = self.till.counter();
        station.check(&request)?;
        let request = self.with_original(request)?;
        station.check(&request)?;
        let view = station.view();
        let new = NewPayment {
            terminal: view.name.clone(),
            protocol: view.protocol.to_owned(),
            training: view.training,
            request,
            at: self.now.wall,
        };
        let recorded = self.till.journal.record(new).map_err(Refusal::Journal)?;
        let on = On::Outcome(recorded.id.clone());
        if let Some(after) = self.weather.cancels_after() {
            let (life, id) = (self.till.life, recorded.id.clone());
            self.enqueue(after, Event::Cancel(life, id));
        }
        self.waits.push(Wait { commission, on, until: None });
        let turn = self.till.station(Side::Counter).start(self.now, recorded);
        self.carry_out(Side::Counter, turn);
        Ok(())
    }

    fn with_original(&self, request: PaymentRequest) -> Result<PaymentRequest, Refusal> {
        let Some(original) = &request.of else { return Ok(request) };
        let journal = &self.till.journal;
        let earlier = Earlier::read(journal, &original.payment).expect("the journal").expect("the original");
        let abilities = &self.till.counter().view().abilities;
        let request = earlier.complete(request, abilities)?;
        if request.operation == Operation::Void && abilities.voids_last_only {
            let last = journal.last_approved(Side::Counter.name()).expect("the journal");
            if last.is_none_or(|last| last.id != earlier.record().id) {
                return Err(Refusal::NotTheLast(earlier.record().id.clone()));
            }
        }
        Ok(request)
    }

    fn await_outcome(&mut self, commission: CommissionId, id: PaymentId) {
        self.waits.push(Wait { commission, on: On::Work(id), until: Some(self.now.at + UNDER_WAY_AT_MOST) });
    }

    fn status(&mut self, commission: CommissionId, reference: &str, operation: Option<Operation>) {
        let known = self.till.journal.payments_from(SERIAL, reference).expect("the journal");
        let Some(record) = plan_status(operation, &known) else {
            return self.fulfil(commission, Fulfilment::NotKnown);
        };
        if operation.is_none() && is_ambiguous(&known) {
            self.fulfil(commission, which_one());
        } else {
            self.tell(commission, &record.id);
        }
        let station = self.till.counter();
        let is_idle = station.view().unresolved.iter().any(|doubt| doubt.id == record.id && !doubt.seeking);
        if is_idle && station.check_inquiry(&record.id).is_ok() {
            let turn = self.till.station(Side::Counter).inquire(self.now, record);
            self.carry_out(Side::Counter, turn);
        }
    }

    fn close_day(&mut self, commission: CommissionId) {
        let report = DayReport::EndOfDay;
        match self.till.counter().check_errand(Errand::EndDay(report)).map_err(fulfil_refusal) {
            Ok(()) => {
                self.waits.push(Wait { commission, on: On::Day, until: None });
                let turn = self.till.station(Side::Counter).begin_errand(self.now, Sending::EndDay(report));
                self.carry_out(Side::Counter, turn);
            }
            Err(Refused::Fulfilment(fulfilment)) => self.fulfil(commission, fulfilment),
            Err(Refused::Made(id)) => self.tell(commission, &id),
        }
    }

    pub(super) fn errand_ends(&mut self, end: ErrandEnd) {
        let waits: Vec<Wait> = self.waits.extract_if(.., |wait| matches!(wait.on, On::Day)).collect();
        if let (ErrandEnd::DayEnd(end), Some(wait)) = (end, waits.first()) {
            self.fulfil(wait.commission, Fulfilment::DayEnd(end));
        }
    }

    fn cancel(&mut self, reference: &str) {
        let view = self.till.counter().view();
        let origin = view.payment.as_ref().and_then(|payment| payment.origin.as_ref());
        let is_meant = origin.is_some_and(|origin| origin.number == SERIAL && origin.reference == reference);
        if view.is_paying() && is_meant {
            let turn = self.till.station(Side::Counter).cancel(self.now);
            self.carry_out(Side::Counter, turn);
        }
    }

    /// The cashier at the counter, who sees what the terminal does.
    pub(super) fn cashier_cancels(&mut self, id: &PaymentId) {
        if self.till.counter().at_hand() == Some(id) {
            self.say(format!("cashier at the counter: cancel {id}"));
            let turn = self.till.station(Side::Counter).cancel(self.now);
            self.carry_out(Side::Counter, turn);
        }
    }

    pub(super) fn concluded(&mut self, id: &PaymentId) {
        let is_told = |wait: &mut Wait| matches!(&wait.on, On::Outcome(awaited) if awaited == id);
        let waits: Vec<Wait> = self.waits.extract_if(.., is_told).collect();
        for wait in waits {
            self.tell(wait.commission, id);
        }
    }

    /// Whether somebody who waits was told something, or waits for something else now.
    pub(super) fn look_at_waits(&mut self) -> bool {
        let now = self.now.at;
        let view = self.till.counter().view();
        let moves = |wait: &&Wait| match &wait.on {
            On::Work(id) => !matches!(stage_of(view, id), Some(Stage::Starting | Stage::AtTerminal)),
            On::End(id) => matches!(stage_of(view, id), Some(Stage::Ended(_)) | None),
            On::Outcome(_) | On::Day => false,
        };
        let is_over = |wait: &&Wait| wait.until.is_some_and(|until| until <= now);
        let Some(place) = self.waits.iter().position(|wait| moves(&wait) || is_over(&wait)) else { return false };
        let wait = self.waits.remove(place);
        match wait.on {
            On::Work(id) => self.waits.push(Wait { on: On::End(id), until: Some(now + SEEK_FOR), ..wait }),
            On::End(id) => self.tell(wait.commission, &id),
            On::Outcome(_) | On::Day => {}
        }
        true
    }

    fn tell(&mut self, commission: CommissionId, id: &PaymentId) {
        let record = self.till.journal.payment(id).expect("the journal").expect("the payment");
        let receipts = self.till.journal.receipts(id).expect("receipts");
        if is_disputed(&record, &self.till.journal.events(id).expect("events")) {
            return self.fulfil(
                commission,
                Fulfilment::Unknown(Explanation::new("explain-contradicts-journal", Fault::Terminal)),
            );
        }
        self.judge_what_is_told(&record);
        self.fulfil(commission, Fulfilment::Payment(Box::new(record), receipts));
    }

    fn fulfil(&mut self, commission: CommissionId, fulfilment: Fulfilment) {
        let life = self.till.life;
        self.enqueue(HOP, Event::Fulfilled(life, commission, Box::new(fulfilment)));
    }

    pub(super) fn fulfilled(&mut self, commission: CommissionId, fulfilment: Fulfilment) {
        let turn = self.till.station(Side::Cloud).command(self.now, Command::Fulfil(commission, fulfilment));
        self.carry_out(Side::Cloud, turn);
    }
}

fn stage_of<'a>(view: &'a TerminalView, id: &PaymentId) -> Option<&'a Stage> {
    view.payment.as_ref().filter(|payment| payment.id == *id).map(|payment| &payment.stage)
}
