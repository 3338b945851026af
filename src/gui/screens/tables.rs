//! Open bills and the tables they are at: who has them, what is paid, what is due. One of them is looked at, taken up,
//! moved, merged or given up; the lock that a card machine has forgotten is lifted by a person.

use std::collections::BTreeSet;
use std::sync::Arc;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill, FillPortion, Right};

use super::bill::line_words;
use super::table_forms::{self, Form};
use crate::domain::{BillAccount, BillId, Operation, PaymentRecord, TableName};
use crate::gui::bill_link::BillOrder;
use crate::gui::keys::Press;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, MONO, Role};
use crate::gui::widgets::bill_state::{standing, title};
use crate::gui::widgets::focusable_button::{FocusableButton, action, sized};
use crate::gui::widgets::verdict_band::sign;
use crate::terminal::{Session, TerminalView};

#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Oldest first.
    open: Vec<BillAccount>,
    chosen: Option<BillId>,
    form: Form,
    /// An order is on its way to the journal.
    waiting: bool,
}

#[derive(Debug, Clone)]
pub enum Message {
    TilePicked(BillId),
    /// The arrow keys go from tile to tile.
    Stepped(isize),
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
            Press::Escape | Press::Function(12) => Some(Message::BackPressed),
            Press::Up => Some(Message::Stepped(-1)),
            Press::Down => Some(Message::Stepped(1)),
            Press::Enter => match &self.form {
                Form::None => Some(Message::TakeUpPressed),
                form => form.enter().map(Message::Form),
            },
            _ => None,
        }
    }

    pub fn open(&mut self) {
        *self = Tables { open: std::mem::take(&mut self.open), ..Tables::default() };
    }

    /// Bills that are open now.
    pub fn hear(&mut self, open: Vec<BillAccount>) {
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

    pub fn count(&self) -> usize {
        self.open.len()
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
                self.form = Form::None;
            }
            Message::Stepped(by) if self.form.is_none() => self.step(by),
            Message::Stepped(_) => {}
            Message::BackPressed if !self.form.is_none() => self.form = Form::None,
            Message::BackPressed if self.chosen.is_some() => self.chosen = None,
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

    fn step(&mut self, by: isize) {
        let place = self.open.iter().position(|account| Some(&account.bill.id) == self.chosen.as_ref());
        let next = place.map_or(0, |place| place.saturating_add_signed(by)).min(self.open.len().saturating_sub(1));
        self.chosen = self.open.get(next).map(|account| account.bill.id.clone());
    }

    fn form_said(&mut self, message: table_forms::Message) -> Action {
        let Some(bill) = self.chosen.clone() else { return Action::None };
        let action = self.form.update(message);
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
            false => scene.text("window-tables-title"),
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
            .padding(16)
            .height(Fill)
            .into()
    }

    fn tiles<'a>(&'a self, on_counter: Option<&BillId>, scene: Scene<'a>) -> Element<'a, Message> {
        let columns = if scene.room.width >= 1400.0 { 4 } else { 3 };
        let width = (scene.room.width - 60.0) / columns as f32 - GAP;
        let tiles = self.open.iter().map(|account| tile(account, on_counter, width, scene));
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

/// Where it is, what is due, who has it and for how long.
fn tile<'a>(
    account: &'a BillAccount,
    on_counter: Option<&BillId>,
    width: f32,
    scene: Scene<'a>,
) -> Element<'a, Message> {
    let bill = &account.bill;
    let name = match &bill.table {
        Some(table) => table.to_string(),
        None => scene.text("window-table-none"),
    };
    let training = bill.training.then(|| text(scene.text("window-training-short")).size(theme::SMALL));
    let waiter = bill.waiter.clone().map(|waiter| text(waiter).size(theme::SMALL).wrapping(text::Wrapping::None));
    let age = text(scene.age(bill.opened_at)).size(theme::SMALL);
    let parted = account.settlement.spoken_for_minor() != 0;
    let sums = parted.then(|| {
        let sum = |key, money| scene.texts.with(key, &[("amount", &scene.texts.money(money))]);
        let sums = [sum("window-bill-total", account.total()), sum("window-bill-paid", account.paid())];
        text(sums.join("\n")).size(theme::SMALL)
    });
    let name = container(text(name).size(theme::LARGE).wrapping(text::Wrapping::None)).width(Fill).clip(true);
    let words = Column::new()
        .push(row![name].push(training).push(age).spacing(6.0).align_y(Center))
        .push(text(scene.texts.money(account.due())).size(theme::LARGE))
        .push(waiter)
        .push(sums)
        .push(state(account, on_counter, scene));
    let role = if bill.lock().is_some() { Role::Plain } else { Role::Bare };
    let message = Some(Message::TilePicked(bill.id.clone()));
    FocusableButton::new(format!("tile-{}", bill.id), container(words).clip(true), role, message)
        .width(width)
        .height(180)
        .into()
}

/// Who has it in hand, as a mark.
fn state<'a>(account: &BillAccount, on_counter: Option<&BillId>, scene: Scene<'a>) -> Option<Element<'a, Message>> {
    let words = match account.bill.lock() {
        Some(lock) => {
            let key = if account.settlement.pending_minor != 0 { "window-table-paying" } else { "window-table-locked" };
            scene.texts.with(key, &[("machine", lock.shown())])
        }
        None if on_counter == Some(&account.bill.id) => scene.text("window-table-here"),
        None if account.settlement.pending_minor != 0 => {
            scene.texts.with("window-bill-pending", &[("amount", &scene.texts.money(account.pending()))])
        }
        None => return None,
    };
    let colour = if account.bill.lock().is_some() {
        theme::band(|colours| colours.in_doubt)
    } else {
        theme::band(|colours| colours.notice)
    };
    Some(container(text(words).size(theme::SMALL)).padding([3, 8]).width(Fill).style(colour).into())
}

/// What was paid of it, where and how.
fn payment_line<'a>(payment: &'a PaymentRecord, scene: Scene<'a>) -> Element<'a, Message> {
    let taken = payment.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let amount = scene.texts.money(taken.unwrap_or(payment.request.amount));
    let place = match (&payment.request.origin, payment.terminal.as_str()) {
        (Some(origin), _) => scene.text(&format!("window-origin-short-{}", origin.from.word())),
        (None, crate::domain::CASH) => scene.text("window-cash-word"),
        (None, name) => scene.terminal(name, payment.training),
    };
    let operation = payment.request.operation;
    let place = if operation == Operation::Sale { place } else { format!("{} · {place}", scene.operation(operation)) };
    let words = row![
        text(sign(payment.verdict())).font(MONO).size(theme::BODY),
        text(scene.clock.short(payment.at)).size(theme::BODY),
        container(text(place).size(theme::BODY).wrapping(text::Wrapping::None)).width(Fill).clip(true),
        text(scene.verdict(payment.verdict(), operation)).size(theme::SMALL),
        text(amount).size(theme::BODY).align_x(Right),
    ];
    words.spacing(GAP).align_y(Center).into()
}

/// How the terminal stands whose machines are carried to the tables.
fn served_by<'a>(terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let (sign, words, can_connect, key) = match &terminal.session {
        Some(Session::Ready(_)) => ("●", scene.text("window-tables-online"), false, ""),
        Some(Session::Connecting) | None => ("…", scene.text("window-state-connecting"), false, ""),
        Some(Session::Offline(why)) => ("✘", scene.texts.explain(why), true, "window-connect"),
        Some(Session::Refused(why)) => ("✘", scene.texts.explain(why), true, "window-tables-take-back"),
        Some(Session::Maintenance) => ("✘", scene.text("window-maintenance"), true, "window-connect"),
    };
    let connect = can_connect.then(|| {
        let message = Some(Message::ConnectPressed(terminal.name.clone()));
        action(format!("tables-connect-{}", terminal.name), scene.text(key), Role::Bare, message).width(240)
    });
    let line = row![text(sign).font(MONO).size(theme::BODY), text(terminal.name.clone()).size(theme::BODY)]
        .push(text(words).size(theme::BODY).width(Fill))
        .push(connect)
        .spacing(GAP)
        .align_y(Center);
    let style =
        if can_connect { theme::band(|colours| colours.declined) } else { theme::band(|colours| colours.notice) };
    container(line).padding([4, 14]).width(Fill).style(style).into()
}
