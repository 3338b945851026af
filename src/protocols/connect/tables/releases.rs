//! Tables that are given back, because the machine has finished with them or never heard that it had them: asked of the till
//! again and again while its books cannot be read, and never while the same machine wants the table anew.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{CommissionId, Fulfilment, Instant, Now};
use crate::protocols::driver::{Effect, Report};

use super::desk::{Owed, Place};
use super::ground::Effects;

const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Two minutes; then a person has to do it.
const TRIES: u32 = 60;
/// More tables than machines can hold.
const AT_MOST: usize = 64;

#[derive(Debug, Default)]
pub struct Releases(Vec<Release>);

#[derive(Debug)]
struct Release {
    place: Place,
    state: State,
    tries: u32,
    /// Somebody else's lock may have been given meanwhile: once more when this one is done.
    repeat: bool,
    owed: Vec<(Owed, Instant)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    UnderWay(CommissionId),
    Again(Instant),
}

/// What became of a release.
pub enum Step {
    /// The till has it, or will not have it; whoever asked is told so.
    Done(Vec<Owed>, Fulfilment),
    /// It is tried again.
    Later,
}

impl Releases {
    pub fn deadline(&self) -> Option<Instant> {
        let again = self.0.iter().filter_map(|release| match release.state {
            State::Again(at) => Some(at),
            State::UnderWay(_) => None,
        });
        again.chain(self.0.iter().flat_map(|release| release.owed.iter().map(|(_, until)| *until))).min()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn owes(&self) -> bool {
        self.0.iter().any(|release| !release.owed.is_empty())
    }

    pub fn owed(&self) -> usize {
        self.0.iter().map(|release| release.owed.len()).sum()
    }

    /// Whether a lock on this table has to wait until it is known what became of this.
    pub fn is_under_way(&self, place: &Place) -> bool {
        self.0.iter().any(|release| release.place.is(place) && matches!(release.state, State::UnderWay(_)))
    }

    /// A table is to be given back; `id` is of the commission for it. Says whether to make that.
    pub fn begin(&mut self, id: CommissionId, place: &Place, owed: Option<(Owed, Instant)>, out: &mut Effects) -> bool {
        if let Some(release) = self.0.iter_mut().find(|release| release.place.is(place)) {
            release.owed.extend(owed);
            release.repeat = true;
            return false;
        }
        if self.0.len() >= AT_MOST {
            not_unlocked(&place.table, out);
            return false;
        }
        let state = State::UnderWay(id);
        self.0.push(Release { place: place.clone(), state, tries: 1, repeat: false, owed: owed.into_iter().collect() });
        true
    }

    /// The machine wants the table again: what was to be tried again must not take it away. Whoever asked for that, where there
    /// was such a release.
    pub fn forget(&mut self, place: &Place) -> Option<Vec<Owed>> {
        let at =
            self.0.iter().position(|release| release.place.is(place) && matches!(release.state, State::Again(_)))?;
        Some(self.0.remove(at).owed.into_iter().map(|(owed, _)| owed).collect())
    }

    /// Nobody is answered on a line that is gone.
    pub fn line_lost(&mut self) {
        self.0.iter_mut().for_each(|release| release.owed.clear());
    }

    /// `wanted` says whether a lock waits for it. None where this is no commission of these.
    pub fn fulfilled(
        &mut self,
        now: Now,
        id: CommissionId,
        fulfilment: &Fulfilment,
        wanted: impl Fn(&Place) -> bool,
        out: &mut Effects,
    ) -> Option<(Place, Step)> {
        let at = self.0.iter().position(|release| release.state == State::UnderWay(id))?;
        let release = self.0.get_mut(at)?;
        let place = release.place.clone();
        let is_wanted = wanted(&place);
        let is_unclear = matches!(fulfilment, Fulfilment::Busy(_) | Fulfilment::Unknown(_));
        if is_unclear && !is_wanted && release.tries < TRIES {
            release.state = State::Again(now.at + AGAIN_AFTER);
            return Some((place, Step::Later));
        }
        if is_unclear && !is_wanted {
            not_unlocked(&place.table, out);
        }
        if release.repeat && !is_wanted && !is_unclear {
            release.state = State::Again(now.at);
            release.repeat = false;
            return Some((place, Step::Later));
        }
        let owed = self.0.remove(at).owed.into_iter().map(|(owed, _)| owed).collect();
        Some((place, Step::Done(owed, fulfilment.clone())))
    }

    /// The first whose time has come to be tried again.
    pub fn due(&mut self, now: Now, id: CommissionId) -> Option<Place> {
        let is_due = |release: &&mut Release| matches!(release.state, State::Again(at) if now.at >= at);
        let release = self.0.iter_mut().find(is_due)?;
        release.state = State::UnderWay(id);
        release.tries += 1;
        Some(release.place.clone())
    }

    /// Whoever has waited for an answer for too long.
    pub fn overdue(&mut self, now: Now) -> Vec<Owed> {
        let mut late = Vec::new();
        for release in &mut self.0 {
            let (due, rest): (Vec<_>, Vec<_>) = release.owed.drain(..).partition(|(_, until)| now.at >= *until);
            release.owed = rest;
            late.extend(due.into_iter().map(|(owed, _)| owed));
        }
        late
    }
}

/// A person has to do it.
pub fn not_unlocked(table: &str, out: &mut Effects) {
    let why = Explanation::new("explain-table-not-unlocked", Fault::Program).with_detail(table);
    out.push(Effect::Report(Report::Alarm(why)));
}
