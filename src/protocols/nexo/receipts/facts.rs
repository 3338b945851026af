//! The facts of a receipt: the part of it that is mandatory (12.1).

use serde_json::Value;

/// The `Mandatory` part.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a>(pub(super) &'a Value);

impl Facts<'_> {
    /// Empty when absent.
    pub(super) fn text(self, pointer: &str) -> String {
        match self.0.pointer(pointer) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    pub(super) fn some(self, pointer: &str) -> Option<String> {
        Some(self.text(pointer)).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(self, pointer: &str) -> Option<bool> {
        match self.0.pointer(pointer)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}
