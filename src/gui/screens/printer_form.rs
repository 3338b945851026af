//! One printer: how it is reached, and what paper and letters it has.

use std::path::Path;

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::domain::{CodePage, PaperWidth};
use crate::gui::keys::Press;
use crate::gui::printers_link::FoundPrinters;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::setting_sheet::{choice, field, hint, part, wrapped};
use crate::gui::widgets::visited_last;
use crate::settings::{PrinterConnection, PrinterSettings, SystemDocument};

/// The id of the field that says where the printer is.
pub const PLACE: &str = "slip-printer-place";
/// Of a name, an address or a path.
const PLACE_AT_MOST: usize = 1_000;
/// Found devices and queues that are offered.
const OFFERED_AT_MOST: usize = 12;
const CHOICE: f32 = 150.0;
const WIDE_CHOICE: f32 = 220.0;

/// How it is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Network,
    Device,
    System,
}

impl Way {
    const ALL: [Way; 3] = [Way::Network, Way::Device, Way::System];

    /// Id of its button, and Fluent ids of its name, of what its place is called, and of what that is.
    fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Way::Network => (
                "slip-way-network",
                "window-printers-network",
                "window-printers-address",
                "window-printers-address-help",
            ),
            Way::Device => {
                ("slip-way-device", "window-printers-device", "window-printers-path", "window-printers-path-help")
            }
            Way::System => {
                ("slip-way-system", "window-printers-system", "window-printers-queue", "window-printers-queue-help")
            }
        }
    }
}

#[derive(Debug, Clone)]
pub struct PrinterForm {
    is_new: bool,
    /// All of it but how it is reached.
    printer: PrinterSettings,
    way: Way,
    /// Where it is, by each way that somebody has looked at.
    address: String,
    path: String,
    queue: String,
    document: SystemDocument,
    found: Option<FoundPrinters>,
}

#[derive(Debug, Clone)]
pub enum Message {
    WayChosen(Way),
    PlaceTyped(String),
    NameTyped(String),
    PaperChosen(PaperWidth),
    LettersChosen(CodePage),
    CutsChosen(bool),
    DrawerChosen(bool),
    DocumentChosen(SystemDocument),
    SavePressed,
    TestPressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Save { printer: Box<PrinterSettings>, is_new: bool, test: bool },
    Focus(&'static str),
    Leave,
}

impl PrinterForm {
    /// For one that nobody has set up yet.
    pub fn new(name: String) -> PrinterForm {
        let connection = PrinterConnection::Network { address: String::new() };
        PrinterForm { is_new: true, ..PrinterForm::of(PrinterSettings::new(&name, connection)) }
    }

    /// As it is set up.
    pub fn of(printer: PrinterSettings) -> PrinterForm {
        let mut form = PrinterForm {
            is_new: false,
            way: Way::Network,
            address: String::new(),
            path: String::new(),
            queue: String::new(),
            document: SystemDocument::default(),
            found: None,
            printer: printer.clone(),
        };
        match printer.connection {
            PrinterConnection::Network { address } => form.address = address,
            PrinterConnection::Device { path } => (form.way, form.path) = (Way::Device, path),
            PrinterConnection::System { queue, document } => {
                (form.way, form.queue, form.document) = (Way::System, queue, document);
            }
        }
        form
    }

    /// What this computer has.
    pub fn find(&mut self, found: FoundPrinters) {
        self.found = Some(found);
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Enter => Some(Message::TestPressed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::WayChosen(way) => {
                self.way = way;
                return Action::Focus(PLACE);
            }
            Message::PlaceTyped(place) => {
                *self.place_mut() = place.chars().filter(|letter| !letter.is_control()).take(PLACE_AT_MOST).collect();
            }
            Message::NameTyped(name) => {
                let letters = name.chars().filter(|letter| !letter.is_control());
                self.printer.name = letters.take(PrinterSettings::NAME_AT_MOST).collect();
            }
            Message::PaperChosen(paper) => self.printer.paper = paper,
            Message::LettersChosen(page) => self.printer.code_page = page,
            Message::CutsChosen(cuts) => self.printer.cuts = cuts,
            Message::DrawerChosen(drawer) => self.printer.drawer = drawer,
            Message::DocumentChosen(document) => self.document = document,
            Message::SavePressed => return self.save(false),
            Message::TestPressed => return self.save(true),
            Message::BackPressed => return Action::Leave,
        }
        Action::None
    }

    fn save(&self, test: bool) -> Action {
        match self.whole() {
            Some(printer) => Action::Save { printer: Box::new(printer), is_new: self.is_new, test },
            None => Action::Focus(PLACE),
        }
    }

    /// Once it has a name and a place.
    fn whole(&self) -> Option<PrinterSettings> {
        let place = self.place().trim().to_owned();
        let connection = match self.way {
            Way::Network => PrinterConnection::Network { address: place },
            // The till may be started in another folder.
            Way::Device if !Path::new(&place).is_absolute() => return None,
            Way::Device => PrinterConnection::Device { path: place },
            Way::System => PrinterConnection::System { queue: place, document: self.document },
        };
        let name = self.printer.name.trim().to_owned();
        let can_be = PrinterSettings::is_name(&name) && !connection.leads_nowhere();
        can_be.then(|| PrinterSettings { name, connection, ..self.printer.clone() })
    }

    fn place(&self) -> &str {
        match self.way {
            Way::Network => &self.address,
            Way::Device => &self.path,
            Way::System => &self.queue,
        }
    }

    fn place_mut(&mut self) -> &mut String {
        match self.way {
            Way::Network => &mut self.address,
            Way::Device => &mut self.path,
            Way::System => &mut self.queue,
        }
    }

    /// `sent`: what was typed is being kept.
    pub fn view<'a>(&'a self, problem: Option<&'a Problem>, sent: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let can = self.whole().is_some() && !sent;
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(130);
        let save = scene.text("window-printers-save");
        let save = action("slip-printer-save", save, Role::Plain, can.then_some(Message::SavePressed)).width(150);
        let test = scene.with_key("window-printers-save-and-test", Press::Enter);
        let test = action("slip-printer-save-and-test", test, Role::Go, can.then_some(Message::TestPressed)).width(270);
        let title = match self.is_new {
            true => scene.text("window-printers-new"),
            false => scene.texts.with("window-printers-change", &[("printer", &self.printer.name)]),
        };
        let title = text(title).size(theme::LARGE).width(Fill);
        let head = row![title, test, save, back].spacing(GAP).align_y(Center);
        let problem = problem.map(|problem| banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None));
        // It stands there also when it is empty: what stands below keeps its place, and with it the focus.
        let above = Column::new().push(problem);
        let parts = scrollable(self.parts(scene)).style(theme::scroll).height(Fill);
        container(visited_last::above(head, column![above, parts].spacing(GAP).height(Fill), GAP))
            .padding(scene.edge())
            .into()
    }

    fn parts<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let ways = Way::ALL.into_iter().map(|way| {
            let (id, name, ..) = way.words();
            choice(id, scene.text(name), way == self.way, Message::WayChosen(way), WIDE_CHOICE)
        });
        let name = self.is_new.then(|| {
            let name = field("slip-printer-name", &self.printer.name, Message::NameTyped, Message::TestPressed);
            part("window-printers-name", [name], scene)
        });
        let document = (self.way == Way::System).then(|| self.documents(scene));
        Column::new()
            .push(part("window-printers-way", [wrapped(ways)], scene))
            .push(self.place_part(scene))
            .push(document)
            .push(name)
            .push(self.papers(scene))
            .push(on_off("window-printers-cuts", "cuts", self.printer.cuts, Message::CutsChosen, scene))
            .push(on_off("window-printers-drawer", "drawer", self.printer.drawer, Message::DrawerChosen, scene))
            .push(self.letters(scene))
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO })
            .into()
    }

    /// A field, and what was found for it.
    fn place_part<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let (_, _, name, help) = self.way.words();
        let place = field(PLACE, self.place(), Message::PlaceTyped, Message::TestPressed);
        part(name, [place, hint(help, scene)].into_iter().chain(self.found_here(scene)), scene)
    }

    fn found_here<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let found = self.found.as_ref()?;
        let (places, problem) = match self.way {
            Way::Network => return None,
            Way::Device => (&found.devices, None),
            Way::System => (&found.queues, found.problem.as_ref()),
        };
        if let Some(problem) = problem {
            return Some(text(problem.text(scene.texts)).size(theme::SMALL).style(theme::wrong).into());
        }
        if places.is_empty() {
            return Some(hint("window-printers-found-none", scene));
        }
        let offered = places.iter().take(OFFERED_AT_MOST).enumerate().map(|(number, place)| {
            let is_this = place == self.place();
            choice(
                &format!("slip-found-{number}"),
                place.clone(),
                is_this,
                Message::PlaceTyped(place.clone()),
                WIDE_CHOICE,
            )
        });
        Some(wrapped(offered))
    }

    fn documents<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices = [
            ("slip-document-1", "window-printers-document-receipt", SystemDocument::EscPos),
            ("slip-document-2", "window-printers-document-page", SystemDocument::Pdf),
        ];
        let choices = choices.into_iter().map(|(id, key, document)| {
            choice(id, scene.text(key), document == self.document, Message::DocumentChosen(document), WIDE_CHOICE)
        });
        part("window-printers-document", [wrapped(choices)], scene)
    }

    fn papers<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices = PaperWidth::ALL.into_iter().map(|paper| {
            let (millimetres, columns) = (paper.millimetres().to_string(), paper.columns().to_string());
            let words = [("millimetres", millimetres.as_str()), ("columns", columns.as_str())];
            let words = scene.texts.with("window-printers-paper-width", &words);
            let is_this = paper == self.printer.paper;
            choice(&format!("slip-paper-{columns}"), words, is_this, Message::PaperChosen(paper), WIDE_CHOICE)
        });
        part("window-printers-paper", [wrapped(choices)], scene)
    }

    fn letters<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let choices = CodePage::ALL.into_iter().zip(1..).map(|(page, number)| {
            let words = page.name().map_or_else(|| scene.text("window-printers-letters-none"), str::to_owned);
            let is_this = page == self.printer.code_page;
            choice(&format!("slip-letters-{number}"), words, is_this, Message::LettersChosen(page), CHOICE)
        });
        part("window-printers-letters", [hint("window-printers-letters-help", scene), wrapped(choices)], scene)
    }
}

fn on_off<'a>(key: &str, id: &str, now: bool, message: fn(bool) -> Message, scene: Scene<'a>) -> Element<'a, Message> {
    let choices = [(false, "off", "window-setting-off"), (true, "on", "window-setting-on")];
    let choices = choices
        .into_iter()
        .map(|(on, word, key)| choice(&format!("slip-{id}-{word}"), scene.text(key), on == now, message(on), CHOICE));
    part(key, [wrapped(choices)], scene)
}
