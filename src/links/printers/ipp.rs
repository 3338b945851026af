//! What is said to the system's print service, by the Internet Printing Protocol: one HTTP exchange for each question.

use std::io::Cursor;
use std::time::Duration;

use ipp::attribute::{IppAttribute, IppAttributeGroup};
use ipp::model::{DelimiterTag, IppVersion, Operation};
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;

use crate::protocols::driver::{Departure, Tls};
use crate::protocols::frame::{HttpRequest, HttpResponse};

use super::super::http_client::{Exchange, perform};
use super::fault::PrinterFault;

/// The service is on this computer, or next to it.
const CONNECTED_WITHIN: Duration = Duration::from_secs(3);
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);
const ANSWER_AT_MOST: usize = 1 << 20;
const KIND: &str = "application/ipp";

/// A question that is put together.
pub(super) struct Question {
    path: String,
    request: IppRequestResponse,
    document: Vec<u8>,
}

/// What the service has answered, where it did what was asked.
pub(super) struct Answer(IppRequestResponse);

impl Question {
    /// About the whole service.
    pub(super) fn general(operation: Operation) -> Result<Question, PrinterFault> {
        let request = IppRequestResponse::new(IppVersion::v1_1(), operation, None);
        let request = request.map_err(|error| PrinterFault::NotMade(error.to_string()))?;
        Ok(Question { path: "/".to_owned(), request, document: Vec::new() })
    }

    /// About one printer.
    pub(super) fn of(operation: Operation, queue: &str) -> Result<Question, PrinterFault> {
        let path = format!("/printers/{}", escaped(queue));
        let address = IppValue::new_uri(format!("ipp://localhost{path}"));
        let address = address.map_err(|_| PrinterFault::NotFound(queue.to_owned()))?;
        let question = Question { path, ..Question::general(operation)? };
        Ok(question.with(IppAttribute::PRINTER_URI, address))
    }

    pub(super) fn with(mut self, name: &str, value: IppValue) -> Question {
        // Names of ours are short.
        if let Ok(attribute) = IppAttribute::with_name(name, value) {
            self.request.attributes_mut().add(DelimiterTag::OperationAttributes, attribute);
        }
        self
    }

    pub(super) fn wanting(self, names: &[&str]) -> Question {
        let keywords = names.iter().filter_map(|name| IppValue::new_keyword(*name).ok()).collect();
        self.with(IppAttribute::REQUESTED_ATTRIBUTES, IppValue::Array(keywords))
    }

    pub(super) fn carrying(self, document: Vec<u8>) -> Question {
        Question { document, ..self }
    }

    /// Asks the service at `host:port`.
    ///
    /// # Errors
    /// `System` where no answer of a print service comes; for what it does not do, whose fault that is. `Interrupted` where the
    /// question has left and no answer came.
    pub(super) async fn ask(self, server: &str) -> Result<Answer, PrinterFault> {
        let mut body = self.request.to_bytes().to_vec();
        body.extend(self.document);
        let exchange = Exchange {
            url: format!("http://{server}"),
            request: HttpRequest::post(&self.path, KIND, body),
            tls: Tls::No,
            connect_within: CONNECTED_WITHIN,
            answer_within: ANSWERED_WITHIN,
            at_most: ANSWER_AT_MOST,
        };
        let answer = perform(exchange, async {}).await.map_err(|loss| match loss.departure {
            Departure::SurelyNot => system(server, &loss.detail),
            Departure::Perhaps => PrinterFault::Interrupted(loss.detail),
        })?;
        match answer {
            HttpResponse { status: 200, body, .. } => parsed(body, server),
            HttpResponse { status: status @ (401 | 403), .. } => Err(PrinterFault::Forbidden(format!("HTTP {status}"))),
            HttpResponse { status, .. } => Err(system(server, &format!("HTTP {status}"))),
        }
    }
}

fn system(server: &str, detail: &str) -> PrinterFault {
    PrinterFault::System(format!("{server}: {detail}"))
}

fn parsed(body: Vec<u8>, server: &str) -> Result<Answer, PrinterFault> {
    let answer = IppParser::new(IppReader::new(Cursor::new(body))).parse();
    let answer = answer.map_err(|error| system(server, &error.to_string()))?;
    let code = answer.header().operation_or_status;
    if (0..0x100).contains(&code) {
        return Ok(Answer(answer));
    }
    let operation = answer.attributes().first_of(DelimiterTag::OperationAttributes);
    let said = operation.and_then(|group| text(group, IppAttribute::STATUS_MESSAGE)).unwrap_or_default();
    let detail = format!("{said} ({code:#06x})").trim().to_owned();
    Err(match code {
        0x0401..=0x0403 => PrinterFault::Forbidden(detail),
        0x0406 => PrinterFault::NotFound(detail),
        0x0507 => PrinterFault::Busy,
        _ => PrinterFault::Refused(detail),
    })
}

impl Answer {
    pub(super) fn printers(&self) -> impl Iterator<Item = &IppAttributeGroup> {
        self.0.attributes().groups_of(DelimiterTag::PrinterAttributes)
    }

    pub(super) fn job(&self) -> Option<&IppAttributeGroup> {
        self.0.attributes().first_of(DelimiterTag::JobAttributes)
    }
}

/// The text of an attribute, of whatever kind of text it is.
pub(super) fn text(group: &IppAttributeGroup, name: &str) -> Option<String> {
    texts(group, name).into_iter().next()
}

pub(super) fn texts(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    match group.get(name).map(IppAttribute::value) {
        Some(IppValue::Array(values)) => values.iter().map(ToString::to_string).collect(),
        Some(value) => vec![value.to_string()],
        None => Vec::new(),
    }
}

pub(super) fn number(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    match group.get(name)?.value() {
        IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
        _ => None,
    }
}

pub(super) fn is_true(group: &IppAttributeGroup, name: &str) -> Option<bool> {
    match group.get(name)?.value() {
        IppValue::Boolean(value) => Some(*value),
        _ => None,
    }
}

/// As it stands in an address.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
