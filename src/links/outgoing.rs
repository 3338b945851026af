//! The queue of what is to leave on one line.

use std::convert::Infallible;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};

/// Dropped together with the outgoing queue it lets the line end in order: what waits is sent, then the line says farewell.
pub(super) type HangUp = oneshot::Sender<Infallible>;

/// Sends that may wait for a slow peer.
const WAITING_SENDS: usize = 64;

/// The near end of the queue. Dropping the last one ends the queue, once it is empty.
pub(super) struct Outgoing<T> {
    queue: mpsc::Sender<T>,
    overflow: Arc<Notify>,
}

impl<T> Clone for Outgoing<T> {
    fn clone(&self) -> Self {
        Outgoing { queue: self.queue.clone(), overflow: self.overflow.clone() }
    }
}

impl<T> Outgoing<T> {
    /// The near end, the line's end, and the news that something did not find a place in between.
    pub(super) fn new() -> (Outgoing<T>, mpsc::Receiver<T>, Arc<Notify>) {
        let (queue, waiting) = mpsc::channel(WAITING_SENDS);
        let overflow = Arc::new(Notify::new());
        (Outgoing { queue, overflow: overflow.clone() }, waiting, overflow)
    }

    /// When the queue is full the line is lost: something left out in the middle would be worse.
    pub(super) fn hand_over(&self, sent: T) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(sent) {
            self.overflow.notify_one();
        }
    }
}
