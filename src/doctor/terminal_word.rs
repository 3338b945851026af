//! What the terminal says of itself: who it is, and what time it has.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::outcome::Fault;
use crate::protocols::protocol::FieldValues;
use crate::terminal::{TerminalHandle, TerminalIdentity, TerminalView};

use super::examination::Subject;
use super::finding::Check;
use super::notebook::{Note, Notebook, Stop};

/// Clocks that are further apart make receipts and journal disagree.
const APART: SignedDuration = SignedDuration::from_mins(2);

/// # Errors
/// [`Stop`] where it is another terminal than the one that was meant.
pub async fn look(subject: &Subject, handle: &TerminalHandle, notes: &mut Notebook) -> Result<(), Stop> {
    let told = identity(handle);
    notes.look_at(Check::Identity).await;
    let stranger = told.as_ref().and_then(|told| stranger_in(subject, told));
    notes.write(stranger.unwrap_or_else(|| who(told.as_ref()))).await?;
    notes.look_at(Check::Clock).await;
    notes.write(clock(told.and_then(|told| told.clock_ahead))).await
}

/// Said where another terminal answered than the one that was meant.
pub fn stranger(subject: &Subject, handle: &TerminalHandle) -> Option<Note> {
    stranger_in(subject, &identity(handle)?)
}

/// What the settings name counts before what is remembered.
fn stranger_in(subject: &Subject, told: &TerminalIdentity) -> Option<Note> {
    other(&subject.fields(), told).or_else(|| replaced(subject, told))
}

pub fn identity(handle: &TerminalHandle) -> Option<TerminalIdentity> {
    let view: Arc<TerminalView> = handle.view().borrow().clone();
    view.identity.clone()
}

fn who(told: Option<&TerminalIdentity>) -> Note {
    let Some(told) = told else { return Note::fine("doctor-identity-not-told") };
    let ids = told.ids.iter().map(|(_, id)| id);
    let about = [&told.maker, &told.model, &told.serial, &told.firmware].into_iter().flatten();
    let what = ids.chain(about).map(String::as_str).collect::<Vec<_>>().join(", ");
    if what.is_empty() {
        return Note::fine("doctor-identity-not-told");
    }
    let key = if told.firmware.is_some() { "doctor-identity-told" } else { "doctor-identity-without-firmware" };
    Note::fine(key).with("what", what)
}

fn other(fields: &FieldValues, told: &TerminalIdentity) -> Option<Note> {
    let (field, wanted, told) = told.ids.iter().find_map(|(field, told)| {
        let wanted = fields.text(field)?;
        (wanted.trim() != told.trim()).then_some((field, wanted, told))
    })?;
    let note = Note::fault("doctor-identity-other", Fault::Settings);
    Some(note.with("field", field).with("wanted", wanted).with("told", told))
}

/// Said where another machine answers than the one that is remembered.
fn replaced(subject: &Subject, told: &TerminalIdentity) -> Option<Note> {
    let search = subject.protocol()?.search?;
    let known = search.known(&subject.terminal.identity, &subject.fields());
    let told = (search.told)(told);
    let note = Note::fault("doctor-identity-replaced", Fault::Settings);
    known.contradicts(&told).then(|| note.with("known", &known).with("told", &told))
}

fn clock(ahead: Option<SignedDuration>) -> Note {
    let Some(ahead) = ahead else { return Note::fine("doctor-clock-not-told") };
    let by = ahead.abs();
    match (by > APART, ahead.is_negative()) {
        (false, _) => Note::fine("doctor-clock-fine").with("seconds", by.as_secs()),
        (true, false) => Note::doubt("doctor-clock-ahead").with("minutes", by.as_mins()),
        (true, true) => Note::doubt("doctor-clock-behind").with("minutes", by.as_mins()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Judgement;

    fn fields(poi_id: &str) -> FieldValues {
        let mut fields = FieldValues::default();
        fields.set("poi_id", poi_id);
        fields
    }

    fn told() -> TerminalIdentity {
        TerminalIdentity {
            ids: vec![("poi_id", "POI-1".to_owned())],
            maker: Some("Optomany".to_owned()),
            firmware: Some("axept 1.3".to_owned()),
            ..TerminalIdentity::default()
        }
    }

    #[test]
    fn another_terminal_than_the_one_that_was_meant_is_a_fault() {
        let note = other(&fields("POI-2"), &told()).unwrap();
        assert_eq!((note.key.as_str(), note.judgement), ("doctor-identity-other", Judgement::Fault(Fault::Settings)));
        let words = [("field", "poi_id"), ("wanted", "POI-2"), ("told", "POI-1")];
        assert_eq!(note.words, words.map(|(name, word)| (name, word.to_owned())));
    }

    #[test]
    fn what_a_terminal_tells_is_told_and_what_it_does_not_is_said() {
        assert_eq!(other(&fields("POI-1"), &told()), None);
        let note = who(Some(&told()));
        assert_eq!(note, Note::fine("doctor-identity-told").with("what", "POI-1, Optomany, axept 1.3"));
        let bare = TerminalIdentity { firmware: None, ..told() };
        assert_eq!(who(Some(&bare)).key, "doctor-identity-without-firmware");
        assert_eq!(who(Some(&TerminalIdentity::default())).key, "doctor-identity-not-told");
        assert_eq!(who(None).key, "doctor-identity-not-told");
    }

    #[test]
    fn clocks_more_than_two_minutes_apart_are_a_doubt_and_never_a_fault() {
        let clock = |seconds| clock(Some(SignedDuration::from_secs(seconds)));
        assert_eq!(clock(-120), Note::fine("doctor-clock-fine").with("seconds", 120));
        assert_eq!(clock(185), Note::doubt("doctor-clock-ahead").with("minutes", 3));
        assert_eq!(clock(-7_200), Note::doubt("doctor-clock-behind").with("minutes", 120));
        assert_eq!(super::clock(None).key, "doctor-clock-not-told");
    }
}
