//! The mail server, between window and settings.

use iced::Task;

use super::app::Message;
use super::desk;
use super::problem::{Placeable, Problem};
use super::screens::mail_server::{self, WantedMailServer};
use crate::settings::{Places, Settings};
use crate::terminal::setting_up::SetupError;
use crate::terminal::{MailServerError, MailingError, keep_mail_server, send_test_mail};

/// The password into the keyring, everything else into the settings file.
pub fn keep(places: Places, wanted: WantedMailServer) -> Task<Message> {
    let kept = async move { keep_mail_server(&places, wanted.mail, wanted.password).await };
    Task::perform(kept, |kept| said(mail_server::Message::Kept(kept.map_err(|error| not_kept(&error)))))
}

/// A mail that says nothing but that the settings are right. Comes back within the mail's own bounds.
pub fn test(places: Places, to: String) -> Task<Message> {
    let tried = async move {
        let settings = read(&places).await?;
        send_test_mail(&places, &settings, &to).await.map_err(|error| not_sent(&error))
    };
    Task::perform(tried, |tried| said(mail_server::Message::Tried(tried)))
}

/// The settings as the file has them now.
pub(super) async fn read(places: &Places) -> Result<Settings, Problem> {
    let file = places.settings_file();
    let read = tokio::task::spawn_blocking(move || Settings::load(&file)).await;
    let read = read.map_err(|_| SetupError::Ended).and_then(|read| read.map_err(SetupError::Settings));
    read.map_err(|error| Problem::from(&error))
}

pub(super) fn not_sent(error: &MailingError) -> Problem {
    Problem { placeables: vec![("problem", Placeable::Words(error.words()))], ..Problem::new(error.key()) }
}

fn not_kept(error: &MailServerError) -> Problem {
    match error {
        MailServerError::Sender(from) => Problem {
            placeables: vec![("address", Placeable::Words(from.clone()))],
            ..Problem::new("window-mail-address")
        },
        MailServerError::Secrets(error) => Problem::from(error),
        MailServerError::Settings(error) => {
            let words = Placeable::Words(error.to_string());
            Problem { placeables: vec![("problem", words)], ..Problem::new("window-mail-not-kept") }
        }
        MailServerError::Ended => Problem::from(&SetupError::Ended),
    }
}

fn said(message: mail_server::Message) -> Message {
    Message::Desk(desk::Message::MailServer(message))
}
