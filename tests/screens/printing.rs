//! What is printed unasked, what a key prints, and what is said of a printer that does not.

use checkstand::domain::PaperWidth;
use checkstand::gui::desk;
use checkstand::gui::print_desk;
use checkstand::gui::receipts_link::KnownReceipts;
use checkstand::gui::to_print::{PrintOrder, ToPrint};
use checkstand::printing::{JobId, JobState, JobTitle, JobView, PrintView, PrinterFault};
use checkstand::settings::{PrintWhen, PrinterConnection, PrinterSettings, Printing, ReceiptSettings};

use super::*;

fn at_terminal() -> TerminalView {
    let mut view = terminal("front");
    view.payment = Some(payment(Stage::AtTerminal));
    view
}

fn printer(name: &str) -> PrinterSettings {
    let connection = PrinterConnection::Network { address: "10.0.0.9".to_owned() };
    PrinterSettings { paper: PaperWidth::Narrow, ..PrinterSettings::new(name, connection) }
}

/// At a terminal of a shop that prints so, on the first of its two printers.
fn shop(view: TerminalView, merchant_copy: PrintWhen, customer_copy: PrintWhen) -> Hand {
    let printing = Printing { merchant_copy, customer_copy };
    let receipts = ReceiptSettings { printer: Some("bar".to_owned()), printing, ..ReceiptSettings::default() };
    let mut hand = Hand::at(view);
    let printers = vec![printer("bar"), printer("attic")];
    hand.feed(Message::ReceiptsRead(Ok(Box::new(KnownReceipts { receipts, printers, ..KnownReceipts::default() }))));
    hand
}

fn ended_with_both() -> TerminalView {
    let mut view = ended(approved(1250));
    view.payment.as_mut().unwrap().receipts = vec![receipt(Copy::Merchant), receipt(Copy::Customer)];
    view
}

fn changed(hand: &mut Hand, view: TerminalView) -> Vec<PrintOrder> {
    orders(hand.tell(desk::Message::TerminalChanged(std::sync::Arc::new(view))))
}

fn orders(effects: Vec<Effect>) -> Vec<PrintOrder> {
    let print = |effect| match effect {
        Effect::Print(order) => Some(*order),
        _ => None,
    };
    effects.into_iter().filter_map(print).collect()
}

fn copies(orders: &[PrintOrder]) -> Vec<Copy> {
    let copy = |order: &PrintOrder| match &order.what {
        ToPrint::Receipt { receipt, .. } => Some(receipt.copy),
        _ => None,
    };
    orders.iter().filter_map(copy).collect()
}

#[test]
fn copies_are_printed_once_when_the_payment_has_ended_as_the_settings_say() {
    use PrintWhen::{Always, Ask, Needed, Never};
    for (merchant, customer, wanted) in [
        (Always, Always, &[Copy::Merchant, Copy::Customer][..]),
        (Never, Always, &[Copy::Customer]),
        (Ask, Ask, &[]),
        // The terminal prints them itself.
        (Needed, Needed, &[]),
    ] {
        let mut hand = shop(at_terminal(), merchant, customer);
        assert!(changed(&mut hand, at_terminal()).is_empty());
        let printed = changed(&mut hand, ended_with_both());
        assert_eq!(copies(&printed), wanted);
        assert!(printed.iter().all(|order| order.printer == "bar" && !order.duplicate));
        assert!(changed(&mut hand, ended_with_both()).is_empty(), "the same picture once more");
    }
}

#[test]
fn what_the_till_has_to_hand_out_is_printed_and_what_had_ended_before_is_not() {
    let mut view = ended_with_both();
    view.payment.as_mut().unwrap().receipts[1].from_till = true;
    let mut hand = shop(at_terminal(), PrintWhen::Needed, PrintWhen::Needed);
    changed(&mut hand, at_terminal());
    assert_eq!(copies(&changed(&mut hand, view.clone())), [Copy::Customer]);
    let mut hand = shop(view.clone(), PrintWhen::Always, PrintWhen::Always);
    assert!(changed(&mut hand, view).is_empty(), "it was there when the program began");
}

#[test]
fn a_slip_to_sign_is_printed_before_the_question_is_answered() {
    let mut hand = shop(at_terminal(), PrintWhen::Always, PrintWhen::Always);
    let asking = asking_for_a_signature();
    assert!(asking.payment.as_ref().unwrap().receipts[0].signature_line);
    assert_eq!(copies(&changed(&mut hand, asking)), [Copy::Merchant]);
}

#[test]
fn a_key_prints_what_is_on_the_screen_and_a_second_print_is_a_duplicate() {
    let mut hand = shop(ended_with_both(), PrintWhen::Never, PrintWhen::Never);
    assert!(hand.has("print"));
    let first = orders(hand.control('p'));
    let second = orders(hand.click("print"));
    assert_eq!((copies(&first), copies(&second)), (vec![Copy::Customer], vec![Copy::Customer]));
    assert_eq!((first[0].duplicate, second[0].duplicate), (false, true));
    hand.click("copy-merchant");
    let merchants = orders(hand.control('p'));
    assert_eq!((copies(&merchants), merchants[0].duplicate), (vec![Copy::Merchant], false));
    assert!(!Hand::at(ended_with_both()).has("print"), "there is no printer");
}

#[test]
fn a_printer_without_paper_is_told_with_three_ways_on_and_holds_up_nothing() {
    let mut hand = shop(terminal("front"), PrintWhen::Always, PrintWhen::Always);
    let title = JobTitle::Payment { payment: "K7M2-42".to_owned(), copy: Copy::Customer };
    let state = JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: true };
    let job = JobView { id: JobId(7), title, printer: "bar".to_owned(), made_at: hand::now(), state };
    let view = PrintView { jobs: vec![job], trouble: None };
    hand.tell(desk::Message::Print(print_desk::Message::Changed(view)));
    assert!(hand.sees_part("out of paper") && hand.sees_part("K7M2-42"), "{:?}", hand.texts());
    assert_eq!(hand.click("print-again"), [Effect::PrintAgain(JobId(7))]);
    assert_eq!(hand.click("print-elsewhere"), [Effect::PrintElsewhere(JobId(7), "attic".to_owned())]);
    assert_eq!(hand.click("print-without"), [Effect::PrintGiveUp(JobId(7))]);
    hand.typewrite("1250");
    assert!(hand.tap(Named::Enter).iter().any(|effect| matches!(effect, Effect::Pay { .. })));
    hand.tell(desk::Message::Print(print_desk::Message::Changed(PrintView::default())));
    assert!(!hand.sees_part("out of paper"));
}

#[test]
fn what_was_read_before_a_change_and_is_heard_after_it_counts_no_more() {
    let mut hand = Hand::at(ended_with_both());
    let known = KnownReceipts { printers: vec![printer("bar")], as_of: 2, ..KnownReceipts::default() };
    hand.feed(Message::ReceiptsKept(Ok(Box::new(known))));
    assert!(hand.has("print"));
    hand.feed(Message::ReceiptsRead(Ok(Box::new(KnownReceipts { as_of: 1, ..KnownReceipts::default() }))));
    assert!(hand.has("print"));
    hand.feed(Message::ReceiptsRead(Ok(Box::new(KnownReceipts { as_of: 3, ..KnownReceipts::default() }))));
    assert!(!hand.has("print"));
}

#[test]
fn a_copy_that_is_asked_about_is_printed_by_one_key_and_nothing_waits_for_the_answer() {
    let mut hand = shop(at_terminal(), PrintWhen::Ask, PrintWhen::Ask);
    changed(&mut hand, at_terminal());
    assert!(!hand.has("print-asked"));
    assert!(changed(&mut hand, ended_with_both()).is_empty());
    assert!(hand.sees_part("customer’s copy?"), "{:?}", hand.texts());
    let first = orders(hand.control('p'));
    assert_eq!((copies(&first), first[0].duplicate), (vec![Copy::Customer], false));
    assert!(hand.sees_part("merchant’s copy?"));
    assert!(orders(hand.click("print-not")).is_empty() && !hand.has("print-asked"));
    let again = orders(hand.control('p'));
    assert_eq!((copies(&again), again[0].duplicate), (vec![Copy::Customer], true), "what is on the screen");
    let mut hand = shop(at_terminal(), PrintWhen::Never, PrintWhen::Ask);
    changed(&mut hand, at_terminal());
    changed(&mut hand, ended_with_both());
    hand.later(2);
    hand.tap(Named::Enter);
    assert!(hand.has("start") && !hand.has("print-asked"), "whoever goes on has said no");
}

#[test]
fn what_was_there_before_the_program_began_is_asked_about_by_nobody() {
    let mut hand = shop(ended_with_both(), PrintWhen::Ask, PrintWhen::Ask);
    changed(&mut hand, ended_with_both());
    assert!(!hand.has("print-asked"));
}

#[test]
fn a_faulty_slip_is_told_also_where_the_queue_has_trouble() {
    let mut hand = shop(terminal("front"), PrintWhen::Always, PrintWhen::Always);
    let state = JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: true };
    let job = JobView { id: JobId(7), title: JobTitle::Test, printer: "bar".to_owned(), made_at: hand::now(), state };
    let trouble = Some(checkstand::printing::QueueTrouble::Unreadable(2));
    let view = PrintView { jobs: vec![job], trouble: trouble.clone() };
    hand.tell(desk::Message::Print(print_desk::Message::Changed(view)));
    assert!(hand.has("print-again"));
    hand.tell(desk::Message::Print(print_desk::Message::Changed(PrintView { jobs: Vec::new(), trouble })));
    assert!(!hand.has("print-again") && hand.sees_part("2"));
    hand.click("print-trouble-read");
    assert!(!hand.has("print-trouble-read"), "it is read once");
}
