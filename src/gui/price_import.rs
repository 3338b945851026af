//! A price list that is dropped onto the window: read whole, or refused whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::problem::{Placeable, Problem};
use crate::domain::{Currency, PriceFaults, PriceList, TaxMode};
use crate::settings::{KeptPrices, Places, PriceFileError};
use crate::texts::Texts;

/// Why the old list still holds.
#[derive(Debug, Clone)]
pub enum ImportFailure {
    /// What is wrong in the file, line by line.
    Faults(PriceFaults),
    /// The file cannot be read, or the list cannot be kept.
    Files(Problem),
}

/// Where lists are kept, and what the shop's prices are in.
#[derive(Debug, Clone)]
pub struct PriceImport {
    pub places: Places,
    pub currency: Currency,
}

impl PriceImport {
    /// Takes as long as the disk does.
    ///
    /// # Errors
    /// An [`ImportFailure`]; nothing of the file is taken then.
    pub fn import(&self, file: &Path) -> Result<Arc<PriceList>, ImportFailure> {
        let kept = KeptPrices::of_csv(file, self.currency, self.tax_mode()).map_err(|error| match error {
            PriceFileError::Faults(faults) => ImportFailure::Faults(faults),
            PriceFileError::Unreadable(error) => {
                let name = ("file", Placeable::Words(file.display().to_string()));
                let problem = Problem::with_detail("window-file-unreadable", error.to_string());
                ImportFailure::Files(Problem { placeables: vec![name], ..problem })
            }
            PriceFileError::List(error) => {
                ImportFailure::Files(Problem::with_detail("window-prices-refused", error.to_string()))
            }
        })?;
        kept.save(&self.places.prices_file()).map_err(|error| {
            let words = error.placeables().into_iter().map(|(name, words)| (name, Placeable::Words(words)));
            ImportFailure::Files(Problem { placeables: words.collect(), ..Problem::new(error.key()) })
        })?;
        Ok(Arc::new(kept.list))
    }

    /// As the list before had it: a shop does not change it with its prices.
    fn tax_mode(&self) -> TaxMode {
        let before = KeptPrices::load(&self.places.prices_file()).ok().flatten();
        before.map_or(TaxMode::default(), |before| before.list.tax())
    }
}

/// The window's part: beside its thread.
pub async fn import(import: PriceImport, file: PathBuf) -> Result<Arc<PriceList>, ImportFailure> {
    let done = tokio::task::spawn_blocking(move || import.import(&file)).await;
    done.unwrap_or_else(|error| {
        Err(ImportFailure::Files(Problem::with_detail("window-prices-refused", error.to_string())))
    })
}

impl ImportFailure {
    /// The first fault with its line, and how many there are; all of them are told by `checkstand prices check`.
    pub fn problem(&self, texts: &Texts) -> Problem {
        let faults = match self {
            ImportFailure::Files(problem) => return problem.clone(),
            ImportFailure::Faults(faults) => faults,
        };
        let first = faults.first.first().map(|fault| {
            let text = texts.with_words(fault.problem.key(), &fault.problem.placeables());
            match fault.line {
                Some(line) => texts.with("window-prices-fault", &[("line", &line.to_string()), ("text", &text)]),
                None => text,
            }
        });
        let total = ("faults", Placeable::Count(faults.total()));
        Problem { placeables: vec![total], detail: first, ..Problem::new("window-prices-faults") }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn dropped(folder: &Path, text: &str) -> Result<Arc<PriceList>, ImportFailure> {
        let file = folder.join("list.csv");
        std::fs::write(&file, text).unwrap();
        PriceImport { places: Places::in_folder(folder), currency: Currency::GBP }.import(&file)
    }

    #[test]
    fn a_list_that_is_dropped_is_kept_and_a_wrong_one_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let list = dropped(folder.path(), "code,label,price,tax\n1,Tea,2.50,20\n").unwrap();
        assert_eq!(list.items().len(), 1);
        let refused =
            dropped(folder.path(), "code,label,price,tax\n1,Tea,2.50,20\n2,,1.00,0\n3,Pen,x,0\n").unwrap_err();
        let problem = refused.problem(&Texts::new(Some("en")));
        assert_eq!(problem.placeables, [("faults", Placeable::Count(2))]);
        assert_eq!(problem.detail.as_deref(), Some("Line 3: The label is missing."));
        let kept = KeptPrices::load(&Places::in_folder(folder.path()).prices_file()).unwrap().unwrap();
        assert_eq!(kept.list.items().len(), 1);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let import = PriceImport { places: Places::in_folder(folder.path()), currency: Currency::GBP };
        let failure = import.import(&folder.path().join("none.csv")).unwrap_err();
        let problem = failure.problem(&Texts::new(Some("en")));
        assert!(problem.text(&Texts::new(Some("en"))).contains("none.csv"));
    }
}
