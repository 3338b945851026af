//! Typed messages to element trees, in the order of section 18.

use super::characters::to_base64;
use super::tree::Element;
use crate::protocols::nexo::messages::*;

pub fn document(message: &Message) -> Element {
    let root = match message.header.kind {
        Kind::Response => "SaleToPOIResponse",
        Kind::Request | Kind::Notification => "SaleToPOIRequest",
    };
    envelope(root, message)
}

/// A header and a body under `name`; also `RepeatedMessageResponse` (5.3).
fn envelope(name: &str, message: &Message) -> Element {
    Element::new(name).child(header(&message.header)).child(body(&message.body))
}

fn header(header: &Header) -> Element {
    Element::new("MessageHeader")
        .with_some("ProtocolVersion", header.protocol_version.then_some("3.1"))
        .with("MessageClass", class_name(header.class))
        .with("MessageCategory", header.category.name())
        .with("MessageType", kind_name(header.kind))
        .with_some("ServiceID", header.service_id.as_deref())
        .with_some("DeviceID", header.device_id.as_deref())
        .with("SaleID", &header.sale_id)
        .with("POIID", &header.poi_id)
}

pub fn class_name(class: Class) -> &'static str {
    match class {
        Class::Service => "Service",
        Class::Device => "Device",
        Class::Event => "Event",
    }
}

pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "Request",
        Kind::Response => "Response",
        Kind::Notification => "Notification",
    }
}

fn body(body: &Body) -> Element {
    match body {
        Body::LoginRequest(request) => login_request(request),
        Body::LoginResponse(answer) => login_response(answer),
        Body::LogoutRequest { maintenance_allowed } => {
            Element::new("LogoutRequest").with("MaintenanceAllowed", boolean(*maintenance_allowed))
        }
        Body::LogoutResponse(answer) => Element::new("LogoutResponse").child(response(answer)),
        Body::PaymentRequest(request) => payment_request(request),
        Body::PaymentResponse(answer) => payment_response(answer),
        Body::ReversalRequest(request) => reversal_request(request),
        Body::ReversalResponse(answer) => reversal_response(answer),
        Body::AbortRequest { reference, reason } => Element::new("AbortRequest")
            .child(message_reference(reference))
            .child(Element::new("AbortReason").containing(reason)),
        Body::TransactionStatusRequest { reference } => {
            Element::new("TransactionStatusRequest").children(reference.as_ref().map(message_reference))
        }
        Body::TransactionStatusResponse(answer) => Element::new("TransactionStatusResponse")
            .child(response(&answer.response))
            .children(answer.repeated.as_ref().map(|message| envelope("RepeatedMessageResponse", message))),
        Body::DisplayRequest(outputs) => Element::new("DisplayRequest").children(outputs.iter().map(display_output)),
        Body::DisplayResponse(results) => Element::new("DisplayResponse").children(results.iter().map(output_result)),
        Body::InputRequest(request) => input_request(request),
        Body::InputResponse(answer) => input_response(answer),
        Body::PrintRequest(request) => print_request(request),
        Body::PrintResponse { qualifier, response: answer } => {
            Element::new("PrintResponse").with("DocumentQualifier", qualifier).child(response(answer))
        }
        Body::EventNotification(event) => event_notification(event),
        Body::TransmitRequest { message } => transmit_request(message.as_deref()),
        Body::Other { element, response: answer } => Element::new(element).children(answer.as_ref().map(response)),
    }
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn response(response: &Response) -> Element {
    let result = match &response.result {
        ResultCode::Success => "Success",
        ResultCode::Failure => "Failure",
        ResultCode::Other(other) => other,
    };
    Element::new("Response")
        .with("Result", result)
        .with_some("ErrorCondition", response.condition.as_ref().map(ErrorCondition::name))
        .children(response.additional.as_ref().map(|text| Element::new("AdditionalResponse").containing(text)))
}

fn transaction(name: &str, id: &TransactionId) -> Element {
    Element::new(name).with("TransactionID", &id.id).with("TimeStamp", &id.time)
}

fn login_request(request: &LoginRequest) -> Element {
    Element::new("LoginRequest")
        .with("OperatorLanguage", &request.operator_language)
        .with_some("OperatorID", request.operator_id.as_deref())
        .child(Element::new("DateTime").containing(&request.date_time))
        .child(
            Element::new("SaleSoftware")
                .with("ProviderIdentification", &request.provider)
                .with("ApplicationName", &request.application)
                .with("SoftwareVersion", &request.version),
        )
        .child(
            Element::new("SaleTerminalData")
                .with("TerminalEnvironment", &request.environment)
                .child(Element::new("SaleCapabilities").containing(&request.capabilities.join(" ")))
                .child(
                    Element::new("SaleProfile")
                        .with("GenericProfile", "Extended")
                        .child(Element::new("ServiceProfiles").containing("Loyalty PIN CardReader")),
                ),
        )
}

fn login_response(answer: &LoginResponse) -> Element {
    Element::new("LoginResponse").child(response(&answer.response)).children(answer.system.as_ref().map(poi_system))
}

fn poi_system(system: &PoiSystem) -> Element {
    Element::new("POISystemData")
        .child(Element::new("DateTime").containing(&system.date_time))
        .child(
            Element::new("POISoftware")
                .with("ProviderIdentification", &system.provider)
                .with("ApplicationName", &system.application)
                .with("SoftwareVersion", &system.version),
        )
        .child(
            Element::new("POITerminalData")
                .with("TerminalEnvironment", "Attended")
                .with("POISerialNumber", &system.serial_number)
                .child(Element::new("POICapabilities").containing(&system.capabilities.join(" "))),
        )
        .child(
            Element::new("POIStatus")
                .with("GlobalStatus", &system.global_status)
                .with_some("PrinterStatus", system.printer_status.as_deref()),
        )
}

fn payment_request(request: &PaymentRequest) -> Element {
    let amounts = Element::new("AmountsReq")
        .with("Currency", &request.currency)
        .with("RequestedAmount", &request.requested)
        .with_some("CashBackAmount", request.cash_back.as_deref());
    Element::new("PaymentRequest")
        .child(
            Element::new("SaleData")
                .with_some("OperatorID", request.operator_id.as_deref())
                .child(transaction("SaleTransactionID", &request.sale_transaction)),
        )
        .child(Element::new("PaymentTransaction").child(amounts))
        .child(Element::new("PaymentData").with("PaymentType", request.payment_type.name()))
}

fn payment_response(answer: &PaymentResponse) -> Element {
    Element::new("PaymentResponse")
        .child(response(&answer.response))
        .children(wrapped("SaleData", "SaleTransactionID", answer.sale_transaction.as_ref()))
        .children(wrapped("POIData", "POITransactionID", answer.poi_transaction.as_ref()))
        .children(answer.result.as_ref().map(payment_result))
        .children(answer.receipts.iter().map(payment_receipt))
}

fn wrapped(outer: &str, inner: &str, id: Option<&TransactionId>) -> Option<Element> {
    id.map(|id| Element::new(outer).child(transaction(inner, id)))
}

/// Empty texts stand for absent attributes.
fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn payment_result(result: &PaymentResult) -> Element {
    let instrument = (result.card.is_some() || !result.instrument.is_empty()).then(|| {
        Element::new("PaymentInstrumentData")
            .with_some("PaymentInstrumentType", given(&result.instrument))
            .children(result.card.as_ref().map(card_data))
    });
    Element::new("PaymentResult")
        .with_some("PaymentType", given(&result.payment_type))
        .children(instrument)
        .children(result.amounts.as_ref().map(amounts))
        .children(acquirer_data(result))
}

fn card_data(card: &CardData) -> Element {
    Element::new("CardData")
        .with_some("PaymentBrand", given(&card.brand))
        .with_some("MaskedPAN", given(&card.masked_pan))
        .with_some("EntryMode", given(&card.entry_mode))
}

fn amounts(amounts: &Amounts) -> Element {
    Element::new("AmountsResp")
        .with_some("Currency", amounts.currency.as_deref())
        .with("AuthorizedAmount", &amounts.authorized)
        .with_some("TotalFeesAmount", amounts.total_fees.as_deref())
        .with_some("CashBackAmount", amounts.cash_back.as_deref())
        .with_some("TipAmount", amounts.tip.as_deref())
}

fn acquirer_data(result: &PaymentResult) -> Option<Element> {
    let any = result.merchant_id.is_some() || result.acquirer_poi_id.is_some() || result.approval_code.is_some();
    any.then(|| {
        Element::new("PaymentAcquirerData")
            .with_some("MerchantID", result.merchant_id.as_deref())
            .with_some("AcquirerPOIID", result.acquirer_poi_id.as_deref())
            .children(result.approval_code.as_ref().map(|code| Element::new("ApprovalCode").containing(code)))
    })
}

fn payment_receipt(receipt: &PaymentReceipt) -> Element {
    Element::new("PaymentReceipt")
        .with("DocumentQualifier", &receipt.qualifier)
        .with_some("RequiredSignatureFlag", receipt.required_signature.then_some("true"))
        .child(output_content(&to_base64(&receipt.content)))
}

fn output_content(text: &str) -> Element {
    Element::new("OutputContent").with("OutputFormat", "Text").child(Element::new("OutputText").containing(text))
}

fn reversal_request(request: &ReversalRequest) -> Element {
    Element::new("ReversalRequest").with("ReversalReason", &request.reason).child(
        Element::new("OriginalPOITransaction")
            .with("SaleID", &request.sale_id)
            .with("POIID", &request.poi_id)
            .child(transaction("POITransactionID", &request.poi_transaction)),
    )
}

fn reversal_response(answer: &ReversalResponse) -> Element {
    Element::new("ReversalResponse")
        .child(response(&answer.response))
        .children(wrapped("POIData", "POITransactionID", answer.poi_transaction.as_ref()))
        .children(answer.receipts.iter().map(payment_receipt))
}

fn message_reference(reference: &MessageReference) -> Element {
    Element::new("MessageReference")
        .with_some("MessageCategory", reference.category.as_deref())
        .with_some("ServiceID", reference.service_id.as_deref())
        .with_some("DeviceID", reference.device_id.as_deref())
        .with_some("SaleID", reference.sale_id.as_deref())
        .with_some("POIID", reference.poi_id.as_deref())
}

fn display_output(output: &DisplayOutput) -> Element {
    Element::new("DisplayOutput")
        .with_some("ResponseRequiredFlag", output.response_required.map(boolean))
        .with("Device", &output.device)
        .with("InfoQualify", &output.info_qualify)
        .child(output_content(&output.text))
}

fn output_result(result: &OutputResult) -> Element {
    Element::new("OutputResult")
        .with("Device", &result.device)
        .with("InfoQualify", &result.info_qualify)
        .child(response(&result.response))
}

fn input_request(request: &InputRequest) -> Element {
    Element::new("InputRequest").children(request.display.as_ref().map(display_output)).child(
        Element::new("InputData")
            .with("Device", &request.device)
            .with("InfoQualify", &request.info_qualify)
            .with("InputCommand", &request.command),
    )
}

fn input_response(answer: &InputResponse) -> Element {
    let flag = Element::new("ConfirmedFlag").containing(answer.confirmed.map_or("", boolean));
    Element::new("InputResponse").children(answer.output.as_ref().map(output_result)).child(
        Element::new("InputResult")
            .with("Device", &answer.device)
            .with("InfoQualify", &answer.info_qualify)
            .child(response(&answer.response))
            .child(Element::new("Input").with("InputCommand", &answer.command).child(flag)),
    )
}

fn print_request(request: &PrintRequest) -> Element {
    Element::new("PrintRequest").child(
        Element::new("PrintOutput")
            .with("DocumentQualifier", &request.qualifier)
            .with("ResponseMode", &request.response_mode)
            .child(output_content(&to_base64(&request.content))),
    )
}

fn event_notification(event: &EventNotification) -> Element {
    let details = event.details.as_ref().map(|text| Element::new("EventDetails").containing(text));
    let rejected = event.rejected.as_ref().map(|bytes| Element::new("RejectedMessage").containing(&to_base64(bytes)));
    Element::new("EventNotification")
        .with("TimeStamp", &event.time)
        .with("EventToNotify", &event.event)
        .with_some("MaintenanceRequiredFlag", event.maintenance_required.then_some("true"))
        .children(details)
        .children(rejected)
}

/// (2.4) The destination is only a marker.
fn transmit_request(message: Option<&[u8]>) -> Element {
    Element::new("TransmitRequest")
        .with("DestinationAddress", "127.0.0.1:15022")
        .with("MaximumTransmitTime", "30")
        .children(message.map(|bytes| Element::new("Message").containing(&to_base64(bytes))))
}
