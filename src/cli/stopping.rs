//! An errand that an interrupt stops: the terminal is asked to, and nobody waits for it for ever.

use std::time::Duration;

use crate::terminal::TerminalHandle;

use super::context::Context;
use super::deeds::Deeds;
use super::interrupts::Interrupts;

/// How long a terminal may take to stop after an interrupt.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);

/// What came of the errand; `None` when the terminal did not stop in time after an interrupt.
pub async fn stoppable<T>(
    context: &Context,
    handle: &TerminalHandle,
    deeds: &Deeds,
    interrupts: &mut Interrupts,
    errand: impl Future<Output = T>,
) -> Option<T> {
    tokio::pin!(errand);
    tokio::select! {
        end = &mut errand => Some(end),
        () = interrupts.next() => {
            context.output.progress(&context.texts().get("cli-cancelling"));
            deeds.cancel(handle).await;
            tokio::time::timeout(STOPPED_WITHIN, errand).await.ok()
        }
    }
}
