//! Checkstand: card payments at the till, whatever breaks. Start reading at `src/ARCHITECTURE.md`.

pub mod cli;
pub mod doctor;
pub mod domain;
#[cfg(feature = "gui")]
pub mod gui;
pub mod journal;
pub mod links;
pub mod logs;
pub mod printing;
pub mod protocols;
pub mod receipts;
pub mod search;
pub mod settings;
pub mod support;
pub mod terminal;
pub mod texts;
