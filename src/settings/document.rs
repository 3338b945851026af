//! A JSON object of which single members are changed: the others keep their place, their spelling and their line breaks.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// Members in the order of the file, each as it was written.
pub(super) struct Document {
    members: Vec<(String, Box<RawValue>)>,
}

impl Document {
    pub(super) fn read(text: &str) -> serde_json::Result<Document> {
        serde_json::from_str(text)
    }

    /// The whole file, with a line of its own for each member.
    pub(super) fn text(&self) -> String {
        self.written(0) + "\n"
    }

    /// Puts a value at this path, with the objects on the way where they are missing.
    ///
    /// # Errors
    /// Where something on the way is no object.
    pub(super) fn set(&mut self, path: &[&str], value: &Value) -> serde_json::Result<()> {
        self.set_at(0, path, value)
    }

    /// Puts a member before all others, in the place of one that has its name.
    ///
    /// # Errors
    /// None that a value of JSON has.
    pub(super) fn set_first(&mut self, name: &str, value: &Value) -> serde_json::Result<()> {
        self.members.retain(|(known, _)| known != name);
        self.members.insert(0, (name.to_owned(), to_raw_value(value)?));
        Ok(())
    }

    /// What stands at this path.
    ///
    /// # Errors
    /// Where something on the way is no object.
    pub(super) fn value(&self, path: &[&str]) -> serde_json::Result<Option<Value>> {
        let Some((name, rest)) = path.split_first() else { return Ok(None) };
        match self.member(name) {
            None => Ok(None),
            Some(known) if rest.is_empty() => serde_json::from_str(known.get()).map(Some),
            Some(known) => Document::read(known.get())?.value(rest),
        }
    }

    /// Takes the member at this path away; it, and what is on the way, may not be there.
    ///
    /// # Errors
    /// Where something on the way is no object.
    pub(super) fn unset(&mut self, path: &[&str]) -> serde_json::Result<()> {
        self.unset_at(0, path)
    }

    fn unset_at(&mut self, depth: usize, path: &[&str]) -> serde_json::Result<()> {
        let Some((name, rest)) = path.split_first() else { return Ok(()) };
        if rest.is_empty() {
            self.members.retain(|(known, _)| known != name);
            return Ok(());
        }
        let Some(known) = self.member(name) else { return Ok(()) };
        let mut inner = Document::read(known.get())?;
        inner.unset_at(depth + 1, rest)?;
        let new = RawValue::from_string(inner.written(depth + 1))?;
        self.put((*name).to_owned(), new);
        Ok(())
    }

    fn put(&mut self, name: String, new: Box<RawValue>) {
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = new,
            None => self.members.push((name, new)),
        }
    }

    fn set_at(&mut self, depth: usize, path: &[&str], value: &Value) -> serde_json::Result<()> {
        let Some((name, rest)) = path.split_first() else { return Ok(()) };
        let new = if rest.is_empty() {
            to_raw_value(value)?
        } else {
            let mut inner = match self.member(name) {
                Some(known) => Document::read(known.get())?,
                None => Document { members: Vec::new() },
            };
            inner.set_at(depth + 1, rest, value)?;
            RawValue::from_string(inner.written(depth + 1))?
        };
        self.put((*name).to_owned(), new);
        Ok(())
    }

    fn member(&self, name: &str) -> Option<&RawValue> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// What stands inside keeps its own indentation, which is that of the file.
    fn written(&self, depth: usize) -> String {
        if self.members.is_empty() {
            return "{}".to_owned();
        }
        let indent = "  ".repeat(depth);
        let member = |(name, value): &(String, Box<RawValue>)| {
            format!("\n{indent}  {}: {}", Value::String(name.clone()), value.get())
        };
        let members: Vec<_> = self.members.iter().map(member).collect();
        format!("{{{}\n{indent}}}", members.join(","))
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Document { members })
    }
}
