//! At which table the bill on the counter is parked: typed, or chosen among those that were used lately.

use std::collections::BTreeSet;

use iced::widget::{Column, Row, column, row, scrollable, text, text_input};
use iced::{Element, Fill, FillPortion};

use crate::domain::bill::TableNameError;
use crate::domain::{BillAccount, TableName};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::bill_state::title;
use crate::gui::widgets::focusable_button::{action, sized};

/// The id of the field for the table's name.
pub const NAME: &str = "park-name";
const TYPED_AT_MOST: usize = 20;
/// Offered where no table was ever used here.
const NUMBERED: usize = 12;

#[derive(Debug, Clone, Default)]
pub struct Park {
    name: String,
    /// Used lately.
    known: Vec<String>,
    /// The Fluent id of what is wrong with the name.
    problem: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub enum Message {
    NameTyped(String),
    /// A key pressed beside the field.
    KeyTyped(char),
    BackspacePressed,
    TableChosen(String),
    Submitted,
    /// Set aside without a table.
    AsidePressed,
    BackPressed,
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Back,
    /// Set aside where there is no table.
    Park(Option<TableName>),
}

impl Park {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Enter => Some(Message::Submitted),
            Press::Escape => Some(Message::BackPressed),
            Press::Backspace => Some(Message::BackspacePressed),
            Press::Digit(digit) => Some(Message::KeyTyped(char::from(b'0' + digit.min(9)))),
            Press::Letter(letter) => Some(Message::KeyTyped(letter)),
            _ => None,
        }
    }

    /// Tables that were used lately.
    pub fn hear(&mut self, known: Vec<String>) {
        self.known = known;
    }

    pub fn update(&mut self, message: Message) -> Action {
        self.problem = None;
        match message {
            Message::NameTyped(name) => self.name = name.chars().take(TYPED_AT_MOST).collect(),
            Message::KeyTyped(letter) => self.name.push(letter),
            Message::BackspacePressed => drop(self.name.pop()),
            Message::TableChosen(name) => {
                self.name = name;
                return self.submit();
            }
            Message::Submitted => return self.submit(),
            Message::AsidePressed => return Action::Park(None),
            Message::BackPressed => return Action::Back,
        }
        Action::None
    }

    fn submit(&mut self) -> Action {
        match self.name.parse() {
            Ok(table) => return Action::Park(Some(table)),
            Err(error) => self.problem = Some(name_problem(error)),
        }
        Action::None
    }

    /// The whole screen. `taken` are the tables that have a bill, as keys.
    pub fn view<'a>(
        &'a self,
        account: &'a BillAccount,
        taken: &BTreeSet<String>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let field = text_input(&scene.text("window-park-name"), &self.name)
            .id(NAME)
            .on_input(Message::NameTyped)
            .on_submit(Message::Submitted)
            .size(theme::LARGE)
            .padding(13)
            .style(theme::field);
        let numbers = (1..=NUMBERED).map(|number| number.to_string());
        let known: Vec<String> = if self.known.is_empty() { numbers.collect() } else { self.known.clone() };
        let tables = known.into_iter().map(|name| {
            // A table that has a bill already is there to be seen, not to be hit.
            let is_taken = taken.contains(&name.to_lowercase());
            let message = (!is_taken).then(|| Message::TableChosen(name.clone()));
            sized(format!("table-{name}"), name, theme::LARGE, Role::Plain, message).width(150).height(64).into()
        });
        let tables = Row::with_children(tables).spacing(GAP).wrap();
        let height = if scene.is_low() { 64 } else { 84 };
        column![
            title(&account.bill, scene),
            text(scene.text("window-park-title")).size(theme::LARGE),
            field,
            Column::new().push(self.problem.map(|key| text(scene.text(key)).size(theme::LARGE))),
            scrollable(tables).style(theme::scroll).height(Fill).width(Fill),
            row![
                action("park-back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed))
                    .height(height)
                    .width(FillPortion(2)),
                action("park-aside", scene.text("window-park-aside"), Role::Plain, Some(Message::AsidePressed))
                    .height(height)
                    .width(FillPortion(3)),
                sized("park", scene.text("window-park"), theme::LARGE, Role::Go, Some(Message::Submitted))
                    .height(height)
                    .width(FillPortion(4)),
            ]
            .spacing(GAP)
        ]
        .spacing(GAP)
        .padding(scene.edge())
        .height(Fill)
        .into()
    }
}

/// The Fluent id of what is wrong with a table's name.
pub fn name_problem(error: TableNameError) -> &'static str {
    match error {
        TableNameError::Empty => "window-table-empty",
        TableNameError::TooLong => "window-table-too-long",
        TableNameError::Unprintable => "window-table-unprintable",
    }
}
