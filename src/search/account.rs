//! The terminals of an account, asked for on a line that ends with the answer.

use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use crate::domain::outcome::{Explanation, Fault};
use crate::links::{Pacing, SingleLine};
use crate::protocols::account::{AccountList, AccountQuestion};
use crate::protocols::driver::LinkEvent;
use crate::protocols::protocol::{FieldError, FieldValues, Secrets};

pub use crate::protocols::account::ListedTerminal;

/// For line and answer together.
const WITHIN: Duration = Duration::from_secs(20);
/// Frames that are listened to.
const FRAMES_AT_MOST: usize = 16;
/// The most terminals of one account that are shown; more is no shop.
pub const LISTED_AT_MOST: usize = 64;

/// Why an account did not say which terminals it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotListed {
    /// Something is missing by which it would be asked.
    Field(FieldError),
    Why(Explanation),
}

/// From checked settings and secrets; `shared` is the folder of what tills of one machine share. Dropped, the line is given up.
///
/// # Errors
/// [`NotListed`].
pub async fn terminals_of(
    account: &AccountList,
    fields: &FieldValues,
    secrets: &Secrets,
    shared: &Path,
) -> Result<Vec<ListedTerminal>, NotListed> {
    let pacing = Pacing::in_folder(shared);
    let question = (account.ask)(fields, secrets).map_err(NotListed::Field)?;
    let late = || NotListed::Why(Explanation::new("explain-link-timed-out", Fault::Link));
    let mut listed = timeout(WITHIN, asked(account, fields, question, pacing)).await.map_err(|_| late())??;
    listed.truncate(LISTED_AT_MOST);
    Ok(listed)
}

async fn asked(
    account: &AccountList,
    fields: &FieldValues,
    question: AccountQuestion,
    pacing: Pacing,
) -> Result<Vec<ListedTerminal>, NotListed> {
    let broken = || NotListed::Why(Explanation::new("explain-link-broken", Fault::Link));
    let mut line = SingleLine::open(question.endpoint, pacing);
    let mut frame = Some(question.frame);
    for _ in 0..FRAMES_AT_MOST {
        match line.event().await.ok_or_else(broken)? {
            LinkEvent::Opened => frame.take().into_iter().for_each(|frame| line.say(frame)),
            LinkEvent::Received(frame) => {
                if let Some(answer) = (account.hear)(&frame) {
                    line.close();
                    return answer.map_err(NotListed::Why);
                }
            }
            LinkEvent::Lost(loss) => return Err(NotListed::Why((account.lost)(fields, &loss))),
        }
    }
    Err(broken())
}
