//! A Swedbank Pay terminal without hardware: sections 10 and 16.1 of the reference, the scenarios of DESIGN section 6.

mod cards;
mod inquiries;
mod payment;
mod payment_script;
mod receipts;
mod responses;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod texts;
mod till_calls;
mod validation;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use self::payment::Running;
use self::session::Session;
use self::store::Store;
use self::till_calls::{Heard, TillCalls};
use super::codec;
use super::codec::tree::{self, Element};
use super::messages::*;
use crate::domain::{Currency, Instant, Now};
use crate::protocols::frame::{Frame, HttpRequest, HttpResponse};
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Dice, Line, Post, Simulator, SimulatorEffect, SimulatorInput};

/// A real terminal takes about three seconds after a login or payment (section 10); a training one must not slow tills.
const SETTLING: Duration = Duration::from_millis(300);

/// The registry's constructor.
pub fn create(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(Terminal::new(setup))
}

/// One terminal.
pub struct Terminal {
    speed: u32,
    currency: Currency,
    dice: Dice,
    store: Store,
    session: Option<Session>,
    running: Option<Running>,
    settling_until: Option<Instant>,
    maintained_at: Option<Instant>,
    configuring: Option<(String, Instant)>,
    till: TillCalls,
    /// Lines held open without ever an answer (scenario 64).
    silent_lines: BTreeSet<Line>,
    effects: Vec<SimulatorEffect>,
}

impl Simulator for Terminal {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.let_time_pass(&now);
        match input {
            SimulatorInput::Received(line, Frame::Request(request)) => self.received(&now, line, &request),
            SimulatorInput::Received(line, _) => {
                self.complain("something that is no HTTP request");
                self.effects.push(SimulatorEffect::Cut(line));
            }
            // Doors of other kinds than HTTP are none of this terminal's.
            SimulatorInput::Opened(line, _) | SimulatorInput::Knocked(line, ..) => {
                self.effects.push(SimulatorEffect::Close(line))
            }
            SimulatorInput::Closed(line) => self.closed(line),
            SimulatorInput::Answered(post, response) => self.answered(&now, post, response.as_ref()),
            SimulatorInput::PowerCut => self.power_cut(),
            SimulatorInput::Tick => {}
        }
        self.let_time_pass(&now);
        self.till.pump(now.at, &mut self.effects);
        std::mem::take(&mut self.effects)
    }

    fn deadline(&self) -> Option<Instant> {
        let deadlines = [self.payment_deadline(), self.settling_until, self.maintained_at, self.till.deadline()];
        deadlines.into_iter().flatten().min()
    }

    fn memory(&self) -> Value {
        self.store.to_memory()
    }
}

impl Terminal {
    fn new(setup: &SimulatorSetup) -> Self {
        let mut dice = Dice::new(setup.seed);
        Terminal {
            speed: setup.speed.max(1),
            currency: setup.currency,
            store: Store::restored(setup.memory.as_ref(), &mut dice),
            dice,
            session: None,
            running: None,
            settling_until: None,
            maintained_at: None,
            configuring: None,
            till: TillCalls::default(),
            silent_lines: BTreeSet::new(),
            effects: Vec::new(),
        }
    }

    /// Cardholder's and host's time.
    fn scaled(&self, wait: Duration) -> Duration {
        wait / self.speed
    }

    fn let_time_pass(&mut self, now: &Now) {
        self.perform_due(now);
        self.settled(now);
        self.maintained(now);
    }

    fn complain(&mut self, what: &str) {
        self.effects.push(SimulatorEffect::complaint(what));
    }

    fn send(&mut self, line: Line, message: &Message) {
        self.effects.push(SimulatorEffect::Send(line, responses::frame(message)));
    }

    fn refuse(
        &mut self,
        line: Line,
        request: &Header,
        sale: Option<TransactionId>,
        condition: ErrorCondition,
        text: &str,
    ) {
        self.send(line, &responses::refusal(request, sale, Response::failure(condition, text)));
    }

    fn http_status(&mut self, line: Line, status: u16, what: &str) {
        self.complain(what);
        self.effects.push(SimulatorEffect::Send(line, Frame::Response(HttpResponse::empty(status))));
    }

    /// From HTTP to a message (2.1, 16.1).
    fn received(&mut self, now: &Now, line: Line, request: &HttpRequest) {
        if request.path != PATH {
            return self.http_status(line, 404, "wrong path");
        }
        if request.method != "POST" {
            return self.http_status(line, 405, "wrong method");
        }
        let root = match tree::parse(&request.body) {
            Ok(root) => root,
            Err(error) => return self.http_status(line, 400, &error.to_string()),
        };
        match (validation::fault(&root), codec::decode(&request.body)) {
            (None, Ok(message)) => self.dispatch(now, line, message, &request.body),
            (Some(fault), _) => self.misformed(line, &root, &fault),
            (None, Err(error)) => self.misformed(line, &root, &error.to_string()),
        }
    }

    /// `MessageFormat` in the response type that belongs to the request, as far as that can be told.
    fn misformed(&mut self, line: Line, root: &Element, fault: &str) {
        let Some(header) = legible_header(root) else {
            return self.http_status(line, 400, fault);
        };
        self.complain(fault);
        if header.category == Category::Abort {
            self.effects.push(SimulatorEffect::Send(line, Frame::Response(HttpResponse::empty(204))));
        } else {
            self.refuse(line, &header, legible_sale(root), ErrorCondition::MessageFormat, fault);
        }
    }

    /// The state machine (section 10).
    fn dispatch(&mut self, now: &Now, line: Line, message: Message, bytes: &[u8]) {
        let Message { header, body } = message;
        let sale = match &body {
            Body::PaymentRequest(request) => Some(request.sale_transaction.clone()),
            _ => None,
        };
        if let Body::LoginRequest(request) = &body
            && self.maintained_at.is_none()
        {
            return self.login(now, line, &header, request);
        }
        let refusal = self.out_of_turn(&header);
        if let Body::AbortRequest { reference, .. } = &body {
            return self.abort(now, line, &header, reference, bytes);
        }
        if let Some((condition, text)) = refusal {
            return self.refuse(line, &header, sale, condition, text);
        }
        match body {
            Body::TransactionStatusRequest { reference } => self.transaction_status(line, &header, reference.as_ref()),
            Body::LogoutRequest { maintenance_allowed } => self.logout(now, line, &header, maintenance_allowed),
            Body::PaymentRequest(request) => self.payment_request(now, line, header, request),
            Body::ReversalRequest(request) => self.reversal_request(now, line, header, &request),
            _ => {
                let text = format!("{} not supported", header.category.name());
                self.refuse(line, &header, None, ErrorCondition::UnavailableService, &text);
            }
        }
    }

    /// Why a request is not taken at this moment.
    fn out_of_turn(&mut self, header: &Header) -> Option<(ErrorCondition, &'static str)> {
        if self.maintained_at.is_some() {
            return Some((ErrorCondition::Busy, "Maintenance"));
        }
        let Some(session) = &mut self.session else {
            return Some((ErrorCondition::NotAllowed, "Not logged in"));
        };
        if session.poi_id != header.poi_id {
            self.complain("POIID is not the session's");
            return Some((ErrorCondition::NotAllowed, "POIID is not the session's"));
        }
        if session.sale_id != header.sale_id {
            self.complain("SaleID changed during the session");
            return Some((ErrorCondition::NotAllowed, "SaleID is not the session's"));
        }
        let new = header.service_id.as_deref().is_none_or(|id| session.is_new(id));
        if !new {
            self.complain("ServiceID used twice in a session");
            return Some((ErrorCondition::MessageFormat, "MessageHeader: ServiceID used twice"));
        }
        if matches!(header.category, Category::TransactionStatus | Category::Abort) {
            return None;
        }
        if let Some(running) = &self.running {
            if running.line.is_some() {
                self.complain("a request while another one is unanswered");
            }
            return Some((ErrorCondition::Busy, "Transaction in progress"));
        }
        self.settling_until.map(|_| (ErrorCondition::Busy, "Terminal is not ready yet"))
    }

    /// A payment whose line is gone goes on and is stored.
    fn closed(&mut self, line: Line) {
        self.silent_lines.remove(&line);
        if let Some(running) = &mut self.running
            && running.line == Some(line)
        {
            running.line = None;
        }
    }

    fn answered(&mut self, now: &Now, post: Post, response: Option<&HttpResponse>) {
        if let Heard::Signature(confirmed) = self.till.answered(post, response, &mut self.effects) {
            self.signature_heard(now, confirmed);
        }
    }

    /// Session and running payment are gone; what the host approved is stored already.
    fn power_cut(&mut self) {
        let running = self.running.take().and_then(|running| running.line);
        let lines: Vec<Line> = std::mem::take(&mut self.silent_lines).into_iter().chain(running).collect();
        self.effects.extend(lines.into_iter().map(SimulatorEffect::Cut));
        self.session = None;
        self.settling_until = None;
        self.maintained_at = None;
        self.configuring = None;
        self.till.fall_silent();
    }
}

/// The header of a request that is wrong elsewhere.
fn legible_header(root: &Element) -> Option<Header> {
    let header = root.find("MessageHeader")?;
    let text = |name: &str| header.attribute(name).map(str::to_owned);
    let category = Category::from_name(header.attribute("MessageCategory").filter(|name| !name.is_empty())?);
    // an unheard-of category becomes an element's name in the answer
    if !category.name().chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(Header {
        class: category.class(),
        category,
        kind: Kind::Request,
        protocol_version: false,
        service_id: text("ServiceID"),
        device_id: text("DeviceID"),
        sale_id: text("SaleID").unwrap_or_default(),
        poi_id: text("POIID").unwrap_or_default(),
    })
}

fn legible_sale(root: &Element) -> Option<TransactionId> {
    let sale = root.path(&["PaymentRequest", "SaleData", "SaleTransactionID"])?;
    let text = |name: &str| sale.attribute(name).unwrap_or_default().to_owned();
    Some(TransactionId { id: text("TransactionID"), time: text("TimeStamp") })
}
