//! Drivers of card machines at tables with one well-known mistake each. The evenings' judge must catch every one of them.

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{Instant, Now, Outcome, TableTaking, TableTask, Taken, Task, Verdict};
use checkstand::protocols;
use checkstand::protocols::Protocol;
use checkstand::protocols::connect::codec;
use checkstand::protocols::connect::messages::{Message, TableLock};
use checkstand::protocols::driver::{Command, Driver, Effect, Input, LinkAction, Report, Stopping};
use checkstand::protocols::frame::Frame;
use checkstand::protocols::protocol::{DriverSetup, FieldError};

use super::world::Counter;

type Make = fn(&DriverSetup) -> Result<Box<dyn Driver>, FieldError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    AcknowledgesUnreported,
    ReportsTwice,
    ReportsAnotherAmount,
    ReportsAnotherTable,
    AcknowledgesTooEarly,
    ConfirmsWhatWasRefused,
    ForgetsAfterARestart,
    NeverGivesBack,
    /// None: the wrapper itself must change nothing.
    Innocent,
}

/// Each in words.
pub const BAD: [(&str, Make); 8] = [
    ("acknowledges a taking that it does not report", make::<0>),
    ("reports a taking twice under two references", make::<1>),
    ("reports another amount", make::<2>),
    ("reports another table", make::<3>),
    ("acknowledges before the taking is durable", make::<4>),
    ("confirms a lock that was refused", make::<5>),
    ("says after a restart that nothing was charged", make::<6>),
    ("never gives a table back", make::<7>),
];
pub const INNOCENT: Make = make::<8>;

const MISTAKES: [Mistake; 9] = [
    Mistake::AcknowledgesUnreported,
    Mistake::ReportsTwice,
    Mistake::ReportsAnotherAmount,
    Mistake::ReportsAnotherTable,
    Mistake::AcknowledgesTooEarly,
    Mistake::ConfirmsWhatWasRefused,
    Mistake::ForgetsAfterARestart,
    Mistake::NeverGivesBack,
    Mistake::Innocent,
];

fn make<const MISTAKE: usize>(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let good = (protocols::find("connect").expect("a protocol").driver)(setup)?;
    Ok(Box::new(Bad { good, mistake: MISTAKES[MISTAKE] }))
}

pub fn counter(of: Counter, driver: Make) -> Counter {
    let protocol = Protocol { driver, ..*of.protocol };
    Counter { protocol: Box::leak(Box::new(protocol)), ..of }
}

struct Bad {
    good: Box<dyn Driver>,
    mistake: Mistake,
}

impl Driver for Bad {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        match &input {
            Input::Command(Command::Recover(open))
                if self.mistake == Mistake::ForgetsAfterARestart && open.request.origin.is_some() =>
            {
                let why = Explanation::new("explain-never-sent", Fault::Nobody);
                vec![Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why)))]
            }
            _ => self.good.step(now, input).into_iter().flat_map(|effect| self.spoiled(effect)).collect(),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.good.deadline()
    }

    fn stopping(&self) -> Stopping {
        self.good.stopping()
    }

    fn has_parting_words(&self) -> bool {
        self.good.has_parting_words()
    }
}

impl Bad {
    fn spoiled(&self, effect: Effect) -> Vec<Effect> {
        match (self.mistake, effect) {
            (Mistake::AcknowledgesUnreported, Effect::Report(Report::TakenAtTable(_))) => Vec::new(),
            (Mistake::ReportsTwice, Effect::Report(Report::TakenAtTable(taking))) => {
                let again = TableTaking { reference: format!("{}-2", taking.reference), ..taking.clone() };
                [taking, again].map(|taking| Effect::Report(Report::TakenAtTable(taking))).into()
            }
            (Mistake::ReportsAnotherAmount, Effect::Report(Report::TakenAtTable(taking))) => {
                let paid = taking.outcome.taken.map(|_| Taken::exactly(taking.amount));
                let outcome = Outcome { taken: paid, ..taking.outcome };
                vec![Effect::Report(Report::TakenAtTable(TableTaking { outcome, ..taking }))]
            }
            (Mistake::ReportsAnotherTable, Effect::Report(Report::TakenAtTable(taking))) => {
                let table = if taking.table == "1" { "2" } else { "1" }.to_owned();
                vec![Effect::Report(Report::TakenAtTable(TableTaking { table, ..taking }))]
            }
            (Mistake::AcknowledgesTooEarly, Effect::Link { channel, action, .. }) => {
                vec![Effect::link(channel, action)]
            }
            (
                Mistake::ConfirmsWhatWasRefused,
                Effect::Link { channel, action: LinkAction::Send(Frame::Bytes(message)), moves_money },
            ) => {
                let action = LinkAction::Send(Frame::Bytes(confirmed(&message).unwrap_or(message)));
                vec![Effect::Link { channel, action, moves_money }]
            }
            (Mistake::NeverGivesBack, Effect::Report(Report::Commission(commission)))
                if matches!(commission.task, Task::AtTable(TableTask::Unlock { .. })) =>
            {
                Vec::new()
            }
            (_, effect) => vec![effect],
        }
    }
}

fn confirmed(message: &[u8]) -> Option<Vec<u8>> {
    let Ok(Message::Response { id, answer: Ok(answer) }) = codec::decode(message) else { return None };
    if answer.get("confirmed")?.as_bool()? {
        return None;
    }
    let lock = TableLock { confirmed: true, amount: Some(1_000), currency: Some("GBP".to_owned()), user_message: None };
    Some(codec::encode(&Message::Response { id, answer: Ok(codec::table_lock_result(&lock)) }))
}
