//! Every terminal of a till, for whoever wants to know how all of them stand.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::examination::{Subject, examine};
use super::finding::Finding;
use crate::settings::{Places, Settings};
use crate::terminal::Till;

/// For all of them together. Whoever is not done by then is left out.
const WITHIN: Duration = Duration::from_secs(120);
/// Nobody listens, so nothing has to wait.
const UNHEARD: usize = 1;

/// Examines all terminals that are set up, at once. By name, in the order of the settings.
pub async fn examine_all(places: &Places, settings: &Settings, till: &Till) -> Vec<(String, Vec<Finding>)> {
    let each = settings.terminals.iter().filter_map(|terminal| {
        let subject = Subject::in_till(places, settings, till, &terminal.name)?;
        Some(async {
            let (tell, unheard) = mpsc::channel(UNHEARD);
            drop(unheard);
            let findings = timeout(WITHIN, examine(subject, tell)).await.ok()?;
            Some((terminal.name.clone(), findings))
        })
    });
    join_all(each).await.into_iter().flatten().collect()
}
