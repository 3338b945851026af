//! Slips as the terminal made them, line by line and in its order (reference 4.10, 7.2).

use crate::domain::{Copy, LineStyle, Receipt};

use super::messages::{Format, LineKind, ReceiptLine, ResultWord, Transaction, Verification};

/// Usual on these printers; the reference does not say.
const COLUMNS: usize = 24;

/// Both slips, as far as the transaction has them.
pub fn receipts_of(transaction: &Transaction) -> Vec<Receipt> {
    let slips = &transaction.receipt_lines;
    let by_hand = transaction.verification == Some(Verification::Signature);
    // Nobody signs for what was given back or not taken.
    let signed = by_hand && matches!(transaction.result, None | Some(ResultWord::Successful));
    let copies = [(Copy::Merchant, &slips.merchant), (Copy::Customer, &slips.customer)];
    let there = copies.into_iter().filter(|(_, lines)| !lines.is_empty());
    there
        .map(|(copy, lines)| {
            let mut receipt = Receipt::new(copy, rendered(lines));
            receipt.styles = styles(lines).enumerate().filter(|(place, _)| *place < receipt.lines.len()).collect();
            receipt.styles.retain(|_, style| *style != LineStyle::default());
            // The terminal's slip has a line to sign on; this tells the cashier that it is wanted.
            receipt.signature_line = signed && copy == Copy::Merchant;
            receipt
        })
        .collect()
}

/// Lines as text. What follows the last line is no part of the slip.
pub fn rendered(lines: &[ReceiptLine]) -> Vec<String> {
    let mut rendered: Vec<String> = lines.iter().flat_map(line).collect();
    while rendered.last().is_some_and(String::is_empty) {
        rendered.pop();
    }
    rendered
}

/// How each of those lines is printed (4.10).
fn styles(lines: &[ReceiptLine]) -> impl Iterator<Item = LineStyle> {
    lines.iter().flat_map(|one| vec![style(one); line(one).len()])
}

fn style(line: &ReceiptLine) -> LineStyle {
    let has = |format| line.format.contains(&format);
    let is_boxed = matches!(line.kind, LineKind::BoxDecline | LineKind::BoxVoid);
    let bold = has(Format::Bold) || is_boxed;
    LineStyle { bold, tall: has(Format::DoubleHeight), wide: has(Format::DoubleWidth) }
}

fn line(line: &ReceiptLine) -> Vec<String> {
    match line.kind {
        LineKind::LineSeparatorSingle => vec!["-".repeat(COLUMNS)],
        LineKind::LineSeparatorDouble => vec!["=".repeat(COLUMNS)],
        LineKind::CarriageReturn | LineKind::TicketFeed => vec![String::new()],
        LineKind::BoxDecline => boxed(&line.value, "DECLINED"),
        LineKind::BoxVoid => boxed(&line.value, "VOID"),
        LineKind::Text
        | LineKind::Other(_)
        // No terminal sends these.
        | LineKind::ImageLogo
        | LineKind::BarcodeCode25
        | LineKind::BarcodeCode39
        | LineKind::BarcodeCode128 => vec![line.value.clone()],
    }
}

/// The word in a frame; the terminal's own where it has one.
fn boxed(value: &str, usual: &str) -> Vec<String> {
    let word = if value.trim().is_empty() { usual } else { value.trim() };
    let edge = "*".repeat(word.chars().count() + 4);
    vec![edge.clone(), format!("* {word} *"), edge]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::connect::messages::ReceiptLines;

    fn of_kind(kind: LineKind, value: &str) -> ReceiptLine {
        ReceiptLine { kind, ..ReceiptLine::text(value) }
    }

    #[test]
    fn a_slip_is_to_be_signed_until_the_payment_was_given_back() {
        let slips = || ReceiptLines { merchant: vec![ReceiptLine::text("SALE")], customer: Vec::new() };
        let to_sign = |result| {
            let verification = Some(Verification::Signature);
            let transaction = Transaction { result, verification, receipt_lines: slips(), ..Transaction::default() };
            receipts_of(&transaction)[0].signature_line
        };
        assert!(to_sign(None) && to_sign(Some(ResultWord::Successful)));
        assert!(!to_sign(Some(ResultWord::Void)) && !to_sign(Some(ResultWord::Declined)));
    }

    #[test]
    fn lines_keep_their_formats_by_their_places() {
        let format = vec![Format::Bold, Format::DoubleWidth];
        let merchant = vec![
            of_kind(LineKind::CarriageReturn, ""),
            ReceiptLine { format, ..ReceiptLine::text("THE COPPER KETTLE") },
            ReceiptLine::text("SALE            GBP 26.15"),
            ReceiptLine { format: vec![Format::DoubleHeight], ..ReceiptLine::text("TOTAL           GBP 26.15") },
            of_kind(LineKind::BoxVoid, ""),
            ReceiptLine { format: vec![Format::Bold], ..of_kind(LineKind::TicketFeed, "") },
        ];
        let slips = ReceiptLines { merchant, customer: Vec::new() };
        let receipt = &receipts_of(&Transaction { receipt_lines: slips, ..Transaction::default() })[0];
        let style = |bold, tall, wide| LineStyle { bold, tall, wide };
        let boxed = style(true, false, false);
        let wanted =
            [(1, style(true, false, true)), (3, style(false, true, false)), (4, boxed), (5, boxed), (6, boxed)];
        assert_eq!(receipt.styles.clone().into_iter().collect::<Vec<_>>(), wanted);
        assert_eq!((receipt.lines[1].as_str(), receipt.lines.len()), ("THE COPPER KETTLE", 7));
    }

    #[test]
    fn lines_are_kept_as_they_are_and_the_feed_at_the_end_is_left_out() {
        let merchant = vec![
            ReceiptLine::text("  THE COPPER KETTLE"),
            of_kind(LineKind::LineSeparatorSingle, ""),
            of_kind(LineKind::BoxDecline, ""),
            of_kind(LineKind::CarriageReturn, ""),
            ReceiptLine::text("SALE            GBP 26.15"),
            of_kind(LineKind::TicketFeed, ""),
        ];
        let slips = ReceiptLines { merchant, customer: Vec::new() };
        let receipts = receipts_of(&Transaction { receipt_lines: slips, ..Transaction::default() });
        assert_eq!(receipts.len(), 1);
        assert_eq!(
            receipts[0].lines,
            [
                "  THE COPPER KETTLE",
                "------------------------",
                "************",
                "* DECLINED *",
                "************",
                "",
                "SALE            GBP 26.15",
            ]
        );
    }
}
