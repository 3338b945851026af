//! `void`, `capture` and `tip`: what is about an earlier payment, on the terminal that took it.

use crate::domain::Operation;

use super::arguments::{Capture, Tip, Void};
use super::context::{Context, Done};
use super::pay::{Order, carry_out, earlier};

/// Undoes the earlier payment, whole.
pub async fn void(context: &Context, asked: &Void) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    let order = Order { operation: Operation::Void, amount: None, extras: None, of };
    carry_out(context, order, &asked.options).await
}

/// Takes what was reserved, or a part of it.
pub async fn capture(context: &Context, asked: &Capture) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    let order = Order { operation: Operation::Capture, amount: asked.amount.as_deref(), extras: None, of };
    carry_out(context, order, &asked.options).await
}

/// Adds a tip to what was taken.
pub async fn tip(context: &Context, asked: &Tip) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    let order = Order { operation: Operation::Tip, amount: Some(&asked.amount), extras: None, of };
    carry_out(context, order, &asked.options).await
}
