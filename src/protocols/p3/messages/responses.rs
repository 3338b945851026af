//! What the PayServer says, but for the transaction itself (3, 4.1).

use super::status_code::StatusCode;
use super::transaction::{RefundDetails, Transaction};
use super::words::*;
use crate::domain::request::ScannedCode;

/// (3, row 2)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginMerchantResponse {
    /// `information.location`: the shop's name.
    pub location: Option<String>,
    pub devices: Vec<Device>,
}

/// (4.1)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub name: String,
    pub identifier: String,
    /// The path for the header of card operations.
    pub resource: String,
    pub kind: Option<DeviceType>,
    pub comlink: Option<Comlink>,
}

/// How a transaction stands: the data of an update or of the last response (3, rows 6, 8, 14, 15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    pub state: Option<State>,
    pub state_details: Option<StateDetails>,
    /// Two ready-made lines for the cashier, to be shown unchanged (section 8).
    pub information: Vec<String>,
    /// Only in updates; a till offers its abort button only while the last one said `true`.
    pub abortable: Option<bool>,
    pub transaction: Option<Transaction>,
}

/// (3, rows 21 and 22)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScanProgress {
    pub state: Option<ScanState>,
    pub state_details: Option<ScanStateDetails>,
    pub information: Vec<String>,
    /// `barcodeDetails.barcode`; may be a wallet's code, so it is never printed.
    pub barcode: Option<ScannedCode>,
}

/// (3, row 26)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchResult {
    pub identifier: String,
    pub status_details: Option<StatusDetails>,
    pub refund_details: Option<RefundDetails>,
}

/// Why a transaction has its status (4.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusDetails {
    pub code: Option<StatusCode>,
    pub description: Option<String>,
    pub developer_description: Option<String>,
}
