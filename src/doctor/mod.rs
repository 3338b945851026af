//! The doctor: goes step by step from the settings to the terminal's own word and stops at the first fault, with its cause
//! and its cure. It asks nothing that moves money.

mod finding;

pub use finding::{Check, Finding, Judgement, Told};
