//! A program that is killed at one exact thing it asks the system for, where the machine has `strace`.

use std::path::Path;
use std::process::Command;

use super::harness::{Ended, Program, below};

pub fn can_trace() -> bool {
    Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .output()
        .is_ok_and(|ended| ended.status.success())
}

/// Runs the command, killed as it asks the system for this the `number`th time, from 1, about one file.
pub fn killed_at(command: Command, typed: &str, file: &Path, call: &str, number: usize) -> Ended {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(file);
    strace.args(["-e", &format!("inject={call}:signal=KILL:when={number}")]);
    Program::start(&mut below(strace, &command), typed).end()
}
