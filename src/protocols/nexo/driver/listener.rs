//! What the terminal sends to the till's listener in the full style (reference section 7, 2.4). Nothing that arrives
//! here decides an outcome.

use base64::Engine;
use serde_json::Value;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{Answer, Display, Now, Question, QuestionId, QuestionKind};
use crate::protocols::driver::{Effect, LinkAction, LinkEvent, Report, Session};
use crate::protocols::frame::{Channel, Frame, HttpRequest, HttpResponse};

use super::super::codec;
use super::super::messages::{
    self, Body, DisplayOutput, ErrorCondition, EventNotification, Header, InputRequest, InputResponse, Kind, Message,
    OutputResult, PaymentReceipt, PrintRequest, Response,
};
use super::super::receipts::receipts_of;
use super::ground::Effects;
use super::{NexoDriver, signature};

/// A question of the terminal that holds its HTTP request open (7.3).
#[derive(Debug)]
pub struct OpenQuestion {
    id: QuestionId,
    channel: Channel,
    header: Header,
    request: InputRequest,
}

impl OpenQuestion {
    pub fn id(&self) -> QuestionId {
        self.id
    }
}

impl NexoDriver {
    pub(super) fn on_inbound(&mut self, now: Now, channel: Channel, event: LinkEvent, out: &mut Effects) {
        match event {
            LinkEvent::Received(Frame::Request(request)) => self.on_request(now, channel, &request, out),
            LinkEvent::Lost(_) if self.question.as_ref().is_some_and(|open| open.channel == channel) => {
                self.close_question(out);
            }
            _ => {}
        }
    }

    fn on_request(&mut self, now: Now, channel: Channel, request: &HttpRequest, out: &mut Effects) {
        let Ok(message) = codec::decode(&request.body) else {
            return reply(channel, HttpResponse::empty(400), out);
        };
        if message.header.poi_id != self.ground.settings.poi_id {
            return reply(channel, HttpResponse::empty(403), out);
        }
        let header = message.header;
        match message.body {
            Body::DisplayRequest(outputs) => self.on_display(now, channel, &header, &outputs, out),
            Body::PrintRequest(print) => self.on_print(now, channel, &header, print, out),
            Body::InputRequest(input) => self.on_input(now, channel, header, input, out),
            Body::EventNotification(event) => {
                reply(channel, HttpResponse::empty(204), out);
                self.on_event(now, &header, event, out);
            }
            Body::TransmitRequest { message } => {
                reply(channel, HttpResponse::empty(204), out);
                self.on_address(message.as_deref(), out);
            }
            _ => reply(channel, HttpResponse::empty(204), out),
        }
    }

    /// (7.1) Answered with a message only where the terminal asks for one.
    fn on_display(
        &mut self,
        now: Now,
        channel: Channel,
        header: &Header,
        outputs: &[DisplayOutput],
        out: &mut Effects,
    ) {
        self.note_life(now, header, out);
        if outputs.iter().any(|output| output.response_required == Some(true)) {
            let results = outputs.iter().map(|output| output_result(output, Response::success())).collect();
            reply_with(channel, header, Body::DisplayResponse(results), out);
        } else {
            reply(channel, HttpResponse::empty(204), out);
        }
        for output in outputs {
            let text = crate::domain::card::mask_card_numbers(&display_text(&output.text));
            if !text.is_empty() {
                out.push(Effect::Report(Report::Display(Display::Words(text))));
            }
        }
    }

    /// (7.2)
    fn on_print(&mut self, now: Now, channel: Channel, header: &Header, print: PrintRequest, out: &mut Effects) {
        self.note_life(now, header, out);
        if print.response_mode.eq_ignore_ascii_case("NotRequired") || print.response_mode.is_empty() {
            reply(channel, HttpResponse::empty(204), out);
        } else {
            let body = Body::PrintResponse { qualifier: print.qualifier.clone(), response: Response::success() };
            reply_with(channel, header, body, out);
        }
        if let Some(case) = self.state.case_mut() {
            let merchant = print.qualifier.eq_ignore_ascii_case("CashierReceipt");
            case.receipt_to_sign = case.receipt_to_sign || merchant;
            let receipt =
                PaymentReceipt { qualifier: print.qualifier, content: print.content, required_signature: merchant };
            signature::report_receipts(case, receipts_of(&[receipt]), out);
        }
    }

    /// (7.3) A question is taken only while a payment on this terminal is outstanding.
    fn on_input(&mut self, now: Now, channel: Channel, header: Header, request: InputRequest, out: &mut Effects) {
        self.note_life(now, &header, out);
        let confirms = request.command.eq_ignore_ascii_case("GetConfirmation");
        // The receipt to sign may have been sent to a program that is gone: then the question is taken for its own.
        let open = self.state.case().filter(|case| confirms && !case.settled);
        let to_sign = open.map(|case| case.receipt_to_sign || case.recovered);
        let Some(to_sign) = to_sign else {
            let condition = if confirms { ErrorCondition::NotAllowed } else { ErrorCondition::UnavailableDevice };
            let body = input_response(&request, Response::failure(condition, "No such dialogue at this till"), None);
            return reply_with(channel, &header, body, out);
        };
        // A new question means that the terminal has given up the one before.
        if let Some(old) = self.question.take() {
            out.push(Effect::link(old.channel, LinkAction::Close));
            out.push(Effect::Report(Report::QuestionClosed(old.id)));
        }
        let id = self.ground.ids.question();
        let text = request.display.as_ref().map(|display| display_text(&display.text)).unwrap_or_default();
        let kind = if to_sign { QuestionKind::Signature } else { QuestionKind::Confirmation };
        out.push(Effect::Report(Report::Question(Question { id, kind, text, on_screen: false, until: None })));
        self.question = Some(OpenQuestion { id, channel, header, request });
    }

    pub(super) fn answer_terminal(&mut self, answer: Answer, out: &mut Effects) {
        let Some(open) = self.question.take() else { return };
        let body = input_response(&open.request, Response::success(), Some(answer == Answer::Accept));
        reply_with(open.channel, &open.header, body, out);
        out.push(Effect::Report(Report::QuestionClosed(open.id)));
        if let Some(case) = self.state.case_mut() {
            case.signature_rejected = answer == Answer::Reject;
        }
    }

    /// The question is not open any more, whether the terminal gave up or the payment ended.
    pub(super) fn close_question(&mut self, out: &mut Effects) {
        if let Some(open) = self.question.take() {
            out.push(Effect::link(open.channel, LinkAction::Close));
            out.push(Effect::Report(Report::QuestionClosed(open.id)));
        }
    }

    /// (7.4)
    fn on_event(&mut self, now: Now, header: &Header, event: EventNotification, out: &mut Effects) {
        let details = event.details.unwrap_or_default();
        let notice =
            |key: &str| Effect::Report(Report::Notice(Explanation::new(key, Fault::Terminal).with_detail(&details)));
        if event.maintenance_required {
            self.ground.maintenance_wanted = true;
            out.push(notice("explain-maintenance-wanted"));
        }
        match event.event.as_str() {
            "BeginMaintenance" => {
                self.ground.logged_in = false;
                out.push(Effect::Report(Report::Session(Session::Maintenance)));
            }
            // Log in again at once (14.11): the state machine does it when it wakes.
            "EndMaintenance" | "EndMaintenence" | "Initialised" => {
                self.ground.logged_in = false;
                // Whatever is under way logs in by itself when it has to.
                let resting = matches!(self.state, super::State::Resting(_));
                self.ground.rest_until = (self.ground.holding && resting).then_some(now.at);
            }
            "CardInserted" => self.note_life(now, header, out),
            "CardRemoved" => {}
            "Abort" => self.close_question(out),
            "Reject" if self.abort.is_some() => out.push(notice("explain-cancel-not-confirmed")),
            "Reject" => out.push(notice("explain-message-rejected")),
            "Shutdown" | "OutOfOrder" => out.push(notice("explain-terminal-out-of-order")),
            _ => {}
        }
    }

    /// (2.4)
    fn on_address(&mut self, message: Option<&[u8]>, out: &mut Effects) {
        let Some((host, port)) = message.and_then(announced_address) else { return };
        let settings = &mut self.ground.settings;
        if (settings.host.as_str(), settings.port) == (host.as_str(), port) {
            return;
        }
        let address = format!("{host}:{port}");
        if !settings.follow_address {
            let refused = Explanation::new("explain-address-not-followed", Fault::Settings).with_detail(&address);
            return out.push(Effect::Report(Report::Notice(refused)));
        }
        settings.host.clone_from(&host);
        settings.port = port;
        let followed = Explanation::new("explain-address-followed", Fault::Nobody).with_detail(&address);
        out.push(Effect::Report(Report::AddressChanged { host, port }));
        out.push(Effect::Report(Report::Notice(followed)));
    }

    /// A message about the payment at hand shows that the terminal works on it; the ServiceID tells which one (3.2).
    fn note_life(&mut self, now: Now, header: &Header, out: &mut Effects) {
        if header.service_id.is_some() && header.service_id == self.ground.denied {
            self.ground.denied = None;
            out.push(Effect::Report(Report::Alarm(Explanation::new("explain-denied-and-alive", Fault::Terminal))));
        }
        self.state.note_life(now, header.service_id.as_deref(), out);
    }
}

/// Where an announcement says that the terminal is (2.4). Nothing else vouches for it, so it has to come from there.
pub fn announced_host(body: &[u8]) -> Option<String> {
    match codec::decode(body).ok()?.body {
        Body::TransmitRequest { message } => Some(announced_address(&message?)?.0),
        _ => None,
    }
}

fn announced_address(message: &[u8]) -> Option<(String, u16)> {
    // Some terminals send the base64 twice around, some with a BOM: take the JSON where it is.
    let json: Value = serde_json::from_slice(message).ok().or_else(|| {
        let inner = base64::engine::general_purpose::STANDARD.decode(message).ok()?;
        serde_json::from_slice(&inner).ok()
    })?;
    let end_point = json.get("saleTerminalconfiguration")?.get("ipEndPoint")?;
    let address = end_point.get("ipV4Address")?.as_str()?.parse::<std::net::Ipv4Addr>().ok()?;
    let port = match end_point.get("ipPort")? {
        Value::String(text) => text.parse().ok()?,
        other => u16::try_from(other.as_u64()?).ok()?,
    };
    (port > 0).then(|| (address.to_string(), port))
}

/// `202,"Godkänt"` → `Godkänt` (7.1): quotation marks go, a leading number is the text's id.
fn display_text(sent: &str) -> String {
    let plain = sent.replace('"', "");
    match plain.split_once(',') {
        Some((id, text)) if !id.is_empty() && id.trim().bytes().all(|byte| byte.is_ascii_digit()) => {
            text.trim().to_owned()
        }
        _ => plain.trim().to_owned(),
    }
}

fn output_result(output: &DisplayOutput, response: Response) -> OutputResult {
    OutputResult { device: output.device.clone(), info_qualify: output.info_qualify.clone(), response }
}

fn input_response(request: &InputRequest, response: Response, confirmed: Option<bool>) -> Body {
    Body::InputResponse(InputResponse {
        output: request.display.as_ref().map(|display| output_result(display, Response::success())),
        device: request.device.clone(),
        info_qualify: request.info_qualify.clone(),
        response,
        command: request.command.clone(),
        confirmed,
    })
}

fn reply(channel: Channel, response: HttpResponse, out: &mut Effects) {
    out.push(Effect::link(channel, LinkAction::Send(Frame::Response(response))));
}

/// `200` with a message that echoes the request's header (3.2).
fn reply_with(channel: Channel, header: &Header, body: Body, out: &mut Effects) {
    let header = Header { kind: Kind::Response, protocol_version: false, ..header.clone() };
    let bytes = codec::encode(&Message { header, body });
    reply(channel, HttpResponse::ok(messages::CONTENT_TYPE, bytes), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_texts_lose_their_id_and_their_quotation_marks() {
        for (sent, shown) in [
            ("202,\"Godkänt\"", "Godkänt"),
            ("\"202\",\"Godkänt\"", "Godkänt"),
            ("Vänta", "Vänta"),
            ("Pay 10,50", "Pay 10,50"),
            ("1005,Ange PIN: **", "Ange PIN: **"),
            ("", ""),
        ] {
            assert_eq!(display_text(sent), shown);
        }
    }

    #[test]
    fn an_announcement_tells_where_it_must_come_from() {
        let body = include_bytes!("../../../../tests/vectors/nexo/2.4-transmit-request.xml");
        assert_eq!(announced_host(body).as_deref(), Some("10.20.30.41"));
        assert_eq!(announced_host(b"<SaleToPOIRequest/>"), None);
    }

    #[test]
    fn an_announced_address_is_read_with_its_port_as_text() {
        let json = br#"{"saleTerminalconfiguration":{"messageVersion":"1.0.0","ipEndPoint":{"ipV4Address":"10.20.30.41","ipPort":"11000"}}}"#;
        assert_eq!(announced_address(json), Some(("10.20.30.41".to_owned(), 11000)));
        assert_eq!(announced_address(b"{}"), None);
        assert_eq!(
            announced_address(
                br#"{"saleTerminalconfiguration":{"ipEndPoint":{"ipV4Address":"evil.example","ipPort":"80"}}}"#
            ),
            None
        );
    }
}
