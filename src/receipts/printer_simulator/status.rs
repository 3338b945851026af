//! The status bytes, as Epson's reference has them.

/// What of a printer can be wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition {
    pub(super) paper_out: bool,
    pub(super) cover_open: bool,
}

impl Condition {
    fn is_offline(self) -> bool {
        self.paper_out || self.cover_open
    }
}

/// In every answer to `DLE EOT`.
const FIXED: u8 = 0x12;

fn bits(is_so: bool, bits: u8) -> u8 {
    if is_so { bits } else { 0 }
}

/// `DLE EOT n`: 1 the printer, 2 why it is offline, 3 what is broken, 4 the paper.
pub(super) fn in_real_time(kind: u8, now: Condition) -> Option<u8> {
    match kind {
        1 => Some(FIXED | bits(now.is_offline(), 0x08)),
        2 => Some(FIXED | bits(now.cover_open, 0x04) | bits(now.paper_out, 0x20)),
        3 => Some(FIXED),
        4 => Some(FIXED | bits(now.paper_out, 0x6c)),
        _ => None,
    }
}

/// `GS r n`: 1 the paper, 2 the drawer.
pub(super) fn transmitted(kind: u8, now: Condition) -> Option<u8> {
    match kind {
        1 => Some(bits(now.paper_out, 0x0f)),
        2 => Some(0),
        _ => None,
    }
}

/// The four bytes after `GS a`.
pub(super) fn told_by_itself(now: Condition) -> [u8; 4] {
    let printer = 0x10 | bits(now.is_offline(), 0x08) | bits(now.cover_open, 0x20);
    [printer, 0, bits(now.paper_out, 0x0f), 0]
}
