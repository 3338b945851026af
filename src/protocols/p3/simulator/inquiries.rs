//! GET and QUERY (7.8, 10.9).

use super::PayServer;
use super::receipts;
use super::validation::Refusal;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::Line;

/// How many transactions a QUERY without a limit gets, and the most it gets at all.
const LIMIT: usize = 100;

impl PayServer {
    pub(super) fn get_request(&mut self, line: Line, header: &Header, request: &GetTransactionRequest) {
        let mode = request.mode.as_ref().unwrap_or(&Mode::Online);
        let found = self.store.in_mode(mode).find(|record| record.identifier == request.transaction_identifier);
        match found.map(|record| receipts::transaction(record, &self.store, true)) {
            Some(transaction) => {
                let body = Body::GetTransactionResponse(Some(Box::new(transaction)));
                self.send(line, &Message { header: header.answer(), body });
            }
            None => {
                let refusal = Refusal::ordinary(ErrorType::PosTransactionReferenceNotFound, "No such transaction");
                self.refuse(line, header, &MessageType::GetTransactionResponse, &refusal);
            }
        }
    }

    /// Newest first.
    pub(super) fn query_request(&mut self, line: Line, header: &Header, request: &QueryTransactionsRequest) {
        let bounds = (usize::try_from(request.offset.unwrap_or(0)), request.limit.map(usize::try_from).transpose());
        let (Ok(offset), Ok(limit)) = bounds else {
            let refusal = Refusal::invalid("offset or limit is less than zero");
            return self.refuse(line, header, &MessageType::QueryTransactionsResponse, &refusal);
        };
        let wanted = request.custom_identifier.as_ref();
        let with_receipts = request.include_receipts == Some(true);
        let found = self
            .store
            .in_mode(request.mode.as_ref().unwrap_or(&Mode::Online))
            .filter(|record| wanted.is_none() || record.custom_identifier.as_ref() == wanted)
            .skip(offset)
            .take(limit.unwrap_or(LIMIT).min(LIMIT))
            .map(|record| receipts::transaction(record, &self.store, with_receipts))
            .collect();
        let body = Body::QueryTransactionsResponse(Some(found));
        self.send(line, &Message { header: header.answer(), body });
    }
}
