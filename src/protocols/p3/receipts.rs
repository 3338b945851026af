//! A P3 receipt as lines (reference sections 4.9 and 9).

use crate::domain::{Copy, Receipt};

use super::messages::{self, ReceiptLine, Transaction, TransactionStatus};

/// Characters on a line of 58 mm paper.
const COLUMNS: usize = 32;

/// To be filled in by hand.
const BLANK: &str = "____________";

/// What the merchant's copy has to say of itself (section 9).
const MERCHANT_COPY: &str = "Merchant Receipt";
/// Lines of `data` in the order of section 9, around the groups of lines.
const RECEIPT_TYPE: &str = "RECEIPT_TYPE";
const BEFORE: [&str; 3] = ["TRANSACTION_TYPE", "SUBJECT", "AMOUNT_AND_CURRENCY"];
/// In words, and as the one word that says it.
const STATUS_TEXT: &str = "STATUS_TEXT";
const STATUS: &str = "STATUS";
const AFTER: [&str; 2] = ["TIME", "DATE"];
/// How the lines of each group begin, where they come in `data` only.
const MERCHANT_DETAILS: &str = "MERCHANT_DETAILS_";
const PAYMENT_DETAILS: &str = "PAYMENT_DETAILS_";
const CLEARING_DETAILS: &str = "CLEARING_DETAILS_";
/// Of a conversion, where there was one.
const CONVERSION: [&str; 4] =
    ["DCC_CONVERTED_AMOUNT_AND_CURRENCY", "DCC_CONVERSION_RATE", "DCC_MARKUP", "DCC_DISCLAIMER"];

/// Both copies, as far as the transaction has them.
pub fn receipts_of(transaction: &Transaction) -> Vec<Receipt> {
    let copies = [(Copy::Merchant, &transaction.merchant_receipt), (Copy::Customer, &transaction.customer_receipt)];
    let there = copies.into_iter().filter_map(|(copy, receipt)| Some((copy, receipt.as_ref()?)));
    let waits = transaction.status == Some(TransactionStatus::Accepted);
    there.filter_map(|(copy, receipt)| rendered(copy, receipt, waits)).collect()
}

/// None without lines. `waits`: it was taken offline, and nobody has authorised it yet.
fn rendered(copy: Copy, receipt: &messages::Receipt, waits: bool) -> Option<Receipt> {
    let mut page = Page { receipt, lines: Vec::new() };
    page.values(&receipt.merchant_details, MERCHANT_DETAILS);
    page.kind(copy);
    page.named(&BEFORE);
    page.group(&receipt.payment_details, PAYMENT_DETAILS);
    page.status();
    page.named(&AFTER);
    page.group(&receipt.clearing_details, CLEARING_DETAILS);
    page.named(&CONVERSION);
    let lines = page.finished()?;
    let mut rendered = Receipt::new(copy, lines);
    if waits {
        rendered.heading("receipt-not-yet-authorised");
    }
    if receipt.tip_line_required {
        rendered.label("receipt-tip", BLANK);
        rendered.label("receipt-total", BLANK);
    }
    rendered.signature_line = receipt.signature_line_required;
    // (9) Readers have no printer of their own.
    Some(rendered.on_the_tills_paper())
}

/// A copy as it grows, line by line.
struct Page<'a> {
    receipt: &'a messages::Receipt,
    lines: Vec<String>,
}

impl<'a> Page<'a> {
    /// The lines of a group; servers that send no groups have them in `data`.
    fn lines_of(&self, group: &'a [ReceiptLine], prefix: &str) -> Vec<&'a ReceiptLine> {
        match group.is_empty() {
            true => self.receipt.data.iter().filter(|line| line.key.starts_with(prefix)).collect(),
            false => group.iter().collect(),
        }
    }

    fn values(&mut self, group: &'a [ReceiptLine], prefix: &str) {
        let values = self.lines_of(group, prefix).into_iter().map(|line| line.value.trim().to_owned());
        self.block(values.filter(|value| !value.is_empty()).collect());
    }

    fn group(&mut self, group: &'a [ReceiptLine], prefix: &str) {
        let lines = self.lines_of(group, prefix).into_iter().flat_map(line).collect();
        self.block(lines);
    }

    /// With an empty line behind it.
    fn block(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.lines.extend(lines);
            self.lines.push(String::new());
        }
    }

    /// Whose copy it is; the merchant's has to say so whether the server does or not.
    fn kind(&mut self, copy: Copy) {
        let told = self.receipt.line(RECEIPT_TYPE).map(line).unwrap_or_default();
        let is_bare = self.receipt.data.is_empty() && self.receipt.payment_details.is_empty();
        if told.is_empty() && copy == Copy::Merchant && !is_bare {
            self.lines.push(MERCHANT_COPY.to_owned());
        }
        self.lines.extend(told);
    }

    /// Some servers' words tell the reason only: then the paper has to say as well that it was declined.
    fn status(&mut self) {
        self.named(&[STATUS_TEXT]);
        let value = |key| self.receipt.line(key).map(|line| line.value.to_ascii_uppercase()).unwrap_or_default();
        if !value(STATUS_TEXT).contains(&value(STATUS)) {
            self.named(&[STATUS]);
        }
    }

    fn named(&mut self, keys: &[&str]) {
        self.lines.extend(keys.iter().filter_map(|key| self.receipt.line(key)).flat_map(line));
    }

    /// None where nothing is on it.
    fn finished(mut self) -> Option<Vec<String>> {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        (!self.lines.is_empty()).then_some(self.lines)
    }
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

    fn of_data(data: Vec<ReceiptLine>) -> messages::Receipt {
        messages::Receipt { data, ..messages::Receipt::default() }
    }

    #[test]
    fn the_merchants_copy_says_that_it_is_and_groups_may_come_in_the_data_only() {
        let data = vec![
            entry("CLEARING_DETAILS_AUTHORIZATION_CODE", "Auth", "A1B2C3"),
            entry("PAYMENT_DETAILS_MASKED_ACCOUNT", "Card", "**** 4242"),
            entry("MERCHANT_DETAILS_PUBLIC_NAME", "Merchant", "Shop Marktplatz"),
            entry("STATUS", "Status", "APPROVED"),
        ];
        let (merchant_receipt, customer_receipt) = (Some(of_data(data.clone())), Some(of_data(data)));
        let both = receipts_of(&Transaction { merchant_receipt, customer_receipt, ..Transaction::default() });
        let wanted = [
            "Shop Marktplatz",
            "",
            "Merchant Receipt",
            "Card                   **** 4242",
            "",
            "Status                  APPROVED",
            "Auth                      A1B2C3",
        ];
        assert_eq!(both[0].lines, wanted);
        assert!(!both[1].lines.contains(&"Merchant Receipt".to_owned()));
    }

    #[test]
    fn what_was_taken_offline_says_that_it_is_not_yet_authorised() {
        let receipt = of_data(vec![entry("AMOUNT_AND_CURRENCY", "Amount", "23.50 EUR")]);
        let taken = |status| {
            let customer_receipt = Some(receipt.clone());
            receipts_of(&Transaction { status: Some(status), customer_receipt, ..Transaction::default() })
        };
        let says = |receipts: &[Receipt]| receipts[0].labels.values().any(|key| key == "receipt-not-yet-authorised");
        assert!(says(&taken(TransactionStatus::Accepted)));
        assert!(!says(&taken(TransactionStatus::Approved)));
    }

    #[test]
    fn a_copy_without_lines_is_none() {
        let empty = Some(messages::Receipt::default());
        let transaction =
            Transaction { merchant_receipt: empty.clone(), customer_receipt: empty, ..Transaction::default() };
        assert!(receipts_of(&transaction).is_empty());
    }
}
