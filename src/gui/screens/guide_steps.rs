//! What stands on each step of the guided set-up.

use std::sync::Arc;

use iced::widget::{Row, column, row, text, text_input};
use iced::{Center, Element, Fill};

use super::guide::{Guide, Message, NAME, step};
use crate::domain::{Money, Verdict};
use crate::gui::scene::Scene;
use crate::gui::terminal_state::{link_key, link_sign};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::trial::{Subject, Trial, WayBack, amount_to_try};
use crate::gui::widgets::focusable_button::action;
use crate::settings::PrinterSettings;
use crate::terminal::TerminalView;
use crate::texts::Texts;

/// The currencies of the countries whose languages the window speaks, and of their neighbours.
const CURRENCIES: [&str; 8] = ["EUR", "GBP", "SEK", "NOK", "DKK", "CHF", "PLN", "USD"];
/// The id of its field.
const CODE: &str = "guide-code";
const CHOICE: f32 = 150.0;

pub fn language(scene: Scene<'_>) -> Element<'_, Message> {
    let choices = Texts::locales().map(|(tag, name)| {
        let role = if scene.texts.tag() == tag { Role::Chosen } else { Role::Plain };
        let id = format!("guide-language-{tag}");
        action(id, name.to_owned(), role, Some(Message::LanguageChosen(tag))).width(CHOICE * 1.4).into()
    });
    step(
        scene.text("window-guide-language-question"),
        scene.text("window-guide-language-words"),
        vec![wrapped(choices)],
    )
}

pub fn shop<'a>(guide: &'a Guide, scene: Scene<'a>) -> Element<'a, Message> {
    let name = field(NAME, &guide.name, Message::NameTyped);
    let choices = CURRENCIES.into_iter().map(|code| {
        let role = if guide.code == code { Role::Chosen } else { Role::Plain };
        let id = format!("guide-currency-{code}");
        action(id, code.to_owned(), role, Some(Message::CurrencyChosen(code))).width(CHOICE).into()
    });
    // Beside the field: below it would be out of sight in a low window.
    let wrong = guide.is_code_wrong().then(|| text(scene.text("window-guide-currency-wrong")).size(theme::BODY));
    let code =
        row![label("window-guide-currency-other", scene), field(CODE, &guide.code, Message::CodeTyped).width(CHOICE)]
            .push(wrong.map(|wrong| wrong.width(Fill).style(theme::wrong)));
    let currency = column![label("window-guide-currency", scene), wrapped(choices), code.spacing(GAP).align_y(Center)];
    step(
        scene.text("window-guide-shop-question"),
        scene.text("window-guide-shop-words"),
        vec![column![label("window-guide-name", scene), name].spacing(4).into(), currency.spacing(GAP).into()],
    )
}

pub fn printer<'a>(printers: &'a [PrinterSettings], scene: Scene<'a>) -> Element<'a, Message> {
    let mut rest: Vec<Element<'a, Message>> =
        printers.iter().map(|printer| text(format!("✔  {}", printer.name)).size(theme::BODY).into()).collect();
    let set_up = scene.text("window-guide-printer-set-up");
    let set_up =
        action("guide-set-up-printer", set_up, Role::Plain, Some(Message::PrintersPressed)).width(CHOICE * 2.0);
    let none = printers.is_empty().then(|| {
        let none = scene.text("window-guide-printer-none");
        action("guide-no-printer", none, Role::Plain, Some(Message::NextPressed)).width(CHOICE * 2.0)
    });
    rest.push(row![set_up].push(none).spacing(GAP).into());
    step(scene.text("window-guide-printer-question"), scene.text("window-guide-printer-words"), rest)
}

pub fn operators(operators: usize, scene: Scene<'_>) -> Element<'_, Message> {
    let so_far = match operators {
        0 => scene.text("window-guide-operators-none"),
        known => scene.texts.with_values("window-guide-operators-known", &[("number", known.into())]),
    };
    let manage = scene.text("window-guide-operators-add");
    let manage = action("guide-add-operator", manage, Role::Plain, Some(Message::OperatorsPressed)).width(CHOICE * 2.0);
    step(
        scene.text("window-guide-operators-question"),
        scene.text("window-guide-operators-words"),
        vec![text(so_far).size(theme::BODY).into(), manage.into()],
    )
}

pub fn terminal<'a>(terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
    let known = terminals.iter().filter(|terminal| !terminal.training);
    let mut rest: Vec<Element<'a, Message>> = known
        .map(|terminal| {
            let sign = text(link_sign(terminal)).font(theme::MONO).size(theme::BODY);
            let words = format!("{}: {}", terminal.name, scene.text(link_key(terminal)));
            row![sign, text(words).size(theme::BODY)].spacing(GAP).align_y(Center).into()
        })
        .collect();
    let add = scene.text("window-guide-terminal-add");
    let add = action("guide-add-terminal", add, Role::Plain, Some(Message::TerminalsPressed)).width(CHOICE * 2.0);
    rest.push(add.into());
    step(scene.text("window-guide-terminal-question"), scene.text("window-guide-terminal-words"), rest)
}

pub fn trial<'a>(trial: &Trial, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
    let mut rest: Vec<Element<'a, Message>> = Vec::new();
    rest.extend(so_far(trial, scene).map(|words| text(words).size(theme::LARGE).into()));
    if let Some(back) = give_back(trial, terminals, scene) {
        rest.push(back);
    } else {
        let can_try = terminals.iter().filter(|terminal| terminal.face.is_none() && !terminal.abilities.serves_tables);
        rest.extend(can_try.map(|terminal| one_to_try(terminal, trial, scene)));
    }
    step(scene.text("window-guide-trial-question"), scene.text("window-guide-trial-words"), rest)
}

/// What has come of it.
fn so_far(trial: &Trial, scene: Scene<'_>) -> Option<String> {
    let with = |key: &str, subject: &Subject, amount: Option<Money>| {
        let name = scene.terminal(&subject.terminal, subject.training);
        let amount = amount.map(|amount| scene.texts.money(amount)).unwrap_or_default();
        Some(scene.texts.with(key, &[("terminal", &name), ("amount", &amount)]))
    };
    match trial {
        Trial::NotTried => None,
        Trial::Asked(subject) | Trial::Paying { subject, .. } => with("window-guide-trial-running", subject, None),
        Trial::Taken { subject, taken, .. } if subject.training => {
            with("window-guide-trial-trained", subject, Some(*taken))
        }
        Trial::Taken { subject, taken, .. } => {
            let key = match subject.way_back {
                WayBack::Void => "window-guide-trial-taken",
                WayBack::Refund => "window-guide-trial-taken-refund",
                WayBack::None => "window-guide-trial-taken-for-good",
            };
            with(key, subject, Some(*taken))
        }
        Trial::GivingBack { subject, taken, .. } => with("window-guide-trial-giving-back", subject, Some(*taken)),
        Trial::GivenBack { subject, taken, .. } => with("window-guide-trial-given-back", subject, Some(*taken)),
        Trial::NotTaken { subject, verdict: Verdict::InDoubt, .. } => {
            with("window-guide-trial-in-doubt", subject, None)
        }
        Trial::NotTaken { subject, .. } => with("window-guide-trial-not-taken", subject, None),
    }
}

/// The button that gives a real amount back.
fn give_back<'a>(trial: &Trial, terminals: &[Arc<TerminalView>], scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let Trial::Taken { subject, taken, .. } = trial else { return None };
    let terminal = terminals.iter().find(|terminal| terminal.name == subject.terminal)?;
    if !trial.owes() {
        return None;
    }
    let words = scene.texts.with("window-guide-give-back", &[("amount", &scene.texts.money(*taken))]);
    let press = terminal.is_free().then_some(Message::GiveBackPressed);
    Some(action("guide-give-back", words, Role::Go, press).height(theme::TENDER).width(CHOICE * 3.0).into())
}

fn one_to_try<'a>(terminal: &'a TerminalView, trial: &Trial, scene: Scene<'a>) -> Element<'a, Message> {
    let amount = scene.texts.money(amount_to_try(terminal.abilities.currency));
    let name = scene.terminal(&terminal.name, terminal.training);
    let key = match (terminal.training, WayBack::of(terminal)) {
        (true, _) => "window-guide-try-training",
        (false, WayBack::None) => "window-guide-try-for-good",
        (false, _) => "window-guide-try",
    };
    let words = scene.texts.with(key, &[("terminal", &name), ("amount", &amount)]);
    let can = terminal.is_free() && !trial.is_under_way();
    let press = can.then(|| Message::TryPressed(terminal.name.clone()));
    let id = format!("guide-try-{}", terminal.name);
    action(id, words, Role::Plain, press).height(theme::TENDER).width(Fill).into()
}

fn label<'a>(key: &str, scene: Scene<'a>) -> Element<'a, Message> {
    text(scene.text(key)).size(theme::BODY).into()
}

fn field<'a>(id: &'static str, value: &str, typed: fn(String) -> Message) -> iced::widget::TextInput<'a, Message> {
    text_input("", value)
        .id(id)
        .on_input(typed)
        .on_submit(Message::NextPressed)
        .size(theme::BODY)
        .padding(13)
        .style(theme::field)
}

fn wrapped<'a>(choices: impl Iterator<Item = Element<'a, Message>>) -> Element<'a, Message> {
    Row::with_children(choices).spacing(GAP).wrap().vertical_spacing(GAP).into()
}
