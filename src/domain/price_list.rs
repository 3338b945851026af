//! What the shop sells and for how much: found by the code a scanner reads, searched by a person.

use std::collections::HashMap;

use super::money::{Currency, Money};
use super::tax_rate::{TaxMode, TaxRate};

/// Items of one list.
pub const ITEMS_AT_MOST: usize = 100_000;
/// In characters; as long as the longest code a scanner is heard out for.
pub const CODE_AT_MOST: usize = 128;
/// In characters.
pub const LABEL_AT_MOST: usize = 80;

/// One thing that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceItem {
    /// As on the barcode, or the shop's own number.
    pub code: String,
    pub label: String,
    /// Never negative.
    pub price: Money,
    pub tax: TaxRate,
}

/// Why items are no price list. Files of the shop's are read with better words: see `price_csv`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceListError {
    #[error("there are more than {ITEMS_AT_MOST} items")]
    TooManyItems,
    #[error("the code {0:?} is empty or too long")]
    Code(String),
    #[error("the code {0:?} stands there twice")]
    CodeTwice(String),
    #[error("the label of {0:?} is empty or too long")]
    Label(String),
    #[error("the price of {0:?} is negative")]
    Price(String),
    #[error("the price of {0:?} is in another currency")]
    Currency(String),
}

/// All items, in the order of the shop's file, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    currency: Currency,
    tax: TaxMode,
    items: Vec<PriceItem>,
    by_code: HashMap<String, usize>,
    /// Label and code of each item in small letters, so that a search need not make them anew for each key.
    searched: Vec<String>,
}

impl PriceList {
    /// # Errors
    /// An item that cannot be in a list, or a code that is there twice.
    pub fn new(currency: Currency, tax: TaxMode, items: Vec<PriceItem>) -> Result<PriceList, PriceListError> {
        if items.len() > ITEMS_AT_MOST {
            return Err(PriceListError::TooManyItems);
        }
        let mut by_code = HashMap::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            check(item, currency)?;
            if by_code.insert(item.code.clone(), place).is_some() {
                return Err(PriceListError::CodeTwice(item.code.clone()));
            }
        }
        let searched = items.iter().map(|item| format!("{}\n{}", item.label, item.code).to_lowercase()).collect();
        Ok(PriceList { currency, tax, items, by_code, searched })
    }

    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether the prices include the tax.
    pub fn tax(&self) -> TaxMode {
        self.tax
    }

    pub fn items(&self) -> &[PriceItem] {
        &self.items
    }

    /// The item with exactly this code.
    pub fn find(&self, code: &str) -> Option<&PriceItem> {
        self.by_code.get(code).and_then(|place| self.items.get(*place))
    }

    /// The first `limit` items in whose label or code the text occurs, in small or capital letters, in the list's order.
    /// An empty text is in all of them.
    pub fn search(&self, text: &str, limit: usize) -> Vec<&PriceItem> {
        let wanted = text.trim().to_lowercase();
        let found = self.items.iter().zip(&self.searched).filter(|(_, searched)| searched.contains(&wanted));
        found.map(|(item, _)| item).take(limit).collect()
    }
}

fn check(item: &PriceItem, currency: Currency) -> Result<(), PriceListError> {
    let fits = |text: &str, at_most: usize| !text.is_empty() && text.chars().count() <= at_most;
    let code = || item.code.clone();
    if !fits(&item.code, CODE_AT_MOST) {
        return Err(PriceListError::Code(code()));
    }
    if !fits(&item.label, LABEL_AT_MOST) {
        return Err(PriceListError::Label(code()));
    }
    if item.price.minor() < 0 {
        return Err(PriceListError::Price(code()));
    }
    if item.price.currency() != currency {
        return Err(PriceListError::Currency(code()));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn item(code: &str, label: &str, minor: i64) -> PriceItem {
        let price = Money::new(minor, Currency::SEK);
        PriceItem { code: code.to_owned(), label: label.to_owned(), price, tax: TaxRate::new(12_000).unwrap() }
    }

    fn list(items: &[(&str, &str)]) -> PriceList {
        let items = items.iter().map(|(code, label)| item(code, label, 100)).collect();
        PriceList::new(Currency::SEK, TaxMode::Included, items).unwrap()
    }

    fn codes(found: &[&PriceItem]) -> Vec<String> {
        found.iter().map(|item| item.code.clone()).collect()
    }

    #[test]
    fn an_item_is_found_by_its_exact_code_only() {
        let list = list(&[("A-1", "Coffee"), ("7310865004703", "Milk")]);
        assert_eq!(list.find("7310865004703").unwrap().label, "Milk");
        for other in ["a-1", "A-1 ", "731086500470", ""] {
            assert_eq!(list.find(other), None, "{other}");
        }
    }

    #[test]
    fn a_search_looks_into_labels_and_codes_whatever_the_case_and_keeps_the_order_and_the_bound() {
        let list = list(&[("1", "Kaffe Åre"), ("2", "Te"), ("K3", "Bulle"), ("4", "Iskaffe")]);
        assert_eq!(codes(&list.search("kaffe å", 10)), ["1"]);
        assert_eq!(codes(&list.search("KAFFE", 10)), ["1", "4"]);
        assert_eq!(codes(&list.search("k", 2)), ["1", "K3"]);
        assert_eq!(codes(&list.search("", 3)), ["1", "2", "K3"]);
        assert!(list.search("åre\n1", 10).len() <= 1 && list.search("milk", 10).is_empty());
    }

    #[test]
    fn what_is_no_price_list_is_refused() {
        let made = |items: Vec<PriceItem>| PriceList::new(Currency::SEK, TaxMode::Added, items).unwrap_err();
        assert_eq!(made(vec![item("1", "a", 0), item("1", "b", 0)]), PriceListError::CodeTwice("1".to_owned()));
        assert_eq!(made(vec![item("", "a", 0)]), PriceListError::Code(String::new()));
        assert_eq!(made(vec![item("1", &"å".repeat(81), 0)]), PriceListError::Label("1".to_owned()));
        assert_eq!(made(vec![item("1", "a", -1)]), PriceListError::Price("1".to_owned()));
        let euro = PriceItem { price: Money::new(1, Currency::EUR), ..item("1", "a", 0) };
        assert_eq!(made(vec![euro]), PriceListError::Currency("1".to_owned()));
    }
}
