//! What each reference wants on paper (nexo 12, p3 9, econduit 3.12, connect 8.8; valor has no receipts of its own: what its results
//! tell of EMV and of the host is wanted).

use checkstand::domain::receipt::Copy;
use checkstand::domain::{Operation, Verdict};

use crate::counter::Printed;

/// Something that has to be read, in one of these ways.
#[derive(Debug)]
pub struct Fact {
    pub name: &'static str,
    pub ways: Vec<String>,
}

fn fact(name: &'static str, ways: &[&str]) -> Fact {
    Fact { name, ways: ways.iter().map(|way| (*way).to_owned()).collect() }
}

/// By protocol: the copies' own words, merchant's first, and what else stands on every paper of it.
struct Table {
    protocol: &'static str,
    merchant: &'static str,
    customer: &'static str,
    always: &'static [(&'static str, &'static [&'static str])],
    /// Where a card's chip was read.
    with_chip: &'static [(&'static str, &'static [&'static str])],
    approved: &'static [&'static str],
    declined: &'static [&'static str],
    refund: &'static [&'static str],
    void: &'static [&'static str],
}

const TABLES: &[Table] = &[
    Table {
        protocol: "nexo",
        merchant: "Försäljarens kvitto",
        customer: "Kortinnehavarens kvitto",
        always: &[
            ("shop", &["Checkstand Training"]),
            ("merchant and terminal", &["MID/TID: 70099001/"]),
            ("entry", &["Chip", "Contactless"]),
            ("reference", &["RRN: "]),
            ("response code", &["ARC: "]),
        ],
        with_chip: &[("application", &["AID: A0"])],
        approved: &["Godkänd"],
        declined: &["Ej godkänd"],
        refund: &["RETUR"],
        void: &["Makulering"],
    },
    Table {
        protocol: "valor",
        merchant: "MERCHANT COPY",
        customer: "CUSTOMER COPY",
        always: &[
            ("entry", &["TAP", "CHIP"]),
            ("reference", &["Reference"]),
            ("number", &["Trans"]),
            ("terminal", &["Terminal id"]),
            ("shop", &["Fjällboden Norr"]),
        ],
        with_chip: &[("application", &["AID"])],
        approved: &["APPROVED"],
        declined: &["DECLINED"],
        refund: &["REFUND"],
        void: &["VOID"],
    },
    Table {
        protocol: "p3",
        merchant: "Merchant Receipt",
        customer: "Customer Receipt",
        always: &[
            ("shop", &["Examplestrasse 1"]),
            ("type", &["Type"]),
            ("merchant", &["MID"]),
            ("terminal", &["TID"]),
            ("transaction", &["Transaction"]),
            ("status", &["Status"]),
            ("time", &["Time (UTC)"]),
        ],
        with_chip: &[("application", &["AID"])],
        approved: &["Status"],
        declined: &["DECLINED"],
        refund: &["REFUND"],
        void: &["REFUND"],
    },
    Table {
        protocol: "connect",
        merchant: "MERCHANT COPY",
        customer: "CUSTOMER COPY",
        always: &[("terminal", &["TID"]), ("number", &["TRANSACTION"]), ("entry", &["CHIP", "CONTACTLESS", "SWIPED"])],
        with_chip: &[("application", &["AID"])],
        approved: &["AUTH CODE"],
        declined: &["* DECLINED *"],
        refund: &["REFUND"],
        void: &["REVERSAL"],
    },
    Table {
        protocol: "econduit",
        merchant: "MERCHANT COPY",
        customer: "CUSTOMER COPY",
        always: &[
            ("terminal", &["TERMINAL 2044"]),
            ("entry", &["CHIP", "CONTACTLESS", "SWIPE"]),
            ("number", &["REF "]),
        ],
        with_chip: &[("application", &["AID A0"]), ("cryptogram", &["TC "]), ("counter", &["ATC "])],
        approved: &["APPROVED", "APPROVAL"],
        declined: &["DECLINED", "INSUFFICIENT"],
        refund: &["REFUND"],
        void: &["VOID"],
    },
];

/// What is mandatory on this paper.
pub fn facts(protocol: &str, printed: &Printed) -> Vec<Fact> {
    let table = TABLES.iter().find(|table| table.protocol == protocol).unwrap();
    let mut facts = vec![match printed.receipt.copy {
        Copy::Merchant => fact("copy", &[table.merchant]),
        Copy::Customer => fact("copy", &[table.customer]),
    }];
    let is_follow_up = printed.record.request.operation == Operation::Void;
    if !printed.last4.is_empty() {
        facts.push(fact("card", &[&printed.last4]));
    }
    if !(is_follow_up && printed.last4.is_empty()) {
        facts.extend(table.always.iter().map(|(name, ways)| fact(name, ways)));
    }
    facts.push(amount(printed));
    // The world's clock stands at this day.
    facts.push(fact("date", &["2026-03-14", "14-03-2026"]));
    facts.extend(ending(table, printed));
    facts
}

/// What was taken, or asked where nothing was; with a point or a comma.
fn amount(printed: &Printed) -> Fact {
    let taken = printed.record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total);
    let told = taken.unwrap_or(printed.record.request.amount).to_decimal();
    // (econduit 3.4) Its slips say what was approved, and of a refusal that is nothing.
    let nothing = if taken.is_none() { "USD 0.00" } else { told.as_str() };
    fact("amount", &[&told, &told.replace('.', ","), nothing])
}

fn ending(table: &Table, printed: &Printed) -> Vec<Fact> {
    let mut facts = Vec::new();
    let Some(outcome) = &printed.record.outcome else { return facts };
    match outcome.verdict {
        Verdict::Approved => {
            facts.push(fact("result", if printed.outcome == "void" { table.void } else { table.approved }));
            facts.extend(outcome.auth_code.as_ref().map(|code| fact("authorisation", &[code])));
        }
        Verdict::Declined => facts.push(fact("result", table.declined)),
        _ => {}
    }
    match printed.record.request.operation {
        Operation::Refund => facts.push(fact("kind", table.refund)),
        Operation::Void => facts.push(fact("kind", table.void)),
        _ if printed.outcome == "approved" => {
            facts.extend(table.with_chip.iter().map(|(name, ways)| fact(name, ways)));
        }
        _ => {}
    }
    if printed.outcome == "signature" && printed.receipt.copy == Copy::Merchant && printed.receipt.signature_line {
        facts.push(fact("line to sign on", &["____", "...."]));
    }
    facts
}

/// The ends after which somebody has to be handed a paper.
pub fn with_receipts(protocol: &str) -> &'static [&'static str] {
    match protocol {
        // The reference knows no paper of a refusal.
        "valor" => &["approved", "contactless", "signature", "refund", "void"],
        // A void there is a refund without a card, and a reversal comes of a rejected signature only.
        "connect" => &["approved", "declined", "signature", "refund"],
        _ => &["approved", "contactless", "declined", "signature", "refund", "void"],
    }
}

pub fn copies(protocol: &str, outcome: &str) -> &'static [Copy] {
    match (protocol, outcome) {
        // (connect 8.8) No slip for a customer who only held the card to the reader.
        ("connect", "contactless") => &[Copy::Merchant],
        // (nexo 9) A refusal has the customer's only.
        ("nexo", "declined") => &[Copy::Customer],
        _ => &[Copy::Merchant, Copy::Customer],
    }
}
