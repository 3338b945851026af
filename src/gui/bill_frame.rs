//! What stands around a bill: which of its screens is on the counter, the tables, and what of it cannot wait.

use iced::widget::{Column, container};
use iced::{Element, Length};

use super::bill_desk::{self, Sheet};
use super::bill_routes::serves_tables;
use super::desk::{Desk, Message, Place};
use super::scene::Scene;
use super::screens::bill;
use super::widgets::banner::{Remedy, banner};
use crate::terminal::{Session, TerminalView};

/// The bare amount, or something of the bill.
pub fn counter<'a>(desk: &'a Desk, terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let bills = &desk.bills;
    let of_bill = |view: Element<'a, bill_desk::Message>| view.map(Message::Bills);
    match (bills.sheet(), bills.bill()) {
        (Sheet::Settled(settled), _) => of_bill(settled.view(scene).map(bill_desk::Message::Settled)),
        (Sheet::Edit(edit), Some(account)) => of_bill(edit.view(account, scene).map(bill_desk::Message::Edit)),
        (Sheet::Cash(cash), Some(account)) => of_bill(cash.view(account, scene).map(bill_desk::Message::Cash)),
        (Sheet::Split, Some(account)) => {
            of_bill(bills.split().view(account, desk.ready(), scene).map(bill_desk::Message::Split))
        }
        (Sheet::Park(park), Some(account)) => {
            of_bill(park.view(account, &bills.tables.taken(), scene).map(bill_desk::Message::Park))
        }
        (Sheet::Lines, Some(account)) if desk.ring_up.is_sale() => {
            let prices = bills.prices().map(AsRef::as_ref);
            let (ready, obstacle) = (desk.ready(), desk.bill_obstacle());
            let counter = bill::Counter { account, ring_up: &desk.ring_up, prices, ready, obstacle };
            of_bill(bills.lines.view(counter, scene).map(bill_desk::Message::Lines))
        }
        _ => bare_counter(desk, terminal, scene),
    }
}

/// With the field in which items are looked for, where there is a price list.
fn bare_counter<'a>(desk: &'a Desk, terminal: &'a TerminalView, scene: Scene<'a>) -> Element<'a, Message> {
    let prices = desk.bills.prices().map(AsRef::as_ref).filter(|_| desk.ring_up.is_sale());
    let finder = prices.map(|prices| {
        let finder = desk.bills.lines.finder(prices, scene).map(bill_desk::Message::Lines);
        container(finder.map(Message::Bills)).padding(iced::Padding { top: 12.0, right: 16.0, left: 16.0, bottom: 0.0 })
    });
    let ring_up = desk.ring_up.view(terminal, desk.ready(), &desk.recent, scene).map(Message::RingUp);
    Column::new().push(finder).push(ring_up).height(Length::Fill).into()
}

/// Open bills.
pub fn tables<'a>(desk: &'a Desk, scene: Scene<'a>) -> Element<'a, Message> {
    let serving = desk.terminals.iter().filter(|terminal| serves_tables(terminal));
    let on_counter = desk.bills.bill().map(|account| &account.bill.id);
    let view = desk.bills.tables.view(serving, on_counter, scene).map(bill_desk::Message::Tables);
    view.map(Message::Bills)
}

/// A bill that an earlier run left, the machines at the tables when another till has them, and how the bill of the payment
/// on the counter stands.
pub fn bill_banners<'a>(desk: &'a Desk, scene: Scene<'a>) -> Vec<Element<'a, Message>> {
    if desk.place != Place::Counter {
        return Vec::new();
    }
    let lost = desk.terminals.iter().filter(|terminal| serves_tables(terminal));
    let lost = lost.filter(|terminal| matches!(terminal.session, Some(Session::Refused(_)))).map(|terminal| {
        let words = scene.texts.with("window-tables-lost", &[("terminal", &terminal.name)]);
        let remedy = Remedy {
            id: "tables-lost",
            label: scene.text("window-place-bills"),
            message: Message::PlacePressed(Place::Tables),
        };
        banner(|colours| colours.declined, "⚠", words, Some(remedy))
    });
    let left_over = desk.bills.left_over().map(|account| {
        let words = scene.texts.with("window-bill-left-over", &[("amount", &scene.texts.money(account.due()))]);
        let remedy = |id, key, message| Remedy { id, label: scene.text(key), message: Message::Bills(message) };
        let take = remedy("left-over-take", "window-bill-left-over-take", bill_desk::Message::LeftOverTaken);
        let keep = remedy("left-over-keep", "window-bill-left-over-keep", bill_desk::Message::LeftOverKept);
        banner(|colours| colours.notice, "i", words, [take, keep])
    });
    let shown = desk.payment_shown().and_then(|payment| desk.bills.of_payment(&payment.id));
    let standing = shown.map(|account| {
        let money = |money| scene.texts.money(money);
        let (paid, due) = (money(account.paid()), money(account.money(account.settlement.due_minor.max(0))));
        let words = scene.texts.with("window-bill-stands", &[("paid", &paid), ("due", &due)]);
        banner(|colours| colours.notice, "i", words, None)
    });
    lost.chain(left_over).chain(standing).collect()
}
