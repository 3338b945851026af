//! The command line as other programs use it: the real binary against a simulated terminal on loopback.
#![allow(clippy::unwrap_used)]

mod bad_peers;
mod bills;
mod commands;
mod config;
mod connect;
mod connect_doors;
mod connect_tls;
#[cfg(target_os = "linux")]
mod cups;
mod day;
mod doctor;
mod doctor_surroundings;
mod econduit;
mod econduit_doors;
mod families;
#[path = "../harness/mod.rs"]
mod harness;
mod mail;
mod operators;
mod p3;
mod payments;
mod prices;
mod printers;
mod receipt_files;
mod recovery;
mod scenarios;
mod secrecy;
mod simulated_printer;
mod support;
mod tables;
mod tellers;
mod till_as_terminal;
mod valor;

use serde_json::Value;

/// What an outcome says was taken.
fn minor(outcome: &Value) -> Option<i64> {
    outcome["amount_minor"].as_i64()
}
