//! Settings that somebody put into the till's folder: taken before anything is opened with them.

use crate::settings::{Dropped, dropped_settings, remember_dropped, trusted_keys};

use super::super::context::{Context, Failure};
use super::sharing::{Opening, refused, take};

/// Takes the files that wait in the till's folder. What was taken or refused is said; one that was refused is tried again at
/// the next start.
pub fn take_dropped(context: &Context) -> Vec<String> {
    let (folder, remembered) = (context.places.dropped_settings_folder(), context.places.settings_taken_file());
    let mut all_said = Vec::new();
    let mut say = |said: String| {
        context.output.warning(&said);
        all_said.push(said);
    };
    let not_read = |problem: &dyn std::fmt::Display| {
        let (folder, problem) = (folder.display().to_string(), problem.to_string());
        context.texts().with("cli-config-not-read", &[("file", &folder), ("problem", &problem)])
    };
    let dropped = match dropped_settings(&folder, &remembered) {
        Ok(dropped) => dropped,
        Err(error) => {
            say(not_read(&error));
            Vec::new()
        }
    };
    for dropped in dropped {
        let file = dropped.file.display().to_string();
        match take_one(context, &dropped) {
            Ok(terminals) => {
                if let Err(error) = remember_dropped(&remembered, &dropped) {
                    say(not_read(&error));
                }
                let terminals = i64::try_from(terminals).unwrap_or(i64::MAX);
                let placeables = [("file", file.as_str().into()), ("terminals", terminals.into())];
                say(context.texts().with_values("cli-config-dropped", &placeables));
            }
            Err(failure) => say(failure.message),
        }
    }
    all_said
}

/// How many terminals there are then. Its secrets are opened where they are sealed for this till: nobody is there to type.
fn take_one(context: &Context, dropped: &Dropped) -> Result<usize, Failure> {
    let trusted = trusted_keys(&context.places.trusted_keys_file()).map_err(|error| refused(context, &error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| context.failed("no-runtime", &[("problem", &error.to_string())]))?;
    let taken = take(context, (&dropped.file, &dropped.text), Some(&trusted), Opening::TillKey);
    runtime.block_on(taken).map(|taken| taken.terminals)
}
