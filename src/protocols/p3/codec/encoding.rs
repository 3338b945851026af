//! Typed messages to trees.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::objects::Members;
use crate::protocols::json::Json;
use crate::protocols::p3::messages::*;

pub fn document(message: &Message) -> Json {
    let Message { header, body } = message;
    let message_type = body.message_type();
    Members::default()
        .optional("version", header.version.as_deref())
        .text("type", message_type.word())
        .optional("tag", Some(header.tag.as_str()).filter(|tag| !tag.is_empty()))
        .optional("referenceTag", header.reference_tag.as_deref())
        .optional("resource", header.resource.as_deref())
        .inner("status", header.status.as_ref(), |status| Json::text(status_word(status)))
        .inner("error", header.error.as_ref(), error)
        .json(&message_type.data_member(), data(body))
        .done()
}

fn status_word(status: &Status) -> &str {
    match status {
        Status::Ok => "OK",
        Status::Error => "ERROR",
        Status::Other(word) => word,
    }
}

fn error(error: &Error) -> Json {
    Members::default()
        .text("type", error.kind.word())
        .text("message", &error.message)
        .text("developerMessage", &error.developer_message)
        .done()
}

/// The data member; `None` where the type has none, and for a response that has nothing to tell.
fn data(body: &Body) -> Option<Json> {
    Some(match body {
        Body::LoginMerchantRequest(request) => login_request(request),
        Body::LoginMerchantResponse(response) if *response == LoginMerchantResponse::default() => return None,
        Body::LoginMerchantResponse(response) => login_response(response),
        Body::GetDevicesResponse(devices) => Members::default().list("devices", devices.as_deref()?, device).done(),
        Body::ExecuteTransactionRequest(request) => execute_request(request),
        Body::AmendTransactionRequest(request) => Members::default()
            .inner("mode", request.mode.as_ref(), |mode| Json::text(mode.word()))
            .json("transactionParameters", Some(transaction_parameters(&request.transaction_parameters)))
            .done(),
        Body::ExecuteTransactionUpdate(progress)
        | Body::ExecuteTransactionResponse(progress)
        | Body::AmendTransactionUpdate(progress)
        | Body::AmendTransactionResponse(progress) => {
            return Some(&**progress).filter(|progress| **progress != Progress::default()).map(self::progress);
        }
        Body::ExecuteTransactionAction(action) => Members::default().text("type", action.word()).done(),
        Body::SubmitSignatureRequest(request) => signature(request),
        Body::AbortOperationResponse(status) => Members::default().text("abortStatus", status.as_ref()?.word()).done(),
        Body::GetTransactionRequest(request) => get_request(request),
        Body::GetTransactionResponse(found) => {
            Members::default().json("transaction", Some(transaction(found.as_deref()?))).done()
        }
        Body::QueryTransactionsRequest(request) => query_request(request),
        Body::QueryTransactionsResponse(found) => {
            Members::default().list("transactions", found.as_deref()?, transaction).done()
        }
        Body::ScanBarcodeRequest(request) => scan_request(request),
        Body::ScanBarcodeUpdate(progress) | Body::ScanBarcodeResponse(progress) => {
            return Some(progress).filter(|progress| **progress != ScanProgress::default()).map(scan_progress);
        }
        Body::SynchronizeConfigurationResponse(mode) => {
            let details = Members::default().text("offlineMode", mode.as_ref()?.word()).done();
            Members::default().json("configurationDetails", Some(details)).done()
        }
        Body::SubmitTransactionsBatchResponse(results) => {
            Members::default().list("transactions", results.as_deref()?, batch_result).done()
        }
        Body::AbortOperationRequest | Body::UnknownResponse | Body::Other(_) => return None,
        Body::GetDevicesRequest
        | Body::SubmitSignatureResponse
        | Body::SynchronizeConfigurationRequest
        | Body::SubmitTransactionsBatchRequest
        | Body::DeleteConfigurationRequest
        | Body::DeleteConfigurationResponse
        | Body::DeleteTransactionsRequest
        | Body::DeleteTransactionsResponse => Members::default().done(),
    })
}

fn login_request(request: &LoginMerchantRequest) -> Json {
    Members::default()
        .text("providerMode", request.provider_mode.word())
        .text("merchantIdentifier", &request.merchant_identifier)
        .text("merchantSecret", request.merchant_secret.reveal())
        .done()
}

fn login_response(response: &LoginMerchantResponse) -> Json {
    let location = |location: &String| Members::default().text("location", location).done();
    Members::default()
        .inner("information", response.location.as_ref(), location)
        .list("devices", &response.devices, device)
        .done()
}

fn device(device: &Device) -> Json {
    Members::default()
        .text("name", &device.name)
        .text("identifier", &device.identifier)
        .text("resource", &device.resource)
        .optional("type", device.kind.as_ref().map(DeviceType::word))
        .optional("comlink", device.comlink.as_ref().map(Comlink::word))
        .done()
}

fn execute_request(request: &ExecuteTransactionRequest) -> Json {
    Members::default()
        .optional("mode", request.mode.as_ref().map(Mode::word))
        .inner("transactionParameters", request.transaction_parameters.as_ref(), transaction_parameters)
        .optional("sessionIdentifier", request.session_identifier.as_deref())
        .inner("processParameters", request.steps.as_ref(), process_parameters)
        .inner("accountParameters", request.account_parameters.as_ref(), account_parameters)
        .done()
}

fn transaction_parameters(parameters: &TransactionParameters) -> Json {
    Members::default()
        .text("type", parameters.kind.word())
        .optional("referencedTransactionIdentifier", parameters.referenced_transaction_identifier.as_deref())
        .amount("amount", parameters.amount.as_ref())
        .optional("currency", parameters.currency.as_deref())
        .flag("autoCapture", parameters.auto_capture)
        .optional("subject", parameters.subject.as_deref())
        .optional("customIdentifier", parameters.custom_identifier.as_deref())
        .optional("statementDescriptor", parameters.statement_descriptor.as_deref())
        .amount("applicationFee", parameters.application_fee.as_ref())
        .amount("includedTipAmount", parameters.included_tip_amount.as_ref())
        .json("metadata", metadata(&parameters.metadata))
        .flag("tipAdjustable", parameters.tip_adjustable)
        .optional("workflow", parameters.workflow.as_ref().map(Workflow::word))
        .optional("scheme", parameters.scheme.as_ref().map(Scheme::word))
        .done()
}

fn metadata(metadata: &BTreeMap<String, String>) -> Option<Json> {
    let entry = |(key, value): (&String, &String)| (key.clone(), Json::text(value));
    (!metadata.is_empty()).then(|| Json::Object(metadata.iter().map(entry).collect()))
}

fn process_parameters(steps: &Steps) -> Json {
    let (name, step, screen) = match steps {
        Steps::AskForTip(step) => ("askForTip", step, "showAddTipConfirmationScreen"),
        Steps::AskForTotalAmount(step) => ("askForTotalAmount", step, "showTotalAmountConfirmationScreen"),
    };
    let step = Members::default()
        .amount("suggestedAmount", step.suggested_amount.as_ref())
        .amount("maxTipAmount", step.max_tip_amount.as_ref())
        .flag(screen, step.show_confirmation_screen)
        .done();
    let steps = Members::default().json(name, Some(step)).done();
    Members::default().json("steps", Some(steps)).done()
}

fn account_parameters(account: &AccountParameters) -> Json {
    Members::default()
        .text("shopperAccountIdentifier", account.shopper_account_identifier.reveal())
        .optional("source", account.source.as_ref().map(Source::word))
        .optional("scheme", account.scheme.as_ref().map(Scheme::word))
        .done()
}

fn signature(signature: &SubmitSignature) -> Json {
    match signature {
        SubmitSignature::Digital(image) => {
            Members::default().text("type", "DIGITAL").text("data", &STANDARD.encode(image.bytes())).done()
        }
        SubmitSignature::OnReceipt => Members::default().text("type", "ON_RECEIPT").done(),
        SubmitSignature::Other(word) => Members::default().text("type", word).done(),
    }
}

fn get_request(request: &GetTransactionRequest) -> Json {
    Members::default()
        .text("transactionIdentifier", &request.transaction_identifier)
        .optional("mode", request.mode.as_ref().map(Mode::word))
        .done()
}

fn query_request(request: &QueryTransactionsRequest) -> Json {
    let filter = Members::default().optional("customIdentifier", request.custom_identifier.as_deref()).done();
    Members::default()
        .json("filterParameters", Some(filter))
        .flag("includeReceipts", request.include_receipts)
        .integer("offset", request.offset)
        .integer("limit", request.limit)
        .optional("mode", request.mode.as_ref().map(Mode::word))
        .done()
}

fn scan_request(request: &StartScan) -> Json {
    let start = Members::default()
        .optional("triggerType", request.trigger_type.as_ref().map(TriggerType::word))
        .flag("beep", request.beep)
        .optional("scanMode", request.scan_mode.as_ref().map(ScanMode::word))
        .done();
    Members::default().json("startScanParameters", Some(start)).done()
}

fn scan_progress(progress: &ScanProgress) -> Json {
    let barcode = progress.barcode.as_ref().map(|code| Members::default().text("barcode", code.reveal()).done());
    Members::default()
        .optional("state", progress.state.as_ref().map(ScanState::word))
        .optional("stateDetails", progress.state_details.as_ref().map(ScanStateDetails::word))
        .list("information", &progress.information, |line| Json::text(line))
        .json("barcodeDetails", barcode)
        .done()
}

fn batch_result(result: &BatchResult) -> Json {
    Members::default()
        .text("identifier", &result.identifier)
        .inner("statusDetails", result.status_details.as_ref(), status_details)
        .inner("refundDetails", result.refund_details.as_ref(), refund_details)
        .done()
}

fn progress(progress: &Progress) -> Json {
    Members::default()
        .optional("state", progress.state.as_ref().map(State::word))
        .optional("stateDetails", progress.state_details.as_ref().map(StateDetails::word))
        .list("information", &progress.information, |line| Json::text(line))
        .flag("abortable", progress.abortable)
        .inner("transaction", progress.transaction.as_ref(), transaction)
        .done()
}

fn transaction(transaction: &Transaction) -> Json {
    Members::default()
        .optional("identifier", transaction.identifier.as_deref())
        .optional("customIdentifier", transaction.custom_identifier.as_deref())
        .optional("referencedTransactionIdentifier", transaction.referenced_transaction_identifier.as_deref())
        .optional("type", transaction.kind.as_ref().map(TransactionType::word))
        .optional("status", transaction.status.as_ref().map(TransactionStatus::word))
        .inner("statusDetails", transaction.status_details.as_ref(), status_details)
        .optional("mode", transaction.mode.as_ref().map(Mode::word))
        .amount("amount", transaction.amount.as_ref())
        .optional("currency", transaction.currency.as_deref())
        .flag("captured", transaction.captured)
        .optional("subject", transaction.subject.as_deref())
        .optional("statementDescriptor", transaction.statement_descriptor.as_deref())
        .integer("createdTimestamp", transaction.created_timestamp)
        .optional("createdTimeZone", transaction.created_time_zone.as_deref())
        .inner("details", transaction.details.as_ref(), transaction_details)
        .inner("paymentDetails", transaction.payment_details.as_ref(), payment_details)
        .inner("refundDetails", transaction.refund_details.as_ref(), refund_details)
        .inner("dccDetails", transaction.dcc_details.as_ref(), dcc_details)
        .inner("giftCardDetails", transaction.gift_card_details.as_ref(), gift_card_details)
        .inner("transactionVerificationResults", transaction.verification_results.as_ref(), verification_results)
        .inner("merchantReceipt", transaction.merchant_receipt.as_ref(), receipt)
        .inner("customerReceipt", transaction.customer_receipt.as_ref(), receipt)
        .done()
}

fn status_details(details: &StatusDetails) -> Json {
    Members::default()
        .optional("code", details.code.as_ref().map(StatusCode::word))
        .optional("description", details.description.as_deref())
        .optional("developerDescription", details.developer_description.as_deref())
        .done()
}

fn transaction_details(details: &TransactionDetails) -> Json {
    Members::default()
        .amount("applicationFee", details.application_fee.as_ref())
        .amount("includedTipAmount", details.included_tip_amount.as_ref())
        .json("metadata", metadata(&details.metadata))
        .optional("tipAdjustStatus", details.tip_adjust_status.as_ref().map(TipAdjustStatus::word))
        .done()
}

fn payment_details(details: &PaymentDetails) -> Json {
    Members::default()
        .optional("scheme", details.scheme.as_ref().map(Scheme::word))
        .optional("source", details.source.as_ref().map(Source::word))
        .optional("customerVerification", details.customer_verification.as_ref().map(CustomerVerification::word))
        .optional("maskedAccountNumber", details.masked_account_number.as_deref())
        .done()
}

fn refund_details(details: &RefundDetails) -> Json {
    Members::default()
        .optional("process", details.process.as_ref().map(RefundProcess::word))
        .optional("status", details.status.as_ref().map(RefundStatus::word))
        .json("refundTransactions", refund_transactions(&details.refund_transactions))
        .done()
}

fn refund_transactions(refunds: &[RefundTransaction]) -> Option<Json> {
    (!refunds.is_empty()).then(|| Json::List(refunds.iter().map(refund_transaction).collect()))
}

fn refund_transaction(refund: &RefundTransaction) -> Json {
    Members::default()
        .optional("identifier", refund.identifier.as_deref())
        .integer("createdTimestamp", refund.created_timestamp)
        .amount("amount", refund.amount.as_ref())
        .optional("currency", refund.currency.as_deref())
        .optional("type", refund.kind.as_ref().map(TransactionType::word))
        .optional("status", refund.status.as_ref().map(TransactionStatus::word))
        .inner("statusDetails", refund.status_details.as_ref(), status_details)
        .optional("code", refund.code.as_ref().map(RefundCode::word))
        .done()
}

fn dcc_details(details: &DccDetails) -> Json {
    Members::default()
        .optional("status", details.status.as_ref().map(DccStatus::word))
        .optional("statusDetails", details.status_details.as_ref().map(DccStatusDetails::word))
        .amount("convertedAmount", details.converted_amount.as_ref())
        .optional("convertedCurrency", details.converted_currency.as_deref())
        .amount("markup", details.markup.as_ref())
        .amount("rate", details.rate.as_ref())
        .done()
}

fn gift_card_details(details: &GiftCardDetails) -> Json {
    Members::default()
        .amount("currentBalance", details.current_balance.as_ref())
        .amount("previousBalance", details.previous_balance.as_ref())
        .optional("currency", details.currency.as_deref())
        .done()
}

fn verification_results(results: &VerificationResults) -> Json {
    let word = |result: &Option<VerificationResult>| result.as_ref().map(|result| Json::text(result.word()));
    Members::default()
        .json("avsZipCodeResult", word(&results.avs_zip_code))
        .json("avsStreetResult", word(&results.avs_street))
        .json("cvvResult", word(&results.cvv))
        .done()
}

fn receipt(receipt: &Receipt) -> Json {
    let data = receipt.data.iter().map(|line| (line.key.clone(), receipt_line(line))).collect();
    Members::default()
        .json("data", Some(Json::Object(data)))
        .list("merchantDetails", &receipt.merchant_details, receipt_line)
        .list("paymentDetails", &receipt.payment_details, receipt_line)
        .list("clearingDetails", &receipt.clearing_details, receipt_line)
        .flag("signatureLineRequired", Some(receipt.signature_line_required))
        .flag("tipLineRequired", Some(receipt.tip_line_required))
        .done()
}

fn receipt_line(line: &ReceiptLine) -> Json {
    Members::default().text("key", &line.key).text("label", &line.label).text("value", &line.value).done()
}
