//! The line to the cloud, whichever of the two sides asks on it: where it leads, what it means when it is lost, and what was
//! told of it (reference sections 1.1 to 1.4).

use std::time::Duration;

use crate::domain::Secret;
use crate::domain::outcome::{Explanation, Fault};
use crate::protocols::driver::{Effect, Endpoint, Loss, LossCause, Report, Session};

use super::messages::MESSAGE_AT_MOST;
use super::settings::{ConnectSettings, STRANGER};

/// Name, connection, TLS and upgrade together.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// (1.3) The links notice a half-open line after two missed pings: within 30 s.
const PING_EVERY: Duration = Duration::from_secs(10);
/// (1.4) A refused key is not tried again faster than this.
pub const REFUSED_PAUSE: Duration = Duration::from_secs(60);

pub fn endpoint(settings: &ConnectSettings, api_key: &Secret) -> Endpoint {
    Endpoint::WebSocket {
        host: settings.host.clone(),
        port: settings.port,
        target: settings.target(api_key),
        tls: settings.tls.clone(),
        connect_within: CONNECT_WITHIN,
        at_most: MESSAGE_AT_MOST,
        ping_every: Some(PING_EVERY),
    }
}

/// Whether the cloud does not let us in, or we do not trust it. A line that stood was not refused.
pub fn is_refusal(loss: &Loss) -> bool {
    match loss.cause {
        LossCause::Upgrade(status) => status < 500,
        LossCause::Certificate(_) | LossCause::CaFile => true,
        _ => false,
    }
}

/// Whose fault a lost line is, and what to do (1.4).
pub fn explain_loss(settings: &ConnectSettings, loss: &Loss) -> Explanation {
    let say = |key: &str, fault: Fault| Explanation::new(key, fault).with_detail(&loss.detail);
    match loss.cause {
        LossCause::Upgrade(401 | 403) => say("explain-api-key-wrong", Fault::Settings),
        LossCause::Upgrade(404) => say("explain-connect-not-found", Fault::Settings),
        LossCause::Upgrade(422) => match settings.missing_id() {
            Some("software_house_id") => say("explain-software-house-id-missing", Fault::Settings),
            Some(_) => say("explain-installer-id-missing", Fault::Settings),
            None => say("explain-partner-ids-refused", Fault::Settings),
        },
        LossCause::Upgrade(500..) => say("explain-connect-unwell", Fault::Link),
        LossCause::Upgrade(_) => say("explain-connect-refused", Fault::Settings),
        _ => loss.explain(STRANGER),
    }
}

/// What was told of the session last, so that nothing is told twice.
#[derive(Debug, Default)]
pub struct Told(Option<Session>);

impl Told {
    pub fn tell(&mut self, session: Session, out: &mut Vec<Effect>) {
        if self.0.as_ref() != Some(&session) {
            self.0 = Some(session.clone());
            out.push(Effect::Report(Report::Session(session)));
        }
    }

    pub fn is_refused(&self) -> bool {
        matches!(self.0, Some(Session::Refused(_)))
    }
}
