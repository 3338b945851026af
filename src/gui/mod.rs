//! The cashier's window. Screens are state, `Message`, `Action`, `update` and `view`; only `till_link` meets the till.

pub mod app;
pub mod bill_desk;
mod bill_frame;
pub mod bill_link;
mod bill_routes;
pub mod closing_day;
mod day_link;
pub mod desk;
pub mod drawing;
pub mod effect;
mod frame;
pub mod history_link;
pub mod keys;
pub mod price_import;
pub mod problem;
mod scan_routes;
pub mod scanner;
pub mod scene;
pub mod screens;
pub mod theme;
pub mod till_link;
mod widgets;

use std::time::Duration;

use iced::{Size, Subscription, Task, window};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::settings::{Places, Settings};
use crate::texts::Texts;
use app::{App, Message};
use effect::Effect;

/// What keeps the window from opening.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// iced would panic; looked at before.
    #[error("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")]
    NoDisplay,
    #[error("the window cannot be opened: {0}")]
    Window(#[from] iced::Error),
}

impl WindowError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            WindowError::NoDisplay => "window-no-display",
            WindowError::Window(_) => "window-failed",
        }
    }
}

/// Opens the window, and the till beside it; returns when the window is closed.
///
/// # Errors
/// [`WindowError`] when there is no display, or none that can be drawn to.
pub fn run(places: Places, settings: Settings) -> Result<(), WindowError> {
    if !has_display() {
        return Err(WindowError::NoDisplay);
    }
    let boot = {
        let settings = settings.clone();
        let places = places.clone();
        move || {
            let texts = Texts::new(settings.language.as_deref());
            let app = App::opening(texts, TimeZone::system(), Timestamp::now());
            (app, Task::batch([fill_the_screen(), till_link::open(places.clone(), settings.clone())]))
        }
    };
    let update = move |app: &mut App, message: Message| {
        app.set_time(Timestamp::now());
        let effects = app.update(message);
        Task::batch(effects.into_iter().map(|effect| carry_out(app, effect, &places, &settings)))
    };
    iced::application(boot, update, App::view)
        .title(App::title)
        .theme(App::theme)
        .subscription(subscription)
        .default_font(theme::FONT)
        .font(theme::MONO_BYTES)
        .window(window::Settings {
            size: Size::new(1024.0, 768.0),
            // A screen of 800×600 less a title bar.
            min_size: Some(Size::new(800.0, 560.0)),
            exit_on_close_request: false,
            ..window::Settings::default()
        })
        .run()
        .map_err(WindowError::Window)
}

/// A till's screen is often smaller than the window and its title bar: buttons below its edge cannot be hit. Asked of the
/// open window, because X11 window managers ignore the wish of one that is not shown yet.
fn fill_the_screen<T: Send + 'static>() -> Task<T> {
    window::oldest().and_then(|id| window::maximize(id, true))
}

#[cfg(target_os = "linux")]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

fn carry_out(app: &App, effect: Effect, places: &Places, settings: &Settings) -> Task<Message> {
    use iced::widget::operation;
    match (effect, app.link()) {
        (Effect::Open, _) => till_link::open(places.clone(), settings.clone()),
        (Effect::Close, link) => till_link::close(link),
        (Effect::FocusNext, _) => operation::focus_next(),
        (Effect::FocusPrevious, _) => operation::focus_previous(),
        (Effect::Focus(id), _) => operation::focus(id),
        // Whatever has not the focus loses it.
        (Effect::Unfocus, _) => operation::focus(iced::widget::Id::unique()),
        (Effect::Scroll(id, y), _) => operation::scroll_to(id, operation::AbsoluteOffset { x: 0.0, y }),
        (Effect::ReadHistory(page), Some(link)) => {
            let query = app.query(&page);
            history_link::read(link.journal().clone(), page, query)
        }
        (effect, Some(link)) => till_link::carry_out(link, effect),
        (_, None) => Task::none(),
    }
}

/// Nothing ticks while nothing is counted: an idle window costs no time.
fn subscription(app: &App) -> Subscription<Message> {
    let tick = |seconds| iced::time::every(Duration::from_secs(seconds)).map(|_| Message::Ticked);
    let clock = if app.needs_seconds() {
        tick(1)
    } else if app.needs_minutes() {
        tick(15)
    } else {
        Subscription::none()
    };
    let till = app.link().map_or_else(Subscription::none, till_link::Link::subscription);
    let closing = window::close_requests().map(|_| Message::CloseRequested);
    Subscription::batch([clock, till, closing, iced::event::listen_with(dropped_file)])
}

fn dropped_file(event: iced::Event, _: iced::event::Status, _: window::Id) -> Option<Message> {
    match event {
        iced::Event::Window(window::Event::FileDropped(file)) => Some(Message::FileDropped(file)),
        _ => None,
    }
}
