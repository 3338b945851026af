//! A slip as paper on the screen: black on white in every scheme, with its weights, rules, pictures and codes.

use std::sync::Arc;

use iced::font::Weight as FontWeight;
use iced::widget::{Canvas, Column, Scrollable, container, row, scrollable, space, text};
use iced::{Center, Element, Fill, Font, Length};

use super::bitmap_canvas::BitmapCanvas;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, MONO};
use crate::receipts::{Bitmap, Laid, Slip, Weight, lay_out, qr_code};

/// Characters on a line of the paper on the screen, which is that of the narrowest printers.
const COLUMNS: usize = 32;
const LINE: f32 = 16.0;
/// Of the paper's width, for a code that a telephone reads from half a metre away.
const CODE: f32 = 220.0;
/// Of its size.
const WIDTH_OF_A_LETTER: f32 = 0.602;
/// The widest picture, in points: all of the line.
const WIDEST: f32 = 308.0;

/// The slip, as much of it as there is room for.
pub fn slip_paper<'a, Message: 'a>(slip: &Slip, scene: Scene<'_>) -> Element<'a, Message> {
    rolled(sheet(slip, scene)).into()
}

/// The same, rolled to its end: what was signed, and for how much.
pub fn slip_paper_at_its_end<'a, Message: 'a>(slip: &Slip, scene: Scene<'_>) -> Element<'a, Message> {
    rolled(sheet(slip, scene)).anchor_bottom().into()
}

/// The slip at its whole length.
pub fn sheet<'a, Message: 'a>(slip: &Slip, scene: Scene<'_>) -> Element<'a, Message> {
    let lines = lay_out(slip, COLUMNS).into_iter().map(|laid| line(laid, scene));
    let lines = Column::with_children(lines).spacing(2).width(WIDEST);
    container(lines).padding(14).center_x(Fill).style(theme::paper).into()
}

fn line<'a, Message: 'a>(laid: Laid, scene: Scene<'_>) -> Element<'a, Message> {
    match laid {
        Laid::Text { text, weight, centred } => letters(text, weight, centred),
        Laid::Rule { double } => letters(if double { "=" } else { "-" }.repeat(COLUMNS), Weight::Plain, false),
        Laid::Picture(picture) => dots(picture, WIDEST),
        Laid::QrCode(words) => match qr_code(&words) {
            Some(code) => dots(Arc::new(code), CODE),
            None => letters(words, Weight::Plain, false),
        },
        Laid::Barcode(words) => letters(words, Weight::Plain, true),
        Laid::Feed => space().height(LINE * 1.3).into(),
        // What is below is on another sheet.
        Laid::Cut => letters(scene.text("window-paper-cut"), Weight::Plain, true),
        Laid::OpenDrawer => Column::new().into(),
    }
}

fn letters<'a, Message: 'a>(words: String, weight: Weight, centred: bool) -> Element<'a, Message> {
    let (size, height) = match weight {
        Weight::Plain | Weight::Bold => (LINE, 1.3),
        // Letters are as wide as the others, so that columns stay under each other.
        Weight::Tall => (LINE, 1.8),
        Weight::Wide | Weight::Large => (LINE * 2.0, 1.3),
    };
    let bold = Font { weight: FontWeight::Bold, ..MONO };
    let font = if weight == Weight::Plain { MONO } else { bold };
    let margin = words.chars().take_while(|letter| *letter == ' ').count() as f32 * size * WIDTH_OF_A_LETTER;
    let letters = text(words.trim_start().to_owned())
        .font(font)
        .size(size)
        .line_height(height)
        .wrapping(text::Wrapping::None)
        .width(Fill);
    match centred {
        true => letters.align_x(Center).into(),
        false => row![space().width(margin), letters].into(),
    }
}

/// In the middle, never larger than its dots.
fn dots<'a, Message: 'a>(picture: Arc<Bitmap>, widest: f32) -> Element<'a, Message> {
    let (width, height) = (picture.width().max(1) as f32, picture.height().max(1) as f32);
    // A code's squares are many dots wide, a picture's are one.
    let scale = if widest < WIDEST { widest / width } else { (widest / width).min(1.0) };
    let canvas = Canvas::new(BitmapCanvas::new(picture))
        .width(Length::Fixed(width * scale))
        .height(Length::Fixed(height * scale));
    container(canvas).center_x(Fill).into()
}

fn rolled<'a, Message: 'a>(sheet: Element<'a, Message>) -> Scrollable<'a, Message> {
    let sheet = container(sheet).padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
    scrollable(sheet).style(theme::scroll).height(Fill)
}
