//! Which batch is open, as far as this till has seen (reference 6.2, 10.4). Durable in the driver's memory.

use serde_json::{Map, Value};

const NEWEST: &str = "newest_batch";
const CLOSED: &str = "closed_batch";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Of the newest result.
    newest: Option<String>,
    /// By this till's own close.
    closed: Option<String>,
}

impl Batch {
    pub fn remembered(memory: Option<&Value>) -> Batch {
        let text = |name: &str| memory?.get(name)?.as_str().map(str::to_owned);
        Batch { newest: text(NEWEST), closed: text(CLOSED) }
    }

    pub fn remember(&self, memory: &mut Map<String, Value>) {
        for (name, number) in [(NEWEST, &self.newest), (CLOSED, &self.closed)] {
            if let Some(number) = number {
                memory.insert(name.to_owned(), Value::String(number.clone()));
            }
        }
    }

    /// Whether nothing is known that says otherwise.
    pub fn is_open(&self, number: &str) -> bool {
        self.closed.as_deref() != Some(number) && self.newest.as_deref().is_none_or(|newest| newest == number)
    }

    /// A result has told its batch. Whether that is news.
    pub fn note(&mut self, number: Option<&str>) -> bool {
        let news = number.is_some() && self.newest.as_deref() != number;
        if news {
            self.newest = number.map(str::to_owned);
        }
        news
    }

    pub fn note_closed(&mut self, number: Option<&str>) {
        let closed = number.map(str::to_owned).or_else(|| self.newest.clone());
        self.closed = closed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_open_until_it_was_closed_or_a_newer_one_was_seen() {
        let mut batch = Batch::default();
        assert!(batch.is_open("56"));
        assert!(batch.note(Some("56")) && !batch.note(Some("56")) && !batch.note(None));
        assert!(batch.is_open("56"));
        batch.note_closed(Some("56"));
        assert!(!batch.is_open("56"));
        batch.note(Some("57"));
        assert!(batch.is_open("57") && !batch.is_open("56") && !batch.is_open("55"));
        let mut memory = Map::new();
        batch.remember(&mut memory);
        assert_eq!(Batch::remembered(Some(&Value::Object(memory))), batch);
    }
}
