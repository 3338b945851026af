//! The settings have changed while the till runs: terminals that are set up differently, or are new, are started anew, those
//! that are gone end, and all others go on as if nothing had happened. A terminal at which something is under way stays as it
//! is until that has ended; journal, lock and listener stay what they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{
    Inner, Opening, Seated, Settings, TerminalHandle, TerminalSettings, Till, TillError, Which, bill_printer, bridged,
    face_of, terminals_of,
};
use crate::settings::Places;
use crate::terminal::PaymentView;

/// What became of it.
pub struct TakenUp {
    /// In the place of the one it was taken up by.
    pub till: Till,
    /// At these something is under way, or they play for one where it is. Their turn comes when it has ended.
    pub waiting: BTreeSet<String>,
}

impl Till {
    /// Takes up what the settings say now. `renewed` are started anew whatever the settings say: their secrets may be others.
    ///
    /// # Errors
    /// A [`TillError`] of the till as a whole; everything runs as before then. Terminals that cannot be started are told by
    /// [`Till::broken`].
    pub async fn take_up(
        &self,
        places: &Places,
        settings: &Settings,
        renewed: &BTreeSet<String>,
    ) -> Result<TakenUp, TillError> {
        let wanted = terminals_of(settings, &Which::All)?;
        let leaving = leaving(&self.0.seated, &wanted, renewed);
        let waiting = self.let_go(&leaving).await;
        let staying: Vec<Seated> =
            self.0.seated.iter().filter(|seated| stays(seated, &leaving, &waiting)).cloned().collect();
        let runs = |name: &str| staying.iter().any(|seated| seated.handle.name() == name);
        let missing = wanted.iter().filter(|terminal| !runs(&terminal.name)).cloned().collect();
        let Inner { journal, listeners, clock, lock, .. } = &*self.0;
        let shown = self.0.seated.iter().filter_map(outcome_shown).collect();
        let opening = Opening { places, journal, listeners: listeners.clone(), clock: *clock, shown };
        let (started, mut broken) = opening.start_all(settings, missing, &Which::All).await?;
        let others: Vec<TerminalHandle> = staying.iter().map(|seated| seated.handle.clone()).collect();
        let (new, playerless) = bridged(started, &others, journal, &bill_printer(settings));
        broken.extend(playerless);
        let mut seated: Vec<Seated> = staying.into_iter().chain(new).collect();
        let place = |name: &str| wanted.iter().position(|terminal| terminal.name == name).unwrap_or(wanted.len());
        seated.sort_by_key(|seated| place(seated.handle.name()));
        let inner = Inner {
            terminals: seated.iter().map(|seated| seated.handle.clone()).collect(),
            seated,
            default: None,
            journal: journal.clone(),
            broken,
            listeners: listeners.clone(),
            clock: *clock,
            lock: Arc::clone(lock),
        };
        Ok(TakenUp { till: Till(Arc::new(inner.with_default(settings))), waiting })
    }

    /// Ends those that leave, faces before those that play for them. Those that go on because something is under way.
    async fn let_go(&self, leaving: &BTreeSet<String>) -> BTreeSet<String> {
        let mut leaves: Vec<&Seated> =
            self.0.seated.iter().filter(|seated| leaving.contains(seated.handle.name())).collect();
        let mut waiting = BTreeSet::new();
        for seated in &leaves {
            if seated.handle.is_at_work() {
                waiting.insert(seated.handle.name().to_owned());
                // What plays for a face that goes on must go on too, and the other way round.
                waiting.extend(played_by(seated));
                waiting.extend(faces_of(seated, &self.0.seated).filter(|face| leaving.contains(face)));
            }
        }
        leaves.sort_by_key(|seated| played_by(seated).is_none());
        for seated in leaves {
            let name = seated.handle.name();
            let is_held = faces_of(seated, &self.0.seated).any(|face| waiting.contains(&face));
            if waiting.contains(name) || is_held || !seated.handle.retire().await {
                waiting.insert(name.to_owned());
            }
        }
        waiting.retain(|name| leaving.contains(name));
        waiting
    }
}

/// The terminals that have to end: gone, set up differently, without the listener they need, or faces of such.
fn leaving(seated: &[Seated], wanted: &[TerminalSettings], renewed: &BTreeSet<String>) -> BTreeSet<String> {
    let changed = |seated: &&Seated| {
        let same = wanted.iter().any(|wanted| wanted.is_set_up_like(&seated.settings));
        // The port may be free now.
        let is_deaf = seated.handle.view().borrow().no_listener.is_some();
        !same || is_deaf || renewed.contains(&seated.settings.name)
    };
    let mut leaving: BTreeSet<String> =
        seated.iter().filter(changed).map(|seated| seated.handle.name().to_owned()).collect();
    let faces = seated.iter().filter(|seated| played_by(seated).is_some_and(|player| leaving.contains(&player)));
    let faces: Vec<String> = faces.map(|seated| seated.handle.name().to_owned()).collect();
    leaving.extend(faces);
    leaving
}

fn stays(seated: &Seated, leaving: &BTreeSet<String>, waiting: &BTreeSet<String>) -> bool {
    !leaving.contains(seated.handle.name()) || waiting.contains(seated.handle.name())
}

/// An outcome that nobody has put away yet.
fn outcome_shown(seated: &Seated) -> Option<(String, PaymentView)> {
    let shown = seated.handle.view().borrow().payment.clone();
    shown.filter(|payment| payment.outcome().is_some()).map(|payment| (seated.settings.name.clone(), payment))
}

/// Who plays for this one, where it is a face.
fn played_by(seated: &Seated) -> Option<String> {
    face_of(&seated.settings).map(|face| face.through)
}

/// The faces for which this one plays.
fn faces_of<'a>(player: &'a Seated, all: &'a [Seated]) -> impl Iterator<Item = String> + 'a {
    let plays_for = |face: &&Seated| played_by(face).as_deref() == Some(player.handle.name());
    all.iter().filter(plays_for).map(|face| face.handle.name().to_owned())
}
