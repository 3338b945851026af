//! The simulator's end of its sockets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::links::http_client::{self, Exchange};
use crate::links::simulator_task::{Answer, Front, LARGEST_BODY, TILL_ANSWERS_WITHIN};
use crate::protocols::driver::Tls;
use crate::protocols::frame::HttpRequest;
use crate::protocols::simulator::{LedgerEntry, Line, Post, Simulator, SimulatorInput};

use super::lines::Lines;
use super::news::{HostNews, summary_of_answer, summary_of_frame, summary_of_request, summary_of_response};

/// How long the simulator tries to reach the till.
const TILL_REACHED_WITHIN: Duration = Duration::from_secs(5);
/// Requests to the till that may wait for its answer.
const WAITING_POSTS: usize = 64;

/// The simulator's side: answers its lines, posts to the till, tells the news.
pub(super) struct HostFront<S> {
    pub(super) lines: Arc<Lines>,
    /// Weak, so that the simulator's task ends with the host.
    pub(super) inputs: mpsc::WeakSender<SimulatorInput>,
    pub(super) till: Option<String>,
    pub(super) posts: JoinSet<()>,
    pub(super) sink: S,
}

impl<S: FnMut(HostNews) + Send + 'static> Front for HostFront<S> {
    fn arrives(&mut self, input: &SimulatorInput) {
        match input {
            SimulatorInput::Received(line, frame) => {
                (self.sink)(HostNews::Received { line: *line, summary: summary_of_frame(frame) });
            }
            SimulatorInput::Answered(post, response) => {
                let summary = response.as_ref().map_or("no answer".to_owned(), summary_of_response);
                (self.sink)(HostNews::Posted { post: *post, summary });
            }
            SimulatorInput::Opened(line, door) => (self.sink)(HostNews::Opened { line: *line, door: door.name }),
            SimulatorInput::Knocked(line, door, _) => (self.sink)(HostNews::Knocked { line: *line, door: door.name }),
            SimulatorInput::Closed(_) | SimulatorInput::PowerCut | SimulatorInput::Tick => {}
        }
    }

    fn changed(&mut self, simulator: &dyn Simulator, entries: &[LedgerEntry]) {
        for entry in entries {
            (self.sink)(HostNews::Ledger(entry.clone()));
        }
        (self.sink)(HostNews::Memory(simulator.memory()));
    }

    fn complaint(&mut self, text: String) {
        (self.sink)(HostNews::Complaint(text));
    }

    async fn answer(&mut self, line: Line, answer: Answer) {
        let Some(way) = self.lines.way_of(line, &answer) else { return };
        (self.sink)(HostNews::Sent { line, summary: summary_of_answer(&answer) });
        way.give(answer);
    }

    async fn post(&mut self, post: Post, request: HttpRequest) {
        (self.sink)(HostNews::Posted { post, summary: summary_of_request(&request) });
        while self.posts.try_join_next().is_some() {}
        let inputs = self.inputs.clone();
        let till = self.till.clone().filter(|_| self.posts.len() < WAITING_POSTS);
        self.posts.spawn(async move {
            let response = match till {
                Some(till) => http_client::perform(to_the_till(till, request), std::future::ready(())).await.ok(),
                None => None,
            };
            if let Some(inputs) = inputs.upgrade() {
                let _ = inputs.send(SimulatorInput::Answered(post, response)).await;
            }
        });
    }
}

fn to_the_till(base: String, request: HttpRequest) -> Exchange {
    Exchange {
        url: base,
        request,
        tls: Tls::No,
        connect_within: TILL_REACHED_WITHIN,
        answer_within: TILL_ANSWERS_WITHIN,
        at_most: LARGEST_BODY,
    }
}
