//! The texts of all languages: held to each other, to the code that names them, and to the fonts that draw them; and
//! how each locale writes numbers, dates and times.
#![allow(clippy::unwrap_used)]

mod agreement;
mod files;
mod formats;
#[cfg(feature = "gui")]
mod glyphs;
mod keys;
mod pseudo;
mod switching;
