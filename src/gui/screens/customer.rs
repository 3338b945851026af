//! The customer's screen, read from two metres: lines, one amount very large, and what to do now. Nothing on it can be
//! pressed, and nothing moves.

use iced::widget::{Column, Row, container, row, space, text};
use iced::{Center, Element, Fill, Right};

use crate::gui::customer_display::{CustomerLine, CustomerView, Prompt, Sum, SumOf};
use crate::gui::scene::{Scene, fit};
use crate::gui::screens::hand_out::{HandedOut, code_of};
use crate::gui::theme::{self, Colours, MONO, Pair};
use crate::gui::widgets::verdict_band::GIVEN_BACK;

/// Sizes on a screen of 1024×600; larger ones have everything larger.
const LINE: f32 = 35.0;
const LINE_HEIGHT: f32 = 50.0;
const EDGE: f32 = 24.0;
const LABEL: f32 = 40.0;
const AMOUNT: f32 = 108.0;
const AMOUNT_ALONE: f32 = 150.0;
const PROMPT: f32 = 64.0;
const PROMPT_HEIGHT: f32 = 116.0;
const SUM_HEIGHT: f32 = 128.0;
const TRAINING: f32 = 30.0;
const TRAINING_HEIGHT: f32 = 46.0;
const WELCOME: f32 = 110.0;
/// Beside the amount, for its label.
const LABEL_WIDTH: f32 = 300.0;

/// The whole screen.
pub fn view<'a, M: 'a>(view: CustomerView, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let training = view.training.then(|| training(scene));
    let body = match &view.prompt {
        Prompt::Welcome => large(scene.text("customer-welcome"), WELCOME * unit, scene),
        Prompt::ThankYou { .. } => thank_you(&view, scene),
        Prompt::Code(what) => code(what, scene),
        _ if view.lines.is_empty() => alone(&view, scene),
        _ => bill(&view, scene),
    };
    Column::new().push(training).push(body).height(Fill).into()
}

/// As large as the screen leaves it: a long receipt has many squares.
fn code<'a, M: 'a>(what: &HandedOut, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let side = (scene.room.height - (PROMPT_HEIGHT + TRAINING_HEIGHT + 2.0 * EDGE) * unit).min(scene.room.width * 0.8);
    let words = scene.paper.in_code(what, scene.texts).flatten();
    match words.and_then(|words| code_of(&words, side)) {
        Some(code) => {
            let words = scene.text("customer-code");
            let size = fit(&words, scene.room.width - 4.0 * EDGE * unit, PROMPT * unit);
            let words = text(words).size(size).wrapping(text::Wrapping::None);
            container(Column::new().push(words).push(code).spacing(EDGE * unit).align_x(Center)).center(Fill).into()
        }
        None => large(scene.text("customer-ask-cashier"), PROMPT * unit, scene),
    }
}

/// How much larger than at 1024×600 everything is.
fn unit(scene: Scene<'_>) -> f32 {
    (scene.room.width / 1024.0).min(scene.room.height / 600.0).max(0.3)
}

fn training<'a, M: 'a>(scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let words = text(scene.text("customer-training")).size(TRAINING * unit);
    container(words)
        .center_x(Fill)
        .center_y(TRAINING_HEIGHT * unit)
        .style(theme::band(|colours| colours.training))
        .into()
}

fn large<'a, M: 'a>(words: String, largest: f32, scene: Scene<'a>) -> Element<'a, M> {
    let size = fit(&words, scene.room.width - 4.0 * EDGE * unit(scene), largest);
    container(text(words).size(size).wrapping(text::Wrapping::None)).center(Fill).into()
}

/// Lines, then what they come to, then what to do.
fn bill<'a, M: 'a>(view: &CustomerView, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let band = prompt(&view.prompt, scene);
    let training = if view.training { TRAINING_HEIGHT } else { 0.0 };
    let below = SUM_HEIGHT + training + if band.is_some() { PROMPT_HEIGHT } else { 0.0 };
    let room = scene.room.height - (below + EDGE) * unit;
    let fitting = (room / (LINE_HEIGHT * unit)).floor().max(1.0) as usize;
    Column::new()
        .push(container(lines(view, fitting, scene)).padding([EDGE / 2.0 * unit, 0.0]).height(Fill).clip(true))
        .push(view.sum.map(|sum| beside(sum, scene)))
        .push(band)
        .into()
}

/// The newest that fit; the first row says how many are above them.
fn lines<'a, M: 'a>(view: &CustomerView, fitting: usize, scene: Scene<'a>) -> Column<'a, M> {
    let unit = unit(scene);
    let all = view.older + view.lines.len();
    let shown = if all > fitting { fitting.saturating_sub(1).max(1) } else { all };
    let hidden = all.saturating_sub(shown.min(view.lines.len()));
    let more = (hidden > 0).then(|| {
        let words = scene.texts.with("customer-more", &[("number", &hidden.to_string())]);
        let words = text(words).size(LINE * 0.8 * unit).style(theme::quiet);
        container(words).padding([0.0, EDGE * unit]).center_y(LINE_HEIGHT * unit)
    });
    let newest = view.lines.iter().skip(view.lines.len().saturating_sub(shown));
    let newest = newest.enumerate().map(|(place, rung)| line(rung, (hidden + place) % 2 == 1, scene));
    Column::new().push(more).extend(newest)
}

/// Every second one is shaded, so that the eye finds the price of its line.
fn line<'a, M: 'a>(line: &CustomerLine, shaded: bool, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let size = LINE * unit;
    let plain = |words: String| text(words).size(size).wrapping(text::Wrapping::None);
    let words = row![
        plain(format!("{} ×", line.quantity)).width(100.0 * unit),
        container(plain(line.label.clone())).width(Fill).clip(true),
        plain(scene.texts.number(line.total)).width(220.0 * unit).align_x(Right),
    ];
    let words = words.spacing(14.0 * unit).align_y(Center);
    let line = container(words).padding([0.0, EDGE * unit]).center_y(LINE_HEIGHT * unit);
    if shaded { line.style(theme::band(|colours| colours.sheet)).into() } else { line.into() }
}

/// Under the lines: the label at the left, the amount at the right.
fn beside<'a, M: 'a>(sum: Sum, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let amount = scene.texts.money(sum.amount);
    let room = scene.room.width - (LABEL_WIDTH + 3.0 * EDGE) * unit;
    let size = fit(&amount, room, AMOUNT * unit);
    let amount = text(amount).size(size).line_height(1.1).wrapping(text::Wrapping::None);
    let label = text(scene.text(label(sum.of))).size(LABEL * unit).width(LABEL_WIDTH * unit);
    let words = row![label, container(amount).align_right(Fill)].align_y(Center);
    container(words)
        .padding([0.0, EDGE * unit])
        .center_y(SUM_HEIGHT * unit)
        .style(theme::band(|colours| colours.amount))
        .into()
}

/// An amount without lines.
fn alone<'a, M: 'a>(view: &CustomerView, scene: Scene<'a>) -> Element<'a, M> {
    let amount = view.sum.map(|sum| stacked(sum, scene));
    let above = container(Column::new().push(amount)).center(Fill);
    Column::new().push(above).push(prompt(&view.prompt, scene)).height(Fill).into()
}

fn stacked<'a, M: 'a>(sum: Sum, scene: Scene<'a>) -> Element<'a, M> {
    let unit = unit(scene);
    let amount = scene.texts.money(sum.amount);
    let size = fit(&amount, scene.room.width - 4.0 * EDGE * unit, AMOUNT_ALONE * unit);
    Column::new()
        .push(text(scene.text(label(sum.of))).size(LABEL * 1.2 * unit))
        .push(text(amount).size(size).line_height(1.1).wrapping(text::Wrapping::None))
        .align_x(Center)
        .into()
}

fn label(of: SumOf) -> &'static str {
    match of {
        SumOf::Total => "customer-total",
        SumOf::ToPay => "customer-to-pay",
        SumOf::StillToPay => "customer-still-to-pay",
        SumOf::Refund => "customer-refund",
        SumOf::Paid => "customer-paid",
        SumOf::Refunded => "customer-refunded",
        SumOf::Change => "customer-change",
    }
}

/// The whole screen in the colour of an approval, or of money given back.
fn thank_you<'a, M: 'a>(view: &CustomerView, scene: Scene<'a>) -> Element<'a, M> {
    let Prompt::ThankYou { given, still } = &view.prompt else { return space().into() };
    let unit = unit(scene);
    let gives_back = view.sum.is_some_and(|sum| sum.of == SumOf::Refunded);
    let (sign, colour): (_, fn(&Colours) -> Pair) = match gives_back {
        true => (GIVEN_BACK, |colours| colours.given_back),
        false => ("✔", |colours| colours.approved),
    };
    let heading = row![
        text(sign).font(MONO).size(PROMPT * unit),
        text(scene.text("customer-thank-you")).size(PROMPT * 1.2 * unit),
    ];
    let small = |key: &str, amount: &crate::domain::Money| {
        let words = scene.texts.with(key, &[("amount", &scene.texts.money(*amount))]);
        text(words).size(LABEL * unit)
    };
    let words = Column::new()
        .push(heading.spacing(20.0 * unit).align_y(Center))
        .push(view.sum.map(|sum| stacked(sum, scene)))
        .push(given.as_ref().map(|given| small("customer-given", given)))
        .push(still.as_ref().map(|still| small("customer-still-to-pay-amount", still)))
        .spacing(18.0 * unit)
        .align_x(Center);
    container(words).center(Fill).style(theme::band(colour)).into()
}

/// A band from edge to edge with what to do now.
fn prompt<'a, M: 'a>(prompt: &Prompt, scene: Scene<'a>) -> Option<Element<'a, M>> {
    let (colour, sign, words): (fn(&Colours) -> Pair, _, _) = match prompt {
        Prompt::Welcome | Prompt::Nothing | Prompt::ThankYou { .. } | Prompt::Code(_) => return None,
        Prompt::FollowTerminal => (|colours| colours.go, "▶", scene.text("customer-follow-terminal")),
        Prompt::State(state) => (|colours| colours.go, "▶", state_words(state, scene)),
        Prompt::Wait => (|colours| colours.nothing_taken, "…", scene.text("customer-wait")),
        Prompt::AskCashier => (|colours| colours.in_doubt, "!", scene.text("customer-ask-cashier")),
    };
    let unit = unit(scene);
    let size = fit(&words, scene.room.width - (4.0 * EDGE + 60.0) * unit, PROMPT * unit);
    let line = Row::new()
        .push(text(sign).font(MONO).size(PROMPT * unit))
        .push(text(words).size(size).wrapping(text::Wrapping::None))
        .spacing(20.0 * unit)
        .align_y(Center);
    Some(container(line).center_x(Fill).center_y(PROMPT_HEIGHT * unit).style(theme::band(colour)).into())
}

/// The till's own sentence for customers, where there is one for this state.
fn state_words(state: &str, scene: Scene<'_>) -> String {
    let key = format!("customer-{state}");
    scene.text(if scene.texts.has(&key) { &key } else { "customer-follow-terminal" })
}
