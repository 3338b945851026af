//! The simulator driven with JSON as a till would send it, over both doors, on a pretend clock.

#![allow(clippy::unwrap_used)]

mod amendments;
mod bench;
mod inquiries;
mod offline;
mod payments;
mod scenarios;
mod wire;
