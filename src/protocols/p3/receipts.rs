//! A P3 receipt as lines (reference sections 4.9 and 9).

use crate::domain::{Copy, Receipt};

use super::messages::{self, ReceiptLine, Transaction};

/// Characters on a line of 58 mm paper.
const COLUMNS: usize = 32;

/// To be filled in by hand.
const BLANK: &str = "____________";

/// Lines of `data` in the order of section 9, around the groups of lines.
const BEFORE: [&str; 4] = ["RECEIPT_TYPE", "TRANSACTION_TYPE", "SUBJECT", "AMOUNT_AND_CURRENCY"];
const AFTER: [&str; 3] = ["STATUS_TEXT", "TIME", "DATE"];
/// Of a conversion, where there was one.
const CONVERSION: [&str; 4] =
    ["DCC_CONVERTED_AMOUNT_AND_CURRENCY", "DCC_CONVERSION_RATE", "DCC_MARKUP", "DCC_DISCLAIMER"];

/// Both copies, as far as the transaction has them.
pub fn receipts_of(transaction: &Transaction) -> Vec<Receipt> {
    let copies = [(Copy::Merchant, &transaction.merchant_receipt), (Copy::Customer, &transaction.customer_receipt)];
    let there = copies.into_iter().filter_map(|(copy, receipt)| Some((copy, receipt.as_ref()?)));
    there.map(|(copy, receipt)| rendered(copy, receipt)).filter(|receipt| !receipt.lines.is_empty()).collect()
}

fn rendered(copy: Copy, receipt: &messages::Receipt) -> Receipt {
    let mut lines = Vec::new();
    let group = |lines: &mut Vec<String>, group: &[ReceiptLine]| {
        lines.extend(group.iter().flat_map(line));
        if !group.is_empty() {
            lines.push(String::new());
        }
    };
    let named = |lines: &mut Vec<String>, keys: &[&str]| {
        lines.extend(keys.iter().filter_map(|key| receipt.line(key)).flat_map(line));
    };
    let merchant: Vec<String> = receipt.merchant_details.iter().map(|line| line.value.clone()).collect();
    if !merchant.is_empty() {
        lines.extend(merchant);
        lines.push(String::new());
    }
    named(&mut lines, &BEFORE);
    group(&mut lines, &receipt.payment_details);
    named(&mut lines, &AFTER);
    group(&mut lines, &receipt.clearing_details);
    named(&mut lines, &CONVERSION);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let mut rendered = Receipt::new(copy, lines);
    if receipt.tip_line_required {
        rendered.label("receipt-tip", BLANK);
        rendered.label("receipt-total", BLANK);
    }
    rendered.signature_line = receipt.signature_line_required;
    rendered
}

/// Label at the left, value at the right; on two lines where one is too short.
fn line(line: &ReceiptLine) -> Vec<String> {
    let (label, value) = (line.label.trim(), line.value.trim());
    let room = COLUMNS.saturating_sub(label.chars().count() + 1);
    match (label.is_empty(), value.is_empty()) {
        (_, true) => Vec::new(),
        (true, false) => vec![value.to_owned()],
        _ if value.chars().count() <= room => vec![format!("{label} {value:>room$}")],
        _ => vec![label.to_owned(), format!("{value:>COLUMNS$}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, label: &str, value: &str) -> ReceiptLine {
        ReceiptLine { key: key.to_owned(), label: label.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn lines_come_in_the_order_of_the_reference() {
        let merchant = messages::Receipt {
            data: vec![
                entry("STATUS_TEXT", "Status", "APPROVED"),
                entry("RECEIPT_TYPE", "Receipt", "Merchant Receipt"),
                entry("AMOUNT_AND_CURRENCY", "Amount", "23.50 EUR"),
                entry("DATE", "Date", "2025-01-03"),
                entry("TIME", "Time", "11:26"),
            ],
            merchant_details: vec![entry("MERCHANT_DETAILS_PUBLIC_NAME", "Merchant", "Shop Marktplatz")],
            payment_details: vec![entry("PAYMENT_DETAILS_MASKED_ACCOUNT", "Card", "**** 4242")],
            clearing_details: vec![entry("CLEARING_DETAILS_AUTHORIZATION_CODE", "Auth", "A1B2C3")],
            signature_line_required: true,
            tip_line_required: false,
        };
        let transaction = Transaction { merchant_receipt: Some(merchant), ..Transaction::default() };
        let receipts = receipts_of(&transaction);
        assert_eq!(receipts.len(), 1);
        assert!(receipts[0].signature_line);
        assert_eq!(
            receipts[0].lines,
            [
                "Shop Marktplatz",
                "",
                "Receipt         Merchant Receipt",
                "Amount                 23.50 EUR",
                "Card                   **** 4242",
                "",
                "Status                  APPROVED",
                "Time                       11:26",
                "Date                  2025-01-03",
                "Auth                      A1B2C3",
            ]
        );
    }
}
