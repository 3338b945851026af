//! What printers have shown of themselves since the program began.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// No shop has more; of further ones nothing is remembered.
const PRINTERS_AT_MOST: usize = 64;

/// Shared by everybody who prints from one program.
#[derive(Debug, Default)]
pub struct PrinterHabits {
    /// Printers by address that answer how they are, and not when they are done.
    never_done: Mutex<BTreeSet<String>>,
}

impl PrinterHabits {
    /// Whether it is of no use to wait until this printer says that it is done.
    pub(super) fn never_says_done(&self, printer: &str) -> bool {
        self.never_done.lock().unwrap_or_else(PoisonError::into_inner).contains(printer)
    }

    /// It was asked when it is done, had time enough and no fault, and did not say.
    pub(super) fn did_not_say_done(&self, printer: String) {
        let mut never_done = self.never_done.lock().unwrap_or_else(PoisonError::into_inner);
        if never_done.len() < PRINTERS_AT_MOST {
            never_done.insert(printer);
        }
    }
}
