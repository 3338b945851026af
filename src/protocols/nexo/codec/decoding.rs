//! Element trees to typed messages, whatever the order (3.1).

use super::CodecError;
use super::aliases::event_name;
use super::characters::{from_base64, from_base64_or_raw};
use super::tree::Element;
use crate::domain::card::mask_card_numbers;
use crate::protocols::nexo::messages::*;

pub fn message(root: &Element) -> Result<Message, CodecError> {
    if !matches!(root.name.as_str(), "SaleToPOIRequest" | "SaleToPOIResponse") {
        return Err(CodecError::NotNexo { root: root.name.chars().take(40).collect() });
    }
    envelope(root)
}

/// A header and the one body that belongs to it; also `RepeatedMessageResponse` (5.3).
fn envelope(parent: &Element) -> Result<Message, CodecError> {
    let header = header(only(parent, "MessageHeader")?.ok_or(CodecError::NoHeader)?)?;
    let wanted = match header.category {
        Category::Event => "EventNotification".to_owned(),
        _ => format!("{}{}", header.category.name(), super::encoding::kind_name(header.kind)),
    };
    let body = only(parent, &wanted)?.ok_or(CodecError::MissingBody { wanted })?;
    Ok(Message { header, body: self::body(body)? })
}

/// The one child of this name. Two of them are an error, because what decides about money must not be ambiguous.
fn only<'a>(parent: &'a Element, name: &str) -> Result<Option<&'a Element>, CodecError> {
    let mut found = parent.children.iter().filter(|child| child.name == name);
    let first = found.next();
    match found.next() {
        Some(_) => Err(CodecError::Twice { element: name.to_owned() }),
        None => Ok(first),
    }
}

fn header(header: &Element) -> Result<Header, CodecError> {
    let category = Category::from_name(required(header, "MessageCategory")?);
    let kind = match required(header, "MessageType")? {
        "Request" => Kind::Request,
        "Response" => Kind::Response,
        "Notification" => Kind::Notification,
        _ => return Err(unknown(header, "MessageType")),
    };
    let class = match header.attribute("MessageClass") {
        Some("Service") => Class::Service,
        Some("Device") => Class::Device,
        Some("Event") => Class::Event,
        Some(_) => return Err(unknown(header, "MessageClass")),
        None => category.class(),
    };
    Ok(Header {
        class,
        category,
        kind,
        protocol_version: header.attribute("ProtocolVersion").is_some(),
        service_id: optional(header, "ServiceID"),
        device_id: optional(header, "DeviceID"),
        sale_id: text(header, "SaleID"),
        poi_id: text(header, "POIID"),
    })
}

fn body(body: &Element) -> Result<Body, CodecError> {
    Ok(match body.name.as_str() {
        "LoginRequest" => Body::LoginRequest(login_request(body)?),
        "LoginResponse" => Body::LoginResponse(LoginResponse {
            response: response_in(body)?,
            system: body.find("POISystemData").map(poi_system),
        }),
        "LogoutRequest" => Body::LogoutRequest { maintenance_allowed: flag(body, "MaintenanceAllowed") == Some(true) },
        "LogoutResponse" => Body::LogoutResponse(response_in(body)?),
        "PaymentRequest" => Body::PaymentRequest(payment_request(body)?),
        "PaymentResponse" => Body::PaymentResponse(Box::new(payment_response(body)?)),
        "ReversalRequest" => Body::ReversalRequest(reversal_request(body)?),
        "ReversalResponse" => Body::ReversalResponse(Box::new(ReversalResponse {
            response: response_in(body)?,
            poi_transaction: body.path(&["POIData", "POITransactionID"]).map(transaction),
            receipts: body.find_all("PaymentReceipt").map(payment_receipt).collect(),
        })),
        "AbortRequest" => Body::AbortRequest {
            reference: body.find("MessageReference").map(message_reference).unwrap_or_default(),
            reason: trimmed(body, "AbortReason"),
        },
        "TransactionStatusRequest" => {
            Body::TransactionStatusRequest { reference: body.find("MessageReference").map(message_reference) }
        }
        "TransactionStatusResponse" => Body::TransactionStatusResponse(Box::new(TransactionStatusResponse {
            response: response_in(body)?,
            repeated: only(body, "RepeatedMessageResponse")?.map(envelope).transpose()?,
        })),
        "DisplayRequest" => Body::DisplayRequest(body.find_all("DisplayOutput").map(display_output).collect()),
        "DisplayResponse" => {
            Body::DisplayResponse(body.find_all("OutputResult").map(output_result).collect::<Result<_, _>>()?)
        }
        "InputRequest" => Body::InputRequest(input_request(body)?),
        "InputResponse" => Body::InputResponse(input_response(body)?),
        "PrintRequest" => Body::PrintRequest(print_request(body)?),
        "PrintResponse" => {
            Body::PrintResponse { qualifier: text(body, "DocumentQualifier"), response: response_in(body)? }
        }
        "EventNotification" => Body::EventNotification(event_notification(body)),
        "TransmitRequest" => {
            Body::TransmitRequest { message: body.find("Message").and_then(|message| from_base64(&message.text)) }
        }
        other => Body::Other { element: other.to_owned(), response: only(body, "Response")?.map(response) },
    })
}

fn missing(element: &str, attribute: Option<&str>) -> CodecError {
    CodecError::Missing { element: element.to_owned(), attribute: attribute.map(str::to_owned) }
}

fn unknown(element: &Element, attribute: &str) -> CodecError {
    CodecError::UnknownValue { element: element.name.clone(), attribute: attribute.to_owned() }
}

fn required<'a>(element: &'a Element, attribute: &str) -> Result<&'a str, CodecError> {
    element.attribute(attribute).ok_or_else(|| missing(&element.name, Some(attribute)))
}

fn required_child<'a>(element: &'a Element, path: &[&str]) -> Result<&'a Element, CodecError> {
    element.path(path).ok_or_else(|| missing(path.last().copied().unwrap_or_default(), None))
}

fn optional(element: &Element, attribute: &str) -> Option<String> {
    element.attribute(attribute).map(str::to_owned)
}

fn text(element: &Element, attribute: &str) -> String {
    element.attribute(attribute).unwrap_or_default().to_owned()
}

/// The trimmed text of a child; empty when there is none.
fn trimmed(element: &Element, child: &str) -> String {
    element.find(child).map(|child| child.text.trim().to_owned()).unwrap_or_default()
}

fn words(element: &Element, child: &str) -> Vec<String> {
    element.find(child).map(|list| list.text.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
}

fn flag(element: &Element, attribute: &str) -> Option<bool> {
    element.attribute(attribute).map(boolean)
}

fn boolean(text: &str) -> bool {
    matches!(text.trim(), "true" | "1") || text.trim().eq_ignore_ascii_case("true")
}

fn response_in(parent: &Element) -> Result<Response, CodecError> {
    only(parent, "Response")?.map(response).ok_or_else(|| missing("Response", None))
}

fn response(response: &Element) -> Response {
    let result = match response.attribute("Result").unwrap_or_default() {
        "Success" => ResultCode::Success,
        "Failure" => ResultCode::Failure,
        other => ResultCode::Other(other.to_owned()),
    };
    let additional = trimmed(response, "AdditionalResponse");
    Response {
        result,
        condition: response.attribute("ErrorCondition").filter(|name| !name.is_empty()).map(ErrorCondition::from_name),
        additional: (!additional.is_empty()).then(|| mask_card_numbers(&additional)),
    }
}

fn transaction(element: &Element) -> TransactionId {
    TransactionId { id: text(element, "TransactionID"), time: text(element, "TimeStamp") }
}

fn login_request(body: &Element) -> Result<LoginRequest, CodecError> {
    let software = required_child(body, &["SaleSoftware"])?;
    let terminal = body.find("SaleTerminalData");
    Ok(LoginRequest {
        date_time: trimmed(body, "DateTime"),
        operator_language: text(body, "OperatorLanguage"),
        operator_id: optional(body, "OperatorID"),
        provider: text(software, "ProviderIdentification"),
        application: text(software, "ApplicationName"),
        version: text(software, "SoftwareVersion"),
        environment: terminal.map(|data| text(data, "TerminalEnvironment")).unwrap_or_default(),
        capabilities: terminal.map(|data| words(data, "SaleCapabilities")).unwrap_or_default(),
    })
}

fn poi_system(system: &Element) -> PoiSystem {
    let nothing = Element::default();
    let software = system.find("POISoftware").unwrap_or(&nothing);
    let terminal = system.find("POITerminalData").unwrap_or(&nothing);
    let status = system.find("POIStatus").unwrap_or(&nothing);
    PoiSystem {
        date_time: trimmed(system, "DateTime"),
        provider: text(software, "ProviderIdentification"),
        application: text(software, "ApplicationName"),
        version: text(software, "SoftwareVersion"),
        serial_number: text(terminal, "POISerialNumber"),
        capabilities: words(terminal, "POICapabilities"),
        global_status: text(status, "GlobalStatus"),
        printer_status: optional(status, "PrinterStatus"),
    }
}

fn payment_request(body: &Element) -> Result<PaymentRequest, CodecError> {
    let sale = required_child(body, &["SaleData"])?;
    let amounts = required_child(body, &["PaymentTransaction", "AmountsReq"])?;
    let payment_type = body.find("PaymentData").map_or(Ok(PaymentType::Normal), payment_type)?;
    Ok(PaymentRequest {
        sale_transaction: transaction(required_child(sale, &["SaleTransactionID"])?),
        operator_id: optional(sale, "OperatorID"),
        currency: required(amounts, "Currency")?.to_owned(),
        requested: required(amounts, "RequestedAmount")?.to_owned(),
        cash_back: optional(amounts, "CashBackAmount"),
        payment_type,
    })
}

fn payment_type(data: &Element) -> Result<PaymentType, CodecError> {
    match data.attribute("PaymentType") {
        None | Some("Normal") => Ok(PaymentType::Normal),
        Some("Refund") => Ok(PaymentType::Refund),
        Some(_) => Err(unknown(data, "PaymentType")),
    }
}

fn payment_response(body: &Element) -> Result<PaymentResponse, CodecError> {
    Ok(PaymentResponse {
        response: response_in(body)?,
        sale_transaction: body.path(&["SaleData", "SaleTransactionID"]).map(transaction),
        poi_transaction: body.path(&["POIData", "POITransactionID"]).map(transaction),
        result: only(body, "PaymentResult")?.map(payment_result),
        receipts: body.find_all("PaymentReceipt").map(payment_receipt).collect(),
    })
}

fn payment_result(result: &Element) -> PaymentResult {
    let instrument = result.find("PaymentInstrumentData");
    let acquirer = result.find("PaymentAcquirerData");
    let approval = acquirer.map(|data| trimmed(data, "ApprovalCode")).filter(|code| !code.is_empty());
    PaymentResult {
        payment_type: text(result, "PaymentType"),
        instrument: instrument.map(|data| text(data, "PaymentInstrumentType")).unwrap_or_default(),
        card: instrument.and_then(|data| data.find("CardData")).map(card_data),
        amounts: result.find("AmountsResp").map(amounts),
        merchant_id: acquirer.and_then(|data| optional(data, "MerchantID")),
        acquirer_poi_id: acquirer.and_then(|data| optional(data, "AcquirerPOIID")),
        approval_code: approval,
    }
}

fn card_data(card: &Element) -> CardData {
    CardData {
        brand: mask_card_numbers(card.attribute("PaymentBrand").unwrap_or_default()),
        masked_pan: masked(card.attribute("MaskedPAN").unwrap_or_default()),
        entry_mode: text(card, "EntryMode"),
    }
}

/// Keeps what a terminal masked. A number that shows more than a card's first eight and last four digits was not
/// masked (rule 8): only its last four stay, whether it passes the Luhn check or not.
pub fn masked(pan: &str) -> String {
    let digits = pan.chars().filter(char::is_ascii_digit).count();
    let hidden = pan.chars().any(|c| !c.is_ascii_digit() && !matches!(c, ' ' | '-'));
    if digits <= 4 || (hidden && digits <= 12) {
        return pan.to_owned();
    }
    let mut to_hide = digits - 4;
    let hide = |c: char| {
        if c.is_ascii_digit() && to_hide > 0 {
            to_hide -= 1;
            return '*';
        }
        c
    };
    pan.chars().map(hide).collect()
}

fn amounts(amounts: &Element) -> Amounts {
    Amounts {
        currency: optional(amounts, "Currency"),
        authorized: text(amounts, "AuthorizedAmount"),
        total_fees: optional(amounts, "TotalFeesAmount"),
        cash_back: optional(amounts, "CashBackAmount"),
        tip: optional(amounts, "TipAmount"),
    }
}

fn payment_receipt(receipt: &Element) -> PaymentReceipt {
    PaymentReceipt {
        qualifier: text(receipt, "DocumentQualifier"),
        content: from_base64_or_raw(&output_text(receipt)),
        required_signature: flag(receipt, "RequiredSignatureFlag") == Some(true),
    }
}

/// The first `OutputText` as sent; empty when there is none.
fn output_text(element: &Element) -> String {
    element.path(&["OutputContent", "OutputText"]).map(|output| output.text.clone()).unwrap_or_default()
}

fn reversal_request(body: &Element) -> Result<ReversalRequest, CodecError> {
    let original = required_child(body, &["OriginalPOITransaction"])?;
    Ok(ReversalRequest {
        reason: text(body, "ReversalReason"),
        sale_id: text(original, "SaleID"),
        poi_id: text(original, "POIID"),
        poi_transaction: transaction(required_child(original, &["POITransactionID"])?),
    })
}

fn message_reference(reference: &Element) -> MessageReference {
    MessageReference {
        category: optional(reference, "MessageCategory"),
        service_id: optional(reference, "ServiceID"),
        device_id: optional(reference, "DeviceID"),
        sale_id: optional(reference, "SaleID"),
        poi_id: optional(reference, "POIID"),
    }
}

fn display_output(output: &Element) -> DisplayOutput {
    DisplayOutput {
        response_required: flag(output, "ResponseRequiredFlag"),
        device: text(output, "Device"),
        info_qualify: text(output, "InfoQualify"),
        text: mask_card_numbers(&output_text(output)),
    }
}

fn output_result(result: &Element) -> Result<OutputResult, CodecError> {
    Ok(OutputResult {
        device: text(result, "Device"),
        info_qualify: text(result, "InfoQualify"),
        response: response_in(result)?,
    })
}

fn input_request(body: &Element) -> Result<InputRequest, CodecError> {
    let data = required_child(body, &["InputData"])?;
    Ok(InputRequest {
        display: body.find("DisplayOutput").map(display_output),
        device: text(data, "Device"),
        info_qualify: text(data, "InfoQualify"),
        command: text(data, "InputCommand"),
    })
}

fn input_response(body: &Element) -> Result<InputResponse, CodecError> {
    let result = only(body, "InputResult")?.ok_or_else(|| missing("InputResult", None))?;
    let input = result.find("Input");
    let confirmed = input.map(|input| trimmed(input, "ConfirmedFlag")).filter(|flag| !flag.is_empty());
    Ok(InputResponse {
        output: body.find("OutputResult").map(output_result).transpose()?,
        device: text(result, "Device"),
        info_qualify: text(result, "InfoQualify"),
        response: response_in(result)?,
        command: input.map(|input| text(input, "InputCommand")).unwrap_or_default(),
        confirmed: confirmed.map(|flag| boolean(&flag)),
    })
}

fn print_request(body: &Element) -> Result<PrintRequest, CodecError> {
    let output = required_child(body, &["PrintOutput"])?;
    Ok(PrintRequest {
        qualifier: text(output, "DocumentQualifier"),
        response_mode: text(output, "ResponseMode"),
        content: from_base64_or_raw(&output_text(output)),
    })
}

fn event_notification(body: &Element) -> EventNotification {
    let details = trimmed(body, "EventDetails");
    EventNotification {
        time: text(body, "TimeStamp"),
        event: event_name(body.attribute("EventToNotify").unwrap_or_default()).to_owned(),
        maintenance_required: flag(body, "MaintenanceRequiredFlag") == Some(true),
        details: (!details.is_empty()).then(|| mask_card_numbers(&details)),
        rejected: body.find("RejectedMessage").map(|message| from_base64_or_raw(&message.text)),
    }
}
