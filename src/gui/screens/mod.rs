//! A screen is state, `Message` (what happened), `Action` (what the parent must do), `update` and `view`, in one file.

pub mod amount_entry;
pub mod bill;
pub mod bill_edit;
pub mod cash;
pub mod customer;
pub mod day;
pub mod diagnostics;
pub mod follow_up;
pub mod history;
pub mod opening;
pub mod outcome;
pub mod park;
pub mod payment;
pub mod reports;
pub mod ring_up;
pub mod settings;
pub mod settled;
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
