//! Namespaces of a test's own, in which it mounts what it likes, has no network but its own, or fewer rights.

use std::process::Command;

/// Tells the second run of a test that it has the namespace.
const INSIDE: &str = "CHECKSTAND_TEST_INSIDE_NAMESPACE";

/// Mounts of one's own.
const MOUNTS: &[&str] = &["--map-root-user", "--mount"];
/// No network at all: nothing is up, and no way leads anywhere.
pub const NO_NETWORK: &[&str] = &["--map-root-user", "--net"];
/// An ordinary user whatever the tests run as, and no network.
pub const ORDINARY_USER: &[&str] = &["--user", "--map-user=1000", "--net"];

/// Runs a test where it may mount what it likes and nobody else sees it: the test's own program once more, below
/// `unshare`. Where the system does not permit that, says so and tests nothing.
pub fn inside_namespace(name: &str, test: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    if !is_permitted(MOUNTS, name) {
        return;
    }
    let arguments = ["--exact", name, "--nocapture", "--test-threads", "1"];
    let again =
        unshare(MOUNTS).arg(std::env::current_exe().unwrap()).args(arguments).env(INSIDE, "1").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&again.stderr));
    assert!(again.status.success(), "{said}");
    assert!(said.contains("1 passed"), "there is no such test: {said}");
    said.lines().filter(|line| line.contains("points")).for_each(|line| println!("{line}"));
}

/// Whether the system permits such a namespace; says so where it does not.
pub fn is_permitted(namespace: &[&str], test: &str) -> bool {
    let permitted = unshare(namespace).arg("true").output().is_ok_and(|ended| ended.status.success());
    if !permitted {
        println!("NOT TESTED, this system permits no namespace (unshare {}): {test}", namespace.join(" "));
    }
    permitted
}

/// The command in a namespace of its own.
pub fn in_namespace(namespace: &[&str], command: &Command) -> Command {
    below(unshare(namespace), command)
}

/// The command as the last words of another one, in its own environment.
pub fn below(mut outer: Command, inner: &Command) -> Command {
    outer.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

fn unshare(namespace: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(namespace).arg("--");
    command
}
