//! The doctor: goes step by step from the settings to the terminal's own word and stops at the first fault, with its cause
//! and its cure. It asks nothing that moves money, and a test remembers who the terminal is.

mod disk;
mod examination;
mod finding;
mod listener;
mod network;
mod notebook;
mod port_holder;
mod remembering;
mod rounds;
mod saying;
mod session;
mod terminal_word;
mod till;

pub use examination::{Subject, examine, test};
pub use finding::{Check, Finding, Judgement, Told};
pub use rounds::examine_all;
