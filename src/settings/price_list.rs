//! The price list in the data folder: a file of its own, replaced as a whole by each import.

use std::fs;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::replacing::replace;
use super::versioned::{Unbelieved, read_versioned};
use crate::domain::price_csv;
use crate::domain::price_list::PriceListError;
use crate::domain::{Currency, Money, PriceFaults, PriceItem, PriceList, TaxMode, TaxRate};

/// What this program writes; a newer one may write more.
const VERSION: u32 = 1;
/// In bytes; the longest list takes less.
const FILE_AT_MOST: u64 = 128 << 20;

/// The shop's price list, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPrices {
    pub list: PriceList,
    pub imported_at: Timestamp,
    /// The name of the file that was imported.
    pub source: String,
}

/// What keeps the price list from being read or kept. The text names the file.
#[derive(Debug, thiserror::Error)]
pub enum KeptPricesError {
    #[error("the price list in {file} cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    /// Somebody has changed it, or the disk has.
    #[error("the price list in {file} is damaged: {cause}")]
    Damaged { file: String, cause: String },
    #[error("the price list in {file} was written by a newer version of the program ({version})")]
    Newer { file: String, version: u32 },
    #[error("the price list in {file} cannot be saved: {cause}")]
    Unwritable { file: String, cause: String },
}

impl KeptPricesError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            KeptPricesError::Unreadable { .. } => "prices-kept-unreadable",
            KeptPricesError::Damaged { .. } => "prices-kept-damaged",
            KeptPricesError::Newer { .. } => "prices-kept-newer",
            KeptPricesError::Unwritable { .. } => "prices-kept-unwritable",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            KeptPricesError::Unreadable { file, cause }
            | KeptPricesError::Damaged { file, cause }
            | KeptPricesError::Unwritable { file, cause } => vec![("file", file.clone()), ("problem", cause.clone())],
            KeptPricesError::Newer { file, version } => {
                vec![("file", file.clone()), ("version", version.to_string())]
            }
        }
    }
}

/// Why a file is not taken over as the price list. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum PriceFileError {
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    /// What is wrong in it, line by line.
    #[error("the file has faults")]
    Faults(PriceFaults),
    #[error(transparent)]
    List(#[from] PriceListError),
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    currency: Currency,
    tax: TaxMode,
    imported_at: Timestamp,
    source: String,
    items: Vec<WrittenItem>,
}

#[derive(Serialize, Deserialize)]
struct WrittenItem {
    code: String,
    label: String,
    price_minor: i64,
    /// In thousandths of a percent.
    tax: u32,
}

impl KeptPrices {
    /// Reads a shop's own file (CSV). Keeps nothing of it yet.
    ///
    /// # Errors
    /// A [`PriceFileError`].
    pub fn of_csv(file: &Path, currency: Currency, tax: TaxMode) -> Result<KeptPrices, PriceFileError> {
        let mut bytes = Vec::new();
        // One byte more than a list may have tells that it has too many.
        fs::File::open(file)?.take(price_csv::FILE_AT_MOST as u64 + 1).read_to_end(&mut bytes)?;
        let items = price_csv::read(&bytes, currency).map_err(PriceFileError::Faults)?;
        let list = PriceList::new(currency, tax, items)?;
        let source = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        Ok(KeptPrices { list, imported_at: Timestamp::now(), source })
    }

    /// Reads the file; `None` while no list was imported.
    ///
    /// # Errors
    /// [`KeptPricesError`] for a file that is there and is no price list.
    pub fn load(file: &Path) -> Result<Option<KeptPrices>, KeptPricesError> {
        let written = read_versioned(file, FILE_AT_MOST, VERSION).map_err(|why| unbelieved(file, why))?;
        let kept = written.map(kept).transpose();
        kept.map_err(|cause| unbelieved(file, Unbelieved::Damaged(cause)))
    }

    /// Replaces the file.
    ///
    /// # Errors
    /// [`KeptPricesError::Unwritable`]; the list that was there is still there.
    pub fn save(&self, file: &Path) -> Result<(), KeptPricesError> {
        let unwritable = |cause: std::io::Error| KeptPricesError::Unwritable {
            file: file.display().to_string(),
            cause: cause.to_string(),
        };
        let items = self.list.items().iter().map(|item| WrittenItem {
            code: item.code.clone(),
            label: item.label.clone(),
            price_minor: item.price.minor(),
            tax: item.tax.thousandths(),
        });
        let written = Written {
            version: VERSION,
            currency: self.list.currency(),
            tax: self.list.tax(),
            imported_at: self.imported_at,
            source: self.source.clone(),
            items: items.collect(),
        };
        let mut text = serde_json::to_vec_pretty(&written).map_err(|error| unwritable(error.into()))?;
        text.push(b'\n');
        replace(file, &text).map_err(unwritable)
    }
}

fn unbelieved(file: &Path, why: Unbelieved) -> KeptPricesError {
    let file = file.display().to_string();
    match why {
        Unbelieved::Unreadable(cause) => KeptPricesError::Unreadable { file, cause },
        Unbelieved::Damaged(cause) => KeptPricesError::Damaged { file, cause },
        Unbelieved::Malformed(error) => KeptPricesError::Damaged { file, cause: error.to_string() },
        Unbelieved::Newer(version) => KeptPricesError::Newer { file, version },
    }
}

fn kept(written: Written) -> Result<KeptPrices, String> {
    let currency = written.currency;
    let items = written.items.into_iter().map(|item| {
        let tax = TaxRate::new(item.tax).map_err(|error| error.to_string())?;
        Ok(PriceItem { code: item.code, label: item.label, price: Money::new(item.price_minor, currency), tax })
    });
    let items: Vec<PriceItem> = items.collect::<Result<_, String>>()?;
    let list = PriceList::new(currency, written.tax, items).map_err(|error| error.to_string())?;
    Ok(KeptPrices { list, imported_at: written.imported_at, source: written.source })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn prices() -> KeptPrices {
        let item = PriceItem {
            code: "731".to_owned(),
            label: "Kaffe “mörk”".to_owned(),
            price: Money::new(4_950, Currency::SEK),
            tax: TaxRate::new(12_000).unwrap(),
        };
        KeptPrices {
            list: PriceList::new(Currency::SEK, TaxMode::Added, vec![item]).unwrap(),
            imported_at: "2026-03-14T09:42:31Z".parse().unwrap(),
            source: "prices.csv".to_owned(),
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prices.json");
        assert_eq!(KeptPrices::load(&file).unwrap(), None);
        prices().save(&file).unwrap();
        assert_eq!(KeptPrices::load(&file).unwrap(), Some(prices()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_file_says_where_and_a_newer_one_that_it_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prices.json");
        prices().save(&file).unwrap();
        let good = fs::read_to_string(&file).unwrap();
        for (from, to, named) in [
            ("\"price_minor\": 4950", "\"price_minor\": 49.5", "line 11"),
            ("\"price_minor\": 4950", "\"price_minor\": -1", "negative"),
            ("\"tax\": 12000", "\"tax\": 100001", "between 0 and 100"),
            ("\"tax\": \"added\"", "\"tax\": \"perhaps\"", "perhaps"),
            ("\"currency\": \"SEK\"", "\"currency\": \"XXX\"", "XXX"),
            ("\n}\n", "", "EOF"),
        ] {
            assert!(good.contains(from), "{from}");
            fs::write(&file, good.replace(from, to)).unwrap();
            let error = KeptPrices::load(&file).unwrap_err();
            let text = error.to_string();
            assert!(matches!(error, KeptPricesError::Damaged { .. }), "{error:?}");
            assert!(text.contains("prices.json") && text.contains(named), "{text}");
        }
        fs::write(&file, good.replace("\"version\": 1", "\"version\": 2")).unwrap();
        assert!(matches!(KeptPrices::load(&file), Err(KeptPricesError::Newer { version: 2, .. })));
        fs::write(&file, b"\xff\xfe").unwrap();
        assert!(matches!(KeptPrices::load(&file), Err(KeptPricesError::Damaged { .. })));
    }

    #[test]
    fn a_list_that_cannot_be_kept_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("gone").join("prices.json");
        assert!(matches!(prices().save(&nowhere), Err(KeptPricesError::Unwritable { .. })));
    }
}
