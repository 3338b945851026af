//! A slip on paper of so many characters a line: nothing is ever wider.

use std::sync::Arc;

use super::bitmap::Bitmap;
use super::slip::{Piece, SetLine, Slip, Weight};
use super::wrapping::{cut, right, wrap};
use crate::domain::PrintedLine;

/// What a row about the one above stands in by.
const INDENT: &str = "  ";

/// One line of the paper, or one thing on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Laid {
    /// With its spaces at the left; what is centred has none, and is put in the middle by whoever draws it. Of large letters half as
    /// many have room.
    Text {
        text: String,
        weight: Weight,
        centred: bool,
    },
    Rule {
        double: bool,
    },
    /// In the middle.
    Picture(Arc<Bitmap>),
    /// In the middle.
    QrCode(String),
    /// Code 128, in the middle.
    Barcode(String),
    Feed,
    Cut,
    OpenDrawer,
}

impl Weight {
    /// How many of its letters have room where so many plain ones have.
    pub fn columns(self, columns: usize) -> usize {
        (columns / self.times_wide()).max(1)
    }
}

/// The slip in lines of `columns` characters at most.
pub fn lay_out(slip: &Slip, columns: usize) -> Vec<Laid> {
    let columns = columns.max(1);
    slip.pieces.iter().flat_map(|piece| laid(piece, columns)).collect()
}

fn laid(piece: &Piece, columns: usize) -> Vec<Laid> {
    match piece {
        Piece::Text { text, weight, centred } => {
            let line = |text| Laid::Text { text, weight: *weight, centred: *centred };
            wrap(text, weight.columns(columns)).into_iter().map(line).collect()
        }
        Piece::Block(lines) => block(lines, columns),
        Piece::Row { label, value, weight, indented } => {
            let indent = if *indented { INDENT } else { "" };
            let line = |text| Laid::Text { text, weight: *weight, centred: false };
            row(indent, label, value, weight.columns(columns)).into_iter().map(line).collect()
        }
        Piece::Rule { double } => vec![Laid::Rule { double: *double }],
        Piece::Picture(picture) => vec![Laid::Picture(picture.clone())],
        Piece::QrCode(text) => vec![Laid::QrCode(text.clone())],
        Piece::Barcode(text) => vec![Laid::Barcode(text.clone())],
        Piece::Feed => vec![Laid::Feed],
        Piece::Cut => vec![Laid::Cut],
        Piece::OpenDrawer => vec![Laid::OpenDrawer],
    }
}

fn block(lines: &[SetLine], columns: usize) -> Vec<Laid> {
    let parts = |line: &SetLine| {
        let (text, weight) = line.parts();
        let weight = with_room(text, weight, columns);
        cut(text, weight.columns(columns)).into_iter().map(move |part| (part, weight))
    };
    let lines: Vec<(String, Weight)> = lines.iter().flat_map(parts).collect();
    let width = |(text, weight): &(String, Weight)| text.chars().count() * weight.times_wide();
    let widest = lines.iter().map(width).max().unwrap_or_default();
    let times = lines.iter().map(|(_, weight)| weight.times_wide()).max().unwrap_or(1);
    // A margin that wide letters have too, so that all lines begin under each other.
    let margin = columns.saturating_sub(widest) / 2 / times * times;
    let line = |(text, weight): (String, Weight)| match text.is_empty() {
        true => Laid::Feed,
        false => Laid::Text { text: " ".repeat(margin / weight.times_wide()) + &text, weight, centred: false },
    };
    lines.into_iter().map(line).collect()
}

/// Letters are as wide as somebody wants them where their line has room, and never break it.
fn with_room(text: &str, weight: Weight, columns: usize) -> Weight {
    let fits = text.trim_end().chars().count() <= weight.columns(columns);
    if fits { weight } else { weight.narrow() }
}

fn row(indent: &str, label: &str, value: &str, columns: usize) -> Vec<String> {
    let value_width = value.chars().count();
    let reserved = if value.is_empty() { 0 } else { value_width + 1 };
    let room = columns.saturating_sub(reserved + indent.chars().count());
    // Where amounts are long and the paper narrow, the amount has a line to itself, unless the whole label has room beside it.
    let shares_line = room * 3 >= columns || (1..=room).contains(&label.chars().count());
    let room = if shares_line { room } else { columns.saturating_sub(indent.chars().count()) };
    let mut parts: Vec<String> = wrap(label, room).into_iter().map(|part| format!("{indent}{part}")).collect();
    if shares_line && !value.is_empty() {
        let last = parts.pop().unwrap_or_default();
        let gap = columns - value_width - last.chars().count();
        parts.push(format!("{last}{}{value}", " ".repeat(gap)));
    } else if !value.is_empty() {
        parts.extend(wrap(value, columns).into_iter().map(|part| right(&part, columns)));
    }
    parts
}

/// For the printer of a card machine, which knows no pictures and cuts its own paper.
pub fn printed_lines(laid: &[Laid]) -> Vec<PrintedLine> {
    laid.iter().filter_map(printed_line).collect()
}

fn printed_line(laid: &Laid) -> Option<PrintedLine> {
    match laid {
        Laid::Text { text, weight, centred } => Some(PrintedLine::Text {
            text: text.clone(),
            bold: *weight != Weight::Plain,
            tall: weight.times_high() > 1,
            centred: *centred,
        }),
        Laid::Rule { double } => Some(PrintedLine::Rule { double: *double }),
        Laid::Barcode(text) => Some(PrintedLine::Barcode(text.clone())),
        Laid::Feed => Some(PrintedLine::Feed),
        Laid::Picture(_) | Laid::QrCode(_) | Laid::Cut | Laid::OpenDrawer => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::receipts::text_lines;

    #[test]
    fn words_are_kept_whole_where_they_fit_and_cut_where_they_do_not() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("  ", 4), [""]);
    }

    #[test]
    fn a_long_label_leaves_its_amount_whole_and_at_the_right() {
        let mut slip = Slip::default();
        slip.row("Sandwich with everything", "1\u{a0}204.50", Weight::Plain);
        slip.row("Tip", "12345678901234567.89", Weight::Plain);
        let lines = text_lines(&lay_out(&slip, 20), 20);
        let mut wide = Slip::default();
        wide.row("", &"9".repeat(25), Weight::Plain);
        wide.row("Card", "Visa ************4242", Weight::Plain);
        let right = " ".repeat(15);
        let told = text_lines(&lay_out(&wide, 20), 20);
        assert_eq!(
            told,
            ["", &"9".repeat(20), &format!("{right}99999"), "Card", "                Visa", "    ************4242"]
        );
        assert_eq!(text_lines(&lay_out(&wide, 32), 32)[2], "Card       Visa ************4242");
        let wanted = ["Sandwich", "with", "everything  1 204.50", "Tip", "12345678901234567.89"];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn what_a_terminal_has_set_keeps_its_columns_and_stands_in_the_middle() {
        let mut slip = Slip::default();
        slip.block(["  CORNER CAFE".to_owned(), String::new(), "SALE      USD 18.40".to_owned()]);
        let lines = text_lines(&lay_out(&slip, 23), 23);
        assert_eq!(lines, ["    CORNER CAFE", "", "  SALE      USD 18.40"]);
        let narrow = text_lines(&lay_out(&slip, 10), 10);
        assert_eq!(narrow, ["  CORNER C", "AFE", "", "SALE      ", "USD 18.40"]);
    }

    #[test]
    fn wide_lines_begin_under_the_others() {
        let mut slip = Slip::default();
        slip.weighted_block([("CAFE".to_owned(), Weight::Wide), ("SALE   18.40".to_owned(), Weight::Plain)]);
        for columns in 12..20 {
            let begins = |line: &String| line.len() - line.trim_start().len();
            let lines = text_lines(&lay_out(&slip, columns), columns);
            assert_eq!(begins(&lines[0]), begins(&lines[1]), "{columns}");
        }
    }

    #[test]
    fn what_a_terminal_has_set_is_as_large_as_it_wants_where_there_is_room() {
        let mut slip = Slip::default();
        let line = |text: &str, weight| (text.to_owned(), weight);
        slip.weighted_block([
            line("  CAFE", Weight::Wide),
            line("SALE      USD 18.40", Weight::Plain),
            line("TOTAL     USD 18.40", Weight::Large),
        ]);
        let laid = lay_out(&slip, 23);
        let told = |text: &str, weight| Laid::Text { text: text.to_owned(), weight, centred: false };
        let wanted = [
            told("   CAFE", Weight::Wide),
            told("  SALE      USD 18.40", Weight::Plain),
            // For letters of twice the width there is no room: it stays one line.
            told("  TOTAL     USD 18.40", Weight::Tall),
        ];
        assert_eq!(laid, wanted);
        assert_eq!(text_lines(&laid, 23), ["      CAFE", "  SALE      USD 18.40", "  TOTAL     USD 18.40"]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_the_paper_and_no_letter_is_lost(
            label in ".{0,90}", value in "[0-9]{0,40}", columns in 1..60_usize
        ) {
            let mut slip = Slip::default();
            slip.row(&label, &value, Weight::Bold);
            slip.detail(&label, &value);
            slip.centred(&label, Weight::Tall);
            slip.weighted_block([(label.clone(), Weight::Wide)]);
            let mut large = Slip::default();
            large.centred(&label, Weight::Large);
            for laid in lay_out(&large, columns) {
                let Laid::Text { text, weight, .. } = laid else { continue };
                prop_assert!(text.chars().count() <= weight.columns(columns), "{text:?}");
            }
            let lines = text_lines(&lay_out(&slip, columns), columns);
            for line in &lines {
                prop_assert!(line.chars().count() <= columns, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
            let told: usize = lines.iter().map(|line| letters(line)).sum();
            prop_assert_eq!(told, letters(&label) * 4 + value.len() * 2);
        }
    }
}
