//! What travels over TCP, without its end mark (reference 2.3 to 2.6).

use super::members::Members;
use crate::protocols::econduit::messages::{
    AmountText, CloudLine, CommandWord, Registration, RegistrationAnswer, TerminalCommand, TerminalLine, member,
};
use crate::protocols::json::{Amount, Json, tree};

fn object(members: &[(&str, &str)]) -> Json {
    Json::Object(members.iter().map(|(name, text)| ((*name).to_owned(), Json::text(text))).collect())
}

pub fn encode_registration(registration: &Registration) -> Vec<u8> {
    let acknowledged = if registration.ack_heartbeat { "true" } else { "false" };
    let all = object(&[
        (member::COMMAND, member::REGISTER),
        (member::TERMINAL_TYPE, &registration.terminal_type),
        (member::TERMINAL_MODEL, &registration.terminal_model),
        (member::TERMINAL_ID, &registration.terminal_id),
        (member::SOFTWARE_VERSION, &registration.software_version),
        (member::ACK_HEARTBEAT, acknowledged),
    ]);
    all.to_text().into_bytes()
}

pub fn encode_heartbeat() -> Vec<u8> {
    object(&[(member::COMMAND, member::HEARTBEAT)]).to_text().into_bytes()
}

/// The answer to a heartbeat.
pub fn encode_status() -> Vec<u8> {
    object(&[(member::STATUS, member::STATUS_OK)]).to_text().into_bytes()
}

/// A command of profile EC-T1; `further` are the members beside `Command`, in their order.
pub fn encode_command(command: &CommandWord, further: Vec<(&str, Json)>) -> Vec<u8> {
    let first = (member::COMMAND.to_owned(), Json::text(command.word()));
    let further = further.into_iter().map(|(name, value)| (name.to_owned(), value));
    Json::Object([first].into_iter().chain(further).collect()).to_text().into_bytes()
}

/// What a terminal said, as the cloud reads it: case counts, and values are texts (2.2).
pub fn terminal_line(bytes: &[u8]) -> TerminalLine {
    let Ok(json @ Json::Object(_)) = tree::parse(bytes) else { return TerminalLine::Unreadable };
    match json.member(member::COMMAND) {
        Some(Json::Text(word)) if word == member::REGISTER => {
            registration(&json).map_or(TerminalLine::BadRegistration, TerminalLine::Register)
        }
        Some(Json::Text(word)) if word == member::HEARTBEAT => TerminalLine::Heartbeat,
        Some(_) => TerminalLine::BadRegistration,
        None if json.member("ResultCode").is_some() || json.member("ResultCodeCredit").is_some() => {
            TerminalLine::Response(json)
        }
        // something that wanted to register and spelled it wrongly
        None => TerminalLine::BadRegistration,
    }
}

fn registration(json: &Json) -> Option<Registration> {
    let text = |name: &str| match json.member(name) {
        Some(Json::Text(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let ack_heartbeat = match json.member(member::ACK_HEARTBEAT) {
        None => false,
        Some(Json::Text(text)) if text == "true" || text == "false" => text == "true",
        Some(_) => return None,
    };
    Some(Registration {
        terminal_type: text(member::TERMINAL_TYPE)?,
        terminal_model: text(member::TERMINAL_MODEL)?,
        terminal_id: text(member::TERMINAL_ID)?,
        software_version: text(member::SOFTWARE_VERSION)?,
        ack_heartbeat,
    })
}

/// What the cloud said, as a terminal reads it.
pub fn cloud_line(bytes: &[u8]) -> CloudLine {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return CloudLine::Registered(RegistrationAnswer::from_word(text));
    }
    let Ok(json) = tree::parse(text.as_bytes()) else { return CloudLine::Unreadable };
    let Ok(members) = Members::of(&json) else { return CloudLine::Unreadable };
    match (members.text(member::COMMAND), members.text(member::STATUS)) {
        (Ok(Some(word)), _) => command(&word, &json).map_or(CloudLine::Unreadable, CloudLine::Command),
        (Ok(None), Ok(Some(_))) => CloudLine::HeartbeatAnswered,
        _ => CloudLine::Unreadable,
    }
}

fn command(word: &str, json: &Json) -> Option<TerminalCommand> {
    let members = Members::of(json).ok()?;
    let text = |name: &str| members.text(name).ok().flatten();
    Some(TerminalCommand {
        command: CommandWord::from_word(word),
        terminal_id: text(member::TERMINAL_ID),
        // one that cannot be read is none to answer by
        ref_id: members.text(member::REF_ID).ok()?,
        amount: amount(members.text(member::AMOUNT)),
        invoice_number: text(member::INVOICE_NUMBER),
        trans_type: text(member::TRANS_TYPE).map(|word| CommandWord::read(&word)),
        members: json.clone(),
    })
}

fn amount<E>(told: Result<Option<String>, E>) -> AmountText {
    let text = match told {
        Ok(Some(text)) => text,
        Ok(None) => return AmountText::Absent,
        Err(_) => return AmountText::Unclear,
    };
    let plain = text.split_once('.').is_some_and(|(whole, cents)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        !whole.is_empty() && digits(whole) && cents.len() == 2 && digits(cents)
    });
    match Amount::from_number(&text).filter(|_| plain) {
        Some(amount) => AmountText::Plain(amount),
        None => AmountText::Unclear,
    }
}
