//! What the reference leaves open about a PayServer (marks I, P, U) and this one decides. One place to correct.

use std::time::Duration;

use crate::protocols::p3::messages::*;

/// One step of the machine, in milliseconds (10.4).
pub const STEP: u64 = 300;
/// What a shopper takes to present a card, key a PIN or a tip.
pub const SHOPPER: u64 = 1500;
/// What the processor takes to decide.
pub const HOST: u64 = 1000;
/// The reader's own time-out while it waits for a card (7.5: unknown).
pub const CARD_WITHIN: u64 = 30_000;
/// The bound of what waits until it is aborted.
pub const AT_LAST: u64 = 900_000;
/// A signature that nobody submits ends the transaction (7.6: unknown).
pub const SIGNATURE_WITHIN: Duration = Duration::from_secs(300);
/// Until a barcode is scanned, in milliseconds (10.11).
pub const SCAN: u64 = 2000;
pub const BARCODE: &str = "4006381333931";

/// The secret with which a login fails (10.3).
pub const WRONG_SECRET: &str = "wrong";
pub const LOCATION: &str = "Training Shop";

/// The type of an answer to a charge with `autoCapture: false`; it stays so when it has been captured.
pub const PREAUTH_IS: TransactionType = TransactionType::Preauthorize;
/// The type of an answer to a stand-alone refund.
pub const STAND_ALONE_REFUND_IS: TransactionType = TransactionType::Refund;
/// The types of the answers to amendments. Every amendment is a transaction of its own, with its own identifier, its own
/// `customIdentifier` and `referencedTransactionIdentifier`, so that QUERY finds it. Captures and tip adjustments change
/// their original as well: `captured`, `amount`, `includedTipAmount`, `tipAdjustStatus`.
pub fn amendment_is(request: &RequestType) -> TransactionType {
    match request {
        RequestType::Refund => TransactionType::Refund,
        _ => TransactionType::Charge,
    }
}

/// (10.3)
pub fn devices() -> Vec<Device> {
    let device = |name: &str, identifier: &str, kind, comlink| Device {
        name: name.to_owned(),
        identifier: identifier.to_owned(),
        resource: format!("devices/{identifier}"),
        kind: Some(kind),
        comlink: Some(comlink),
    };
    vec![
        device("Mock reader", "mock1", DeviceType::Mock, Comlink::Mock),
        device("Miura reader", "mock2", DeviceType::Miura, Comlink::Usb),
    ]
}

/// State and details of the last response, from what became of the transaction (5.1 to 5.4).
pub fn end_state(kind: &TransactionType, status: &TransactionStatus, code: &StatusCode) -> (State, StateDetails) {
    match status {
        TransactionStatus::Approved if *code == StatusCode::ApprovedPartially => {
            (State::Approved, StateDetails::ApprovedPartially)
        }
        TransactionStatus::Approved => (State::Approved, StateDetails::Approved),
        TransactionStatus::Accepted => (State::Accepted, StateDetails::Accepted),
        TransactionStatus::Declined => (State::Declined, StateDetails::Declined),
        TransactionStatus::Aborted => (State::Aborted, StateDetails::Aborted),
        TransactionStatus::Error
            if *kind == TransactionType::Refund && *code == StatusCode::ErrorServerInvalidTransactionStatus =>
        {
            (State::NotRefundable, StateDetails::NotRefundable)
        }
        TransactionStatus::Error => (State::Failed, StateDetails::Failed),
        _ => (State::Inconclusive, StateDetails::Inconclusive),
    }
}
