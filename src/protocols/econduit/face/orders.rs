//! Commands of profile EC-T1 (reference 2.6), read strictly: what is not clear is not done.

use crate::domain::card::mask_card_numbers;
use crate::domain::{Money, Operation, Task, Tender};
use crate::protocols::json::Json;

use super::super::messages::{AmountText, CommandWord, LONGEST_REF_ID, TerminalCommand, member};
use super::super::settings::FaceSettings;
use super::answers::{self, Asked, INVALID_AMOUNT, INVALID_REF_ID, NOT_SUPPORTED, UNKNOWN_COMMAND};

/// Characters of an invoice number that are kept.
const LONGEST_INVOICE: usize = 64;

pub enum Order {
    /// There is nothing to be done.
    Answered(Json),
    Commissioned(Task),
}

/// What a command about money is about.
pub fn operation(command: &CommandWord) -> Option<(Operation, Option<Tender>)> {
    use CommandWord as C;
    Some(match command {
        C::Sale => (Operation::Sale, None),
        C::Refund => (Operation::Refund, None),
        C::Auth => (Operation::Preauth, None),
        C::Capture => (Operation::Capture, None),
        C::Void | C::GiftVoid => (Operation::Void, None),
        C::TipAdjust => (Operation::Tip, None),
        C::GiftSale => (Operation::Sale, Some(Tender::Gift)),
        C::GiftRefund => (Operation::Refund, Some(Tender::Gift)),
        C::GiftActivate => (Operation::Activation, None),
        C::GiftAddValue => (Operation::Reload, None),
        C::GiftBalance => (Operation::Balance, None),
        C::GiftDeactivate => (Operation::Deactivation, None),
        _ => return None,
    })
}

pub fn read(command: &TerminalCommand, asked: &Asked, settings: &FaceSettings) -> Order {
    use CommandWord as C;
    let read = match &command.command {
        C::CloseBatch => Ok(Task::CloseDay),
        C::CheckStatus => status(command),
        C::GetTerminalFeatures => return Order::Answered(answers::no_features(asked, settings)),
        C::Other(_) => Err(UNKNOWN_COMMAND),
        word => match operation(word) {
            Some((operation, tender)) => pay(command, operation, tender, settings),
            None => Err(NOT_SUPPORTED),
        },
    };
    match read {
        Ok(task) => Order::Commissioned(task),
        Err(message) => Order::Answered(answers::refusal(asked, settings, message)),
    }
}

fn pay(
    command: &TerminalCommand,
    operation: Operation,
    tender: Option<Tender>,
    settings: &FaceSettings,
) -> Result<Task, &'static str> {
    let reference = reference(command)?;
    // whoever sends a token means a card that is not here
    if says(command, member::TOKEN) {
        return Err(NOT_SUPPORTED);
    }
    let amount = if operation.has_amount() { amount(command, settings)? } else { Money::zero(settings.currency) };
    let invoice = command.invoice_number.as_deref().map(invoice);
    Ok(Task::Pay { reference, operation, amount, tender, invoice })
}

fn status(command: &TerminalCommand) -> Result<Task, &'static str> {
    let operation = command.trans_type.as_ref().and_then(operation).map(|(operation, _)| operation);
    Ok(Task::Status { reference: reference(command)?, operation })
}

/// (3.4) What cannot be asked about later is not begun, and a card's number is no reference (rule 8).
fn reference(command: &TerminalCommand) -> Result<String, &'static str> {
    let plain = |text: &&str| {
        text.len() <= LONGEST_REF_ID
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && mask_card_numbers(text) == **text
    };
    command.ref_id.as_deref().filter(plain).map(str::to_owned).ok_or(INVALID_REF_ID)
}

fn amount(command: &TerminalCommand, settings: &FaceSettings) -> Result<Money, &'static str> {
    let AmountText::Plain(amount) = &command.amount else { return Err(INVALID_AMOUNT) };
    let money = amount.money(settings.currency).ok().filter(|money| money.is_positive());
    money.ok_or(INVALID_AMOUNT)
}

/// However the name is spelled: what the amount is found by, the token is too.
fn says(command: &TerminalCommand, name: &str) -> bool {
    let Json::Object(members) = &command.members else { return false };
    members.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).any(|(_, value)| match value {
        Json::Null => false,
        Json::Text(text) => !text.trim().is_empty(),
        _ => true,
    })
}

fn invoice(told: &str) -> String {
    let kept: String = told.chars().filter(|letter| !letter.is_control()).take(LONGEST_INVOICE).collect();
    mask_card_numbers(&kept)
}
