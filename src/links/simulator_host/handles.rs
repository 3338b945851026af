//! File handles for doors at which very many lines stand: systems allow a program few until it asks for more.

/// Handles that any program has without asking.
const USUAL: usize = 512;

/// Asks for handles for this many connections, and as many again for a program that is their other end too. Where the system allows
/// fewer, whoever is too many waits to be accepted.
#[cfg(unix)]
pub(super) fn make_room_for(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let wanted = connections.saturating_mul(2).saturating_add(USUAL) as u64;
    let allowed = getrlimit(Resource::Nofile);
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= wanted);
    if connections > USUAL && !enough(allowed.current) {
        let current = Some(allowed.maximum.map_or(wanted, |maximum| wanted.min(maximum)));
        let _ = setrlimit(Resource::Nofile, Rlimit { current, ..allowed });
    }
}

#[cfg(not(unix))]
pub(super) fn make_room_for(_connections: usize) {}
