//! What else an EXECUTE can be: pre-authorisation, refund with a card, gift card, wallet, tip steps; and a barcode scan.

use super::bench::*;
use crate::domain::{Currency, Money, Operation};
use crate::protocols::p3::DOORS;
use crate::protocols::p3::messages::*;
use crate::protocols::p3::simulator::Options;

fn execute(bench: &mut Bench, parameters: &str, rest: &str) -> Transaction {
    let key = bench.next_tag();
    let data = format!(
        r#"{{"mode":"ONLINE","transactionParameters":{{{parameters},"currency":"EUR","customIdentifier":"{key}"}}{rest}}}"#
    );
    let tag = bench.execute(&data);
    bench.pass(60);
    bench.transaction(&tag)
}

#[test]
fn a_preauthorisation_is_approved_and_not_captured() {
    on_both_doors(|mut bench| {
        let held = execute(&mut bench, r#""type":"CHARGE","amount":50.00,"autoCapture":false"#, "");
        assert_eq!((held.kind, held.captured), (Some(TransactionType::Preauthorize), Some(false)));
        assert_eq!(held.status, Some(TransactionStatus::Approved));
        assert_eq!(bench.booked(), [approved(5_000, Operation::Preauth)]);
    });
}

#[test]
fn a_refund_with_the_card_is_a_movement_of_its_own() {
    on_both_doors(|mut bench| {
        let refund = execute(&mut bench, r#""type":"REFUND","amount":5.00"#, "");
        assert_eq!((refund.kind, refund.status), (Some(TransactionType::Refund), Some(TransactionStatus::Approved)));
        assert_eq!(bench.booked(), [approved(500, Operation::Refund)]);
    });
}

#[test]
fn a_gift_card_is_activated_asked_and_paid_with() {
    on_both_doors(|mut bench| {
        let gift = r#""workflow":"GIFT_CARD","scheme":"VALUE_LINK""#;
        let balances = |transaction: &Transaction| {
            let details = transaction.gift_card_details.clone().unwrap();
            let minor = |amount: Option<Amount>| amount.unwrap().money(Currency::EUR).unwrap().minor();
            (minor(details.previous_balance), minor(details.current_balance))
        };
        let activated = execute(&mut bench, &format!(r#""type":"ACTIVATION","amount":20.00,{gift}"#), "");
        let (before, after) = balances(&activated);
        assert_eq!(after - before, 2_000);
        assert_eq!(activated.payment_details.as_ref().unwrap().scheme, Some(Scheme::ValueLink));
        let paid = execute(&mut bench, &format!(r#""type":"CHARGE","amount":15.00,"autoCapture":true,{gift}"#), "");
        assert_eq!(balances(&paid), (after, after - 1_500));
        let asked = execute(&mut bench, &format!(r#""type":"BALANCE_INQUIRY",{gift}"#), "");
        assert_eq!(balances(&asked), (after - 1_500, after - 1_500));
        let much =
            execute(&mut bench, &format!(r#""type":"CHARGE","amount":9000000.00,"autoCapture":true,{gift}"#), "");
        assert!(is(&much, &TransactionStatus::Declined, &StatusCode::DeclinedInsufficientFunds));
        assert_eq!(bench.booked(), [approved(2_000, Operation::Activation), approved(1_500, Operation::Sale)]);
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn a_wallet_needs_no_reader_and_cannot_be_aborted() {
    on_both_doors(|mut bench| {
        let busy = bench.start("10.70");
        bench.pass(1);
        let data = r#"{"mode":"ONLINE","transactionParameters":{"type":"CHARGE","amount":7.00,"currency":"EUR",
            "autoCapture":true,"customIdentifier":"w-1","workflow":"ALTERNATIVE_PAYMENT_METHOD"},
            "accountParameters":{"shopperAccountIdentifier":"281234567890123456","source":"BARCODE","scheme":"ALIPAY"}}"#;
        let tag = bench.execute_on("", data);
        bench.pass(1);
        assert!(bench.updates(&tag).iter().all(|update| update.abortable == Some(false)));
        bench.pass(5);
        let transaction = bench.transaction(&tag);
        let details = transaction.payment_details.unwrap();
        assert_eq!((details.scheme, details.source), (Some(Scheme::Alipay), Some(Source::Barcode)));
        assert_eq!(bench.booked(), [approved(700, Operation::Sale)]);
        assert_eq!(bench.abort(&busy), AbortStatus::Ok);
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn a_shopper_who_is_asked_keys_a_tip_within_its_bound() {
    on_both_doors(|mut bench| {
        let charge = r#""type":"CHARGE","amount":100.57,"autoCapture":true"#;
        let step =
            r#","processParameters":{"steps":{"askForTip":{"maxTipAmount":5.00,"showAddTipConfirmationScreen":true}}}"#;
        let tipped = execute(&mut bench, charge, step);
        assert_eq!(tipped.total(), Some(Money::new(10_557, Currency::EUR)));
        let asked = bench.received().iter().any(|message| match &message.body {
            Body::ExecuteTransactionUpdate(update) => update.state_details == Some(StateDetails::AskingForTip),
            _ => false,
        });
        assert!(asked);
    });
}

#[test]
fn one_reader_does_one_thing_at_a_time_and_two_readers_two() {
    on_both_doors(|mut bench| {
        let first = bench.start("10.70");
        let second = bench.start("20.00");
        assert_eq!(bench.error(&second), ErrorType::PosAccessoryBusy);
        let elsewhere = bench.execute_on("devices/mock2", &charge("20.00", "other-reader"));
        bench.pass(10);
        assert_eq!(bench.transaction(&elsewhere).status, Some(TransactionStatus::Approved));
        assert_eq!(bench.abort(&first), AbortStatus::Ok);
        bench.pass(1);
        assert_eq!(bench.transaction(&first).status, Some(TransactionStatus::Aborted));
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn a_client_that_goes_away_leaves_its_sale_running() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.00");
        bench.pass(2);
        bench.close();
        bench.reconnect();
        assert_eq!(bench.query(&format!("sale-{tag}"))[0].status, Some(TransactionStatus::Initialized));
        let second = bench.start("20.00");
        assert_eq!(bench.error(&second), ErrorType::PosAccessoryBusy);
        bench.pass(10);
        assert_eq!(bench.query(&format!("sale-{tag}"))[0].status, Some(TransactionStatus::Approved));
        assert_eq!(bench.booked(), [approved(1_000, Operation::Sale)]);
    });
}

#[test]
fn a_client_that_came_back_aborts_what_it_left() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.70");
        bench.pass(2);
        bench.close();
        bench.reconnect();
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
        bench.pass(2);
        assert_eq!(bench.query(&format!("sale-{tag}"))[0].status, Some(TransactionStatus::Aborted));
    });
}

#[test]
fn nobody_aborts_another_clients_sale() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.70");
        bench.pass(2);
        bench.reconnect();
        assert_eq!(bench.abort(&tag), AbortStatus::NothingToAbort);
    });
}

#[test]
fn the_vendors_test_card_is_an_option() {
    for door in DOORS {
        let mut bench = Bench::new(*door, None, Options { test_card: true, ..Options::default() });
        bench.login();
        let declined = bench.sold("100.00");
        assert!(is(&declined, &TransactionStatus::Declined, &StatusCode::DeclinedCardOrTerminalDeclined));
        let signs = bench.sell("10.00");
        assert!(bench.asks_signature(&signs));
    }
}

fn scan(bench: &mut Bench, mode: &str) -> String {
    let data = format!(r#"{{"startScanParameters":{{"triggerType":"ALWAYS_ON","beep":true,"scanMode":"{mode}"}}}}"#);
    bench.ask("SCAN_BARCODE_REQUEST", &format!(r#","resource":"{READER}""#), &data)
}

fn scanned(message: &Message) -> (Option<ScanState>, Option<String>) {
    match &message.body {
        Body::ScanBarcodeResponse(scan) | Body::ScanBarcodeUpdate(scan) => {
            (scan.state.clone(), scan.barcode.as_ref().map(|code| code.reveal().to_owned()))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_barcode_is_scanned_or_the_scan_aborted() {
    on_both_doors(|mut bench| {
        let tag = scan(&mut bench, "SINGLE");
        let busy = bench.start("10.00");
        assert_eq!(bench.error(&busy), ErrorType::PosAccessoryBusy);
        bench.pass(3);
        let expected = (Some(ScanState::Completed), Some("4006381333931".to_owned()));
        assert_eq!(scanned(&bench.answer(&tag)), expected);
        let tag = scan(&mut bench, "SINGLE");
        bench.pass(1);
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
        assert_eq!(scanned(&bench.answer(&tag)), (Some(ScanState::Aborted), None));
    });
}

#[test]
fn continuous_scanning_tells_each_code_until_it_is_aborted() {
    on_both_doors(|mut bench| {
        let tag = scan(&mut bench, "CONTINUOUS");
        bench.pass(7);
        assert!(bench.answers(&tag).is_empty());
        let codes = bench.received().iter().filter(|message| message.header.tag == tag).map(scanned);
        assert_eq!(codes.filter(|(_, code)| code.is_some()).count(), 3);
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
        assert_eq!(scanned(&bench.answer(&tag)), (Some(ScanState::Aborted), None));
    });
}
