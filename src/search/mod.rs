//! Looking for terminals in the till's own networks, on request only, and finding one again that has another address.
//!
//! [`plan`] says which addresses are asked, and is pure; [`search()`] asks them, never faster than [`pace`] allows; [`again`]
//! decides which of what answered is the terminal that moved. What is asked, each protocol says (`protocols/search.rs`).

pub mod account;
pub mod again;
pub mod hit;
pub mod own_networks;
mod pace;
pub mod plan;
mod searching;
pub mod sought;

pub use again::{FoundAgain, NotFoundAgain, find_again};
pub use hit::{Hit, known_addresses};
pub use own_networks::{own_addresses, own_networks};
pub use plan::{Family, Network, Scope, Stretch};
pub use searching::{Progress, SearchResult, search};
pub use sought::{NotSought, Sought, can_be_sought};
