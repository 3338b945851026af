//! Why a mail did not go, by whose fault it is.

use crate::protocols::driver::{Loss, LossCause};

/// The longest words of a server's that are told, in characters.
const WORDS_AT_MOST: usize = 200;

/// The texts are the server's or the system's words; no password is in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    /// It is no address a mail can be sent to.
    #[error("no address")]
    Address(String),
    /// The network's, or that of the settings.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// The server did not answer in time, and does not have the whole mail.
    #[error("no answer in time")]
    Silent,
    /// The line ended in the middle, or what came is not SMTP; the server does not have the whole mail.
    #[error("broken: {0}")]
    Broken(String),
    /// The same when the server had all of the mail: nobody knows whether it went.
    #[error("no answer in time to the whole mail")]
    SilentWithTheMail,
    #[error("broken after the whole mail: {0}")]
    BrokenWithTheMail(String),
    /// The server has no STARTTLS; nothing was said to it.
    #[error("the server has no STARTTLS")]
    NoTls,
    /// The server's certificate is not to be trusted; nothing was said to it.
    #[error("certificate: {0}")]
    Certificate(String),
    #[error("certificate authority: {0}")]
    CaFile(String),
    /// User or password, or the server takes none of the ways to log in.
    #[error("login refused: {0}")]
    Login(String),
    /// The address of the settings.
    #[error("sender refused: {0}")]
    Sender(String),
    #[error("recipient refused: {0}")]
    Recipient(String),
    /// It was about the mail itself, or the server wants nothing now.
    #[error("refused: {0}")]
    Refused(String),
}

impl MailFault {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            MailFault::Address(_) => "mail-fault-address",
            MailFault::Unreachable(_) => "mail-fault-unreachable",
            MailFault::Silent => "mail-fault-silent",
            MailFault::Broken(_) => "mail-fault-broken",
            MailFault::SilentWithTheMail => "mail-fault-silent-with-the-mail",
            MailFault::BrokenWithTheMail(_) => "mail-fault-broken-with-the-mail",
            MailFault::NoTls => "mail-fault-no-tls",
            MailFault::Certificate(_) => "mail-fault-certificate",
            MailFault::CaFile(_) => "mail-fault-ca-file",
            MailFault::Login(_) => "mail-fault-login",
            MailFault::Sender(_) => "mail-fault-sender",
            MailFault::Recipient(_) => "mail-fault-recipient",
            MailFault::Refused(_) => "mail-fault-refused",
        }
    }

    /// What goes into that text: the address, or somebody else's words. Empty where there is nothing to say.
    pub fn words(&self) -> &str {
        match self {
            MailFault::Silent | MailFault::SilentWithTheMail | MailFault::NoTls => "",
            MailFault::Address(words)
            | MailFault::Unreachable(words)
            | MailFault::Broken(words)
            | MailFault::BrokenWithTheMail(words)
            | MailFault::Certificate(words)
            | MailFault::CaFile(words)
            | MailFault::Login(words)
            | MailFault::Sender(words)
            | MailFault::Recipient(words)
            | MailFault::Refused(words) => words,
        }
    }

    /// The same where the server may have had all of the mail. What it refuses it has refused then, too.
    pub(super) fn with_the_mail(self) -> MailFault {
        match self {
            MailFault::Silent => MailFault::SilentWithTheMail,
            MailFault::Broken(words) => MailFault::BrokenWithTheMail(words),
            other => other,
        }
    }

    /// Whose words may stand in the log: a server that has been told of the customer may repeat the address.
    pub(super) fn words_for_the_log(&self) -> &str {
        match self {
            MailFault::Unreachable(_)
            | MailFault::Certificate(_)
            | MailFault::CaFile(_)
            | MailFault::Login(_)
            | MailFault::Sender(_) => self.words(),
            _ => "",
        }
    }

    /// What kept a line from standing.
    pub(super) fn of_loss(loss: Loss) -> MailFault {
        match loss.cause {
            LossCause::TimedOut => MailFault::Silent,
            LossCause::Certificate(_) => MailFault::Certificate(loss.detail),
            LossCause::CaFile => MailFault::CaFile(loss.detail),
            LossCause::Broken | LossCause::Garbled => MailFault::Broken(loss.detail),
            _ => MailFault::Unreachable(loss.detail),
        }
    }
}

/// A server's words in one short line, without the secrets it may have repeated.
pub(super) fn legible(words: &str, secrets: &[String]) -> String {
    let struck = |words: String, secret: &String| words.replace(secret.as_str(), "***");
    let words = secrets.iter().filter(|secret| !secret.is_empty()).fold(words.to_owned(), struck);
    let plain = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(WORDS_AT_MOST).collect::<String>().trim().to_owned()
}
