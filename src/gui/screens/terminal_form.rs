//! What a terminal is set up with, drawn from what its family tells of its fields. Each is checked while it is typed, and
//! complained of when somebody has left something there. Pairing asks by the same form for what the account wants to know.

use std::collections::BTreeSet;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use super::account_terminals::{self, AccountTerminals};
use super::terminal_fields::{self as fields, Entries};
use crate::domain::Identity;
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::{Remedy, banner};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::terminal_picture::terminal_picture;
use crate::gui::widgets::visited_last;
use crate::protocols::protocol::{Field, FieldValues};
use crate::protocols::{Protocol, find};
use crate::settings::TerminalSettings;
use crate::terminal::face_of;
use crate::terminal::setting_up::Wanted;

pub use fields::Message as FieldMessage;

/// The id of the name's field.
const NAME: &str = "terminal-name-field";

/// What the form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    New,
    /// This terminal.
    Change(String),
    Pair(String),
}

#[derive(Debug, Clone)]
pub struct TerminalForm {
    pub(super) protocol: &'static Protocol,
    pub(super) purpose: Purpose,
    name: String,
    pub(super) entries: Entries,
    /// The one meant when none is named.
    default: bool,
    more: bool,
    /// Something was typed or chosen.
    pub(super) touched: bool,
    /// Somebody wants to leave it without saving.
    leaving: bool,
    sent: bool,
    problem: Option<Problem>,
    pub(super) account: AccountTerminals,
}

#[derive(Debug, Clone)]
pub enum Message {
    Account(account_terminals::Message),
    NameTyped(String),
    Field(FieldMessage),
    MorePressed,
    SavePressed,
    BackPressed,
    LeavePressed,
    StayPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Focus(&'static str),
    Save(Box<Wanted>),
    Pair(String, FieldValues),
    /// Ask the account which terminals it has.
    ListAccount(Box<Wanted>),
    Leave,
}

impl TerminalForm {
    /// A new terminal under a name that is proposed.
    pub fn new(protocol: &'static Protocol, name: String, default: bool) -> TerminalForm {
        let entries = Entries::new(protocol.fields);
        TerminalForm::with(protocol, Purpose::New, name, entries, default)
    }

    /// A new one that was found, with what it told of itself.
    pub fn found(protocol: &'static Protocol, name: String, told: &FieldValues, default: bool) -> TerminalForm {
        let entries = Entries::of(protocol.fields, told, &BTreeSet::new());
        TerminalForm::with(protocol, Purpose::New, name, entries, default)
    }

    /// One that is set up; `None` where nobody knows its family.
    pub fn of(terminal: &TerminalSettings, purpose: Purpose, default: bool) -> Option<TerminalForm> {
        let protocol = find(&terminal.protocol)?;
        let entries = match &purpose {
            Purpose::Pair(_) => Entries::new(protocol.pairing?.fields),
            Purpose::New | Purpose::Change(_) => Entries::of(protocol.fields, &terminal.fields, &terminal.secrets),
        };
        Some(TerminalForm::with(protocol, purpose, terminal.name.clone(), entries, default))
    }

    fn with(
        protocol: &'static Protocol,
        purpose: Purpose,
        name: String,
        entries: Entries,
        default: bool,
    ) -> TerminalForm {
        // What was set there before is not hidden from whoever changes it.
        let more = entries.has_more_set();
        TerminalForm {
            protocol,
            purpose,
            name,
            entries,
            default,
            more,
            touched: false,
            leaving: false,
            sent: false,
            problem: None,
            account: AccountTerminals::default(),
        }
    }

    /// Where whoever comes here begins.
    pub fn first_field(&self) -> &'static str {
        let shown = self.entries.shown(false);
        let empty = shown.iter().find(|field| self.entries.is_wanting(field));
        empty.or(shown.first()).map_or(NAME, |field| field.name)
    }

    /// What was typed as a secret is not kept behind another screen.
    pub fn forget_secrets(&mut self) {
        self.entries.forget_secrets();
    }

    /// It was not saved. Where one field is the cause, the complaint stands there and the next letter goes there.
    pub fn hear(&mut self, problem: Problem) -> Action {
        self.sent = false;
        let refused = problem.field().and_then(|error| self.entries.refuse(&error.field, error.problem));
        self.problem = Some(problem);
        match refused {
            Some(field) => {
                self.more |= field.advanced;
                Action::Focus(field.name)
            }
            None => Action::None,
        }
    }

    /// A new one takes the shop's money, unless somebody says otherwise.
    pub fn in_currency(mut self, code: Option<&str>) -> TerminalForm {
        code.into_iter().for_each(|code| self.entries.use_currency(code));
        self
    }

    pub fn key(&self, press: Press) -> Option<Message> {
        match press {
            Press::Escape if self.leaving => Some(Message::StayPressed),
            Press::Escape => Some(Message::BackPressed),
            Press::Function(4) if self.leaving => Some(Message::LeavePressed),
            Press::Enter if !self.leaving => Some(Message::SavePressed),
            Press::Function(2) => Some(Message::MorePressed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            // What is on its way is what was typed.
            _ if self.sent && !matches!(message, Message::BackPressed | Message::LeavePressed) => {}
            Message::NameTyped(name) => {
                self.name = name.chars().take(fields::TYPED_AT_MOST).collect();
                self.touched = true;
            }
            Message::Field(message) => {
                // Anything else may lead to another account.
                if self.account_field() != Some(message.field()) {
                    self.account = AccountTerminals::default();
                }
                self.entries.update(message);
                (self.touched, self.problem) = (true, None);
            }
            Message::Account(message) => return self.account_said(message),
            Message::MorePressed => self.more = !self.more,
            Message::SavePressed => return self.save(),
            Message::BackPressed if self.touched && !self.sent && !self.leaving => self.leaving = true,
            Message::BackPressed | Message::LeavePressed => return Action::Leave,
            Message::StayPressed => self.leaving = false,
        }
        Action::None
    }

    pub(super) fn first_wrong(&mut self) -> Option<&'static str> {
        self.entries.touch_all();
        let wrong = self.entries.first_wrong()?;
        self.more |= wrong.advanced;
        Some(wrong.name)
    }

    /// Or where the first thing is that keeps it from being saved.
    fn save(&mut self) -> Action {
        (self.leaving, self.problem) = (false, None);
        if let Some(wrong) = self.first_wrong() {
            return Action::Focus(wrong);
        }
        self.sent = true;
        if let Purpose::Pair(name) = &self.purpose {
            return Action::Pair(name.clone(), self.entries.values());
        }
        Action::Save(Box::new(self.wanted()))
    }

    pub(super) fn wanted(&self) -> Wanted {
        let values = self.entries.values();
        let secrets = self.entries.secrets();
        let of = TerminalSettings::new(&self.name, self.protocol.id, values);
        let default = self.default && face_of(&of).is_none();
        let new = self.purpose == Purpose::New;
        let (name, protocol) = (of.name, of.protocol);
        let identity = Identity::default();
        Wanted { name, protocol, fields: of.fields, secrets, default, new, identity }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let save = match self.purpose {
            Purpose::Pair(_) => "window-terminals-pair",
            Purpose::New | Purpose::Change(_) => "window-terminals-save",
        };
        let save = scene.with_key(save, Press::Enter);
        let save = action("terminal-save", save, Role::Go, (!self.sent).then_some(Message::SavePressed)).width(270);
        let title = column![
            text(self.title(scene)).size(theme::LARGE),
            text(scene.text(self.protocol.name_key)).size(theme::SMALL).style(theme::quiet)
        ];
        let head = row![container(terminal_picture(self.protocol.picture)).height(56).clip(true), title.width(Fill)];
        let head = head.push(save).push(back).spacing(GAP).align_y(Center);
        // It stands there also when it is empty: what stands below keeps its place, and with it the focus.
        let below = iced::Padding { bottom: GAP, ..iced::Padding::ZERO };
        let above = Column::new().push(self.banner(scene).map(|banner| container(banner).padding(below)));
        let body = Column::new().push(above).push(self.sheet(scene)).height(Fill);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn title(&self, scene: Scene<'_>) -> String {
        match &self.purpose {
            Purpose::New => scene.text("window-terminals-new"),
            Purpose::Change(name) => scene.texts.with("window-terminals-change", &[("terminal", name)]),
            Purpose::Pair(name) => scene.texts.with("window-terminals-pairing", &[("terminal", name)]),
        }
    }

    fn banner<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        if self.leaving {
            let leave = scene.with_key("window-terminals-discard", Press::Function(4));
            let remedies = [
                Remedy { id: "form-leave", label: leave, message: Message::LeavePressed },
                Remedy { id: "form-stay", label: scene.text("window-terminals-stay"), message: Message::StayPressed },
            ];
            let words = scene.text("window-terminals-unsaved");
            return Some(banner(|colours| colours.notice, "⚠", words, remedies));
        }
        if self.sent {
            return Some(banner(|colours| colours.notice, "▶", scene.text("window-terminals-saving"), None));
        }
        let problem = self.problem.as_ref()?;
        Some(banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None))
    }

    fn sheet<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let named = matches!(self.purpose, Purpose::New);
        let name = named.then(|| {
            let label = scene.text("window-terminals-name");
            let help = scene.text("window-terminals-name-help");
            fields::text_field(NAME, label, help, String::new(), &self.name, Message::NameTyped, Message::SavePressed)
        });
        let shown = self.entries.shown(self.more);
        let (first, rest): (Vec<&Field>, Vec<&Field>) = shown.into_iter().partition(|field| field.required);
        let cells = first.into_iter().map(|field| self.field(field, scene));
        let cells = cells.chain(name).chain(rest.into_iter().map(|field| self.field(field, scene)));
        let more = self.entries.has_more().then(|| {
            let key = if self.more { "window-terminals-less" } else { "window-terminals-more" };
            let label = scene.with_key(key, Press::Function(2));
            action("terminal-more", label, Role::Plain, Some(Message::MorePressed)).width(270)
        });
        // It stands in every record of a payment.
        let stays = matches!(self.purpose, Purpose::Change(_))
            .then(|| text(scene.text("window-terminals-name-stays")).size(theme::SMALL).style(theme::quiet));
        let account = self.account_field().map(|field| {
            let values = self.entries.values();
            self.account.view(values.text_or_empty(field), scene).map(Message::Account)
        });
        let rows = in_columns(cells, scene)
            .push(account)
            .push(more)
            .push(stays)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        scrollable(rows).style(theme::scroll).height(Fill).into()
    }

    fn field<'a>(&'a self, field: &'static Field, scene: Scene<'a>) -> Element<'a, Message> {
        self.entries.view(field, Message::SavePressed, Message::Field, scene)
    }
}

/// Side by side where there is room for two.
fn in_columns<'a>(cells: impl Iterator<Item = Element<'a, Message>>, scene: Scene<'a>) -> Column<'a, Message> {
    let mut cells = cells.map(|cell| container(cell).width(Fill));
    let mut rows = Column::new().spacing(GAP);
    while let Some(first) = cells.next() {
        rows = match scene.is_wide() {
            true => {
                let second = cells.next().unwrap_or_else(|| container(iced::widget::space()).width(Fill));
                rows.push(Row::new().push(first).push(second).spacing(GAP * 2.0))
            }
            false => rows.push(first),
        };
    }
    rows
}
