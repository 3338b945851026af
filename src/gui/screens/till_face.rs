//! The till as a terminal of a POS in the cloud: whether it is there, and the number by which support asks for it. Nothing
//! is paid here.

use iced::widget::{Column, container, row, text};
use iced::{Center, Element, Fill};

use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, Colours, GAP, MONO, Pair, Role};
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::action;
use crate::terminal::{Session, TerminalFace, TerminalView};

#[derive(Debug, Clone)]
pub enum Message {
    ConnectPressed,
}

/// Sign, Fluent id and colours of one of the two states there are (reference 2.7 of eConduit).
pub fn state(session: Option<&Session>) -> (&'static str, &'static str, fn(&Colours) -> Pair) {
    match session {
        Some(Session::Ready(_)) => ("●", "window-pos-online", |colours| colours.approved),
        _ => ("✘", "window-pos-offline", |colours| colours.declined),
    }
}

/// The whole screen.
pub fn view<'a>(terminal: &TerminalView, face: &TerminalFace, scene: Scene<'a>) -> Element<'a, Message> {
    let (sign, key, colour) = state(terminal.session.as_ref());
    let largest = if scene.is_low() { 64.0 } else { 92.0 * scene.scale() };
    let width = scene.room.width - 120.0;
    let connect = can_connect(terminal).then(|| {
        action("connect-again", scene.text("window-connect"), Role::Bare, Some(Message::ConnectPressed))
            .height(64)
            .width(220)
    });
    let sign = text(sign).font(MONO).size(largest * 0.7);
    let word = text(scene.text(key)).size(largest).width(Fill);
    let band = container(row![sign, word].push(connect).spacing(GAP).align_y(Center)).padding([14, 24]).width(Fill);
    let number = text(face.number.clone()).font(MONO).size(fit(&face.number, width, largest));
    let through = scene.texts.with("window-face-through", &[("terminal", &face.through)]);
    let card = Column::new()
        .push(text(scene.text("window-face-number")).size(theme::LARGE).style(theme::quiet))
        .push(number)
        .push(cause(terminal, scene).map(|words| fitted(words, theme::LARGE)))
        .push(fitted(through, theme::BODY).style(theme::quiet))
        .spacing(if scene.is_low() { GAP } else { GAP * 2.0 })
        .align_x(Center)
        .width(Fill);
    let card = container(card).padding(if scene.is_low() { 12 } else { 28 }).center(Fill).style(theme::sheet);
    let card = container(card).padding(16).height(Fill);
    Column::new().push(band.style(theme::band(colour))).push(card).height(Fill).into()
}

/// Why it is not online.
fn cause(terminal: &TerminalView, scene: Scene<'_>) -> Option<String> {
    match terminal.session.as_ref() {
        Some(Session::Ready(_)) => None,
        Some(Session::Offline(why) | Session::Refused(why)) => Some(scene.explain(why)),
        Some(Session::Connecting) => Some(scene.text("window-state-connecting")),
        Some(Session::Maintenance) => Some(scene.text("window-state-maintenance")),
        None => Some(scene.text("window-state-not-yet")),
    }
}

fn can_connect(terminal: &TerminalView) -> bool {
    !matches!(terminal.session, Some(Session::Ready(_) | Session::Connecting))
}
