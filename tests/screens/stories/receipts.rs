//! An installer says what is on the shop's receipts, and sees each change on the paper beside it.

use checkstand::domain::PaperWidth;
use checkstand::gui::problem::Problem;
use checkstand::gui::receipts_link::{KnownReceipts, WantedReceipts};
use checkstand::printing::LogoFault;
use checkstand::settings::{
    PrintWhen, PrinterConnection, PrinterSettings, QrContent, ReceiptSettings, TerminalPrinting,
};

use super::*;

pub fn known() -> KnownReceipts {
    let connection = PrinterConnection::Network { address: "10.0.0.9".to_owned() };
    let printer = PrinterSettings { paper: PaperWidth::Narrow, ..PrinterSettings::new("bar", connection) };
    let receipts = ReceiptSettings { header: vec!["Storgatan 14".to_owned()], ..ReceiptSettings::default() };
    KnownReceipts {
        shop: Some("Corner Shop".to_owned()),
        receipts,
        printers: vec![printer],
        ..KnownReceipts::default()
    }
}

pub fn read(hand: &mut Hand, known: KnownReceipts) {
    hand.feed(Message::ReceiptsRead(Ok(Box::new(known))));
}

/// The effect that keeps them.
fn kept(effects: &[Effect]) -> WantedReceipts {
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::KeepReceipts(wanted) => Some((**wanted).clone()),
        _ => None,
    });
    kept.unwrap_or_else(|| panic!("{effects:?}"))
}

pub fn receipts_are_set_up(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.size = iced::Size::new(1024.0, 2000.0);
    hand.control('6');
    assert_eq!(hand.click("receipts"), [Effect::ReadReceipts]);
    read(&mut hand, known());
    tale.sees(&hand, &["window-receipts-title", "window-receipts-shop", "window-receipts-header"]);
    tale.sees(&hand, &["window-receipts-tax-number", "window-receipts-footer", "window-receipts-logo"]);
    tale.sees(&hand, &["window-receipts-language", "window-receipts-language-screen", "window-receipts-printer"]);
    tale.sees(&hand, &["window-receipts-printer-none", "window-receipts-customer", "window-receipts-merchant"]);
    tale.sees(&hand, &["window-receipts-bill", "window-receipts-needed", "window-receipts-always"]);
    tale.sees(&hand, &["window-receipts-code", "window-receipts-code-none", "window-receipts-code-receipt"]);
    tale.sees(&hand, &["window-receipts-code-address"]);
    tale.sees(&hand, &["window-receipts-ask", "window-receipts-never", "window-receipts-save"]);
    tale.sees(&hand, &["receipt-operation-sale", "receipt-verdict-approved"]);
    assert!(hand.sees("Corner Shop") && hand.sees("Storgatan 14"));
    the_paper_follows(tale, &mut hand);
    a_terminal_prints_otherwise(tale);
    a_save_is_one_and_what_fails_stays(tale, &mut hand);
    hand.tap(Named::Escape);
    assert!(hand.has("terminals"), "back at the settings");
}

fn the_paper_follows(tale: &Tale, hand: &mut Hand) {
    hand.type_into("slip-footer-0", "Tack!");
    assert!(hand.sees("Tack!"));
    hand.type_into("slip-tax-number", "SE 556677-8899");
    tale.reads(hand, &tale.with("receipt-tax-number", &[("number", "SE 556677-8899")]));
    hand.click("slip-language-fi");
    let finnish = checkstand::texts::Texts::new(Some("fi"));
    assert!(hand.sees(&finnish.get("receipt-operation-sale")));
    hand.click("slip-language");
    tale.sees(hand, &["receipt-operation-sale"]);
}

fn a_terminal_prints_otherwise(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front"), terminal("back")]);
    hand.size = iced::Size::new(1024.0, 2400.0);
    hand.control('6');
    hand.click("receipts");
    read(&mut hand, known());
    tale.sees(&hand, &["window-receipts-of", "window-receipts-of-all"]);
    hand.click("slip-customer-2");
    hand.click("slip-of-back");
    tale.sees(&hand, &["window-receipts-as-all"]);
    for id in ["slip-customer-3", "slip-merchant-1", "slip-merchant-0", "slip-printer-bar"] {
        hand.click(id);
    }
    let receipts = kept(&hand.click("receipts-save")).receipts;
    assert_eq!((receipts.printing.customer_copy, receipts.printer), (PrintWhen::Always, None));
    let own =
        TerminalPrinting { printer: Some("bar".to_owned()), merchant_copy: None, customer_copy: Some(PrintWhen::Ask) };
    assert_eq!(receipts.terminals, [("back".to_owned(), own)].into());
}

fn a_save_is_one_and_what_fails_stays(tale: &Tale, hand: &mut Hand) {
    hand.click("slip-code-3");
    tale.reads(hand, &tale.with("window-receipts-code-help", &[("number", "{payment}")]));
    hand.type_into("slip-code-address", "shop.example/{payment}");
    for id in ["slip-printer-bar", "slip-customer-2", "slip-merchant-4", "slip-bill-4"] {
        hand.click(id);
    }
    let wanted = kept(&hand.click("receipts-save"));
    assert_eq!(wanted.shop.as_deref(), Some("Corner Shop"));
    let code = QrContent::Address("https://shop.example/{payment}".to_owned());
    assert_eq!(wanted.receipts.qr_code, Some(code));
    let receipts = &wanted.receipts;
    assert_eq!((receipts.printer.as_deref(), receipts.bill), (Some("bar"), PrintWhen::Never));
    assert_eq!(receipts.printing.customer_copy, PrintWhen::Always);
    assert_eq!(receipts.printing.merchant_copy, PrintWhen::Never);
    assert_eq!((receipts.footer.as_slice(), receipts.language.as_deref()), (&["Tack!".to_owned()][..], None));
    assert!(hand.click("receipts-save").is_empty(), "it is on its way");
    let problem = Problem::with_detail("window-setting-not-kept", "No space left on device".to_owned());
    hand.feed(Message::ReceiptsKept(Err(problem)));
    tale.reads(hand, "No space left on device");
    assert!(hand.sees("Tack!"));
    let wanted = kept(&hand.click("receipts-save"));
    let no_logo = Some(LogoFault::File("no such file".to_owned()));
    let known_now = KnownReceipts { receipts: wanted.receipts.clone(), no_logo, ..known() };
    hand.feed(Message::ReceiptsKept(Ok(Box::new(known_now))));
    let problem = tale.with("receipt-logo-file", &[("problem", "no such file")]);
    tale.reads(hand, &tale.with("window-receipts-no-logo", &[("problem", &problem)]));
    read(hand, KnownReceipts { receipts: wanted.receipts, ..known() });
    assert!(hand.sees("Tack!") && hand.click("receipts-save").is_empty(), "there is nothing to save");
}
