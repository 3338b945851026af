//! Laid out paper as text, for whoever has letters of one size only.

use super::layout::Laid;
use super::wrapping::{centre, wrap};

/// Lines of `columns` characters at most. Of pictures nothing is left, of codes what they say.
pub fn text_lines(laid: &[Laid], columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    laid.iter().flat_map(|laid| as_text(laid, columns)).collect()
}

fn as_text(laid: &Laid, columns: usize) -> Vec<String> {
    match laid {
        Laid::Text { text, weight, centred: false } if weight.times_wide() > 1 => {
            // Its letters are half as wide here; where it begins it stays.
            let indent = (text.chars().count() - text.trim_start().chars().count()) * weight.times_wide();
            let wide = format!("{}{}", " ".repeat(indent), text.trim_start());
            if wide.chars().count() <= columns { vec![wide] } else { wrap(text, columns) }
        }
        Laid::Text { text, centred, .. } => {
            let parts = if text.chars().count() > columns { wrap(text, columns) } else { vec![text.clone()] };
            parts.into_iter().map(|part| if *centred { centre(&part, columns) } else { part }).collect()
        }
        Laid::Rule { double } => vec![if *double { "=" } else { "-" }.repeat(columns)],
        Laid::Barcode(text) | Laid::QrCode(text) => wrap(text, columns),
        Laid::Feed => vec![String::new()],
        Laid::Picture(_) | Laid::Cut | Laid::OpenDrawer => Vec::new(),
    }
}
