//! The till as a terminal of the cloud's (reference part 1): it connects, registers, keeps the line, and hands on what the
//! cloud asks as commissions. It moves no money itself; whoever fulfils a commission does.
//!
//! The line and the work are apart: a line that is lost changes nothing about what is under way, and what was asked on one line
//! is answered on that line or not at all (2.6).

mod answers;
mod desk;
mod ground;
mod line;
mod orders;
mod pauses;
#[cfg(test)]
mod tests;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayEnd, DayReport, DayVerdict, Instant, Now, OpenPayment, Outcome, Verdict};
use crate::protocols::driver::{Command, Driver, Effect, Input, LinkEvent, Report, Session, Stopping};
use crate::protocols::frame::Channel;
use crate::protocols::protocol::{DriverSetup, FieldError};
use crate::protocols::recovery::without_reference;

use super::codec;
use super::messages::{CloudLine, RegistrationAnswer};
use super::settings::FaceSettings;
use desk::Desk;
use ground::{Effects, Ground};
use line::Line;

/// The registry's constructor, for the role `terminal`.
///
/// # Errors
/// The field that is wrong or missing.
pub fn create(setup: &DriverSetup) -> Result<Box<dyn Driver>, FieldError> {
    let settings = FaceSettings::from_fields(&setup.fields)?;
    Ok(Box::new(FaceDriver { ground: Ground::new(settings, setup.seed), line: Line::default(), desk: Desk::default() }))
}

struct FaceDriver {
    ground: Ground,
    line: Line,
    desk: Desk,
}

impl Driver for FaceDriver {
    fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Command(command) => self.on_command(now, command, &mut out),
            Input::Link(channel, event) => self.on_link(now, channel, event, &mut out),
            Input::Tick => {
                self.line = std::mem::take(&mut self.line).on_tick(&mut self.ground, now, &mut out);
            }
        }
        self.keep_to_what_is_wanted(&mut out);
        self.line.keep_heartbeat(now, self.ground.settings.heartbeat, self.desk.is_busy());
        out
    }

    fn deadline(&self) -> Option<Instant> {
        self.line.deadline()
    }

    /// No payment is at hand here.
    fn stopping(&self) -> Stopping {
        Stopping::Possible
    }

    /// An answer that is due on a line that stands.
    fn has_parting_words(&self) -> bool {
        self.line.online().is_some_and(|channel| self.desk.owes(channel))
    }
}

impl FaceDriver {
    fn on_command(&mut self, now: Now, command: Command, out: &mut Effects) {
        match command {
            Command::Connect => self.connect(now, out),
            Command::Disconnect => self.ground.holding = false,
            Command::Fulfil(id, fulfilment) => {
                let said = self.desk.fulfil(id, fulfilment, &self.ground.settings);
                if let Some((_, answer)) = said.filter(|(channel, _)| self.line.online() == Some(*channel)) {
                    self.line.say(answer, out);
                }
            }
            Command::Start(_) => {
                let why = Explanation::new("explain-face-takes-no-payments", Fault::Nobody);
                out.push(Effect::Report(Report::Outcome(Outcome::without_money(Verdict::NotCharged, why))));
            }
            Command::Recover(open) => out.push(Effect::Report(Report::Outcome(found_open(&open)))),
            Command::EndDay(report) => out.push(Effect::Report(Report::DayEnd(no_day(report)))),
            Command::Prompt(_) => {
                let unable = Explanation::new("explain-no-prompts", Fault::Nobody);
                out.push(Effect::Report(Report::Prompted(Err(unable))));
            }
            Command::Scan => {
                let unable = Explanation::new("explain-no-scanner", Fault::Nobody);
                out.push(Effect::Report(Report::Scanned(Err(unable))));
            }
            // No payment of its own is ever at hand.
            Command::Cancel | Command::Answer(..) | Command::Sign(..) | Command::Forget => {}
        }
    }

    fn connect(&mut self, now: Now, out: &mut Effects) {
        self.ground.holding = true;
        if let Line::Down = self.line {
            self.ground.tell(Session::Connecting, out);
            self.line = self.ground.begin(now, out);
        }
    }

    fn on_link(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        // An event of a channel given up earlier.
        if self.line.channel() != Some(channel) {
            return;
        }
        self.line = match (std::mem::take(&mut self.line), event) {
            (Line::Online(online), LinkEvent::Received(frame)) => {
                self.line = Line::Online(online.heard());
                return self.on_message(now, channel, frame.body(), out);
            }
            (line, event) => line.on_event(&mut self.ground, now, event, out),
        };
    }

    fn on_message(&mut self, now: Now, channel: Channel, message: &[u8], out: &mut Effects) {
        match codec::cloud_line(message) {
            CloudLine::Command(command) => {
                if let Some(answer) = self.desk.take(channel, &command, &self.ground.settings, out) {
                    self.line.say(answer, out);
                }
            }
            CloudLine::HeartbeatAnswered => {}
            CloudLine::Registered(answer @ (RegistrationAnswer::Failed | RegistrationAnswer::InvalidTerminalType)) => {
                self.line = std::mem::take(&mut self.line).taken_back(&answer, &mut self.ground, now, out);
            }
            CloudLine::Registered(_) | CloudLine::Unreadable => self.ground.alarm(now, out),
        }
    }

    /// A line that is not to be held any longer ends once nothing is owed on it.
    fn keep_to_what_is_wanted(&mut self, out: &mut Effects) {
        if self.ground.holding || matches!(self.line, Line::Down) || self.has_parting_words() {
            return;
        }
        std::mem::take(&mut self.line).close(out);
        self.ground.tell(Session::Maintenance, out);
    }
}

/// Nothing was ever sent from here; what another protocol under this terminal's name sent before, nobody here can ask about.
fn found_open(open: &OpenPayment) -> Outcome {
    if open.reference.is_some() {
        let why = Explanation::new("explain-still-unknown", Fault::Settings);
        return Outcome::without_money(Verdict::InDoubt, why);
    }
    without_reference(open.state.is_final())
}

fn no_day(report: DayReport) -> DayEnd {
    let why = Explanation::new("explain-no-batch", Fault::Nobody);
    DayEnd { report, ..DayEnd::without_figures(DayVerdict::NotClosed, why) }
}
