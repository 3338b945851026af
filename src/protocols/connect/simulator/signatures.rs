//! Signatures: the till is asked, and has eighty seconds (4.12, 8.5).

use serde_json::Value;

use super::lines::About;
use super::profile::SIGNATURE_WITHIN;
use super::running::Running;
use super::{Cloud, Unsigned, results, script};
use crate::domain::Now;
use crate::protocols::connect::messages::*;
use crate::protocols::simulator::Line;

impl Cloud {
    /// A till that is gone is asked nothing, and does not answer.
    pub(super) fn ask_signature(&mut self, now: &Now, running: &mut Running) {
        let Some(payment) = running.payment() else { return };
        let version = self.version_of(running);
        let params = results::signature_request(&payment.record, version);
        let about = About::Signature { tid: running.tid.clone(), is_open: true };
        let method = method::SIGNATURE_VERIFICATION_REQUEST;
        running.signs = Some(running.line.and_then(|line| self.ask(line, method, params, about)));
        running.wake = now.at + self.scaled(SIGNATURE_WITHIN);
    }

    pub(super) fn version_of(&self, running: &Running) -> Version {
        running.line.and_then(|line| self.clients.get(&line)).map_or(Version::V1, |client| client.version)
    }

    /// What the till says of a signature on this terminal.
    pub(super) fn signature_answered(
        &mut self,
        now: &Now,
        line: Line,
        id: &Value,
        tid: &str,
        is_open: bool,
        answer: Result<Value, RpcError>,
    ) {
        // An error is no answer; the terminal waits on.
        let Ok(answer) = answer else { return self.complain("a signature request was answered with an error") };
        let Some(is_accepted) = answer.get("accepted").and_then(Value::as_bool) else {
            return self.complain("accepted is no boolean");
        };
        if !is_open {
            return self.too_late(line, tid);
        }
        if let Some(client) = self.clients.get_mut(&line) {
            client.close_question(id);
        }
        let waits = |running: &&mut Running| running.signs.as_ref() == Some(&Some(id.clone())) && running.tid == tid;
        let Some(running) = self.running.iter_mut().find(waits) else { return self.too_late(line, tid) };
        if let Some(payment) = running.payment() {
            let steps = script::signed(&payment.plan, is_accepted);
            running.goes_on_with(steps, now.at);
        }
    }

    fn too_late(&mut self, line: Line, tid: &str) {
        if let Some(client) = self.clients.get(&line) {
            let value = "SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED";
            self.send(line, &results::notification(tid, value, client.version));
        }
    }

    pub(super) fn nobody_signed(&mut self, now: &Now, running: &mut Running) {
        if let (Some(line), Some(Some(id))) = (running.line, &running.signs)
            && let Some(client) = self.clients.get_mut(&line)
        {
            client.close_question(id);
        }
        if let Some(payment) = running.payment() {
            let steps = script::unsigned(&payment.plan, self.options.unsigned == Unsigned::Accepted);
            running.goes_on_with(steps, now.at);
        }
    }
}
