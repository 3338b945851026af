//! The terminal's responses as messages and as bytes, plain and odd.

use crate::domain::{Money, Now};
use crate::protocols::frame::{Frame, HttpResponse};
use crate::protocols::nexo::codec;
use crate::protocols::nexo::codec::tree::{self, Element};
use crate::protocols::nexo::messages::*;

/// The header that answers this one (3.2): without `ProtocolVersion` but for Login and TransactionStatus.
pub fn header_for(request: &Header) -> Header {
    Header {
        kind: Kind::Response,
        protocol_version: matches!(request.category, Category::Login | Category::TransactionStatus),
        ..request.clone()
    }
}

pub fn frame(message: &Message) -> Frame {
    Frame::Response(HttpResponse::ok(CONTENT_TYPE, codec::encode(message)))
}

/// A response that says no, in the layout of its category. `sale` is echoed where the layout has it.
pub fn refusal(request: &Header, sale: Option<TransactionId>, response: Response) -> Message {
    let body = match &request.category {
        Category::Login => Body::LoginResponse(LoginResponse { response, system: None }),
        Category::Logout => Body::LogoutResponse(response),
        Category::Payment => Body::PaymentResponse(Box::new(PaymentResponse {
            response,
            sale_transaction: sale,
            poi_transaction: None,
            result: None,
            receipts: Vec::new(),
        })),
        Category::Reversal => {
            Body::ReversalResponse(Box::new(ReversalResponse { response, poi_transaction: None, receipts: Vec::new() }))
        }
        Category::TransactionStatus => {
            Body::TransactionStatusResponse(Box::new(TransactionStatusResponse { response, repeated: None }))
        }
        Category::Display => Body::DisplayResponse(vec![OutputResult {
            device: "CustomerDisplay".to_owned(),
            info_qualify: "Display".to_owned(),
            response,
        }]),
        Category::Input => Body::InputResponse(InputResponse {
            output: None,
            device: "CustomerInput".to_owned(),
            info_qualify: "Input".to_owned(),
            response,
            command: "GetConfirmation".to_owned(),
            confirmed: None,
        }),
        Category::Print => Body::PrintResponse { qualifier: "SaleReceipt".to_owned(), response },
        other => Body::Other { element: format!("{}Response", other.name()), response: Some(response) },
    };
    Message { header: header_for(request), body }
}

/// `100.50`, `100.5` or `100`: whichever the turn allows for this amount, always exact (16.1).
pub fn amount_text(money: Money, turn: u64) -> String {
    let full = money.to_decimal();
    if !full.contains('.') {
        return full;
    }
    let short = full.trim_end_matches('0').trim_end_matches('.').to_owned();
    match turn % 3 {
        0 => short,
        1 if short.contains('.') => short,
        1 => format!("{short}.0"),
        _ => full,
    }
}

/// Another sale's approval, for a terminal that has none stored (scenario 72).
pub fn fabricated(request: &Header, now: &Now, currency: &str) -> Message {
    let header = Header { service_id: Some("990001".to_owned()), ..header_for(request) };
    let id = |id: &str, time| TransactionId { id: id.to_owned(), time };
    let result = PaymentResult {
        payment_type: "Normal".to_owned(),
        instrument: "Card".to_owned(),
        amounts: Some(Amounts {
            currency: Some(currency.to_owned()),
            authorized: "11.00".to_owned(),
            ..Amounts::default()
        }),
        approval_code: Some("990001".to_owned()),
        ..PaymentResult::default()
    };
    let body = Body::PaymentResponse(Box::new(PaymentResponse {
        response: Response::success(),
        sale_transaction: Some(id("SOMEBODY-ELSE", now.local_rfc3339())),
        poi_transaction: Some(id("9999990001", now.utc_rfc3339())),
        result: Some(result),
        receipts: Vec::new(),
    }));
    Message { header, body }
}

/// The same response as a careless terminal would write it (scenario 73, section 19): strangers, comments, a
/// single-quoted declaration, spelling variants, tokens nobody asked for.
pub fn odd_frame(message: &Message) -> Frame {
    let plain = codec::encode(message);
    let Ok(mut root) = tree::parse(&plain) else { return frame(message) };
    make_odd(&mut root);
    let text = root.to_xml().replacen('>', "><!-- a comment & more -->", 1);
    let text = format!("<?xml version='1.0' encoding='utf-8'?>\n<!-- <Response Result=\"Failure\"/> -->\n{text}\n");
    Frame::Response(HttpResponse::ok(CONTENT_TYPE, text.into_bytes()))
}

fn make_odd(element: &mut Element) {
    if element.name == "PaymentAcquirerData" {
        element.name = "PaymentAquirerData".to_owned();
    }
    for (name, _) in &mut element.attributes {
        match name.as_str() {
            "AcquirerPOIID" => *name = "AquirerPOIID".to_owned(),
            "PaymentInstrumentType" => *name = "PaymentIntrumentType".to_owned(),
            _ => {}
        }
    }
    element.children.iter_mut().for_each(make_odd);
    match element.name.as_str() {
        "CardData" => {
            element.attributes.push(("PaymentAccountRef".to_owned(), "q0000000000000000000000000000".to_owned()));
            let token =
                Element::new("PaymentToken").with("TokenRequestedType", "Customer").with("TokenValue", "A1B2C3");
            element.children.push(token);
        }
        "PaymentResponse" => {
            element.attributes.push(("VendorExtra".to_owned(), "1 < 2 & 3".to_owned()));
            let inner = Element::new("Response").with("Result", "Failure").containing("not the one you look for");
            element.children.push(Element::new("VendorExtension").child(inner));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn amounts_vary_in_format_and_never_in_value() {
        for minor in [10_000, 10_050, 10_055, 5] {
            for turn in 0..3 {
                let money = Money::new(minor, Currency::SEK);
                assert_eq!(Money::parse(&amount_text(money, turn), Currency::SEK), Ok(money));
            }
        }
        let hundred = Money::new(10_000, Currency::SEK);
        assert_eq!([0, 1, 2].map(|turn| amount_text(hundred, turn)), ["100", "100.0", "100.00"]);
    }
}
