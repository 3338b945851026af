//! What the terminal shows, as it shows it, what it has shown before, and what is being waited for.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, GAP, MONO};
use crate::terminal::{PaymentView, Stage};

/// The newest of the earlier messages beside the terminal's screen.
const EARLIER_AT_MOST: usize = 12;

/// Whose turn it is.
pub fn waiting_for<'a, M: 'a>(payment: &PaymentView, scene: Scene<'a>) -> Element<'a, M> {
    let key = match &payment.stage {
        Stage::Seeking(_) => "window-waiting-answer",
        _ if payment.cancel_requested => "window-waiting-cancel",
        Stage::Starting => "window-waiting-sending",
        _ if payment.displays.is_empty() => "window-waiting-terminal",
        _ => "window-waiting-customer",
    };
    let words = row![text("…").font(MONO).size(theme::LARGE), text(scene.text(key)).size(theme::LARGE)];
    words.spacing(GAP).align_y(Center).into()
}

/// The terminal's screen, and what stood on it before.
pub fn mirror<'a, M: 'a>(payment: &'a PaymentView, scene: Scene<'a>) -> Element<'a, M> {
    let earlier: Vec<_> = payment.displays.iter().rev().skip(1).take(EARLIER_AT_MOST).collect();
    let screen = screen(payment, !earlier.is_empty() && scene.is_wide(), scene);
    if earlier.is_empty() {
        return screen;
    }
    let lines = earlier.into_iter().map(|shown| {
        let at = text(scene.to_the_second(shown.at, payment.started_at)).font(MONO).size(theme::BODY);
        let words = text(scene.texts.display(&shown.display)).size(theme::BODY).width(Fill);
        row![at.style(theme::quiet), words].spacing(GAP).into()
    });
    let lines = Column::with_children(lines)
        .spacing(6)
        .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO })
        .width(Fill);
    let list = column![
        text(scene.text("window-terminal-showed")).size(theme::BODY).style(theme::quiet),
        scrollable(lines).style(theme::scroll).height(Fill),
    ];
    let list = container(list.spacing(8)).padding(14).style(theme::sheet);
    if scene.is_wide() {
        row![container(screen).width(FillPortion(7)), list.width(FillPortion(4)).height(Fill)]
            .spacing(GAP)
            .height(Fill)
            .into()
    } else {
        column![container(screen).height(FillPortion(3)), list.width(Fill).height(FillPortion(2))]
            .spacing(GAP)
            .height(Fill)
            .into()
    }
}

fn screen<'a, M: 'a>(payment: &PaymentView, shares: bool, scene: Scene<'a>) -> Element<'a, M> {
    let newest = match (&payment.stage, payment.displays.last()) {
        (_, Some(shown)) => scene.texts.display(&shown.display),
        (Stage::Starting, None) => scene.text("window-starting"),
        (Stage::Seeking(_), None) => scene.text("window-asking"),
        (_, None) => scene.text("window-at-terminal"),
    };
    let width = (scene.room.width - 60.0) * if shares { 0.6 } else { 1.0 };
    // Two lines of it, at its largest.
    let size = fit(&newest, width * 2.0, if scene.is_low() { 40.0 } else { 48.0 * scene.scale() });
    let label = (!payment.displays.is_empty())
        .then(|| text(scene.text("window-terminal-shows")).size(theme::BODY).center().width(Fill));
    let words = Column::new().push(label).push(text(newest).size(size).center().width(Fill));
    container(words.spacing(8).align_x(Center).width(Fill)).center(Fill).padding(20).style(theme::amount).into()
}
