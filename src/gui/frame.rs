//! What stands around every screen: the places at the side, the terminals above the counter, whatever cannot wait, and the
//! status below.

use iced::widget::{Column, column, container, row, text};
use iced::{Center, Element, Length, Size};

use super::app;
use super::bill_frame::{bill_banners, counter, tables};
use super::desk::{Desk, Message, Place};
use super::print_banner;
use super::problem::Problem;
use super::scene::Scene;
use super::screens::guide::SoFar;
use super::screens::{settings, till_face};
use super::terminal_state::explained;
use super::theme::{self, GAP, Role};
use super::widgets::banner::{self, Remedy, banner};
use super::widgets::focusable_button::action;
use super::widgets::visited_last;
use super::{rail, status_bar, terminal_chips};
use crate::domain::Operation;
use crate::settings::WindowSettings;
use crate::terminal::TerminalView;

/// Banners beside TRAINING; more would leave no room for the payment.
const BANNERS_AT_MOST: usize = 3;
/// The same where there is little height.
const BANNERS_WHEN_LOW: usize = 2;

/// The whole window while the till is open.
pub fn view<'a>(
    desk: &'a Desk,
    window: &WindowSettings,
    typed: &'a settings::Typed,
    scene: Scene<'a>,
) -> Element<'a, app::Message> {
    let inner = Scene { room: Size::new(scene.room.width - rail::WIDTH, scene.room.height), ..scene };
    let training = match (desk.trains(), desk.terminal().is_some_and(|terminal| terminal.pretends())) {
        (true, _) => Some("window-training"),
        (false, true) => Some("window-pretends"),
        (false, false) => None,
    };
    let training = training.map(|key| banner::training(scene.text(key), scene.is_low()));
    let chips = (desk.place == Place::Counter).then(|| terminal_chips::view(desk, inner));
    let above = Column::new().push(chips).push(training).extend(banners(desk, inner));
    let body = match desk.place {
        Place::Settings => settings::view(window, typed, inner).map(app::Message::Settings),
        Place::Guide => guide(desk, inner),
        _ => body(desk, inner).map(app::Message::Desk),
    };
    let main = Column::new()
        .push(Element::from(above).map(app::Message::Desk))
        .push(container(body).height(Length::Fill))
        .height(Length::Fill);
    let rail = rail::view(desk, scene).map(app::Message::Desk);
    let status = status_bar::view(desk, scene).map(app::Message::Desk);
    // The rail comes last in the Tab order: what the cashier works with comes first.
    column![visited_last::beside(rail, main), status].into()
}

fn body<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    match (desk.place, desk.terminal()) {
        (Place::History, _) => desk.history.view(&desk.terminals, scene).map(Message::History),
        (Place::Day, _) => {
            let trained = desk.recent.iter().find(|record| record.training).map(|record| record.at);
            desk.shop_day.view(&desk.terminals, trained, scene).map(Message::ShopDay)
        }
        (Place::Reports, _) => desk.kept.view(scene).map(Message::Reports),
        (Place::Diagnostics, _) => {
            desk.diagnostics.view(&desk.terminals, &desk.broken, scene).map(Message::Diagnostics)
        }
        // The settings are the window's own, not the till's.
        (Place::Settings | Place::Guide, _) => iced::widget::space().into(),
        (Place::Unresolved, _) => desk.unresolved.view(&desk.terminals, scene).map(Message::Unresolved),
        (Place::Tables, _) => tables(desk, scene),
        (Place::Search, _) => desk.search.view(scene).map(Message::Search),
        (Place::Operators, _) => desk.signing.view_operators(scene).map(Message::Signing),
        (Place::HandOut, _) => match &desk.hand_out {
            Some((hand_out, _)) => hand_out.view(scene).map(Message::HandOut),
            None => iced::widget::space().into(),
        },
        (Place::MailServer, _) => desk.mail_server.view(scene).map(Message::MailServer),
        (Place::Printers, _) => desk.printers.view(&desk.printing.view, scene).map(Message::Printers),
        (Place::Receipts, _) => desk.receipts.view(&desk.terminals, scene).map(Message::Receipts),
        (Place::Terminals, _) => {
            desk.setting_up.view(&desk.terminals, &desk.broken_terminals, scene).map(Message::SettingUp)
        }
        (Place::Counter, None) => {
            iced::widget::center(text(scene.text("window-no-terminal")).size(theme::LARGE)).into()
        }
        (Place::Counter, Some(terminal)) => match (&terminal.face, desk.payment_shown()) {
            (Some(face), _) => till_face::view(terminal, face, scene).map(Message::TillFace),
            (None, Some(payment)) => {
                desk.payment.view(payment, terminal, desk.ahead(payment), scene).map(Message::Payment)
            }
            (None, None) => counter(desk, terminal, scene),
        },
    }
}

fn guide<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, app::Message> {
    let so_far = SoFar {
        terminals: &desk.terminals,
        printers: desk.printers.known(),
        operators: desk.signing.roster().operators.len(),
    };
    match &desk.guide {
        Some(guide) => guide.view(so_far, &desk.trial, scene).map(app::Message::Guide),
        None => iced::widget::space().into(),
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
    all.extend(print_banner::view(desk, scene));
    all.extend(desk.problem.as_ref().map(|problem| problem_banner(problem, true, scene)));
    all.extend(bill_banners(desk, scene));
    if let Some(terminal) = desk.terminal() {
        all.extend(blocked(desk, terminal, scene));
        all.extend(session(terminal, scene));
    }
    all.extend(desk.notice().map(|notice| {
        let remedy = Remedy { id: "notice-read", label: scene.text("window-ok"), message: Message::NoticesRead };
        banner(|colours| colours.notice, "i", scene.explain(notice), Some(remedy))
    }));
    all.extend(desk.broken.iter().map(|problem| problem_banner(problem, false, scene)));
    all.truncate(if scene.is_low() { BANNERS_WHEN_LOW } else { BANNERS_AT_MOST });
    all
}

fn leaving<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let words = text(scene.text("window-leave-running")).size(theme::BODY).width(Length::Fill);
    let stay = action("stay", scene.text("window-stay"), Role::Bare, Some(Message::StayPressed));
    let leave = action("leave", scene.text("window-leave-anyway"), Role::Bare, Some(Message::LeavePressed));
    let sign = text("⚠").font(theme::MONO).size(theme::LARGE);
    let line = row![sign, words, stay.width(180), leave.width(180)].spacing(GAP).align_y(Center);
    container(line).padding([4, 14]).style(theme::band(|colours| colours.declined)).into()
}

fn problem_banner<'a>(problem: &Problem, can_go: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let words = problem.text(scene.texts);
    let remedy =
        can_go.then(|| Remedy { id: "problem-read", label: scene.text("window-ok"), message: Message::ProblemRead });
    match problem.is_news() {
        true => banner(|colours| colours.notice, "i", words, remedy),
        false => banner(|colours| colours.declined, "⚠", words, remedy),
    }
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
    let remedy =
        Remedy { id: "blocked", label: scene.text("window-look"), message: Message::PlacePressed(Place::Unresolved) };
    Some(banner(|colours| colours.in_doubt, "?", words, Some(remedy)))
}

fn session<'a>(terminal: &TerminalView, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    // The till's own page says it itself.
    if terminal.face.is_some() {
        return None;
    }
    let words = explained(terminal, scene)?;
    let remedy = Remedy { id: "connect-again", label: scene.text("window-connect"), message: Message::ConnectPressed };
    Some(banner(|colours| colours.notice, "⚠", words, Some(remedy)))
}
