//! Finding a terminal again that has another address: by what it says of itself, never by where it is.

use std::path::Path;

use crate::domain::Identity;
use crate::settings::{SettingsError, TerminalSettings, change_settings};

use super::hit::{Hit, known_identity};

/// What a search for one terminal found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundAgain {
    /// It is where the settings say; `told` is who it is, where it was not known before.
    Here {
        told: Option<Identity>,
    },
    Moved(Hit),
}

/// Why the settings stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFoundAgain {
    /// Nothing is known by which it could be told from others, and nothing at its address says who it is.
    UnknownIdentity,
    /// Nobody of this identity answered; so many of its family did.
    Nobody { strangers: usize },
    /// Several say that they are it, at these addresses.
    Several(Vec<String>),
}

/// Which of the hits is this terminal.
///
/// # Errors
/// Why none of them is.
pub fn find_again(known: &TerminalSettings, hits: &[Hit]) -> Result<FoundAgain, NotFoundAgain> {
    let identity = known_identity(known);
    let family: Vec<&Hit> = hits.iter().filter(|hit| hit.protocol == known.protocol).collect();
    let here = |hit: &Hit| hit.is_at(known);
    if identity.is_empty() {
        let told = family.iter().find(|hit| here(hit) && !hit.identity.is_empty());
        return told
            .map(|hit| FoundAgain::Here { told: Some(hit.identity.clone()) })
            .ok_or(NotFoundAgain::UnknownIdentity);
    }
    let same: Vec<&Hit> = family.iter().copied().filter(|hit| identity.is_same_machine(&hit.identity)).collect();
    match same.as_slice() {
        [] => Err(NotFoundAgain::Nobody { strangers: family.len() }),
        [one] if here(one) => {
            let whole = identity.clone().and(&one.identity);
            Ok(FoundAgain::Here { told: Some(whole).filter(|whole| *whole != identity) })
        }
        [one] => Ok(FoundAgain::Moved((*one).clone())),
        several => {
            let places = several.iter().map(|hit| format!("{}:{}", hit.address, hit.port)).collect();
            Err(NotFoundAgain::Several(places))
        }
    }
}

/// Puts what was found into the settings file, as it is now: somebody may have changed it meanwhile. Address and identity only
/// change for the terminal that was looked for, as it was when it was.
///
/// A payment that is open or in doubt does not keep it from this: it is the same machine, and recovery wants to reach it. What
/// an answer about money says is judged by the driver as ever.
///
/// # Errors
/// When the file cannot be read or written.
pub fn keep(file: &Path, looked_for: &TerminalSettings, found: &FoundAgain) -> Result<bool, SettingsError> {
    let kept = change_settings(file, |settings| {
        let terminal = settings.terminals.iter_mut().find(|terminal| *terminal == looked_for)?;
        match found {
            FoundAgain::Here { told } => told.iter().for_each(|identity| terminal.identity = identity.clone()),
            FoundAgain::Moved(hit) => {
                terminal.identity = std::mem::take(&mut terminal.identity).and(&hit.identity);
                terminal.fields.set("host", &hit.address.to_string());
                terminal.fields.set("port", &hit.port.to_string());
            }
        }
        Some(())
    })?;
    Ok(kept.is_some())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::protocols::protocol::FieldValues;
    use crate::settings::Settings;

    fn hit(last: u8, serial: &str) -> Hit {
        Hit {
            protocol: "valor",
            name_key: "protocol-valor",
            address: Ipv4Addr::new(10, 0, 0, last),
            port: 5000,
            certain: true,
            identity: Identity::default().with("serial", serial),
            fields: FieldValues::default(),
        }
    }

    fn known(serial: &str) -> TerminalSettings {
        let mut fields = FieldValues::default();
        fields.set("host", "10.0.0.2");
        TerminalSettings {
            identity: Identity::default().with("serial", serial),
            ..TerminalSettings::new("front", "valor", fields)
        }
    }

    #[test]
    fn only_one_machine_of_the_same_identity_is_the_terminal() {
        assert_eq!(find_again(&known("7"), &[hit(2, "7")]), Ok(FoundAgain::Here { told: None }));
        assert_eq!(find_again(&known("7"), &[hit(2, "8"), hit(5, "7")]), Ok(FoundAgain::Moved(hit(5, "7"))));
        assert_eq!(find_again(&known("7"), &[hit(2, "8"), hit(5, "")]), Err(NotFoundAgain::Nobody { strangers: 2 }));
        assert_eq!(find_again(&known("7"), &[]), Err(NotFoundAgain::Nobody { strangers: 0 }));
        let several = vec!["10.0.0.2:5000".to_owned(), "10.0.0.5:5000".to_owned()];
        assert_eq!(find_again(&known("7"), &[hit(2, "7"), hit(5, "7")]), Err(NotFoundAgain::Several(several)));
    }

    #[test]
    fn who_is_not_known_is_learned_where_it_is_and_never_elsewhere() {
        let told = Some(Identity::default().with("serial", "7"));
        assert_eq!(find_again(&known(""), &[hit(2, "7"), hit(5, "8")]), Ok(FoundAgain::Here { told }));
        assert_eq!(find_again(&known(""), &[hit(5, "7")]), Err(NotFoundAgain::UnknownIdentity));
        assert_eq!(find_again(&known(""), &[hit(2, "")]), Err(NotFoundAgain::UnknownIdentity));
    }

    #[test]
    fn settings_that_somebody_changed_meanwhile_stay_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        let mut settings = Settings::default();
        settings.put(known("7"));
        settings.save(&file).unwrap();
        let moved = FoundAgain::Moved(hit(5, "7"));
        assert!(!keep(&file, &known("8"), &moved).unwrap());
        assert_eq!(Settings::load(&file).unwrap(), settings);
        assert!(keep(&file, &known("7"), &moved).unwrap());
        let kept = Settings::load(&file).unwrap();
        assert_eq!(kept.terminal("front").and_then(|front| front.fields.text("host")), Some("10.0.0.5"));
    }
}
