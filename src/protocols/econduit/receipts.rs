//! Receipts: the cloud's ready text where there is one, else our own out of the members of 3.12.

use crate::domain::{Copy, Money, Outcome, PaymentRequest, Receipt, Verdict};

use super::messages::Response;

/// Which of the EMV members stand on a receipt, and whether only the merchant's copy has them.
const EMV: [(&str, &str, bool); 5] = [
    ("receipt-application", "EMV_App_Label", false),
    ("receipt-aid", "EMV_AID", false),
    ("receipt-tvr", "EMV_TVR", true),
    ("receipt-tsi", "EMV_TSI", true),
    ("receipt-tc", "EMV_TC", true),
];

/// Both copies, of what took or gave money and of what was refused with a card there.
pub fn receipts_of(response: &Response, request: &PaymentRequest, outcome: &Outcome) -> Vec<Receipt> {
    let ready = [(Copy::Merchant, &response.merchant_receipt), (Copy::Customer, &response.receipt_terminal)];
    let told = outcome.verdict == Verdict::Approved || outcome.card.is_some();
    let copies = ready.into_iter().filter_map(|(copy, text)| match text {
        Some(text) => Some(Receipt::new(copy, lines_of(text))),
        None => told.then(|| own(copy, response, request, outcome)),
    });
    copies.collect()
}

fn lines_of(text: &str) -> Vec<String> {
    text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
}

fn own(copy: Copy, response: &Response, request: &PaymentRequest, outcome: &Outcome) -> Receipt {
    let mut receipt = Receipt::new(copy, []);
    receipt.heading(&format!("receipt-operation-{}", request.operation.word().replace('_', "-")));
    receipt.heading(&format!("receipt-verdict-{}", outcome.verdict.word().replace('_', "-")));
    receipt.label("receipt-date", response.transaction_date.as_deref().unwrap_or_default());
    if let Some(card) = &outcome.card {
        receipt.label("receipt-card", &format!("{} ************{}", card.brand, card.last4));
    }
    amounts(&mut receipt, request, outcome);
    receipt.label("receipt-entry", response.entry_method.as_deref().unwrap_or_default());
    receipt.label("receipt-auth-code", response.auth_code.as_deref().unwrap_or_default());
    receipt.label("receipt-number", response.ref_id.as_deref().unwrap_or_default());
    for (key, name, merchant_only) in EMV {
        if copy == Copy::Merchant || !merchant_only {
            let value = response.emv.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            receipt.label(key, value.unwrap_or_default());
        }
    }
    receipt
}

fn amounts(receipt: &mut Receipt, request: &PaymentRequest, outcome: &Outcome) {
    let Some(taken) = outcome.taken.filter(|taken| taken.total.is_positive()) else {
        return receipt.label("receipt-amount", &request.amount.to_string());
    };
    let part = |minor: i64| Money::new(minor, taken.total.currency());
    for (key, minor) in [("receipt-tip", taken.tip_minor), ("receipt-cashback", taken.cashback_minor)] {
        if minor > 0 {
            receipt.label(key, &part(minor).to_string());
        }
    }
    receipt.label("receipt-total", &taken.total.to_string());
}
