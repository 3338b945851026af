//! Receipts: the cloud's ready text where there is one, else our own out of the members of 3.12.

use jiff::Timestamp;

use crate::domain::{Copy, Money, Outcome, PaymentRequest, Receipt, Verdict};

use super::messages::Response;

/// The EMV members that stand on a receipt, in the order of 3.12, which knows no difference between the copies.
const EMV: [(&str, &str); 6] = [
    ("receipt-application", "EMV_App_Label"),
    ("receipt-aid", "EMV_AID"),
    ("receipt-tvr", "EMV_TVR"),
    ("receipt-tsi", "EMV_TSI"),
    ("receipt-atc", "EMV_ATC"),
    ("receipt-tc", "EMV_TC"),
];

/// Both copies, of what took or gave money and of what was refused with a card there. `sent_at` is the till's own time of it: some
/// terminals tell none.
pub fn receipts_of(
    response: &Response,
    request: &PaymentRequest,
    outcome: &Outcome,
    sent_at: Option<Timestamp>,
) -> Vec<Receipt> {
    let ready = [(Copy::Merchant, &response.merchant_receipt), (Copy::Customer, &response.receipt_terminal)];
    let told = outcome.verdict == Verdict::Approved || outcome.card.is_some();
    let copies = ready.into_iter().filter_map(|(copy, text)| match text {
        Some(text) => Some(Receipt::new(copy, lines_of(text))),
        None => told.then(|| own(copy, response, request, outcome, sent_at)),
    });
    // (3.12) Paper is left to the till.
    copies.map(Receipt::on_the_tills_paper).collect()
}

fn lines_of(text: &str) -> Vec<String> {
    text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
}

fn own(
    copy: Copy,
    response: &Response,
    request: &PaymentRequest,
    outcome: &Outcome,
    sent_at: Option<Timestamp>,
) -> Receipt {
    let mut receipt = Receipt::new(copy, []);
    // The picture of a signature is kept nowhere, so the paper has a line in its place.
    receipt.signature_line = copy == Copy::Merchant && response.signature.is_some();
    receipt.heading(&format!("receipt-operation-{}", request.operation.word().replace('_', "-")));
    receipt.heading(&format!("receipt-verdict-{}", outcome.verdict.word().replace('_', "-")));
    let told = response.transaction_date.clone();
    let date = told.or_else(|| sent_at.map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()));
    receipt.label("receipt-date", &date.unwrap_or_default());
    if let Some(card) = &outcome.card {
        receipt.label("receipt-card", &format!("{} ************{}", card.brand, card.last4));
    }
    amounts(&mut receipt, request, outcome);
    receipt.label("receipt-entry", response.entry_method.as_deref().unwrap_or_default());
    receipt.label("receipt-auth-code", response.auth_code.as_deref().unwrap_or_default());
    receipt.label("receipt-number", response.ref_id.as_deref().unwrap_or_default());
    receipt.label("receipt-invoice", response.invoice_number.as_deref().unwrap_or_default());
    for (key, name) in EMV {
        let value = response.emv.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        receipt.label(key, value.unwrap_or_default());
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{CardSummary, Currency, Operation, SignatureImage, Taken};

    fn response() -> Response {
        let emv = ["App_Label", "AID", "TVR", "TSI", "ATC", "TC"];
        Response {
            ref_id: Some("a1-000117".to_owned()),
            invoice_number: Some("4711".to_owned()),
            auth_code: Some("08B2F1".to_owned()),
            entry_method: Some("Chip".to_owned()),
            transaction_date: Some("2026-03-14 10:00".to_owned()),
            emv: emv.iter().map(|name| (format!("EMV_{name}"), format!("told-{name}"))).collect(),
            ..Response::default()
        }
    }

    fn approved() -> Outcome {
        let usd = |minor| Money::new(minor, Currency::USD);
        let taken = Taken { total: usd(2_840), tip_minor: 0, cashback_minor: 1_000, surcharge_minor: 0 };
        let card = Some(CardSummary { last4: "4242".into(), brand: "Visa".into() });
        Outcome { card, ..Outcome::approved(taken) }
    }

    fn sale() -> PaymentRequest {
        PaymentRequest::new(Operation::Sale, Money::new(1_840, Currency::USD))
    }

    #[test]
    fn the_tills_own_receipt_has_all_that_the_reference_lists_on_both_copies() {
        let both = receipts_of(&response(), &sale(), &approved(), None);
        assert_eq!(both.iter().map(|receipt| receipt.copy).collect::<Vec<_>>(), [Copy::Merchant, Copy::Customer]);
        for receipt in &both {
            let wanted = ["2026-03-14 10:00", "Visa ************4242", "10.00 USD", "28.40 USD", "Chip", "08B2F1"];
            let emv = ["told-App_Label", "told-AID", "told-TVR", "told-TSI", "told-ATC", "told-TC"];
            for fact in wanted.iter().chain(&emv).chain(&["a1-000117", "4711"]) {
                assert!(receipt.lines.iter().any(|line| line == fact), "{fact} is not on {:?}", receipt.lines);
            }
            assert!(receipt.labels.values().any(|key| key == "receipt-operation-sale"));
            assert!(receipt.labels.values().any(|key| key == "receipt-verdict-approved"));
            assert!(!receipt.signature_line);
        }
    }

    #[test]
    fn a_terminal_that_tells_no_time_has_the_tills() {
        let silent = Response { transaction_date: None, ..response() };
        let at = "2026-03-14T09:05:01.250Z".parse().unwrap();
        let both = receipts_of(&silent, &sale(), &approved(), Some(at));
        assert!(both.iter().all(|receipt| receipt.lines.contains(&"2026-03-14 09:05:01 UTC".to_owned())));
    }

    #[test]
    fn where_the_customer_has_signed_the_merchants_copy_has_a_line_to_sign_on() {
        let signed = Response { signature: SignatureImage::new(b"\x89PNG".to_vec()), ..response() };
        let both = receipts_of(&signed, &sale(), &approved(), None);
        assert_eq!(both.iter().map(|receipt| receipt.signature_line).collect::<Vec<_>>(), [true, false]);
    }
}
