//! What each reference wants on a receipt, read from the references in `/work/shared/protocols`, with the words of the training terminals.

use checkstand::domain::{Money, Operation};

use crate::counter::Printed;
use crate::facts::{Facts, Reading};

/// 12.1 and 12.2: the ready-made lines with everything of the sample.
pub fn nexo(printed: &Printed) -> Facts<'_> {
    let mut facts = Facts::of(printed);
    let (entry, code) = match facts.reading() {
        Reading::Contactless => ("Contactless", "K/1"),
        Reading::Signature => ("Chip", "C@1"),
        Reading::ChipAndPin => ("Chip", "Ca1"),
    };
    facts.want("12.1", "shop", "Checkstand Training");
    facts.want("12.1", "address", "Provgatan 1");
    facts.want("12.1", "town", "00000 Övningsby");
    facts.want("12.1", "organisation", "Org nr: 000000-0000");
    facts.want("12.1", "merchant and terminal", "MID/TID: 70099001/<digits6>");
    facts.want("12.1", "date and time", "2026-03-14 <time>");
    if !facts.brand().is_empty() {
        facts.want("12.1", "product", facts.brand());
    }
    facts.want("12.1", "entry", entry);
    if !printed.last4.is_empty() {
        let masked = if facts.is_merchants() { "<digits6>******" } else { "************" };
        facts.want("12.1", "card", format!("{masked}{}", printed.last4));
    }
    if facts.reading() == Reading::ChipAndPin {
        facts.want("12.1", "PIN", "Personlig kod");
    }
    facts.any("12.1", "code line", &[&format!("{code} 3 <digits2> <digits6>"), &format!("{code} 3 <digits2> SWE")]);
    facts.want("12.1", "application", "AID: <aid>");
    facts.want("12.1", "TVR", "TVR: <hex10>");
    facts.want("12.1", "TSI", "TSI: <hex4>");
    facts.want("12.2", "reference", "RRN: <digits10>");
    let kind = if facts.operation() == Operation::Refund { "RETUR" } else { "KÖP" };
    let total = facts.total();
    let (amount, currency) = (total.to_decimal().replace('.', ","), total.currency());
    facts.want("12.1", "amount", format!("{kind}: {amount} {currency}"));
    nexo_ending(&mut facts);
    facts.want("12.1", "copy", facts.copy("Försäljarens kvitto", "Kortinnehavarens kvitto"));
    facts
}

fn nexo_ending(facts: &mut Facts<'_>) {
    let is_void = facts.operation() == Operation::Void;
    if facts.is_approved() {
        facts.want("12.1", "host's answer", "ARC: 00");
        facts.want("5.4, 12.1", "result", if is_void { "Makulering" } else { "Godkänd" });
        // (12.1) A reversal's answer has no approval code of its own.
        if let Some(code) = facts.auth_code().filter(|_| !is_void) {
            facts.want("12.1", "authorisation", format!("Auth code: {code}"));
        }
    } else if facts.is_declined() && !facts.is_to_be_signed() {
        facts.any("12.1", "host's answer", &["ARC: 05", "ARC: 51"]);
        facts.want("12.1", "result", "Ej godkänd");
    }
    if facts.is_to_be_signed() {
        facts.want("12.3", "line to sign on", "Signatur: <rule>");
        facts.want("12.2", "line for the identity document", "Legitimation: <rule>");
    }
}

/// 6.2: the terminal sends no receipt; what its result tells stands on the till's own, with the "EMV data for the receipt".
pub fn valor(printed: &Printed) -> Facts<'_> {
    let mut facts = Facts::of(printed);
    let kind = match facts.operation() {
        Operation::Refund => "REFUND",
        Operation::Void => "VOID",
        _ => "SALE",
    };
    facts.want("6.2", "shop", "Fjällboden Norr");
    facts.want("6.2 TRAN_METHOD", "kind", kind);
    facts.want("6.1", "result", if facts.is_approved() { "APPROVED" } else { "DECLINED" });
    facts.want("6.2 DATE", "date and time", "Date 2026-03-14 <time>");
    facts.want("6.2 ISSUER, MASKED_PAN", "card", format!("Card {} ************{}", facts.brand(), printed.last4));
    let label = if facts.is_approved() { "Total" } else { "Amount" };
    facts.want("6.2 TOTAL_AMOUNT", "amount", format!("{label} {}", facts.total()));
    for (section, name, label, part) in [
        ("6.2 TIP_AMOUNT", "tip", "Tip", facts.part(|taken| taken.tip_minor)),
        ("6.2 SURCHARGE_AMOUNT", "fee", "Surcharge", facts.part(|taken| taken.surcharge_minor)),
    ] {
        if let Some(part) = part {
            facts.want(section, name, format!("{label} {part}"));
        }
    }
    let entry = if facts.reading() == Reading::Contactless { "TAP" } else { "CHIP" };
    facts.want("6.2 ENTRY_MODE", "entry", format!("Entry {entry}"));
    if let Some(code) = facts.auth_code() {
        facts.want("6.2 CODE", "authorisation", format!("Auth code {code}"));
        facts.want("6.2 AUTH_RSP_TEXT", "host's answer", format!("Answer APPROVAL {code}"));
    }
    facts.want("6.2 RRN", "reference", "Reference <digits12>");
    facts.want("6.2 TRAN_NO", "number", "Trans <digits>");
    facts.want("6.2 TID", "terminal", "Terminal id <digits>");
    facts.want("6.2 AID", "application", "AID <aid>");
    facts.want("6.2 TVR", "TVR", "TVR <hex10>");
    facts.want("6.2 TSI", "TSI", "TSI <hex4>");
    if facts.is_merchants() {
        facts.want("6.2 MID", "merchant", "Merchant id <digits>");
        facts.want("6.2 BATCH_NO", "batch", "Batch <digits>");
    }
    facts.want("6.2", "copy", facts.copy("MERCHANT COPY", "CUSTOMER COPY"));
    facts
}

/// 9: label and value of every line, on both copies.
pub fn p3(printed: &Printed) -> Facts<'_> {
    let mut facts = Facts::of(printed);
    for line in ["Training Shop", "Examplestrasse 1", "10115", "Berlin", "Germany"] {
        facts.want("9, merchant details", "shop", line);
    }
    facts.want("9", "copy", facts.copy("Receipt Merchant Receipt", "Receipt Customer Receipt"));
    // (5) A void is a linked refund there.
    let is_sale = !matches!(facts.operation(), Operation::Refund | Operation::Void);
    facts.want("9", "kind", if is_sale { "Type CHARGE" } else { "Type REFUND" });
    facts.want("9", "amount", format!("Amount {}", facts.total()));
    facts.want("9, payment details", "scheme", "Card <word>");
    facts.want("9, payment details", "card", format!("Number ************{}", printed.last4));
    let entry = if facts.reading() == Reading::Contactless { "NFC_ICC" } else { "ICC" };
    facts.want("9, payment details", "entry", format!("Entry {entry}"));
    facts.want("9, payment details", "application", "AID <aid>");
    facts.want("9, payment details", "card's sequence number", "PSN <digits2>");
    let verification = match facts.reading() {
        _ if facts.operation() == Operation::Void => "NONE",
        Reading::Contactless => "NONE",
        Reading::Signature => "SIGNATURE",
        Reading::ChipAndPin => "PIN",
    };
    facts.want("9, payment details", "verification", format!("Verification {verification}"));
    let is_part = facts.total().minor() < printed.record.request.amount.minor();
    facts.want(
        "9",
        "result",
        match facts.is_declined() {
            true => "Status DECLINED",
            false if is_part => "Status Approved partially",
            false => "Status Approved",
        },
    );
    facts.want("9", "time", "Time (UTC) <time>");
    facts.want("9", "date", "Date 2026-03-14");
    facts.want("9, clearing details", "number", "Transaction <hex32>");
    if facts.operation() == Operation::Void {
        facts.want("9, clearing details", "number of what is given back", "Original <hex32>");
    }
    if let Some(code) = facts.auth_code() {
        facts.want("9, clearing details", "authorisation", format!("Auth {code}"));
    }
    facts.want("9, clearing details", "merchant", "MID 900815");
    facts.want("9, clearing details", "terminal", "TID 61770042");
    if facts.is_to_be_signed() {
        facts.want("9", "line to sign on", "<rule>");
    }
    facts
}

/// 7.2: the terminal's lines as they are; what is on them says 8.8.
pub fn connect(printed: &Printed) -> Facts<'_> {
    let mut facts = Facts::of(printed);
    let is_void = printed.receipt.lines.iter().any(|line| line.contains("SALE REVERSAL"));
    facts.want("4.9", "copy", facts.copy("MERCHANT COPY", "CUSTOMER COPY"));
    facts.want("8.8", "shop", "TRAINING SHOP");
    facts.want("8.8", "address", "1 EXAMPLE STREET");
    facts.want("8.8", "terminal", "TID 70031188");
    facts.want("8.8", "number", "TRANSACTION <digits4>");
    facts.want("8.8", "date and time", "2026-03-14 <time>");
    facts.want("8.8", "card", format!("************{}", printed.last4));
    let signature = facts.copy("SIGNATURE: <rule>", "SIGNATURE");
    let (entry, verification) = match facts.reading() {
        Reading::Contactless => ("CONTACTLESS", "NO VERIFICATION"),
        // (8.3) A refund's chip is read, and its slip signed.
        Reading::Signature if facts.operation() == Operation::Refund => ("CHIP", signature),
        Reading::Signature => ("SWIPED", signature),
        Reading::ChipAndPin => ("CHIP", "PIN VERIFIED"),
    };
    facts.want("8.8", "entry", entry);
    if entry != "SWIPED" {
        facts.want("8.8", "application", "AID <aid>");
    }
    let kind = match facts.operation() {
        Operation::Refund => "REFUND",
        _ if is_void => "SALE REVERSAL",
        _ => "SALE",
    };
    let line = |label: &str, money: Money| format!("{label} {} {}", money.currency(), money.to_decimal());
    let tip = facts.part(|taken| taken.tip_minor);
    let base = Money::new(facts.total().minor() - tip.map_or(0, Money::minor), facts.total().currency());
    facts.want("8.8", "kind", line(kind, base));
    if let Some(tip) = tip {
        facts.want("8.8", "tip", line("GRATUITY", tip));
    }
    facts.want("8.8", "amount", line("TOTAL", facts.total()));
    if is_void {
        facts.want("8.8, 8.5", "result", "* VOID *");
    } else if facts.is_declined() && !facts.is_to_be_signed() {
        facts.want("8.8", "result", "* DECLINED *");
    } else {
        facts.want("8.8", "verification", verification);
        facts.want(
            "8.8",
            "authorisation",
            facts.auth_code().map_or("AUTH CODE <word>".to_owned(), |code| format!("AUTH CODE {code}")),
        );
    }
    facts
}

/// 3.12: the ready text as it is, with what the till would have to put on a receipt of its own.
pub fn econduit(printed: &Printed) -> Facts<'_> {
    let mut facts = Facts::of(printed);
    let kind = match facts.operation() {
        Operation::Refund => "REFUND",
        Operation::Void => "VOID",
        _ => "SALE",
    };
    facts.want("3.12", "shop", "TRAINING SHOP");
    facts.want("3.12", "date and time", "2026-03-14 <time>");
    // (3.4) What was approved, and of a refusal that is nothing.
    let approved = facts.taken().map_or("0.00".to_owned(), |taken| taken.total.to_decimal());
    facts.want("3.12, 3.4", "kind and amount", format!("{kind} {} {approved}", facts.total().currency()));
    facts.want("3.12", "card", format!("{} ****{}", facts.brand().to_uppercase(), printed.last4));
    facts.want("3.12", "entry", if facts.reading() == Reading::Contactless { "CONTACTLESS" } else { "CHIP" });
    facts.want("3.12", "application", "AID <aid>");
    facts.want("3.12", "TVR and TSI", "TVR <hex10> TSI <hex4>");
    facts.want("3.12", "cryptogram and counter", "TC <hex16> ATC <hex4>");
    if let Some(code) = facts.auth_code() {
        facts.want("3.12", "authorisation", format!("AUTH {code}"));
    }
    facts.want("3.12", "number", "REF <reference>");
    if facts.is_approved() {
        facts.any("3.12", "result", &["APPROVED", "APPROVAL <word>"]);
    } else if facts.is_declined() {
        facts.any("3.12", "result", &["DECLINED", "INSUFFICIENT FUNDS"]);
    }
    if facts.is_merchants() && facts.is_approved() && facts.reading() == Reading::Signature {
        facts.want("3.12", "signature", "SIGNATURE ON FILE");
    }
    facts.want("3.4", "copy", facts.copy("MERCHANT COPY", "CUSTOMER COPY"));
    facts
}
