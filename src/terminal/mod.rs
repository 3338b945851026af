//! The actor: one tokio task per terminal and one loop. Record, transmit, publish.

mod handle;
mod order;

mod view;

pub use handle::TerminalHandle;
pub use order::{Refusal, Running};

pub use view::{PaymentView, Signal, Stage, TerminalView, Unresolved};
