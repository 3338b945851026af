//! Ids that are never used twice: ServiceIDs across restarts (reference 3.2), channels and questions within one.

use serde_json::{Value, json};

use crate::domain::QuestionId;
use crate::protocols::frame::Channel;

/// ServiceIDs are reserved on disk in blocks, so that not every message costs a write.
const BLOCK: u64 = 100;
/// (3.2) ten digits.
const HIGHEST: u64 = 9_999_999_999;
const MEMORY_KEY: &str = "service_ids_until";

#[derive(Debug)]
pub struct Ids {
    next_service: u64,
    reserved_until: u64,
    channels: u64,
    questions: u64,
}

impl Ids {
    /// Goes on behind the last reserved block. A first start begins somewhere that differs from till to till, so that
    /// two tills with the same SaleID do not share ids.
    pub fn restore(memory: Option<&Value>, seed: u64) -> Ids {
        let start = memory
            .and_then(|memory| memory.get(MEMORY_KEY))
            .and_then(Value::as_u64)
            .unwrap_or_else(|| seed % 900_000_000 + 1);
        Ids { next_service: start, reserved_until: start, channels: 0, questions: 0 }
    }

    /// The next ServiceID, and whether [`Ids::memory`] has changed and must be durable before it is used.
    pub fn service(&mut self) -> (String, bool) {
        let reserve = self.next_service >= self.reserved_until;
        if reserve {
            if self.next_service + BLOCK > HIGHEST {
                self.next_service = 1;
            }
            self.reserved_until = self.next_service + BLOCK;
        }
        let id = self.next_service.to_string();
        self.next_service += 1;
        (id, reserve)
    }

    pub fn memory(&self) -> (&'static str, Value) {
        (MEMORY_KEY, json!(self.reserved_until))
    }

    pub fn channel(&mut self, name: &'static str) -> Channel {
        self.channels += 1;
        Channel::new(name, self.channels)
    }

    pub fn question(&mut self) -> QuestionId {
        self.questions += 1;
        QuestionId(self.questions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_service_id_comes_twice_across_restarts() {
        let mut seen = std::collections::HashSet::new();
        let mut memory: Option<Value> = None;
        for _ in 0..5 {
            let mut ids = Ids::restore(memory.as_ref(), 7);
            for _ in 0..150 {
                let (id, changed) = ids.service();
                assert!(seen.insert(id));
                if changed {
                    let (key, value) = ids.memory();
                    memory = Some(json!({ key: value }));
                }
            }
        }
    }

    #[test]
    fn ids_wrap_before_they_get_too_long() {
        let memory = json!({ MEMORY_KEY: HIGHEST - 3 });
        let mut ids = Ids::restore(Some(&memory), 0);
        assert_eq!(ids.service(), ("1".to_owned(), true));
    }
}
