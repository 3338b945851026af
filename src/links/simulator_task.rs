//! Drives a simulator with the real clock, whatever carries its lines.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::domain::clock::{Instant, Now};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::simulator::{LedgerEntry, Line, Post, Simulator, SimulatorEffect, SimulatorInput};

use super::SystemClock;

/// Inputs that may wait for the simulator.
pub(super) const WAITING_INPUTS: usize = 256;
/// How long a simulated terminal waits for the till's answer: as long as the till lets its cashier think.
pub(super) const TILL_ANSWERS_WITHIN: Duration = Duration::from_secs(600);
/// The largest body carried in either direction, in bytes.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;
/// The shortest time between two ticks, so that a deadline that does not move cannot keep a core busy.
const SHORTEST_TICK: Duration = Duration::from_millis(1);

/// What carries a simulator's lines: memory, or sockets.
pub(super) trait Front: Send + 'static {
    /// Before the simulator sees it.
    fn arrives(&mut self, _input: &SimulatorInput) {}

    /// Money moved, or the memory changed. Called before anything of the same step is sent.
    fn changed(&mut self, simulator: &dyn Simulator, entries: &[LedgerEntry]);

    fn complaint(&mut self, text: String);

    fn answer(&mut self, line: Line, answer: Answer) -> impl Future<Output = ()> + Send;

    /// The result comes back as [`SimulatorInput::Answered`].
    fn post(&mut self, post: Post, request: HttpRequest) -> impl Future<Output = ()> + Send;
}

/// What a simulator does with a line. An exchange is over with the first of them, a standing line with the last four.
#[derive(Debug)]
pub(super) enum Answer {
    /// Of somebody who knocks.
    Admit,
    Whole(Frame),
    InPieces(Frame),
    Half(Frame),
    Cut,
    Close,
    /// Of somebody who knocks.
    Refuse(HttpResponse),
}

impl Answer {
    pub(super) fn ends_standing_line(&self) -> bool {
        matches!(self, Answer::Half(_) | Answer::Cut | Answer::Close | Answer::Refuse(_))
    }
}

/// Runs until it is dropped or nobody is left to give inputs.
pub(super) async fn run<F: Front>(simulator: Box<dyn Simulator>, mut inputs: mpsc::Receiver<SimulatorInput>, front: F) {
    let memory = simulator.memory();
    let mut stage = Stage { simulator, front, memory };
    let clock = SystemClock::new();
    let mut next_tick = clock.now().at;
    loop {
        let deadline = stage.simulator.deadline().map(|deadline| deadline.max(next_tick));
        let input = tokio::select! {
            input = inputs.recv() => match input {
                Some(input) => input,
                None => return,
            },
            () = sleep_until(clock, deadline) => SimulatorInput::Tick,
        };
        let now = clock.now();
        if input == SimulatorInput::Tick {
            next_tick = now.at + SHORTEST_TICK;
        }
        stage.step(now, input).await;
    }
}

async fn sleep_until(clock: SystemClock, deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => clock.sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

struct Stage<F> {
    simulator: Box<dyn Simulator>,
    front: F,
    memory: Value,
}

impl<F: Front> Stage<F> {
    async fn step(&mut self, now: Now, input: SimulatorInput) {
        self.front.arrives(&input);
        let effects = self.simulator.step(now, input);
        self.tell_changes(&effects);
        for effect in effects {
            self.carry_out(effect).await;
        }
    }

    fn tell_changes(&mut self, effects: &[SimulatorEffect]) {
        let entry = |effect: &SimulatorEffect| match effect {
            SimulatorEffect::Ledger(entry) => Some(entry.clone()),
            _ => None,
        };
        let entries: Vec<LedgerEntry> = effects.iter().filter_map(entry).collect();
        let memory = self.simulator.memory();
        if !entries.is_empty() || memory != self.memory {
            self.front.changed(&*self.simulator, &entries);
            self.memory = memory;
        }
    }

    async fn carry_out(&mut self, effect: SimulatorEffect) {
        match effect {
            SimulatorEffect::Admit(line) => self.front.answer(line, Answer::Admit).await,
            SimulatorEffect::Refuse(line, response) => self.front.answer(line, Answer::Refuse(response)).await,
            SimulatorEffect::Send(line, frame) => self.front.answer(line, Answer::Whole(frame)).await,
            SimulatorEffect::SendInPieces(line, frame) => self.front.answer(line, Answer::InPieces(frame)).await,
            SimulatorEffect::SendHalf(line, frame) => self.front.answer(line, Answer::Half(frame)).await,
            SimulatorEffect::Cut(line) => self.front.answer(line, Answer::Cut).await,
            SimulatorEffect::Close(line) => self.front.answer(line, Answer::Close).await,
            SimulatorEffect::Post(post, request) => self.front.post(post, request).await,
            SimulatorEffect::Complaint(text) => self.front.complaint(text),
            // told before
            SimulatorEffect::Ledger(_) => {}
        }
    }
}
