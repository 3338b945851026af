//! The driver at the seam: the test is the cloud with its machines, and the till that answers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod asking;
mod bench;
mod connecting;
mod locking;
mod model;
mod pair;
mod taking;
