//! The terminals that are set up: what each is, how it stands, and what can be done about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::set_up_link::{KnownTerminals, SetUpOrder};
use crate::gui::terminal_state::{explained, link_key, link_sign, why_not_there};
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;
use crate::protocols::find;
use crate::search::can_be_sought;
use crate::settings::TerminalSettings;
use crate::terminal::{TerminalView, face_of};

#[derive(Debug, Clone, Default)]
pub struct Terminals {
    known: KnownTerminals,
    /// What somebody is asked about once more, and of which terminal.
    asked: Option<(Question, String)>,
    /// A change is on its way.
    sent: bool,
    problem: Option<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Remove,
    Unpair,
}

#[derive(Debug, Clone)]
pub enum Message {
    AddPressed,
    FindPressed,
    EditPressed(String),
    DefaultPressed(String),
    TestPressed(String),
    FindAgainPressed(String),
    RemovePressed(String),
    Confirmed,
    PairPressed(String),
    UnpairPressed(String),
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Add,
    /// Look for terminals in the network.
    Find,
    Edit(String),
    Test(String),
    /// It does not answer, and may have another address.
    FindAgain(String),
    Pair(String),
    Order(SetUpOrder),
    Leave,
}

impl Terminals {
    pub fn known(&self) -> &KnownTerminals {
        &self.known
    }

    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Function(1) if self.asked.is_none() => Some(Message::AddPressed),
            Press::Function(4) if self.asked.is_some() => Some(Message::Confirmed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        if self.sent {
            return if matches!(message, Message::BackPressed) { Action::Leave } else { Action::None };
        }
        self.problem = None;
        match message {
            Message::AddPressed => Action::Add,
            Message::FindPressed => Action::Find,
            Message::EditPressed(name) => Action::Edit(name),
            Message::TestPressed(name) => Action::Test(name),
            Message::FindAgainPressed(name) => Action::FindAgain(name),
            Message::PairPressed(name) => Action::Pair(name),
            Message::DefaultPressed(name) => self.send(SetUpOrder::MakeDefault(name)),
            Message::UnpairPressed(name) => self.ask(Question::Unpair, name),
            Message::RemovePressed(name) => self.ask(Question::Remove, name),
            Message::Confirmed => match self.asked.take() {
                Some((Question::Remove, name)) => self.send(SetUpOrder::Remove(name)),
                Some((Question::Unpair, name)) => self.send(SetUpOrder::Unpair(name)),
                None => Action::None,
            },
            Message::BackPressed if self.asked.take().is_some() => Action::None,
            Message::BackPressed => Action::Leave,
        }
    }

    fn ask(&mut self, question: Question, name: String) -> Action {
        self.asked = Some((question, name));
        Action::None
    }

    fn send(&mut self, order: SetUpOrder) -> Action {
        self.sent = true;
        Action::Order(order)
    }

    /// What the settings file has.
    pub fn hear(&mut self, read: Result<KnownTerminals, Problem>) {
        match read {
            Ok(known) => self.known = known,
            Err(problem) => self.complain(problem),
        }
    }

    /// A change was made.
    pub fn done(&mut self) {
        (self.sent, self.problem) = (false, None);
    }

    /// It was not made.
    pub fn complain(&mut self, problem: Problem) {
        (self.sent, self.problem) = (false, Some(problem));
    }

    pub fn view<'a>(
        &'a self,
        views: &'a [Arc<TerminalView>],
        broken: &'a BTreeMap<String, Problem>,
        waiting: &'a BTreeSet<String>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let find =
            action("terminal-find", scene.text("window-terminals-find"), Role::Plain, Some(Message::FindPressed));
        let add = scene.with_key("window-terminals-add", Press::Function(1));
        let add = action("terminal-add", add, Role::Go, Some(Message::AddPressed)).width(200);
        let title = text(scene.text("window-terminals-title")).size(theme::LARGE).width(Fill);
        let head = row![title, add, find.width(150), back].spacing(GAP).align_y(Center);
        let problem = self.problem.as_ref();
        let problem = problem.map(|problem| banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None));
        let none = self.known.terminals.is_empty();
        let none = none.then(|| text(scene.text("window-terminals-none")).size(theme::BODY));
        let cards = self.known.terminals.iter().map(|terminal| {
            let view = views.iter().find(|view| view.name == terminal.name).map(|view| &**view);
            self.card(terminal, view, broken.get(&terminal.name), waiting.contains(&terminal.name), scene)
        });
        let rows = Column::new().push(none).extend(cards).spacing(GAP);
        let rows = rows.padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        // It stands there also when it is empty: the list keeps its place, and how far it was scrolled.
        let below = iced::Padding { bottom: GAP, ..iced::Padding::ZERO };
        let above = Column::new().push(problem.map(|problem| container(problem).padding(below)));
        let body = Column::new().push(above).push(scrollable(rows).style(theme::scroll).height(Fill));
        container(visited_last::above(head, body.height(Fill), GAP)).padding(scene.edge()).into()
    }

    fn card<'a>(
        &'a self,
        terminal: &'a TerminalSettings,
        view: Option<&'a TerminalView>,
        broken: Option<&'a Problem>,
        waits: bool,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let is_default = self.known.default.as_ref() == Some(&terminal.name);
        let mark = is_default.then(|| {
            let words = text(format!("✔  {}", scene.text("window-terminals-default"))).size(theme::SMALL);
            container(words).padding([2, 10]).style(theme::band(|colours| colours.notice))
        });
        let family = find(&terminal.protocol);
        let family = family.map_or_else(|| terminal.protocol.clone(), |protocol| scene.text(protocol.name_key));
        let words = text(format!("{family}   {}", address(terminal))).size(theme::SMALL).style(theme::quiet);
        let name = row![text(&terminal.name).size(theme::LARGE)].push(mark).spacing(GAP).align_y(Center);
        let state = view.filter(|_| broken.is_none()).map(|view| {
            let sign = text(link_sign(view)).font(theme::MONO).size(theme::BODY);
            row![sign, text(scene.text(link_key(view))).size(theme::BODY)].spacing(6).align_y(Center)
        });
        let head = row![column![name, words].spacing(2).width(Fill)].push(state).spacing(GAP).align_y(Center);
        let why = match (broken, view) {
            (Some(problem), _) => Some(problem.text(scene.texts)),
            (None, view) => view.and_then(|view| explained(view, scene)),
        };
        let why = why.map(|words| banner(|colours| colours.declined, "⚠", words, None));
        let waits = waits.then(|| banner(|colours| colours.notice, "i", scene.text("window-terminals-waiting"), None));
        let card = Column::new().push(head).push(why).push(waits).push(self.buttons(terminal, view, is_default, scene));
        container(card.spacing(GAP)).padding([10, 14]).width(Fill).style(theme::sheet).into()
    }

    fn buttons<'a>(
        &'a self,
        terminal: &'a TerminalSettings,
        view: Option<&'a TerminalView>,
        is_default: bool,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let name = &terminal.name;
        let button = |word: &str, key: &str, role: Role, message: Message| {
            let message = (!self.sent).then_some(message);
            Element::from(action(format!("terminal-{word}-{name}"), scene.text(key), role, message).width(150))
        };
        if let Some((question, _)) = self.asked.as_ref().filter(|(_, of)| of == name) {
            return really(*question, name, scene);
        }
        let pairing = find(&terminal.protocol).and_then(|protocol| protocol.pairing);
        let pairing = pairing.filter(|_| face_of(terminal).is_none()).map(|pairing| {
            let is_paired = terminal.secrets.iter().any(|field| pairing.gives.contains(&field.as_str()));
            // Also where it is paired: what pairing gave may not be taken any more, and then nothing else helps.
            let pair = |role| button("pair", "window-terminals-pair", role, Message::PairPressed(name.clone()));
            let unpair =
                || button("unpair", "window-terminals-unpair", Role::Plain, Message::UnpairPressed(name.clone()));
            if is_paired { (Some(unpair()), pair(Role::Plain)) } else { (None, pair(Role::Go)) }
        });
        let (unpair, pair) = pairing.map_or((None, None), |(unpair, pair)| (unpair, Some(pair)));
        let can_be_default = !is_default && face_of(terminal).is_none();
        let default = can_be_default.then(|| {
            button("default", "window-terminals-make-default", Role::Plain, Message::DefaultPressed(name.clone()))
        });
        let is_away = view.is_some_and(|view| why_not_there(view).is_some());
        let again = (is_away && can_be_sought(terminal)).then(|| {
            let message = (!self.sent).then(|| Message::FindAgainPressed(name.clone()));
            let label = scene.text("window-find-again");
            action(format!("terminal-find-again-{name}"), label, Role::Go, message).width(210)
        });
        Row::new()
            .push(again)
            .push(button("test", "window-terminals-test", Role::Plain, Message::TestPressed(name.clone())))
            .push(button("edit", "window-terminals-edit", Role::Plain, Message::EditPressed(name.clone())))
            .push(pair)
            .push(unpair)
            .push(default)
            .push(button("remove", "window-terminals-remove", Role::Plain, Message::RemovePressed(name.clone())))
            .spacing(GAP)
            .wrap()
            .vertical_spacing(GAP)
            .into()
    }
}

fn really<'a>(question: Question, name: &str, scene: Scene<'a>) -> Element<'a, Message> {
    let (really, yes) = match question {
        Question::Remove => ("window-terminals-remove-really", "window-terminals-remove"),
        Question::Unpair => ("window-terminals-unpair-really", "window-terminals-unpair"),
    };
    let yes = scene.with_key(yes, Press::Function(4));
    let keep = scene.with_key("window-close", Press::Escape);
    column![
        text(scene.texts.with(really, &[("terminal", name)])).size(theme::BODY),
        row![
            action("terminal-yes", yes, Role::Stop, Some(Message::Confirmed)).width(240),
            action("terminal-no", keep, Role::Plain, Some(Message::BackPressed)).width(240),
        ]
        .spacing(GAP),
    ]
    .spacing(GAP)
    .into()
}

/// Where it is, as far as its settings say.
fn address(terminal: &TerminalSettings) -> String {
    let protocol = find(&terminal.protocol);
    let filled = protocol.and_then(|protocol| protocol.checked(&terminal.fields).ok());
    let fields = filled.as_ref().unwrap_or(&terminal.fields);
    let of = |name: &str| fields.text(name).map(str::to_owned);
    let host = of("host").map(|host| of("port").map_or_else(|| host.clone(), |port| format!("{host}:{port}")));
    of("url").or(host).or_else(|| of("account")).unwrap_or_default()
}
