//! The shop's price list as a spreadsheet writes it: code, label, price and tax rate, separated by `,`, `;` or tabs.
//! Everything that is wrong is found at once, with its line; a list with a fault is no list.

mod fields;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use csv::StringRecord;

use super::money::{Currency, Money};
use super::price_fault::{Column, PriceFaults, PriceProblem};
use super::price_list::{CODE_AT_MOST, ITEMS_AT_MOST, PriceItem};
use super::tax_rate::TaxRate;
use fields::{label, price, quoted, tax, visible};
use rows::{Rows, line_ends};

/// In bytes.
pub const FILE_AT_MOST: usize = 16 << 20;

/// Tried in this order: a label has commas more often than semicolons, and tabs never.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What the columns may be called in the first line, in small letters.
const NAMES: [(Column, &[&str]); 4] = [
    (Column::Code, &["code", "barcode", "ean", "kod"]),
    (Column::Label, &["label", "name", "namn"]),
    (Column::Price, &["price", "pris"]),
    (Column::Tax, &["tax", "tax_rate", "tax rate", "vat", "moms"]),
];

/// Reads a whole file, with the prices in this currency.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Vec<PriceItem>, PriceFaults> {
    if bytes.len() > FILE_AT_MOST {
        return Err(PriceFaults::whole_file(PriceProblem::FileTooLarge { at_most: FILE_AT_MOST }));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let mut faults = PriceFaults::default();
        faults.push(1 + line_ends(&bytes[..error.valid_up_to()]), PriceProblem::NotUtf8);
        faults
    })?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reading = Reading::new(currency);
    reading.read(text);
    match reading.faults {
        faults if !faults.is_empty() => Err(faults),
        _ if reading.items.is_empty() => Err(PriceFaults::whole_file(PriceProblem::NoItems)),
        _ => Ok(reading.items),
    }
}

/// One file while it is read.
struct Reading {
    currency: Currency,
    items: Vec<PriceItem>,
    /// The line in which each code stands first.
    seen: HashMap<String, usize>,
    faults: PriceFaults,
}

/// Where the columns are.
struct Places {
    /// By [`Column`], in the order of its variants.
    at: [Option<usize>; 4],
    /// A row may have so many fields.
    fields: usize,
}

impl Places {
    fn of<'a>(&self, column: Column, row: &'a StringRecord) -> &'a str {
        self.at[column as usize].and_then(|place| row.get(place)).unwrap_or_default().trim()
    }
}

impl Reading {
    fn new(currency: Currency) -> Reading {
        Reading { currency, items: Vec::new(), seen: HashMap::new(), faults: PriceFaults::default() }
    }

    fn read(&mut self, text: &str) {
        let mut rows = Rows::of(text, self.separator(text));
        let Some((line, first)) = rows.next() else { return };
        let header = self.header(line, &first);
        if !self.faults.is_empty() {
            return;
        }
        let unnamed = header.is_none().then_some((line, first.clone()));
        let places = header.unwrap_or_else(|| usual(&first));
        for (place, (line, row)) in unnamed.into_iter().chain(rows).enumerate() {
            if place == ITEMS_AT_MOST {
                self.faults.push(line, PriceProblem::TooManyItems { at_most: ITEMS_AT_MOST });
                return;
            }
            self.row(line, &row, &places);
        }
    }

    /// The one by which the first line makes sense.
    fn separator(&self, text: &str) -> u8 {
        let first = |separator: u8| Rows::of(text, separator).next().map(|(_, row)| row).unwrap_or_default();
        let makes_sense = |separator: &u8| {
            let row = first(*separator);
            self.is_item(&row) || row.len() > 2 && row.iter().filter_map(named).count() > 1
        };
        let most = SEPARATORS.into_iter().max_by_key(|separator| first(*separator).len());
        SEPARATORS.into_iter().find(makes_sense).or(most).unwrap_or(b',')
    }

    /// Its third field is a price.
    fn is_item(&self, row: &StringRecord) -> bool {
        row.get(2).is_some_and(|price| Money::parse_typed(price.trim(), self.currency).is_ok())
    }

    /// Where the first line says that the columns are, if it names any. An item may be called “Name”; its price is a
    /// number all the same.
    fn header(&mut self, line: usize, first: &StringRecord) -> Option<Places> {
        let columns: Vec<Option<Column>> = first.iter().map(named).collect();
        if self.is_item(first) || columns.iter().all(Option::is_none) {
            return None;
        }
        let mut at = [None; 4];
        for (place, column) in columns.into_iter().enumerate() {
            let Some(column) = column else { continue };
            if at[column as usize].replace(place).is_some() {
                self.faults.push(line, PriceProblem::ColumnTwice(column));
            }
        }
        for column in [Column::Code, Column::Label, Column::Price] {
            if at[column as usize].is_none() {
                self.faults.push(line, PriceProblem::ColumnMissing(column));
            }
        }
        Some(Places { at, fields: first.len() })
    }

    fn row(&mut self, line: usize, row: &StringRecord, places: &Places) {
        // Spreadsheets fill rows up with empty fields.
        let fields =
            row.iter().enumerate().filter(|(_, field)| !field.trim().is_empty()).last().map_or(0, |(last, _)| last + 1);
        if fields > places.fields {
            self.faults.push(line, PriceProblem::TooManyFields { allowed: places.fields });
            return;
        }
        let [code, label, price, tax] = Column::ALL.map(|column| {
            let checked = visible(column, places.of(column, row));
            let read = checked.and_then(|text| self.field(line, column, text));
            read.map_err(|problem| self.faults.push(line, problem)).ok()
        });
        if let (Some(Field::Text(code)), Some(Field::Text(label)), Some(Field::Price(price)), Some(Field::Tax(tax))) =
            (code, label, price, tax)
        {
            self.items.push(PriceItem { code, label, price, tax });
        }
    }

    fn field(&mut self, line: usize, column: Column, text: &str) -> Result<Field, PriceProblem> {
        match column {
            Column::Code => self.code(line, text).map(Field::Text),
            Column::Label => label(text).map(Field::Text),
            Column::Price => price(text, self.currency).map(Field::Price),
            Column::Tax => tax(text).map(Field::Tax),
        }
    }

    fn code(&mut self, line: usize, text: &str) -> Result<String, PriceProblem> {
        match text.chars().count() {
            0 => return Err(PriceProblem::CodeMissing),
            1..=CODE_AT_MOST => {}
            _ => return Err(PriceProblem::CodeTooLong { at_most: CODE_AT_MOST }),
        }
        match self.seen.entry(text.to_owned()) {
            Entry::Occupied(first) => Err(PriceProblem::CodeTwice { code: quoted(text), first: *first.get() }),
            Entry::Vacant(free) => {
                free.insert(line);
                Ok(text.to_owned())
            }
        }
    }
}

enum Field {
    Text(String),
    Price(Money),
    Tax(TaxRate),
}

/// The column that is called so.
fn named(name: &str) -> Option<Column> {
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
}

/// Code, label, price and perhaps the tax, as many as the first line has.
fn usual(first: &StringRecord) -> Places {
    Places { at: [Some(0), Some(1), Some(2), Some(3)], fields: first.len().clamp(3, Column::ALL.len()) }
}
