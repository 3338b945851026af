//! `sale`, `refund`, `preauth`, `gift` and `check-card`: what is about a card and no earlier payment.

use crate::domain::{BillError, BillPart, Money, Operation, PaymentRequest, ScannedCode, Tender, Verdict};
use crate::protocols::protocol::Abilities;
use crate::terminal::{Earlier, Refusal, TerminalHandle, Which};

use super::arguments::{Extras, GiftCommand, Means, NewPayment, PaymentOptions, Refund, TenderWord};
use super::bill;
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::following::Follower;
use super::interrupts::Interrupts;

/// Where a code is read from standard input.
const FROM_INPUT: &str = "-";

/// Takes (or reserves) an amount.
pub async fn take(context: &Context, operation: Operation, asked: &NewPayment) -> Done {
    let means = means_of(context, &asked.means)?;
    let order =
        Order { amount: Some(&asked.amount), extras: Some(&asked.extras), means, ..Order::about(operation, None) };
    let order = Order { keyed: asked.keyed, ..order };
    carry_out(context, order, &asked.options).await
}

/// Gives money back.
pub async fn refund(context: &Context, asked: &Refund) -> Done {
    let of = asked.of.as_deref().map(|payment| earlier(context, payment, &asked.options)).transpose()?;
    if let Some(cash) = of.as_ref().filter(|of| of.record().is_cash()) {
        return bill::give_back(context, cash, Some(&asked.amount)).await;
    }
    let means = (asked.tender.map(tender_of), None);
    let order = Order { amount: Some(&asked.amount), means, keyed: asked.keyed, ..Order::about(Operation::Refund, of) };
    carry_out(context, order, &asked.options).await
}

/// Asks whether a card is valid.
pub async fn check_card(context: &Context, options: &PaymentOptions) -> Done {
    carry_out(context, Order::about(Operation::CardCheck, None), options).await
}

/// Everything about a gift card but paying with it.
pub async fn gift(context: &Context, asked: &GiftCommand) -> Done {
    let (operation, amount, options) = match asked {
        GiftCommand::Activate(asked) => (Operation::Activation, Some(&asked.amount), &asked.options),
        GiftCommand::Reload(asked) => (Operation::Reload, Some(&asked.amount), &asked.options),
        GiftCommand::Balance(options) => (Operation::Balance, None, options),
        GiftCommand::Deactivate(options) => (Operation::Deactivation, None, options),
    };
    let order = Order { amount: amount.map(String::as_str), ..Order::about(operation, None) };
    carry_out(context, order, options).await
}

/// What was asked on the command line, before the terminal's currency is known.
pub struct Order<'a> {
    pub operation: Operation,
    /// What the earlier payment took when left out; zero without one.
    pub amount: Option<&'a str>,
    pub extras: Option<&'a Extras>,
    pub means: (Option<Tender>, Option<ScannedCode>),
    pub keyed: bool,
    pub of: Option<Earlier>,
    /// What of a bill is paid.
    pub part: Option<(BillPart, Money)>,
}

impl Order<'_> {
    /// Without an amount of its own.
    pub fn about(operation: Operation, of: Option<Earlier>) -> Self {
        Order { operation, amount: None, extras: None, means: (None, None), keyed: false, of, part: None }
    }
}

/// Finds the earlier payment and checks that it has ended, on the terminal that is meant.
pub fn earlier(context: &Context, payment: &str, options: &PaymentOptions) -> Result<Earlier, Failure> {
    let earlier = context.earlier(payment)?;
    let record = earlier.record();
    if options.terminal.as_ref().is_some_and(|named| *named != record.terminal) {
        return Err(context.refused(&Refusal::OtherTerminal(record.id.clone())));
    }
    if record.verdict() == Verdict::InDoubt {
        return Err(context.refused(&Refusal::InDoubt(record.id.clone())));
    }
    Ok(earlier)
}

/// Starts the payment on the terminal that is meant, and stays with it to its end.
pub async fn carry_out(context: &Context, order: Order<'_>, options: &PaymentOptions) -> Done {
    let terminal = match &order.of {
        // The drawer can do nothing of the kind.
        Some(earlier) if earlier.record().is_cash() => {
            return Err(context.refused(&Refusal::NotAble(order.operation)));
        }
        Some(earlier) => context.terminal_meant(Some(&earlier.record().terminal))?,
        None => context.terminal_meant(options.terminal.as_deref())?,
    };
    carry_out_on(context, terminal, order, options).await
}

/// Opens the terminal, starts the payment and stays with it to its end.
pub async fn carry_out_on(context: &Context, terminal: String, order: Order<'_>, options: &PaymentOptions) -> Done {
    if let Some(abilities) = context.abilities_set_up(&terminal) {
        request_of(context, &order, options, &abilities)?;
    }
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => {
            let follower = Follower::new(context, handle, Deeds::of(context, &till), options.answering);
            start(context, handle, follower, &order, options, &mut interrupts).await
        }
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

async fn start(
    context: &Context,
    handle: &TerminalHandle,
    follower: Follower<'_>,
    order: &Order<'_>,
    options: &PaymentOptions,
    interrupts: &mut Interrupts,
) -> Done {
    let abilities = handle.view().borrow().abilities;
    let request = request_of(context, order, options, &abilities)?;
    follower.pay(request, interrupts).await
}

/// The request in the terminal's currency, every amount checked.
fn request_of(
    context: &Context,
    order: &Order<'_>,
    options: &PaymentOptions,
    abilities: &Abilities,
) -> Result<PaymentRequest, Failure> {
    // The machines at the tables start their payments themselves.
    if !abilities.can(order.operation) || abilities.serves_tables {
        return Err(context.refused(&Refusal::NotAble(order.operation)));
    }
    let currency = abilities.currency;
    let taken = || order.of.as_ref().and_then(Earlier::taken).unwrap_or(Money::zero(currency));
    let amount = match &order.part {
        Some((_, amount)) if amount.currency() != currency => {
            return Err(context.bill_refused(&BillError::OtherCurrency));
        }
        Some((_, amount)) => *amount,
        None => order.amount.map_or_else(|| Ok(taken()), |text| context.amount(text, currency))?,
    };
    let mut request = PaymentRequest::new(order.operation, amount);
    request.bill = order.part.as_ref().map(|(part, _)| Box::new(part.clone()));
    if let Some(extras) = order.extras {
        request.cashback = extras.cashback.as_deref().map(|text| context.amount(text, currency)).transpose()?;
        request.tip = extras.tip.as_deref().map(|text| context.amount(text, currency)).transpose()?;
    }
    let parts = [request.cashback, request.tip].into_iter().flatten();
    let too_large = |_| context.usage("amount-too-large", &[("amount", &amount.to_decimal())]);
    parts.into_iter().try_fold(amount, |sum, part| sum.checked_add(part)).map_err(too_large)?;
    request.reference = options.reference.clone();
    request.keyed = order.keyed;
    request.operator.clone_from(&context.operator);
    (request.tender, request.code) = order.means.clone();
    match &order.of {
        Some(earlier) => earlier.complete(request, abilities).map_err(|refusal| context.refused(&refusal)),
        None => Ok(request),
    }
}

/// What is paid with; a code may come from standard input, where no other program can see it.
pub fn means_of(context: &Context, asked: &Means) -> Result<(Option<Tender>, Option<ScannedCode>), Failure> {
    let tender = asked.tender.map(tender_of);
    let code = match &asked.code {
        Some(code) if code.reveal() == FROM_INPUT => Some(code_from_input(context)?),
        other => other.clone(),
    };
    if code.as_ref().is_some_and(|code| code.reveal().is_empty()) {
        return Err(context.refused(&Refusal::NoCode));
    }
    Ok((tender, code))
}

fn code_from_input(context: &Context) -> Result<ScannedCode, Failure> {
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(_) => Ok(ScannedCode::new(&line)),
        Err(error) => Err(context.failed("no-input", &[("problem", &error.to_string())])),
    }
}

fn tender_of(word: TenderWord) -> Tender {
    match word {
        TenderWord::Credit => Tender::Credit,
        TenderWord::Debit => Tender::Debit,
        TenderWord::EbtFood => Tender::EbtFood,
        TenderWord::EbtCash => Tender::EbtCash,
        TenderWord::Gift => Tender::Gift,
        TenderWord::Wallet => Tender::Wallet,
    }
}
