//! Disks that are full, cannot be written to, or lost what was on them.

use std::path::{Path, PathBuf};

use checkstand::domain::{
    Currency, Money, Operation, Outcome, PaymentEvent, PaymentId, PaymentRequest, Taken, Verdict,
};
use checkstand::journal::{Entry, HistoryQuery, Journal, JournalError, NewPayment};
use serde_json::Value;

use super::harness::{ECONDUIT_JSON, Ended, Family, NEXO_FULL, NEXO_LIGHT, free_port, inside_namespace};
use super::kills::at_every_point;
use super::stand::{Stand, end_of};
use super::watch::Trigger;

/// Nothing was charged, and whoever asked for the sale is told so in one clear error.
#[track_caller]
fn sells_nothing(stand: &Stand, told: &str) -> Ended {
    let before = stand.ledger();
    let ended = stand.run(&["sale", "10.00"]);
    let said = format!("{told}: {:?} {:#?}\n{}", ended.status, ended.lines, ended.errors);
    assert!(matches!(ended.status, Some(1 | 2)), "{said}");
    assert!(!ended.refusal().is_empty(), "{said}");
    assert_eq!(stand.ledger(), before, "{said}");
    ended
}

#[test]
fn a_sale_on_a_full_disk_charges_nothing_and_says_so() {
    inside_namespace("disks::a_sale_on_a_full_disk_charges_nothing_and_says_so", || {
        for earlier in [false, true] {
            let stand = Stand::on_small_disk(&NEXO_FULL, free_port());
            if earlier {
                stand.run(&["sale", "12.00"]).ended_with(0);
            }
            let disk = stand.disk.as_ref().unwrap();
            disk.fill();
            let ended = sells_nothing(&stand, &format!("earlier payments: {earlier}"));
            let message = ended.event("error")["message"].as_str().unwrap().to_lowercase();
            assert!(["full", "space"].iter().any(|word| message.contains(word)), "{message}");
            disk.free();
            stand.run(&["sale", "10.00"]).ended_with(0);
            stand.books_agree("after space was freed");
        }
    });
}

#[test]
fn a_disk_that_gets_full_at_any_step_of_a_sale_loses_nothing() {
    inside_namespace("disks::a_disk_that_gets_full_at_any_step_of_a_sale_loses_nothing", || {
        at_every_point("disk full, full", 25, |point, till| disk_filled(&NEXO_FULL, point, till));
    });
}

#[test]
fn a_disk_that_gets_full_at_any_step_of_a_light_sale_loses_nothing() {
    inside_namespace("disks::a_disk_that_gets_full_at_any_step_of_a_light_sale_loses_nothing", || {
        at_every_point("disk full, light", 8, |point, till| disk_filled(&NEXO_LIGHT, point, till));
    });
}

#[test]
fn a_disk_that_gets_full_at_any_step_of_a_sale_in_the_cloud_loses_nothing() {
    inside_namespace("disks::a_disk_that_gets_full_at_any_step_of_a_sale_in_the_cloud_loses_nothing", || {
        at_every_point("disk full, econduit", 5, |point, till| disk_filled(&ECONDUIT_JSON, point, till));
    });
}

fn disk_filled(family: &Family, point: usize, till: u16) -> Option<String> {
    let stand = Stand::on_small_disk(family, till);
    let told = format!("{}, disk full at point {point}", family.name);
    let disk = stand.disk.as_ref().unwrap();
    let (came, ended) = stand.run_and_do(&["sale", "10.00"], Trigger::Number(point), || disk.fill());
    if came {
        disk.free();
    }
    // What somebody has seen as the end stays the end.
    let newest = stand.settle(&ended, &told);
    came.then(|| end_of(newest.as_ref()))
}

#[test]
fn a_sale_in_a_folder_that_cannot_be_written_to_sends_nothing() {
    inside_namespace("disks::a_sale_in_a_folder_that_cannot_be_written_to_sends_nothing", || {
        for earlier in [false, true] {
            let stand = Stand::on_small_disk(&NEXO_LIGHT, free_port());
            if earlier {
                stand.run(&["sale", "12.00"]).ended_with(0);
            }
            let disk = stand.disk.as_ref().unwrap();
            disk.forbid_writing();
            sells_nothing(&stand, &format!("earlier payments: {earlier}"));
            disk.permit_writing();
            stand.run(&["sale", "10.00"]).ended_with(0);
            stand.books_agree("after writing was permitted again");
        }
    });
}

#[test]
fn a_sale_with_a_file_in_place_of_the_folder_sends_nothing() {
    let stand = Stand::open(&NEXO_LIGHT, free_port());
    let file = stand.shop.path().join("not-a-folder");
    std::fs::write(&file, "a file").unwrap();
    let mut command = stand.shop.command(&["sale", "10.00", "--json", "--data"]);
    let ended = super::harness::Program::start(command.arg(&file), "").end();
    assert!(matches!(ended.status, Some(1 | 2)), "{:?} {:#?}\n{}", ended.status, ended.lines, ended.errors);
    assert!(!ended.refusal().is_empty());
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    assert_eq!(stand.ledger(), Vec::<Value>::new());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a file");
}

#[test]
fn a_sale_with_a_folder_in_place_of_the_journal_sends_nothing() {
    let stand = Stand::open(&NEXO_LIGHT, free_port());
    std::fs::create_dir(journal_of(&stand)).unwrap();
    sells_nothing(&stand, "a folder");
}

#[test]
fn a_sale_with_a_journal_cut_off_sends_nothing() {
    let stand = Stand::open(&NEXO_LIGHT, free_port());
    for _ in 0..3 {
        stand.run(&["sale", "12.00"]).ended_with(0);
    }
    let whole = whole_journal(&stand);
    // Where a page begins and where none does, near the beginning and near the end.
    let page = 4096;
    for length in [0, 1, 99, 100, page, page + 1, whole.len() / 4, whole.len() / 2, whole.len() - page, whole.len() - 1]
    {
        replace_journal(&stand, &whole[..length]);
        let told = format!("{length} of {} bytes", whole.len());
        let ended = sells_nothing(&stand, &told);
        assert_eq!(ended.refusal(), "journal-damaged", "{told}");
        assert_eq!(std::fs::read(journal_of(&stand)).unwrap(), &whole[..length], "{told}: kept as it was");
    }
    replace_journal(&stand, &whole);
    stand.run(&["sale", "12.00"]).ended_with(0);
    stand.books_agree("after the journal came back");
}

#[test]
fn a_sale_with_garbage_for_a_journal_sends_nothing() {
    let stand = Stand::open(&NEXO_LIGHT, free_port());
    stand.run(&["sale", "12.00"]).ended_with(0);
    let whole = whole_journal(&stand);
    let noise: Vec<u8> = (0..whole.len()).map(|place| (place.wrapping_mul(2_654_435_761) >> 7) as u8).collect();
    // Behind a beginning that is right.
    let half_noise = [&whole[..4096], &noise[4096..]].concat();
    let text = b"this is not a database\n".repeat(1000);
    for (what, garbage) in
        [("noise", noise), ("noise behind a head", half_noise), ("text", text), ("zeros", vec![0; whole.len()])]
    {
        replace_journal(&stand, &garbage);
        assert_eq!(sells_nothing(&stand, what).refusal(), "journal-damaged", "{what}");
        assert_eq!(std::fs::read(journal_of(&stand)).unwrap(), garbage, "{what}: kept as it was");
    }
}

fn journal_of(stand: &Stand) -> PathBuf {
    stand.shop.path().join("journal.sqlite")
}

/// The journal as one file: whoever closes it last writes its log back.
fn whole_journal(stand: &Stand) -> Vec<u8> {
    drop(Journal::open(&journal_of(stand)).unwrap());
    assert!(!stand.shop.path().join("journal.sqlite-wal").exists());
    std::fs::read(journal_of(stand)).unwrap()
}

/// The log and its index belong to the journal that was there before.
fn replace_journal(stand: &Stand, content: &[u8]) {
    for beside in ["journal.sqlite-wal", "journal.sqlite-shm"] {
        let _ = std::fs::remove_file(stand.shop.path().join(beside));
    }
    std::fs::write(journal_of(stand), content).unwrap();
}

#[test]
fn a_journal_that_runs_out_of_disk_keeps_all_it_said_it_has() {
    for room in [0, 1, 2, 5, 9] {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path()).unwrap();
        journal.limit_pages(pages_of(folder.path()) + room).unwrap();
        let mut said: Vec<(PaymentId, Verdict)> = Vec::new();
        let refused = (0..500).find_map(|number| take_payment(&mut journal, number, &mut said).err());
        assert_eq!(refused, Some(JournalError::DiskFull), "room for {room} pages");
        // The power goes, and somebody frees space.
        drop(journal);
        let mut journal = Journal::open(folder.path()).unwrap();
        assert!(journal.verify().unwrap().is_whole(), "room for {room} pages");
        for (id, verdict) in &said {
            assert_eq!(journal.payment(id).unwrap().unwrap().verdict(), *verdict, "{id:?} with room for {room} pages");
        }
        // What was recorded and got no further is open: nobody takes it for a payment that ended.
        let ended = said.iter().filter(|(_, verdict)| *verdict != Verdict::InDoubt).count();
        let open = journal.open_payments(None).unwrap().len();
        assert_eq!(
            journal.history(&HistoryQuery { limit: 1_000, ..HistoryQuery::default() }).unwrap().len(),
            ended + open
        );
        take_payment(&mut journal, 1_000, &mut said).unwrap();
    }
}

/// One payment in three commits, as a till writes it; `said` is what it could have shown after each.
fn take_payment(
    journal: &mut Journal,
    number: usize,
    said: &mut Vec<(PaymentId, Verdict)>,
) -> Result<(), JournalError> {
    let at = "2026-03-14T09:42:31Z".parse().unwrap();
    let total = Money::new(100, Currency::SEK);
    let request = PaymentRequest::new(Operation::Sale, total);
    let terminal = format!("T{number}");
    let new = NewPayment { terminal, protocol: "nexo".to_owned(), training: true, request, at };
    let id = journal.record(new)?.id.clone();
    said.push((id.clone(), Verdict::InDoubt));
    let happened = |event, outcome| Entry::Payment { id: id.clone(), event, outcome, at };
    journal.commit(&[happened(PaymentEvent::Transmitted, None)])?;
    let outcome = Outcome::approved(Taken::exactly(total));
    journal.commit(&[happened(Verdict::Approved.into(), Some(outcome))])?;
    said.last_mut().unwrap().1 = Verdict::Approved;
    Ok(())
}

fn pages_of(folder: &Path) -> u32 {
    let length = std::fs::metadata(folder.join("journal.sqlite")).unwrap().len();
    u32::try_from(length / 4096).unwrap()
}
