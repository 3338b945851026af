//! Who listens at a port of this machine, as far as the system tells without being asked for more rights.

use std::fs;
use std::path::Path;

/// Processes that are looked at.
const PROCESSES: usize = 10_000;
/// Open files of one process that are looked at.
const FILES: usize = 10_000;
/// How the kernel's table writes "listens".
const LISTENS: &str = "0A";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub process: String,
    pub pid: u32,
}

/// Best effort: somebody else's process tells nobody what it holds. Reads many files, so it is not for the threads of the
/// runtime.
pub fn holder_of(port: u16) -> Option<Holder> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| fs::read_to_string(table).unwrap_or_default());
    let socket = tables.iter().find_map(|table| socket_at(table, port))?;
    let wanted = format!("socket:[{socket}]");
    let processes = fs::read_dir("/proc").ok()?.take(PROCESSES).flatten();
    let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let pid = pids.find(|pid| holds(&Path::new("/proc").join(pid.to_string()).join("fd"), &wanted))?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(Holder { process: name.trim().to_owned(), pid })
}

/// The kernel's number of the socket that listens there.
fn socket_at(table: &str, port: u16) -> Option<&str> {
    let at_port = format!(":{port:04X}");
    let listening = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut found = listening.filter(|row| {
        row.get(1).is_some_and(|local| local.ends_with(&at_port)) && row.get(3).is_some_and(|state| *state == LISTENS)
    });
    found.next()?.get(9).copied()
}

fn holds(files: &Path, wanted: &str) -> bool {
    let Ok(files) = fs::read_dir(files) else { return false };
    let mut targets = files.take(FILES).flatten().filter_map(|file| fs::read_link(file.path()).ok());
    targets.any(|target| target.to_str() == Some(wanted))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_is_known_by_name_and_number() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = holder_of(socket.local_addr().unwrap().port()).unwrap();
        assert_eq!(holder.pid, std::process::id());
        assert!(!holder.process.is_empty());
    }

    #[test]
    fn a_line_to_a_port_is_nobody_who_listens_there() {
        let row = "  sl  local_address rem_address   st\n   0: 0100007F:2AF8 0100007F:9C40 01 0:0 0:0 0 0 0 77 1\n";
        assert_eq!(socket_at(row, 11_000), None);
        assert_eq!(socket_at(&row.replace(" 01 ", " 0A "), 11_000), Some("77"));
    }
}
