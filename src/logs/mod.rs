//! The log files: what the program did, line by line, for support.
//!
//! Every run that holds the till writes them, beside standard error. A line is composed where something happened (`line.rs`),
//! handed over without waiting, and written on a thread of its own (`writer.rs`): a disk that is full, slow or read-only
//! costs lines, which are counted, and never time. `files.rs` is where they lie, `levels.rs` how much each part says.

mod files;
mod levels;
mod line;
mod part;
mod writer;

pub use files::{FILE_AT_MOST, FILES_AT_MOST, LogFile, files};
pub use levels::{DETAILED_FOR, Detail, Levels, LevelsError};
pub use line::LogLines;
pub use part::Part;
pub use writer::{LogWriter, Logs};
