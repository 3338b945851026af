//! The program, the computer, its disk and its network.

use std::fmt::Write;
use std::fs;

use jiff::Zoned;

use crate::settings::Places;

/// Whose versions are told: those that talk to terminals, keep money and draw.
const LIBRARIES: [&str; 9] =
    ["iced", "tokio", "reqwest", "hyper", "rustls", "tokio-tungstenite", "rusqlite", "libsqlite3-sys", "tracing"];
const LOCKED: &str = include_str!("../../Cargo.lock");
/// What changes how the program behaves.
const ENVIRONMENT: [&str; 9] = [
    "CHECKSTAND_LOG",
    "CHECKSTAND_SECRETS",
    "CHECKSTAND_SHARED",
    "LANG",
    "LC_ALL",
    "TZ",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_SESSION_TYPE",
];
/// Files of the data folder that are listed.
const FILES_AT_MOST: usize = 200;
/// In bytes; the descriptions of systems are short.
const SYSTEM_AT_MOST: usize = 2_048;

pub(super) fn describe(places: &Places) -> String {
    let mut text = String::new();
    let now = Zoned::now();
    let _ = writeln!(text, "checkstand {}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "built with window: {}", cfg!(feature = "gui"));
    let _ = writeln!(text, "system: {} {}", std::env::consts::OS, std::env::consts::ARCH);
    system(&mut text);
    let _ = writeln!(text, "time: {}", now.strftime("%Y-%m-%dT%H:%M:%S%:z"));
    let _ = writeln!(text, "language of the system: {}", sys_locale::get_locale().unwrap_or_default());
    for name in ENVIRONMENT {
        if let Some(value) = std::env::var_os(name) {
            let _ = writeln!(text, "{name}={}", value.to_string_lossy());
        }
    }
    libraries(&mut text);
    folder(&mut text, places);
    disk(&mut text, places);
    network(&mut text);
    text
}

fn system(text: &mut String) {
    for file in ["/etc/os-release", "/proc/sys/kernel/osrelease"] {
        if let Ok(told) = fs::read_to_string(file) {
            let _ = writeln!(text, "{file}:");
            for line in told.chars().take(SYSTEM_AT_MOST).collect::<String>().lines() {
                // the rest are addresses of its maker
                if !line.contains("URL") {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
    }
}

fn libraries(text: &mut String) {
    let mut name = "";
    for line in LOCKED.lines() {
        let value = |key: &str| line.strip_prefix(key).map(|value| value.trim_matches('"'));
        if let Some(found) = value("name = ") {
            name = found;
        }
        if let Some(version) = value("version = ").filter(|_| LIBRARIES.contains(&name)) {
            let _ = writeln!(text, "{name} {version}");
        }
    }
}

fn folder(text: &mut String, places: &Places) {
    let _ = writeln!(text, "data folder: {}", places.data().display());
    if places.settings_file().parent() != Some(places.data()) {
        let _ = writeln!(text, "settings: {}", places.settings_file().display());
    }
    let Ok(entries) = fs::read_dir(places.data()) else {
        let _ = writeln!(text, "  it cannot be read");
        return;
    };
    for entry in entries.flatten().take(FILES_AT_MOST) {
        let bytes = entry.metadata().map(|found| found.len()).unwrap_or_default();
        let _ = writeln!(text, "  {} ({bytes} bytes)", entry.file_name().to_string_lossy());
    }
    if let Ok(window) = fs::read_to_string(places.window_file()) {
        let _ = writeln!(text, "window: {}", window.chars().take(SYSTEM_AT_MOST).collect::<String>());
    }
}

#[cfg(unix)]
fn disk(text: &mut String, places: &Places) {
    let _ = match rustix::fs::statvfs(places.data()) {
        Ok(disk) => {
            let mebibytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize) >> 20;
            writeln!(text, "disk: {} MiB free of {} MiB", mebibytes(disk.f_bavail), mebibytes(disk.f_blocks))
        }
        Err(error) => writeln!(text, "disk: {error}"),
    };
}

#[cfg(not(unix))]
fn disk(text: &mut String, _places: &Places) {
    let _ = writeln!(text, "disk: this system was not asked how full it is");
}

fn network(text: &mut String) {
    let _ = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces
            .iter()
            .try_for_each(|interface| writeln!(text, "interface {}: {}", interface.name, interface.ip())),
        Err(error) => writeln!(text, "interfaces: {error}"),
    };
}
