//! What the machines have asked and are owed. Each question is a commission of its own; the answer goes out when the till has
//! said what it says, at the latest after five seconds, and only on the line on which it was asked.
//!
//! A machine that was not told in time that a table is its own leaves it alone: what the till locked for it is given back. What
//! the till does about one table goes in the order in which the machine wanted it.

use std::time::Duration;

use serde_json::Value;

use crate::domain::{Commission, CommissionId, Fulfilment, Instant, Now, TableAnswer, TableAsker, TableTask, Task};
use crate::protocols::driver::{Effect, Report};
use crate::protocols::frame::Channel;

use super::super::codec;
use super::super::messages::Message;
use super::answers::{self, Answer, Kind};
use super::ground::{Effects, Ground};
use super::releases::{Releases, Step};

/// (6.0) The machine itself gives up later.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// Questions that are owed an answer.
const OPEN_AT_MOST: usize = 8;
/// With those whose answer came too late, and of which the till has not said what became of them.
const KEPT_AT_MOST: usize = 64;
/// Tables that a machine was told it has.
const HELD_AT_MOST: usize = 64;

/// Who is owed an answer: it has the id of the question, and goes on its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Owed {
    pub channel: Channel,
    pub id: Value,
}

/// A table with the machine that has or wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub asker: TableAsker,
    pub table: String,
}

impl Place {
    /// Whichever waiter.
    pub fn is(&self, other: &Place) -> bool {
        self.asker.machine == other.asker.machine && self.table == other.table
    }

    /// The same, and surely of the same machine.
    fn is_same(&self, other: &Place) -> bool {
        self.is_known() && self.is(other)
    }

    /// A machine that does not tell its number may be any.
    fn is_known(&self) -> bool {
        !self.asker.machine.is_empty()
    }
}

#[derive(Debug, Default)]
pub struct Desk {
    last_id: u64,
    jobs: Vec<Job>,
    releases: Releases,
    held: Vec<Place>,
}

#[derive(Debug)]
struct Job {
    id: CommissionId,
    kind: Kind,
    /// Of a lock.
    place: Option<Place>,
    /// The table is the machine's from before: told that it is not, it will not give it back.
    had: bool,
    /// Not commissioned yet: the same table is being given back.
    waiting: Option<Task>,
    /// Until it was too late.
    owed: Option<(Owed, Instant)>,
}

impl Desk {
    pub fn deadline(&self) -> Option<Instant> {
        let until = self.jobs.iter().filter_map(|job| job.owed.as_ref().map(|(_, until)| *until));
        until.chain(self.releases.deadline()).min()
    }

    /// Whether an answer is owed, or a table is still to be given back.
    pub fn has_parting_words(&self) -> bool {
        self.owes() || !self.releases.is_empty()
    }

    /// Whether an answer is owed on the line.
    pub fn owes(&self) -> bool {
        self.releases.owes() || self.jobs.iter().any(|job| job.owed.is_some())
    }

    /// Whether there is room for one more question.
    pub fn has_room(&self) -> bool {
        let open = self.jobs.iter().filter(|job| job.owed.is_some()).count();
        open + self.releases.owed() < OPEN_AT_MOST && self.jobs.len() < KEPT_AT_MOST
    }

    /// A list or a bill is asked for.
    pub fn ask(&mut self, now: Now, owed: Owed, kind: Kind, task: TableTask, out: &mut Effects) {
        let id = self.next_id();
        self.jobs.push(job(now, id, owed, kind, None));
        commission(id, Task::AtTable(task), out);
    }

    /// A machine wants a table.
    pub fn lock(&mut self, now: Now, owed: Owed, place: Place, ground: &Ground, out: &mut Effects) {
        let forgotten = if place.is_known() { self.releases.forget(&place) } else { None };
        let is_unreleased = forgotten.is_some();
        for superseded in forgotten.unwrap_or_default() {
            reply(superseded, answers::too_late(Kind::Unlock), ground, out);
        }
        let had = is_unreleased
            || self.held.iter().any(|held| held.is_same(&place))
            || self.jobs.iter().any(|job| job.had && job.place.as_ref().is_some_and(|own| own.is_same(&place)));
        // Whether it has the table is what it is told now.
        self.held.retain(|held| !held.is_same(&place));
        let id = self.next_id();
        let task = Task::AtTable(TableTask::Lock { asker: place.asker.clone(), table: place.table.clone() });
        let waits = self.releases.is_under_way(&place);
        let mut job = Job { had, ..job(now, id, owed, Kind::Lock, Some(place)) };
        if waits {
            job.waiting = Some(task);
        } else {
            commission(id, task, out);
        }
        self.jobs.push(job);
    }

    /// A machine that wants a table is not heard. One that had it leaves it alone now.
    pub fn turn_away(&mut self, place: &Place, out: &mut Effects) {
        if self.held.iter().any(|held| held.is_same(place)) {
            self.release(place, None, out);
        }
    }

    /// A machine has finished with a table, also with one it was not told yet that it has.
    pub fn unlock(&mut self, now: Now, owed: Option<Owed>, place: &Place, ground: &Ground, out: &mut Effects) {
        for job in self.jobs.iter_mut().filter(|job| job.is_lock_on(place)) {
            if let Some((owed, _)) = job.owed.take() {
                reply(owed, answers::too_late(Kind::Lock), ground, out);
            }
        }
        self.forget_what_waits(out);
        self.release(place, owed.map(|owed| (owed, now.at + ANSWERED_WITHIN)), out);
    }

    fn release(&mut self, place: &Place, owed: Option<(Owed, Instant)>, out: &mut Effects) {
        self.held.retain(|held| !held.is(place));
        let id = self.next_id();
        if self.releases.begin(id, place, owed, out) {
            commission(id, unlocking(place), out);
        }
    }

    /// The till has said what became of a commission.
    pub fn fulfil(&mut self, now: Now, id: CommissionId, fulfilment: Fulfilment, ground: &Ground, out: &mut Effects) {
        let jobs = &self.jobs;
        let wanted = |place: &Place| jobs.iter().any(|job| job.waiting.is_some() && job.is_lock_on(place));
        if let Some((place, step)) = self.releases.fulfilled(now, id, &fulfilment, wanted, out) {
            return self.released(now, &place, step, ground, out);
        }
        let Some(at) = self.jobs.iter().position(|job| job.id == id && job.waiting.is_none()) else { return };
        let Job { kind, place, had, owed, .. } = self.jobs.remove(at);
        let is_locked = had || matches!(&fulfilment, Fulfilment::AtTable(TableAnswer::Locked(_)));
        let is_told = owed.is_some()
            && matches!(&fulfilment, Fulfilment::AtTable(TableAnswer::Locked(due)) if answers::is_payable(*due));
        if let Some((owed, _)) = owed {
            reply(owed, answers::answer(kind, fulfilment), ground, out);
        }
        match place {
            Some(place) if is_told => self.hold(place),
            Some(place) if is_locked => self.give_back(&place, out),
            Some(_) | None => {}
        }
    }

    /// A table that is locked for a machine which was not told so; unless it has it all the same. Where it still waits to hear
    /// whether it has, that decides.
    fn give_back(&mut self, place: &Place, out: &mut Effects) {
        if self.held.iter().any(|held| held.is(place)) {
            return;
        }
        let mut is_decided = true;
        for job in self.jobs.iter_mut().filter(|job| job.owed.is_some() && job.is_lock_on(place)) {
            job.had = true;
            is_decided = false;
        }
        if is_decided {
            self.release(place, None, out);
        }
    }

    fn hold(&mut self, place: Place) {
        self.held.retain(|held| !held.is(&place));
        if self.held.len() >= HELD_AT_MOST {
            self.held.remove(0);
        }
        self.held.push(place);
    }

    fn released(&mut self, now: Now, place: &Place, step: Step, ground: &Ground, out: &mut Effects) {
        match step {
            Step::Later => self.try_again(now, out),
            Step::Done(owed, fulfilment) => {
                for owed in owed {
                    reply(owed, answers::answer(Kind::Unlock, fulfilment.clone()), ground, out);
                }
                for job in self.jobs.iter_mut().filter(|job| job.is_lock_on(place)) {
                    if let Some(task) = job.waiting.take() {
                        // Who knows what it came to.
                        job.had = true;
                        commission(job.id, task, out);
                    }
                }
            }
        }
    }

    pub fn on_tick(&mut self, now: Now, ground: &Ground, out: &mut Effects) {
        for job in &mut self.jobs {
            if let Some((owed, _)) = job.owed.take_if(|(_, until)| now.at >= *until) {
                reply(owed, answers::too_late(job.kind), ground, out);
            }
        }
        self.forget_what_waits(out);
        for owed in self.releases.overdue(now) {
            reply(owed, answers::too_late(Kind::Unlock), ground, out);
        }
        self.try_again(now, out);
    }

    fn try_again(&mut self, now: Now, out: &mut Effects) {
        loop {
            let id = CommissionId(self.last_id + 1);
            let Some(place) = self.releases.due(now, id) else { return };
            self.last_id = id.0;
            commission(id, unlocking(&place), out);
        }
    }

    /// What was asked on that line is answered on no other; what is locked for it when the till answers is given back.
    pub fn line_lost(&mut self, out: &mut Effects) {
        self.jobs.iter_mut().for_each(|job| job.owed = None);
        self.releases.line_lost();
        self.forget_what_waits(out);
    }

    /// Nobody needs an answer to what the till was not asked yet.
    fn forget_what_waits(&mut self, out: &mut Effects) {
        let is_idle = |job: &Job| job.owed.is_none() && job.waiting.is_some();
        let idle = self.jobs.iter().filter(|job| is_idle(job) && job.had);
        let had: Vec<Place> = idle.filter_map(|job| job.place.clone()).collect();
        self.jobs.retain(|job| !is_idle(job));
        had.iter().for_each(|place| self.give_back(place, out));
    }

    fn next_id(&mut self) -> CommissionId {
        self.last_id += 1;
        CommissionId(self.last_id)
    }
}

impl Job {
    fn is_lock_on(&self, place: &Place) -> bool {
        self.place.as_ref().is_some_and(|own| own.is(place))
    }
}

fn job(now: Now, id: CommissionId, owed: Owed, kind: Kind, place: Option<Place>) -> Job {
    Job { id, kind, place, had: false, waiting: None, owed: Some((owed, now.at + ANSWERED_WITHIN)) }
}

fn unlocking(place: &Place) -> Task {
    Task::AtTable(TableTask::Unlock { asker: place.asker.clone(), table: place.table.clone() })
}

fn commission(id: CommissionId, task: Task, out: &mut Effects) {
    out.push(Effect::Report(Report::Commission(Commission { id, task })));
}

/// On the line on which it was asked, or not at all.
pub fn reply(owed: Owed, answer: Answer, ground: &Ground, out: &mut Effects) {
    if ground.channel() == Some(owed.channel) {
        ground.send(codec::encode(&Message::Response { id: owed.id, answer }), out);
    }
}
