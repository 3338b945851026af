//! The terminals of an account between the form and the account.

use iced::Task;

use super::app;
use super::desk;
use super::problem::{Placeable, Problem};
use super::set_up_link::News;
use super::setting_up;
use super::till_link::Link;
use crate::search::account::{ListedTerminal, NotListed, terminals_of};
use crate::settings::Places;
use crate::terminal::Discretion;
use crate::terminal::setting_up::{SetupError, Wanted, secrets_wanted};

/// Asks with what stands in the form, and with the secrets that are kept of a terminal that is set up.
pub fn list(link: &Link, wanted: Wanted) -> Task<app::Message> {
    let places = link.places().clone();
    let listed = async move { answer(&places, &wanted).await };
    Task::perform(listed, |listed| {
        app::Message::Desk(desk::Message::SettingUp(setting_up::Message::News(News::Listed(listed))))
    })
}

async fn answer(places: &Places, wanted: &Wanted) -> Result<Vec<ListedTerminal>, Problem> {
    let wrong = |error: SetupError| Problem::from(&error);
    let (protocol, fields, secrets) = secrets_wanted(places, wanted).await.map_err(wrong)?;
    let Some(account) = protocol.account else { return Ok(Vec::new()) };
    terminals_of(&account, &fields, &secrets, places.shared()).await.map_err(|why| match why {
        NotListed::Field(error) => Problem::from(&SetupError::Field(error)),
        NotListed::Why(why) => {
            // A peer may repeat what it was told.
            let why = Discretion::about(&secrets).explanation(why);
            let placeables = vec![("text", Placeable::Explained(why.clone())), ("fault", Placeable::Fault(why.fault))];
            Problem { placeables, ..Problem::new("window-account-not-listed") }
        }
    })
}
