//! Pay at table (section 6): what a card machine asks and tells, what it is answered, both ways.

use serde_json::{Map, Value, json};

use super::CodecError;
use super::members::Members;
use super::reading::receipt_lines;
use crate::domain::TableAsker;
use crate::domain::card::last_four;
use crate::protocols::connect::messages::table_member as member;
use crate::protocols::connect::messages::*;

/// Characters of a name (a machine's, a waiter's, a table's) that are taken.
const LONGEST_NAME: usize = 64;
/// Characters of what names a payment.
const LONGEST_ID: usize = 128;

/// Whatever the version of the line, either name of a machine is understood.
pub fn table_question(params: &Params) -> TableQuestion {
    let members = Members::of(params);
    TableQuestion { asker: asker(members), table: name(members, member::TABLE) }
}

pub fn table_question_params(question: &TableQuestion, version: Version) -> Params {
    let mut params = asker_params(&question.asker, version);
    add_text(&mut params, member::TABLE, question.table.as_deref());
    params
}

fn asker(members: Members) -> TableAsker {
    let machine = [Version::V1, Version::V0].into_iter().find_map(|version| name(members, version.terminal_id()));
    TableAsker { machine: machine.unwrap_or_default(), waiter: name(members, member::WAITER) }
}

fn asker_params(asker: &TableAsker, version: Version) -> Params {
    let mut params = Params::new();
    add_text(&mut params, version.terminal_id(), Some(&asker.machine).filter(|name| !name.is_empty()));
    add_text(&mut params, member::WAITER, asker.waiter.as_deref());
    params
}

/// Tables are the till's own names: one that is too long is none of them.
fn name(members: Members, name: &str) -> Option<String> {
    members.text(name).map(|text| text.chars().take(LONGEST_NAME).collect())
}

fn add_text<T: AsRef<str> + ?Sized>(members: &mut Params, name: &str, text: Option<&T>) {
    if let Some(text) = text {
        members.insert(name.to_owned(), Value::from(text.as_ref()));
    }
}

fn add_amount(members: &mut Params, name: &str, amount: Option<i64>) {
    if let Some(amount) = amount {
        members.insert(name.to_owned(), Value::from(amount));
    }
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, CodecError> {
    value.as_object().ok_or_else(|| CodecError::WrongType(what.to_owned()))
}

/// (6.1)
pub fn table_list_result(list: &TableList) -> Value {
    let mut result = Params::new();
    result.insert(member::TABLES.to_owned(), Value::from(list.tables.clone()));
    add_text(&mut result, member::CURRENCY, list.currency.as_deref());
    add_text(&mut result, member::USER_MESSAGE, list.user_message.as_deref());
    Value::Object(result)
}

/// # Errors
/// No object, no list, or a table that is no text.
pub fn table_list(result: &Value) -> Result<TableList, CodecError> {
    let object = object(result, "result")?;
    let wrong = || CodecError::WrongType(member::TABLES.to_owned());
    let tables = object.get(member::TABLES).and_then(Value::as_array).ok_or_else(wrong)?;
    let tables = tables.iter().map(|table| table.as_str().map(str::to_owned).ok_or_else(wrong));
    let members = Members::of(object);
    Ok(TableList {
        tables: tables.collect::<Result<_, _>>()?,
        currency: members.text(member::CURRENCY),
        user_message: members.text(member::USER_MESSAGE),
    })
}

/// (6.2)
pub fn table_lock_result(lock: &TableLock) -> Value {
    let mut result = Params::new();
    result.insert(member::CONFIRMED.to_owned(), Value::from(lock.confirmed));
    add_amount(&mut result, member::AMOUNT, lock.amount);
    add_text(&mut result, member::CURRENCY, lock.currency.as_deref());
    add_text(&mut result, member::USER_MESSAGE, lock.user_message.as_deref());
    Value::Object(result)
}

/// # Errors
/// No object, no word whether it is confirmed, or an amount that is no integer.
pub fn table_lock(result: &Value) -> Result<TableLock, CodecError> {
    let members = Members::of(object(result, "result")?);
    Ok(TableLock {
        confirmed: members
            .flag(member::CONFIRMED)
            .ok_or_else(|| CodecError::WrongType(member::CONFIRMED.to_owned()))?,
        amount: members.amount(member::AMOUNT)?,
        currency: members.text(member::CURRENCY),
        user_message: members.text(member::USER_MESSAGE),
    })
}

/// (6.3)
pub fn table_print_result(lines: &[ReceiptLine]) -> Value {
    let line = |line: &ReceiptLine| {
        let format: Vec<&str> = line.format.iter().map(Format::word).collect();
        json!({ "type": line.kind.word(), "format": format, "value": line.value })
    };
    json!({ member::RECEIPT_LINES: lines.iter().map(line).collect::<Vec<_>>() })
}

/// # Errors
/// No object, or no lines.
pub fn table_print(result: &Value) -> Result<TablePrint, CodecError> {
    let lines = object(result, "result")?.get(member::RECEIPT_LINES).and_then(Value::as_array);
    lines.map(|lines| receipt_lines(lines)).ok_or_else(|| CodecError::WrongType(member::RECEIPT_LINES.to_owned()))
}

/// (6.4)
pub fn table_accepted() -> Value {
    json!({ member::ACCEPTED: true })
}

/// (6.4) A message without a list that names a payment is that payment.
///
/// # Errors
/// The payments are no list.
pub fn takings(params: &Params) -> Result<Takings, CodecError> {
    let members = Members::of(params);
    let payments = match params.get(member::PAYMENTS) {
        None | Some(Value::Null) if members.key(member::PAYMENT_ID).is_some() => vec![payment(params)],
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(payments)) => payments.iter().map(one_of_several).collect(),
        Some(_) => return Err(CodecError::WrongType(member::PAYMENTS.to_owned())),
    };
    Ok(Takings {
        asker: asker(members),
        table: name(members, member::TABLE),
        currency: members.text(member::CURRENCY),
        // What is no word at all is none that anybody knows.
        result: members
            .strict_word(member::RESULT, ResultWord::from_word)
            .unwrap_or_else(|_| Some(ResultWord::from_word(""))),
        totals: amounts(members).map_err(wrong),
        payments,
    })
}

fn one_of_several(payment_told: &Value) -> Result<TablePayment, String> {
    payment_told.as_object().map_or_else(|| Err(member::PAYMENTS.to_owned()), payment)
}

fn payment(object: &Map<String, Value>) -> Result<TablePayment, String> {
    let members = Members::of(object);
    Ok(TablePayment {
        id: payment_id(members)?,
        amounts: amounts(members).map_err(wrong)?,
        currency: members.strict_word(member::CURRENCY, str::to_owned).map_err(wrong)?,
        result: members.strict_word(member::RESULT, ResultWord::from_word).map_err(wrong)?,
        kind: members.strict_word(member::KIND, TransactionKind::from_word).map_err(wrong)?,
        method: members.word(member::METHOD, PaymentMethod::from_word),
        scheme: members.text(member::SCHEME),
        auth_code: members.text(member::AUTH_CODE),
        card_number: members.key(member::CARD_NUMBER).map(|number| last_four(&number)),
        time: members.text(member::TIME),
    })
}

/// It is what a payment is known again by, so that nothing may be cut off it. One in which the digits of a card's number had to
/// be hidden (rule 8) is told from others by what else is known of the payment.
fn payment_id(members: Members) -> Result<Option<String>, String> {
    let Some(told) = members.key(member::PAYMENT_ID) else { return Ok(None) };
    if told.chars().count() > LONGEST_ID {
        return Err(member::PAYMENT_ID.to_owned());
    }
    let masked = Members::masked(&told);
    if masked == told {
        return Ok(Some(told));
    }
    let further = [member::AUTH_CODE, member::TIME].into_iter().filter_map(|name| members.text(name));
    Ok(Some(std::iter::once(masked).chain(further).collect::<Vec<_>>().join(" ")))
}

fn amounts(members: Members) -> Result<PaidAmounts, CodecError> {
    Ok(PaidAmounts {
        paid: members.amount(member::AMOUNT_PAID)?,
        cashback: members.amount(member::AMOUNT_CASHBACK)?,
        gratuity: members.amount(member::AMOUNT_GRATUITY)?,
    })
}

fn wrong(error: CodecError) -> String {
    match error {
        CodecError::WrongType(member) => member,
        CodecError::NotJson | CodecError::NotRpc(_) => error.to_string(),
    }
}

pub fn takings_params(takings: &Takings, version: Version) -> Params {
    let mut params = asker_params(&takings.asker, version);
    add_text(&mut params, member::TABLE, takings.table.as_deref());
    add_text(&mut params, member::CURRENCY, takings.currency.as_deref());
    add_text(&mut params, member::RESULT, takings.result.as_ref().map(ResultWord::word));
    if let Ok(totals) = &takings.totals {
        add_amounts(&mut params, totals);
    }
    let payments = takings.payments.iter().flatten().map(payment_object).collect();
    params.insert(member::PAYMENTS.to_owned(), Value::Array(payments));
    params
}

fn add_amounts(members: &mut Params, amounts: &PaidAmounts) {
    add_amount(members, member::AMOUNT_PAID, amounts.paid);
    add_amount(members, member::AMOUNT_CASHBACK, amounts.cashback);
    add_amount(members, member::AMOUNT_GRATUITY, amounts.gratuity);
}

fn payment_object(payment: &TablePayment) -> Value {
    let mut members = Params::new();
    add_text(&mut members, member::PAYMENT_ID, payment.id.as_deref());
    add_amounts(&mut members, &payment.amounts);
    add_text(&mut members, member::CURRENCY, payment.currency.as_deref());
    add_text(&mut members, member::METHOD, payment.method.as_ref().map(PaymentMethod::word));
    add_text(&mut members, member::SCHEME, payment.scheme.as_deref());
    add_text(&mut members, member::AUTH_CODE, payment.auth_code.as_deref());
    add_text(&mut members, member::CARD_NUMBER, payment.card_number.as_deref());
    add_text(&mut members, member::RESULT, payment.result.as_ref().map(ResultWord::word));
    add_text(&mut members, member::KIND, payment.kind.as_ref().map(TransactionKind::word));
    add_text(&mut members, member::TIME, payment.time.as_deref());
    Value::Object(members)
}
