//! What a terminal tells while it works (4.8). Nothing is decided by it.

/// What the till shows for a value it has never heard of.
pub const NEUTRAL: &str = "display-please-wait";

/// One `terminalNotification`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Of v0 under its older name.
    pub tid: Option<String>,
    pub value: String,
}

/// Every value of section 4.8, with the message id of what the cashier reads.
pub const NOTIFICATIONS: [(&str, &str); 33] = [
    ("REQUEST_SENT", "display-request-sent"),
    ("TRANSACTION_STARTED", "display-transaction-started"),
    ("PRESENT_CARD", "display-present-card"),
    ("INSERT_CARD", "display-insert-card"),
    ("RE_PRESENT_CARD", "display-re-present-card"),
    ("PRESENT_ONLY_ONE_CARD", "display-present-only-one-card"),
    ("BAD_SWIPE", "display-bad-swipe"),
    ("CARD_ERROR", "display-card-error"),
    ("CARD_EXPIRED", "display-card-expired"),
    ("CARD_NOT_SUPPORTED", "display-card-not-supported"),
    ("ENTER_CASHBACK", "display-enter-cashback"),
    ("PIN_ENTRY", "display-pin-entry"),
    ("PLEASE_WAIT", "display-please-wait"),
    ("CONNECTING", "display-connecting"),
    ("CONNECTION_MADE", "display-connection-made"),
    ("RETRYING", "display-retrying"),
    ("PROCESSING_ERROR", "display-processing-error"),
    ("APPROVED", "display-approved"),
    ("DECLINED", "display-declined"),
    ("DECLINED_BY_CARD", "display-declined-by-card"),
    ("SIGNATURE_VERIFICATION", "display-signature-verification"),
    ("SIGNATURE_VERIFICATION_IN_PROGRESS", "display-signature-verification-in-progress"),
    ("SIGNATURE_VERIFICATION_PROCESS_COMPLETED", "display-signature-verification-process-completed"),
    (
        "SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED",
        "display-signature-verification-process-could-not-be-completed",
    ),
    ("SIGNATURE_VERIFICATION_TIMEOUT", "display-signature-verification-timeout"),
    ("REMOVE_CARD", "display-remove-card"),
    ("REPLACE_PAPER", "display-replace-paper"),
    ("ATTEMPTING_CANCEL", "display-attempting-cancel"),
    ("CANCELLING", "display-cancelling"),
    ("UNABLE_TO_CANCEL", "display-unable-to-cancel"),
    ("TRANSACTION_FINISHED", "display-transaction-finished"),
    ("REPORT_STARTED", "display-report-started"),
    ("REPORT_FINISHED", "display-report-finished"),
];

/// The message id of what the cashier reads.
pub fn display_key(value: &str) -> &'static str {
    NOTIFICATIONS.iter().find(|(known, _)| *known == value).map_or(NEUTRAL, |(_, key)| key)
}
