//! A program that is killed at one exact thing it asks the system for, where the machine has `strace`.

use std::path::Path;
use std::process::Command;

use super::harness::{Ended, Program};

pub fn can_trace() -> bool {
    Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .output()
        .is_ok_and(|ended| ended.status.success())
}

/// Runs the command, killed as it asks the system for this the `number`th time, from 1, about one file.
pub fn killed_at(command: Command, typed: &str, file: &Path, call: &str, number: usize) -> Ended {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(file);
    traced.args(["-e", &format!("inject={call}:signal=KILL:when={number}")]).arg(command.get_program());
    traced.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    Program::start(&mut traced, typed).end()
}
