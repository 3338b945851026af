//! The real binary, run as other programs run it: arguments in, lines and an exit status out.
#![allow(dead_code, unused_imports)]

mod program;
mod shop;

pub use program::{Ended, Program};
pub use shop::{Family, MERCHANT_SECRET, Shop, Simulator, Wiring, free_port};
