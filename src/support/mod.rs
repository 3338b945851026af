//! The support bundle: one zip with what somebody far away needs to understand a till, and nothing that is nobody's business.
//!
//! * `contents.rs` is the list of what goes in; each part is a small function that makes plain text.
//! * `scrub.rs` is the one gate: only what it has cleaned ([`Clean`]) can be written into the zip.
//! * `bundle.rs` writes the zip beside its place and renames it.

mod bundle;
mod card_trails;
mod contents;
mod doctor_part;
mod journal_part;
mod key_shapes;
mod log_part;
mod machine_part;
mod mail_shapes;
mod scrub;
mod settings_part;
mod till_facts;
mod transcripts;

pub use bundle::{Made, SupportError, default_name, make};
pub use contents::Part;
pub use doctor_part::Examined;
pub use scrub::{Clean, Gate};
pub use till_facts::{Asked, DAYS, DAYS_AT_MOST, TillFacts};
