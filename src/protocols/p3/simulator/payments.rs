//! EXECUTE: charges, stand-alone refunds, gift cards, wallets (4.3 to 4.5, 7.2, 7.11).

use super::cards::Card;
use super::running::{Payment, Running, Work};
use super::script::{self, Behaviour, Decision, Plan};
use super::store::Record;
use super::validation::{self, Asked, Refusal};
use super::{PayServer, profile, test_card};
use crate::domain::{Now, Operation};
use crate::protocols::p3::messages::*;
use crate::protocols::simulator::{Charge, LedgerState, Line, Scenario, SimulatorEffect};

impl PayServer {
    pub(super) fn execute_request(
        &mut self,
        now: &Now,
        line: Line,
        header: Header,
        request: &ExecuteTransactionRequest,
    ) {
        let (parameters, asked) = match validation::execute(request) {
            Ok(checked) => checked,
            Err(refusal) => return self.refuse(line, &header, &MessageType::ExecuteTransactionResponse, &refusal),
        };
        let device = match self.reader_for(&header, parameters) {
            Ok(device) => device,
            Err(refusal) => return self.refuse(line, &header, &MessageType::ExecuteTransactionResponse, &refusal),
        };
        self.note_carelessness(parameters, &asked);
        let scenario = asked.amount.map_or(Scenario::ChipAndPin, |amount| Scenario::of_amount(amount.minor()));
        let offline = request.mode == Some(Mode::Offline);
        if let Some(refusal) = self.cannot_start(scenario, device.is_some(), offline) {
            return self.refuse(line, &header, &MessageType::ExecuteTransactionResponse, &refusal);
        }
        if scenario == Scenario::LineDropsBeforeRequest {
            return self.cut(line);
        }
        let record = self.new_record(now, parameters, &asked, offline);
        let plan = self.plan(scenario, request, parameters, &asked);
        let account = request.account_parameters.as_ref();
        let payment = Payment {
            source: account.and_then(|account| account.source.clone()).unwrap_or(plan.behaviour.source.clone()),
            verification: plan.behaviour.verification.clone(),
            workflow: parameters.workflow.clone().unwrap_or(Workflow::Pos),
            scheme: account.map_or(parameters.scheme.clone(), |account| account.scheme.clone()),
            record,
            asked,
        };
        let steps = if device.is_some() { script::with_reader(&plan) } else { script::without_reader(&plan) };
        let work = Work::Payment(Box::new(payment));
        self.start(now, Running::new(line, header, device, scenario, work, steps, now.at));
    }

    /// The reader's path; `None` where none is used (7.11).
    fn reader_for(&self, header: &Header, parameters: &TransactionParameters) -> Result<Option<String>, Refusal> {
        if parameters.workflow == Some(Workflow::AlternativePaymentMethod) {
            return match header.resource {
                Some(_) => Err(Refusal::invalid("resource with ALTERNATIVE_PAYMENT_METHOD")),
                None => Ok(None),
            };
        }
        self.free_reader(header).map(Some)
    }

    /// The reader that the header names, if nobody uses it (7.9).
    pub(super) fn free_reader(&self, header: &Header) -> Result<String, Refusal> {
        let path = header.resource.clone().ok_or_else(|| Refusal::invalid("resource is missing"))?;
        if !self.options.devices.iter().any(|device| device.resource == path) {
            return Err(Refusal::fault(ErrorType::PosAccessoryNotFound, "no such reader"));
        }
        if self.running.iter().any(|running| running.device.as_ref() == Some(&path)) {
            return Err(Refusal::ordinary(ErrorType::PosAccessoryBusy, "Card reader is in use"));
        }
        Ok(path)
    }

    fn cannot_start(&self, scenario: Scenario, with_reader: bool, offline: bool) -> Option<Refusal> {
        if scenario == Scenario::Busy && with_reader {
            return Some(Refusal::ordinary(ErrorType::PosAccessoryBusy, "Card reader is in use"));
        }
        if offline && !self.store.offline_enabled {
            let why = "offline mode was not enabled by a synchronisation";
            return Some(Refusal::fault(ErrorType::PosSdkConfigurationMissing, why));
        }
        None
    }

    pub(super) fn note_carelessness(&mut self, parameters: &TransactionParameters, asked: &Asked) {
        for fault in validation::careless(parameters, asked) {
            self.complain(fault);
        }
        let key = parameters.custom_identifier.as_deref().unwrap_or_default();
        let runs = |key: &str| {
            self.running
                .iter()
                .filter_map(|running| running.record())
                .any(|record| record.custom_identifier.as_deref() == Some(key))
        };
        if !key.is_empty() && (self.store.knows_custom_identifier(key) || runs(key)) {
            self.complain("customIdentifier used twice");
        }
    }

    fn plan(
        &self,
        scenario: Scenario,
        request: &ExecuteTransactionRequest,
        parameters: &TransactionParameters,
        asked: &Asked,
    ) -> Plan {
        let mut behaviour = Behaviour::of_scenario(scenario);
        if let Some(tested) = asked.amount.filter(|_| self.options.test_card).and_then(test_card::behaviour) {
            behaviour = tested;
        }
        let keyed = parameters.workflow == Some(Workflow::Moto);
        if keyed {
            (behaviour.source, behaviour.verification) = (Source::Manual, CustomerVerification::None);
        }
        if parameters.workflow == Some(Workflow::GiftCard) {
            (behaviour.source, behaviour.verification) = (Source::MagneticStripe, CustomerVerification::None);
        }
        Plan {
            scenario,
            behaviour,
            asks_tip: request.steps.is_some(),
            keyed,
            offline: request.mode == Some(Mode::Offline),
        }
    }

    pub(super) fn new_record(
        &mut self,
        now: &Now,
        parameters: &TransactionParameters,
        asked: &Asked,
        offline: bool,
    ) -> Record {
        let (kind, operation) = kind_of(parameters);
        let adjustable = parameters.tip_adjustable == Some(true) && kind == TransactionType::Charge;
        Record {
            identifier: self.new_identifier(),
            custom_identifier: parameters.custom_identifier.clone(),
            kind,
            operation,
            status: TransactionStatus::Initialized,
            code: StatusCode::InitializedAtServer,
            offline,
            currency: parameters.currency.clone().unwrap_or_else(|| self.currency.code().to_owned()),
            amount_minor: asked.amount.map_or(0, crate::domain::Money::minor),
            tip_minor: asked.tip.map_or(0, crate::domain::Money::minor),
            captured: false,
            referenced: None,
            subject: parameters.subject.clone(),
            statement_descriptor: parameters.statement_descriptor.clone(),
            metadata: parameters.metadata.clone(),
            created: now.wall.as_millisecond(),
            zone: zone(now),
            card: None,
            source: Source::Unknown,
            verification: CustomerVerification::Unknown,
            signature_line: false,
            approval_code: None,
            tip_adjust: if adjustable { TipAdjustStatus::Adjustable } else { TipAdjustStatus::NotAdjustable },
            refunds: Vec::new(),
            gift: None,
            lost: false,
        }
    }

    pub(super) fn read_card(&mut self, running: &mut Running) {
        let Work::Payment(payment) = &mut running.work else { return };
        let card = match (&payment.workflow, &payment.scheme) {
            (Workflow::GiftCard, scheme) => {
                Card::without_chip(scheme.clone().unwrap_or(Scheme::ValueLink), &mut self.dice)
            }
            (Workflow::AlternativePaymentMethod, scheme) => {
                Card::without_chip(scheme.clone().unwrap_or(Scheme::Unknown), &mut self.dice)
            }
            _ => Card::draw(&mut self.dice),
        };
        payment.record.card = Some(card);
        payment.record.source = payment.source.clone();
        payment.record.verification = payment.verification.clone();
        if running.registered {
            self.store.put(payment.record.clone());
        }
    }

    /// The processor's word. An approval moves money.
    pub(super) fn decide_payment(&mut self, payment: &mut Payment, decision: Decision) {
        let charge = match decision {
            Decision::Decline(code) => return payment.record.ended(TransactionStatus::Declined, code),
            Decision::Approve(charge) => charge,
        };
        let (total, tip) = payment.charged(charge);
        if payment.workflow == Workflow::GiftCard && !self.move_gift(&mut payment.record, total) {
            return payment.record.ended(TransactionStatus::Declined, StatusCode::DeclinedInsufficientFunds);
        }
        let record = &mut payment.record;
        record.amount_minor = total;
        record.tip_minor = tip;
        record.captured = record.kind != profile::PREAUTH_IS && !record.offline;
        match (record.offline, charge) {
            (true, _) => record.ended(TransactionStatus::Accepted, StatusCode::AcceptedWaitingForSubmission),
            (false, Charge::Half) => {
                record.ended(TransactionStatus::Approved, StatusCode::ApprovedPartially);
            }
            (false, _) => record.ended(TransactionStatus::Approved, StatusCode::Approved),
        }
        if !record.offline {
            record.approval_code = Some(self.dice.digits(6));
        }
        let entry = record.ledger_entry(total, LedgerState::Approved);
        self.effects.extend(entry.map(SimulatorEffect::Ledger));
    }

    /// Whether the gift card has as much. Its balances, before and after, stand in the answer.
    fn move_gift(&mut self, record: &mut Record, minor: i64) -> bool {
        let before = self.store.gift_balance_minor;
        let after = match record.kind {
            TransactionType::Activation | TransactionType::Refund => before.saturating_add(minor),
            TransactionType::Charge | TransactionType::Preauthorize => before.saturating_sub(minor),
            _ => before,
        };
        if after < 0 {
            return false;
        }
        self.store.gift_balance_minor = after;
        record.gift = Some((before, after));
        true
    }
}

/// What an EXECUTE becomes in platform and ledger.
fn kind_of(parameters: &TransactionParameters) -> (TransactionType, Option<Operation>) {
    match parameters.kind {
        RequestType::Charge if parameters.auto_capture == Some(false) => {
            (profile::PREAUTH_IS, Some(Operation::Preauth))
        }
        RequestType::Charge => (TransactionType::Charge, Some(Operation::Sale)),
        RequestType::Refund => (profile::STAND_ALONE_REFUND_IS, Some(Operation::Refund)),
        RequestType::Activation => (TransactionType::Activation, Some(Operation::Activation)),
        RequestType::BalanceInquiry => (TransactionType::BalanceInquiry, None),
        _ => (TransactionType::Unknown, None),
    }
}

/// `+02:00` (2.4).
fn zone(now: &Now) -> String {
    let local = now.local_rfc3339();
    local.get(local.len().saturating_sub(6)..).unwrap_or_default().to_owned()
}
