//! An installer sets a receipt printer up and tries it; another one is found by the computer; one goes again.

use checkstand::domain::{CodePage, PaperWidth};
use checkstand::gui::print_desk;
use checkstand::gui::printers_link::{FoundPrinters, PrinterOrder};
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::receipts_link::KnownReceipts;
use checkstand::gui::screens::printers;
use checkstand::printing::{JobId, JobState, JobTitle, JobView, PrintView, PrinterFault};
use checkstand::settings::{PrinterConnection, PrinterSettings, ReceiptSettings, SystemDocument};

use super::*;

pub fn known(printers: Vec<PrinterSettings>) -> KnownReceipts {
    let used = printers.first().map(|printer| printer.name.clone());
    let receipts = ReceiptSettings { printer: used, ..ReceiptSettings::default() };
    KnownReceipts { receipts, printers, ..KnownReceipts::default() }
}

pub fn read(hand: &mut Hand, known: KnownReceipts) -> Vec<Effect> {
    hand.feed(Message::ReceiptsRead(Ok(Box::new(known))))
}

/// The change was made.
fn keep(hand: &mut Hand, known: KnownReceipts) -> Vec<Effect> {
    hand.feed(Message::ReceiptsKept(Ok(Box::new(known))))
}

/// Its last slip stands like this.
pub fn job(hand: &mut Hand, printer: &str, state: JobState) {
    let job = JobView { id: JobId(3), title: JobTitle::Test, printer: printer.to_owned(), made_at: hand::now(), state };
    let view = PrintView { jobs: vec![job], trouble: None };
    hand.tell(desk::Message::Print(print_desk::Message::Changed(view)));
}

pub fn found(hand: &mut Hand) {
    let found = FoundPrinters {
        devices: vec!["/dev/usb/lp0".to_owned()],
        queues: vec!["Bon".to_owned(), "Office".to_owned()],
        problem: None,
    };
    hand.tell(desk::Message::Printers(printers::Message::Found(found)));
}

/// What the effects have kept.
fn kept(effects: &[Effect]) -> (PrinterSettings, bool) {
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::ChangePrinters(PrinterOrder::Put { printer, is_new }) => Some(((**printer).clone(), *is_new)),
        _ => None,
    });
    kept.unwrap_or_else(|| panic!("{effects:?}"))
}

fn at_the_list(tale: &Tale, known: KnownReceipts) -> Hand {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.size = iced::Size::new(1024.0, 1600.0);
    hand.control('6');
    assert_eq!(hand.click("printers"), [Effect::ReadReceipts]);
    read(&mut hand, known);
    hand
}

pub fn printers_are_set_up(tale: &Tale) {
    let mut hand = at_the_list(tale, known(Vec::new()));
    tale.sees(&hand, &["window-printers-title", "window-printers-none", "window-printers-add"]);
    let first = the_first_one(tale, &mut hand);
    it_is_tried(tale, &mut hand, &first);
    one_of_the_computers(tale, &first);
    one_is_changed_and_one_goes(tale, &first);
    hand.tap(Named::Escape);
    assert!(hand.has("terminals"), "back at the settings");
}

fn the_first_one(tale: &Tale, hand: &mut Hand) -> PrinterSettings {
    let effects = hand.tap(Named::F1);
    assert!(effects.contains(&Effect::FindPrinters) && effects.contains(&Effect::Focus("slip-printer-place")));
    tale.sees(hand, &["window-printers-new", "window-printers-way", "window-printers-network"]);
    tale.sees(hand, &["window-printers-device", "window-printers-system", "window-printers-address"]);
    tale.sees(hand, &["window-printers-address-help", "window-printers-name", "window-printers-paper"]);
    tale.sees(hand, &["window-printers-cuts", "window-printers-drawer", "window-printers-letters"]);
    tale.sees(hand, &["window-printers-letters-help", "window-printers-letters-none"]);
    tale.sees(hand, &["window-printers-save", "window-printers-save-and-test"]);
    let narrow = [("millimetres", "58"), ("columns", "32")];
    tale.reads(hand, &tale.with("window-printers-paper-width", &narrow));
    assert!(hand.click("slip-printer-save").is_empty(), "nobody has said where it is");
    hand.type_into("slip-printer-place", "10.0.0.9");
    for id in ["slip-paper-32", "slip-cuts-off", "slip-drawer-on", "slip-letters-5"] {
        hand.click(id);
    }
    let (printer, is_new) = kept(&hand.click("slip-printer-save-and-test"));
    let connection = PrinterConnection::Network { address: "10.0.0.9".to_owned() };
    let name = tale.texts.get("window-printers-usual-name");
    let wanted = PrinterSettings {
        paper: PaperWidth::Narrow,
        code_page: CodePage::Pc865,
        cuts: false,
        drawer: true,
        ..PrinterSettings::new(&name, connection)
    };
    assert_eq!((&printer, is_new), (&wanted, true));
    assert!(hand.click("slip-printer-save").is_empty(), "it is on its way");
    printer
}

fn it_is_tried(tale: &Tale, hand: &mut Hand, printer: &PrinterSettings) {
    let name = printer.name.as_str();
    let taken = Problem {
        placeables: vec![("printer", Placeable::Words(name.to_owned()))],
        ..Problem::new("window-printers-name-taken")
    };
    hand.feed(Message::ReceiptsKept(Err(taken)));
    tale.reads(hand, &tale.with("window-printers-name-taken", &[("printer", name)]));
    hand.click("slip-printer-save-and-test");
    assert!(read(hand, known(Vec::new())).is_empty() && hand.has("slip-printer-save"), "that was read before");
    assert_eq!(keep(hand, known(vec![printer.clone()])), [Effect::TestPrinter(name.to_owned())]);
    tale.sees(hand, &["window-printers-receipts", "window-printers-test", "window-printers-edit"]);
    tale.sees(hand, &["window-printers-remove"]);
    assert!(hand.sees_part("10.0.0.9") && !hand.has(&format!("slip-printer-use-{name}")));
    let title = JobTitle::Test.words(&tale.texts);
    job(hand, name, JobState::Printing);
    tale.reads(hand, &tale.with("window-printers-printing", &[("title", &title)]));
    job(hand, name, JobState::Printed);
    tale.reads(hand, &tale.with("window-printers-printed", &[("title", &title)]));
    job(hand, name, JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: true });
    tale.sees(hand, &["printer-fault-paper-out"]);
    job(hand, name, JobState::Printed);
    assert_eq!(hand.click(&format!("slip-printer-test-{name}")), [Effect::TestPrinter(name.to_owned())]);
}

fn one_of_the_computers(tale: &Tale, first: &PrinterSettings) {
    let mut hand = at_the_list(tale, known(vec![first.clone()]));
    hand.click("slip-printer-add");
    hand.click("slip-way-device");
    tale.sees(&hand, &["window-printers-path", "window-printers-path-help"]);
    hand.type_into("slip-printer-place", "lp0");
    assert!(hand.click("slip-printer-save").is_empty(), "the till may be started in another folder");
    found(&mut hand);
    hand.click("slip-found-0");
    let (printer, _) = kept(&hand.click("slip-printer-save"));
    assert_eq!(printer.connection, PrinterConnection::Device { path: "/dev/usb/lp0".to_owned() });
    assert_ne!(printer.name, first.name, "its name is free");
    assert!(keep(&mut hand, known(vec![first.clone(), printer])).is_empty(), "nobody wanted to try it");
    hand.click("slip-printer-add");
    hand.tell(desk::Message::Printers(printers::Message::Found(FoundPrinters::default())));
    hand.click("slip-way-system");
    tale.sees(&hand, &["window-printers-queue", "window-printers-queue-help", "window-printers-found-none"]);
    tale.sees(&hand, &["window-printers-document", "window-printers-document-receipt"]);
    tale.sees(&hand, &["window-printers-document-page"]);
    let problem = Some(Problem::new("printer-fault-system"));
    let nothing = FoundPrinters { problem, ..FoundPrinters::default() };
    hand.tell(desk::Message::Printers(printers::Message::Found(nothing)));
    tale.sees(&hand, &["printer-fault-system"]);
    found(&mut hand);
    hand.click("slip-found-1");
    hand.click("slip-document-2");
    let (printer, _) = kept(&hand.tap(Named::Enter));
    let document = SystemDocument::Pdf;
    assert_eq!(printer.connection, PrinterConnection::System { queue: "Office".to_owned(), document });
}

fn one_is_changed_and_one_goes(tale: &Tale, first: &PrinterSettings) {
    let attic = PrinterSettings { name: "attic".to_owned(), ..first.clone() };
    let mut hand = at_the_list(tale, known(vec![first.clone(), attic.clone()]));
    tale.sees(&hand, &["window-printers-use"]);
    let used = Effect::ChangePrinters(PrinterOrder::UseForReceipts("attic".to_owned()));
    assert_eq!(hand.click("slip-printer-use-attic"), [used]);
    keep(&mut hand, known(vec![attic.clone(), first.clone()]));
    hand.click("slip-printer-edit-attic");
    tale.reads(&hand, &tale.with("window-printers-change", &[("printer", "attic")]));
    hand.type_into("slip-printer-place", "9");
    hand.tap(Named::Escape);
    assert!(!hand.has("slip-printer-save") && hand.has("slip-printer-edit-attic"), "it stays as it was");
    hand.click("slip-printer-edit-attic");
    let (changed, is_new) = kept(&hand.tap(Named::Enter));
    assert_eq!((&changed, is_new), (&attic, false));
    keep(&mut hand, known(vec![changed, first.clone()]));
    hand.click("slip-printer-remove-attic");
    tale.reads(&hand, &tale.with("window-printers-remove-really", &[("printer", "attic")]));
    hand.tap(Named::Escape);
    hand.click("slip-printer-remove-attic");
    let gone = Effect::ChangePrinters(PrinterOrder::Remove("attic".to_owned()));
    assert!(hand.tap(Named::F4).contains(&gone));
}
