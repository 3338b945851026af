//! Every row of DESIGN section 6.

use super::bench::*;
use crate::domain::{Currency, Money, Operation};
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::Scenario;

const SALE: Operation = Operation::Sale;

fn euros(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::EUR))
}

#[test]
fn chip_and_pin_is_approved_with_updates_and_both_receipts() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("23.00");
        let states: Vec<_> = bench.updates(&tag).into_iter().map(|update| update.state_details.unwrap()).collect();
        let expected = [
            StateDetails::Initialized,
            StateDetails::ConnectingToAccessory,
            StateDetails::Registering,
            StateDetails::WaitingForCardPresentation,
            StateDetails::WaitingForPin,
            StateDetails::WaitingForProcessorApproval,
            StateDetails::WaitingForCardRemoval,
        ];
        assert_eq!(states, expected);
        let abortable: Vec<_> = bench.updates(&tag).into_iter().filter_map(|update| update.abortable).collect();
        assert_eq!(abortable, [true, true, true, true, true, false, false]);
        assert!(bench.updates(&tag).iter().all(|update| update.information.len() == 2));

        let progress = bench.progress(&tag);
        assert_eq!((progress.state, progress.state_details), (Some(State::Approved), Some(StateDetails::Approved)));
        assert_eq!(progress.information, ["Approved", "Approved"]);
        let transaction = progress.transaction.unwrap();
        assert!(is(&transaction, &TransactionStatus::Approved, &StatusCode::Approved));
        assert_eq!((transaction.total(), transaction.captured), (euros(2_300), Some(true)));
        assert_eq!(transaction.custom_identifier, Some(format!("sale-{tag}")));
        assert_eq!(transaction.created_time_zone.as_deref(), Some("+01:00"));
        let identifier = transaction.identifier.unwrap();
        assert!(identifier.len() == 32 && identifier.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let merchant = transaction.merchant_receipt.unwrap();
        assert_eq!(merchant.line("RECEIPT_TYPE").unwrap().value, "Merchant Receipt");
        assert_eq!(merchant.line("AMOUNT_AND_CURRENCY").unwrap().value, "23.00 EUR");
        assert!(transaction.customer_receipt.is_some());

        assert_eq!(bench.booked(), [approved(2_300, SALE)]);
        assert_eq!(bench.ledger[0].terminal_reference, identifier);
        assert_eq!(bench.ledger[0].till_reference, format!("sale-{tag}"));
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn the_identifier_comes_with_the_update_that_registers_and_stays() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("23.00");
        let updates = bench.updates(&tag);
        let identifier = bench.transaction(&tag).identifier;
        let registered = updates.iter().position(|update| update.state_details == Some(StateDetails::Registering));
        let (before, after) = updates.split_at(registered.unwrap());
        assert!(before.iter().all(|update| update.transaction.is_none()));
        assert!(after.iter().all(|update| update.transaction.as_ref().unwrap().identifier == identifier));
    });
}

#[test]
fn contactless_asks_for_no_pin() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.50");
        let details = bench.transaction(&tag).payment_details.unwrap();
        assert_eq!(details.source, Some(Source::NfcIcc));
        assert!(bench.updates(&tag).iter().all(|update| update.state_details != Some(StateDetails::WaitingForPin)));
    });
}

#[test]
fn declines_take_no_money_and_have_a_status_of_ok_and_receipts() {
    on_both_doors(|mut bench| {
        for (amount, code) in
            [("10.51", StatusCode::DeclinedProcessor), ("10.52", StatusCode::DeclinedInsufficientFunds)]
        {
            let tag = bench.sell(amount);
            assert_eq!(bench.answer(&tag).header.status, Some(Status::Ok));
            let transaction = bench.transaction(&tag);
            assert!(is(&transaction, &TransactionStatus::Declined, &code));
            assert!(transaction.merchant_receipt.is_some());
        }
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn a_shopper_who_cancels_or_never_comes_aborts() {
    on_both_doors(|mut bench| {
        let cancelled = bench.sold("10.53");
        assert!(is(&cancelled, &TransactionStatus::Aborted, &StatusCode::AbortedShopperAborted));
        assert_eq!(cancelled.merchant_receipt, None);
        let tag = bench.start("10.54");
        bench.pass(30);
        assert_eq!(bench.answers(&tag), []);
        bench.pass(2);
        let transaction = bench.transaction(&tag);
        assert!(is(&transaction, &TransactionStatus::Aborted, &StatusCode::AbortedPresentCardTimedOut));
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn a_signature_is_asked_for_and_the_sale_stands_still_until_it_comes() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.55");
        assert!(bench.asks_signature(&tag) && bench.answers(&tag).is_empty());
        let refused = bench.sign(&tag, r#"{"type":"DIGITAL","data":""}"#);
        assert_eq!(bench.error(&refused), ErrorType::PosTransactionActionError);
        assert_eq!(bench.booked(), []);
        let taken = bench.sign(&tag, r#"{"type":"ON_RECEIPT"}"#);
        assert_eq!(bench.answer(&taken).header.status, Some(Status::Ok));
        bench.pass(10);
        let transaction = bench.transaction(&tag);
        assert_eq!(transaction.status, Some(TransactionStatus::Approved));
        assert!(transaction.merchant_receipt.unwrap().signature_line_required);
        assert!(!transaction.customer_receipt.unwrap().signature_line_required);
        assert_eq!(bench.booked(), [approved(1_055, SALE)]);
        let late = bench.sign(&tag, r#"{"type":"ON_RECEIPT"}"#);
        assert_eq!(bench.error(&late), ErrorType::PosTransactionActionError);
    });
}

#[test]
fn a_signature_drawn_on_the_screen_needs_no_line_on_the_receipt() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.55");
        bench.sign(&tag, r#"{"type":"DIGITAL","data":"iVBORw0KGgo="}"#);
        bench.pass(10);
        let transaction = bench.transaction(&tag);
        assert_eq!(transaction.status, Some(TransactionStatus::Approved));
        assert!(!transaction.merchant_receipt.unwrap().signature_line_required);
    });
}

#[test]
fn a_signature_that_is_rejected_or_never_comes_charges_nothing() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.55");
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
        bench.pass(5);
        let aborted = bench.transaction(&tag);
        assert!(is(&aborted, &TransactionStatus::Aborted, &StatusCode::AbortedMerchantAborted));
        let tag = bench.sell("11.55");
        bench.pass(400);
        assert_eq!(bench.transaction(&tag).status, Some(TransactionStatus::Error));
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn other_amounts_than_asked_are_charged_and_said() {
    on_both_doors(|mut bench| {
        let half = bench.sold("10.56");
        assert!(is(&half, &TransactionStatus::Approved, &StatusCode::ApprovedPartially));
        assert_eq!(half.total(), euros(528));
        let tipped = bench.sold("100.57");
        assert_eq!(tipped.total(), euros(11_062));
        assert_eq!(tipped.details.unwrap().included_tip_amount, Some(Amount::of(euros(1_005).unwrap())));
        let surcharged = bench.sold("100.58");
        assert_eq!(surcharged.total(), euros(10_460));
        assert_eq!(surcharged.details.unwrap().included_tip_amount, Some(Amount::of(euros(0).unwrap())));
        assert_eq!(bench.booked(), [approved(528, SALE), approved(11_062, SALE), approved(10_460, SALE)]);
    });
}

#[test]
fn a_line_that_drops_after_the_card_was_read_leaves_the_sale_to_its_end() {
    on_both_doors(|mut bench| {
        for (amount, status, booked) in
            [("10.61", TransactionStatus::Approved, 1), ("10.62", TransactionStatus::Declined, 1)]
        {
            let tag = bench.sell(amount);
            assert_eq!(bench.end_of(bench.line), Some(End::Cut));
            assert!(bench.answers(&tag).is_empty());
            bench.reconnect();
            let found = bench.query(&format!("sale-{tag}"));
            assert_eq!(found[0].status, Some(status.clone()));
            let identifier = found[0].identifier.clone().unwrap();
            assert_eq!(bench.found(&identifier).status, Some(status));
            assert_eq!(bench.ledger.len(), booked);
        }
    });
}

#[test]
fn a_line_that_drops_before_the_request_was_taken_leaves_nothing() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.63");
        assert_eq!(bench.end_of(bench.line), Some(End::Cut));
        bench.reconnect();
        assert_eq!(bench.query(&format!("sale-{tag}")), []);
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn a_sale_that_is_never_answered_can_be_asked_for() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.64");
        bench.pass(3600);
        assert!(bench.answers(&tag).is_empty() && !bench.updates(&tag).is_empty());
        assert_eq!(bench.end_of(bench.line), None);
        assert_eq!(bench.query(&format!("sale-{tag}"))[0].status, Some(TransactionStatus::Approved));
        assert_eq!(bench.booked(), [approved(1_064, SALE)]);
        assert_eq!(bench.sold("10.00").status, Some(TransactionStatus::Approved));
    });
}

#[test]
fn an_abort_is_obeyed_acknowledged_for_nothing_or_refused() {
    on_both_doors(|mut bench| {
        for (amount, status, result) in [
            ("10.00", AbortStatus::Ok, TransactionStatus::Aborted),
            ("10.65", AbortStatus::Ok, TransactionStatus::Approved),
            ("10.66", AbortStatus::CannotBeAborted, TransactionStatus::Approved),
            ("10.70", AbortStatus::Ok, TransactionStatus::Aborted),
        ] {
            let tag = bench.start(amount);
            bench.pass(2);
            assert_eq!(bench.abort(&tag), status, "{amount}");
            bench.pass(20);
            assert_eq!(bench.transaction(&tag).status, Some(result), "{amount}");
        }
        assert_eq!(bench.booked(), [approved(1_065, SALE), approved(1_066, SALE)]);
    });
}

#[test]
fn an_abort_before_the_platform_knows_of_the_sale_leaves_no_trace() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.00");
        assert_eq!(bench.abort(&tag), AbortStatus::Ok);
        bench.pass(10);
        let transaction = bench.transaction(&tag);
        assert_eq!((transaction.identifier, transaction.status), (None, Some(TransactionStatus::Aborted)));
        assert_eq!(bench.query(&format!("sale-{tag}")), []);
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn the_receipts_have_the_references_keys() {
    on_both_doors(|mut bench| {
        let sale = bench.sold("10.00");
        let refund = bench.refund(&sale.identifier.clone().unwrap(), None);
        let receipt = bench.transaction(&refund).customer_receipt.unwrap();
        for key in [
            "RECEIPT_TYPE",
            "TRANSACTION_TYPE",
            "IDENTIFIER",
            "AMOUNT_AND_CURRENCY",
            "DATE",
            "TIME",
            "STATUS_TEXT",
            "STATUS",
            "PAYMENT_DETAILS_SCHEME_OR_LABEL",
            "PAYMENT_DETAILS_MASKED_ACCOUNT",
            "PAYMENT_DETAILS_SOURCE",
            "PAYMENT_DETAILS_EMV_APPLICATION_ID",
            "PAYMENT_DETAILS_ACCOUNT_SEQUENCE_NUMBER",
            "PAYMENT_DETAILS_CUSTOMER_VERIFICATION",
            "CLEARING_DETAILS_TRANSACTION_IDENTIFIER",
            "CLEARING_DETAILS_ORIGINAL_TRANSACTION_IDENTIFIER",
            "CLEARING_DETAILS_AUTHORIZATION_CODE",
            "CLEARING_DETAILS_MERCHANT_IDENTIFIER",
            "CLEARING_DETAILS_TERMINAL_ID",
            "MERCHANT_DETAILS_PUBLIC_NAME",
            "MERCHANT_DETAILS_ADDRESS",
            "MERCHANT_DETAILS_ZIP",
            "MERCHANT_DETAILS_CITY",
            "MERCHANT_DETAILS_COUNTRY",
            "MERCHANT_DETAILS_CONTACT",
            "MERCHANT_DETAILS_ADDITIONAL_INFORMATION",
        ] {
            assert!(receipt.data.iter().any(|line| line.key == key), "{key}");
        }
        assert!(sale.merchant_receipt.unwrap().line("SUBJECT").is_some());
    });
}

#[test]
fn nobody_aborts_what_has_ended_or_is_at_the_processor() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.50");
        bench.pass(3);
        assert_eq!(bench.updates(&tag).last().unwrap().abortable, Some(false));
        assert_eq!(bench.abort(&tag), AbortStatus::CannotBeAborted);
        bench.pass(10);
        assert_eq!(bench.transaction(&tag).status, Some(TransactionStatus::Approved));
        assert_eq!(bench.abort(&tag), AbortStatus::NothingToAbort);
    });
}

#[test]
fn a_reader_that_is_busy_or_missing_starts_nothing() {
    on_both_doors(|mut bench| {
        for (amount, error) in [("10.67", ErrorType::PosAccessoryBusy), ("10.68", ErrorType::PosAccessoryNotConnected)]
        {
            let tag = bench.sell(amount);
            assert_eq!(bench.error(&tag), error);
            assert_eq!(bench.progress(&tag).transaction, None);
            assert_eq!(bench.query(&format!("sale-{tag}")), []);
        }
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn a_platform_that_is_down_answers_with_an_error_and_the_transaction() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.69");
        assert_eq!(bench.error(&tag), ErrorType::PosServerUnavailable);
        let progress = bench.progress(&tag);
        assert_eq!(progress.state, Some(State::Failed));
        let transaction = progress.transaction.unwrap();
        assert!(is(&transaction, &TransactionStatus::Error, &StatusCode::ErrorServerUnavailable));
        assert_eq!(transaction.merchant_receipt, None);
        assert_eq!(bench.query(&format!("sale-{tag}"))[0].status, Some(TransactionStatus::Error));
        assert_eq!(bench.booked(), []);
    });
}

#[test]
fn the_slow_sale_takes_a_minute_and_keeps_talking() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.71");
        bench.pass(59);
        assert!(bench.answers(&tag).is_empty());
        bench.pass(2);
        assert_eq!(bench.transaction(&tag).status, Some(TransactionStatus::Approved));
        assert!(bench.updates(&tag).len() > 12);
    });
}

#[test]
fn a_foreign_answer_comes_under_another_tag_and_is_not_in_the_ledger() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.72");
        let responses: Vec<_> = bench
            .received()
            .iter()
            .filter_map(|message| match &message.body {
                Body::ExecuteTransactionResponse(progress) => Some((message.header.tag.clone(), progress.clone())),
                _ => None,
            })
            .collect();
        let [(foreign_tag, foreign), (own_tag, own)] = responses.as_slice() else { panic!("{responses:?}") };
        assert!(*foreign_tag != tag && *own_tag == tag);
        let (foreign, own) = (foreign.transaction.as_ref().unwrap(), own.transaction.as_ref().unwrap());
        assert_ne!(foreign.identifier, own.identifier);
        assert_ne!(foreign.custom_identifier, own.custom_identifier);
        assert_eq!((foreign.total(), own.total()), (euros(2_183), euros(1_072)));
        assert_eq!(bench.booked(), [approved(1_072, SALE)]);
    });
}

#[test]
fn odd_spellings_come_in_single_bytes_and_mean_the_same() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.73");
        assert!(bench.in_pieces);
        let answer = bench.answer(&tag);
        assert_eq!((answer.header.status, answer.header.error), (Some(Status::Ok), None));
        let progress = bench.progress(&tag);
        assert!(matches!(progress.state, Some(State::Other(_))));
        let transaction = progress.transaction.unwrap();
        assert_eq!(
            (transaction.status.clone(), transaction.total()),
            (Some(TransactionStatus::Approved), euros(1_073))
        );
        assert!(!format!("{transaction:?}").contains("NEMO"));
    });
}

#[test]
fn what_is_lost_for_good_is_found_by_no_question() {
    on_both_doors(|mut bench| {
        let tag = bench.sell("10.74");
        assert_eq!(bench.end_of(bench.line), Some(End::Cut));
        assert_eq!(bench.booked(), [approved(1_074, SALE)]);
        let identifier = bench.ledger[0].terminal_reference.clone();
        bench.reconnect();
        assert_eq!(bench.query(&format!("sale-{tag}")), []);
        let get = bench.ask_for(&identifier);
        assert_eq!(bench.error(&get), ErrorType::PosTransactionReferenceNotFound);
        let refund = bench.refund(&identifier, None);
        assert_eq!(bench.error(&refund), ErrorType::PosTransactionReferenceNotFound);
    });
}

#[test]
fn every_row_of_the_table_frees_the_reader_and_nobody_complains() {
    on_both_doors(|mut bench| {
        for (cents, scenario) in Scenario::TABLE {
            let tag = bench.start(&format!("10.{cents:02}"));
            bench.pass(3);
            if bench.asks_signature(&tag) {
                bench.sign(&tag, r#"{"type":"ON_RECEIPT"}"#);
            }
            bench.pass(1000);
            if bench.end_of(bench.line).is_some() {
                bench.reconnect();
            }
            assert!(bench.server.running.is_empty(), "{scenario:?}");
        }
        assert_eq!(bench.complaints, [""; 0]);
    });
}
