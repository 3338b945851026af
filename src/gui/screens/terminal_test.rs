//! Whether a terminal can be used: what is looked at and what was found, as it comes.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::doctor::{Check, Finding, Judgement, Told};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;

#[derive(Debug, Clone)]
pub struct TerminalTest {
    terminal: String,
    /// At most one of each check.
    found: Vec<Finding>,
    looking: Option<Check>,
    is_over: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    AgainPressed,
    /// Something is to be set up differently.
    ChangePressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Again(String),
    Change(String),
    Leave,
}

/// What a key means here.
pub fn key(press: Press) -> Option<Message> {
    match press {
        Press::Escape | Press::Enter => Some(Message::BackPressed),
        Press::Function(1) => Some(Message::AgainPressed),
        Press::Function(2) => Some(Message::ChangePressed),
        _ => None,
    }
}

impl TerminalTest {
    pub fn of(terminal: String) -> TerminalTest {
        TerminalTest { terminal, found: Vec::new(), looking: None, is_over: false }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::AgainPressed if self.is_over => {
                *self = TerminalTest::of(self.terminal.clone());
                Action::Again(self.terminal.clone())
            }
            Message::AgainPressed => Action::None,
            Message::BackPressed => Action::Leave,
            Message::ChangePressed => Action::Change(self.terminal.clone()),
        }
    }

    pub fn hear(&mut self, terminal: &str, told: Told) {
        if terminal != self.terminal || self.is_over {
            return;
        }
        match told {
            Told::Looking(check) => self.looking = Some(check),
            Told::Found(finding) => {
                self.looking = None;
                self.found.retain(|known| known.check != finding.check);
                self.found.push(finding);
            }
        }
    }

    /// Nothing more comes.
    pub fn ended(&mut self, terminal: &str) {
        if terminal == self.terminal {
            (self.is_over, self.looking) = (true, None);
        }
    }

    fn has_fault(&self) -> bool {
        self.found.iter().any(|finding| matches!(finding.judgement, Judgement::Fault(_)))
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let again = scene.with_key("window-terminals-test-again", Press::Function(1));
        let again = action("test-again", again, Role::Plain, self.is_over.then_some(Message::AgainPressed)).width(220);
        let change = scene.with_key("window-terminals-edit", Press::Function(2));
        let change = action("test-change", change, Role::Plain, Some(Message::ChangePressed)).width(200);
        let title = scene.texts.with("window-terminals-testing", &[("terminal", &self.terminal)]);
        let head = row![text(title).size(theme::LARGE).width(Fill), again, change, back].spacing(GAP).align_y(Center);
        let found = self.found.iter().map(|finding| line(finding, scene));
        let looking = self.looking.map(|check| {
            let sign = text("▶").font(theme::MONO).size(theme::BODY);
            let words = text(check.name(scene.texts)).size(theme::BODY);
            container(row![sign, words].spacing(GAP)).padding([8, 14]).width(Fill).style(theme::sheet)
        });
        let rows = Column::new().extend(found).push(looking).spacing(GAP);
        let rows = rows.padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        let body = Column::new().push(self.verdict(scene)).push(scrollable(rows).style(theme::scroll).height(Fill));
        container(visited_last::above(head, body.spacing(GAP).height(Fill), GAP)).padding(scene.edge()).into()
    }

    fn verdict<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        match (self.is_over, self.has_fault()) {
            (false, _) => banner(|colours| colours.notice, "▶", scene.text("window-terminals-test-runs"), None),
            (true, false) => banner(|colours| colours.approved, "✔", scene.text("window-terminals-test-fine"), None),
            (true, true) => banner(|colours| colours.declined, "✘", scene.text("window-terminals-test-fault"), None),
        }
    }
}

fn line<'a>(finding: &'a Finding, scene: Scene<'a>) -> Element<'a, Message> {
    let sign = match finding.judgement {
        Judgement::Fine => "✔",
        Judgement::Doubt => "⚠",
        Judgement::Fault(_) => "✘",
    };
    let words = text(finding.text(scene.texts)).size(theme::BODY);
    let detail = finding.detail.as_ref().map(|detail| text(detail).size(theme::SMALL).style(theme::quiet));
    let name = text(finding.check.name(scene.texts)).size(theme::SMALL).style(theme::quiet);
    let sign = text(sign).font(theme::MONO).size(theme::LARGE);
    let line = row![sign, column![name, words].push(detail).width(Fill)].spacing(GAP).align_y(Center);
    container(line).padding([8, 14]).width(Fill).style(theme::sheet).into()
}
