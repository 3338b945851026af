#![allow(clippy::unwrap_used)]

mod batches;
mod bench;
mod calls;
mod checks;
mod crowd;
mod follow_ups;
mod gift_card;
mod memory;
mod pairing;
mod prompts;
mod registration;
mod relay;
mod scenarios;
mod scenarios_of_lines;
mod vendors_cents;
