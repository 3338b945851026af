//! A screen is state, `Message` (what happened), `Action` (what the parent must do), `update` and `view`, in one file.

pub mod amount_entry;
pub mod bill;
pub mod bill_edit;
pub mod cash;
pub mod day;
pub mod follow_up;
pub mod history;
pub mod opening;
pub mod operators;
pub mod outcome;
pub mod park;
pub mod payment;
pub mod reports;
pub mod ring_up;
pub mod settled;
pub mod sign_in;
pub mod signing;
pub mod split;
mod split_shares;
pub mod table_forms;
mod table_tiles;
pub mod tables;
pub mod till_face;
mod time_left;
mod today;
pub mod unresolved;
