//! The web interface: who calls, and for what (reference 3.1 to 3.3, part 3 HTTP 1 and 2).

use super::Cloud;
use super::accounts::{Account, Terminal};
use super::responses;
use super::texts;
use crate::domain::Now;
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{CONTENT_TYPE, Flavour, Method, ReceivedCall, Response, parameter};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::json::Json;
use crate::protocols::simulator::{Line, SimulatorEffect};

const TEXT: &str = "text/plain";

/// A call of somebody who may call, about a terminal of theirs.
pub struct Asked {
    pub line: Line,
    pub call: ReceivedCall,
    pub account: Account,
    pub terminal: Terminal,
}

impl Asked {
    /// As a call names it.
    pub fn number(&self) -> String {
        self.terminal.number.to_string()
    }
}

impl Cloud {
    pub(super) fn exchange(&mut self, now: &Now, line: Line, request: &HttpRequest) {
        let Ok(call) = codec::received(request) else {
            self.complain("a call that cannot be read");
            return self.respond_with_text(line, 400, "Bad request");
        };
        if let Method::Other(_) = call.method {
            self.complain("a call of no method");
            return self.respond_with_text(line, 404, "No such method");
        }
        if let Some(name) = call.missing().filter(|_| call.flavour == Flavour::Classic) {
            self.complain(&format!("{} without {name}", call.method.word()));
            return self.respond_with_text(line, 500, &format!("Missing parameter: {name}."));
        }
        match call.method {
            Method::PairTerminal | Method::PairTerminalWithCountry => self.pair(line, &call),
            Method::UnPairTerminal => self.unpair(line, &call),
            _ => self.authorized(now, line, call),
        }
    }

    fn authorized(&mut self, now: &Now, line: Line, call: ReceivedCall) {
        let Some(account) = self.account_of(&call) else {
            return self.respond_with(line, &responses::invalid_credentials());
        };
        let number = call.text(parameter::TERMINAL_ID);
        let Some(terminal) = self.store.accounts.terminal(account, number).cloned() else {
            return self.answer(line, &responses::error(number, texts::TERMINAL_UNKNOWN));
        };
        let asked = Asked { line, call, account, terminal };
        match asked.call.method {
            Method::RunTransaction | Method::RunTransaction2 => self.transaction(now, &asked),
            Method::CheckStatus | Method::CheckStatus2 | Method::CheckStatusList => self.check(now, &asked),
            Method::CloseBatch => self.close_batch(now, &asked),
            _ => self.prompt(now, &asked),
        }
    }

    /// `None` for wrong credentials, and for those of somebody who asked too often.
    pub(super) fn account_of(&self, call: &ReceivedCall) -> Option<Account> {
        let (key, password) = (call.text(parameter::KEY), call.text(parameter::PASSWORD));
        self.store.accounts.of_credentials(key, password).filter(|account| !self.watch.has_revoked(*account))
    }

    /// The standard transaction response.
    pub(super) fn answer(&mut self, line: Line, response: &Response) {
        self.respond_with(line, &responses::body(response));
    }

    pub(super) fn respond_with(&mut self, line: Line, json: &Json) {
        self.respond(line, as_json(json));
    }

    pub(super) fn respond_in_pieces(&mut self, line: Line, response: HttpResponse) {
        self.waiting.remove(&line);
        self.effects.push(SimulatorEffect::SendInPieces(line, Frame::Response(response)));
    }

    /// The connection closes without an answer.
    pub(super) fn cut(&mut self, line: Line) {
        self.waiting.remove(&line);
        self.effects.push(SimulatorEffect::Cut(line));
    }

    fn respond_with_text(&mut self, line: Line, status: u16, text: &str) {
        self.respond(line, HttpResponse::new(status, TEXT, text.as_bytes().to_vec()));
    }
}

pub fn as_json(json: &Json) -> HttpResponse {
    HttpResponse::ok(CONTENT_TYPE, json.to_text().into_bytes())
}
