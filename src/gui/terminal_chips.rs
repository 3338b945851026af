//! The terminals above the counter: each chosen by one touch or key, with what it is doing in sight.

use iced::alignment::Horizontal;
use iced::widget::{Row, container, row, text};
use iced::{Center, Element, Fill, Length};

use super::bill_routes::serves_tables;
use super::closing_day;
use super::desk::{Desk, Message};
use super::keys::Press;
use super::scene::Scene;
use super::screens::till_face;
use super::terminal_state::state_of;
use super::theme::{self, GAP, MONO, Role};
use super::widgets::fitted::fitted;
use super::widgets::focusable_button::{FocusableButton, action};
use super::widgets::verdict_band::{moved, sign_of};
use crate::domain::PaymentRecord;
use crate::terminal::TerminalView;

/// The width of the button that closes the day.
const CLOSE_DAY: f32 = 150.0;
/// The width of the last payment's outcome.
const LAST: f32 = 304.0;

/// A chip that is narrower has no room for key and name in one line.
const NARROW: f32 = 120.0;
/// About the width of a letter of a name.
const LETTER: f32 = 8.5;

pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let terminals = desk.terminals.iter().enumerate().filter(|(_, terminal)| !serves_tables(terminal));
    let terminals = terminals.map(|(place, terminal)| chip(desk, place, terminal, scene));
    row![Row::with_children(terminals).spacing(GAP).width(Fill)]
        .push(last_payment(desk, scene))
        .push(close_day(desk, scene))
        .spacing(GAP)
        .padding(if scene.is_low() { [4, 16] } else { [8, 16] })
        .align_y(Center)
        .into()
}

/// What became of the last payment, until the next one is on the counter: who turns round to the customer still reads it.
fn last_payment<'a>(desk: &Desk, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let last = last_shown(desk)?;
    let verdict = last.verdict();
    let taken = last.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let operation = last.request.operation;
    let amount = scene.amount(operation, moved(verdict, operation, taken.unwrap_or(last.request.amount)));
    let small = |words: String| text(words).size(theme::SMALL - 1.0).wrapping(text::Wrapping::None);
    let card = last.outcome.as_ref().and_then(|outcome| outcome.card.as_ref()).map(|card| scene.texts.card(card));
    let key = small(scene.shortcut(Press::Control('p')));
    // A decision's name may be long: it pushes no amount off.
    let became = fitted(scene.became(last), theme::SMALL - 1.0).across(Horizontal::Left).on_one_line();
    let sign = text(sign_of(verdict, operation)).font(MONO).size(theme::SMALL);
    let became = row![sign, container(became).width(Fill), small(amount)].spacing(8).align_y(Center);
    let became = container(became).padding([0, 6]).style(theme::band(theme::outcome_colours(verdict, operation)));
    let above = row![became.width(Fill), key];
    let below = row![small(scene.short(last.at)), container(small(card.unwrap_or_default())).clip(true).width(Fill)];
    let words = iced::widget::column![above.spacing(8).align_y(Center), below.spacing(8)];
    let words = container(words).clip(true).center_y(Fill);
    let button = FocusableButton::new("last-payment", words, Role::Bare, Some(Message::ReprintPressed));
    Some(button.width(Length::Fixed(LAST)).height(54).into())
}

fn last_shown(desk: &Desk) -> Option<&PaymentRecord> {
    desk.recent.first().filter(|_| desk.payment_shown().is_none())
}

/// For terminals that tell of their day.
fn close_day<'a>(desk: &Desk, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    if desk.reports().is_empty() {
        return None;
    }
    let message = desk.ready().then_some(Message::Day(closing_day::Message::Pressed));
    let button = action("close-day", scene.text(closing_day::label(desk.reports())), Role::Plain, message);
    Some(button.width(Length::Fixed(CLOSE_DAY)).into())
}

/// A terminal: its name, its key, and what it is doing.
fn chip<'a>(desk: &Desk, place: usize, terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let width = chip_width(desk, scene);
    let name = scene.terminal(&terminal.name, terminal.training);
    let is_narrow = width < NARROW;
    let name = if is_narrow { short_name(&name, ((width - 24.0) / LETTER) as usize) } else { name };
    let name = container(text(name).size(theme::SMALL + 1.0).wrapping(text::Wrapping::None)).clip(true).width(Fill);
    let key = desk.key_of_terminal(place).map(|number| scene.shortcut(Press::Function(number)));
    let key = key.map(|key| text(key).size(theme::SMALL - 3.0));
    // Where many share the room the name has its line for itself: it is what one is told from another by.
    let state = chip_state(terminal, scene);
    let words = match is_narrow {
        true => iced::widget::column![name, row![].push(key).push(state).spacing(4).align_y(Center)],
        false => iced::widget::column![row![name].push(key).spacing(4).align_y(Center), state],
    };
    let role = if place == desk.chosen { Role::Chosen } else { Role::Plain };
    let message = Some(Message::TerminalChosen(place));
    let words = container(words).clip(true);
    FocusableButton::new(format!("terminal-{}", terminal.name), words, role, message)
        .width(Length::Fixed(width))
        .height(54)
        .into()
}

/// Beginning and end: names of one shop often differ in their ends only.
fn short_name(name: &str, letters: usize) -> String {
    let all: Vec<char> = name.chars().collect();
    if all.len() <= letters || letters < 5 {
        return name.to_owned();
    }
    let end = (letters - 1) / 2;
    let begin = all[..letters - 1 - end].iter();
    begin.chain(&['…']).chain(&all[all.len() - end..]).collect()
}

/// Where the till is the terminal, in colour too: nobody sits there to read it.
fn chip_state<'a>(terminal: &TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let line = |sign: &'static str, key: &str| {
        let words = text(scene.text(key)).size(theme::SMALL - 1.0).wrapping(text::Wrapping::None);
        row![text(sign).font(MONO).size(theme::SMALL - 1.0), words].spacing(6)
    };
    if terminal.face.is_none() {
        let (sign, key) = state_of(terminal);
        return line(sign, key).into();
    }
    let (sign, key, colour) = till_face::state(terminal.session.as_ref());
    container(line(sign, key)).padding([0, 6]).style(theme::band(colour)).into()
}

/// Many terminals share the room: a name cut short can still be hit, one off the edge cannot.
fn chip_width(desk: &Desk, scene: Scene<'_>) -> f32 {
    let close_day = if desk.reports().is_empty() { 0.0 } else { CLOSE_DAY + GAP };
    let beside = close_day + if last_shown(desk).is_some() { LAST + GAP } else { 0.0 };
    let chips = desk.terminals.iter().filter(|terminal| !serves_tables(terminal)).count();
    ((scene.room.width - 32.0 - beside) / chips.max(1) as f32 - GAP).clamp(theme::TOUCH, 220.0)
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn names_that_differ_in_their_ends_are_told_apart_when_they_are_short() {
        assert_eq!(short_name("Front", 8), "Front");
        assert_eq!(short_name("Front desk 1", 8), "Fron…k 1");
        assert_eq!(short_name("Front desk 2", 8), "Fron…k 2");
        assert_eq!(short_name("Füße am Tisch 3", 7), "Füß…h 3");
    }
}
