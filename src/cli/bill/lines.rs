//! `TEXT=PRICE`: one line of a bill, as it is typed.

use crate::domain::bill::{Discount, Quantity};
use crate::domain::{Currency, NewLine, TableName, TaxRate};

use super::super::context::{Context, Failure};

/// Takes a discount off again.
const NONE: &str = "none";

pub fn lines(context: &Context, typed: &[&[String]], currency: Currency) -> Result<Vec<NewLine>, Failure> {
    typed.iter().flat_map(|some| some.iter()).map(|text| line(context, text, currency)).collect()
}

/// `Cappuccino=2x18.50@12%`: what stands behind the last `=` is the price, with how many before it and the tax behind it.
fn line(context: &Context, text: &str, currency: Currency) -> Result<NewLine, Failure> {
    let not_a_line = || context.usage("not-a-line", &[("text", text)]);
    let (label, worth) = text.rsplit_once('=').ok_or_else(not_a_line)?;
    let (worth, tax) = match worth.split_once('@') {
        Some((worth, rate)) => (worth, tax_rate(context, rate)?),
        None => (worth, TaxRate::ZERO),
    };
    let (quantity, price) = match worth.split_once(['x', 'X']) {
        Some((many, price)) => (quantity(context, many)?, price),
        None => (Quantity::ONE, worth),
    };
    let price = context.money(price, currency)?;
    Ok(NewLine { quantity, tax, ..NewLine::new(label, price.minor()) })
}

fn quantity(context: &Context, text: &str) -> Result<Quantity, Failure> {
    text.parse().map_err(|_| context.usage("not-a-quantity", &[("text", text.trim())]))
}

fn tax_rate(context: &Context, text: &str) -> Result<TaxRate, Failure> {
    text.parse().map_err(|_| context.usage("not-a-tax-rate", &[("text", text.trim())]))
}

/// An amount, `10%`, or `none`.
pub fn discount(context: &Context, text: &str, currency: Currency) -> Result<Option<Discount>, Failure> {
    let text = text.trim();
    if text == NONE {
        return Ok(None);
    }
    if text.ends_with('%') {
        let percent = text.parse().map_err(|_| context.usage("not-a-discount", &[("text", text)]))?;
        return Ok(Some(Discount::Percent(percent)));
    }
    Ok(Some(Discount::Amount(context.money(text, currency)?.minor())))
}

pub fn table(context: &Context, text: &str) -> Result<TableName, Failure> {
    let most = TableName::AT_MOST.to_string();
    text.parse().map_err(|_| context.usage("table-name", &[("table", text.trim()), ("most", &most)]))
}
