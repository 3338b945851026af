//! The till as a terminal, against a cloud that the test plays word by word.
#![allow(clippy::unwrap_used)]

mod bench;
mod commands;
mod connecting;
mod fulfilling;
mod heartbeats;
mod traps;

use bench::{Bench, OK};
