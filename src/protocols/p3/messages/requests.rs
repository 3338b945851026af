//! What the till asks (3, 4.2 to 4.7).

use std::collections::BTreeMap;
use std::fmt;

use super::words::*;
use crate::domain::request::ScannedCode;
use crate::domain::signature::SignatureImage;
use crate::protocols::json::Amount;

/// (3, row 1)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginMerchantRequest {
    pub provider_mode: ProviderMode,
    pub merchant_identifier: String,
    pub merchant_secret: MerchantSecret,
}

/// Travels in clear in the login and stands nowhere else (1.3, rule 8).
#[derive(Clone, PartialEq, Eq)]
pub struct MerchantSecret(String);

impl MerchantSecret {
    pub fn new(secret: &str) -> MerchantSecret {
        MerchantSecret(secret.to_owned())
    }

    /// For the login message, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MerchantSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// (3, row 5) `transaction_parameters` or `session_identifier` (4.6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecuteTransactionRequest {
    pub mode: Option<Mode>,
    pub transaction_parameters: Option<TransactionParameters>,
    pub session_identifier: Option<String>,
    pub steps: Option<Steps>,
    pub account_parameters: Option<AccountParameters>,
}

/// (3, row 13)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendTransactionRequest {
    pub mode: Option<Mode>,
    pub transaction_parameters: TransactionParameters,
}

/// (4.3)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionParameters {
    pub kind: RequestType,
    pub amount: Option<Amount>,
    pub currency: Option<String>,
    /// `false` only authorises.
    pub auto_capture: Option<bool>,
    pub referenced_transaction_identifier: Option<String>,
    pub subject: Option<String>,
    /// The till's own key; recovery depends on it.
    pub custom_identifier: Option<String>,
    pub statement_descriptor: Option<String>,
    pub application_fee: Option<Amount>,
    /// Part of `amount`.
    pub included_tip_amount: Option<Amount>,
    pub metadata: BTreeMap<String, String>,
    pub tip_adjustable: Option<bool>,
    pub workflow: Option<Workflow>,
    pub scheme: Option<Scheme>,
}

impl TransactionParameters {
    pub fn new(kind: RequestType) -> TransactionParameters {
        TransactionParameters {
            kind,
            amount: None,
            currency: None,
            auto_capture: None,
            referenced_transaction_identifier: None,
            subject: None,
            custom_identifier: None,
            statement_descriptor: None,
            application_fee: None,
            included_tip_amount: None,
            metadata: BTreeMap::new(),
            tip_adjustable: None,
            workflow: None,
            scheme: None,
        }
    }
}

/// (4.4) What the shopper is asked for on the reader. Both at once are not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steps {
    AskForTip(TipStep),
    AskForTotalAmount(TipStep),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TipStep {
    pub suggested_amount: Option<Amount>,
    pub max_tip_amount: Option<Amount>,
    /// `showAddTipConfirmationScreen` or `showTotalAmountConfirmationScreen`.
    pub show_confirmation_screen: Option<bool>,
}

/// (4.5) A payment without a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountParameters {
    pub shopper_account_identifier: ScannedCode,
    pub source: Option<Source>,
    pub scheme: Option<Scheme>,
}

/// (3, row 9; 7.6)
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitSignature {
    /// The bytes of the image; not empty.
    Digital(SignatureImage),
    OnReceipt,
    Other(String),
}

/// (3, row 16)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetTransactionRequest {
    pub transaction_identifier: String,
    pub mode: Option<Mode>,
}

/// (3, row 18)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueryTransactionsRequest {
    pub custom_identifier: Option<String>,
    pub include_receipts: Option<bool>,
    pub offset: Option<i64>,
    pub limit: Option<i64>,
    pub mode: Option<Mode>,
}

/// (3, row 20)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StartScan {
    pub trigger_type: Option<TriggerType>,
    pub beep: Option<bool>,
    pub scan_mode: Option<ScanMode>,
}
