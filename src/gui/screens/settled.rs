//! Money has been taken for a bill: the change to hand back, very large, and the bill's receipt, until the next customer.

use iced::widget::{Column, container, row, text};
use iced::{Center, Element, Fill};

use crate::domain::{BillAccount, Money};
use crate::gui::keys::Press;
use crate::gui::scene::{Scene, fit};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::bill_state::{standing, title};
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::sized;
use crate::gui::widgets::receipt_paper::bill_paper;

#[derive(Debug, Clone)]
pub struct Settled {
    pub account: BillAccount,
    /// To hand back; `None` where no cash was taken just now.
    pub change: Option<Money>,
    pub given: Option<Money>,
}

#[derive(Debug, Clone)]
pub enum Message {
    NextPressed,
    /// The first digit of the next customer.
    DigitTyped(u8),
}

#[derive(Debug, Clone)]
pub enum Action {
    Next(Option<u8>),
}

pub fn update(message: &Message) -> Action {
    match message {
        Message::NextPressed => Action::Next(None),
        Message::DigitTyped(digit) => Action::Next(Some(*digit)),
    }
}

impl Settled {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Enter | Press::Escape => Some(Message::NextPressed),
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            _ => None,
        }
    }

    /// The whole screen.
    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let paper_width = if scene.is_wide() { 400.0 } else { 376.0 };
        let is_open = self.account.bill.is_open();
        let heading = if is_open { "window-bill-taken" } else { "window-bill-settled" };
        let heading = text(scene.text(heading)).size(theme::LARGE + 8.0);
        let heading = row![heading, container(title(&self.account.bill, scene)).width(Fill)].spacing(GAP * 2.0);
        let left = Column::new()
            .push(standing(&self.account, scene))
            .push(self.warning(scene))
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let paper = bill_paper(&self.account, scene);
        let above = row![left, container(paper).width(paper_width)].spacing(GAP * 2.0).height(Fill);
        let key = if is_open { "window-bill-go-on" } else { "window-next-customer" };
        let height = if scene.is_low() { 64 } else { 84 };
        let next = sized("next", scene.text(key), theme::LARGE, Role::Go, Some(Message::NextPressed)).height(height);
        Column::new()
            .push(heading.align_y(Center))
            .push(self.handed_back(scene))
            .push(above)
            .push(next)
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn handed_back<'a>(&self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let change = self.change?;
        let words = scene.texts.money(change);
        let largest = if scene.is_low() { 110.0 } else { 190.0 * scene.scale() };
        let width = scene.room.width - 240.0;
        let given = self.given.map(|given| {
            let words = scene.texts.with("window-cash-was-given", &[("amount", &scene.texts.money(given))]);
            text(words).size(theme::BODY)
        });
        let size = fit(&words, width, largest);
        let change = row![
            text("✔").font(theme::MONO).size(theme::LARGE),
            fitted(scene.text("window-cash-change"), theme::LARGE)
        ];
        let label = Column::new().push(change.spacing(GAP).align_y(Center)).push(given).width(200);
        let back = text(words).size(size).line_height(1.1).wrapping(text::Wrapping::None);
        let back = row![label, container(back).align_right(Fill)].align_y(Center);
        Some(container(back).padding([10, 18]).width(Fill).style(theme::band(|colours| colours.approved)).into())
    }

    /// What must not be overlooked: more is due, or more was taken than is due.
    fn warning<'a>(&self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let due = self.account.due();
        let (key, amount) = match due.minor() {
            0 => return None,
            minor if minor > 0 => ("window-bill-still-due", due),
            minor => ("window-bill-over-paid", self.account.money(-minor)),
        };
        let words = scene.texts.with(key, &[("amount", &scene.texts.money(amount))]);
        Some(mark(|colours| colours.in_doubt, "⚠", words, theme::LARGE))
    }
}
