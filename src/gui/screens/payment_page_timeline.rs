//! What happened to a payment, event by event, in words. Texts come by the event's kind; a kind nobody has words for is shown as
//! it was written.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Element, Fill};
use serde_json::Value;

use super::payment_page::{Dossier, Message};
use crate::domain::outcome::Explanation;
use crate::domain::{Answer, Decision, Display, Outcome, PaymentRecord, Question, Receipt};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO};
use crate::gui::widgets::receipt_paper::copy_key;
use crate::journal::JournalEvent;

/// Room for a time with its day, in pixels.
const TIME: f32 = 230.0;
/// Events built at most, the newest: a terminal may show thousands of texts.
const SHOWN: usize = 300;

pub fn view<'a>(record: &'a PaymentRecord, dossier: Option<&'a Dossier>, scene: Scene<'a>) -> Element<'a, Message> {
    let Some(dossier) = dossier else { return text(scene.text("window-page-reading")).size(theme::LARGE).into() };
    let hidden = dossier.events.len().saturating_sub(SHOWN);
    let lines = dossier.events[hidden..].iter().map(|event| line(event, record, scene));
    let lines = Column::new()
        .push((hidden > 0).then(|| {
            text(scene.texts.with("window-events-left-out", &[("number", &hidden.to_string())])).size(theme::BODY)
        }))
        .extend(lines)
        .spacing(6)
        .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    scrollable(lines).style(theme::scroll).height(Fill).width(Fill).into()
}

fn line<'a>(event: &JournalEvent, record: &PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let time = text(scene.to_the_second(event.at, record.at)).font(MONO).size(theme::SMALL);
    let forbidden = event.forbidden.then(|| text(scene.text("window-event-forbidden")).size(theme::SMALL));
    let details = details(event, scene)
        .into_iter()
        .map(|words| Element::from(text(words).size(theme::SMALL).style(theme::quiet)));
    let words = column![text(name(event, scene)).size(theme::BODY)].push(forbidden).extend(details).width(Fill);
    row![container(time).width(TIME).padding([3, 0]), words].spacing(GAP).into()
}

/// What happened, as one sentence.
pub fn name(event: &JournalEvent, scene: Scene<'_>) -> String {
    let key = format!("window-event-{}", event.kind.replace('_', "-"));
    if scene.texts.has(&key) {
        scene.text(&key)
    } else {
        scene.texts.with("window-event-other", &[("kind", &event.kind)])
    }
}

/// What was said with it, and by whom.
fn details(event: &JournalEvent, scene: Scene<'_>) -> Vec<String> {
    let body = &event.body;
    match event.kind.as_str() {
        "recorded" => recorded(&body["request"], scene),
        "display" => read::<Display>(body).map(|display| scene.texts.display(&display)).into_iter().collect(),
        "question" => read::<Question>(body).map(|question| question.text).into_iter().collect(),
        "receipt" => read::<Receipt>(body).map(|receipt| scene.text(copy_key(receipt.copy))).into_iter().collect(),
        "answer" => read::<Answer>(body).map(|answer| scene.text(answer_key(answer))).into_iter().collect(),
        // The driver's own words for what it asks by; support knows them.
        "reference" => vec![body.to_string()],
        _ => match read::<Explanation>(body) {
            Some(explanation) => vec![scene.texts.explain(&explanation)],
            None => life(body, scene),
        },
    }
}

fn answer_key(answer: Answer) -> &'static str {
    match answer {
        Answer::Accept => "window-answer-accept",
        Answer::Reject => "window-answer-reject",
    }
}

fn recorded(request: &Value, scene: Scene<'_>) -> Vec<String> {
    let by = request["operator"].as_str();
    by.map(|by| scene.texts.with("window-event-by", &[("operator", by)])).into_iter().collect()
}

/// An outcome, and a person's decision.
fn life(body: &Value, scene: Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(outcome) = read::<Outcome>(&body["outcome"]) {
        lines.extend(outcome.taken.map(|taken| scene.texts.money(taken.total)));
        lines.extend(outcome.card.as_ref().map(|card| scene.texts.card(card)));
        lines.extend(outcome.explanation.as_ref().map(|explanation| scene.texts.explain(explanation)));
    }
    if let Some(decision) = read::<Decision>(&body["decision"]) {
        lines.push(scene.texts.with("window-event-by", &[("operator", &decision.by)]));
        lines.push(decision.reason);
    }
    lines
}

fn read<T: serde::de::DeserializeOwned>(body: &Value) -> Option<T> {
    T::deserialize(body).ok()
}
