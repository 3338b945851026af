//! Before the first customer: the till opens, is set up, and tells support what it is.

use checkstand::domain::{PriceFaults, PriceProblem};
use checkstand::gui::app;
use checkstand::gui::price_import::ImportFailure;
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::screens::diagnostics;
use checkstand::logs::Part;
use checkstand::settings::{Loudness, Scale, TextSize, ThemeChoice, WindowChange};

use super::*;

pub fn the_till_opens(tale: &Tale) {
    let mut hand = tale.reading(Hand::opening_in(tale.language));
    tale.sees(&hand, &["window-opening"]);
    assert!(hand.tap(Named::Enter).is_empty(), "there is nothing to try again yet");
    hand.upgrading(Some((415_000, 1_000_000)));
    tale.sees(&hand, &["window-upgrading", "window-upgrading-wait"]);
    let [done, payments] =
        [415_000, 1_000_000].map(|number| checkstand::texts::Texts::new(Some(tale.language)).count(number));
    tale.reads(&hand, &tale.with("window-upgrading-done", &[("done", &done), ("payments", &payments)]));
    let ways: [fn(&mut Hand) -> Vec<Effect>; 2] = [|hand| hand.tap(Named::Enter), |hand| hand.click("retry")];
    for way in ways {
        hand.fail("journal-damaged", "page 7 is not what it was");
        tale.sees(&hand, &["window-opening-failed", "window-retry", "window-leave"]);
        tale.reads(&hand, &tale.with("journal-damaged", &[("problem", "page 7 is not what it was")]));
        assert_eq!(way(&mut hand), [Effect::Open]);
        tale.sees(&hand, &["window-opening"]);
    }
    hand.fail("journal-damaged", "page 7 is not what it was");
    hand.tab_to("leave");
    assert_eq!(hand.tap_focused(Named::Space), [Effect::Close]);
}

fn all_settings() -> Vec<(&'static str, &'static str, WindowChange)> {
    use WindowChange::{FullScreen, Scale as Size, Sounds, TextSize as Text, Theme};
    let size = |percent| Size(Scale::of_percent(percent));
    vec![
        ("theme-high-contrast", "window-theme-high-contrast", Theme(ThemeChoice::HighContrast)),
        ("theme-dark", "window-theme-dark", Theme(ThemeChoice::Dark)),
        ("theme-light", "window-theme-light", Theme(ThemeChoice::Light)),
        ("text-large", "window-text-large", Text(TextSize::Large)),
        ("text-largest", "window-text-largest", Text(TextSize::Largest)),
        ("text-normal", "window-text-normal", Text(TextSize::Normal)),
        ("scale-130", "window-setting-scale", size(130)),
        ("scale-100", "window-setting-scale", size(100)),
        ("scale-fitting", "window-scale-fitting", Size(None)),
        ("sounds-off", "window-sounds-off", Sounds(Loudness::Off)),
        ("sounds-quiet", "window-sounds-quiet", Sounds(Loudness::Quiet)),
        ("sounds-normal", "window-sounds-normal", Sounds(Loudness::Normal)),
        ("full-screen-on", "window-setting-full-screen", FullScreen(true)),
    ]
}

pub fn an_installer_sets_the_window(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.size = iced::Size::new(1024.0, 1400.0);
    assert!(hand.control('6').is_empty());
    tale.sees(&hand, &["window-settings-title", "window-setting-language", "window-setting-theme"]);
    for (id, key, change) in all_settings() {
        tale.sees(&hand, &[key]);
        assert!(hand.click(id).contains(&Effect::KeepSetting(change)), "{id}");
    }
    the_customers_screen_is_placed(tale);
    hand.click("theme-high-contrast");
    assert_eq!(hand.theme(), checkstand::gui::theme::Scheme::HighContrast.theme());
    hand.feed(Message::SettingNotKept("No space left on device".to_owned()));
    tale.sees(&hand, &["window-setting-not-kept"]);
    tale.reads(&hand, "No space left on device");
    hand.click("problem-read");
    tale.lacks(&hand, &["window-setting-not-kept"]);
    hand.tab_to("theme-dark");
    assert_eq!(hand.tap_focused(Named::Enter), [Effect::KeepSetting(WindowChange::Theme(ThemeChoice::Dark))]);
    assert!(hand.tap(Named::Escape).is_empty() && hand.has("start"), "back at the counter");
    assert_eq!(hand.tap(Named::F11), [Effect::FullScreen]);
    assert_eq!(hand.control('d'), [Effect::KeepSetting(WindowChange::Theme(ThemeChoice::HighContrast))]);
    assert_eq!(hand.control('d'), [Effect::KeepSetting(WindowChange::Theme(ThemeChoice::Light))]);
    hand.control('6');
    hand.click("operators");
    tale.sees(&hand, &["window-operators-none"]);
    hand.tap(Named::Escape);
    hand.control('6');
    // A third language: whoever reads along knows none of its words.
    hand.click("language-sv");
    let swedish = checkstand::texts::Texts::new(Some("sv"));
    assert!(hand.sees(&swedish.get("window-setting-theme")));
    hand.tap(Named::Escape);
    assert!(hand.sees(&swedish.money(kr(0))));
}

fn the_customers_screen_is_placed(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.size = iced::Size::new(1024.0, 1400.0);
    hand.control('6');
    tale.sees(&hand, &["window-setting-customer-place", "window-setting-customer-hint", "window-customer-here"]);
    let placed = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::KeepSetting(WindowChange::CustomerDisplay(display))] => (display.x, display.y),
        other => panic!("{other:?}"),
    };
    assert_eq!(placed(hand.click("side-left")), (-1024, 0));
    assert_eq!(hand.click("side-right"), [Effect::MeasureScreen]);
    assert_eq!(placed(hand.feed(Message::ScreenMeasured(Some(1366)))), (1366, 0));
    assert_eq!(placed(hand.feed(Message::ScreenMeasured(None))), (1920, 0), "as the settings have it without a word");
    assert_eq!(hand.click("side-here"), [Effect::ShowCustomersHere]);
}

pub fn a_price_list_is_dropped_on_the_window(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    let file = std::path::PathBuf::from("/home/shop/prices.csv");
    assert_eq!(hand.feed(app::Message::FileDropped(file.clone())), [Effect::ImportPrices(file)]);
    let mut faults = PriceFaults::default();
    faults.push(3, PriceProblem::LabelMissing);
    hand.feed(app::Message::PricesImported(Err(ImportFailure::Faults(faults))));
    let first = tale.with("window-prices-fault", &[("line", "3"), ("text", &tale.get("prices-label-missing"))]);
    tale.reads(&hand, &first);
    hand.click("problem-read");
    assert!(!hand.sees_part(&first));
    let refused = Problem::with_detail("window-prices-refused", "disk full".to_owned());
    hand.feed(app::Message::PricesImported(Err(ImportFailure::Files(refused))));
    tale.sees(&hand, &["window-prices-refused"]);
    let name = ("file", Placeable::Words("list.csv".to_owned()));
    let unreadable = Problem { placeables: vec![name], ..Problem::new("window-file-unreadable") };
    hand.feed(app::Message::PricesImported(Err(ImportFailure::Files(unreadable))));
    tale.reads(&hand, &tale.with("window-file-unreadable", &[("file", "list.csv")]));
    assert!(!hand.has("item-search"), "there is no list yet");
    hand.feed(app::Message::PricesImported(Ok(Arc::new(bench::prices()))));
    tale.reads(&hand, &tale.texts.with_values("window-prices-imported", &[("items", 4_usize.into())]));
    hand.type_into("item-search", "bun");
    assert!(hand.has("item-1001"));
    the_same_by_keyboard(tale);
}

/// Nothing can be dropped on a window that fills the screen.
fn the_same_by_keyboard(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front")]);
    hand.control('6');
    tale.sees(&hand, &["window-prices-import"]);
    assert!(hand.click("import-prices").is_empty(), "nothing is typed");
    hand.type_into("import-file", " \"/home/shop/new prices.csv\" ");
    let wanted = [Effect::ImportPrices(std::path::PathBuf::from("/home/shop/new prices.csv"))];
    assert_eq!(hand.click("import-prices"), wanted);
    hand.tab_to("import-file");
    assert_eq!(hand.tap_focused(Named::Enter), wanted);
}

pub fn places_are_reached_and_left(tale: &Tale) {
    let says = [
        (Place::Counter, "window-start-sale"),
        (Place::Tables, "window-tables-none"),
        (Place::History, "window-days-all"),
        (Place::Unresolved, "window-unresolved-none"),
        (Place::Day, "window-shop-day-title"),
        (Place::Settings, "window-setting-theme"),
        (Place::Diagnostics, "window-diagnostics-protocol"),
    ];
    for (place, key) in says {
        let mut by_key = tale.at(vec![terminal("front")]);
        by_key.go_to(place);
        let mut by_button = tale.at(vec![terminal("front")]);
        by_button.click(place.id());
        for hand in [&mut by_key, &mut by_button] {
            tale.reads(hand, &tale.about(key, 0));
            tale.sees(hand, &[place.key()]);
            hand.tap(Named::Escape);
            tale.reads(hand, &tale.about("window-start-sale", 0));
        }
    }
    let mut view = terminal("front");
    view.notices = vec![Explanation::new("explain-maintenance-wanted", Fault::Nobody)];
    view.payment = Some(payment(Stage::AtTerminal));
    let mut hand = tale.at(vec![view]);
    tale.sees(&hand, &["explain-maintenance-wanted"]);
    hand.click("notice-read");
    tale.lacks(&hand, &["explain-maintenance-wanted"]);
    assert!(hand.feed(Message::CloseRequested).is_empty());
    tale.sees(&hand, &["window-leave-running", "window-leave-anyway", "window-stay"]);
    assert!(hand.click("stay").is_empty());
    tale.lacks(&hand, &["window-leave-running"]);
    hand.feed(Message::CloseRequested);
    assert_eq!(hand.click("leave"), [Effect::Close]);
    let mut hand = tale.at(vec![terminal("front")]);
    hand.control('p');
    tale.sees(&hand, &["window-nothing-to-reprint"]);
    hand.tell(desk::Message::RecentRead(Ok(vec![record("K7M2-41", "front")])));
    assert!(hand.control('p').contains(&Effect::ReadPayment(id("K7M2-41"))));
    assert_eq!(hand.feed(Message::CloseRequested), [Effect::Close]);
    the_last_payment_is_shown_alone(tale);
    the_content_comes_before_the_rail(tale);
    training_is_written_everywhere(tale);
}

fn the_last_payment_is_shown_alone(tale: &Tale) {
    let last = record("K7M2-41", "front");
    for place in [Place::Counter, Place::Unresolved, Place::History] {
        let mut hand = tale.at(vec![terminal("front")]);
        hand.tell(desk::Message::RecentRead(Ok(vec![last.clone()])));
        hand.go_to(place);
        assert_eq!(hand.control('p'), [Effect::ReadPayment(id("K7M2-41"))], "its page, and nothing of the list");
        told(&mut hand, dossier(last.clone()));
        assert!(hand.has("page-timeline"));
        assert_eq!(hand.control('p'), [Effect::ReadPayment(id("K7M2-41"))]);
        hand.tap(Named::Escape);
        assert_eq!(hand.desk().place(), place, "back to where the cashier was");
        hand.control('p');
        hand.control('f');
        assert!(hand.has("search") && !hand.sees_part("K7M2-41"), "nothing of it is left in the list");
    }
    let mut hand = tale.at(vec![terminal("front")]);
    hand.control('f');
    hand.type_into("search", "K7");
    assert!(hand.control('f').contains(&Effect::Focus("search")), "a new search");
    assert!(!hand.sees_part("K7"));
}

fn the_content_comes_before_the_rail(tale: &Tale) {
    for (place, first) in
        [(Place::Unresolved, "ask-K7M2-41"), (Place::Day, "day-now"), (Place::Settings, "import-file")]
    {
        let mut hand = tale.at(vec![in_doubt("front")]);
        hand.go_to(place);
        assert_eq!(hand.tap_focused(Named::Tab), [Effect::FocusNext]);
        assert_eq!(hand.focused(), Some(iced::widget::Id::from(first)), "{place:?}");
    }
}

fn training_is_written_everywhere(tale: &Tale) {
    let training = |stage: Option<Stage>| {
        let mut view = bench::training();
        view.payment = stage.map(payment);
        if let Some(payment) = &mut view.payment {
            payment.receipts = vec![receipt(Copy::Customer)];
        }
        view
    };
    for stage in [None, Some(Stage::Starting), Some(Stage::AtTerminal)] {
        tale.sees(&tale.at(vec![training(stage)]), &["window-training"]);
    }
    let mut hand = tale.at(vec![training(Some(Stage::Ended(approved(1250))))]);
    tale.sees(&hand, &["window-training-outcome", "receipt-training"]);
    for place in Place::RAIL {
        hand.go_to(place);
        tale.sees(&hand, &["window-training"]);
    }
}

pub fn support_asks_what_is_there(tale: &Tale) {
    let mut broken = terminal("back");
    broken.session = Some(Session::Offline(Explanation::new("explain-link-unreachable", Fault::Link)));
    broken.no_listener = Some("Address already in use".to_owned());
    broken.notices = vec![Explanation::new("explain-maintenance-wanted", Fault::Nobody)];
    let mut hand = tale.at(vec![terminal("front"), TerminalView { unresolved: in_doubt("back").unresolved, ..broken }]);
    assert_eq!(hand.tap(Named::F12), [Effect::ReadDiagnostics]);
    hand.tell(desk::Message::Diagnostics(diagnostics::Message::Read(Ok(gallery::facts()))));
    tale.sees(&hand, &["window-place-diagnostics", "window-state-ready", "window-state-offline"]);
    tale.sees(&hand, &["explain-link-unreachable", "explain-maintenance-wanted"]);
    tale.reads(&hand, &tale.with("window-diagnostics-kilobytes", &[("number", "10")]));
    for words in ["9.9.9 (linux)", "K7M2", "/var/lib/checkstand", "41", "nexo", "Ingenico", "Address already in use"] {
        tale.reads(&hand, words);
    }
    support_is_given_a_bundle_and_longer_logs(tale, &mut hand);
    hand.tell(desk::Message::Diagnostics(diagnostics::Message::Read(Err("journal-locked".to_owned()))));
    tale.sees(&hand, &["journal-locked"]);
    assert!(hand.click("back").is_empty() && hand.has("start"));
}

fn support_is_given_a_bundle_and_longer_logs(tale: &Tale, hand: &mut Hand) {
    let tell = |hand: &mut Hand, message| hand.tell(desk::Message::Diagnostics(message));
    tale.sees(hand, &["window-bundle-hint", "window-bundle-make", "window-log-detail", "window-log-usual"]);
    assert_eq!(hand.click("make-bundle"), [Effect::MakeBundle]);
    tale.sees(hand, &["window-bundle-making"]);
    assert!(hand.click("make-bundle").is_empty(), "one at a time");
    tell(hand, diagnostics::Message::BundleMade(Ok("/home/ada/bundle.zip".to_owned())));
    tale.reads(hand, &tale.with("window-bundle-made", &[("file", "/home/ada/bundle.zip")]));
    hand.click("make-bundle");
    let full = [("file", "/home/ada/bundle.zip"), ("problem", "No space left on device")];
    let words = full.map(|(name, words)| (name, Placeable::Words(words.to_owned()))).to_vec();
    let problem = Problem { placeables: words, ..Problem::new("cli-bundle-unwritable") };
    tell(hand, diagnostics::Message::BundleMade(Err(problem)));
    tale.reads(hand, &tale.with("cli-bundle-unwritable", &full));
    for part in Part::ALL {
        tale.sees(hand, &[&format!("window-log-part-{part}")]);
    }
    tell(hand, diagnostics::Message::DetailPicked(Part::Links, true));
    tell(hand, diagnostics::Message::DetailKept(Ok(vec![Part::Links])));
    tale.sees(hand, &["window-log-more"]);
    tell(hand, diagnostics::Message::DetailKept(Err(Problem::new("window-log-not-kept"))));
    tale.sees(hand, &["window-log-not-kept"]);
}

pub fn the_till_is_a_terminal_of_the_cloud(tale: &Tale) {
    let mut hand = tale.at(vec![terminal("front"), cloud::online()]);
    tale.sees(&hand, &["window-pos-online"]);
    hand.tap(Named::F6);
    tale.sees(&hand, &["window-face-number", "window-pos-online"]);
    tale.reads(&hand, "77031594");
    tale.reads(&hand, &tale.with("window-face-through", &[("terminal", "front")]));
    assert!(!hand.has("connect-again") && !hand.has("start") && hand.typewrite("1250").is_empty());
    hand.tell(desk::Message::TerminalChanged(Arc::new(cloud::offline())));
    tale.sees(&hand, &["window-pos-offline", "explain-link-refused", "window-connect"]);
    tale.lacks(&hand, &["window-pos-online"]);
    assert_eq!(hand.click("connect-again"), [Effect::Connect { terminal: "cloud".to_owned() }]);
    hand.tab_to("connect-again");
    assert_eq!(hand.tap_focused(Named::Enter), [Effect::Connect { terminal: "cloud".to_owned() }]);
    for (session, key) in [
        (None, "window-state-not-yet"),
        (Some(Session::Connecting), "window-state-connecting"),
        (Some(Session::Maintenance), "window-state-maintenance"),
    ] {
        hand.tell(desk::Message::TerminalChanged(Arc::new(cloud::cloud(session))));
        tale.sees(&hand, &["window-pos-offline", key]);
    }
    hand.tap(Named::F5);
    assert!(hand.has("start"));
}
