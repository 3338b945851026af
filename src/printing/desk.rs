//! What is printed next, and what is tried again: pure, with the time as an argument.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::job::{JobId, PrintJob};
use super::queue::Kept;
use super::view::{JobState, JobView, PrintView, QueueTrouble};
use crate::links::printers::PrinterFault;

/// Putting paper in is enough: nobody has to press a key.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// A printer that has been away for so long is nobody's who waits.
const TRIED_FOR: Duration = Duration::from_secs(30 * 60);
/// How many of those that are printed are still shown.
const PRINTED_SHOWN: usize = 20;

/// All jobs. Of each printer's only the first can be on its way.
#[derive(Default)]
pub(super) struct Desk {
    jobs: BTreeMap<JobId, Held>,
    printed: VecDeque<JobView>,
}

struct Held {
    job: Arc<PrintJob>,
    stage: Stage,
    /// The printers are others than when it was sent.
    is_outdated: bool,
}

enum Stage {
    Waiting,
    /// With the fault for which it is tried again, where it is the till that tries.
    Sending(Option<Faulty>),
    Faulty(Faulty),
}

#[derive(Clone)]
struct Faulty {
    fault: PrinterFault,
    since: Instant,
    again_at: Option<Instant>,
}

impl Desk {
    /// One that was being sent when the program ended may be on paper.
    pub(super) fn add(&mut self, job: PrintJob, kept: Kept, now: Instant) {
        let stage = match kept {
            Kept::Waiting => Stage::Waiting,
            Kept::Sending | Kept::Interrupted => {
                let fault = PrinterFault::Interrupted(String::new());
                Stage::Faulty(Faulty { fault, since: now, again_at: None })
            }
        };
        self.jobs.insert(job.id, Held { job: Arc::new(job), stage, is_outdated: false });
    }

    /// What is to be sent now.
    pub(super) fn due(&self, now: Instant) -> Vec<Arc<PrintJob>> {
        let is_due = |held: &&Held| match &held.stage {
            Stage::Waiting => true,
            Stage::Sending(_) => false,
            Stage::Faulty(faulty) => faulty.again_at.is_some_and(|at| at <= now),
        };
        self.first_of_each_printer().filter(is_due).map(|held| held.job.clone()).collect()
    }

    /// When something is due by itself.
    pub(super) fn next_at(&self) -> Option<Instant> {
        let again_at = |held: &Held| match &held.stage {
            Stage::Faulty(faulty) => faulty.again_at,
            _ => None,
        };
        self.first_of_each_printer().filter_map(again_at).min()
    }

    fn first_of_each_printer(&self) -> impl Iterator<Item = &Held> {
        let mut seen = BTreeSet::new();
        // One that is being sent comes first, also where an earlier one was moved to its printer meanwhile.
        let sending = self.jobs.values().filter(|held| matches!(held.stage, Stage::Sending(_)));
        sending.chain(self.jobs.values()).filter(move |held| seen.insert(held.job.printer.clone()))
    }

    pub(super) fn begin(&mut self, id: JobId) {
        if let Some(held) = self.jobs.get_mut(&id) {
            held.is_outdated = false;
            held.stage = Stage::Sending(match std::mem::replace(&mut held.stage, Stage::Waiting) {
                Stage::Faulty(faulty) => Some(faulty),
                Stage::Waiting | Stage::Sending(_) => None,
            });
        }
    }

    /// How its file has to be from now on; `None`: there is nothing to be kept of it.
    pub(super) fn ended(&mut self, id: JobId, end: Result<(), PrinterFault>, now: Instant) -> Option<Kept> {
        let Some(fault) = end.err() else {
            let held = self.jobs.remove(&id)?;
            self.printed.push_back(view_of(&held.job, JobState::Printed));
            while self.printed.len() > PRINTED_SHOWN {
                self.printed.pop_front();
            }
            return None;
        };
        let held = self.jobs.get_mut(&id)?;
        let earlier = match &held.stage {
            Stage::Sending(Some(earlier)) if earlier.fault.passes_by_itself() => Some(earlier.since),
            _ => None,
        };
        let since = earlier.unwrap_or(now);
        let tries = fault.passes_by_itself() && now + TRIED_AGAIN_AFTER <= since + TRIED_FOR;
        let kept = if matches!(fault, PrinterFault::Interrupted(_)) { Kept::Interrupted } else { Kept::Waiting };
        // Its fault may be one of settings that were mended meanwhile.
        let at_once = (held.is_outdated && kept == Kept::Waiting).then_some(now);
        let again_at = at_once.or_else(|| tries.then(|| now + TRIED_AGAIN_AFTER));
        held.stage = Stage::Faulty(Faulty { fault, since, again_at });
        Some(kept)
    }

    /// A person wants it printed, perhaps once more. How its file has to be; `None` where it is on its way, or not there.
    pub(super) fn again(&mut self, id: JobId) -> Option<(Arc<PrintJob>, Kept)> {
        let held = self.jobs.get_mut(&id).filter(|held| !matches!(held.stage, Stage::Sending(_)))?;
        held.stage = Stage::Waiting;
        Some((held.job.clone(), Kept::Waiting))
    }

    /// The same on another printer.
    pub(super) fn elsewhere(&mut self, id: JobId, printer: &str) -> Option<(Arc<PrintJob>, Kept)> {
        let held = self.jobs.get_mut(&id).filter(|held| !matches!(held.stage, Stage::Sending(_)))?;
        held.job = Arc::new(PrintJob { printer: printer.to_owned(), ..PrintJob::clone(&held.job) });
        self.again(id)
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, id: JobId) -> bool {
        self.jobs.remove(&id).is_some()
    }

    /// What could not be printed may be printable now, but for what is printed, perhaps.
    pub(super) fn printers_changed(&mut self, now: Instant) {
        for held in self.jobs.values_mut() {
            held.is_outdated = matches!(held.stage, Stage::Sending(_));
            if let Stage::Faulty(faulty) = &mut held.stage
                && !matches!(faulty.fault, PrinterFault::Interrupted(_))
            {
                (faulty.since, faulty.again_at) = (now, Some(now));
            }
        }
    }

    /// The job, and how its file has to be as things stand.
    pub(super) fn to_be_kept(&self, id: JobId) -> Option<(Arc<PrintJob>, Kept)> {
        let held = self.jobs.get(&id)?;
        let kept = match &held.stage {
            Stage::Sending(_) => Kept::Sending,
            Stage::Faulty(Faulty { fault: PrinterFault::Interrupted(_), .. }) => Kept::Interrupted,
            Stage::Waiting | Stage::Faulty(_) => Kept::Waiting,
        };
        Some((held.job.clone(), kept))
    }

    pub(super) fn job(&self, id: JobId) -> Option<Arc<PrintJob>> {
        self.jobs.get(&id).map(|held| held.job.clone())
    }

    pub(super) fn view(&self, trouble: Option<QueueTrouble>) -> PrintView {
        let waiting = self.jobs.values().map(|held| view_of(&held.job, held.stage.shown()));
        PrintView { jobs: self.printed.iter().cloned().chain(waiting).collect(), trouble }
    }
}

impl Stage {
    /// Trying again by itself is shown as the fault it is about.
    fn shown(&self) -> JobState {
        match self {
            Stage::Waiting => JobState::Waiting,
            Stage::Sending(Some(Faulty { fault, again_at: Some(_), .. })) => {
                JobState::Faulty { fault: fault.clone(), tries_again: true }
            }
            Stage::Sending(_) => JobState::Printing,
            Stage::Faulty(faulty) => {
                JobState::Faulty { fault: faulty.fault.clone(), tries_again: faulty.again_at.is_some() }
            }
        }
    }
}

fn view_of(job: &PrintJob, state: JobState) -> JobView {
    JobView { id: job.id, title: job.title.clone(), printer: job.printer.clone(), made_at: job.made_at, state }
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
