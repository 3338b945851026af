//! Reports of the day (reference 4.13). End of day is the only way to make a terminal hand in what it holds, and at the counter
//! only the till can ask for it.

use std::time::Duration;

use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayReport, DayVerdict, Instant, Now};
use crate::protocols::driver::{Effect, Report as Told, Session};

use super::super::codec;
use super::super::day_ends::day_end;
use super::super::messages::*;
use super::State;
use super::ground::{self, Effects, Ground};
use super::presence::Resting;

/// A public client allows 120 s for a report. With the line brought up before it, less than the desk waits for an errand.
const REPORT_WITHIN: Duration = Duration::from_secs(150);

/// The line is being brought up, or the terminal is at it.
#[derive(Debug)]
pub struct Errand {
    report: DayReport,
    asked: Option<Asked>,
}

#[derive(Debug)]
struct Asked {
    id: i64,
    tid: String,
    until: Instant,
}

/// Begins, now or as soon as the line is up.
pub fn begin(ground: &mut Ground, now: Now, report: DayReport, out: &mut Effects) -> State {
    let errand = Errand { report, asked: None };
    if ground.is_fresh(now) {
        return errand.on_up(ground, now, out);
    }
    // What has stood for a while may be dead without anybody knowing.
    if ground.is_up() {
        ground.close_line(out);
    }
    ground.tell(Session::Connecting, out);
    ground.want_line(now, out);
    State::Errand(errand)
}

/// What could not be done.
pub fn refuse(report: DayReport, why: Explanation, out: &mut Effects) {
    let end = DayEnd { report, ..DayEnd::without_figures(DayVerdict::NotClosed, why) };
    out.push(Effect::Report(Told::DayEnd(end)));
}

impl Errand {
    pub fn deadline(&self) -> Option<Instant> {
        self.asked.as_ref().map(|asked| asked.until)
    }

    pub fn on_up(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        let tid = match ground.terminal() {
            Ok(tid) => tid,
            Err(why) => return self.end(why, out),
        };
        let params = ground::about(&tid, ground.settings.version);
        let id = ground.ask(now, method_of_report(self.report), params, out);
        State::Errand(Errand { asked: Some(Asked { id, tid, until: now.at + REPORT_WITHIN }), ..self })
    }

    fn end(self, why: Explanation, out: &mut Effects) -> State {
        refuse(self.report, why, out);
        State::Resting(Resting::default())
    }

    pub fn on_lost(self, why: Explanation, out: &mut Effects) -> State {
        if self.asked.is_none() {
            return self.end(why, out);
        }
        self.unknown(why.detail.as_deref().unwrap_or_default(), out)
    }

    fn unknown(self, words: &str, out: &mut Effects) -> State {
        let lost = Explanation::new("explain-day-end-lost", Fault::Link).with_detail(words);
        let end = DayEnd { report: self.report, ..DayEnd::without_figures(DayVerdict::Unknown, lost) };
        out.push(Effect::Report(Told::DayEnd(end)));
        State::Resting(Resting::default())
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.deadline().is_none_or(|until| now.at < until) {
            return State::Errand(self);
        }
        ground.abandon_line(out);
        self.unknown("", out)
    }

    pub fn on_answer(
        self,
        ground: &mut Ground,
        answered: &Value,
        answer: Result<Value, RpcError>,
        out: &mut Effects,
    ) -> State {
        let Some(asked) = self.asked.as_ref().filter(|asked| *answered == asked.id) else {
            return State::Errand(self);
        };
        match answer.map(|result| codec::report(&result)) {
            Ok(Ok(report)) => {
                if matches!(self.report, DayReport::EndOfDay | DayReport::Z) {
                    ground.note_new_numbers(&asked.tid, out);
                }
                let ours = report.tid.as_deref().is_none_or(|tid| tid == asked.tid);
                out.push(Effect::Report(Told::DayEnd(day_end(self.report, &report, ours))));
                State::Resting(Resting::default())
            }
            Ok(Err(_)) => self.unknown("", out),
            Err(error) => {
                let why = Explanation::new("explain-day-end-refused", Fault::Terminal);
                self.end(why.with_detail(error.words()), out)
            }
        }
    }
}
