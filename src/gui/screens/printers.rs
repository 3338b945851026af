//! The receipt printers that are set up: what each is, how it stands, and what can be done about it.

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use super::printer_form::{self, PrinterForm};
use crate::gui::keys::Press;
use crate::gui::printers_link::{FoundPrinters, PrinterOrder};
use crate::gui::problem::Problem;
use crate::gui::receipts_link::KnownReceipts;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::{banner, mark};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;
use crate::printing::{JobState, PrintView};
use crate::settings::PrinterSettings;

#[derive(Debug, Clone, Default)]
pub struct Printers {
    known: Vec<PrinterSettings>,
    /// The one that receipts are printed on unasked.
    receipts: Option<String>,
    form: Option<PrinterForm>,
    /// Somebody is asked whether this one is to go.
    asked: Option<String>,
    /// A change is on its way.
    sent: bool,
    /// This one prints a test slip as soon as it is kept.
    tests: Option<String>,
    problem: Option<Problem>,
    /// What one is called until somebody says otherwise.
    usual_name: String,
}

#[derive(Debug, Clone)]
pub enum Message {
    AddPressed,
    EditPressed(String),
    TestPressed(String),
    /// What is printed unasked is to be printed on this one.
    UsePressed(String),
    RemovePressed(String),
    Confirmed,
    BackPressed,
    Form(printer_form::Message),
    Found(FoundPrinters),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Change(PrinterOrder),
    Test(String),
    /// Look what this computer has.
    Find,
    Focus(&'static str),
    Leave,
}

impl Printers {
    /// Somebody comes here anew.
    pub fn open(&mut self) {
        let Printers { known, receipts, usual_name, .. } = std::mem::take(self);
        *self = Printers { known, receipts, usual_name, ..Printers::default() };
    }

    /// In the language on the screen.
    pub fn set_usual_name(&mut self, name: String) {
        self.usual_name = name;
    }

    /// Those that are set up.
    pub fn known(&self) -> &[PrinterSettings] {
        &self.known
    }

    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        if self.form.is_some() {
            return PrinterForm::key(press).map(Message::Form);
        }
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Function(1) if self.asked.is_none() => Some(Message::AddPressed),
            Press::Function(4) if self.asked.is_some() => Some(Message::Confirmed),
            _ => None,
        }
    }

    /// What the settings file has; `kept`: as it was changed here. The printer that is to be tried then.
    pub fn read(&mut self, read: Result<&KnownReceipts, &Problem>, kept: bool) -> Option<String> {
        let tests = if kept { self.tests.take() } else { None };
        self.sent &= !kept;
        match read {
            Ok(known) => {
                self.known.clone_from(&known.printers);
                self.receipts.clone_from(&known.receipts.printer);
                self.problem = None;
                if kept {
                    self.form = None;
                }
                tests
            }
            Err(problem) => {
                self.problem = Some(problem.clone());
                None
            }
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        if self.sent && !matches!(message, Message::Found(_)) {
            return Action::None;
        }
        match message {
            Message::AddPressed => return self.fill_in(PrinterForm::new(self.free_name())),
            Message::EditPressed(name) => {
                let known = self.known.iter().find(|printer| printer.name == name).cloned();
                return known.map_or(Action::None, |printer| self.fill_in(PrinterForm::of(printer)));
            }
            Message::TestPressed(name) => return Action::Test(name),
            Message::UsePressed(name) => return self.send(PrinterOrder::UseForReceipts(name)),
            Message::RemovePressed(name) => self.asked = Some(name),
            Message::Confirmed => {
                return match self.asked.take() {
                    Some(name) => self.send(PrinterOrder::Remove(name)),
                    None => Action::None,
                };
            }
            Message::BackPressed if self.asked.take().is_some() => {}
            Message::BackPressed => return Action::Leave,
            Message::Found(found) => self.form.iter_mut().for_each(|form| form.find(found.clone())),
            Message::Form(message) => return self.form_said(message),
        }
        Action::None
    }

    fn fill_in(&mut self, form: PrinterForm) -> Action {
        (self.asked, self.problem) = (None, None);
        self.form = Some(form);
        Action::Find
    }

    fn form_said(&mut self, message: printer_form::Message) -> Action {
        let Some(form) = &mut self.form else { return Action::None };
        match form.update(message) {
            printer_form::Action::None => Action::None,
            printer_form::Action::Focus(field) => Action::Focus(field),
            printer_form::Action::Leave => {
                (self.form, self.problem) = (None, None);
                Action::None
            }
            printer_form::Action::Save { printer, is_new, test } => {
                self.tests = test.then(|| printer.name.clone());
                self.send(PrinterOrder::Put { printer, is_new })
            }
        }
    }

    fn send(&mut self, order: PrinterOrder) -> Action {
        (self.sent, self.problem) = (true, None);
        Action::Change(order)
    }

    fn free_name(&self) -> String {
        let usual = &self.usual_name;
        let numbered = (2..=self.known.len() + 2).map(|number| format!("{usual} {number}"));
        let is_free = |name: &String| !self.known.iter().any(|printer| printer.name == *name);
        [usual.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default()
    }

    pub fn view<'a>(&'a self, printing: &'a PrintView, scene: Scene<'a>) -> Element<'a, Message> {
        if let Some(form) = &self.form {
            return form.view(self.problem.as_ref(), self.sent, scene).map(Message::Form);
        }
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let add = scene.with_key("window-printers-add", Press::Function(1));
        let add = action("slip-printer-add", add, Role::Go, Some(Message::AddPressed)).width(230);
        let title = text(scene.text("window-printers-title")).size(theme::LARGE).width(Fill);
        let head = row![title, add, back].spacing(GAP).align_y(Center);
        let problem = self.problem.as_ref();
        let problem = problem.map(|problem| banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None));
        let none = self.known.is_empty().then(|| text(scene.text("window-printers-none")).size(theme::BODY));
        let cards = self.known.iter().map(|printer| self.card(printer, printing, scene));
        let rows = Column::new().push(none).extend(cards).spacing(GAP);
        let rows = rows.padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        // It stands there also when it is empty: the list keeps its place, and how far it was scrolled.
        let above = Column::new().push(problem);
        let body = column![above, scrollable(rows).style(theme::scroll).height(Fill)].spacing(GAP).height(Fill);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn card<'a>(
        &'a self,
        printer: &'a PrinterSettings,
        printing: &'a PrintView,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let is_used = self.receipts.as_ref() == Some(&printer.name);
        let used = is_used.then(|| {
            let words = text(format!("✔  {}", scene.text("window-printers-receipts"))).size(theme::SMALL);
            container(words).padding([2, 10]).style(theme::band(|colours| colours.notice))
        });
        let name = row![text(&printer.name).size(theme::LARGE)].push(used).spacing(GAP).align_y(Center);
        let place = text(place_of(printer, scene)).size(theme::SMALL).style(theme::quiet);
        let card = column![column![name, place].spacing(2)].push(state(&printer.name, printing, scene));
        let buttons = match self.asked.as_ref().filter(|asked| **asked == printer.name) {
            Some(name) => really(name, scene),
            None => self.buttons(&printer.name, is_used, scene),
        };
        container(card.push(buttons).spacing(GAP)).padding([10, 14]).width(Fill).style(theme::sheet).into()
    }

    fn buttons<'a>(&self, name: &str, is_used: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let button = |word: &str, key: &str, message: fn(String) -> Message| {
            let message = (!self.sent).then(|| message(name.to_owned()));
            Element::from(
                action(format!("slip-printer-{word}-{name}"), scene.text(key), Role::Plain, message).width(150),
            )
        };
        Row::new()
            .push(button("test", "window-printers-test", Message::TestPressed))
            .push(button("edit", "window-printers-edit", Message::EditPressed))
            .push((!is_used).then(|| button("use", "window-printers-use", Message::UsePressed)))
            .push(button("remove", "window-printers-remove", Message::RemovePressed))
            .spacing(GAP)
            .wrap()
            .vertical_spacing(GAP)
            .into()
    }
}

/// How it is reached, and its paper.
fn place_of(printer: &PrinterSettings, scene: Scene<'_>) -> String {
    let place = printer.connection.place();
    let (millimetres, columns) = (printer.paper.millimetres().to_string(), printer.paper.columns().to_string());
    let words = [("millimetres", millimetres.as_str()), ("columns", columns.as_str())];
    format!("{place}   {}", scene.texts.with("window-printers-paper-width", &words))
}

/// What became of its last slip: the first one that is not printed, else the newest.
fn state<'a, M: Clone + 'a>(name: &str, printing: &'a PrintView, scene: Scene<'a>) -> Option<Element<'a, M>> {
    let mut jobs = printing.jobs.iter().filter(|job| job.printer == name);
    let open = jobs.clone().find(|job| job.state != JobState::Printed);
    let words =
        |key: &str, job: &crate::printing::JobView| scene.texts.with(key, &[("title", &job.title.words(scene.texts))]);
    let job = open.or_else(|| jobs.next_back())?;
    Some(match &job.state {
        JobState::Waiting | JobState::Printing => {
            mark(|colours| colours.notice, "▶", words("window-printers-printing", job), theme::BODY)
        }
        JobState::Printed => mark(|colours| colours.notice, "✔", words("window-printers-printed", job), theme::BODY),
        JobState::Faulty { fault, .. } => {
            let detail = Some(fault.detail()).filter(|detail| !detail.is_empty());
            let words = scene.texts.with_detail(scene.text(fault.key()), detail);
            banner(|colours| colours.declined, "⚠", words, None)
        }
    })
}

fn really<'a>(name: &str, scene: Scene<'a>) -> Element<'a, Message> {
    let yes = scene.with_key("window-printers-remove", Press::Function(4));
    let keep = scene.with_key("window-close", Press::Escape);
    column![
        text(scene.texts.with("window-printers-remove-really", &[("printer", name)])).size(theme::BODY),
        row![
            action("slip-printer-yes", yes, Role::Stop, Some(Message::Confirmed)).width(240),
            action("slip-printer-no", keep, Role::Plain, Some(Message::BackPressed)).width(240),
        ]
        .spacing(GAP),
    ]
    .spacing(GAP)
    .into()
}
