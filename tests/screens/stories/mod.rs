//! What a cashier or an installer does on each screen and what they then see, told once and played in two languages.

mod tale;

pub mod account;
mod bill;
mod counter;
mod customer;
mod day;
mod doubt;
mod ending;
pub mod finding_again;
mod first_start;
pub mod handing_out;
mod history;
pub mod mailing;
mod people;
pub mod printers;
pub mod receipts;
mod running;
mod safe_mode;
pub mod searching;
mod shell;
mod splitting;
mod tables;
pub mod terminals;

use tale::{ENGLISH, GERMAN, Tale};

use super::*;

/// Each story once in each language, and the screens whose every text is read in it; behind `but` those that are not.
macro_rules! stories {
    ($($place:ident::$story:ident: $($screen:literal)*, but [$($but:literal),*];)+) => {
        $(mod $story {
            use super::*;

            fn told_in(language: &'static str) {
                let tale = Tale::told_in(language);
                $place::$story(&tale);
                tale.has_told(&[$($screen),*], &[$($but),*]);
            }

            #[test]
            fn in_english() {
                told_in(ENGLISH);
            }

            #[test]
            fn in_german() {
                told_in(GERMAN);
            }
        })+

        const TOLD: &[&str] = &[$($($screen,)*)+];
    };
}

stories! {
    shell::the_till_opens: "opening.rs", but [];
    safe_mode::settings_are_mended: "safe_mode.rs", but [];
    counter::amounts_are_rung_up_and_started: "ring_up.rs" "amount_entry.rs" "amount_field.rs" "today.rs", but [];
    bill::lines_are_rung_up_changed_and_paid: "bill.rs" "bill_edit.rs" "cash.rs" "settled.rs", but [];
    splitting::guests_pay_each_their_part: "split.rs" "split_shares.rs", but [];
    tables::bills_wait_at_tables: "park.rs" "tables.rs" "table_tiles.rs" "table_forms.rs", but ["window-table-unprintable"];
    running::a_payment_runs_and_asks: "payment.rs" "payment_heading.rs" "payment_question.rs" "payment_stop.rs" "terminal_mirror.rs" "time_left.rs" "signing.rs", but [];
    ending::a_payment_ends: "outcome.rs" "outcome_buttons.rs" "follow_up.rs", but [];
    doubt::a_payment_in_doubt_is_decided: "unresolved.rs", but [];
    history::payments_are_found_and_their_pages_read:
        "history.rs" "history_filters.rs" "history_rows.rs" "payment_page.rs" "payment_page_actions.rs"
        "payment_page_cash.rs" "payment_page_messages.rs" "payment_page_timeline.rs", but ["window-event-other"];
    day::the_shops_day_is_closed: "day.rs", but [];
    day::terminals_make_reports: "reports.rs", but [];
    shell::places_are_reached_and_left: , but [];
    shell::a_price_list_is_dropped_on_the_window: , but [];
    shell::an_installer_sets_the_window: "settings.rs", but [];
    account::an_account_says_its_terminals: "account_terminals.rs" "terminal_form_account.rs", but [];
    finding_again::a_terminal_is_found_again: "find_again.rs", but [];
    searching::an_installer_looks_for_terminals: "search.rs", but [];
    terminals::terminals_are_set_up:
        "terminals.rs" "terminal_family.rs" "terminal_form.rs" "terminal_fields.rs" "terminal_test.rs",
        but ["window-terminals-waiting"];
    printers::printers_are_set_up: "printers.rs" "printer_form.rs", but [];
    handing_out::receipts_are_handed_out_without_paper: "hand_out.rs", but [];
    mailing::a_mail_server_is_set_up: "mail_server.rs", but [];
    receipts::receipts_are_set_up: "receipts.rs" "receipt_preview.rs", but [];
    shell::support_asks_what_is_there: "diagnostics.rs" "support_tools.rs", but [];
    shell::the_till_is_a_terminal_of_the_cloud: "till_face.rs", but [];
    first_start::a_new_till_is_set_up: "guide.rs" "guide_steps.rs", but ["window-guide-operators-known"];
    people::a_cashier_signs_in_and_is_allowed_something: "sign_in.rs", but [];
    people::a_supervisor_manages_operators: "operators.rs", but [];
    customer::the_customer_is_told_what_to_do: "customer.rs", but [];
}

#[test]
fn no_screen_is_forgotten() {
    let files = std::fs::read_dir(tale::screens()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    files.retain(|name| name != "mod.rs");
    files.sort();
    let mut told = TOLD.to_vec();
    told.sort_unstable();
    assert_eq!(told, files);
}

/// Whoever reads along has good ears.
mod reading_along {
    use super::*;

    fn hears(texts: &[&str]) {
        let tale = Tale::told_in(GERMAN);
        let hand = tale.at(vec![terminal("front")]);
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        hand.reader.unwrap()(&texts);
    }

    #[test]
    fn its_own_language_and_what_is_in_none_is_heard_in_peace() {
        hears(&["Bereit", "front: Bereit", "12,50 SEK", "Corner Shop", "Ingenico", "order-17", "OK"]);
    }

    #[test]
    #[should_panic(expected = "window-state-ready")]
    fn the_other_language_is_noticed_inside_a_line() {
        hears(&["✔  front: Ready"]);
    }

    #[test]
    #[should_panic(expected = "a key is on the screen")]
    fn a_key_is_noticed() {
        hears(&["window-state-that-nobody-wrote"]);
    }

    #[test]
    #[should_panic(expected = "nothing was put into")]
    fn a_hole_is_noticed() {
        hears(&[&Tale::told_in(GERMAN).texts.get("window-start-sale")]);
    }

    #[test]
    #[should_panic(expected = "what is never read")]
    fn a_text_that_never_came_up_is_noticed() {
        Tale::told_in(GERMAN).has_told(&["opening.rs"], &[]);
    }
}
