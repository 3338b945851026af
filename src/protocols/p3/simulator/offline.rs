//! Offline mode (4.7, 7.10): transactions taken at the merchant's risk, and submitted later.

use super::PayServer;
use super::receipts;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{LedgerState, Line, SimulatorEffect};

impl PayServer {
    pub(super) fn synchronize(&mut self, line: Line, header: &Header) {
        self.store.offline_enabled = true;
        let body = Body::SynchronizeConfigurationResponse(Some(OfflineMode::Enabled));
        self.send(line, &Message { header: header.answer(), body });
    }

    /// The platform takes every one of them: the money was promised when they were accepted.
    pub(super) fn submit_batch(&mut self, line: Line, header: &Header) {
        let mut submitted = Vec::new();
        for record in self.store.accepted_mut() {
            record.ended(TransactionStatus::Approved, StatusCode::Approved);
            record.captured = record.kind != super::profile::PREAUTH_IS;
            record.approval_code = Some(self.dice.digits(6));
            submitted.push(record.identifier.clone());
        }
        let result = |identifier: &String| {
            let record = self.store.find(identifier)?;
            Some(BatchResult {
                identifier: identifier.clone(),
                status_details: Some(receipts::status_details(record)),
                refund_details: Some(receipts::refund_details(record, &self.store)),
            })
        };
        let body = Body::SubmitTransactionsBatchResponse(Some(submitted.iter().filter_map(result).collect()));
        self.send(line, &Message { header: header.answer(), body });
    }

    pub(super) fn delete_configuration(&mut self, line: Line, header: &Header) {
        self.store.offline_enabled = false;
        self.send(line, &Message { header: header.answer(), body: Body::DeleteConfigurationResponse });
    }

    /// What was accepted and is wiped is never paid.
    pub(super) fn delete_transactions(&mut self, line: Line, header: &Header) {
        for record in self.store.take_accepted() {
            let entry = record.ledger_entry(record.amount_minor, LedgerState::Reversed);
            self.effects.extend(entry.map(SimulatorEffect::Ledger));
        }
        self.send(line, &Message { header: header.answer(), body: Body::DeleteTransactionsResponse });
    }
}
