//! What runs at any terminal, in two lines each: what stays in sight beside a sheet that takes the screen.

use iced::widget::{Column, column, container, row, space, text};
use iced::{Center, Element, Fill};

use super::desk::Desk;
use super::scene::Scene;
use super::terminal_routes::is_running;
use super::terminal_state::state_of;
use super::theme::{self, GAP, MONO};
use crate::terminal::{PaymentView, TerminalView};

pub fn view<'a, M: 'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, M> {
    let running = desk.terminals.iter().filter(|terminal| is_running(terminal));
    let title = text(scene.text("window-running-now")).size(theme::BODY).style(theme::quiet);
    let lines = Column::with_children(running.map(|terminal| line(terminal, scene))).spacing(6);
    column![title, lines].spacing(6).into()
}

fn line<'a, M: 'a>(terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, M> {
    let (sign, state) = state_of(terminal);
    let payment = terminal.payment.as_ref().filter(|payment| payment.outcome().is_none());
    let time = payment.map(|payment| text(scene.clock.stopwatch(payment.started_at)).font(MONO).size(theme::BODY));
    let name = text(scene.terminal(&terminal.name, terminal.training)).size(theme::BODY);
    let state = text(scene.text(state)).size(theme::BODY).style(theme::quiet);
    let above = row![text(sign).font(MONO).size(theme::BODY), name, state, space().width(Fill)].push(time);
    let below = payment.map(|payment| text(about(payment, scene)).size(theme::BODY));
    let lines = Column::new().push(above.spacing(GAP).align_y(Center)).push(below);
    container(lines).padding([6, 12]).width(Fill).style(theme::sheet).into()
}

/// What is paid, and what the terminal says of it.
fn about(payment: &PaymentView, scene: Scene<'_>) -> String {
    let shown = payment.displays.last().map(|shown| scene.texts.display(&shown.display));
    let operation = scene.operation(payment.operation);
    let parts = [operation, scene.amount(payment.operation, payment.amount)].into_iter().chain(shown);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ·  ")
}
