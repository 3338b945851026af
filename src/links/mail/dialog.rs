//! What is said to a mail server, command by command, so that it is known which of them it refused.

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::fault::legible;
use super::line::{secured, within};
use super::{MailFault, MailServer};

/// Every way that the password needs no more than TLS for.
const WAYS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Connects, logs in, gives the mail. The caller bounds the time.
pub async fn give(server: &MailServer, message: &Message) -> Result<(), MailFault> {
    let line = Box::new(secured(server).await?);
    let words = Words(server.login.as_ref().map(|(_, password)| password.reveal()));
    let who = ClientId::default();
    let connecting = AsyncSmtpConnection::connect_with_transport(line, &who);
    let mut server_line = within(connecting).await?.map_err(|error| words.fault(&error, MailFault::Refused))?;
    let given = say(&mut server_line, server, message, &words).await;
    // A server that is not taken leave of forgets the line by itself.
    let _ = within(server_line.quit()).await;
    given
}

async fn say(
    line: &mut AsyncSmtpConnection,
    server: &MailServer,
    message: &Message,
    words: &Words<'_>,
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
    let given = within(line.message(&message.formatted())).await?;
    given.map(drop).map_err(|error| words.fault(&error, MailFault::Refused))
}

/// What a server says, with the password struck out that it may repeat.
struct Words<'a>(Option<&'a str>);

impl Words<'_> {
    fn of(&self, error: &Error) -> String {
        legible(&error.to_string(), self.0)
    }

    /// A word of the server's means what was asked; anything else is a fault of the line.
    fn fault(&self, error: &Error, refused: fn(String) -> MailFault) -> MailFault {
        let said = error.is_permanent() || error.is_transient();
        if said { refused(self.of(error)) } else { MailFault::Broken(self.of(error)) }
    }
}
