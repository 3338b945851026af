//! The screens of an installer for those who look at all of them: every step of the guide, the search for terminals, and one
//! terminal that is found again.

use checkstand::domain::Verdict;
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::receipts_link::KnownReceipts;
use checkstand::gui::search_again_link::Sought;
use checkstand::gui::setting_up::{KnownTerminals, News};
use checkstand::settings::{PrinterConnection, PrinterSettings};
use checkstand::terminal::PaymentView;

use super::gallery::Piece;
use super::stories::printers as told;
use super::stories::{account, finding_again, searching, terminals};
use super::*;

/// One at a time: all of them on the stack would be too much for a test's thread.
pub fn gallery(language: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    guide(language, &mut pieces);
    search(language, &mut pieces);
    find_again(language, &mut pieces);
    let at = || account::filled(Hand::speaking(language, vec![terminal("front")]));
    pieces.push(("account-listed", account::told(at())));
    let mut receipts = Hand::speaking(language, vec![terminal("front")]);
    receipts.control('6');
    receipts.click("receipts");
    let known = super::stories::receipts::known();
    // What stands in a field and on the paper too cannot be told apart by those who measure.
    super::stories::receipts::read(&mut receipts, KnownReceipts { receipts: Default::default(), ..known });
    pieces.push(("receipts", receipts));
    printers(language, &mut pieces);
    pieces.push((
        "mail-server",
        super::stories::mailing::at_the_page(Hand::speaking(language, vec![terminal("front")]), None),
    ));
    let mut paid = ended(approved(1250));
    paid.payment.as_mut().unwrap().receipts = vec![receipt(Copy::Customer)];
    let hand = Hand::speaking(language, vec![paid]);
    let code = Some(checkstand::settings::QrContent::Receipt);
    pieces.push(("hand-out", super::stories::handing_out::handed_out(hand, code, true)));
    pieces.push(("account-not-listed", account::not_told(at())));
    pieces
}

/// The list with a printer that is out of paper, and the form by each way.
fn printers(language: &str, pieces: &mut Vec<Piece>) {
    use checkstand::printing::{JobState, PrinterFault};
    let at = || {
        let mut hand = Hand::speaking(language, vec![terminal("front")]);
        hand.control('6');
        hand.click("printers");
        let connection = PrinterConnection::Network { address: "10.0.0.9".to_owned() };
        let two = ["bar", "attic"].map(|name| PrinterSettings::new(name, connection.clone()));
        told::read(&mut hand, told::known(two.to_vec()));
        hand
    };
    let mut faulty = at();
    told::job(&mut faulty, "attic", JobState::Faulty { fault: PrinterFault::PaperOut, tries_again: true });
    pieces.push(("printers", faulty));
    for (name, way) in [
        ("printer-network", "slip-way-network"),
        ("printer-device", "slip-way-device"),
        ("printer-system", "slip-way-system"),
    ] {
        let mut hand = at();
        hand.click("slip-printer-add");
        hand.click(way);
        told::found(&mut hand);
        pieces.push((name, hand));
    }
}

fn guided(language: &str, views: Vec<TerminalView>, step: &str) -> Hand {
    let mut hand = Hand::speaking(language, views);
    hand.size = iced::Size::new(1280.0, 1000.0);
    hand.control('6');
    hand.click("guide");
    hand.click(step);
    hand
}

fn two() -> Vec<TerminalView> {
    vec![terminal("front"), bench::training()]
}

fn guide(language: &str, pieces: &mut Vec<Piece>) {
    for (name, step) in [
        ("guide-language", "guide-language"),
        ("guide-shop", "guide-shop"),
        ("guide-printer", "guide-printer"),
        ("guide-operators", "guide-operators"),
        ("guide-terminal", "guide-terminal"),
        ("guide-trial", "guide-trial"),
    ] {
        pieces.push((name, guided(language, two(), step)));
    }
    let mut named = guided(language, two(), "guide-shop");
    named.type_into("guide-name", "Corner Shop");
    named.type_into("guide-code", "qqx");
    pieces.push(("guide-shop-wrong", named));
    pieces.push(("guide-terminal-none", guided(language, vec![bench::training()], "guide-terminal")));
    let away = finding_again::away().into_iter().chain([bench::training()]).collect();
    pieces.push(("guide-terminal-away", guided(language, away, "guide-terminal")));
    for (name, operations, outcome) in [
        ("guide-trial-taken", &[Operation::Sale, Operation::Void][..], approved(100)),
        ("guide-trial-refund", &[Operation::Sale, Operation::Refund], approved(100)),
        ("guide-trial-for-good", &[Operation::Sale], approved(100)),
        ("guide-trial-not-taken", &[Operation::Sale], why(Verdict::Declined, "explain-declined")),
        ("guide-trial-in-doubt", &[Operation::Sale], why(Verdict::InDoubt, "explain-still-unknown")),
    ] {
        pieces.push((name, tried(language, operations, Some(outcome))));
    }
    pieces.push(("guide-trial-running", tried(language, &[Operation::Sale], None)));
}

/// The test payment, as far as it has come.
fn tried(language: &str, operations: &'static [Operation], outcome: Option<Outcome>) -> Hand {
    let mut front = terminal("front");
    front.abilities.operations = operations;
    let mut hand = guided(language, vec![front.clone(), bench::training()], "guide-trial");
    hand.click("guide-try-front");
    hand.tell(desk::Message::Started("front".to_owned(), Ok(id("K7M2-2"))));
    if let Some(outcome) = outcome {
        for stage in [Stage::AtTerminal, Stage::Ended(outcome)] {
            front.payment = Some(PaymentView { id: id("K7M2-2"), amount: kr(100), ..payment(stage) });
            hand.tell(desk::Message::TerminalChanged(Arc::new(front.clone())));
        }
    }
    hand.tell(desk::Message::PlacePressed(Place::Guide));
    hand
}

fn search(language: &str, pieces: &mut Vec<Piece>) {
    use checkstand::gui::screens::search::Message as Search;
    let at = || Hand::speaking(language, vec![terminal("front")]);
    let told = |mut hand: Hand, message: Search| {
        hand.tell(desk::Message::PlacePressed(Place::Search));
        hand.tell(desk::Message::Search(message));
        hand
    };
    pieces.push(("search-ready", told(at(), Search::Planned(Ok(searching::plan("10.1.4.9/16"))))));
    pieces.push(("search-no-plan", told(at(), Search::Planned(Err("os error 9".to_owned())))));
    pieces.push(("search-finding", searching::finding(at())));
    pieces.push(("search-ended", told(searching::finding(at()), Search::Ended { whole: true })));
    pieces.push(("search-stopped", told(searching::finding(at()), Search::StopPressed)));
}

fn find_again(language: &str, pieces: &mut Vec<Piece>) {
    let at = || Hand::speaking(language, finding_again::away());
    pieces.push(("find-again-offered", finding_again::at_the_list(at())));
    pieces.push(("find-again-searching", finding_again::seeking(at())));
    let several = Problem {
        placeables: vec![
            ("terminal", Placeable::Words("front".to_owned())),
            ("addresses", Placeable::Words("192.168.7.5:5000, 192.168.7.9:5000".to_owned())),
        ],
        ..Problem::new("window-find-again-several")
    };
    for (name, sought) in [
        ("find-again-moved", Sought::Moved(finding_again::moved())),
        ("find-again-here", Sought::Here("192.168.7.5:5000".to_owned())),
        ("find-again-several", Sought::NotFound(several)),
    ] {
        let mut hand = finding_again::seeking(at());
        finding_again::heard(&mut hand, sought);
        pieces.push((name, hand));
    }
    pieces.push(("find-again-after-a-test", tested(finding_again::at_the_list(at()))));
}

/// Every line that a test can have, of which the last is a fault.
fn tested(mut hand: Hand) -> Hand {
    use checkstand::doctor::{Check, Judgement, Told};
    let known =
        KnownTerminals { terminals: vec![finding_again::known()], default: Some("front".to_owned()), currency: None };
    hand.click("terminal-test-front");
    terminals::news(&mut hand, News::Read(Ok(known)));
    let fine = Check::ALL.into_iter().filter(|check| *check < Check::Identity);
    let fine = fine.map(|check| terminals::finding(check, Judgement::Fine, "doctor-session-fine"));
    let mut fault = terminals::finding(Check::Identity, Judgement::Fault(Fault::Settings), "doctor-identity-replaced");
    fault.words = vec![("told", "EPI 2310045679".to_owned()), ("known", "EPI 2310045675".to_owned())];
    for finding in fine.chain([fault]) {
        terminals::news(&mut hand, News::Told("front".to_owned(), Told::Found(finding)));
    }
    terminals::news(&mut hand, News::Examined("front".to_owned()));
    hand
}
