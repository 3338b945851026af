//! What the history is filtered by: a button for each filter, which opens the choices under it.

use iced::widget::{Column, Row};
use iced::{Element, Fill, Shrink};
use jiff::ToSpan;
use jiff::civil::Date;

use super::history::{Edge, PAGE, Page};
use crate::domain::clue::{DateOrder, Here, day_of};
use crate::domain::{Clue, Ending, Operation, PaymentId};
use crate::gui::scene::{Clock, Scene};
use crate::gui::theme::{GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::journal::HistoryQuery;
use crate::terminal::TerminalView;
use crate::texts::Texts;

/// Choices on a line.
const ON_A_LINE: usize = 4;

/// Which payments are shown besides what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    pub days: Days,
    pub ending: Option<Ending>,
    pub operation: Option<Operation>,
    pub terminal: Option<String>,
    pub training_hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Days {
    #[default]
    All,
    Today,
    Yesterday,
    /// Today and the six days before.
    Week,
}

/// A filter with choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    Days,
    Ending,
    Operation,
    Terminal,
}

/// A choice of one filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Days(Days),
    Ending(Option<Ending>),
    Operation(Option<Operation>),
    Terminal(Option<String>),
}

#[derive(Debug, Clone)]
pub enum Message {
    Opened(Filter),
    Chosen(Choice),
    TrainingPressed,
}

impl Days {
    const ALL: [Days; 4] = [Days::All, Days::Today, Days::Yesterday, Days::Week];

    fn word(self) -> &'static str {
        match self {
            Days::All => "all",
            Days::Today => "today",
            Days::Yesterday => "yesterday",
            Days::Week => "week",
        }
    }

    /// The first day, and the last.
    fn span(self, today: Date) -> Option<(Date, Date)> {
        let back = |days: i64| today.checked_sub(days.days()).ok();
        match self {
            Days::All => None,
            Days::Today => Some((today, today)),
            Days::Yesterday => back(1).map(|day| (day, day)),
            Days::Week => back(6).map(|day| (day, today)),
        }
    }
}

impl Filters {
    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Days(days) => self.days = days,
            Choice::Ending(ending) => self.ending = ending,
            Choice::Operation(operation) => self.operation = operation,
            Choice::Terminal(terminal) => self.terminal = terminal,
        }
    }

    /// The buttons, and under them the choices of the open one.
    pub fn view<'a>(
        &self,
        open: Option<Filter>,
        terminals: &[std::sync::Arc<TerminalView>],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let chip = |id: &'static str, filter: Filter, label: String, set: bool| {
            let role = if open == Some(filter) || set { Role::Chosen } else { Role::Plain };
            action(id, format!("{label}  ▾"), role, Some(Message::Opened(filter))).into()
        };
        let training = if self.training_hidden { "window-training-hidden" } else { "window-training-shown" };
        let role = if self.training_hidden { Role::Chosen } else { Role::Plain };
        let chips = [
            chip("filter-days", Filter::Days, days_label(self.days, scene), self.days != Days::All),
            chip("filter-ending", Filter::Ending, ending_label(self.ending, scene), self.ending.is_some()),
            chip(
                "filter-operation",
                Filter::Operation,
                operation_label(self.operation, scene),
                self.operation.is_some(),
            ),
            chip(
                "filter-terminal",
                Filter::Terminal,
                terminal_label(self.terminal.as_deref(), scene),
                self.terminal.is_some(),
            ),
            action("filter-training", scene.text(training), role, Some(Message::TrainingPressed)).into(),
        ];
        let choices = open.map(|filter| self.choices(filter, terminals, scene));
        Column::new().push(Row::with_children(chips).spacing(GAP)).push(choices).spacing(GAP).width(Fill).into()
    }

    fn choices<'a>(
        &self,
        filter: Filter,
        terminals: &[std::sync::Arc<TerminalView>],
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let mut all: Vec<(String, String, Choice, bool)> = Vec::new();
        match filter {
            Filter::Days => all.extend(Days::ALL.map(|days| {
                (format!("days-{}", days.word()), days_label(days, scene), Choice::Days(days), self.days == days)
            })),
            Filter::Ending => all.extend(std::iter::once(None).chain(Ending::ALL.map(Some)).map(|ending| {
                let id = format!("ending-{}", ending.map_or("any", Ending::word));
                (id, ending_label(ending, scene), Choice::Ending(ending), self.ending == ending)
            })),
            Filter::Operation => all.extend(std::iter::once(None).chain(Operation::ALL.map(Some)).map(|operation| {
                let id = format!("operation-{}", operation.map_or("any", Operation::word));
                (id, operation_label(operation, scene), Choice::Operation(operation), self.operation == operation)
            })),
            Filter::Terminal => {
                let names = terminals.iter().map(|terminal| Some(terminal.name.clone()));
                all.extend(std::iter::once(None).chain(names).map(|name| {
                    let id = format!("of-terminal-{}", name.as_deref().unwrap_or("any"));
                    let label = terminal_label(name.as_deref(), scene);
                    let chosen = self.terminal == name;
                    (id, label, Choice::Terminal(name), chosen)
                }));
            }
        }
        let buttons = all.into_iter().map(|(id, label, choice, chosen)| {
            let role = if chosen { Role::Chosen } else { Role::Plain };
            Element::from(action(id, label, role, Some(Message::Chosen(choice))))
        });
        let mut lines: Vec<Vec<Element<'a, Message>>> = Vec::new();
        for button in buttons {
            match lines.last_mut() {
                Some(line) if line.len() < ON_A_LINE => line.push(button),
                _ => lines.push(vec![button]),
            }
        }
        let lines = lines.into_iter().map(|line| Row::with_children(line).spacing(GAP).into());
        Column::with_children(lines).spacing(GAP).height(Shrink).into()
    }
}

fn days_label(days: Days, scene: Scene<'_>) -> String {
    scene.text(&format!("window-days-{}", days.word()))
}

fn ending_label(ending: Option<Ending>, scene: Scene<'_>) -> String {
    let word = ending.map_or("any", Ending::word).replace('_', "-");
    scene.text(&format!("window-ending-{word}"))
}

fn operation_label(operation: Option<Operation>, scene: Scene<'_>) -> String {
    operation.map_or_else(|| scene.text("window-any-operation"), |operation| scene.operation(operation))
}

fn terminal_label(terminal: Option<&str>, scene: Scene<'_>) -> String {
    match terminal {
        None => scene.text("window-any-terminal"),
        Some(name) => scene.terminal(name, name == crate::terminal::TRAINING),
    }
}

impl Page {
    /// What to ask the journal: typed dates and days are those of this language, time and place.
    pub fn query(&self, texts: &Texts, clock: &Clock) -> HistoryQuery {
        let today = clock.now.to_zoned(clock.zone.clone()).date();
        let words = [texts.get("window-days-today"), texts.get("window-days-yesterday")];
        let here = Here {
            today,
            zone: &clock.zone,
            order: DateOrder::named(&texts.get("date-order")),
            words: [&words[0], &words[1]],
        };
        let edge_of = |date: Date| day_of(date, &clock.zone);
        let span = self.filters.days.span(today);
        let since = span.and_then(|(first, _)| edge_of(first)).and_then(|day| day.begins());
        let until = span.and_then(|(_, last)| edge_of(last)).and_then(|day| day.ends());
        let (before, after) = match &self.edge {
            Edge::Newest => (None, None),
            Edge::Before(id) => (Some(id.clone()), None),
            Edge::After(id) => (None, Some(id.clone())),
            Edge::Oldest => (None, Some(nothing())),
        };
        HistoryQuery {
            limit: PAGE,
            before,
            after,
            search: Clue::read(&self.search, &here),
            terminal: self.filters.terminal.clone(),
            operation: self.filters.operation,
            ending: self.filters.ending,
            training: self.filters.training_hidden.then_some(false),
            since,
            until,
        }
    }
}

/// The number before the first payment of any till.
fn nothing() -> PaymentId {
    "0".parse().unwrap_or_else(|never| match never {})
}
