//! Where the window was when it was closed: a small file beside the journal. It is no setting, and losing it loses nothing.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::replacing::replace;

/// In bytes; what is longer was not written by this program.
const FILE_AT_MOST: u64 = 4_096;
/// Of anything that was ever a window, in points, either way.
const FARTHEST: i32 = 32_768;
const SMALLEST: u32 = 320;
/// So much of the window's top must be on the screen that it can be dragged.
const GRIP: i32 = 120;

/// Size and place in points, which are pixels where the system does not scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedWindow {
    /// Of its upper left corner; a system may not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(i32, i32)>,
    /// Width and height.
    pub size: (u32, u32),
    /// It filled the screen; size and place are those before.
    #[serde(default)]
    pub maximized: bool,
}

/// What is done with a window that has just been opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placing {
    Maximize,
    MoveTo(i32, i32),
    /// Wherever the system puts it.
    Leave,
}

impl RememberedWindow {
    /// Reads the file; `None` where there is none, or nothing that can be used in it.
    pub fn load(file: &Path) -> Option<RememberedWindow> {
        match read(file) {
            Ok(window) => Some(window),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, file = %file.display(), "where the window was is not known");
                None
            }
        }
    }

    /// Written aside and put in its place. Writes a file: never on the window's thread.
    ///
    /// # Errors
    /// The system's.
    pub fn save(&self, file: &Path) -> std::io::Result<()> {
        replace(file, &serde_json::to_vec(self)?)
    }

    /// No list of screens can be had: the place counts only on the screen where the system opened the window (its size in
    /// points, where that is known), so that a window that was on a screen that is gone can be reached.
    pub fn placing(&self, screen: Option<(u32, u32)>) -> Placing {
        let Some(screen) = screen.map(|(width, height)| (points(width), points(height))) else {
            return if self.maximized { Placing::Maximize } else { Placing::Leave };
        };
        if self.maximized || points(self.size.0) > screen.0 || points(self.size.1) > screen.1 {
            return Placing::Maximize;
        }
        match self.place {
            Some((x, y)) if (0..=screen.0 - GRIP).contains(&x) && (0..=screen.1 - GRIP).contains(&y) => {
                Placing::MoveTo(x, y)
            }
            _ => Placing::Leave,
        }
    }

    fn is_sane(&self) -> bool {
        let far = |at: i32| at.unsigned_abs() <= FARTHEST.unsigned_abs();
        let long = |length: u32| (SMALLEST..=FARTHEST.unsigned_abs()).contains(&length);
        self.place.is_none_or(|(x, y)| far(x) && far(y)) && long(self.size.0) && long(self.size.1)
    }
}

fn points(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

fn read(file: &Path) -> std::io::Result<RememberedWindow> {
    let mut text = String::new();
    fs::File::open(file)?.take(FILE_AT_MOST).read_to_string(&mut text)?;
    let window: RememberedWindow = serde_json::from_str(&text)?;
    if window.is_sane() { Ok(window) } else { Err(ErrorKind::InvalidData.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: RememberedWindow = RememberedWindow { place: Some((120, 40)), size: (1280, 800), maximized: false };

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("window.json");
        assert_eq!(RememberedWindow::load(&file), None);
        for window in [WINDOW, RememberedWindow { place: None, maximized: true, ..WINDOW }] {
            window.save(&file).unwrap();
            assert_eq!(RememberedWindow::load(&file), Some(window));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_file_is_no_window_and_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("window.json");
        WINDOW.save(&file).unwrap();
        let whole = fs::read(&file).unwrap();
        let insane = br#"{"place": [99999999, 0], "size": [1024, 768]}"#;
        let tiny = br#"{"size": [1, 1]}"#;
        let long = vec![b' '; 1 << 20];
        let cut = (0..whole.len()).map(|end| &whole[..end]);
        for broken in cut.chain([&insane[..], &tiny[..], &long[..], b"\xff\xfe"]) {
            fs::write(&file, broken).unwrap();
            assert_eq!(RememberedWindow::load(&file), None, "{:?}", String::from_utf8_lossy(broken));
        }
        WINDOW.save(&file).unwrap();
        assert_eq!(RememberedWindow::load(&file), Some(WINDOW));
    }

    #[test]
    fn a_place_on_a_screen_that_is_gone_is_given_up() {
        let screen = Some((1920, 1080));
        assert_eq!(WINDOW.placing(screen), Placing::MoveTo(120, 40));
        for place in [(-300, 40), (120, -40), (1900, 40), (2500, 40), (120, 1079), (i32::MIN, i32::MAX)] {
            let window = RememberedWindow { place: Some(place), ..WINDOW };
            assert_eq!(window.placing(screen), Placing::Leave, "{place:?}");
        }
        assert_eq!(RememberedWindow { place: None, ..WINDOW }.placing(screen), Placing::Leave);
        assert_eq!(WINDOW.placing(None), Placing::Leave);
    }

    #[test]
    fn a_window_larger_than_the_screen_fills_it() {
        assert_eq!(WINDOW.placing(Some((1024, 768))), Placing::Maximize);
        let maximized = RememberedWindow { maximized: true, ..WINDOW };
        assert_eq!(maximized.placing(Some((1920, 1080))), Placing::Maximize);
        assert_eq!(maximized.placing(None), Placing::Maximize);
    }
}
