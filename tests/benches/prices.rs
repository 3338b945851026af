//! What a cashier and an installer wait for with the longest price list there may be.

use checkstand::domain::price_list::ITEMS_AT_MOST;
use checkstand::domain::{Currency, PriceList, TaxMode, price_csv};
use divan::Bencher;

fn main() {
    divan::main();
}

fn file() -> String {
    (0..ITEMS_AT_MOST)
        .map(|number| format!("{number:013};Vara nummer {number} från grossisten;{number},50;12\n"))
        .collect()
}

fn list() -> PriceList {
    let items = price_csv::read(file().as_bytes(), Currency::SEK).expect("a list without faults");
    PriceList::new(Currency::SEK, TaxMode::Included, items).expect("a list")
}

#[divan::bench]
fn read_a_file(bencher: Bencher<'_, '_>) {
    let file = file();
    bencher.bench(|| price_csv::read(divan::black_box(file.as_bytes()), Currency::SEK));
}

/// The whole list is gone through.
#[divan::bench]
fn search_in_vain(bencher: Bencher<'_, '_>) {
    let list = list();
    bencher.bench(|| list.search(divan::black_box("mjölk"), 20).len());
}

#[divan::bench]
fn find_a_code(bencher: Bencher<'_, '_>) {
    let list = list();
    bencher.bench(|| list.find(divan::black_box("0000000099999")).is_some());
}
