//! The windows of the running program: the cashier's, and perhaps the customer's on a second screen. Where they are, how
//! large, and what is remembered of it.

use std::path::PathBuf;
use std::time::Duration;

use iced::window::{self, Id, Mode};
use iced::{Point, Size, Task};

use super::app::Message;
use crate::settings::{CustomerDisplaySettings, Placing, RememberedWindow, WindowSettings};

/// In points, where nothing is remembered.
const SIZE: (u32, u32) = (1024, 768);
/// A screen of 800×600 less a title bar.
const SMALLEST: Size = Size::new(800.0, 560.0);
/// Place and size are written at most so often.
const KEPT_AFTER: Duration = Duration::from_secs(1);
/// So long the customer's display is in front for a look.
const LOOK: Duration = Duration::from_secs(10);
/// What is seen of it meanwhile, at most, in points: the way to the settings stays free.
const LOOK_SIZE: (u32, u32) = (800, 480);
/// A window manager puts a window on its screen before it is told to fill it.
const SETTLED_AFTER: Duration = Duration::from_millis(300);

/// What the running program hears: of the window's own, and of the windows themselves.
#[derive(Debug, Clone)]
pub enum Event {
    App(Message),
    Window(Id, window::Event),
    /// A window has been moved or resized, and has had time to come to rest.
    AtRest,
    Measured(Measure),
    /// The customer's display has been in front for long enough.
    LookedAt,
    /// Settings were written, or why not.
    Kept(Result<(), String>),
}

/// The cashier's window as the system has it, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    pub place: Option<Point>,
    pub size: Size,
    pub maximized: bool,
}

impl Measure {
    fn unscaled(self, scale: f32) -> Measure {
        Measure { size: self.size * scale, ..self }
    }
}

pub struct Windows {
    main: Id,
    customer: Option<Id>,
    /// What the customer's window was opened with, or was closed by hand with.
    display: CustomerDisplaySettings,
    full_screen: bool,
    /// As the settings had it last.
    starts_full: bool,
    /// As it is on disk, as far as is known.
    remembered: Option<RememberedWindow>,
    file: PathBuf,
    /// Something has changed and is about to be looked at.
    moving: bool,
    /// Looks at the customer's display that have not ended; the last one ends them all.
    looks: u32,
}

impl Windows {
    /// Opens the cashier's window where it was, and the customer's where the settings say.
    pub fn open(settings: &WindowSettings, file: PathBuf) -> (Windows, Task<Event>) {
        let remembered = RememberedWindow::load(&file);
        let size = remembered.map_or(SIZE, |window| window.size);
        let (main, opened) = window::open(window::Settings {
            size: Size::new(size.0 as f32, size.1 as f32),
            min_size: Some(SMALLEST),
            exit_on_close_request: false,
            ..window::Settings::default()
        });
        let full_screen = settings.full_screen;
        let placed = opened.then(move |id| place(id, full_screen, remembered));
        let mut windows = Windows {
            main,
            customer: None,
            display: CustomerDisplaySettings::default(),
            full_screen,
            starts_full: full_screen,
            remembered,
            file,
            moving: false,
            looks: 0,
        };
        let customer = windows.follow(settings);
        (windows, Task::batch([placed, customer]))
    }

    pub fn is_customers(&self, id: Id) -> bool {
        self.customer == Some(id)
    }

    pub fn main(&self) -> Id {
        self.main
    }

    pub fn is_main(&self, id: Id) -> bool {
        self.main == id
    }

    /// Does what the settings say now.
    pub fn follow(&mut self, settings: &WindowSettings) -> Task<Event> {
        let mut tasks = Vec::new();
        if settings.full_screen != self.starts_full {
            self.starts_full = settings.full_screen;
            tasks.push(self.set_full_screen(settings.full_screen));
        }
        if settings.customer_display != self.display {
            self.display = settings.customer_display.clone();
            tasks.push(self.close_customers());
            if self.display.on {
                tasks.push(self.open_customers());
            }
        }
        Task::batch(tasks)
    }

    /// The whole screen, or a window again.
    pub fn toggle_full_screen(&mut self) -> Task<Event> {
        self.set_full_screen(!self.full_screen)
    }

    fn set_full_screen(&mut self, full: bool) -> Task<Event> {
        self.full_screen = full;
        window::set_mode(self.main, if full { Mode::Fullscreen } else { Mode::Windowed })
    }

    fn open_customers(&mut self) -> Task<Event> {
        let CustomerDisplaySettings { x, y, width, height, full_screen, .. } = self.display;
        let corner = Point::new(x as f32, y as f32);
        let opened = self.open_for_customers((width, height), window::Position::Specific(corner));
        let main = self.main;
        opened.then(move |id| {
            let filled = if full_screen { window::set_mode(id, Mode::Fullscreen) } else { Task::none() };
            // The cashier goes on typing where they were.
            window::move_to(id, corner).chain(settled()).chain(filled).chain(settled()).chain(window::gain_focus(main))
        })
    }

    /// `size` in points.
    fn open_for_customers(&mut self, (width, height): (u32, u32), position: window::Position) -> Task<Id> {
        let (id, opened) = window::open(window::Settings {
            size: Size::new(width as f32, height as f32),
            position,
            exit_on_close_request: false,
            ..window::Settings::default()
        });
        self.customer = Some(id);
        opened
    }

    fn close_customers(&mut self) -> Task<Event> {
        self.customer.take().map_or_else(Task::none, window::close)
    }

    /// How wide the cashier's screen is.
    pub fn measure_screen(&self) -> Task<Event> {
        window::monitor_size(self.main).map(|screen| {
            let width = screen.map(|screen| screen.width.round().max(0.0) as u32);
            Event::App(Message::ScreenMeasured(width.filter(|width| *width > 0)))
        })
    }

    /// The customer's display in front of the cashier's window, whatever the settings say: where there is no second screen,
    /// nobody would ever see it.
    pub fn show_customers_here(&mut self) -> Task<Event> {
        let gone = self.close_customers();
        let size = (self.display.width.min(LOOK_SIZE.0), self.display.height.min(LOOK_SIZE.1));
        let opened = self.open_for_customers(size, window::Position::Centered);
        self.looks = self.looks.saturating_add(1);
        let main = self.main;
        let on_top = window::Level::AlwaysOnTop;
        // Asked of the window that is shown; the cashier goes on typing where they were.
        let shown = opened.then(move |id| {
            let above = settled().chain(window::set_level(id, on_top)).chain(settled());
            above.chain(window::gain_focus(main))
        });
        let over = Task::future(rest(LOOK)).map(|()| Event::LookedAt);
        Task::batch([gone.chain(shown), over])
    }

    /// The customer's display is again where the settings say.
    pub fn end_look(&mut self, settings: &WindowSettings) -> Task<Event> {
        self.looks = self.looks.saturating_sub(1);
        if self.looks > 0 {
            return Task::none();
        }
        let gone = self.close_customers();
        self.display = CustomerDisplaySettings::default();
        gone.chain(self.follow(settings))
    }

    /// A window was moved or resized by somebody.
    pub fn moved(&mut self, id: Id) -> Task<Event> {
        if !self.is_main(id) || std::mem::replace(&mut self.moving, true) {
            return Task::none();
        }
        Task::future(rest(KEPT_AFTER)).map(|()| Event::AtRest)
    }

    /// Looks where the cashier's window is.
    pub fn measure(&mut self) -> Task<Event> {
        self.moving = false;
        measured(self.main).map(Event::Measured)
    }

    /// Writes down where the window is, if it is not where it was.
    /// `scale` is what the system's points were divided by: the next window is opened before anything is scaled.
    pub fn keep(&mut self, measure: Measure, scale: f32) -> Task<Event> {
        let now = remembered(self.remembered, measure.unscaled(scale), self.full_screen);
        if now == self.remembered {
            return Task::none();
        }
        self.remembered = now;
        self.written(now)
    }

    /// The same as the last thing before the window goes.
    pub fn keep_at_last(&self, scale: f32) -> Task<Event> {
        let (before, full_screen, file) = (self.remembered, self.full_screen, self.file.clone());
        measured(self.main).then(move |measure| {
            let now = remembered(before, measure.unscaled(scale), full_screen);
            write(file.clone(), now.filter(|now| before != Some(*now)))
        })
    }

    fn written(&self, window: Option<RememberedWindow>) -> Task<Event> {
        write(self.file.clone(), window)
    }

    /// The customer's window was closed by hand: it comes back with the next start, or when its settings change.
    pub fn customers_closed(&mut self) -> Task<Event> {
        self.customer.take().map_or_else(Task::none, window::close)
    }
}

/// A till's screen is often smaller than the window and its title bar: buttons below its edge cannot be hit. Asked of the
/// open window, because X11 window managers ignore the wish of one that is not shown yet.
fn place(id: Id, full_screen: bool, remembered: Option<RememberedWindow>) -> Task<Event> {
    if full_screen {
        return window::set_mode(id, Mode::Fullscreen);
    }
    window::monitor_size(id).then(move |screen| {
        let screen = screen.map(|screen| (screen.width.round() as u32, screen.height.round() as u32));
        match remembered.map_or(Placing::Maximize, |window| window.placing(screen)) {
            Placing::Maximize => window::maximize(id, true),
            Placing::MoveTo(x, y) => window::move_to(id, Point::new(x as f32, y as f32)),
            Placing::Leave => Task::none(),
        }
    })
}

fn measured(id: Id) -> Task<Measure> {
    window::is_maximized(id).then(move |maximized| {
        window::position(id).then(move |place| window::size(id).map(move |size| Measure { place, size, maximized }))
    })
}

/// What is remembered of a window that is there now: of one that fills the screen, what it was before.
fn remembered(before: Option<RememberedWindow>, measure: Measure, full_screen: bool) -> Option<RememberedWindow> {
    if full_screen {
        return before;
    }
    if measure.maximized {
        let small = before.unwrap_or(RememberedWindow { place: None, size: SIZE, maximized: true });
        return Some(RememberedWindow { maximized: true, ..small });
    }
    let place = measure.place.map(|place| (place.x.round() as i32, place.y.round() as i32));
    let size = (measure.size.width.round() as u32, measure.size.height.round() as u32);
    Some(RememberedWindow { place, size, maximized: false })
}

fn write(file: PathBuf, window: Option<RememberedWindow>) -> Task<Event> {
    let Some(window) = window else { return Task::none() };
    let written = async move {
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || window.save(&file)).await {
            tracing::warn!(%error, "where the window is could not be kept");
        }
    };
    Task::future(written).discard()
}

/// The window manager has done what it was told last.
fn settled() -> Task<Event> {
    Task::future(rest(SETTLED_AFTER)).discard()
}

async fn rest(time: Duration) {
    tokio::time::sleep(time).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(maximized: bool) -> Measure {
        Measure { place: Some(Point::new(40.4, 20.0)), size: Size::new(1199.6, 800.0), maximized }
    }

    const BEFORE: RememberedWindow = RememberedWindow { place: Some((7, 9)), size: (900, 700), maximized: false };

    #[test]
    fn a_window_is_remembered_in_whole_points() {
        let now = RememberedWindow { place: Some((40, 20)), size: (1200, 800), maximized: false };
        assert_eq!(remembered(None, measure(false), false), Some(now));
        assert_eq!(remembered(Some(BEFORE), measure(false), false), Some(now));
    }

    #[test]
    fn a_window_that_is_drawn_larger_does_not_shrink_with_every_start() {
        let large = Measure { size: Size::new(800.0, 600.0), ..measure(false) }.unscaled(1.5);
        assert_eq!(remembered(None, large, false).unwrap().size, (1200, 900));
    }

    #[test]
    fn a_window_that_fills_the_screen_is_remembered_as_it_was_before() {
        assert_eq!(
            remembered(Some(BEFORE), measure(true), false),
            Some(RememberedWindow { maximized: true, ..BEFORE })
        );
        let first = remembered(None, measure(true), false).unwrap();
        assert_eq!((first.maximized, first.size, first.place), (true, SIZE, None));
        assert_eq!(remembered(Some(BEFORE), measure(false), true), Some(BEFORE));
        assert_eq!(remembered(None, measure(false), true), None);
    }
}
