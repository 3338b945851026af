//! What a terminal's turn leaves in the log: what became durable, what was told, how the line stands. Never an amount, a
//! message's body or a customer's words; the terminal's name and the payment's stand in the span around it.

use tracing::{debug, info, warn};

use super::view::{Signal, TerminalView};
use crate::domain::outcome::Explanation;
use crate::domain::{Outcome, PaymentEvent, PaymentId, Verdict};
use crate::journal::{Contradiction, Entry};
use crate::protocols::driver::Session;

/// Remembers what was said, so that nothing is said twice.
#[derive(Debug, Default)]
pub struct Noted {
    session: Option<Session>,
    no_listener: Option<String>,
}

/// What of an entry is worth a line once it is durable.
#[derive(Debug)]
pub enum Durable {
    Event(PaymentId, PaymentEvent, Option<Box<Outcome>>),
    Reference(PaymentId),
    TakenAtTable,
    Message { payment: Option<PaymentId>, channel: String, sent: bool, bytes: usize },
}

impl Noted {
    /// Taken before the entries are handed to the journal.
    pub fn of(entries: &[Entry]) -> Vec<Durable> {
        let durable = |entry: &Entry| match entry {
            Entry::Payment { id, event, outcome, .. } => {
                Some(Durable::Event(id.clone(), *event, outcome.clone().map(Box::new)))
            }
            Entry::Reference { id, .. } => Some(Durable::Reference(id.clone())),
            Entry::TakenAtTable { .. } => Some(Durable::TakenAtTable),
            Entry::Message { payment, channel, sent, body, .. } => Some(Durable::Message {
                payment: payment.clone(),
                channel: channel.clone(),
                sent: *sent,
                bytes: body.len(),
            }),
            Entry::Receipt { .. } | Entry::Memory { .. } | Entry::Note { .. } => None,
        };
        entries.iter().filter_map(durable).collect()
    }

    /// Told when they are durable.
    pub fn entries(durable: &[Durable]) {
        for entry in durable {
            match entry {
                Durable::Event(payment, event, None) => {
                    info!(%payment, ?event, "recorded of the payment");
                }
                Durable::Event(payment, event, Some(outcome)) => ended(payment, *event, outcome),
                Durable::Reference(payment) => debug!(%payment, "the terminal's number for the payment is recorded"),
                Durable::TakenAtTable => info!("what was taken at a table is recorded"),
                Durable::Message { payment, channel, sent, bytes } => {
                    let payment = payment.as_ref().map_or("", PaymentId::as_str);
                    let way = if *sent { "sent" } else { "received" };
                    debug!(payment, channel, bytes, "message {way}");
                }
            }
        }
    }

    pub fn contradiction(contradiction: &Contradiction) {
        warn!(
            payment = %contradiction.payment,
            state = ?contradiction.state,
            event = ?contradiction.event,
            "the terminal contradicts the journal"
        );
    }

    /// What was told in this turn, and what has changed about the line.
    pub fn turn(&mut self, signals: &[Signal], view: &TerminalView) {
        signals.iter().for_each(told);
        if view.session != self.session {
            self.session.clone_from(&view.session);
            view.session.iter().for_each(session);
        }
        if view.no_listener != self.no_listener {
            self.no_listener.clone_from(&view.no_listener);
            match &view.no_listener {
                Some(cause) => warn!(cause, "the till cannot listen for the terminal"),
                None => info!("the till listens for the terminal"),
            }
        }
    }
}

fn ended(payment: &PaymentId, event: PaymentEvent, outcome: &Outcome) {
    let (verdict, why) = (outcome.verdict.word(), outcome.explanation.as_ref());
    let (why, words) = key_and_words(why);
    if outcome.verdict == Verdict::InDoubt {
        warn!(%payment, ?event, verdict, why, words, "the payment is in doubt");
    } else {
        info!(%payment, ?event, verdict, why, words, "the payment has ended");
    }
}

fn told(signal: &Signal) {
    match signal {
        Signal::Started { payment, operation, origin, .. } => {
            let outside = origin.is_some();
            info!(%payment, operation = operation.word(), outside, "the payment is recorded and starts");
        }
        Signal::Seeking { payment, explanation } => {
            let (why, words) = key_and_words(Some(explanation));
            warn!(%payment, why, words, "the answer may be lost: the terminal is asked");
        }
        Signal::Question { payment, question } => info!(%payment, kind = ?question.kind, "the terminal asks"),
        Signal::QuestionClosed { payment } => debug!(%payment, "the question is closed"),
        Signal::DayEnd(end) => info!(report = end.report.word(), verdict = ?end.verdict, "the terminal's day"),
        Signal::Notice(notice) => {
            let (why, words) = key_and_words(Some(notice));
            warn!(why, words, "notice");
        }
        Signal::Scanned(Err(why)) | Signal::Prompted(Err(why)) => {
            let (why, words) = key_and_words(Some(why));
            info!(why, words, "an errand came to nothing");
        }
        // The journal's entry has said it, or it is the customer's business, or the picture's.
        Signal::Outcome { .. }
        | Signal::Session(_)
        | Signal::Display { .. }
        | Signal::Reference { .. }
        | Signal::Receipt { .. }
        | Signal::Scanned(Ok(_))
        | Signal::Prompted(Ok(())) => {}
    }
}

fn session(session: &Session) {
    match session {
        Session::Connecting => debug!("connecting"),
        Session::Ready(device) => info!(device = device.join(", "), "ready"),
        Session::Maintenance => info!("logged out"),
        Session::Offline(why) => {
            let (why, words) = key_and_words(Some(why));
            warn!(why, words, "offline");
        }
        Session::Refused(why) => {
            let (why, words) = key_and_words(Some(why));
            warn!(why, words, "refused");
        }
    }
}

fn key_and_words(why: Option<&Explanation>) -> (&str, &str) {
    let words = why.and_then(|why| why.detail.as_deref()).unwrap_or_default();
    (why.map_or("", |why| why.key.as_str()), words)
}
