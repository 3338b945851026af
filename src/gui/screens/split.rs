//! Several people pay one bill: each an amount, each the same, or each their lines.

use std::collections::BTreeSet;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use super::amount_entry::AmountEntry;
use super::split_shares::{Shares, share_line};
use crate::domain::BillAccount;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::amount_display::amount_display;
use crate::gui::widgets::bill_line::line_words;
use crate::gui::widgets::bill_state::{standing, title, too_much};
use crate::gui::widgets::focusable_button::{FocusableButton, action, sized};
use crate::gui::widgets::number_pad::{PadKey, number_pad};

/// People who pay the same; more are typed as amounts.
const PEOPLE_AT_MOST: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    #[default]
    Evenly,
    ByAmount,
    ByLine,
}

#[derive(Debug, Clone, Default)]
pub struct Split {
    is_open: bool,
    way: Way,
    shares: Option<Shares>,
    entry: AmountEntry,
    ticked: BTreeSet<u32>,
}

#[derive(Debug, Clone)]
pub enum Message {
    WayChosen(Way),
    PeopleChosen(usize),
    PadPressed(PadKey),
    MarkTyped,
    LineTicked(u32),
    /// A digit: how many people, an amount, or the place of a line.
    DigitTyped(u8),
    CardPressed,
    CashPressed,
    BackPressed,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Back,
    Card { amount_minor: i64, lines: Vec<u32> },
    Cash { amount_minor: i64, lines: Vec<u32> },
}

impl Split {
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Where it was left off.
    pub fn open(&mut self) {
        self.is_open = true;
    }

    pub fn close(&mut self) {
        *self = Split::default();
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            Press::Mark => Some(Message::MarkTyped),
            Press::Backspace | Press::Delete => Some(Message::PadPressed(PadKey::Backspace)),
            Press::Enter => Some(Message::CardPressed),
            Press::Escape => Some(Message::BackPressed),
            // F1 is cash wherever something is paid.
            Press::Function(1) | Press::PageUp => Some(Message::CashPressed),
            Press::Function(2) => Some(Message::WayChosen(Way::Evenly)),
            Press::Function(3) => Some(Message::WayChosen(Way::ByAmount)),
            Press::Function(4) => Some(Message::WayChosen(Way::ByLine)),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message, account: &BillAccount) -> Action {
        let currency = account.bill.currency;
        match message {
            Message::WayChosen(way) => self.way = way,
            Message::PeopleChosen(people) => {
                self.shares = Some(Shares::of(account, people));
            }
            Message::DigitTyped(digit) => match self.way {
                Way::Evenly if digit >= 2 => return self.update(Message::PeopleChosen(usize::from(digit)), account),
                Way::Evenly => {}
                Way::ByAmount => self.entry.push(digit, currency),
                Way::ByLine => {
                    let place = usize::from(digit).checked_sub(1);
                    let line = place.and_then(|place| account.bill.standing_lines().nth(place));
                    if let Some(line) = line.map(|line| line.number) {
                        return self.update(Message::LineTicked(line), account);
                    }
                }
            },
            Message::PadPressed(PadKey::Digit(digit)) => self.entry.push(digit, currency),
            Message::PadPressed(PadKey::DoubleZero) => {
                [0, 0].into_iter().for_each(|digit| self.entry.push(digit, currency))
            }
            Message::PadPressed(PadKey::Backspace) => self.entry.pop(),
            Message::PadPressed(PadKey::Times | PadKey::Add) => {}
            Message::MarkTyped => self.entry.push_mark(currency),
            Message::LineTicked(line) => {
                if !account.lines_spoken_for().contains(&line) && !self.ticked.remove(&line) {
                    self.ticked.insert(line);
                }
            }
            Message::CardPressed => {
                return self
                    .chosen(account)
                    .map_or(Action::None, |(amount_minor, lines)| Action::Card { amount_minor, lines });
            }
            Message::CashPressed => {
                return self
                    .chosen(account)
                    .map_or(Action::None, |(amount_minor, lines)| Action::Cash { amount_minor, lines });
            }
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    /// What the next one pays, in minor units, and as which lines.
    fn chosen(&self, account: &BillAccount) -> Option<(i64, Vec<u32>)> {
        let due = account.settlement.due_minor;
        let (amount, lines) = match self.way {
            Way::Evenly => {
                let next = self
                    .shares
                    .as_ref()
                    .map(|shares| shares.standing(account))
                    .unwrap_or_default()
                    .into_iter()
                    .find(|share| share.left() > 0)?;
                (next.left().min(due), Vec::new())
            }
            Way::ByAmount => (self.entry.money(account.bill.currency).minor(), Vec::new()),
            Way::ByLine => {
                let lines = self.open_ticks(account);
                (account.part_of(&lines).ok()?, lines)
            }
        };
        (amount > 0 && amount <= due).then_some((amount, lines))
    }

    /// Somebody types more than is due.
    fn is_too_much(&self, account: &BillAccount) -> bool {
        let typed = self.entry.money(account.bill.currency).minor();
        self.way == Way::ByAmount && typed > account.settlement.due_minor
    }

    /// Lines that were paid meanwhile are not ticked any more.
    fn open_ticks(&self, account: &BillAccount) -> Vec<u32> {
        let spoken_for = account.lines_spoken_for();
        let open = |line: &u32| account.bill.standing_lines().any(|standing| standing.number == *line);
        self.ticked.iter().copied().filter(|line| open(line) && !spoken_for.contains(line)).collect()
    }

    /// The whole screen.
    pub fn view<'a>(&'a self, account: &'a BillAccount, ready: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let ways = [
            (Way::Evenly, "split-evenly", "window-split-evenly"),
            (Way::ByAmount, "split-amount", "window-split-amount"),
            (Way::ByLine, "split-lines", "window-split-lines"),
        ];
        let ways = ways.map(|(way, id, key)| {
            let role = if way == self.way { Role::Chosen } else { Role::Plain };
            action(id, scene.text(key), role, Some(Message::WayChosen(way))).height(56).into()
        });
        let body = match self.way {
            Way::Evenly => self.evenly(account, scene),
            Way::ByAmount => self.by_amount(account, scene),
            Way::ByLine => self.by_line(account, scene),
        };
        let due = scene.texts.with("window-split-due", &[("amount", &scene.texts.money(account.due()))]);
        Column::new()
            .push(row![container(title(&account.bill, scene)).width(Fill), text(due).size(theme::LARGE)].spacing(GAP))
            .push(standing(account, scene))
            .push(Row::with_children(ways).spacing(GAP))
            .push(container(body).height(Fill))
            .push(self.buttons(account, ready, scene))
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn evenly<'a>(&'a self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let shares = self.shares.as_ref().map(|shares| shares.standing(account)).unwrap_or_default();
        let people = (2..=PEOPLE_AT_MOST).map(|people| {
            let role = if shares.len() == people { Role::Chosen } else { Role::Plain };
            let id = format!("people-{people}");
            sized(id, people.to_string(), theme::LARGE, role, Some(Message::PeopleChosen(people))).height(56).into()
        });
        let next = shares.iter().position(|share| share.left() > 0);
        let rows = shares
            .iter()
            .enumerate()
            .map(|(place, share)| share_line(place, *share, next == Some(place), account, scene));
        let rows = Column::with_children(rows)
            .spacing(theme::BETWEEN)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        column![
            text(scene.text("window-split-people")).size(theme::BODY).style(theme::quiet),
            Row::with_children(people).spacing(theme::BETWEEN),
            scrollable(rows).style(theme::scroll).height(Fill)
        ]
        .spacing(GAP)
        .into()
    }

    fn by_amount<'a>(&'a self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let typed = scene.texts.money(self.entry.money(account.bill.currency));
        let display = amount_display(scene.text("window-split-amount-hint"), typed, 84.0);
        let pad = number_pad(Message::PadPressed);
        row![container(display).width(Fill), container(pad).width(pad_width).height(Fill)].spacing(GAP * 2.0).into()
    }

    fn by_line<'a>(&'a self, account: &'a BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let spoken_for = account.lines_spoken_for();
        let rows = account.bill.standing_lines().map(|line| {
            let paid = spoken_for.contains(&line.number);
            let ticked = self.ticked.contains(&line.number) && !paid;
            let sign = if ticked { "☑" } else { "☐" };
            let sign = if paid { "✔" } else { sign };
            let words = row![text(sign).font(MONO).size(theme::LARGE), line_words(line, account, paid, scene)];
            let role = if ticked { Role::Chosen } else { Role::Bare };
            let message = (!paid).then_some(Message::LineTicked(line.number));
            let words = words.spacing(GAP).align_y(Center);
            FocusableButton::new(format!("tick-{}", line.number), words, role, message).into()
        });
        let rows = Column::with_children(rows)
            .spacing(theme::BETWEEN)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        scrollable(rows).style(theme::scroll).height(Fill).into()
    }

    fn buttons<'a>(&self, account: &BillAccount, ready: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let chosen = self.chosen(account);
        let amount = account.money(chosen.as_ref().map_or(0, |(amount, _)| *amount));
        let amount = scene.texts.money(amount);
        let height = if scene.is_low() { 64 } else { 84 };
        let card = match self.is_too_much(account) {
            true => too_much(account, scene),
            false => scene.texts.with("window-pay-card", &[("amount", &amount)]),
        };
        let cash = scene.text("window-pay-cash");
        let alive = chosen.is_some();
        row![
            action("split-back", scene.text("window-split-done"), Role::Plain, Some(Message::BackPressed))
                .height(height)
                .width(FillPortion(2)),
            sized("split-cash", cash, theme::LARGE, Role::Plain, alive.then_some(Message::CashPressed))
                .height(height)
                .width(FillPortion(2)),
            sized("split-card", card, theme::LARGE, Role::Go, (alive && ready).then_some(Message::CardPressed))
                .height(height)
                .width(FillPortion(4)),
        ]
        .spacing(GAP)
        .into()
    }
}
