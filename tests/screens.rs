//! The real views, clicked and typed at without a display; hand-made pictures of terminals behind them.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used)]

#[path = "screens/abilities.rs"]
mod abilities;
#[path = "screens/bench.rs"]
mod bench;
#[path = "screens/bills.rs"]
mod bills;
#[path = "screens/card_check.rs"]
mod card_check;
#[path = "screens/cloud.rs"]
mod cloud;
#[path = "screens/colours.rs"]
mod colours;
#[path = "screens/customer.rs"]
mod customer;
#[path = "screens/day.rs"]
mod day;
#[path = "screens/day_reports.rs"]
mod day_reports;
#[path = "screens/finding.rs"]
mod finding;
#[path = "screens/gallery.rs"]
mod gallery;
#[path = "screens/gallery_of_setting_up.rs"]
mod gallery_of_setting_up;
#[path = "screens/gift_card.rs"]
mod gift_card;
#[path = "screens/hand.rs"]
mod hand;
#[path = "screens/history.rs"]
mod history_list;
#[path = "screens/layout.rs"]
mod layout;
#[path = "screens/live_printers.rs"]
mod live_printers;
#[path = "screens/live_setting_up.rs"]
mod live_setting_up;
#[path = "screens/operators.rs"]
mod operators;
#[path = "screens/outcomes.rs"]
mod outcomes;
#[path = "screens/payment_page.rs"]
mod payment_page;
#[path = "screens/pictures.rs"]
mod pictures;
#[path = "screens/printing.rs"]
mod printing;
#[path = "screens/ring_up.rs"]
mod ring_up;
#[path = "screens/running.rs"]
mod running;
#[path = "screens/scanner.rs"]
mod scanner;
#[path = "screens/seen.rs"]
mod seen;
#[path = "screens/shell.rs"]
mod shell;
#[path = "screens/signing.rs"]
mod signing;
#[path = "screens/sounds.rs"]
mod sounds;
#[path = "screens/stories/mod.rs"]
mod stories;
#[path = "screens/tables.rs"]
mod tables;
#[path = "screens/traces.rs"]
mod traces;
#[path = "screens/whole.rs"]
mod whole;

use checkstand::domain::outcome::{Explanation, Fault};
use checkstand::domain::{
    Answer, CardSummary, Copy, Display, Money, Operation, Outcome, PaymentId, Question, QuestionId, QuestionKind,
    Taken, Verdict,
};
use checkstand::gui::app::Message;
use checkstand::gui::desk::{self, Place};
use checkstand::gui::effect::Effect;
use checkstand::gui::screens::history::{self, Edge, Page};
use checkstand::gui::screens::payment_page::Dossier;
use checkstand::terminal::{Refusal, Session, Stage, Stopping, TerminalView, Unresolved};
use hand::{Hand, SEK, id, kr, payment, receipt, record, shown, terminal};
use iced::keyboard::key::Named;
use std::sync::Arc;

fn started_requests(effects: &[Effect]) -> Vec<(Operation, i64)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Pay { request, .. } => Some((request.operation, request.amount.minor())),
            _ => None,
        })
        .collect()
}

fn ended(outcome: Outcome) -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::Ended(outcome)));
    view
}

fn approved(total: i64) -> Outcome {
    let mut outcome = Outcome::approved(Taken::exactly(kr(total)));
    outcome.card = Some(CardSummary { last4: "4321".to_owned(), brand: "Visa Debit".to_owned() });
    outcome
}

fn why(verdict: Verdict, key: &str) -> Outcome {
    Outcome::without_money(verdict, Explanation::new(key, Fault::Nobody))
}

fn asking_for_a_signature() -> TerminalView {
    let mut view = terminal("front");
    let mut running = payment(Stage::AtTerminal);
    let text = "Is the signature OK?".to_owned();
    running.question =
        Some(Question { id: QuestionId(7), kind: QuestionKind::Signature, text, on_screen: false, until: None });
    let mut slip = receipt(Copy::Merchant);
    slip.signature_line = true;
    running.receipts = vec![slip];
    view.payment = Some(running);
    view
}

fn in_doubt(name: &str) -> TerminalView {
    let mut view = terminal(name);
    view.unresolved = vec![Unresolved {
        id: id("K7M2-41"),
        operation: Operation::Sale,
        amount: kr(1261),
        since: hand::now() - jiff::SignedDuration::from_mins(3),
        explanation: Some(Explanation::new("explain-still-unknown", Fault::Terminal)),
        seeking: false,
    }];
    view
}

/// What the journal has of a payment that went through.
fn dossier(record: checkstand::domain::PaymentRecord) -> Dossier {
    Dossier {
        about: Vec::new(),
        bill: None,
        last_approved: None,
        events: Vec::new(),
        receipts: vec![receipt(Copy::Customer)],
        messages: Vec::new(),
        record,
    }
}

fn told(hand: &mut Hand, dossier: Dossier) -> Vec<Effect> {
    let read = history::Message::PaymentRead(dossier.record.id.clone(), Ok(Box::new(dossier)));
    hand.tell(desk::Message::History(read))
}

fn history_of(hand: &mut Hand, search: &str, records: Vec<checkstand::domain::PaymentRecord>) {
    let page = Page { search: search.to_owned(), ..Page::default() };
    hand.tell(desk::Message::History(history::Message::Read(page, Ok(records))));
}
