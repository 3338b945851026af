//! One terminal that does not answer any more is looked for: by what it once said of itself, never by where it is. What was found
//! changes nothing before somebody says yes.

use iced::widget::{Column, column, container, progress_bar, row, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::search_again_link::{Moved, Sought};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::{Remedy, banner};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Searching {
        done: usize,
        of: usize,
    },
    /// It has another address, and somebody is to say whether that counts from now on.
    Moved(Box<Moved>),
    /// They said so.
    Sent(Box<Moved>),
    /// It is where it was.
    Here(String),
    /// Nothing was changed, and why.
    Over(Problem),
}

#[derive(Debug, Clone)]
pub struct FindAgain {
    terminal: String,
    /// What it is known by, for a person.
    identity: String,
    stage: Stage,
}

#[derive(Debug, Clone)]
pub enum Message {
    StopPressed,
    AgainPressed,
    TakePressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Search(String),
    Stop,
    Move(Box<Moved>),
    Leave,
}

impl FindAgain {
    /// A search that has just begun.
    pub fn of(terminal: String, identity: String) -> FindAgain {
        FindAgain { terminal, identity, stage: Stage::Searching { done: 0, of: 0 } }
    }

    pub fn key(&self, press: Press) -> Option<Message> {
        match (press, &self.stage) {
            (Press::Escape, _) => Some(Message::BackPressed),
            (Press::Function(4), Stage::Moved(_)) => Some(Message::TakePressed),
            (Press::Function(1), _) => Some(Message::AgainPressed),
            _ => None,
        }
    }

    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Searching { .. })
    }

    pub fn update(&mut self, message: Message) -> Action {
        match (message, &self.stage) {
            (Message::StopPressed | Message::BackPressed, Stage::Searching { .. }) => {
                self.stop();
                Action::Stop
            }
            (Message::BackPressed, _) => Action::Leave,
            (Message::AgainPressed, Stage::Here(_) | Stage::Over(_)) => {
                self.stage = Stage::Searching { done: 0, of: 0 };
                Action::Search(self.terminal.clone())
            }
            (Message::TakePressed, Stage::Moved(moved)) => {
                let moved = moved.clone();
                self.stage = Stage::Sent(moved.clone());
                Action::Move(moved)
            }
            (Message::StopPressed | Message::AgainPressed | Message::TakePressed, _) => Action::None,
        }
    }

    /// The search ends without an answer.
    pub fn stop(&mut self) {
        if self.is_running() {
            self.stage = Stage::Over(Problem::new("window-search-unfinished"));
        }
    }

    /// What comes after the end was on its way when the search was stopped.
    pub fn hear(&mut self, terminal: &str, news: Sought) {
        if terminal != self.terminal || !self.is_running() {
            return;
        }
        self.stage = match news {
            Sought::Asked { done, of } => Stage::Searching { done, of },
            Sought::Moved(moved) => Stage::Moved(moved),
            Sought::Here(address) => Stage::Here(address),
            Sought::NotFound(problem) => Stage::Over(problem),
        };
    }

    /// The new address does not count, and why.
    pub fn complain(&mut self, problem: Problem) {
        self.stage = Stage::Over(problem);
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = scene.texts.with("window-find-again-title", &[("terminal", &self.terminal)]);
        let head = row![text(title).size(theme::LARGE).width(Fill), self.button(scene), back];
        let about = [("terminal", self.terminal.as_str()), ("identity", self.identity.as_str())];
        let about = text(scene.texts.with("window-find-again-about", &about)).size(theme::BODY);
        let about = container(about).padding(14).width(Fill).style(theme::sheet);
        let body = Column::new().push(about).push(self.state(scene)).spacing(GAP).height(Fill);
        let head = head.spacing(GAP).align_y(Center);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn button<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let (id, label, message) = match &self.stage {
            Stage::Searching { .. } => ("search-stop", scene.text("window-search-stop"), Some(Message::StopPressed)),
            stage => {
                let can = matches!(stage, Stage::Here(_) | Stage::Over(_));
                let label = scene.with_key("window-find-again-repeat", Press::Function(1));
                ("find-again-repeat", label, can.then_some(Message::AgainPressed))
            }
        };
        action(id, label, Role::Plain, message).width(240).into()
    }

    fn state<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        match &self.stage {
            Stage::Searching { done, of } => {
                let share = *done as f32 / (*of).max(1) as f32;
                column![progress_bar(0.0..=1.0, share).style(theme::progress)].into()
            }
            Stage::Moved(moved) => {
                let take = scene.with_key("window-find-again-take", Press::Function(4));
                let remedies = [
                    Remedy { id: "find-again-take", label: take, message: Message::TakePressed },
                    Remedy {
                        id: "find-again-leave",
                        label: scene.text("window-find-again-leave"),
                        message: Message::BackPressed,
                    },
                ];
                banner(|colours| colours.notice, "?", self.moved(moved, scene), remedies)
            }
            Stage::Sent(moved) => banner(|colours| colours.notice, "▶", self.moved(moved, scene), None),
            Stage::Here(address) => {
                let words = [("terminal", self.terminal.as_str()), ("address", address.as_str())];
                let words = scene.texts.with("window-find-again-here", &words);
                banner(|colours| colours.approved, "✔", words, None)
            }
            Stage::Over(problem) => banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None),
        }
    }

    fn moved(&self, moved: &Moved, scene: Scene<'_>) -> String {
        let (from, to) = (moved.from.as_str(), moved.to());
        let identity = moved.hit.identity.to_string();
        let words = [("terminal", self.terminal.as_str()), ("identity", &identity), ("from", from), ("to", &to)];
        scene.texts.with("window-find-again-moved", &words)
    }
}
