//! The terminal's receipts (section 12): JSON with ready-made lines, or with the facts to make them from.

use serde_json::Value;

use super::codec::characters::text_of;
use super::messages::PaymentReceipt;
use crate::domain::card::mask_card_numbers;
use crate::domain::{Copy, Receipt};

const LINES_AT_MOST: usize = 300;
const LINE_AT_MOST: usize = 200;
/// Columns of a receipt composed here, as the vendor's SDK prints it (12.2).
const COLUMNS: usize = 24;

/// One copy of a receipt and what the driver has to know from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NexoReceipt {
    pub copy: Copy,
    /// Ready to print; empty when nothing readable came.
    pub lines: Vec<String>,
    /// Whether a signature is needed (12.3); `None` when the receipt does not say or cannot be read.
    pub signature_block: Option<bool>,
    /// The host's reason, `00` for approved. Not in the XML.
    pub response_code: Option<String>,
    pub approval_code: Option<String>,
    /// `00`, or `91` on a reversal.
    pub debit_status: Option<String>,
    /// Equals the `POITransactionID`.
    pub receipt_number: Option<String>,
}

impl NexoReceipt {
    /// The receipt for journal, screen and printer; none without lines.
    pub fn printable(&self) -> Option<Receipt> {
        (!self.lines.is_empty()).then(|| {
            let mut receipt = Receipt::new(self.copy, self.lines.iter().cloned());
            receipt.signature_line = self.copy == Copy::Merchant && self.signature_block == Some(true);
            // (12.3) The POS prints.
            receipt.on_the_tills_paper()
        })
    }
}

/// Reads a receipt of a payment, a reversal or a print request. Never fails: what cannot be read has no lines.
pub fn receipt_of(receipt: &PaymentReceipt) -> NexoReceipt {
    let text = text_of(&receipt.content);
    let json: Option<Value> = serde_json::from_str(text.trim().trim_end_matches('\0')).ok().filter(Value::is_object);
    let mut found = match &json {
        Some(json) => from_json(json, &receipt.qualifier),
        None => from_text(&text, &receipt.qualifier),
    };
    if receipt.required_signature {
        found.signature_block = Some(true);
    }
    found
}

fn from_json(json: &Value, qualifier: &str) -> NexoReceipt {
    let merchant = json.get("Merchant");
    let root = merchant.or_else(|| json.get("Cardholder")).unwrap_or(json);
    let copy = copy_of(qualifier).unwrap_or(if merchant.is_some() { Copy::Merchant } else { Copy::Customer });
    let facts = Facts(root.get("Mandatory").unwrap_or(&Value::Null));
    let ready = root.pointer("/Optional/ReceiptString").or_else(|| root.get("ReceiptString")).and_then(ready_lines);
    let lines = ready.unwrap_or_else(|| composed(facts, copy));
    NexoReceipt {
        copy,
        lines: tidy(lines),
        signature_block: facts.flag("/Payment/SignatureBlock"),
        response_code: facts.some("/Outcome/AuthorisationResponseCode"),
        approval_code: facts.some("/Outcome/ApprovalCode"),
        debit_status: facts.some("/Outcome/DebitStatus"),
        receipt_number: facts.some("/Payment/ReceiptNumber"),
    }
}

/// What is no JSON but can be read is kept line by line.
fn from_text(text: &str, qualifier: &str) -> NexoReceipt {
    let readable = !text.chars().any(|c| (c.is_control() && !c.is_ascii_whitespace()) || c == '\u{fffd}');
    let broken_json = text.trim_start().starts_with('{');
    let lines =
        if readable && !broken_json { text.trim_end().lines().map(str::to_owned).collect() } else { Vec::new() };
    NexoReceipt {
        copy: copy_of(qualifier).unwrap_or(Copy::Merchant),
        lines: tidy(lines),
        signature_block: None,
        response_code: None,
        approval_code: None,
        debit_status: None,
        receipt_number: None,
    }
}

fn copy_of(qualifier: &str) -> Option<Copy> {
    match qualifier {
        "CashierReceipt" => Some(Copy::Merchant),
        "CustomerReceipt" => Some(Copy::Customer),
        _ => None,
    }
}

/// None when there is no list of lines, or nothing in it.
fn ready_lines(value: &Value) -> Option<Vec<String>> {
    let lines: Vec<String> = match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => text.lines().map(str::to_owned).collect(),
        _ => return None,
    };
    lines.iter().any(|line| !line.trim().is_empty()).then_some(lines)
}

/// Bounded, without control characters, card numbers masked.
fn tidy(lines: Vec<String>) -> Vec<String> {
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Vec::new();
    }
    let tidy_line = |line: String| {
        let plain: String = line.chars().filter(|c| !c.is_control()).take(LINE_AT_MOST).collect();
        mask_card_numbers(&plain)
    };
    lines.into_iter().take(LINES_AT_MOST).map(tidy_line).collect()
}

/// The `Mandatory` part.
#[derive(Clone, Copy)]
struct Facts<'a>(&'a Value);

impl Facts<'_> {
    /// Empty when absent.
    fn text(self, pointer: &str) -> String {
        match self.0.pointer(pointer) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    fn some(self, pointer: &str) -> Option<String> {
        Some(self.text(pointer)).filter(|text| !text.is_empty())
    }

    fn flag(self, pointer: &str) -> Option<bool> {
        match self.0.pointer(pointer)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

/// A receipt without ready-made lines, in the order of 12.2.
fn composed(facts: Facts<'_>, copy: Copy) -> Vec<String> {
    if !facts.0.is_object() {
        return Vec::new();
    }
    let mut page = Page::default();
    shop(facts, &mut page);
    payment(facts, &mut page);
    card(facts, &mut page);
    ending(facts, copy, &mut page);
    page.lines
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
}

impl Page {
    fn line(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.lines.push(text.trim_end().to_owned());
        }
    }

    fn labelled(&mut self, label: &str, text: &str) {
        if !text.is_empty() {
            self.lines.push(format!("{label}{text}"));
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }
}

fn shop(facts: Facts<'_>, page: &mut Page) {
    page.line(&facts.text("/CardAcceptor/Name"));
    page.line(&facts.text("/CardAcceptor/Address1"));
    let (code, town) = (facts.text("/CardAcceptor/PostZipCode"), facts.text("/CardAcceptor/TownCity"));
    page.line(format!("{code} {town}").trim());
    page.labelled("Org nr: ", &facts.text("/CardAcceptor/OrganisationNumber"));
    page.blank();
    page.labelled("Butiksnr: ", &facts.text("/Acquirer/CardAcceptorNumber"));
    page.labelled("Terminalnr: ", &facts.text("/Acquirer/TerminalID"));
    let (date, time) = (facts.text("/TimeStamp/DateOfPayment"), facts.text("/TimeStamp/TimeOfPayment"));
    page.line(format!("{date} {time}").trim());
    page.blank();
}

fn payment(facts: Facts<'_>, page: &mut Page) {
    let kind = match facts.text("/Payment/TransactionType").as_str() {
        "" | "00" => "KÖP",
        "20" => "RETUR",
        _ => "BELOPP",
    };
    let total = Some(facts.text("/Payment/TotalAmount")).filter(|text| !text.is_empty());
    let amount = total.unwrap_or_else(|| facts.text("/Payment/PaymentAmount"));
    let money = format!("{amount} {}", facts.text("/Payment/Currency"));
    let width = COLUMNS.saturating_sub(kind.chars().count() + 1);
    page.line(&format!("{kind}:{:>width$}", money.trim()));
    page.blank();
}

fn card(facts: Facts<'_>, page: &mut Page) {
    page.line(&facts.text("/CardDetails/PrimaryAccountNumber"));
    page.line(&facts.text("/CardDetails/CardSchemeName/ApplicationLabel"));
    page.line(match facts.text("/Payment/TransactionSource").as_str() {
        "K" => "Kontaktlöst",
        "C" => "Chip",
        _ => "",
    });
    if facts.text("/Payment/CardholderVerificationMethod") == "a" {
        page.line("Personlig kod");
    }
    page.line(&code_line(facts));
    page.labelled("Ref.nr: ", &facts.text("/Payment/ReceiptNumber"));
    page.labelled("AID: ", &facts.text("/CardDetails/ApplicationIdentifier"));
    page.labelled("TVR: ", &facts.text("/CardDetails/TerminalVerificationResult"));
    page.labelled("TSI: ", &facts.text("/CardDetails/TransactionStatusInformation"));
}

/// `K/1 3 00 502871` (12.1).
fn code_line(facts: Facts<'_>) -> String {
    let approval = facts.some("/Outcome/ApprovalCode").unwrap_or_else(|| facts.text("/Payment/FinancialInstitution"));
    let first = format!(
        "{}{}{}",
        facts.text("/Payment/TransactionSource"),
        facts.text("/Payment/CardholderVerificationMethod"),
        facts.text("/Payment/AuthorisationChannel")
    );
    let parts = [
        first,
        facts.text("/Outcome/AuthorisationResponder"),
        facts.text("/Outcome/AuthorisationResponseCode"),
        approval,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn ending(facts: Facts<'_>, copy: Copy, page: &mut Page) {
    page.line(
        match (facts.text("/Outcome/DebitStatus").as_str(), facts.text("/Outcome/AuthorisationResponseCode").as_str()) {
            ("91", _) => "Makulering",
            (_, "00") => "Godkänd",
            (_, "") if facts.some("/Outcome/ApprovalCode").is_some() => "Godkänd",
            (_, "") => "",
            _ => "Ej godkänd",
        },
    );
    if copy == Copy::Merchant && facts.flag("/Payment/SignatureBlock") == Some(true) {
        page.blank();
        page.line("Signatur:");
        page.line(&"_".repeat(COLUMNS));
        page.line("Namnförtydligande:");
        page.line(&"_".repeat(COLUMNS));
        page.line("Legitimation:");
        page.line(&"_".repeat(COLUMNS));
    }
    page.blank();
    page.line("SPARA KVITTOT");
    page.line(if copy == Copy::Merchant { "BUTIKENS EX." } else { "KUNDENS EX." });
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::protocols::nexo::codec;
    use crate::protocols::nexo::messages::Body;

    fn example() -> Vec<PaymentReceipt> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/nexo/5.1.1-payment-response-approved.xml");
        match codec::decode(&fs::read(path).unwrap()).unwrap().body {
            Body::PaymentResponse(answer) => answer.receipts,
            other => panic!("{other:?}"),
        }
    }

    fn receipt(qualifier: &str, content: &[u8]) -> PaymentReceipt {
        PaymentReceipt { qualifier: qualifier.to_owned(), content: content.to_vec(), required_signature: false }
    }

    /// The example's facts without its ready-made lines.
    fn facts(change: impl FnOnce(&mut Value)) -> PaymentReceipt {
        let mut json: Value = serde_json::from_slice(&example()[0].content).unwrap();
        json["Merchant"]["Optional"] = Value::Null;
        change(&mut json["Merchant"]["Mandatory"]);
        receipt("CashierReceipt", json.to_string().as_bytes())
    }

    #[test]
    fn the_ready_made_lines_are_taken_as_they_are() {
        let found: Vec<NexoReceipt> = example().iter().map(receipt_of).collect();
        assert_eq!((found[0].copy, found[1].copy), (Copy::Merchant, Copy::Customer));
        assert_eq!(found[0].lines[0], "Fjällboden Norr");
        assert_eq!(found[0].lines.last().unwrap(), "Försäljarens kvitto");
        assert!(found[1].lines.contains(&"************4321".to_owned()));
        assert_eq!(found[0].signature_block, Some(false));
        assert_eq!(found[0].response_code.as_deref(), Some("00"));
        assert_eq!(found[0].approval_code.as_deref(), Some("502871"));
        assert_eq!(found[0].receipt_number.as_deref(), Some("4312070041"));
        assert_eq!(found[0].printable().unwrap().lines, found[0].lines);
    }

    #[test]
    fn without_ready_made_lines_they_are_composed_from_the_facts() {
        let found = receipt_of(&facts(|_| {}));
        let expected = [
            "Fjällboden Norr",
            "Storgatan 14",
            "83131 Östersund",
            "Org nr: 559911-2233",
            "",
            "Butiksnr: 70045512",
            "Terminalnr: 431207",
            "2026-03-14 10:42",
            "",
            "KÖP:          249,50 SEK",
            "",
            "499999******4321",
            "Visa Debit",
            "Kontaktlöst",
            "K/1 3 00 502871",
            "Ref.nr: 4312070041",
            "AID: A0000000031010",
            "TVR: 0000000000",
            "TSI: 0000",
            "Godkänd",
            "",
            "SPARA KVITTOT",
            "BUTIKENS EX.",
        ];
        assert_eq!(found.lines, expected);
    }

    #[test]
    fn nothing_mandatory_is_missing_on_a_composed_receipt() {
        let composed = receipt_of(&facts(|_| {})).lines.join("\n");
        let json: Value = serde_json::from_slice(&example()[0].content).unwrap();
        let mut told = Vec::new();
        leaves("", &json["Merchant"]["Mandatory"], &mut told);
        // Said in words or in the code line, or of no use to anybody with the paper in hand.
        let elsewhere = ["BankAgentName", "FinancialInstitution", "SignatureBlock", "TransactionType", "DebitStatus"];
        for (name, value) in told.iter().filter(|(name, _)| !elsewhere.contains(&name.as_str())) {
            assert!(composed.contains(value.as_str()), "{name} {value} is not on\n{composed}");
        }
        assert!(told.len() > 20 && composed.contains("K/1 3 00 502871") && composed.contains("Godkänd"));
    }

    fn leaves(name: &str, value: &Value, told: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| leaves(name, value, told)),
            Value::String(text) => told.push((name.to_owned(), text.clone())),
            _ => told.push((name.to_owned(), value.to_string())),
        }
    }

    #[test]
    fn a_composed_receipt_has_the_place_to_sign_and_says_when_it_is_a_reversal() {
        let signed = receipt_of(&facts(|facts| facts["Payment"]["SignatureBlock"] = Value::Bool(true)));
        assert!(signed.lines.iter().any(|line| line == "Signatur:"));
        assert!(signed.printable().unwrap().signature_line);
        let reversed = receipt_of(&facts(|facts| facts["Outcome"]["DebitStatus"] = "91".into()));
        assert!(reversed.lines.iter().any(|line| line == "Makulering"));
    }

    #[test]
    fn a_clear_number_on_a_receipt_is_masked() {
        let found =
            receipt_of(&facts(|facts| facts["CardDetails"]["PrimaryAccountNumber"] = "4111111111111111".into()));
        assert!(found.lines.contains(&"************1111".to_owned()));
    }

    #[test]
    fn older_encodings_and_escapes_are_read() {
        let latin = b"{\"Cardholder\":{\"Optional\":{\"ReceiptString\":[\"K\xf6p\",\"\\u260e\"]}}}";
        let found = receipt_of(&receipt("CustomerReceipt", latin));
        assert_eq!(found.lines, ["Köp", "☎"]);
        assert_eq!(found.signature_block, None);
    }

    #[test]
    fn what_cannot_be_read_has_no_lines() {
        assert_eq!(receipt_of(&receipt("CashierReceipt", b"{\"Merchant\":")).printable(), None);
        assert_eq!(receipt_of(&receipt("CashierReceipt", b"\x00\x01\x02")).printable(), None);
        assert_eq!(receipt_of(&receipt("CashierReceipt", b"")).printable(), None);
        assert_eq!(receipt_of(&receipt("CashierReceipt", b"{}")).printable(), None);
        assert_eq!(receipt_of(&receipt("CustomerReceipt", "Köp\n10,00".as_bytes())).lines, ["Köp", "10,00"]);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic(content in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = receipt_of(&receipt("CashierReceipt", &content)).printable();
        }
    }
}
