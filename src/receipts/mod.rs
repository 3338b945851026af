//! What the till itself puts on paper: the bill and its receipt, the shop's day, line by line, for a card machine's printer, a text or a
//! screen. Pure: texts in, lines out.

mod bill;
mod day;
mod paper;
mod tenders;

pub use bill::{BillCopy, bill_lines, bill_lines_in_zone};
pub use day::{day_close_lines, open_day_lines};

use crate::domain::PrintedLine;

/// The lines as text of `columns` characters at most, for whoever has letters of one size only.
pub fn plain(lines: &[PrintedLine], columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    lines.iter().flat_map(|line| as_text(line, columns)).collect()
}

fn as_text(line: &PrintedLine, columns: usize) -> Vec<String> {
    match line {
        PrintedLine::Text { text, centred, .. } => {
            let parts = if text.chars().count() > columns { paper::wrap(text, columns) } else { vec![text.clone()] };
            parts.into_iter().map(|part| if *centred { paper::centre(&part, columns) } else { part }).collect()
        }
        PrintedLine::Rule { double } => vec![if *double { "=" } else { "-" }.repeat(columns)],
        PrintedLine::Barcode(text) => paper::wrap(text, columns),
        PrintedLine::Feed => vec![String::new()],
    }
}
