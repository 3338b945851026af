//! Whether a terminal can be used: what is looked at and what was found, as it comes.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use super::terminal_fields::label_of;
use crate::doctor::{Check, Finding, Judgement, Told};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;

/// Several ports and names are looked at, and no more than that.
const FOUND_AT_MOST: usize = 64;
const UNPAIRED: &str = "doctor-settings-unpaired";

#[derive(Debug, Clone)]
pub struct TerminalTest {
    terminal: String,
    /// In the order in which it came.
    found: Vec<Finding>,
    looking: Option<Check>,
    /// It can be looked for at another address.
    can_be_sought: bool,
    is_over: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    AgainPressed,
    /// Something is to be set up differently.
    ChangePressed,
    FindAgainPressed,
    PairPressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Again(String),
    Change(String),
    FindAgain(String),
    Pair(String),
    Leave,
}

/// What a key means here.
pub fn key(press: Press) -> Option<Message> {
    match press {
        Press::Escape | Press::Enter => Some(Message::BackPressed),
        Press::Function(1) => Some(Message::AgainPressed),
        Press::Function(2) => Some(Message::ChangePressed),
        Press::Function(3) => Some(Message::FindAgainPressed),
        Press::Function(4) => Some(Message::PairPressed),
        _ => None,
    }
}

impl TerminalTest {
    pub fn of(terminal: String) -> TerminalTest {
        TerminalTest { terminal, found: Vec::new(), looking: None, can_be_sought: false, is_over: false }
    }

    pub fn terminal(&self) -> &str {
        &self.terminal
    }

    pub fn set_can_be_sought(&mut self, can: bool) {
        self.can_be_sought = can;
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::AgainPressed if self.is_over => {
                let can_be_sought = self.can_be_sought;
                *self = TerminalTest { can_be_sought, ..TerminalTest::of(self.terminal.clone()) };
                Action::Again(self.terminal.clone())
            }
            Message::AgainPressed => Action::None,
            Message::BackPressed => Action::Leave,
            Message::ChangePressed => Action::Change(self.terminal.clone()),
            Message::FindAgainPressed if self.may_have_moved() => Action::FindAgain(self.terminal.clone()),
            Message::PairPressed if self.is_unpaired() => Action::Pair(self.terminal.clone()),
            Message::FindAgainPressed | Message::PairPressed => Action::None,
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
                if self.found.len() < FOUND_AT_MOST {
                    self.found.push(finding);
                }
            }
        }
    }

    /// Nothing more comes.
    pub fn ended(&mut self, terminal: &str) {
        if terminal == self.terminal {
            (self.is_over, self.looking) = (true, None);
        }
    }

    fn fault(&self) -> Option<&Finding> {
        self.found.iter().find(|finding| matches!(finding.judgement, Judgement::Fault(_)))
    }

    fn has_doubts(&self) -> bool {
        self.found.iter().any(|finding| finding.judgement == Judgement::Doubt)
    }

    /// Nobody answers where it should be, or somebody else does.
    /// Whether pairing it is what is missing.
    fn is_unpaired(&self) -> bool {
        self.is_over && self.found.iter().any(|finding| finding.key == UNPAIRED)
    }

    fn may_have_moved(&self) -> bool {
        let elsewhere = [Check::Network, Check::Port, Check::Speech, Check::Session, Check::Identity];
        let is_fault = |finding: &Finding| matches!(finding.judgement, Judgement::Fault(_));
        self.can_be_sought
            && self.is_over
            && self.found.iter().any(|finding| is_fault(finding) && elsewhere.contains(&finding.check))
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
        let moved = self.may_have_moved().then(|| {
            let label = scene.with_key("window-find-again", Press::Function(3));
            action("test-find-again", label, Role::Go, Some(Message::FindAgainPressed)).width(320)
        });
        let pair = self.is_unpaired().then(|| {
            let label = scene.with_key("window-terminals-pair", Press::Function(4));
            action("test-pair", label, Role::Go, Some(Message::PairPressed)).width(320)
        });
        let body = Column::new()
            .push(self.verdict(scene))
            .push(moved)
            .push(pair)
            .push(scrollable(rows).anchor_bottom().style(theme::scroll).height(Fill));
        container(visited_last::above(head, body.spacing(GAP).height(Fill), GAP)).padding(scene.edge()).into()
    }

    fn verdict<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        if !self.is_over {
            return banner(|colours| colours.notice, "▶", scene.text("window-terminals-test-runs"), None);
        }
        // The cause stands where it is read first: the list may be longer than the window.
        match self.fault() {
            Some(fault) => {
                let (check, words) = (fault.check.name(scene.texts), words_of(fault, scene));
                let words = scene.texts.with("window-terminals-test-fault", &[("check", &check), ("cause", &words)]);
                banner(|colours| colours.declined, "✘", words, None)
            }
            None if self.has_doubts() => {
                banner(|colours| colours.approved, "✔", scene.text("window-terminals-test-doubt"), None)
            }
            None => banner(|colours| colours.approved, "✔", scene.text("window-terminals-test-fine"), None),
        }
    }
}

/// A field has its name in the form, not that in the settings file.
fn words_of(finding: &Finding, scene: Scene<'_>) -> String {
    let own = |(name, words): &(&'static str, String)| match *name {
        "field" => (*name, label_of(words, scene)),
        name => (name, words.clone()),
    };
    let words: Vec<_> = finding.words.iter().map(own).collect();
    scene.texts.with_words(&finding.key, &words)
}

fn line<'a>(finding: &'a Finding, scene: Scene<'a>) -> Element<'a, Message> {
    let sign = match finding.judgement {
        Judgement::Fine => "✔",
        Judgement::Doubt => "⚠",
        Judgement::Fault(_) => "✘",
    };
    let words = text(words_of(finding, scene)).size(theme::BODY);
    let detail = finding.detail.as_ref().map(|detail| text(detail).size(theme::SMALL).style(theme::quiet));
    let name = text(finding.check.name(scene.texts)).size(theme::SMALL).style(theme::quiet);
    let sign = text(sign).font(theme::MONO).size(theme::LARGE);
    let line = row![sign, column![name, words].push(detail).width(Fill)].spacing(GAP).align_y(Center);
    container(line).padding([8, 14]).width(Fill).style(theme::sheet).into()
}
