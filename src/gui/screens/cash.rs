//! Cash for a bill: what was given, and what goes back.

use iced::widget::{Column, Row, column, container, responsive, row, text};
use iced::{Element, Fill, FillPortion, Size};

use super::amount_entry::AmountEntry;
use crate::domain::{BillAccount, Money};
use crate::gui::keys::Press;
use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::focusable_button::{action, sized};
use crate::gui::widgets::number_pad::{PadKey, number_pad};

/// More than so many times of what is due is asked about once more: nobody hands over so much.
const USUAL_TIMES: i64 = 10;
/// Amounts offered besides the exact one.
const QUICK_AT_MOST: usize = 5;
/// Of those, side by side.
const IN_A_ROW: usize = 3;
/// No figure is smaller.
const LEAST: f32 = 18.0;
/// The size of the most important figure, where there is room for it.
const LARGEST: f32 = 96.0;

#[derive(Debug, Clone)]
pub struct Cash {
    /// A part of the bill, in minor units; all that is due where none is named.
    asked_minor: Option<i64>,
    /// The lines somebody pays as theirs.
    lines: Vec<u32>,
    entry: AmountEntry,
    /// So much, in minor units, was confirmed once, and is unusual.
    asked_about: Option<i64>,
    /// The Fluent id of what is missing.
    problem: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub enum Message {
    PadPressed(PadKey),
    MarkTyped,
    /// So much was given, in minor units.
    QuickPressed(i64),
    TakePressed,
    /// What was given is less, and pays a part.
    PartPressed,
    BackPressed,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Back,
    Take { amount_minor: i64, given_minor: Option<i64>, lines: Vec<u32> },
}

impl Cash {
    pub fn of(asked_minor: Option<i64>, lines: Vec<u32>) -> Cash {
        Cash { asked_minor, lines, entry: AmountEntry::default(), asked_about: None, problem: None }
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::PadPressed(PadKey::Digit(digit))),
            Press::Mark => Some(Message::MarkTyped),
            Press::Backspace | Press::Delete => Some(Message::PadPressed(PadKey::Backspace)),
            Press::Enter => Some(Message::TakePressed),
            Press::PageUp => Some(Message::PartPressed),
            Press::Escape => Some(Message::BackPressed),
            _ => None,
        }
    }

    /// In minor units.
    fn amount(&self, account: &BillAccount) -> i64 {
        let due = account.settlement.due_minor.max(0);
        self.asked_minor.map_or(due, |asked| asked.min(due))
    }

    pub fn update(&mut self, message: Message, account: &BillAccount) -> Action {
        let currency = account.bill.currency;
        let amount = self.amount(account);
        self.problem = None;
        let asked_about = self.asked_about.take();
        match message {
            Message::PadPressed(PadKey::Digit(digit)) => self.entry.push(digit, currency),
            Message::PadPressed(PadKey::DoubleZero) => {
                [0, 0].into_iter().for_each(|digit| self.entry.push(digit, currency))
            }
            Message::PadPressed(PadKey::Backspace) => self.entry.pop(),
            Message::PadPressed(PadKey::Times | PadKey::Add) => {}
            Message::MarkTyped => self.entry.push_mark(currency),
            Message::BackPressed => return Action::Back,
            Message::QuickPressed(given) if given >= amount => return self.take(amount, Some(given)),
            Message::QuickPressed(_) => {}
            Message::TakePressed => {
                let given = self.entry.money(currency).minor();
                if self.entry.is_empty() {
                    return self.take(amount, None);
                }
                if given > amount.saturating_mul(USUAL_TIMES) && asked_about != Some(given) {
                    self.asked_about = Some(given);
                    return Action::None;
                }
                if given >= amount {
                    return self.take(amount, Some(given));
                }
                self.problem = Some("window-cash-too-little");
            }
            Message::PartPressed => {
                let given = self.entry.money(currency).minor();
                if self.is_part(given, amount) {
                    return self.take(given, None);
                }
            }
        }
        Action::None
    }

    fn take(&self, amount_minor: i64, given_minor: Option<i64>) -> Action {
        match amount_minor {
            minor if minor <= 0 => Action::None,
            _ => Action::Take { amount_minor, given_minor, lines: self.lines.clone() },
        }
    }

    /// Somebody pays less than was meant, as a part of the bill. Of named lines there are no parts.
    fn is_part(&self, given: i64, amount: i64) -> bool {
        self.lines.is_empty() && given > 0 && given < amount
    }

    /// The whole screen.
    pub fn view<'a>(&'a self, account: &'a BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let left = Column::new()
            .push(
                container(self.figures(account, scene)).padding([8, 18]).width(Fill).height(Fill).style(theme::amount),
            )
            .push(self.problem.map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(self.asked_about.map(|given| {
                let given = scene.texts.money(account.money(given));
                let words = scene.texts.with("window-cash-unusual", &[("amount", &given)]);
                mark(|colours| colours.in_doubt, "⚠", words, theme::BODY)
            }))
            .push(self.quick(account, scene))
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let pad = number_pad(Message::PadPressed);
        let above = row![left, container(pad).width(pad_width).height(Fill)].spacing(GAP * 2.0).height(Fill);
        column![above, self.buttons(account, scene)].spacing(GAP).padding(scene.edge()).height(Fill).into()
    }

    /// What is to be paid, what was given, and what goes back: that is counted out, and is the largest.
    fn figures<'a>(&self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let amount = self.amount(account);
        let given = self.entry.money(account.bill.currency).minor();
        let goes_back = given >= amount && given > 0;
        let figure = |key: &str, minor: i64, share: f32| Figure {
            words: scene.text(key),
            money: scene.texts.money(account.money(minor)),
            share,
        };
        let mut figures = vec![figure("window-cash-to-pay", amount, if goes_back { 0.6 } else { 1.0 })];
        figures.extend((!self.entry.is_empty()).then(|| figure("window-cash-given", given, 0.5)));
        figures.extend(goes_back.then(|| figure("window-cash-change", given - amount, 1.0)));
        let largest = LARGEST * scene.scale();
        responsive(move |room| Figure::all(&figures, room, largest)).into()
    }

    fn quick<'a>(&self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let amount = self.amount(account);
        let exact = std::iter::once(amount);
        let rows = if scene.is_low() { 1 } else { 2 };
        let all = exact.chain(quick_amounts(Money::new(amount, account.bill.currency))).take(rows * IN_A_ROW);
        let buttons: Vec<Element<'a, Message>> = all
            .map(|minor| {
                let label = scene.texts.number(account.money(minor));
                let message = (amount > 0).then_some(Message::QuickPressed(minor));
                sized(format!("cash-{minor}"), label, theme::LARGE, Role::Plain, message).height(64).into()
            })
            .collect();
        let mut rows = Column::new().spacing(GAP);
        let mut buttons = buttons.into_iter().peekable();
        while buttons.peek().is_some() {
            rows = rows.push(Row::with_children(buttons.by_ref().take(IN_A_ROW)).spacing(GAP));
        }
        rows.into()
    }

    fn buttons<'a>(&self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let amount = self.amount(account);
        let given = self.entry.money(account.bill.currency).minor();
        let money = |minor| scene.texts.money(account.money(minor));
        let height = if scene.is_low() { 64 } else { 84 };
        let back = action("cash-back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed));
        let part = self.is_part(given, amount).then(|| {
            let label = scene.texts.with("window-cash-part", &[("amount", &money(given))]);
            sized("cash-part", label, theme::BODY, Role::Plain, Some(Message::PartPressed))
                .height(height)
                .width(FillPortion(3))
        });
        let (label, alive) = match self.entry.is_empty() {
            true => (scene.texts.with("window-cash-exact", &[("amount", &money(amount))]), amount > 0),
            false if self.asked_about.is_some() => {
                (scene.texts.with("window-cash-really", &[("amount", &money(given))]), amount > 0)
            }
            false => {
                (scene.texts.with("window-cash-take", &[("amount", &money(amount))]), given >= amount && amount > 0)
            }
        };
        let take = sized("cash-take", label, theme::LARGE, Role::Go, alive.then_some(Message::TakePressed));
        row![back.height(height).width(FillPortion(2))]
            .push(part)
            .push(take.height(height).width(FillPortion(4)))
            .spacing(GAP)
            .into()
    }
}

/// An amount and what it is.
struct Figure {
    words: String,
    money: String,
    /// How large beside the largest.
    share: f32,
}

impl Figure {
    /// One below the other, as large as all of them fit.
    fn all<'a>(figures: &[Figure], room: Size, largest: f32) -> Element<'a, Message> {
        const LINE_HEIGHT: f32 = 1.1;
        const LINE_HEIGHT_OF_WORDS: f32 = 1.3;
        let count = figures.len() as f32;
        let free = room.height - count * theme::BODY * LINE_HEIGHT_OF_WORDS - (count - 1.0) * theme::BETWEEN;
        let unit = free / (LINE_HEIGHT * figures.iter().map(|figure| figure.share).sum::<f32>());
        let lines = figures.iter().map(|Figure { words, money, share }| {
            let size = fit(money, room.width, (unit.min(largest) * share).max(LEAST));
            column![
                text(words.clone()).size(theme::BODY).line_height(LINE_HEIGHT_OF_WORDS).style(theme::quiet),
                text(money.clone()).size(size).line_height(LINE_HEIGHT).wrapping(text::Wrapping::None)
            ]
            .into()
        });
        Column::with_children(lines).spacing(theme::BETWEEN).into()
    }
}

/// What people hand over for such an amount: the next notes up, in minor units, smallest first, never less than the amount.
fn quick_amounts(amount: Money) -> Vec<i64> {
    let scale = amount.currency().scale();
    // Coins and notes that people have in their hands, in major units.
    let notes: &[i64] = match amount.currency().code() {
        "SEK" | "NOK" | "DKK" => &[10, 20, 50, 100, 200, 500, 1_000],
        "JPY" | "KRW" | "HUF" | "ISK" => &[100, 500, 1_000, 5_000, 10_000],
        _ => &[1, 5, 10, 20, 50, 100, 200],
    };
    let minor = amount.minor().max(0);
    let up = |note: &i64| {
        let note = note * scale;
        (minor / note + i64::from(minor % note != 0)) * note
    };
    let mut found: Vec<i64> = notes.iter().map(up).filter(|given| *given > minor).collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(QUICK_AT_MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick(minor: i64, currency: &str) -> Vec<i64> {
        quick_amounts(Money::new(minor, currency.parse().expect("a currency")))
    }

    #[test]
    fn quick_amounts_are_what_people_hand_over_and_never_too_little() {
        assert_eq!(quick(12_550, "SEK"), [13_000, 14_000, 15_000, 20_000, 50_000]);
        assert_eq!(quick(745, "GBP"), [800, 1_000, 2_000, 5_000, 10_000]);
        assert_eq!(quick(2_000, "EUR"), [5_000, 10_000, 20_000]);
        assert_eq!(quick(1_200, "JPY"), [1_500, 2_000, 5_000, 10_000]);
        for minor in [1, 99, 5_000, 99_999, 123_456_789] {
            for currency in ["SEK", "GBP", "JPY", "KWD"] {
                let all = quick(minor, currency);
                assert!(
                    all.iter().all(|given| *given > minor) && all.len() <= QUICK_AT_MOST,
                    "{minor} {currency} {all:?}"
                );
            }
        }
    }
}
