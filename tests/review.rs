//! One test for each fault an adversarial review found in the drivers of Valor Connect and P3. The test is the terminal, word
//! by word.
#![allow(clippy::unwrap_used)]

mod desk;
#[path = "review/p3.rs"]
mod p3;
#[path = "review/valor.rs"]
mod valor;
