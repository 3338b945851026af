//! The settings of a Valor terminal: fields, defaults, abilities.

use crate::domain::{Currency, DayReport, Operation, Tender};
use crate::protocols::driver::Tls;
use crate::protocols::protocol::{
    Abilities, Field, FieldError, FieldKind, FieldProblem, FieldValues, Part, Peer, Spoken,
};

/// (1.1, 2) A new terminal needs its address only.
pub const FIELDS: &[Field] = &[
    Field::new("host", FieldKind::Host, None, true),
    Field::new("port", FieldKind::Port, Some("5000"), false),
    Field::new("cancel_port", FieldKind::Port, Some("5001"), false),
    Field::new("transport", FieldKind::Choice(&["tcp", "websocket"]), Some("tcp"), false),
    Field::new("currency", FieldKind::Currency, Some("USD"), false),
    Field::new("tip_on_terminal", FieldKind::Flag, Some("false"), false),
    Field::new("gift", FieldKind::Flag, Some("false"), false),
    Field::new("ebt", FieldKind::Flag, Some("false"), false),
    Field::advanced("signature", FieldKind::Flag, Some("false")),
    Field::advanced("paper_receipt", FieldKind::Choice(&["as-configured", "none", "paper"]), Some("as-configured")),
    Field::advanced("early_response", FieldKind::Flag, Some("true")),
    Field::advanced("epi", FieldKind::Text { at_most: 10 }, None),
];

/// Said of what does not speak Valor Connect.
pub const STRANGER: &str = "explain-not-a-terminal";

/// `PAPER_RECEIPT` of a terminal that prints nothing.
const NO_PAPER: &str = "1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Tcp,
    WebSocket,
}

/// A terminal's settings, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValorSettings {
    pub host: String,
    pub port: u16,
    pub cancel_port: u16,
    pub transport: Transport,
    /// Amounts on the wire carry none.
    pub currency: Currency,
    /// `TIP_ENTRY`: the terminal asks the customer.
    pub tip_on_terminal: bool,
    /// `SIGNATURE`: the terminal asks for one on its screen.
    pub signature: bool,
    /// `PAPER_RECEIPT` as it goes out.
    pub paper_receipt: &'static str,
    pub early_response: bool,
    /// The terminal's own number; results of another terminal are not ours.
    pub epi: Option<String>,
}

impl ValorSettings {
    /// From fields that [`crate::protocols::Protocol::checked`] has passed.
    pub fn from_fields(fields: &FieldValues) -> Result<Self, FieldError> {
        let invalid = |name: &str| FieldError::new(name, FieldProblem::Invalid);
        let port = |name: &str| fields.text_or_empty(name).parse().map_err(|_| invalid(name));
        let flag = |name: &str| fields.text(name) == Some("true");
        Ok(ValorSettings {
            host: fields.text_or_empty("host").to_owned(),
            port: port("port")?,
            cancel_port: port("cancel_port")?,
            transport: if fields.text("transport") == Some("websocket") {
                Transport::WebSocket
            } else {
                Transport::Tcp
            },
            currency: fields.text_or_empty("currency").parse().map_err(|_| invalid("currency"))?,
            tip_on_terminal: flag("tip_on_terminal"),
            signature: flag("signature"),
            paper_receipt: match fields.text("paper_receipt") {
                Some("none") => NO_PAPER,
                Some("paper") => "2",
                _ => "0",
            },
            early_response: flag("early_response"),
            epi: fields.text("epi").map(str::to_owned),
        })
    }
}

impl ValorSettings {
    /// Whether paper is left to the till: the terminal was told to print none (5). What the portal has set up nobody knows here.
    pub fn till_prints(&self) -> bool {
        self.paper_receipt == NO_PAPER
    }
}

/// Payments and cancels have a port each (1.1, 7.16).
pub fn peers(fields: &FieldValues) -> Vec<Peer> {
    let Ok(settings) = ValorSettings::from_fields(fields) else { return Vec::new() };
    let spoken = if settings.transport == Transport::WebSocket { Spoken::WebSocket } else { Spoken::Bytes };
    let peer = |port, part, field| Peer {
        host: settings.host.clone(),
        port,
        spoken,
        tls: Tls::No,
        part,
        field,
        stranger: STRANGER,
    };
    vec![peer(settings.port, Part::Main, "port"), peer(settings.cancel_port, Part::Beside, "cancel_port")]
}

const CARDS: &[Operation] =
    &[Operation::Sale, Operation::Refund, Operation::Void, Operation::Preauth, Operation::Capture, Operation::Tip];
const CARDS_AND_GIFT: &[Operation] = &[
    Operation::Sale,
    Operation::Refund,
    Operation::Void,
    Operation::Preauth,
    Operation::Capture,
    Operation::Tip,
    Operation::Activation,
    Operation::Reload,
];

/// (DESIGN section 4, reference 4.3)
pub fn abilities(fields: &FieldValues) -> Abilities {
    let on = |name: &str| fields.text(name) == Some("true");
    Abilities {
        operations: if on("gift") { CARDS_AND_GIFT } else { CARDS },
        cashback: false,
        tip_with_sale: true,
        abort: true,
        voids_last_only: false,
        refunds_earlier: false,
        captures_more: true,
        tenders: match (on("gift"), on("ebt")) {
            (false, false) => &[Tender::Credit, Tender::Debit],
            (true, false) => &[Tender::Credit, Tender::Debit, Tender::Gift],
            (false, true) => &[Tender::Credit, Tender::Debit, Tender::EbtFood, Tender::EbtCash],
            (true, true) => &[Tender::Credit, Tender::Debit, Tender::EbtFood, Tender::EbtCash, Tender::Gift],
        },
        reports: &[DayReport::EndOfDay],
        keyed: false,
        scans: false,
        prompts: &[],
        serves_tables: false,
        pretends: false,
        currency: fields.text("currency").and_then(|code| code.parse().ok()).unwrap_or(Currency::USD),
    }
}
