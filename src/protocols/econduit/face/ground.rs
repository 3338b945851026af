//! What every state of the line stands on: the settings, what was told of the session, when to try again.

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, Endpoint, LinkAction, Report, Session};
use crate::protocols::frame::{Channel, Frame};
use crate::protocols::framing::Framing;

use super::super::codec;
use super::super::messages::{AT_MOST, KEYWORDS, Registration};
use super::super::settings::FaceSettings;
use super::line::{Line, Opening, Pausing};
use super::pauses::{INVALID_TYPE, Pauses};

/// (2.5)
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// However much of it comes, what cannot be read is told of once in so long.
const ALARM_EVERY: Duration = Duration::from_secs(60);
/// Characters of what the cloud says in place of an answer to the registration.
const SAID_AT_MOST: usize = 80;
const SOFTWARE: &str = concat!("Checkstand ", env!("CARGO_PKG_VERSION"));

pub type Effects = Vec<Effect>;

/// Which of the two endpoints (2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Primary,
    Secondary,
}

pub struct Ground {
    pub settings: FaceSettings,
    /// Whether the line is to stand.
    pub holding: bool,
    pauses: Pauses,
    /// What was told of the session last, so that nothing is told twice.
    told: Option<Session>,
    channels: u64,
    alarmed_at: Option<Instant>,
}

impl Ground {
    pub fn new(settings: FaceSettings, seed: u64) -> Ground {
        let pauses = Pauses::new(seed);
        Ground { settings, holding: false, pauses, told: None, channels: 0, alarmed_at: None }
    }

    pub fn tell(&mut self, session: Session, out: &mut Effects) {
        if self.told.as_ref() != Some(&session) {
            self.told = Some(session.clone());
            out.push(Effect::Report(Report::Session(session)));
        }
    }

    /// Something came that is no message.
    pub fn alarm(&mut self, now: Now, out: &mut Effects) {
        if self.alarmed_at.is_none_or(|at| now.at - at >= ALARM_EVERY) {
            self.alarmed_at = Some(now.at);
            let why = Explanation::new("explain-face-unreadable", Fault::Link);
            out.push(Effect::Report(Report::Alarm(why)));
        }
    }

    /// Always with the primary (2.5).
    pub fn begin(&mut self, now: Now, out: &mut Effects) -> Line {
        self.open(now, Side::Primary, out)
    }

    fn open(&mut self, now: Now, side: Side, out: &mut Effects) -> Line {
        if !self.holding {
            self.tell(Session::Maintenance, out);
            return Line::Down;
        }
        let [primary, secondary] = &self.settings.endpoints;
        let (name, (host, port)) = match side {
            Side::Primary => ("primary", primary),
            Side::Secondary => ("secondary", secondary),
        };
        let endpoint = Endpoint::Tcp {
            host: host.clone(),
            port: *port,
            connect_within: CONNECT_WITHIN,
            framing: Framing::EndMark { at_most: AT_MOST, keywords: KEYWORDS },
        };
        self.channels += 1;
        let channel = Channel::new(name, self.channels);
        out.push(Effect::link(channel, LinkAction::Open(endpoint)));
        Line::Opening(Opening { side, channel, until: now.at + CONNECT_WITHIN })
    }

    /// (2.3)
    pub fn register(&self, channel: Channel, out: &mut Effects) {
        let registration = codec::encode_registration(&Registration {
            terminal_type: self.settings.terminal_type.clone(),
            terminal_model: self.settings.terminal_model.clone(),
            terminal_id: self.settings.terminal_id.clone(),
            software_version: SOFTWARE.to_owned(),
            ack_heartbeat: true,
        });
        out.push(Effect::link(channel, LinkAction::Send(Frame::Bytes(registration))));
    }

    pub fn registered(&mut self, out: &mut Effects) {
        self.pauses.registered();
        self.tell(Session::Ready(Vec::new()), out);
    }

    /// This endpoint could not be reached, or did not answer the registration.
    pub fn failed(&mut self, now: Now, side: Side, why: Explanation, out: &mut Effects) -> Line {
        self.tell(Session::Offline(why), out);
        match side {
            Side::Primary => self.open(now, Side::Secondary, out),
            Side::Secondary => pausing(now, self.pauses.unreachable()),
        }
    }

    /// The cloud does not want this till.
    pub fn refused(&mut self, now: Now, said: &str, out: &mut Effects) -> Line {
        let why = Explanation::new("explain-face-registration-failed", Fault::Settings).with_detail(&in_short(said));
        self.tell(Session::Offline(why), out);
        pausing(now, self.pauses.refused())
    }

    /// The cloud does not know what this till says that it is.
    pub fn invalid_type(&mut self, now: Now, out: &mut Effects) -> Line {
        let why = Explanation::new("explain-face-terminal-type", Fault::Settings);
        self.tell(Session::Refused(why.with_detail(&self.settings.terminal_type)), out);
        pausing(now, INVALID_TYPE)
    }

    /// A registered line was lost after so long.
    pub fn lost(&mut self, now: Now, stood: Duration, why: Explanation, out: &mut Effects) -> Line {
        self.tell(Session::Offline(why), out);
        match self.pauses.lost(stood) {
            None => self.begin(now, out),
            Some(pause) => pausing(now, pause),
        }
    }
}

/// Whoever sits on the line writes it, and people read it: one line, and not a long one.
fn in_short(said: &str) -> String {
    said.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').take(SAID_AT_MOST).collect()
}

fn pausing(now: Now, pause: Duration) -> Line {
    Line::Pausing(Pausing { until: now.at + pause })
}
