//! Every payment of this till: searched by what is typed, filtered, scrolled without an end; and the page of one of them.

use std::sync::Arc;

use iced::alignment::Horizontal;
use iced::widget::{Column, container, row, scrollable, space, text, text_input};
use iced::{Center, Element, Fill, FillPortion};

use super::follow_up;
use super::history_filters::{self, Filter, Filters};
use super::history_rows::{ROW, Rows};
use super::payment_page::{self, Dossier, Order, PaymentPage, amount_of};
use crate::domain::clue::TYPED_AT_MOST;
use crate::domain::{PaymentId, PaymentRecord};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::to_print::ToPrint;
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::{FocusableButton, action};
use crate::gui::widgets::payment_facts::paid_with;
use crate::gui::widgets::verdict_band::sign;
use crate::terminal::TerminalView;

/// Payments read at a time.
pub const PAGE: usize = 50;
/// The id of the list.
pub const LIST: &str = "history-list";
/// The gap under a row; with its height it is [`ROW`].
const BETWEEN: f32 = ROW - theme::TOUCH;

/// Where a page of the history lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edge {
    #[default]
    Newest,
    /// Older than this payment.
    Before(PaymentId),
    /// Newer than this one.
    After(PaymentId),
    Oldest,
}

/// One page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// As it was typed.
    pub search: String,
    pub filters: Filters,
    pub edge: Edge,
}

#[derive(Debug, Clone, Default)]
pub struct History {
    search: String,
    filters: Filters,
    /// The filter whose choices are shown.
    open: Option<Filter>,
    rows: Rows,
    /// The page that is being read; one at a time.
    asked: Option<Page>,
    /// Something was written while the list was scrolled away from the newest.
    news: bool,
    page: Option<PaymentPage>,
    /// The page was not opened from the list, and does not lead back to it.
    alone: bool,
    /// The Fluent id of what kept the journal from being read.
    problem: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Message {
    SearchTyped(String),
    Filter(history_filters::Message),
    /// The list was scrolled to here, and shows so much; in pixels.
    Scrolled {
        top: f32,
        height: f32,
    },
    /// The chosen row goes so many down, or up.
    Stepped(isize),
    PagedUp,
    PagedDown,
    HomePressed,
    EndPressed,
    /// The chosen row is opened.
    OpenPressed,
    PaymentPicked(PaymentId),
    Payment(payment_page::Message),
    DayPressed,
    ReportsPressed,
    BackPressed,
    Read(Page, Result<Vec<PaymentRecord>, String>),
    PaymentRead(PaymentId, Result<Box<Dossier>, String>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Read(Page),
    ReadPayment(PaymentId),
    /// About the payment whose page is open.
    Do(Box<Order>),
    Focus(&'static str),
    /// The list goes there, in pixels.
    Scroll(f32),
    /// To what terminals told of their days.
    Day,
    Reports,
    Leave,
}

impl History {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        Some(match press {
            Press::Escape => Message::BackPressed,
            Press::PageDown => Message::PagedDown,
            Press::PageUp => Message::PagedUp,
            Press::Up => Message::Stepped(-1),
            Press::Down => Message::Stepped(1),
            Press::Home => Message::HomePressed,
            Press::End => Message::EndPressed,
            Press::Enter => Message::OpenPressed,
            _ => return None,
        })
    }

    /// What a key means on the page that is open.
    pub fn page_key(&self, press: Press, terminals: &[Arc<TerminalView>]) -> Option<Message> {
        self.page.as_ref()?.key(press, terminals).map(Message::Payment)
    }

    /// Whether the list is on the screen, and what is scanned is looked for in it.
    pub fn lists(&self) -> bool {
        self.page.is_none()
    }

    /// Shows one payment, wherever it is in the history: its page, and nothing of the list.
    pub fn show(&mut self, payment: PaymentId) -> Vec<Action> {
        (self.alone, self.open) = (true, None);
        let record = self.rows.find(&payment).cloned();
        self.open_page(payment, record)
    }

    /// The paper on the screen, and the terminal it is of.
    pub(in crate::gui) fn shown_on_paper(&self) -> Option<(ToPrint, String)> {
        self.page.as_ref()?.shown_on_paper()
    }

    /// Whether it shows one payment and nothing else.
    pub fn shows_one(&self) -> bool {
        self.alone && self.page.is_some()
    }

    /// The list, for somebody who looks for something else than before.
    pub fn begin_anew(&mut self) -> Vec<Action> {
        (self.page, self.alone, self.open) = (None, false, None);
        self.search.clear();
        self.begin()
    }

    /// The list from its newest payment on, as when somebody comes to it.
    pub fn begin(&mut self) -> Vec<Action> {
        let scrolled = self.rows.top() > 0.0;
        self.rows.reset();
        self.news = false;
        let mut actions: Vec<Action> = scrolled.then_some(Action::Scroll(0.0)).into_iter().collect();
        actions.push(self.read(Edge::Newest));
        actions
    }

    /// Something was written. Only what is in sight is read again.
    pub fn journal_changed(&mut self) -> Vec<Action> {
        if let Some(page) = &self.page {
            self.news = true;
            return vec![Action::ReadPayment(page.id().clone())];
        }
        if self.rows.is_at_top() {
            return vec![self.read(Edge::Newest)];
        }
        self.news = true;
        Vec::new()
    }

    pub fn update(&mut self, message: Message) -> Vec<Action> {
        match message {
            Message::SearchTyped(search) => {
                self.search = search.chars().take(TYPED_AT_MOST).collect();
                return self.begin();
            }
            Message::Filter(message) => return self.filter(message),
            Message::Scrolled { top, height } => {
                self.rows.scrolled(top, height);
                if self.news && self.rows.is_at_top() && self.asked.is_none() {
                    return self.begin();
                }
                return self.read_on();
            }
            Message::Stepped(by) => return self.step(by),
            Message::PagedDown => return self.step(self.rows.page()),
            Message::PagedUp => return self.step(-self.rows.page()),
            Message::HomePressed if self.page.is_none() => return self.begin(),
            Message::EndPressed if self.page.is_none() => return vec![self.read(Edge::Oldest)],
            Message::HomePressed | Message::EndPressed => {}
            Message::OpenPressed => {
                let chosen = self.rows.cursor().map(|record| record.id.clone());
                if let Some(payment) = chosen.filter(|_| self.page.is_none()) {
                    return self.pick(payment);
                }
            }
            Message::PaymentPicked(payment) => return self.pick(payment),
            Message::Payment(message) => return self.page_said(message),
            Message::DayPressed => return vec![Action::Day],
            Message::ReportsPressed => return vec![Action::Reports],
            Message::BackPressed => return self.back(),
            // An answer to an earlier search is too late.
            Message::Read(page, _) if self.asked.as_ref() != Some(&page) => {}
            Message::Read(page, Ok(rows)) => return self.take(&page, rows),
            Message::Read(_, Err(key)) => (self.asked, self.problem) = (None, Some(key)),
            Message::PaymentRead(payment, read) => self.payment_read(&payment, read),
        }
        Vec::new()
    }

    fn read(&mut self, edge: Edge) -> Action {
        let page = Page { search: self.search.clone(), filters: self.filters.clone(), edge };
        self.asked = Some(page.clone());
        Action::Read(page)
    }

    /// More of the list, where its end comes into sight and nothing is being read already.
    fn read_on(&mut self) -> Vec<Action> {
        if self.asked.is_some() {
            return Vec::new();
        }
        match self.rows.wanted() {
            Some(Edge::Newest) => self.begin(),
            Some(edge) => vec![self.read(edge)],
            None => Vec::new(),
        }
    }

    fn take(&mut self, page: &Page, rows: Vec<PaymentRecord>) -> Vec<Action> {
        (self.asked, self.problem) = (None, None);
        if let Some(open) = &mut self.page
            && let Some(record) = rows.iter().find(|record| record.id == *open.id())
        {
            open.renew(record);
        }
        let moved = self.rows.take(&page.edge, rows);
        let mut actions: Vec<Action> = moved.map(Action::Scroll).into_iter().collect();
        actions.extend(self.read_on());
        actions
    }

    fn step(&mut self, by: isize) -> Vec<Action> {
        if self.page.is_some() {
            return Vec::new();
        }
        let mut actions: Vec<Action> = self.rows.step(by).map(Action::Scroll).into_iter().collect();
        actions.extend(self.read_on());
        actions
    }

    fn filter(&mut self, message: history_filters::Message) -> Vec<Action> {
        match message {
            history_filters::Message::Opened(filter) => {
                self.open = (self.open != Some(filter)).then_some(filter);
                Vec::new()
            }
            history_filters::Message::Chosen(choice) => {
                self.open = None;
                self.filters.choose(choice);
                self.begin()
            }
            history_filters::Message::TrainingPressed => {
                self.filters.training_hidden = !self.filters.training_hidden;
                self.begin()
            }
        }
    }

    fn pick(&mut self, payment: PaymentId) -> Vec<Action> {
        self.rows.choose(payment.clone());
        let record = self.rows.find(&payment).cloned();
        self.open_page(payment, record)
    }

    fn open_page(&mut self, payment: PaymentId, record: Option<PaymentRecord>) -> Vec<Action> {
        self.page = Some(PaymentPage::new(payment.clone(), record));
        vec![Action::ReadPayment(payment)]
    }

    fn page_said(&mut self, message: payment_page::Message) -> Vec<Action> {
        let Some(page) = &mut self.page else { return Vec::new() };
        match page.update(message) {
            payment_page::Action::None => Vec::new(),
            payment_page::Action::Close => self.close(),
            payment_page::Action::FocusAmount => vec![Action::Focus(follow_up::AMOUNT)],
            payment_page::Action::Do(order) => vec![Action::Do(order)],
            payment_page::Action::Show(payment) => self.pick(payment),
        }
    }

    /// The page of what was given back just now: what the cashier hands out.
    pub fn gave_back(&mut self, record: PaymentRecord) -> Vec<Action> {
        self.news = true;
        self.open_page(record.id.clone(), Some(record))
    }

    /// One step back: out of a question, the choices of a filter, the page; then out of the history.
    fn back(&mut self) -> Vec<Action> {
        if let Some(page) = &mut self.page {
            return if page.step_back() { Vec::new() } else { self.close() };
        }
        if self.open.take().is_some() { Vec::new() } else { vec![Action::Leave] }
    }

    /// The list again, where it was left.
    fn close(&mut self) -> Vec<Action> {
        self.page = None;
        if std::mem::take(&mut self.alone) {
            return vec![Action::Leave, Action::Scroll(self.rows.go())];
        }
        let mut actions = vec![Action::Scroll(self.rows.go())];
        if self.news && self.rows.is_at_top() {
            self.news = false;
            actions.push(self.read(Edge::Newest));
        }
        actions
    }

    fn payment_read(&mut self, payment: &PaymentId, read: Result<Box<Dossier>, String>) {
        let Some(page) = self.page.as_mut().filter(|page| page.id() == payment) else { return };
        match read {
            Ok(dossier) => {
                self.rows.renew(&dossier.record);
                page.take(*dossier);
            }
            Err(key) => self.problem = Some(key),
        }
    }

    /// `terminals` say what can still be done about a payment of theirs.
    pub fn view<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let body = match &self.page {
            Some(page) => page.view(self.problem.as_deref(), terminals, scene).map(Message::Payment),
            None => self.list(terminals, scene),
        };
        container(body).padding(16).height(Fill).into()
    }

    fn list<'a>(&'a self, terminals: &[Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let search = text_input(&scene.text("window-search"), &self.search)
            .id("search")
            .on_input(Message::SearchTyped)
            .on_submit(Message::OpenPressed)
            .size(theme::BODY)
            .padding(13)
            .style(theme::field);
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let day = action("to-day", scene.text("window-to-day"), Role::Plain, Some(Message::DayPressed)).width(110);
        let reports = terminals.iter().any(|terminal| !terminal.abilities.reports.is_empty()).then(|| {
            action("reports", scene.text("window-day-reports"), Role::Plain, Some(Message::ReportsPressed)).width(130)
        });
        let nothing = self.rows.all().is_empty() && self.asked.is_none();
        let news = self
            .news
            .then(|| action("history-news", scene.text("window-new-payments"), Role::Go, Some(Message::HomePressed)));
        Column::new()
            .push(row![search, day].push(reports).push(back).spacing(GAP))
            .push(self.filters.view(self.open, terminals, scene).map(Message::Filter))
            .push(self.problem.as_ref().map(|key| text(scene.text(key)).size(theme::LARGE)))
            .push(nothing.then(|| text(scene.text("window-history-empty")).size(theme::LARGE)))
            .push(news)
            .push(self.rows(scene))
            .spacing(GAP)
            .into()
    }

    /// The rows in sight, between two empty rooms as high as the rows that are not built.
    fn rows<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let (above, range, below) = self.rows.in_sight();
        // What no payment has takes no room.
        let has_marks = self.rows.all().iter().any(|record| mark_of(record, scene).is_some());
        let lines = self.rows.all()[range].iter().map(|record| self.line(record, has_marks, scene));
        let lines = Column::with_children(lines).spacing(BETWEEN);
        let all = Column::new()
            .push(space().height(above))
            .push(lines)
            .push(space().height(below + BETWEEN))
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        scrollable(all)
            .id(LIST)
            .on_scroll(|viewport| Message::Scrolled {
                top: viewport.absolute_offset().y,
                height: viewport.bounds().height,
            })
            .style(theme::scroll)
            .height(Fill)
            .into()
    }

    fn line<'a>(&self, record: &'a PaymentRecord, has_marks: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let to_the = |align: Horizontal, words: String, portion: u16| {
            container(fitted(words, theme::BODY).across(align).on_one_line()).width(FillPortion(portion))
        };
        let cell = |words: String, portion: u16| to_the(Horizontal::Left, words, portion);
        let roomy = scene.room.width >= ROOMY;
        let called = match &record.request.reference {
            Some(reference) if roomy => format!("{}  {reference}", record.id),
            _ => record.id.to_string(),
        };
        let card = paid_with(record, scene);
        let mark = has_marks.then(|| cell(mark_of(record, scene).unwrap_or_default(), 3));
        let words = row![
            text(sign(record.verdict())).font(MONO).size(theme::BODY),
            cell(scene.short(record.at), 4),
            cell(scene.operation(record.request.operation), 4),
            to_the(Horizontal::Right, scene.amount(record.request.operation, amount_of(record)), 4),
            cell(scene.became(record), 5),
        ]
        .push(roomy.then(|| cell(called.clone(), 5)))
        .push(roomy.then(|| cell(card.clone().unwrap_or_default(), 3)))
        .push((!roomy).then(|| container(one_above_the_other(card, called)).width(FillPortion(3))))
        .push(mark)
        .spacing(GAP)
        .align_y(Center);
        let chosen = self.rows.cursor().is_some_and(|cursor| cursor.id == record.id);
        let role = if chosen { Role::Chosen } else { Role::Bare };
        let message = Some(Message::PaymentPicked(record.id.clone()));
        FocusableButton::new(format!("row-{}", record.id), container(words).center_y(Fill).clip(true), role, message)
            .into()
    }
}

/// Card and number where there is little room.
fn one_above_the_other<'a>(card: Option<String>, number: String) -> Column<'a, Message> {
    let small = |words: String| fitted(words, theme::SMALL - 1.0).across(Horizontal::Left).on_one_line();
    Column::new().push(card.map(small)).push(small(number))
}

/// That it was practice, or somebody else's.
fn mark_of(record: &PaymentRecord, scene: Scene<'_>) -> Option<String> {
    if record.training {
        return Some(scene.text("window-training-short"));
    }
    let origin = record.request.origin.as_ref()?;
    Some(scene.text(&format!("window-origin-short-{}", origin.from.word())))
}

/// From this width on a row has its reference, too.
const ROOMY: f32 = 1250.0;
