//! Who is let in (1.1, 1.4, 8.1).

use super::lines::Client;
use super::{Cloud, Mode, profile, texts};
use crate::domain::{Now, Secret};
use crate::protocols::connect::messages::Version;
use crate::protocols::frame::HttpResponse;
use crate::protocols::simulator::{Line, SimulatorEffect};

/// Lines at once.
const LINES_AT_MOST: usize = 256;
/// Parameters of an address that are looked at.
const PARAMETERS_AT_MOST: usize = 32;
const KNOWN: [&str; 5] = ["token", "api-version", "software-house-id", "installer-id", "final-pos-receipt-request"];

/// Why somebody stays outside: a status with what the cashier is told.
struct Outside(u16, &'static str);

impl Cloud {
    pub(super) fn knocked(&mut self, now: &Now, line: Line, target: &Secret) {
        let (path, query) = target.reveal().split_once('?').unwrap_or((target.reveal(), ""));
        let query = Query::read(query);
        if query.has_strangers {
            self.complain("a parameter of the address that is not known");
        }
        match self.admitted(path, &query) {
            Ok(client) => {
                let serves_tables = client.serves_tables && !client.is_mute;
                self.clients.insert(line, client);
                self.effects.push(SimulatorEffect::Admit(line));
                if serves_tables {
                    self.tables_taken_over(now, line);
                }
            }
            Err(Outside(status, text)) => {
                // What fails in the cloud is no till's fault.
                if status < 500 {
                    self.complain(&format!("refused at the door with {status}"));
                }
                self.effects.push(SimulatorEffect::Refuse(line, refusal(status, text)));
            }
        }
    }

    fn admitted(&self, path: &str, query: &Query) -> Result<Client, Outside> {
        let serves_tables = path.eq_ignore_ascii_case("/pat");
        if !serves_tables && !path.eq_ignore_ascii_case("/pac") {
            return Err(Outside(404, texts::NO_SUCH_PATH));
        }
        if self.clients.len() >= LINES_AT_MOST {
            return Err(Outside(503, texts::FULL));
        }
        let token = query.value("token").unwrap_or_default();
        let fails = profile::FAILING_TOKENS.into_iter().find(|(word, _)| *word == token);
        if let Some((_, status)) = fails {
            return Err(Outside(status, texts::FAILED));
        }
        let is_mute = match (self.is_right(token), self.options.mode) {
            (true, _) => false,
            (false, Mode::Mute) => true,
            (false, Mode::Strict | Mode::Lenient) => return Err(Outside(401, texts::WRONG_TOKEN)),
        };
        let version = match query.value("api-version") {
            // (1.1) Reported of the real one.
            None => Version::V0,
            Some(word) => Version::from_word(word).ok_or(Outside(422, texts::UNKNOWN_VERSION))?,
        };
        let partners = ["software-house-id", "installer-id"].map(|name| query.value(name).unwrap_or_default());
        let needs_partners = version.is_full() && self.options.mode != Mode::Lenient;
        if needs_partners && partners.iter().any(|partner| partner.is_empty()) {
            return Err(Outside(422, texts::PARTNER_MISSING));
        }
        let mut client = Client::new(version, is_mute);
        client.serves_tables = serves_tables;
        client.wants_final_receipt = version.is_full() && query.value("final-pos-receipt-request").is_some();
        Ok(client)
    }

    fn is_right(&self, token: &str) -> bool {
        match &self.options.token {
            Some(fixed) => fixed.reveal() == token,
            None => !token.is_empty() && token != profile::WRONG_TOKEN,
        }
    }
}

fn refusal(status: u16, text: &str) -> HttpResponse {
    let body = serde_json::json!({ "userMessage": text }).to_string().into_bytes();
    HttpResponse::new(status, "application/json", body)
}

/// The parameters of an address. Holds the token, so that it cannot be printed.
struct Query {
    parameters: Vec<(String, String)>,
    has_strangers: bool,
}

impl Query {
    fn read(query: &str) -> Query {
        let pieces = query.split('&').filter(|piece| !piece.is_empty()).take(PARAMETERS_AT_MOST);
        let parameters: Vec<(String, String)> = pieces
            .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect();
        let has_strangers = parameters.iter().any(|(name, _)| !KNOWN.contains(&name.as_str()));
        Query { parameters, has_strangers }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Percent-decoded (RFC 3986). A per cent sign that begins nothing stands for itself.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        let code = pair
            .filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_percent_decoded() {
        for (text, meant) in
            [("a%20b", "a b"), ("%C3%A4", "ä"), ("100%", "100%"), ("%zz%4", "%zz%4"), ("a+b", "a+b"), ("%+1", "%+1")]
        {
            assert_eq!(decoded(text), meant);
        }
    }
}
