//! Why a bill stays as it is.

/// Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    #[error("there is no bill or table “{0}”")]
    Unknown(String),
    #[error("there is an open bill at table {0}")]
    TableTaken(String),
    /// Paid, removed or merged.
    #[error("the bill is not open")]
    NotOpen,
    #[error("the table is locked by card machine {0}")]
    Locked(String),
    #[error("the bill is on the till's screen")]
    TakenUp,
    #[error("the card machine has not locked this table")]
    NotLocked,
    #[error("a line needs a name")]
    NoLabel,
    #[error("a line's name is too long or has characters that cannot be shown")]
    BadLabel,
    #[error("the bill has no line {0}")]
    NoSuchLine(u32),
    #[error("an amount is below zero")]
    NegativeAmount,
    #[error("the total would be below zero")]
    NegativeTotal,
    #[error("the amount is too large")]
    TooLarge,
    #[error("the bill has too many lines")]
    TooManyLines,
    /// It has been paid, or may have been.
    #[error("less would be left than is paid already")]
    BelowPaid,
    #[error("the bill has been paid in part")]
    PartlyPaid,
    #[error("an earlier payment on the bill is not known yet")]
    InDoubt,
    #[error("more would be paid than is due")]
    MoreThanDue,
    #[error("nothing is due")]
    NothingDue,
    #[error("something is still due, or not known yet")]
    StillDue,
    #[error("less was given than is to be paid")]
    GivenTooLittle,
    #[error("the bill is in another currency")]
    OtherCurrency,
    /// Training money never pays a real bill, nor the other way round.
    #[error("training and real money do not mix")]
    Training,
    #[error("the bills count their tax differently")]
    OtherTaxMode,
    #[error("a bill cannot be merged with itself")]
    Itself,
    #[error("a name and a reason are needed")]
    NoName,
}

impl BillError {
    /// The Fluent id of the text for a person. Its placeable `what` is [`BillError::what`].
    pub fn key(&self) -> &'static str {
        match self {
            BillError::Unknown(_) => "bill-error-unknown",
            BillError::TableTaken(_) => "bill-error-table-taken",
            BillError::NotOpen => "bill-error-not-open",
            BillError::Locked(_) => "bill-error-locked",
            BillError::TakenUp => "bill-error-taken-up",
            BillError::NotLocked => "bill-error-not-locked",
            BillError::NoLabel => "bill-error-no-label",
            BillError::BadLabel => "bill-error-bad-label",
            BillError::NoSuchLine(_) => "bill-error-no-such-line",
            BillError::NegativeAmount => "bill-error-negative-amount",
            BillError::NegativeTotal => "bill-error-negative-total",
            BillError::TooLarge => "bill-error-too-large",
            BillError::TooManyLines => "bill-error-too-many-lines",
            BillError::BelowPaid => "bill-error-below-paid",
            BillError::PartlyPaid => "bill-error-partly-paid",
            BillError::InDoubt => "bill-error-in-doubt",
            BillError::MoreThanDue => "bill-error-more-than-due",
            BillError::NothingDue => "bill-error-nothing-due",
            BillError::StillDue => "bill-error-still-due",
            BillError::GivenTooLittle => "bill-error-given-too-little",
            BillError::OtherCurrency => "bill-error-other-currency",
            BillError::Training => "bill-error-training",
            BillError::OtherTaxMode => "bill-error-other-tax-mode",
            BillError::Itself => "bill-error-itself",
            BillError::NoName => "bill-error-no-name",
        }
    }

    /// The word of the command line's `error`.
    pub fn code(&self) -> &'static str {
        self.key().trim_start_matches("bill-error-")
    }

    /// The table, machine or line that is meant.
    pub fn what(&self) -> String {
        match self {
            BillError::Unknown(name) | BillError::TableTaken(name) | BillError::Locked(name) => name.clone(),
            BillError::NoSuchLine(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Every [`BillError::code`], for whoever needs a text for each.
    pub const ALL_CODES: [&'static str; 25] = [
        "unknown",
        "table-taken",
        "not-open",
        "locked",
        "taken-up",
        "not-locked",
        "no-label",
        "bad-label",
        "no-such-line",
        "negative-amount",
        "negative-total",
        "too-large",
        "too-many-lines",
        "below-paid",
        "partly-paid",
        "in-doubt",
        "more-than-due",
        "nothing-due",
        "still-due",
        "given-too-little",
        "other-currency",
        "training",
        "other-tax-mode",
        "itself",
        "no-name",
    ];
}
