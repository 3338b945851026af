//! What an ESC/POS printer says of itself, byte by byte.

use super::fault::PrinterFault;

/// Asked for at any time, and answered although the printer is busy: DLE EOT n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Why it is offline, if it is: its cover, its paper, an error.
    Cause,
    Paper,
    Printer,
}

impl Ask {
    /// What tells most comes first.
    pub(super) const ALL: [Ask; 3] = [Ask::Cause, Ask::Paper, Ask::Printer];

    pub(super) fn bytes(self) -> [u8; 3] {
        let which = match self {
            Ask::Printer => 1,
            Ask::Cause => 2,
            Ask::Paper => 4,
        };
        [0x10, 0x04, which]
    }

    /// What the answer means.
    pub(super) fn fault(self, answer: u8) -> Option<PrinterFault> {
        let has = |bits: u8| answer & bits != 0;
        match self {
            Ask::Cause if has(0x04) => Some(PrinterFault::CoverOpen),
            Ask::Cause if has(0x20) => Some(PrinterFault::PaperOut),
            Ask::Cause if has(0x40) => Some(PrinterFault::Offline("error".to_owned())),
            Ask::Paper if has(0x60) => Some(PrinterFault::PaperOut),
            Ask::Printer if has(0x08) => Some(PrinterFault::Offline("offline".to_owned())),
            _ => None,
        }
    }
}

/// GS r 1: answered in its turn, when everything before it is worked off.
pub(super) const WHEN_DONE: [u8; 3] = [0x1d, b'r', 1];

/// Whether it is an answer to [`Ask`]; its fixed bits tell it from all others.
pub(super) fn is_status(byte: u8) -> bool {
    byte & 0x93 == 0x12
}

/// Whether it is an answer to [`WHEN_DONE`].
pub(super) fn is_done(byte: u8) -> bool {
    byte & 0x90 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_an_answer_are_those_of_the_manual() {
        assert!(Ask::ALL.into_iter().all(|ask| ask.fault(0x12).is_none()));
        assert_eq!(Ask::Cause.fault(0x16), Some(PrinterFault::CoverOpen));
        assert_eq!(Ask::Cause.fault(0x32), Some(PrinterFault::PaperOut));
        assert_eq!(Ask::Paper.fault(0x72), Some(PrinterFault::PaperOut));
        // The end of the roll is near, and there is paper.
        assert_eq!(Ask::Paper.fault(0x1e), None);
        assert!(matches!(Ask::Printer.fault(0x1a), Some(PrinterFault::Offline(_))));
        assert!(is_status(0x12) && is_status(0x7e) && !is_status(0x0c) && !is_status(0x10));
        assert!(is_done(0) && is_done(0x0f) && !is_done(0x12));
    }
}
