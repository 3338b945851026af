//! Receipts as the terminal made them, line by line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::card::{mask_but_last_four, mask_card_numbers};

/// To sign on, as terminals draw it.
const OWN_LINES: [&str; 2] = [".....", "_____"];

/// Bytes of a number that is printed as a code.
const CODE_AT_MOST: usize = 100;

/// Of a line's letters. What is absent is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineStyle {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// Twice as high.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tall: bool,
    /// Twice as wide.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wide: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copy {
    Merchant,
    Customer,
}

/// One copy of a card receipt. Lines are kept as the terminal masked them; a clear number is masked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub copy: Copy,
    pub lines: Vec<String>,
    /// Lines of the till's own making: the line's place, and the Fluent id of what stands before it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<usize, String>,
    /// How the terminal wants its lines printed, by their places; lines that are not named are plain.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub styles: BTreeMap<usize, LineStyle>,
    /// What has to be on the paper for a scanner as well: a number by which the payment is found again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The customer has to sign this copy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signature_line: bool,
    /// The terminal does not print it, so that the till has to hand it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_till: bool,
}

impl Receipt {
    pub fn new(copy: Copy, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().map(|line| mask_card_numbers(&line)).collect();
        let (labels, styles) = (BTreeMap::new(), BTreeMap::new());
        Receipt { copy, lines, labels, styles, code: None, signature_line: false, from_till: false }
    }

    /// Of a terminal that leaves paper to the till: the customer's copy is handed out, the merchant's only to be signed.
    pub fn on_the_tills_paper(mut self) -> Receipt {
        self.from_till = self.copy == Copy::Customer || self.signature_line;
        self
    }

    /// The lines as they may be shown and printed: on the customer's copy cards have their last four digits at most.
    pub fn shown_lines(&self) -> Vec<String> {
        match self.copy {
            Copy::Merchant => self.lines.clone(),
            Copy::Customer => self.lines.iter().map(|line| mask_but_last_four(line)).collect(),
        }
    }

    /// Whether a line to sign on has to be added: some terminals make their own.
    pub fn wants_signature_line(&self) -> bool {
        let has_own = self.lines.iter().any(|line| OWN_LINES.iter().any(|own| line.contains(own)));
        self.signature_line && !has_own
    }

    /// Puts a number on the paper as a code. Of what looks like a card's there is none: masked it would lead nowhere.
    pub fn to_scan(&mut self, number: &str) {
        let number = number.trim();
        let is_usable = (1..=CODE_AT_MOST).contains(&number.len()) && !number.contains(char::is_control);
        self.code = (is_usable && mask_card_numbers(number) == number).then(|| number.to_owned());
    }

    /// Adds a line that is nothing but its label.
    pub fn heading(&mut self, key: &str) {
        self.labels.insert(self.lines.len(), key.to_owned());
        self.lines.push(String::new());
    }

    /// Adds a line with a label; an empty one is left out.
    pub fn label(&mut self, key: &str, text: &str) {
        if !text.trim().is_empty() {
            self.labels.insert(self.lines.len(), key.to_owned());
            self.lines.push(mask_card_numbers(text.trim()));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn receipts_of_older_journals_are_read_and_plain_ones_are_kept_as_they_were() {
        let old = r#"{"copy":"customer","lines":["CAFE"]}"#;
        let mut receipt: Receipt = serde_json::from_str(old).unwrap();
        assert_eq!(receipt, Receipt::new(Copy::Customer, ["CAFE".to_owned()]));
        assert_eq!(serde_json::to_string(&receipt).unwrap(), old);
        receipt.styles.insert(0, LineStyle { tall: true, ..LineStyle::default() });
        receipt.to_scan("4312070041");
        let kept = serde_json::to_string(&receipt).unwrap();
        assert!(kept.contains(r#""styles":{"0":{"tall":true}},"code":"4312070041""#), "{kept}");
        assert_eq!(serde_json::from_str::<Receipt>(&kept).unwrap(), receipt);
    }

    #[test]
    fn no_cards_number_becomes_a_code_and_none_is_endless() {
        let code = |number: &str| {
            let mut receipt = Receipt::new(Copy::Customer, []);
            receipt.to_scan(number);
            receipt.code
        };
        assert_eq!(code(" 4312070041 ").as_deref(), Some("4312070041"));
        for unusable in ["4111111111111111", "", " ", "a\u{1b}", &"7".repeat(101)] {
            assert_eq!(code(unusable), None, "{unusable}");
        }
    }

    #[test]
    fn a_line_to_sign_on_is_added_where_the_terminal_made_none() {
        let slip = |line: &str| Receipt { signature_line: true, ..Receipt::new(Copy::Merchant, [line.to_owned()]) };
        assert!(slip("SALE 10.00").wants_signature_line());
        assert!(!slip("SIGNATURE: .............").wants_signature_line());
        assert!(!Receipt::new(Copy::Merchant, ["SALE 10.00".to_owned()]).wants_signature_line());
    }
}
