//! The way of one channel's events to the actor, which can be shut from the actor's side.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::protocols::driver::{Departure, LinkEvent, Loss, LossCause};
use crate::protocols::frame::Channel;

use super::{LinkSender, locked};

/// Sends the events of one channel until it is closed or lost, and nothing after that.
///
/// Aborting a task is not enough: it may be in the middle of sending on another thread. The flag is checked and the
/// event queued under one lock, so that after [`ChannelEvents::close`] nothing more is queued.
#[derive(Clone)]
pub(super) struct ChannelEvents {
    channel: Channel,
    sender: LinkSender,
    over: Arc<Mutex<bool>>,
}

impl ChannelEvents {
    pub(super) fn new(channel: Channel, sender: LinkSender) -> Self {
        ChannelEvents { channel, sender, over: Arc::default() }
    }

    /// Waits for a place in the actor's queue.
    pub(super) async fn emit(&self, event: LinkEvent) {
        let Ok(place) = self.sender.reserve().await else { return };
        let mut over = locked(&self.over);
        if !*over {
            *over = matches!(event, LinkEvent::Lost(_));
            place.send((self.channel, event));
        }
    }

    pub(super) fn close(&self) {
        *locked(&self.over) = true;
    }
}

pub(super) fn loss(departure: Departure, cause: LossCause, detail: impl Into<String>) -> Loss {
    Loss { departure, cause, detail: detail.into() }
}

pub(super) fn perhaps(cause: LossCause, detail: impl Into<String>) -> Loss {
    loss(Departure::Perhaps, cause, detail)
}

pub(super) fn surely_not(cause: LossCause, detail: impl Into<String>) -> Loss {
    loss(Departure::SurelyNot, cause, detail)
}

pub(super) fn no_answer_within(bound: Duration) -> Loss {
    perhaps(LossCause::TimedOut, format!("no complete answer within {bound:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_queued_after_close() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(4);
        let events = ChannelEvents::new(Channel::new("payment", 1), sender);
        events.emit(LinkEvent::Opened).await;
        events.close();
        events.emit(LinkEvent::Opened).await;
        drop(events);
        assert_eq!(receiver.recv().await.map(|(_, event)| event), Some(LinkEvent::Opened));
        assert_eq!(receiver.recv().await, None);
    }

    #[tokio::test]
    async fn a_channel_is_lost_only_once() {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(4);
        let events = ChannelEvents::new(Channel::new("payment", 1), sender);
        events.emit(LinkEvent::Lost(perhaps(LossCause::Broken, "first"))).await;
        events.emit(LinkEvent::Lost(perhaps(LossCause::Broken, "second"))).await;
        drop(events);
        assert!(matches!(receiver.recv().await, Some((_, LinkEvent::Lost(loss))) if loss.detail == "first"));
        assert_eq!(receiver.recv().await, None);
    }
}
