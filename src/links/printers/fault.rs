//! What keeps a printer from printing, named by whose fault it is.

/// Of a document that was not printed, or of which nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterFault {
    PaperOut,
    CoverOpen,
    /// Switched to it, paused, or with an error of its own; what it or the system says.
    Offline(String),
    /// Nothing was sent.
    Unreachable {
        why: Unreachability,
        detail: String,
    },
    /// Somebody else holds it.
    Busy,
    /// No device or queue of that name.
    NotFound(String),
    /// This user may not.
    Forbidden(String),
    /// Whoever prints for us does not want to, in its own words.
    Refused(String),
    /// Some of it was sent, and then something happened: it is printed, perhaps.
    Interrupted(String),
    /// No print service of the system's answers.
    System(String),
    /// None of that name is set up.
    NoSuchPrinter(String),
    /// The document cannot be made for it.
    NotMade(String),
}

/// Why there is no way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachability {
    /// Nobody listens there, or nobody else is let in now.
    Refused,
    NoAnswer,
    NameUnknown,
}

/// Where somebody has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterBlame {
    Printer,
    Connection,
    Settings,
    Computer,
}

impl PrinterFault {
    /// The Fluent id of what happened and what to do.
    pub fn key(&self) -> &'static str {
        match self {
            PrinterFault::PaperOut => "printer-fault-paper-out",
            PrinterFault::CoverOpen => "printer-fault-cover-open",
            PrinterFault::Offline(_) => "printer-fault-offline",
            PrinterFault::Unreachable { why: Unreachability::Refused, .. } => "printer-fault-connection-refused",
            PrinterFault::Unreachable { why: Unreachability::NoAnswer, .. } => "printer-fault-no-answer",
            PrinterFault::Unreachable { why: Unreachability::NameUnknown, .. } => "printer-fault-name-unknown",
            PrinterFault::Busy => "printer-fault-busy",
            PrinterFault::NotFound(_) => "printer-fault-not-found",
            PrinterFault::Forbidden(_) => "printer-fault-forbidden",
            PrinterFault::Refused(_) => "printer-fault-refused",
            PrinterFault::Interrupted(_) => "printer-fault-interrupted",
            PrinterFault::System(_) => "printer-fault-system",
            PrinterFault::NoSuchPrinter(_) => "printer-fault-no-such-printer",
            PrinterFault::NotMade(_) => "printer-fault-not-made",
        }
    }

    /// The same for programs.
    pub fn code(&self) -> &'static str {
        self.key().trim_start_matches("printer-fault-")
    }

    pub fn blame(&self) -> PrinterBlame {
        match self {
            PrinterFault::PaperOut | PrinterFault::CoverOpen | PrinterFault::Offline(_) | PrinterFault::Busy => {
                PrinterBlame::Printer
            }
            PrinterFault::Refused(_) => PrinterBlame::Printer,
            PrinterFault::Unreachable { why: Unreachability::NameUnknown, .. } => PrinterBlame::Settings,
            PrinterFault::Unreachable { .. } | PrinterFault::Interrupted(_) => PrinterBlame::Connection,
            PrinterFault::NotFound(_) | PrinterFault::NoSuchPrinter(_) => PrinterBlame::Settings,
            PrinterFault::Forbidden(_) | PrinterFault::System(_) | PrinterFault::NotMade(_) => PrinterBlame::Computer,
        }
    }

    /// The words of whoever told it; empty where there are none.
    pub fn detail(&self) -> &str {
        match self {
            PrinterFault::Offline(detail)
            | PrinterFault::Unreachable { detail, .. }
            | PrinterFault::NotFound(detail)
            | PrinterFault::Forbidden(detail)
            | PrinterFault::Refused(detail)
            | PrinterFault::Interrupted(detail)
            | PrinterFault::System(detail)
            | PrinterFault::NoSuchPrinter(detail)
            | PrinterFault::NotMade(detail) => detail,
            PrinterFault::PaperOut | PrinterFault::CoverOpen | PrinterFault::Busy => "",
        }
    }

    /// Whether nothing was printed for certain and it may be over by itself, so that nobody has to press a key: paper that is
    /// put in, a printer that is switched on or plugged in.
    pub fn passes_by_itself(&self) -> bool {
        matches!(
            self,
            PrinterFault::PaperOut
                | PrinterFault::CoverOpen
                | PrinterFault::Offline(_)
                | PrinterFault::Unreachable { .. }
                | PrinterFault::Busy
                | PrinterFault::NotFound(_)
                | PrinterFault::System(_)
        )
    }
}

impl PrinterBlame {
    /// The Fluent id of who it is.
    pub fn key(self) -> &'static str {
        match self {
            PrinterBlame::Printer => "printer-blame-printer",
            PrinterBlame::Connection => "printer-blame-connection",
            PrinterBlame::Settings => "printer-blame-settings",
            PrinterBlame::Computer => "printer-blame-computer",
        }
    }
}
