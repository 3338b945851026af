//! The cancel on the terminal's second port (reference 7.16). Its answer is never an outcome: the transaction's own result
//! tells.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Departure, Effect, LinkEvent, Loss, LossCause, Report};
use crate::protocols::frame::{Channel, Frame};

use super::super::messages::{Heard, Members, mode, name, text};
use super::super::settings::Transport;
use super::ground::{self, Effects, Ground};

/// How often a cancel that reached nobody goes out.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// One cancel under way.
#[derive(Debug)]
pub struct Cancelling {
    req_txn_id: String,
    /// Nobody pressed cancel: a terminal that can no longer be asked shall not begin.
    precaution: bool,
    /// [U] Whether the cancel port speaks WebSocket where the other does: first as the other, then plainly.
    transport: Transport,
    line: Line,
    tries: u32,
    /// The terminal has acknowledged it; what it thinks of it, it may keep to itself (3.2).
    heard: bool,
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Open(Channel, Instant),
    /// To be tried again then.
    Waiting(Instant),
}

/// What came of it.
pub enum Progress {
    GoesOn(Cancelling),
    /// Answered, whatever the answer was.
    Answered,
    /// Nobody was reached, and why. It may be tried again.
    Unheard {
        again: Option<Cancelling>,
        req_txn_id: String,
        precaution: bool,
        why: Explanation,
    },
}

impl Cancelling {
    pub fn begin(ground: &mut Ground, now: Now, req_txn_id: &str, precaution: bool, out: &mut Effects) -> Cancelling {
        let transport = ground.settings.transport;
        let line = open(ground, now, transport, out);
        Cancelling { req_txn_id: req_txn_id.to_owned(), precaution, transport, line, tries: 1, heard: false }
    }

    pub fn is_precaution(&self) -> bool {
        self.precaution
    }

    /// A person has decided, or nobody waits any more: it goes on for the terminal's sake.
    pub fn outlive(&mut self) {
        self.precaution = true;
    }

    pub fn is_about(&self, req_txn_id: &str) -> bool {
        self.req_txn_id == req_txn_id
    }

    pub fn is_waiting(&self) -> bool {
        matches!(self.line, Line::Waiting(_))
    }

    pub fn owns(&self, channel: Channel) -> bool {
        matches!(self.line, Line::Open(open, _) if open == channel)
    }

    pub fn deadline(&self) -> Instant {
        match self.line {
            Line::Open(_, until) | Line::Waiting(until) => until,
        }
    }

    pub fn drop(self, out: &mut Effects) {
        if let Line::Open(channel, _) = self.line {
            ground::close(channel, out);
        }
    }

    pub fn on_tick(mut self, ground: &mut Ground, now: Now, out: &mut Effects) -> Progress {
        if now.at < self.deadline() {
            return Progress::GoesOn(self);
        }
        match self.line {
            Line::Open(channel, _) => {
                ground::close(channel, out);
                self.unheard(now, Explanation::new("explain-link-timed-out", Fault::Link))
            }
            Line::Waiting(_) => {
                self.tries += 1;
                self.line = open(ground, now, self.transport, out);
                Progress::GoesOn(self)
            }
        }
    }

    pub fn on_link(mut self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> Progress {
        let Line::Open(channel, _) = self.line else { return Progress::GoesOn(self) };
        match event {
            LinkEvent::Opened => {
                let cancel = Members::request(mode::CANCEL, None).with(name::REQ_TXN_ID, self.req_txn_id.as_str());
                ground::send(channel, &cancel, out);
                self.line = Line::Open(channel, now.at + ground::CANCEL_WITHIN);
                Progress::GoesOn(self)
            }
            LinkEvent::Received(frame) => self.on_message(channel, &frame, out),
            // Whatever keeps a WebSocket from standing, but an absent host, may be a port that speaks plainly.
            LinkEvent::Lost(loss) if self.is_no_websocket(&loss) => {
                self.transport = Transport::Tcp;
                self.line = open(ground, now, Transport::Tcp, out);
                Progress::GoesOn(self)
            }
            LinkEvent::Lost(loss) => self.unheard(now, ground::explain_loss(&loss)),
        }
    }

    fn is_no_websocket(&self, loss: &Loss) -> bool {
        let nobody = [LossCause::Refused, LossCause::HostUnknown, LossCause::Unreachable].contains(&loss.cause);
        self.transport == Transport::WebSocket && loss.departure == Departure::SurelyNot && !nobody
    }

    fn on_message(mut self, channel: Channel, frame: &Frame, out: &mut Effects) -> Progress {
        let Some(told) = ground::read(frame) else { return Progress::GoesOn(self) };
        match Heard::of(&told) {
            Heard::Result => {
                ground::close(channel, out);
                self.answered(&told, out)
            }
            Heard::Acknowledged => {
                self.heard = true;
                Progress::GoesOn(self)
            }
            _ => Progress::GoesOn(self),
        }
    }

    fn answered(self, answer: &Members, out: &mut Effects) -> Progress {
        if !self.precaution && !answer.says(name::ERROR_MSG, text::CLEARED) {
            let late = Explanation::new("explain-too-late-to-cancel", Fault::Nobody);
            out.push(Effect::Report(Report::Notice(late)));
        }
        Progress::Answered
    }

    fn unheard(mut self, now: Now, why: Explanation) -> Progress {
        if self.heard {
            return Progress::Answered;
        }
        let (req_txn_id, precaution) = (self.req_txn_id.clone(), self.precaution);
        let again = (self.tries < TRIES).then(|| {
            self.line = Line::Waiting(now.at + PAUSE);
            self
        });
        Progress::Unheard { again, req_txn_id, precaution, why }
    }
}

fn open(ground: &mut Ground, now: Now, transport: Transport, out: &mut Effects) -> Line {
    let channel = ground.open_cancel(transport, out);
    Line::Open(channel, now.at + ground::CONNECT_WITHIN + ground::CANCEL_WITHIN)
}
