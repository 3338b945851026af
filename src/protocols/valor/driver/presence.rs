//! Asking a terminal whether it is there (reference 7.14): before anybody pays, and now and then while idle.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, LinkEvent, Report, Session, TerminalIdentity};
use crate::protocols::frame::Channel;
use crate::protocols::recovery::Backoff;

use super::super::messages::{Heard, Members, mode, name};
use super::super::settings::STRANGER;
use super::State;
use super::ground::{self, Effects, Ground};
use super::transaction::description;

/// How often a terminal in sight is looked at while idle.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A real terminal only acknowledges; one that describes itself does so at once after that.
const DESCRIBES_WITHIN: Duration = Duration::from_millis(300);

/// Nothing at hand.
#[derive(Debug, Default)]
pub struct Resting {
    /// When to look whether the terminal is there.
    look_at: Option<Instant>,
    backoff: Backoff,
}

/// A query is out.
#[derive(Debug)]
pub struct Looking {
    channel: Channel,
    until: Instant,
    backoff: Backoff,
    acknowledged: bool,
}

impl Resting {
    /// A terminal that is held in sight is looked at again in a while.
    pub fn keep_looking(&mut self, ground: &Ground, now: Now) {
        if ground.holding {
            self.look_at.get_or_insert(now.at + LOOK_EVERY);
        }
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.look_at
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.look_at.is_none_or(|at| now.at < at) {
            return State::Resting(self);
        }
        look(ground, now, self.backoff, out)
    }
}

/// Asks now.
pub fn look(ground: &mut Ground, now: Now, backoff: Backoff, out: &mut Effects) -> State {
    let channel = ground.open("query", out);
    let until = now.at + ground::CONNECT_WITHIN + ground::QUERY_WITHIN;
    State::Looking(Looking { channel, until, backoff, acknowledged: false })
}

impl Looking {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Looking(self);
        }
        ground::close(self.channel, out);
        if self.acknowledged {
            return there(Vec::new(), out);
        }
        // A line that stands and a peer that says nothing: whoever that is, it does not speak Valor Connect.
        let mute = Explanation::new(STRANGER, Fault::Settings);
        self.absent(ground, now, mute, out)
    }

    pub fn on_link(mut self, ground: &mut Ground, now: Now, event: LinkEvent, out: &mut Effects) -> State {
        match event {
            LinkEvent::Opened => {
                ground::send(self.channel, &Members::request(mode::QUERY, None), out);
                self.until = now.at + ground::QUERY_WITHIN;
                State::Looking(self)
            }
            LinkEvent::Received(frame) => self.on_message(now, ground::read(&frame), out),
            LinkEvent::Lost(_) if self.acknowledged => there(Vec::new(), out),
            LinkEvent::Lost(loss) => self.absent(ground, now, ground::explain_loss(&loss), out),
        }
    }

    fn on_message(mut self, now: Now, told: Option<Members>, out: &mut Effects) -> State {
        let Some(members) = told else { return State::Looking(self) };
        match Heard::of(&members) {
            Heard::Acknowledged => {
                self.acknowledged = true;
                self.until = now.at + DESCRIBES_WITHIN;
                State::Looking(self)
            }
            Heard::Description | Heard::Result => {
                ground::close(self.channel, out);
                out.push(Effect::Report(Report::Identity(identity(&members))));
                there(description(&members), out)
            }
            Heard::Accepted | Heard::Nothing => State::Looking(self),
        }
    }

    fn absent(mut self, ground: &Ground, now: Now, why: Explanation, out: &mut Effects) -> State {
        out.push(Effect::Report(Report::Session(Session::Offline(why))));
        let pause = self.backoff.next(ground.dice);
        State::Resting(Resting { look_at: ground.holding.then_some(now.at + pause), backoff: self.backoff })
    }
}

/// What it says of itself. There is no clock among it.
fn identity(members: &Members) -> TerminalIdentity {
    TerminalIdentity {
        ids: members.text(name::EPI).map(|epi| ("epi", epi.to_string())).into_iter().collect(),
        serial: members.text(name::SERIAL_NO).map(|serial| serial.to_string()),
        firmware: members.text(name::APP_VERSION).map(|version| version.to_string()),
        ..TerminalIdentity::default()
    }
}

fn there(description: Vec<String>, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Session(Session::Ready(description))));
    State::Resting(Resting::default())
}
