//! Payworks PayProtocol (P3): JSON with a PayServer, over a WebSocket or over TCP behind a length.

pub mod codec;
pub mod messages;
pub mod settings;
pub mod simulator;

use crate::protocols::simulator::{Carrier, Door};

/// Where the simulator listens (1.3, proposed): the first at [`SIMULATOR_PORT`], the second a port above.
pub const DOORS: &[Door] =
    &[Door { name: "websocket", carries: Carrier::WebSocket }, Door { name: "tcp", carries: Carrier::Tcp }];
pub const SIMULATOR_PORT: u16 = 4245;
