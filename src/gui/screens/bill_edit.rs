//! Something about a line or the whole bill is typed: how many, a discount, a tip.

use iced::widget::{Column, Row, container, row, text};
use iced::{Element, Fill, FillPortion};

use super::amount_entry::AmountEntry;
use crate::domain::bill::Discount;
use crate::domain::{BillAccount, BillChange, Currency};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::amount_display::amount_display;
use crate::gui::widgets::bill_line::{discount_words, line_words};
use crate::gui::widgets::bill_state::title;
use crate::gui::widgets::focusable_button::{action, sized};
use crate::gui::widgets::number_pad::{PadKey, number_pad};

/// Characters of a number that is no money.
const TYPED_AT_MOST: usize = 9;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Line(u32),
    Bill,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Quantity,
    Percent,
    Amount,
    Tip,
}

#[derive(Debug, Clone)]
pub struct Edit {
    subject: Subject,
    what: What,
    /// Money.
    entry: AmountEntry,
    /// A number that is no money.
    typed: String,
    wrong: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    Chosen(What),
    PadPressed(PadKey),
    MarkTyped,
    ApplyPressed,
    /// The discount or tip is taken away.
    NonePressed,
    BackPressed,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Change(BillChange),
    Back,
}

impl Edit {
    pub fn of(subject: Subject) -> Edit {
        let what = if subject == Subject::Bill { What::Percent } else { What::Quantity };
        Edit { subject, what, entry: AmountEntry::default(), typed: String::new(), wrong: false }
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Digit(digit) => Some(Message::PadPressed(PadKey::Digit(digit))),
            Press::Mark => Some(Message::MarkTyped),
            Press::Backspace | Press::Delete => Some(Message::PadPressed(PadKey::Backspace)),
            Press::Control('0') => Some(Message::NonePressed),
            Press::Enter => Some(Message::ApplyPressed),
            Press::Escape => Some(Message::BackPressed),
            Press::Function(1) => Some(Message::Chosen(What::Percent)),
            Press::Function(2) => Some(Message::Chosen(What::Amount)),
            Press::Function(3) => Some(Message::Chosen(What::Tip)),
            Press::Function(4) => Some(Message::Chosen(What::Quantity)),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message, currency: Currency) -> Action {
        self.wrong = false;
        match message {
            Message::Chosen(what) if self.choices().contains(&what) => *self = Edit { what, ..Edit::of(self.subject) },
            Message::Chosen(_) => {}
            Message::PadPressed(key) => self.press(key, currency),
            Message::MarkTyped if self.is_money() => self.entry.push_mark(currency),
            Message::MarkTyped => self.push('.'),
            Message::ApplyPressed => match self.change(currency) {
                Some(change) => return Action::Change(change),
                None => self.wrong = true,
            },
            Message::NonePressed => return self.none().map_or(Action::None, Action::Change),
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    fn choices(&self) -> [What; 3] {
        match self.subject {
            Subject::Line(_) => [What::Quantity, What::Percent, What::Amount],
            Subject::Bill => [What::Percent, What::Amount, What::Tip],
        }
    }

    fn is_money(&self) -> bool {
        matches!(self.what, What::Amount | What::Tip)
    }

    fn press(&mut self, key: PadKey, currency: Currency) {
        match (key, self.is_money()) {
            (PadKey::Digit(digit), true) => self.entry.push(digit, currency),
            (PadKey::Digit(digit), false) => self.push(char::from(b'0' + digit.min(9))),
            (PadKey::DoubleZero, true) => [0, 0].into_iter().for_each(|digit| self.entry.push(digit, currency)),
            (PadKey::DoubleZero, false) => [0, 0].into_iter().for_each(|_| self.push('0')),
            (PadKey::Backspace, true) => self.entry.pop(),
            (PadKey::Backspace, false) => drop(self.typed.pop()),
            (PadKey::Times | PadKey::Add, _) => {}
        }
    }

    fn push(&mut self, letter: char) {
        if self.typed.len() < TYPED_AT_MOST {
            self.typed.push(letter);
        }
    }

    /// What was typed; nothing where it makes no sense.
    fn change(&self, currency: Currency) -> Option<BillChange> {
        let amount = self.entry.money(currency);
        match self.what {
            What::Tip => Some(BillChange::Tipped { tip_minor: amount.minor() }),
            What::Quantity => match self.subject {
                Subject::Line(line) => {
                    self.typed.parse().ok().map(|quantity| BillChange::QuantitySet { line, quantity })
                }
                Subject::Bill => None,
            },
            What::Percent => self.typed.parse().ok().map(|rate| self.discount(Some(Discount::Percent(rate)))),
            What::Amount => amount.is_positive().then(|| self.discount(Some(Discount::Amount(amount.minor())))),
        }
    }

    fn none(&self) -> Option<BillChange> {
        match self.what {
            What::Quantity => None,
            What::Tip => Some(BillChange::Tipped { tip_minor: 0 }),
            What::Percent | What::Amount => Some(self.discount(None)),
        }
    }

    fn discount(&self, discount: Option<Discount>) -> BillChange {
        match self.subject {
            Subject::Line(line) => BillChange::LineDiscounted { line, discount },
            Subject::Bill => BillChange::Discounted { discount },
        }
    }

    /// The whole screen.
    pub fn view<'a>(&'a self, account: &'a BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let largest = if scene.is_low() { 80.0 } else { 120.0 * scene.scale() };
        let display = amount_display(scene.text(self.key_of()), self.shown(account.bill.currency, scene), largest);
        let choices = self.choices().map(|what| {
            let (id, key) = match what {
                What::Quantity => ("edit-quantity", "window-edit-quantity"),
                What::Percent => ("edit-percent", "window-edit-percent"),
                What::Amount => ("edit-amount", "window-edit-amount"),
                What::Tip => ("edit-tip", "window-edit-tip"),
            };
            let role = if what == self.what { Role::Chosen } else { Role::Plain };
            action(id, scene.text(key), role, Some(Message::Chosen(what))).height(56).into()
        });
        let left = Column::new()
            .push(self.subject_words(account, scene))
            .push(Row::with_children(choices).spacing(GAP))
            .push(display)
            .push(self.wrong.then(|| text(scene.text("window-edit-wrong")).size(theme::LARGE)))
            .push(iced::widget::space().height(Fill))
            .push(self.buttons(scene))
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let pad = number_pad(Message::PadPressed);
        row![left, container(pad).width(pad_width).height(Fill)]
            .spacing(GAP * 2.0)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn subject_words<'a>(&self, account: &'a BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let line = match self.subject {
            Subject::Line(number) => account.bill.line(number),
            Subject::Bill => None,
        };
        let words = match line {
            Some(line) => container(line_words(line, account, false, scene)).height(theme::TOUCH),
            None => container(title(&account.bill, scene)),
        };
        let has = account.bill.discount.filter(|_| line.is_none());
        let has = has.map(|discount| text(discount_words(discount, account, scene)).size(theme::BODY));
        Column::new().push(words).push(has).into()
    }

    fn key_of(&self) -> &'static str {
        match self.what {
            What::Quantity => "window-edit-quantity-hint",
            What::Percent => "window-edit-percent-hint",
            What::Amount => "window-edit-amount-hint",
            What::Tip => "window-edit-tip-hint",
        }
    }

    fn shown(&self, currency: Currency, scene: Scene<'_>) -> String {
        let typed = if self.typed.is_empty() { "0" } else { &self.typed };
        let typed = typed.replace('.', scene.texts.decimal_mark());
        match self.what {
            What::Quantity => format!("{typed} ×"),
            What::Percent => scene.texts.with("percent", &[("number", &typed)]),
            What::Amount | What::Tip => scene.texts.money(self.entry.money(currency)),
        }
    }

    fn buttons<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let none = self.none().map(|_| {
            let key = if self.what == What::Tip { "window-edit-no-tip" } else { "window-edit-no-discount" };
            action("edit-none", scene.text(key), Role::Plain, Some(Message::NonePressed))
                .height(72)
                .width(FillPortion(3))
        });
        let back = action("edit-back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed));
        let apply =
            sized("edit-apply", scene.text("window-edit-apply"), theme::LARGE, Role::Go, Some(Message::ApplyPressed));
        row![back.height(72).width(FillPortion(2))]
            .push(none)
            .push(apply.height(72).width(FillPortion(4)))
            .spacing(GAP)
            .into()
    }
}
