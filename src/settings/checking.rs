//! What no terminal can be made of, although the file can be read: looked for as a whole, each fault with its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::value::RawValue;

use super::fault::{FaultPlace, SettingsFault, WrongSetting};
use super::file::{Settings, SettingsError, TerminalSettings};
use super::{printer_rules, reading};
use crate::protocols::protocol::{FieldError, FieldProblem, Protocol};

/// The longest name of a terminal, in characters.
pub const TERMINAL_NAME_AT_MOST: usize = 64;

/// What settings are held to; the protocols are not known here.
#[derive(Clone)]
pub struct SettingsRules {
    pub find: fn(&str) -> Option<&'static Protocol>,
    /// Names that no terminal may have.
    pub reserved: &'static [&'static str],
    /// The fields of all protocols that are secrets.
    pub secret: Vec<&'static str>,
}

/// Settings without a fault, and what stands in the file and is not understood.
#[derive(Debug)]
pub struct CheckedSettings {
    pub settings: Settings,
    pub unknown: Vec<(String, Option<FaultPlace>)>,
}

impl Settings {
    /// Reads the file and holds it to the rules; a file that does not exist is empty settings.
    ///
    /// # Errors
    /// As [`Settings::load`], and `Faulty` with everything that is wrong.
    pub fn load_checked(file: &Path, rules: &SettingsRules) -> Result<CheckedSettings, SettingsError> {
        match reading::text_of(file)? {
            Some(text) => check_settings(file, &text, rules),
            None => Ok(CheckedSettings { settings: Settings::default(), unknown: Vec::new() }),
        }
    }
}

impl Settings {
    /// The same for a till that starts: one terminal or printer that is set up wrongly keeps no other from working, and
    /// whoever opens the till is told which terminal it is.
    ///
    /// # Errors
    /// As [`Settings::load_checked`], but for faults of single terminals, and of printers.
    pub fn load_usable(file: &Path, rules: &SettingsRules) -> Result<Settings, SettingsError> {
        match Settings::load_checked(file, rules) {
            Ok(checked) => Ok(checked.settings),
            Err(error) if error.faults().iter().all(|fault| fault.what.is_of_one_thing()) => Settings::load(file),
            Err(error) => Err(error),
        }
    }
}

/// The same for a text; `file` is what errors call it.
///
/// # Errors
/// `Newer`, and `Faulty` with everything that is wrong.
pub fn check_settings(file: &Path, text: &str, rules: &SettingsRules) -> Result<CheckedSettings, SettingsError> {
    let settings = reading::settings(file, text).map_err(|error| match error {
        SettingsError::Faulty { file, faults } => {
            let of = |fault: SettingsFault| SettingsFault::new(fault.place, fault.what, text, &rules.secret);
            SettingsError::Faulty { file, faults: faults.into_iter().map(of).collect() }
        }
        other => other,
    })?;
    let faults = faults_of(&settings, text, rules);
    if !faults.is_empty() {
        return Err(SettingsError::Faulty { file: file.display().to_string(), faults });
    }
    let unknown = settings.unknown_fields();
    for field in &unknown {
        tracing::warn!(field, "the settings have a field that this program does not know");
    }
    let placed = |name: String| {
        let place = place_of_member(text, &name);
        (name, place)
    };
    Ok(CheckedSettings { unknown: unknown.into_iter().map(placed).collect(), settings })
}

fn faults_of(settings: &Settings, text: &str, rules: &SettingsRules) -> Vec<SettingsFault> {
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for (number, terminal) in settings.terminals.iter().enumerate() {
        let at = |rest: &[&str]| place(text, "terminals", number, rest);
        let mut say = |place, what| faults.push(SettingsFault::new(place, what, text, &rules.secret));
        if let Some(wrong) = wrong_name(&terminal.name, &mut names, rules) {
            say(at(&["name"]), wrong);
        }
        let Some(protocol) = (rules.find)(&terminal.protocol) else {
            let (terminal, protocol) = (terminal.name.clone(), terminal.protocol.clone());
            say(at(&["protocol"]), WrongSetting::UnknownProtocol { terminal, protocol });
            continue;
        };
        for error in wrong_fields(protocol, terminal) {
            let place = at(&["fields", &error.field]).or_else(|| at(&[]));
            say(place, WrongSetting::Field { terminal: terminal.name.clone(), error });
        }
    }
    faults.extend(printer_rules::wrong(settings).into_iter().map(|(path, what)| {
        let part = path.iter().try_fold(text, |part, name| part_of(part, name));
        SettingsFault::new(part.map(|part| offset_of(text, part)), what, text, &rules.secret)
    }));
    faults
}

fn wrong_name(name: &str, names: &mut BTreeSet<String>, rules: &SettingsRules) -> Option<WrongSetting> {
    let is_usable = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= TERMINAL_NAME_AT_MOST
        && !name.chars().any(char::is_control);
    if rules.reserved.contains(&name) {
        Some(WrongSetting::ReservedName(name.to_owned()))
    } else if !is_usable {
        Some(WrongSetting::UnusableName(name.to_owned()))
    } else if !names.insert(name.to_owned()) {
        Some(WrongSetting::SameName(name.to_owned()))
    } else {
        None
    }
}

/// The protocol tells one at a time: each is taken away, and the rest looked at again.
fn wrong_fields(protocol: &Protocol, terminal: &TerminalSettings) -> Vec<FieldError> {
    let mut fields = terminal.fields.clone();
    let mut wrong: Vec<FieldError> = Vec::new();
    while let Err(error) = protocol.checked(&fields) {
        let is_missing = error.problem == FieldProblem::Missing;
        fields.unset(&error.field);
        // What was taken away because it was wrong is not missing besides.
        if !is_missing || wrong.iter().all(|known| known.field != error.field) {
            wrong.push(error);
        }
        if is_missing {
            break;
        }
    }
    wrong
}

fn place(text: &str, list: &str, number: usize, path: &[&str]) -> Option<FaultPlace> {
    let items: Vec<&RawValue> = serde_json::from_str(member(text, list)?).ok()?;
    let item = items.get(number)?.get();
    let part = path.iter().try_fold(item, |part, name| member(part, name))?;
    Some(offset_of(text, part))
}

/// Where a member stands that is named with dots, as [`Settings::unknown_fields`] does.
fn place_of_member(text: &str, path: &str) -> Option<FaultPlace> {
    let (tables, name) = path.rsplit_once('.').map_or((None, path), |(tables, name)| (Some(tables), name));
    let table = tables.into_iter().flat_map(|tables| tables.split('.')).try_fold(text, part_of);
    let part = member(table?, name)?;
    Some(offset_of(text, part))
}

/// A member of an object, or an element of a list by its number.
fn part_of<'a>(whole: &'a str, name: &str) -> Option<&'a str> {
    member(whole, name).or_else(|| {
        let elements: Vec<&'a RawValue> = serde_json::from_str(whole).ok()?;
        elements.get(name.parse::<usize>().ok()?).map(|element| element.get())
    })
}

fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let mut members: BTreeMap<String, &'a RawValue> = serde_json::from_str(object).ok()?;
    members.remove(name).map(RawValue::get)
}

/// The part is a piece of the text, as the parser borrowed it.
fn offset_of(text: &str, part: &str) -> FaultPlace {
    FaultPlace::at(text, (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize))
}
