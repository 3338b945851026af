//! One test for each fault an adversarial review found in the drivers of Paymentsense Connect, Valor Connect, P3 and eConduit.
//! The test is the terminal, or the cloud, word by word.
#![allow(clippy::unwrap_used)]

#[path = "review/connect.rs"]
mod connect;
#[path = "review/connect_dice.rs"]
mod connect_dice;
mod desk;
#[path = "review/dice.rs"]
mod dice;
#[path = "review/econduit.rs"]
mod econduit;
#[path = "review/econduit_dice.rs"]
mod econduit_dice;
#[path = "review/p3.rs"]
mod p3;
#[path = "review/valor.rs"]
mod valor;
