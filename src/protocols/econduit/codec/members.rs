//! Members of an object, read as leniently as the reference asks (3.4).

use super::CodecError;
use crate::protocols::json::{Amount, Json};

#[derive(Debug, Clone, Copy)]
pub struct Members<'a>(&'a [(String, Json)]);

impl<'a> Members<'a> {
    pub fn of(json: &'a Json) -> Result<Members<'a>, CodecError> {
        match json {
            Json::Object(members) => Ok(Members(members)),
            _ => Err(CodecError::NoObject),
        }
    }

    /// The member of this name, whatever the case of its letters: that is how it is documented (3.1). One that stands there
    /// twice with different values says nothing.
    fn member(&self, name: &str) -> Result<Option<&'a Json>, CodecError> {
        let mut found = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let Some(first) = found.next() else { return Ok(None) };
        if found.any(|other| other != first) {
            return Err(CodecError::Disagrees { member: name.to_owned() });
        }
        Ok(Some(first).filter(|value| **value != Json::Null))
    }

    /// A text, or a number's or flag's own text; `None` for an empty one.
    pub fn text(&self, name: &str) -> Result<Option<String>, CodecError> {
        let text = match self.member(name)? {
            None => return Ok(None),
            Some(Json::Text(text)) => text.trim().to_owned(),
            Some(Json::Number(number)) => number.clone(),
            Some(Json::Bool(flag)) => flag.to_string(),
            Some(_) => return Err(CodecError::Unreadable { member: name.to_owned() }),
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// With its line ends and blanks.
    pub fn verbatim(&self, name: &str) -> Result<Option<String>, CodecError> {
        match self.member(name)? {
            Some(Json::Text(text)) => Ok(Some(text.clone()).filter(|text| !text.trim().is_empty())),
            _ => self.text(name),
        }
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, CodecError> {
        match self.text(name)?.map(|text| text.to_ascii_lowercase()).as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(CodecError::Unreadable { member: name.to_owned() }),
        }
    }

    pub fn count(&self, name: &str) -> Result<Option<u32>, CodecError> {
        let unreadable = |_| CodecError::Unreadable { member: name.to_owned() };
        self.text(name)?.map(|text| text.parse().map_err(unreadable)).transpose()
    }

    /// An amount that stands there as number and as text: both or either.
    pub fn amount(&self, name: &str) -> Result<Option<Amount>, CodecError> {
        let number = self.one_amount(name)?;
        let text = self.one_amount(&format!("{name}String"))?;
        match (number, text) {
            (Some(number), Some(text)) if !number.is_same(&text) => {
                Err(CodecError::Disagrees { member: name.to_owned() })
            }
            (number, text) => Ok(text.or(number)),
        }
    }

    fn one_amount(&self, name: &str) -> Result<Option<Amount>, CodecError> {
        let unreadable = || CodecError::Unreadable { member: name.to_owned() };
        self.text(name)?.map(|text| Amount::from_number(&text).ok_or_else(unreadable)).transpose()
    }

    pub fn texts(&self, name: &str) -> Result<Vec<String>, CodecError> {
        let unreadable = || CodecError::Unreadable { member: name.to_owned() };
        match self.member(name)? {
            None => Ok(Vec::new()),
            Some(Json::List(items)) => {
                let text = |item: &Json| match item {
                    Json::Text(text) | Json::Number(text) => Ok(text.clone()),
                    _ => Err(unreadable()),
                };
                items.iter().map(text).collect()
            }
            Some(Json::Text(text)) => Ok(vec![text.clone()]),
            Some(_) => Err(unreadable()),
        }
    }
}
