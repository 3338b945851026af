//! A customer wants no paper: the receipt is a code for their telephone, and a mail.

use checkstand::gui::hand_out_link::MailOrder;
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::receipts_link::KnownReceipts;
use checkstand::gui::screens::hand_out;
use checkstand::settings::{MailSettings, QrContent, ReceiptSettings};

use super::*;

fn shop(qr_code: Option<QrContent>, mails: bool) -> KnownReceipts {
    let mail = mails.then(|| MailSettings::new("mail.example", "shop@shop.example"));
    let receipts = ReceiptSettings { qr_code, mail, ..ReceiptSettings::default() };
    KnownReceipts { receipts, ..KnownReceipts::default() }
}

fn paid() -> TerminalView {
    let mut view = ended(approved(1250));
    view.payment.as_mut().unwrap().receipts = vec![receipt(Copy::Merchant), receipt(Copy::Customer)];
    view
}

/// At an outcome, with the page of its receipt open.
pub fn handed_out(mut hand: Hand, qr_code: Option<QrContent>, mails: bool) -> Hand {
    receipts::read(&mut hand, shop(qr_code, mails));
    hand.click("hand-out");
    hand
}

pub fn at(tale: &Tale, qr_code: Option<QrContent>, mails: bool) -> Hand {
    handed_out(tale.at(vec![paid()]), qr_code, mails)
}

fn mailed(effects: Vec<Effect>) -> MailOrder {
    let order = effects.into_iter().find_map(|effect| match effect {
        Effect::MailReceipt(order) => Some(*order),
        _ => None,
    });
    order.unwrap()
}

pub fn receipts_are_handed_out_without_paper(tale: &Tale) {
    who_has_set_nothing_up_is_not_offered_it(tale);
    a_telephone_reads_it(tale);
    it_is_sent(tale);
    what_was_not_sent_can_be_sent_again(tale);
}

fn who_has_set_nothing_up_is_not_offered_it(tale: &Tale) {
    let mut hand = tale.at(vec![paid()]);
    assert!(!hand.has("hand-out"));
    receipts::read(&mut hand, shop(Some(QrContent::Receipt), false));
    tale.sees(&hand, &["window-hand-out"]);
    hand.click("copy-merchant");
    assert!(!hand.has("hand-out"), "the merchant's is nobody else's");
}

fn a_telephone_reads_it(tale: &Tale) {
    let mut hand = at(tale, Some(QrContent::Receipt), false);
    tale.sees(&hand, &["window-hand-out-title", "window-hand-out-code"]);
    assert!(!hand.has("hand-out-send"));
    assert_eq!(hand.customer_texts(), [tale.get("customer-code")]);
    hand.tap(Named::Escape);
    assert!(hand.has("hand-out"), "back at the outcome");
    assert_ne!(hand.customer_texts(), [tale.get("customer-code")]);
    somebody_pays_meanwhile(tale);
    let long = format!("https://shop.example/{}", "x".repeat(3_000));
    let hand = at(tale, Some(QrContent::Address(long)), false);
    tale.sees(&hand, &["window-hand-out-too-long"]);
    assert_eq!(hand.customer_texts(), [tale.get("customer-ask-cashier")]);
}

fn somebody_pays_meanwhile(tale: &Tale) {
    let mut hand = at(tale, Some(QrContent::Receipt), false);
    let paying = running::with(Stage::AtTerminal, |payment| payment.id = id("K7M2-9"));
    hand.tell(desk::Message::TerminalChanged(Arc::new(paying)));
    assert_ne!(hand.customer_texts(), [tale.get("customer-code")], "whoever pays sees what they pay");
}

fn it_is_sent(tale: &Tale) {
    let mut hand = at(tale, None, true);
    tale.sees(&hand, &["window-hand-out-address", "window-hand-out-send"]);
    tale.lacks(&hand, &["window-hand-out-code"]);
    assert_ne!(hand.customer_texts(), [tale.get("customer-code")]);
    hand.type_into("slip-mail-address", "ada");
    assert!(hand.click("hand-out-send").is_empty(), "that is no address");
    hand.type_into("slip-mail-address", "@home.example");
    let order = mailed(hand.tap(Named::Enter));
    assert_eq!((order.to.as_str(), order.what.duplicate), ("ada@home.example", false));
    assert_eq!(order.what.receipt.copy, Copy::Customer);
    assert!(hand.tap(Named::Enter).is_empty(), "it is on its way");
    tale.reads(&hand, &tale.with("window-hand-out-sending", &[("address", "ada@home.example")]));
    hand.tell(desk::Message::HandOut(hand_out::Message::Sent(order.what.payment.clone(), order.to, Ok(()))));
    tale.reads(&hand, &tale.with("window-hand-out-sent", &[("address", "ada@home.example")]));
    assert!(hand.tap(Named::Enter).is_empty(), "it was sent");
    hand.tap(Named::Escape);
    hand.click("hand-out");
    hand.type_into("slip-mail-address", "eve@home.example");
    let second = mailed(hand.tap(Named::Enter));
    assert!(second.what.duplicate, "the customer has it already");
    hand.tap(Named::Escape);
    let words = ("problem", Placeable::Words("eve@home.example".to_owned()));
    let problem = Problem { placeables: vec![words], ..Problem::new("mail-fault-recipient") };
    hand.tell(desk::Message::HandOut(hand_out::Message::Sent(second.what.payment, second.to, Err(problem))));
    tale.reads(&hand, &tale.with("mail-fault-recipient", &[("problem", "eve@home.example")]));
}

fn what_was_not_sent_can_be_sent_again(tale: &Tale) {
    let mut hand = at(tale, Some(QrContent::Receipt), true);
    hand.type_into("slip-mail-address", "ada@home.example");
    let order = mailed(hand.click("hand-out-send"));
    let words = ("problem", Placeable::Words("ada@home.example".to_owned()));
    let problem = Problem { placeables: vec![words], ..Problem::new("mail-fault-recipient") };
    hand.tell(desk::Message::HandOut(hand_out::Message::Sent(
        order.what.payment.clone(),
        "eve@home.example".to_owned(),
        Ok(()),
    )));
    hand.tell(desk::Message::HandOut(hand_out::Message::Sent(order.what.payment, order.to, Err(problem))));
    tale.reads(&hand, &tale.with("mail-fault-recipient", &[("problem", "ada@home.example")]));
    mailed(hand.tap(Named::Enter));
}
