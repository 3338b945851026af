//! One terminal's task: take the next input, step, write the journal, act on the links, publish the picture.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tracing::{Instrument, info_span};

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{
    Commission, DayEnd, Fulfilment, Operation, Outcome, PaymentId, PaymentRecord, PaymentRequest, Question,
};
use crate::journal::{Journal, JournalError, JournalHandle, NewPayment};
use crate::links::{Links, SystemClock};
use crate::protocols::driver::{Command, LinkEvent};
use crate::protocols::frame::Channel;

use super::backlog::Backlog;
use super::earlier::Earlier;
use super::handle::TerminalHandle;
use super::noted::Noted;
use super::order::{Order, Prompted, Refusal, Running, Scan};
use super::station::{ErrandEnd, Sending, Station, Told, Turn};
use super::view::{Signal, TerminalView};

const ORDERS: usize = 16;
const SIGNALS: usize = 4096;
/// How often what could not be written is tried again.
const WRITE_AGAIN: Duration = Duration::from_secs(2);
/// What lies in the queue when a wait ends is taken first, for the answer may be among it. More is not: a terminal that
/// never stops talking stops no clock.
const EVENTS_BEFORE_A_TICK: usize = super::till::EVENTS;

/// Where a terminal's new address is kept.
pub type OnMoved = Box<dyn Fn(&str, u16) + Send>;

pub struct Actor {
    station: Station,
    journal: JournalHandle,
    links: Box<dyn Links>,
    clock: SystemClock,
    orders: mpsc::Receiver<Order>,
    events: mpsc::Receiver<(Channel, LinkEvent)>,
    view: watch::Sender<Arc<TerminalView>>,
    signals: broadcast::Sender<Signal>,
    promises: HashMap<PaymentId, Vec<oneshot::Sender<Outcome>>>,
    /// Who waits for the end of the errand under way.
    errand: Option<ErrandPromise>,
    backlog: Backlog,
    /// Who wants to end the program.
    parting: Vec<oneshot::Sender<()>>,
    on_moved: OnMoved,
    commissions: mpsc::Sender<Commission>,
    /// What the log was told of already.
    noted: Noted,
    /// Handed on and not fulfilled yet.
    commissioned: usize,
    /// Who waits until this one has given the terminal up.
    retiring: Option<oneshot::Sender<bool>>,
}

enum ErrandPromise {
    DayEnd(oneshot::Sender<Result<DayEnd, Refusal>>),
    Scan(oneshot::Sender<Result<Scan, Refusal>>),
    Prompt(oneshot::Sender<Result<Prompted, Refusal>>),
}

impl ErrandPromise {
    fn refuse(self, refusal: Refusal) {
        // Whoever asked may have gone.
        match self {
            ErrandPromise::DayEnd(reply) => drop(reply.send(Err(refusal))),
            ErrandPromise::Scan(reply) => drop(reply.send(Err(refusal))),
            ErrandPromise::Prompt(reply) => drop(reply.send(Err(refusal))),
        }
    }

    fn keep(self, end: ErrandEnd) {
        match (self, end) {
            (ErrandPromise::DayEnd(reply), ErrandEnd::DayEnd(end)) => drop(reply.send(Ok(end))),
            (ErrandPromise::Scan(reply), ErrandEnd::Scanned(scan)) => drop(reply.send(Ok(scan))),
            (ErrandPromise::Prompt(reply), ErrandEnd::Prompted(answer)) => drop(reply.send(Ok(answer))),
            // One errand at a time: its end is of its own kind.
            (promise, _) => promise.refuse(Refusal::Gone),
        }
    }
}

/// What an actor is made from.
pub struct Parts {
    pub station: Station,
    pub journal: JournalHandle,
    pub links: Box<dyn Links>,
    pub clock: SystemClock,
    pub events: mpsc::Receiver<(Channel, LinkEvent)>,
    pub on_moved: OnMoved,
    /// Where what somebody outside asks of the till goes.
    pub commissions: mpsc::Sender<Commission>,
    /// Payments the journal holds open for this terminal, oldest first.
    pub open: Vec<PaymentRecord>,
}

impl Actor {
    /// Starts the task; it ends when every handle is gone.
    pub fn start(parts: Parts) -> TerminalHandle {
        let (orders, orders_in) = mpsc::channel(ORDERS);
        let (view, view_out) = watch::channel(Arc::new(parts.station.view().clone()));
        let (signals, _) = broadcast::channel(SIGNALS);
        let handle = TerminalHandle::new(parts.station.name(), orders, view_out, signals.clone());
        let actor = Actor {
            station: parts.station,
            journal: parts.journal,
            links: parts.links,
            clock: parts.clock,
            orders: orders_in,
            events: parts.events,
            view,
            signals,
            promises: HashMap::new(),
            errand: None,
            backlog: Backlog::default(),
            parting: Vec::new(),
            on_moved: parts.on_moved,
            commissions: parts.commissions,
            noted: Noted::default(),
            commissioned: 0,
            retiring: None,
        };
        tokio::spawn(actor.run(parts.open));
        handle
    }

    async fn run(mut self, open: Vec<PaymentRecord>) {
        let mut changes = self.journal.changes();
        self.take_up(open).await;
        let mut late = 0;
        loop {
            let deadline = self.station.deadline();
            let clock = self.clock;
            let is_late = deadline.is_some_and(|at| at <= clock.now().at);
            late = if is_late { late } else { 0 };
            let retry = !self.backlog.is_empty();
            tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    Some(order) => self.on_order(order).await,
                    None => break,
                },
                Some((channel, event)) = self.events.recv(), if late < EVENTS_BEFORE_A_TICK => {
                    late += usize::from(is_late);
                    let turn = self.station.link(self.clock.now(), channel, event);
                    self.carry_out(turn).await;
                }
                Ok(()) = changes.changed() => self.look_at_journal().await,
                () = sleep_until(&clock, deadline) => {
                    let turn = self.station.tick(self.clock.now());
                    self.carry_out(turn).await;
                }
                () = tokio::time::sleep(WRITE_AGAIN), if retry => self.carry_out(Turn::default()).await,
            }
            if self.retiring.is_some() {
                break;
            }
            self.ask_the_next().await;
            if !self.station.has_parting_words() {
                for reply in self.parting.drain(..) {
                    // Whoever asked may have lost patience.
                    let _ = reply.send(());
                }
            }
        }
        let retiring = self.retiring.take();
        // Sockets and the seat at the listener first: whoever waits wants them.
        drop(self);
        retiring.map(|reply| reply.send(true));
    }

    /// Nothing that a change of settings would disturb. A payment whose minute of seeking is over is the journal's, and the next
    /// actor asks about it.
    fn may_retire(&self) -> bool {
        let view = self.station.view();
        let is_at_work = view.is_paying() || view.errand.is_some() || self.errand.is_some();
        !is_at_work && self.backlog.is_empty() && self.commissioned == 0
    }

    async fn take_up(&mut self, open: Vec<PaymentRecord>) {
        for record in open {
            let turn = self.station.take_up(self.clock.now(), &record);
            self.carry_out(turn).await;
        }
        self.ask_the_next().await;
    }

    /// One open payment of an earlier run after the other; then the session that was wanted.
    async fn ask_the_next(&mut self) {
        while let Some(id) = self.station.next_to_ask() {
            match record_of(&self.journal, &id).await {
                Ok(record) if !record.state.is_final() => {
                    let turn = self.station.inquire(self.clock.now(), &record);
                    self.carry_out(turn).await;
                }
                Ok(_) | Err(Refusal::UnknownPayment(_)) => self.station.no_need_to_ask(&id),
                // A journal that cannot be read now is read again at the next occasion.
                Err(_) => return,
            }
        }
        if let Some(turn) = self.station.turn_to_the_session(self.clock.now()) {
            self.carry_out(turn).await;
        }
    }

    async fn on_order(&mut self, order: Order) {
        let now = self.clock.now();
        match order {
            Order::Pay { request, reply } => {
                let started = self.pay(request).await;
                // Whoever asked may have gone; the payment goes on.
                let _ = reply.send(started);
            }
            Order::Inquire { payment, reply } => {
                let asked = self.inquire(&payment).await;
                let _ = reply.send(asked);
            }
            Order::Cancel => {
                let turn = self.station.cancel(now);
                self.carry_out(turn).await;
            }
            Order::CancelPayment(payment) if self.station.at_hand() == Some(&payment) => {
                let turn = self.station.cancel(now);
                self.carry_out(turn).await;
            }
            Order::CancelPayment(_) => {}
            Order::Answer { question, answer, reply } => {
                let takes = |open: &Question| open.id == question;
                let _ = reply.send(self.answer(takes, Command::Answer(question, answer)).await);
            }
            Order::Sign { question, image, reply } => {
                let takes = |open: &Question| open.id == question && open.on_screen;
                let _ = reply.send(self.answer(takes, Command::Sign(question, image)).await);
            }
            Order::EndDay { report, reply } => {
                self.send_on(Sending::EndDay(report), ErrandPromise::DayEnd(reply)).await;
            }
            Order::Scan { reply } => self.send_on(Sending::Scan, ErrandPromise::Scan(reply)).await,
            Order::Prompt { prompt, reply } => {
                self.send_on(Sending::Prompt(prompt), ErrandPromise::Prompt(reply)).await;
            }
            Order::Fulfil(id, fulfilment) => {
                self.commissioned = self.commissioned.saturating_sub(1);
                let turn = self.station.command(now, Command::Fulfil(id, fulfilment));
                self.carry_out(turn).await;
            }
            // Begun, or left for later, by `ask_the_next`.
            Order::Connect => self.station.want_session(true),
            Order::Disconnect => self.station.want_session(false),
            Order::PartingWords(reply) => self.parting.push(reply),
            // Who has lost patience goes on with this one.
            Order::Retire(reply) if self.may_retire() && !reply.is_closed() => self.retiring = Some(reply),
            Order::Retire(reply) => drop(reply.send(false)),
            Order::Dismiss => {
                self.station.dismiss();
                self.carry_out(Turn::default()).await;
            }
        }
    }

    /// Tells the driver, if the open question is one that `takes` this answer.
    async fn answer(&mut self, takes: impl Fn(&Question) -> bool, command: Command) -> Result<(), Refusal> {
        let open = self.station.view().payment.as_ref().and_then(|payment| payment.question.as_ref());
        if !open.is_some_and(takes) {
            return Err(Refusal::NoSuchQuestion);
        }
        let turn = self.station.command(self.clock.now(), command);
        self.carry_out(turn).await;
        Ok(())
    }

    async fn pay(&mut self, request: PaymentRequest) -> Result<Running, Refusal> {
        self.station.check(&request)?;
        let request = self.with_original(request).await?;
        // The original's money has to fit the terminal as well.
        self.station.check(&request)?;
        let view = self.station.view();
        let new = NewPayment {
            terminal: view.name.clone(),
            protocol: view.protocol.to_owned(),
            training: view.training,
            request,
            at: self.clock.now().wall,
        };
        let recorded = match self.journal.record(new).await {
            Ok(recorded) => recorded,
            Err(JournalError::Occupied { payment }) => return Err(Refusal::InDoubt(payment)),
            Err(error) => return Err(Refusal::Journal(error)),
        };
        let running = self.promise(&recorded.id);
        let turn = self.station.start(self.clock.now(), recorded);
        self.carry_out(turn).await;
        Ok(running)
    }

    /// Fills in, from the journal, what the request has to know of its original, and refuses what cannot be done about
    /// it any more.
    async fn with_original(&mut self, request: PaymentRequest) -> Result<PaymentRequest, Refusal> {
        let Some(original) = &request.of else {
            return Ok(request);
        };
        let earlier = earlier(&self.journal, &original.payment).await?;
        if earlier.record().terminal != self.station.name() {
            return Err(Refusal::OtherTerminal(earlier.record().id.clone()));
        }
        let request = earlier.complete(request, &self.station.view().abilities)?;
        if request.operation == Operation::Void {
            self.is_the_last(earlier.record()).await?;
        }
        Ok(request)
    }

    async fn is_the_last(&mut self, record: &PaymentRecord) -> Result<(), Refusal> {
        if !self.station.view().abilities.voids_last_only {
            return Ok(());
        }
        let name = self.station.name().to_owned();
        let last = read(&self.journal, move |journal| journal.last_approved(&name)).await?;
        match last {
            Some(last) if last.id == record.id => Ok(()),
            _ => Err(Refusal::NotTheLast(record.id.clone())),
        }
    }

    /// Answered when it has ended, or at once when it cannot begin.
    async fn send_on(&mut self, sending: Sending, promise: ErrandPromise) {
        if let Err(refusal) = self.station.check_errand(sending.errand()) {
            return promise.refuse(refusal);
        }
        self.errand = Some(promise);
        let turn = self.station.begin_errand(self.clock.now(), sending);
        self.carry_out(turn).await;
    }

    async fn inquire(&mut self, payment: &PaymentId) -> Result<Running, Refusal> {
        // The record has to say what is known.
        self.carry_out(Turn::default()).await;
        let record = record_of(&self.journal, payment).await?;
        if record.terminal != self.station.name() {
            return Err(Refusal::OtherTerminal(record.id));
        }
        self.station.check_inquiry(&record.id)?;
        let running = self.promise(&record.id);
        let turn = self.station.inquire(self.clock.now(), &record);
        self.carry_out(turn).await;
        Ok(running)
    }

    fn promise(&mut self, id: &PaymentId) -> Running {
        let (promise, outcome) = oneshot::channel();
        self.promises.entry(id.clone()).or_default().push(promise);
        Running { id: id.clone(), outcome }
    }

    /// Whatever is logged meanwhile carries the terminal's name and the payment's.
    async fn carry_out(&mut self, turn: Turn) {
        let payment = self.station.at_hand().map_or("", PaymentId::as_str);
        let span = info_span!("turn", terminal = self.station.name(), payment);
        self.carry_out_turn(turn).instrument(span).await;
    }

    /// Durable first, then the wire, then the picture (rule 1).
    async fn carry_out_turn(&mut self, turn: Turn) {
        let mut next = Some(turn);
        while let Some(mut turn) = next.take() {
            match self.write(&mut turn).await {
                Ok(taken) => next = self.tell_of_tables(taken).await,
                Err(error) => {
                    tracing::error!(terminal = self.station.name(), %error, "the journal could not be written");
                    let instead = self.station.not_durable(self.clock.now(), &mut turn);
                    self.backlog.keep(std::mem::take(&mut turn.entries));
                    if !instead.entries.is_empty() || !instead.links.is_empty() {
                        next = Some(instead);
                    }
                }
            }
            self.station.set_unsaved(!self.backlog.is_empty());
            for order in turn.links {
                self.links.act(order.channel, order.action);
            }
            self.publish();
            self.noted.turn(&turn.signals, self.station.view());
            if let Some((host, port)) = turn.moved {
                (self.on_moved)(&host, port);
            }
            for signal in turn.signals {
                // Nobody listening is no fault.
                let _ = self.signals.send(signal);
            }
            for (payment, outcome) in turn.conclusions {
                for promise in self.promises.remove(&payment).unwrap_or_default() {
                    let _ = promise.send(outcome.clone());
                }
            }
            for commission in turn.commissions {
                self.hand_on(commission).await;
            }
            if let Some(end) = turn.errand
                && let Some(promise) = self.errand.take()
            {
                promise.keep(end);
            }
        }
    }

    /// Nobody there to take it, or too many at once: whoever asked is told that nothing was done.
    async fn hand_on(&mut self, commission: Commission) {
        let id = commission.id;
        if self.commissions.try_send(commission).is_ok() {
            self.commissioned += 1;
        } else {
            let busy = Fulfilment::Busy(Explanation::new("explain-terminal-busy", Fault::Program));
            let turn = self.station.command(self.clock.now(), Command::Fulfil(id, busy));
            Box::pin(self.carry_out(turn)).await;
        }
    }

    /// Writes what an earlier failure left, then the turn's own entries, in one transaction. Gives what was taken at tables.
    async fn write(&mut self, turn: &mut Turn) -> Result<Vec<Told>, JournalError> {
        if self.backlog.is_empty() && turn.entries.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.backlog.and(&turn.entries);
        let taken = Told::among(&entries);
        let entries_noted = Noted::of(&entries);
        let contradictions = self.journal.commit(entries).await?;
        self.backlog.clear();
        Noted::entries(&entries_noted);
        for contradiction in &contradictions {
            Noted::contradiction(contradiction);
            let signal = self.station.contradicted(contradiction);
            turn.signals.push(signal);
        }
        Ok(taken)
    }

    /// What was taken at tables is in the journal now; what was there before has been told before.
    async fn tell_of_tables(&mut self, taken: Vec<Told>) -> Option<Turn> {
        let mut turn = Turn::default();
        for told in taken {
            match read(&self.journal, move |journal| told.look_up(journal)).await {
                Ok(Some(news)) => self.station.taken_at_table(self.clock.now(), &news, &mut turn),
                Ok(None) => {}
                Err(refusal) => tracing::error!(%refusal, "what was taken at a table cannot be read again"),
            }
        }
        (!turn.signals.is_empty()).then_some(turn)
    }

    fn publish(&self) {
        let picture = self.station.view();
        self.view.send_if_modified(|shown| {
            let changed = **shown != *picture;
            if changed {
                *shown = Arc::new(picture.clone());
            }
            changed
        });
    }

    /// Somebody, perhaps another program, has written to the journal: has a person decided about something in doubt?
    async fn look_at_journal(&mut self) {
        let in_doubt: Vec<PaymentId> = self.station.view().unresolved.iter().map(|doubt| doubt.id.clone()).collect();
        for id in in_doubt {
            if let Ok(record) = record_of(&self.journal, &id).await
                && record.decision.is_some()
            {
                let turn = self.station.settled_elsewhere(self.clock.now(), &record);
                self.carry_out(turn).await;
            }
        }
    }
}

async fn sleep_until(clock: &SystemClock, deadline: Option<crate::domain::Instant>) {
    match deadline {
        Some(deadline) => clock.sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

async fn record_of(journal: &JournalHandle, id: &PaymentId) -> Result<PaymentRecord, Refusal> {
    let wanted = id.clone();
    read(journal, move |journal| journal.payment(&wanted)).await?.ok_or_else(|| Refusal::UnknownPayment(id.clone()))
}

async fn earlier(journal: &JournalHandle, id: &PaymentId) -> Result<Earlier, Refusal> {
    let wanted = id.clone();
    read(journal, move |journal| Earlier::read(journal, &wanted))
        .await?
        .ok_or_else(|| Refusal::UnknownPayment(id.clone()))
}

async fn read<T: Send + 'static>(
    journal: &JournalHandle,
    read: impl FnOnce(&Journal) -> Result<T, JournalError> + Send + 'static,
) -> Result<T, Refusal> {
    journal.read(read).await.and_then(|inner| inner).map_err(Refusal::Journal)
}
