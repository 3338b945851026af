//! The lines side of the counter: what has been rung up, what it comes to, and what can be done about it. Amounts are typed
//! as on the bare counter.

use iced::alignment::Horizontal;
use iced::widget::{Column, Row, column, container, row, scrollable, text, text_input};
use iced::{Center, Element, Fill, FillPortion};

use super::bill_edit::Subject;
use super::ring_up::{self, RingUp};
use crate::domain::bill::Line;
use crate::domain::{BillAccount, PriceItem, PriceList};
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::amount_display::{amount_display, amount_line};
use crate::gui::widgets::banner::mark;
use crate::gui::widgets::bill_line::line_words;
use crate::gui::widgets::bill_state::{name, standing, too_much};
use crate::gui::widgets::fitted::fitted;
use crate::gui::widgets::focusable_button::{FocusableButton, action, sized};
use crate::gui::widgets::number_pad::line_pad;

/// The id of the field in which items are looked for.
pub const SEARCH: &str = "item-search";
const SEARCH_AT_MOST: usize = 80;
const FOUND_AT_MOST: usize = 6;

/// What is chosen among the lines, and what is looked for.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    selected: Option<u32>,
    search: String,
    /// Which of what was found.
    found: usize,
    confirming_removal: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    LinePicked(u32),
    UpPressed,
    DownPressed,
    Deselected,
    VoidPressed,
    EditPressed(Subject),
    /// Of the line that is chosen.
    EditLinePressed,
    RemovePressed,
    RemoveConfirmed,
    RemoveKept,
    SearchTyped(String),
    LetterTyped(char),
    SearchSubmitted,
    ItemPicked(String),
    CashPressed,
    SplitPressed,
    ParkPressed,
    RingUp(ring_up::Message),
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Focus(&'static str),
    /// The item with this code.
    Pick(String),
    /// What was typed as a name, with the amount on the keypad.
    RingTyped,
    Void(u32),
    Edit(Subject),
    Remove,
    Cash,
    Split,
    Park,
    RingUp(ring_up::Message),
}

impl Lines {
    pub fn search(&self) -> &str {
        &self.search
    }

    pub fn selected(&self) -> Option<u32> {
        self.selected
    }

    /// A line was rung up: what was looked for is found.
    pub fn rung(&mut self) {
        *self = Lines::default();
    }

    /// What a key means here before it means an amount.
    pub fn key(&self, press: Press, has_bill: bool, has_prices: bool) -> Option<Message> {
        if self.confirming_removal {
            return match press {
                Press::Function(4) => Some(Message::RemoveConfirmed),
                Press::Escape => Some(Message::RemoveKept),
                _ => None,
            };
        }
        match press {
            Press::Letter(letter) if has_bill || has_prices => Some(Message::LetterTyped(letter)),
            Press::Up => Some(Message::UpPressed),
            Press::Down => Some(Message::DownPressed),
            Press::PageUp | Press::Function(1) if has_bill => Some(Message::CashPressed),
            Press::Function(3) if has_bill => Some(Message::SplitPressed),
            Press::PageDown if has_bill => Some(Message::ParkPressed),
            Press::Right if self.selected.is_some() => Some(Message::EditLinePressed),
            Press::Delete if self.selected.is_some() => Some(Message::VoidPressed),
            Press::Enter if !self.search.trim().is_empty() => Some(Message::SearchSubmitted),
            Press::Escape if self.is_busy() => Some(Message::Deselected),
            _ => None,
        }
    }

    fn is_busy(&self) -> bool {
        self.selected.is_some() || !self.search.is_empty()
    }

    /// Whether a question stands that has to be answered before anything else.
    pub fn asks(&self) -> bool {
        self.confirming_removal
    }

    pub fn update(&mut self, message: Message, account: Option<&BillAccount>, prices: Option<&PriceList>) -> Action {
        let answers = matches!(message, Message::RemoveConfirmed | Message::RemoveKept);
        if self.confirming_removal && !answers {
            return Action::None;
        }
        match message {
            Message::LinePicked(line) => self.selected = (self.selected != Some(line)).then_some(line),
            Message::UpPressed => self.step(account, prices, -1),
            Message::DownPressed => self.step(account, prices, 1),
            Message::Deselected | Message::RemoveKept => *self = Lines::default(),
            Message::VoidPressed => return self.selected.take().map_or(Action::None, Action::Void),
            Message::EditPressed(subject) => return Action::Edit(subject),
            Message::EditLinePressed => {
                return self.selected.map_or(Action::None, |line| Action::Edit(Subject::Line(line)));
            }
            Message::RemovePressed => self.confirming_removal = true,
            Message::RemoveConfirmed if self.confirming_removal => {
                *self = Lines::default();
                return Action::Remove;
            }
            Message::RemoveConfirmed => {}
            // The plus of the keypad, though the field has the focus.
            Message::SearchTyped(search) if search.ends_with('+') => {
                self.search = search.trim_end_matches('+').chars().take(SEARCH_AT_MOST).collect();
                return Action::RingTyped;
            }
            Message::SearchTyped(search) => {
                self.search = search.chars().take(SEARCH_AT_MOST).collect();
                self.found = 0;
            }
            Message::LetterTyped(letter) => {
                self.search.push(letter);
                self.found = 0;
                return Action::Focus(SEARCH);
            }
            Message::SearchSubmitted if self.search.trim().is_empty() => {
                return Action::RingUp(ring_up::Message::StartPressed);
            }
            Message::SearchSubmitted => {
                let found = self.found(prices);
                return match found.get(self.found).or(found.first()) {
                    Some(item) => Action::Pick(item.code.clone()),
                    None => Action::RingTyped,
                };
            }
            Message::ItemPicked(code) => return Action::Pick(code),
            Message::CashPressed => return Action::Cash,
            Message::SplitPressed => return Action::Split,
            Message::ParkPressed => return Action::Park,
            Message::RingUp(message) => return Action::RingUp(message),
        }
        Action::None
    }

    /// Arrows go through what was found, else through the lines.
    fn step(&mut self, account: Option<&BillAccount>, prices: Option<&PriceList>, by: isize) {
        let found = self.found(prices).len();
        if found > 0 {
            self.found = self.found.saturating_add_signed(by).min(found - 1);
            return;
        }
        let lines: Vec<u32> =
            account.iter().flat_map(|account| account.bill.standing_lines()).map(|line| line.number).collect();
        let place = lines.iter().position(|number| Some(*number) == self.selected);
        let next = match place {
            Some(place) => place.saturating_add_signed(by),
            None => lines.len().saturating_sub(1),
        };
        self.selected = lines.get(next.min(lines.len().saturating_sub(1))).copied();
    }

    fn found<'p>(&self, prices: Option<&'p PriceList>) -> Vec<&'p PriceItem> {
        let typed = self.search.trim();
        match prices {
            Some(prices) if !typed.is_empty() => prices.search(typed, FOUND_AT_MOST),
            _ => Vec::new(),
        }
    }

    /// The field, and under it what was found, where there is a list to look in.
    pub fn finder<'a>(&'a self, prices: &'a PriceList, scene: Scene<'a>) -> Element<'a, Message> {
        let found = self.found(Some(prices));
        column![self.field(Some(prices), scene), self.results(found, scene)].spacing(4).into()
    }

    fn field<'a>(&'a self, prices: Option<&PriceList>, scene: Scene<'a>) -> Element<'a, Message> {
        let key = if prices.is_some() { "window-item-search" } else { "window-item-name" };
        text_input(&scene.text(key), &self.search)
            .id(SEARCH)
            .on_input(Message::SearchTyped)
            .on_submit(Message::SearchSubmitted)
            .size(theme::BODY)
            .padding(13)
            .style(theme::field)
            .width(Fill)
            .into()
    }

    fn results<'a>(&self, found: Vec<&'a PriceItem>, scene: Scene<'a>) -> Element<'a, Message> {
        let rows = found.into_iter().enumerate().map(|(place, item)| {
            let words = row![
                fitted(item.label.clone(), theme::BODY).across(Horizontal::Left),
                text(item.code.clone()).size(theme::SMALL).font(MONO),
                text(scene.texts.number(item.price)).size(theme::BODY),
            ]
            .spacing(GAP)
            .align_y(Center);
            let role = if place == self.found { Role::Chosen } else { Role::Bare };
            let message = Some(Message::ItemPicked(item.code.clone()));
            let words = container(words).center_y(Fill).clip(true);
            FocusableButton::new(format!("item-{}", item.code), words, role, message).into()
        });
        let rows = Column::with_children(rows).spacing(theme::BETWEEN);
        scrollable(rows).style(theme::scroll).into()
    }

    /// The whole counter with a bill on it. `obstacle` is why it cannot be paid with the chosen terminal.
    pub fn view<'a>(&'a self, counter: Counter<'a>, scene: Scene<'a>) -> Element<'a, Message> {
        let Counter { account, ring_up, prices, .. } = counter;
        let pad_width = if scene.is_wide() { 380.0 * scene.scale() } else { 300.0 };
        let due = account.due();
        let (label, amount) = match due.minor() {
            minor if minor < 0 => ("window-bill-over", account.money(-minor)),
            _ => ("window-bill-due", due),
        };
        let label = format!("{}  ·  {}", name(&account.bill, scene), scene.text(label));
        let amount = scene.texts.money(amount);
        let display = match scene.is_low() {
            true => amount_line(label, amount),
            false => amount_display(label, amount, 92.0 * scene.scale()),
        };
        // Where there is little height, the lines have the place of a name that nobody types.
        let names = !scene.is_low() || prices.is_some() || !self.search.is_empty();
        let found = self.found(prices);
        let below = if found.is_empty() { self.list(account, scene) } else { self.results(found, scene) };
        // The field stays in its place among the others, whatever there is above and below: so it keeps the focus.
        let left = Column::new()
            .push(display)
            .push(Column::new().push(standing(account, scene)))
            .push(Column::new().push(names.then(|| self.field(prices, scene))))
            .push(container(below).height(Fill))
            .push(self.tools(account, scene))
            .spacing(GAP)
            .width(Fill)
            .height(Fill);
        let pad = column![
            ring_up.typed_line(account.bill.currency, scene),
            line_pad(ring_up::pad_words(scene), |key| {
                (!self.asks()).then_some(Message::RingUp(ring_up::Message::PadPressed(key)))
            })
        ]
        .spacing(GAP);
        let problem = ring_up.problem().map(|key| text(scene.text(key)).size(theme::LARGE));
        let above = row![left, container(pad).width(pad_width).height(Fill)].spacing(GAP * 2.0).height(Fill);
        let size = if scene.is_low() { theme::SMALL } else { theme::BODY };
        let obstacle = counter.obstacle.map(|key| mark(|colours| colours.in_doubt, "⚠", scene.text(key), size));
        Column::new()
            .push(obstacle)
            .push(above)
            .push(problem)
            .push(self.endings(&counter, scene))
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn list<'a>(&'a self, account: &'a BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let spoken_for = account.lines_spoken_for();
        let lines = account.bill.standing_lines().map(|line| {
            let paid = spoken_for.contains(&line.number);
            self.line(line, account, paid, scene)
        });
        let lines = Column::with_children(lines)
            .spacing(theme::BETWEEN)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        scrollable(lines).style(theme::scroll).anchor_bottom().height(Fill).into()
    }

    fn line<'a>(&self, line: &'a Line, account: &BillAccount, paid: bool, scene: Scene<'a>) -> Element<'a, Message> {
        let role = if self.selected == Some(line.number) { Role::Chosen } else { Role::Bare };
        let words = line_words(line, account, paid, scene);
        let message = (!self.asks()).then_some(Message::LinePicked(line.number));
        FocusableButton::new(format!("line-{}", line.number), words, role, message).into()
    }

    /// For the line that is chosen, else for the whole bill.
    fn tools<'a>(&self, account: &BillAccount, scene: Scene<'a>) -> Element<'a, Message> {
        let tool = |id: &'static str, key: &str, role: Role, message: Message| {
            Element::from(action(id, scene.text(key), role, Some(message)))
        };
        let tools = match self.selected.and_then(|line| account.bill.line(line)) {
            _ if self.confirming_removal => vec![
                tool("remove-yes", "window-bill-remove-really", Role::Stop, Message::RemoveConfirmed),
                tool("remove-no", "window-bill-keep", Role::Plain, Message::RemoveKept),
            ],
            Some(line) => vec![
                tool("line-edit", "window-line-change", Role::Plain, Message::EditPressed(Subject::Line(line.number))),
                tool("line-void", "window-line-void", Role::Stop, Message::VoidPressed),
                tool("line-done", "window-line-done", Role::Plain, Message::Deselected),
            ],
            None => vec![
                tool("edit-bill", "window-bill-change", Role::Plain, Message::EditPressed(Subject::Bill)),
                tool("park-bill", "window-bill-park", Role::Plain, Message::ParkPressed),
                tool("remove-bill", "window-bill-remove", Role::Plain, Message::RemovePressed),
            ],
        };
        Row::with_children(tools).spacing(GAP).into()
    }

    /// How it is paid.
    fn endings<'a>(&self, counter: &Counter<'a>, scene: Scene<'a>) -> Element<'a, Message> {
        let account = counter.account;
        let due = account.settlement.due_minor;
        let payable = counter.obstacle.is_none() && due > 0 && !self.asks();
        let typed = counter.ring_up.amount(account.bill.currency);
        let asked = if typed.is_positive() { typed } else { account.money(due.max(0)) };
        let height = if scene.is_low() { 64 } else { 84 };
        let free = account.settlement.is_settled() && !account.settlement.has_payments && counter.obstacle.is_none();
        let (label, alive) = match free {
            true => (scene.text("window-bill-close"), !self.asks()),
            false if due > 0 && typed.minor() > due => (too_much(account, scene), false),
            false => {
                let key = if typed.is_positive() { "window-pay-card-part" } else { "window-pay-card" };
                (scene.texts.with(key, &[("amount", &scene.texts.money(asked))]), payable && counter.ready)
            }
        };
        let card = Message::RingUp(ring_up::Message::StartPressed);
        let ending = |id: &'static str, key: &str, message: Message| {
            sized(id, scene.text(key), theme::LARGE, Role::Plain, payable.then_some(message)).height(height)
        };
        row![
            ending("cash", "window-pay-cash", Message::CashPressed).width(FillPortion(2)),
            ending("split", "window-pay-split", Message::SplitPressed).width(FillPortion(2)),
            sized("start", label, theme::LARGE, Role::Go, alive.then_some(card)).height(height).width(FillPortion(4)),
        ]
        .spacing(GAP)
        .into()
    }
}

/// What the counter shows.
#[derive(Clone, Copy)]
pub struct Counter<'a> {
    pub account: &'a BillAccount,
    pub ring_up: &'a RingUp,
    pub prices: Option<&'a PriceList>,
    /// Whether a payment can start on the chosen terminal now.
    pub ready: bool,
    pub obstacle: Option<&'static str>,
}
