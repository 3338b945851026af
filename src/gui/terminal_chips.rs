//! The terminals above the counter: each chosen by one touch or key, with what it is doing in sight.

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
use super::widgets::focusable_button::{FocusableButton, action};
use crate::terminal::TerminalView;

/// The width of the button that closes the day.
const CLOSE_DAY: f32 = 150.0;

pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let terminals = desk.terminals.iter().enumerate().filter(|(_, terminal)| !serves_tables(terminal));
    let terminals = terminals.map(|(place, terminal)| chip(desk, place, terminal, scene));
    row![Row::with_children(terminals).spacing(GAP).width(Fill)]
        .push(close_day(desk, scene))
        .spacing(GAP)
        .padding(if scene.is_low() { [4, 16] } else { [8, 16] })
        .align_y(Center)
        .into()
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
    let name = scene.terminal(&terminal.name, terminal.training);
    let name = container(text(name).size(theme::SMALL + 1.0).wrapping(text::Wrapping::None)).clip(true).width(Fill);
    let key = desk.key_of_terminal(place).map(|number| scene.shortcut(Press::Function(number)));
    let key = key.map(|key| text(key).size(theme::SMALL - 3.0));
    let words = iced::widget::column![row![name].push(key).spacing(4).align_y(Center), chip_state(terminal, scene)];
    let role = if place == desk.chosen { Role::Chosen } else { Role::Plain };
    let message = Some(Message::TerminalChosen(place));
    let words = container(words).clip(true);
    FocusableButton::new(format!("terminal-{}", terminal.name), words, role, message)
        .width(Length::Fixed(chip_width(desk, scene)))
        .height(54)
        .into()
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
    let beside = if desk.reports().is_empty() { 0.0 } else { CLOSE_DAY + GAP };
    let chips = desk.terminals.iter().filter(|terminal| !serves_tables(terminal)).count();
    ((scene.room.width - 32.0 - beside) / chips.max(1) as f32 - GAP).clamp(theme::TOUCH, 220.0)
}
