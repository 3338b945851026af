//! Every screen there is, for those who look at all of them: sizes of buttons, pictures for people.

use super::*;
use checkstand::gui::screens::diagnostics;
use checkstand::settings::{ThemeChoice, WindowChange};
use checkstand::terminal::Session;

/// A name and the window in that state.
pub type Piece = (&'static str, Hand);

pub fn gallery(language: &str) -> Vec<Piece> {
    let at = |views| Hand::speaking(language, views);
    let mut pieces = vec![
        ("opening-failed", opening_failed(language)),
        ("upgrading", upgrading(language)),
        ("counter-empty", at(vec![terminal("front")])),
        ("counter-many", at(["front", "back", "garden", "café on the corner"].map(terminal).to_vec())),
        ("counter-training", amount_typed(at(vec![training(None)]))),
        ("no-terminal", at(Vec::new())),
        ("starting", at(vec![running(Stage::Starting, &[])])),
        ("running", at(vec![running(Stage::AtTerminal, &["Welcome", "Present card", "Enter PIN, 12.50 SEK"])])),
        ("running-training", at(vec![training(Some(Stage::AtTerminal))])),
        ("cancelling", at(vec![cancelling()])),
        ("seeking", at(vec![running(Stage::Seeking(explain("explain-answer-lost")), &[])])),
        ("signature", at(vec![asking_for_a_signature()])),
        ("signature-on-screen", at(vec![signing::asking_to_sign()])),
        ("signing", signing::signed(at(vec![signing::asking_to_sign()]))),
        ("approved-training", at(vec![training(Some(Stage::Ended(approved(1250))))])),
        ("leaving", leaving(at(vec![running(Stage::AtTerminal, &[])]))),
        ("banners", at(vec![alarmed()])),
        ("notice", at(vec![noticed()])),
        ("blocked", amount_typed(at(vec![in_doubt("front"), terminal("back")]))),
        ("unresolved", unresolved(at(vec![in_doubt("front"), terminal("back")]), false)),
        ("deciding", unresolved(at(vec![in_doubt("front"), terminal("back")]), true)),
        ("nothing-unresolved", unresolved(at(vec![terminal("front")]), false)),
        ("history-empty", history_with(at(vec![terminal("front")]), Vec::new())),
        ("history", history_with(at(vec![terminal("front")]), many())),
        ("history-opened", opened(history_with(at(vec![terminal("front")]), many()), false)),
        ("history-voiding", opened(history_with(at(vec![terminal("front")]), many()), true)),
        ("counter-able", amount_typed(at(vec![abilities::able()]))),
        ("approved-able", at(vec![abilities::able_and_ended(Operation::Sale)])),
        ("counter-checking", at(vec![card_check::checking()])),
        ("counter-keyed", keyed(amount_typed(at(vec![card_check::checking()])))),
        ("counter-card-check", card_check_chosen(at(vec![card_check::checking()]))),
        ("card-valid", at(vec![card_check::checked(approved(0))])),
        ("signature-with-an-end", at(vec![with_an_end(asking_for_a_signature())])),
        ("choosing-a-report", day_reports::choosing(at(vec![day_reports::reporting()]))),
        ("report-made", day_reports::told(at(vec![day_reports::reporting()]))),
        ("reports", day_reports::read_reports(at(vec![day_reports::reporting()]))),
        ("shop-day", day::looking(at(vec![terminal("front")]))),
        ("shop-day-confirming", day::confirming(at(vec![day_reports::reporting()]))),
        ("shop-day-closing", day::closing(at(vec![day_reports::reporting()]))),
        ("shop-day-differing", day::differing(at(vec![terminal("front")]))),
        ("today", today(at(vec![terminal("front")]))),
        ("balance", at(vec![gift_card::asked(Operation::Balance, Stage::Ended(gift_card::told(2_575)))])),
        ("card-is-void", at(vec![gift_card::asked(Operation::Deactivation, Stage::Ended(approved(0)))])),
        ("pos-online", to_the_cloud(at(vec![terminal("front"), cloud::online()]))),
        ("pos-offline", to_the_cloud(at(vec![terminal("front"), cloud::offline()]))),
        ("pos-offline-beside", at(vec![terminal("front"), cloud::offline()])),
        ("from-the-cloud", at(vec![cloud::foreign(Stage::AtTerminal), cloud::online()])),
        ("from-the-cloud-approved", at(vec![cloud::foreign(Stage::Ended(approved(1250))), cloud::online()])),
        ("please-settle", at(vec![cloud::wants_settling()])),
    ];
    pieces.extend([
        ("settings", gone(at(vec![terminal("front")]), Place::Settings)),
        ("diagnostics", diagnosed(at(vec![terminal("front"), training(None), cloud::offline()]))),
        ("no-bills", gone(at(vec![terminal("front")]), Place::Tables)),
        ("all-at-once", amount_typed(at(vec![alarmed_while_training(), terminal("front")]))),
    ]);
    pieces.extend(outcomes().map(|(name, view)| (name, at(vec![view]))));
    pieces.extend(operators::gallery(language));
    pieces.push(("voiding", voiding(at(vec![with_receipts(ended(approved(1250)))]))));
    // New ones at the end: each has its second language by its place.
    pieces.extend([
        ("unstoppable", at(vec![running::unstoppable("explain-too-late-to-cancel", true)])),
        ("only-at-the-terminal", at(vec![running::unstoppable("explain-press-red-key", false)])),
        ("allowing-beside-a-payment", operators::allowing_beside_a_payment(language).hand),
    ]);
    pieces.extend(terminals(language));
    pieces.extend(gallery_of_setting_up::gallery(language));
    pieces
}

/// Setting terminals up. One at a time: all of them on the stack would be too much for a test's thread.
fn terminals(language: &str) -> Vec<Piece> {
    let at = || Hand::speaking(language, vec![terminal("front"), terminal("back")]);
    let led: [(&'static str, &[&str]); 4] = [
        ("terminals", &[]),
        ("terminal-families", &["terminal-add"]),
        ("terminal-form", &["terminal-edit-front"]),
        ("terminal-form-new", &["terminal-add", "family-econduit", "terminal-save"]),
    ];
    let mut pieces: Vec<Piece> = Vec::new();
    for (name, buttons) in led {
        pieces.push((name, setting_up(at(), buttons)));
    }
    pieces.push(("terminal-tested", tested(at())));
    pieces
}

/// Where these buttons lead from the list of terminals.
fn setting_up(mut hand: Hand, buttons: &[&str]) -> Hand {
    stories::terminals::at_the_list(&mut hand);
    for button in buttons {
        hand.click(button);
    }
    hand
}

fn tested(hand: Hand) -> Hand {
    use checkstand::doctor::{Check, Judgement, Told};
    use stories::terminals::{finding, news};
    let mut hand = setting_up(hand, &["terminal-test-front"]);
    let found = [
        finding(Check::Settings, Judgement::Fine, "doctor-session-fine"),
        finding(Check::Session, Judgement::Fault(Fault::Link), "doctor-session-no-answer"),
    ];
    for finding in found {
        news(&mut hand, checkstand::gui::setting_up::News::Told("front".to_owned(), Told::Found(finding)));
    }
    news(&mut hand, checkstand::gui::setting_up::News::Examined("front".to_owned()));
    hand
}

fn to_the_cloud(mut hand: Hand) -> Hand {
    hand.click("terminal-cloud");
    hand
}

fn outcomes() -> [(&'static str, TerminalView); 9] {
    let mut tipped = approved(1375);
    tipped.taken = Some(Taken { tip_minor: 125, ..Taken::exactly(kr(1375)) });
    let mut after_cancel = with_receipts(ended(approved(1250)));
    after_cancel.payment.as_mut().unwrap().cancel_requested = true;
    let mut refund = ended(approved(1250));
    refund.payment.as_mut().unwrap().operation = Operation::Refund;
    [
        ("approved", with_receipts(ended(approved(1250)))),
        ("approved-tip", with_receipts(ended(tipped))),
        ("approved-part", with_receipts(ended(approved(625)))),
        ("approved-after-cancel", after_cancel),
        ("refunded", refund),
        ("declined", ended(why(Verdict::Declined, "explain-declined"))),
        ("cancelled", ended(why(Verdict::Cancelled, "explain-cancelled-by-customer"))),
        ("not-charged", ended(why(Verdict::NotCharged, "explain-host-unreachable"))),
        ("in-doubt", ended(why(Verdict::InDoubt, "explain-still-unknown"))),
    ]
}

fn explain(key: &str) -> Explanation {
    Explanation::new(key, Fault::Link)
}

fn with_receipts(mut view: TerminalView) -> TerminalView {
    if let Some(payment) = &mut view.payment {
        payment.receipts = vec![receipt(Copy::Merchant), receipt(Copy::Customer)];
    }
    view
}

fn running(stage: Stage, displays: &[&str]) -> TerminalView {
    let mut view = terminal("front");
    let mut running = payment(stage);
    running.displays = shown(displays.iter().map(|display| Display::Words((*display).to_owned())));
    view.payment = Some(running);
    view
}

fn cancelling() -> TerminalView {
    let mut view = running(Stage::AtTerminal, &["Present card"]);
    view.payment.as_mut().unwrap().cancel_requested = true;
    view
}

fn training(stage: Option<Stage>) -> TerminalView {
    let mut view = terminal("training");
    view.training = true;
    view.payment = stage.map(payment);
    with_receipts(view)
}

/// All that can be wrong at once.
fn alarmed() -> TerminalView {
    let mut view = in_doubt("front");
    view.unsaved = true;
    view.no_listener = Some("Address already in use (os error 98)".to_owned());
    view.session = Some(Session::Offline(explain("explain-link-unreachable")));
    view
}

fn noticed() -> TerminalView {
    let mut view = terminal("front");
    view.notices = vec![Explanation::new("explain-maintenance-wanted", Fault::Nobody)];
    view.session = Some(Session::Offline(explain("explain-link-refused")));
    view
}

/// The same on a terminal that trains, of whose two reports one is wanted.
fn alarmed_while_training() -> TerminalView {
    TerminalView { training: true, name: "training".to_owned(), ..alarmed() }
}

fn gone(mut hand: Hand, place: Place) -> Hand {
    hand.go_to(place);
    hand
}

fn diagnosed(mut hand: Hand) -> Hand {
    hand.go_to(Place::Diagnostics);
    hand.tell(desk::Message::Diagnostics(diagnostics::Message::Read(Ok(facts()))));
    hand
}

/// What support is told of the till.
pub fn facts() -> diagnostics::Facts {
    diagnostics::Facts {
        version: "9.9.9",
        system: "linux",
        till: "K7M2".to_owned(),
        folder: "/var/lib/checkstand".to_owned(),
        journal_bytes: Some(10_000),
        payments: 41,
        detailed: Vec::new(),
    }
}

/// What the customer's screen shows, from the first line to the thanks.
pub fn customers(language: &str) -> Vec<Piece> {
    let stage = |stage: Stage| Hand::speaking(language, vec![running(stage, &[])]);
    let ends = |outcome: Outcome| {
        let mut hand = stage(Stage::AtTerminal);
        hand.tell(desk::Message::TerminalChanged(Arc::new(ended(outcome))));
        hand
    };
    let asks = |key: &str| {
        let mut view = running(Stage::AtTerminal, &[]);
        view.payment.as_mut().unwrap().displays = shown([Display::state(key, "STATE")]);
        Hand::speaking(language, vec![view])
    };
    let rung = |lines: &str, paid: &str| {
        let mut bench = bench::Bench::speaking(language, vec![terminal("front")]).with_prices();
        bench.typewrite(lines);
        if !paid.is_empty() {
            bench.click("cash");
            bench.typewrite(paid);
            bench.tap(Named::Enter);
        }
        bench.hand
    };
    let mut training_ends = training(Some(Stage::Ended(approved(1250))));
    training_ends.name = "front".to_owned();
    let mut trains = Hand::speaking(language, vec![training(Some(Stage::AtTerminal))]);
    trains.tell(desk::Message::TerminalChanged(Arc::new(training_ends)));
    vec![
        ("customer-welcome", Hand::speaking(language, vec![terminal("front")])),
        ("customer-lines", rung(&"1250+".repeat(14), "")),
        ("customer-change", rung("1250+", "2000")),
        ("customer-starting", stage(Stage::Starting)),
        ("customer-follow", stage(Stage::AtTerminal)),
        ("customer-card", asks("display-present-card")),
        ("customer-pin", asks("display-pin-entry")),
        ("customer-thanks", ends(approved(1250))),
        ("customer-part", ends(approved(625))),
        ("customer-declined", ends(why(Verdict::Declined, "explain-declined"))),
        ("customer-training", trains),
    ]
}

fn opening_failed(language: &str) -> Hand {
    let mut hand = Hand::opening_in(language);
    hand.fail("journal-damaged", "page 7 is not what it was");
    hand
}

fn upgrading(language: &str) -> Hand {
    let mut hand = Hand::opening_in(language);
    hand.upgrading(Some((415_000, 1_000_000)));
    hand
}

fn amount_typed(mut hand: Hand) -> Hand {
    hand.typewrite("125000");
    hand
}

fn keyed(mut hand: Hand) -> Hand {
    hand.control('k');
    hand
}

fn card_check_chosen(mut hand: Hand) -> Hand {
    hand.click("card-check");
    hand
}

fn with_an_end(mut view: TerminalView) -> TerminalView {
    let question = view.payment.as_mut().unwrap().question.as_mut().unwrap();
    question.until = Some(hand::now() + jiff::SignedDuration::from_secs(72));
    view
}

fn leaving(mut hand: Hand) -> Hand {
    hand.feed(Message::CloseRequested);
    hand
}

fn unresolved(mut hand: Hand, deciding: bool) -> Hand {
    hand.go_to(Place::Unresolved);
    if deciding {
        hand.click("decide-K7M2-41");
    }
    hand
}

fn voiding(mut hand: Hand) -> Hand {
    hand.click("void");
    hand
}

fn many() -> Vec<checkstand::domain::PaymentRecord> {
    use checkstand::domain::PaymentState;
    let mut records: Vec<_> = (0..30).map(|number| record(&format!("K7M2-{}", 99 - number), "front")).collect();
    records[1].training = true;
    records[2].state = PaymentState::InDoubt;
    records[2].outcome = None;
    records[3].state = PaymentState::NotCharged;
    records[3].request.operation = Operation::Refund;
    records[3].outcome = Some(why(Verdict::NotCharged, "explain-host-unreachable"));
    records[4].request.amount = kr(999_999_999);
    records[4].outcome = Some(approved(999_999_999));
    for record in records.iter_mut().skip(5) {
        record.at -= jiff::SignedDuration::from_hours(24);
    }
    records
}

fn history_with(mut hand: Hand, records: Vec<checkstand::domain::PaymentRecord>) -> Hand {
    hand.go_to(Place::History);
    history_of(&mut hand, "", records);
    hand
}

fn opened(mut hand: Hand, voiding: bool) -> Hand {
    hand.click("row-K7M2-99");
    let record = many().remove(0);
    told(&mut hand, dossier(record));
    if voiding {
        hand.click("void");
    }
    hand
}

fn today(mut hand: Hand) -> Hand {
    hand.tell(desk::Message::RecentRead(Ok(many())));
    hand
}

/// With `CHECKSTAND_GALLERY` set to a folder every screen is drawn into it; with `CHECKSTAND_GALLERY_ONLY` too those whose
/// names begin so.
#[test]
#[ignore = "draws hundreds of pictures for people to look at"]
fn pictures_of_everything() {
    draw(gallery);
}

/// The same with the screens of bills, which have a journal behind them.
#[test]
#[ignore = "draws hundreds of pictures for people to look at"]
fn pictures_of_bills() {
    draw(bench::gallery);
}

/// The same with the screens of operators.
#[test]
#[ignore = "draws pictures for people to look at"]
fn pictures_of_operators() {
    draw(operators::gallery);
}

fn draw(gallery: fn(&str) -> Vec<Piece>) {
    let Some(folder) = std::env::var_os("CHECKSTAND_GALLERY").map(std::path::PathBuf::from) else { return };
    let mut renderer = hand::renderer();
    for (language, theme, width, height) in [
        ("de", ThemeChoice::Light, 1024.0, 600.0),
        ("fi", ThemeChoice::Dark, 1024.0, 600.0),
        ("en", ThemeChoice::Light, 1024.0, 768.0),
        ("en", ThemeChoice::Light, 1366.0, 768.0),
        ("en", ThemeChoice::HighContrast, 1024.0, 768.0),
        ("en", ThemeChoice::Light, 1920.0, 1080.0),
    ] {
        let folder = folder.join(format!("{language}-{theme:?}-{width}x{height}"));
        std::fs::create_dir_all(&folder).unwrap();
        let only = std::env::var("CHECKSTAND_GALLERY_ONLY").unwrap_or_default();
        for (name, mut hand) in gallery(language).into_iter().filter(|(name, _)| name.starts_with(&only)) {
            hand.size = iced::Size::new(width, height);
            hand.feed(Message::SettingChanged(WindowChange::Theme(theme)));
            hand.draw(&folder.join(format!("{name}.png")), &mut renderer);
        }
    }
}
