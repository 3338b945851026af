//! Lines: framing, who is logged in on them, and how messages leave (1.1, 1.2).

use std::collections::VecDeque;

use super::PayServer;
use super::oddities;
use crate::domain::Now;
use crate::protocols::frame::Frame;
use crate::protocols::framing::length_prefix::{self, LengthPrefix};
use crate::protocols::p3::codec;
use crate::protocols::p3::messages::{FRAME_AT_MOST, Message};
use crate::protocols::simulator::{Carrier, Door, Line, SimulatorEffect};

/// Tags of which a line remembers that they were used.
const TAGS_AT_MOST: usize = 1000;

/// One client's line.
pub struct Client {
    carries: Carries,
    pub logged_in: bool,
    used_tags: VecDeque<String>,
}

enum Carries {
    /// Messages arrive whole.
    Messages,
    Stream(LengthPrefix),
}

impl Client {
    /// Whether this tag is new on the line.
    pub fn is_new(&mut self, tag: &str) -> bool {
        let is_new = !self.used_tags.iter().any(|used| used == tag);
        self.used_tags.push_back(tag.to_owned());
        if self.used_tags.len() > TAGS_AT_MOST {
            self.used_tags.pop_front();
        }
        is_new
    }

    pub fn is_stream(&self) -> bool {
        matches!(self.carries, Carries::Stream(_))
    }
}

impl PayServer {
    pub(super) fn opened(&mut self, line: Line, door: Door) {
        let carries = match door.carries {
            Carrier::WebSocket => Carries::Messages,
            Carrier::Tcp => Carries::Stream(LengthPrefix::new(FRAME_AT_MOST)),
            Carrier::Http | Carrier::TcpOrWebSocket => return self.effects.push(SimulatorEffect::Close(line)),
        };
        self.clients.insert(line, Client { carries, logged_in: false, used_tags: VecDeque::new() });
    }

    pub(super) fn received(&mut self, now: &Now, line: Line, frame: Frame) {
        let (Some(client), Frame::Bytes(bytes)) = (self.clients.get_mut(&line), frame) else {
            self.complain("something on a line that carries nothing of the kind");
            return self.effects.push(SimulatorEffect::Cut(line));
        };
        let messages = match &mut client.carries {
            Carries::Messages => vec![bytes],
            Carries::Stream(cutter) => match cutter.push(&bytes) {
                Ok(messages) => messages,
                Err(error) => return self.close(line, &error.to_string()),
            },
        };
        for message in messages {
            // the line may have gone with the message before
            if self.clients.contains_key(&line) {
                self.request(now, line, &message);
            }
        }
    }

    /// Ends a line that has gone wrong (10.2).
    pub(super) fn close(&mut self, line: Line, why: &str) {
        self.complain(why);
        self.effects.push(SimulatorEffect::Close(line));
        self.closed(line);
    }

    /// Breaks a line without another byte.
    pub(super) fn cut(&mut self, line: Line) {
        self.effects.push(SimulatorEffect::Cut(line));
        self.closed(line);
    }

    /// What runs for a client that is gone goes on, and is stored (7.8, proposed).
    pub(super) fn closed(&mut self, line: Line) {
        self.clients.remove(&line);
        for running in self.running.iter_mut().filter(|running| running.line == Some(line)) {
            running.line = None;
        }
    }

    pub(super) fn send(&mut self, line: Line, message: &Message) {
        if let Some(frame) = self.framed(line, codec::encode(message)) {
            self.effects.push(SimulatorEffect::Send(line, frame));
        }
    }

    /// With strangers and odd spellings, byte by byte (scenario 73).
    pub(super) fn send_oddly(&mut self, line: Line, message: &Message) {
        if let Some(frame) = self.framed(line, oddities::spelled_oddly(message)) {
            self.effects.push(SimulatorEffect::SendInPieces(line, frame));
        }
    }

    fn framed(&self, line: Line, bytes: Vec<u8>) -> Option<Frame> {
        let bytes = if self.clients.get(&line)?.is_stream() { length_prefix::framed(&bytes).ok()? } else { bytes };
        Some(Frame::Bytes(bytes))
    }
}
