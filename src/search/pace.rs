//! How fast a search may be: a shop's network has other work to do.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// The most connections that are begun or stand at a time.
pub const AT_ONCE: usize = 32;
/// The most connections that are begun in a second.
pub const A_SECOND: u32 = 200;

/// Hands out the right to begin a connection, one after the other; what was not taken in time is not made up for.
pub struct Pace(Mutex<Interval>);

impl Pace {
    pub fn new() -> Pace {
        let mut ticks = interval(Duration::from_secs(1) / A_SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Pace(Mutex::new(ticks))
    }

    /// Waits for the next one.
    pub async fn turn(&self) {
        self.0.lock().await.tick().await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, advance};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_connections_begin_in_any_second_than_the_bound() {
        let pace = Pace::new();
        let mut begun = Vec::new();
        for number in 0..1000 {
            // a pause in the middle does not save anything up
            if number == 300 {
                advance(Duration::from_secs(5)).await;
            }
            pace.turn().await;
            begun.push(Instant::now());
        }
        for window in begun.windows(A_SECOND as usize + 1) {
            assert!(window[A_SECOND as usize] - window[0] >= Duration::from_secs(1));
        }
    }
}
