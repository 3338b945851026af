//! The journal's file: found, or made whole under another name and then given its own. So an empty `journal.sqlite` is
//! never one that is about to be filled: it is one that was lost.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::JournalError;
use super::schema;

/// The file's name inside a data directory.
pub const FILE_NAME: &str = "journal.sqlite";

/// How long a writer waits for another program that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far the write-ahead log may stay grown after it was written back, in bytes.
const LOG_KEPT: i64 = 16 * 1024 * 1024;

/// The file itself, where a data directory was given. A directory under the file's own name is no data directory.
pub(super) fn file_in(path: &Path) -> PathBuf {
    let is_file = path.file_name().is_some_and(|name| name == FILE_NAME);
    if path.is_dir() && !is_file { path.join(FILE_NAME) } else { path.to_owned() }
}

/// Whether there is a journal. What is left of a lost one is an error, not a new beginning.
pub(super) fn exists(path: &Path) -> Result<bool, JournalError> {
    match fs::metadata(path) {
        Ok(file) if file.is_file() && file.len() > 0 => Ok(true),
        Ok(_) => Err(JournalError::damaged("the file is empty, or is no file")),
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::metadata(log_of(path)) {
            Ok(log) if log.len() > 0 => {
                Err(JournalError::damaged("the file is gone, but its write-ahead log is there"))
            }
            _ => Ok(false),
        },
        Err(error) => Err(error.into()),
    }
}

/// Makes a new journal. Where two programs do so at once, one journal wins and both use it.
pub(super) fn create(path: &Path, till: &str) -> Result<(), JournalError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let draft = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let made = fill(&draft, till).and_then(|()| publish(&draft, path, directory));
    // After a failure, or when another program was faster; after a rename there is nothing to remove.
    let _ = fs::remove_file(&draft);
    made
}

/// A connection for writing to a journal that exists.
pub(super) fn connect(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // SQLite falls back to reading by itself and says nothing.
    if connection.is_readonly("main")? {
        return Err(JournalError::ReadOnly);
    }
    connection.busy_timeout(PATIENCE)?;
    schema::format(&connection)?;
    check_length(path, &connection)?;
    set_durable(&connection)?;
    Ok(connection)
}

/// SQLite reads a last page that was cut off as if it ended in zeros. It writes whole pages only, and while it does their
/// log is there.
fn check_length(path: &Path, connection: &Connection) -> Result<(), JournalError> {
    if fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    let page = u64::try_from(schema::pragma(connection, "page_size")?).unwrap_or_default().max(1);
    if fs::metadata(path)?.len().is_multiple_of(page) {
        Ok(())
    } else {
        Err(JournalError::damaged("the file's end is cut off"))
    }
}

/// A connection that cannot write.
pub(super) fn connect_reading(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// In-memory databases know no write-ahead log; everything else is the same.
pub(super) fn connect_memory() -> Result<Connection, JournalError> {
    Ok(Connection::open_in_memory()?)
}

/// Writes the tables and the till's name.
pub(super) fn found(connection: &mut Connection, till: &str) -> Result<(), JournalError> {
    schema::migrate(connection, &mut |_| ())?;
    connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('till', ?1)", [till])?;
    Ok(())
}

fn fill(draft: &Path, till: &str) -> Result<(), JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(draft, flags)?;
    // The log's mode is set by the first ordinary opening: a draft is one file, so that it can be renamed.
    set_synchronous(&connection)?;
    found(&mut connection, till)?;
    connection.close().map_err(|(_, error)| error.into())
}

/// Gives the draft its name, unless somebody else has taken the name meanwhile.
fn publish(draft: &Path, path: &Path, directory: &Path) -> Result<(), JournalError> {
    match fs::hard_link(draft, path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        // A file system without links.
        Err(_) => fs::rename(draft, path)?,
    }
    sync_directory(directory)
}

/// The name itself must survive a power cut. Windows has no such call and needs none.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> Result<(), JournalError> {
    Ok(fs::File::open(directory)?.sync_all()?)
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> Result<(), JournalError> {
    Ok(())
}

fn set_durable(connection: &Connection) -> Result<(), JournalError> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(JournalError::Io { detail: format!("the file system allows no write-ahead log (mode {mode})") });
    }
    set_synchronous(connection)?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_KEPT, |_| Ok(()))?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

fn set_synchronous(connection: &Connection) -> Result<(), JournalError> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS only this reaches the disk; elsewhere it means nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(())
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Whether files can be made beside the journal: SQLite says only that it cannot open something.
pub(super) fn blame(error: JournalError, path: &Path) -> JournalError {
    let JournalError::Io { .. } = error else { return error };
    let probe = path.with_extension(format!("{}.probe", uuid::Uuid::new_v4().simple()));
    let tried = fs::File::create_new(&probe).map(drop);
    let _ = fs::remove_file(&probe);
    match tried.map_err(JournalError::from) {
        Err(found @ (JournalError::ReadOnly | JournalError::DiskFull)) => found,
        _ => error,
    }
}
