//! Open bills and the tables they are at: who has them, what is paid, what is due. One of them is looked at, taken up,
//! moved, merged or given up; the lock that a card machine has forgotten is lifted by a person.

use std::collections::BTreeSet;
use std::sync::Arc;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion};

use super::table_forms::{self, Form};
use super::table_tiles::{payment_line, served_by, state, tile};
use crate::domain::{BillAccount, BillId, TableName};
use crate::gui::bill_link::BillOrder;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::bill_line::line_words;
use crate::gui::widgets::bill_state::{standing, title};
use crate::gui::widgets::focusable_button::{action, sized};
use crate::terminal::TerminalView;

/// A table's name has no more letters.
const NUMBER_AT_MOST: usize = 10;

#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Oldest first, as they were when they were last looked at.
    open: Vec<BillAccount>,
    /// Bills that wait at a table now.
    parked: usize,
    chosen: Option<BillId>,
    /// A table's number while it is typed.
    typed: String,
    form: Form,
    /// Who is signed in.
    operator: Option<String>,
    /// An order is on its way to the journal.
    waiting: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    TilePicked(BillId),
    /// The arrow keys go from tile to tile.
    Stepped(isize),
    /// Of a table's number.
    DigitTyped(u8),
    BackspacePressed,
    /// The tile that is marked is looked at.
    MarkedPressed,
    TakeUpPressed,
    BackPressed,
    Form(table_forms::Message),
    /// Of the terminal that serves the tables.
    ConnectPressed(String),
}

#[derive(Debug, Clone)]
pub enum Action {
    None,
    Leave,
    Focus(&'static str),
    Connect(String),
    Order(BillOrder),
    TakeUp(Box<BillAccount>),
}

impl Tables {
    /// What a key means here.
    pub fn key(&self, press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Up => Some(Message::Stepped(-1)),
            Press::Down => Some(Message::Stepped(1)),
            Press::Digit(digit) => Some(Message::DigitTyped(digit)),
            Press::Backspace | Press::Delete => Some(Message::BackspacePressed),
            Press::Enter => match &self.form {
                Form::None if self.chosen.is_none() => Some(Message::MarkedPressed),
                Form::None => Some(Message::TakeUpPressed),
                form => form.enter().map(Message::Form),
            },
            Press::Function(4) => self.form.yes().map(Message::Form),
            _ => None,
        }
    }

    pub fn open(&mut self) {
        *self = Tables { open: std::mem::take(&mut self.open), parked: self.parked, ..Tables::default() };
    }

    /// Bills that are open now.
    pub fn hear(&mut self, open: Vec<BillAccount>) {
        self.parked = open.iter().filter(|account| account.bill.table.is_some()).count();
        self.open = open;
        if self.account().is_none() {
            self.chosen = None;
            self.form = Form::None;
        }
    }

    pub fn done(&mut self, account: &BillAccount) {
        self.waiting = false;
        self.form = Form::None;
        if !account.bill.is_open() {
            self.chosen = None;
        }
    }

    pub fn refused(&mut self) {
        self.waiting = false;
    }

    /// So many bills wait at tables now; they themselves are read when somebody looks at them.
    pub fn hear_parked(&mut self, parked: usize) {
        self.parked = parked;
    }

    /// Bills that wait at a table.
    pub fn parked(&self) -> usize {
        self.parked
    }

    /// Tables that have a bill, as keys.
    pub fn taken(&self) -> BTreeSet<String> {
        self.open.iter().filter_map(|account| account.bill.table.as_ref()).map(TableName::key).collect()
    }

    fn account(&self) -> Option<&BillAccount> {
        self.open.iter().find(|account| Some(&account.bill.id) == self.chosen.as_ref())
    }

    /// `on_counter` is the bill on the till's screen.
    pub fn update(&mut self, message: Message, on_counter: Option<&BillId>) -> Action {
        match message {
            Message::TilePicked(bill) => {
                self.chosen = Some(bill);
                self.typed.clear();
                self.form = Form::None;
            }
            Message::Stepped(by) if self.form.is_none() => {
                self.typed.clear();
                self.step(by);
            }
            Message::MarkedPressed if self.typed.is_empty() => self.step(0),
            Message::DigitTyped(digit) if self.form.is_none() && self.typed.len() < NUMBER_AT_MOST => {
                self.typed.push(char::from(b'0' + digit.min(9)));
                self.look_for_typed();
            }
            Message::BackspacePressed if self.form.is_none() => {
                self.typed.pop();
                self.look_for_typed();
            }
            Message::Stepped(_) | Message::MarkedPressed | Message::DigitTyped(_) | Message::BackspacePressed => {}
            Message::BackPressed if !self.form.is_none() => self.form = Form::None,
            Message::BackPressed if self.chosen.is_some() || !self.typed.is_empty() => {
                self.chosen = None;
                self.typed.clear();
            }
            Message::BackPressed => return Action::Leave,
            Message::ConnectPressed(terminal) => return Action::Connect(terminal),
            Message::TakeUpPressed => {
                let Some(account) = self.account().filter(|_| !self.waiting) else { return Action::None };
                if on_counter == Some(&account.bill.id) {
                    return Action::Leave;
                }
                if account.bill.lock().is_some() {
                    return Action::None;
                }
                let account = Box::new(account.clone());
                return Action::TakeUp(account);
            }
            Message::Form(message) => return self.form_said(message),
        }
        Action::None
    }

    /// Somebody else is at the till, or nobody.
    pub fn sign(&mut self, operator: Option<String>) {
        self.operator = operator;
        self.form = Form::None;
    }

    fn step(&mut self, by: isize) {
        let place = self.open.iter().position(|account| Some(&account.bill.id) == self.chosen.as_ref());
        let next = place.map_or(0, |place| place.saturating_add_signed(by)).min(self.open.len().saturating_sub(1));
        self.chosen = self.open.get(next).map(|account| account.bill.id.clone());
    }

    /// The table of that number, else the first whose name begins with it.
    fn look_for_typed(&mut self) {
        let typed = self.typed.as_str();
        let at = |fits: &dyn Fn(&str) -> bool| {
            let is_there =
                |account: &&BillAccount| account.bill.table.as_ref().is_some_and(|table| fits(table.as_str()));
            self.open.iter().find(is_there).map(|account| account.bill.id.clone())
        };
        self.chosen = match typed.is_empty() {
            true => None,
            false => at(&|name| name == typed).or_else(|| at(&|name| name.starts_with(typed))),
        };
    }

    fn form_said(&mut self, message: table_forms::Message) -> Action {
        let Some(bill) = self.chosen.clone() else { return Action::None };
        let asked = self.form.update(message);
        let action = match self.operator.as_deref().map(|operator| self.form.sign(operator)) {
            Some(signed @ table_forms::Action::Focus(_)) => signed,
            _ => asked,
        };
        match action {
            table_forms::Action::None => Action::None,
            table_forms::Action::Focus(field) => Action::Focus(field),
            _ if self.waiting => Action::None,
            table_forms::Action::Change(change) => {
                self.waiting = true;
                Action::Order(BillOrder::Change(bill, vec![change]))
            }
            table_forms::Action::MergeInto(into) => {
                self.waiting = true;
                Action::Order(BillOrder::Merge { from: bill, into })
            }
        }
    }

    /// The whole screen. `serving` are the terminals that serve the tables.
    pub fn view<'a>(
        &'a self,
        serving: impl Iterator<Item = &'a Arc<TerminalView>>,
        on_counter: Option<&BillId>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let heading = match self.open.is_empty() {
            true => scene.text("window-tables-none"),
            false if self.typed.is_empty() => scene.text("window-tables-title"),
            false if self.chosen.is_none() => scene.texts.with("window-tables-no-such", &[("table", &self.typed)]),
            false => scene.texts.with("window-bill-at-table", &[("table", &self.typed)]),
        };
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let heading = row![text(heading).size(theme::LARGE).width(Fill), back].spacing(GAP).align_y(Center);
        let body = match self.account() {
            Some(account) => self.details(account, on_counter, scene),
            None => self.tiles(on_counter, scene),
        };
        Column::new()
            .push(heading)
            .extend(serving.map(|terminal| served_by(terminal, scene)))
            .push(body)
            .spacing(GAP)
            .padding(scene.edge())
            .height(Fill)
            .into()
    }

    fn tiles<'a>(&'a self, on_counter: Option<&BillId>, scene: Scene<'a>) -> Element<'a, Message> {
        let columns = if scene.room.width >= 1400.0 { 4 } else { 3 };
        let width = (scene.room.width - 60.0) / columns as f32 - GAP;
        let tiles = self.open.iter().enumerate().map(|(place, account)| {
            // Enter looks at the first one.
            let marked = place == 0 && self.typed.is_empty();
            tile(account, marked, on_counter, width, scene)
        });
        let tiles = Row::with_children(tiles).spacing(GAP).wrap();
        scrollable(tiles).style(theme::scroll).height(Fill).width(Fill).into()
    }

    fn details<'a>(
        &'a self,
        account: &'a BillAccount,
        on_counter: Option<&BillId>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let total = scene.texts.with("window-split-due", &[("amount", &scene.texts.money(account.due()))]);
        let lines = account.bill.standing_lines().map(|line| {
            let paid = account.lines_spoken_for().contains(&line.number);
            container(line_words(line, account, paid, scene)).height(34).into()
        });
        let payments = account.payments.iter().map(|payment| payment_line(payment, scene));
        let list = Column::with_children(lines.chain(payments))
            .spacing(4)
            .padding(iced::Padding { right: 14.0, ..iced::Padding::ZERO });
        let left = Column::new()
            .push(row![container(title(&account.bill, scene)).width(Fill), text(total).size(theme::LARGE)].spacing(GAP))
            .push(state(account, on_counter, scene))
            .push(standing(account, scene))
            .push(container(scrollable(list).style(theme::scroll).height(Fill)).padding(10).style(theme::sheet))
            .spacing(GAP)
            .width(FillPortion(3))
            .height(Fill);
        let right = match &self.form {
            Form::None => self.buttons(account, on_counter, scene),
            form => {
                let others = self.open.iter().filter(|other| other.bill.id != account.bill.id);
                form.view(account, others.collect(), !self.waiting, scene).map(Message::Form)
            }
        };
        row![left, container(right).width(FillPortion(2)).height(Fill)].spacing(GAP * 2.0).height(Fill).into()
    }

    fn buttons<'a>(
        &self,
        account: &BillAccount,
        on_counter: Option<&BillId>,
        scene: Scene<'a>,
    ) -> Element<'a, Message> {
        let locked = account.bill.lock().is_some();
        let here = on_counter == Some(&account.bill.id);
        let free = !locked && !self.waiting;
        let button = |id: &'static str, key: &str, alive: bool, message: table_forms::Message| {
            action(id, scene.text(key), Role::Plain, alive.then_some(Message::Form(message))).height(64)
        };
        let take_key = if here { "window-table-show" } else { "window-table-take-up" };
        let take = (free || here).then_some(Message::TakeUpPressed);
        let unpaid = account.payments.is_empty() || account.settlement.spoken_for_minor() == 0;
        let lift =
            locked.then(|| button("table-lift", "window-table-lift", !self.waiting, table_forms::Message::LiftPressed));
        column![
            sized("table-take-up", scene.text(take_key), theme::LARGE, Role::Go, take).height(84),
            button("table-move", "window-table-move", free, table_forms::Message::MovePressed),
            button(
                "table-merge",
                "window-table-merge",
                free && self.open.len() > 1,
                table_forms::Message::MergePressed
            ),
            button("table-remove", "window-table-remove", free && unpaid && !here, table_forms::Message::RemovePressed),
        ]
        .push(lift)
        .spacing(GAP)
        .into()
    }
}
