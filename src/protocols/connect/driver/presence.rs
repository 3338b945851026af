//! Nothing at hand. A line that is half open says nothing by itself, so that an idle one is tried now and then.

use std::time::Duration;

use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::Session;

use super::super::messages::{Params, RpcError, method};
use super::ground::{self, Effects, Ground};

/// How often an idle line is tried.
const LOOK_EVERY: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub struct Resting {
    look_at: Option<Instant>,
    asked: Option<(i64, Instant)>,
}

impl Resting {
    /// A line that stands is looked at in a while.
    pub fn keep_looking(&mut self, now: Now) {
        if self.asked.is_none() {
            self.look_at.get_or_insert(now.at + LOOK_EVERY);
        }
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.asked.map(|(_, until)| until).or(self.look_at)
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> Resting {
        if self.deadline().is_none_or(|at| now.at < at) {
            return self;
        }
        if !ground.is_up() {
            return Resting::default();
        }
        if self.asked.is_some() {
            ground.abandon_line(out);
            ground.tell(Session::Offline(Explanation::new("explain-link-timed-out", Fault::Link)), out);
            return Resting::default();
        }
        let id = ground.ask(now, method::CONNECTED_TERMINALS, Params::new(), out);
        self.look_at = None;
        self.asked = Some((id, now.at + ground::ANSWER_WITHIN));
        self
    }

    pub fn on_answer(
        self,
        ground: &mut Ground,
        now: Now,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> Resting {
        if self.asked.is_none_or(|(id, _)| *answered != id) {
            return self;
        }
        ground.listed(answer, out);
        Resting { look_at: Some(now.at + LOOK_EVERY), asked: None }
    }
}
