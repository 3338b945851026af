//! A real CUPS server of this test's own: in a temporary folder, at a free port, with one raw queue whose back end writes into a
//! file. Without `cupsd` on the machine nothing is tested, and that is said.

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use checkstand::domain::PaperWidth;
use serde_json::{Value, json};

use super::harness::{Ended, Program, Shop};
use super::printers::on_paper;

const SCHEDULER: &str = "/usr/sbin/cupsd";
const PARTS: &str = "/usr/lib/cups";
const STARTS_WITHIN: Duration = Duration::from_secs(20);

/// Takes what it is given into a file, unless it has no paper.
const BACK_END: &str = r#"#!/bin/sh
[ $# -eq 0 ] && exit 0
to="${DEVICE_URI#tofile:}"
if [ -e "$to.no-paper" ]; then
    echo "STATE: +media-empty-error" >&2
    exec sleep 120
fi
cat "${6:--}" >> "$to"
"#;

struct Cups {
    server: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Cups {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Cups {
    fn start() -> Option<Cups> {
        if !Path::new(SCHEDULER).exists() {
            println!("NOT TESTED: no cupsd on this machine");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        furnish(folder.path(), port);
        let root = folder.path().join("root");
        let mut command = Command::new(SCHEDULER);
        command.arg("-f").arg("-c").arg(root.join("cupsd.conf")).arg("-s").arg(root.join("cups-files.conf"));
        let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut cups = Cups { server, port, folder };
        cups.until_it_listens();
        Some(cups)
    }

    fn until_it_listens(&mut self) {
        let until = Instant::now() + STARTS_WITHIN;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.folder.path().join("error_log")).unwrap_or_default();
            assert!(self.server.try_wait().unwrap().is_none() && Instant::now() < until, "{}", log());
            std::thread::yield_now();
        }
    }

    fn paper(&self) -> PathBuf {
        self.folder.path().join("paper")
    }

    fn run(&self, shop: &Shop, arguments: &[&str]) -> Ended {
        let mut command = shop.command(arguments);
        command.arg("--json").env("CUPS_SERVER", format!("127.0.0.1:{}", self.port));
        Program::start(&mut command, "").end()
    }
}

/// The scheduler's folders, its two files of settings, its queue and the queue's back end.
fn furnish(folder: &Path, port: u16) {
    let all = Permissions::from_mode(0o777);
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    for name in ["root", "bin", "bin/backend", "bin/filter", "spool", "spool/tmp", "cache", "state"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    for name in ["spool", "spool/tmp", "cache", "state"] {
        fs::set_permissions(folder.join(name), all.clone()).unwrap();
    }
    for part in ["daemon", "notifier"] {
        symlink(Path::new(PARTS).join(part), folder.join("bin").join(part)).unwrap();
    }
    let back_end = folder.join("bin/backend/tofile");
    fs::write(&back_end, BACK_END).unwrap();
    fs::set_permissions(&back_end, Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("paper"), "").unwrap();
    fs::set_permissions(folder.join("paper"), Permissions::from_mode(0o666)).unwrap();
    let at = folder.display();
    let files = format!(
        "ServerRoot {at}/root\nServerBin {at}/bin\nRequestRoot {at}/spool\nTempDir {at}/spool/tmp\nCacheDir {at}/cache\n\
         StateDir {at}/state\nAccessLog {at}/access_log\nErrorLog {at}/error_log\nPageLog {at}/page_log\nSandboxing relaxed\n"
    );
    let scheduler = format!(
        "Listen 127.0.0.1:{port}\nBrowsing Off\nWebInterface No\nDefaultAuthType None\n<Location />\nAllow all\n</Location>\n\
         <Policy default>\n<Limit All>\nAllow all\n</Limit>\n</Policy>\n"
    );
    let queue = format!(
        "<Printer Receipt>\nInfo Till printer\nDeviceURI tofile:{at}/paper\nState Idle\nAccepting Yes\nShared No\n\
         JobSheets none none\nErrorPolicy abort-job\n</Printer>\n"
    );
    for (name, content) in [("cups-files.conf", files), ("cupsd.conf", scheduler), ("printers.conf", queue)] {
        fs::write(folder.join("root").join(name), content).unwrap();
    }
}

#[test]
fn a_real_print_service_is_searched_printed_on_and_says_that_paper_is_missing() {
    let Some(cups) = Cups::start() else { return };
    let shop = Shop::of_training();
    let found = cups.run(&shop, &["printer", "find"]).ended_with(0).events_of("found_printer");
    let known: Vec<&Value> = found.iter().filter(|printer| printer["kind"] == "system").collect();
    assert_eq!(known.len(), 1);
    assert_eq!((&known[0]["place"], &known[0]["description"]), (&json!("Receipt"), &json!("Till printer")));

    shop.run(&["printer", "add", "bar", "--system", "Receipt"]).ended_with(0);
    shop.run(&["printer", "add", "attic", "--system", "Nowhere"]).ended_with(0);
    cups.run(&shop, &["printer", "test", "bar"]).ended_with(0);
    let printed = on_paper(&fs::read(cups.paper()).unwrap(), PaperWidth::Wide);
    assert!(printed.contains("Deutsch ÄÖÜ"), "{printed}");
    assert_eq!(cups.run(&shop, &["printer", "test", "attic"]).ended_with(2).refusal(), "not-found");

    fs::write(cups.folder.path().join("paper.no-paper"), "").unwrap();
    let tried = cups.run(&shop, &["printer", "test", "bar"]);
    assert_eq!(tried.ended_with(1).refusal(), "interrupted");
    assert!(tried.event("error")["message"].as_str().unwrap().contains("paper-out"));
}

#[test]
fn where_no_print_service_answers_that_is_said() {
    let shop = Shop::of_training();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    shop.run(&["printer", "add", "bar", "--system", "Receipt"]).ended_with(0);
    let mut command = shop.command(&["printer", "test", "bar", "--json"]);
    command.env("CUPS_SERVER", format!("127.0.0.1:{port}"));
    assert_eq!(Program::start(&mut command, "").end().ended_with(1).refusal(), "system");
}
