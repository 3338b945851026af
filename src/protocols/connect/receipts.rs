//! Slips as the terminal made them, line by line and in its order (reference 4.10, 7.2).

use crate::domain::{Copy, Receipt};

use super::messages::{LineKind, ReceiptLine, ResultWord, Transaction, Verification};

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
