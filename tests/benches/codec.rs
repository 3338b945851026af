//! Reading and writing a PaymentResponse with both receipts.

use checkstand::protocols::nexo::messages::{Body, Message};
use checkstand::protocols::nexo::{codec, receipts};
use divan::Bencher;

const EXAMPLE: &[u8] = include_bytes!("../vectors/nexo/5.1.1-payment-response-approved.xml");

fn main() {
    divan::main();
}

fn example() -> Message {
    codec::decode(EXAMPLE).expect("the reference's example")
}

#[divan::bench]
fn decode(bencher: Bencher<'_, '_>) {
    bencher.bench(|| codec::decode(divan::black_box(EXAMPLE)));
}

#[divan::bench]
fn encode(bencher: Bencher<'_, '_>) {
    let message = example();
    bencher.bench(|| codec::encode(divan::black_box(&message)));
}

#[divan::bench]
fn read_both_receipts(bencher: Bencher<'_, '_>) {
    let Body::PaymentResponse(answer) = example().body else { unreachable!("a PaymentResponse") };
    bencher.bench(|| answer.receipts.iter().map(receipts::receipt_of).count());
}
