//! What looks like a secret by its shape or by the words before it, whatever it is called.

/// What stands in its place.
const BLANK: &str = "***";
/// Shorter runs of letters and digits are names and numbers.
const SHORTEST_KEY: usize = 16;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Words behind which somebody says a secret in plain language, in the program's languages.
const SECRET_WORDS: [&str; 18] = [
    "password",
    "passwort",
    "kennwort",
    "passwd",
    "pwd",
    "passphrase",
    "lösenord",
    "contraseña",
    "clave",
    "salasana",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "key",
    "pass",
    "passe",
];
const PIN_WORDS: [&str; 6] = ["pin", "cvv", "cvv2", "cvc", "cvc2", "pinkod"];
/// Words that may stand between.
const FILLERS: [&str; 14] = ["is", "was", "ist", "war", "är", "var", "es", "est", "on", "=", ":", "-", "code", "the"];

/// Keys and certificates in PEM armour, however their lines are broken.
pub(super) fn without_armour(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(BEGIN) {
        clean.push_str(&rest[..begin]);
        clean.push_str(BLANK);
        rest = behind_armour(&rest[begin + BEGIN.len()..]);
    }
    clean.push_str(rest);
    clean
}

/// In bytes; no armour is longer.
const ARMOUR_AT_MOST: usize = 16 * 1024;

/// Where there is no end, the armour goes as far as its lines look like it.
fn behind_armour(armour: &str) -> &str {
    let next = armour.find(BEGIN).unwrap_or(armour.len());
    if let Some(end) = armour[..next].find(END).filter(|end| *end <= ARMOUR_AT_MOST) {
        let label = &armour[end + END.len()..];
        let line = label.find(['\n', '\\']).unwrap_or(label.len());
        let close = label[..line].find(DASHES).map_or(line, |dashes| dashes + DASHES.len());
        return &label[close..];
    }
    let mut rest = &armour[armour.find('\n').unwrap_or(armour.len())..];
    while let Some(line) = rest.strip_prefix('\n') {
        let length = line.find('\n').unwrap_or(line.len());
        if length < SHORTEST_KEY || !line[..length].trim_end_matches(['\r', '\u{1e}']).bytes().all(is_base64) {
            break;
        }
        rest = &line[length..];
    }
    rest
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Queries of addresses, and who signs in to them.
pub(super) fn without_queries(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['?', '@']) {
        let (before, mark, behind) = (&rest[..at], &rest[at..=at], &rest[at + 1..]);
        let end = behind.find(ends_address).unwrap_or(behind.len());
        let in_address = address_before(before);
        if mark == "@" && in_address.is_some() {
            clean.push_str(&before[..in_address.unwrap_or(at)]);
            clean.push_str(BLANK);
            clean.push('@');
            rest = behind;
        } else if mark == "?" && (in_address.is_some() || is_query(&behind[..end])) && end > 0 {
            clean.push_str(before);
            clean.push('?');
            clean.push_str(BLANK);
            rest = &behind[end..];
        } else {
            clean.push_str(&rest[..=at]);
            rest = behind;
        }
    }
    clean.push_str(rest);
    clean
}

fn ends_address(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '<' | '>' | '`' | '\\' | ')')
}

/// Where what stands behind `://` begins, if the text ends inside an address.
fn address_before(before: &str) -> Option<usize> {
    let from = before.rfind("://")? + 3;
    (!before[from..].contains(ends_address)).then_some(from)
}

fn is_query(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    text.contains('=') && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(c))
}

/// Secrets that somebody says in plain words: `password hunter2`, `PIN is 4711`, `Bearer abc`.
pub(super) fn without_spoken(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut expected = Expected::Nothing;
    for piece in text.split_inclusive(|letter: char| letter.is_whitespace() || matches!(letter, '"' | ',' | ';')) {
        let word = piece.trim_end_matches(|letter: char| letter.is_whitespace() || matches!(letter, '"' | ',' | ';'));
        // Whatever is written before it without a space: a tag, a field's name.
        let mut ends = word.rsplit(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '-'));
        let plain = ends.find(|end| !end.is_empty()).unwrap_or_default().to_lowercase();
        if expected.is_met_by(word) {
            clean.push_str(BLANK);
            clean.push_str(&piece[word.len()..]);
            expected = Expected::Nothing;
            continue;
        }
        clean.push_str(piece);
        let is_filler = plain.is_empty() || FILLERS.contains(&plain.as_str());
        expected = if is_filler { expected } else { Expected::behind(&plain) };
    }
    clean
}

#[derive(Clone, Copy)]
enum Expected {
    Nothing,
    /// Whatever comes.
    Anything,
    Secret,
    Pin,
}

impl Expected {
    fn behind(word: &str) -> Expected {
        match word {
            "bearer" => Expected::Anything,
            word if SECRET_WORDS.contains(&word) || word == "basic" => Expected::Secret,
            word if PIN_WORDS.contains(&word) => Expected::Pin,
            _ => Expected::Nothing,
        }
    }

    fn is_met_by(self, word: &str) -> bool {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let has = |is: fn(&char) -> bool| word.chars().any(|letter| is(&letter));
        match self {
            Expected::Nothing => false,
            Expected::Anything => word.chars().any(char::is_alphanumeric),
            Expected::Secret => {
                has(|letter| letter.is_alphanumeric())
                    && (digits > 0
                        || word.ends_with('=')
                        || word
                            .trim_end_matches(['.', ':', '!', '?'])
                            .contains(['!', '#', '$', '%', '&', '*', '+', '/']))
            }
            Expected::Pin => (3..=12).contains(&digits),
        }
    }
}

/// Long runs of letters and digits together, as keys and tokens are; of a UUID the first part stays, by which it is known
/// again.
pub(super) fn without_keys(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(is_of_key) {
        clean.push_str(&rest[..from]);
        let run = &rest[from..];
        let length = run.find(|letter| !is_of_key(letter)).unwrap_or(run.len());
        if let Some(uuid) = run.get(..36).filter(|uuid| is_uuid(uuid)) {
            clean.push_str(&uuid[..8]);
            clean.push_str("-***");
            rest = &run[36..];
            continue;
        }
        clean.push_str(if is_key(&run[..length]) { BLANK } else { &run[..length] });
        rest = &run[length..];
    }
    clean.push_str(rest);
    clean
}

fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '+' | '~')
}

fn is_key(run: &str) -> bool {
    let count = |is: fn(&char) -> bool| run.chars().filter(is).count();
    run.len() >= SHORTEST_KEY && count(char::is_ascii_digit) >= 2 && count(char::is_ascii_alphabetic) >= 4
}

fn is_uuid(text: &str) -> bool {
    text.char_indices().all(|(at, letter)| match at {
        8 | 13 | 18 | 23 => letter == '-',
        _ => letter.is_ascii_hexdigit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_goes_whole_and_as_far_as_it_looks_like_armour() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEF\n-----END PRIVATE KEY-----\nafter";
        assert_eq!(without_armour(key), "***\nafter");
        assert_eq!(without_armour(r#"{"a":"-----BEGIN X-----\nMIIE\n-----END X-----\n"}"#), r#"{"a":"***\n"}"#);
        let cut = "a -----BEGIN X-----\nMIIEvQIBADANBgkqhkiG9w0B\nnot armour";
        assert_eq!(without_armour(cut), "a ***\nnot armour");
    }

    #[test]
    fn queries_and_who_signs_in_leave_an_address() {
        for (text, clean) in [
            ("https://h/p?a=b&c#d next", "https://h/p?*** next"),
            ("wss://user:pass@h/p", "wss://***@h/p"),
            ("GET /ws?api=abc HTTP/1.1", "GET /ws?*** HTTP/1.1"),
            ("really? yes, ada@shop.example", "really? yes, ada@shop.example"),
        ] {
            assert_eq!(without_queries(text), clean);
        }
    }

    #[test]
    fn what_is_said_behind_the_word_for_a_secret_is_blanked() {
        for (text, clean) in [
            ("password hunter2 here", "password *** here"),
            ("the PIN is 58213, they said", "the PIN is ***, they said"),
            ("Bearer abcdef", "Bearer ***"),
            ("<Text>password hunter2</Text> words=Bearer abc", "<Text>password *** words=Bearer ***"),
            ("das Passwort ist S3sam!", "das Passwort ist ***"),
            ("the password is wrong", "the password is wrong"),
            ("PIN entry on the terminal", "PIN entry on the terminal"),
        ] {
            assert_eq!(without_spoken(text), clean);
        }
    }

    #[test]
    fn long_runs_of_letters_and_digits_are_keys_and_names_are_not() {
        for (text, clean) in [
            ("sk_live_51H8xAbCdEfGhIjK", "***"),
            ("3f2a77c1-0b1c-4d5e-8f90-1234567890ab", "3f2a77c1-***"),
            ("SaleToPOIRequest K7M2-42 20261122T143213Z", "SaleToPOIRequest K7M2-42 20261122T143213Z"),
            ("/home/ada/.local/share/checkstand/journal.sqlite", "/home/ada/.local/share/checkstand/journal.sqlite"),
        ] {
            assert_eq!(without_keys(text), clean);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_them_panic(text in "(-----BEGIN |-----END |://|\\?|@|pin |[ -~åé\n]){0,40}") {
            without_keys(&without_spoken(&without_queries(&without_armour(&text))));
        }
    }
}
