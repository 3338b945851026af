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

#[cfg(test)]
mod tests {
    use iced_test::futures::futures::StreamExt;
    use iced_test::runtime::{Action, task};

    use super::*;
    use crate::settings::{Scale, Settings, ThemeChoice};

    /// What comes of a task.
    async fn outcome(task: Task<Event>) -> Option<Result<(), String>> {
        let actions: Vec<_> = task::into_stream(task)?.collect().await;
        actions.into_iter().find_map(|action| match action {
            Action::Output(Event::Kept(kept)) => Some(kept),
            _ => None,
        })
    }

    #[tokio::test]
    async fn settings_changed_fast_are_written_in_their_order_and_the_newest_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let mut keeper = SettingKeeper::new(file.clone());
        let first = keeper.keep(WindowChange::Theme(ThemeChoice::Dark));
        for percent in 101..=200 {
            let scale = WindowChange::Scale(Scale::of_percent(percent));
            assert_eq!(keeper.keep(scale).units(), 0, "one at a time");
        }
        assert_eq!(keeper.waiting.len(), 1);
        assert_eq!(outcome(first).await, Some(Ok(())));
        assert_eq!(Settings::load(&file).unwrap().window.scale, None);
        let second = keeper.written();
        assert_eq!(outcome(second).await, Some(Ok(())));
        let window = Settings::load(&file).unwrap().window;
        assert_eq!((window.theme, window.scale), (ThemeChoice::Dark, Some(Scale::LARGEST)));
        assert_eq!(keeper.written().units(), 0);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told_and_the_next_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = SettingKeeper::new(folder.path().join("missing").join("settings.json"));
        let told = outcome(keeper.keep(WindowChange::FullScreen(true))).await.unwrap();
        assert!(told.unwrap_err().contains("settings.json"));
        assert_eq!(keeper.written().units(), 0);
        assert!(outcome(keeper.keep(WindowChange::FullScreen(false))).await.unwrap().is_err());
    }
}
