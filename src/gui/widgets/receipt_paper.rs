//! A card receipt, or a report of the day, as the terminal made it.

use iced::widget::{Column, Scrollable, container, scrollable, space, text};
use iced::{Center, Color, Element, Fill};

use crate::domain::{Copy, Receipt};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, MONO};

const LINE: f32 = 16.0;

/// The Fluent id of a copy's name.
pub fn copy_key(copy: Copy) -> &'static str {
    match copy {
        Copy::Merchant => "window-copy-merchant",
        Copy::Customer => "window-copy-customer",
    }
}

/// Paper is black on white in every scheme, and says TRAINING where it is not worth anything.
pub fn receipt_paper<'a, Message: 'a>(receipt: &Receipt, training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    let signature = signature_line(receipt, scene);
    rolled(paper(scene.texts.receipt_lines(receipt), training, signature, scene)).into()
}

/// The same, rolled to its end: what was signed, and for how much.
pub fn slip_to_sign<'a, Message: 'a>(receipt: &Receipt, training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    let signature = signature_line(receipt, scene);
    rolled(paper(scene.texts.receipt_lines(receipt), training, signature, scene)).anchor_bottom().into()
}

fn signature_line<'a, Message: 'a>(receipt: &Receipt, scene: Scene<'_>) -> Option<Column<'a, Message>> {
    receipt.wants_signature_line().then(|| {
        Column::new()
            .push(space().height(LINE * 2.0))
            .push(text("_".repeat(28)).font(MONO).size(LINE))
            .push(text(scene.text("window-receipt-signature")).font(MONO).size(LINE))
    })
}

/// The same with the lines of a report.
pub fn report_paper<'a, Message: 'a>(lines: &[String], training: bool, scene: Scene<'_>) -> Element<'a, Message> {
    rolled(paper(lines.to_vec(), training, None, scene)).into()
}

fn paper<'a, Message: 'a>(
    lines: Vec<String>,
    training: bool,
    signature: Option<Column<'a, Message>>,
    scene: Scene<'_>,
) -> Element<'a, Message> {
    let mark = training.then(|| text(scene.text("window-training-receipt")).font(MONO).size(LINE).center().width(Fill));
    let lines = lines.into_iter().map(|line| {
        // An empty text has no height of its own.
        let line = if line.is_empty() { " ".to_owned() } else { line };
        text(line).font(MONO).size(LINE).wrapping(text::Wrapping::None).into()
    });
    let paper = Column::new()
        .push(mark)
        // Columns stay under each other: the block is in the middle, its lines begin where the terminal began them.
        .push(Column::with_children(lines))
        .push(signature)
        .spacing(2)
        .align_x(Center)
        .width(Fill);
    container(paper).padding(14).width(Fill).style(theme::paper).into()
}

/// As much of it as there is room for.
fn rolled<'a, Message: 'a>(sheet: Element<'a, Message>) -> Scrollable<'a, Message> {
    let sheet = container(sheet).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    scrollable(sheet).style(theme::scroll).height(Fill)
}

/// In the place of a receipt that does not exist (yet).
pub fn no_receipt<'a, Message: 'a>(scene: Scene<'_>) -> Element<'a, Message> {
    container(text(scene.text("window-no-receipt")).size(theme::BODY).color(Color::BLACK).center())
        .padding(14)
        .center_x(Fill)
        .style(theme::paper)
        .into()
}
