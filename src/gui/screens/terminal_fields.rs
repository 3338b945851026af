//! The fields of a terminal's form: what is typed in each, whether it can stand there, and the widget that fits its kind.

use std::collections::{BTreeMap, BTreeSet};

use iced::Element;
use iced::widget::{Column, Row, text, text_input};

use crate::domain::Secret;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, BETWEEN, Role};
use crate::gui::widgets::focusable_button::action;
use crate::protocols::protocol::{Field, FieldKind, FieldProblem, FieldValues};
use crate::settings::SECRET_AT_MOST;
use crate::terminal::setting_up::SecretChanges;

/// Characters of a field.
pub const TYPED_AT_MOST: usize = 1_024;

/// What stands in one field.
#[derive(Debug, Clone)]
struct Entry {
    text: String,
    typed: Secret,
    /// A secret that is kept already.
    is_set: bool,
    /// Somebody has been there.
    touched: bool,
    /// What it was refused for with all others together, until one of them changes.
    refused: Option<FieldProblem>,
}

#[derive(Debug, Clone)]
pub struct Entries {
    fields: &'static [Field],
    entries: BTreeMap<&'static str, Entry>,
}

#[derive(Debug, Clone)]
pub enum Message {
    Typed(&'static str, String),
    SecretTyped(&'static str, Secret),
    Chosen(&'static str, &'static str),
}

impl Message {
    /// The field it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Message::Typed(field, _) | Message::SecretTyped(field, _) | Message::Chosen(field, _) => field,
        }
    }
}

impl Entries {
    pub fn new(fields: &'static [Field]) -> Entries {
        Entries::of(fields, &FieldValues::default(), &BTreeSet::new())
    }

    /// As it is set up.
    pub fn of(fields: &'static [Field], values: &FieldValues, secrets: &BTreeSet<String>) -> Entries {
        let entry = |field: &Field| Entry {
            text: values.text_or_empty(field.name).to_owned(),
            typed: Secret::new(""),
            is_set: secrets.contains(field.name),
            touched: false,
            refused: None,
        };
        Entries { fields, entries: fields.iter().map(|field| (field.name, entry(field))).collect() }
    }

    /// A new terminal takes the shop's money, where it can be chosen.
    pub fn use_currency(&mut self, code: &str) {
        for field in self.fields.iter().filter(|field| field.kind == FieldKind::Currency && field.default != Some(code))
        {
            self.entries.entry(field.name).and_modify(|entry| code.clone_into(&mut entry.text));
        }
    }

    /// The family refused it: the field where that is shown.
    pub fn refuse(&mut self, name: &str, problem: FieldProblem) -> Option<&'static Field> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        let entry = self.entries.get_mut(field.name)?;
        (entry.refused, entry.touched) = (Some(problem), true);
        Some(field)
    }

    pub fn update(&mut self, message: Message) {
        self.entries.values_mut().for_each(|entry| entry.refused = None);
        let (name, text, typed) = match message {
            Message::Typed(name, text) => (name, Some(text), None),
            Message::Chosen(name, word) => (name, Some(word.to_owned()), None),
            Message::SecretTyped(name, typed) => (name, None, Some(typed)),
        };
        let Some(entry) = self.entries.get_mut(name) else { return };
        entry.touched = true;
        if let Some(text) = text {
            entry.text = text.chars().take(TYPED_AT_MOST).collect();
        }
        if let Some(typed) = typed.filter(|typed| typed.reveal().len() <= SECRET_AT_MOST) {
            entry.typed = typed;
        }
    }

    pub fn touch_all(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.touched = true);
    }

    pub fn forget_secrets(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.typed = Secret::new(""));
    }

    /// The fields that mean something now, the advanced ones only where somebody wants more.
    pub fn shown(&self, more: bool) -> Vec<&'static Field> {
        let means = |field: &&'static Field| field.when.is_none_or(|(other, word)| self.value(other) == Some(word));
        self.fields.iter().filter(means).filter(|field| more || !field.advanced).collect()
    }

    /// Whether there are advanced ones.
    pub fn has_more(&self) -> bool {
        self.shown(true).len() > self.shown(false).len()
    }

    /// Whether one of the advanced ones was set.
    pub fn has_more_set(&self) -> bool {
        let is_set = |field: &&Field| self.entries.get(field.name).is_some_and(|entry| !entry.text.is_empty());
        self.fields.iter().filter(|field| field.advanced).any(|field| is_set(&field))
    }

    /// What counts: what stands there, else what is usual.
    fn value(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        let text = self.entries.get(name).map(|entry| entry.text.trim()).filter(|text| !text.is_empty());
        text.or(field.default)
    }

    /// Whether it has to be filled in and is not.
    pub fn is_wanting(&self, field: &Field) -> bool {
        self.problem(field) == Some(FieldProblem::Missing)
    }

    fn problem(&self, field: &Field) -> Option<FieldProblem> {
        let entry = self.entries.get(field.name)?;
        if entry.refused.is_some() {
            return entry.refused;
        }
        if field.kind == FieldKind::Secret {
            let typed = entry.typed.reveal();
            let missing = field.required && typed.is_empty() && !entry.is_set;
            let wrong = typed.chars().any(char::is_control).then_some(FieldProblem::Invalid);
            return missing.then_some(FieldProblem::Missing).or(wrong);
        }
        match self.value(field.name) {
            Some(text) => field.kind.check(text).err(),
            None => field.required.then_some(FieldProblem::Missing),
        }
    }

    /// In the order in which they are shown.
    pub fn first_wrong(&self) -> Option<&'static Field> {
        let (first, rest): (Vec<&'static Field>, Vec<&'static Field>) =
            self.shown(true).into_iter().partition(|field| field.required);
        first.into_iter().chain(rest).find(|field| self.problem(field).is_some())
    }

    /// What is set, without what is usual.
    pub fn values(&self) -> FieldValues {
        let mut values = FieldValues::default();
        for field in self.fields.iter().filter(|field| field.kind != FieldKind::Secret) {
            let text = self.entries.get(field.name).map(|entry| entry.text.trim()).unwrap_or_default();
            if !text.is_empty() {
                let upper = (field.kind == FieldKind::Currency).then(|| text.to_uppercase());
                values.set(field.name, upper.as_deref().unwrap_or(text));
            }
        }
        values
    }

    /// The secrets that were typed.
    pub fn secrets(&self) -> SecretChanges {
        let typed = self.entries.iter().filter(|(_, entry)| !entry.typed.reveal().is_empty());
        typed.map(|(name, entry)| ((*name).to_owned(), Some(entry.typed.clone()))).collect()
    }

    pub fn view<'a, M: Clone + 'a>(
        &'a self,
        field: &'static Field,
        submit: M,
        heard: fn(Message) -> M,
        scene: Scene<'a>,
    ) -> Element<'a, M> {
        let Some(entry) = self.entries.get(field.name) else { return iced::widget::space().into() };
        let label = label_of(field.name, scene);
        let label = text(if field.required { format!("{label} *") } else { label }).size(theme::SMALL);
        let widget = self.widget(field, entry, submit, heard, scene);
        let problem = self.problem(field).filter(|_| entry.touched);
        let below = match problem {
            Some(problem) => {
                let words = format!("✘  {}", wrong(field, problem, scene));
                text(words).size(theme::SMALL).style(theme::wrong)
            }
            None => text(help_of(field, scene)).size(theme::SMALL).style(theme::quiet),
        };
        Column::new().push(label).push(widget).push(below).spacing(3).into()
    }

    fn widget<'a, M: Clone + 'a>(
        &'a self,
        field: &'static Field,
        entry: &'a Entry,
        submit: M,
        heard: fn(Message) -> M,
        scene: Scene<'a>,
    ) -> Element<'a, M> {
        let name = field.name;
        let choice = |word: &'static str, label: String| {
            let role = if self.value(name) == Some(word) { Role::Chosen } else { Role::Plain };
            let message = heard(Message::Chosen(name, word));
            Element::from(action(format!("{name}-{word}"), label, role, Some(message)).width(130))
        };
        let choices = |buttons: Vec<Element<'a, M>>| {
            Element::from(Row::with_children(buttons).spacing(BETWEEN).wrap().vertical_spacing(BETWEEN))
        };
        match field.kind {
            FieldKind::Choice(words) => choices(words.iter().map(|word| choice(word, (*word).to_owned())).collect()),
            FieldKind::Flag => choices(vec![
                choice("false", scene.text("window-setting-off")),
                choice("true", scene.text("window-setting-on")),
            ]),
            FieldKind::Secret => {
                let key = if entry.is_set { "window-terminals-secret-set" } else { "window-terminals-secret-missing" };
                let typed = move |text: String| heard(Message::SecretTyped(name, Secret::new(text)));
                input(name, scene.text(key), entry.typed.reveal(), typed, submit).secure(true).into()
            }
            _ => {
                let typed = move |text: String| heard(Message::Typed(name, text));
                input(name, field.default.unwrap_or_default().to_owned(), &entry.text, typed, submit).into()
            }
        }
    }
}

fn input<'a, M: Clone + 'a>(
    id: &'static str,
    usual: String,
    value: &str,
    typed: impl Fn(String) -> M + 'a,
    submit: M,
) -> text_input::TextInput<'a, M> {
    text_input(&usual, value).id(id).on_input(typed).on_submit(submit).size(theme::BODY).padding(12).style(theme::field)
}

/// A field that is no terminal's.
pub fn text_field<'a, M: Clone + 'a>(
    id: &'static str,
    label: String,
    help: String,
    usual: String,
    value: &str,
    typed: fn(String) -> M,
    submit: M,
) -> Element<'a, M> {
    Column::new()
        .push(text(label).size(theme::SMALL))
        .push(input(id, usual, value, typed, submit))
        .push(text(help).size(theme::SMALL).style(theme::quiet))
        .spacing(3)
        .into()
}

fn key_of(name: &str) -> String {
    format!("field-{}", name.replace('_', "-"))
}

/// What the form calls the field of this name.
pub fn label_of(name: &str, scene: Scene<'_>) -> String {
    scene.text(&key_of(name))
}

fn help_of(field: &Field, scene: Scene<'_>) -> String {
    let own = field.help.map(|key| scene.text(key));
    own.unwrap_or_else(|| scene.text(&format!("{}-help", key_of(field.name))))
}

/// What is wrong, and what can stand there.
fn wrong(field: &Field, problem: FieldProblem, scene: Scene<'_>) -> String {
    if problem == FieldProblem::Missing {
        return scene.text("window-terminals-missing");
    }
    let key = match field.kind {
        FieldKind::Host => "window-terminals-wrong-host",
        FieldKind::Port => "window-terminals-wrong-port",
        FieldKind::Address | FieldKind::HostPort => "window-terminals-wrong-address",
        FieldKind::Number { least, at_most } => {
            let bounds = [("least", least.to_string()), ("most", at_most.to_string())];
            return scene.texts.with_words("window-terminals-wrong-number", &bounds);
        }
        FieldKind::Currency => "window-terminals-wrong-currency",
        FieldKind::TimeOfDay => "window-terminals-wrong-time",
        FieldKind::Text { at_most } => {
            return scene.texts.with("window-terminals-wrong-text", &[("most", &at_most.to_string())]);
        }
        FieldKind::File | FieldKind::Choice(_) | FieldKind::Flag | FieldKind::Secret => "window-terminals-wrong",
    };
    scene.text(key)
}
