//! What every state of the driver stands on: settings, channels, and how a message gets on its way.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::domain::Now;
use crate::domain::outcome::Explanation;
use crate::protocols::driver::{Effect, Endpoint, LinkAction, Loss, Report, Target, Tls};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::framing::Framing;
use crate::protocols::framing::json_objects::JsonObjects;
use crate::protocols::recovery::{ASK_AT_MOST_EVERY, RateLimit};

use super::super::codec;
use super::super::messages::Members;
use super::super::settings::{STRANGER, Transport, ValorSettings};
use super::batch::Batch;

/// (3.4) One table for every wait. The reference connects for up to 10 s; a cashier who cancels shall know after 10 s.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// S1 after S0.
pub const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(5);
/// S3, after the last sign of life. Longer than the terminal waits for a card.
pub const RESULT_WITHIN: Duration = Duration::from_secs(180);
/// A terminal that goes on saying "in progress" is believed for so long.
pub const TRANSACTION_WITHIN: Duration = Duration::from_secs(900);
/// After this long without a word the till asks by STAN, beside the open line, which may be dead without anybody knowing.
/// [U] A terminal that takes one client at a time drops the older line then, and the question finds the result.
pub const SILENCE: Duration = Duration::from_secs(45);
/// A terminal that was told to stop and has given no number has a result soon, or is not heard any more.
pub const UNNUMBERED_WITHIN: Duration = Duration::from_secs(45);
pub const QUERY_WITHIN: Duration = Duration::from_secs(10);
pub const STATUS_WITHIN: Duration = Duration::from_secs(15);
pub const CANCEL_WITHIN: Duration = Duration::from_secs(10);

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: ValorSettings,
    /// Whether the terminal is to be held in sight while idle.
    pub holding: bool,
    /// How often somebody may ask by hand.
    pub asking: RateLimit,
    /// What differs between tills.
    pub dice: u64,
    /// A request that nobody can ask about any more: the terminal is to be told not to begin (8.2).
    pub call_off: Option<String>,
    pub batch: Batch,
    channels: u64,
}

impl Ground {
    pub fn new(settings: ValorSettings, memory: Option<&Value>, seed: u64) -> Ground {
        let asking = RateLimit::remembered(ASK_AT_MOST_EVERY, memory);
        Ground {
            settings,
            holding: false,
            asking,
            dice: seed,
            call_off: None,
            batch: Batch::remembered(memory),
            channels: 0,
        }
    }

    /// Notes that somebody asks now; the note is durable before the question leaves.
    pub fn note_asking(&mut self, now: Now, out: &mut Effects) {
        self.asking.note(now.wall);
        self.remember(out);
    }

    /// A result has told its batch.
    pub fn note_batch(&mut self, number: Option<&str>, out: &mut Effects) {
        if self.batch.note(number) {
            self.remember(out);
        }
    }

    pub fn remember(&self, out: &mut Effects) {
        let mut memory = Map::new();
        self.asking.remember(&mut memory);
        self.batch.remember(&mut memory);
        out.push(Effect::Report(Report::Remember(Value::Object(memory))));
    }

    /// Opens a line to where requests are taken.
    pub fn open(&mut self, name: &'static str, out: &mut Effects) -> Channel {
        self.connect(name, self.settings.port, self.settings.transport, out)
    }

    /// Opens a line to where cancels are taken.
    pub fn open_cancel(&mut self, transport: Transport, out: &mut Effects) -> Channel {
        self.connect("cancel", self.settings.cancel_port, transport, out)
    }

    fn connect(&mut self, name: &'static str, port: u16, transport: Transport, out: &mut Effects) -> Channel {
        self.channels += 1;
        let channel = Channel::new(name, self.channels);
        let host = self.settings.host.clone();
        let (connect_within, at_most) = (CONNECT_WITHIN, codec::OBJECT_AT_MOST);
        let endpoint = match transport {
            Transport::Tcp => Endpoint::Tcp { host, port, connect_within, framing: Framing::JsonObjects { at_most } },
            Transport::WebSocket => {
                let (target, tls) = (Target::path("/"), Tls::No);
                Endpoint::WebSocket { host, port, target, tls, connect_within, at_most, ping_every: None }
            }
        };
        out.push(Effect::link(channel, LinkAction::Open(endpoint)));
        channel
    }
}

/// Puts a message on an open line. Whatever does not move money.
pub fn send(channel: Channel, message: &Members, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(codec::encode(message)))));
}

pub fn close(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Close));
}

/// What still lies in the system's buffers must not arrive any more.
pub fn abandon(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Abandon));
}

/// A WebSocket's message may hold noise around its object, and more than one, like a stream (2.5).
pub fn objects_in(frame: &Frame) -> Vec<Frame> {
    let objects = JsonObjects::new(codec::OBJECT_AT_MOST).push(frame.body()).unwrap_or_default();
    objects.into_iter().map(Frame::Bytes).collect()
}

/// What a frame of the terminal says; `None` for what nobody can read, which a wait's end covers (2.5).
pub fn read(frame: &Frame) -> Option<Members> {
    codec::decode(frame.body()).ok()
}

/// Whose fault a lost line is, and what to do.
pub fn explain_loss(loss: &Loss) -> Explanation {
    loss.explain(STRANGER)
}
