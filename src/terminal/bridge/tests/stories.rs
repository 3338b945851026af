use serde_json::json;

use super::shop::{SERIAL, Shop, dollars};
use crate::domain::{Operation, Origin, PaymentEvent, PaymentRequest, Verdict, Whence};
use crate::journal::{Entry, NewPayment};

#[tokio::test]
async fn a_sale_of_the_clouds_is_paid_at_the_counter_and_answered_with_what_was_taken() {
    let mut shop = Shop::open().await;
    let told = shop.told("Sale", "a1-1", "18.00").await;
    let said = (&told["ResultCode"], &told["AmountString"], &told["RefID"], &told["ResultFinal"]);
    assert_eq!(said, (&json!("Approved"), &json!("18.00"), &json!("a1-1"), &json!(true)));
    let [record] = <[_; 1]>::try_from(shop.records("a1-1").await).unwrap();
    let origin = Origin {
        from: Whence::Cloud,
        face: "cloud".to_owned(),
        number: SERIAL.to_owned(),
        reference: "a1-1".to_owned(),
    };
    assert_eq!(record.request.origin, Some(Box::new(origin)));
    assert_eq!((record.request.reference.as_deref(), record.request.operator), (Some("117"), None));
    assert_eq!((record.terminal.as_str(), record.state.verdict()), ("counter", Verdict::Approved));
    assert_eq!(shop.charges(), [(Operation::Sale, 1_800)]);
}

#[tokio::test]
async fn a_tip_at_the_counter_is_in_the_answer_and_a_decline_is_one() {
    let mut shop = Shop::open().await;
    assert_eq!(shop.told("Sale", "a1-1", "10.57").await["AmountString"], shop_total(&shop));
    let declined = shop.told("Sale", "a1-2", "10.51").await;
    assert_eq!((&declined["ResultCode"], &declined["ResultFinal"]), (&json!("Declined"), &json!(true)));
}

fn shop_total(shop: &Shop) -> String {
    let total: i64 = shop.charges().iter().map(|(_, minor)| minor).sum();
    assert!(total > 1_057);
    dollars(total).to_decimal()
}

#[tokio::test]
async fn what_is_asked_again_under_its_reference_is_told_and_not_charged_again() {
    let mut shop = Shop::open().await;
    let first = shop.told("Sale", "a1-1", "18.00").await;
    assert_eq!(shop.told("Sale", "a1-1", "18.00").await, first);
    // … for another amount too, and after a decline
    assert_eq!(shop.told("Sale", "a1-1", "99.00").await, first);
    let declined = shop.told("Sale", "a1-2", "10.51").await;
    assert_eq!(shop.told("Sale", "a1-2", "10.00").await, declined);
    assert_eq!(shop.charges(), [(Operation::Sale, 1_800)]);
}

#[tokio::test]
async fn an_answer_that_found_no_line_is_given_when_the_cloud_asks() {
    let mut shop = Shop::open().await;
    shop.cloud.asks("Sale", "a1-1", "18.70").await;
    let id = shop.is_at_terminal().await;
    shop.cloud.drops_the_line().await;
    shop.cloud.lets_in().await;
    let pending = shop.told("CheckStatus", "a1-1", "").await;
    assert_eq!(pending["ResultFinal"], json!(false));
    // it waits for its card until somebody cancels
    shop.player.cancel().await;
    let mut view = shop.player.view();
    view.wait_for(|view| !view.is_paying()).await.unwrap();
    let mut told = shop.told("CheckStatus", "a1-1", "").await;
    for _ in 0..1_000 {
        if told["ResultFinal"] == json!(true) {
            break;
        }
        told = shop.told("CheckStatus", "a1-1", "").await;
    }
    assert_eq!((&told["ResultCode"], &told["TransType"]), (&json!("Cancelled"), &json!("Sale")));
    assert_eq!(shop.records("a1-1").await[0].id, id);
    assert!(shop.cloud.has_heard_nothing() && shop.charges().is_empty());
}

#[tokio::test]
async fn the_cloud_cancels_what_it_asked_for_and_nothing_of_the_cashiers() {
    let mut shop = Shop::open().await;
    shop.cloud.asks("Sale", "a1-1", "18.70").await;
    shop.is_at_terminal().await;
    shop.cloud.asks("Cancel", "a1-1", "").await;
    assert_eq!(shop.cloud.hears().await["ResultCode"], "Cancelled");

    let running = shop.cashier_pays(1_870).await;
    shop.is_at_terminal().await;
    shop.cloud.asks("Cancel", "a1-1", "").await;
    let busy = shop.told("Sale", "a1-2", "5.00").await;
    assert_eq!((&busy["Message"], &busy["ResultFinal"]), (&json!("Terminal Is Busy"), &json!(true)));
    assert!(!shop.player.view().borrow().payment.as_ref().unwrap().cancel_requested);
    shop.player.cancel().await;
    assert_eq!(running.outcome.await.unwrap().verdict, Verdict::Cancelled);
    assert!(shop.records("a1-2").await.is_empty());
    // nothing was done, so that the same reference may be used when the terminal is free
    assert_eq!(shop.told("Sale", "a1-2", "5.00").await["ResultCode"], "Approved");
}

#[tokio::test]
async fn follow_ups_find_what_they_are_about_by_the_reference_alone() {
    let mut shop = Shop::open().await;
    for word in ["Void", "Capture", "TipAdjust"] {
        let told = shop.told(word, "a1-1", "10.00").await;
        assert_eq!((&told["Message"], &told["ResultFinal"]), (&json!("Transaction not found"), &json!(true)), "{word}");
    }
    assert_eq!(shop.told("Auth", "a1-1", "30.00").await["ResultCode"], "Approved");
    let captured = shop.told("Capture", "a1-1", "20.00").await;
    assert_eq!((&captured["ResultCode"], &captured["AmountString"]), (&json!("Approved"), &json!("20.00")));
    let void = shop.told("Void", "a1-1", "30.00").await;
    assert_eq!((&void["ResultCode"], &void["AmountString"]), (&json!("Approved"), &json!("20.00")), "{void}");
    assert_eq!(shop.told("Void", "a1-1", "30.00").await, void);
    let records = shop.records("a1-1").await;
    let original = |at: usize| records[at].request.of.as_ref().map(|of| of.payment.clone());
    assert_eq!((original(1), original(2)), (Some(records[0].id.clone()), Some(records[1].id.clone())));
    assert_eq!(records.len(), 3);
    let status = shop.told("CheckStatus", "a1-1", "").await;
    assert_eq!((&status["TransType"], &status["ResultCode"]), (&json!("Void"), &json!("Approved")));

    assert_eq!(shop.told("Sale", "a1-2", "10.00").await["ResultCode"], "Approved");
    assert_eq!(shop.told("TipAdjust", "a1-2", "2.00").await["AmountString"], "12.00");
    let refused = shop.told("Capture", "a1-2", "10.00").await;
    assert_eq!((&refused["ResultCode"], &refused["ResultFinal"]), (&json!("Error"), &json!(true)));
}

#[tokio::test]
async fn the_batch_is_closed_and_an_unknown_reference_is_not_found() {
    let mut shop = Shop::open().await;
    let unknown = shop.told("CheckStatus", "a1-9", "").await;
    assert_eq!((&unknown["Message"], &unknown["ResultFinal"]), (&json!("Transaction not found"), &json!(true)));
    shop.told("Sale", "a1-1", "18.00").await;
    let batch = shop.told("CloseBatch", "a1-b1", "").await;
    assert_eq!((&batch["ResultCodeCredit"], &batch["RefID"]), (&json!("1"), &json!("a1-b1")), "{batch}");
}

#[tokio::test]
async fn money_of_another_currency_is_refused_before_anything_is_recorded() {
    let mut shop = Shop::with_currency("CAD").await;
    let told = shop.told("Sale", "a1-1", "18.00").await;
    assert_eq!((&told["ResultCode"], &told["ResultFinal"]), (&json!("Error"), &json!(true)));
    assert!(told["Message"].as_str().unwrap().contains("USD"), "{told}");
    assert!(shop.records("a1-1").await.is_empty() && shop.charges().is_empty());
}

/// On the counter's terminal, by whoever, sent and never answered.
async fn left_in_doubt(shop: &Shop, origin: Option<&str>) {
    let origin = origin.map(|reference| {
        Box::new(Origin {
            from: Whence::Cloud,
            face: "cloud".to_owned(),
            number: SERIAL.to_owned(),
            reference: reference.to_owned(),
        })
    });
    let at = "2026-03-14T09:00:00Z".parse().unwrap();
    let new = NewPayment {
        terminal: "counter".to_owned(),
        protocol: "valor".to_owned(),
        training: false,
        request: PaymentRequest { origin, ..PaymentRequest::new(Operation::Sale, dollars(1_800)) },
        at,
    };
    let recorded = shop.journal.record(new).await.unwrap();
    let happened = |event| Entry::Payment { id: recorded.id.clone(), event, outcome: None, at };
    shop.journal.commit(vec![happened(PaymentEvent::Transmitted), happened(PaymentEvent::Lost)]).await.unwrap();
}

#[tokio::test]
async fn what_is_in_doubt_is_never_made_again_and_never_called_final() {
    let mut shop = Shop::open().await;
    left_in_doubt(&shop, Some("a1-1")).await;
    for word in ["Sale", "CheckStatus"] {
        let told = shop.told(word, "a1-1", "18.00").await;
        assert_eq!((&told["ResultFinal"], &told["TransType"]), (&json!(false), &json!("Sale")), "{word}");
    }
    // … and nothing else starts beside it
    for (word, reference) in [("Void", "a1-1"), ("Sale", "a1-2")] {
        assert_ne!(shop.told(word, reference, "18.00").await["ResultCode"], json!("Approved"), "{word}");
    }
    assert_eq!(shop.records("a1-1").await.len(), 1);
    assert!(shop.charges().is_empty() && shop.records("a1-2").await.is_empty());
}

#[tokio::test]
async fn while_the_cashiers_payment_is_in_doubt_the_cloud_is_told_that_the_terminal_is_busy() {
    let mut shop = Shop::open().await;
    left_in_doubt(&shop, None).await;
    let told = shop.told("Sale", "a1-1", "18.00").await;
    assert_eq!((&told["Message"], &told["ResultFinal"]), (&json!("Terminal Is Busy"), &json!(true)));
}
