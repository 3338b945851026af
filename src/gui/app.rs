//! The window as a whole: the till opens, then the desk takes over. Routes only.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use iced::widget::{column, container, responsive, row};
use iced::{Element, Theme};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::customer_display::CustomerDisplay;
use super::deeds::is_deed;
use super::desk::{self, Desk, Place};
use super::effect::Effect;
use super::frame;
use super::keys::{Keys, Press, Reading};
use super::paper_look::PaperLook;
use super::price_import::ImportFailure;
use super::problem::Problem;
use super::receipts_link::KnownReceipts;
use super::running_now;
use super::scene::{Clock, Scene};
use super::screens::customer;
use super::screens::guide::{self, Guide};
use super::screens::history::Page;
use super::screens::opening::{self, Opening};
use super::screens::safe_mode::{self, SafeMode};
use super::screens::settings;
use super::sounds::Sound;
use super::standing::Standing;
use super::status_bar;
use super::theme::Scheme;
use super::till_link::Link;
use super::widgets::banner::banner;
use super::widgets::ground::ground;
use crate::domain::PriceList;
use crate::journal::HistoryQuery;
use crate::settings::{
    CustomerDisplaySettings, PrinterSettings, ReceiptSettings, Settings, SettingsError, ShopSettings, ThemeChoice,
    WindowChange, WindowSettings,
};
use crate::texts::Texts;

/// The width of the sign-in beside a payment that runs, and the least there must be for both.
const SIGN_IN: f32 = 440.0;
const SIDE_BY_SIDE: f32 = 1240.0;

/// All the window knows. Changed by [`App::update`] alone.
pub struct App {
    texts: Texts,
    clock: Clock,
    stage: Stage,
    /// The till, once it is open; absent where tests look at the window alone.
    link: Option<Link>,
    /// Tells the times of keys.
    key_clock: fn() -> Instant,
    window: WindowSettings,
    shop: ShopSettings,
    receipts: ReceiptSettings,
    printers: Vec<String>,
    /// Of which reading they are.
    receipts_as_of: u64,
    paper: PaperLook,
    /// Nobody has set this till up yet.
    is_new: bool,
    /// What became of settings that somebody put into their folder; said as soon as the till is open.
    dropped: Option<Problem>,
    /// What is typed in the settings.
    typed: settings::Typed,
    customer: CustomerDisplay,
}

// There is one of it.
#[allow(clippy::large_enum_variant)]
enum Stage {
    Opening(Opening),
    /// The settings cannot be used, and there is no till.
    SafeMode(SafeMode),
    Desk(Desk),
}

#[derive(Debug, Clone)]
pub enum Message {
    Opening(opening::Message),
    SafeMode(safe_mode::Message),
    TillOpened(Box<Link>),
    /// The till has taken new settings up, but for the terminals at which something is under way.
    SettingsTakenUp(Result<(Box<Link>, BTreeSet<String>), Problem>),
    Desk(desk::Message),
    KeyPressed(Press),
    /// A barcode scanner has typed something.
    Read(Reading),
    CloseRequested,
    /// Somebody dropped a file onto the window: a price list.
    FileDropped(PathBuf),
    PricesImported(Result<Arc<PriceList>, ImportFailure>),
    Ticked,
    FullScreenPressed,
    Settings(settings::Message),
    Guide(guide::Message),
    /// What is on receipts and which printers there are, as the settings had it then.
    ReceiptsRead(Result<Box<KnownReceipts>, Problem>),
    /// The same after a change that somebody made here.
    ReceiptsKept(Result<Box<KnownReceipts>, Problem>),
    /// Somebody has changed a setting of the window's.
    SettingChanged(WindowChange),
    /// How wide the cashier's screen is, in points, where the system tells.
    ScreenMeasured(Option<u32>),
    /// It could not be kept: the system's words.
    SettingNotKept(String),
}

impl App {
    /// A window whose till is still opening.
    pub fn opening(texts: Texts, zone: TimeZone, now: Timestamp) -> App {
        let clock = Clock { now, zone };
        let stage = Stage::Opening(Opening::default());
        let paper = PaperLook::of(&ShopSettings::default(), &ReceiptSettings::default(), None);
        App {
            texts,
            clock,
            stage,
            link: None,
            key_clock: Instant::now,
            window: WindowSettings::default(),
            shop: ShopSettings::default(),
            receipts: ReceiptSettings::default(),
            printers: Vec::new(),
            receipts_as_of: 0,
            paper,
            is_new: false,
            dropped: None,
            typed: settings::Typed::default(),
            customer: CustomerDisplay::default(),
        }
    }

    /// A window without a till, because its settings cannot be used.
    pub fn in_safe_mode(texts: Texts, zone: TimeZone, now: Timestamp, error: SettingsError) -> App {
        App { stage: Stage::SafeMode(SafeMode::new(error)), ..App::opening(texts, zone, now) }
    }

    /// The same with these settings.
    pub fn with_window(self, window: WindowSettings) -> App {
        App { window, ..self }
    }

    /// The same of this shop.
    pub fn with_shop(mut self, settings: &Settings) -> App {
        self.take_shop(settings);
        self
    }

    fn take_shop(&mut self, settings: &Settings) {
        (self.shop, self.receipts) = (settings.shop.clone(), settings.receipts.clone());
        self.printers = names(&settings.printers);
        self.look_again();
    }

    /// `kept`: it is what became of a change.
    fn receipts_read(&mut self, read: Result<Box<KnownReceipts>, Problem>, kept: bool) -> Vec<Effect> {
        let mut is_old = false;
        if let Ok(known) = &read {
            is_old = known.as_of < self.receipts_as_of;
            // One that began before a change may be heard after it.
            if is_old && !kept {
                return Vec::new();
            }
            self.take_receipts(known);
        }
        let Some(desk) = self.desk_mut() else { return Vec::new() };
        let mail = read.as_ref().map(|known| known.receipts.mail.clone()).map_err(Clone::clone);
        desk.mail_server.read(mail);
        let effects = desk.printers.read(read.as_ref().map(|known| &**known), kept);
        desk.receipts.read(read.map(|known| *known), kept);
        // A change that was overtaken: what the pages show is asked for anew.
        let again = is_old.then_some(Effect::ReadReceipts);
        again.into_iter().chain(effects.map(Effect::TestPrinter)).collect()
    }

    fn take_receipts(&mut self, known: &KnownReceipts) {
        if known.as_of < self.receipts_as_of {
            return;
        }
        self.receipts_as_of = known.as_of;
        self.shop.name.clone_from(&known.shop);
        self.receipts = known.receipts.clone();
        self.printers = names(&known.printers);
        self.paper.head.logo.clone_from(&known.logo);
        self.look_again();
        // What waits for a printer that is another one now is printed on that; a till that closes prints nothing more.
        let _ = self.link.as_ref().map(|link| link.printing().settings_changed(&known.printers));
    }

    /// What slips look like, and the words and the zone they are written in where they have none of their own.
    pub(super) fn paper(&self) -> (&PaperLook, &Texts, &TimeZone) {
        (&self.paper, &self.texts, &self.clock.zone)
    }

    /// Slips look as the settings say now.
    fn look_again(&mut self) {
        let logo = self.paper.head.logo.clone();
        self.paper = PaperLook::of(&self.shop, &self.receipts, logo);
        self.tell_desk();
    }

    /// What the settings say of printing.
    fn tell_desk(&mut self) {
        let (receipts, printers) = (self.receipts.clone(), self.printers.clone());
        if let Some(desk) = self.desk_mut() {
            desk.printing.set(receipts, printers);
        }
    }

    /// The same, with what became of settings that somebody put into their folder.
    pub fn with_dropped(self, said: &[String]) -> App {
        let dropped = (!said.is_empty()).then(|| Problem::with_detail("window-settings-dropped", said.join(" ")));
        App { dropped, ..self }
    }

    /// The same of a till that nobody has set up yet: the window begins with the guide.
    pub fn of_new_till(self, is_new: bool) -> App {
        App { is_new, ..self }
    }

    /// Whether this is the first start still; not any more once this was asked.
    pub(super) fn was_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// The shop as it is now, kept or not.
    pub(super) fn shop(&self) -> &ShopSettings {
        &self.shop
    }

    /// The settings as they are now, kept or not.
    pub fn window(&self) -> &WindowSettings {
        &self.window
    }

    /// A window with pictures of terminals and nothing behind them.
    pub fn with_desk(texts: Texts, zone: TimeZone, now: Timestamp, mut desk: Desk) -> App {
        speak(&mut desk, &texts);
        App { stage: Stage::Desk(desk), ..App::opening(texts, zone, now) }
    }

    pub fn link(&self) -> Option<&Link> {
        self.link.as_ref()
    }

    pub fn desk(&self) -> Option<&Desk> {
        match &self.stage {
            Stage::Desk(desk) => Some(desk),
            Stage::Opening(_) | Stage::SafeMode(_) => None,
        }
    }

    pub(super) fn desk_mut(&mut self) -> Option<&mut Desk> {
        match &mut self.stage {
            Stage::Desk(desk) => Some(desk),
            Stage::Opening(_) | Stage::SafeMode(_) => None,
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
        Scheme::of(self.window.theme).theme()
    }

    /// The tag of the language on the screen.
    pub(super) fn language(&self) -> &'static str {
        self.texts.tag()
    }

    /// What a page of the history asks the journal, here and now.
    pub fn query(&self, page: &Page) -> HistoryQuery {
        page.query(&self.texts, &self.clock)
    }

    /// Whether something on the screen counts seconds.
    pub fn needs_seconds(&self) -> bool {
        self.desk().is_some_and(|desk| desk.is_busy() || desk.signing.counts_seconds())
    }

    /// Whether something on the screen grows old slowly.
    pub fn needs_minutes(&self) -> bool {
        self.desk().is_some_and(|desk| desk.shows_ages() || desk.signing.counts_minutes())
    }

    /// The name of whoever is signed in.
    pub fn operator(&self) -> Option<&str> {
        self.desk().and_then(Desk::operator)
    }

    /// What the message says, what the customer sees of it, and what is heard of it.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        // A price list that was taken over is told like a problem, and is none.
        let can_be_heard = !matches!(message, Message::PricesImported(_));
        let before = self.desk().map(Standing::of);
        let mut effects = self.take(message);
        if let (Some(before), Stage::Desk(desk)) = (before, &self.stage) {
            let happened = Standing::of(desk).since(&before);
            self.customer.look(desk, &happened, self.clock.now);
            effects.extend(Sound::of(&happened).filter(|_| can_be_heard).map(Effect::Sound));
        }
        effects
    }

    fn take(&mut self, message: Message) -> Vec<Effect> {
        let is_deed = is_deed(&message);
        if let Stage::Desk(desk) = &mut self.stage {
            desk.set_time(self.clock.now);
        }
        let mut effects = match &mut self.stage {
            Stage::Desk(desk) => desk.time_passed(is_deed),
            Stage::Opening(_) | Stage::SafeMode(_) => Vec::new(),
        };
        // Whoever comes back signs in first: what they did was meant for somebody who has gone.
        if effects.is_empty() || !is_deed {
            effects.extend(self.route(message));
        }
        effects
    }

    fn route(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Opening(message) => self.opening_said(message),
            Message::SafeMode(message) => self.safe_mode_said(message),
            Message::TillOpened(link) => {
                let mut desk = link.desk();
                speak(&mut desk, &self.texts);
                desk.set_time(self.clock.now);
                let begin = desk.begin();
                self.stage = Stage::Desk(desk);
                let connect = link.names().into_iter().map(|terminal| Effect::Connect { terminal });
                let effects = connect.chain([Effect::ReadRecent, Effect::ReadReceipts, begin]).collect();
                self.link = Some(*link);
                self.tell_desk();
                if let (Some(dropped), Stage::Desk(desk)) = (self.dropped.take(), &mut self.stage) {
                    desk.say(dropped);
                }
                if self.is_new {
                    self.begin_guide();
                }
                effects
            }
            Message::SettingsTakenUp(taken) => self.settings_taken_up(taken),
            Message::Desk(message) => self.desk_said(message),
            Message::KeyPressed(press) => self.key(press),
            Message::Read(reading) => self.desk_said(desk::Message::Read(reading)),
            Message::CloseRequested => match &mut self.stage {
                Stage::Desk(desk) => desk.update(desk::Message::LeaveRequested),
                Stage::Opening(_) | Stage::SafeMode(_) => vec![Effect::Close],
            },
            Message::FileDropped(file) => match &self.stage {
                Stage::Desk(_) => vec![Effect::ImportPrices(file)],
                Stage::Opening(_) | Stage::SafeMode(_) => Vec::new(),
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
            Message::FullScreenPressed => vec![Effect::FullScreen],
            Message::SettingChanged(change) => self.change(change),
            Message::Guide(message) => self.guide_said(message),
            Message::Settings(message) => match settings::update(message, &mut self.typed) {
                settings::Action::None => Vec::new(),
                settings::Action::ImportPrices(file) => vec![Effect::ImportPrices(file)],
                settings::Action::Change(change) => self.change(change),
                settings::Action::CustomersRight => vec![Effect::MeasureScreen],
                settings::Action::ShowCustomers => vec![Effect::ShowCustomersHere],
                settings::Action::Operators => self.desk_said(desk::Message::PlacePressed(Place::Operators)),
                settings::Action::Guide => {
                    self.begin_guide();
                    Vec::new()
                }
                settings::Action::Receipts => self.desk_said(desk::Message::PlacePressed(Place::Receipts)),
                settings::Action::Printers => self.desk_said(desk::Message::PlacePressed(Place::Printers)),
                settings::Action::Terminals => self.desk_said(desk::Message::PlacePressed(Place::Terminals)),
                settings::Action::Leave => self.desk_said(desk::Message::PlacePressed(Place::Counter)),
            },
            Message::ReceiptsRead(read) => self.receipts_read(read, false),
            Message::ReceiptsKept(kept) => self.receipts_read(kept, true),
            Message::ScreenMeasured(width) => {
                let usual = CustomerDisplaySettings::default();
                let x = width.and_then(|width| i32::try_from(width).ok()).unwrap_or(usual.x);
                let display = CustomerDisplaySettings { x, y: 0, ..self.window.customer_display.clone() };
                self.change(WindowChange::CustomerDisplay(display))
            }
            Message::SettingNotKept(problem) => {
                if let Stage::Desk(desk) = &mut self.stage {
                    desk.say(Problem::with_detail("window-setting-not-kept", problem));
                }
                Vec::new()
            }
        }
    }

    fn settings_taken_up(&mut self, taken: Result<(Box<Link>, BTreeSet<String>), Problem>) -> Vec<Effect> {
        let Stage::Desk(desk) = &mut self.stage else { return Vec::new() };
        let taken = taken.map(|(link, waiting)| {
            link.show(desk);
            self.link = Some(*link);
            waiting
        });
        // Those that go on hold their sessions.
        let new = desk.terminals.iter().filter(|view| view.session.is_none());
        let connect = new.map(|view| Effect::Connect { terminal: view.name.clone() });
        let connect: Vec<Effect> = connect.collect();
        connect.into_iter().chain(desk.setting_up.taken_up(taken)).collect()
    }

    fn desk_said(&mut self, message: desk::Message) -> Vec<Effect> {
        match &mut self.stage {
            Stage::Desk(desk) => desk.update(message),
            Stage::Opening(_) | Stage::SafeMode(_) => Vec::new(),
        }
    }

    /// Seen at once, and kept for the next start.
    pub(super) fn change(&mut self, change: WindowChange) -> Vec<Effect> {
        change.apply_to_window(&mut self.window);
        change.apply_to_shop(&mut self.shop);
        if let WindowChange::Language(language) = &change {
            self.texts = Texts::new(language.as_deref());
            if let Stage::Desk(desk) = &mut self.stage {
                speak(desk, &self.texts);
            }
        }
        if let WindowChange::ShopName(_) = &change {
            self.look_again();
        }
        vec![Effect::KeepSetting(change)]
    }

    fn opening_said(&mut self, message: opening::Message) -> Vec<Effect> {
        let Stage::Opening(opening) = &mut self.stage else { return Vec::new() };
        match opening.update(message) {
            opening::Action::None => Vec::new(),
            opening::Action::Open => vec![Effect::Open],
            opening::Action::Leave => vec![Effect::Close],
        }
    }

    fn safe_mode_said(&mut self, message: safe_mode::Message) -> Vec<Effect> {
        let Stage::SafeMode(safe_mode) = &mut self.stage else { return Vec::new() };
        match safe_mode.update(message) {
            safe_mode::Action::None => Vec::new(),
            safe_mode::Action::Mend(how) => vec![Effect::Mend(how)],
            safe_mode::Action::Open(settings) => self.open_with(settings),
            safe_mode::Action::Leave => vec![Effect::Close],
        }
    }

    /// The settings were mended: the window is as they say, and the till opens.
    fn open_with(&mut self, settings: Box<Settings>) -> Vec<Effect> {
        self.texts = Texts::new(settings.language.as_deref());
        self.window = settings.window.clone();
        self.take_shop(&settings);
        self.stage = Stage::Opening(Opening::default());
        vec![Effect::OpenWith(settings)]
    }

    /// What a key does. The keyboard's focus goes with Esc, with every change of place, and with a digit that no field has
    /// taken: a ring that was left behind would take the Enter that is meant for the amount.
    fn key(&mut self, press: Press) -> Vec<Effect> {
        let place = self.desk().map(|desk| desk.place);
        if let Stage::Desk(desk) = &mut self.stage
            && desk.key_after_problem(press)
        {
            return vec![Effect::Unfocus];
        }
        let effects = self.key_meant(press);
        if matches!(press, Press::Escape | Press::Digit(_)) || self.desk().map(|desk| desk.place) != place {
            return [Effect::Unfocus].into_iter().chain(effects).collect();
        }
        effects
    }

    fn key_meant(&mut self, press: Press) -> Vec<Effect> {
        let message = match (press, &self.stage) {
            (Press::Tab { back: true }, _) => return vec![Effect::FocusPrevious],
            (Press::Tab { back: false }, _) => return vec![Effect::FocusNext],
            (Press::Function(11), _) => Some(Message::FullScreenPressed),
            (Press::Control('d'), _) => Some(Message::SettingChanged(self.next_theme())),
            (_, Stage::Desk(desk)) if desk.place == Place::Settings && settings::key(press).is_some() => {
                settings::key(press).map(Message::Settings)
            }
            (_, Stage::Desk(desk))
                if desk.place == Place::Guide && !desk.signing.is_wanted() && Guide::key(press).is_some() =>
            {
                Guide::key(press).map(Message::Guide)
            }
            (_, Stage::Opening(opening)) => opening.key(press).map(Message::Opening),
            (_, Stage::SafeMode(safe_mode)) => safe_mode.key(press).map(Message::SafeMode),
            (_, Stage::Desk(desk)) => desk.key(press).map(Message::Desk),
        };
        message.map(|message| self.route(message)).unwrap_or_default()
    }

    pub fn view(&self) -> Element<'_, Message> {
        let content = responsive(|room| {
            let scene = Scene { texts: &self.texts, clock: &self.clock, room, paper: &self.paper };
            ground(match &self.stage {
                Stage::Opening(opening) => opening.view(scene).map(Message::Opening),
                Stage::SafeMode(safe_mode) => safe_mode.view(scene).map(Message::SafeMode),
                Stage::Desk(desk) => self.desk_view(desk, scene),
            })
        });
        self.with_keys(column![content].into())
    }

    /// The second window, for the customer. Keys are the cashier's there too: it may have taken the focus.
    pub fn customer_view(&self) -> Element<'_, Message> {
        let content = responsive(|room| {
            let scene = Scene { texts: &self.texts, clock: &self.clock, room, paper: &self.paper };
            ground(customer::view(self.customer.view(self.desk(), self.clock.now), scene))
        });
        self.with_keys(column![content].into())
    }

    /// Whether the time alone will change what the customer sees.
    pub fn is_thanking(&self) -> bool {
        self.window.customer_display.on && self.customer.is_thanking()
    }

    pub fn customer_title(&self) -> String {
        self.texts.get("customer-title")
    }

    fn with_keys<'a>(&'a self, content: Element<'a, Message>) -> Element<'a, Message> {
        let on_reading = self.desk().map(|_| Message::Read as fn(Reading) -> Message);
        Keys::new(content, Message::KeyPressed).on_reading(on_reading).clock(self.key_clock).into()
    }

    fn next_theme(&self) -> WindowChange {
        let here = ThemeChoice::ALL.iter().position(|theme| *theme == self.window.theme).unwrap_or_default();
        WindowChange::Theme(ThemeChoice::ALL[(here + 1) % ThemeChoice::ALL.len()])
    }

    /// A PIN that is asked for stands before everything but a payment that runs: that one stays where it is.
    fn desk_view<'a>(&'a self, desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
        let signing = |beside, scene| {
            desk.signing.view(beside, scene).map(|message| Message::Desk(desk::Message::Signing(message)))
        };
        let sign_in = |scene| signing(None, scene);
        let frame = |scene| frame::view(desk, &self.window, &self.typed, scene);
        match (desk.signing.is_wanted(), desk.has_running()) {
            (false, _) => frame(scene),
            (true, false) => {
                let above = iced::Size::new(scene.room.width, scene.room.height - status_bar::HEIGHT);
                let status = status_bar::view(desk, scene).map(Message::Desk);
                column![container(sign_in(Scene { room: above, ..scene })).height(iced::Fill), status].into()
            }
            (true, true) if scene.room.width >= SIDE_BY_SIDE => {
                let beside = Scene { room: iced::Size::new(scene.room.width - SIGN_IN, scene.room.height), ..scene };
                let sign_in = sign_in(Scene { room: iced::Size::new(SIGN_IN, scene.room.height), ..scene });
                row![frame(beside), container(sign_in).width(SIGN_IN)].into()
            }
            // Somebody has just asked for it. What runs stays in sight, and comes back in front with a question of its own.
            (true, true) if desk.signing.holds() && !desk.has_question() => {
                signing(Some(running_now::view(desk, scene)), scene)
            }
            (true, true) if desk.signing.holds() => frame(scene),
            (true, true) => {
                let words = scene.text("window-sign-in-later");
                let later = banner(|colours| colours.notice, "i", words, None);
                column![later, frame(scene)].into()
            }
        }
    }
}

fn names(printers: &[PrinterSettings]) -> Vec<String> {
    printers.iter().map(|printer| printer.name.clone()).collect()
}

/// The words of the window's language that end up on bills.
fn speak(desk: &mut Desk, texts: &Texts) {
    desk.bills.set_item_word(texts.get("window-item"));
    desk.setting_up.set_first_name(texts.get("window-terminals-first-name"));
    desk.printers.set_usual_name(texts.get("window-printers-usual-name"));
}
