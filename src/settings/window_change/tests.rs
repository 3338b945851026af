use std::fs;

use super::*;

fn every_change() -> Vec<WindowChange> {
    vec![
        WindowChange::Theme(ThemeChoice::HighContrast),
        WindowChange::TextSize(TextSize::Largest),
        WindowChange::Scale(Scale::of_percent(135)),
        WindowChange::Scale(None),
        WindowChange::Sounds(Loudness::Quiet),
        WindowChange::FullScreen(true),
        WindowChange::CustomerDisplay(CustomerDisplaySettings {
            on: true,
            x: -1024,
            full_screen: false,
            ..CustomerDisplaySettings::default()
        }),
        WindowChange::Language(Some("sv".to_owned())),
        WindowChange::Language(None),
        WindowChange::ShopName(Some("Café Linnéa".to_owned())),
        WindowChange::Currency(Some(Currency::SEK)),
        WindowChange::ShopName(None),
        WindowChange::Currency(None),
    ]
}

/// By hand, in an order and with gaps of its own, and from a program that knows more.
const BY_HAND: &str = r#"{
  "terminals": [ {"name": "front",   "protocol": "valor",
      "fields": {"host": "10.0.0.7"}} ],
  "loyalty": {"rate": 1.50, "on":true},
  "window": {"theme": "dark", "glow": [1, 2.50]},
  "default_terminal": "front"
}
"#;

#[test]
fn every_change_is_read_again_as_it_was_made_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    let mut expected = Settings::default();
    for change in every_change() {
        change.save(&file).unwrap();
        change.apply(&mut expected);
        assert_eq!(Settings::load(&file).unwrap(), expected, "after {change:?}");
    }
}

#[test]
fn what_is_written_by_hand_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    fs::write(&file, BY_HAND).unwrap();
    WindowChange::Scale(Scale::of_percent(150)).save(&file).unwrap();
    WindowChange::Theme(ThemeChoice::Light).save(&file).unwrap();
    WindowChange::Language(Some("fi".to_owned())).save(&file).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let expected = BY_HAND
        .replace(
            r#"{"theme": "dark", "glow": [1, 2.50]}"#,
            "{\n    \"theme\": \"light\",\n    \"glow\": [1, 2.50],\n    \"scale\": 1.5\n  }",
        )
        .replace("\"front\"\n}", "\"front\",\n  \"language\": \"fi\"\n}")
        .replacen("{\n", "{\n  \"version\": 1,\n", 1);
    assert_eq!(text, expected);
}

#[test]
fn what_a_newer_program_knows_survives_a_terminal_that_is_added() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    fs::write(&file, BY_HAND).unwrap();
    let settings = Settings::load(&file).unwrap();
    assert_eq!(settings.unknown_fields(), ["loyalty", "window.glow"]);
    settings.save(&file).unwrap();
    assert_eq!(Settings::load(&file).unwrap(), settings);
}

#[test]
fn a_file_that_is_broken_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    for broken in ["{\n \"terminals\": 5}", "[]", "", "{\"window\": {\"scale\": 9}}", "{\"window\": 1}"] {
        fs::write(&file, broken).unwrap();
        for change in every_change() {
            assert!(matches!(change.save(&file), Err(SettingsError::Faulty { .. })), "{change:?} of {broken}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), broken);
    }
}

#[test]
fn a_program_that_was_killed_while_it_wrote_leaves_the_old_settings_and_hinders_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    let change = WindowChange::Theme(ThemeChoice::Dark);
    change.save(&file).unwrap();
    let whole = fs::read(&file).unwrap();
    for written in 0..whole.len() {
        fs::write(file.with_extension("json.new"), &whole[..written]).unwrap();
        assert_eq!(Settings::load(&file).unwrap().window.theme, ThemeChoice::Dark);
    }
    WindowChange::FullScreen(true).save(&file).unwrap();
    let settings = Settings::load(&file).unwrap();
    assert!(settings.window.full_screen && settings.window.theme == ThemeChoice::Dark);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "the settings, their copy and the lock");
}

#[test]
fn a_folder_that_takes_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing").join("settings.json");
    let error = WindowChange::FullScreen(true).save(&file).unwrap_err();
    assert!(matches!(error, SettingsError::Unwritable { .. }), "{error}");
}

#[test]
fn a_shop_cannot_be_called_by_what_is_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    for name in ["", "two\nlines", &"x".repeat(65)] {
        let error = WindowChange::ShopName(Some(name.to_owned())).save(&file).unwrap_err();
        assert!(matches!(error, SettingsError::Unwritable { .. }), "{error}");
        assert!(!file.exists());
    }
}

#[test]
fn values_out_of_bounds_are_said_with_their_line_and_bounds() {
    let read = |window: &str| serde_json::from_str::<Settings>(&format!("{{\"window\":\n{window}}}"));
    let error = |window: &str| read(window).unwrap_err().to_string();
    assert!(error(r#"{"scale": 2.5}"#).contains("from 1.0 to 2.0"), "{}", error(r#"{"scale": 2.5}"#));
    assert!(error(r#"{"theme": "pink"}"#).contains("`high-contrast`"));
    let narrow = error(r#"{"customer_display": {"width": 10}}"#);
    assert!(narrow.contains("from 320") && narrow.contains("line 2"), "{narrow}");
    assert!(error(r#"{"customer_display": {"x": 99999}}"#).contains("16384"));
    assert_eq!(read("{}").unwrap(), Settings::default());
}

#[test]
fn what_an_older_version_kept_and_nothing_asks_any_more_is_read_without_a_word_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.json");
    fs::write(&file, r#"{"window": {"theme": "dark", "reduced_motion": true}}"#).unwrap();
    let settings = Settings::load(&file).unwrap();
    assert_eq!((settings.window.theme, settings.unknown_fields()), (ThemeChoice::Dark, Vec::new()));
    WindowChange::Theme(ThemeChoice::Light).save(&file).unwrap();
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept, serde_json::json!({ "version": 1, "window": { "theme": "light", "reduced_motion": true } }));
}
