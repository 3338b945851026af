//! What stands around every screen: terminals and places on top, then whatever cannot wait.

use iced::widget::{Column, Row, container, row, text};
use iced::{Center, Element, Length};

use super::app;
use super::bill_frame::{bill_banners, counter, tables};
use super::bill_routes::serves_tables;
use super::closing_day;
use super::desk::{Desk, Message, Place};
use super::problem::Problem;
use super::scene::Scene;
use super::screens::till_face;
use super::theme::{self, GAP, MONO, Role};
use super::widgets::banner::{self, Remedy, banner};
use super::widgets::focusable_button::{FocusableButton, action};
use crate::domain::{DayReport, Operation};
use crate::terminal::{Errand, Session, Stage, TerminalView};

/// The width of the button that closes the day.
const CLOSE_DAY: f32 = 130.0;
/// Banners beside TRAINING; more would leave no room for the payment.
const BANNERS_AT_MOST: usize = 3;

/// The whole window while the till is open.
pub fn view<'a>(
    desk: &'a Desk,
    scheme_button: Element<'a, app::Message>,
    scene: Scene<'a>,
) -> Element<'a, app::Message> {
    let bill_trains = desk.bills.bill().is_some_and(|account| account.bill.training);
    let training = desk.terminal().is_some_and(|terminal| terminal.training) || bill_trains;
    let below = Column::new()
        .push(training.then(|| banner::training(scene.text("window-training"))))
        .extend(banners(desk, scene))
        .push(body(desk, scene))
        .height(Length::Fill);
    Column::new()
        .push(
            row![top(desk, scene).map(app::Message::Desk), scheme_button].spacing(GAP).padding([8, 16]).align_y(Center),
        )
        .push(Element::from(below).map(app::Message::Desk))
        .height(Length::Fill)
        .into()
}

fn body<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    match (desk.place, desk.terminal()) {
        (Place::History, _) => desk.history.view(&desk.terminals, scene).map(Message::History),
        (Place::Day, _) => desk.shop_day.view(&desk.terminals, scene).map(Message::ShopDay),
        (Place::Reports, _) => desk.kept.view(scene).map(Message::Reports),
        (Place::Unresolved, _) => desk.unresolved.view(&desk.terminals, scene).map(Message::Unresolved),
        (Place::Tables, _) => tables(desk, scene),
        (Place::Operators, _) => desk.signing.view_operators(scene).map(Message::Signing),
        (Place::Counter, None) => {
            iced::widget::center(text(scene.text("window-no-terminal")).size(theme::LARGE)).into()
        }
        (Place::Counter, Some(terminal)) => match (&terminal.face, desk.payment_shown()) {
            (Some(face), _) => till_face::view(terminal, face, scene).map(Message::TillFace),
            (None, Some(payment)) => {
                let bill = desk.bills.of_payment(&payment.id);
                let back_to_bill = bill.is_some_and(|account| account.bill.is_open());
                desk.payment.view(payment, terminal, desk.ready(), back_to_bill, scene).map(Message::Payment)
            }
            (None, None) => counter(desk, terminal, scene),
        },
    }
}

fn top<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let terminals = desk.terminals.iter().enumerate().filter(|(_, terminal)| !serves_tables(terminal));
    let terminals = terminals.map(|(place, terminal)| chip(desk, place, terminal, scene));
    let place = |id: &'static str, label: String, here: Place, message: Message| {
        let role = if desk.place == here { Role::Chosen } else { Role::Plain };
        action(id, label, role, Some(message)).width(Length::Shrink)
    };
    let in_doubt = match desk.in_doubt() {
        0 => None,
        number => {
            let label = scene.texts.with("window-to-unresolved", &[("number", &number.to_string())]);
            Some(place("to-unresolved", label, Place::Unresolved, Message::UnresolvedPressed))
        }
    };
    row![Row::with_children(terminals).spacing(GAP).width(Length::Fill)]
        .push(in_doubt)
        .push(close_day(desk, scene))
        .push(place("to-tables", scene.text("window-to-tables"), Place::Tables, Message::TablesPressed))
        .push(place("to-history", scene.text("window-to-history"), Place::History, Message::HistoryPressed))
        .spacing(GAP)
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

/// A terminal: its name, what it is doing, and a sign that can be told apart without colour.
fn chip<'a>(desk: &Desk, place: usize, terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let name = scene.terminal(&terminal.name, terminal.training);
    let name = text(name).size(theme::SMALL + 1.0).wrapping(text::Wrapping::None);
    let words = iced::widget::column![name, chip_state(terminal, scene)];
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
        row![text(sign).font(MONO).size(theme::SMALL - 1.0), text(scene.text(key)).size(theme::SMALL - 1.0)].spacing(6)
    };
    if terminal.face.is_none() {
        let (sign, key) = state_of(terminal);
        return line(sign, key).into();
    }
    let (sign, key, colour) = till_face::state(terminal.session.as_ref());
    container(line(sign, key)).padding([0, 6]).style(theme::band(colour)).into()
}

/// Many terminals share the room beside the places: a name cut short can still be hit, one off the edge cannot.
fn chip_width(desk: &Desk, scene: Scene<'_>) -> f32 {
    const PLACES: f32 = 550.0;
    let places = if desk.reports().is_empty() { PLACES } else { PLACES + CLOSE_DAY + GAP };
    let chips = desk.terminals.iter().filter(|terminal| !serves_tables(terminal)).count();
    ((scene.room.width - places) / chips.max(1) as f32 - GAP).clamp(theme::TOUCH, 200.0)
}

fn state_of(terminal: &TerminalView) -> (&'static str, &'static str) {
    let stage = terminal.payment.as_ref().map(|payment| &payment.stage);
    match (stage, &terminal.session) {
        (Some(Stage::Starting | Stage::AtTerminal), _) => ("▶", "window-state-paying"),
        (Some(Stage::Seeking(_)), _) => ("?", "window-state-seeking"),
        _ if terminal.errand.is_some() => ("▶", errand_key(terminal.errand)),
        _ if !terminal.unresolved.is_empty() => ("?", "window-state-in-doubt"),
        (_, None) => ("○", "window-state-not-yet"),
        (_, Some(Session::Connecting)) => ("○", "window-state-connecting"),
        (_, Some(Session::Ready(_))) => ("●", "window-state-ready"),
        (_, Some(Session::Offline(_))) => ("✘", "window-state-offline"),
        (_, Some(Session::Maintenance)) => ("–", "window-state-maintenance"),
        (_, Some(Session::Refused(_))) => ("✘", "window-state-refused"),
    }
}

fn errand_key(errand: Option<Errand>) -> &'static str {
    match errand {
        Some(Errand::EndDay(DayReport::EndOfDay)) => "window-state-closing-day",
        Some(Errand::EndDay(_)) => "window-state-reporting",
        Some(Errand::Prompt(_)) => "window-state-prompting",
        Some(Errand::Scan) | None => "window-state-scanning",
    }
}

/// The most urgent first.
fn banners<'a>(desk: &'a Desk, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
    let mut all = Vec::new();
    all.extend(desk.leaving.then(|| leaving(scene)));
    if let Some(terminal) = desk.terminal() {
        all.extend(
            terminal.unsaved.then(|| banner(|colours| colours.declined, "⚠", scene.text("window-unsaved"), None)),
        );
        all.extend(terminal.no_listener.as_ref().map(|problem| {
            let words = scene.texts.with("refusal-no-listener", &[("problem", problem)]);
            banner(|colours| colours.declined, "⚠", words, None)
        }));
    }
    all.extend(desk.day.banners(desk.reports(), scene).map(|banner| banner.map(Message::Day)));
    all.extend(desk.problem.as_ref().map(|problem| problem_banner(problem, true, scene)));
    all.extend(bill_banners(desk, scene));
    if let Some(terminal) = desk.terminal() {
        all.extend(blocked(desk, terminal, scene));
        all.extend(session(terminal, scene));
    }
    all.extend(desk.notice().map(|notice| {
        let remedy = Remedy { id: "notice-read", label: scene.text("window-ok"), message: Message::NoticesRead };
        banner(|colours| colours.notice, "i", scene.texts.explain(notice), Some(remedy))
    }));
    all.extend(desk.broken.iter().map(|problem| problem_banner(problem, false, scene)));
    all.truncate(BANNERS_AT_MOST);
    all
}

fn leaving<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let words = text(scene.text("window-leave-running")).size(theme::BODY).width(Length::Fill);
    let stay = action("stay", scene.text("window-stay"), Role::Bare, Some(Message::StayPressed));
    let leave = action("leave", scene.text("window-leave-anyway"), Role::Bare, Some(Message::LeavePressed));
    let line = row![words, stay.width(180), leave.width(180)].spacing(GAP).align_y(Center);
    container(line).padding([4, 14]).style(theme::band(|colours| colours.declined)).into()
}

fn problem_banner<'a>(problem: &Problem, can_go: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let words = problem.text(scene.texts);
    let remedy =
        can_go.then(|| Remedy { id: "problem-read", label: scene.text("window-ok"), message: Message::ProblemRead });
    banner(|colours| colours.declined, "⚠", words, remedy)
}

/// A payment in doubt blocks its terminal, and nothing else.
fn blocked<'a>(desk: &Desk, terminal: &TerminalView, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let doubt = terminal.unresolved.first().filter(|_| desk.place == Place::Counter)?;
    let shown = desk.payment_shown().is_some_and(|payment| payment.id == doubt.id);
    if shown {
        return None;
    }
    let amount = scene.texts.money(doubt.amount);
    let key = match doubt.operation {
        Operation::CardCheck => "window-blocked-card-check",
        Operation::Balance => "window-blocked-balance",
        Operation::Deactivation => "window-blocked-deactivation",
        _ => "window-blocked",
    };
    let words = scene.texts.with(key, &[("payment", doubt.id.as_str()), ("amount", &amount)]);
    let remedy = Remedy { id: "blocked", label: scene.text("window-look"), message: Message::UnresolvedPressed };
    Some(banner(|colours| colours.in_doubt, "?", words, Some(remedy)))
}

fn session<'a>(terminal: &TerminalView, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    // The till's own page says it itself.
    if terminal.face.is_some() {
        return None;
    }
    let words = match terminal.session.as_ref()? {
        Session::Connecting | Session::Ready(_) => return None,
        Session::Offline(why) | Session::Refused(why) => scene.texts.explain(why),
        Session::Maintenance => scene.text("window-maintenance"),
    };
    let remedy = Remedy { id: "connect", label: scene.text("window-connect"), message: Message::ConnectPressed };
    Some(banner(|colours| colours.notice, "⚠", words, Some(remedy)))
}
