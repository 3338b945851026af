//! What the cloud takes and what it refuses (3.4, 4, 8.1).

use serde_json::Value;

use super::texts;
use crate::protocols::connect::codec::Members;
use crate::protocols::connect::messages::*;
use crate::protocols::words::stranger;

/// A request that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    /// For whoever writes tills.
    pub why: String,
    /// For the cashier.
    pub user_message: Option<&'static str>,
    /// No correct till sends it.
    pub is_tills_fault: bool,
}

impl Refusal {
    pub fn fault(code: ErrorCode, why: impl Into<String>) -> Refusal {
        Refusal { code, why: why.into(), user_message: None, is_tills_fault: true }
    }

    pub fn params(why: impl Into<String>) -> Refusal {
        Refusal::fault(ErrorCode::InvalidParams, why)
    }

    /// The ordinary course of trade.
    pub fn ordinary(code: ErrorCode, user_message: &'static str) -> Refusal {
        Refusal { code, why: String::new(), user_message: Some(user_message), is_tills_fault: false }
    }

    pub fn unavailable() -> Refusal {
        Refusal::ordinary(ErrorCode::TerminalUnavailable, texts::UNAVAILABLE)
    }

    pub fn busy() -> Refusal {
        Refusal::ordinary(ErrorCode::TerminalBusy, texts::BUSY)
    }

    pub fn error(&self) -> RpcError {
        RpcError::new(self.code, self.user_message)
    }
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Terminals(Filter),
    /// Of v0 a list.
    Details(Vec<String>),
    Transaction(AskedTransaction),
    Duplicate(String),
    Cancel(String),
    Report(String, ReportKind),
}

/// (4.1) What of the terminals is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub status: Option<TerminalStatus>,
    pub currency: Option<String>,
    pub capabilities: Vec<String>,
}

/// (4.3 to 4.7)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedTransaction {
    pub tid: String,
    pub kind: TransactionKind,
    pub currency: String,
    /// In minor units; zero where a card is only checked.
    pub amount: i64,
    /// In minor units.
    pub cashback: i64,
    pub keyed: bool,
    pub completes: Option<Completes>,
}

/// What a completion goes back to (4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completes {
    pub auth_code: String,
    /// In minor units.
    pub total: i64,
}

/// One line of the tables of section 4: a parameter with whether it has to be there.
type Parameter = (&'static str, bool);

const CURRENCY: Parameter = ("currency", true);
const AMOUNT: Parameter = ("amount", true);
const KEYED: Parameter = ("cardholderNotPresent", false);
const CASHBACK: &str = "amountCashback";
const AUTH_CODE: &str = "authCode";
const PREAUTHORISED: &str = "amountPreAuthorisedTotal";
const CAPABILITIES: &str = "capabilities";
const TPIS: &str = "tpis";
/// More terminals than any site has in one request.
const WORDS_AT_MOST: usize = 100;

/// The parameters of a method besides the terminal's id; `None` for a method this version does not have (4.14).
fn parameters(method: &str, version: Version) -> Option<Vec<Parameter>> {
    let full = version.is_full();
    Some(match method {
        method::CONNECTED_TERMINALS if full => vec![("status", false), ("currency", false)],
        method::CONNECTED_TERMINALS => vec![("status", false), ("currency", false), (CAPABILITIES, false)],
        method::SALE if full => vec![CURRENCY, AMOUNT, KEYED, (CASHBACK, false)],
        method::REFUND if full => vec![CURRENCY, AMOUNT, KEYED],
        method::SALE | method::REFUND => vec![CURRENCY, AMOUNT],
        method::PRE_AUTH if full => vec![CURRENCY, AMOUNT, KEYED],
        method::COMPLETION if full => {
            vec![CURRENCY, AMOUNT, KEYED, (AUTH_CODE, true), (PREAUTHORISED, true)]
        }
        method::ACCOUNT_VERIFICATION if full => vec![CURRENCY],
        method::DUPLICATE => vec![("currency", false)],
        method::CANCEL_TRANSACTION
        | method::REPORT_END_OF_DAY
        | method::REPORT_BANKING
        | method::REPORT_X_BALANCE
        | method::REPORT_Z_BALANCE => Vec::new(),
        _ if method == version.terminal_details() => Vec::new(),
        _ => return None,
    })
}

/// The member that says which terminal is meant; `None` where all are.
fn terminal_member(method: &str, version: Version) -> Option<&'static str> {
    match method {
        method::CONNECTED_TERMINALS => None,
        _ if method == version.terminal_details() && !version.is_full() => Some(TPIS),
        _ => Some(version.terminal_id()),
    }
}

/// What a request asks for; in strict mode with nothing that the reference does not have.
///
/// # Errors
/// The method is unknown, or a parameter is missing, too much or of the wrong kind.
pub fn asked(method: &str, params: &Params, version: Version, is_strict: bool) -> Result<Asked, Refusal> {
    let parameters = parameters(method, version).ok_or_else(|| {
        Refusal::fault(ErrorCode::MethodNotFound, format!("no method {} in {}", stranger(method), version.word()))
    })?;
    let terminal = terminal_member(method, version);
    let is_known = |name: &str| Some(name) == terminal || parameters.iter().any(|(known, _)| *known == name);
    if let Some(name) = params.keys().find(|name| !is_known(name)).filter(|_| is_strict) {
        return Err(Refusal::params(format!("{method} has no {}", stranger(name))));
    }
    let required = parameters.iter().filter(|(_, required)| *required).map(|(name, _)| *name).chain(terminal);
    if let Some(missing) = required.into_iter().find(|name| params.get(*name).is_none_or(Value::is_null)) {
        return Err(Refusal::params(format!("{method} without {missing}")));
    }
    // What this version does not have is not read either.
    let known: Params =
        params.iter().filter(|(name, _)| is_known(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    Read { params: &known, version }.asked(method)
}

struct Read<'a> {
    params: &'a Params,
    version: Version,
}

impl Read<'_> {
    fn asked(&self, method: &str) -> Result<Asked, Refusal> {
        Ok(match method {
            method::CONNECTED_TERMINALS => Asked::Terminals(self.filter()?),
            method::SALE => self.transaction(TransactionKind::Sale)?,
            method::REFUND => self.transaction(TransactionKind::Refund)?,
            method::PRE_AUTH => self.transaction(TransactionKind::PreAuth)?,
            method::COMPLETION => self.transaction(TransactionKind::Completion)?,
            method::ACCOUNT_VERIFICATION => self.transaction(TransactionKind::AccountVerification)?,
            method::DUPLICATE => {
                self.currency()?;
                Asked::Duplicate(self.terminal()?)
            }
            method::CANCEL_TRANSACTION => Asked::Cancel(self.terminal()?),
            method::REPORT_END_OF_DAY => Asked::Report(self.terminal()?, ReportKind::EndOfDay),
            method::REPORT_BANKING => Asked::Report(self.terminal()?, ReportKind::Banking),
            method::REPORT_X_BALANCE => Asked::Report(self.terminal()?, ReportKind::XBalance),
            method::REPORT_Z_BALANCE => Asked::Report(self.terminal()?, ReportKind::ZBalance),
            _ if self.version.is_full() => Asked::Details(vec![self.terminal()?]),
            _ => Asked::Details(self.words(TPIS)?),
        })
    }

    fn transaction(&self, kind: TransactionKind) -> Result<Asked, Refusal> {
        let has_amount = kind != TransactionKind::AccountVerification;
        let cashback = match self.params.get(CASHBACK) {
            None => 0,
            Some(_) => self.amount(CASHBACK, 0, LARGEST_CASHBACK)?,
        };
        Ok(Asked::Transaction(AskedTransaction {
            tid: self.terminal()?,
            currency: self.currency()?.unwrap_or_default(),
            amount: if has_amount { self.amount(AMOUNT.0, 1, LARGEST_AMOUNT)? } else { 0 },
            cashback,
            keyed: self.keyed()?,
            completes: (kind == TransactionKind::Completion).then(|| self.completes()).transpose()?,
            kind,
        }))
    }

    fn completes(&self) -> Result<Completes, Refusal> {
        Ok(Completes { auth_code: self.text(AUTH_CODE)?, total: self.amount(PREAUTHORISED, 1, LARGEST_AMOUNT)? })
    }

    fn filter(&self) -> Result<Filter, Refusal> {
        let status = match self.params.get("status") {
            None => None,
            Some(_) => match TerminalStatus::from_word(&self.text("status")?) {
                TerminalStatus::Other(_) => return Err(Refusal::params("status is no status")),
                known => Some(known),
            },
        };
        let capabilities = if self.params.contains_key(CAPABILITIES) { self.words(CAPABILITIES)? } else { Vec::new() };
        Ok(Filter { status, currency: self.currency()?, capabilities })
    }

    fn terminal(&self) -> Result<String, Refusal> {
        self.text(self.version.terminal_id())
    }

    /// (2)
    fn currency(&self) -> Result<Option<String>, Refusal> {
        if !self.params.contains_key(CURRENCY.0) {
            return Ok(None);
        }
        let currency = self.text(CURRENCY.0)?;
        let is_known = CURRENCIES.contains(&currency.as_str());
        if is_known { Ok(Some(currency)) } else { Err(Refusal::params("currency is neither GBP nor EUR")) }
    }

    fn keyed(&self) -> Result<bool, Refusal> {
        match self.params.get(KEYED.0) {
            None => Ok(false),
            Some(given) => given.as_bool().ok_or_else(|| Refusal::params("cardholderNotPresent is no boolean")),
        }
    }

    fn text(&self, name: &str) -> Result<String, Refusal> {
        match self.params.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            _ => Err(Refusal::params(format!("{name} is no text"))),
        }
    }

    fn words(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::params(format!("{name} is no list of texts"));
        let list = self.params.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
        if list.len() > WORDS_AT_MOST {
            return Err(Refusal::params(format!("{name} is too long")));
        }
        list.iter().map(|word| word.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    }

    /// (2) An integer of minor units, within the limits.
    fn amount(&self, name: &str, least: i64, most: i64) -> Result<i64, Refusal> {
        let amount = Members::of(self.params).amount(name).ok().flatten();
        let amount = amount.ok_or_else(|| Refusal::params(format!("{name} is no integer")))?;
        if !(least..=most).contains(&amount) {
            return Err(Refusal::params(format!("{name} is not within {least} and {most}")));
        }
        Ok(amount)
    }
}

/// What is wrong with the id of a request (3.2).
pub fn id_fault(id: &Value) -> Option<&'static str> {
    match id.as_i64() {
        Some(1..=LARGEST_ID) => None,
        Some(_) => Some("id is not within 1 and 999999"),
        None => Some("id is no integer"),
    }
}
