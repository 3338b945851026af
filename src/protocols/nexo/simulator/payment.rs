//! A running payment or reversal: steps performed one after the other.

use std::collections::VecDeque;
use std::time::Duration;

use super::cards::Card;
use super::payment_script::{self, Decision, Manner, Phase, Step};
use super::receipts::{self, Facts};
use super::store::Transaction;
use super::texts::Text;
use super::till_calls::SIGNATURE_WITHIN;
use super::{SETTLING, Terminal, responses};
use crate::domain::{Currency, Instant, Money, Now, Operation};
use crate::protocols::nexo::codec;
use crate::protocols::nexo::messages::*;
use crate::protocols::simulator::{Charge, LedgerState, Line, Scenario, SimulatorEffect};

pub struct Running {
    /// `None` once the till closed it or the answer is out.
    pub line: Option<Line>,
    pub request: Header,
    pub scenario: Scenario,
    pub phase: Phase,
    steps: VecDeque<Step>,
    wake: Instant,
    work: Work,
    /// What will be, or was, stored; with the answer in it.
    done: Option<Message>,
    signature: bool,
}

enum Work {
    Payment(Box<Sale>),
    Reversal,
}

struct Sale {
    id: TransactionId,
    poi_transaction: TransactionId,
    operation: Operation,
    requested: Money,
    cash_back: Money,
    card: Card,
}

/// The amounts of an approval.
struct Charged {
    total: Money,
    tip: Option<Money>,
    fees: Option<Money>,
    cash_back: Money,
}

impl Sale {
    /// Cashback is part of what was requested (5.1).
    fn purchase(&self) -> i64 {
        self.requested.minor() - self.cash_back.minor()
    }

    fn charged(&self, charge: Charge) -> Charged {
        let money = |minor| Money::new(minor, self.requested.currency());
        let asked = self.requested.minor();
        let (tip, fees) = (self.purchase() / 10, self.purchase() / 25);
        let mut charged = Charged { total: self.requested, tip: None, fees: None, cash_back: self.cash_back };
        match charge {
            Charge::AsAsked => {}
            Charge::Half => {
                charged.total = money(asked / 2);
                charged.cash_back = money(self.cash_back.minor().min(asked / 2));
            }
            Charge::WithTip => {
                charged.total = money(asked.saturating_add(tip));
                charged.tip = Some(money(tip));
            }
            Charge::WithFees => {
                charged.total = money(asked.saturating_add(fees));
                charged.fees = Some(money(fees));
            }
        }
        charged
    }
}

/// Why a payment request is not even started (5.1, 16.2).
fn amounts_of(request: &PaymentRequest, also: Currency) -> Result<(Money, Money), &'static str> {
    let known = [Currency::SEK, Currency::NOK, Currency::DKK, Currency::EUR, also];
    let currency: Currency = request.currency.parse().map_err(|_| "AmountsReq: unknown Currency")?;
    if !known.contains(&currency) {
        return Err("AmountsReq: Currency is not configured");
    }
    let requested = Money::parse(&request.requested, currency).map_err(|_| "AmountsReq: RequestedAmount")?;
    let cash_back = request.cash_back.as_deref().map_or(Ok(Money::zero(currency)), |text| Money::parse(text, currency));
    let cash_back = cash_back.map_err(|_| "AmountsReq: CashBackAmount")?;
    if !requested.is_positive() {
        return Err("AmountsReq: RequestedAmount must be more than zero");
    }
    if cash_back.minor() < 0 || cash_back.minor() > requested.minor() {
        return Err("AmountsReq: CashBackAmount must be a part of RequestedAmount");
    }
    Ok((requested, cash_back))
}

impl Terminal {
    pub(super) fn payment_request(&mut self, now: &Now, line: Line, header: Header, request: PaymentRequest) {
        let sale = Some(request.sale_transaction.clone());
        let (requested, cash_back) = match amounts_of(&request, self.currency) {
            Ok(amounts) => amounts,
            Err(fault) => {
                self.complain(fault);
                return self.refuse(line, &header, sale, ErrorCondition::MessageFormat, fault);
            }
        };
        let scenario = Scenario::of_amount(requested.minor() - cash_back.minor());
        match scenario {
            Scenario::LineDropsBeforeRequest => return self.effects.push(SimulatorEffect::Cut(line)),
            Scenario::Busy => return self.refuse(line, &header, sale, ErrorCondition::Busy, "Terminal is busy"),
            _ => {}
        }
        let asks_cashier = self.session.as_ref().is_some_and(|session| session.asks_cashier);
        let sale = Sale {
            id: request.sale_transaction,
            poi_transaction: TransactionId { id: self.store.next_transaction_id(), time: now.utc_rfc3339() },
            operation: if request.payment_type == PaymentType::Refund { Operation::Refund } else { Operation::Sale },
            requested,
            cash_back,
            card: Card::draw(&mut self.dice),
        };
        let steps = payment_script::payment(scenario, asks_cashier);
        self.start(now, line, header, scenario, Work::Payment(Box::new(sale)), steps);
    }

    /// (5.4) Only the very last payment, if it was approved.
    pub(super) fn reversal_request(&mut self, now: &Now, line: Line, header: Header, request: &ReversalRequest) {
        let wanted = &request.poi_transaction;
        let refused = match self.store.last_payment() {
            Some(last) if last.poi_transaction != *wanted => {
                Some((ErrorCondition::NotFound, "Not the last transaction"))
            }
            None => Some((ErrorCondition::NotFound, "No transaction")),
            Some(last) if last.reversed => Some((ErrorCondition::Refusal, "Already reversed")),
            Some(last) if !last.approved => Some((ErrorCondition::Refusal, "The last transaction was not approved")),
            Some(_) => None,
        };
        match refused {
            Some((condition, text)) => self.refuse(line, &header, None, condition, text),
            None => self.start(now, line, header, Scenario::ChipAndPin, Work::Reversal, payment_script::reversal()),
        }
    }

    fn start(&mut self, now: &Now, line: Line, request: Header, scenario: Scenario, work: Work, steps: VecDeque<Step>) {
        self.running = Some(Running {
            line: Some(line),
            request,
            scenario,
            phase: Phase::AwaitCard,
            steps,
            wake: now.at,
            work,
            done: None,
            signature: false,
        });
        self.perform_due(now);
    }

    pub(super) fn payment_deadline(&self) -> Option<Instant> {
        self.running.as_ref().map(|running| running.wake)
    }

    /// Performs every step that is due.
    pub(super) fn perform_due(&mut self, now: &Now) {
        while let Some(mut running) = self.running.take() {
            if running.wake > now.at {
                self.running = Some(running);
                return;
            }
            if running.signature {
                self.signature_answered(now, running, None);
                continue;
            }
            match running.steps.pop_front() {
                Some(step) => {
                    self.perform(now, &mut running, step);
                    self.till.pump(now.at, &mut self.effects);
                    self.running = Some(running);
                }
                None => self.finish(now),
            }
        }
    }

    fn finish(&mut self, now: &Now) {
        self.settle(now, Some(SETTLING));
    }

    fn perform(&mut self, now: &Now, running: &mut Running, step: Step) {
        let service_id = running.request.service_id.clone();
        match step {
            Step::Enter(phase) => running.phase = phase,
            Step::Show(text) => self.till.show(text, service_id.as_deref()),
            Step::Notify(event) => self.till.notify(now, event, false, None),
            Step::Pause(wait) => running.wake = running.wake.max(now.at) + self.scaled(Duration::from_millis(wait)),
            Step::Authorize(decision) => self.authorize(now, running, decision),
            Step::AskSignature => self.ask_signature(now, running),
            Step::Fail(condition, why) => self.fail(running, condition, why),
            Step::Reverse => self.reverse(now, running),
            Step::Answer(manner) => self.answer(now, running, manner),
            Step::WantMaintenance => {
                self.store.update_waits = true;
                self.till.notify(now, "SaleAdmin", true, None);
            }
        }
    }

    fn authorize(&mut self, now: &Now, running: &mut Running, decision: Decision) {
        let Work::Payment(sale) = &running.work else { return };
        let approval = matches!(decision, Decision::Approve(_)).then(|| self.dice.digits(6));
        let (charge, code, both) = match decision {
            Decision::Approve(charge) => (charge, "00", true),
            Decision::Decline(code, both) => (Charge::AsAsked, code, both),
        };
        let charged = sale.charged(charge);
        let facts = Facts {
            now,
            terminal_id: &self.store.terminal_id.clone(),
            receipt_number: &sale.poi_transaction.id,
            reference: &sale.id.id,
            card: &sale.card,
            verification: payment_script::verification(running.scenario),
            refund: sale.operation == Operation::Refund,
            total: charged.total,
            parts: parts_of(&charged),
            response_code: code,
            approval_code: approval.as_deref(),
            reversal: false,
            signature: running.scenario == Scenario::Signature,
        };
        let merchant = both.then(|| receipts::merchant_copy(&facts));
        let amounts = approval.is_some().then(|| self.amounts(&charged));
        let message = Message {
            header: responses::header_for(&running.request),
            body: Body::PaymentResponse(Box::new(PaymentResponse {
                response: host_response(code),
                sale_transaction: Some(sale.id.clone()),
                poi_transaction: Some(sale.poi_transaction.clone()),
                result: Some(payment_result(&facts, amounts)),
                receipts: merchant.into_iter().chain([receipts::customer_copy(&facts)]).collect(),
            })),
        };
        let transaction = transaction(&running.request, sale, &message, approval.is_some(), charged.total);
        if transaction.approved {
            self.effects.push(SimulatorEffect::Ledger(transaction.ledger_entry(LedgerState::Approved)));
        }
        self.store.keep(transaction);
        running.done = Some(message);
    }

    fn amounts(&mut self, charged: &Charged) -> Amounts {
        let turn = self.store.formats;
        self.store.formats += 1;
        let text = |money: Money| responses::amount_text(money, turn);
        Amounts {
            currency: Some(charged.total.currency().code().to_owned()),
            authorized: text(charged.total),
            total_fees: charged.fees.map(text),
            cash_back: Some(charged.cash_back.to_decimal()),
            tip: charged.tip.map(text),
        }
    }

    fn fail(&mut self, running: &mut Running, condition: ErrorCondition, why: &str) {
        let Work::Payment(sale) = &running.work else { return };
        let mut message =
            responses::refusal(&running.request, Some(sale.id.clone()), Response::failure(condition, why));
        if let Body::PaymentResponse(answer) = &mut message.body {
            answer.poi_transaction = Some(sale.poi_transaction.clone());
        }
        // after a refused signature the reversed approval keeps its place and gets the new answer
        match self.store.last_payment().filter(|last| last.poi_transaction == sale.poi_transaction) {
            Some(last) => last.response = xml(&message),
            None => {
                let zero = Money::zero(sale.requested.currency());
                self.store.keep(transaction(&running.request, sale, &message, false, zero));
            }
        }
        running.done = Some(message);
    }

    /// Takes the last payment back: by request of the till, or because of the signature.
    fn reverse(&mut self, now: &Now, running: &mut Running) {
        let Some(reversed) = self.store.reverse_last() else { return };
        self.effects.push(SimulatorEffect::Ledger(reversed.ledger_entry(LedgerState::Reversed)));
        if !matches!(running.work, Work::Reversal) {
            return;
        }
        let currency = reversed.currency.parse().unwrap_or(self.currency);
        let facts = Facts {
            now,
            terminal_id: &self.store.terminal_id.clone(),
            receipt_number: &reversed.poi_transaction.id,
            reference: &reversed.till_reference,
            card: &reversed.card,
            verification: receipts::Verification::ChipAndPin,
            refund: reversed.operation == Operation::Refund,
            total: Money::new(reversed.amount_minor, currency),
            parts: Vec::new(),
            response_code: "00",
            approval_code: None,
            reversal: true,
            signature: false,
        };
        let message = Message {
            header: responses::header_for(&running.request),
            body: Body::ReversalResponse(Box::new(ReversalResponse {
                response: Response::success(),
                poi_transaction: Some(reversed.poi_transaction.clone()),
                receipts: vec![receipts::customer_copy(&facts), receipts::merchant_copy(&facts)],
            })),
        };
        self.store.keep(Transaction {
            service_id: running.request.service_id.clone().unwrap_or_default(),
            sale_id: running.request.sale_id.clone(),
            poi_id: running.request.poi_id.clone(),
            category: Category::Reversal.name().to_owned(),
            response: xml(&message),
            lost: false,
            ..reversed
        });
        running.done = Some(message);
    }

    fn ask_signature(&mut self, now: &Now, running: &mut Running) {
        let receipt = running.done.as_ref().and_then(|message| match &message.body {
            Body::PaymentResponse(answer) => answer.receipts.first().cloned(),
            _ => None,
        });
        if let Some(receipt) = receipt {
            self.till.ask_signature(receipt, running.request.service_id.as_deref());
        }
        running.signature = true;
        running.wake = now.at + SIGNATURE_WITHIN;
    }

    /// The cashier's word, or none in time (12.3).
    pub(super) fn signature_heard(&mut self, now: &Now, confirmed: Option<bool>) {
        if let Some(running) = self.running.take_if(|running| running.signature) {
            self.signature_answered(now, running, confirmed);
            self.perform_due(now);
        }
    }

    fn signature_answered(&mut self, now: &Now, mut running: Running, confirmed: Option<bool>) {
        if confirmed.is_none() {
            self.till.drop_question();
            self.till.notify(now, "Abort", false, None);
        }
        running.signature = false;
        running.phase = Phase::Finishing;
        running.wake = now.at;
        running.steps = payment_script::after_signature(confirmed);
        self.running = Some(running);
    }

    fn answer(&mut self, now: &Now, running: &mut Running, manner: Manner) {
        let (Some(message), line) = (running.done.clone(), running.line.take()) else { return };
        if manner == Manner::CutForGood
            && let Some(last) = self.store.last_payment()
        {
            last.lost = true;
        }
        let Some(line) = line else { return };
        let effect = match manner {
            Manner::Plainly => SimulatorEffect::Send(line, responses::frame(&message)),
            Manner::Cut | Manner::CutForGood => SimulatorEffect::Cut(line),
            Manner::Oddly => SimulatorEffect::SendInPieces(line, responses::odd_frame(&message)),
            Manner::Foreign => SimulatorEffect::Send(line, responses::frame(&self.foreign(now, running))),
            Manner::Never => {
                self.silent_lines.insert(line);
                return;
            }
        };
        self.effects.push(effect);
    }

    fn foreign(&self, now: &Now, running: &Running) -> Message {
        let own = running.request.service_id.as_deref().unwrap_or_default();
        let stored = self.store.another_approval(own).and_then(|other| codec::decode(other.response.as_bytes()).ok());
        stored.unwrap_or_else(|| responses::fabricated(&running.request, now, self.currency.code()))
    }

    /// An abort that names the running request (5.2).
    pub(super) fn abort_running(&mut self, now: &Now, abort: &[u8]) {
        let Some(running) = &mut self.running else { return };
        match running.phase {
            Phase::AwaitCard | Phase::Pin => {
                running.steps = payment_script::aborted(running.phase);
                running.wake = now.at;
                self.perform_due(now);
            }
            Phase::AwaitCardDeafly if running.scenario == Scenario::CancelRefusedApproved => {
                self.till.notify(now, "Reject", false, Some(abort.to_vec()));
            }
            Phase::Signature => self.complain("Abort during a signature question"),
            Phase::AwaitCardDeafly | Phase::Authorizing | Phase::Finishing => {}
        }
    }

    /// A login ends what runs (16.3): aborted if the host was not asked yet, else completed without further ado.
    pub(super) fn end_running(&mut self, now: &Now) {
        let Some(running) = &mut self.running else { return };
        if running.signature {
            running.signature = false;
            running.steps = payment_script::after_signature(None);
            self.till.drop_question();
        } else if matches!(running.phase, Phase::AwaitCard | Phase::Pin) {
            running.steps = payment_script::aborted(running.phase);
        }
        running.steps.retain(|step| !matches!(step, Step::Pause(_) | Step::Show(_) | Step::AskSignature));
        running.wake = now.at;
        self.perform_due(now);
    }

    pub(super) fn settle(&mut self, now: &Now, wait: Option<Duration>) {
        self.settling_until = wait.map(|wait| now.at + self.scaled(wait));
    }

    pub(super) fn settled(&mut self, now: &Now) {
        if self.settling_until.take_if(|until| *until <= now.at).is_some() {
            self.till.show(Text::Welcome, None);
        }
    }
}

fn host_response(code: &str) -> Response {
    match code {
        "00" => Response::success(),
        "51" => Response::failure(ErrorCondition::Refusal, "Insufficient funds"),
        _ => Response::failure(ErrorCondition::Refusal, "Declined by issuer"),
    }
}

fn payment_result(facts: &Facts<'_>, amounts: Option<Amounts>) -> PaymentResult {
    PaymentResult {
        payment_type: if facts.refund { "Refund" } else { "Normal" }.to_owned(),
        instrument: "Card".to_owned(),
        card: Some(CardData {
            brand: format!("01,{}", facts.card.brand),
            masked_pan: facts.card.for_merchant(),
            entry_mode: facts.verification.entry_mode().to_owned(),
        }),
        amounts,
        merchant_id: Some(receipts::merchant_id().to_owned()),
        acquirer_poi_id: Some(facts.terminal_id.to_owned()),
        approval_code: facts.approval_code.map(str::to_owned),
    }
}

fn parts_of(charged: &Charged) -> Vec<(&'static str, Money)> {
    let parts = [
        ("KONTANT", Some(charged.cash_back).filter(|money| money.is_positive())),
        ("DRICKS", charged.tip),
        ("AVGIFT", charged.fees),
    ];
    parts.into_iter().filter_map(|(label, money)| money.map(|money| (label, money))).collect()
}

fn transaction(request: &Header, sale: &Sale, message: &Message, approved: bool, total: Money) -> Transaction {
    Transaction {
        poi_id: request.poi_id.clone(),
        sale_id: request.sale_id.clone(),
        service_id: request.service_id.clone().unwrap_or_default(),
        category: Category::Payment.name().to_owned(),
        response: xml(message),
        poi_transaction: sale.poi_transaction.clone(),
        till_reference: sale.id.id.clone(),
        operation: sale.operation,
        amount_minor: total.minor(),
        currency: total.currency().code().to_owned(),
        card: sale.card.clone(),
        approved,
        reversed: false,
        lost: false,
    }
}

fn xml(message: &Message) -> String {
    String::from_utf8_lossy(&codec::encode(message)).into_owned()
}
