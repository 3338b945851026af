//! The search itself: every address of the plan is asked, a few at a time, and nothing is asked faster than the pace allows.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use crate::links::{Pacing, SingleLine, knock};
use crate::protocols::driver::{Endpoint, LinkEvent, LossCause};
use crate::protocols::frame::Frame;
use crate::protocols::search::{Asking, Discovered, Heard, SearchQuestion};

use super::hit::Hit;
use super::pace::{AT_ONCE, Pace};
use super::plan::{Scope, Target};

/// For a connection. Whoever is in the same network answers in a few milliseconds.
pub const CONNECT_WITHIN: Duration = Duration::from_millis(700);
/// For the answer to one question, from the moment the connection was begun.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// How long a peer that has shown itself may take to say who it is.
const DESCRIBES_WITHIN: Duration = Duration::from_millis(300);
/// Frames of one peer that are listened to.
const FRAMES_AT_MOST: usize = 8;
/// For a whole search.
pub const SEARCH_WITHIN: Duration = Duration::from_secs(300);
/// Hits of one search: more is no shop.
pub const HITS_AT_MOST: usize = 256;

/// How far a search is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// So many of so many questions are done.
    Asked {
        done: usize,
        of: usize,
    },
    Found(Hit),
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResult {
    pub hits: Vec<Hit>,
    pub asked: usize,
    /// Every question was asked in time.
    pub whole: bool,
}

/// Asks every address of the scope. `tell` hears of each hit and of how far the search is; one that does not listen holds the
/// search up. `dice` is for numbers that must not come twice. Dropped, every socket is closed and nothing more is sent.
pub async fn search(scope: &Scope, dice: u64, tell: mpsc::Sender<Progress>) -> SearchResult {
    let targets = scope.targets();
    let of = targets.len();
    let pace = Pace::new();
    let deadline = Instant::now() + SEARCH_WITHIN;
    let ask = |(number, target): (usize, Target)| {
        let (pace, dice) = (&pace, dice.wrapping_add(number as u64));
        async move { at(scope, target, pace, dice).await }
    };
    let mut answers = Box::pin(stream::iter(targets.into_iter().enumerate()).map(ask).buffer_unordered(AT_ONCE));
    let mut result = SearchResult::default();
    while result.hits.len() < HITS_AT_MOST {
        let Ok(answer) = tokio::time::timeout_at(deadline, answers.next()).await else { return result };
        let Some(hit) = answer else { break };
        result.asked += 1;
        // Whoever asked may be gone, and then drops this too.
        let _ = tell.send(Progress::Asked { done: result.asked, of }).await;
        if let Some(hit) = hit {
            let _ = tell.send(Progress::Found(hit.clone())).await;
            result.hits.push(hit);
        }
    }
    result.whole = result.asked == of;
    result
}

/// Asks one address.
async fn at(scope: &Scope, target: Target, pace: &Pace, dice: u64) -> Option<Hit> {
    let host = target.address.to_string();
    let asking = Asking { host: &host, port: target.port, sought: scope.sought.as_ref(), dice };
    let hear = |frame: &Frame| (target.search.hear)(&asking, frame);
    for question in (target.search.questions)(&asking) {
        pace.turn().await;
        // An exchange costs more to prepare than a connection, and most addresses are nobody's.
        if matches!(question.endpoint, Endpoint::Http { .. }) {
            if !knock(SocketAddr::from((target.address, target.port)), CONNECT_WITHIN).await {
                return None;
            }
            pace.turn().await;
        }
        let fields = question.fields;
        match timeout(ANSWER_WITHIN, one(question, hear)).await {
            Ok(Reached::Found(found)) => return Some(Hit::new(&target, fields, found)),
            Ok(Reached::Nobody) => return None,
            Ok(Reached::Stranger) | Err(_) => {}
        }
    }
    None
}

enum Reached {
    Nobody,
    Stranger,
    Found(Discovered),
}

async fn one(mut question: SearchQuestion, hear: impl Fn(&Frame) -> Heard) -> Reached {
    shorten(&mut question.endpoint);
    let mut line = SingleLine::open(question.endpoint, Pacing::in_folder(std::path::Path::new("")));
    let mut stands = false;
    for _ in 0..FRAMES_AT_MOST {
        match line.event().await {
            Some(LinkEvent::Opened) => {
                stands = true;
                question.frame.take().into_iter().for_each(|frame| line.say(frame));
            }
            Some(LinkEvent::Received(frame)) => match hear(&frame) {
                Heard::Found(found) => {
                    line.close();
                    return Reached::Found(found);
                }
                Heard::Alive(found) => {
                    let more = timeout(DESCRIBES_WITHIN, description(&mut line, &hear)).await.ok().flatten();
                    line.close();
                    return Reached::Found(more.unwrap_or(found));
                }
                Heard::Stranger => {}
            },
            // A line that came to stand and was lost on the way to the WebSocket is somebody's too.
            Some(LinkEvent::Lost(loss)) => {
                return if stands || spoke(loss.cause) { Reached::Stranger } else { Reached::Nobody };
            }
            None => return Reached::Nobody,
        }
    }
    Reached::Stranger
}

fn spoke(cause: LossCause) -> bool {
    !matches!(cause, LossCause::HostUnknown | LossCause::Refused | LossCause::Unreachable | LossCause::TimedOut)
}

async fn description(line: &mut SingleLine, hear: &impl Fn(&Frame) -> Heard) -> Option<Discovered> {
    for _ in 0..FRAMES_AT_MOST {
        match line.event().await? {
            LinkEvent::Received(frame) => {
                if let Heard::Found(found) = hear(&frame) {
                    return Some(found);
                }
            }
            LinkEvent::Opened => {}
            LinkEvent::Lost(_) => return None,
        }
    }
    None
}

/// A search has its own bounds.
fn shorten(endpoint: &mut Endpoint) {
    match endpoint {
        Endpoint::Http { connect_within, answer_within, .. } => {
            *connect_within = CONNECT_WITHIN;
            *answer_within = (*answer_within).min(ANSWER_WITHIN);
        }
        Endpoint::Tcp { connect_within, .. } | Endpoint::WebSocket { connect_within, .. } => {
            *connect_within = CONNECT_WITHIN;
        }
    }
}
