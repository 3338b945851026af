//! Whether the terminal is there: asked when somebody wants to know, else known from the last answer (reference 3.11).

use std::time::Duration;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Instant, Now};
use crate::protocols::driver::{Effect, LinkEvent, Report, Session, TerminalIdentity};
use crate::protocols::frame::Channel;

use super::super::messages::{Obstacle, Response, ResultCode};
use super::State;
use super::ground::{self, Effects, Ground, Told};
use super::inquiry;

/// How often a terminal that was not there is looked for while it is held in sight.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Nothing at hand.
#[derive(Debug, Default)]
pub struct Resting {
    look_at: Option<Instant>,
}

/// A question is out.
#[derive(Debug)]
pub struct Looking {
    channel: Channel,
    until: Instant,
}

impl Resting {
    pub fn deadline(&self) -> Option<Instant> {
        self.look_at
    }

    /// In a while.
    pub fn look_again(&mut self, now: Now) {
        self.look_at = Some(now.at + LOOK_AGAIN);
    }

    pub fn on_tick(self, ground: &mut Ground, now: Now, out: &mut Effects) -> State {
        if self.look_at.is_none_or(|at| now.at < at) {
            return State::Resting(self);
        }
        look(ground, now, out)
    }
}

/// Asks now: what the terminal can do, which disturbs nobody.
pub fn look(ground: &mut Ground, now: Now, out: &mut Effects) -> State {
    let channel = ground.ask_features(out);
    let until = now.at + ground::CONNECT_WITHIN + ground::QUESTION_WITHIN + Duration::from_secs(5);
    State::Looking(Looking { channel, until })
}

impl Looking {
    pub fn channel(&self) -> Channel {
        self.channel
    }

    pub fn deadline(&self) -> Instant {
        self.until
    }

    pub fn on_tick(self, now: Now, out: &mut Effects) -> State {
        if now.at < self.until {
            return State::Looking(self);
        }
        ground::close(self.channel, out);
        told_session(Session::Offline(Explanation::new("explain-link-timed-out", Fault::Link)), out)
    }

    pub fn on_link(self, ground: &Ground, event: LinkEvent, out: &mut Effects) -> State {
        let told = match event {
            LinkEvent::Opened => return State::Looking(self),
            LinkEvent::Received(frame) => inquiry::answer_in(&frame),
            LinkEvent::Lost(loss) => {
                return told_session(Session::Offline(ground::explain_loss(&loss)), out);
            }
        };
        out.push(Effect::Report(Report::Identity(TerminalIdentity {
            clock_ahead: ground.ahead,
            ..TerminalIdentity::default()
        })));
        told_session(session_of(ground, told), out)
    }
}

fn session_of(ground: &Ground, told: Told) -> Session {
    let response = match told {
        Told::Response(response) => response,
        Told::Nothing(why) if why.key == "explain-unknown-answer" => {
            return Session::Refused(Explanation {
                key: "explain-not-econduit".to_owned(),
                fault: Fault::Settings,
                ..why
            });
        }
        Told::Nothing(why) => return Session::Offline(why),
        Told::Refused(why) => return Session::Refused(why),
    };
    let explained = |key: &str, fault: Fault| super::super::outcomes::explain(key, fault, &response);
    match (response.obstacle(), &response.result_code) {
        (Some(Obstacle::InvalidCredentials), _) => {
            Session::Refused(explained("explain-econduit-credentials", Fault::Settings))
        }
        (Some(Obstacle::TerminalOffline), _) => {
            Session::Offline(explained("explain-econduit-offline", Fault::Terminal))
        }
        // It works for somebody, so it is there.
        (Some(Obstacle::TerminalBusy), _) | (_, Some(ResultCode::Success)) => {
            Session::Ready(description(ground, &response))
        }
        _ => Session::Offline(explained("explain-econduit-unwell", Fault::Link)),
    }
}

fn description(ground: &Ground, response: &Response) -> Vec<String> {
    let number = ground.settings.account.terminal_id.clone();
    [number].into_iter().chain(response.features.iter().cloned()).collect()
}

fn told_session(session: Session, out: &mut Effects) -> State {
    out.push(Effect::Report(Report::Session(session)));
    State::Resting(Resting::default())
}
