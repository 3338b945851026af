//! Receipts as data (4.9).

/// One copy. What is not known of it (a pre-formatted text of newer servers) is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// Every line by its key, in the order the server wrote them.
    pub data: Vec<ReceiptLine>,
    pub merchant_details: Vec<ReceiptLine>,
    pub payment_details: Vec<ReceiptLine>,
    pub clearing_details: Vec<ReceiptLine>,
    pub signature_line_required: bool,
    pub tip_line_required: bool,
}

/// `label` and `value` are for printing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub key: String,
    pub label: String,
    pub value: String,
}

impl Receipt {
    pub fn line(&self, key: &str) -> Option<&ReceiptLine> {
        let groups = [&self.data, &self.merchant_details, &self.payment_details, &self.clearing_details];
        groups.into_iter().flatten().find(|line| line.key == key)
    }
}
