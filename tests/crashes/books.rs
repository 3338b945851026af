//! What the till remembers beside what the terminal did.

use std::collections::BTreeMap;

use serde_json::Value;

use super::harness::with_payments;

/// The till's history and the terminal's ledger, whose entries name the till's payments.
pub struct Books<'a> {
    history: &'a [Value],
    ledger: Vec<Value>,
}

#[derive(Default)]
struct Charge {
    approved: Vec<i64>,
    reversed: Vec<i64>,
}

impl Charge {
    fn net(&self) -> i64 {
        self.approved.iter().sum::<i64>() - self.reversed.iter().sum::<i64>()
    }
}

impl<'a> Books<'a> {
    /// A terminal that does not hear the till's names of payments is taken at its own numbers.
    pub fn of(history: &'a [Value], ledger: Vec<Value>, names_payments: bool) -> Books<'a> {
        let ledger = if names_payments { with_payments(history, ledger) } else { named(history, ledger) };
        Books { history, ledger }
    }

    /// Nothing was charged twice, and what was charged is what the till booked, or stands in doubt.
    #[track_caller]
    pub fn agree(&self, told: &str) {
        let Books { history, ledger } = self;
        let said = format!("{told}\nhistory {history:#?}\nledger {ledger:#?}");
        let mut charged = charges(ledger);
        for payment in *history {
            let id = text(payment, "payment");
            let charge = charged.remove(id).unwrap_or_default();
            assert!(charge.approved.len() <= 1, "charged twice: {said}");
            assert!(charge.reversed.len() <= 1, "reversed twice: {said}");
            let voids: Vec<&Value> = history.iter().filter(|void| void["of"] == id && is_void(void)).collect();
            let voided = voids.iter().any(|void| void["outcome"] == "approved");
            let perhaps = voids.iter().any(|void| void["outcome"] == "in_doubt");
            match text(payment, "outcome") {
                "in_doubt" => {}
                "approved" if is_void(payment) => assert!(self.is_done(payment), "{said}"),
                "approved" => {
                    assert_eq!(charge.approved, [payment["amount_minor"].as_i64().unwrap()], "{said}");
                    assert!(charge.reversed.is_empty() || charge.reversed == charge.approved, "{said}");
                    assert!(charge.reversed.is_empty() || voided || perhaps, "{said}");
                }
                _ => {
                    assert_eq!(charge.net(), 0, "{said}");
                    assert!(!voided, "{said}");
                }
            }
        }
        assert!(charged.is_empty(), "the till has never heard of some charges: {said}");
    }

    /// Whether the terminal did it. A void takes its original back, or gives its money back under its own name.
    pub fn is_done(&self, payment: &Value) -> bool {
        let changed = |reference: &Value, state: &str| {
            self.ledger.iter().any(|entry| entry["till_reference"] == *reference && entry["state"] == state)
        };
        changed(&payment["payment"], "approved") || is_void(payment) && changed(&payment["of"], "reversed")
    }
}

/// Entries under the till's names: by the terminal's number, which the till was told with the outcome. What nobody has the
/// number of belongs to a payment in doubt, if there is one of that kind and amount; amounts differ within a story.
fn named(history: &[Value], ledger: Vec<Value>) -> Vec<Value> {
    let with_name = |mut entry: Value| {
        let numbered = |payment: &&Value| payment["terminal_reference"] == entry["terminal_reference"];
        let doubted = |payment: &&Value| {
            let same = payment["operation"] == entry["operation"] && payment["asked_minor"] == entry["amount_minor"];
            same && payment["outcome"] == "in_doubt"
        };
        let payment = history.iter().find(numbered).or_else(|| history.iter().find(doubted));
        if let Some(payment) = payment {
            entry["till_reference"] = payment["payment"].clone();
        }
        entry
    };
    ledger.into_iter().map(with_name).collect()
}

fn is_void(payment: &Value) -> bool {
    payment["operation"] == "void"
}

/// The ledger's entries by the payment they belong to.
fn charges(ledger: &[Value]) -> BTreeMap<&str, Charge> {
    let mut charges = BTreeMap::<&str, Charge>::new();
    for entry in ledger {
        let charge = charges.entry(text(entry, "till_reference")).or_default();
        let amount = entry["amount_minor"].as_i64().unwrap();
        match text(entry, "state") {
            "approved" => charge.approved.push(amount),
            "reversed" => charge.reversed.push(amount),
            other => panic!("the ledger says {other}"),
        }
    }
    charges
}

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}
