//! Receipts on paper: every protocol's simulator × what a payment can come to × three widths × two languages, compared with
//! `tests/golden/receipt_papers`; what its reference makes mandatory; and what no paper may show.
//! `INSTA_UPDATE=always cargo test` writes the golden files anew. `receipt_papers/pictures.rs` has them as they are printed.
#![allow(clippy::unwrap_used)]

#[path = "receipt_papers/counter.rs"]
mod counter;
#[path = "receipt_papers/mandatory.rs"]
mod mandatory;
#[path = "receipt_papers/pictures.rs"]
mod pictures;
mod world;

use checkstand::domain::card::mask_but_last_four;
use checkstand::domain::receipt::Copy;
use checkstand::receipts::{Marks, ShopHead, card_slip, lay_out, text_lines};
use checkstand::texts::Texts;

use counter::{COUNTERS, Printed, every_scenario, outcomes};

/// What a customer may see of a card.
const DIGITS_AT_MOST: usize = 4;

fn head() -> ShopHead {
    ShopHead {
        name: Some("Fjällboden Norr".to_owned()),
        header: vec!["Storgatan 14, Östersund".to_owned()],
        tax_number: Some("559911-2233".to_owned()),
        footer: vec!["Tack och välkommen åter".to_owned()],
        logo: None,
    }
}

/// The slip line by line, none wider than the paper.
fn paper(printed: &Printed, language: &str, columns: usize) -> Vec<String> {
    let slip = card_slip(&printed.receipt, &head(), Marks::default(), &Texts::new(Some(language)));
    let lines = text_lines(&lay_out(&slip, columns), columns);
    let wide = lines.iter().find(|line| line.chars().count() > columns);
    assert_eq!(wide, None, "{}", printed.outcome);
    lines
}

fn picture(papers: &[Printed], language: &str, columns: usize) -> String {
    let mut picture = String::new();
    for printed in papers {
        picture.push_str(&format!("== {} · {:?}\n", printed.outcome, printed.receipt.copy));
        let lines = paper(printed, language, columns);
        lines.iter().for_each(|line| picture.push_str(&format!("|{line:<columns$}|\n")));
    }
    picture
}

#[test]
fn receipts_of_every_protocol_are_as_they_were_on_every_paper_and_in_two_languages() {
    for counter in COUNTERS {
        let papers = outcomes(counter);
        for (language, columns) in ["en", "sv"].into_iter().flat_map(|tag| [32, 42, 48].map(|columns| (tag, columns))) {
            insta::with_settings!({
                snapshot_path => "golden/receipt_papers",
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                let name = format!("{}-{language}-{columns}", counter.protocol);
                insta::assert_snapshot!(name, picture(&papers, language, columns));
            });
        }
    }
}

#[test]
fn nothing_that_is_mandatory_is_missing_on_any_paper() {
    for counter in COUNTERS {
        let mut facts = 0;
        for printed in every_scenario(counter) {
            let lines = paper(&printed, "en", 32).join("\n");
            for fact in mandatory::facts(counter.protocol, &printed) {
                let there = fact.ways.iter().any(|way| lines.contains(way.as_str()));
                let name = fact.name;
                assert!(there, "{} {}: {name} is not on\n{lines}", counter.protocol, printed.outcome);
                facts += 1;
            }
        }
        assert!(facts > 50, "{}: {facts}", counter.protocol);
    }
}

#[test]
fn every_end_that_needs_a_receipt_has_one_for_merchant_and_customer() {
    for counter in COUNTERS {
        let papers = outcomes(counter);
        for outcome in mandatory::with_receipts(counter.protocol) {
            for copy in mandatory::copies(counter.protocol, outcome) {
                let there = papers.iter().any(|printed| printed.outcome == *outcome && printed.receipt.copy == *copy);
                assert!(there, "{} has no {copy:?} copy of {outcome}", counter.protocol);
            }
        }
    }
}

#[test]
fn no_customers_paper_shows_more_than_four_digits_of_a_card_and_none_more_than_the_terminal_gave() {
    for counter in COUNTERS {
        for printed in every_scenario(counter) {
            for line in paper(&printed, "en", 48) {
                if printed.receipt.copy == Copy::Customer {
                    assert_eq!(mask_but_last_four(&line), line, "{}", printed.outcome);
                }
                let shown = digits_of_card(&line, &printed.last4);
                let given = printed.receipt.lines.iter().map(|line| digits_of_card(line, &printed.last4)).max();
                let most = if printed.receipt.copy == Copy::Customer { Some(DIGITS_AT_MOST) } else { given };
                assert!(shown <= most.unwrap_or_default(), "{}: {line}", printed.outcome);
            }
        }
    }
}

/// Digits of the number that ends so, with what hides the others between them.
fn digits_of_card(line: &str, last4: &str) -> usize {
    let Some(at) = line.find(last4).filter(|_| !last4.is_empty()) else { return 0 };
    let is_of_number = |letter: &char| letter.is_ascii_digit() || matches!(letter, '*' | 'x' | 'X' | ' ' | '-');
    let hides = |number: &str| number.contains(['*', 'x', 'X']);
    let before: String = line[..at].chars().rev().take_while(is_of_number).collect();
    let digits = if hides(&before) { before.chars().filter(char::is_ascii_digit).count() } else { 0 };
    digits + last4.len()
}
