//! The gate of the support bundle (rule 8): whatever goes into the zip goes through here, once, in one place.
//!
//! Journal, links and stations have masked what they knew already. This is for what nobody meant to write: a key pasted
//! into a terminal's name, a card number in a note, a log line of a hostile peer. It would rather take too much than too
//! little; what it takes is replaced by `***`, and of a card number the last four digits stay.

use super::card_trails::{masked_trails, without_tracks};
use super::key_shapes::{without_armour, without_keys, without_queries, without_spoken};
use super::mail_shapes::without_mail_addresses;
use crate::domain::Secret;
use crate::domain::card::mask_card_numbers;
use crate::journal::{Treatment, unquoted, without_base64, without_named};
use crate::protocols::protocol::Secrets;
use crate::terminal::Discretion;

/// Names, in lower case and without `_` and `-`, whose values are nobody's business.
const EXACTLY: [&str; 13] = [
    "pan",
    "pin",
    "key",
    "cvv2",
    "cvc2",
    "expiry",
    "expdate",
    "barcode",
    "shopperaccountidentifier",
    "vaultid",
    "fingerprint",
    "paymentaccountref",
    "digitinput",
];

/// The same wherever they occur in a name.
const WITHIN: [&str; 27] = [
    "password",
    "passwd",
    "passwort",
    "kennwort",
    "passphrase",
    "pwd",
    "secret",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "token",
    "authorization",
    "credential",
    "cookie",
    "bearer",
    "cardnumber",
    "pinblock",
    "pincode",
    "trackdata",
    "track1",
    "track2",
    "expirydate",
    "expirymonth",
    "expiryyear",
    "cardholder",
    "cvv",
];

/// A sign that no text has, and a new line.
const BETWEEN: &str = "\u{1e}\n";

/// A text that may leave this computer. Only a [`Gate`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean(String);

impl Clean {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Knows the till's own secrets, and what those of others look like.
pub struct Gate {
    own: Discretion,
}

impl Gate {
    /// `own` are struck out wherever and however they are written.
    pub fn new(own: impl IntoIterator<Item = Secret>) -> Gate {
        let mut secrets = Secrets::default();
        own.into_iter().enumerate().for_each(|(number, secret)| secrets.set(&number.to_string(), secret));
        Gate { own: Discretion::about(&secrets) }
    }

    /// A text that is one whole: a message, a settings file, a name.
    pub fn pass(&self, text: &str) -> Clean {
        Clean(masked_trails(&self.looked_through(text)))
    }

    /// Pieces that have nothing to do with each other: what is cut off in one takes no other with it. A key in armour or a
    /// card number that goes on in the next piece is found all the same. One line behind the other.
    pub fn pass_pieces(&self, pieces: &[String]) -> Clean {
        let whole = without_armour(&pieces.join(BETWEEN));
        let seen: Vec<String> = whole.split(BETWEEN).map(|piece| masked_trails(&self.looked_through(piece))).collect();
        Clean(masked_trails(&seen.join("\n")))
    }

    fn looked_through(&self, text: &str) -> String {
        // What cannot be seen may stand between two halves of a number.
        let seen: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
        let discreet = without_armour(&self.own.words(seen));
        let named = without_named(&discreet, treatment);
        let plain = unquoted(&named);
        let named = if plain == named { named } else { without_named(&plain, treatment) };
        let spoken = without_spoken(&without_queries(&named));
        let nobodys = without_mail_addresses(&spoken);
        let tracks = without_tracks(&without_base64(&nobodys));
        // The whole number first: a part of it may look like a shorter one.
        without_keys(&mask_card_numbers(&masked_trails(&tracks)))
    }
}

fn is_invisible(letter: char) -> bool {
    let shows = letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    shows
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn treatment(name: &str) -> Option<Treatment> {
    let plain: String =
        name.chars().filter(|letter| !matches!(letter, '_' | '-')).map(|letter| letter.to_ascii_lowercase()).collect();
    let is_named = EXACTLY.contains(&plain.as_str()) || WITHIN.iter().any(|part| plain.contains(part));
    is_named.then_some(Treatment::Unless(tells_nothing))
}

/// The names of texts, which the journal keeps under `key`, and answers of yes and no.
fn tells_nothing(value: &str) -> bool {
    let value = value.trim();
    let is_text = value.starts_with("explain-") && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_text || matches!(value, "true" | "false" | "***")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(text: &str) -> String {
        Gate::new([]).pass(text).0
    }

    #[test]
    fn the_tills_own_secrets_are_struck_out_however_they_are_written() {
        let gate = Gate::new([Secret::new("t0ken+5b1f/6a"), Secret::new("hunter2!")]);
        let told = gate.pass("x t0ken%2B5b1f%2F6a y HUNTER2! z");
        assert_eq!(told.as_str(), "x *** y *** z");
    }

    #[test]
    fn what_is_named_like_a_secret_is_blanked_and_the_names_of_texts_stay() {
        for (text, clean) in [
            (r#"{"api_key":"abc","host":"10.0.0.7"}"#, r#"{"api_key":"***","host":"10.0.0.7"}"#),
            (r#"{"key":"explain-terminal-busy"}"#, r#"{"key":"explain-terminal-busy"}"#),
            (r#"{"key":"live-abc"}"#, r#"{"key":"***"}"#),
            ("Authorization: Basic QTpC", "Authorization: ***"),
            ("my_password=abc next", "my_password=*** next"),
            ("<ns:ClientSecret>abc</ns:ClientSecret>", "<ns:ClientSecret>***</ns:ClientSecret>"),
            ("{&quot;pin&quot;:&quot;4711&quot;}", r#"{"pin":"***"}"#),
        ] {
            assert_eq!(passed(text), clean);
        }
    }

    #[test]
    fn what_support_needs_stays() {
        for text in [
            "2026-11-22T14:32:13.123+01:00 INFO terminal K7M2-42 front: outcome verdict=approved",
            r#"{"verdict":"approved","taken":{"total":{"minor":1250,"currency":"SEK"}}}"#,
            "connecting to 192.168.10.24:5000 took 12 ms",
            "checkstand 0.1.0 on linux x86_64",
        ] {
            assert_eq!(passed(text), text);
        }
    }

    #[test]
    fn one_bad_piece_takes_no_other_with_it() {
        let told = |pieces: &[&str]| {
            let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
            Gate::new([]).pass_pieces(&pieces).0
        };
        let broken =
            ["before", "<Password>abc", "after 1", "-----BEGIN RSA PRIVATE KEY-----", "MIIEvQIBADANBgkqhk", "end"];
        assert_eq!(told(&broken), "before\n<Password>***\nafter 1\n***\nend");
        assert_eq!(told(&["left 41111111", "right 11111111"]), "left ********\nright ****1111");
    }
}
