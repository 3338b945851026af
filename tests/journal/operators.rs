//! Who did what is in the chain of the journal, and an older journal without it still fits.

use checkstand::domain::operator::{OperatorEvent, SignedOut, WrongPins};
use checkstand::domain::{BillChange, NewBill, NewLine, Right, Role};
use checkstand::journal::JournalHandle;
use jiff::SignedDuration;

use super::*;

fn did(journal: &mut Journal, name: &str, event: OperatorEvent) {
    journal.operator_did(name, &event, None, at()).unwrap();
}

fn wrong() -> OperatorEvent {
    OperatorEvent::WrongPin { right: None }
}

#[test]
fn wrong_pins_are_counted_up_to_the_right_one_whatever_comes_between() {
    let mut journal = Journal::open_in_memory().unwrap();
    assert_eq!(journal.wrong_pins("Ada").unwrap(), None);
    for seconds in 0..3 {
        journal.operator_did("Ada", &wrong(), None, at() + SignedDuration::from_secs(seconds)).unwrap();
        did(&mut journal, "Eve", wrong());
        did(&mut journal, "Ada", OperatorEvent::Refused { right: Right::Refund, what: "refund".to_owned() });
    }
    let last = at() + SignedDuration::from_secs(2);
    assert_eq!(journal.wrong_pins("Ada").unwrap(), Some(WrongPins { wrong: 3, last }));
    did(&mut journal, "Ada", OperatorEvent::SignedIn { role: Role::Cashier });
    assert_eq!(journal.wrong_pins("Ada").unwrap(), None);
    assert_eq!(journal.wrong_pins("Eve").unwrap().unwrap().wrong, 3);
    did(&mut journal, "Eve", OperatorEvent::PinSet);
    assert_eq!(journal.wrong_pins("Eve").unwrap(), None);
    assert!(journal.verify().unwrap().is_whole());
}

#[test]
fn wrong_pins_are_still_counted_after_a_restart_and_never_without_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    (0..40).for_each(|_| did(&mut journal, "Ada", wrong()));
    drop(journal);
    let counted = Journal::open(dir.path()).unwrap().wrong_pins("Ada").unwrap().unwrap();
    assert!((9..=40).contains(&counted.wrong), "{counted:?}");
}

#[tokio::test]
async fn everything_somebody_does_has_their_name_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let handle = JournalHandle::start(Journal::open(dir.path()).unwrap());
    let ada = || Some("Ada".to_owned());
    let opened = handle.change_as(ada(), |journal| journal.open_bill(NewBill::new(Currency::SEK), at())).await.unwrap();
    let id = opened.bill.id.clone();
    let line = NewLine::new("Tea", 1_000);
    let change = move |journal: &mut Journal| journal.change_bill(&id, &[BillChange::LineAdded { line }], at());
    handle.change_as(Some("Eve".to_owned()), change).await.unwrap();
    let mut sale = sale(500);
    sale.request.operator = ada();
    let sold = handle.record(sale).await.unwrap().id.clone();
    let payment = sold.clone();
    let cancelled = OperatorEvent::Cancelled { terminal: "Counter 1".to_owned() };
    handle
        .change_as(ada(), move |journal| journal.operator_did("Ada", &cancelled, Some(&payment), at()))
        .await
        .unwrap();
    handle.commit(vec![happened(&sold, PaymentEvent::Transmitted, None)]).await.unwrap();
    let doubt = happened(&sold, PaymentEvent::LeftInDoubt, Some(doubt()));
    handle.commit(vec![doubt]).await.unwrap();
    let decided = Decision { by: "Eve".to_owned(), ..decision(true) };
    handle.decide(sold.clone(), decided).await.unwrap();
    handle
        .change_as(Some("Eve".to_owned()), |journal| journal.close_shop_day(Some("Eve"), Vec::new(), at()))
        .await
        .unwrap();
    handle.close().await;

    let journal = Journal::open_reading(dir.path()).unwrap();
    let deeds = |name: &str| -> Vec<String> {
        journal
            .deeds_of(name, 20)
            .unwrap()
            .into_iter()
            .rev()
            .map(|deed| format!("{} {}", deed.class, deed.kind))
            .collect()
    };
    assert_eq!(deeds("Ada"), ["bill opened", "life recorded", "operator cancelled"]);
    assert_eq!(deeds("Eve"), ["bill line_added", "life person_decided_paid", "note shop-day-closed"]);
    assert_eq!(deeds("nobody"), Vec::<String>::new());
    let of_payment: Vec<_> =
        journal.events(&sold).unwrap().into_iter().map(|event| (event.kind, event.operator)).collect();
    let by = |name: &str| Some(name.to_owned());
    let expected = [
        ("recorded", by("Ada")),
        ("cancelled", by("Ada")),
        ("transmitted", None),
        ("left_in_doubt", None),
        ("person_decided_paid", by("Eve")),
    ];
    assert_eq!(of_payment, expected.map(|(kind, by)| (kind.to_owned(), by)));
    assert!(journal.verify().unwrap().is_whole());
}

#[tokio::test]
async fn a_change_that_panics_leaves_its_operator_to_nobody() {
    let handle = JournalHandle::start(Journal::open_in_memory().unwrap());
    let panics = |_: &mut Journal| -> Result<(), JournalError> { panic!("on purpose") };
    assert_eq!(handle.change_as(Some("Ada".to_owned()), panics).await, Err(JournalError::Closed));
    handle.change(|journal| journal.open_bill(NewBill::new(Currency::SEK), at())).await.unwrap();
    let deeds = handle.read(|journal| journal.deeds_of("Ada", 20)).await.unwrap().unwrap();
    assert_eq!(deeds, []);
}

#[test]
fn an_event_that_is_put_down_to_somebody_else_does_not_fit_the_chain() {
    for change in [
        "UPDATE events SET operator = 'Eve' WHERE operator = 'Ada'",
        "UPDATE events SET operator = NULL WHERE operator = 'Ada'",
        "UPDATE events SET operator = 'Ada' WHERE operator IS NULL AND number = 2",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        let mut ours = sale(100);
        ours.request.operator = Some("Ada".to_owned());
        approved(&mut journal, ours);
        assert!(journal.verify().unwrap().is_whole());
        drop(journal);
        let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
        connection.execute_batch(&format!("DROP TRIGGER events_stay_as_they_are; {change};")).unwrap();
        drop(connection);
        assert_eq!(Journal::open(dir.path()).unwrap_err().key(), "journal-damaged", "{change}");
    }
}

#[test]
fn a_journal_of_the_seventh_format_is_brought_up_to_date_and_fits() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let sold = approved(&mut journal, sale(10_000));
    drop(journal);
    let connection = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    connection.execute_batch(&[WITHOUT_OPERATORS, "PRAGMA user_version = 7;"].concat()).unwrap();
    drop(connection);
    let mut journal = Journal::open(dir.path()).unwrap();
    assert!(journal.verify().unwrap().is_whole());
    let why = SignedOut::Key;
    did(&mut journal, "Ada", OperatorEvent::SignedOut { why });
    assert!(journal.events(&sold).unwrap().iter().all(|event| event.operator.is_none()));
    assert!(journal.verify().unwrap().is_whole());
}
