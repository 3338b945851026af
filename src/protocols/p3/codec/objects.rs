//! Reading and building objects member by member.

use super::CodecError;
use crate::domain::card::mask_card_numbers;
use crate::protocols::json::Json;
use crate::protocols::p3::messages::Amount;

/// An object being read, with the path by which an error names its members.
#[derive(Clone)]
pub struct Object<'a> {
    path: String,
    members: &'a [(String, Json)],
}

impl<'a> Object<'a> {
    pub fn root(json: &'a Json) -> Result<Object<'a>, CodecError> {
        match json {
            Json::Object(members) => Ok(Object { path: String::new(), members }),
            _ => Err(CodecError::NoObject),
        }
    }

    fn at(path: String, json: &'a Json) -> Result<Object<'a>, CodecError> {
        match json {
            Json::Object(members) => Ok(Object { path, members }),
            _ => Err(CodecError::WrongType { member: path }),
        }
    }

    fn name(&self, member: &str) -> String {
        if self.path.is_empty() { member.to_owned() } else { format!("{}.{member}", self.path) }
    }

    fn wrong(&self, member: &str) -> CodecError {
        CodecError::WrongType { member: self.name(member) }
    }

    pub fn missing(&self, member: &str) -> CodecError {
        CodecError::Missing { member: self.name(member) }
    }

    /// The one member of this name; `null` counts as absent. Two of them are an error: what decides about money must not
    /// be ambiguous.
    fn only(&self, member: &str) -> Result<Option<&'a Json>, CodecError> {
        let mut found = self.members.iter().filter(|(name, _)| name == member).map(|(_, value)| value);
        let first = found.next();
        match found.next() {
            Some(_) => Err(CodecError::Twice { member: self.name(member) }),
            None => Ok(first.filter(|value| **value != Json::Null)),
        }
    }

    /// Text as it stands: identifiers and secrets.
    pub fn verbatim(&self, member: &str) -> Result<Option<&'a str>, CodecError> {
        match self.only(member)? {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(member)),
        }
    }

    pub fn required(&self, member: &str) -> Result<&'a str, CodecError> {
        self.verbatim(member)?.ok_or_else(|| self.missing(member))
    }

    pub fn key(&self, member: &str) -> Result<Option<String>, CodecError> {
        Ok(self.verbatim(member)?.map(str::to_owned))
    }

    /// Text for people, with card numbers masked (rule 8).
    pub fn text(&self, member: &str) -> Result<Option<String>, CodecError> {
        Ok(self.verbatim(member)?.map(mask_card_numbers))
    }

    pub fn word<T>(&self, member: &str, from_word: fn(&str) -> T) -> Result<Option<T>, CodecError> {
        Ok(self.verbatim(member)?.map(from_word))
    }

    pub fn flag(&self, member: &str) -> Result<Option<bool>, CodecError> {
        match self.only(member)? {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(member)),
        }
    }

    fn number(&self, member: &str) -> Result<Option<&'a str>, CodecError> {
        match self.only(member)? {
            None => Ok(None),
            Some(Json::Number(number)) => Ok(Some(number)),
            Some(_) => Err(self.wrong(member)),
        }
    }

    pub fn amount(&self, member: &str) -> Result<Option<Amount>, CodecError> {
        let read = |number| Amount::from_number(number).ok_or_else(|| self.wrong(member));
        self.number(member)?.map(read).transpose()
    }

    pub fn integer(&self, member: &str) -> Result<Option<i64>, CodecError> {
        self.number(member)?.map(|number| number.parse().map_err(|_| self.wrong(member))).transpose()
    }

    pub fn object(&self, member: &str) -> Result<Option<Object<'a>>, CodecError> {
        self.only(member)?.map(|json| Object::at(self.name(member), json)).transpose()
    }

    /// What an inner object holds, read by `read`.
    pub fn inner<T>(
        &self,
        member: &str,
        read: impl Fn(&Object<'a>) -> Result<T, CodecError>,
    ) -> Result<Option<T>, CodecError> {
        self.object(member)?.map(|object| read(&object)).transpose()
    }

    fn items(&self, member: &str) -> Result<Option<&'a [Json]>, CodecError> {
        match self.only(member)? {
            None => Ok(None),
            Some(Json::List(items)) => Ok(Some(items)),
            Some(_) => Err(self.wrong(member)),
        }
    }

    pub fn list<T>(
        &self,
        member: &str,
        read: impl Fn(&Object<'a>) -> Result<T, CodecError>,
    ) -> Result<Option<Vec<T>>, CodecError> {
        let Some(items) = self.items(member)? else { return Ok(None) };
        let each =
            |(place, json): (usize, &'a Json)| read(&Object::at(format!("{}[{place}]", self.name(member)), json)?);
        items.iter().enumerate().map(each).collect::<Result<_, _>>().map(Some)
    }

    /// A list of texts for people.
    pub fn texts(&self, member: &str) -> Result<Vec<String>, CodecError> {
        let masked = |item: &Json| match item {
            Json::Text(text) => Ok(mask_card_numbers(text)),
            Json::Null => Ok(String::new()),
            _ => Err(self.wrong(member)),
        };
        self.items(member)?.unwrap_or_default().iter().map(masked).collect()
    }

    /// Every member with its object, as a dictionary.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Result<Object<'a>, CodecError>)> {
        self.members.iter().map(|(name, json)| (name.as_str(), Object::at(self.name(name), json)))
    }

    /// Every member with its text, as a dictionary.
    pub fn text_entries(&self) -> Result<Vec<(String, String)>, CodecError> {
        let entry = |(name, json): &(String, Json)| match json {
            Json::Text(text) => Ok((name.clone(), mask_card_numbers(text))),
            Json::Null => Ok((name.clone(), String::new())),
            _ => Err(self.wrong(name)),
        };
        self.members.iter().map(entry).collect()
    }
}

/// An object being built. What has no value is left out.
#[derive(Default)]
pub struct Members(Vec<(String, Json)>);

impl Members {
    pub fn json(mut self, member: &str, json: Option<Json>) -> Members {
        self.0.extend(json.map(|json| (member.to_owned(), json)));
        self
    }

    pub fn text(self, member: &str, text: &str) -> Members {
        self.json(member, Some(Json::text(text)))
    }

    pub fn optional(self, member: &str, text: Option<&str>) -> Members {
        self.json(member, text.map(Json::text))
    }

    pub fn flag(self, member: &str, flag: Option<bool>) -> Members {
        self.json(member, flag.map(Json::Bool))
    }

    pub fn amount(self, member: &str, amount: Option<&Amount>) -> Members {
        self.json(member, amount.map(|amount| Json::Number(amount.as_text().to_owned())))
    }

    pub fn integer(self, member: &str, number: Option<i64>) -> Members {
        self.json(member, number.map(|number| Json::Number(number.to_string())))
    }

    pub fn inner<T>(self, member: &str, value: Option<&T>, write: impl Fn(&T) -> Json) -> Members {
        self.json(member, value.map(write))
    }

    pub fn list<T>(self, member: &str, values: &[T], write: impl Fn(&T) -> Json) -> Members {
        self.json(member, Some(Json::List(values.iter().map(write).collect())))
    }

    pub fn done(self) -> Json {
        Json::Object(self.0)
    }
}
