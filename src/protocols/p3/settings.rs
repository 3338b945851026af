//! The settings of a PayServer: fields, defaults, abilities.

use super::messages::{CURRENCIES, MerchantSecret, Mode, ProviderMode};
use crate::domain::{Currency, DayReport, Money, Operation, Tender};
use crate::protocols::driver::Tls;
use crate::protocols::protocol::{
    Abilities, Field, FieldError, FieldKind, FieldProblem, FieldValues, Part, Peer, Spoken,
};

/// (1.3, 4.1 to 4.4, 4.7) `max_tip` is an amount of `currency`.
/// Until somebody says that money is to move.
const USUAL_MODE: &str = "TEST";

pub const FIELDS: &[Field] = &[
    Field::new("host", FieldKind::Host, Some("127.0.0.1"), false).helped_by("field-host-of-server-help"),
    Field::new("port", FieldKind::Port, Some("4245"), false),
    Field::new("transport", FieldKind::Choice(&["websocket", "tcp"]), Some("websocket"), false),
    Field::new(
        "provider_mode",
        FieldKind::Choice(&["MOCK", "TEST", "TEST_FIXED", "LIVE", "LIVE_FIXED", "JUNGLE"]),
        Some(USUAL_MODE),
        false,
    ),
    Field::new("merchant_id", FieldKind::Text { at_most: 64 }, None, true),
    Field::new("merchant_secret", FieldKind::Secret, None, true),
    Field::new("device", FieldKind::Text { at_most: 128 }, None, false),
    Field::new("currency", FieldKind::Currency, Some("EUR"), false),
    Field::advanced("offline", FieldKind::Flag, Some("false")),
    Field::advanced("tip", FieldKind::Choice(&["none", "ask_tip", "ask_total"]), Some("none")),
    Field::advanced("max_tip", FieldKind::Text { at_most: 20 }, None),
    Field::advanced("tip_adjustable", FieldKind::Flag, Some("false")),
];

/// Said of what does not speak P3.
pub const STRANGER: &str = "explain-not-a-terminal";

/// A terminal's settings, read once. The merchant's secret is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct P3Settings {
    pub host: String,
    pub port: u16,
    pub transport: Transport,
    pub provider_mode: ProviderMode,
    pub merchant_id: String,
    /// The resource or the identifier of a device of the list; `None` takes the only one of it.
    pub device: Option<String>,
    pub currency: Currency,
    /// What every transaction is sent with.
    pub mode: Mode,
    pub tip: TipAsked,
    pub max_tip: Option<Money>,
    pub tip_adjustable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    WebSocket,
    Tcp,
}

/// What the shopper is asked for on the reader (4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipAsked {
    Nothing,
    Tip,
    TotalAmount,
}

impl P3Settings {
    /// From fields that [`crate::protocols::Protocol::checked`] has passed.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn from_fields(fields: &FieldValues) -> Result<Self, FieldError> {
        let invalid = |name: &str| FieldError::new(name, FieldProblem::Invalid);
        let currency: Currency = fields.text_or_empty("currency").parse().map_err(|_| invalid("currency"))?;
        if !CURRENCIES.contains(&currency.code()) {
            return Err(invalid("currency"));
        }
        let max_tip = fields.text("max_tip").map(|text| Money::parse(text, currency)).transpose();
        let max_tip = max_tip.map_err(|_| invalid("max_tip"))?;
        if max_tip.is_some_and(|tip| tip.minor() < 0) {
            return Err(invalid("max_tip"));
        }
        Ok(P3Settings {
            host: fields.text_or_empty("host").to_owned(),
            port: fields.text_or_empty("port").parse().map_err(|_| invalid("port"))?,
            transport: if fields.text("transport") == Some("tcp") { Transport::Tcp } else { Transport::WebSocket },
            provider_mode: mode(fields),
            merchant_id: fields.text_or_empty("merchant_id").to_owned(),
            device: fields.text("device").map(str::to_owned),
            currency,
            mode: if fields.text("offline") == Some("true") { Mode::Offline } else { Mode::Online },
            tip: match fields.text("tip") {
                Some("ask_tip") => TipAsked::Tip,
                Some("ask_total") => TipAsked::TotalAmount,
                _ => TipAsked::Nothing,
            },
            max_tip,
            tip_adjustable: adjusts_tips(fields),
        })
    }
}

/// Where the PayServer is (1.1).
pub fn peers(fields: &FieldValues) -> Vec<Peer> {
    let settings = P3Settings::from_fields(fields).ok();
    let peer = settings.map(|P3Settings { host, port, transport, .. }| Peer {
        host,
        port,
        spoken: if transport == Transport::Tcp { Spoken::Bytes } else { Spoken::WebSocket },
        tls: Tls::No,
        part: Part::Main,
        field: "port",
        stranger: STRANGER,
    });
    peer.into_iter().collect()
}

/// The secret as it goes into the login.
///
/// # Errors
/// When there is none.
pub fn merchant_secret(secret: Option<&str>) -> Result<MerchantSecret, FieldError> {
    let secret = secret.filter(|secret| !secret.is_empty());
    secret.map(MerchantSecret::new).ok_or_else(|| FieldError::new("merchant_secret", FieldProblem::Missing))
}

fn adjusts_tips(fields: &FieldValues) -> bool {
    fields.text("tip_adjustable") == Some("true")
}

const OPERATIONS: &[Operation] = &[
    Operation::Sale,
    Operation::Refund,
    Operation::Void,
    Operation::Preauth,
    Operation::Capture,
    Operation::Activation,
    Operation::Tip,
];

fn mode(fields: &FieldValues) -> ProviderMode {
    ProviderMode::from_word(fields.text("provider_mode").unwrap_or(USUAL_MODE))
}

/// (DESIGN section 4) A tip can be adjusted only of sales that were made adjustable.
pub fn abilities(fields: &FieldValues) -> Abilities {
    let (without_tips, _) = OPERATIONS.split_at(OPERATIONS.len() - 1);
    Abilities {
        operations: if adjusts_tips(fields) { OPERATIONS } else { without_tips },
        cashback: false,
        tip_with_sale: false,
        abort: true,
        voids_last_only: false,
        refunds_earlier: true,
        captures_more: false,
        tenders: &[Tender::Gift, Tender::Wallet],
        // What was taken offline is handed in (7.10).
        reports: if fields.text("offline") == Some("true") { &[DayReport::EndOfDay] } else { &[] },
        keyed: false,
        scans: true,
        prompts: &[],
        serves_tables: false,
        pretends: matches!(mode(fields), ProviderMode::Mock | ProviderMode::Test | ProviderMode::TestFixed),
        currency: fields.text("currency").and_then(|code| code.parse().ok()).unwrap_or(Currency::EUR),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fields(given: &[(&str, &str)]) -> FieldValues {
        let mut values = FieldValues::default();
        for field in FIELDS {
            if let Some(default) = field.default {
                values.set(field.name, default);
            }
        }
        values.set("merchant_id", "mer-0815");
        given.iter().for_each(|(name, text)| values.set(name, text));
        values
    }

    #[test]
    fn the_defaults_are_a_local_payserver_on_the_test_platform() {
        let settings = P3Settings::from_fields(&fields(&[])).unwrap();
        assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 4245));
        assert_eq!((settings.transport, settings.provider_mode), (Transport::WebSocket, ProviderMode::Test));
        assert_eq!((settings.mode, settings.tip, settings.device), (Mode::Online, TipAsked::Nothing, None));
        assert!(!abilities(&fields(&[])).can(Operation::Tip));
        assert!(abilities(&fields(&[("tip_adjustable", "true")])).can(Operation::Tip));
    }

    #[test]
    fn the_largest_tip_is_an_amount_of_the_currency() {
        let settings = P3Settings::from_fields(&fields(&[("max_tip", "12.50")])).unwrap();
        assert_eq!(settings.max_tip.map(Money::minor), Some(1_250));
        for (currency, tip) in [("EUR", "1.005"), ("JPY", "1.5"), ("EUR", "-1"), ("EUR", "much")] {
            let wrong = P3Settings::from_fields(&fields(&[("currency", currency), ("max_tip", tip)])).unwrap_err();
            assert_eq!(wrong.field, "max_tip");
        }
    }

    #[test]
    fn a_currency_the_payserver_does_not_take_is_refused() {
        let wrong = P3Settings::from_fields(&fields(&[("currency", "XOF")])).unwrap_err();
        assert_eq!(wrong, FieldError::new("currency", FieldProblem::Invalid));
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = merchant_secret(Some("s3cr3t")).unwrap();
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(merchant_secret(Some("")).unwrap_err().field, "merchant_secret");
    }
}
