//! The tables, and the steps from one version of them to the next.

use rusqlite::{Connection, TransactionBehavior};

use super::error::JournalError;
use super::search_index::{self, mark_stale};
use super::upgrading::Upgrading;

/// Marks the file as ours (`PRAGMA application_id`): the letters `CkSt`.
pub(super) const APPLICATION: i64 = 0x436B_5374;

/// The format this program writes (`PRAGMA user_version`).
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The states of a payment that has not ended, as SQL. The partial index and the queries need the very same text.
macro_rules! open_states {
    () => {
        "('recorded', 'at_terminal', 'cancelling', 'in_doubt')"
    };
}
macro_rules! approved_states {
    () => {
        "('approved', 'decided_paid')"
    };
}
pub(super) use {approved_states, open_states};

/// The n-th step leads from format n to format n + 1. A step that has been delivered is never edited.
const MIGRATIONS: [&str; 9] = [FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH, SEARCHED];

const FIRST: &str = concat!(
    "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- How each payment stands. `seal` is a checksum over the row: damage is noticed when the row is read.
CREATE TABLE payments (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    terminal  TEXT NOT NULL,
    protocol  TEXT NOT NULL,
    training  INTEGER NOT NULL,
    operation TEXT NOT NULL,
    of_seq    INTEGER,
    state     TEXT NOT NULL,
    request   TEXT NOT NULL,
    outcome   TEXT,
    reference TEXT,
    decision  TEXT,
    at        TEXT NOT NULL,
    seal      BLOB NOT NULL
);
CREATE INDEX payments_open ON payments (terminal, seq) WHERE state IN ",
    open_states!(),
    ";
CREATE INDEX payments_approved ON payments (terminal, seq) WHERE state IN ",
    approved_states!(),
    ";
CREATE INDEX payments_voids ON payments (of_seq, state) WHERE operation = 'void';

CREATE TRIGGER payments_stay BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments are never deleted'); END;
CREATE TRIGGER payments_final BEFORE UPDATE ON payments
WHEN OLD.state NOT IN ",
    open_states!(),
    "
 AND (NEW.state IS NOT OLD.state OR NEW.outcome IS NOT OLD.outcome OR NEW.decision IS NOT OLD.decision
      OR NEW.request IS NOT OLD.request)
BEGIN SELECT RAISE(ABORT, 'a final payment never changes'); END;

-- What a search looks at, apart from the payments: it is read from end to end, and should be short.
CREATE TABLE search (
    seq   INTEGER PRIMARY KEY,
    words TEXT NOT NULL
);

-- What happened, append only. `hash` covers the row and the hash of the row before.
CREATE TABLE events (
    number   INTEGER PRIMARY KEY,
    payment  INTEGER,
    terminal TEXT NOT NULL,
    class    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       TEXT NOT NULL,
    hash     BLOB NOT NULL
);
CREATE INDEX events_payment ON events (payment, number) WHERE payment IS NOT NULL;
CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- The newest link of the chain, so that a missing end shows.
CREATE TABLE chain_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL
);
INSERT INTO chain_head VALUES (1, 0, zeroblob(32));

-- Scrubbed raw messages, for looking into a misunderstanding; the oldest are dropped.
CREATE TABLE messages (
    number   INTEGER PRIMARY KEY,
    payment  INTEGER,
    terminal TEXT NOT NULL,
    channel  TEXT NOT NULL,
    sent     INTEGER NOT NULL,
    body     TEXT NOT NULL,
    at       TEXT NOT NULL
);
CREATE INDEX messages_payment ON messages (payment, number) WHERE payment IS NOT NULL;

-- What a driver remembers of its terminal.
CREATE TABLE memories (
    terminal TEXT PRIMARY KEY,
    memory   TEXT NOT NULL
) WITHOUT ROWID;
"
);

/// What was done about an earlier payment: captures, tip adjustments and refunds add up.
const SECOND: &str = "CREATE INDEX payments_about ON payments (of_seq, seq) WHERE of_seq IS NOT NULL;";

/// The kept day ends among millions of other events.
const THIRD: &str = "CREATE INDEX events_day_ends ON events (number, terminal) WHERE kind = 'day-end';";

/// How they outside who asked for a payment call the terminal that they asked, and under which reference; null where nobody
/// did. A row that is damaged is none of these: it is found out where it is read, and keeps no journal from being opened.
macro_rules! origin_number {
    () => {
        "CASE WHEN json_valid(request) THEN json_extract(request, '$.origin.number') END"
    };
}
macro_rules! origin_reference {
    () => {
        "CASE WHEN json_valid(request) THEN json_extract(request, '$.origin.reference') END"
    };
}
pub(super) use {origin_number, origin_reference};

/// Made the index that the next step replaces, from the settings' name of the terminal. It could not be made over a damaged row.
const FOURTH: &str = "";

/// What was asked from outside is looked for by the outside's own number of the terminal and reference, whatever the settings
/// call that terminal.
const FIFTH: &str = concat!(
    "DROP INDEX IF EXISTS payments_origin;
CREATE INDEX payments_origin ON payments (",
    origin_number!(),
    ", ",
    origin_reference!(),
    ", seq) WHERE ",
    origin_reference!(),
    " IS NOT NULL;"
);

/// The bill that a payment is for; null where it is for none.
macro_rules! payment_bill {
    () => {
        "CASE WHEN json_valid(request) THEN json_extract(request, '$.bill.bill') END"
    };
}
pub(super) use payment_bill;

/// Bills: how each stands, found by table while it is open; their events in the chain, found by their name and, for the day's
/// totals, by when they were closed; and the payments of a bill.
const SIXTH: &str = concat!(
    "CREATE TABLE bills (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    stage     TEXT NOT NULL,
    place     TEXT,
    body      TEXT NOT NULL,
    seal      BLOB NOT NULL
);
CREATE INDEX bills_open ON bills (seq) WHERE stage = 'open';
CREATE INDEX bills_place ON bills (place, seq) WHERE stage = 'open' AND place IS NOT NULL;
CREATE TRIGGER bills_stay BEFORE DELETE ON bills
BEGIN SELECT RAISE(ABORT, 'bills are never deleted'); END;
CREATE INDEX events_bills ON events (terminal, number) WHERE class = 'bill';
CREATE INDEX events_closings ON events (number) WHERE class = 'bill' AND kind IN ('closed', 'reopened');
CREATE INDEX payments_bill ON payments (",
    payment_bill!(),
    ", seq) WHERE ",
    payment_bill!(),
    " IS NOT NULL;"
);

/// The kinds of the events by which a payment ends with money, as SQL. The partial index and the queries need the very same text.
macro_rules! taking_kinds {
    () => {
        "('approved', 'person_decided_paid')"
    };
}
pub(super) use taking_kinds;

/// The shop's days: the events that end payments with money, found by their place in the chain and by their terminal; the
/// closes; and where the first day begins. What an older program wrote is in no day: nobody could close one then.
const SEVENTH: &str = concat!(
    "CREATE INDEX events_takings ON events (number, terminal) WHERE class = 'life' AND kind IN ",
    taking_kinds!(),
    ";
CREATE INDEX events_shop_days ON events (number) WHERE class = 'note' AND kind = 'shop-day-closed';
INSERT OR IGNORE INTO meta (key, value) SELECT 'days_after', number FROM chain_head;"
);

/// Operators: who did what an event says, null where nobody was signed in or named; and the events of signing in, by whom
/// they are about. The hash of an event covers its operator where it has one, so that what older programs wrote still fits.
const EIGHTH: &str = "ALTER TABLE events ADD COLUMN operator TEXT;
CREATE INDEX events_operators ON events (operator, number) WHERE operator IS NOT NULL;
CREATE INDEX events_sign_ins ON events (terminal, number) WHERE class = 'operator';";

/// The history is searched by tables of their own (`search_index`), which [`migrate`] makes at the end, over all payments there
/// are. Whoever changes them later adds a step that marks them as stale. This step needs none before it but the first.
const SEARCHED: &str = concat!("DROP TABLE IF EXISTS search;", mark_stale!());

/// The format of an open database; refuses one that is not ours, or newer than we know.
pub(super) fn format(connection: &Connection) -> Result<i64, JournalError> {
    let found = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    if application != APPLICATION {
        return Err(JournalError::damaged("the file is not a journal of Checkstand"));
    }
    if found > KNOWN {
        return Err(JournalError::Newer { found, known: KNOWN });
    }
    Ok(found)
}

/// Brings an older (or empty) database up to [`KNOWN`], in one transaction.
pub(super) fn migrate(connection: &mut Connection, tell: &mut dyn FnMut(Upgrading)) -> Result<(), JournalError> {
    if pragma(connection, "user_version")? >= KNOWN {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another program may have done it meanwhile.
    let found = usize::try_from(pragma(&transaction, "user_version")?)
        .map_err(|_| JournalError::damaged("the format number makes no sense"))?;
    for step in MIGRATIONS.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    search_index::refresh(&transaction, tell)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", KNOWN)?;
    transaction.commit()?;
    tracing::info!(found, known = KNOWN, "the journal has a new format");
    Ok(())
}

/// A pragma whose value is one number.
pub(super) fn pragma(connection: &Connection, name: &str) -> Result<i64, JournalError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
