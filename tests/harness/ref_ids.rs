//! eConduit's name of a payment: the till's own and six more letters, and of what is about an earlier one the earlier name
//! with the command behind it. In the books they are the till's payments again.

use serde_json::Value;

/// Behind a payment's own name.
const LETTERS: usize = 6;

/// The ledger with every such name as the till's payment; others stay as they are.
pub fn with_payments(history: &[Value], ledger: Vec<Value>) -> Vec<Value> {
    let named = |mut entry: Value| {
        if let Some(payment) = entry["till_reference"].as_str().and_then(|name| payment_of(history, name)) {
            entry["till_reference"] = payment;
        }
        entry
    };
    ledger.into_iter().map(named).collect()
}

fn payment_of(history: &[Value], name: &str) -> Option<Value> {
    let (ref_id, command) = name.split_once('/').map_or((name, None), |(ref_id, command)| (ref_id, Some(command)));
    let (id, letters) = ref_id.rsplit_once('-')?;
    let is_ours = letters.len() == LETTERS && letters.bytes().all(|letter| letter.is_ascii_hexdigit());
    let original = history.iter().find(|payment| is_ours && payment["payment"] == id)?;
    let operation = match command {
        None => return Some(original["payment"].clone()),
        Some("Capture") => "capture",
        Some(_) => "tip",
    };
    // One that was refused may have been tried before, and one in doubt may be it.
    let mut about = history.iter().rev().filter(|payment| payment["of"] == id && payment["operation"] == operation);
    let fits = |payment: &&Value| matches!(payment["outcome"].as_str(), Some("approved" | "in_doubt"));
    Some(about.find(fits)?["payment"].clone())
}
