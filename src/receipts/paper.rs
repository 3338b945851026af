//! Paper of so many characters a line: labels at the left, amounts at the right, nothing ever wider.

use crate::domain::PrintedLine;

/// What a row about the one above stands in by.
const INDENT: &str = "  ";

pub struct Paper {
    columns: usize,
    lines: Vec<PrintedLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    Bold,
    /// Bold and twice as high.
    Tall,
}

impl Paper {
    pub fn new(columns: usize) -> Paper {
        Paper { columns: columns.max(1), lines: Vec::new() }
    }

    pub fn into_lines(self) -> Vec<PrintedLine> {
        self.lines
    }

    pub fn centred(&mut self, text: &str, weight: Weight) {
        for line in wrap(text, self.columns) {
            self.push(line, weight, true);
        }
    }

    pub fn rule(&mut self, double: bool) {
        self.lines.push(PrintedLine::Rule { double });
    }

    /// Label at the left, value at the right of its last line.
    pub fn row(&mut self, label: &str, value: &str, weight: Weight) {
        self.indented_row("", label, value, weight);
    }

    /// The same, about the row above.
    pub fn detail(&mut self, label: &str, value: &str) {
        self.indented_row(INDENT, label, value, Weight::Plain);
    }

    fn indented_row(&mut self, indent: &str, label: &str, value: &str, weight: Weight) {
        let value_width = value.chars().count();
        let reserved = if value.is_empty() { 0 } else { value_width + 1 };
        let room = self.columns.saturating_sub(reserved + indent.chars().count());
        // Where amounts are long and the paper narrow, the amount has a line to itself.
        let shares_line = room * 3 >= self.columns;
        let room = if shares_line { room } else { self.columns.saturating_sub(indent.chars().count()) };
        let mut parts: Vec<String> = wrap(label, room).into_iter().map(|part| format!("{indent}{part}")).collect();
        if shares_line && !value.is_empty() {
            let last = parts.pop().unwrap_or_default();
            let gap = self.columns - value_width - last.chars().count();
            parts.push(format!("{last}{}{value}", " ".repeat(gap)));
        } else if !value.is_empty() {
            parts.extend(wrap(value, self.columns).into_iter().map(|part| right(&part, self.columns)));
        }
        for part in parts {
            self.push(part, weight, false);
        }
    }

    fn push(&mut self, text: String, weight: Weight, centred: bool) {
        // Printers know neither the no-break spaces of large amounts nor the minus sign.
        let text = text.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2212}', "-");
        let (bold, tall) = (weight != Weight::Plain, weight == Weight::Tall);
        self.lines.push(PrintedLine::Text { text, bold, tall, centred });
    }
}

pub fn centre(text: &str, columns: usize) -> String {
    let before = columns.saturating_sub(text.chars().count()) / 2;
    format!("{}{text}", " ".repeat(before))
}

fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(text.chars().count())))
}

/// In lines of `columns` characters at most, between words where there is a place, else inside them. No-break spaces are no
/// place. At least one line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().filter(|letter| !letter.is_control()).collect();
        if width > 0 && width + 1 + letters.len() > columns {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        for letter in letters {
            if width == columns {
                lines.push(std::mem::take(&mut line));
                width = 0;
            }
            line.push(letter);
            width += 1;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::receipts::plain;

    #[test]
    fn words_are_kept_whole_where_they_fit_and_cut_where_they_do_not() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("  ", 4), [""]);
    }

    #[test]
    fn a_long_label_leaves_its_amount_whole_and_at_the_right() {
        let mut paper = Paper::new(20);
        paper.row("Sandwich with everything", "1\u{a0}204.50", Weight::Plain);
        paper.row("Tip", "12345678901234567.89", Weight::Plain);
        let lines = plain(&paper.into_lines(), 20);
        let wanted = ["Sandwich", "with", "everything  1 204.50", "Tip", "12345678901234567.89"];
        assert_eq!(lines, wanted);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_the_paper_and_no_letter_is_lost(
            label in ".{0,90}", value in "[0-9]{0,40}", columns in 1..60_usize
        ) {
            let mut paper = Paper::new(columns);
            paper.row(&label, &value, Weight::Bold);
            paper.detail(&label, &value);
            paper.centred(&label, Weight::Tall);
            let lines = plain(&paper.into_lines(), columns);
            for line in &lines {
                prop_assert!(line.chars().count() <= columns, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
            let told: usize = lines.iter().map(|line| letters(line)).sum();
            prop_assert_eq!(told, letters(&label) * 3 + value.len() * 2);
        }
    }
}
