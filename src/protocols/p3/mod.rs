//! Payworks PayProtocol (P3): JSON with a PayServer, over a WebSocket or over TCP behind a length.

pub mod codec;
pub mod messages;
pub mod settings;
