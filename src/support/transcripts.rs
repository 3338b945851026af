//! The stories of payments, as `timeline --messages` tells them: of those that somebody named, and of all that have not ended.

use crate::domain::{PaymentId, PaymentRecord};
use crate::journal::{Journal, JournalError};

use super::contents::{Contents, Part};
use super::till_facts::Asked;

/// Stories in one bundle; the newest ones where there are more.
const STORIES_AT_MOST: usize = 50;
/// Of one story, in bytes; its end is what matters then.
const STORY_AT_MOST: usize = 1 << 20;

pub(super) fn add_to(contents: &mut Contents, asked: &Asked, journal: &Result<Journal, JournalError>) {
    let Ok(journal) = journal else {
        contents.leave_out("transcripts: the journal cannot be read".to_owned());
        return;
    };
    let records = match wanted(journal, asked, contents) {
        Ok(records) => records,
        Err(error) => return contents.leave_out(format!("transcripts: {error}")),
    };
    let too_many = records.len().saturating_sub(STORIES_AT_MOST);
    for record in &records[..too_many] {
        contents.leave_out(format!("transcript of {}: there are too many", record.id));
    }
    for record in &records[too_many..] {
        match story(journal, record) {
            Ok(pieces) => {
                let (pieces, cut) = its_end(pieces);
                if cut {
                    contents.leave_out(format!("transcript of {}: its beginning, it is too long", record.id));
                }
                contents.add(Part { name: format!("transcripts/{}.txt", record.id), pieces });
            }
            Err(error) => contents.leave_out(format!("transcript of {}: {error}", record.id)),
        }
    }
}

fn wanted(journal: &Journal, asked: &Asked, contents: &mut Contents) -> Result<Vec<PaymentRecord>, JournalError> {
    let mut records = journal.open_payments(None)?;
    for id in &asked.payments {
        let known = |record: &PaymentRecord| record.id == *id;
        if records.iter().any(known) {
            continue;
        }
        match journal.payment(id)? {
            Some(record) if !records.iter().any(|other| other.id == record.id) => records.push(record),
            Some(_) => {}
            None => contents.leave_out(format!("transcript of {id}: there is no such payment")),
        }
    }
    Ok(records)
}

fn story(journal: &Journal, record: &PaymentRecord) -> Result<Vec<String>, JournalError> {
    let id: &PaymentId = &record.id;
    let kind = record.request.operation.word();
    let training = if record.training { ", training" } else { "" };
    let mut pieces = vec![format!(
        "{id}: {kind} on {} ({}{training}), {:?}, begun {}",
        record.terminal, record.protocol, record.state, record.at
    )];
    for event in journal.events(id)? {
        let forbidden = if event.forbidden { " (contradicted the journal)" } else { "" };
        let by = event.operator.map(|name| format!(" by {name}")).unwrap_or_default();
        pieces.push(format!("{:.3}  {}{forbidden}{by}  {}", event.at, event.kind, event.body));
    }
    for message in journal.messages(id)? {
        let way = if message.sent { "sent" } else { "received" };
        pieces.push(format!("{:.3}  {way}  {}", message.at, message.channel));
        pieces.push(message.body);
    }
    Ok(pieces)
}

/// The newest pieces that fit, and whether some did not. The first one says what it is about.
fn its_end(mut pieces: Vec<String>) -> (Vec<String>, bool) {
    let mut bytes = 0;
    let mut from = pieces.len();
    while from > 1 && bytes + pieces[from - 1].len() <= STORY_AT_MOST {
        from -= 1;
        bytes += pieces[from].len();
    }
    let cut = from > 1;
    if cut {
        pieces.drain(1..from);
    }
    (pieces, cut)
}
