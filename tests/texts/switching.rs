//! From one locale to another while the window is open.

use std::time::Instant;

use checkstand::texts::{LOCALES, Texts};

#[test]
fn every_locale_can_be_chosen_by_its_tag_and_speaks_its_own_language() {
    let titles: Vec<_> = Texts::locales().map(|(tag, name)| (Texts::new(Some(tag)), tag, name)).collect();
    for (texts, tag, name) in &titles {
        assert_eq!(texts.tag(), *tag);
        assert!(!name.is_empty());
        assert_eq!(texts.language().len(), 2);
    }
    assert_eq!(Texts::new(Some("en")).tag(), "en-GB");
    assert_eq!(Texts::new(Some("xx")).tag(), "en-GB");
}

#[test]
fn an_overlay_has_its_own_words_and_those_of_its_base() {
    let [british, american] = ["en-GB", "en-US"].map(|tag| Texts::new(Some(tag)));
    assert_eq!(british.get("window-opening-failed"), "The till cannot open");
    assert_eq!(american.get("window-opening-failed"), "The register cannot open");
    assert_eq!(american.get("window-day-read"), british.get("window-day-read"));
    assert_eq!(american.get("no-such-key"), "no-such-key");
}

#[test]
fn texts_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Texts>();
}

/// Said by the test, not held: a busy machine is no fault of the texts. 20 ms is what the window may take.
#[test]
fn a_locale_is_made_in_an_instant() {
    let mut quickest = LOCALES.iter().map(|locale| {
        let runs = (0..5).map(|_| {
            let begun = Instant::now();
            let texts = Texts::new(Some(locale.tag));
            (begun.elapsed(), texts.get("window-ok")).0
        });
        (locale.tag, runs.min().unwrap())
    });
    let slow: Vec<_> = quickest.by_ref().inspect(|(tag, time)| println!("{tag}: {time:?}")).collect();
    assert!(slow.iter().all(|(_, time)| time.as_millis() < 200), "{slow:?}");
}
