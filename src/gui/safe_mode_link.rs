//! What the safe mode has done to the settings file, off the window's thread.

use iced::Task;
use jiff::Timestamp;

use super::app::Message;
use super::screens::safe_mode;
use crate::settings::{Mending, Places, SettingsError, last_good_settings, mend_settings};
use crate::terminal::settings_rules;

/// Whether there are good settings to go back to.
pub fn look_for_good(places: &Places) -> Task<Message> {
    let file = places.settings_file();
    let looked = on_a_thread(move || last_good_settings(&file, &settings_rules()));
    Task::perform(looked, |found| Message::SafeMode(safe_mode::Message::LastGoodFound(found.ok().flatten())))
}

/// Does what was chosen, and reads the settings then.
pub fn mend(places: &Places, how: Mending) -> Task<Message> {
    let file = places.settings_file();
    let name = file.display().to_string();
    let mended = on_a_thread(move || mend_settings(&file, how, &settings_rules(), Timestamp::now()));
    Task::perform(mended, move |mended| {
        let unwritable = |cause| SettingsError::Unwritable { file: name.clone(), cause };
        let mended = mended.map_err(unwritable).and_then(|mended| mended);
        Message::SafeMode(safe_mode::Message::Mended(mended.map(Box::new)))
    })
}

/// The error is the system's, in its own words.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
}
