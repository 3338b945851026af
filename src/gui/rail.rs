//! The row of places at the side, with what waits there.

use iced::alignment::Horizontal;
use iced::widget::{Column, column, container, row, text};
use iced::{Center, Element, Fill};

use super::desk::{Desk, Message};
use super::keys::Press;
use super::places::{Badge, Place};
use super::print_desk;
use super::scene::Scene;
use super::signing_in;
use super::theme::{self, Colours, MONO, Pair, Role};
use super::widgets::fitted::fitted;
use super::widgets::focusable_button::FocusableButton;

/// So wide that the longest name of a place fits in every language.
pub const WIDTH: f32 = 124.0;
/// Places that nobody can hit by mistake for their neighbours.
const BETWEEN: f32 = 8.0;

pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let height = if scene.is_low() { 56.0 } else { 72.0 };
    let places = Place::RAIL.into_iter().map(|place| button(desk, place, height, scene));
    let places = Column::with_children(places).push(sign_out(desk, scene)).push(print(desk, scene)).spacing(BETWEEN);
    container(places).padding([8, 8]).width(WIDTH).height(Fill).into()
}

/// Whoever is signed in, and the way out. Under the places, where no other button is next to it but one.
fn sign_out<'a>(desk: &'a Desk, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let name = desk.operator()?;
    let name = fitted(format!("☺ {name}"), theme::SMALL).across(Horizontal::Left).on_one_line();
    let key = scene.with_key("window-sign-out", Press::Control('l'));
    let words = column![name, fitted(key, theme::SMALL - 2.0).across(Horizontal::Left)].spacing(2);
    let message = Some(Message::Signing(signing_in::Message::SignOutPressed));
    let words = container(words).center_y(Fill).clip(true);
    Some(FocusableButton::new("sign-out", words, Role::Bare, message).width(Fill).height(56).into())
}

/// Where paper is on the screen, and a printer is set up.
fn print<'a>(desk: &'a Desk, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let words = fitted(scene.with_key("window-print", Press::Control('p')), theme::SMALL).across(Horizontal::Left);
    let message = Some(Message::Print(print_desk::Message::PrintPressed));
    let words = container(words).center_y(Fill).clip(true);
    desk.can_print().then(|| FocusableButton::new("print", words, Role::Plain, message).width(Fill).height(48).into())
}

fn button<'a>(desk: &Desk, place: Place, height: f32, scene: Scene<'a>) -> Element<'a, Message> {
    let here = desk.place.is_under(place);
    let role = if here { Role::Chosen } else { Role::Plain };
    let sign = text(place.sign()).font(MONO).size(theme::BODY);
    let badge = desk.badge(place).filter(|_| !here || place == Place::Unresolved).map(|badge| badge_view(badge, place));
    let hint = fitted(scene.shortcut(place.press()), theme::SMALL - 3.0).across(Horizontal::Right).on_one_line();
    let top = row![sign].push(badge).push(hint).spacing(4).align_y(Center);
    let name = fitted(scene.text(place.key()), theme::SMALL).across(Horizontal::Left);
    let words = column![top, name].spacing(2);
    let message = Some(Message::PlacePressed(place));
    let words = container(words).center_y(Fill).clip(true);
    FocusableButton::new(place.id(), words, role, message).width(Fill).height(height).into()
}

/// A number on a ground of its own, or a sign that something runs.
fn badge_view<'a>(badge: Badge, place: Place) -> Element<'a, Message> {
    let words = match badge {
        Badge::Number(number @ ..=99) => number.to_string(),
        Badge::Number(_) => "99+".to_owned(),
        Badge::Running => "▶".to_owned(),
    };
    let colour: fn(&Colours) -> Pair = match place {
        Place::Unresolved => |colours| colours.in_doubt,
        _ => |colours| colours.notice,
    };
    container(text(words).font(MONO).size(theme::SMALL - 2.0)).padding([0, 6]).style(theme::band(colour)).into()
}
