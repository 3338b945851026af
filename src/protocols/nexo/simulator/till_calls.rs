//! The terminal's own requests to the till's listener (section 7): one at a time, and the till's answers looked at.

use std::collections::VecDeque;
use std::time::Duration;

use super::texts::{self, Text};
use crate::domain::{Instant, Now};
use crate::protocols::frame::{HttpRequest, HttpResponse};
use crate::protocols::nexo::codec;
use crate::protocols::nexo::messages::*;
use crate::protocols::simulator::{Post, SimulatorEffect};

const QUEUE_AT_MOST: usize = 64;
/// After this long without an answer the terminal goes on; a question has its own limit.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long the cashier has for a signature (16.2).
pub const SIGNATURE_WITHIN: Duration = Duration::from_secs(120);

/// Whom the terminal talks to since the last full login.
#[derive(Debug, Clone)]
pub struct Voice {
    pub poi_id: String,
    pub sale_id: String,
    pub language: String,
    pub displays: bool,
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    /// The cashier's word about the signature; `None` when there is none to be had.
    Signature(Option<bool>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    message: Message,
    wants_answer: bool,
}

#[derive(Debug, Default)]
pub struct TillCalls {
    voice: Option<Voice>,
    queue: VecDeque<Call>,
    outstanding: Option<(Post, Call, Instant)>,
    posts: u64,
    devices: u64,
    shown: u64,
}

impl TillCalls {
    /// A full login gives a voice, a light one takes it away.
    pub fn speak_to(&mut self, voice: Option<Voice>) {
        self.voice = voice;
        self.queue.clear();
    }

    /// Power is gone: nothing waits any more.
    pub fn fall_silent(&mut self) {
        self.speak_to(None);
        self.outstanding = None;
    }

    pub fn show(&mut self, text: Text, service_id: Option<&str>) {
        let Some(voice) = self.voice.clone().filter(|voice| voice.displays) else { return };
        self.shown += 1;
        // mostly without an answer, now and then with one, so that the till knows both
        let wants_answer = self.shown.is_multiple_of(5);
        let output = DisplayOutput {
            response_required: Some(wants_answer),
            device: "CashierDisplay".to_owned(),
            info_qualify: "Status".to_owned(),
            text: text.shown(&voice.language, self.shown),
        };
        self.device_call(Category::Display, Body::DisplayRequest(vec![output]), wants_answer, service_id);
    }

    /// The merchant's receipt to sign, then the question (7.2, 7.3).
    pub fn ask_signature(&mut self, receipt: PaymentReceipt, service_id: Option<&str>) {
        let Some(voice) = self.voice.clone() else { return };
        let mode = ["NotRequired", "PrintEnd", "Immediate"][usize::try_from(self.shown % 3).unwrap_or_default()];
        let print =
            PrintRequest { qualifier: receipt.qualifier, response_mode: mode.to_owned(), content: receipt.content };
        self.device_call(Category::Print, Body::PrintRequest(print), mode != "NotRequired", service_id);
        let question = InputRequest {
            display: Some(DisplayOutput {
                response_required: None,
                device: "CashierDisplay".to_owned(),
                info_qualify: "Display".to_owned(),
                text: texts::signature_question(&voice.language).to_owned(),
            }),
            device: "CashierInput".to_owned(),
            info_qualify: "Input".to_owned(),
            command: "GetConfirmation".to_owned(),
        };
        self.device_call(Category::Input, Body::InputRequest(question), true, service_id);
    }

    /// The terminal no longer waits for the cashier.
    pub fn drop_question(&mut self) {
        let is_question = |call: &Call| call.message.header.category == Category::Input;
        self.queue.retain(|call| !is_question(call));
        if self.outstanding.as_ref().is_some_and(|(_, call, _)| is_question(call)) {
            self.outstanding = None;
        }
    }

    pub fn notify(&mut self, now: &Now, event: &str, maintenance_required: bool, rejected: Option<Vec<u8>>) {
        let Some(voice) = &self.voice else { return };
        self.devices += 1;
        let header = Header {
            class: Class::Event,
            category: Category::Event,
            kind: Kind::Notification,
            protocol_version: false,
            service_id: Some((7000 + self.devices).to_string()),
            device_id: None,
            sale_id: voice.sale_id.clone(),
            poi_id: voice.poi_id.clone(),
        };
        let body = Body::EventNotification(EventNotification {
            time: now.local_rfc3339(),
            event: event.to_owned(),
            maintenance_required,
            details: maintenance_required.then(|| "Maintenance Required".to_owned()),
            rejected,
        });
        self.push(Call { message: Message { header, body }, wants_answer: false });
    }

    fn device_call(&mut self, category: Category, body: Body, wants_answer: bool, service_id: Option<&str>) {
        let Some(voice) = &self.voice else { return };
        self.devices += 1;
        let header = Header {
            class: Class::Device,
            category,
            kind: Kind::Request,
            protocol_version: false,
            service_id: service_id.map(str::to_owned),
            device_id: Some((9000 + self.devices).to_string()),
            sale_id: voice.sale_id.clone(),
            poi_id: voice.poi_id.clone(),
        };
        self.push(Call { message: Message { header, body }, wants_answer });
    }

    /// A till that does not listen loses old texts, never a question.
    fn push(&mut self, call: Call) {
        if self.queue.len() >= QUEUE_AT_MOST {
            let text = self.queue.iter().position(|call| call.message.header.category == Category::Display);
            self.queue.remove(text.unwrap_or(0));
        }
        self.queue.push_back(call);
    }

    /// Makes the next request when none is under way.
    pub fn pump(&mut self, at: Instant, effects: &mut Vec<SimulatorEffect>) {
        if self.outstanding.as_ref().is_some_and(|(_, _, give_up)| *give_up <= at) {
            self.outstanding = None;
        }
        if self.outstanding.is_some() {
            return;
        }
        let Some(call) = self.queue.pop_front() else { return };
        self.posts += 1;
        let post = Post(self.posts);
        let limit = if call.message.header.category == Category::Input { SIGNATURE_WITHIN } else { ANSWER_WITHIN };
        effects.push(SimulatorEffect::Post(post, HttpRequest::post(PATH, CONTENT_TYPE, codec::encode(&call.message))));
        self.outstanding = Some((post, call, at + limit));
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.outstanding.as_ref().map(|(_, _, give_up)| *give_up)
    }

    /// Looks at the till's answer (section 7).
    pub fn answered(
        &mut self,
        post: Post,
        response: Option<&HttpResponse>,
        effects: &mut Vec<SimulatorEffect>,
    ) -> Heard {
        let Some((_, call, _)) = self.outstanding.take_if(|(awaited, _, _)| *awaited == post) else {
            return Heard::Nothing;
        };
        let answer = match response.map(|response| checked(&call, response)) {
            Some(Ok(answer)) => answer,
            Some(Err(fault)) => {
                let category = call.message.header.category.name();
                effects.push(SimulatorEffect::Complaint(format!("answer to {category}: {fault}")));
                None
            }
            None => None,
        };
        match (call.message.header.category, answer) {
            (Category::Input, Some(Body::InputResponse(answer))) => {
                Heard::Signature(answer.confirmed.filter(|_| answer.response.is_success()))
            }
            (Category::Input, _) => Heard::Signature(None),
            _ => Heard::Nothing,
        }
    }
}

fn checked(call: &Call, response: &HttpResponse) -> Result<Option<Body>, String> {
    match (call.wants_answer, response.status) {
        (false, 204) => return Ok(None),
        (false, status) => return Err(format!("HTTP {status} where 204 was expected")),
        (true, 200) => {}
        (true, status) => return Err(format!("HTTP {status} where 200 with a response was expected")),
    }
    let answer = codec::decode(&response.body).map_err(|error| error.to_string())?;
    let asked = &call.message.header;
    let expected = Header { kind: Kind::Response, protocol_version: answer.header.protocol_version, ..asked.clone() };
    if answer.header != expected {
        return Err("the header does not repeat the request's".to_owned());
    }
    Ok(Some(answer.body))
}
