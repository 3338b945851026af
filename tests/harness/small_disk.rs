//! Disks that are full or cannot be written to, mounted where nobody else sees them: see [`super::inside_namespace`].

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Room for a journal and its log, little enough to be filled at once.
const SIZE: &str = "size=2m,mode=700";
const FILLER: &str = "filler";

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

    /// The mount, and not the file system: that an ordinary user may do in a namespace too.
    pub fn forbid_writing(&self) {
        self.remount("remount,bind,ro");
    }

    pub fn permit_writing(&self) {
        self.remount("remount,bind,rw");
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
