//! Transactions as the wire shows them, with both receipts (4.8, 4.9, section 9).

use super::profile::LOCATION;
use super::store::{Record, Store};
use super::texts::description;
use crate::protocols::p3::messages::*;

const MERCHANT: &str = "900815";
const TERMINAL: &str = "61770042";

/// `with_receipts`: QUERY may ask for none.
pub fn transaction(record: &Record, store: &Store, with_receipts: bool) -> Transaction {
    let receipts = with_receipts && has_receipts(record);
    Transaction {
        identifier: Some(record.identifier.clone()),
        kind: Some(record.kind.clone()),
        status: Some(record.status.clone()),
        status_details: Some(status_details(record)),
        mode: Some(if record.offline { Mode::Offline } else { Mode::Online }),
        amount: Some(Amount::of(record.amount())),
        currency: Some(record.currency.clone()),
        captured: Some(record.captured),
        referenced_transaction_identifier: record.referenced.clone(),
        subject: record.subject.clone(),
        custom_identifier: record.custom_identifier.clone(),
        statement_descriptor: record.statement_descriptor.clone(),
        created_timestamp: Some(record.created),
        created_time_zone: Some(record.zone.clone()),
        details: Some(TransactionDetails {
            application_fee: None,
            included_tip_amount: Some(Amount::of(record.money(record.tip_minor))),
            metadata: record.metadata.clone(),
            tip_adjust_status: Some(record.tip_adjust.clone()),
        }),
        payment_details: Some(payment_details(record)),
        refund_details: record.is_final().then(|| refund_details(record, store)),
        dcc_details: None,
        gift_card_details: record.gift.map(|gift| gift_card_details(record, gift)),
        verification_results: None,
        merchant_receipt: receipts.then(|| receipt(record, "Merchant Receipt", true)),
        customer_receipt: receipts.then(|| receipt(record, "Customer Receipt", false)),
    }
}

pub fn status_details(record: &Record) -> StatusDetails {
    StatusDetails {
        code: Some(record.code.clone()),
        description: Some(description(&record.code)),
        developer_description: None,
    }
}

fn payment_details(record: &Record) -> PaymentDetails {
    PaymentDetails {
        scheme: Some(record.card.as_ref().map_or(Scheme::Unknown, |card| card.scheme.clone())),
        source: Some(record.source.clone()),
        customer_verification: Some(record.verification.clone()),
        masked_account_number: record.card.as_ref().map(super::cards::Card::masked),
    }
}

pub fn refund_details(record: &Record, store: &Store) -> RefundDetails {
    let refund = |refund: &super::store::Refund| RefundTransaction {
        identifier: Some(refund.identifier.clone()),
        created_timestamp: Some(refund.created),
        amount: Some(Amount::of(record.money(refund.amount_minor))),
        currency: Some(record.currency.clone()),
        kind: Some(TransactionType::Refund),
        status: Some(TransactionStatus::Approved),
        status_details: store.find(&refund.identifier).map(status_details),
        code: Some(RefundCode::BeforeClearing),
    };
    RefundDetails {
        process: Some(RefundProcess::WithoutCard),
        status: Some(record.refund_status()),
        refund_transactions: record.refunds.iter().map(refund).collect(),
    }
}

fn gift_card_details(record: &Record, (before, after): (i64, i64)) -> GiftCardDetails {
    GiftCardDetails {
        current_balance: Some(Amount::of(record.money(after))),
        previous_balance: Some(Amount::of(record.money(before))),
        currency: Some(record.currency.clone()),
    }
}

/// None when the transaction failed (4.8).
fn has_receipts(record: &Record) -> bool {
    matches!(record.status, TransactionStatus::Approved | TransactionStatus::Accepted | TransactionStatus::Declined)
}

/// The lines by key, in groups, and all of them once more in `data`.
fn receipt(record: &Record, kind: &str, for_merchant: bool) -> Receipt {
    let general = general_lines(record, kind);
    let merchant_details = merchant_lines();
    let payment_details = payment_lines(record);
    let clearing_details = clearing_lines(record);
    let groups = [&general, &merchant_details, &payment_details, &clearing_details];
    Receipt {
        data: groups.into_iter().flatten().cloned().collect(),
        merchant_details,
        payment_details,
        clearing_details,
        signature_line_required: for_merchant && record.signature_line,
        tip_line_required: record.is_approved() && record.tip_adjust == TipAdjustStatus::Adjustable,
    }
}

/// Lines without a value are left out.
fn lines(rows: &[(&str, &str, &str)]) -> Vec<ReceiptLine> {
    let line = |(key, label, value): &(&str, &str, &str)| ReceiptLine {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        value: (*value).to_owned(),
    };
    rows.iter().filter(|(_, _, value)| !value.is_empty()).map(line).collect()
}

fn general_lines(record: &Record, kind: &str) -> Vec<ReceiptLine> {
    let created = jiff::Timestamp::from_millisecond(record.created).unwrap_or_default();
    let created = format!("{created:.0}");
    let (date, time) = created.split_once('T').unwrap_or_default();
    lines(&[
        ("RECEIPT_TYPE", "Receipt", kind),
        ("TRANSACTION_TYPE", "Type", record.kind.word()),
        ("SUBJECT", "Subject", record.subject.as_deref().unwrap_or_default()),
        ("IDENTIFIER", "Identifier", &record.identifier),
        ("AMOUNT_AND_CURRENCY", "Amount", &record.amount().to_string()),
        ("DATE", "Date", date),
        ("TIME", "Time (UTC)", time.trim_end_matches('Z')),
        ("STATUS_TEXT", "Status", &description(&record.code)),
        ("STATUS", "Status", record.status.word()),
    ])
}

fn merchant_lines() -> Vec<ReceiptLine> {
    lines(&[
        ("MERCHANT_DETAILS_PUBLIC_NAME", "Merchant", LOCATION),
        ("MERCHANT_DETAILS_ADDRESS", "Address", "Examplestrasse 1"),
        ("MERCHANT_DETAILS_ZIP", "Zip", "10115"),
        ("MERCHANT_DETAILS_CITY", "City", "Berlin"),
        ("MERCHANT_DETAILS_COUNTRY", "Country", "Germany"),
        ("MERCHANT_DETAILS_CONTACT", "Contact", "shop@example.org"),
        ("MERCHANT_DETAILS_ADDITIONAL_INFORMATION", "", "TRAINING - NO REAL MONEY"),
    ])
}

fn payment_lines(record: &Record) -> Vec<ReceiptLine> {
    let Some(card) = &record.card else { return Vec::new() };
    let balance = record.gift.map(|(_, after)| record.money(after).to_string()).unwrap_or_default();
    let has_chip = !card.aid.is_empty();
    lines(&[
        ("PAYMENT_DETAILS_SCHEME_OR_LABEL", "Card", card.scheme.word()),
        ("PAYMENT_DETAILS_MASKED_ACCOUNT", "Number", &card.masked()),
        ("PAYMENT_DETAILS_SOURCE", "Entry", record.source.word()),
        ("PAYMENT_DETAILS_EMV_APPLICATION_ID", "AID", &card.aid),
        ("PAYMENT_DETAILS_ACCOUNT_SEQUENCE_NUMBER", "PSN", if has_chip { "00" } else { "" }),
        ("PAYMENT_DETAILS_CUSTOMER_VERIFICATION", "Verification", record.verification.word()),
        ("PAYMENT_DETAILS_REMAINING_BALANCE", "Balance", &balance),
    ])
}

fn clearing_lines(record: &Record) -> Vec<ReceiptLine> {
    lines(&[
        ("CLEARING_DETAILS_TRANSACTION_IDENTIFIER", "Transaction", &record.identifier),
        (
            "CLEARING_DETAILS_ORIGINAL_TRANSACTION_IDENTIFIER",
            "Original",
            record.referenced.as_deref().unwrap_or_default(),
        ),
        ("CLEARING_DETAILS_AUTHORIZATION_CODE", "Auth", record.approval_code.as_deref().unwrap_or_default()),
        ("CLEARING_DETAILS_MERCHANT_IDENTIFIER", "MID", MERCHANT),
        ("CLEARING_DETAILS_TERMINAL_ID", "TID", TERMINAL),
    ])
}
