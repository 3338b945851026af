//! A customer's receipt without paper: as a code that their telephone reads, and by mail, as far as the shop has set either up.

use std::sync::Arc;

use iced::widget::{Canvas, Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, Length};

use crate::domain::{PaymentId, Receipt};
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::{banner, mark};
use crate::gui::widgets::bitmap_canvas::BitmapCanvas;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::receipt_paper::receipt_paper;
use crate::gui::widgets::setting_sheet::{field, part};
use crate::gui::widgets::visited_last;
use crate::receipts::qr_code;

/// The id of the field for the customer's address.
pub const ADDRESS: &str = "slip-mail-address";
/// Of an address (RFC 5321, 4.5.3.1.3).
const ADDRESS_AT_MOST: usize = 254;
/// The code's side, in points: a telephone reads it from half a metre away.
const CODE: f32 = 300.0;

/// Whose receipt is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOut {
    pub payment: PaymentId,
    pub receipt: Receipt,
    pub training: bool,
    /// It may have been handed out before.
    pub duplicate: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Mail {
    Typing,
    /// On its way to this address.
    Sending(String),
    Sent(String),
    Failed(Problem),
}

#[derive(Debug, Clone)]
pub struct HandOut {
    what: HandedOut,
    /// The shop has a mail server.
    mails: bool,
    address: String,
    mail: Mail,
}

#[derive(Debug, Clone)]
pub enum Message {
    AddressTyped(String),
    SendPressed,
    /// What became of the mail to this address.
    Sent(PaymentId, String, Result<(), Problem>),
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    /// To this address.
    Send(String),
    Leave,
}

impl HandOut {
    pub fn new(what: HandedOut, mails: bool) -> HandOut {
        HandOut { what, mails, address: String::new(), mail: Mail::Typing }
    }

    pub fn what(&self) -> &HandedOut {
        &self.what
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Enter => Some(Message::SendPressed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::AddressTyped(address) => {
                let letters = address.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace());
                self.address = letters.take(ADDRESS_AT_MOST).collect();
                if !matches!(self.mail, Mail::Sending(_)) {
                    self.mail = Mail::Typing;
                }
            }
            Message::SendPressed if self.can_send() => {
                self.mail = Mail::Sending(self.address.clone());
                return Action::Send(self.address.clone());
            }
            Message::SendPressed => {}
            Message::Sent(payment, to, sent) if self.awaits(&payment, &to) => {
                self.mail = sent.map_or_else(Mail::Failed, |()| Mail::Sent(to));
            }
            Message::Sent(..) => {}
            Message::BackPressed => return Action::Leave,
        }
        Action::None
    }

    /// Whether this page is the one that sent it there.
    pub fn awaits(&self, payment: &PaymentId, to: &str) -> bool {
        *payment == self.what.payment && self.mail == Mail::Sending(to.to_owned())
    }

    /// Once to each address that was typed, unless it failed.
    fn can_send(&self) -> bool {
        let named = self.address.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
        self.mails && named && matches!(self.mail, Mail::Typing | Mail::Failed(_))
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = text(scene.text("window-hand-out-title")).size(theme::LARGE).width(Fill);
        let head = row![title, back].spacing(GAP).align_y(Center);
        let ways = Column::new()
            .push(self.mails.then(|| self.mail(scene)))
            .push(self.code(scene))
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        let ways = scrollable(ways).style(theme::scroll).height(Fill).width(Fill);
        let paper = receipt_paper(&self.what.receipt, self.what.training, scene);
        let body = row![ways, container(paper).width(370)].spacing(GAP * 2.0).height(Fill);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn mail<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let address = field(ADDRESS, &self.address, Message::AddressTyped, Message::SendPressed);
        let send = scene.with_key("window-hand-out-send", Press::Enter);
        let send = action("hand-out-send", send, Role::Go, self.can_send().then_some(Message::SendPressed)).width(200);
        let line = row![address, send].spacing(GAP).align_y(Center).into();
        part("window-hand-out-address", [Some(line), self.became(scene)].into_iter().flatten(), scene)
    }

    fn became<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let said = |key: &str, address: &str| scene.texts.with(key, &[("address", address)]);
        Some(match &self.mail {
            Mail::Typing => return None,
            Mail::Sending(to) => mark(|colours| colours.notice, "▶", said("window-hand-out-sending", to), theme::BODY),
            Mail::Sent(to) => mark(|colours| colours.notice, "✔", said("window-hand-out-sent", to), theme::BODY),
            Mail::Failed(problem) => banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None),
        })
    }

    fn code<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let code = match scene.paper.in_code(&self.what, scene.texts)? {
            Some(words) => code_of(&words, CODE)?,
            None => text(scene.text("window-hand-out-too-long")).size(theme::BODY).into(),
        };
        Some(part("window-hand-out-code", [code], scene))
    }
}

/// A text as a code, black on white in every scheme; `None` where it is too long for any.
pub fn code_of<'a, M: 'a>(words: &str, side: f32) -> Option<Element<'a, M>> {
    let code = Arc::new(qr_code(words)?);
    let canvas = Canvas::new(BitmapCanvas::new(code)).width(Length::Fixed(side)).height(Length::Fixed(side));
    Some(container(column![canvas]).style(theme::paper).into())
}
