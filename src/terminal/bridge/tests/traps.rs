use serde_json::json;

use super::shop::{SERIAL, Shop, dollars};
use crate::domain::{
    Decision, Operation, Origin, Original, Outcome, PaymentEvent, PaymentId, PaymentRecord, PaymentRequest, Taken,
    Verdict, Whence,
};
use crate::journal::{Entry, NewPayment};

/// The cashier voids a payment of the cloud's at the counter.
async fn cashier_voids(shop: &Shop, record: &PaymentRecord) {
    let of = Original {
        payment: record.id.clone(),
        operation: record.request.operation,
        taken: record.request.amount,
        reference: None,
    };
    let void = PaymentRequest { of: Some(of), ..PaymentRequest::new(Operation::Void, record.request.amount) };
    let running = shop.player.pay(void).await.unwrap();
    assert_eq!(running.outcome.await.unwrap().verdict, Verdict::Approved);
}

#[tokio::test]
async fn a_cancel_of_what_has_ended_does_not_stop_what_the_cashier_began_meanwhile() {
    let mut shop = Shop::open().await;
    shop.told("Sale", "a1-1", "18.00").await;
    let ended = shop.records("a1-1").await[0].id.clone();
    let running = shop.cashier_pays(1_870).await;
    let own = shop.is_at_terminal().await;
    shop.player.cancel_payment(ended).await;
    // the next order is taken after it
    shop.player.dismiss().await;
    assert!(shop.player.pay(PaymentRequest::new(Operation::Sale, dollars(100))).await.is_err());
    assert!(!shop.player.view().borrow().payment.as_ref().unwrap().cancel_requested);
    shop.player.cancel_payment(own).await;
    assert_eq!(running.outcome.await.unwrap().verdict, Verdict::Cancelled);
}

#[tokio::test]
async fn a_cancel_right_behind_its_sale_is_not_lost() {
    let mut shop = Shop::open().await;
    for turn in 0..5 {
        let reference = format!("a1-{turn}");
        shop.cloud.asks("Sale", &reference, "18.70").await;
        shop.cloud.asks("Cancel", &reference, "").await;
        assert_eq!(shop.cloud.hears().await["ResultCode"], "Cancelled");
    }
    assert!(shop.charges().is_empty());
}

#[tokio::test]
async fn what_the_cashier_has_voided_since_is_not_called_paid_any_more() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.told("Sale", "a1-1", "18.00").await["ResultCode"], "Approved");
    cashier_voids(&shop, &shop.records("a1-1").await[0]).await;
    for word in ["CheckStatus", "Sale"] {
        let told = shop.told(word, "a1-1", "18.00").await;
        let said = (&told["ResultCode"], &told["ResultFinal"], &told["AmountString"]);
        assert_eq!(said, (&json!("Error"), &json!(true), &json!("0.00")), "{word}");
    }
    assert_eq!(shop.charges().len(), 2);
}

#[tokio::test]
async fn what_the_terminal_contradicts_is_not_final() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.told("Sale", "a1-1", "10.51").await["ResultCode"], "Declined");
    let id = shop.records("a1-1").await[0].id.clone();
    let outcome = Some(Outcome::approved(Taken::exactly(dollars(1_051))));
    let at = "2026-03-14T09:00:00Z".parse().unwrap();
    let late = Entry::Payment { id, event: PaymentEvent::Approved, outcome, at };
    assert_eq!(shop.journal.commit(vec![late]).await.unwrap().len(), 1);
    for word in ["CheckStatus", "Sale"] {
        let told = shop.told(word, "a1-1", "10.51").await;
        assert_eq!((&told["ResultFinal"], &told["ResultCode"]), (&json!(false), &json!("Error")), "{word}");
    }
}

#[tokio::test]
async fn a_question_that_does_not_say_which_of_several_ends_it_means_is_not_answered_finally() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.told("Auth", "a1-1", "18.00").await["ResultCode"], "Approved");
    assert_eq!(shop.told("Sale", "a1-1", "10.51").await["ResultCode"], "Declined");
    let told = shop.told("CheckStatus", "a1-1", "").await;
    assert_eq!(told["ResultFinal"], json!(false), "{told}");
}

#[tokio::test]
async fn questions_leave_nothing_in_the_book_that_is_kept_for_ever() {
    let mut shop = Shop::open().await;
    shop.told("Sale", "a1-1", "18.00").await;
    let events = |shop: &Shop| {
        let journal = shop.journal.clone();
        async move { journal.read(|journal| journal.verify()).await.unwrap().unwrap().rows }
    };
    let before = events(&shop).await;
    for _ in 0..20 {
        shop.told("CheckStatus", "a1-1", "").await;
        shop.told("Sale", "a1-1", "18.00").await;
    }
    assert_eq!(events(&shop).await, before);
}

/// A sale of the cloud's on a terminal that is gone by now, of which only so much happened.
async fn left_behind(shop: &Shop, reference: &str, events: &[PaymentEvent]) -> PaymentId {
    let origin = Origin {
        from: Whence::Cloud,
        face: "what the cloud was called before".to_owned(),
        number: SERIAL.to_owned(),
        reference: reference.to_owned(),
    };
    let at = "2026-03-14T09:00:00Z".parse().unwrap();
    let new = NewPayment {
        terminal: format!("sold since {reference}"),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest {
            origin: Some(Box::new(origin)),
            ..PaymentRequest::new(Operation::Sale, dollars(1_800))
        },
        at,
    };
    let id = shop.journal.record(new).await.unwrap().id.clone();
    let happened = |event: &PaymentEvent| Entry::Payment { id: id.clone(), event: *event, outcome: None, at };
    shop.journal.commit(events.iter().map(happened).collect()).await.unwrap();
    id
}

#[tokio::test]
async fn whatever_an_earlier_run_left_is_told_as_far_as_it_is_known_and_never_made_again() {
    use PaymentEvent as E;
    let mut shop = Shop::open().await;
    for (turn, (events, decided, code, is_final)) in [
        (vec![], None, "Error", false),
        (vec![E::Restarted], None, "Error", true),
        (vec![E::Transmitted], None, "Error", false),
        (vec![E::Transmitted, E::CancelRequested], None, "Error", false),
        (vec![E::Transmitted, E::Restarted], None, "Error", false),
        (vec![E::Transmitted, E::Restarted], Some(true), "Error", false),
        (vec![E::Transmitted, E::Restarted], Some(false), "Error", false),
        (vec![E::Transmitted, E::Restarted, E::Declined], None, "Declined", true),
    ]
    .into_iter()
    .enumerate()
    {
        let reference = format!("a1-{turn}");
        let id = left_behind(&shop, &reference, &events).await;
        if let Some(paid) = decided {
            let at = "2026-03-14T10:00:00Z".parse().unwrap();
            let decision = Decision { paid, by: "Åsa".to_owned(), reason: "slip".to_owned(), at };
            shop.journal.decide(id, decision).await.unwrap();
        }
        for word in ["CheckStatus", "Sale"] {
            let told = shop.told(word, &reference, "18.00").await;
            let said = (&told["ResultCode"], &told["ResultFinal"]);
            assert_eq!(said, (&json!(code), &json!(is_final)), "{word} {events:?} {decided:?}");
        }
    }
    assert!(shop.charges().is_empty());
}
