//! Disks that are full or cannot be written to, in a mount namespace of the test's own.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tells the second run of a test that it has the namespace.
const INSIDE: &str = "CHECKSTAND_TEST_INSIDE_NAMESPACE";
/// Room for a journal and its log, little enough to be filled at once.
const SIZE: &str = "size=2m,mode=700";
const FILLER: &str = "filler";

/// Runs a test where it may mount what it likes and nobody else sees it: the test's own program once more, below
/// `unshare`. Where the system does not permit that, says so and tests nothing.
pub fn inside_namespace(name: &str, test: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    let permitted = unshare().arg("true").output().is_ok_and(|ended| ended.status.success());
    if !permitted {
        println!("NOT TESTED, this system permits no mount namespace (unshare -rm): {name}");
        return;
    }
    let arguments = ["--exact", name, "--nocapture", "--test-threads", "1"];
    let again = unshare().arg(std::env::current_exe().unwrap()).args(arguments).env(INSIDE, "1").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&again.stderr));
    assert!(again.status.success(), "{said}");
    assert!(said.contains("1 passed"), "there is no such test: {said}");
    said.lines().filter(|line| line.contains("points")).for_each(|line| println!("{line}"));
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--"]);
    command
}

/// A file system in memory over a directory, until it is dropped.
pub struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    pub fn mount(path: &Path) -> SmallDisk {
        run(Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "none"]).arg(path));
        SmallDisk { path: path.to_owned() }
    }

    /// Not a byte more fits on it.
    pub fn fill(&self) {
        let mut filler = File::options().create(true).append(true).open(self.path.join(FILLER)).unwrap();
        let mut piece = vec![0; 64 * 1024];
        while !piece.is_empty() {
            match filler.write(&piece) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => piece.truncate(piece.len() / 2),
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub fn free(&self) {
        std::fs::remove_file(self.path.join(FILLER)).unwrap();
    }

    pub fn forbid_writing(&self) {
        self.remount("remount,ro");
    }

    pub fn permit_writing(&self) {
        self.remount("remount,rw");
    }

    fn remount(&self, options: &str) {
        run(Command::new("mount").args(["-o", options]).arg(&self.path));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
}
