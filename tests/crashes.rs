//! Real crashes: the real binary against a simulated terminal in a process of its own, killed at every step of their
//! conversation, or robbed of its disk, and started again. What it remembers is compared with the terminal's ledger.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "crashes/bills.rs"]
mod bills;
#[path = "crashes/books.rs"]
mod books;
#[path = "crashes/disks.rs"]
mod disks;
mod harness;
#[path = "crashes/kills.rs"]
mod kills;
#[path = "crashes/printing.rs"]
mod printing;
#[path = "crashes/relay.rs"]
mod relay;
#[path = "crashes/saving.rs"]
mod saving;
#[path = "crashes/stand.rs"]
mod stand;
#[path = "crashes/stream.rs"]
mod stream;
#[path = "crashes/streams.rs"]
mod streams;
#[path = "crashes/traced.rs"]
mod traced;
#[path = "crashes/upgrade.rs"]
mod upgrade;
#[path = "crashes/watch.rs"]
mod watch;
