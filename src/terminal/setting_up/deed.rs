//! Who set a terminal up, changed it or took it away: in the log whoever it was, and in the journal as the deed of whoever is
//! named. Names of fields and secrets, never what stands in them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::operator::{OperatorEvent, TerminalDeed};
use crate::journal::{Journal, JournalError, JournalHandle};
use crate::protocols::protocol::Paired;
use crate::settings::TerminalSettings;

/// What was done about a terminal, and is in the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "somebody will want to know who did it"]
pub struct SetUpDeed {
    pub terminal: String,
    pub deed: TerminalDeed,
    /// What was changed, by name.
    pub fields: Vec<String>,
}

impl SetUpDeed {
    pub fn new<'a>(terminal: &str, deed: TerminalDeed, fields: impl IntoIterator<Item = &'a str>) -> SetUpDeed {
        SetUpDeed { terminal: terminal.to_owned(), deed, fields: fields.into_iter().map(str::to_owned).collect() }
    }

    /// `secrets` are those that were given or taken away.
    pub(super) fn between<'a>(
        before: Option<&'a TerminalSettings>,
        after: &'a TerminalSettings,
        secrets: impl Iterator<Item = &'a str>,
    ) -> SetUpDeed {
        let deed = if before.is_some() { TerminalDeed::Changed } else { TerminalDeed::Added };
        let before_fields = before.map(|before| &before.fields);
        let known = before_fields.into_iter().chain([&after.fields]).flat_map(|fields| fields.iter());
        let mut names: BTreeSet<&str> = known.map(|(name, _)| name).collect();
        names.retain(|name| before_fields.and_then(|fields| fields.text(name)) != after.fields.text(name));
        names.extend(secrets);
        if before.is_some_and(|before| before.protocol != after.protocol) {
            names.insert("protocol");
        }
        SetUpDeed::new(&after.name, deed, names)
    }

    /// What an account gave.
    pub fn paired(terminal: &str, paired: &Paired) -> SetUpDeed {
        let fields = paired.fields.iter().map(|(name, _)| *name);
        let secrets = paired.secrets.iter().map(|(name, _)| *name);
        SetUpDeed::new(terminal, TerminalDeed::Paired, fields.chain(secrets))
    }

    pub fn log(&self, by: Option<&str>) {
        tracing::info!(
            terminal = self.terminal,
            deed = self.deed.word(),
            fields = self.fields.join(", "),
            operator = by.unwrap_or_default(),
            "somebody has set the terminal up"
        );
    }

    /// In the log, and in the journal where somebody is named, as everything else that is somebody's doing.
    ///
    /// # Errors
    /// The journal's; the settings are changed all the same.
    pub async fn note(self, journal: &JournalHandle, by: Option<&str>) -> Result<(), JournalError> {
        self.log(by);
        let Some(by) = by.map(str::to_owned) else { return Ok(()) };
        let SetUpDeed { terminal, deed, fields } = self;
        let (name, at) = (by.clone(), Timestamp::now());
        let event = OperatorEvent::TerminalSetUp { terminal, deed, fields };
        journal.change_as(Some(by), move |journal: &mut Journal| journal.operator_did(&name, &event, None, at)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::protocol::FieldValues;

    fn terminal(protocol: &str, set: &[(&str, &str)]) -> TerminalSettings {
        let mut fields = FieldValues::default();
        set.iter().for_each(|(name, text)| fields.set(name, text));
        TerminalSettings::new("front", protocol, fields)
    }

    #[test]
    fn what_was_changed_is_told_by_its_name() {
        let before = terminal("valor", &[("host", "10.0.0.7"), ("port", "5001"), ("currency", "USD")]);
        let after = terminal("valor", &[("host", "10.0.0.8"), ("currency", "USD"), ("cancel_port", "1")]);
        let told = |before, after, secrets: &[&'static str]| {
            let deed = SetUpDeed::between(before, after, secrets.iter().copied());
            (deed.deed, deed.fields.join(" "))
        };
        assert_eq!(told(Some(&before), &after, &[]), (TerminalDeed::Changed, "cancel_port host port".to_owned()));
        assert_eq!(told(Some(&before), &before, &["key"]), (TerminalDeed::Changed, "key".to_owned()));
        assert_eq!(told(None, &after, &[]), (TerminalDeed::Added, "cancel_port currency host".to_owned()));
        let another = terminal("p3", &[("host", "10.0.0.7")]);
        assert_eq!(told(Some(&before), &another, &[]).1, "currency port protocol");
    }
}
