//! One request and its answer, for whoever has no driver.

use tokio::sync::mpsc;

use crate::protocols::driver::{Endpoint, LinkAction, LinkEvent, Loss, LossCause};
use crate::protocols::frame::{Channel, Frame};

use super::events::surely_not;
use super::{Links, NetworkLinks, Pacing};

const EXCHANGE: Channel = Channel::new("exchange", 1);
/// `Opened` and one end.
const EVENTS: usize = 4;

/// Carries out one HTTP exchange, within the endpoint's own bounds, as it would be for a driver.
///
/// # Errors
/// What became of it instead; an endpoint that is no exchange never leaves.
pub async fn exchange(endpoint: Endpoint, pacing: Pacing) -> Result<Frame, Loss> {
    let no_answer = |detail: &str| surely_not(LossCause::Broken, detail);
    if !matches!(endpoint, Endpoint::Http { .. }) {
        return Err(no_answer("not an exchange"));
    }
    let (sender, mut events) = mpsc::channel(EVENTS);
    let mut links = NetworkLinks::new(sender, None, pacing);
    links.act(EXCHANGE, LinkAction::Open(endpoint));
    while let Some((_, event)) = events.recv().await {
        match event {
            LinkEvent::Opened => {}
            LinkEvent::Received(answer) => return Ok(answer),
            LinkEvent::Lost(loss) => return Err(loss),
        }
    }
    // The links hold the other end, so they have said something before.
    Err(no_answer("no end"))
}
