//! Limits that all programs of this machine's user keep together (see [`Pace`]): before its request leaves, each takes a turn
//! in a file that they share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use crate::protocols::driver::{Loss, LossCause, Pace};

use super::SystemClock;
use super::events::surely_not;
use turn_file::{Attempt, attempt};

mod turn_file;

/// How long a lock is waited for in any case: who has it keeps it for one write.
const LOCK_WITHIN: Duration = Duration::from_secs(1);
/// A pause after somebody else had the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(5);
/// The longest name of who shares a limit, in characters.
const LONGEST_NAME: usize = 128;

/// What the wall's clock says: programs know each other's turns by it.
type Wall = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The way to the turns of this machine's user. Every program that shall share them has the same folder.
#[derive(Clone)]
pub struct Pacing {
    folder: PathBuf,
    wall: Wall,
}

impl Pacing {
    /// The folder is made when the first turn is taken.
    pub fn in_folder(folder: &Path) -> Pacing {
        Pacing { folder: folder.to_owned(), wall: Arc::new(|| SystemClock::new().now().wall) }
    }

    /// Takes a turn and returns when it has come. Dropped before that, the turn is lost to everybody.
    ///
    /// # Errors
    /// [`LossCause::Paced`] when it would come too late, and [`LossCause::NotDurable`] when it cannot be written down.
    pub(super) async fn turn(&self, pace: &Pace) -> Result<(), Loss> {
        if !is_harmless(&pace.shared_by) {
            return Err(surely_not(LossCause::NotDurable, "the name of a limit must be letters, digits and hyphens"));
        }
        let begun = Instant::now();
        loop {
            match self.attempt(pace, begun.elapsed()).await? {
                Attempt::Taken { wait } => {
                    sleep(wait).await;
                    return Ok(());
                }
                Attempt::TooLate { wait } => return Err(paced(&format!("the turn would come in {wait:?}"))),
                Attempt::Held if begun.elapsed() >= pace.at_most.max(LOCK_WITHIN) => {
                    return Err(paced("another program does not let go of the turns"));
                }
                Attempt::Held => sleep(LOCK_PAUSE).await,
            }
        }
    }

    async fn attempt(&self, pace: &Pace, waited: Duration) -> Result<Attempt, Loss> {
        let (folder, pace, wall) = (self.folder.clone(), pace.clone(), self.wall.clone());
        let told = |problem: String| surely_not(LossCause::NotDurable, format!("{}: {problem}", self.folder.display()));
        let attempted = tokio::task::spawn_blocking(move || attempt(&folder, &pace, waited, &*wall)).await;
        attempted.map_err(|error| told(error.to_string()))?.map_err(|error| told(error.to_string()))
    }
}

fn paced(why: &str) -> Loss {
    surely_not(LossCause::Paced, why)
}

/// It becomes the name of a file.
fn is_harmless(name: &str) -> bool {
    let harmless = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(harmless)
}

#[cfg(test)]
mod tests;
