//! One test for each trap the references warn of (valor-connect sections 2, 3, 7 and 8, payprotocol-p3 sections 2, 6 and 7,
//! paymentsense-connect sections 6 and 7.3, econduit sections 2 and 3).
//! Where the simulator misbehaves so, the pretend world plays it; elsewhere the test is the terminal, word by word.
#![allow(clippy::unwrap_used)]

#[path = "traps/connect.rs"]
mod connect;
#[path = "traps/connect_line.rs"]
mod connect_line;
#[path = "traps/connect_tables.rs"]
mod connect_tables;
mod desk;
#[path = "traps/econduit.rs"]
mod econduit;
#[path = "traps/p3.rs"]
mod p3;
#[path = "traps/secrets.rs"]
mod secrets;
#[path = "traps/valor.rs"]
mod valor;
mod world;
