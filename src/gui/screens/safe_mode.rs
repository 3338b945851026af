//! The settings cannot be used: what is wrong with them and where, and the ways out. No till is open behind it.

use iced::widget::{Column, Space, center, column, container, row, text};
use iced::{Center, Element, Fill};
use jiff::Timestamp;

use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::focusable_button::action;
use crate::settings::{Mending, Settings, SettingsError, SettingsFault};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeMode {
    error: SettingsError,
    /// When the newest settings were kept that were good.
    last_good: Option<Timestamp>,
    /// Something is being done about it.
    is_mending: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    LastGoodFound(Option<Timestamp>),
    /// Somebody chose a way out.
    Chosen(Mending),
    LeavePressed,
    Mended(Result<Box<Settings>, SettingsError>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Mend(Mending),
    Open(Box<Settings>),
    Leave,
}

impl SafeMode {
    pub fn new(error: SettingsError) -> SafeMode {
        SafeMode { error, last_good: None, is_mending: false }
    }

    /// What a key means here: only what changes nothing.
    pub fn key(&self, press: Press) -> Option<Message> {
        (press == Press::Enter).then_some(Message::Chosen(Mending::ReadAgain))
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::LastGoodFound(last_good) => self.last_good = last_good,
            Message::Chosen(_) if self.is_mending => {}
            Message::Chosen(how) => {
                self.is_mending = true;
                return Action::Mend(how);
            }
            Message::LeavePressed => return Action::Leave,
            Message::Mended(Ok(settings)) => return Action::Open(settings),
            Message::Mended(Err(error)) => {
                self.error = error;
                self.is_mending = false;
            }
        }
        Action::None
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let error = scene.texts.with_words(self.error.key(), &self.error.placeables());
        let card = Column::new()
            .push(text(scene.text("window-safe-mode")).size(32).center())
            .push(text(error).size(theme::BODY).center())
            .push(self.error.faults().first().map(|fault| shown(fault, scene)))
            .push(self.others(scene))
            .push(text(scene.text("window-safe-mode-no-payment")).size(theme::LARGE).center())
            .push(self.ways(scene))
            .push(text(scene.text("window-safe-mode-kept")).size(theme::BODY).style(theme::quiet).center())
            .spacing(GAP)
            .align_x(Center)
            .max_width(920);
        center(container(card).padding(20).style(theme::sheet)).padding(10).width(Fill).into()
    }

    fn others<'a>(&self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let others = self.error.faults().len().saturating_sub(1);
        let count = i64::try_from(others).ok().filter(|others| *others > 0)?;
        Some(text(scene.texts.with_values("window-safe-mode-others", &[("faults", count.into())])).into())
    }

    fn ways<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choose = |how| (!self.is_mending).then_some(Message::Chosen(how));
        let last_good = match self.last_good {
            Some(at) => {
                let date = scene.texts.date_time(&at.to_zoned(scene.clock.zone.clone()));
                let words = scene.texts.with("window-safe-mode-last-good", &[("date", &date)]);
                action("last-good", words, Role::Go, choose(Mending::LastGood))
            }
            None => action("last-good", scene.text("window-safe-mode-no-last-good"), Role::Plain, None),
        };
        let again = scene.text("window-safe-mode-again");
        let empty = scene.text("window-safe-mode-empty");
        column![
            row![last_good.height(60), action("again", again, Role::Plain, choose(Mending::ReadAgain)).height(60),]
                .spacing(GAP),
            row![
                action("empty", empty, Role::Plain, choose(Mending::Empty)).height(60),
                action("leave", scene.text("window-leave"), Role::Plain, Some(Message::LeavePressed)).height(60),
            ]
            .spacing(GAP),
        ]
        .spacing(GAP)
        .into()
    }
}

/// The fault in words, and the lines around it.
fn shown<'a>(fault: &'a SettingsFault, scene: Scene<'a>) -> Element<'a, Message> {
    let words = scene.texts.with_words(fault.what.key(), &fault.what.placeables());
    let words = match fault.place {
        Some(place) => {
            let (line, column) = (place.line.to_string(), place.column.to_string());
            let placed = [("line", line.as_str()), ("column", column.as_str()), ("fault", words.as_str())];
            scene.texts.with("settings-fault-at", &placed)
        }
        None => words,
    };
    let lines = fault
        .lines
        .iter()
        .map(|line| text(line.as_str()).font(MONO).size(theme::BODY).wrapping(text::Wrapping::None).into());
    let lines = container(Column::with_children(lines)).width(Fill).clip(true);
    column![text(words).size(theme::LARGE).center(), Space::new().height(4), lines].align_x(Center).into()
}
