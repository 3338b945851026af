//! GET, QUERY and what survives a power cut (10.9).

use super::bench::*;
use crate::domain::Operation;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::SimulatorInput;

fn listed(bench: &mut Bench, data: &str) -> Vec<Transaction> {
    let tag = bench.ask("QUERY_TRANSACTIONS_REQUEST", "", data);
    let Body::QueryTransactionsResponse(Some(found)) = bench.answer(&tag).body else { panic!() };
    found
}

#[test]
fn a_query_honours_offset_limit_receipts_and_the_exact_key() {
    on_both_doors(|mut bench| {
        let tags: Vec<_> = ["1.00", "2.00", "3.00"].into_iter().map(|amount| bench.sell(amount)).collect();
        let keys =
            |found: Vec<Transaction>| found.into_iter().filter_map(|one| one.custom_identifier).collect::<Vec<_>>();
        let key = |place: usize| format!("sale-{}", tags[place]);
        assert_eq!(keys(listed(&mut bench, "{\"mode\":\"ONLINE\"}")), [key(2), key(1), key(0)]);
        assert_eq!(keys(listed(&mut bench, r#"{"offset":1,"limit":1}"#)), [key(1)]);
        assert_eq!(keys(listed(&mut bench, r#"{"filterParameters":{"customIdentifier":"sale-"}}"#)), [""; 0]);
        assert!(listed(&mut bench, r#"{"includeReceipts":false}"#)[0].merchant_receipt.is_none());
        assert!(listed(&mut bench, r#"{"includeReceipts":true}"#)[0].merchant_receipt.is_some());
        let wrong = bench.ask("QUERY_TRANSACTIONS_REQUEST", "", r#"{"offset":-1}"#);
        assert_eq!(bench.error(&wrong), ErrorType::PayserverMessageValidation);
    });
}

#[test]
fn a_transaction_that_runs_is_found_as_running() {
    on_both_doors(|mut bench| {
        let tag = bench.start("10.00");
        assert_eq!(bench.query(&format!("sale-{tag}")), []);
        bench.pass(1);
        let identifier = bench.query(&format!("sale-{tag}"))[0].identifier.clone().unwrap();
        assert_eq!(bench.found(&identifier).status, Some(TransactionStatus::Initialized));
        bench.pass(3);
        assert_eq!(bench.found(&identifier).status, Some(TransactionStatus::Pending));
        bench.pass(3);
        assert_eq!(bench.found(&identifier).status, Some(TransactionStatus::Approved));
    });
}

#[test]
fn the_store_survives_a_power_cut_and_what_ran_took_no_money() {
    on_both_doors(|mut bench| {
        let done = bench.sell("10.00");
        let running = bench.start("20.00");
        bench.pass(2);
        bench.step(SimulatorInput::PowerCut);
        assert_eq!(bench.end_of(bench.line), Some(End::Cut));
        assert_eq!(bench.server.running.len(), 0);
        let mut again = bench.restarted();
        assert_eq!(again.query(&format!("sale-{done}"))[0].status, Some(TransactionStatus::Approved));
        assert_eq!(again.query(&format!("sale-{running}"))[0].status, Some(TransactionStatus::Error));
        let identifier = again.query(&format!("sale-{done}"))[0].identifier.clone().unwrap();
        let refund = again.refund(&identifier, None);
        assert_eq!(again.transaction(&refund).status, Some(TransactionStatus::Approved));
        assert_eq!(bench.booked(), [approved(1_000, Operation::Sale)]);
    });
}

#[test]
fn a_memory_taken_in_the_middle_of_a_sale_gives_the_sale_up() {
    on_both_doors(|mut bench| {
        let running = bench.start("20.00");
        bench.pass(2);
        let mut again = bench.restarted();
        assert_eq!(again.query(&format!("sale-{running}"))[0].status, Some(TransactionStatus::Error));
    });
}
