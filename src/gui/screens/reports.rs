//! What terminals told of their days: every report the journal has kept, newest first, and the chosen one on paper.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};
use jiff::Timestamp;

use crate::domain::DayReport;
use crate::gui::closing_day::{report_key, sentence, sign};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::to_print::ToPrint;
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::receipt_paper::report_paper;
use crate::journal::KeptDayEnd;
use crate::terminal::TRAINING;

/// Reports read from the journal; “checkstand reports” lists older ones.
pub const AT_MOST: usize = 60;

#[derive(Debug, Clone, Default)]
pub struct Reports {
    kept: Vec<KeptDayEnd>,
    /// The newest one where nobody has picked another.
    picked: Option<Picked>,
    /// The newest report of this terminal is to be picked as soon as it has been read.
    wanted: Option<String>,
    /// The Fluent id of what kept the journal from being read.
    problem: Option<String>,
}

/// Names one report: no terminal makes two at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    terminal: String,
    at: Timestamp,
}

#[derive(Debug, Clone)]
pub enum Message {
    Picked(Picked),
    BackPressed,
    Read(Result<Vec<KeptDayEnd>, String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Leave,
}

impl Reports {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        (press == Press::Escape).then_some(Message::BackPressed)
    }

    /// Begins with the newest report, of this terminal if one is named.
    pub fn open(&mut self, terminal: Option<String>) {
        self.picked = None;
        self.wanted = terminal;
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Picked(picked) => self.picked = Some(picked),
            Message::BackPressed => return Action::Leave,
            Message::Read(Ok(kept)) => {
                (self.kept, self.problem) = (kept, None);
                if let Some(terminal) = self.wanted.take() {
                    self.picked = self.kept.iter().find(|kept| kept.terminal == terminal).map(Picked::of);
                }
            }
            Message::Read(Err(key)) => self.problem = Some(key),
        }
        Action::None
    }

    /// The paper on the screen.
    pub(in crate::gui) fn shown_on_paper(&self) -> Option<ToPrint> {
        let kept = self.shown().filter(|kept| !kept.end.lines.is_empty())?;
        let (terminal, lines) = (kept.terminal.clone(), kept.end.lines.clone());
        Some(ToPrint::Report { terminal, lines, training: kept.terminal == TRAINING })
    }

    fn shown(&self) -> Option<&KeptDayEnd> {
        match &self.picked {
            Some(picked) => self.kept.iter().find(|kept| Picked::of(kept) == *picked),
            None => self.kept.first(),
        }
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = text(scene.text("window-reports-title")).size(theme::LARGE).width(Fill);
        let rows = self.kept.iter().map(|kept| self.line(kept, scene));
        let rows = Column::with_children(rows)
            .spacing(theme::BETWEEN)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let list = scrollable(rows).style(theme::scroll).width(FillPortion(5)).height(Fill);
        let nothing = self.kept.is_empty().then(|| text(scene.text("window-reports-empty")).size(theme::LARGE));
        let shown = self.shown().map(|kept| container(sheet(kept, scene)).width(FillPortion(6)).height(Fill));
        Column::new()
            .push(row![title, back].spacing(GAP).align_y(Center))
            .push(self.problem.as_ref().map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(nothing)
            .push(row![list].push(shown).spacing(GAP * 2.0).height(Fill))
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn line<'a>(&self, kept: &'a KeptDayEnd, scene: Scene<'a>) -> Element<'a, Message> {
        let small = |words: String| text(words).size(theme::SMALL).wrapping(text::Wrapping::None);
        let words = row![
            text(sign(kept.end.verdict)).font(MONO).size(theme::BODY),
            column![
                text(name_of(kept.end.report, scene)).size(theme::BODY).wrapping(text::Wrapping::None),
                row![small(scene.short(kept.at)), small(terminal_of(kept, scene))].spacing(GAP),
            ],
        ]
        .spacing(GAP)
        .align_y(Center);
        let is_shown = self.shown().is_some_and(|shown| Picked::of(shown) == Picked::of(kept));
        let role = if is_shown { Role::Chosen } else { Role::Bare };
        let id = format!("report-{}-{}", kept.terminal, kept.at);
        let message = Some(Message::Picked(Picked::of(kept)));
        FocusableButton::new(id, container(words).center_y(Fill).clip(true), role, message).height(60).into()
    }
}

impl Picked {
    fn of(kept: &KeptDayEnd) -> Picked {
        Picked { terminal: kept.terminal.clone(), at: kept.at }
    }
}

fn name_of(report: DayReport, scene: Scene<'_>) -> String {
    scene.text(&report_key(report))
}

fn terminal_of(kept: &KeptDayEnd, scene: Scene<'_>) -> String {
    scene.terminal(&kept.terminal, kept.terminal == TRAINING)
}

/// What became of it, and the lines as the terminal prints them.
fn sheet<'a>(kept: &'a KeptDayEnd, scene: Scene<'a>) -> Element<'a, Message> {
    let told = text(sentence(&terminal_of(kept, scene), &kept.end, scene)).size(theme::BODY);
    let paper = if kept.end.lines.is_empty() {
        text(scene.text("window-report-without-lines")).size(theme::BODY).into()
    } else {
        report_paper(&kept.end.lines, kept.terminal == TRAINING, scene)
    };
    column![told, paper].spacing(GAP).height(Fill).into()
}
