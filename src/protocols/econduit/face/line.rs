//! The line to the cloud: one struct per state, consumed by its transition (reference 2.3 to 2.5).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, LinkAction, LinkEvent, Loss, LossCause};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::json::Json;

use super::super::codec;
use super::super::messages::{CloudLine, RegistrationAnswer};
use super::ground::{Effects, Ground, Side};

/// (2.3, 2.5)
const REGISTERED_WITHIN: Duration = Duration::from_secs(10);
/// (2.4)
const HEARTBEAT_ANSWERED_WITHIN: Duration = Duration::from_secs(15);

#[derive(Debug, Default)]
pub enum Line {
    /// Nobody wants it.
    #[default]
    Down,
    Opening(Opening),
    Registering(Registering),
    Online(Online),
    Pausing(Pausing),
}

#[derive(Debug)]
pub struct Opening {
    pub side: Side,
    pub channel: Channel,
    pub until: Instant,
}

#[derive(Debug)]
pub struct Registering {
    side: Side,
    channel: Channel,
    until: Instant,
}

#[derive(Debug)]
pub struct Online {
    channel: Channel,
    since: Instant,
    /// None while a command is worked on.
    heartbeat: Option<Heartbeat>,
}

#[derive(Debug, Clone, Copy)]
enum Heartbeat {
    Due(Instant),
    /// Its answer is expected until then.
    Sent(Instant),
}

/// Until the next try.
#[derive(Debug)]
pub struct Pausing {
    pub until: Instant,
}

impl Line {
    pub fn channel(&self) -> Option<Channel> {
        match self {
            Line::Down | Line::Pausing(_) => None,
            Line::Opening(Opening { channel, .. })
            | Line::Registering(Registering { channel, .. })
            | Line::Online(Online { channel, .. }) => Some(*channel),
        }
    }

    /// The line on which the cloud asks.
    pub fn online(&self) -> Option<Channel> {
        match self {
            Line::Online(online) => Some(online.channel),
            _ => None,
        }
    }

    pub fn deadline(&self) -> Option<Instant> {
        match self {
            Line::Down => None,
            Line::Opening(Opening { until, .. })
            | Line::Registering(Registering { until, .. })
            | Line::Pausing(Pausing { until }) => Some(*until),
            Line::Online(online) => online.heartbeat.map(Heartbeat::at),
        }
    }

    pub fn on_event(self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> Line {
        match (self, event) {
            (Line::Opening(line), LinkEvent::Opened) => line.opened(ground, now, out),
            (Line::Opening(line), LinkEvent::Lost(loss)) => ground.failed(now, line.side, unreachable(&loss), out),
            (Line::Registering(line), LinkEvent::Received(frame)) => line.answered(ground, now, frame.body(), out),
            (Line::Registering(line), LinkEvent::Lost(loss)) => ground.failed(now, line.side, lost(&loss), out),
            (Line::Online(line), LinkEvent::Lost(loss)) => ground.lost(now, now.at - line.since, lost(&loss), out),
            (line, _) => line,
        }
    }

    /// At or after the deadline.
    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> Line {
        if self.deadline().is_none_or(|at| now.at < at) {
            return self;
        }
        match self {
            Line::Down => self,
            Line::Pausing(_) => ground.begin(now, out),
            Line::Opening(Opening { side, channel, .. }) => {
                abandon(channel, out);
                let why = Explanation::new("explain-face-unreachable", Fault::Link);
                ground.failed(now, side, why, out)
            }
            Line::Registering(Registering { side, channel, .. }) => {
                abandon(channel, out);
                ground.failed(now, side, mute(), out)
            }
            Line::Online(line) => line.on_tick(ground, now, out),
        }
    }

    /// No heartbeat while a command is worked on; the next one a while after it (2.4).
    pub fn keep_heartbeat(&mut self, now: Now, every: Duration, busy: bool) {
        let Line::Online(online) = self else { return };
        match online.heartbeat {
            _ if busy => online.heartbeat = None,
            None => online.heartbeat = Some(Heartbeat::Due(now.at + every)),
            Some(_) => {}
        }
    }

    /// The cloud says on a standing line that the till is not registered: it is not online then, whatever else is heard.
    pub fn taken_back(self, answer: &RegistrationAnswer, ground: &mut Ground, now: Now, out: &mut Effects) -> Line {
        match self {
            Line::Online(online) => turned_away(online.channel, answer, ground, now, out),
            other => other,
        }
    }

    /// An answer to a command that came on the line that stands.
    pub fn say(&self, answer: Json, out: &mut Effects) {
        if let Line::Online(online) = self {
            send(online.channel, answer.to_text().into_bytes(), out);
        }
    }

    /// In order: what was said before still leaves.
    pub fn close(self, out: &mut Effects) {
        if let Some(channel) = self.channel() {
            out.push(Effect::link(channel, LinkAction::Close));
        }
    }
}

impl Opening {
    fn opened(self, ground: &Ground, now: Now, out: &mut Effects) -> Line {
        ground.register(self.channel, out);
        Line::Registering(Registering { side: self.side, channel: self.channel, until: now.at + REGISTERED_WITHIN })
    }
}

impl Registering {
    /// Anything but success is a failure (2.3).
    fn answered(self, ground: &mut Ground, now: Now, message: &[u8], out: &mut Effects) -> Line {
        let answer = match codec::cloud_line(message) {
            CloudLine::Registered(answer) => answer,
            // A command before the till is let in, or half a message: what it says does not count.
            CloudLine::HeartbeatAnswered | CloudLine::Command(_) | CloudLine::Unreadable => {
                RegistrationAnswer::Other(String::new())
            }
        };
        if answer == RegistrationAnswer::Ok {
            ground.registered(out);
            return Line::Online(Online { channel: self.channel, since: now.at, heartbeat: None });
        }
        turned_away(self.channel, &answer, ground, now, out)
    }
}

impl Online {
    /// Whatever was heard, the line is not dead.
    pub fn heard(self) -> Online {
        let heartbeat = self.heartbeat.filter(|heartbeat| matches!(heartbeat, Heartbeat::Due(_)));
        Online { heartbeat, ..self }
    }

    fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> Line {
        if let Some(Heartbeat::Due(_)) = self.heartbeat {
            send(self.channel, codec::encode_heartbeat(), out);
            let heartbeat = Some(Heartbeat::Sent(now.at + HEARTBEAT_ANSWERED_WITHIN));
            return Line::Online(Online { heartbeat, ..self });
        }
        abandon(self.channel, out);
        ground.lost(now, now.at - self.since, mute(), out)
    }
}

/// The cloud does not, or no longer, take the till for one of its terminals.
fn turned_away(
    channel: Channel,
    answer: &RegistrationAnswer,
    ground: &mut Ground,
    now: Now,
    out: &mut Effects,
) -> Line {
    out.push(Effect::link(channel, LinkAction::Close));
    match answer {
        RegistrationAnswer::InvalidTerminalType => ground.invalid_type(now, out),
        other => ground.refused(now, other.word(), out),
    }
}

impl Heartbeat {
    fn at(self) -> Instant {
        match self {
            Heartbeat::Due(at) | Heartbeat::Sent(at) => at,
        }
    }
}

fn send(channel: Channel, message: Vec<u8>, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(message))));
}

fn abandon(channel: Channel, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Abandon));
}

fn unreachable(loss: &Loss) -> Explanation {
    let (key, fault) = match loss.cause {
        LossCause::HostUnknown => ("explain-face-unknown-host", Fault::Settings),
        _ => ("explain-face-unreachable", Fault::Link),
    };
    Explanation::new(key, fault).with_detail(&loss.detail)
}

fn lost(loss: &Loss) -> Explanation {
    let (key, fault) = match loss.cause {
        LossCause::Garbled | LossCause::Stranger => ("explain-face-not-cloud", Fault::Settings),
        _ => ("explain-face-line-lost", Fault::Link),
    };
    Explanation::new(key, fault).with_detail(&loss.detail)
}

fn mute() -> Explanation {
    Explanation::new("explain-face-mute", Fault::Link)
}
