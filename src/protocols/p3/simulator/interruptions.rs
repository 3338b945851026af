//! What a till says into a running operation: abort (7.4) and signature (7.6).

use super::running::{Running, Work};
use super::validation::Refusal;
use super::{PayServer, profile, scan, script};
use crate::domain::Now;
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{Line, Scenario};

impl PayServer {
    /// Where the running operation is that a header means: by its `referenceTag`; without one by an equal tag, else by the
    /// reader (7.4, inferred). Another client's operation is none of this one's, unless that client is gone.
    fn meant(&self, line: Line, header: &Header) -> Option<usize> {
        let reachable = |running: &Running| running.line.is_none_or(|found| found == line);
        let position =
            |is: &dyn Fn(&Running) -> bool| self.running.iter().position(|running| reachable(running) && is(running));
        if let Some(tag) = &header.reference_tag {
            return position(&|running| running.request.tag == *tag);
        }
        let path = header.resource.as_ref();
        let by_reader = || position(&|running| path.is_some() && running.device.as_ref() == path);
        position(&|running| running.request.tag == header.tag).or_else(by_reader)
    }

    /// The last response of what is aborted follows in any case, and is the truth.
    pub(super) fn abort_request(&mut self, now: &Now, line: Line, header: &Header) {
        let running = self.meant(line, header).and_then(|place| self.running.get_mut(place));
        let status = match running {
            None => AbortStatus::NothingToAbort,
            Some(running) => abort(now, running),
        };
        let body = Body::AbortOperationResponse(Some(status));
        self.send(line, &Message { header: header.answer(), body });
    }

    pub(super) fn signature_request(&mut self, now: &Now, line: Line, header: &Header, signature: &SubmitSignature) {
        let place = self.meant(line, header).filter(|place| self.running[*place].signs);
        let fault = match (place, signature) {
            (None, _) => Some("no signature is asked for"),
            (_, SubmitSignature::Digital(image)) if image.bytes().is_empty() => Some("the signature is empty"),
            (_, SubmitSignature::Other(_)) => Some("unknown type of signature"),
            _ => None,
        };
        let refusal = fault.map(|fault| Refusal::fault(ErrorType::PosTransactionActionError, fault));
        match (refusal, place) {
            (None, Some(place)) => {
                let running = &mut self.running[place];
                running.signs = false;
                running.wake = now.at;
                if let Some(record) = running.record_mut() {
                    record.signature_line = *signature == SubmitSignature::OnReceipt;
                }
                self.send(line, &Message { header: header.answer(), body: Body::SubmitSignatureResponse });
            }
            (refusal, _) => {
                let refusal = refusal.unwrap_or_else(|| Refusal::invalid("no signature is asked for"));
                self.refuse(line, header, &MessageType::SubmitSignatureResponse, &refusal);
            }
        }
    }

    /// The operation stands still (7.6).
    pub(super) fn ask_signature(&mut self, now: &Now, running: &mut Running) {
        running.signs = true;
        running.wake = now.at + profile::SIGNATURE_WITHIN;
        let body = Body::ExecuteTransactionAction(ActionType::Signature);
        self.tell(running, Message { header: running.request.answer(), body });
    }
}

fn abort(now: &Now, running: &mut Running) -> AbortStatus {
    if let Work::Scan { state, .. } = &mut running.work {
        *state = ScanState::Aborted;
        running.goes_on_with(scan::ended(), now.at);
        return AbortStatus::Ok;
    }
    match running.scenario {
        _ if !running.abortable => AbortStatus::CannotBeAborted,
        Scenario::CancelAcknowledgedApproved => AbortStatus::Ok,
        Scenario::CancelRefusedApproved => AbortStatus::CannotBeAborted,
        _ => {
            running.goes_on_with(script::aborted(), now.at);
            AbortStatus::Ok
        }
    }
}
