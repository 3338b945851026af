use std::fs;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::tree::{self, Element};
use super::*;
use crate::protocols::nexo::messages::*;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/nexo");
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

fn vector(name: &str) -> Vec<u8> {
    vectors().into_iter().find(|(found, _)| found == name).map(|(_, bytes)| bytes).unwrap()
}

/// White space and the order of attributes do not count; neither do the attributes that a till of ours never sends.
fn normal(bytes: &[u8]) -> Element {
    fn sort(element: &mut Element) {
        element.attributes.retain(|(name, _)| !matches!(name.as_str(), "ShiftNumber" | "TokenRequestedType"));
        element.attributes.sort();
        element.children.iter_mut().for_each(sort);
    }
    let mut root = tree::parse(bytes).unwrap();
    sort(&mut root);
    root
}

fn transaction(id: &str, time: &str) -> TransactionId {
    TransactionId { id: id.to_owned(), time: time.to_owned() }
}

#[test]
fn every_example_of_the_reference_is_understood() {
    for (name, bytes) in vectors() {
        let message = decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(message.header.poi_id, "BUTIK7-K2", "{name}");
        assert_eq!(poi_id_of(&bytes).as_deref(), Some("BUTIK7-K2"), "{name}");
        assert_eq!(decode(&encode(&message)).unwrap(), message, "{name}");
    }
    assert!(vectors().len() >= 39);
}

#[test]
fn what_the_till_sends_is_written_as_in_the_reference() {
    for name in [
        "4.1-login-request.xml",
        "4.2-logout-request.xml",
        "5.1.1-payment-request.xml",
        "5.1.2-payment-request.xml",
        "5.1.3-payment-request.xml",
        "5.2-abort-request.xml",
        "5.3-transactionstatus-request.xml",
        "5.4-reversal-request.xml",
        "7.1-display-response.xml",
        "7.3-input-response.xml",
    ] {
        let bytes = vector(name);
        assert_eq!(normal(&encode(&decode(&bytes).unwrap())), normal(&bytes), "{name}");
    }
}

#[test]
fn what_the_terminal_sends_is_written_as_in_the_reference() {
    for name in [
        "4.1-login-response-busy.xml",
        "4.2-logout-response.xml",
        "5.1.1-payment-request.xml",
        "7.1-display-request.xml",
        "7.3-input-request.xml",
        "7.4-event-notification.xml",
        "8-diagnosis-response.xml",
        "2.4-transmit-request.xml",
    ] {
        let bytes = vector(name);
        assert_eq!(normal(&encode(&decode(&bytes).unwrap())), normal(&bytes), "{name}");
    }
}

#[test]
fn an_approval_is_read_with_all_we_may_keep() {
    let message = decode(&vector("5.1.1-payment-response-approved.xml")).unwrap();
    let Body::PaymentResponse(answer) = message.body else { panic!("a payment response") };
    assert!(answer.response.is_success());
    assert_eq!(answer.sale_transaction, Some(transaction("K2-0087", "2026-03-14T10:42:31+01:00")));
    assert_eq!(answer.poi_transaction, Some(transaction("4312070041", "2026-03-14T09:42:33.208Z")));
    let result = answer.result.unwrap();
    assert_eq!(result.payment_type, "Normal");
    assert_eq!(result.instrument, "Card");
    let card = result.card.unwrap();
    assert_eq!(card.brand, "01,Visa Debit");
    assert_eq!(card.masked_pan, "499999******4321");
    assert_eq!(card.entry_mode, "Contactless");
    let amounts = result.amounts.unwrap();
    assert_eq!((amounts.authorized.as_str(), amounts.cash_back.as_deref()), ("249.50", Some("0.00")));
    assert_eq!(result.approval_code.as_deref(), Some("502871"));
    assert_eq!(answer.receipts.len(), 2);
    assert!(answer.receipts[0].content.starts_with(b"{\"Merchant\""));
}

#[test]
fn a_decline_keeps_its_condition_and_a_receipt_that_is_no_base64_its_text() {
    let message = decode(&vector("5.1.1-payment-response-declined.xml")).unwrap();
    let Body::PaymentResponse(answer) = message.body else { panic!("a payment response") };
    assert!(answer.response.failed_with(&[ErrorCondition::Refusal]));
    assert_eq!(answer.response.additional.as_deref(), Some("Declined by issuer"));
    assert!(answer.receipts[0].content.starts_with(b"(base64 of receipt JSON"));
}

#[test]
fn a_repeated_response_comes_with_its_own_header() {
    let message = decode(&vector("5.3-transactionstatus-response.xml")).unwrap();
    let Body::TransactionStatusResponse(answer) = message.body else { panic!("a status response") };
    let repeated = answer.repeated.unwrap();
    assert_eq!(repeated.header.service_id.as_deref(), Some("104201"));
    assert_eq!(repeated.header.category, Category::Payment);
    assert!(matches!(repeated.body, Body::PaymentResponse(inner) if inner.response.is_success()));
}

#[test]
fn the_announced_address_is_unpacked_although_ids_are_missing() {
    let message = decode(&vector("2.4-transmit-request.xml")).unwrap();
    assert_eq!(message.header.service_id, None);
    assert_eq!(message.header.sale_id, "");
    let Body::TransmitRequest { message: Some(json) } = message.body else { panic!("a transmit request") };
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json.pointer("/saleTerminalconfiguration/ipEndPoint/ipV4Address").unwrap(), "10.20.30.41");
}

fn refused(text: &str) -> CodecError {
    decode(text.as_bytes()).unwrap_err()
}

const HEADER: &str = r#"<MessageHeader MessageClass="Service" MessageCategory="Payment" MessageType="Response" ServiceID="1" SaleID="S" POIID="P"/>"#;

fn wrapped(inner: &str) -> String {
    format!("<SaleToPOIResponse>{HEADER}{inner}</SaleToPOIResponse>")
}

#[test]
fn hostile_and_broken_documents_are_refused() {
    let laughs = "<!DOCTYPE a [<!ENTITY b \"c\">]><SaleToPOIResponse>&b;</SaleToPOIResponse>";
    assert_eq!(refused(laughs), CodecError::DoctypeRefused);
    assert!(matches!(refused(&wrapped("<PaymentResponse>&lol;</PaymentResponse>")), CodecError::NotXml { .. }));
    assert_eq!(refused(&"<a>".repeat(1000)), CodecError::TooDeep);
    assert!(matches!(refused(&" ".repeat(BODY_AT_MOST + 1)), CodecError::TooLarge { .. }));
    assert!(matches!(refused(""), CodecError::NotXml { .. }));
    assert!(matches!(refused("<html><body/></html>"), CodecError::NotNexo { .. }));
    assert_eq!(refused("<SaleToPOIResponse/>"), CodecError::NoHeader);
    assert!(matches!(refused(&wrapped("<LoginResponse/>")), CodecError::MissingBody { .. }));
    assert!(matches!(refused(&wrapped("<PaymentResponse/>")), CodecError::Missing { .. }));
    assert!(matches!(refused(&wrapped("<PaymentResponse>")), CodecError::NotXml { .. }));
    let twice = r#"<PaymentResponse><Response Result="Failure"/><Response Result="Success"/></PaymentResponse>"#;
    assert_eq!(refused(&wrapped(twice)), CodecError::Twice { element: "Response".to_owned() });
    let both = r#"<PaymentResponse><Response Result="Failure" Result="Success"/></PaymentResponse>"#;
    assert!(matches!(refused(&wrapped(both)), CodecError::NotXml { .. }));
    let two_bodies = r#"<PaymentResponse><Response Result="Failure"/></PaymentResponse>"#.repeat(2);
    assert!(matches!(refused(&wrapped(&two_bodies)), CodecError::Twice { .. }));
    let attributes: String = (0..100_000).map(|number| format!(" a{number}=\"\"")).collect();
    assert!(matches!(refused(&format!("<SaleToPOIResponse{attributes}/>")), CodecError::NotXml { .. }));
}

#[test]
fn order_spelling_prefixes_and_strangers_do_not_matter() {
    let text = r#"<?xml version='1.0' encoding='utf-8'?><!-- hello --><n:SaleToPOIResponse xmlns:n="urn:x"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"><n:PaymentResponse Odd="1">
        <Stranger><Deep/></Stranger><PaymentResult><PaymentAquirerData AquirerPOIID="431207" MerchantID="7"/>
        <AmountsResp AuthorizedAmount='56'/><PaymentInstrumentData PaymentIntrumentType="Card"/></PaymentResult>
        <!-- the result comes last --><Response Result="Success"/></n:PaymentResponse>
        <MessageHeader MessageCategory="Payment" MessageType="Response" SaleID="S" POIID="P"/></n:SaleToPOIResponse>"#;
    let message = decode(text.as_bytes()).unwrap();
    assert_eq!(message.header.class, Class::Service);
    let Body::PaymentResponse(answer) = message.body else { panic!("a payment response") };
    let result = answer.result.unwrap();
    assert_eq!(result.acquirer_poi_id.as_deref(), Some("431207"));
    assert_eq!(result.instrument, "Card");
    assert_eq!(result.amounts.unwrap().authorized, "56");
}

#[test]
fn the_variant_spellings_of_events_are_understood() {
    let text = r#"<SaleToPOIRequest><MessageHeader MessageClass="Event" MessageCategory="Event" MessageType="Notification"
        POIID="P"/><EventNotification EventToNotify="EndMaintenence" MaintenanceRequired="1"/></SaleToPOIRequest>"#;
    let Body::EventNotification(event) = decode(text.as_bytes()).unwrap().body else { panic!("an event") };
    assert_eq!((event.event.as_str(), event.maintenance_required), ("EndMaintenance", true));
}

#[test]
fn a_clear_number_never_leaves_the_codec() {
    for (sent, kept) in [
        ("4111111111111111", "************1111"),
        ("1234567890123456", "************3456"),
        ("499999******4321", "499999******4321"),
        ("************4321", "************4321"),
        ("49999912****4321", "49999912****4321"),
        ("", ""),
    ] {
        let inner = format!(
            r#"<PaymentResponse><Response Result="Failure"><AdditionalResponse>card 4111111111111111</AdditionalResponse>
            </Response><PaymentResult><PaymentInstrumentData><CardData MaskedPAN="{sent}"/></PaymentInstrumentData>
            </PaymentResult></PaymentResponse>"#
        );
        let Body::PaymentResponse(answer) = decode(wrapped(&inner).as_bytes()).unwrap().body else { panic!() };
        assert_eq!(answer.result.unwrap().card.unwrap().masked_pan, kept);
        assert_eq!(answer.response.additional.as_deref(), Some("card ************1111"));
    }
}

#[test]
fn a_scrubbed_message_holds_no_card_data() {
    let keyed = scrubbed(&vector("5.1.4-payment-request.xml"));
    assert!(!keyed.contains("9752000012345678") && !keyed.contains("2812"), "{keyed}");
    assert!(keyed.contains("K2-0091"));
    let approved = scrubbed(&vector("5.1.1-payment-response-approved.xml"));
    assert!(
        !approved.contains("A1B2C3D4") && !approved.contains("q7v2n8c4") && !approved.contains("eyJ"),
        "{approved}"
    );
    assert!(approved.contains("499999******4321") && approved.contains("bytes of base64"));
    let torn = vector("5.1.4-payment-request.xml");
    let torn = scrubbed(&torn[..torn.len() - 40]);
    assert!(torn.contains("104205") && !torn.contains("9752"), "{torn}");
    assert_eq!(scrubbed(b"4111111111111111"), "[16 bytes, not well-formed XML: text outside the root element]");
    let digits = br#"<a><DigitInput>0701234567</DigitInput><b x="4111111111111111">4111 1111 1111 1111</b></a>"#;
    assert_eq!(
        scrubbed(digits),
        r#"<a><DigitInput>***</DigitInput><b x="************1111">**** **** **** 1111</b></a>"#
    );
}

#[test]
fn the_listener_finds_the_poi_id_without_reading_on() {
    let torn = br#"<SaleToPOIRequest><MessageHeader POIID="A &amp; B" SaleID=""/><Display"#;
    assert_eq!(poi_id_of(torn).as_deref(), Some("A & B"));
    assert_eq!(poi_id_of(b"<SaleToPOIRequest/>"), None);
    assert_eq!(poi_id_of(b"\x00\xff"), None);
}

/// Text as the wire can carry it, without runs of digits that would be masked.
fn words() -> BoxedStrategy<String> {
    "[a-zåäö<>&\"' \\t\\n]{0,6}[a-zA-Z*☎]".prop_map(|text| text.trim().to_owned()).boxed()
}

fn id() -> BoxedStrategy<String> {
    "[A-Z0-9:&-]{1,10}".boxed()
}

fn transactions() -> BoxedStrategy<TransactionId> {
    (id(), id()).prop_map(|(id, time)| TransactionId { id, time }).boxed()
}

fn responses() -> BoxedStrategy<Response> {
    let result = prop_oneof![
        Just(ResultCode::Success),
        Just(ResultCode::Failure),
        Just(ResultCode::Other("Partial".to_owned()))
    ];
    let condition = prop_oneof!["[a-z]{3,5}", Just("Busy".to_owned()), Just("WrongPIN".to_owned())];
    (result, option::of(condition), option::of(words()))
        .prop_map(|(result, condition, additional)| Response {
            result,
            condition: condition.as_deref().map(ErrorCondition::from_name),
            additional,
        })
        .boxed()
}

fn receipts() -> BoxedStrategy<Vec<PaymentReceipt>> {
    let receipt = (words(), vec(any::<u8>(), 0..40), any::<bool>())
        .prop_map(|(qualifier, content, required_signature)| PaymentReceipt { qualifier, content, required_signature });
    vec(receipt, 0..3).boxed()
}

fn results() -> BoxedStrategy<PaymentResult> {
    let card = (words(), "[0-9]{6}\\*{6}[0-9]{4}", words()).prop_map(|(brand, masked_pan, entry_mode)| CardData {
        brand,
        masked_pan,
        entry_mode,
    });
    let amounts = (option::of(id()), id(), option::of(id()), option::of(id()), option::of(id())).prop_map(
        |(currency, authorized, total_fees, cash_back, tip)| Amounts {
            currency,
            authorized,
            total_fees,
            cash_back,
            tip,
        },
    );
    (words(), words(), option::of(card), option::of(amounts), option::of(id()), option::of(id()), option::of(id()))
        .prop_map(|(payment_type, instrument, card, amounts, merchant_id, acquirer_poi_id, approval_code)| {
            PaymentResult { payment_type, instrument, card, amounts, merchant_id, acquirer_poi_id, approval_code }
        })
        .boxed()
}

fn payment_responses() -> BoxedStrategy<Body> {
    (responses(), option::of(transactions()), option::of(transactions()), option::of(results()), receipts())
        .prop_map(|(response, sale_transaction, poi_transaction, result, receipts)| {
            Body::PaymentResponse(Box::new(PaymentResponse {
                response,
                sale_transaction,
                poi_transaction,
                result,
                receipts,
            }))
        })
        .boxed()
}

fn references() -> BoxedStrategy<MessageReference> {
    (option::of(id()), option::of(id()), option::of(id()), option::of(id()), option::of(id()))
        .prop_map(|(category, service_id, device_id, sale_id, poi_id)| MessageReference {
            category,
            service_id,
            device_id,
            sale_id,
            poi_id,
        })
        .boxed()
}

fn displays() -> BoxedStrategy<DisplayOutput> {
    (option::of(any::<bool>()), words(), words(), words())
        .prop_map(|(response_required, device, info_qualify, text)| DisplayOutput {
            response_required,
            device,
            info_qualify,
            text,
        })
        .boxed()
}

fn output_results() -> BoxedStrategy<OutputResult> {
    (words(), words(), responses())
        .prop_map(|(device, info_qualify, response)| OutputResult { device, info_qualify, response })
        .boxed()
}

fn session_bodies() -> BoxedStrategy<Body> {
    let login = (words(), words(), option::of(words()), words(), words(), vec("[A-Z]{1,5}", 0..4)).prop_map(
        |(date_time, operator_language, operator_id, provider, version, capabilities)| {
            Body::LoginRequest(LoginRequest {
                date_time,
                operator_language,
                operator_id,
                provider,
                application: "A".to_owned(),
                version,
                environment: "Attended".to_owned(),
                capabilities,
            })
        },
    );
    let system = (words(), words(), words(), vec("[A-Z]{1,5}", 0..4), option::of(words())).prop_map(
        |(date_time, provider, serial_number, capabilities, printer_status)| PoiSystem {
            date_time,
            provider,
            serial_number,
            capabilities,
            printer_status,
            ..PoiSystem::default()
        },
    );
    prop_oneof![
        login,
        (responses(), option::of(system))
            .prop_map(|(response, system)| Body::LoginResponse(LoginResponse { response, system })),
        any::<bool>().prop_map(|maintenance_allowed| Body::LogoutRequest { maintenance_allowed }),
        responses().prop_map(Body::LogoutResponse),
    ]
    .boxed()
}

fn money_bodies() -> BoxedStrategy<Body> {
    let payment = (transactions(), option::of(words()), id(), id(), option::of(id()), any::<bool>()).prop_map(
        |(sale_transaction, operator_id, currency, requested, cash_back, refund)| {
            Body::PaymentRequest(PaymentRequest {
                sale_transaction,
                operator_id,
                currency,
                requested,
                cash_back,
                payment_type: if refund { PaymentType::Refund } else { PaymentType::Normal },
            })
        },
    );
    let reversal = (words(), id(), id(), transactions()).prop_map(|(reason, sale_id, poi_id, poi_transaction)| {
        Body::ReversalRequest(ReversalRequest { reason, sale_id, poi_id, poi_transaction })
    });
    let reversed =
        (responses(), option::of(transactions()), receipts()).prop_map(|(response, poi_transaction, receipts)| {
            Body::ReversalResponse(Box::new(ReversalResponse { response, poi_transaction, receipts }))
        });
    prop_oneof![
        payment,
        payment_responses(),
        reversal,
        reversed,
        (references(), words()).prop_map(|(reference, reason)| Body::AbortRequest { reference, reason }),
        option::of(references()).prop_map(|reference| Body::TransactionStatusRequest { reference }),
        (responses(), option::of(payment_responses())).prop_map(|(response, inner)| {
            let repeated = inner.map(|body| message_with(body, "104201"));
            Body::TransactionStatusResponse(Box::new(TransactionStatusResponse { response, repeated }))
        }),
    ]
    .boxed()
}

fn device_bodies() -> BoxedStrategy<Body> {
    prop_oneof![
        vec(displays(), 0..3).prop_map(Body::DisplayRequest),
        vec(output_results(), 0..3).prop_map(Body::DisplayResponse),
        (option::of(displays()), words(), words(), words()).prop_map(|(display, device, info_qualify, command)| {
            Body::InputRequest(InputRequest { display, device, info_qualify, command })
        }),
        (option::of(output_results()), words(), responses(), words(), option::of(any::<bool>())).prop_map(
            |(output, device, response, command, confirmed)| {
                let info_qualify = "Input".to_owned();
                Body::InputResponse(InputResponse { output, device, info_qualify, response, command, confirmed })
            }
        ),
        (words(), words(), vec(any::<u8>(), 0..40)).prop_map(|(qualifier, response_mode, content)| {
            Body::PrintRequest(PrintRequest { qualifier, response_mode, content })
        }),
        (words(), responses()).prop_map(|(qualifier, response)| Body::PrintResponse { qualifier, response }),
        (words(), words(), any::<bool>(), option::of(words()), option::of(vec(any::<u8>(), 0..40))).prop_map(
            |(time, event, maintenance_required, details, rejected)| {
                Body::EventNotification(EventNotification { time, event, maintenance_required, details, rejected })
            }
        ),
        option::of(vec(any::<u8>(), 0..40)).prop_map(|message| Body::TransmitRequest { message }),
        option::of(responses()).prop_map(|response| Body::Other { element: "DiagnosisResponse".to_owned(), response }),
    ]
    .boxed()
}

/// The header that belongs to a body.
fn message_with(body: Body, service_id: &str) -> Message {
    let name = tree_name(&body);
    let (category, kind) = ["Request", "Response", "Notification"]
        .into_iter()
        .find_map(|kind| name.strip_suffix(kind).map(|category| (Category::from_name(category), kind)))
        .unwrap();
    let header = Header {
        class: category.class(),
        category,
        kind: match kind {
            "Request" => Kind::Request,
            "Response" => Kind::Response,
            _ => Kind::Notification,
        },
        protocol_version: service_id.len().is_multiple_of(2),
        service_id: Some(service_id.to_owned()),
        device_id: None,
        sale_id: "KASSA2".to_owned(),
        poi_id: "BUTIK7-K2".to_owned(),
    };
    Message { header, body }
}

fn tree_name(body: &Body) -> String {
    let header = Header {
        class: Class::Service,
        category: Category::Login,
        kind: Kind::Request,
        protocol_version: false,
        service_id: None,
        device_id: None,
        sale_id: String::new(),
        poi_id: String::new(),
    };
    let bytes = encode(&Message { header, body: body.clone() });
    tree::parse(&bytes).unwrap().children[1].name.clone()
}

fn messages() -> BoxedStrategy<Message> {
    (prop_oneof![session_bodies(), money_bodies(), device_bodies()], id(), option::of(id()))
        .prop_map(|(body, service_id, device_id)| {
            let mut message = message_with(body, &service_id);
            message.header.device_id = device_id;
            message
        })
        .boxed()
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(message in messages()) {
        let bytes = encode(&message);
        prop_assert_eq!(decode(&bytes).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&bytes))), Ok(message));
    }

    #[test]
    fn no_bytes_make_the_codec_panic(bytes in vec(any::<u8>(), 0..400), text in "[<>/!\\[\\]\"'=&;# a-zA-Z?-]{0,200}") {
        for input in [bytes.as_slice(), text.as_bytes()] {
            let _ = decode(input);
            let _ = poi_id_of(input);
            let _ = scrubbed(input);
        }
    }

    #[test]
    fn no_damage_to_a_message_makes_the_codec_panic(
        message in messages(), damage in vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6)
    ) {
        let mut bytes = encode(&message);
        for (place, byte, kind) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, byte),
                _ => { bytes.drain(at..(at + usize::from(byte)).min(bytes.len())); }
            }
        }
        let _ = decode(&bytes);
        let _ = scrubbed(&bytes);
        let _ = poi_id_of(&bytes);
    }
}
