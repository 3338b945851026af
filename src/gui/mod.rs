//! The cashier's window. Screens are state, `Message`, `Action`, `update` and `view`; only `till_link` meets the till.

mod account_link;
pub mod app;
pub mod bill_desk;
mod bill_frame;
pub mod bill_link;
mod bill_routes;
pub mod closing_day;
pub mod customer_display;
mod day_link;
mod day_routes;
mod deeds;
pub mod desk;
mod diagnostics_link;
pub mod drawing;
pub mod effect;
mod find_again_routes;
mod frame;
mod guide_routes;
pub mod hand_out_link;
mod hand_out_routes;
pub mod history_link;
mod history_routes;
mod key_routes;
pub mod keys;
pub mod mail_link;
mod mail_routes;
mod outcome_routes;
pub mod paper_look;
mod payment_routes;
pub mod permission;
pub mod places;
pub mod price_import;
mod print_banner;
pub mod print_desk;
pub mod print_link;
pub mod printers_link;
mod printers_routes;
pub mod problem;
mod question_routes;
mod rail;
pub mod receipts_link;
mod receipts_routes;
mod running_now;
mod safe_mode_link;
mod scale;
mod scan_routes;
pub mod scanner;
pub mod scene;
pub mod screens;
pub mod search_again_link;
pub mod search_link;
mod search_routes;
pub mod set_up_link;
mod set_up_routes;
mod set_up_taken;
mod setting_keeper;
pub mod setting_up;
pub mod signing_in;
mod signing_routes;
pub mod sounds;
pub mod standing;
mod status_bar;
mod terminal_chips;
mod terminal_routes;
mod terminal_state;
pub mod theme;
pub mod till_link;
pub mod to_print;
mod trial;
mod widgets;
mod windows;
mod wish;

use std::time::Duration;

use iced::window::{self, Id};
use iced::{Element, Size, Subscription, Task};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::settings::{Places, Settings, SettingsError};
use crate::texts::Texts;
use app::{App, Message};
use effect::Effect;
use setting_keeper::SettingKeeper;
use sounds::Player;
use windows::{Event, Windows};

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

/// Opens the window, and the till beside it; returns when the window is closed. With settings that cannot be used it offers to
/// mend them first.
///
/// `dropped` is what became of settings that somebody put into their folder, in sentences.
///
/// # Errors
/// [`WindowError`] when there is no display, or none that can be drawn to.
pub fn run(places: Places, settings: Result<Settings, SettingsError>, dropped: Vec<String>) -> Result<(), WindowError> {
    if !has_display() {
        return Err(WindowError::NoDisplay);
    }
    let boot = move || Running::open(places.clone(), settings.clone(), &dropped);
    iced::daemon(boot, Running::update, Running::view)
        .title(Running::title)
        .theme(|running: &Running, _| running.app.theme())
        .scale_factor(Running::scale)
        .subscription(|running| subscription(&running.app))
        .default_font(theme::FONT)
        .font(theme::MONO_BYTES)
        .font(theme::MONO_BOLD_BYTES)
        .run()
        .map_err(WindowError::Window)
}

/// The window's state, and what it has in the world: windows, sounds, files.
struct Running {
    app: App,
    windows: Windows,
    player: Player,
    keeper: SettingKeeper,
    places: Places,
    /// Of the cashier's window, in points, whatever the scale.
    room: Size,
    /// As they were at the start; the till is opened with them.
    settings: Settings,
}

impl Running {
    fn open(places: Places, read: Result<Settings, SettingsError>, dropped: &[String]) -> (Running, Task<Event>) {
        let (settings, broken) = match read {
            Ok(settings) => (settings, None),
            Err(error) => (Settings::default(), Some(error)),
        };
        let texts = Texts::new(settings.language.as_deref());
        let (zone, now) = (TimeZone::system(), Timestamp::now());
        let till = match &broken {
            None => till_link::open(places.clone(), settings.clone()),
            Some(_) => safe_mode_link::look_for_good(&places),
        };
        let app = match broken {
            None => App::opening(texts, zone, now)
                .with_window(settings.window.clone())
                .with_shop(&settings)
                .with_dropped(dropped)
                .of_new_till(!places.settings_file().exists()),
            Some(error) => App::in_safe_mode(texts, zone, now, error),
        };
        let (windows, opened) = Windows::open(&settings.window, places.window_file());
        let player = Player::of_system(places.sounds());
        let keeper = SettingKeeper::new(places.settings_file());
        (
            Running { app, windows, player, keeper, places, settings, room: scale::SMALLEST },
            Task::batch([opened, till.map(Event::App)]),
        )
    }

    fn update(&mut self, event: Event) -> Task<Event> {
        match event {
            Event::App(message) => self.hear(message),
            Event::Window(id, event) => self.window(id, event),
            Event::AtRest => self.windows.measure(),
            Event::Measured(measure) => {
                let scale = self.scale(self.windows.main());
                self.windows.keep(measure, scale)
            }
            Event::LookedAt => self.windows.end_look(self.app.window()),
            Event::Kept(kept) => {
                let next = self.keeper.written();
                let said = kept.err().map(|problem| self.hear(Message::SettingNotKept(problem)));
                Task::batch([next].into_iter().chain(said))
            }
        }
    }

    fn hear(&mut self, message: Message) -> Task<Event> {
        self.app.set_time(Timestamp::now());
        let effects = self.app.update(message);
        let done: Vec<_> = effects.into_iter().map(|effect| self.carry_out(effect)).collect();
        let followed = self.windows.follow(self.app.window());
        Task::batch(done.into_iter().chain([followed]))
    }

    fn window(&mut self, id: Id, event: window::Event) -> Task<Event> {
        match event {
            window::Event::CloseRequested | window::Event::Closed if self.windows.is_customers(id) => {
                self.windows.customers_closed()
            }
            window::Event::CloseRequested if self.windows.is_main(id) => self.hear(Message::CloseRequested),
            // Nobody could ever close the program any more.
            window::Event::Closed if self.windows.is_main(id) => self.carry_out(Effect::Close),
            window::Event::Opened { size, .. } if self.windows.is_main(id) => {
                self.room = size * self.scale(id);
                Task::none()
            }
            window::Event::Moved(_) => self.windows.moved(id),
            window::Event::Resized(size) => {
                if self.windows.is_main(id) {
                    self.room = size * self.scale(id);
                }
                self.windows.moved(id)
            }
            window::Event::FileDropped(file) => self.hear(Message::FileDropped(file)),
            _ => Task::none(),
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Task<Event> {
        match effect {
            Effect::Close => {
                let kept = self.windows.keep_at_last(self.scale(self.windows.main()));
                kept.chain(till_link::close(self.app.link()).map(Event::App))
            }
            Effect::FullScreen => self.windows.toggle_full_screen(),
            Effect::MeasureScreen => self.windows.measure_screen(),
            Effect::ShowCustomersHere => self.windows.show_customers_here(),
            Effect::KeepSetting(change) => self.keeper.keep(change),
            Effect::Print(order) => print_link::print(&self.app, *order).map(Event::App),
            Effect::TestPrinter(printer) => printers_link::test(&self.app, printer).map(Event::App),
            Effect::Mend(how) => safe_mode_link::mend(&self.places, how).map(Event::App),
            Effect::OpenWith(settings) => {
                self.settings = *settings;
                self.carry_out(Effect::Open)
            }
            Effect::Sound(sound) => {
                self.player.play(sound, self.app.window().sounds);
                Task::none()
            }
            effect => carry_out(&self.app, effect, &self.places, &self.settings).map(Event::App),
        }
    }

    /// Whatever is not the cashier's is the customer's, also while it is being closed: nothing of the cashier's flashes up.
    fn view(&self, id: Id) -> Element<'_, Event> {
        let view = if self.windows.is_main(id) { self.app.view() } else { self.app.customer_view() };
        view.map(Event::App)
    }

    fn title(&self, id: Id) -> String {
        if self.windows.is_main(id) { self.app.title() } else { self.app.customer_title() }
    }

    /// The customer's screen fits its room by itself.
    fn scale(&self, id: Id) -> f32 {
        if self.windows.is_main(id) { scale::of(self.app.window(), self.room) } else { 1.0 }
    }
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
fn subscription(app: &App) -> Subscription<Event> {
    let tick = |seconds| iced::time::every(Duration::from_secs(seconds)).map(|_| Message::Ticked);
    let clock = if app.needs_seconds() || app.is_thanking() {
        tick(1)
    } else if app.needs_minutes() {
        tick(15)
    } else {
        Subscription::none()
    };
    let till = app.link().map_or_else(Subscription::none, till_link::Link::subscription);
    let windows = iced::event::listen_with(of_a_window);
    Subscription::batch([clock.map(Event::App), till.map(Event::App), windows])
}

fn of_a_window(event: iced::Event, _: iced::event::Status, id: Id) -> Option<Event> {
    let iced::Event::Window(event) = event else { return None };
    let matters = matches!(
        event,
        window::Event::CloseRequested
            | window::Event::Closed
            | window::Event::Moved(_)
            | window::Event::Resized(_)
            | window::Event::FileDropped(_)
    );
    matters.then_some(Event::Window(id, event))
}
