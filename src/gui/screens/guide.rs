//! The guided set-up of a new till, step by step. It can be left at any point: what was chosen is kept at once, and the
//! settings lead back here.

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use super::guide_steps;
use crate::domain::Currency;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::trial::Trial;
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::visited_last;
use crate::settings::{PrinterSettings, SHOP_NAME_AT_MOST};
use crate::terminal::TerminalView;

/// The id of the field for the shop's name.
pub const NAME: &str = "guide-name";
/// Of a currency's code.
const CODE: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Step {
    #[default]
    Language,
    Shop,
    Printer,
    Operators,
    Terminal,
    Trial,
}

impl Step {
    pub const ALL: [Step; 6] =
        [Step::Language, Step::Shop, Step::Printer, Step::Operators, Step::Terminal, Step::Trial];

    /// Of its button.
    fn id(self) -> &'static str {
        match self {
            Step::Language => "guide-language",
            Step::Shop => "guide-shop",
            Step::Printer => "guide-printer",
            Step::Operators => "guide-operators",
            Step::Terminal => "guide-terminal",
            Step::Trial => "guide-trial",
        }
    }

    /// The Fluent id of its name.
    fn key(self) -> &'static str {
        match self {
            Step::Language => "window-guide-language",
            Step::Shop => "window-guide-shop",
            Step::Printer => "window-guide-printer",
            Step::Operators => "window-guide-operators",
            Step::Terminal => "window-guide-terminal",
            Step::Trial => "window-guide-trial",
        }
    }

    fn next(self) -> Option<Step> {
        Step::ALL.into_iter().find(|step| *step > self)
    }

    fn before(self) -> Option<Step> {
        Step::ALL.into_iter().rev().find(|step| *step < self)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Guide {
    step: Step,
    pub(super) name: String,
    /// The currency as it was typed, perhaps not whole yet.
    pub(super) code: String,
    /// What is kept.
    kept: Kept,
    /// It has sent somebody elsewhere, who is to come back.
    pub is_away: bool,
}

/// What the settings have of the shop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    pub name: Option<String>,
    pub currency: Option<String>,
}

/// What is set up already.
#[derive(Debug, Clone, Copy)]
pub struct SoFar<'a> {
    pub terminals: &'a [std::sync::Arc<TerminalView>],
    pub printers: &'a [PrinterSettings],
    /// So many people can sign in.
    pub operators: usize,
}

#[derive(Debug, Clone)]
pub enum Message {
    StepPressed(Step),
    NextPressed,
    BeforePressed,
    LanguageChosen(&'static str),
    NameTyped(String),
    CodeTyped(String),
    CurrencyChosen(&'static str),
    PrintersPressed,
    OperatorsPressed,
    TerminalsPressed,
    /// Take a small amount on this terminal.
    TryPressed(String),
    GiveBackPressed,
    LeavePressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Language(&'static str),
    /// The name and the currency, as far as they were changed.
    Shop(Kept),
    Printers,
    Operators,
    Terminals,
    Try(String),
    GiveBack,
    Leave,
}

impl Guide {
    /// From its first step, with what is known already.
    pub fn of(kept: Kept) -> Guide {
        let (name, code) = (kept.name.clone().unwrap_or_default(), kept.currency.clone().unwrap_or_default());
        Guide { name, code, kept, ..Guide::default() }
    }

    /// At this step.
    pub fn at(self, step: Step) -> Guide {
        Guide { step, ..self }
    }

    pub fn step(&self) -> Step {
        self.step
    }

    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::LeavePressed),
            Press::Enter => Some(Message::NextPressed),
            _ => None,
        }
    }

    pub fn update(&mut self, message: Message, trial: &Trial) -> Action {
        match message {
            Message::NameTyped(name) => {
                self.name = name.chars().filter(|letter| !letter.is_control()).take(SHOP_NAME_AT_MOST).collect()
            }
            Message::CodeTyped(code) => {
                self.code = code.chars().filter(char::is_ascii_alphabetic).take(CODE).collect();
                self.code.make_ascii_uppercase();
            }
            Message::CurrencyChosen(code) => {
                code.clone_into(&mut self.code);
                return self.keep();
            }
            Message::LanguageChosen(tag) => return Action::Language(tag),
            Message::StepPressed(step) => return self.go_to(step),
            Message::BeforePressed => return self.step.before().map_or(Action::None, |step| self.go_to(step)),
            Message::NextPressed => return self.go_on(trial),
            Message::PrintersPressed => return Action::Printers,
            Message::OperatorsPressed => return Action::Operators,
            Message::TerminalsPressed => return Action::Terminals,
            Message::TryPressed(terminal) => return Action::Try(terminal),
            Message::GiveBackPressed => return Action::GiveBack,
            Message::LeavePressed => {
                // What was typed is not lost; leaving comes after it.
                return match self.keep() {
                    Action::None => Action::Leave,
                    kept => kept,
                };
            }
        }
        Action::None
    }

    fn go_on(&mut self, trial: &Trial) -> Action {
        if self.step == Step::Shop && self.is_code_wrong() {
            return Action::None;
        }
        match self.step.next() {
            Some(step) => self.go_to(step),
            // Money of a real terminal is given back before somebody calls it finished.
            None if trial.owes() => Action::GiveBack,
            None => Action::Leave,
        }
    }

    fn go_to(&mut self, step: Step) -> Action {
        self.step = step;
        self.keep()
    }

    /// What was typed and is not kept yet.
    fn keep(&mut self) -> Action {
        let name = self.name.trim();
        let name = (!name.is_empty()).then(|| name.to_owned());
        let currency = if self.is_code_wrong() { self.kept.currency.clone() } else { self.typed_currency() };
        let typed = Kept { name, currency };
        if typed == self.kept {
            return Action::None;
        }
        self.kept = typed.clone();
        Action::Shop(typed)
    }

    fn typed_currency(&self) -> Option<String> {
        (!self.code.is_empty()).then(|| self.code.clone())
    }

    /// Whether what was typed is no currency.
    pub(super) fn is_code_wrong(&self) -> bool {
        !self.code.is_empty() && self.code.parse::<Currency>().is_err()
    }

    pub fn view<'a>(&'a self, so_far: SoFar<'a>, trial: &Trial, scene: Scene<'a>) -> Element<'a, Message> {
        let SoFar { terminals, printers, operators } = so_far;
        let body = match self.step {
            Step::Language => guide_steps::language(scene),
            Step::Shop => guide_steps::shop(self, scene),
            Step::Printer => guide_steps::printer(printers, scene),
            Step::Operators => guide_steps::operators(operators, scene),
            Step::Terminal => guide_steps::terminal(terminals, scene),
            Step::Trial => guide_steps::trial(trial, terminals, scene),
        };
        let body =
            container(scrollable(body).style(theme::scroll)).padding(20).width(Fill).height(Fill).style(theme::sheet);
        let main = column![body, self.onward(trial, scene)].spacing(GAP);
        container(visited_last::above(self.head(scene), main, GAP)).padding(scene.edge()).into()
    }

    fn head<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let leave = scene.with_key("window-guide-leave", Press::Escape);
        let leave = action("guide-leave", leave, Role::Plain, Some(Message::LeavePressed)).width(220);
        let title = text(scene.text("window-guide-title")).size(theme::LARGE).width(Fill);
        let steps = Step::ALL.into_iter().zip(1_i64..).map(|(step, number)| {
            let role = if step == self.step { Role::Chosen } else { Role::Plain };
            let words = format!("{}  {}", scene.texts.count(number), scene.text(step.key()));
            action(step.id(), words, role, Some(Message::StepPressed(step))).into()
        });
        let steps = Row::with_children(steps).spacing(theme::BETWEEN);
        column![row![title, leave].spacing(GAP).align_y(Center), steps].spacing(GAP).into()
    }

    fn onward<'a>(&self, trial: &Trial, scene: Scene<'a>) -> Element<'a, Message> {
        let before = self.step.before().map(|_| Message::BeforePressed);
        let before = action("guide-before", scene.text("window-guide-before"), Role::Plain, before).width(220);
        let last = self.step.next().is_none();
        let key = if last { "window-guide-finish" } else { "window-guide-next" };
        let wrong = self.step == Step::Shop && self.is_code_wrong();
        let owed = last && trial.owes();
        let next = (!wrong && !owed).then_some(Message::NextPressed);
        let next = action("guide-next", scene.with_key(key, Press::Enter), Role::Go, next);
        row![before.height(theme::TENDER), next.height(theme::TENDER)].spacing(GAP).into()
    }
}

/// A heading and what stands below it.
pub(super) fn step<'a>(heading: String, words: String, rest: Vec<Element<'a, Message>>) -> Element<'a, Message> {
    Column::new()
        .push(text(heading).size(theme::LARGE))
        .push(text(words).size(theme::BODY))
        .extend(rest)
        .spacing(GAP * 1.5)
        .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO })
        .into()
}
