//! A screen is state, `Message` (what happened), `Action` (what the parent must do), `update` and `view`, in one file.

pub mod amount_entry;
pub mod day;
pub mod follow_up;
pub mod history;
pub mod opening;
pub mod outcome;
pub mod payment;
pub mod reports;
pub mod ring_up;
pub mod signing;
pub mod till_face;
mod time_left;
mod today;
pub mod unresolved;
