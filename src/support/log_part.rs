//! The logs of the last days, the newest first where not all fit.

use jiff::{ToSpan, Zoned};

use super::contents::{Contents, Part};
use crate::logs::{self, LogFile};
use crate::settings::Places;

/// In bytes.
const LOGS_AT_MOST: u64 = 16 << 20;

pub(super) fn add_to(contents: &mut Contents, places: &Places, days: u16) {
    let today = Zoned::now().date();
    let first = today.checked_sub(i64::from(days.saturating_sub(1)).days()).unwrap_or(today);
    let mut room = LOGS_AT_MOST;
    let files = logs::files(&places.logs());
    for file in files.iter().rev().filter(|file| file.day >= first) {
        if file.bytes > room {
            contents.leave_out(format!("logs/{}: it does not fit", file.name));
            continue;
        }
        match lines(file) {
            Ok(pieces) => {
                room -= file.bytes;
                contents.add(Part { name: format!("logs/{}", file.name), pieces });
            }
            Err(error) => contents.leave_out(format!("logs/{}: {error}", file.name)),
        }
    }
}

fn lines(file: &LogFile) -> std::io::Result<Vec<String>> {
    let text = file.read(LOGS_AT_MOST)?;
    Ok(text.lines().map(str::to_owned).collect())
}
