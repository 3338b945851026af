//! What may be asked while something else runs: TransactionStatus and Abort (5.2, 5.3).

use super::{Terminal, responses};
use crate::domain::Now;
use crate::protocols::frame::{Frame, HttpResponse};
use crate::protocols::nexo::codec;
use crate::protocols::nexo::messages::*;
use crate::protocols::simulator::{Line, SimulatorEffect};

impl Terminal {
    pub(super) fn transaction_status(&mut self, line: Line, header: &Header, reference: Option<&MessageReference>) {
        if self.running.is_some() {
            return self.refuse(line, header, None, ErrorCondition::Busy, "Transaction in progress");
        }
        let found = self.store.newest(header, reference);
        if found.is_some_and(|found| found.lost) && !self.session.as_ref().is_some_and(|session| session.full) {
            return self.effects.push(SimulatorEffect::Cut(line));
        }
        let repeated =
            found.filter(|found| !found.lost).and_then(|found| codec::decode(found.response.as_bytes()).ok());
        match repeated {
            Some(repeated) => {
                let body = Body::TransactionStatusResponse(Box::new(TransactionStatusResponse {
                    response: Response::success(),
                    repeated: Some(repeated),
                }));
                self.send(line, &Message { header: responses::header_for(header), body });
            }
            None => self.refuse(line, header, None, ErrorCondition::NotFound, "Transaction not found"),
        }
    }

    /// Always 204; what it does shows in the answer to the aborted request.
    pub(super) fn abort(&mut self, now: &Now, line: Line, header: &Header, reference: &MessageReference, bytes: &[u8]) {
        self.effects.push(SimulatorEffect::Send(line, Frame::Response(HttpResponse::empty(204))));
        if self.session.is_none() {
            return;
        }
        if self.running.as_ref().is_some_and(|running| names(reference, &running.request)) {
            return self.abort_running(now, bytes);
        }
        // a light till hears nothing of it: it has no voice
        match self.store.newest(header, Some(reference)).filter(|_| reference.service_id.is_some()) {
            Some(_) => self.till.notify(now, "Completed", false, None),
            None => self.till.notify(now, "Reject", false, Some(bytes.to_vec())),
        }
    }
}

/// The ids must be there and be those of the request; the rest must not contradict.
fn names(reference: &MessageReference, request: &Header) -> bool {
    let agrees = |given: Option<&String>, own: &str| given.is_none_or(|given| given == own);
    reference.service_id == request.service_id
        && agrees(reference.category.as_ref(), request.category.name())
        && agrees(reference.sale_id.as_ref(), &request.sale_id)
        && agrees(reference.poi_id.as_ref(), &request.poi_id)
}
