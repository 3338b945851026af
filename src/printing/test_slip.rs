//! What a printer is tried with: everything a receipt may need of it.

use crate::receipts::{Slip, Weight};
use crate::texts::Texts;

/// Of the languages that receipts can have, and the signs of their money.
const LETTERS: [&str; 6] = [
    "English  £ 1.50",
    "Deutsch  ÄÖÜ äöü ß € 1,50",
    "Svenska  ÅÄÖ åäö é kr 1,50",
    "Español  ÁÉÍÓÚÜÑ áéíóúüñ ¿? ¡!",
    "Français  ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ àâçéèêëîïôœùûüÿ",
    "Suomi  ÅÄÖ åäö š ž",
];
const CODE: &str = "https://example.com/checkstand";

/// For the printer of this name.
pub fn test_slip(name: &str, texts: &Texts) -> Slip {
    let mut slip = Slip::default();
    slip.centred(&texts.get("printer-test-title"), Weight::Large);
    slip.centred(name, Weight::Tall);
    slip.rule(true);
    for letters in LETTERS {
        slip.row(letters, "", Weight::Plain);
    }
    slip.rule(false);
    for (key, weight) in [
        ("printer-test-plain", Weight::Plain),
        ("printer-test-bold", Weight::Bold),
        ("printer-test-tall", Weight::Tall),
        ("printer-test-large", Weight::Large),
    ] {
        slip.row(&texts.get(key), "123", weight);
    }
    slip.rule(false);
    slip.qr_code(CODE);
    slip.feed();
    slip.centred(&texts.get("printer-test-end"), Weight::Plain);
    slip.cut();
    slip
}
