//! What became of a payment: colour, shape, sign and words, any one of which would do.

use iced::widget::{Column, container, row, text};
use iced::{Center, Element, Fill};

use crate::domain::{Money, Operation, Outcome, Verdict};
use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, Colours, MONO, Pair};

/// Of the sign where there is little height.
const LOW_SIDE: f32 = 56.0;

/// Of money that goes back to the customer.
pub const GIVEN_BACK: &str = "↩";

/// A sign of the bundled font for each verdict.
pub fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "✔",
        Verdict::Declined => "✘",
        Verdict::Cancelled | Verdict::NotCharged => "–",
        Verdict::InDoubt => "?",
    }
}

/// The same of an operation: money given back has a sign of its own.
pub fn sign_of(verdict: Verdict, operation: Operation) -> &'static str {
    match verdict {
        Verdict::Approved if theme::gives_back(operation) => GIVEN_BACK,
        _ => sign(verdict),
    }
}

/// What moved, as the till sees it: what was given back is less than nothing.
pub fn moved(verdict: Verdict, operation: Operation, money: Money) -> Money {
    match verdict {
        Verdict::Approved if theme::gives_back(operation) => Money::new(-money.minor(), money.currency()),
        _ => money,
    }
}

/// Round is good, square is not, in between is neither.
fn badge<'a, Message: 'a>(verdict: Verdict, operation: Operation, side: f32) -> Element<'a, Message> {
    let radius = match verdict {
        Verdict::Approved if theme::gives_back(operation) => side / 5.0,
        Verdict::Approved => side / 2.0,
        Verdict::Declined => 0.0,
        Verdict::Cancelled | Verdict::NotCharged | Verdict::InDoubt => side / 5.0,
    };
    container(text(sign_of(verdict, operation)).font(MONO).size(side * 0.7).line_height(1.0))
        .center(side)
        .style(theme::verdict_shape(theme::outcome_colours(verdict, operation), radius))
        .into()
}

/// The line under the word: the amount really taken, or that nothing was.
pub fn amount_line(outcome: &Outcome, asked: Money, operation: Operation, scene: Scene<'_>) -> String {
    let taken = |money| scene.texts.money(moved(outcome.verdict, operation, money));
    match (outcome.verdict, &outcome.taken) {
        (Verdict::Approved, _) if operation == Operation::Balance => balance_line(outcome, scene),
        _ if !operation.has_amount() => scene.text("window-nothing-moved"),
        (Verdict::Approved, Some(sum)) => taken(sum.total),
        (Verdict::Approved, None) => taken(asked),
        (Verdict::InDoubt, _) => scene.texts.with("window-amount-unknown", &[("amount", &scene.texts.money(asked))]),
        _ if operation == Operation::Sale => scene.text("window-nothing-taken"),
        _ if operation == Operation::Void => scene.text("window-still-stands"),
        _ => scene.text("window-nothing-moved"),
    }
}

/// What was asked for. A terminal that told no balance has moved no money all the same.
fn balance_line(outcome: &Outcome, scene: Scene<'_>) -> String {
    let balance = outcome.card_balance.map(|balance| scene.texts.money(balance));
    let told = balance.map(|balance| scene.texts.with("window-balance", &[("amount", &balance)]));
    told.unwrap_or_else(|| scene.text("window-nothing-moved"))
}

/// The whole band. `under` are smaller lines below the amount.
pub fn verdict_band<'a, Message: 'a>(
    verdict: Verdict,
    operation: Operation,
    amount: String,
    under: Vec<String>,
    scene: Scene<'_>,
) -> Element<'a, Message> {
    let is_money = operation.has_amount() && matches!(verdict, Verdict::Approved | Verdict::InDoubt);
    let word = scene.verdict(verdict, operation);
    let colours = theme::outcome_colours(verdict, operation);
    let under = under.into_iter().map(|line| text(line).size(if scene.is_low() { theme::BODY } else { theme::LARGE }));
    if scene.is_low() {
        // Side by side: the facts and the receipt below need the height.
        let width = (scene.room.width - LOW_SIDE - 110.0) / 2.0;
        let amount_size = fit(&amount, width, if is_money { 52.0 } else { 30.0 });
        let line = row![
            text(word.clone()).size(fit(&word, width, 40.0)).line_height(1.15).width(Fill),
            text(amount).size(amount_size).line_height(1.15),
        ];
        let words = Column::new().push(line.spacing(28).align_y(Center)).extend(under.map(Element::from)).width(Fill);
        return band(badge(verdict, operation, LOW_SIDE), words, [6, 24], colours);
    }
    let side = 132.0 * scene.scale();
    let width = scene.room.width - side - 90.0;
    let largest = 92.0 * scene.scale();
    let small = if is_money { largest } else { largest * 0.5 };
    let words = Column::new()
        .push(text(word.clone()).size(fit(&word, width, largest * 0.62)).line_height(1.15))
        .push(text(amount.clone()).size(fit(&amount, width, small)).line_height(1.15))
        .extend(under.map(Element::from))
        .width(Fill);
    band(badge(verdict, operation, side), words, [14, 24], colours)
}

fn band<'a, Message: 'a>(
    badge: Element<'a, Message>,
    words: Column<'a, Message>,
    padding: [u16; 2],
    colours: fn(&Colours) -> Pair,
) -> Element<'a, Message> {
    container(row![badge, words].spacing(28).align_y(Center))
        .padding(padding)
        .width(Fill)
        .style(theme::band(colours))
        .into()
}
