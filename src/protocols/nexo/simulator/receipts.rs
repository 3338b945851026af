//! The simulated terminal's receipts (section 12). None of it is real money, and each says so.

use serde_json::{Value, json};

use super::cards::Card;
use crate::domain::{Money, Now};
use crate::protocols::nexo::messages::PaymentReceipt;

const TRAINING: &str = "*** TRAINING / ÖVNING ***";
const MERCHANT_ID: &str = "70099001";
const ORGANISATION: &str = "000000-0000";
const TVR: &str = "0000000000";
const TSI: &str = "0000";
/// Of a line with an amount.
const COLUMNS: usize = 26;

pub fn merchant_id() -> &'static str {
    MERCHANT_ID
}

/// How the card was read and its holder verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    ChipAndPin,
    Contactless,
    ChipAndSignature,
}

impl Verification {
    /// `TransactionSource` and `CardholderVerificationMethod`.
    fn codes(self) -> (&'static str, &'static str) {
        match self {
            Verification::ChipAndPin => ("C", "a"),
            Verification::Contactless => ("K", "/"),
            Verification::ChipAndSignature => ("C", "@"),
        }
    }

    pub fn entry_mode(self) -> &'static str {
        match self {
            Verification::Contactless => "Contactless",
            _ => "ICC",
        }
    }
}

/// Everything a receipt tells.
pub struct Facts<'a> {
    pub now: &'a Now,
    pub terminal_id: &'a str,
    pub receipt_number: &'a str,
    /// The till's `SaleTransactionID`.
    pub reference: &'a str,
    pub card: &'a Card,
    pub verification: Verification,
    pub refund: bool,
    pub total: Money,
    /// Label and amount of tip, fee or cashback.
    pub parts: Vec<(&'static str, Money)>,
    /// The host's answer: `00`, `05`, `51`.
    pub response_code: &'a str,
    pub approval_code: Option<&'a str>,
    pub reversal: bool,
    pub signature: bool,
}

/// The copy for the merchant: first six and last four digits.
pub fn merchant_copy(facts: &Facts<'_>) -> PaymentReceipt {
    let document = document("Merchant", facts, &facts.card.for_merchant(), "Försäljarens kvitto", facts.signature);
    receipt("CashierReceipt", &document)
}

/// The copy for the customer: last four digits only.
pub fn customer_copy(facts: &Facts<'_>) -> PaymentReceipt {
    let document = document("Cardholder", facts, &facts.card.for_customer(), "Kortinnehavarens kvitto", false);
    receipt("CustomerReceipt", &document)
}

fn receipt(qualifier: &str, document: &Value) -> PaymentReceipt {
    PaymentReceipt {
        qualifier: qualifier.to_owned(),
        content: document.to_string().into_bytes(),
        required_signature: false,
    }
}

fn document(root: &str, facts: &Facts<'_>, pan: &str, title: &str, sign_here: bool) -> Value {
    let optional = json!({
        "CardAcceptor": { "CountryName": "752", "PhoneNumber": "+46000000000" },
        "Payment": { "Reference": facts.reference },
        "ReceiptString": lines(facts, pan, title, sign_here),
    });
    json!({ root: { "Mandatory": mandatory(facts, pan), "Optional": optional } })
}

fn mandatory(facts: &Facts<'_>, pan: &str) -> Value {
    let (source, verification) = facts.verification.codes();
    let (date, time) = date_and_time(facts.now);
    let mut outcome = json!({
        "AuthorisationResponder": "3",
        "AuthorisationResponseCode": facts.response_code,
        "DebitStatus": if facts.reversal { "91" } else { "00" },
    });
    if let Some(code) = facts.approval_code {
        outcome["ApprovalCode"] = code.into();
    }
    json!({
        "Acquirer": { "CardAcceptorNumber": MERCHANT_ID, "TerminalID": facts.terminal_id },
        "CardAcceptor": {
            "Address1": "Provgatan 1",
            "BankAgentName": "Övningsbanken",
            "Name": "Checkstand Training",
            "OrganisationNumber": ORGANISATION,
            "PostZipCode": "00000",
            "TownCity": "Övningsby",
        },
        "CardDetails": {
            "ApplicationIdentifier": facts.card.aid,
            "CardSchemeName": { "ApplicationLabel": facts.card.brand },
            "PrimaryAccountNumber": pan,
            "TerminalVerificationResult": TVR,
            "TransactionStatusInformation": TSI,
        },
        "Outcome": outcome,
        "Payment": {
            "AuthorisationChannel": "1",
            "CardholderVerificationMethod": verification,
            "Currency": facts.total.currency().code(),
            "FinancialInstitution": "SWE",
            "PaymentAmount": comma(facts.total),
            "ReceiptNumber": facts.receipt_number,
            "SignatureBlock": facts.signature,
            "TotalAmount": comma(facts.total),
            "TransactionSource": source,
            "TransactionType": if facts.refund { "20" } else { "00" },
        },
        "TimeStamp": { "DateOfPayment": date, "TimeOfPayment": time },
    })
}

fn lines(facts: &Facts<'_>, pan: &str, title: &str, sign_here: bool) -> Vec<String> {
    let (source, verification) = facts.verification.codes();
    let (date, time) = date_and_time(facts.now);
    let text = |text: &str| text.to_owned();
    let mut lines = vec![
        text(TRAINING),
        text("Checkstand Training"),
        text("Provgatan 1"),
        text("00000 Övningsby"),
        format!("Org nr: {ORGANISATION}"),
        format!("{date} {time}"),
        String::new(),
        format!("MID/TID: {MERCHANT_ID}/{}", facts.terminal_id),
        String::new(),
        facts.card.brand.clone(),
        text(if source == "K" { "Contactless" } else { "Chip" }),
        pan.to_owned(),
    ];
    if verification == "a" {
        lines.push(text("Personlig kod"));
    }
    lines.push(String::new());
    lines.push(format!("{source}{verification}1 3 {} {}", facts.response_code, facts.approval_code.unwrap_or("SWE")));
    lines.push(format!("AID: {}", facts.card.aid));
    lines.push(format!("TVR: {TVR}"));
    lines.push(format!("TSI: {TSI}"));
    lines.push(format!("RRN: {}", facts.receipt_number));
    lines.extend(facts.approval_code.map(|code| format!("Auth code: {code}")));
    lines.push(format!("ARC: {}", facts.response_code));
    lines.push(String::new());
    lines.extend(amount_lines(facts));
    lines.push(text(result_text(facts)));
    if sign_here {
        lines.extend([String::new(), text("Signatur:"), "_".repeat(24), text("Legitimation:"), "_".repeat(24)]);
    }
    lines.extend([String::new(), text(TRAINING), text(title)]);
    lines
}

fn amount_lines(facts: &Facts<'_>) -> Vec<String> {
    let label = if facts.refund { "RETUR" } else { "KÖP" };
    let line = |label: &str, money: Money| {
        let (amount, room) =
            (format!("{} {}", comma(money), money.currency()), COLUMNS.saturating_sub(1 + label.chars().count()));
        format!("{label}:{amount:>room$}")
    };
    let parts = facts.parts.iter().map(|(label, money)| line(label, *money));
    parts.chain([line(label, facts.total)]).collect()
}

fn result_text(facts: &Facts<'_>) -> &'static str {
    match (facts.reversal, facts.response_code) {
        (true, _) => "Makulering",
        (false, "00") => "Godkänd",
        (false, _) => "Ej godkänd",
    }
}

fn comma(money: Money) -> String {
    money.to_localized(",", "")
}

/// `YYYY-MM-DD` and `HH:MM` on the till's clock.
fn date_and_time(now: &Now) -> (String, String) {
    let local = now.local_rfc3339();
    (local.get(..10).unwrap_or_default().to_owned(), local.get(11..16).unwrap_or_default().to_owned())
}
