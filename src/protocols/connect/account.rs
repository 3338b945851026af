//! Listing the site's terminals (4.1), on a line of its own: at the counter an account takes any number of them (1.3). For the
//! tables it takes one, and a second would end the one that serves them, so that nothing is asked there.

use serde_json::Value;

use super::codec;
use super::line;
use super::messages::{Message, Params, TerminalInfo, TerminalStatus, method};
use super::settings::{ConnectSettings, STRANGER, serves_tables};
use crate::domain::outcome::{Explanation, Fault};
use crate::protocols::account::{AccountList, AccountQuestion, Listed, ListedTerminal};
use crate::protocols::driver::Loss;
use crate::protocols::frame::Frame;
use crate::protocols::protocol::{FieldError, FieldProblem, FieldValues, Secrets};

/// The only request on its line.
const ID: i64 = 1;

pub const ACCOUNT: AccountList = AccountList { field: "terminal_id", offered, ask, hear, lost };

fn offered(fields: &FieldValues) -> bool {
    !serves_tables(fields)
}

fn ask(fields: &FieldValues, secrets: &Secrets) -> Result<AccountQuestion, FieldError> {
    let settings = ConnectSettings::from_fields(fields)?;
    let api_key = secrets.secret("api_key").ok_or_else(|| FieldError::new("api_key", FieldProblem::Missing))?;
    let method = method::CONNECTED_TERMINALS.to_owned();
    let request = Message::Request { id: Value::from(ID), method, params: Params::new() };
    Ok(AccountQuestion { endpoint: line::endpoint(&settings, api_key), frame: Frame::Bytes(codec::encode(&request)) })
}

fn hear(frame: &Frame) -> Option<Listed> {
    let Ok(Message::Response { id, answer }) = codec::decode(frame.body()) else { return None };
    if id != ID {
        return None;
    }
    Some(match answer.map(|result| codec::terminals(&result)) {
        Ok(Ok(terminals)) => Ok(terminals.iter().map(listed).collect()),
        Ok(Err(_)) => Err(Explanation::new(STRANGER, Fault::Settings)),
        Err(error) => Err(Explanation::new("explain-connect-list-refused", Fault::Settings).with_detail(error.words())),
    })
}

fn listed(terminal: &TerminalInfo) -> ListedTerminal {
    let parts = [terminal.status.as_ref().map(TerminalStatus::word), terminal.currency.as_deref()];
    let about = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    ListedTerminal { id: terminal.tid.clone(), about }
}

fn lost(fields: &FieldValues, loss: &Loss) -> Explanation {
    match ConnectSettings::from_fields(fields) {
        Ok(settings) => line::explain_loss(&settings, loss),
        Err(_) => loss.explain(STRANGER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<Listed> {
        hear(&Frame::Bytes(text.as_bytes().to_vec()))
    }

    #[test]
    fn the_answer_to_the_question_names_the_terminals_and_nothing_else_does() {
        let text = r#"{"jsonrpc":"2.0","id":1,"result":[{"tid":"70031188","status":"AVAILABLE","currency":"GBP"}]}"#;
        let listed = ListedTerminal { id: "70031188".to_owned(), about: "AVAILABLE GBP".to_owned() };
        assert_eq!(said(text), Some(Ok(vec![listed])));
        assert_eq!(said(r#"{"jsonrpc":"2.0","id":1,"result":{"terminals":[]}}"#), Some(Ok(Vec::new())));
        for other in ["{}", "no", r#"{"jsonrpc":"2.0","id":2,"result":[]}"#, r#"{"jsonrpc":"2.0","method":"x"}"#] {
            assert_eq!(said(other), None, "{other}");
        }
        let refused = said(r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"no"}}"#);
        assert_eq!(refused.unwrap().unwrap_err().key, "explain-connect-list-refused");
    }

    #[test]
    fn the_account_of_machines_at_tables_is_not_asked() {
        let mut fields = FieldValues::default();
        assert!(offered(&fields));
        fields.set("kind", "pat");
        assert!(!offered(&fields));
    }
}
