//! Receipts on paper: every protocol's simulator × what a payment can come to × three widths × two languages, compared with
//! `tests/golden/receipt_papers`; what its reference makes mandatory; and what no paper may show.
//! `INSTA_UPDATE=always cargo test` writes the golden files anew. `receipt_papers/pictures.rs` has them as they are printed.
#![allow(clippy::unwrap_used)]

#[path = "receipt_papers/counter.rs"]
mod counter;
#[path = "receipt_papers/facts.rs"]
mod facts;
#[path = "receipt_papers/mandatory.rs"]
mod mandatory;
#[path = "receipt_papers/pictures.rs"]
mod pictures;
#[path = "receipt_papers/references.rs"]
mod references;
mod world;

use std::collections::BTreeMap;

use checkstand::domain::card::mask_but_last_four;
use checkstand::domain::receipt::Copy;
use checkstand::receipts::{Marks, ShopHead, card_slip, lay_out, text_lines};
use checkstand::texts::Texts;

use counter::{COUNTERS, OUTCOMES, Printed, every_scenario, outcomes, sale_with};

thread_local! {
    static TEXTS: BTreeMap<&'static str, Texts> = ["en", "sv"].map(|tag| (tag, Texts::new(Some(tag)))).into();
}

/// Ends of which no two look the same.
const ENDS: [&str; 4] = ["approved", "declined", "refund", "void"];

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
    let slip = TEXTS.with(|texts| card_slip(&printed.receipt, &head(), Marks::default(), &texts[language]));
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
                insta::assert_snapshot!(name, picture(papers, language, columns));
            });
        }
    }
}

#[test]
fn nothing_that_is_mandatory_is_missing_on_any_paper() {
    let mut missing = Vec::new();
    for counter in COUNTERS {
        let mut facts = 0;
        for printed in every_scenario(counter) {
            for columns in [32, 48] {
                let lines = paper(printed, "en", columns);
                for fact in mandatory::facts(counter.protocol, printed) {
                    facts += 1;
                    if !fact.is_on(&lines) {
                        let (copy, paper) = (printed.receipt.copy, lines.join("\n"));
                        let wanted = format!("{} ({}): {:?}", fact.name, fact.section, fact.ways);
                        missing.push(format!("{} {} {copy:?}: {wanted}\n{paper}\n", counter.protocol, printed.outcome));
                    }
                }
            }
        }
        assert!(facts > 1_000, "{}: {facts}", counter.protocol);
    }
    assert!(missing.is_empty(), "{} are missing\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn a_paper_that_lacks_or_hides_one_of_its_mandatory_lines_is_found_out() {
    let is_shown = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    for counter in COUNTERS {
        for printed in outcomes(counter) {
            let lines = paper(printed, "en", 48);
            let hidden: Vec<String> = lines.iter().map(|line| line.replace(is_shown, "*")).collect();
            for fact in mandatory::facts(counter.protocol, printed) {
                assert!(fact.is_on(&lines) && !fact.is_on(&fact.without(&lines)), "{fact:?}");
                assert!(!fact.is_on(&hidden), "{fact:?}");
            }
        }
    }
}

#[test]
fn no_paper_tells_of_another_end_than_its_own() {
    for counter in COUNTERS {
        let papers = outcomes(counter);
        let of = |end: &'static str| papers.iter().filter(move |printed| printed.outcome == end);
        for (own, other) in ENDS.into_iter().flat_map(|own| ENDS.map(|other| (own, other))).filter(|(a, b)| a != b) {
            // (p3) A void is a refund there, with the number of its sale.
            if (counter.protocol, own, other) == ("p3", "refund", "void") {
                continue;
            }
            for (told, seen) in of(own).zip(of(other)) {
                let lines = paper(seen, "en", 48);
                let facts = mandatory::facts(counter.protocol, told);
                let mut ends = facts.iter().filter(|fact| mandatory::OF_THE_END.contains(&fact.name));
                assert!(!ends.all(|fact| fact.is_on(&lines)), "{}: {own} on {other}", counter.protocol);
            }
        }
    }
}

#[test]
fn every_end_has_the_copies_that_its_reference_wants_and_no_others() {
    for counter in COUNTERS {
        let papers = outcomes(counter);
        for outcome in OUTCOMES {
            let printed = papers.iter().filter(|printed| printed.outcome == outcome);
            let copies: Vec<Copy> = printed.map(|printed| printed.receipt.copy).collect();
            assert_eq!(copies, mandatory::copies(counter.protocol, outcome), "{} {outcome}", counter.protocol);
        }
    }
}

#[test]
fn paper_is_left_to_the_till_where_the_terminal_was_told_to_print_none() {
    // (valor 5, PAPER_RECEIPT) What the portal has set up the till does not know: those terminals print themselves.
    for (setting, from_till) in [("none", true), ("paper", false), ("as-configured", false)] {
        let papers = sale_with("valor", ("paper_receipt", setting));
        let copies: Vec<(Copy, bool)> =
            papers.iter().map(|printed| (printed.receipt.copy, printed.receipt.from_till)).collect();
        // The merchant's is needed to be signed only, and valor's customers sign on the screen.
        assert_eq!(copies, [(Copy::Merchant, false), (Copy::Customer, from_till)], "{setting}");
    }
}

#[test]
fn a_terminals_own_lines_are_on_the_paper_as_they_are_and_in_their_order() {
    for counter in COUNTERS {
        for printed in outcomes(counter).iter().filter(|printed| printed.receipt.labels.is_empty()) {
            let lines = paper(printed, "en", 48);
            let margin = |line: &String| line.chars().take_while(|letter| *letter == ' ').count();
            let left = lines.iter().filter(|line| !line.is_empty()).map(margin).min().unwrap_or_default();
            let there: Vec<&str> = lines.iter().map(|line| line.get(left..).unwrap_or_default()).collect();
            let told = printed.receipt.shown_lines();
            assert_eq!(there[..told.len()], told, "{} {}", counter.protocol, printed.outcome);
        }
    }
}

#[test]
fn no_customers_paper_shows_more_than_four_digits_of_a_card_and_none_more_than_the_terminal_gave() {
    for counter in COUNTERS {
        for printed in every_scenario(counter) {
            for line in paper(printed, "en", 48) {
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
