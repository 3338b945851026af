use super::*;

#[test]
fn training_is_written_on_every_screen_outcome_and_receipt() {
    let training = |payment: Option<Stage>| {
        let mut view = terminal("training");
        view.training = true;
        view.payment = payment.map(|stage| {
            let mut payment = hand::payment(stage);
            payment.receipts = vec![receipt(Copy::Customer)];
            payment
        });
        view
    };
    for stage in [None, Some(Stage::Starting), Some(Stage::AtTerminal)] {
        assert!(Hand::at(training(stage)).sees("TRAINING – no real money"));
    }
    let mut hand = Hand::at(training(Some(Stage::Ended(approved(1250)))));
    assert!(hand.sees("TRAINING – no real money was moved") && hand.sees("TRAINING – NOT A RECEIPT"));
    for place in Place::RAIL {
        hand.go_to(place);
        assert!(hand.sees("TRAINING – no real money"));
    }
    let mut practised = record("K7M2-8", "training");
    practised.training = true;
    hand.go_to(Place::History);
    history_of(&mut hand, "", vec![practised]);
    assert!(hand.sees("TRAINING"));
}

#[test]
fn all_languages_know_every_text_of_the_window() {
    let keys = |source: &str| -> Vec<String> {
        let lines = source.lines().filter(|line| line.starts_with("window-"));
        lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
    };
    let locales = checkstand::texts::LOCALES;
    let english = keys(locales[0].source);
    for locale in locales.iter().filter(|locale| locale.overlay_of.is_none()) {
        assert_eq!(keys(locale.source), english, "{}", locale.tag);
    }
    assert!(english.len() > 100);
}

#[test]
fn a_long_journal_that_is_brought_up_to_date_shows_how_far_it_is_and_takes_no_payment() {
    for language in ["en", "fr"] {
        let mut hand = Hand::opening_in(language);
        let opening = hand.texts();
        assert!(hand.upgrading(None).is_empty());
        assert_eq!(hand.texts(), opening, "nothing to bring up to date");
        assert!(hand.upgrading(Some((415_000, 1_000_000))).is_empty());
        let figures = if language == "en" {
            "415,000 of 1,000,000 payments"
        } else {
            "415\u{a0}000 paiements sur 1\u{a0}000\u{a0}000"
        };
        assert!(hand.sees(figures), "{:?}", hand.texts());
        // No key starts anything, or opens it once more.
        assert!(
            hand.typewrite("1250").is_empty() && hand.tap(Named::Enter).is_empty() && hand.tap(Named::F9).is_empty()
        );
        hand.upgrading(Some((995_000, 1_000_000)));
        assert!(!hand.sees(figures));
        hand.fail("journal-disk-full", "the disk is full");
        hand.upgrading(Some((1_000_000, 1_000_000)));
        assert_eq!(hand.tap(Named::Enter), [Effect::Open], "the end stands, whatever comes late");
    }
}

#[test]
fn the_largest_amount_fits_the_smallest_window() {
    let mut hand = Hand::at(terminal("front"));
    hand.size = iced::Size::new(800.0, 600.0);
    hand.typewrite("999999999999");
    assert!(hand.sees("9,999,999.99 SEK"));
    assert_eq!(Money::new(999_999_999, SEK), kr(999_999_999));
    for id in ["start", "sale", "refund", "pad-0", "pad-00"] {
        let bounds = hand.bounds(id);
        assert!(bounds.height >= 48.0 && bounds.width >= 48.0, "{id}: {bounds:?}");
        assert!(bounds.y + bounds.height <= 600.0 && bounds.x + bounds.width <= 800.0, "{id}: {bounds:?}");
    }
}
