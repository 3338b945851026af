//! What a peer said, made fit for logs and screens: it may repeat what it was sent.

use reqwest::Url;

use crate::domain::Secret;
use crate::domain::card::mask_card_numbers;
use crate::protocols::driver::Target;

/// The longest text, in characters.
const LONGEST: usize = 200;
/// What is shorter, in bytes, keeps no secret, and striking it out would take every text apart.
const SHORTEST_SECRET: usize = 3;
const STRUCK: &str = "***";

/// The values of a request's query, which no text may repeat.
pub(super) struct Unspoken(Vec<Secret>);

impl Unspoken {
    pub(super) fn of(target: &Target) -> Unspoken {
        let target = target.reveal();
        let query = target.reveal().split_once('?').map(|(_, query)| query).unwrap_or_default();
        let mut values: Vec<Secret> = as_written(query).chain(as_meant(query)).collect();
        values.retain(|value| value.reveal().len() >= SHORTEST_SECRET);
        // what lies inside another is struck out with it
        values.sort_by_key(|value| std::cmp::Reverse(value.reveal().len()));
        Unspoken(values)
    }

    /// The text without control characters, secrets and card numbers, and not too long.
    pub(super) fn tell(&self, words: &str) -> String {
        // first, so that what stands between two halves of a secret does not hide it
        let plain: String = words.chars().filter(|letter| !letter.is_control()).collect();
        let discreet = self.0.iter().fold(plain, |text, secret| without(&text, secret.reveal()));
        mask_card_numbers(&discreet).chars().take(LONGEST).collect()
    }
}

/// A parameter without a value may be a secret itself.
fn as_written(query: &str) -> impl Iterator<Item = Secret> {
    query.split('&').map(|pair| Secret::new(pair.split_once('=').map_or(pair, |(_, value)| value)))
}

fn as_meant(query: &str) -> impl Iterator<Item = Secret> {
    let url = Url::parse(&format!("ws://peer/?{query}")).ok();
    let pairs = url.map(|url| url.query_pairs().map(|(_, value)| Secret::new(value)).collect::<Vec<_>>());
    pairs.into_iter().flatten()
}

/// Whatever the case of its letters.
fn without(text: &str, secret: &str) -> String {
    let (folded, secret) = (text.to_ascii_lowercase(), Secret::new(secret.to_ascii_lowercase()));
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in folded.match_indices(secret.reveal()) {
        shown.push_str(text.get(from..at).unwrap_or_default());
        shown.push_str(STRUCK);
        from = at + found.len();
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unspoken(query: &str) -> Unspoken {
        Unspoken::of(&Target::with_query("/pac", Secret::new(query)))
    }

    #[test]
    fn a_value_of_the_query_is_struck_out_however_it_is_written() {
        let unspoken = unspoken("token=5b1f%2F6a-Z&api-version=v1&installer-id=LUMEN07&bare5ecret");
        assert_eq!(unspoken.tell("bad 5b1f%2f6a-z of v1, or 5B1F/6A-Z!"), "bad *** of v1, or ***!");
        assert_eq!(unspoken.tell("LUMEN07LUMEN07 bare5ecret"), "****** ***");
        assert_eq!(unspoken.tell("5b1f/\u{0}6a\n-Z"), "***");
    }

    #[test]
    fn a_secret_inside_another_leaves_nothing_of_either() {
        assert_eq!(unspoken("a=abcdef&b=cde").tell("xabcdefx cde"), "x***x ***");
    }

    #[test]
    fn a_text_is_short_and_holds_no_card_number() {
        let told = unspoken("token=secret").tell(&format!("4111 1111 1111 1111 {}", "ö".repeat(300)));
        assert_eq!(told.chars().count(), 200);
        assert!(told.contains("1111") && !told.contains("4111 1111"), "{told}");
        let cut = unspoken("token=secret").tell(&format!("{}secret", "x".repeat(197)));
        assert!(!cut.contains("sec"), "{cut}");
    }

    #[test]
    fn without_a_query_every_text_stays() {
        assert_eq!(Unspoken::of(&Target::path("/")).tell("Not Found"), "Not Found");
    }
}
