//! The settings without what is secret or unknown, who works at the till, and how long the price list is.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::till_facts::TillFacts;
use crate::protocols;
use crate::protocols::protocol::FieldKind;
use crate::settings::{KeptPrices, Places, Settings, TerminalSettings, load_operators};

/// JSON, or the text of what is wrong with the settings. Of what this program does not know only the names are told: nobody
/// can say what it holds.
pub(super) fn settings(facts: &TillFacts) -> String {
    match &facts.settings {
        Ok(settings) => format!("{:#}\n", known(settings)),
        Err(problem) => format!("{problem}\n"),
    }
}

fn known(settings: &Settings) -> Value {
    let terminals: Vec<Value> = settings.terminals.iter().map(terminal).collect();
    json!({
        "terminals": terminals,
        "default_terminal": settings.default_terminal,
        "language": settings.language,
        "training_currency": settings.training_currency,
        "window": window(settings),
        "left_out_as_unknown": settings.unknown_fields(),
    })
}

fn terminal(terminal: &TerminalSettings) -> Value {
    let protocol = protocols::find(&terminal.protocol);
    let mut fields = Map::new();
    let mut left_out = Vec::new();
    for (name, text) in terminal.fields.iter() {
        match protocol.and_then(|protocol| protocol.field(name)) {
            Some(field) if field.kind != FieldKind::Secret => {
                fields.insert(name.to_owned(), text.into());
            }
            _ => left_out.push(name),
        }
    }
    json!({
        "name": terminal.name,
        "protocol": terminal.protocol,
        "fields": fields,
        "left_out": left_out,
        "kept_elsewhere": terminal.secrets,
    })
}

/// Without what is not understood.
fn window(settings: &Settings) -> Value {
    let mut window = serde_json::to_value(&settings.window).unwrap_or_default();
    for path in settings.window.strangers() {
        let inside = path.split('.').collect::<Vec<_>>();
        let Some((last, way)) = inside.split_last() else { continue };
        let mut place = Some(&mut window);
        for step in way {
            place = place.and_then(|value| value.get_mut(step));
        }
        if let Some(object) = place.and_then(Value::as_object_mut) {
            object.remove(*last);
        }
    }
    window
}

/// Names and roles, never what a PIN is checked against.
pub(super) fn operators(places: &Places) -> String {
    match load_operators(&places.operators_file()) {
        Err(error) => format!("{error}\n"),
        Ok(book) if book.is_empty() => "nobody has to sign in\n".to_owned(),
        Ok(book) => {
            let mut text = format!("signed out after {} minutes\n", book.idle_minutes);
            for operator in book.iter() {
                let _ = writeln!(text, "{} ({:?})", operator.name, operator.role);
            }
            text
        }
    }
}

pub(super) fn prices(places: &Places) -> String {
    match KeptPrices::load(&places.prices_file()) {
        Err(error) => format!("{error}\n"),
        Ok(None) => "there is no price list\n".to_owned(),
        Ok(Some(kept)) => format!(
            "{} items in {}, imported {} from {}\n",
            kept.list.items().len(),
            kept.list.currency().code(),
            kept.imported_at,
            kept.source,
        ),
    }
}
