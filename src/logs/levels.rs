//! How much each part of the program says in the log files: a small file of the data folder, which the running program looks
//! at every few seconds. What is more than usual ends by itself, so that no disk is filled by what somebody forgot.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

use super::part::Part;

/// How long more than the usual is written.
pub const DETAILED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// What the events of this program begin with; those of libraries are not written.
pub(super) const PROGRAM: &str = "checkstand";
/// In bytes; a longer file is not ours.
const FILE_AT_MOST: u64 = 4_096;

/// How much is said, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    Error,
    Warn,
    /// The usual.
    #[default]
    Info,
    Debug,
    Trace,
}

impl Detail {
    pub const ALL: [Detail; 5] = [Detail::Error, Detail::Warn, Detail::Info, Detail::Debug, Detail::Trace];

    /// The word of the command line and of the file.
    pub fn word(self) -> &'static str {
        match self {
            Detail::Error => "error",
            Detail::Warn => "warn",
            Detail::Info => "info",
            Detail::Debug => "debug",
            Detail::Trace => "trace",
        }
    }

    fn filter(self) -> LevelFilter {
        match self {
            Detail::Error => LevelFilter::ERROR,
            Detail::Warn => LevelFilter::WARN,
            Detail::Info => LevelFilter::INFO,
            Detail::Debug => LevelFilter::DEBUG,
            Detail::Trace => LevelFilter::TRACE,
        }
    }
}

/// What keeps levels from being kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {cause}")]
pub struct LevelsError {
    pub file: String,
    pub cause: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Chosen {
    level: Detail,
    /// Until when; for ever where it is not more than the usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

/// What was chosen; parts that are not in it say the usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Levels(BTreeMap<String, Chosen>);

impl Levels {
    /// Reads the file; where there is none, or none that can be understood, everything says the usual.
    pub fn load(file: &Path) -> Levels {
        let mut text = String::new();
        let read = File::open(file).and_then(|file| file.take(FILE_AT_MOST).read_to_string(&mut text));
        match read {
            Ok(_) => serde_json::from_str(&text).unwrap_or_default(),
            Err(_) => Levels::default(),
        }
    }

    /// How much a part says at this time, and until when it does if that ends.
    pub fn of(&self, part: Part, now: Timestamp) -> (Detail, Option<Timestamp>) {
        let chosen = self.0.get(part.word()).filter(|chosen| chosen.until.is_none_or(|until| until > now));
        let lasting =
            chosen.filter(|chosen| chosen.level <= Detail::Info || chosen.until.is_some_and(|until| until <= end(now)));
        lasting.map_or((Detail::Info, None), |chosen| (chosen.level, chosen.until))
    }

    /// From now on, and where it is more than the usual for [`DETAILED_FOR`].
    pub fn choose(&mut self, part: Part, level: Detail, now: Timestamp) {
        let until = (level > Detail::Info).then(|| end(now));
        match level {
            Detail::Info => drop(self.0.remove(part.word())),
            level => drop(self.0.insert(part.word().to_owned(), Chosen { level, until })),
        }
    }

    /// Written aside and put in its place. Writes a file: never on the window's thread.
    ///
    /// # Errors
    /// The system's.
    pub fn save(&self, file: &Path) -> Result<(), LevelsError> {
        self.write(file).map_err(|error| LevelsError { file: file.display().to_string(), cause: error.to_string() })
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        let beside = file.with_extension("json.new");
        let mut new = File::create(&beside)?;
        new.write_all(&serde_json::to_vec(self)?)?;
        new.sync_all()?;
        fs::rename(&beside, file)
    }

    /// When the next of them ends.
    pub(super) fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        Part::ALL.into_iter().filter_map(|part| self.of(part, now).1).min()
    }

    /// The parts that do not say the usual: `links=debug, gui=warn`.
    pub(super) fn unusual(&self, now: Timestamp) -> String {
        let parts = Part::ALL.into_iter().map(|part| (part, self.of(part, now).0));
        let unusual = parts.filter(|(_, level)| *level != Detail::Info);
        unusual.map(|(part, level)| format!("{part}={}", level.word())).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn targets(&self, now: Timestamp) -> Targets {
        let parts = Part::ALL.map(|part| (part.target(), self.of(part, now).0.filter()));
        Targets::new().with_target(PROGRAM, LevelFilter::INFO).with_targets(parts)
    }
}

/// A clock that was set back makes nothing last longer.
fn end(now: Timestamp) -> Timestamp {
    SignedDuration::try_from(DETAILED_FOR).ok().and_then(|day| now.checked_add(day).ok()).unwrap_or(now)
}

/// Told apart from another one that was put in its place.
pub(super) fn stamp(file: &Path) -> Option<(std::time::SystemTime, u64)> {
    match fs::metadata(file) {
        Ok(found) => Some((found.modified().ok()?, found.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(_) => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn more_than_the_usual_ends_after_a_day_and_less_stays() {
        let now = at("2026-11-22T12:00:00Z");
        let mut levels = Levels::default();
        assert_eq!(levels.of(Part::Links, now), (Detail::Info, None));
        levels.choose(Part::Links, Detail::Debug, now);
        levels.choose(Part::Gui, Detail::Warn, now);
        let tomorrow = at("2026-11-23T12:00:00Z");
        assert_eq!(levels.of(Part::Links, now), (Detail::Debug, Some(tomorrow)));
        assert_eq!(levels.of(Part::Links, tomorrow), (Detail::Info, None));
        assert_eq!(levels.of(Part::Gui, tomorrow), (Detail::Warn, None));
        assert_eq!(
            (levels.unusual(now), levels.unusual(tomorrow)),
            ("links=debug, gui=warn".into(), "gui=warn".into())
        );
        assert_eq!(levels.of(Part::Links, at("2026-11-20T12:00:00Z")).0, Detail::Info, "the clock was set back");
        levels.choose(Part::Gui, Detail::Info, now);
        assert_eq!(levels.of(Part::Gui, now), (Detail::Info, None));
    }

    #[test]
    fn what_is_kept_is_read_again_and_a_broken_file_is_the_usual() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log-levels.json");
        let now = Timestamp::now();
        let mut levels = Levels::load(&file);
        levels.choose(Part::Journal, Detail::Trace, now);
        levels.save(&file).unwrap();
        assert_eq!(Levels::load(&file), levels);
        for broken in [&b"{"[..], b"{\"links\":{\"level\":\"loud\"}}", b"\xff", &[b' '; 9_000]] {
            fs::write(&file, broken).unwrap();
            assert_eq!(Levels::load(&file), Levels::default());
        }
        assert!(levels.save(&folder.path().join("none").join("x.json")).is_err());
    }
}
