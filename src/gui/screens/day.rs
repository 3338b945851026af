//! The shop's day: what it adds up to so far, its close with the terminals' own, and the days before, each on paper.

use std::sync::Arc;

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};
use jiff::Timestamp;

use crate::domain::{Comparison, DayClose, DayReport, Money, OpenDay, TerminalAnswer, TerminalDay};
use crate::gui::closing_day::{sentence, sign};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::to_print::ToPrint;
use crate::gui::widgets::banner::banner;
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::slip_paper::slip_paper;
use crate::gui::widgets::visited_last;
use crate::receipts::{Slip, day_close_slip, open_day_slip};
use crate::terminal::TerminalView;

/// Days read from the journal; “checkstand day list” lists older ones.
pub const AT_MOST: usize = 60;
/// Banners about one day; the paper names every terminal.
const BANNERS_AT_MOST: usize = 3;

#[derive(Debug, Clone, Default)]
pub struct ShopDay {
    open: Option<OpenDay>,
    /// Newest first.
    closes: Vec<DayClose>,
    /// Today where nobody has picked a day.
    picked: Option<i64>,
    step: Step,
    /// The Fluent id of what kept the journal from being read, or the day from being closed.
    problem: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
enum Step {
    #[default]
    Looking,
    /// A close cannot be taken back.
    Confirming,
    /// The terminals that have answered.
    Closing(Vec<TerminalAnswer>),
}

#[derive(Debug, Clone)]
pub enum Message {
    /// `None`: today.
    Picked(Option<i64>),
    ClosePressed,
    Confirmed,
    Kept,
    BackPressed,
    Read(Result<(OpenDay, Vec<DayClose>), String>),
    /// A terminal has ended its own day, or has not.
    Told(TerminalAnswer),
    Closed(Result<DayClose, String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    None,
    Leave,
    Close,
}

impl ShopDay {
    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        match (press, &self.step) {
            // Out of a question first.
            (Press::Escape, Step::Confirming) => Some(Message::Kept),
            (Press::Escape, _) => Some(Message::BackPressed),
            (Press::Function(9), Step::Confirming) => Some(Message::Confirmed),
            (Press::Function(9), _) => Some(Message::ClosePressed),
            (Press::Up, _) => self.beside(-1).map(Message::Picked),
            (Press::Down, _) => self.beside(1).map(Message::Picked),
            _ => None,
        }
    }

    /// The day above or below in the list, which begins with today.
    fn beside(&self, by: isize) -> Option<Option<i64>> {
        let here = self.closes.iter().position(|close| Some(close.number) == self.picked).map_or(0, |place| place + 1);
        match here.checked_add_signed(by)? {
            0 => Some(None),
            place => self.closes.get(place - 1).map(|close| Some(close.number)),
        }
    }

    /// Begins with today, unless the day is being closed.
    pub fn look(&mut self) {
        if !self.is_closing() {
            *self = ShopDay { open: self.open.take(), closes: std::mem::take(&mut self.closes), ..ShopDay::default() };
        }
    }

    pub fn is_closing(&self) -> bool {
        matches!(self.step, Step::Closing(_))
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Picked(picked) => (self.picked, self.problem) = (picked, None),
            Message::ClosePressed if self.can_close() => {
                (self.picked, self.problem, self.step) = (None, None, Step::Confirming);
            }
            Message::Confirmed if self.step == Step::Confirming => {
                self.step = Step::Closing(Vec::new());
                return Action::Close;
            }
            Message::Kept if self.step == Step::Confirming => self.step = Step::Looking,
            Message::ClosePressed | Message::Confirmed | Message::Kept => {}
            Message::BackPressed => {
                if self.step == Step::Confirming {
                    self.step = Step::Looking;
                }
                return Action::Leave;
            }
            Message::Read(Ok((open, closes))) => (self.open, self.closes) = (Some(open), closes),
            Message::Read(Err(key)) => self.problem = Some(key),
            Message::Told(answer) => {
                if let Step::Closing(answers) = &mut self.step {
                    answers.push(answer);
                }
            }
            Message::Closed(Ok(close)) => {
                (self.step, self.picked, self.problem) = (Step::Looking, Some(close.number), None);
                // What was read before is yesterday's by now.
                self.open = None;
                self.closes.retain(|known| known.number != close.number);
                self.closes.insert(0, close);
            }
            Message::Closed(Err(key)) => (self.step, self.problem) = (Step::Looking, Some(key)),
        }
        Action::None
    }

    fn can_close(&self) -> bool {
        self.step == Step::Looking && self.open.as_ref().is_some_and(|open| !open.totals.is_empty())
    }

    /// The paper on the screen.
    pub(in crate::gui) fn shown_on_paper(&self) -> Option<ToPrint> {
        match (self.shown(), &self.open) {
            (Some(close), _) => Some(ToPrint::Day(Box::new(close.clone()))),
            (None, open) => open.clone().map(|open| ToPrint::DaySoFar(Box::new(open))),
        }
    }

    fn shown(&self) -> Option<&DayClose> {
        self.closes.iter().find(|close| Some(close.number) == self.picked)
    }

    /// `trained`: when somebody last practised, as far as is known.
    pub fn view<'a>(
        &'a self,
        terminals: &'a [Arc<TerminalView>],
        trained: Option<Timestamp>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let title = text(scene.text("window-shop-day-title")).size(theme::LARGE).width(Fill);
        let close = self.can_close().then_some(Message::ClosePressed);
        let label = scene.with_key("window-shop-day-close", Press::Function(9));
        let close = action("shop-day-close", label, Role::Plain, close).width(220);
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let rows = Column::with_children(std::iter::once(self.today(scene)).chain(self.past(scene)))
            .spacing(theme::BETWEEN)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let list = scrollable(rows).style(theme::scroll).width(FillPortion(4)).height(Fill);
        let paper = container(self.paper(scene)).width(FillPortion(7)).height(Fill);
        let head = row![title, close, back].spacing(GAP).align_y(Center);
        let body = Column::new()
            .push(self.problem.as_ref().map(|key| banner(|colours| colours.declined, "⚠", scene.text(key), None)))
            .push(self.progress(terminals, scene))
            .push(self.nothing_to_close(trained, scene))
            .extend(self.to_do(scene).take(BANNERS_AT_MOST))
            .push(row![list, paper].spacing(GAP * 2.0).height(Fill))
            .spacing(GAP)
            .height(Fill);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn today<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let sums = self.open.as_ref().map(|open| nets(&open.totals, scene)).unwrap_or_default();
        line("day-now".to_owned(), scene.text("window-shop-day-now"), sums, self.shown().is_none(), None)
    }

    fn past<'a>(&'a self, scene: Scene<'a>) -> impl Iterator<Item = Element<'a, Message>> {
        self.closes.iter().map(move |close| {
            let number = close.number.to_string();
            let name = scene.texts.with("window-shop-day-past", &[("number", &number)]);
            let words = format!("{}   {}", scene.short(close.at), nets(&close.totals, scene));
            let is_shown = self.picked == Some(close.number);
            line(format!("day-{number}"), name, words, is_shown, Some(close.number))
        })
    }

    fn paper<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let zone = &scene.clock.zone;
        let slip = match (self.shown(), &self.open) {
            (Some(close), _) => day_close_slip(close, scene.paper_texts(), zone),
            (None, Some(open)) => open_day_slip(open, scene.paper_texts(), zone),
            (None, None) => Slip::default(),
        };
        slip_paper(&slip, scene)
    }

    /// Why the day cannot be closed.
    fn nothing_to_close<'a>(&self, trained: Option<Timestamp>, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let is_empty = self.open.as_ref().is_some_and(|open| open.totals.is_empty());
        if !is_empty || self.step != Step::Looking || self.shown().is_some() {
            return None;
        }
        let since = self.closes.first().map(|close| close.at);
        let has_trained = trained.is_some_and(|trained| since.is_none_or(|since| trained > since));
        let key = if has_trained { "window-shop-day-training-only" } else { "window-shop-day-nothing" };
        Some(banner(|colours| colours.notice, "i", scene.text(key), None))
    }

    /// The second look before the close, and then which terminals have answered.
    fn progress<'a>(&'a self, terminals: &[Arc<TerminalView>], scene: Scene<'a>) -> Option<Element<'a, Message>> {
        match &self.step {
            Step::Looking => None,
            Step::Confirming => Some(confirming(scene)),
            Step::Closing(answers) => {
                let told = answers.iter().rev().take(BANNERS_AT_MOST).map(|answer| {
                    let words = sentence(&answer.terminal, &answer.end, scene);
                    text(format!("{}  {words}", sign(answer.end.verdict))).size(theme::SMALL).into()
                });
                let waiting = waiting(terminals, answers, scene);
                let body = Column::new().push(text(waiting).size(theme::BODY)).extend(told).spacing(4);
                Some(container(body).padding([6, 14]).width(Fill).style(theme::band(|colours| colours.notice)).into())
            }
        }
    }

    /// What somebody has to look at about the day that is shown.
    fn to_do<'a>(&'a self, scene: Scene<'a>) -> impl Iterator<Item = Element<'a, Message>> {
        let days = self.shown().into_iter().flat_map(|close| &close.terminals);
        days.flat_map(move |day| {
            let open = day.is_open().then(|| {
                let placeables = [("terminal", day.answer.terminal.as_str())];
                let words = scene.texts.with("window-shop-day-still-open", &placeables);
                banner(|colours| colours.in_doubt, "⚠", words, None)
            });
            differs(day, scene).into_iter().chain(open)
        })
    }
}

fn differs<'a>(day: &TerminalDay, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let told = day.difference.terminal.filter(|_| day.difference.comparison == Comparison::Different)?;
    let journal = day.difference.journal.unwrap_or(Money::zero(told.currency()));
    let (told, journal) = (scene.texts.money(told), scene.texts.money(journal));
    let placeables = [("terminal", day.answer.terminal.as_str()), ("told", &told), ("journal", &journal)];
    let words = scene.texts.with("window-shop-day-differs", &placeables);
    Some(banner(|colours| colours.declined, "⚠", words, None))
}

fn waiting(terminals: &[Arc<TerminalView>], answers: &[TerminalAnswer], scene: Scene<'_>) -> String {
    let is_asked = |view: &&Arc<TerminalView>| {
        view.abilities.reports.contains(&DayReport::EndOfDay)
            && answers.iter().all(|answer| answer.terminal != view.name)
    };
    let names: Vec<&str> = terminals.iter().filter(is_asked).map(|view| view.name.as_str()).collect();
    match names.as_slice() {
        [] => scene.text("window-shop-day-writing"),
        names => scene.texts.with("window-shop-day-asking", &[("terminals", &names.join(", "))]),
    }
}

fn confirming<'a>(scene: Scene<'a>) -> Element<'a, Message> {
    let words = text(scene.text("window-shop-day-really")).size(theme::BODY).width(Fill);
    let kept = scene.with_key("window-close-day-keep", Press::Escape);
    let kept = action("shop-day-no", kept, Role::Bare, Some(Message::Kept));
    let confirmed = scene.with_key("window-shop-day-close", Press::Function(9));
    let confirmed = action("shop-day-yes", confirmed, Role::Bare, Some(Message::Confirmed));
    let line = row![words, kept.width(180), confirmed.width(220)].spacing(GAP).align_y(Center);
    container(line).padding([4, 14]).style(theme::band(|colours| colours.notice)).into()
}

fn line<'a>(id: String, name: String, sums: String, is_shown: bool, day: Option<i64>) -> Element<'a, Message> {
    let small = text(sums).size(theme::SMALL).wrapping(text::Wrapping::None);
    let words = column![text(name).size(theme::BODY).wrapping(text::Wrapping::None), small];
    let role = if is_shown { Role::Chosen } else { Role::Bare };
    FocusableButton::new(id, container(words).center_y(Fill).clip(true), role, Some(Message::Picked(day)))
        .height(60)
        .into()
}

/// What was taken less what was given back, in each currency.
fn nets(totals: &crate::domain::DayTotals, scene: Scene<'_>) -> String {
    let nets = totals.currencies.iter().map(|day| scene.texts.money(Money::new(day.all.net_minor(), day.currency)));
    nets.collect::<Vec<_>>().join("  ")
}
