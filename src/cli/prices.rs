//! `prices`: the shop's price list, imported, checked, listed. Works beside a running program.

use std::path::Path;

use crate::domain::{Currency, PriceFault, PriceFaults, PriceList, TaxMode};
use crate::settings::{KeptPrices, KeptPricesError, PriceFileError};
use crate::terminal::{agreed_currency, shop_currency};

use super::arguments::{PricesCommand, PricesFile, PricesList};
use super::context::{Context, Done, Failure};
use super::events::{Event, PriceFields, PricesFields};
use super::exit_status::ExitStatus;

pub fn prices(context: &Context, asked: &PricesCommand) -> Done {
    match asked {
        PricesCommand::Import(asked) => import(context, asked),
        PricesCommand::Check(asked) => check(context, asked),
        PricesCommand::List(asked) => list(context, asked),
    }
}

fn import(context: &Context, asked: &PricesFile) -> Done {
    let prices = read(context, asked)?;
    prices.save(&context.places.prices_file()).map_err(|error| kept_failed(context, &error))?;
    context.output.event(&Event::Imported(PricesFields::of(&prices.list)));
    say_number(context, "cli-prices-imported", &prices.list);
    Ok(ExitStatus::Done)
}

fn check(context: &Context, asked: &PricesFile) -> Done {
    let KeptPrices { list, .. } = read(context, asked)?;
    context.output.event(&Event::Checked(PricesFields::of(&list)));
    say_number(context, "cli-prices-checked", &list);
    Ok(ExitStatus::Done)
}

fn say_number(context: &Context, key: &str, list: &PriceList) {
    let tax = context.texts().get(tax_key(list.tax()));
    let items = list.items().len().into();
    let placeables = [("items", items), ("currency", list.currency().code().into()), ("tax", (&tax).into())];
    context.output.line(&context.texts().with_values(key, &placeables));
}

fn list(context: &Context, asked: &PricesList) -> Done {
    let kept = KeptPrices::load(&context.places.prices_file()).map_err(|error| kept_failed(context, &error))?;
    let Some(KeptPrices { list, .. }) = kept else {
        context.output.line(&context.texts().get("cli-prices-none"));
        return Ok(ExitStatus::Done);
    };
    let limit = asked.limit.map_or(usize::MAX, |limit| limit as usize);
    let found = list.search(asked.search.as_deref().unwrap_or_default(), limit);
    if found.is_empty() {
        context.output.line(&context.texts().get("cli-prices-not-found"));
    }
    for item in found {
        context.output.event(&Event::Price(PriceFields::of(item)));
        let (price, rate) = (context.texts().money(item.price), context.texts().decimal(&item.tax.to_string()));
        let placeables = [("code", &*item.code), ("label", &*item.label), ("price", &*price), ("rate", &*rate)];
        context.output.line(&context.texts().with("cli-price-line", &placeables));
    }
    Ok(ExitStatus::Done)
}

/// The whole list, or every fault of it told and nothing else.
fn read(context: &Context, asked: &PricesFile) -> Result<KeptPrices, Failure> {
    let currency = currency(context, asked.currency.as_deref())?;
    KeptPrices::of_csv(&asked.file, currency, asked.tax.mode()).map_err(|error| match error {
        PriceFileError::Faults(faults) => refused(context, &faults),
        other => file_failed(context, &asked.file, &other.to_string()),
    })
}

/// The one that was named, else the one that all terminals have, else that of the terminal that is meant.
fn currency(context: &Context, named: Option<&str>) -> Result<Currency, Failure> {
    if let Some(code) = named {
        return code.parse().map_err(|_| context.usage("no-such-currency", &[("currency", code)]));
    }
    match agreed_currency(&context.settings) {
        Some(currency) => Ok(currency),
        None => context.terminal_meant(None).map(|_| shop_currency(&context.settings)),
    }
}

fn refused(context: &Context, faults: &PriceFaults) -> Failure {
    faults.first.iter().for_each(|fault| tell(context, fault));
    let (total, more) = (faults.total().to_string(), faults.more.to_string());
    let key = if faults.more == 0 { "price-list-refused" } else { "price-list-refused-more" };
    context.usage(key, &[("faults", &total), ("more", &more)]).with_code("price-list-refused")
}

fn tell(context: &Context, fault: &PriceFault) {
    let text = context.texts().with_words(fault.problem.key(), &fault.problem.placeables());
    let line = match fault.line {
        Some(line) => context.texts().with("cli-prices-fault", &[("line", &line.to_string()), ("text", &text)]),
        None => text.clone(),
    };
    context.output.event(&Event::Fault { line: fault.line, problem: fault.problem.word(), text });
    context.output.line(&line);
}

fn tax_key(tax: TaxMode) -> &'static str {
    match tax {
        TaxMode::Included => "cli-prices-tax-included",
        TaxMode::Added => "cli-prices-tax-added",
    }
}

fn kept_failed(context: &Context, error: &KeptPricesError) -> Failure {
    let message = context.texts().with_words(error.key(), &error.placeables());
    Failure { code: error.key().to_owned(), message, status: ExitStatus::Failed }
}

fn file_failed(context: &Context, file: &Path, problem: &str) -> Failure {
    context.usage("file", &[("file", &file.display().to_string()), ("problem", problem)])
}
