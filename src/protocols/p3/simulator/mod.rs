//! A PayServer without hardware: section 10 of the reference, the scenarios of DESIGN section 6.
//!
//! The table of DESIGN wins over the reference's cents; the vendor's test card is an option. What the reference leaves
//! open about a PayServer is decided in `profile.rs`.

mod amendments;
mod cards;
mod inquiries;
mod interruptions;
mod oddities;
mod offline;
mod payments;
mod profile;
mod receipts;
mod running;
mod scan;
mod script;
mod store;
mod test_card;
#[cfg(test)]
mod tests;
mod texts;
mod validation;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use self::running::Running;
use self::store::Store;
use self::validation::Refusal;
use self::wire::Client;
use super::codec;
use super::messages::*;
use crate::domain::{Currency, Instant, Now};
use crate::protocols::json::tree;
use crate::protocols::protocol::SimulatorSetup;
use crate::protocols::simulator::{Dice, Line, Simulator, SimulatorEffect, SimulatorInput};

/// Operations that run at once, over all clients.
const RUNNING_AT_MOST: usize = 256;

/// The registry's constructor.
pub fn create(setup: &SimulatorSetup) -> Box<dyn Simulator> {
    Box::new(PayServer::new(setup, Options::default()))
}

/// How a PayServer is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Amounts without cents do what the vendor's test card does (10.5).
    pub test_card: bool,
    pub devices: Vec<Device>,
}

impl Default for Options {
    fn default() -> Self {
        Options { test_card: false, devices: profile::devices() }
    }
}

/// One PayServer with its readers and the platform behind it.
pub struct PayServer {
    speed: u32,
    currency: Currency,
    options: Options,
    seed: u64,
    dice: Dice,
    store: Store,
    clients: BTreeMap<Line, Client>,
    running: Vec<Running>,
    effects: Vec<SimulatorEffect>,
}

impl Simulator for PayServer {
    fn step(&mut self, now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        self.perform_due(&now);
        match input {
            SimulatorInput::Opened(line, door) => self.opened(line, door),
            SimulatorInput::Received(line, frame) => self.received(&now, line, frame),
            SimulatorInput::Knocked(line, ..) => self.effects.push(SimulatorEffect::Close(line)),
            SimulatorInput::Closed(line) => self.closed(line),
            SimulatorInput::PowerCut => self.power_cut(),
            SimulatorInput::Answered(..) | SimulatorInput::Tick => {}
        }
        self.perform_due(&now);
        std::mem::take(&mut self.effects)
    }

    fn deadline(&self) -> Option<Instant> {
        self.running.iter().map(|running| running.wake).min()
    }

    fn memory(&self) -> Value {
        self.store.to_memory()
    }
}

impl PayServer {
    pub fn new(setup: &SimulatorSetup, options: Options) -> PayServer {
        PayServer {
            speed: setup.speed.max(1),
            currency: setup.currency,
            options,
            seed: setup.seed,
            dice: Dice::new(setup.seed),
            store: Store::restored(setup.memory.as_ref()),
            clients: BTreeMap::new(),
            running: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Shopper's, processor's and machine's time.
    fn scaled(&self, wait: Duration) -> Duration {
        wait / self.speed
    }

    /// One that no transaction had before.
    fn new_identifier(&mut self) -> String {
        self.store.identifiers += 1;
        Dice::new(self.seed.rotate_left(32) ^ self.store.identifiers).hex(32)
    }

    fn complain(&mut self, what: &str) {
        self.effects.push(SimulatorEffect::complaint(what));
    }

    /// The response of this type, with `status` ERROR and no data.
    fn refuse(&mut self, line: Line, request: &Header, response: &MessageType, refusal: &Refusal) {
        if refusal.clients_fault {
            self.complain(&refusal.why);
        }
        let header = request.answer().failed(Error::new(refusal.kind.clone(), &refusal.why));
        self.send(line, &Message { header, body: empty_response(response) });
    }

    /// From bytes to a request (10.2).
    fn request(&mut self, now: &Now, line: Line, bytes: &[u8]) {
        let tree = match tree::parse(bytes) {
            Ok(tree) => tree,
            Err(error) => return self.not_json(line, &error.to_string()),
        };
        let (message_type, header) = match codec::decode_header(bytes) {
            Ok(found) => found,
            Err(error) => {
                let refusal = Refusal::invalid(&error.to_string());
                return self.refuse(line, &Header::default(), &MessageType::UnknownResponse, &refusal);
            }
        };
        let response = message_type.response();
        if response == MessageType::UnknownResponse {
            return self.refuse(line, &header, &response, &Refusal::invalid("unknown message type"));
        }
        if let Err(refusal) = self.in_turn(line, &message_type, &header) {
            return self.refuse(line, &header, &response, &refusal);
        }
        match codec::decode(bytes) {
            Ok(message) => {
                for stranger in validation::strangers(&tree, &message) {
                    self.complain(&format!("{stranger} is no member of {}", message_type.word()));
                }
                self.dispatch(now, line, message);
            }
            Err(error) => self.refuse(line, &header, &response, &Refusal::invalid(&error.to_string())),
        }
    }

    fn not_json(&mut self, line: Line, why: &str) {
        if self.clients.get(&line).is_some_and(Client::is_stream) {
            return self.close(line, why);
        }
        let refusal = Refusal::fault(ErrorType::PayserverMessageProcessing, why);
        self.refuse(line, &Header::default(), &MessageType::UnknownResponse, &refusal);
    }

    /// Whether this request may come on this line at this moment (2.1, 10.2, 10.3).
    fn in_turn(&mut self, line: Line, message_type: &MessageType, header: &Header) -> Result<(), Refusal> {
        if header.tag.is_empty() {
            return Err(Refusal::invalid("tag is missing"));
        }
        let runs = |running: &Running| running.line == Some(line) && running.request.tag == header.tag;
        // PayClient may abort under the tag of what it aborts (7.4)
        let may_repeat = *message_type == MessageType::AbortOperationRequest;
        if !may_repeat && self.running.iter().any(runs) {
            return Err(Refusal::invalid("tag of a running operation"));
        }
        let Some(client) = self.clients.get_mut(&line) else { return Ok(()) };
        let is_new = client.is_new(&header.tag);
        if !client.logged_in && *message_type != MessageType::LoginMerchantRequest {
            return Err(Refusal::fault(ErrorType::PosServerAuthenticationFailed, "not logged in"));
        }
        if !is_new && !may_repeat {
            self.complain("tag used twice on a line");
        }
        if self.running.len() >= RUNNING_AT_MOST {
            return Err(Refusal::ordinary(ErrorType::PosTransactionBusy, "too many operations at once"));
        }
        Ok(())
    }

    fn dispatch(&mut self, now: &Now, line: Line, message: Message) {
        let Message { header, body } = message;
        match body {
            Body::LoginMerchantRequest(request) => self.login(line, &header, &request),
            Body::GetDevicesRequest => {
                let body = Body::GetDevicesResponse(Some(self.options.devices.clone()));
                self.send(line, &Message { header: header.answer(), body });
            }
            Body::ExecuteTransactionRequest(request) => self.execute_request(now, line, header, &request),
            Body::AmendTransactionRequest(request) => self.amend_request(now, line, header, &request),
            Body::SubmitSignatureRequest(signature) => self.signature_request(now, line, &header, &signature),
            Body::AbortOperationRequest => self.abort_request(now, line, &header),
            Body::GetTransactionRequest(request) => self.get_request(line, &header, &request),
            Body::QueryTransactionsRequest(request) => self.query_request(line, &header, &request),
            Body::ScanBarcodeRequest(request) => self.scan_request(now, line, header, &request),
            Body::SynchronizeConfigurationRequest => self.synchronize(line, &header),
            Body::SubmitTransactionsBatchRequest => self.submit_batch(line, &header),
            Body::DeleteConfigurationRequest => self.delete_configuration(line, &header),
            Body::DeleteTransactionsRequest => self.delete_transactions(line, &header),
            // responses, updates and actions were refused before
            _ => {}
        }
    }

    /// (7.1, 10.3)
    fn login(&mut self, line: Line, header: &Header, request: &LoginMerchantRequest) {
        let response = MessageType::LoginMerchantResponse;
        if request.merchant_identifier.is_empty() || matches!(request.provider_mode, ProviderMode::Other(_)) {
            let refusal = Refusal::invalid("providerMode or merchantIdentifier");
            return self.refuse(line, header, &response, &refusal);
        }
        let granted = request.merchant_secret.reveal() != profile::WRONG_SECRET;
        if let Some(client) = self.clients.get_mut(&line) {
            client.logged_in = granted;
        }
        if !granted {
            let refusal = Refusal::ordinary(ErrorType::PosServerAuthenticationFailed, "Login failed");
            return self.refuse(line, header, &response, &refusal);
        }
        let body = Body::LoginMerchantResponse(LoginMerchantResponse {
            location: Some(profile::LOCATION.to_owned()),
            devices: self.options.devices.clone(),
        });
        self.send(line, &Message { header: header.answer(), body });
    }

    /// Lines and what runs are gone; what was approved is stored already, the rest took no money.
    fn power_cut(&mut self) {
        let lines = std::mem::take(&mut self.clients);
        self.effects.extend(lines.into_keys().map(SimulatorEffect::Cut));
        self.running.clear();
        self.store.give_up_running();
    }
}

/// A response without data.
fn empty_response(response: &MessageType) -> Body {
    match response {
        MessageType::LoginMerchantResponse => Body::LoginMerchantResponse(LoginMerchantResponse::default()),
        MessageType::GetDevicesResponse => Body::GetDevicesResponse(None),
        MessageType::ExecuteTransactionResponse => Body::ExecuteTransactionResponse(Box::default()),
        MessageType::SubmitSignatureResponse => Body::SubmitSignatureResponse,
        MessageType::AbortOperationResponse => Body::AbortOperationResponse(None),
        MessageType::AmendTransactionResponse => Body::AmendTransactionResponse(Box::default()),
        MessageType::GetTransactionResponse => Body::GetTransactionResponse(None),
        MessageType::QueryTransactionsResponse => Body::QueryTransactionsResponse(None),
        MessageType::ScanBarcodeResponse => Body::ScanBarcodeResponse(ScanProgress::default()),
        MessageType::SynchronizeConfigurationResponse => Body::SynchronizeConfigurationResponse(None),
        MessageType::SubmitTransactionsBatchResponse => Body::SubmitTransactionsBatchResponse(None),
        MessageType::DeleteConfigurationResponse => Body::DeleteConfigurationResponse,
        MessageType::DeleteTransactionsResponse => Body::DeleteTransactionsResponse,
        _ => Body::UnknownResponse,
    }
}
