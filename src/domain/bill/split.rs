//! Splits of what is due. They always add up to it.

use super::largest_remainder::share_out;

/// Most parts somebody splits a bill into.
pub const PARTS_AT_MOST: usize = 99;

/// `due` in minor units, in so many parts as alike as can be, the larger ones first. None where nothing is due or nobody pays.
pub fn split_evenly(due_minor: i64, parts: usize) -> Vec<i64> {
    if due_minor <= 0 || parts == 0 {
        return Vec::new();
    }
    share_out(due_minor, &vec![1; parts.min(PARTS_AT_MOST)])
}
