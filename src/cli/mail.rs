//! `mail`: the server through which receipts are sent. Works beside a running program.

use std::path::Path;

use crate::domain::Secret;
use crate::links::MailFault;
use crate::settings::{MailSecurity, MailSettings};
use crate::terminal::setting_up::SetupError;
use crate::terminal::{MailServerError, MailingError, keep_mail_server, send_test_mail};

use super::context::{Context, Done, Failure};
use super::events::{Event, MailFields};
use super::exit_status::ExitStatus;
use super::mail_words::{MailCommand, MailSet};
use super::secrets::read_mail_password;

pub async fn mail(context: &Context, asked: &MailCommand) -> Done {
    match asked {
        MailCommand::Set(asked) => set(context, asked).await,
        MailCommand::Show => show(context),
        MailCommand::Remove => remove(context).await,
        MailCommand::Test { to } => test(context, to).await,
    }
}

async fn set(context: &Context, asked: &MailSet) -> Done {
    let set = MailSettings {
        host: asked.host.trim().to_owned(),
        port: asked.port,
        security: asked.security.security(),
        user: asked.user.clone(),
        from: asked.from.trim().to_owned(),
        ca_file: asked.ca_file.as_deref().map(wherever_the_till_is_started),
    };
    let password = asked.password_stdin.then(|| read_mail_password(context, &mut std::io::stdin().lock()));
    keep(context, Some(set.clone()), password.transpose()?).await?;
    say(context, &set);
    Ok(ExitStatus::Done)
}

fn wherever_the_till_is_started(file: &Path) -> String {
    std::path::absolute(file).as_deref().unwrap_or(file).display().to_string()
}

async fn keep(context: &Context, mail: Option<MailSettings>, password: Option<Secret>) -> Result<(), Failure> {
    keep_mail_server(&context.places, mail, password).await.map_err(|error| match error {
        MailServerError::Sender(from) => context.usage("mail-address", &[("address", &from)]),
        MailServerError::Secrets(error) => context.secrets_failed(&error),
        MailServerError::Settings(error) => context.settings_failed(&error),
        MailServerError::Ended => {
            let message = context.texts().get(SetupError::Ended.key());
            Failure { code: "ended".to_owned(), message, status: ExitStatus::Failed }
        }
    })
}

fn show(context: &Context) -> Done {
    match &context.settings.receipts.mail {
        Some(mail) => say(context, mail),
        None => context.output.line(&context.texts().get("cli-mail-none")),
    }
    Ok(ExitStatus::Done)
}

fn say(context: &Context, mail: &MailSettings) {
    let security = match mail.security {
        MailSecurity::Tls => "tls",
        MailSecurity::StartTls => "start-tls",
    };
    let (host, from, user) = (mail.host.clone(), mail.from.clone(), mail.user.clone());
    context.output.event(&Event::Mail(MailFields { host, port: mail.port(), security, from, user }));
    let port = mail.port().to_string();
    let placeables = [("from", &*mail.from), ("host", &*mail.host), ("port", &*port), ("security", security)];
    context.output.line(&context.texts().with("cli-mail-server", &placeables));
}

async fn remove(context: &Context) -> Done {
    keep(context, None, None).await?;
    context.output.line(&context.texts().get("cli-mail-none"));
    Ok(ExitStatus::Done)
}

async fn test(context: &Context, to: &str) -> Done {
    send_test_mail(&context.places, &context.settings, to).await.map_err(|error| not_sent(context, &error))?;
    said_sent(context, to);
    Ok(ExitStatus::Done)
}

/// A mail went.
pub fn said_sent(context: &Context, to: &str) {
    context.output.progress(&context.texts().with("cli-mail-sent", &[("address", to)]));
}

/// Why none went, whose fault it is and what to do.
pub fn not_sent(context: &Context, error: &MailingError) -> Failure {
    if let MailingError::Secrets(error) = error {
        return context.secrets_failed(error);
    }
    let message = context.texts().with(error.key(), &[("problem", &error.words())]);
    let status = match error {
        MailingError::NotSetUp | MailingError::NoPassword => ExitStatus::Usage,
        MailingError::Fault(MailFault::Address(_)) => ExitStatus::Usage,
        _ => ExitStatus::Failed,
    };
    Failure { code: error.key().to_owned(), message, status }
}
