//! A receipt whose terminal made no lines: composed from its facts (12.2).

use super::facts::Facts;
use crate::domain::Copy;

/// Columns, as the vendor's SDK prints it (12.2).
const COLUMNS: usize = 24;

/// Its lines in the order of 12.2; none without facts.
pub(super) fn composed(facts: Facts<'_>, copy: Copy) -> Vec<String> {
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
