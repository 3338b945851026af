//! Linked refunds, captures, tip adjustments (7.7, 10.8).

use super::bench::*;
use crate::domain::{Currency, Money, Operation};
use crate::protocols::p3::messages::*;

fn refund_status(transaction: &Transaction) -> Option<RefundStatus> {
    transaction.refund_details.as_ref()?.status.clone()
}

fn special(bench: &mut Bench, parameters: &str) -> String {
    let key = bench.next_tag();
    let data = format!(
        r#"{{"mode":"ONLINE","transactionParameters":{{"type":"CHARGE","amount":50.00,"currency":"EUR",{parameters},"customIdentifier":"{key}"}}}}"#
    );
    let tag = bench.execute(&data);
    bench.pass(60);
    bench.transaction(&tag).identifier.unwrap()
}

fn change(bench: &mut Bench, kind: &str, of: &str, amount: &str) -> String {
    let amount = if amount.is_empty() { String::new() } else { format!(r#","amount":{amount},"currency":"EUR""#) };
    bench.amend(&format!(r#""type":"{kind}","referencedTransactionIdentifier":"{of}"{amount}"#))
}

#[test]
fn a_sale_is_given_back_in_part_and_then_whole() {
    on_both_doors(|mut bench| {
        let sale = bench.sold("30.00").identifier.unwrap();
        let part = bench.refund(&sale, Some("10.00"));
        let refund = bench.transaction(&part);
        assert_eq!((refund.kind, refund.status), (Some(TransactionType::Refund), Some(TransactionStatus::Approved)));
        assert_eq!(refund.referenced_transaction_identifier.as_ref(), Some(&sale));
        assert!(bench.updates(&part).iter().all(|update| update.abortable == Some(false)));
        let after = bench.found(&sale);
        assert_eq!(refund_status(&after), Some(RefundStatus::RefundablePartialAndFull));
        assert_eq!(after.refund_details.unwrap().refund_transactions[0].identifier, refund.identifier);

        let rest = bench.refund(&sale, None);
        assert_eq!(bench.transaction(&rest).total(), Some(Money::new(2_000, Currency::EUR)));
        assert_eq!(refund_status(&bench.found(&sale)), Some(RefundStatus::Refunded));
        let booked =
            [approved(3_000, Operation::Sale), approved(1_000, Operation::Refund), approved(2_000, Operation::Refund)];
        assert_eq!(bench.booked(), booked);
        assert_eq!(bench.ledger[1].till_reference, format!("amend-{part}"));
        assert_eq!(Some(&bench.ledger[1].terminal_reference), refund.identifier.as_ref());
        assert_eq!(bench.query(&format!("amend-{part}"))[0].identifier, refund.identifier);
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn no_more_is_given_back_than_was_taken() {
    on_both_doors(|mut bench| {
        let sale = bench.sold("30.00").identifier.unwrap();
        let much = bench.refund(&sale, Some("30.01"));
        assert_eq!(bench.error(&much), ErrorType::PosTransactionError);
        let failed = bench.transaction(&much);
        assert!(is(&failed, &TransactionStatus::Error, &StatusCode::ErrorServerInvalidRefundAmount));
        bench.refund(&sale, None);
        let again = bench.refund(&sale, None);
        assert_eq!(bench.progress(&again).state, Some(State::NotRefundable));
        assert_eq!(bench.error(&again), ErrorType::PosTransactionInvalid);
        assert_eq!(bench.booked().len(), 2);
    });
}

#[test]
fn two_refunds_at_once_do_not_give_back_more_together() {
    on_both_doors(|mut bench| {
        let sale = bench.sold("30.00").identifier.unwrap();
        let ask = |bench: &mut Bench, key: &str| {
            let data = format!(
                r#"{{"mode":"ONLINE","transactionParameters":{{"type":"REFUND","referencedTransactionIdentifier":"{sale}","amount":20.00,"currency":"EUR","customIdentifier":"{key}"}}}}"#
            );
            bench.ask("AMEND_TRANSACTION_REQUEST", "", &data)
        };
        let (first, second) = (ask(&mut bench, "r-1"), ask(&mut bench, "r-2"));
        bench.pass(5);
        assert_eq!(bench.transaction(&first).status, Some(TransactionStatus::Approved));
        assert_eq!(bench.transaction(&second).status, Some(TransactionStatus::Error));
        assert_eq!(bench.booked().len(), 2);
    });
}

#[test]
fn what_is_unknown_declined_or_of_another_currency_is_not_refunded() {
    on_both_doors(|mut bench| {
        let unknown = bench.refund("0123456789abcdef0123456789abcdef", None);
        assert_eq!(bench.error(&unknown), ErrorType::PosTransactionReferenceNotFound);
        assert_eq!(bench.progress(&unknown), Progress::default());
        let declined = bench.sold("10.51").identifier.unwrap();
        let refund = bench.refund(&declined, None);
        assert_eq!(bench.progress(&refund).state, Some(State::NotRefundable));
        assert_eq!(bench.complaints, [""; 0]);
        let sale = bench.sold("10.00").identifier.unwrap();
        let parameters =
            format!(r#""type":"REFUND","referencedTransactionIdentifier":"{sale}","amount":1.00,"currency":"USD""#);
        let dollars = bench.amend(&parameters);
        assert_eq!(bench.error(&dollars), ErrorType::PosParameterInvalid);
        assert_eq!(bench.booked(), [approved(1_000, Operation::Sale)]);
    });
}

#[test]
fn a_preauthorisation_is_captured_once_and_for_no_more_than_was_held() {
    on_both_doors(|mut bench| {
        let held = special(&mut bench, r#""autoCapture":false"#);
        let much = change(&mut bench, "CAPTURE", &held, "50.01");
        assert!(is(&bench.transaction(&much), &TransactionStatus::Declined, &StatusCode::DeclinedInvalidAmount));
        let captured = change(&mut bench, "CAPTURE", &held, "40.00");
        let capture = bench.transaction(&captured);
        assert_eq!((capture.status, capture.captured), (Some(TransactionStatus::Approved), Some(true)));
        assert_eq!(capture.amount, Some(Amount::of(Money::new(4_000, Currency::EUR))));
        let original = bench.found(&held);
        assert_eq!((original.captured, original.total()), (Some(true), Some(Money::new(4_000, Currency::EUR))));
        let again = change(&mut bench, "CAPTURE", &held, "");
        assert_eq!(bench.error(&again), ErrorType::PosTransactionInvalid);
        let refund = bench.refund(&capture.identifier.unwrap(), None);
        assert_eq!(bench.transaction(&refund).total(), Some(Money::new(4_000, Currency::EUR)));
        let operations = [Operation::Preauth, Operation::Capture, Operation::Refund];
        assert_eq!(bench.booked().iter().map(|entry| entry.1).collect::<Vec<_>>(), operations);
    });
}

#[test]
fn a_tip_is_adjusted_once_where_the_sale_allows_it() {
    on_both_doors(|mut bench| {
        let fixed = bench.sold("50.00").identifier.unwrap();
        let refused = change(&mut bench, "TIP_ADJUST", &fixed, "5.00");
        assert_eq!(bench.error(&refused), ErrorType::PosTransactionInvalid);
        let sale = special(&mut bench, r#""autoCapture":true,"tipAdjustable":true"#);
        assert!(bench.found(&sale).merchant_receipt.unwrap().tip_line_required);
        let adjusted = change(&mut bench, "TIP_ADJUST", &sale, "5.00");
        let tip = bench.transaction(&adjusted);
        assert_eq!(tip.total(), Some(Money::new(5_500, Currency::EUR)));
        let details = tip.details.unwrap();
        assert_eq!(details.included_tip_amount, Some(Amount::of(Money::new(500, Currency::EUR))));
        assert_eq!(details.tip_adjust_status, Some(TipAdjustStatus::Adjusted));
        assert_eq!(bench.found(&sale).total(), Some(Money::new(5_500, Currency::EUR)));
        assert_eq!(bench.booked().last(), Some(&approved(5_500, Operation::Tip)));
        let again = change(&mut bench, "TIP_ADJUST", &sale, "6.00");
        assert_eq!(bench.error(&again), ErrorType::PosTransactionInvalid);
    });
}

#[test]
fn refunds_play_the_scenarios_of_lines_and_hosts() {
    on_both_doors(|mut bench| {
        let sale = bench.sold("100.00").identifier.unwrap();
        let declined = bench.refund(&sale, Some("1.51"));
        assert_eq!(bench.transaction(&declined).status, Some(TransactionStatus::Declined));
        let down = bench.refund(&sale, Some("1.69"));
        assert_eq!(bench.error(&down), ErrorType::PosServerUnavailable);
        let silent = bench.refund(&sale, Some("1.64"));
        assert!(bench.answers(&silent).is_empty());
        assert_eq!(bench.query(&format!("amend-{silent}"))[0].status, Some(TransactionStatus::Approved));
        let dropped = bench.refund(&sale, Some("1.61"));
        assert_eq!(bench.end_of(bench.line), Some(End::Cut));
        bench.reconnect();
        assert_eq!(bench.query(&format!("amend-{dropped}"))[0].status, Some(TransactionStatus::Approved));
        let never = bench.refund(&sale, Some("1.63"));
        bench.reconnect();
        assert_eq!(bench.query(&format!("amend-{never}")), []);
        let booked =
            [approved(10_000, Operation::Sale), approved(164, Operation::Refund), approved(161, Operation::Refund)];
        assert_eq!(bench.booked(), booked);
    });
}
