//! What the reference leaves open about the cloud and its terminals (marks I, P, U), and these decide. One place to correct.

use std::time::Duration;

/// Cardholder's and host's waits in milliseconds, before `speed` divides them. Together an ordinary approval takes 3 s.
pub const CUSTOMER: u64 = 2_000;
pub const HOST: u64 = 1_000;
/// Until the customer presses cancel (part 3).
pub const CANCELS_AFTER: u64 = 4_000;
/// Until a terminal gives up waiting for a card (part 3).
pub const CARD_WITHIN: u64 = 60_000;
/// Until somebody presses the red key of a terminal that waits for a card (scenario 70).
pub const RED_KEY_AFTER: u64 = 30_000;
/// A payment that a cashier would cancel, if there were a way (scenarios 65 and 66).
pub const SLOW_CUSTOMER: u64 = 8_000;
/// Scenario 71, in all.
pub const SLOW: u64 = 60_000;
/// How long a result is out after `ResultFinal` false (part 3).
pub const LATER_KNOWN: u64 = 20_000;

/// Longer than a till waits (part 3). The cloud's own time, which nothing divides.
pub const TOO_LONG: Duration = Duration::from_secs(200);
/// (part 3) A terminal that says nothing for so long is offline.
pub const SILENCE: Duration = Duration::from_secs(150);
/// A terminal that has not answered a command by then is given up; a test tool waits 186 s (3.1).
pub const COMMAND_WITHIN: Duration = Duration::from_secs(185);

/// (3.6) Between two checks of one transaction, and for how long the shorter pause is allowed.
pub const CHECKS_AT_FIRST: Duration = Duration::from_secs(5);
pub const AT_FIRST: Duration = Duration::from_secs(180);
pub const CHECKS_LATER: Duration = Duration::from_secs(30);
/// What a network may have squeezed out of the pause on the way.
pub const SQUEEZED: Duration = Duration::from_millis(50);
/// (part 3) So many checks that came too fast revoke the credentials.
pub const REVOKED_AT: u32 = 10;

/// In minor units: a tip of 2.00, cash back of 20.00 (part 3).
pub const VENDORS_TIP: i64 = 200;
/// Part of `Amount`, which is what the card was charged.
pub const CASH_BACK: i64 = 2_000;
/// What is on the one gift card there is, in minor units.
pub const GIFT_BALANCE: i64 = 100_000_000;
/// (part 3) A capture may take so many tenths of what was reserved.
pub const CAPTURE_TENTHS: i128 = 12;

/// The account that exists from the beginning.
pub const REFERENCE_ID: &str = "CHECKSTAND";
pub const KEY: &str = "K-17";
pub const PASSWORD: &str = "P-17";

/// What whoever sets a terminal of the account up has to type.
pub const TAKES: &[(&str, &str)] = &[
    ("terminal_id", "2044, 2045"),
    ("key", KEY),
    ("password", PASSWORD),
    // The others are paired from the beginning.
    ("serial_number", "77002046, 77002047"),
];

/// A terminal inside the cloud.
pub struct Virtual {
    pub serial: &'static str,
    /// Its number where it is paired to the first account from the beginning.
    pub number: Option<u32>,
    pub gift: bool,
    pub line_items: bool,
}

pub const VIRTUAL: [Virtual; 4] = [
    Virtual { serial: "77002044", number: Some(2044), gift: true, line_items: true },
    Virtual { serial: "77002045", number: Some(2045), gift: false, line_items: false },
    Virtual { serial: "77002046", number: None, gift: true, line_items: true },
    Virtual { serial: "77002047", number: None, gift: true, line_items: true },
];

pub fn virtual_terminal(serial: &str) -> Option<&'static Virtual> {
    VIRTUAL.iter().find(|terminal| terminal.serial == serial)
}

/// Numbers that pairing gives begin here.
pub const FIRST_NUMBER: u32 = 3001;

/// (3.5)
pub const COUNTRIES: [&str; 5] = ["USA", "Canada", "UK", "Australia", "New Zealand"];

/// (part 3) A manufacturer the cloud does not know.
pub const BAD_TYPE: &str = "BAD";

/// (part 3) What getSwipe reads.
pub const LOYALTY_TRACK: &str = "%B6000000000000001^LOYALTY/TEST^4912?";

/// The head of every slip.
pub const MERCHANT: [&str; 2] = ["TRAINING SHOP", "TRAINING - NO REAL MONEY"];

/// A small picture of a signature, PNG in base64.
pub const SIGNATURE: &str = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAQAQAAAAB41cEcAAAAR0lEQVR42mP4DwYM+Cl+MPWH+R87kPrxQYH5P0P95z+MP/8z7H/+\
    //6feob55////2fPcH4+UGEPwwN7IHWA4UM9kPqMahgAuqBULYjde3gAAAAASUVORK5CYII=";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_taken_is_there() {
        let said = |field: &str| TAKES.iter().find(|(name, _)| *name == field).map(|(_, text)| *text);
        let unpaired = VIRTUAL.iter().filter(|terminal| terminal.number.is_none());
        let serials: Vec<&str> = unpaired.map(|terminal| terminal.serial).collect();
        let numbers: Vec<String> =
            VIRTUAL.iter().filter_map(|terminal| terminal.number).map(|n| n.to_string()).collect();
        assert_eq!(said("serial_number"), Some(serials.join(", ").as_str()));
        assert_eq!(said("terminal_id"), Some(numbers.join(", ").as_str()));
    }
}
