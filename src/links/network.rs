//! Channels over real sockets.

use std::collections::HashMap;

use tokio::task::AbortHandle;
use tracing::warn;

use crate::protocols::driver::{Endpoint, LinkAction, LinkEvent, Pace};
use crate::protocols::frame::{Channel, Frame};

use super::events::ChannelEvents;
use super::http_client::{self, Exchange};
use super::http_listener::InboundReplies;
use super::outgoing::{HangUp, Outgoing};
use super::pacing::Pacing;
use super::websocket::{self, Destination};
use super::{INBOUND, LinkSender, Links, tcp};

/// The channels of one driver, each with a task of its own, so that none can hold up another.
pub struct NetworkLinks {
    events: LinkSender,
    inbound: Option<InboundReplies>,
    pacing: Pacing,
    lines: HashMap<Channel, OpenLine>,
}

impl NetworkLinks {
    /// `inbound` is this driver's seat at the till's listener, where its protocol has one; in `pacing` requests that share a
    /// limit with others take their turns.
    pub fn new(events: LinkSender, inbound: Option<InboundReplies>, pacing: Pacing) -> Self {
        NetworkLinks { events, inbound, pacing, lines: HashMap::new() }
    }

    fn open(&mut self, channel: Channel, endpoint: Endpoint) {
        self.lines.retain(|_, line| !line.task.is_finished());
        if self.lines.contains_key(&channel) {
            warn!(%channel, "a channel that is open was to be opened again");
            return;
        }
        let events = ChannelEvents::new(channel, self.events.clone());
        let line = match endpoint {
            Endpoint::Http { url, request, tls, pace, connect_within, answer_within, at_most } => {
                let exchange = Exchange { url, request, tls, connect_within, answer_within, at_most };
                let pacing = self.pacing.clone();
                let task = in_turn(pacing, pace, events.clone(), http_client::run(exchange, events.clone()));
                OpenLine::start(events, None, None, task)
            }
            Endpoint::Tcp { host, port, connect_within, framing } => {
                let (outgoing, hang_up, task) = tcp::line(host, port, connect_within, framing, events.clone());
                OpenLine::start(events, Some(outgoing), Some(hang_up), task)
            }
            Endpoint::WebSocket { host, port, target, tls, connect_within, at_most, ping_every } => {
                let destination = Destination { host, port, target, tls, connect_within, at_most, ping_every };
                let (outgoing, hang_up, task) = websocket::line(destination, events.clone());
                OpenLine::start(events, Some(outgoing), Some(hang_up), task)
            }
        };
        self.lines.insert(channel, line);
    }

    fn send(&mut self, channel: Channel, frame: Frame) {
        // a line that was lost meanwhile has said so; nothing more comes of it
        let outgoing = self.lines.get(&channel).and_then(|line| line.outgoing.as_ref());
        match (outgoing, frame) {
            (Some(outgoing), Frame::Bytes(bytes)) => outgoing.hand_over(bytes),
            _ => warn!(%channel, "a frame was to be sent where it cannot be"),
        }
    }

    fn act_inbound(&mut self, channel: Channel, action: LinkAction) {
        let Some(inbound) = self.inbound.as_mut() else { return };
        match action {
            LinkAction::Send(Frame::Response(response)) => inbound.reply(channel, response),
            LinkAction::Close | LinkAction::Abandon => inbound.close(channel),
            LinkAction::Send(_) | LinkAction::Open(_) => warn!(%channel, "an inbound request takes only a response"),
        }
    }
}

impl Links for NetworkLinks {
    fn act(&mut self, channel: Channel, action: LinkAction) {
        match action {
            _ if channel.name == INBOUND => self.act_inbound(channel, action),
            LinkAction::Open(endpoint) => self.open(channel, endpoint),
            LinkAction::Send(frame) => self.send(channel, frame),
            LinkAction::Close => drop(self.lines.remove(&channel)),
            LinkAction::Abandon => {
                if let Some(line) = self.lines.remove(&channel) {
                    line.abandon();
                }
            }
        }
    }
}

/// Nothing of `exchange` happens before its turn, if it needs one; and nothing at all when it gets none.
async fn in_turn(
    pacing: Pacing,
    pace: Option<Pace>,
    events: ChannelEvents,
    exchange: impl Future<Output = ()> + Send + 'static,
) {
    if let Some(pace) = pace
        && let Err(loss) = pacing.turn(&pace).await
    {
        return events.emit(LinkEvent::Lost(loss)).await;
    }
    exchange.await;
}

/// Dropping it closes the line without an event.
struct OpenLine {
    events: ChannelEvents,
    outgoing: Option<Outgoing<Vec<u8>>>,
    /// Where the line itself takes its leave of the peer.
    hang_up: Option<HangUp>,
    task: AbortHandle,
}

impl OpenLine {
    fn start(
        events: ChannelEvents,
        outgoing: Option<Outgoing<Vec<u8>>>,
        hang_up: Option<HangUp>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        OpenLine { events, outgoing, hang_up, task: tokio::spawn(task).abort_handle() }
    }

    /// Without taking leave: what still waits, here or in the system, is thrown away (see `connecting::prepare`).
    fn abandon(mut self) {
        self.hang_up = None;
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.events.close();
        if self.hang_up.is_none() {
            self.task.abort();
        }
    }
}
