//! The vendor's test card (10.5): amounts without cents choose what it does. An option, off by default.

use super::script::{Behaviour, Decision};
use crate::domain::Money;
use crate::protocols::p3::messages::{CustomerVerification, Source, StatusCode};
use crate::protocols::simulator::Charge;

/// `None` for amounts the card has no rule for: those with cents.
pub fn behaviour(amount: Money) -> Option<Behaviour> {
    if amount.currency().decimals() != 2 || amount.minor() % 100 != 0 {
        return None;
    }
    let whole = amount.minor() / 100;
    let (tens, units) = (whole / 10 % 10, whole % 10);
    let (source, verification) = match tens {
        0 => (Source::Icc, CustomerVerification::None),
        1 => (Source::Icc, CustomerVerification::Signature),
        3 => (Source::Icc, CustomerVerification::PinAndSignature),
        4 => (Source::NfcIcc, CustomerVerification::Pin),
        _ => (Source::Icc, CustomerVerification::Pin),
    };
    let decision = match whole {
        _ if tens == 2 && units == 1 => Decision::Decline(StatusCode::DeclinedPinWrongTooOften),
        100..200 => Decision::Decline(StatusCode::DeclinedCardOrTerminalDeclined),
        200..300 => Decision::Decline(StatusCode::DeclinedProcessor),
        300..400 => Decision::Decline(StatusCode::DeclinedCardBlocked),
        _ => Decision::Approve(Charge::AsAsked),
    };
    Some(Behaviour { source, verification, decision })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn the_documented_amounts_do_what_the_vendor_says() {
        let of = |minor| behaviour(Money::new(minor, Currency::EUR)).unwrap();
        assert_eq!(of(1_000).verification, CustomerVerification::Signature);
        assert_eq!(of(4_000).source, Source::NfcIcc);
        assert_eq!(of(10_000).decision, Decision::Decline(StatusCode::DeclinedCardOrTerminalDeclined));
        assert_eq!(of(2_100).decision, Decision::Decline(StatusCode::DeclinedPinWrongTooOften));
        assert_eq!(of(110_500).decision, Decision::Approve(Charge::AsAsked));
        assert_eq!(behaviour(Money::new(1_001, Currency::EUR)), None);
    }
}
