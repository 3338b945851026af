//! What keeps a price list from being taken: always the shop's file, named by line, and never half of it.

use super::money::Currency;

/// A column of the file, by the name that stands in its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    Code,
    Label,
    Price,
    Tax,
}

impl Column {
    pub const ALL: [Column; 4] = [Column::Code, Column::Label, Column::Price, Column::Tax];

    pub fn word(self) -> &'static str {
        match self {
            Column::Code => "code",
            Column::Label => "label",
            Column::Price => "price",
            Column::Tax => "tax",
        }
    }
}

/// One thing that is wrong with a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFault {
    /// Counted from 1, as editors count; absent where it is about the whole file.
    pub line: Option<usize>,
    pub problem: PriceProblem,
}

/// Texts are cut to [`PriceProblem::QUOTED_AT_MOST`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceProblem {
    /// More bytes than a list may have.
    FileTooLarge {
        at_most: usize,
    },
    /// Another encoding than UTF-8, Windows-1252 for example.
    NotUtf8,
    NoItems,
    TooManyItems {
        at_most: usize,
    },
    /// The first line names columns, and this one is not among them.
    ColumnMissing(Column),
    ColumnTwice(Column),
    /// More fields than the first line has: an unquoted decimal comma, for example.
    TooManyFields {
        allowed: usize,
    },
    CodeMissing,
    CodeTooLong {
        at_most: usize,
    },
    /// The same code stands in an earlier line.
    CodeTwice {
        code: String,
        first: usize,
    },
    LabelMissing,
    LabelTooLong {
        at_most: usize,
    },
    PriceMissing,
    PriceUnreadable(String),
    PriceNegative(String),
    PriceTooLarge(String),
    PriceDecimals {
        price: String,
        currency: Currency,
    },
    TaxUnreadable(String),
    TaxDecimals(String),
    TaxOutOfRange(String),
    /// NUL, a tab or another character nobody can see.
    ControlCharacter(Column),
    /// A quotation mark that is not closed, most likely.
    LineBreak(Column),
}

impl PriceProblem {
    /// How many characters of a field a fault repeats.
    pub const QUOTED_AT_MOST: usize = 40;

    /// For programs; the Fluent id is `prices-` and this with dashes.
    pub fn word(&self) -> &'static str {
        match self {
            PriceProblem::FileTooLarge { .. } => "file_too_large",
            PriceProblem::NotUtf8 => "not_utf8",
            PriceProblem::NoItems => "no_items",
            PriceProblem::TooManyItems { .. } => "too_many_items",
            PriceProblem::ColumnMissing(_) => "column_missing",
            PriceProblem::ColumnTwice(_) => "column_twice",
            PriceProblem::TooManyFields { .. } => "too_many_fields",
            PriceProblem::CodeMissing => "code_missing",
            PriceProblem::CodeTooLong { .. } => "code_too_long",
            PriceProblem::CodeTwice { .. } => "code_twice",
            PriceProblem::LabelMissing => "label_missing",
            PriceProblem::LabelTooLong { .. } => "label_too_long",
            PriceProblem::PriceMissing => "price_missing",
            PriceProblem::PriceUnreadable(_) => "price_unreadable",
            PriceProblem::PriceNegative(_) => "price_negative",
            PriceProblem::PriceTooLarge(_) => "price_too_large",
            PriceProblem::PriceDecimals { .. } => "price_decimals",
            PriceProblem::TaxUnreadable(_) => "tax_unreadable",
            PriceProblem::TaxDecimals(_) => "tax_decimals",
            PriceProblem::TaxOutOfRange(_) => "tax_out_of_range",
            PriceProblem::ControlCharacter(_) => "control_character",
            PriceProblem::LineBreak(_) => "line_break",
        }
    }

    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            PriceProblem::FileTooLarge { .. } => "prices-file-too-large",
            PriceProblem::NotUtf8 => "prices-not-utf8",
            PriceProblem::NoItems => "prices-no-items",
            PriceProblem::TooManyItems { .. } => "prices-too-many-items",
            PriceProblem::ColumnMissing(_) => "prices-column-missing",
            PriceProblem::ColumnTwice(_) => "prices-column-twice",
            PriceProblem::TooManyFields { .. } => "prices-too-many-fields",
            PriceProblem::CodeMissing => "prices-code-missing",
            PriceProblem::CodeTooLong { .. } => "prices-code-too-long",
            PriceProblem::CodeTwice { .. } => "prices-code-twice",
            PriceProblem::LabelMissing => "prices-label-missing",
            PriceProblem::LabelTooLong { .. } => "prices-label-too-long",
            PriceProblem::PriceMissing => "prices-price-missing",
            PriceProblem::PriceUnreadable(_) => "prices-price-unreadable",
            PriceProblem::PriceNegative(_) => "prices-price-negative",
            PriceProblem::PriceTooLarge(_) => "prices-price-too-large",
            PriceProblem::PriceDecimals { currency, .. } if currency.decimals() == 0 => "prices-price-no-decimals",
            PriceProblem::PriceDecimals { .. } => "prices-price-decimals",
            PriceProblem::TaxUnreadable(_) => "prices-tax-unreadable",
            PriceProblem::TaxDecimals(_) => "prices-tax-decimals",
            PriceProblem::TaxOutOfRange(_) => "prices-tax-out-of-range",
            PriceProblem::ControlCharacter(_) => "prices-control-character",
            PriceProblem::LineBreak(_) => "prices-line-break",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            PriceProblem::FileTooLarge { at_most } => vec![("mebibytes", (at_most >> 20).to_string())],
            PriceProblem::TooManyItems { at_most }
            | PriceProblem::CodeTooLong { at_most }
            | PriceProblem::LabelTooLong { at_most } => vec![("most", at_most.to_string())],
            PriceProblem::TooManyFields { allowed } => vec![("allowed", allowed.to_string())],
            PriceProblem::ColumnMissing(column)
            | PriceProblem::ColumnTwice(column)
            | PriceProblem::ControlCharacter(column)
            | PriceProblem::LineBreak(column) => vec![("column", column.word().to_owned())],
            PriceProblem::CodeTwice { code, first } => vec![("code", code.clone()), ("first", first.to_string())],
            PriceProblem::PriceUnreadable(price)
            | PriceProblem::PriceNegative(price)
            | PriceProblem::PriceTooLarge(price) => vec![("price", price.clone())],
            PriceProblem::PriceDecimals { price, currency } => vec![
                ("price", price.clone()),
                ("currency", currency.code().to_owned()),
                ("decimals", currency.decimals().to_string()),
            ],
            PriceProblem::TaxUnreadable(rate) | PriceProblem::TaxDecimals(rate) | PriceProblem::TaxOutOfRange(rate) => {
                vec![("rate", rate.clone())]
            }
            PriceProblem::NotUtf8
            | PriceProblem::NoItems
            | PriceProblem::CodeMissing
            | PriceProblem::LabelMissing
            | PriceProblem::PriceMissing => Vec::new(),
        }
    }
}

/// Everything that is wrong with one list, in the order of its lines; the first ones only, and how many more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceFaults {
    pub first: Vec<PriceFault>,
    pub more: usize,
}

impl PriceFaults {
    /// How many faults are kept with their lines.
    pub const KEPT_AT_MOST: usize = 50;

    /// One about the whole file.
    pub fn whole_file(problem: PriceProblem) -> PriceFaults {
        PriceFaults { first: vec![PriceFault { line: None, problem }], more: 0 }
    }

    pub fn push(&mut self, line: usize, problem: PriceProblem) {
        if self.first.len() < PriceFaults::KEPT_AT_MOST {
            self.first.push(PriceFault { line: Some(line), problem });
        } else {
            self.more += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The kept ones and the others.
    pub fn total(&self) -> usize {
        self.first.len() + self.more
    }
}
