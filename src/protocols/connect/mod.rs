//! Paymentsense Connect: JSON-RPC 2.0 over a WebSocket with TLS to the cloud that drives the site's terminals. Pay at counter
//! (PAC), sections 1 to 5 of the reference; pay at table has its place in section 6 and is not built yet.

pub mod codec;
pub mod messages;
pub mod simulator;

use crate::protocols::simulator::Door;

/// The plain one is for tests on one machine; the cloud has TLS only.
pub const DOORS: &[Door] = &[Door::guarded("plain", false), Door::guarded("tls", true)];
