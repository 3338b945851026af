//! The answers of terminal and cloud (reference 3.1, 3.4, 3.5, 3.7, 3.8).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

use super::CodecError;
use super::members::Members;
use crate::domain::card::mask_card_numbers;
use crate::domain::{CardSummary, Secret, SignatureImage};
use crate::protocols::econduit::messages::{
    BatchPart, BatchResponse, BatchResult, CommandWord, PairingResponse, Response, ResultCode,
};
use crate::protocols::json::{Amount, Json, tree};

/// (3.4) In the order of the reference.
const EMV: [&str; 9] =
    ["EMV_TC", "EMV_TVR", "EMV_AID", "EMV_TSI", "EMV_ATC", "EMV_App_Label", "EMV_App_Name", "EMV_ARC", "EMV_CVM"];
/// How PNG pictures begin.
const PNG: &[u8] = b"\x89PNG";

/// The JSON document of a response's body: where it begins with `<`, the text inside the outer XML element (3.1).
///
/// # Errors
/// When there is none.
pub fn document(body: &[u8]) -> Result<Json, CodecError> {
    let blanks = body.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let body = body[blanks..].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body[blanks..]);
    if body.first() == Some(&b'<') {
        let text = String::from_utf8_lossy(body);
        return Ok(tree::parse(text_inside(&text).as_bytes())?);
    }
    Ok(tree::parse(body)?)
}

fn text_inside(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    let mut inside = String::new();
    let mut depth = 0_u32;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(text)) if depth == 1 => inside.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) if depth == 1 => inside.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(entity)) if depth == 1 => inside.extend(entity_of(&entity)),
            Ok(Event::Eof) | Err(_) => return inside,
            Ok(_) => {}
        }
    }
}

fn entity_of(entity: &BytesRef) -> Option<char> {
    if let Ok(Some(letter)) = entity.resolve_char_ref() {
        return Some(letter);
    }
    resolve_predefined_entity(entity.as_ref())?.chars().next()
}

/// The standard response out of a body.
///
/// # Errors
/// When it is not one, or says two things at once about money.
pub fn response(body: &[u8]) -> Result<Response, CodecError> {
    response_of(&document(body)?)
}

/// # Errors
/// As [`response`].
pub fn response_of(json: &Json) -> Result<Response, CodecError> {
    let members = Members::of(json)?;
    let text = |name: &str| members.text(name);
    // a masked text says as much to staff
    let words = |name: &str| Ok::<_, CodecError>(members.verbatim(name)?.map(|words| mask_card_numbers(&words)));
    let mut emv = Vec::new();
    for name in EMV {
        emv.extend(text(name)?.map(|value| (name.to_owned(), mask_card_numbers(&value))));
    }
    Ok(Response {
        terminal_id: text("TerminalID")?,
        result_code: text("ResultCode")?.map(|word| ResultCode::read(&word)),
        result_final: members.flag("ResultFinal")?,
        message: words("Message")?.map(|words| words.trim().to_owned()),
        trans_type: text("TransType")?.map(|word| CommandWord::read(&word)),
        ref_id: text("RefID")?,
        auth_code: text("AuthCode")?.map(|code| mask_card_numbers(&code)),
        amount: members.amount("Amount")?,
        cash_back: members.amount("CashBack")?,
        card_type: text("CardType")?.map(|brand| mask_card_numbers(&brand)),
        last4: text("Last4")?.map(|number| CardSummary::from_masked(&number, "").last4),
        entry_method: text("EntryMethod")?.map(|words| mask_card_numbers(&words)),
        payment_method: text("PaymentMethod")?.map(|words| mask_card_numbers(&words)),
        gift_balance: members.amount("GiftCardBalance")?,
        invoice_number: text("InvoiceNumber")?.map(|words| mask_card_numbers(&words)),
        transaction_date: text("TransactionDate")?.map(|date| mask_card_numbers(&date)),
        emv,
        receipt_terminal: words("receiptTerminal")?,
        merchant_receipt: words("merchantReceipt")?,
        signature: text("SignatureData")?.and_then(|data| signature(&data)),
        user_input: text("UserInput")?.map(|typed| mask_card_numbers(&typed)),
        features: members.texts("Features")?.iter().map(|feature| mask_card_numbers(feature)).collect(),
    })
}

/// What is no picture, or too large a one, is none.
fn signature(data: &str) -> Option<SignatureImage> {
    let png = STANDARD.decode(data).ok().filter(|bytes| bytes.starts_with(PNG))?;
    SignatureImage::new(png)
}

/// # Errors
/// When it is not one, or says two things at once.
pub fn batch(body: &[u8]) -> Result<BatchResponse, CodecError> {
    let json = document(body)?;
    let members = Members::of(&json)?;
    let (credit, gift) = (part(&members, "Credit")?, part(&members, "Gift")?);
    let refused = (credit.result.is_none() && gift.result.is_none()).then(|| response_of(&json)).transpose()?;
    Ok(BatchResponse {
        ref_id: members.text("RefID")?,
        credit,
        gift,
        count: members.count("TransCntTotal")?,
        amount: members.amount("AmtTotal")?,
        refused: refused.map(Box::new),
    })
}

fn part(members: &Members, which: &str) -> Result<BatchPart, CodecError> {
    let named = |name: &str| format!("{name}{which}");
    Ok(BatchPart {
        result: members.text(&named("ResultCode"))?.map(|word| BatchResult::from_word(&word)),
        message: members.text(&named("Message"))?.map(|words| mask_card_numbers(&words)),
        number: members.text(&named("BatchNum"))?.map(|number| mask_card_numbers(&number)),
        count: members.count(&named("TransCnt"))?,
        amount: members.amount(&named("Amt"))?,
    })
}

/// # Errors
/// When it is not one.
pub fn pairing(body: &[u8]) -> Result<PairingResponse, CodecError> {
    let json = document(body)?;
    let members = Members::of(&json)?;
    let secret = |name: &str| Ok::<_, CodecError>(members.text(name)?.map(Secret::new));
    Ok(PairingResponse {
        terminal_id: members.text("TerminalID")?,
        api_key: secret("ApiKey")?,
        api_password: secret("ApiPassword")?,
        status: members.text("Status")?,
        error_message: members.text("ErrorMessage")?.map(|words| mask_card_numbers(&words)),
    })
}

/// Members in their order, as a document.
struct Writing(Vec<(String, Json)>);

impl Writing {
    fn text(&mut self, name: &str, text: Option<&str>) -> &mut Writing {
        self.0.push((name.to_owned(), text.map_or(Json::Null, Json::text)));
        self
    }

    fn raw(&mut self, name: &str, value: Json) -> &mut Writing {
        self.0.push((name.to_owned(), value));
        self
    }

    /// As a number, and as text beside it.
    fn amount(&mut self, name: &str, amount: Option<&Amount>) -> &mut Writing {
        self.raw(name, Json::Number(amount.map_or("0", Amount::as_text).to_owned()));
        self.text(&format!("{name}String"), Some(amount.map_or("0.00", Amount::as_text)))
    }

    fn count(&mut self, name: &str, count: Option<u32>) -> &mut Writing {
        self.raw(name, Json::Number(count.unwrap_or(0).to_string()))
    }
}

/// The whole standard response, as the cloud and a terminal write it.
pub fn response_json(response: &Response) -> Json {
    let mut out = Writing(Vec::new());
    let word = |code: &Option<ResultCode>| code.as_ref().map(|code| code.word().to_owned());
    out.text("TerminalID", response.terminal_id.as_deref())
        .text("ResultCode", word(&response.result_code).as_deref())
        .raw("ResultFinal", Json::Bool(response.result_final.unwrap_or(true)))
        .text("AuthCode", response.auth_code.as_deref())
        .text("TransType", response.trans_type.as_ref().map(CommandWord::word))
        .amount("Amount", response.amount.as_ref())
        .text("CardType", response.card_type.as_deref())
        .text("Last4", response.last4.as_deref())
        .text("Name", None)
        .amount("CashBack", response.cash_back.as_ref())
        .text("Message", response.message.as_deref())
        .text("RefID", response.ref_id.as_deref())
        .text("CardToken", None)
        .amount("GiftCardBalance", response.gift_balance.as_ref());
    for name in ["ProcessorExtraData1", "ProcessorExtraData2", "ProcessorExtraData3"] {
        out.text(name, None);
    }
    let signature = response.signature.as_ref().map(|image| STANDARD.encode(image.bytes()));
    out.text("SignatureData", signature.as_deref()).text("Track1", None).text("Track2", None);
    for name in EMV {
        let value = response.emv.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        out.text(name, value);
    }
    out.text("CardBin", None)
        .text("ExpDate", None)
        .text("EntryMethod", response.entry_method.as_deref())
        .text("PaymentMethod", response.payment_method.as_deref())
        .text("InvoiceNumber", response.invoice_number.as_deref())
        .text("TransactionDate", response.transaction_date.as_deref())
        .text("receiptTerminal", response.receipt_terminal.as_deref())
        .text("merchantReceipt", response.merchant_receipt.as_deref());
    Json::Object(out.0)
}

/// The answer to a prompt or a display (3.8).
pub fn prompt_json(response: &Response) -> Json {
    let mut out = Writing(Vec::new());
    out.text("TerminalID", response.terminal_id.as_deref());
    if let Some(input) = &response.user_input {
        out.text("UserInput", Some(input));
    }
    if let Some(image) = &response.signature {
        out.text("SignatureData", Some(&STANDARD.encode(image.bytes())));
    }
    if !response.features.is_empty() {
        out.raw("Features", Json::List(response.features.iter().map(|feature| Json::text(feature)).collect()));
    }
    if let Some(ref_id) = &response.ref_id {
        out.text("RefID", Some(ref_id));
    }
    out.text("ResultCode", response.result_code.as_ref().map(ResultCode::word))
        .text("Message", response.message.as_deref());
    Json::Object(out.0)
}

pub fn batch_json(terminal_id: &str, batch: &BatchResponse) -> Json {
    let mut out = Writing(Vec::new());
    let empty = |text: &Option<String>| text.clone().unwrap_or_default();
    out.text("TerminalID", Some(terminal_id)).text("RefID", batch.ref_id.as_deref());
    for (name, part) in [("Credit", &batch.credit), ("Gift", &batch.gift)] {
        out.text(&format!("ResultCode{name}"), part.result.as_ref().map(BatchResult::word));
        out.text(&format!("Message{name}"), Some(&empty(&part.message)));
        out.text(&format!("BatchNum{name}"), Some(&empty(&part.number)));
    }
    out.count("TransCntTotal", batch.count).amount("AmtTotal", batch.amount.as_ref());
    for (name, part) in [("Credit", &batch.credit), ("Gift", &batch.gift)] {
        out.count(&format!("TransCnt{name}"), part.count).amount(&format!("Amt{name}"), part.amount.as_ref());
    }
    Json::Object(out.0)
}

pub fn pairing_json(pairing: &PairingResponse) -> Json {
    let mut out = Writing(Vec::new());
    let id = pairing.terminal_id.as_deref().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let id = id.map(|id| Json::Number(id.to_owned())).or(pairing.terminal_id.as_deref().map(Json::text));
    let revealed = |secret: &Option<Secret>| secret.as_ref().map_or(String::new(), |secret| secret.reveal().to_owned());
    out.raw("TerminalID", id.unwrap_or(Json::Null))
        .text("ApiKey", Some(&revealed(&pairing.api_key)))
        .text("ApiPassword", Some(&revealed(&pairing.api_password)))
        .text("Status", pairing.status.as_deref())
        .text("ErrorMessage", pairing.error_message.as_deref());
    Json::Object(out.0)
}
