//! What is said to a mail server, command by command, so that it is known which of them it refused.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::{Instant, timeout, timeout_at};

use super::fault::legible;
use super::line::{secured, within};
use super::{MailFault, MailServer};
use crate::domain::Secret;

/// Every way that the password needs no more than TLS for.
const WAYS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// From the first connection to the server's last word.
const ALL_WITHIN: Duration = Duration::from_secs(60);
/// Of the whole mail a server may look at every letter before it says that it takes it.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// A server that is not taken leave of forgets the line by itself.
const LEFT_WITHIN: Duration = Duration::from_secs(2);

/// Connects, logs in, gives the mail. Takes a minute at most.
pub async fn give(server: &MailServer, message: &Message) -> Result<(), MailFault> {
    let by = Instant::now() + ALL_WITHIN;
    let words = Words(server.login.as_ref());
    let mut line = timeout_at(by, greeted(server, &words)).await.unwrap_or(Err(MailFault::Silent))?;
    let has_all = AtomicBool::new(false);
    let given = timeout_at(by, say(&mut line, server, message, &words, &has_all)).await;
    let given = given.unwrap_or(Err(MailFault::Silent));
    if !matches!(given, Err(MailFault::Silent | MailFault::Broken(_))) {
        let _ = timeout(LEFT_WITHIN, line.quit()).await;
    }
    given.map_err(|fault| if has_all.load(Ordering::Relaxed) { fault.with_the_mail() } else { fault })
}

async fn greeted(server: &MailServer, words: &Words<'_>) -> Result<AsyncSmtpConnection, MailFault> {
    let line = Box::new(secured(server).await?);
    let who = ClientId::default();
    let connecting = AsyncSmtpConnection::connect_with_transport(line, &who);
    within(connecting).await?.map_err(|error| words.fault(&error, MailFault::Refused))
}

/// From the moment on at which the server may have the end of the mail, `has_all` is true: until then it drops what it has.
async fn say(
    line: &mut AsyncSmtpConnection,
    server: &MailServer,
    message: &Message,
    words: &Words<'_>,
    has_all: &AtomicBool,
) -> Result<(), MailFault> {
    if let Some((user, password)) = &server.login {
        let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
        let login = within(line.auth(&WAYS, &credentials)).await?;
        login.map_err(|error| match error.is_client() {
            true => MailFault::Login(words.of(&error)),
            false => words.fault(&error, MailFault::Login),
        })?;
    }
    let envelope = message.envelope();
    let from = within(line.command(Mail::new(envelope.from().cloned(), Vec::new()))).await?;
    from.map_err(|error| words.fault(&error, MailFault::Sender))?;
    for to in envelope.to() {
        let to = within(line.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        to.map_err(|error| words.fault(&error, MailFault::Recipient))?;
    }
    within(line.command(Data)).await?.map_err(|error| words.fault(&error, MailFault::Refused))?;
    // Whoever asks for another piece has sent the only one, and sends the end next.
    let end = std::iter::from_fn(|| {
        has_all.store(true, Ordering::Relaxed);
        None
    });
    let pieces = std::iter::once(message.formatted()).chain(end);
    let given = timeout(TAKEN_WITHIN, line.message_iter(pieces)).await.map_err(|_| MailFault::Silent)?;
    given.map(drop).map_err(|error| words.fault(&error, MailFault::Refused))
}

/// What a server says, with the password struck out that it may repeat.
struct Words<'a>(Option<&'a (String, Secret)>);

impl Words<'_> {
    fn of(&self, error: &Error) -> String {
        let spellings = self.0.map(|(user, password)| spellings(user, password.reveal()));
        legible(&error.to_string(), &spellings.unwrap_or_default())
    }

    /// A word of the server's means what was asked; anything else is a fault of the line.
    fn fault(&self, error: &Error, refused: fn(String) -> MailFault) -> MailFault {
        let said = error.is_permanent() || error.is_transient();
        if said { refused(self.of(error)) } else { MailFault::Broken(self.of(error)) }
    }
}

/// How the password goes over the line in each of [`WAYS`], and as it is; the longest first.
fn spellings(user: &str, password: &str) -> Vec<String> {
    let plain = format!("\0{user}\0{password}");
    vec![STANDARD.encode(plain), STANDARD.encode(password), password.to_owned()]
}
