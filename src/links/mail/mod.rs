//! One mail through a server, over TLS or not at all. Nothing is queued and nothing sent twice: it went, or it did not and why.

mod dialog;
mod fault;
mod line;

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use crate::domain::Secret;
pub use fault::MailFault;

/// Connecting, a handshake, or the answer to one command.
const STEP_WITHIN: Duration = Duration::from_secs(10);
/// The longest address, in bytes.
const ADDRESS_AT_MOST: usize = 254;

/// How TLS begins; in clear nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailLine {
    /// With the first byte.
    Tls,
    /// After a greeting in clear.
    StartTls,
}

/// Whom a mail is given to.
#[derive(Debug, Clone)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub line: MailLine,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// A certificate authority that is trusted besides those of the system.
    pub ca_file: Option<PathBuf>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// An address, or `Name <address>`.
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub attachment: Option<MailAttachment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAttachment {
    pub name: String,
    /// For example `application/pdf`.
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

/// Whether a mail can be sent there: an address as servers everywhere understand it, without a name beside it.
pub fn is_mail_address(text: &str) -> bool {
    text.is_ascii() && text.len() <= ADDRESS_AT_MOST && text.parse::<Address>().is_ok()
}

/// Gives the mail to the server. Takes a minute at most.
///
/// # Errors
/// [`MailFault`]. After [`MailFault::SilentWithTheMail`] and [`MailFault::BrokenWithTheMail`] nobody knows whether the mail went;
/// after all others it surely did not.
pub async fn send_mail(server: &MailServer, mail: &Mail) -> Result<(), MailFault> {
    let message = message_of(mail)?;
    let sent = dialog::give(server, &message).await;
    match &sent {
        // Neither to whom nor about what.
        Ok(()) => tracing::info!(server = server.host, "a mail was sent"),
        Err(fault) => {
            let (code, words) = (fault.key(), fault.words_for_the_log());
            tracing::warn!(server = server.host, fault = code, words, "a mail was not sent, or nobody knows");
        }
    }
    sent
}

fn message_of(mail: &Mail) -> Result<Message, MailFault> {
    let to = Some(mail.to.trim()).filter(|to| is_mail_address(to)).and_then(|to| to.parse::<Mailbox>().ok());
    let to = to.ok_or_else(|| MailFault::Address(mail.to.clone()))?;
    let from = mail.from.parse::<Mailbox>().ok().filter(|from| is_mail_address(from.email.as_ref()));
    let from = from.ok_or_else(|| MailFault::Sender(mail.from.clone()))?;
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(mail.text.clone()));
    if let Some(attachment) = &mail.attachment {
        let kind = ContentType::parse(attachment.kind).map_err(|error| MailFault::Broken(error.to_string()))?;
        parts = parts.singlepart(Attachment::new(attachment.name.clone()).body(attachment.bytes.clone(), kind));
    }
    let subject: String = mail.subject.chars().filter(|letter| !letter.is_control()).collect();
    let message = Message::builder().from(from).to(to).subject(subject).multipart(parts);
    message.map_err(|error| MailFault::Broken(error.to_string()))
}

#[cfg(test)]
mod tests;
