//! A cloud with tills that speak raw bytes to it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bench;
mod cents;
mod day;
mod door;
mod inventory;
mod scenarios;
mod signatures;
mod slips;
mod tables;
mod validation;
