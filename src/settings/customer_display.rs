//! The second window, on the screen that customers see. No list of screens can be had, so the installer says where it is.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Where a window may be put, in pixels of the whole desktop, either way.
pub const PLACES: RangeInclusive<i32> = -16_384..=16_384;
/// How wide and how high the customer's window may be, in pixels.
pub const EXTENTS: RangeInclusive<u32> = 320..=16_384;

/// Lengths are pixels of the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerDisplaySettings {
    /// Whether there is one.
    pub on: bool,
    /// Its left edge: the width of the cashier's screen where the customer's is to the right of it.
    #[serde(deserialize_with = "place")]
    pub x: i32,
    #[serde(deserialize_with = "place")]
    pub y: i32,
    #[serde(deserialize_with = "extent")]
    pub width: u32,
    #[serde(deserialize_with = "extent")]
    pub height: u32,
    /// The whole screen on which it is put.
    pub full_screen: bool,
    /// What another version of the program wrote; kept, and not understood.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

impl Default for CustomerDisplaySettings {
    fn default() -> CustomerDisplaySettings {
        CustomerDisplaySettings {
            on: false,
            x: 1920,
            y: 0,
            width: 1024,
            height: 600,
            full_screen: true,
            unknown: BTreeMap::new(),
        }
    }
}

fn place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    within(i32::deserialize(deserializer)?, &PLACES)
}

fn extent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    within(u32::deserialize(deserializer)?, &EXTENTS)
}

fn within<T: PartialOrd + std::fmt::Display, E: Error>(value: T, bounds: &RangeInclusive<T>) -> Result<T, E> {
    if bounds.contains(&value) {
        return Ok(value);
    }
    Err(E::custom(format_args!("{value} pixels; it must be from {} to {}", bounds.start(), bounds.end())))
}
