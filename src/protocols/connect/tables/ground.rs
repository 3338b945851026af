//! The line to the cloud on which the machines ask, and what stands beside it: the settings, what was told of the session, what
//! was complained of (reference 1.3 to 1.6). There is no probe: the till has nothing to ask.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now, Secret};
use crate::protocols::driver::{Effect, LinkAction, Loss, LossCause, Report, Session};
use crate::protocols::frame::{Channel, Frame};

use super::super::line::{self, CONNECT_WITHIN, REFUSED_PAUSE, Told};
use super::super::settings::ConnectSettings;
use super::pauses::Pauses;

/// The links have their own bounds; behind them nothing more is expected.
const OPENED_WITHIN: Duration = Duration::from_secs(20);
/// Remarks that are told once in so long, however often there is reason for them.
const REMARKS_AT_MOST: usize = 32;
const REMARKED_EVERY: Duration = Duration::from_secs(3600);
/// In what the links say of a line that the cloud ended with this reason (3.6).
const DISCONTINUED: &str = "discontinued";

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: ConnectSettings,
    api_key: Secret,
    /// Whether the line is to stand.
    pub holding: bool,
    line: Line,
    pauses: Pauses,
    told: Told,
    channels: u64,
    remarks: Vec<(Explanation, Instant)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Nobody wants it.
    Down,
    Opening {
        channel: Channel,
        until: Instant,
    },
    Up {
        channel: Channel,
        since: Instant,
    },
    /// Until the next try.
    Pausing {
        until: Instant,
        /// The cloud did not let the till in; who asks again meanwhile waits all the same.
        refused: bool,
    },
    /// (1.5) Another till has the tables. Two that take them from each other would never stop, so that a person decides.
    Discontinued,
}

impl Ground {
    pub fn new(settings: ConnectSettings, api_key: Secret, seed: u64) -> Ground {
        Ground {
            settings,
            api_key,
            holding: false,
            line: Line::Down,
            pauses: Pauses::new(seed),
            told: Told::default(),
            channels: 0,
            remarks: Vec::new(),
        }
    }

    pub fn channel(&self) -> Option<Channel> {
        match self.line {
            Line::Opening { channel, .. } | Line::Up { channel, .. } => Some(channel),
            Line::Down | Line::Pausing { .. } | Line::Discontinued => None,
        }
    }

    pub fn is_up(&self) -> bool {
        matches!(self.line, Line::Up { .. })
    }

    pub fn deadline(&self) -> Option<Instant> {
        match self.line {
            Line::Opening { until, .. } | Line::Pausing { until, .. } => Some(until),
            Line::Down | Line::Up { .. } | Line::Discontinued => None,
        }
    }

    /// Somebody wants the tables served.
    pub fn connect(&mut self, now: Now, out: &mut Effects) {
        self.holding = true;
        match self.line {
            Line::Down | Line::Discontinued | Line::Pausing { refused: false, .. } => {
                self.told.tell(Session::Connecting, out);
                self.open(now, out);
            }
            Line::Opening { .. } | Line::Up { .. } | Line::Pausing { refused: true, .. } => {}
        }
    }

    fn open(&mut self, now: Now, out: &mut Effects) {
        self.channels += 1;
        let channel = Channel::new("cloud", self.channels);
        out.push(Effect::link(channel, LinkAction::Open(line::endpoint(&self.settings, &self.api_key))));
        self.line = Line::Opening { channel, until: now.at + CONNECT_WITHIN + OPENED_WITHIN };
    }

    /// Ends in order what nobody wants any more.
    pub fn disconnect(&mut self, out: &mut Effects) {
        if self.line == Line::Down {
            return;
        }
        self.end(LinkAction::Close, out);
        self.line = Line::Down;
        self.told.tell(Session::Maintenance, out);
    }

    fn end(&mut self, action: LinkAction, out: &mut Effects) {
        if let Some(channel) = self.channel() {
            out.push(Effect::link(channel, action));
        }
    }

    pub fn opened(&mut self, now: Now, out: &mut Effects) {
        if let Line::Opening { channel, .. } = self.line {
            self.line = Line::Up { channel, since: now.at };
            self.told.tell(Session::Ready(Vec::new()), out);
        }
    }

    pub fn lost(&mut self, now: Now, loss: &Loss, out: &mut Effects) {
        let stood = match self.line {
            Line::Up { since, .. } => Some(now.at - since),
            _ => None,
        };
        if stood.is_some() && loss.detail.to_ascii_lowercase().contains(DISCONTINUED) {
            return self.discontinued(&loss.detail, out);
        }
        // The line itself still stands, but what it owes cannot be said: the cloud shall tell it again on another.
        if loss.cause == LossCause::NotDurable {
            self.end(LinkAction::Abandon, out);
        }
        let why = line::explain_loss(&self.settings, loss);
        if stood.is_none() && line::is_refusal(loss) {
            self.told.tell(Session::Refused(why), out);
            self.line = Line::Pausing { until: now.at + REFUSED_PAUSE, refused: true };
        } else {
            self.pause(now, stood.unwrap_or_default(), why, out);
        }
    }

    fn pause(&mut self, now: Now, stood: Duration, why: Explanation, out: &mut Effects) {
        self.told.tell(Session::Offline(why), out);
        self.line = Line::Pausing { until: now.at + self.pauses.after(stood), refused: false };
    }

    /// (1.5, 3.6) Nothing is tried again until a person says so.
    pub fn discontinued(&mut self, words: &str, out: &mut Effects) {
        self.end(LinkAction::Close, out);
        self.line = Line::Discontinued;
        let why = Explanation::new("explain-tables-discontinued", Fault::Settings).with_detail(words);
        self.told.tell(Session::Refused(why), out);
    }

    pub fn on_tick(&mut self, now: Now, out: &mut Effects) {
        match self.line {
            Line::Pausing { until, .. } if now.at >= until => self.open(now, out),
            Line::Opening { until, .. } if now.at >= until => {
                self.end(LinkAction::Abandon, out);
                self.pause(now, Duration::ZERO, Explanation::new("explain-link-timed-out", Fault::Link), out);
            }
            _ => {}
        }
    }

    pub fn send(&self, message: Vec<u8>, out: &mut Effects) {
        if let Line::Up { channel, .. } = self.line {
            out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(message))));
        }
    }

    /// Leaves only when what was reported in this step is durable.
    pub fn send_when_durable(&self, message: Vec<u8>, out: &mut Effects) {
        if let Line::Up { channel, .. } = self.line {
            out.push(Effect::money(channel, LinkAction::Send(Frame::Bytes(message))));
        }
    }

    /// Something that somebody should look into; the same thing now and then only.
    pub fn alarm(&mut self, now: Now, why: Explanation, out: &mut Effects) {
        if self.is_new(now, &why) {
            out.push(Effect::Report(Report::Alarm(why)));
        }
    }

    /// Something to be read.
    pub fn notice(&mut self, now: Now, why: Explanation, out: &mut Effects) {
        if self.is_new(now, &why) {
            out.push(Effect::Report(Report::Notice(why)));
        }
    }

    fn is_new(&mut self, now: Now, why: &Explanation) -> bool {
        self.remarks.retain(|(_, at)| now.at - *at < REMARKED_EVERY);
        let is_new = self.remarks.len() < REMARKS_AT_MOST && self.remarks.iter().all(|(known, _)| known != why);
        if is_new {
            self.remarks.push((why.clone(), now.at));
        }
        is_new
    }
}
