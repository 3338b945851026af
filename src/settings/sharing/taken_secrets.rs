//! The secrets of a shared file on their way into this till's store: what was there before is known, so that it can be put back.

use super::super::file::TerminalSettings;
use super::super::places::Places;
use super::super::secrets::{SecretError, SecretStore, with_secrets};
use super::sealing::SharedSecrets;
use crate::domain::Secret;

/// One secret, and what was in its place.
#[derive(Debug, Clone)]
struct Brought {
    terminal: String,
    field: String,
    new: Secret,
    old: Option<Secret>,
}

#[derive(Debug)]
pub(super) struct TakenSecrets(Vec<Brought>);

impl TakenSecrets {
    /// Looks what is there; nothing is kept yet. Where nothing is brought no store is needed.
    pub async fn compare(places: &Places, secrets: SharedSecrets) -> Result<TakenSecrets, SecretError> {
        let named = secrets
            .into_iter()
            .flat_map(|(terminal, fields)| fields.into_iter().map(move |(field, new)| (terminal.clone(), field, new)));
        let named: Vec<_> = named.collect();
        if named.is_empty() {
            return Ok(TakenSecrets(Vec::new()));
        }
        let compare = move |store: &dyn SecretStore| {
            let brought = named.into_iter().map(|(terminal, field, new)| {
                let old = store.secret(&terminal, &field)?;
                Ok(Brought { terminal, field, new, old })
            });
            brought.collect::<Result<Vec<_>, _>>()
        };
        with_secrets(places, compare).await.map(TakenSecrets)
    }

    /// The terminals whose secrets become others; a first one changes nothing that works.
    pub fn changed(&self) -> impl Iterator<Item = String> + '_ {
        let other = |brought: &&Brought| brought.old.as_ref().is_some_and(|old| *old != brought.new);
        self.0.iter().filter(other).map(|brought| brought.terminal.clone())
    }

    /// The fields that are brought for this terminal.
    pub fn fields_of(&self, terminal: &str) -> impl Iterator<Item = String> {
        self.0.iter().filter(move |brought| brought.terminal == terminal).map(|brought| brought.field.clone())
    }

    /// Keeps all of them, or none.
    pub async fn keep(&self, places: &Places) -> Result<(), SecretError> {
        let set = self.each(places, |store, brought| store.set(&brought.terminal, &brought.field, &brought.new)).await;
        if set.is_err() {
            self.put_back(places).await?;
        }
        set
    }

    /// All is as it was before.
    pub async fn put_back(&self, places: &Places) -> Result<(), SecretError> {
        let back = |store: &dyn SecretStore, brought: &Brought| match &brought.old {
            Some(old) => store.set(&brought.terminal, &brought.field, old),
            None => store.remove(&brought.terminal, &brought.field),
        };
        self.each(places, back).await
    }

    /// Takes the secrets away that these terminals had, but for what was brought in their place.
    pub async fn forget(&self, places: &Places, gone: Vec<TerminalSettings>) -> Result<(), SecretError> {
        let named = gone.into_iter().flat_map(|of| of.secrets.into_iter().map(move |field| (of.name.clone(), field)));
        let named: Vec<_> =
            named.filter(|(name, field)| self.fields_of(name).all(|brought| brought != *field)).collect();
        if named.is_empty() {
            return Ok(());
        }
        with_secrets(places, move |store| named.iter().try_for_each(|(terminal, field)| store.remove(terminal, field)))
            .await
    }

    async fn each(
        &self,
        places: &Places,
        act: impl Fn(&dyn SecretStore, &Brought) -> Result<(), SecretError> + Send + 'static,
    ) -> Result<(), SecretError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let all = self.0.clone();
        with_secrets(places, move |store| all.iter().try_for_each(|brought| act(store, brought))).await
    }
}
