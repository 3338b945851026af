//! A simulator inside the program: the training terminal. HTTP exchanges in both directions are carried in memory, in
//! the order in which the simulator makes them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::warn;

use crate::protocols::driver::{Endpoint, LinkAction, LinkEvent, LossCause};
use crate::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use crate::protocols::simulator::{LedgerEntry, Line, Post, Simulator, SimulatorInput};

use super::events::{ChannelEvents, no_answer_within, perhaps, surely_not};
use super::simulator_task::{self, Answer, Front, TILL_ANSWERS_WITHIN, WAITING_INPUTS};
use super::{INBOUND, LinkSender, Links, locked, next_inbound};

/// The channels of one driver to one simulator.
pub struct MemoryLinks {
    events: LinkSender,
    inputs: mpsc::Sender<SimulatorInput>,
    switchboard: Arc<Switchboard>,
    next_line: u64,
    tasks: JoinSet<()>,
}

/// What stands between the driver and the simulator. Who removes an entry has the say about its end.
#[derive(Default)]
struct Switchboard {
    lines: Mutex<HashMap<Line, MemoryLine>>,
    posts: Mutex<HashMap<Channel, oneshot::Sender<HttpResponse>>>,
}

struct MemoryLine {
    channel: Channel,
    events: ChannelEvents,
    at_most: usize,
    /// Tells the line's task that the till closed it; dropped when the simulator answered.
    closed: oneshot::Sender<()>,
}

impl MemoryLinks {
    /// Starts the simulator with the real clock. `on_change` is called with every movement of money and every change of
    /// the simulator's memory, before the driver hears of it; it must not block.
    pub fn new(
        events: LinkSender,
        simulator: Box<dyn Simulator>,
        on_change: impl FnMut(&dyn Simulator, &[LedgerEntry]) + Send + 'static,
    ) -> Self {
        let (inputs, waiting) = mpsc::channel(WAITING_INPUTS);
        let switchboard = Arc::<Switchboard>::default();
        let front = MemoryFront {
            events: events.clone(),
            inputs: inputs.downgrade(),
            switchboard: switchboard.clone(),
            on_change,
            posts: JoinSet::new(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(simulator_task::run(simulator, waiting, front));
        MemoryLinks { events, inputs, switchboard, next_line: 1, tasks }
    }

    fn open(&mut self, channel: Channel, endpoint: Endpoint) {
        while self.tasks.try_join_next().is_some() {}
        let events = ChannelEvents::new(channel, self.events.clone());
        let Endpoint::Http { request, answer_within, at_most, .. } = endpoint else {
            self.tasks.spawn(async move {
                let refused = surely_not(LossCause::Refused, "the simulator inside the program speaks HTTP only");
                events.emit(LinkEvent::Lost(refused)).await;
            });
            return;
        };
        let line = Line(self.next_line);
        self.next_line += 1;
        let (closed, till_closed) = oneshot::channel();
        locked(&self.switchboard.lines).insert(line, MemoryLine { channel, events: events.clone(), at_most, closed });
        let (inputs, switchboard) = (self.inputs.clone(), self.switchboard.clone());
        self.tasks.spawn(async move {
            events.emit(LinkEvent::Opened).await;
            let _ = inputs.send(SimulatorInput::Received(line, Frame::Request(request))).await;
            if watch_line(line, answer_within, till_closed, &switchboard, &events).await {
                let _ = inputs.send(SimulatorInput::Closed(line)).await;
            }
        });
    }

    fn close(&mut self, channel: Channel) {
        let mut lines = locked(&self.switchboard.lines);
        for (_, line) in lines.extract_if(|_, line| line.channel == channel) {
            line.events.close();
            let _ = line.closed.send(());
        }
    }

    fn act_inbound(&mut self, channel: Channel, action: LinkAction) {
        let post = locked(&self.switchboard.posts).remove(&channel);
        match (post, action) {
            (Some(post), LinkAction::Send(Frame::Response(response))) => drop(post.send(response)),
            // dropping the sender tells the simulator that nobody answered
            (Some(_), LinkAction::Close | LinkAction::Abandon) | (None, _) => {}
            (Some(_), _) => warn!(%channel, "an inbound request takes only a response"),
        }
    }
}

/// Waits for the line's end; true when the simulator has to be told of it.
async fn watch_line(
    line: Line,
    answer_within: Duration,
    till_closed: oneshot::Receiver<()>,
    switchboard: &Switchboard,
    events: &ChannelEvents,
) -> bool {
    match timeout(answer_within, till_closed).await {
        Ok(closed) => closed.is_ok(),
        Err(_) => {
            let unanswered = locked(&switchboard.lines).remove(&line).is_some();
            if unanswered {
                events.emit(LinkEvent::Lost(no_answer_within(answer_within))).await;
            }
            unanswered
        }
    }
}

impl Links for MemoryLinks {
    fn act(&mut self, channel: Channel, action: LinkAction) {
        match action {
            _ if channel.name == INBOUND => self.act_inbound(channel, action),
            LinkAction::Open(endpoint) => self.open(channel, endpoint),
            LinkAction::Close | LinkAction::Abandon => self.close(channel),
            LinkAction::Send(_) => warn!(%channel, "a frame was to be sent where it cannot be"),
        }
    }
}

impl Drop for MemoryLinks {
    fn drop(&mut self) {
        for line in locked(&self.switchboard.lines).values() {
            line.events.close();
        }
    }
}

struct MemoryFront<C> {
    events: LinkSender,
    /// Weak, so that the simulator's task ends with the links.
    inputs: mpsc::WeakSender<SimulatorInput>,
    switchboard: Arc<Switchboard>,
    on_change: C,
    posts: JoinSet<()>,
}

impl<C: FnMut(&dyn Simulator, &[LedgerEntry]) + Send + 'static> Front for MemoryFront<C> {
    fn changed(&mut self, simulator: &dyn Simulator, entries: &[LedgerEntry]) {
        (self.on_change)(simulator, entries);
    }

    fn complaint(&mut self, text: String) {
        warn!("the simulator dislikes: {text}");
    }

    async fn answer(&mut self, line: Line, answer: Answer) {
        let Some(known) = locked(&self.switchboard.lines).remove(&line) else { return };
        known.events.emit(as_event(answer, known.at_most)).await;
    }

    async fn post(&mut self, post: Post, request: HttpRequest) {
        while self.posts.try_join_next().is_some() {}
        let channel = next_inbound();
        let (answering, answer) = oneshot::channel();
        locked(&self.switchboard.posts).insert(channel, answering);
        // here and not in the task, so that texts reach the screen in the order in which they were sent
        let _ = self.events.send((channel, LinkEvent::Received(Frame::Request(request)))).await;
        let (inputs, events) = (self.inputs.clone(), self.events.clone());
        let switchboard = self.switchboard.clone();
        self.posts.spawn(async move {
            let answered = timeout(TILL_ANSWERS_WITHIN, answer).await;
            if answered.is_err() && locked(&switchboard.posts).remove(&channel).is_some() {
                let lost = perhaps(LossCause::TimedOut, "the till did not answer in time");
                let _ = events.send((channel, LinkEvent::Lost(lost))).await;
            }
            if let Some(inputs) = inputs.upgrade() {
                let response = answered.ok().and_then(Result::ok);
                let _ = inputs.send(SimulatorInput::Answered(post, response)).await;
            }
        });
    }
}

fn as_event(answer: Answer, at_most: usize) -> LinkEvent {
    match answer {
        Answer::Whole(frame) | Answer::InPieces(frame) if frame.body().len() > at_most => {
            LinkEvent::Lost(perhaps(LossCause::Garbled, format!("the answer is larger than {at_most} bytes")))
        }
        Answer::Whole(frame) | Answer::InPieces(frame) => LinkEvent::Received(frame),
        Answer::Half(_) => LinkEvent::Lost(perhaps(LossCause::Broken, "")),
        // nobody knocks at an exchange
        Answer::Cut | Answer::Close | Answer::Admit | Answer::Refuse(_) => {
            LinkEvent::Lost(perhaps(LossCause::Broken, ""))
        }
    }
}
