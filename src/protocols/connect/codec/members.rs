//! An object's members, read leniently where nothing is decided by them and strictly where money is (3.5).

use serde_json::{Map, Value};

use super::CodecError;
use crate::domain::card::mask_card_numbers;

#[derive(Debug, Clone, Copy)]
pub struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    pub fn of(object: &'a Map<String, Value>) -> Members<'a> {
        Members(object)
    }

    /// Text as it may be kept.
    pub fn masked(text: &str) -> String {
        mask_card_numbers(text)
    }

    /// Text; a number is read as the text it is written with. Empty is the same as absent, and so is what is neither.
    pub fn text(self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(Members::masked(&text)).filter(|text| !text.trim().is_empty())
    }

    /// An identifier. Digits in it are no card's.
    pub fn key(self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub fn word<T>(self, name: &str, from_word: fn(&str) -> T) -> Option<T> {
        self.text(name).map(|text| from_word(&text))
    }

    /// A word on which money depends: absent or empty, or a text.
    ///
    /// # Errors
    /// Something else is there.
    pub fn strict_word<T>(self, name: &str, from_word: fn(&str) -> T) -> Result<Option<T>, CodecError> {
        match self.0.get(name) {
            None | Some(Value::Null | Value::String(_)) => Ok(self.word(name, from_word)),
            Some(_) => Err(CodecError::WrongType(name.to_owned())),
        }
    }

    /// Minor units (section 2): an integer, never anything else.
    ///
    /// # Errors
    /// Something else is there.
    pub fn amount(self, name: &str) -> Result<Option<i64>, CodecError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(empty)) if empty.is_empty() => Ok(None),
            Some(Value::Number(number)) => {
                number.as_i64().map(Some).ok_or_else(|| CodecError::WrongType(name.to_owned()))
            }
            Some(_) => Err(CodecError::WrongType(name.to_owned())),
        }
    }

    pub fn list(self, name: &str) -> &'a [Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub fn object(self, name: &str) -> Option<Members<'a>> {
        self.0.get(name).and_then(Value::as_object).map(Members)
    }

    pub fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    pub fn flag(self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }
}
