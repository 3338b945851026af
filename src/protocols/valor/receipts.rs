//! The till's own receipt out of a result's members (reference 6.2): the terminal sends none on the wire.

use crate::domain::{Copy, Money, Outcome, PaymentRequest, Receipt, Verdict};

use super::messages::{Members, name};

/// What stands on the copies of a terminal's result, in this order, and whether only the merchant's copy has it.
const PARTICULARS: [(&str, &str, bool); 11] = [
    ("receipt-entry", name::ENTRY_MODE, false),
    ("receipt-auth-code", name::AUTH_CODE, false),
    ("receipt-rrn", name::RRN, false),
    ("receipt-number", name::TRAN_NO, false),
    ("receipt-batch", name::BATCH_NO, true),
    ("receipt-merchant-id", name::MID, true),
    ("receipt-terminal-id", name::TID, false),
    ("receipt-aid", name::AID, false),
    ("receipt-tvr", name::TVR, false),
    ("receipt-tsi", name::TSI, false),
    ("receipt-answer", name::AUTH_TEXT, false),
];

/// Both copies, for a result that took or gave money and for a decline that came with a card.
pub fn receipts_of(result: &Members, request: &PaymentRequest, outcome: &Outcome) -> Vec<Receipt> {
    let told = outcome.verdict == Verdict::Approved || outcome.card.is_some();
    if !told {
        return Vec::new();
    }
    [Copy::Merchant, Copy::Customer].into_iter().map(|copy| receipt(copy, result, request, outcome)).collect()
}

fn receipt(copy: Copy, result: &Members, request: &PaymentRequest, outcome: &Outcome) -> Receipt {
    let mut receipt = Receipt::new(copy, []);
    receipt.heading(&format!("receipt-operation-{}", request.operation.word().replace('_', "-")));
    receipt.heading(&format!("receipt-verdict-{}", outcome.verdict.word().replace('_', "-")));
    receipt.label("receipt-date", &result.text(name::DATE).map(legible).unwrap_or_default());
    if let Some(card) = &outcome.card {
        receipt.label("receipt-card", &format!("{} ************{}", card.brand, card.last4));
    }
    amounts(&mut receipt, result, request, outcome);
    for (key, member, merchant_only) in PARTICULARS {
        if copy == Copy::Merchant || !merchant_only {
            receipt.label(key, result.text(member).unwrap_or_default());
        }
    }
    receipt
}

/// `DDMMYYYY HH:MM:SS` (6.2) as everybody reads it; anything else as it is.
fn legible(date: &str) -> String {
    let digits = date.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match (digits, date.get(8..)) {
        (Some(digits), Some(time)) => format!("{}-{}-{}{time}", &digits[4..], &digits[2..4], &digits[..2]),
        _ => date.to_owned(),
    }
}

/// What was taken and its parts, or what was asked where nothing was taken.
fn amounts(receipt: &mut Receipt, result: &Members, request: &PaymentRequest, outcome: &Outcome) {
    let Some(taken) = outcome.taken else {
        return receipt.label("receipt-amount", &request.amount.to_string());
    };
    let currency = taken.total.currency();
    let money = |minor: i64| Money::new(minor, currency).to_string();
    let base = taken.total.minor() - taken.tip_minor - taken.surcharge_minor;
    if taken.tip_minor != 0 || taken.surcharge_minor != 0 {
        receipt.label("receipt-amount", &money(base));
    }
    if taken.tip_minor != 0 {
        receipt.label("receipt-tip", &money(taken.tip_minor));
    }
    for (key, minor) in surcharge_and_tax(result, taken.surcharge_minor) {
        if minor != 0 {
            receipt.label(key, &money(minor));
        }
    }
    receipt.label("receipt-total", &taken.total.to_string());
}

/// Apart, as 7.2 wants them; in one where the result does not tell how much of it is the fee.
fn surcharge_and_tax(result: &Members, both_minor: i64) -> Vec<(&'static str, i64)> {
    let fee = result.text(name::SURCHARGE_AMOUNT).and_then(|text| text.parse::<i64>().ok());
    match fee.filter(|fee| (0..=both_minor).contains(fee)) {
        Some(fee) => vec![("receipt-surcharge", fee), ("receipt-tax", both_minor - fee)],
        None => vec![("receipt-fees", both_minor)],
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{CardSummary, Currency, Operation, Taken};

    #[test]
    fn both_copies_show_what_was_taken_and_no_more_than_four_digits() {
        let result = Members::state("0").with(name::TVR, "0000008000").with(name::BATCH_NO, "47");
        let request = PaymentRequest::new(Operation::Sale, Money::new(2_000, Currency::USD));
        let taken =
            Taken { total: Money::new(2_480, Currency::USD), tip_minor: 300, cashback_minor: 0, surcharge_minor: 180 };
        let card = Some(CardSummary { last4: "0044".into(), brand: "VISA".into() });
        let outcome = Outcome { card, ..Outcome::approved(taken) };
        let both = receipts_of(&result, &request, &outcome);
        assert_eq!(both.iter().map(|receipt| receipt.copy).collect::<Vec<_>>(), [Copy::Merchant, Copy::Customer]);
        for receipt in &both {
            assert!(receipt.lines.contains(&"24.80 USD".to_owned()), "{:?}", receipt.lines);
            assert!(receipt.lines.contains(&"VISA ************0044".to_owned()));
            // (6.2) "EMV data for the receipt", whichever copy it is.
            assert!(receipt.lines.contains(&"0000008000".to_owned()));
        }
        assert!(both[0].lines.contains(&"47".to_owned()));
        assert!(!both[1].lines.contains(&"47".to_owned()));
    }

    #[test]
    fn fee_and_tax_stand_apart_where_the_terminal_tells_them_apart() {
        let request = PaymentRequest::new(Operation::Sale, Money::new(2_000, Currency::USD));
        let taken =
            Taken { total: Money::new(2_180, Currency::USD), tip_minor: 0, cashback_minor: 0, surcharge_minor: 180 };
        let outcome = Outcome::approved(taken);
        let keys = |result: &Members| -> Vec<(String, String)> {
            let receipt = receipt(Copy::Customer, result, &request, &outcome);
            let wanted = ["receipt-surcharge", "receipt-tax", "receipt-fees"];
            let amounts = receipt.labels.iter().filter(|(_, key)| wanted.contains(&key.as_str()));
            amounts.map(|(place, key)| (key.clone(), receipt.lines[*place].clone())).collect()
        };
        let pair = |key: &str, money: &str| (key.to_owned(), money.to_owned());
        let told = Members::state("0").with(name::SURCHARGE_AMOUNT, "80").with(name::STATE_TAX, "100");
        assert_eq!(keys(&told), [pair("receipt-surcharge", "0.80 USD"), pair("receipt-tax", "1.00 USD")]);
        assert_eq!(keys(&Members::state("0")), [pair("receipt-fees", "1.80 USD")]);
    }

    #[test]
    fn dates_are_legible() {
        assert_eq!(legible("14102026 13:05:44"), "2026-10-14 13:05:44");
        assert_eq!(legible("yesterday"), "yesterday");
    }

    #[test]
    fn nothing_is_printed_where_no_card_was_seen() {
        let request = PaymentRequest::new(Operation::Sale, Money::new(2_000, Currency::USD));
        let why = crate::domain::outcome::Explanation::new("x", crate::domain::outcome::Fault::Nobody);
        let cancelled = Outcome::without_money(Verdict::Cancelled, why);
        assert!(receipts_of(&Members::state("-1"), &request, &cancelled).is_empty());
    }
}
