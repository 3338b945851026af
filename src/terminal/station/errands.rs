//! What a terminal does for the till besides payments: it closes its day, it reads a barcode. One at a time, and no
//! payment beside it.

use std::time::Duration;

use serde_json::json;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayReport, Instant, Now, Prompt, ScannedCode};
use crate::protocols::driver::{Command, Input};

use super::super::order::{Prompted, Refusal, Scan};
use super::super::view::{Errand, Signal};
use super::{Station, Turn};

/// A driver promises to answer within 200 seconds. Whoever waits is answered then, even if it does not.
const ANSWERED_WITHIN: Duration = Duration::from_secs(210);

/// An errand the driver has been sent on.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnderWay {
    errand: Errand,
    pub(super) until: Instant,
}

/// How an errand ended, for whoever waits for it.
#[derive(Debug, Clone, PartialEq)]
pub enum ErrandEnd {
    DayEnd(DayEnd),
    Scanned(Scan),
    Prompted(Prompted),
}

/// What a driver is sent on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    EndDay(DayReport),
    Scan,
    Prompt(Prompt),
}

impl Sending {
    pub fn errand(&self) -> Errand {
        match self {
            Sending::EndDay(report) => Errand::EndDay(*report),
            Sending::Scan => Errand::Scan,
            Sending::Prompt(prompt) => Errand::Prompt(prompt.kind()),
        }
    }
}

impl Station {
    /// Whether the terminal can be sent on it now.
    ///
    /// # Errors
    /// Why not. Nothing was sent.
    pub fn check_errand(&self, errand: Errand) -> Result<(), Refusal> {
        let abilities = &self.view.abilities;
        match errand {
            Errand::EndDay(report) if !abilities.reports.contains(&report) => return Err(Refusal::NoReport(report)),
            Errand::Scan if !abilities.scans => return Err(Refusal::NoScanner),
            Errand::Prompt(kind) if !abilities.prompts.contains(&kind) => return Err(Refusal::NoPrompt(kind)),
            // What is in doubt may be a part of the batch; a report that closes nothing may help to find out.
            Errand::EndDay(DayReport::EndOfDay | DayReport::Z) => self.has_no_doubt()?,
            Errand::EndDay(DayReport::X | DayReport::Banking) | Errand::Scan | Errand::Prompt(_) => {}
        }
        if !self.is_idle() {
            return Err(Refusal::Running);
        }
        self.is_in_order()
    }

    /// Sends the driver on it.
    pub fn begin_errand(&mut self, now: Now, sending: Sending) -> Turn {
        let mut turn = Turn::default();
        let errand = sending.errand();
        let command = match sending {
            Sending::EndDay(report) => {
                turn.entries.push(self.note("day-end-asked", None, json!(report), now));
                Command::EndDay(report)
            }
            Sending::Scan => Command::Scan,
            Sending::Prompt(prompt) => Command::Prompt(prompt),
        };
        self.errand = Some(UnderWay { errand, until: now.at + ANSWERED_WITHIN });
        self.view.errand = Some(errand);
        self.step(now, Input::Command(command), &mut turn);
        turn
    }

    /// The cashier gives up. A scan can be stopped; a close cannot be taken back.
    pub(super) fn cancel_errand(&mut self, now: Now, turn: &mut Turn) {
        if matches!(self.view.errand, Some(Errand::Scan | Errand::Prompt(_))) {
            self.step(now, Input::Command(Command::Cancel), turn);
        }
    }

    /// A terminal that tells of its day too late, or unasked, is written down all the same.
    pub(super) fn on_day_end(&mut self, now: Now, end: DayEnd, turn: &mut Turn) {
        turn.entries.push(self.note("day-end", None, json!(end), now));
        turn.signals.push(Signal::DayEnd(end.clone()));
        if self.ends(|errand| matches!(errand, Errand::EndDay(_))) {
            turn.errand = Some(ErrandEnd::DayEnd(end));
        }
    }

    /// What was read may be worth money, so the journal only hears that something was.
    pub(super) fn on_scanned(&mut self, now: Now, scan: Scan, turn: &mut Turn) {
        let told = scan.as_ref().map(|_| ()).map_err(Clone::clone);
        turn.entries.push(self.note("scanned", None, json!({ "read": told.is_ok(), "why": told.err() }), now));
        let code = scan.as_deref().map(ScannedCode::new).map_err(Clone::clone);
        turn.signals.push(Signal::Scanned(code));
        if self.ends(|errand| errand == Errand::Scan) {
            turn.errand = Some(ErrandEnd::Scanned(scan));
        }
    }

    /// What the customer said is for whoever asked, so the journal only hears that something was said.
    pub(super) fn on_prompted(&mut self, now: Now, answer: Prompted, turn: &mut Turn) {
        let told = answer.as_ref().map(|_| ()).map_err(Clone::clone);
        turn.entries.push(self.note("prompted", None, json!({ "done": told.is_ok(), "why": told.clone().err() }), now));
        turn.signals.push(Signal::Prompted(told));
        if self.ends(|errand| matches!(errand, Errand::Prompt(_))) {
            turn.errand = Some(ErrandEnd::Prompted(answer));
        }
    }

    /// The driver has broken its promise: who waits is told what is known, and the terminal is free again.
    pub(super) fn end_the_errand(&mut self, now: Now, turn: &mut Turn) {
        let Some(under_way) = self.errand.filter(|under_way| now.at >= under_way.until) else { return };
        match under_way.errand {
            Errand::EndDay(report) => {
                self.on_day_end(now, DayEnd::lost(report, Fault::Terminal), turn);
            }
            Errand::Scan => {
                self.on_scanned(now, Err(Explanation::new("explain-link-timed-out", Fault::Terminal)), turn);
            }
            Errand::Prompt(_) => {
                self.on_prompted(now, Err(Explanation::new("explain-link-timed-out", Fault::Terminal)), turn);
            }
        }
    }

    fn ends(&mut self, is_meant: fn(Errand) -> bool) -> bool {
        let ends = self.errand.is_some_and(|under_way| is_meant(under_way.errand));
        if ends {
            self.errand = None;
            self.view.errand = None;
        }
        ends
    }

    /// Nothing is at hand, and nothing is waiting to be.
    pub(super) fn is_idle(&self) -> bool {
        self.hand.is_none() && self.errand.is_none() && self.to_ask.is_empty()
    }
}
