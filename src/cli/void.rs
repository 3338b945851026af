//! `void`, `capture` and `tip`: what is about an earlier payment, on the terminal that took it.

use crate::domain::Operation;

use super::arguments::{Capture, Tip, Void};
use super::bill;
use super::context::{Context, Done};
use super::pay::{Order, carry_out, earlier};

/// Undoes the earlier payment, whole.
pub async fn void(context: &Context, asked: &Void) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    if let Some(cash) = of.as_ref().filter(|of| of.record().is_cash()) {
        return bill::give_back(context, cash, None).await;
    }
    carry_out(context, Order::about(Operation::Void, of), &asked.options).await
}

/// Takes what was reserved, or a part of it.
pub async fn capture(context: &Context, asked: &Capture) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    let order = Order { amount: asked.amount.as_deref(), ..Order::about(Operation::Capture, of) };
    carry_out(context, order, &asked.options).await
}

/// Adds a tip to what was taken, or changes the one that was added.
pub async fn tip(context: &Context, asked: &Tip) -> Done {
    let of = Some(earlier(context, &asked.payment, &asked.options)?);
    let order = Order { amount: Some(&asked.amount), ..Order::about(Operation::Tip, of) };
    carry_out(context, order, &asked.options).await
}
