//! Words of the wire.

use crate::protocols::words::words;

words! {
    /// What is asked for: `command` of runTransaction and checkStatus (3.4), `Command` of profile EC-T1 (2.6), `TransType`.
    CommandWord {
        Sale = "Sale",
        Refund = "Refund",
        Auth = "Auth",
        Capture = "Capture",
        Void = "Void",
        TipAdjust = "TipAdjust",
        GiftActivate = "GiftActivate",
        GiftSale = "GiftSale",
        GiftRefund = "GiftRefund",
        GiftAddValue = "GiftAddValue",
        GiftBalance = "GiftBalance",
        GiftDeactivate = "GiftDeactivate",
        GiftVoid = "GiftVoid",
        CloseBatch = "CloseBatch",
        CheckStatus = "CheckStatus",
        GetSignature = "GetSignature",
        GetSwipe = "GetSwipe",
        GetUserInput = "GetUserInput",
        GetUserSelection = "GetUserSelection",
        ShowLineItems = "ShowLineItems",
        ShowUrl = "ShowUrl",
        GetTerminalFeatures = "GetTerminalFeatures",
        GetTerminalConfiguration = "GetTerminalConfiguration",
        SetTerminalConfiguration = "SetTerminalConfiguration",
        /// Ends what waits for the customer; only the simulated cloud has it.
        Cancel = "Cancel",
    }
}

words! {
    /// (3.9)
    ResultCode {
        Approved = "Approved",
        Success = "Success",
        Declined = "Declined",
        Cancelled = "Cancelled",
        Timeout = "Timeout",
        Error = "Error",
        Failed = "Failed",
    }
}

words! {
    /// (2.3) Anything else is a failure too.
    RegistrationAnswer {
        Ok = "OK-REGISTRATION",
        Failed = "FAILED-REGISTRATION",
        InvalidTerminalType = "FAILED-INVALID-TERMINAL-TYPE",
    }
}

words! {
    /// (3.7) One integrator tests for `Approved`.
    BatchResult {
        Success = "1",
        Failed = "0",
        NotSupported = "-1",
        Approved = "Approved",
    }
}

/// The answers to a registration that may come without their end mark (2.2).
pub const KEYWORDS: &[&str] = &["OK-REGISTRATION", "FAILED-REGISTRATION", "FAILED-INVALID-TERMINAL-TYPE"];

impl CommandWord {
    /// Whatever its letters' case (3.4).
    pub fn read(word: &str) -> CommandWord {
        let known = CommandWord::KNOWN.iter().find(|known| known.word().eq_ignore_ascii_case(word.trim()));
        known.cloned().unwrap_or_else(|| CommandWord::from_word(word.trim()))
    }

    /// Whether it works on the transaction of the same RefID (3.4).
    pub fn is_follow_up(&self) -> bool {
        matches!(self, CommandWord::Capture | CommandWord::Void | CommandWord::TipAdjust | CommandWord::GiftVoid)
    }

    /// Whether it moves money, or asks a gift card about it: what runTransaction takes (3.4).
    pub fn is_transaction(&self) -> bool {
        self.is_follow_up() || self.is_first_transaction()
    }

    /// Under a RefID of its own.
    pub fn is_first_transaction(&self) -> bool {
        use CommandWord::*;
        matches!(
            self,
            Sale | Refund | Auth | GiftActivate | GiftSale | GiftRefund | GiftAddValue | GiftBalance | GiftDeactivate
        )
    }
}

impl ResultCode {
    /// Whatever its letters' case (3.4).
    pub fn read(word: &str) -> ResultCode {
        let known = ResultCode::KNOWN.iter().find(|known| known.word().eq_ignore_ascii_case(word.trim()));
        known.cloned().unwrap_or_else(|| ResultCode::from_word(word.trim()))
    }
}

/// What stands in the way, by its text in `Message` (3.9): contained in it, whatever the case of its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    PleaseSettle,
    TerminalBusy,
    TerminalOffline,
    ReceiveError,
    DupTransaction,
    /// [P] (part 3)
    InvalidCredentials,
    /// [P] (3.6)
    NotFound,
}

impl Obstacle {
    pub const TABLE: [(Obstacle, &'static str); 7] = [
        (Obstacle::PleaseSettle, "Please Settle"),
        (Obstacle::TerminalBusy, "Terminal Is Busy"),
        (Obstacle::TerminalOffline, "Terminal Is Offline"),
        (Obstacle::ReceiveError, "Receive Error"),
        (Obstacle::DupTransaction, "Dup Transaction"),
        (Obstacle::InvalidCredentials, "Invalid credentials"),
        (Obstacle::NotFound, "Transaction not found"),
    ];

    pub fn text(self) -> &'static str {
        let known = Obstacle::TABLE.iter().find(|(obstacle, _)| *obstacle == self);
        known.map_or("", |(_, text)| text)
    }

    /// The first of the table that a message tells of.
    pub fn in_message(message: &str) -> Option<Obstacle> {
        let message = message.to_ascii_lowercase();
        let told = |text: &str| message.contains(&text.to_ascii_lowercase());
        Obstacle::TABLE.iter().find(|(_, text)| told(text)).map(|(obstacle, _)| *obstacle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_without_case_and_strange_ones_are_kept() {
        assert_eq!(CommandWord::read("sale"), CommandWord::Sale);
        assert_eq!(CommandWord::read("TIPADJUST "), CommandWord::TipAdjust);
        assert_eq!(ResultCode::read("APPROVED"), ResultCode::Approved);
        assert_eq!(ResultCode::read("approvedish"), ResultCode::Other("approvedish".to_owned()));
    }

    #[test]
    fn obstacles_are_found_inside_messages() {
        assert_eq!(Obstacle::in_message("Error: terminal is BUSY (2)"), Some(Obstacle::TerminalBusy));
        assert_eq!(Obstacle::in_message("PLEASE SETTLE"), Some(Obstacle::PleaseSettle));
        assert_eq!(Obstacle::in_message("DECLINED"), None);
    }
}
