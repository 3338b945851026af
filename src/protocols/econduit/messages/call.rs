//! Calls of the web interface (reference 3.1 to 3.4, 3.6 to 3.8).

use std::collections::BTreeMap;

use crate::domain::Secret;
use crate::protocols::words::words;

/// How a call travels (3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// `GET`, everything in the query.
    Classic,
    /// `POST`, one flat JSON object.
    Json,
}

words! {
    /// (3.3)
    Method {
        PairTerminal = "pairTerminal",
        PairTerminalWithCountry = "pairTerminalWithCountry",
        UnPairTerminal = "unPairTerminal",
        RunTransaction = "runTransaction",
        RunTransaction2 = "runTransaction2",
        CheckStatus = "checkStatus",
        CheckStatus2 = "checkStatus2",
        CheckStatusList = "checkStatusList",
        CloseBatch = "closeBatch",
        GetSignature = "getSignature",
        GetSwipe = "getSwipe",
        GetUserInput = "getUserInput",
        GetUserSelection = "getUserSelection",
        ShowLineItems = "showLineItems",
        ShowUrl = "showUrl",
        GetTerminalFeatures = "getTerminalFeatures",
        GetTerminalConfiguration = "getTerminalConfiguration",
        SetTerminalConfiguration = "setTerminalConfiguration",
    }
}

impl Method {
    /// Whatever its letters' case.
    pub fn read(word: &str) -> Method {
        let known = Method::KNOWN.iter().find(|known| known.word().eq_ignore_ascii_case(word));
        known.cloned().unwrap_or_else(|| Method::from_word(word))
    }
}

/// Names of parameters in the classic flavour (3.3). In the JSON flavour they begin with a capital letter, and `ID` is `Id`.
pub mod parameter {
    pub const COMMAND: &str = "command";
    pub const KEY: &str = "key";
    pub const PASSWORD: &str = "password";
    pub const TERMINAL_ID: &str = "terminalId";
    pub const AMOUNT: &str = "amount";
    pub const REF_ID: &str = "refID";
    /// closeBatch spells it so.
    pub const BATCH_REF_ID: &str = "refId";
    pub const INVOICE_NUMBER: &str = "invoiceNumber";
    pub const MERCHANT_ID: &str = "merchantId";
    pub const TOKEN: &str = "token";
    pub const EXP_DATE: &str = "expDate";
    pub const DATE: &str = "date";
    pub const PROMPT: &str = "prompt";
    pub const TITLE: &str = "title";
    pub const TYPE: &str = "type";
    pub const MAX_LENGTH: &str = "maxLength";
    pub const OPTIONS: &str = "options";
    pub const DATA: &str = "data";
    pub const URL: &str = "url";
    pub const IS_DEFAULT: &str = "isDefault";
    pub const OPTION_NAME: &str = "optionName";
    pub const OPTION_VALUE: &str = "optionValue";
    pub const BUSINESS_NAME: &str = "businessName";
    pub const CONTACT_NAME: &str = "contactName";
    pub const ADDRESS: &str = "address";
    pub const CITY: &str = "city";
    pub const STATE: &str = "state";
    pub const ZIP_CODE: &str = "zipCode";
    pub const EMAIL: &str = "email";
    pub const PHONE: &str = "phone";
    pub const RESELLER_NAME: &str = "resellerName";
    pub const REFERENCE_ID: &str = "referenceID";
    pub const TERMINAL_SERIAL_NUMBER: &str = "terminalSerialNumber";
    pub const COUNTRY: &str = "country";
}

impl Method {
    /// Every parameter of it; in the classic flavour all of them must be there, even if empty (3.1).
    pub fn parameters(&self) -> &'static [&'static str] {
        use parameter::*;
        static PAIRING: [&str; 12] = [
            BUSINESS_NAME,
            CONTACT_NAME,
            ADDRESS,
            CITY,
            STATE,
            ZIP_CODE,
            EMAIL,
            PHONE,
            RESELLER_NAME,
            REFERENCE_ID,
            TERMINAL_SERIAL_NUMBER,
            COUNTRY,
        ];
        match self {
            Method::PairTerminal => &PAIRING[..11],
            Method::PairTerminalWithCountry => &PAIRING,
            Method::UnPairTerminal
            | Method::GetSignature
            | Method::GetTerminalFeatures
            | Method::GetTerminalConfiguration => &[KEY, PASSWORD, TERMINAL_ID],
            Method::RunTransaction => &[COMMAND, KEY, PASSWORD, AMOUNT, REF_ID, TERMINAL_ID],
            Method::RunTransaction2 => {
                &[COMMAND, KEY, PASSWORD, AMOUNT, REF_ID, TERMINAL_ID, INVOICE_NUMBER, MERCHANT_ID, TOKEN, EXP_DATE]
            }
            Method::CheckStatus | Method::CheckStatusList => &[COMMAND, KEY, PASSWORD, REF_ID, DATE, TERMINAL_ID],
            Method::CheckStatus2 => &[COMMAND, KEY, PASSWORD, REF_ID, DATE, TERMINAL_ID, MERCHANT_ID],
            Method::CloseBatch => &[KEY, PASSWORD, TERMINAL_ID, BATCH_REF_ID, MERCHANT_ID],
            Method::GetSwipe => &[KEY, PASSWORD, TERMINAL_ID, PROMPT],
            Method::GetUserInput => &[KEY, PASSWORD, TERMINAL_ID, TITLE, TYPE, MAX_LENGTH],
            Method::GetUserSelection => &[KEY, PASSWORD, TERMINAL_ID, TITLE, OPTIONS],
            Method::ShowLineItems => &[KEY, PASSWORD, TERMINAL_ID, TYPE, DATA],
            Method::ShowUrl => &[KEY, PASSWORD, TERMINAL_ID, URL, IS_DEFAULT],
            Method::SetTerminalConfiguration => &[KEY, PASSWORD, TERMINAL_ID, OPTION_NAME, OPTION_VALUE],
            Method::Other(_) => &[],
        }
    }
}

/// One value of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// Stands in no record.
    Hidden(Secret),
    /// Repeated in the classic flavour, an array in the JSON one (3.1).
    Texts(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

/// A call as the till makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    /// In the order of [`Method::parameters`], and all of them.
    pub parameters: Vec<(&'static str, Value)>,
}

impl Call {
    /// What is not given is empty; what the method does not have is left out.
    pub fn new(method: Method, given: Vec<(&'static str, Value)>) -> Call {
        let value = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let names = method.parameters().iter();
        let parameters = names.map(|name| (*name, value(name).unwrap_or_else(|| Value::from("")))).collect();
        Call { method, parameters }
    }
}

/// A call as the cloud gets it: names in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedCall {
    pub method: Method,
    pub flavour: Flavour,
    pub parameters: BTreeMap<String, Vec<String>>,
}

impl ReceivedCall {
    /// The only or first value; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.texts(name).first().map_or("", String::as_str)
    }

    pub fn texts(&self, name: &str) -> &[String] {
        self.parameters.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The first parameter of the method that was not given at all.
    pub fn missing(&self) -> Option<&'static str> {
        let mut names = self.method.parameters().iter();
        names.find(|name| !self.parameters.contains_key(&name.to_ascii_lowercase())).copied()
    }
}
