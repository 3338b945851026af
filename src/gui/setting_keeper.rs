//! Settings that somebody changed in the window on their way to the file: one after the other, in their order, and of one
//! setting the newest only.

use std::mem::discriminant;
use std::path::PathBuf;

use iced::Task;

use super::windows::Event;
use crate::settings::WindowChange;

pub struct SettingKeeper {
    file: PathBuf,
    /// At most one of each kind.
    waiting: Vec<WindowChange>,
    writing: bool,
}

impl SettingKeeper {
    pub fn new(file: PathBuf) -> SettingKeeper {
        SettingKeeper { file, waiting: Vec::new(), writing: false }
    }

    pub fn keep(&mut self, change: WindowChange) -> Task<Event> {
        self.waiting.retain(|waiting| discriminant(waiting) != discriminant(&change));
        self.waiting.push(change);
        self.go_on()
    }

    /// What was at the disk is written, or not.
    pub fn written(&mut self) -> Task<Event> {
        self.writing = false;
        self.go_on()
    }

    fn go_on(&mut self) -> Task<Event> {
        if self.writing || self.waiting.is_empty() {
            return Task::none();
        }
        self.writing = true;
        let (changes, file) = (std::mem::take(&mut self.waiting), self.file.clone());
        let saving = async move {
            tokio::task::spawn_blocking(move || changes.iter().try_for_each(|change| change.save(&file))).await
        };
        Task::perform(saving, |saved| {
            let saved = saved.map_err(|error| error.to_string());
            Event::Kept(saved.and_then(|saved| saved.map_err(|error| error.to_string())))
        })
    }
}
