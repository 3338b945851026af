use super::super::plan::{self, Asked, Face, Plan, Refused};
use super::shop::dollars;
use crate::domain::{
    Fulfilment, Operation, Original, Outcome, PaymentId, PaymentRecord, PaymentRequest, PaymentState, Taken,
};
use crate::journal::JournalError;
use crate::terminal::order::Refusal;

const CLOUD: Face<'_> = Face { name: "cloud", number: "77031594" };

fn asked(operation: Operation) -> Asked {
    Asked { reference: "a1-1".to_owned(), operation, amount: dollars(1_000), tender: None, invoice: None }
}

fn id(number: i64) -> PaymentId {
    PaymentId::new("K7M2", number)
}

fn record(number: i64, operation: Operation, state: PaymentState) -> PaymentRecord {
    let approved = (state == PaymentState::Approved).then(|| Outcome::approved(Taken::exactly(dollars(900))));
    PaymentRecord {
        id: id(number),
        terminal: "counter".to_owned(),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest::new(operation, dollars(1_000)),
        state,
        outcome: approved,
        reference: None,
        at: "2026-03-14T09:00:00Z".parse().unwrap(),
        decision: None,
        voided_by: None,
    }
}

fn about(of: i64, record: PaymentRecord) -> PaymentRecord {
    let original = Original { payment: id(of), operation: Operation::Preauth, taken: dollars(900), reference: None };
    PaymentRecord { request: PaymentRequest { of: Some(original), ..record.request }, ..record }
}

/// Which earlier payment is to be worked on.
fn original(operation: Operation, known: &[PaymentRecord]) -> Option<PaymentId> {
    match plan::pay(CLOUD, asked(operation), known, None) {
        Plan::Make(request) => request.of.map(|of| of.payment),
        other => panic!("{other:?}"),
    }
}

const EVERY: [PaymentState; 10] = PaymentState::ALL;

#[test]
fn a_first_transaction_is_made_once_whatever_became_of_it() {
    for operation in [Operation::Sale, Operation::Refund, Operation::Preauth, Operation::Balance] {
        assert!(matches!(plan::pay(CLOUD, asked(operation), &[], None), Plan::Make(_)));
        for state in EVERY {
            let known = [record(1, operation, state)];
            assert_eq!(plan::pay(CLOUD, asked(operation), &known, None), Plan::Tell(id(1)), "{state:?}");
        }
    }
}

#[test]
fn what_the_terminal_works_on_is_waited_for() {
    for (state, waits) in [
        (PaymentState::Recorded, true),
        (PaymentState::AtTerminal, true),
        (PaymentState::Cancelling, true),
        (PaymentState::InDoubt, false),
        (PaymentState::Approved, false),
    ] {
        let plan = plan::pay(CLOUD, asked(Operation::Sale), &[record(1, Operation::Sale, state)], Some(&id(1)));
        assert_eq!(plan, if waits { Plan::Await(id(1)) } else { Plan::Tell(id(1)) });
    }
}

#[test]
fn a_follow_up_is_tried_again_only_when_it_surely_did_nothing() {
    let sold = record(1, Operation::Sale, PaymentState::Approved);
    for state in EVERY {
        let known = [sold.clone(), about(1, record(2, Operation::Void, state))];
        let again = matches!(plan::pay(CLOUD, asked(Operation::Void), &known, None), Plan::Make(_));
        let did_nothing = matches!(
            state,
            PaymentState::Declined | PaymentState::Cancelled | PaymentState::NotCharged | PaymentState::DecidedNotPaid
        );
        assert_eq!(again, did_nothing, "{state:?}");
    }
}

#[test]
fn a_void_is_about_the_capture_where_there_is_one_and_else_about_the_first_transaction() {
    let reserved = record(1, Operation::Preauth, PaymentState::Approved);
    let captured = about(1, record(2, Operation::Capture, PaymentState::Approved));
    let declined = about(1, record(2, Operation::Capture, PaymentState::Declined));
    assert_eq!(original(Operation::Void, &[reserved.clone(), captured.clone()]), Some(id(2)));
    assert_eq!(original(Operation::Void, &[reserved.clone(), declined]), Some(id(1)));
    assert_eq!(original(Operation::Capture, std::slice::from_ref(&reserved)), Some(id(1)));
    let refused = record(1, Operation::Sale, PaymentState::Declined);
    // that it was not approved is for the desk to say
    assert_eq!(original(Operation::Void, std::slice::from_ref(&refused)), Some(id(1)));
    let sold = record(2, Operation::Refund, PaymentState::Approved);
    assert_eq!(original(Operation::Void, &[refused, sold]), Some(id(2)));
}

#[test]
fn of_several_transactions_under_one_reference_none_is_guessed() {
    let known =
        [record(1, Operation::Sale, PaymentState::Approved), record(2, Operation::Refund, PaymentState::Approved)];
    let plan = plan::pay(CLOUD, asked(Operation::Void), &known, None);
    assert!(matches!(plan, Plan::Answer(Fulfilment::Refused(_))), "{plan:?}");
    assert_eq!(original(Operation::Tip, &known), Some(id(1)));
    let nothing = plan::pay(CLOUD, asked(Operation::Capture), &known, None);
    assert_eq!(nothing, Plan::Answer(Fulfilment::NotKnown));
}

#[test]
fn a_status_is_that_of_the_newest_payment_that_is_meant() {
    let known =
        [record(1, Operation::Sale, PaymentState::Approved), record(2, Operation::Void, PaymentState::Declined)];
    let of = |operation| plan::status(operation, &known).map(|record| record.id.clone());
    assert_eq!((of(None), of(Some(Operation::Sale)), of(Some(Operation::Tip))), (Some(id(2)), Some(id(1)), None));
}

#[test]
fn a_refusal_is_final_only_where_nothing_can_have_been_done() {
    let repeated = JournalError::Repeated { payment: id(1) };
    assert_eq!(plan::refused(Refusal::Journal(repeated)), Refused::Made(id(1)));
    let fulfilment = |refusal| match plan::refused(refusal) {
        Refused::Fulfilment(fulfilment) => fulfilment,
        Refused::Made(id) => panic!("{id}"),
    };
    for unknown in [Refusal::Journal(JournalError::DiskFull), Refusal::Gone] {
        assert!(matches!(fulfilment(unknown), Fulfilment::Unknown(_)));
    }
    for busy in [Refusal::Running, Refusal::InDoubt(id(1))] {
        assert!(matches!(fulfilment(busy), Fulfilment::Busy(_)));
    }
    assert_eq!(fulfilment(Refusal::UnknownPayment(id(1))), Fulfilment::NotKnown);
    let Fulfilment::Refused(why) = fulfilment(Refusal::NotAble(Operation::Preauth)) else { panic!() };
    assert_eq!(
        (why.key.as_str(), why.detail.as_deref()),
        ("refusal-not-able", Some("this terminal cannot do a preauth"))
    );
}
