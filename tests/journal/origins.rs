//! What somebody outside asked for is made once, and found again.

use checkstand::domain::{Origin, Whence};

use super::*;

/// The outside's name for this till.
const NUMBER: &str = "77031594";

fn asked_for(reference: &str, mut new: NewPayment) -> NewPayment {
    let (face, number, reference) = ("cloud".to_owned(), NUMBER.to_owned(), reference.to_owned());
    new.request.origin = Some(Box::new(Origin { from: Whence::Cloud, face, number, reference }));
    new
}

fn ended(journal: &mut Journal, new: NewPayment, event: PaymentEvent) -> PaymentId {
    let id = record(journal, new);
    let entries = [happened(&id, PaymentEvent::Transmitted, None), happened(&id, event, None)];
    assert_eq!(journal.commit(&entries).unwrap(), []);
    id
}

fn found(journal: &Journal, reference: &str) -> Vec<PaymentId> {
    journal.payments_from(NUMBER, reference).unwrap().into_iter().map(|record| record.id).collect()
}

#[test]
fn payments_are_found_by_the_outsides_own_reference() {
    let mut journal = Journal::open_in_memory().unwrap();
    approved(&mut journal, sale(100));
    let sold = approved(&mut journal, asked_for("a1-1", sale(100)));
    approved(&mut journal, asked_for("a1-2", sale(100)));
    let void = approved(&mut journal, asked_for("a1-1", about(&sold, Operation::Void, 100)));
    assert_eq!(found(&journal, "a1-1"), [sold, void]);
    assert_eq!(found(&journal, "A1-1"), []);
    assert!(journal.payments_from("77031595", "a1-1").unwrap().is_empty());
}

#[test]
fn a_first_transaction_is_recorded_once_whatever_became_of_it() {
    for event in [PaymentEvent::Approved, PaymentEvent::Declined, PaymentEvent::NotCharged, PaymentEvent::Lost] {
        let mut journal = Journal::open_in_memory().unwrap();
        let made = ended(&mut journal, asked_for("a1-1", sale(100)), event);
        // on another terminal as well, and for another amount
        let again = NewPayment { terminal: "bar".to_owned(), ..asked_for("a1-1", sale(200)) };
        assert_eq!(journal.record(again).unwrap_err(), JournalError::Repeated { payment: made.clone() }, "{event:?}");
        assert_eq!(found(&journal, "a1-1"), [made]);
    }
}

#[test]
fn a_void_that_was_declined_may_be_tried_again_and_one_that_may_have_worked_not() {
    let mut journal = Journal::open_in_memory().unwrap();
    let sold = approved(&mut journal, asked_for("a1-1", sale(100)));
    let void = || asked_for("a1-1", about(&sold, Operation::Void, 100));
    ended(&mut journal, void(), PaymentEvent::Declined);
    ended(&mut journal, void(), PaymentEvent::NotCharged);
    let doubtful = ended(&mut journal, void(), PaymentEvent::Lost);
    assert_eq!(journal.record(void()).unwrap_err(), JournalError::Repeated { payment: doubtful.clone() });
    journal.commit(&[happened(&doubtful, PaymentEvent::Approved, None)]).unwrap();
    assert_eq!(journal.record(void()).unwrap_err(), JournalError::Repeated { payment: doubtful });
}

#[test]
fn another_reference_another_face_and_the_cashier_are_not_in_the_way() {
    let mut journal = Journal::open_in_memory().unwrap();
    ended(&mut journal, asked_for("a1-1", sale(100)), PaymentEvent::Declined);
    ended(&mut journal, asked_for("a1-2", sale(100)), PaymentEvent::Declined);
    ended(&mut journal, asked_for("a1-1", request(Operation::Refund, 100)), PaymentEvent::Declined);
    let mut elsewhere = asked_for("a1-1", sale(100));
    elsewhere.request.origin.as_mut().unwrap().number = "77031595".to_owned();
    ended(&mut journal, elsewhere, PaymentEvent::Declined);
    ended(&mut journal, sale(100), PaymentEvent::Declined);
    ended(&mut journal, sale(100), PaymentEvent::Declined);
}

#[test]
fn a_journal_of_the_third_format_is_brought_up_to_date_and_finds_what_was_asked_for_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    approved(&mut journal, sale(100));
    let sold = approved(&mut journal, asked_for("a1-1", sale(100)));
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    let older = "DROP INDEX payments_origin; PRAGMA user_version = 3;";
    connection.execute_batch(&[WITHOUT_OPERATORS, WITHOUT_DAYS, WITHOUT_BILLS, older].concat()).unwrap();
    drop(connection);
    let journal = Journal::open_reading(dir.path()).unwrap();
    assert_eq!(found(&journal, "a1-1"), std::slice::from_ref(&sold));
    drop(journal);
    let mut journal = Journal::open(dir.path()).unwrap();
    assert_eq!(journal.record(asked_for("a1-1", sale(100))).unwrap_err(), JournalError::Repeated { payment: sold });
}

#[test]
fn a_terminal_of_theirs_that_has_another_name_here_by_now_is_the_same_one() {
    let mut journal = Journal::open_in_memory().unwrap();
    let sold = approved(&mut journal, asked_for("a1-1", sale(100)));
    let mut renamed = asked_for("a1-1", sale(100));
    renamed.request.origin.as_mut().unwrap().face = "cloud at the door".to_owned();
    assert_eq!(journal.record(renamed).unwrap_err(), JournalError::Repeated { payment: sold });
}

#[test]
fn an_old_payment_that_is_damaged_does_not_keep_the_journal_from_being_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    for _ in 0..300 {
        approved(&mut journal, sale(100));
    }
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    let older = "DROP INDEX payments_origin; DROP TRIGGER payments_final; PRAGMA user_version = 3;
        UPDATE payments SET request = '{' || request WHERE seq = 1;";
    connection.execute_batch(&[WITHOUT_OPERATORS, WITHOUT_DAYS, WITHOUT_BILLS, older].concat()).unwrap();
    drop(connection);
    let opened = Journal::open(dir.path());
    assert!(opened.is_ok(), "{:?}", opened.err());
}
