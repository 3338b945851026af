//! The whole way: a cloud that the test plays word by word, the face, the bridge, a terminal of the till's own over real sockets.
#![allow(clippy::unwrap_used)]

mod plans;
mod shop;
mod stories;
mod traps;

pub(in crate::terminal) use shop::{face_alone, player_alone};
