//! One thing that is wrong in a settings file, with its place in the file and what stands there.

use std::fmt;

use crate::protocols::protocol::{FieldError, FieldProblem};

/// The longest line that is shown, in characters.
const SHOWN_AT_MOST: usize = 120;
/// How many lines around the wrong one are shown, above and below.
const AROUND: usize = 2;

/// Line and column as editors count them, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultPlace {
    pub line: usize,
    pub column: usize,
}

impl FaultPlace {
    /// Of the byte at this offset.
    pub(super) fn at(text: &str, offset: usize) -> FaultPlace {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        FaultPlace { line, column }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// `None` where something is missing.
    pub place: Option<FaultPlace>,
    pub what: WrongSetting,
    /// The lines around the place with their numbers, the column marked below its line; empty without a place.
    pub lines: Vec<String>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongSetting {
    /// The parser's own words.
    Malformed(String),
    UnknownProtocol {
        terminal: String,
        protocol: String,
    },
    Field {
        terminal: String,
        error: FieldError,
    },
    /// A second terminal of a name.
    SameName(String),
    /// The program's own name for something else.
    ReservedName(String),
    UnusableName(String),
    /// A second printer of a name.
    SamePrinter(String),
    UnusablePrinterName(String),
    /// A printer without an address, device or queue.
    NoWayToPrinter(String),
    /// Receipts are to be printed on one that is not set up.
    NoSuchPrinter(String),
}

impl WrongSetting {
    /// Whether all other terminals can be used in spite of it. Without printers payments are taken too.
    pub fn is_of_one_thing(&self) -> bool {
        matches!(self, WrongSetting::UnknownProtocol { .. } | WrongSetting::Field { .. }) || self.is_of_printers()
    }

    fn is_of_printers(&self) -> bool {
        matches!(
            self,
            WrongSetting::SamePrinter(_)
                | WrongSetting::UnusablePrinterName(_)
                | WrongSetting::NoWayToPrinter(_)
                | WrongSetting::NoSuchPrinter(_)
        )
    }

    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            WrongSetting::Malformed(_) => "settings-fault-malformed",
            WrongSetting::UnknownProtocol { .. } => "settings-fault-unknown-protocol",
            WrongSetting::Field { error, .. } => match error.problem {
                FieldProblem::Missing => "settings-fault-field-missing",
                FieldProblem::Invalid => "settings-fault-field-invalid",
                FieldProblem::Unknown => "settings-fault-field-unknown",
                FieldProblem::Secret => "settings-fault-field-secret",
            },
            WrongSetting::SameName(_) => "settings-fault-same-name",
            WrongSetting::ReservedName(_) => "settings-fault-reserved-name",
            WrongSetting::UnusableName(_) => "settings-fault-unusable-name",
            WrongSetting::SamePrinter(_) => "settings-fault-same-printer",
            WrongSetting::UnusablePrinterName(_) => "settings-fault-unusable-printer-name",
            WrongSetting::NoWayToPrinter(_) => "settings-fault-no-way-to-printer",
            WrongSetting::NoSuchPrinter(_) => "settings-fault-no-such-printer",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            WrongSetting::Malformed(problem) => vec![("problem", problem.clone())],
            WrongSetting::UnknownProtocol { terminal, protocol } => {
                vec![("terminal", terminal.clone()), ("protocol", protocol.clone())]
            }
            WrongSetting::Field { terminal, error } => {
                vec![("terminal", terminal.clone()), ("field", error.field.clone())]
            }
            WrongSetting::SameName(terminal)
            | WrongSetting::ReservedName(terminal)
            | WrongSetting::UnusableName(terminal) => vec![("terminal", terminal.clone())],
            WrongSetting::SamePrinter(printer)
            | WrongSetting::UnusablePrinterName(printer)
            | WrongSetting::NoWayToPrinter(printer)
            | WrongSetting::NoSuchPrinter(printer) => vec![("printer", printer.clone())],
        }
    }
}

impl SettingsFault {
    pub(super) fn of_parser(cause: &serde_json::Error, text: &str) -> SettingsFault {
        let words = cause.to_string();
        let words = words.split(" at line ").next().unwrap_or_default().to_owned();
        let line = text.split('\n').nth(cause.line().saturating_sub(1)).unwrap_or_default();
        // The parser counts bytes, and stops behind what it did not like.
        let column = line.get(..cause.column().saturating_sub(1)).unwrap_or(line).chars().count() + 1;
        let place = FaultPlace { line: cause.line().max(1), column };
        SettingsFault::new(Some(place), WrongSetting::Malformed(words), text, &[])
    }

    /// `secret`: the names of fields whose values are shown to nobody, should somebody have written them into the file.
    pub(super) fn new(place: Option<FaultPlace>, what: WrongSetting, text: &str, secret: &[&str]) -> SettingsFault {
        let lines = place.map(|place| shown(text, place, secret)).unwrap_or_default();
        SettingsFault { place, what, lines }
    }
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(FaultPlace { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        let named: Vec<_> = self.what.placeables().into_iter().map(|(_, text)| text).collect();
        f.write_str(&named.join(", "))
    }
}

fn shown(text: &str, place: FaultPlace, secret: &[&str]) -> Vec<String> {
    let first = place.line.saturating_sub(AROUND).max(1);
    let mut lines = Vec::new();
    for (number, line) in text.split('\n').enumerate().map(|(at, line)| (at + 1, line)).skip(first - 1) {
        if number > place.line + AROUND {
            break;
        }
        let (line, start) = window(&discreet(line.trim_end(), secret), (number == place.line).then_some(place.column));
        lines.push(format!("{number:>4} | {line}"));
        if number == place.line {
            lines.push(format!("     | {}^", " ".repeat((place.column - 1).saturating_sub(start).min(SHOWN_AT_MOST))));
        }
    }
    lines
}

/// What of a long line is shown, around this column, and how many characters before it are not.
fn window(line: &str, column: Option<usize>) -> (String, usize) {
    let start = column.map_or(0, |column| column.saturating_sub(SHOWN_AT_MOST / 2));
    let start = if line.chars().count() <= SHOWN_AT_MOST { 0 } else { start };
    (line.chars().skip(start).take(SHOWN_AT_MOST).map(|c| if c == '\t' { ' ' } else { c }).collect(), start)
}

/// A line on which a secret stands in plain sight is not repeated.
fn discreet(line: &str, secret: &[&str]) -> String {
    let names = |line: &str, name: &&str| line.contains(&format!("\"{name}\""));
    match secret
        .iter()
        .filter(|name| names(line, name))
        .map(|name| line.find(*name).unwrap_or(0) + name.len() + 1)
        .min()
    {
        Some(end) => format!("{}: ***", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"a\": 1,\n\t\"é\": 5\n}\n";

    #[test]
    fn a_place_is_counted_as_editors_count() {
        assert_eq!(FaultPlace::at(TEXT, 0), FaultPlace { line: 1, column: 1 });
        let five = TEXT.find('5').unwrap();
        assert_eq!(FaultPlace::at(TEXT, five), FaultPlace { line: 3, column: 7 });
        assert_eq!(FaultPlace::at(TEXT, 1_000).line, 5);
    }

    #[test]
    fn the_lines_around_are_shown_and_the_column_is_marked() {
        let place = FaultPlace { line: 3, column: 7 };
        let fault = SettingsFault::new(Some(place), WrongSetting::SameName("a".to_owned()), TEXT, &[]);
        assert_eq!(
            fault.lines,
            ["   1 | {", "   2 |   \"a\": 1,", "   3 |  \"é\": 5", "     |       ^", "   4 | }", "   5 | "]
        );
        assert_eq!(fault.to_string(), "line 3, column 7: a");
    }

    #[test]
    fn a_secret_that_somebody_wrote_into_the_file_is_not_repeated() {
        let text = "{\n \"host\": \"x\", \"api_key\": \"hunter2\", \"port\": \"1\"\n}";
        let place = FaultPlace { line: 2, column: 3 };
        let lines = SettingsFault::new(Some(place), WrongSetting::SameName("a".to_owned()), text, &["api_key"]).lines;
        assert_eq!(lines[1], "   2 |  \"host\": \"x\", \"api_key\": ***");
    }

    #[test]
    fn a_line_without_end_is_cut_around_its_column() {
        let text = format!("{}5{}", " ".repeat(9_000), "x".repeat(9_000));
        let place = FaultPlace { line: 1, column: 9_001 };
        let lines = SettingsFault::new(Some(place), WrongSetting::SameName("a".to_owned()), &text, &[]).lines;
        assert_eq!(lines[0].find('5'), lines[1].find('^'));
        assert!(lines.iter().all(|line| line.len() <= SHOWN_AT_MOST + 7), "{lines:?}");
    }
}
