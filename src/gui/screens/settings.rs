//! How this window looks, speaks and sounds. Every change is there at once, and is kept for the next start.

use std::iter;
use std::path::PathBuf;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::setting_sheet;
use crate::gui::widgets::visited_last;
use crate::settings::{CustomerDisplaySettings, Loudness, Scale, TextSize, ThemeChoice, WindowChange, WindowSettings};
use crate::texts::Texts;

/// The id of the field for a price list.
const PRICES: &str = "import-file";
/// Steps of the scale, in per cent.
const SCALES: [u16; 6] = [100, 115, 130, 150, 175, 200];

/// Characters of a path.
const PATH_AT_MOST: usize = 1_000;

/// What is typed and not yet done.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Where the price list lies.
    prices: String,
}

impl Typed {
    /// As it was typed, or put there by a file manager, which may quote it.
    fn prices_file(&self) -> Option<PathBuf> {
        let typed = self.prices.trim();
        let quoted = |quote: char| typed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        let path = quoted('"').or_else(|| quoted('\'')).unwrap_or(typed);
        (!path.is_empty()).then(|| PathBuf::from(path))
    }
}

#[derive(Debug, Clone)]
pub enum Message {
    Changed(WindowChange),
    PricesTyped(String),
    /// The price list that was typed is to be taken over.
    PricesPressed,
    /// The customer's screen is to the right of this one.
    CustomersRightPressed,
    /// The customer's display is wanted on this screen, for a look.
    ShowCustomersPressed,
    OperatorsPressed,
    GuidePressed,
    ReceiptsPressed,
    PrintersPressed,
    TerminalsPressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    ImportPrices(PathBuf),
    /// How wide this screen is has to be asked first.
    CustomersRight,
    ShowCustomers,
    Change(WindowChange),
    Operators,
    /// The set-up, step by step.
    Guide,
    Receipts,
    Printers,
    Terminals,
    Leave,
}

/// What a key means here.
pub fn key(press: Press) -> Option<Message> {
    match press {
        Press::Escape => Some(Message::BackPressed),
        Press::Function(2) => Some(Message::TerminalsPressed),
        _ => None,
    }
}

pub fn update(message: Message, typed: &mut Typed) -> Action {
    match message {
        Message::PricesTyped(path) => {
            typed.prices = path.chars().take(PATH_AT_MOST).collect();
            Action::None
        }
        Message::PricesPressed => typed.prices_file().map_or(Action::None, Action::ImportPrices),
        Message::Changed(change) => Action::Change(change),
        Message::CustomersRightPressed => Action::CustomersRight,
        Message::ShowCustomersPressed => Action::ShowCustomers,
        Message::OperatorsPressed => Action::Operators,
        Message::GuidePressed => Action::Guide,
        Message::ReceiptsPressed => Action::Receipts,
        Message::PrintersPressed => Action::Printers,
        Message::TerminalsPressed => Action::Terminals,
        Message::BackPressed => Action::Leave,
    }
}

pub fn view<'a>(window: &WindowSettings, typed: &'a Typed, scene: Scene<'a>) -> Element<'a, Message> {
    let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
    let title = text(scene.text("window-settings-title")).size(theme::LARGE).width(Fill);
    // Where nobody has to scroll: a field that has the focus does not come into sight by itself.
    let rows = Column::new()
        .push(prices(typed, scene))
        .extend(choices(window, scene))
        .spacing(GAP * 1.5)
        .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
    let operators =
        action("operators", scene.text("window-operators-title"), Role::Plain, Some(Message::OperatorsPressed));
    let guide = action("guide", scene.text("window-guide-title"), Role::Plain, Some(Message::GuidePressed));
    let terminals = scene.with_key("window-terminals-title", Press::Function(2));
    let terminals = action("terminals", terminals, Role::Plain, Some(Message::TerminalsPressed));
    let receipts = action("receipts", scene.text("window-receipts-title"), Role::Plain, Some(Message::ReceiptsPressed));
    let printers = action("printers", scene.text("window-printers-title"), Role::Plain, Some(Message::PrintersPressed));
    let others = row![guide, terminals, printers, receipts, operators].spacing(GAP);
    let head = column![row![title, back].spacing(GAP).align_y(Center), others].spacing(GAP);
    let rows = scrollable(rows).style(theme::scroll).height(Fill);
    container(visited_last::above(head, rows, GAP)).padding(scene.edge()).into()
}

/// One of several values of a setting.
struct Choice {
    id: String,
    label: String,
    chosen: bool,
    message: Message,
}

impl Choice {
    fn worded(id: &str, key: &str, chosen: bool, message: Message, scene: Scene<'_>) -> Choice {
        Choice { id: id.to_owned(), label: scene.text(key), chosen, message }
    }
}

fn choices<'a>(window: &WindowSettings, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
    let language = |(tag, name): (&'static str, &'static str)| Choice {
        id: format!("language-{tag}"),
        label: name.to_owned(),
        chosen: scene.texts.tag() == tag,
        message: Message::Changed(WindowChange::Language(Some(tag.to_owned()))),
    };
    let worded = |(id, key), chosen: bool, change| Choice::worded(id, key, chosen, Message::Changed(change), scene);
    let theme = |theme| worded(theme_words(theme), window.theme == theme, WindowChange::Theme(theme));
    let text_size = |size| worded(text_words(size), window.text_size == size, WindowChange::TextSize(size));
    let scale = |percent: u16| Choice {
        id: format!("scale-{percent}"),
        label: scene.texts.percent(&percent.to_string()),
        chosen: window.scale == Scale::of_percent(percent),
        message: Message::Changed(WindowChange::Scale(Scale::of_percent(percent))),
    };
    let fitting = worded(("scale-fitting", "window-scale-fitting"), window.scale.is_none(), WindowChange::Scale(None));
    let scales = iter::once(fitting).chain(SCALES.into_iter().map(scale));
    let sounds = |loudness| worded(sound_words(loudness), window.sounds == loudness, WindowChange::Sounds(loudness));
    let customer = |on: bool| {
        let mut display = window.customer_display.clone();
        display.on = on;
        WindowChange::CustomerDisplay(display)
    };
    vec![
        setting("window-setting-language", Texts::locales().map(language), scene),
        setting("window-setting-theme", ThemeChoice::ALL.into_iter().map(theme), scene),
        setting("window-setting-text-size", TextSize::ALL.into_iter().map(text_size), scene),
        setting("window-setting-scale", scales, scene),
        setting("window-setting-sounds", Loudness::ALL.into_iter().map(sounds), scene),
        setting(
            "window-setting-full-screen",
            yes_or_no("full-screen", window.full_screen, WindowChange::FullScreen, scene),
            scene,
        ),
        setting("window-setting-customer", yes_or_no("customer", window.customer_display.on, customer, scene), scene),
        setting("window-setting-customer-place", customers_places(&window.customer_display, scene), scene),
        text(scene.text("window-setting-customer-hint")).size(theme::BODY).style(theme::quiet).into(),
    ]
}

/// Where the customer's screen is, beside this one; and a look at the display where there is no second screen.
fn customers_places(display: &CustomerDisplaySettings, scene: Scene<'_>) -> impl Iterator<Item = Choice> {
    let choice = |id, key, chosen: bool, message| Choice::worded(id, key, chosen, message, scene);
    let width = i32::try_from(display.width).unwrap_or(i32::MAX);
    let on_the_left = CustomerDisplaySettings { x: -width, y: 0, ..display.clone() };
    let on_the_left = Message::Changed(WindowChange::CustomerDisplay(on_the_left));
    let is_beside = display.y == 0;
    [
        choice("side-left", "window-customer-left", is_beside && display.x < 0, on_the_left),
        choice("side-right", "window-customer-right", is_beside && display.x > 0, Message::CustomersRightPressed),
        choice("side-here", "window-customer-here", false, Message::ShowCustomersPressed),
    ]
    .into_iter()
}

/// A file that is dropped on the window comes here by mouse; by keyboard, or where the window fills the screen, it is typed.
fn prices<'a>(typed: &'a Typed, scene: Scene<'a>) -> Element<'a, Message> {
    let field = setting_sheet::field(PRICES, &typed.prices, Message::PricesTyped, Message::PricesPressed);
    let message = typed.prices_file().map(|_| Message::PricesPressed);
    let import = action("import-prices", scene.text("window-prices-import"), Role::Plain, message).width(200);
    let hint = text(scene.text("window-setting-prices")).size(theme::BODY).style(theme::quiet);
    let body = column![hint, row![field, import].spacing(GAP).align_y(Center)].spacing(4);
    container(body).padding([8, 14]).width(Fill).style(theme::sheet).into()
}

fn yes_or_no(
    id: &'static str,
    now: bool,
    change: impl Fn(bool) -> WindowChange,
    scene: Scene<'_>,
) -> impl Iterator<Item = Choice> {
    let choice = |on: bool, key| {
        let id = format!("{id}-{}", if on { "on" } else { "off" });
        Choice::worded(&id, key, now == on, Message::Changed(change(on)), scene)
    };
    [choice(false, "window-setting-off"), choice(true, "window-setting-on")].into_iter()
}

fn setting<'a>(key: &str, choices: impl Iterator<Item = Choice>, scene: Scene<'a>) -> Element<'a, Message> {
    let buttons = choices.map(|choice| {
        let role = if choice.chosen { Role::Chosen } else { Role::Plain };
        Element::from(action(choice.id, choice.label, role, Some(choice.message)).width(140))
    });
    let name = text(scene.text(key)).size(theme::BODY).width(FillPortion(3));
    let buttons = Row::with_children(buttons).spacing(GAP).wrap().vertical_spacing(GAP);
    let line = row![name, container(buttons).width(FillPortion(8))].spacing(GAP).align_y(Center);
    container(line).padding([8, 14]).width(Fill).style(theme::sheet).into()
}

/// Id of the button and of its text.
fn theme_words(theme: ThemeChoice) -> (&'static str, &'static str) {
    match theme {
        ThemeChoice::Light => ("theme-light", "window-theme-light"),
        ThemeChoice::Dark => ("theme-dark", "window-theme-dark"),
        ThemeChoice::HighContrast => ("theme-high-contrast", "window-theme-high-contrast"),
    }
}

fn text_words(size: TextSize) -> (&'static str, &'static str) {
    match size {
        TextSize::Normal => ("text-normal", "window-text-normal"),
        TextSize::Large => ("text-large", "window-text-large"),
        TextSize::Largest => ("text-largest", "window-text-largest"),
    }
}

fn sound_words(loudness: Loudness) -> (&'static str, &'static str) {
    match loudness {
        Loudness::Off => ("sounds-off", "window-sounds-off"),
        Loudness::Quiet => ("sounds-quiet", "window-sounds-quiet"),
        Loudness::Normal => ("sounds-normal", "window-sounds-normal"),
    }
}
