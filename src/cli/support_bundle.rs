//! `support-bundle`: one zip for support. Works beside a running program, and with settings that cannot be read.

use jiff::Zoned;

use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::support_words::SupportBundle;
use crate::doctor::examine_all;
use crate::domain::PaymentId;
use crate::support::{Asked, SupportError, TillFacts, default_name, make};
use crate::terminal::Which;

pub async fn support_bundle(context: &Context, asked: &SupportBundle) -> Done {
    let file = asked.file.clone().unwrap_or_else(|| default_name(&Zoned::now()).into());
    let payments = asked.payments.iter().map(|name| {
        let Ok(id) = name.parse::<PaymentId>();
        id
    });
    let wanted = Asked { days: asked.days, payments: payments.collect() };
    let mut facts = TillFacts::gather(&context.places).await;
    if asked.doctor {
        let till = context.open_till(Which::All).await?;
        facts = facts.with_examined(examine_all(&context.places, &context.settings, &till).await);
        till.close().await;
    }
    let made = make(&facts, &wanted, &file).map_err(|error| failed(context, &error))?;
    let placeables = [("file", made.file.display().to_string()), ("kilobytes", made.bytes.div_ceil(1024).to_string())];
    context.output.event(&Event::SupportBundle {
        file: made.file.display().to_string(),
        bytes: made.bytes,
        parts: made.parts,
        left_out: made.left_out,
    });
    context.output.line(&context.texts().with_words("cli-bundle-made", &placeables));
    Ok(ExitStatus::Done)
}

fn failed(context: &Context, error: &SupportError) -> Failure {
    let status = match error {
        SupportError::UnknownPayment(_) | SupportError::Exists { .. } => ExitStatus::Usage,
        SupportError::Unwritable { .. } => ExitStatus::Failed,
    };
    let code = error.key().trim_start_matches("cli-").to_owned();
    Failure { code, message: context.texts().with_words(error.key(), &error.placeables()), status }
}
