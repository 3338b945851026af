//! A peer that repeats the terminal's secret: nothing that is kept or told has it, and the money is judged as ever.

use checkstand::domain::{PaymentId, Verdict};
use serde_json::{Value, json};

use super::desk::connect_cloud::{Paying, result, with};
use super::desk::payserver::{Sale, response};
use super::desk::{Desk, SECRET};

/// All that is known of the payment to the journal and to whoever looks.
fn known(desk: &Desk, id: &PaymentId) -> String {
    let journal = &desk.journal;
    let messages = journal.messages(id).unwrap();
    let bodies: Vec<String> = messages.iter().map(|message| format!("{message:?}")).collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {bodies:?}",
        desk.record(id),
        journal.events(id).unwrap(),
        journal.receipts(id).unwrap(),
        journal.memory("terminal").unwrap(),
        desk.station.view(),
        desk.signals,
        desk.conclusions
    )
}

#[track_caller]
fn is_discreet(desk: &Desk, id: &PaymentId) {
    let known = known(desk, id);
    assert!(known.contains("***"), "{known}");
    assert!(!known.to_lowercase().contains(SECRET), "{known}");
}

#[test]
fn a_cloud_that_repeats_the_key_in_every_word_of_an_approval_is_believed_and_not_repeated() {
    let mut sale = Paying::sale(1_000);
    sale.is_notified(SECRET);
    sale.fails(-32603, &format!("bad key {SECRET}"));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::InDoubt, None));
    is_discreet(&sale.desk, &sale.id);
    let members = ["userMessage", "authCode", "cardSchemeName"];
    let told = members.into_iter().fold(result("SUCCESSFUL", 1_000, "0042"), |told, member| {
        with(told, member, Value::from(format!("<{SECRET}>")))
    });
    let lines = json!([{ "type": "TEXT", "value": SECRET.to_uppercase() }]);
    sale.is_asked_and_says(&json!({ "result": with(told, "receiptLines", json!({ "MERCHANT": lines })) }));
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Approved, Some(1_000)));
    assert_eq!(sale.desk.journal.receipts(&sale.id).unwrap()[0].lines, ["***"]);
    is_discreet(&sale.desk, &sale.id);
}

#[test]
fn a_payserver_that_repeats_the_merchants_secret_is_believed_and_not_repeated() {
    let mut sale = Sale::under_way(1_000);
    sale.is_shown(true, &["Present card", SECRET]);
    let mut answer = response(&sale.tag, "ERROR", &sale.transaction("DECLINED", "DECLINED", "10.00"));
    answer["error"] = json!({ "type": "POS_TRANSACTION_DECLINED", "message": SECRET, "developerMessage": SECRET });
    sale.hears(&answer);
    assert_eq!(sale.desk.books(&sale.id), (Verdict::Declined, None));
    is_discreet(&sale.desk, &sale.id);
}
