//! Why operators stay as they are.

/// What is wrong with a name, a PIN or a change of the operators. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    #[error("a name has a letter and at most 24 characters")]
    BadName,
    #[error("a PIN has 4 to 8 digits")]
    BadPin,
    /// One of those that are tried first.
    #[error("this PIN is too easy to guess")]
    WeakPin,
    #[error("there is an operator {0} already")]
    Taken(String),
    #[error("there is no operator {0}")]
    Unknown(String),
    #[error("the first operator must be one who may manage operators")]
    FirstManages,
    #[error("nobody else could manage operators without {0}")]
    LastManager(String),
    #[error("{0} stands above whoever asks")]
    StandsAbove(String),
    #[error("there are too many operators")]
    TooMany,
    #[error("cashiers cannot be given this right: {0}")]
    NotForCashiers(&'static str),
}

impl OperatorError {
    /// Every code there is.
    pub const ALL_CODES: [&'static str; 10] = [
        "bad-name",
        "bad-pin",
        "weak-pin",
        "taken",
        "unknown",
        "first-manages",
        "last-manager",
        "stands-above",
        "too-many",
        "not-for-cashiers",
    ];

    /// The end of the `code` of the command line's `error` event.
    pub fn code(&self) -> &'static str {
        match self {
            OperatorError::BadName => "bad-name",
            OperatorError::BadPin => "bad-pin",
            OperatorError::WeakPin => "weak-pin",
            OperatorError::Taken(_) => "taken",
            OperatorError::Unknown(_) => "unknown",
            OperatorError::FirstManages => "first-manages",
            OperatorError::LastManager(_) => "last-manager",
            OperatorError::StandsAbove(_) => "stands-above",
            OperatorError::TooMany => "too-many",
            OperatorError::NotForCashiers(_) => "not-for-cashiers",
        }
    }

    /// The Fluent id of the text for a person; `name` and `right` are what it names.
    pub fn key(&self) -> String {
        format!("operator-error-{}", self.code())
    }

    /// Whom or what the text names.
    pub fn what(&self) -> String {
        match self {
            OperatorError::Taken(name)
            | OperatorError::Unknown(name)
            | OperatorError::LastManager(name)
            | OperatorError::StandsAbove(name) => name.clone(),
            OperatorError::NotForCashiers(right) => (*right).to_owned(),
            _ => String::new(),
        }
    }
}
