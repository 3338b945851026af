//! The end of the chosen terminal's day, and the other reports it makes: which one, a second look before what cannot be
//! taken back, and what became of it.

use iced::widget::{Column, Row, container, row, text};
use iced::{Center, Element, Length};

use super::keys::Press;
use super::scene::Scene;
use super::theme::{self, GAP, Role};
use super::widgets::banner::{Remedy, banner};
use super::widgets::focusable_button::action;
use crate::domain::{DayEnd, DayReport, DayVerdict};

#[derive(Debug, Clone, Default)]
pub struct ClosingDay {
    step: Option<Step>,
    /// What a terminal told of its day, until somebody has read it.
    told: Option<(String, DayEnd)>,
}

/// How far somebody has come who wants a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Choosing,
    /// The end of the day cannot be taken back.
    Confirming,
}

#[derive(Debug, Clone)]
pub enum Message {
    Pressed,
    /// The terminal takes no cards until its day is closed.
    SettlePressed,
    Chosen(DayReport),
    Confirmed,
    Kept,
    /// The report is wanted whole.
    ReadPressed,
    EndRead,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Ask(DayReport),
    /// The newest report of this terminal.
    Read(String),
}

impl ClosingDay {
    /// What a key means while something is asked: no, or yes.
    pub fn key(&self, press: Press) -> Option<Message> {
        match (press, self.step?) {
            (Press::Escape, _) => Some(Message::Kept),
            (Press::Function(9), Step::Confirming) => Some(Message::Confirmed),
            _ => None,
        }
    }

    /// `reports` are those the chosen terminal makes, `ready` whether it can make one now.
    pub fn update(&mut self, message: Message, reports: &[DayReport], ready: bool) -> Action {
        match message {
            Message::Pressed if !ready => {}
            Message::Pressed => match reports {
                [] => {}
                [only] => return self.choose(*only),
                _ => self.step = Some(Step::Choosing),
            },
            Message::SettlePressed if ready && reports.contains(&DayReport::EndOfDay) => {
                return self.choose(DayReport::EndOfDay);
            }
            Message::SettlePressed => {}
            Message::Chosen(report) if ready && self.step == Some(Step::Choosing) && reports.contains(&report) => {
                return self.choose(report);
            }
            Message::Confirmed if ready && self.step == Some(Step::Confirming) => {
                self.step = None;
                return Action::Ask(DayReport::EndOfDay);
            }
            Message::Chosen(_) | Message::Confirmed | Message::Kept => self.step = None,
            Message::ReadPressed => {
                return self.told.take().map_or(Action::None, |(terminal, _)| Action::Read(terminal));
            }
            Message::EndRead => self.told = None,
        }
        Action::None
    }

    fn choose(&mut self, report: DayReport) -> Action {
        let closes = report == DayReport::EndOfDay;
        self.step = closes.then_some(Step::Confirming);
        if closes { Action::None } else { Action::Ask(report) }
    }

    /// Another terminal was chosen: what was about to be asked was for the one before.
    pub fn forget_the_step(&mut self) {
        self.step = None;
    }

    /// A terminal has told of its day.
    pub fn hear(&mut self, terminal: String, end: DayEnd) {
        self.told = Some((terminal, end));
    }

    /// What cannot wait, most urgent first.
    pub fn banners<'a>(&self, reports: &[DayReport], scene: Scene<'a>) -> impl Iterator<Item = Element<'a, Message>> {
        let step = self.step.map(|step| match step {
            Step::Choosing => choosing(reports, scene),
            Step::Confirming => confirming(scene),
        });
        let told = self.told.as_ref().map(|(terminal, end)| told(terminal, end, scene));
        step.into_iter().chain(told)
    }
}

/// The button's Fluent id, for a terminal that makes these reports.
pub fn label(reports: &[DayReport]) -> &'static str {
    if reports.contains(&DayReport::EndOfDay) { "window-close-day" } else { "window-day-reports" }
}

/// What became of a terminal's day, with its figures.
pub fn sentence(terminal: &str, end: &DayEnd, scene: Scene<'_>) -> String {
    let figure = |key: &str, figure: Option<String>| figure.map(|figure| scene.texts.with(key, &[("figure", &figure)]));
    let counted = |key: &str, number: u64| scene.texts.with_values(key, &[("figure", number.into())]);
    let parts = [
        Some(scene.texts.with(&format!("window-day-{}", end.key()), &[("terminal", terminal)])),
        figure("window-day-batch", end.batch.clone()),
        end.transactions.map(|number| counted("window-day-transactions", number.into())),
        figure("window-day-total", end.total.map(|total| scene.texts.money(total))),
        end.explanation.as_ref().map(|explanation| scene.explain(explanation)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// A sign of the bundled font.
pub fn sign(verdict: DayVerdict) -> &'static str {
    match verdict {
        DayVerdict::Closed | DayVerdict::Reported => "✔",
        DayVerdict::NothingToClose => "–",
        DayVerdict::NotClosed => "✘",
        DayVerdict::Unknown => "?",
    }
}

/// The Fluent id of a report's name.
pub fn report_key(report: DayReport) -> String {
    format!("window-report-{}", report.word())
}

fn choosing<'a>(reports: &[DayReport], scene: Scene<'a>) -> Element<'a, Message> {
    let choice = |report: &DayReport| {
        let id = format!("report-{}", report.word());
        action(id, scene.text(&report_key(*report)), Role::Bare, Some(Message::Chosen(*report))).into()
    };
    let kept =
        action("close-day-no", scene.with_key("window-close-day-keep", Press::Escape), Role::Bare, Some(Message::Kept));
    let choices = Row::with_children(reports.iter().map(choice)).push(kept).spacing(GAP);
    let words = text(scene.text("window-day-which")).size(theme::BODY);
    let body = Column::new().push(words).push(choices).spacing(4);
    container(body).padding([4, 14]).width(Length::Fill).style(theme::band(|colours| colours.notice)).into()
}

fn confirming<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let words = text(scene.text("window-close-day-really")).size(theme::BODY).width(Length::Fill);
    let kept =
        action("close-day-no", scene.with_key("window-close-day-keep", Press::Escape), Role::Bare, Some(Message::Kept));
    let label = scene.with_key("window-close-day", Press::Function(9));
    let confirmed = action("close-day-yes", label, Role::Bare, Some(Message::Confirmed));
    let line = row![words, kept.width(180), confirmed.width(180)].spacing(GAP).align_y(Center);
    container(line).padding([4, 14]).style(theme::band(|colours| colours.notice)).into()
}

fn told<'a>(terminal: &str, end: &DayEnd, scene: Scene<'a>) -> Element<'a, Message> {
    let read = (!end.lines.is_empty()).then(|| Remedy {
        id: "day-read",
        label: scene.text("window-day-read"),
        message: Message::ReadPressed,
    });
    let ok = Remedy { id: "day-end-read", label: scene.text("window-ok"), message: Message::EndRead };
    let colour = match end.verdict {
        DayVerdict::Closed | DayVerdict::Reported | DayVerdict::NothingToClose => {
            |colours: &theme::Colours| colours.notice
        }
        DayVerdict::NotClosed => |colours: &theme::Colours| colours.declined,
        DayVerdict::Unknown => |colours: &theme::Colours| colours.in_doubt,
    };
    banner(colour, sign(end.verdict), sentence(terminal, end, scene), read.into_iter().chain([ok]))
}
