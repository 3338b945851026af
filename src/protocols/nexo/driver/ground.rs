//! What every state of the driver stands on: settings, ids, the login session, and how a message gets on its way.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::outcome::Explanation;
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, Endpoint, LinkAction, LinkEvent, Loss, LossCause, Report, Tls};
use crate::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};
use crate::protocols::recovery::{ASK_AT_MOST_EVERY, RateLimit};
use crate::protocols::web_address::before_port;

use super::super::codec;
use super::super::messages::{self, Body, Category, Header, Kind, Message};
use super::super::settings::{NexoSettings, STRANGER};
use super::ids::Ids;

/// (2.3) One table for every wait on a message.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);
pub const LOGIN_WITHIN: Duration = Duration::from_secs(30);
/// A payment takes as long as its customer; what bounds it sooner is the question after silence.
pub const PAYMENT_WITHIN: Duration = Duration::from_secs(900);
pub const REVERSAL_WITHIN: Duration = Duration::from_secs(120);
pub const OTHERS_WITHIN: Duration = Duration::from_secs(15);

const LAST_MAINTENANCE: &str = "last_maintenance";

pub type Effects = Vec<Effect>;

pub struct Ground {
    pub settings: NexoSettings,
    pub ids: Ids,
    /// As far as we know; only the terminal's next answer tells.
    pub logged_in: bool,
    /// Whether a session is to be held while idle.
    pub holding: bool,
    /// The terminal has said that an update waits (7.4).
    pub maintenance_wanted: bool,
    /// When it was last logged out with maintenance allowed.
    pub last_maintenance: Option<Timestamp>,
    /// The ServiceID of a payment that the terminal denied, in case it comes to life after all.
    pub denied: Option<String>,
    /// Logged out on purpose until then.
    pub rest_until: Option<Instant>,
    /// How often somebody may ask by hand.
    pub asking: RateLimit,
    /// What differs between tills.
    pub dice: u64,
}

impl Ground {
    pub fn new(settings: NexoSettings, memory: Option<&Value>, seed: u64) -> Ground {
        let last_maintenance = time_in(memory, LAST_MAINTENANCE);
        Ground {
            settings,
            ids: Ids::restore(memory, seed),
            logged_in: false,
            holding: false,
            maintenance_wanted: false,
            last_maintenance,
            denied: None,
            rest_until: None,
            asking: RateLimit::remembered(ASK_AT_MOST_EVERY, memory),
            dice: seed,
        }
    }

    /// A fresh ServiceID; its block is made durable in the same step.
    pub fn service_id(&mut self, out: &mut Effects) -> String {
        let (id, changed) = self.ids.service();
        if changed {
            self.remember(out);
        }
        id
    }

    pub fn remember(&self, out: &mut Effects) {
        let (key, value) = self.ids.memory();
        let mut memory = Map::from_iter([(key.to_owned(), value)]);
        if let Some(time) = self.last_maintenance {
            memory.insert(LAST_MAINTENANCE.to_owned(), Value::String(time.to_string()));
        }
        self.asking.remember(&mut memory);
        out.push(Effect::Report(Report::Remember(Value::Object(memory))));
    }

    /// A request of ours under this ServiceID.
    pub fn message(&self, category: Category, service_id: &str, body: Body) -> Message {
        Message {
            header: Header {
                class: category.class(),
                category,
                kind: Kind::Request,
                protocol_version: true,
                service_id: Some(service_id.to_owned()),
                device_id: None,
                sale_id: self.settings.sale_id.clone(),
                poi_id: self.settings.poi_id.clone(),
            },
            body,
        }
    }

    /// A new channel for one exchange, and what opens it.
    pub fn exchange(
        &mut self,
        name: &'static str,
        message: &Message,
        answer_within: Duration,
    ) -> (Channel, LinkAction) {
        let endpoint = Endpoint::Http {
            url: self.url(),
            request: HttpRequest::post(messages::PATH, messages::CONTENT_TYPE, codec::encode(message)),
            tls: Tls::No,
            pace: None,
            connect_within: CONNECT_WITHIN,
            answer_within,
            at_most: messages::BODY_AT_MOST,
        };
        (self.ids.channel(name), LinkAction::Open(endpoint))
    }

    fn url(&self) -> String {
        let host = before_port(&self.settings.host);
        format!("http://{host}:{}{}", self.settings.port, messages::PATH)
    }
}

fn time_in(memory: Option<&Value>, name: &str) -> Option<Timestamp> {
    memory?.get(name)?.as_str()?.parse().ok()
}

/// What came of an exchange.
pub enum Reply {
    Message(Box<Message>),
    /// `204`, or another answer without a message.
    Empty,
    Lost(Loss),
}

impl Reply {
    /// `None` while there is nothing yet.
    pub fn of(event: LinkEvent) -> Option<Reply> {
        match event {
            LinkEvent::Opened => None,
            LinkEvent::Lost(loss) => Some(Reply::Lost(loss)),
            LinkEvent::Received(Frame::Response(response)) => Some(Reply::of_response(&response)),
            LinkEvent::Received(_) => Some(Reply::Lost(garbled("not an HTTP response"))),
        }
    }

    /// The status decides nothing beside an empty body: a message that parses is a message (2.1).
    fn of_response(response: &HttpResponse) -> Reply {
        if response.status == 204 || (response.status < 300 && response.body.is_empty()) {
            return Reply::Empty;
        }
        if !(200..300).contains(&response.status) {
            return Reply::Lost(garbled(&format!("HTTP {}", response.status)));
        }
        match codec::decode(&response.body) {
            Ok(message) => Reply::Message(Box::new(message)),
            Err(error) => Reply::Lost(garbled(&error.to_string())),
        }
    }
}

/// An answer nobody can read. It may have been about money all the same.
pub fn garbled(detail: &str) -> Loss {
    Loss {
        departure: crate::protocols::driver::Departure::Perhaps,
        cause: LossCause::Garbled,
        detail: detail.to_owned(),
    }
}

/// Whose fault a lost exchange is, and what to do.
pub fn explain_loss(loss: &Loss) -> Explanation {
    loss.explain(STRANGER)
}

/// Whether a response belongs to the request with this ServiceID; ids the terminal left out contradict nothing but
/// the ServiceID must be there.
pub fn is_answer_to(header: &Header, settings: &NexoSettings, service_id: &str) -> bool {
    let agrees = |found: &str, ours: &str| found.is_empty() || found == ours;
    header.service_id.as_deref() == Some(service_id)
        && agrees(&header.sale_id, &settings.sale_id)
        && agrees(&header.poi_id, &settings.poi_id)
}

/// Hours, minutes and seconds until the next `hour:minute` on the till's wall, at least a second.
pub fn until_time_of_day(now: Now, (hour, minute): (i8, i8)) -> Duration {
    let civil = now.offset.to_datetime(now.wall);
    let seconds =
        |hour: i8, minute: i8, second: i8| i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    let ahead = seconds(hour, minute, 0) - seconds(civil.hour(), civil.minute(), civil.second());
    let ahead = if ahead <= 0 { ahead + 86_400 } else { ahead };
    Duration::from_secs(ahead.unsigned_abs())
}
