//! What the cloud has asked and is owed: one command at a time (reference 2.6), and beside it a cancel.

use crate::domain::{Commission, CommissionId, Fulfilment, Task};
use crate::protocols::driver::{Effect, Report};
use crate::protocols::frame::Channel;
use crate::protocols::json::Json;

use super::super::messages::{CommandWord, Obstacle, TerminalCommand};
use super::super::settings::FaceSettings;
use super::answers::{self, Asked, WRONG_TERMINAL_ID};
use super::ground::Effects;
use super::orders::{self, Order};

#[derive(Debug, Default)]
pub struct Desk {
    last_id: u64,
    job: Option<Job>,
    /// A cancel that was passed on and not confirmed yet.
    cancel: Option<CommissionId>,
}

/// A command that is worked on, and the line that is owed its answer.
#[derive(Debug)]
struct Job {
    id: CommissionId,
    channel: Channel,
    asked: Asked,
}

impl Desk {
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Whether an answer is due on this line.
    pub fn owes(&self, channel: Channel) -> bool {
        self.job.as_ref().is_some_and(|job| job.channel == channel)
    }

    /// Takes a command, and says what is to be answered at once.
    pub fn take(
        &mut self,
        channel: Channel,
        command: &TerminalCommand,
        settings: &FaceSettings,
        out: &mut Effects,
    ) -> Option<Json> {
        let asked = Asked::by(command);
        if command.terminal_id.as_deref() != Some(&settings.terminal_id) {
            return Some(answers::refusal(&asked, settings, WRONG_TERMINAL_ID));
        }
        if command.command == CommandWord::Cancel {
            self.pass_on_cancel(&asked, out);
            return None;
        }
        if let Some(job) = &self.job {
            return Some(job.while_busy(&asked, settings));
        }
        match orders::read(command, &asked, settings) {
            Order::Answered(answer) => Some(answer),
            Order::Commissioned(task) => {
                let id = self.commission(task, out);
                self.job = Some(Job { id, channel, asked });
                None
            }
        }
    }

    /// It is not answered: what is under way is, in its own time, and under the same RefID. One that names another has come too
    /// late for it.
    fn pass_on_cancel(&mut self, asked: &Asked, out: &mut Effects) {
        let under_way = self.job.as_ref().and_then(|job| job.asked.ref_id.clone());
        let Some(reference) = under_way else { return };
        let is_meant = asked.ref_id.as_ref().is_none_or(|named| *named == reference);
        if is_meant && self.cancel.is_none() {
            self.cancel = Some(self.commission(Task::Cancel { reference }, out));
        }
    }

    fn commission(&mut self, task: Task, out: &mut Effects) -> CommissionId {
        self.last_id += 1;
        let id = CommissionId(self.last_id);
        out.push(Effect::Report(Report::Commission(Commission { id, task })));
        id
    }

    /// The answer, and the line it is for.
    pub fn fulfil(
        &mut self,
        id: CommissionId,
        fulfilment: Fulfilment,
        settings: &FaceSettings,
    ) -> Option<(Channel, Json)> {
        self.cancel.take_if(|cancel| *cancel == id);
        let job = self.job.take_if(|job| job.id == id)?;
        Some((job.channel, answers::answer(&job.asked, settings, fulfilment)))
    }
}

impl Job {
    /// The documented answer says that nothing was done. About what is being done, nothing is certain yet.
    fn while_busy(&self, asked: &Asked, settings: &FaceSettings) -> Json {
        let same_reference = asked.ref_id.is_some() && asked.ref_id == self.asked.ref_id;
        let same = same_reference && (asked.is_status() || asked.command == self.asked.command);
        if same {
            return answers::pending(asked, settings);
        }
        answers::refusal(asked, settings, Obstacle::TerminalBusy.text())
    }
}
