//! One event as one line: time, level, part, payment, terminal, what happened, and with what.

use std::fmt::{self, Write};

use jiff::Zoned;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::writer::LogWriter;
use crate::domain::card::mask_card_numbers;

/// In characters; whoever says more is cut short.
const LINE_AT_MOST: usize = 4_096;
/// What stands in place of a payment or terminal that has no part in it.
const NOBODY: &str = "-";

/// Hands every event over as a line. Waits for nothing.
pub struct LogLines {
    writer: LogWriter,
}

impl LogLines {
    pub fn new(writer: LogWriter) -> LogLines {
        LogLines { writer }
    }
}

/// Whose doing an event is, as a span or the event itself says.
#[derive(Debug, Clone, Default)]
struct About {
    payment: Option<String>,
    terminal: Option<String>,
}

#[derive(Default)]
struct Told {
    about: About,
    message: String,
    fields: String,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut told = Told::default();
        attributes.record(&mut told);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(told.about);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(about) = span.extensions().get::<About>() {
                told.about.payment = told.about.payment.take().or_else(|| about.payment.clone());
                told.about.terminal = told.about.terminal.take().or_else(|| about.terminal.clone());
            }
        }
        let metadata = event.metadata();
        let part = metadata.target().split("::").nth(1).unwrap_or(metadata.target());
        self.writer.hand_over(compose(&Zoned::now(), metadata.level().as_str(), part, &told));
    }
}

impl Told {
    fn take(&mut self, name: &str, value: &str) {
        match name {
            "message" => self.message.push_str(value),
            "payment" => self.about.payment = Some(value.to_owned()),
            "terminal" => self.about.terminal = Some(value.to_owned()),
            name if value.is_empty() || value.contains([' ', '=', '"']) => {
                let _ = write!(self.fields, " {name}={value:?}");
            }
            name => {
                let _ = write!(self.fields, " {name}={value}");
            }
        }
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), &format!("{value:?}"));
    }
}

/// For lines that come from no event.
pub(super) fn plain(at: &Zoned, level: &str, part: &str, message: &str) -> String {
    compose(at, level, part, &Told { message: message.to_owned(), ..Told::default() })
}

/// Without the new line at its end, and without any inside: nobody outside makes a line of their own.
fn compose(at: &Zoned, level: &str, part: &str, told: &Told) -> String {
    let word = |name: &Option<String>| {
        name.as_deref().filter(|name| !name.is_empty()).map_or_else(|| NOBODY.to_owned(), |name| name.replace(' ', "_"))
    };
    let line = format!(
        "{} {level:<5} {part} {} {}: {}{}",
        at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"),
        word(&told.about.payment),
        word(&told.about.terminal),
        told.message,
        told.fields,
    );
    let mut safe = String::with_capacity(line.len());
    for letter in mask_card_numbers(&line).chars().take(LINE_AT_MOST) {
        match letter {
            letter if letter.is_control() => safe.extend(letter.escape_default()),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn composed(message: &str, fields: &[(&str, &str)]) -> String {
        let at: Zoned = "2026-11-22T14:32:13.5+01:00[+01:00]".parse().unwrap();
        let mut told = Told::default();
        told.take("message", message);
        fields.iter().for_each(|(name, value)| told.take(name, value));
        compose(&at, "INFO", "terminal", &told)
    }

    #[test]
    fn a_line_says_when_who_and_what() {
        let line = composed("outcome", &[("payment", "K7M2-42"), ("terminal", "front desk"), ("verdict", "approved")]);
        assert_eq!(line, "2026-11-22T14:32:13.500+01:00 INFO  terminal K7M2-42 front_desk: outcome verdict=approved");
        assert!(composed("started", &[("of", "a b")]).ends_with(" terminal - -: started of=\"a b\""));
    }

    #[test]
    fn nobody_outside_makes_a_line_of_their_own_or_writes_a_card_number() {
        let line = composed("said\n2026-11-22 forged", &[("words", "4111 1111 1111 1111\r\n")]);
        assert_eq!(line.lines().count(), 1);
        assert!(line.contains("said\\n2026") && line.contains("**** **** **** 1111"), "{line}");
        assert!(composed(&"x".repeat(100_000), &[]).chars().count() <= LINE_AT_MOST);
    }
}
