//! The line at the bottom: each terminal's link, listener, journal, operator, clock, and that all of it is practice.

use iced::widget::{Row, container, row, text};
use iced::{Center, Element, Fill, Length};

use super::desk::{Desk, Message};
use super::scene::Scene;
use super::terminal_state::{link_key, link_sign};
use super::theme::{self, Colours, MONO, Pair};
use crate::terminal::{Session, TerminalView};

/// Of the whole line.
pub const HEIGHT: f32 = 34.0;
/// So many terminals have room for words beside their signs.
const NAMED_AT_MOST: usize = 3;
/// From this width on, more have.
const WIDE: f32 = 1_600.0;
const SIZE: f32 = theme::SMALL - 1.0;

pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let is_crowded = desk.terminals.len() > NAMED_AT_MOST && scene.room.width < WIDE;
    let links = desk.terminals.iter().map(|terminal| link(terminal, is_crowded, scene));
    let links = container(Row::with_children(links).spacing(14)).clip(true).width(Fill);
    let line = row![links]
        .push(listener(desk, scene))
        .push(journal(desk, scene))
        .push(desk.operator().map(|name| plain("☺", name.to_owned())))
        .push(desk.trains().then(|| band(scene.text("window-training-short"), |colours| colours.training)))
        .push(text(scene.time()).font(MONO).size(SIZE))
        .spacing(14)
        .align_y(Center);
    container(line).padding([0, 12]).center_y(Length::Fixed(HEIGHT)).width(Fill).style(theme::sheet).into()
}

/// Those behind which a cloud stands say it in red when it cannot reach them.
fn link<'a>(terminal: &TerminalView, is_crowded: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let name = scene.terminal(&terminal.name, terminal.training);
    let is_there = matches!(terminal.session, Some(Session::Ready(_)));
    // Only whether it is there: what it does stands above the counter, and is not the same.
    let key = if is_there && terminal.face.is_none() { "window-link-connected" } else { link_key(terminal) };
    let words = if is_crowded { name } else { format!("{name}: {}", scene.text(key)) };
    match (&terminal.face, is_there) {
        (Some(_), false) => band(format!("✘ {words}"), |colours| colours.declined),
        _ => plain(link_sign(terminal), words),
    }
}

fn listener<'a>(desk: &Desk, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let lost = desk.terminals.iter().any(|terminal| terminal.no_listener.is_some());
    lost.then(|| marked("✘", scene.text("window-status-no-listener")))
}

/// Outcomes that are not on disk are the one thing about the journal that cannot wait.
fn journal<'a>(desk: &Desk, scene: Scene<'a>) -> Element<'a, Message> {
    if desk.terminals.iter().any(|terminal| terminal.unsaved) {
        return marked("✘", scene.text("window-status-journal-waits"));
    }
    plain("✔", scene.text("window-status-journal"))
}

fn plain<'a>(sign: &'static str, words: String) -> Element<'a, Message> {
    let words = text(words).size(SIZE).wrapping(text::Wrapping::None);
    row![text(sign).font(MONO).size(SIZE), words].spacing(5).align_y(Center).into()
}

fn marked<'a>(sign: &'static str, words: String) -> Element<'a, Message> {
    container(plain(sign, words)).padding([2, 8]).style(theme::band(|colours| colours.declined)).into()
}

fn band<'a>(words: String, colour: fn(&Colours) -> Pair) -> Element<'a, Message> {
    let words = text(words).size(SIZE).wrapping(text::Wrapping::None);
    container(words).padding([2, 8]).style(theme::band(colour)).into()
}
