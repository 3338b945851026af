//! The customer's screen: when it says what, and that nothing of the operators' ever stands on it.

use super::bench::{self, Bench};
use super::*;
use checkstand::domain::{Origin, Receipt, Whence};
use checkstand::gui::customer_display::CustomerDisplay;
use checkstand::gui::sounds::Sound;
use checkstand::settings::{CustomerDisplaySettings, WindowChange};

fn with(change: impl FnOnce(&mut checkstand::terminal::PaymentView), stage: Stage) -> TerminalView {
    let mut view = terminal("front");
    let mut running = payment(stage);
    change(&mut running);
    view.payment = Some(running);
    view
}

fn changed(hand: &mut Hand, view: TerminalView) {
    hand.tell(desk::Message::TerminalChanged(Arc::new(view)));
}

#[test]
fn what_the_terminal_says_in_its_own_words_is_not_for_the_customers_screen() {
    let words = "ANNA: CARD 4321 AUTH 998877";
    let hand =
        Hand::at(with(|payment| payment.displays = shown([Display::Words(words.to_owned())]), Stage::AtTerminal));
    assert_eq!(hand.customer_texts(), ["To pay", "12.50 SEK", "▶", "Please follow the terminal"]);
    let unknown = Display::state("window-unsaved", words);
    let hand = Hand::at(with(|payment| payment.displays = shown([unknown]), Stage::AtTerminal));
    assert!(hand.customer_sees("Please follow the terminal"));
}

#[test]
fn what_is_done_without_the_customer_is_not_shown_to_them() {
    for operation in [Operation::Void, Operation::Capture, Operation::Tip, Operation::Deactivation] {
        let doing = |stage| with(|payment| payment.operation = operation, stage);
        let mut hand = Hand::at(doing(Stage::AtTerminal));
        assert_eq!(hand.customer_texts(), ["Welcome"], "{operation:?}");
        changed(&mut hand, doing(Stage::Ended(approved(1250))));
        assert_eq!(hand.customer_texts(), ["Welcome"], "{operation:?}");
        changed(&mut hand, doing(Stage::Ended(why(Verdict::Declined, "explain-declined"))));
        assert_eq!(hand.customer_texts(), ["Welcome"], "{operation:?}");
    }
}

#[test]
fn the_lines_stay_when_the_payment_begins_whether_or_not_the_journal_has_told_of_it() {
    let mut bench = Bench::new();
    bench.typewrite("1250+");
    let mut view = terminal("front");
    let mut running = payment(Stage::Starting);
    running.id = id("K7M2-99");
    view.payment = Some(running.clone());
    changed(&mut bench.hand, view.clone());
    assert!(bench.hand.customer_sees("Item"), "{:?}", bench.hand.customer_texts());
    running.origin = Some(Box::new(Origin {
        from: Whence::Cloud,
        face: "cloud".to_owned(),
        number: String::new(),
        reference: "7".to_owned(),
    }));
    view.payment = Some(running);
    changed(&mut bench.hand, view);
    assert!(!bench.hand.customer_sees("Item"), "somebody else's payment is not of this bill");
}

#[test]
fn the_next_sale_ends_the_thanks_before_their_time() {
    let mut bench = Bench::new();
    bench.typewrite("1250+");
    bench.tap(Named::Enter);
    bench.approves(1_250);
    assert!(bench.hand.customer_sees("Thank you") && bench.hand.is_thanking());
    bench.tap(Named::Enter);
    assert!(bench.hand.customer_sees("Thank you"), "the cashier has put it away, the customer still reads it");
    bench.typewrite("1250+");
    assert!(!bench.hand.customer_sees("Thank you") && bench.hand.customer_sees("Total"));
    assert!(!bench.hand.is_thanking());
}

#[test]
fn thanks_of_another_terminal_or_of_an_earlier_run_are_not_given() {
    let approved_there = ended(approved(1250));
    assert_eq!(Hand::at(approved_there.clone()).customer_texts(), ["Welcome"]);
    let mut hand = Hand::at_terminals(vec![terminal("back"), with(|_| {}, Stage::AtTerminal)]);
    hand.tell(desk::Message::TerminalChosen(0));
    changed(&mut hand, approved_there);
    assert_eq!(hand.customer_texts(), ["Welcome"]);
    assert_eq!(hand.heard(), [Sound::Approved], "the cashier hears it all the same");
}

#[test]
fn training_is_written_on_everything_the_customer_sees() {
    for stage in [None, Some(Stage::Starting), Some(Stage::AtTerminal), Some(Stage::Ended(approved(1250)))] {
        let mut view = bench::training();
        view.payment = Some(payment(Stage::AtTerminal));
        let mut hand = Hand::at(view.clone());
        view.payment = stage.map(payment);
        changed(&mut hand, view);
        assert!(hand.customer_sees("TRAINING – no real money"), "{:?}", hand.customer_texts());
    }
}

#[test]
fn only_the_newest_lines_are_shown_where_there_is_no_room_and_the_total_is_always_there() {
    let mut bench = Bench::new();
    for price in 0..40 {
        bench.typewrite(&format!("{}+", 100 + price));
    }
    for size in [(1024.0, 600.0), (1920.0, 1080.0), (3840.0, 2160.0), (600.0, 1024.0), (320.0, 320.0)] {
        let size = iced::Size::new(size.0, size.1);
        let seen = bench.hand.customer_texts_at(size);
        assert!(seen.contains(&"1.39".to_owned()) && seen.contains(&"47.80 SEK".to_owned()), "{size:?}: {seen:?}");
        let rows = seen.iter().filter(|text| *text == "1 ×").count();
        assert!(seen.contains(&format!("{} more above", 40 - rows)), "{size:?}: {seen:?}");
        assert_eq!(bench.hand.customer_texts_cut_at(size), Vec::<String>::new(), "{size:?}");
    }
}

/// In every place of the desk that holds words of operators, terminals or the journal.
const PLANTED: &str = "zqxj";

fn planted() -> String {
    format!("{PLANTED} 4321")
}

fn outcome(verdict: Verdict) -> Outcome {
    let explanation = Explanation::new(&planted(), Fault::Terminal).with_detail(&planted());
    let mut outcome = Outcome::without_money(verdict, explanation);
    outcome.taken = (verdict == Verdict::Approved).then(|| Taken::exactly(kr(1250)));
    outcome.card = Some(CardSummary { last4: "4321".to_owned(), brand: planted() });
    outcome.auth_code = Some(planted());
    outcome.card_balance = Some(kr(9_999));
    outcome.terminal_reference = Some(planted());
    outcome
}

fn planted_view(stage: Stage, operation: Operation, display: Display, asks: Option<QuestionKind>) -> TerminalView {
    let why = || Explanation::new(&planted(), Fault::Link).with_detail(&planted());
    let mut view = terminal(&planted());
    let question =
        |kind| Question { id: QuestionId(7), kind, text: planted(), on_screen: true, until: Some(hand::now()) };
    let mut running = payment(stage);
    running.id = id(PLANTED);
    running.operation = operation;
    running.origin =
        Some(Box::new(Origin { from: Whence::Cloud, face: planted(), number: planted(), reference: planted() }));
    running.displays = shown([display]);
    running.question = asks.map(question);
    running.receipts = vec![Receipt::new(Copy::Customer, [planted()])];
    view.payment = Some(running);
    view.session = Some(Session::Offline(why()));
    view.unresolved = in_doubt(&planted()).unresolved;
    view.unresolved[0].id = id(PLANTED);
    view.unresolved[0].explanation = Some(why());
    view.notices = vec![why()];
    view.unsaved = true;
    view.no_listener = Some(planted());
    view
}

#[test]
fn no_word_of_an_operator_a_terminal_or_the_journal_ever_reaches_the_customer() {
    let why = || Explanation::new(&planted(), Fault::Link).with_detail(&planted());
    let mut stages = vec![Stage::Starting, Stage::AtTerminal, Stage::Seeking(why())];
    stages.extend(Verdict::ALL.map(|verdict| Stage::Ended(outcome(verdict))));
    let displays = [Display::Words(planted()), Display::state(&planted(), &planted())];
    let mut looked = 0;
    for operation in Operation::ALL {
        for stage in &stages {
            for display in &displays {
                for asks in [None, Some(QuestionKind::Signature), Some(QuestionKind::Confirmation)] {
                    let mut hand = Hand::at(planted_view(Stage::Starting, operation, display.clone(), None));
                    // Both as something that happens and as something that was there.
                    changed(&mut hand, planted_view(stage.clone(), operation, display.clone(), asks));
                    hand.tell(desk::Message::RecentRead(Ok(vec![record(PLANTED, PLANTED)])));
                    hand.tell(desk::Message::RecentRead(Err(planted())));
                    hand.tell(desk::Message::LeaveRequested);
                    let texts = hand.customer_texts();
                    let leaks = |text: &String| ["zqxj", "4321", "99.99"].iter().any(|plant| text.contains(plant));
                    assert!(!texts.iter().any(leaks), "{operation:?} {stage:?}: {texts:?}");
                    assert!(!texts.is_empty());
                    looked += 1;
                }
            }
        }
    }
    assert_eq!(looked, Operation::ALL.len() * 8 * 2 * 3);
}

#[test]
fn the_customers_screen_of_a_bill_has_lines_and_sums_and_nothing_of_table_or_waiter() {
    let mut bench = Bench::new();
    super::tables::seat(&mut bench, PLANTED, 3_500);
    bench.go_to(Place::Tables);
    bench.tap(Named::ArrowDown);
    bench.tap(Named::Enter);
    assert!(bench.hand.sees_part(PLANTED), "the cashier sees the table");
    let texts = bench.hand.customer_texts();
    assert!(texts.contains(&"Menu".to_owned()), "{texts:?}");
    assert!(!texts.iter().any(|text| text.contains(PLANTED) || text.contains("Åsa")), "{texts:?}");
}

#[test]
fn nothing_ticks_for_a_customers_screen_that_waits_or_is_off() {
    let display = CustomerDisplay::default();
    assert!(!display.is_thanking());
    let mut hand = Hand::at(with(|_| {}, Stage::AtTerminal));
    changed(&mut hand, ended(approved(1250)));
    assert!(hand.is_thanking());
    let off = WindowChange::CustomerDisplay(CustomerDisplaySettings::default());
    let kept = hand.feed(Message::SettingChanged(off.clone()));
    assert_eq!(kept, [Effect::KeepSetting(off)]);
    assert!(!hand.is_thanking() && !hand.counts_seconds());
}

#[test]
fn keys_that_are_pressed_while_the_customers_window_has_the_focus_are_the_cashiers() {
    let mut hand = Hand::at(terminal("front"));
    hand.type_at_customers("1250");
    assert!(hand.sees("12.50 SEK"));
}
