//! A cashier's hand: clicks and types on the real views and tells what the window then wanted done.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::seen::Seen;
use checkstand::domain::outcome::Explanation;
use checkstand::domain::{
    Copy, Currency, Display, Money, Operation, Outcome, PaymentId, PaymentRecord, PaymentRequest, PaymentState,
    PriceList, Receipt, Taken,
};
use checkstand::gui::app::{App, Message};
use checkstand::gui::desk::{self, Desk, Place};
use checkstand::gui::effect::Effect;
use checkstand::gui::screens::opening;
use checkstand::gui::sounds::Sound;
use checkstand::gui::theme;
use checkstand::journal::Upgrading;
use checkstand::protocols::protocol::Abilities;
use checkstand::settings::{CustomerDisplaySettings, SettingsError, WindowSettings};
use checkstand::terminal::{PaymentView, Session, Shown, Stage, Stopping, TerminalView};
use checkstand::texts::Texts;
use iced::keyboard::key::Named;
use iced::widget::Id;
use iced::{Event, Point, Rectangle, Renderer, Size, Theme, mouse, touch, window};
use iced_test::core::renderer::Headless;
use iced_test::core::widget::operation::{self, Operation as WidgetOperation, Outcome as Found, focusable};
use iced_test::core::{Settings, clipboard};
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;
use iced_test::selector;
use iced_test::{Simulator, simulator};
use jiff::Timestamp;
use jiff::tz::TimeZone;

thread_local! {
    /// The time of keys, by which a scanner is told from a person.
    static KEY_TIME: Cell<Instant> = Cell::new(Instant::now());
}

/// So long after a key nothing is held back any more.
const PAUSE: Duration = Duration::from_secs(1);
/// A person's keys are so far apart; less would be a scanner's.
const TYPING: Duration = Duration::from_millis(60);

fn key_time() -> Instant {
    KEY_TIME.get()
}

/// The window is drawn after the pause, and once more.
fn wait(pause: Duration) -> [Event; 2] {
    [pause, Duration::from_micros(1)].map(|pause| {
        KEY_TIME.set(key_time() + pause);
        Event::Window(window::Event::RedrawRequested(key_time()))
    })
}

pub const SEK: Currency = Currency::SEK;

pub fn now() -> Timestamp {
    "2026-03-14T10:42:31Z".parse().unwrap()
}

pub fn kr(minor: i64) -> Money {
    Money::new(minor, SEK)
}

pub fn id(text: &str) -> PaymentId {
    text.parse().unwrap()
}

pub fn terminal(name: &str) -> TerminalView {
    TerminalView {
        name: name.to_owned(),
        protocol: "nexo",
        training: false,
        abilities: Abilities {
            operations: &[Operation::Sale, Operation::Refund, Operation::Void],
            cashback: true,
            tip_with_sale: false,
            abort: true,
            voids_last_only: true,
            refunds_earlier: false,
            captures_more: false,
            tenders: &[],
            reports: &[],
            keyed: false,
            scans: false,
            prompts: &[],
            serves_tables: false,
            pretends: false,
            currency: SEK,
        },
        session: Some(Session::Ready(vec!["Ingenico".to_owned()])),
        payment: None,
        errand: None,
        face: None,
        unresolved: Vec::new(),
        notices: Vec::<Explanation>::new(),
        unsaved: false,
        no_listener: None,
        heard: false,
        identity: None,
    }
}

/// Shown one after the other, five seconds apart, from the payment's first second on.
pub fn shown(displays: impl IntoIterator<Item = Display>) -> Vec<Shown> {
    let at = |place: usize| now() + jiff::SignedDuration::from_secs(1 + 5 * place as i64);
    displays.into_iter().enumerate().map(|(place, display)| Shown { at: at(place), display }).collect()
}

pub fn payment(stage: Stage) -> PaymentView {
    PaymentView {
        id: id("K7M2-42"),
        operation: Operation::Sale,
        amount: kr(1250),
        cashback: None,
        origin: None,
        started_at: now(),
        stage,
        displays: Vec::new(),
        question: None,
        receipts: Vec::new(),
        cancel_requested: false,
        stopping: Stopping::Possible,
    }
}

pub fn receipt(copy: Copy) -> Receipt {
    let lines = ["Corner Shop", "2026-03-14 10:42", "", "SALE         12.50 SEK", "VISA DEBIT  ****4321", "APPROVED"];
    Receipt::new(copy, lines.map(str::to_owned))
}

pub fn record(number: &str, terminal: &str) -> PaymentRecord {
    PaymentRecord {
        id: id(number),
        terminal: terminal.to_owned(),
        protocol: "nexo".to_owned(),
        training: false,
        request: PaymentRequest::new(Operation::Sale, kr(1250)),
        state: PaymentState::Approved,
        outcome: Some(Outcome::approved(Taken::exactly(kr(1250)))),
        reference: None,
        at: now(),
        decision: None,
        voided_by: None,
    }
}

/// What a customer draws with.
#[derive(Clone, Copy)]
pub enum Tool {
    Mouse,
    Finger,
}

impl Tool {
    fn stroke(self, places: &[Point]) -> Vec<Event> {
        let id = touch::Finger(3);
        let pressed = match self {
            Tool::Mouse => Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)),
            Tool::Finger => Event::Touch(touch::Event::FingerPressed { id, position: places[0] }),
        };
        let moved = |position: &Point| match self {
            Tool::Mouse => Event::Mouse(mouse::Event::CursorMoved { position: *position }),
            Tool::Finger => Event::Touch(touch::Event::FingerMoved { id, position: *position }),
        };
        let lifted = match self {
            Tool::Mouse => Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)),
            Tool::Finger => Event::Touch(touch::Event::FingerLifted { id, position: places[0] }),
        };
        [pressed].into_iter().chain(places[1..].iter().map(moved)).chain([lifted]).collect()
    }
}

/// Somebody who reads over the cashier's shoulder after everything that happens: all that stands on both screens.
pub type Reader = Box<dyn Fn(&[String])>;

pub struct Hand {
    /// It is large, and a gallery is made of many.
    app: Box<App>,
    pub reader: Option<Reader>,
    /// What was heard so far.
    heard: Vec<Sound>,
    /// The window wants the focus to go.
    unfocus: bool,
    time: Timestamp,
    pub size: Size,
    /// What the widgets remember between two views, for the keyboard's focus.
    cache: Cache,
    renderer: Renderer,
}

impl Hand {
    pub fn at(view: TerminalView) -> Hand {
        Hand::at_terminals(vec![view])
    }

    pub fn at_terminals(views: Vec<TerminalView>) -> Hand {
        Hand::speaking("en", views)
    }

    pub fn speaking(language: &str, views: Vec<TerminalView>) -> Hand {
        let desk = Desk::new(views.into_iter().map(Arc::new).collect(), None);
        let app = App::with_desk(texts(language), TimeZone::UTC, now(), desk);
        let mut app = app.with_window(window_settings());
        app.set_key_clock(key_time);
        Hand::of(app)
    }

    pub fn opening() -> Hand {
        Hand::opening_in("en")
    }

    pub fn opening_in(language: &str) -> Hand {
        let mut app = App::opening(texts(language), TimeZone::UTC, now());
        app.set_key_clock(key_time);
        Hand::of(app)
    }

    /// Its settings cannot be used.
    pub fn in_safe_mode(language: &str, error: SettingsError) -> Hand {
        let mut app = App::in_safe_mode(texts(language), TimeZone::UTC, now(), error);
        app.set_key_clock(key_time);
        Hand::of(app)
    }

    fn of(app: App) -> Hand {
        let size = Size::new(1024.0, 768.0);
        let cache = Cache::new();
        Hand {
            app: Box::new(app),
            reader: None,
            heard: Vec::new(),
            unfocus: false,
            time: now(),
            size,
            cache,
            renderer: renderer(),
        }
    }

    /// Everything on both screens, what stands in empty fields and what is scrolled out of sight too.
    fn everything(&mut self) -> Vec<String> {
        let both = [self.seen_at(self.size), self.customer_seen_at(Size::new(1024.0, 600.0))];
        let written = |seen: Seen| {
            let drawn = seen.words.into_iter().map(|words| words.content);
            drawn.chain(seen.boxes.into_iter().map(|(content, _)| content)).collect::<Vec<_>>()
        };
        both.into_iter().flat_map(written).collect()
    }

    /// Shows the screens to whoever reads along.
    pub fn show(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        reader(&self.everything());
        self.reader = Some(reader);
    }

    /// What is to be done besides the sounds; those are kept for [`Hand::heard`].
    pub fn feed(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = self.app.update(message);
        self.show();
        // What takes the focus from a button is done at once, and is no news to a test.
        if effects.contains(&Effect::Unfocus) {
            effects.retain(|effect| *effect != Effect::Unfocus);
            self.unfocus = true;
        }
        let sounds = effects.extract_if(.., |effect| matches!(effect, Effect::Sound(_)));
        self.heard.extend(sounds.filter_map(|effect| match effect {
            Effect::Sound(sound) => Some(sound),
            _ => None,
        }));
        effects
    }

    /// The sounds since this was asked last.
    pub fn heard(&mut self) -> Vec<Sound> {
        std::mem::take(&mut self.heard)
    }

    /// The shop has a price list.
    pub fn sell(&mut self, prices: PriceList) {
        self.app.sell(prices);
    }

    pub fn tell(&mut self, message: desk::Message) -> Vec<Effect> {
        self.feed(Message::Desk(message))
    }

    /// So many payments of so many are brought up to date, while the till opens.
    pub fn upgrading(&mut self, far: Option<(u64, u64)>) -> Vec<Effect> {
        let upgrading = far.map(|(done, of)| Upgrading { done, of });
        self.feed(Message::Opening(opening::Message::Upgrading(upgrading)))
    }

    pub fn fail(&mut self, key: &str, detail: &str) {
        let problem = opening::Problem { key: key.to_owned(), detail: detail.to_owned() };
        self.feed(Message::Opening(opening::Message::Failed(problem)));
    }

    /// Whether the window wakes up every second.
    pub fn counts_seconds(&self) -> bool {
        self.app.needs_seconds()
    }

    pub fn later(&mut self, seconds: i64) {
        self.set_time(now() + jiff::SignedDuration::from_secs(seconds));
    }

    /// So long that what has just come up has been read.
    pub fn reads(&mut self) {
        self.set_time(self.time + jiff::SignedDuration::from_secs(2));
    }

    pub fn passes(&mut self, milliseconds: i64) {
        self.set_time(self.time + jiff::SignedDuration::from_millis(milliseconds));
    }

    fn set_time(&mut self, time: Timestamp) {
        self.time = time;
        self.app.set_time(time);
        self.show();
    }

    fn look(&self) -> Simulator<'_, Message> {
        Simulator::with_size(fonts(), self.size, self.app.view())
    }

    /// Everything that is written in the window.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let _ = self.look().find(|candidate: selector::Candidate<'_>| {
            if let selector::Candidate::Text { content, .. } = candidate {
                texts.push(content.to_owned());
            }
            None::<()>
        });
        texts
    }

    fn customers(&self, size: Size) -> Simulator<'_, Message> {
        Simulator::with_size(fonts(), size, self.app.customer_view())
    }

    /// Everything that is written on the customer's screen, from top to bottom.
    pub fn customer_texts(&self) -> Vec<String> {
        self.customer_texts_at(Size::new(1024.0, 600.0))
    }

    pub fn customer_texts_at(&self, size: Size) -> Vec<String> {
        self.customer_words(size).into_iter().map(|(text, _)| text).collect()
    }

    /// What on the customer's screen cannot be seen whole.
    pub fn customer_texts_cut_at(&self, size: Size) -> Vec<String> {
        self.customer_words(size).into_iter().filter(|(_, whole)| !whole).map(|(text, _)| text).collect()
    }

    fn customer_words(&self, size: Size) -> Vec<(String, bool)> {
        let mut words = Vec::new();
        let _ = self.customers(size).find(|candidate: selector::Candidate<'_>| {
            if let selector::Candidate::Text { content, bounds, visible_bounds, .. } = candidate {
                let whole = visible_bounds
                    .is_some_and(|seen| seen.width > bounds.width - 0.5 && seen.height > bounds.height - 0.5);
                words.push((content.to_owned(), whole));
            }
            None::<()>
        });
        words
    }

    pub fn customer_sees(&self, text: &str) -> bool {
        self.customer_texts().iter().any(|seen| seen == text)
    }

    /// Whether the window wakes up to stop thanking.
    pub fn is_thanking(&self) -> bool {
        self.app.is_thanking()
    }

    /// What is typed while the customer's window has the focus.
    pub fn type_at_customers(&mut self, text: &str) -> Vec<Effect> {
        let mut window = self.customers(Size::new(1024.0, 600.0));
        window.typewrite(text);
        window.simulate(wait(PAUSE));
        let messages: Vec<Message> = window.into_messages().collect();
        messages.into_iter().flat_map(|message| self.feed(message)).collect()
    }

    /// Does something with the window as it is now, and feeds it the messages that came of it.
    fn act(&mut self, act: impl FnOnce(&mut Simulator<'_, Message>)) -> Vec<Effect> {
        let mut window = self.look();
        act(&mut window);
        window.simulate(wait(PAUSE));
        let messages: Vec<Message> = window.into_messages().collect();
        messages.into_iter().flat_map(|message| self.feed(message)).collect()
    }

    /// Clicks what has this id, if it is there.
    pub fn click(&mut self, id: &str) -> Vec<Effect> {
        assert!(self.has(id), "{id} is not there");
        self.press_without_a_look_between(id, 1)
    }

    pub fn press_without_a_look_between(&mut self, id: &str, times: usize) -> Vec<Effect> {
        self.act(|window| {
            for _ in 0..times {
                window.click(Id::from(id.to_owned())).unwrap();
            }
        })
    }

    /// Draws a line on what has this id, through points given as shares of its width and height.
    pub fn draw_on(&mut self, id: &str, with: Tool, points: &[(f32, f32)]) -> Vec<Effect> {
        let bounds = self.bounds(id);
        let places: Vec<Point> =
            points.iter().map(|(x, y)| Point::new(bounds.x + x * bounds.width, bounds.y + y * bounds.height)).collect();
        self.act(|window| {
            window.point_at(places[0]);
            window.simulate(with.stroke(&places));
        })
    }

    /// The name of the terminal the cashier works with.
    pub fn chosen(&self) -> String {
        self.app.desk().and_then(|desk| desk.terminal()).map(|view| view.name.clone()).unwrap_or_default()
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// The till behind it, where there is one.
    pub fn link(&self) -> Option<checkstand::gui::till_link::Link> {
        self.app.link().cloned()
    }

    pub fn desk(&self) -> &Desk {
        self.app.desk().unwrap()
    }

    pub fn theme(&self) -> Theme {
        self.app.theme()
    }

    /// A key with Ctrl.
    pub fn control(&mut self, letter: char) -> Vec<Effect> {
        let pressed = with_control(letter);
        self.act(|window| {
            window.simulate([pressed]);
        })
    }

    /// The same wherever the focus is. What a keyboard writes with Ctrl is told along with the key.
    pub fn control_focused(&mut self, letter: char) -> Vec<Effect> {
        let mut effects = self.act_focused(&[with_control(letter)]);
        effects.extend(self.act_focused(&wait(PAUSE)));
        effects
    }

    /// By its number in the rail.
    pub fn go_to(&mut self, place: Place) -> Vec<Effect> {
        let number = Place::RAIL.iter().position(|other| *other == place).unwrap();
        self.control(char::from_digit(number as u32 + 1, 10).unwrap())
    }

    /// The other one of two terminals.
    pub fn other_terminal(&mut self) -> Vec<Effect> {
        let before = self.chosen();
        let effects = self.tap(Named::F5);
        if self.chosen() != before { effects } else { self.tap(Named::F6) }
    }

    pub fn tap(&mut self, key: Named) -> Vec<Effect> {
        self.act(|window| {
            window.tap_key(key);
        })
    }

    pub fn typewrite(&mut self, text: &str) -> Vec<Effect> {
        self.act(|window| {
            for key in text.chars() {
                window.typewrite(&key.to_string());
                window.simulate(wait(TYPING));
            }
        })
    }

    /// A click that comes while what was typed may still be held back.
    pub fn type_and_click(&mut self, text: &str, id: &str) -> Vec<Effect> {
        self.act(|window| {
            window.typewrite(text);
            window.click(Id::from(id.to_owned())).unwrap();
        })
    }

    pub fn type_into(&mut self, id: &str, text: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for letter in text.chars() {
            effects.extend(self.act(|window| {
                window.click(Id::from(id.to_owned())).unwrap();
                window.tap_key(iced::keyboard::Key::Named(Named::End));
                window.typewrite(&letter.to_string());
            }));
        }
        effects
    }

    /// Presses Tab until the focus is there.
    pub fn tab_to(&mut self, wanted: &str) {
        for _ in 0..60 {
            assert_eq!(self.tap_focused(Named::Tab), [Effect::FocusNext]);
            if self.focused() == Some(Id::from(wanted.to_owned())) {
                return;
            }
        }
        panic!("{wanted} cannot be reached with Tab");
    }

    /// A key while the focus stays where it was, as in the running window: widgets keep their state between views.
    pub fn tap_focused(&mut self, key: Named) -> Vec<Effect> {
        let mut effects = self.act_focused(&simulator::tap_key(key, None).collect::<Vec<_>>());
        effects.extend(self.act_focused(&wait(PAUSE)));
        if effects.contains(&Effect::FocusNext) {
            self.with_state(|window, renderer| run(window, renderer, Box::new(focusable::focus_next::<()>())));
        }
        effects
    }

    /// The same without a pause behind it.
    pub fn press_focused(&mut self, key: Named) -> Vec<Effect> {
        self.act_focused(&simulator::tap_key(key, None).collect::<Vec<_>>())
    }

    /// Nothing is pressed for so many milliseconds.
    pub fn wait_focused(&mut self, millis: u64) -> Vec<Effect> {
        self.act_focused(&wait(Duration::from_millis(millis)))
    }

    /// What a barcode scanner types: each character and Enter, so many milliseconds apart, wherever the focus is.
    pub fn scan(&mut self, code: &str, gap: u64) -> Vec<Effect> {
        let mut effects = self.type_focused(code, gap);
        effects.extend(self.tap_focused(Named::Enter));
        effects
    }

    /// Each character so many milliseconds before the next, wherever the focus is.
    pub fn type_focused(&mut self, text: &str, gap: u64) -> Vec<Effect> {
        let typed = |character: char| simulator::typewrite(&character.to_string()).collect::<Vec<_>>();
        let mut effects = Vec::new();
        for character in text.chars() {
            effects.extend(self.act_focused(&typed(character)));
            effects.extend(self.act_focused(&wait(Duration::from_millis(gap))));
        }
        effects
    }

    /// Events while the focus stays where it was, or goes where the window wants it.
    fn act_focused(&mut self, events: &[Event]) -> Vec<Effect> {
        let mut messages = Vec::new();
        self.with_state(|window, renderer| {
            let cursor = iced::mouse::Cursor::Unavailable;
            let _ = window.update(events, cursor, renderer, &mut clipboard::Null, &mut messages);
        });
        let effects: Vec<Effect> = messages.into_iter().flat_map(|message| self.feed(message)).collect();
        if std::mem::take(&mut self.unfocus) {
            self.with_state(|window, renderer| run(window, renderer, Box::new(focusable::focus::<()>(Id::unique()))));
        }
        for effect in &effects {
            let Effect::Focus(id) = effect else { continue };
            let wanted = Id::new(id);
            self.with_state(|window, renderer| run(window, renderer, Box::new(focusable::focus::<()>(wanted))));
        }
        effects
    }

    pub fn focused(&mut self) -> Option<Id> {
        let mut found = focusable::find_focused();
        self.with_state(|window, renderer| window.operate(renderer, &mut operation::black_box(&mut found)));
        match found.finish() {
            Found::Some(id) => Some(id),
            _ => None,
        }
    }

    fn with_state(&mut self, act: impl FnOnce(&mut UserInterface<'_, Message, Theme, Renderer>, &mut Renderer)) {
        let cache = std::mem::take(&mut self.cache);
        let mut window = UserInterface::build(self.app.view(), self.size, cache, &mut self.renderer);
        act(&mut window, &mut self.renderer);
        self.cache = window.into_cache();
    }

    /// Leaves the cashier's window with the renderer, as the next thing to be drawn.
    pub fn lay_on(&self, renderer: &mut Renderer, room: Size) {
        load_fonts();
        let theme = self.app.theme();
        let mut window = UserInterface::build(self.app.view(), room, Cache::new(), renderer);
        let redraw = [Event::Window(window::Event::RedrawRequested(Instant::now()))];
        let cursor = iced::mouse::Cursor::Unavailable;
        let _ = window.update(&redraw, cursor, renderer, &mut clipboard::Null, &mut Vec::new());
        let style = iced_test::core::renderer::Style { text_color: theme.palette().text };
        window.draw(renderer, &theme, &style, cursor);
    }

    /// The picture of one of the two windows: red, green, blue and opacity of each pixel.
    pub fn pixels(&self, customers: bool, size: Size, renderer: &mut Renderer) -> Vec<u8> {
        load_fonts();
        let theme = self.app.theme();
        let view = if customers { self.app.customer_view() } else { self.app.view() };
        let mut window = UserInterface::build(view, size, Cache::new(), renderer);
        let redraw = [Event::Window(window::Event::RedrawRequested(Instant::now()))];
        let cursor = iced::mouse::Cursor::Unavailable;
        let _ = window.update(&redraw, cursor, renderer, &mut clipboard::Null, &mut Vec::new());
        screenshot(&mut window, renderer, &theme, size)
    }

    /// The same of the cashier's window with the focus where it is.
    pub fn pixels_focused(&mut self) -> Vec<u8> {
        let (theme, size) = (self.app.theme(), self.size);
        let mut pixels = Vec::new();
        self.with_state(|ui, renderer| {
            // A button that has not been told to draw itself looks dead.
            let redraw = [Event::Window(window::Event::RedrawRequested(key_time()))];
            let cursor = iced::mouse::Cursor::Unavailable;
            let _ = ui.update(&redraw, cursor, renderer, &mut clipboard::Null, &mut Vec::new());
            pixels = screenshot(ui, renderer, &theme, size);
        });
        pixels
    }

    /// What is drawn in a window of this size.
    pub fn seen_at(&mut self, size: Size) -> Seen {
        load_fonts();
        let theme = self.app.theme();
        let mut window = UserInterface::build(self.app.view(), size, Cache::new(), &mut self.renderer);
        Seen::of(&mut window, &mut self.renderer, &theme, size)
    }

    /// The same of the customer's screen.
    pub fn customer_seen_at(&mut self, size: Size) -> Seen {
        load_fonts();
        let theme = self.app.theme();
        let mut window = UserInterface::build(self.app.customer_view(), size, Cache::new(), &mut self.renderer);
        Seen::of(&mut window, &mut self.renderer, &theme, size)
    }

    /// Draws the window into a file, for people to look at.
    pub fn draw(&self, file: &std::path::Path, renderer: &mut Renderer) {
        let pixels = self.pixels(false, self.size, renderer);
        let (width, height) = (self.size.width as u32, self.size.height as u32);
        let mut encoder = png::Encoder::new(std::fs::File::create(file).unwrap(), width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_compression(png::Compression::Fastest);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    }

    pub fn sees(&self, text: &str) -> bool {
        self.look().find(text).is_ok()
    }

    pub fn sees_part(&self, part: &str) -> bool {
        self.look()
            .find(|candidate: selector::Candidate<'_>| match candidate {
                selector::Candidate::Text { content, .. } if content.contains(part) => Some(()),
                _ => None,
            })
            .is_ok()
    }

    pub fn has(&self, id: &str) -> bool {
        self.look().find(Id::from(id.to_owned())).is_ok()
    }

    pub fn bounds(&self, id: &str) -> Rectangle {
        self.look().find(Id::from(id.to_owned())).unwrap().bounds()
    }
}

fn with_control(letter: char) -> Event {
    let key = iced::keyboard::Key::Character(letter.to_string().into());
    Event::Keyboard(iced::keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: iced::keyboard::key::Physical::Unidentified(iced::keyboard::key::NativeCode::Unidentified),
        location: iced::keyboard::Location::Standard,
        modifiers: iced::keyboard::Modifiers::CTRL,
        text: Some(letter.to_string().into()),
        repeat: false,
    })
}

/// The language of a gallery; `pseudo` is the one that nobody speaks.
fn texts(language: &str) -> Texts {
    if language == "pseudo" { Texts::pseudo() } else { Texts::new(Some(language)) }
}

/// Once in a process.
fn load_fonts() {
    static LOADED: std::sync::Once = std::sync::Once::new();
    LOADED.call_once(|| {
        let fonts = iced_test::renderer::graphics::text::font_system();
        fonts.write().unwrap().load_font(theme::MONO_BYTES.into());
        fonts.write().unwrap().load_font(theme::MONO_BOLD_BYTES.into());
    });
}

fn fonts() -> Settings {
    Settings {
        default_font: theme::FONT,
        fonts: vec![theme::MONO_BYTES.into(), theme::MONO_BOLD_BYTES.into()],
        ..Settings::default()
    }
}

/// With a screen for customers, as most tests of it want.
fn window_settings() -> WindowSettings {
    let customer_display = CustomerDisplaySettings { on: true, ..CustomerDisplaySettings::default() };
    WindowSettings { customer_display, ..WindowSettings::default() }
}

/// Carries out an operation and those that follow from it, as iced's runtime does.
fn run(
    window: &mut UserInterface<'_, Message, Theme, Renderer>,
    renderer: &Renderer,
    first: Box<dyn WidgetOperation<()>>,
) {
    let mut next = Some(first);
    while let Some(mut operation) = next.take() {
        window.operate(renderer, &mut operation::black_box(operation.as_mut()));
        if let Found::Chain(chained) = operation.finish() {
            next = Some(chained);
        }
    }
}

fn screenshot(
    window: &mut UserInterface<'_, Message, Theme, Renderer>,
    renderer: &mut Renderer,
    theme: &Theme,
    size: Size,
) -> Vec<u8> {
    let style = iced_test::core::renderer::Style { text_color: theme.palette().text };
    window.draw(renderer, theme, &style, iced::mouse::Cursor::Unavailable);
    renderer.screenshot(Size::new(size.width as u32, size.height as u32), 1.0, theme.palette().background)
}

pub fn renderer() -> Renderer {
    let renderer = <Renderer as Headless>::new(theme::FONT, iced::Pixels(16.0), None);
    iced_test::futures::futures::executor::block_on(renderer).unwrap()
}
