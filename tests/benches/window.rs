//! What a step through the history costs the window: the wheel's event, what the list makes of it (reading a page where it comes
//! near the end of what it keeps), the new page laid out, and the whole of it drawn anew by the software renderer. A picture has
//! 16 milliseconds.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use checkstand::domain::{Currency, Money, Operation, Outcome, PaymentEvent, PaymentRequest, Taken};
use checkstand::gui::app::{App, Message};
use checkstand::gui::desk::{self, Desk, Place};
use checkstand::gui::effect::Effect;
use checkstand::gui::scene::Clock;
use checkstand::gui::screens::history;
use checkstand::gui::theme;
use checkstand::journal::{Journal, NewPayment};
use checkstand::texts::Texts;
use divan::Bencher;
use iced::{Event, Point, Renderer, Size, Theme, mouse, window};
use iced_test::core::clipboard;
use iced_test::core::renderer::{Headless, Style};
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;
use jiff::Timestamp;
use jiff::tz::TimeZone;

const PAYMENTS: i64 = 5_000;
/// Of the wheel, before it turns back.
const STEPS_ONE_WAY: usize = 400;
const SIZES: [(f32, f32); 2] = [(1024.0, 768.0), (1920.0, 1080.0)];

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    "2026-03-14T09:42:31Z".parse().unwrap()
}

fn clock() -> Clock {
    Clock { now: now(), zone: TimeZone::UTC }
}

fn sale(number: i64) -> (NewPayment, Vec<(PaymentEvent, Option<Outcome>)>) {
    let money = Money::new(1_000 + number, Currency::SEK);
    let mut request = PaymentRequest::new(Operation::Sale, money);
    request.reference = Some(format!("order-{number}"));
    let at = now() - jiff::SignedDuration::from_mins(PAYMENTS - number);
    let new = NewPayment { terminal: "front".to_owned(), protocol: "nexo".to_owned(), training: false, request, at };
    let end = match number % 5 {
        0 => (PaymentEvent::Declined, None),
        _ => (PaymentEvent::Approved, Some(Outcome::approved(Taken::exactly(money)))),
    };
    (new, vec![(PaymentEvent::Transmitted, None), end])
}

/// The cashier's window at the history, with a real journal behind it.
struct Window {
    app: App,
    journal: Journal,
    size: Size,
    cache: Cache,
    renderer: Renderer,
    theme: Theme,
    steps: usize,
}

impl Window {
    fn of(size: (f32, f32)) -> Window {
        let mut journal = Journal::open_in_memory().unwrap();
        journal.fill((1..=PAYMENTS).map(sale)).unwrap();
        iced_test::renderer::graphics::text::font_system().write().unwrap().load_font(theme::MONO_BYTES.into());
        let renderer = <Renderer as Headless>::new(theme::FONT, iced::Pixels(16.0), None);
        let renderer = iced_test::futures::futures::executor::block_on(renderer).unwrap();
        let app = App::with_desk(Texts::new(Some("en")), TimeZone::UTC, now(), Desk::new(Vec::new(), None));
        let (size, cache, theme) = (Size::new(size.0, size.1), Cache::new(), app.theme());
        let mut window = Window { app, journal, size, cache, renderer, theme, steps: 0 };
        window.hear(vec![Message::Desk(desk::Message::PlacePressed(Place::History))]);
        window.act(&[Event::Mouse(mouse::Event::CursorMoved { position: window.in_the_list() })]);
        window
    }

    fn in_the_list(&self) -> Point {
        Point::new(self.size.width / 2.0, self.size.height * 0.7)
    }

    /// The wheel by one step, until it is laid out.
    fn step(&mut self) {
        self.steps += 1;
        let y = if (self.steps / STEPS_ONE_WAY).is_multiple_of(2) { -1.0 } else { 1.0 };
        let delta = mouse::ScrollDelta::Lines { x: 0.0, y };
        self.act(&[Event::Mouse(mouse::Event::WheelScrolled { delta })]);
    }

    fn act(&mut self, events: &[Event]) {
        let mut messages = Vec::new();
        let cursor = mouse::Cursor::Available(self.in_the_list());
        let mut window =
            UserInterface::build(self.app.view(), self.size, std::mem::take(&mut self.cache), &mut self.renderer);
        let _ = window.update(events, cursor, &mut self.renderer, &mut clipboard::Null, &mut messages);
        self.cache = window.into_cache();
        self.hear(messages);
        let window =
            UserInterface::build(self.app.view(), self.size, std::mem::take(&mut self.cache), &mut self.renderer);
        self.cache = window.into_cache();
    }

    fn hear(&mut self, mut messages: Vec<Message>) {
        while let Some(message) = messages.pop() {
            for effect in self.app.update(message) {
                if let Effect::ReadHistory(page) = effect {
                    let rows = self.journal.history(&page.query(&Texts::new(Some("en")), &clock())).unwrap();
                    messages.push(Message::Desk(desk::Message::History(history::Message::Read(page, Ok(rows)))));
                }
            }
        }
    }

    fn draw(&mut self) -> usize {
        let cursor = mouse::Cursor::Unavailable;
        let mut window =
            UserInterface::build(self.app.view(), self.size, std::mem::take(&mut self.cache), &mut self.renderer);
        let redraw = [Event::Window(window::Event::RedrawRequested(Instant::now()))];
        let _ = window.update(&redraw, cursor, &mut self.renderer, &mut clipboard::Null, &mut Vec::new());
        let style = Style { text_color: self.theme.palette().text };
        window.draw(&mut self.renderer, &self.theme, &style, cursor);
        self.cache = window.into_cache();
        let size = Size::new(self.size.width as u32, self.size.height as u32);
        self.renderer.screenshot(size, 1.0, self.theme.palette().background).len()
    }
}

#[divan::bench(args = SIZES, sample_count = 400, sample_size = 1)]
fn a_step_through_the_history_is_heard_and_laid_out(bencher: Bencher, size: (f32, f32)) {
    let mut window = Window::of(size);
    bencher.bench_local(|| window.step());
}

#[divan::bench(args = SIZES, sample_count = 100, sample_size = 1)]
fn the_history_is_drawn_whole_after_a_step(bencher: Bencher, size: (f32, f32)) {
    let mut window = Window::of(size);
    bencher.bench_local(|| {
        window.step();
        window.draw()
    });
}

/// Something happened: the newest page again, in its place.
#[divan::bench(args = SIZES, sample_count = 100, sample_size = 1)]
fn a_payment_comes_in_while_the_history_is_looked_at(bencher: Bencher, size: (f32, f32)) {
    let mut window = Window::of(size);
    bencher.bench_local(|| {
        window.hear(vec![Message::Desk(desk::Message::JournalChanged)]);
        window.act(&[]);
    });
}
