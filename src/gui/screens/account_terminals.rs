//! The terminals that an account has, to choose from where a field of the form names one of them.

use iced::widget::{Column, Row, column, text};
use iced::{Center, Element};

use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, BETWEEN, GAP, Role};
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::action;
use crate::search::account::ListedTerminal;

/// What is known of them.
#[derive(Debug, Clone, Default)]
pub enum AccountTerminals {
    #[default]
    NotAsked,
    Asked,
    Listed(Vec<ListedTerminal>),
    NotListed(Problem),
}

#[derive(Debug, Clone)]
pub enum Message {
    ListPressed,
    /// The one with this number in the list.
    Picked(usize),
}

impl AccountTerminals {
    pub fn hear(&mut self, listed: Result<Vec<ListedTerminal>, Problem>) {
        // What was typed since may lead to another account.
        if matches!(self, AccountTerminals::Asked) {
            *self = listed.map_or_else(AccountTerminals::NotListed, AccountTerminals::Listed);
        }
    }

    pub fn id(&self, number: usize) -> Option<&str> {
        match self {
            AccountTerminals::Listed(listed) => listed.get(number).map(|terminal| terminal.id.as_str()),
            _ => None,
        }
    }

    /// `chosen` is what stands in the field.
    pub fn view<'a>(&'a self, chosen: &str, scene: Scene<'a>) -> Element<'a, Message> {
        let can_ask = !matches!(self, AccountTerminals::Asked);
        let ask = can_ask.then_some(Message::ListPressed);
        let ask = action("account-list", scene.text("window-account-list"), Role::Plain, ask).width(420);
        let below: Element<'a, Message> = match self {
            AccountTerminals::NotAsked => text(scene.text("window-account-help")).size(theme::SMALL).into(),
            AccountTerminals::Asked => text(scene.text("window-account-asked")).size(theme::BODY).into(),
            AccountTerminals::Listed(listed) if listed.is_empty() => {
                text(scene.text("window-account-none")).size(theme::BODY).into()
            }
            AccountTerminals::Listed(listed) => {
                let buttons = listed.iter().enumerate().map(|(number, terminal)| {
                    let role = if terminal.id == chosen { Role::Chosen } else { Role::Plain };
                    let words = format!("{}  {}", terminal.id, terminal.about);
                    action(format!("account-{}", terminal.id), words, role, Some(Message::Picked(number)))
                        .width(300)
                        .into()
                });
                let buttons = Row::with_children(buttons).spacing(BETWEEN).wrap().vertical_spacing(BETWEEN);
                column![text(scene.text("window-account-choose")).size(theme::SMALL), buttons].spacing(BETWEEN).into()
            }
            AccountTerminals::NotListed(problem) => {
                banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None)
            }
        };
        Column::new().push(Row::new().push(ask).align_y(Center)).push(below).spacing(GAP).into()
    }
}
