//! `terminal test` where the till itself is at fault: its keyring, its disk, its network, its rights. Each of them is taken from
//! the real binary.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::harness::{
    Brand, Ended, NO_NETWORK, ORDINARY_USER, Program, Shop, SmallDisk, Wiring, free_port, in_namespace,
    inside_namespace, is_permitted,
};

/// The last thing that was looked at, which is the only fault.
#[track_caller]
fn fault(ended: &Ended, check: &str, code: &str, status: i32) -> Value {
    let found = ended.ended_with(status).events_of("check");
    let (last, before) = found.split_last().unwrap();
    let told = (last["check"].as_str(), last["code"].as_str(), last["result"].as_str());
    assert_eq!(told, (Some(check), Some(code), Some("fault")), "{found:#?}");
    assert!(before.iter().all(|found| found["result"] != "fault"), "{found:#?}");
    assert!(ended.event("error")["message"].as_str().is_some_and(|text| text.len() > 40), "{:#?}", ended.lines);
    last.clone()
}

fn test_of(shop: &Shop) -> Command {
    shop.command(&["terminal", "test", "front", "--json"])
}

fn run(mut command: Command) -> Ended {
    Program::start(&mut command, "").end()
}

#[test]
fn a_machine_without_a_keyring_is_told_as_one() {
    let shop = Shop::with_brand(Brand::P3, "tcp", &[]);
    let without = |bus: &str| {
        let mut command = test_of(&shop);
        command.env_remove("CHECKSTAND_SECRETS").env_remove("XDG_RUNTIME_DIR").env("DBUS_SESSION_BUS_ADDRESS", bus);
        run(command)
    };
    let found = fault(&without("unix:path=/nowhere/bus"), "secrets", "secrets-no-keyring", 2);
    assert!(found["text"].as_str().unwrap().contains("CHECKSTAND_SECRETS=file"), "{found}");
    // Somebody takes the call and hangs up.
    let bus = shop.path().join("bus");
    let listening = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    std::thread::spawn(move || listening.incoming().for_each(drop));
    fault(&without(&format!("unix:path={}", bus.display())), "secrets", "secrets-no-keyring", 2);
}

/// A till that has been in use, on a disk of its own.
fn used_shop() -> (SmallDisk, Shop) {
    let shop = Shop::of_training();
    let disk = SmallDisk::mount(shop.path());
    shop.add("front", free_port(), free_port(), Wiring::Light).ended_with(0);
    shop.json(&["sale", "12.00", "--terminal", "training"]).ended_with(0);
    (disk, shop)
}

#[test]
fn a_full_disk_is_told_as_one() {
    inside_namespace("doctor_surroundings::a_full_disk_is_told_as_one", || {
        let (disk, shop) = used_shop();
        disk.fill();
        fault(&run(test_of(&shop)), "disk", "disk-full", 1);
        disk.free();
        fault(&run(test_of(&shop)), "port", "port-refused", 1);
    });
}

#[test]
fn a_disk_that_can_only_be_read_is_told_as_one() {
    inside_namespace("doctor_surroundings::a_disk_that_can_only_be_read_is_told_as_one", || {
        let (disk, shop) = used_shop();
        disk.forbid_writing();
        fault(&run(test_of(&shop)), "disk", "disk-read-only", 1);
        disk.permit_writing();
        fault(&run(test_of(&shop)), "port", "port-refused", 1);
    });
}

#[test]
fn a_folder_that_belongs_to_somebody_else_is_told_as_one() {
    use std::os::unix::fs::PermissionsExt;
    if !is_permitted(ORDINARY_USER, "a folder of somebody else's") {
        return;
    }
    let shop = Shop::with_wrong_port();
    let allow = |folder: &Path, mode| std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
    allow(shop.path(), 0o500);
    fault(&run(in_namespace(ORDINARY_USER, &test_of(&shop))), "disk", "disk-not-allowed", 1);
    allow(shop.path(), 0o700);
}

#[test]
fn a_port_that_an_ordinary_user_may_not_listen_at_is_told() {
    if !is_permitted(ORDINARY_USER, "a port that only the system's owner may have") {
        return;
    }
    let shop = Shop::of_training();
    shop.add("front", free_port(), 80, Wiring::Full).ended_with(0);
    fault(&run(in_namespace(ORDINARY_USER, &test_of(&shop))), "listener", "listener-not-allowed", 2);
}

#[test]
fn a_computer_in_no_network_is_told_as_one() {
    if !is_permitted(NO_NETWORK, "a computer in no network") {
        return;
    }
    let shop = Shop::of_training();
    let add = |host: &str| {
        let set = format!("host={host}");
        shop.run(&["terminal", "add", "front", "--protocol", "valor", "--set", &set]).ended_with(0);
        run(in_namespace(NO_NETWORK, &test_of(&shop)))
    };
    let by_number = add("10.0.0.7");
    fault(&by_number, "port", "port-unreachable", 1);
    let doubts: Vec<Value> =
        by_number.events_of("check").into_iter().filter(|found| found["result"] == "doubt").collect();
    assert_eq!(doubts.iter().map(|doubt| doubt["code"].clone()).collect::<Vec<_>>(), ["network-none"], "{doubts:#?}");
    // A name may be spelled as it should: whoever could tell is not there.
    fault(&add("terminal.invalid"), "name", "network-none", 1);
}
