//! `sale`, `refund` and `preauth`: what starts with an amount.

use crate::domain::{Currency, Operation, Original, PaymentRequest, Verdict};
use crate::terminal::Which;
use crate::terminal::{Refusal, TerminalHandle};

use super::arguments::{Extras, NewPayment, PaymentOptions, Refund};
use super::context::{Context, Done, Failure};
use super::events::outcome_of;
use super::following::Follower;
use super::interrupts::Interrupts;

/// Takes (or reserves) an amount.
pub async fn take(context: &Context, operation: Operation, asked: &NewPayment) -> Done {
    let order = Order { operation, amount: Some(&asked.amount), extras: Some(&asked.extras), of: None };
    carry_out(context, order, &asked.options).await
}

/// Gives money back.
pub async fn refund(context: &Context, asked: &Refund) -> Done {
    let of = asked.of.as_deref().map(|payment| earlier(context, payment, &asked.options)).transpose()?;
    let order = Order { operation: Operation::Refund, amount: Some(&asked.amount), extras: None, of };
    carry_out(context, order, &asked.options).await
}

/// What was asked on the command line, before the terminal's currency is known.
pub struct Order<'a> {
    pub operation: Operation,
    /// What the earlier payment took when left out.
    pub amount: Option<&'a str>,
    pub extras: Option<&'a Extras>,
    pub of: Option<Earlier>,
}

/// An earlier payment of a terminal, which was approved.
pub struct Earlier {
    pub terminal: String,
    pub original: Original,
}

/// Finds the earlier payment and checks that it took money on the terminal that is meant.
pub fn earlier(context: &Context, payment: &str, options: &PaymentOptions) -> Result<Earlier, Failure> {
    let record = context.payment(payment)?;
    if options.terminal.as_ref().is_some_and(|named| *named != record.terminal) {
        return Err(context.refused(&Refusal::OtherTerminal(record.id)));
    }
    if record.verdict() == Verdict::InDoubt {
        return Err(context.refused(&Refusal::InDoubt(record.id)));
    }
    if record.verdict() != Verdict::Approved {
        return Err(context.refused(&Refusal::NotApproved(record.id)));
    }
    if record.voided_by.is_some() {
        return Err(context.refused(&Refusal::AlreadyVoided(record.id)));
    }
    let taken = outcome_of(&record).taken.map_or(record.request.amount, |taken| taken.total);
    let original = Original { payment: record.id, operation: record.request.operation, taken, reference: None };
    Ok(Earlier { terminal: record.terminal, original })
}

/// Opens the terminal, starts the payment and stays with it to its end.
pub async fn carry_out(context: &Context, order: Order<'_>, options: &PaymentOptions) -> Done {
    let terminal = match &order.of {
        Some(earlier) => context.terminal_meant(Some(&earlier.terminal))?,
        None => context.terminal_meant(options.terminal.as_deref())?,
    };
    if let Some(currency) = context.currency_set_up(&terminal) {
        request_of(context, &order, options, currency)?;
    }
    let mut interrupts =
        Interrupts::listen().map_err(|error| context.failed("no-interrupts", &[("problem", &error.to_string())]))?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => start(context, handle, &order, options, &mut interrupts).await,
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

async fn start(
    context: &Context,
    handle: &TerminalHandle,
    order: &Order<'_>,
    options: &PaymentOptions,
    interrupts: &mut Interrupts,
) -> Done {
    let abilities = handle.view().borrow().abilities;
    if !abilities.can(order.operation) {
        return Err(context.refused(&Refusal::NotAble(order.operation)));
    }
    let request = request_of(context, order, options, abilities.currency)?;
    if order.operation == Operation::Refund && order.of.is_some() {
        context.output.progress(&context.texts().get("cli-refund-same-card"));
    }
    Follower::new(context, handle, options.answering).pay(request, interrupts).await
}

/// The request in the terminal's currency, every amount checked.
fn request_of(
    context: &Context,
    order: &Order<'_>,
    options: &PaymentOptions,
    currency: Currency,
) -> Result<PaymentRequest, Failure> {
    let original = order.of.as_ref().map(|earlier| &earlier.original);
    let amount = match (order.amount, original) {
        (Some(text), _) => context.amount(text, currency)?,
        (None, Some(original)) => original.taken,
        (None, None) => return Err(context.usage("not-an-amount", &[("amount", "")])),
    };
    let mut request = PaymentRequest::new(order.operation, amount);
    if let Some(extras) = order.extras {
        request.cashback = extras.cashback.as_deref().map(|text| context.amount(text, currency)).transpose()?;
        request.tip = extras.tip.as_deref().map(|text| context.amount(text, currency)).transpose()?;
    }
    let parts = [request.cashback, request.tip].into_iter().flatten();
    let too_large = |_| context.usage("amount-too-large", &[("amount", &amount.to_decimal())]);
    parts.into_iter().try_fold(amount, |sum, part| sum.checked_add(part)).map_err(too_large)?;
    request.reference = options.reference.clone();
    request.of = original.cloned();
    if order.operation == Operation::Refund {
        not_more_than_taken(context, &request)?;
    }
    Ok(request)
}

/// Nobody gets more back than was taken.
fn not_more_than_taken(context: &Context, request: &PaymentRequest) -> Result<(), Failure> {
    let Some(original) = &request.of else { return Ok(()) };
    let less = original.taken.checked_sub(request.amount);
    if less.is_ok_and(|left| left.minor() >= 0) {
        return Ok(());
    }
    let taken = context.texts().money(original.taken);
    Err(context.usage("refund-too-large", &[("payment", original.payment.as_str()), ("taken", &taken)]))
}
