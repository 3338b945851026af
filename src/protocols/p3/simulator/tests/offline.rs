//! Offline mode (7.10).

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::LedgerState;

fn sell_offline(bench: &mut Bench, amount: &str) -> String {
    let key = bench.next_tag();
    let tag = bench.execute(&charge(amount, &key).replace("ONLINE", "OFFLINE"));
    bench.pass(20);
    tag
}

fn synchronized(bench: &mut Bench) {
    let tag = bench.ask("SYNCHRONIZE_CONFIGURATION_REQUEST", "", "{}");
    assert_eq!(bench.answer(&tag).body, Body::SynchronizeConfigurationResponse(Some(OfflineMode::Enabled)));
}

fn get_in(bench: &mut Bench, identifier: &str, mode: &str) -> Message {
    let data = format!(r#"{{"transactionIdentifier":"{identifier}","mode":"{mode}"}}"#);
    let tag = bench.ask("GET_TRANSACTION_REQUEST", "", &data);
    bench.answer(&tag)
}

#[test]
fn what_is_accepted_offline_is_submitted_later() {
    on_both_doors(|mut bench| {
        let early = sell_offline(&mut bench, "10.00");
        assert_eq!(bench.error(&early), ErrorType::PosSdkConfigurationMissing);
        bench.complaints.clear();
        synchronized(&mut bench);
        let tag = sell_offline(&mut bench, "10.69");
        let accepted = bench.transaction(&tag);
        assert!(is(&accepted, &TransactionStatus::Accepted, &StatusCode::AcceptedWaitingForSubmission));
        assert_eq!((accepted.mode, accepted.captured), (Some(Mode::Offline), Some(false)));
        let identifier = accepted.identifier.unwrap();
        assert_eq!(get_in(&mut bench, &identifier, "ONLINE").header.status, Some(Status::Error));
        assert_eq!(get_in(&mut bench, &identifier, "OFFLINE").header.status, Some(Status::Ok));

        let batch = bench.ask("SUBMIT_TRANSACTIONS_BATCH_REQUEST", "", "{}");
        let Body::SubmitTransactionsBatchResponse(Some(results)) = bench.answer(&batch).body else { panic!() };
        assert_eq!(results[0].identifier, identifier);
        assert_eq!(results[0].status_details.as_ref().unwrap().code, Some(StatusCode::Approved));
        assert_eq!(bench.found(&identifier).status, Some(TransactionStatus::Approved));
        assert_eq!(bench.booked(), [approved(1_069, Operation::Sale)]);
        assert_eq!(bench.complaints, [""; 0]);
    });
}

#[test]
fn what_is_wiped_before_it_was_submitted_is_never_paid() {
    on_both_doors(|mut bench| {
        synchronized(&mut bench);
        sell_offline(&mut bench, "10.00");
        let wiped = bench.ask("DELETE_TRANSACTIONS_REQUEST", "", "{}");
        assert_eq!(bench.answer(&wiped).body, Body::DeleteTransactionsResponse);
        let sale = Operation::Sale;
        assert_eq!(bench.booked(), [approved(1_000, sale), (1_000, sale, LedgerState::Reversed)]);
        let gone = bench.ask("DELETE_CONFIGURATION_REQUEST", "", "{}");
        assert_eq!(bench.answer(&gone).body, Body::DeleteConfigurationResponse);
        let late = sell_offline(&mut bench, "10.00");
        assert_eq!(bench.error(&late), ErrorType::PosSdkConfigurationMissing);
    });
}
