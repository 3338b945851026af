//! Scenario 73: everything a reader must put up with (2.1, 2.2, 2.4): unknown members, words nobody knows, nulls, `status`
//! in small letters, amounts with exponents, white space, and the card's details that nobody may keep.

use crate::protocols::json::Json;
use crate::protocols::json::tree;
use crate::protocols::p3::codec::encode;
use crate::protocols::p3::messages::Message;

/// Members whose word is replaced by one that stands in no list. Never `status`, which decides about money.
const STRANGE_WORDS: [(&str, &str); 5] = [
    ("state", "GONE_FISHING"),
    ("stateDetails", "GONE_FISHING_BACK_SOON"),
    ("scheme", "KUSTBANKEN_KREDIT"),
    ("source", "CRYSTAL_BALL"),
    ("customerVerification", "HONEST_FACE"),
];
const AMOUNTS: [&str; 2] = ["amount", "includedTipAmount"];

pub fn spelled_oddly(message: &Message) -> Vec<u8> {
    let bytes = encode(message);
    match tree::parse(&bytes) {
        Ok(tree) => {
            let mut tree = odd("", tree);
            if let Json::Object(members) = &mut tree {
                members.push(("error".to_owned(), Json::Null));
                members.push(("serverTime".to_owned(), Json::Number("1.7359e12".to_owned())));
                lower_status(members);
            }
            format!(" \n{}\r\n", tree.to_text()).into_bytes()
        }
        Err(_) => bytes,
    }
}

fn lower_status(members: &mut [(String, Json)]) {
    for (_, value) in members.iter_mut().filter(|(name, _)| name == "status") {
        if let Json::Text(word) = value {
            *word = word.to_ascii_lowercase();
        }
    }
}

fn odd(name: &str, json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name.clone(), odd(&name, value))).collect();
            if name == "transaction" {
                members.extend(strangers());
            }
            // dictionaries hold only what belongs to them
            if !matches!(name, "metadata" | "data") {
                members.push(("newInNextRelease".to_owned(), Json::List(vec![Json::Null, Json::Bool(true)])));
            }
            Json::Object(members)
        }
        Json::List(items) => Json::List(items.into_iter().map(|item| odd(name, item)).collect()),
        Json::Number(number) if AMOUNTS.contains(&name) => Json::Number(with_exponent(&number)),
        Json::Text(word) => {
            let strange = STRANGE_WORDS.into_iter().find(|(member, _)| *member == name);
            Json::Text(strange.map_or(word, |(_, strange)| strange.to_owned()))
        }
        other => other,
    }
}

/// `100.73` as `10073e-2`.
fn with_exponent(number: &str) -> String {
    let Some((whole, fraction)) = number.split_once('.') else { return format!("{number}e0") };
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    format!("{}e-{}", if digits.is_empty() { "0" } else { digits }, fraction.len())
}

/// What a real server tells of card and shopper (4.8).
fn strangers() -> Vec<(String, Json)> {
    let text = |name: &str, value: &str| (name.to_owned(), Json::text(value));
    let card = vec![
        text("cardHolderName", "NOBODY/NEMO"),
        ("expiryMonth".to_owned(), Json::Number("12".to_owned())),
        ("expiryYear".to_owned(), Json::Number("2031".to_owned())),
        text("fingerprint", "9f86d081884c7d65"),
    ];
    let shopper = vec![text("email", "nemo@example.org"), ("identifier".to_owned(), Json::Null)];
    vec![
        ("cardDetails".to_owned(), Json::Object(card)),
        ("shopperDetails".to_owned(), Json::Object(shopper)),
        ("statementDescriptor".to_owned(), Json::Null),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Money};
    use crate::protocols::p3::codec::decode;
    use crate::protocols::p3::messages::*;

    #[test]
    fn an_odd_spelling_means_the_same_money() {
        let transaction = Transaction {
            status: Some(TransactionStatus::Approved),
            amount: Some(Amount::of(Money::new(10_073, Currency::EUR))),
            currency: Some("EUR".to_owned()),
            ..Transaction::default()
        };
        let progress = Progress { transaction: Some(transaction), state: Some(State::Approved), ..Progress::default() };
        let message = Message {
            header: Header::request("t").answer(),
            body: Body::ExecuteTransactionResponse(Box::new(progress)),
        };
        let odd = decode(&spelled_oddly(&message)).unwrap();
        assert_eq!(odd.header, message.header);
        let Body::ExecuteTransactionResponse(progress) = odd.body else { panic!() };
        assert_eq!(progress.state, Some(State::Other("GONE_FISHING".to_owned())));
        let transaction = progress.transaction.unwrap();
        assert_eq!(transaction.status, Some(TransactionStatus::Approved));
        assert_eq!(transaction.total(), Some(Money::new(10_073, Currency::EUR)));
    }
}
