//! The window as a whole: the till opens, then the desk takes over. Routes only.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use iced::widget::{column, responsive};
use iced::{Element, Theme};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::desk::{self, Desk};
use super::effect::Effect;
use super::frame;
use super::keys::{Keys, Press, Reading};
use super::price_import::ImportFailure;
use super::scene::{Clock, Scene};
use super::screens::history::Page;
use super::screens::opening::{self, Opening};
use super::theme::{Role, Scheme};
use super::till_link::Link;
use super::widgets::focusable_button::action;
use crate::domain::PriceList;
use crate::journal::HistoryQuery;
use crate::texts::Texts;

/// All the window knows. Changed by [`App::update`] alone.
pub struct App {
    texts: Texts,
    scheme: Scheme,
    clock: Clock,
    stage: Stage,
    /// The till, once it is open; absent where tests look at the window alone.
    link: Option<Link>,
    /// Tells the times of keys.
    key_clock: fn() -> Instant,
}

// There is one of it.
#[allow(clippy::large_enum_variant)]
enum Stage {
    Opening(Opening),
    Desk(Desk),
}

#[derive(Debug, Clone)]
pub enum Message {
    Opening(opening::Message),
    TillOpened(Link),
    Desk(desk::Message),
    KeyPressed(Press),
    /// A barcode scanner has typed something.
    Read(Reading),
    SchemePressed,
    CloseRequested,
    /// Somebody dropped a file onto the window: a price list.
    FileDropped(PathBuf),
    PricesImported(Result<Arc<PriceList>, ImportFailure>),
    Ticked,
}

impl App {
    /// A window whose till is still opening.
    pub fn opening(texts: Texts, zone: TimeZone, now: Timestamp) -> App {
        let clock = Clock { now, zone };
        let stage = Stage::Opening(Opening::default());
        App { texts, scheme: Scheme::default(), clock, stage, link: None, key_clock: Instant::now }
    }

    /// A window with pictures of terminals and nothing behind them.
    pub fn with_desk(texts: Texts, zone: TimeZone, now: Timestamp, desk: Desk) -> App {
        let desk = spoken(desk, &texts);
        App { stage: Stage::Desk(desk), ..App::opening(texts, zone, now) }
    }

    pub fn link(&self) -> Option<&Link> {
        self.link.as_ref()
    }

    pub fn desk(&self) -> Option<&Desk> {
        match &self.stage {
            Stage::Desk(desk) => Some(desk),
            Stage::Opening(_) => None,
        }
    }

    /// With this price list, as where the till has one.
    pub fn sell(&mut self, prices: PriceList) {
        if let Stage::Desk(desk) = &mut self.stage {
            desk.bills.set_prices(Some(Arc::new(prices)));
        }
    }

    /// The time it is now; views know no other.
    pub fn set_time(&mut self, now: Timestamp) {
        self.clock.now = now;
    }

    /// Keys are so far apart as this clock says.
    pub fn set_key_clock(&mut self, clock: fn() -> Instant) {
        self.key_clock = clock;
    }

    pub fn title(&self) -> String {
        self.texts.get("window-title")
    }

    pub fn theme(&self) -> Theme {
        self.scheme.theme()
    }

    /// What a page of the history asks the journal, here and now.
    pub fn query(&self, page: &Page) -> HistoryQuery {
        page.query(&self.texts, &self.clock)
    }

    /// Whether something on the screen counts seconds.
    pub fn needs_seconds(&self) -> bool {
        self.desk().is_some_and(Desk::is_busy)
    }

    /// Whether something on the screen grows old slowly.
    pub fn needs_minutes(&self) -> bool {
        self.desk().is_some_and(Desk::shows_ages)
    }

    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Opening(message) => self.opening_said(message),
            Message::TillOpened(link) => {
                let desk = spoken(link.desk(), &self.texts);
                let begin = desk.begin();
                self.stage = Stage::Desk(desk);
                let connect = link.names().into_iter().map(|terminal| Effect::Connect { terminal });
                let effects = connect.chain([Effect::ReadRecent, begin]).collect();
                self.link = Some(link);
                effects
            }
            Message::Desk(message) => match &mut self.stage {
                Stage::Desk(desk) => desk.update(message),
                Stage::Opening(_) => Vec::new(),
            },
            Message::KeyPressed(press) => self.key(press),
            Message::Read(reading) => match &mut self.stage {
                Stage::Desk(desk) => desk.update(desk::Message::Read(reading)),
                Stage::Opening(_) => Vec::new(),
            },
            Message::SchemePressed => {
                self.scheme = self.scheme.other();
                Vec::new()
            }
            Message::CloseRequested => match &mut self.stage {
                Stage::Desk(desk) => desk.update(desk::Message::LeaveRequested),
                Stage::Opening(_) => vec![Effect::Close],
            },
            Message::FileDropped(file) => match &self.stage {
                Stage::Desk(_) => vec![Effect::ImportPrices(file)],
                Stage::Opening(_) => Vec::new(),
            },
            Message::PricesImported(imported) => {
                if let Stage::Desk(desk) = &mut self.stage {
                    match imported {
                        Ok(prices) => desk.new_prices(prices),
                        Err(failure) => desk.say(failure.problem(&self.texts)),
                    }
                }
                Vec::new()
            }
            // The time itself is set from outside.
            Message::Ticked => Vec::new(),
        }
    }

    fn opening_said(&mut self, message: opening::Message) -> Vec<Effect> {
        let Stage::Opening(opening) = &mut self.stage else { return Vec::new() };
        match opening.update(message) {
            opening::Action::None => Vec::new(),
            opening::Action::Open => vec![Effect::Open],
            opening::Action::Leave => vec![Effect::Close],
        }
    }

    fn key(&mut self, press: Press) -> Vec<Effect> {
        let message = match (press, &self.stage) {
            (Press::Tab { back: true }, _) => return vec![Effect::FocusPrevious],
            (Press::Tab { back: false }, _) => return vec![Effect::FocusNext],
            (Press::Function(9), _) => Some(Message::SchemePressed),
            (_, Stage::Opening(opening)) => opening.key(press).map(Message::Opening),
            (_, Stage::Desk(desk)) => desk.key(press).map(Message::Desk),
        };
        message.map(|message| self.update(message)).unwrap_or_default()
    }

    pub fn view(&self) -> Element<'_, Message> {
        let content = responsive(|room| {
            let scene = Scene { texts: &self.texts, clock: &self.clock, room };
            match &self.stage {
                Stage::Opening(opening) => opening.view(scene).map(Message::Opening),
                Stage::Desk(desk) => frame::view(desk, self.scheme_button(), scene),
            }
        });
        let takes_codes = self.desk().is_some_and(Desk::takes_codes);
        let on_reading = takes_codes.then_some(Message::Read as fn(Reading) -> Message);
        Keys::new(column![content], Message::KeyPressed).on_reading(on_reading).clock(self.key_clock).into()
    }

    fn scheme_button(&self) -> Element<'_, Message> {
        let key = match self.scheme {
            Scheme::Light => "window-to-dark",
            Scheme::Dark => "window-to-light",
        };
        action("scheme", self.texts.get(key), Role::Plain, Some(Message::SchemePressed)).width(iced::Shrink).into()
    }
}

/// With the words of the window's language that end up on bills.
fn spoken(mut desk: Desk, texts: &Texts) -> Desk {
    desk.bills.set_item_word(texts.get("window-item"));
    desk
}
