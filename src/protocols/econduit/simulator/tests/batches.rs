//! closeBatch (reference 3.7).

use serde_json::Value as Told;

use super::bench::*;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::*;

fn close(bench: &mut Bench, terminal: &str) -> (BatchResponse, Told) {
    let line = bench.call(&Method::CloseBatch, &[(parameter::TERMINAL_ID, terminal), (parameter::BATCH_REF_ID, "b-7")]);
    bench.pass(1);
    (codec::batch(bench.text(line).as_bytes()).unwrap(), bench.json(line))
}

#[test]
fn a_batch_is_counted_numbered_and_emptied() {
    let mut bench = Bench::new();
    bench.done("Sale", "a1-1", "100.00");
    bench.done("TipAdjust", "a1-1", "2.50");
    bench.done("Refund", "a1-2", "20.00");
    bench.done("Auth", "a1-3", "50.00");
    bench.done("Capture", "a1-3", "45.10");
    bench.done("Auth", "a1-4", "70.00");
    bench.done("Sale", "a1-5", "9.00");
    bench.done("Void", "a1-5", "9.00");
    bench.done("Sale", "a1-6", "100.51");
    bench.done("GiftSale", "a1-7", "3.00");
    let (batch, told) = close(&mut bench, "2044");
    assert_eq!(told["RefID"], "b-7");
    assert_eq!((told["TransCntTotal"].as_u64(), told["TransCntCredit"].as_u64()), (Some(4), Some(3)));
    assert_eq!((&told["AmtTotalString"], &told["AmtCreditString"]), (&Told::from("130.60"), &Told::from("127.60")));
    assert_eq!(minor(batch.credit.amount.as_ref()), 10_250 - 2_000 + 4_510);
    assert_eq!((minor(batch.gift.amount.as_ref()), batch.gift.count), (300, Some(1)));
    assert_eq!((batch.credit.result, batch.credit.number.as_deref()), (Some(BatchResult::Success), Some("58")));
    bench.done("Sale", "a1-8", "1.00");
    let (next, _) = close(&mut bench, "2044");
    assert_eq!((next.count, next.credit.number.as_deref()), (Some(1), Some("59")));
}

#[test]
fn an_empty_batch_is_a_success() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        let (batch, _) = close(&mut bench, "2044");
        assert_eq!((batch.credit.result, batch.gift.result), (Some(BatchResult::Success), Some(BatchResult::Success)));
        assert_eq!((batch.count, minor(batch.amount.as_ref())), (Some(0), 0));
        assert_eq!(batch.credit.number.as_deref(), Some("58"));
    }
}

#[test]
fn a_terminal_without_gift_cards_says_so() {
    let mut bench = Bench::new();
    let line = bench.run_on("2045", "Sale", "a1-1", "12.00");
    bench.pass(3);
    assert_eq!(code(&bench.answer(line)), "Approved");
    let (batch, told) = close(&mut bench, "2045");
    assert_eq!((batch.gift.result, batch.gift.number), (Some(BatchResult::NotSupported), None));
    assert_eq!((&told["ResultCodeGift"], &told["MessageGift"]), (&Told::from("-1"), &Told::from("")));
    assert_eq!((batch.count, minor(batch.amount.as_ref())), (Some(1), 1_200));
    assert_eq!(close(&mut bench, "2044").0.count, Some(0));
}
