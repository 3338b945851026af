//! JSON-RPC 2.0 envelopes (section 3).

use serde_json::{Map, Value};

use super::CodecError;
use super::members::Members;
use crate::protocols::connect::messages::{Message, Params, RpcError};

/// One frame.
///
/// # Errors
/// What came is not JSON, or no message of JSON-RPC.
pub fn decode(bytes: &[u8]) -> Result<Message, CodecError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| CodecError::NotJson)?;
    let Value::Object(mut message) = value else { return Err(CodecError::NotRpc("no object")) };
    let id = message.remove("id");
    match message.remove("method") {
        Some(Value::String(method)) => {
            let params = params(message.remove("params"))?;
            // An id of null asks for no answer anybody could tell from another.
            Ok(match id.filter(|id| !id.is_null()) {
                Some(id) => Message::Request { id, method, params },
                None => Message::Notification { method, params },
            })
        }
        Some(_) => Err(CodecError::WrongType("method".to_owned())),
        None => Ok(Message::Response { id: id.unwrap_or_default(), answer: answer(&mut message)? }),
    }
}

/// The id of something that asks and cannot be read otherwise, so that it can be answered all the same.
pub fn asked_id(bytes: &[u8]) -> Option<Value> {
    let message: Value = serde_json::from_slice(bytes).ok()?;
    message.get("method")?;
    message.get("id").filter(|id| !id.is_null()).cloned()
}

fn params(given: Option<Value>) -> Result<Params, CodecError> {
    match given {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(_) => Err(CodecError::WrongType("params".to_owned())),
    }
}

/// An error that is there is one, whatever stands beside it.
fn answer(message: &mut Map<String, Value>) -> Result<Result<Value, RpcError>, CodecError> {
    match (message.remove("error").filter(|error| !error.is_null()), message.remove("result")) {
        (Some(error), _) => Ok(Err(rpc_error(&error))),
        (None, Some(result)) => Ok(Ok(result)),
        (None, None) => Err(CodecError::NotRpc("neither method, result nor error")),
    }
}

/// (3.4) The cashier's text stands in any of three places.
pub fn rpc_error(error: &Value) -> RpcError {
    let Value::Object(error) = error else {
        return RpcError { message: error.as_str().map(Members::masked).unwrap_or_default(), ..RpcError::default() };
    };
    let members = Members::of(error);
    let data = error.get("data").and_then(Value::as_object).map(Members::of);
    let user_message = members.text("userMessage").or_else(|| data.and_then(|data| data.text("userMessage")));
    RpcError {
        code: error.get("code").and_then(Value::as_i64),
        message: members.text("message").unwrap_or_default(),
        user_message,
    }
}

pub fn encode(message: &Message) -> Vec<u8> {
    let mut members = Map::new();
    members.insert("jsonrpc".to_owned(), Value::from("2.0"));
    let mut add = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    match message {
        Message::Request { id, method, params } => {
            add("id", id.clone());
            add("method", Value::from(method.as_str()));
            if !params.is_empty() {
                add("params", Value::Object(params.clone()));
            }
        }
        Message::Notification { method, params } => {
            add("method", Value::from(method.as_str()));
            add("params", Value::Object(params.clone()));
        }
        Message::Response { id, answer: Ok(result) } => {
            add("id", id.clone());
            add("result", result.clone());
        }
        Message::Response { id, answer: Err(error) } => {
            add("id", id.clone());
            add("error", error_object(error));
        }
    }
    Value::Object(members).to_string().into_bytes()
}

fn error_object(error: &RpcError) -> Value {
    let mut members = Map::new();
    if let Some(code) = error.code {
        members.insert("code".to_owned(), Value::from(code));
    }
    members.insert("message".to_owned(), Value::from(error.message.as_str()));
    if let Some(text) = &error.user_message {
        members.insert("userMessage".to_owned(), Value::from(text.as_str()));
    }
    Value::Object(members)
}
