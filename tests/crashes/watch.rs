//! Counts what happens on the wire, and holds the world still at one chosen moment so that something can be done to the
//! till exactly there.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a relay sees on its wire, whoever began it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The line stands, nothing was said yet.
    Connected,
    /// Bytes have left their sender and have not arrived.
    UnderWay,
    /// They have been passed on.
    Arrived,
    /// The line broke, or was ended, before its caller had enough of it.
    LineLost,
    /// Its caller had enough of it.
    HungUp,
}

/// When to hold the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    Never,
    /// At the event with this number, counted from 0 since the watch was set.
    Number(usize),
    First(Moment),
}

/// Shared by the relays, which tell what happens, and the test, which acts on it.
pub struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    trigger: Trigger,
    seen: usize,
    /// The moment has come, and nobody has acted yet.
    held: bool,
    /// What the test did cost the message that was under way.
    lost: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            state: Mutex::new(State { trigger: Trigger::Never, seen: 0, held: false, lost: false }),
            changed: Condvar::new(),
        }
    }
}

impl Watch {
    pub fn set(&self, trigger: Trigger) {
        let mut state = self.state();
        *state = State { trigger, seen: 0, held: false, lost: false };
        self.changed.notify_all();
    }

    /// Tells that something happened. `true` when this was the chosen moment, the test has acted, and what was under way
    /// is lost.
    pub fn happens(&self, moment: Moment) -> bool {
        let mut state = self.while_held(self.state());
        let number = state.seen;
        state.seen += 1;
        let chosen = match state.trigger {
            Trigger::Never => false,
            Trigger::Number(wanted) => wanted == number,
            Trigger::First(wanted) => wanted == moment,
        };
        if chosen {
            state.trigger = Trigger::Never;
            state.held = true;
            self.changed.notify_all();
            return self.while_held(state).lost;
        }
        false
    }

    /// Waits a little for the chosen moment; from then on nothing passes the relays until [`Watch::go_on`].
    pub fn comes_within(&self, patience: Duration) -> bool {
        let waiting = self.changed.wait_timeout_while(self.state(), patience, |state| !state.held);
        waiting.unwrap_or_else(PoisonError::into_inner).0.held
    }

    /// Lets everything pass, from now on without another stop; what was under way in the chosen moment may be lost.
    pub fn go_on(&self, lost: bool) {
        let mut state = self.state();
        state.trigger = Trigger::Never;
        state.held = false;
        state.lost = lost;
        self.changed.notify_all();
    }

    fn while_held<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait_while(state, |state| state.held).unwrap_or_else(PoisonError::into_inner)
    }

    /// A test that failed with the lock in its hand must not keep the relays from ending.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
