//! Trees to typed messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::CodecError;
use super::objects::Object;
use super::tree::Json;
use crate::domain::card::{last_four, mask_card_numbers};
use crate::domain::request::ScannedCode;
use crate::domain::signature::SignatureImage;
use crate::protocols::p3::messages::*;
use crate::protocols::words::stranger;

type Read<T> = Result<T, CodecError>;

pub fn message(root: &Json) -> Read<Message> {
    let (message_type, header) = header_of(root)?;
    let data = Object::root(root)?.object(&message_type.data_member())?;
    Ok(Message { header, body: body(&message_type, data.as_ref())? })
}

pub fn header_of(root: &Json) -> Read<(MessageType, Header)> {
    let root = Object::root(root)?;
    let message_type = MessageType::from_word(root.required("type")?);
    let header = Header {
        tag: root.key("tag")?.unwrap_or_default(),
        resource: root.key("resource")?.filter(|path| !path.is_empty()),
        reference_tag: root.key("referenceTag")?,
        version: root.key("version")?,
        status: root.word("status", status)?,
        error: root.inner("error", error)?,
    };
    Ok((message_type, header))
}

fn status(word: &str) -> Status {
    match word {
        _ if word.eq_ignore_ascii_case("OK") => Status::Ok,
        _ if word.eq_ignore_ascii_case("ERROR") => Status::Error,
        _ => Status::Other(stranger(word)),
    }
}

fn error(error: &Object) -> Read<Error> {
    Ok(Error {
        kind: error.word("type", ErrorType::from_word)?.unwrap_or(ErrorType::Unknown),
        message: error.text("message")?.unwrap_or_default(),
        developer_message: error.text("developerMessage")?.unwrap_or_default(),
    })
}

/// A request must bring its data; a response or an update may come without.
fn body(message_type: &MessageType, data: Option<&Object>) -> Read<Body> {
    let needed = || data.ok_or_else(|| CodecError::Missing { member: message_type.data_member() });
    Ok(match message_type {
        MessageType::LoginMerchantRequest => Body::LoginMerchantRequest(login_request(needed()?)?),
        MessageType::LoginMerchantResponse => Body::LoginMerchantResponse(or_default(data, login_response)?),
        MessageType::GetDevicesRequest => Body::GetDevicesRequest,
        MessageType::GetDevicesResponse => Body::GetDevicesResponse(list(data, "devices", device)?),
        MessageType::ExecuteTransactionRequest => {
            Body::ExecuteTransactionRequest(Box::new(execute_request(needed()?)?))
        }
        MessageType::ExecuteTransactionUpdate => Body::ExecuteTransactionUpdate(Box::new(or_default(data, progress)?)),
        MessageType::ExecuteTransactionAction => Body::ExecuteTransactionAction(action(needed()?)?),
        MessageType::ExecuteTransactionResponse => {
            Body::ExecuteTransactionResponse(Box::new(or_default(data, progress)?))
        }
        MessageType::SubmitSignatureRequest => Body::SubmitSignatureRequest(signature(needed()?)?),
        MessageType::SubmitSignatureResponse => Body::SubmitSignatureResponse,
        MessageType::AbortOperationRequest => Body::AbortOperationRequest,
        MessageType::AbortOperationResponse => {
            let word = data.map(|data| data.word("abortStatus", AbortStatus::from_word)).transpose()?;
            Body::AbortOperationResponse(word.flatten())
        }
        MessageType::AmendTransactionRequest => Body::AmendTransactionRequest(Box::new(amend_request(needed()?)?)),
        MessageType::AmendTransactionUpdate => Body::AmendTransactionUpdate(Box::new(or_default(data, progress)?)),
        MessageType::AmendTransactionResponse => Body::AmendTransactionResponse(Box::new(or_default(data, progress)?)),
        _ => return other_body(message_type, data),
    })
}

fn other_body(message_type: &MessageType, data: Option<&Object>) -> Read<Body> {
    let needed = || data.ok_or_else(|| CodecError::Missing { member: message_type.data_member() });
    Ok(match message_type {
        MessageType::GetTransactionRequest => Body::GetTransactionRequest(get_request(needed()?)?),
        MessageType::GetTransactionResponse => {
            let found = data.map(|data| data.inner("transaction", transaction)).transpose()?;
            Body::GetTransactionResponse(found.flatten().map(Box::new))
        }
        MessageType::QueryTransactionsRequest => Body::QueryTransactionsRequest(query_request(needed()?)?),
        MessageType::QueryTransactionsResponse => {
            Body::QueryTransactionsResponse(list(data, "transactions", transaction)?)
        }
        MessageType::ScanBarcodeRequest => Body::ScanBarcodeRequest(or_default(data, scan_request)?),
        MessageType::ScanBarcodeUpdate => Body::ScanBarcodeUpdate(or_default(data, scan_progress)?),
        MessageType::ScanBarcodeResponse => Body::ScanBarcodeResponse(or_default(data, scan_progress)?),
        MessageType::SynchronizeConfigurationRequest => Body::SynchronizeConfigurationRequest,
        MessageType::SynchronizeConfigurationResponse => {
            Body::SynchronizeConfigurationResponse(or_default(data, offline_mode)?)
        }
        MessageType::SubmitTransactionsBatchRequest => Body::SubmitTransactionsBatchRequest,
        MessageType::SubmitTransactionsBatchResponse => {
            Body::SubmitTransactionsBatchResponse(list(data, "transactions", batch_result)?)
        }
        MessageType::DeleteConfigurationRequest => Body::DeleteConfigurationRequest,
        MessageType::DeleteConfigurationResponse => Body::DeleteConfigurationResponse,
        MessageType::DeleteTransactionsRequest => Body::DeleteTransactionsRequest,
        MessageType::DeleteTransactionsResponse => Body::DeleteTransactionsResponse,
        MessageType::UnknownResponse => Body::UnknownResponse,
        other => Body::Other(other.word().to_owned()),
    })
}

fn or_default<T: Default>(data: Option<&Object>, read: impl Fn(&Object) -> Read<T>) -> Read<T> {
    data.map_or_else(|| Ok(T::default()), read)
}

fn list<T>(data: Option<&Object>, member: &str, read: impl Fn(&Object) -> Read<T>) -> Read<Option<Vec<T>>> {
    data.map_or(Ok(None), |data| data.list(member, read))
}

fn login_request(login: &Object) -> Read<LoginMerchantRequest> {
    Ok(LoginMerchantRequest {
        provider_mode: ProviderMode::from_word(login.required("providerMode")?),
        merchant_identifier: login.required("merchantIdentifier")?.to_owned(),
        merchant_secret: MerchantSecret::new(login.required("merchantSecret")?),
    })
}

fn login_response(login: &Object) -> Read<LoginMerchantResponse> {
    Ok(LoginMerchantResponse {
        location: login.inner("information", |information| information.text("location"))?.flatten(),
        devices: login.list("devices", device)?.unwrap_or_default(),
    })
}

fn device(device: &Object) -> Read<Device> {
    Ok(Device {
        name: device.text("name")?.unwrap_or_default(),
        identifier: device.key("identifier")?.unwrap_or_default(),
        resource: device.key("resource")?.unwrap_or_default(),
        kind: device.word("type", DeviceType::from_word)?,
        comlink: device.word("comlink", Comlink::from_word)?,
    })
}

fn execute_request(request: &Object) -> Read<ExecuteTransactionRequest> {
    Ok(ExecuteTransactionRequest {
        mode: request.word("mode", Mode::from_word)?,
        transaction_parameters: request.inner("transactionParameters", transaction_parameters)?,
        session_identifier: request.key("sessionIdentifier")?,
        steps: request.object("processParameters")?.map_or(Ok(None), |process| steps(&process))?,
        account_parameters: request.inner("accountParameters", account_parameters)?,
    })
}

fn amend_request(request: &Object) -> Read<AmendTransactionRequest> {
    let parameters = request.inner("transactionParameters", transaction_parameters)?;
    Ok(AmendTransactionRequest {
        mode: request.word("mode", Mode::from_word)?,
        transaction_parameters: parameters.ok_or_else(|| request.missing("transactionParameters"))?,
    })
}

fn transaction_parameters(parameters: &Object) -> Read<TransactionParameters> {
    Ok(TransactionParameters {
        kind: RequestType::from_word(parameters.required("type")?),
        amount: parameters.amount("amount")?,
        currency: parameters.key("currency")?,
        auto_capture: parameters.flag("autoCapture")?,
        referenced_transaction_identifier: parameters.key("referencedTransactionIdentifier")?,
        subject: parameters.text("subject")?,
        custom_identifier: parameters.key("customIdentifier")?,
        statement_descriptor: parameters.text("statementDescriptor")?,
        application_fee: parameters.amount("applicationFee")?,
        included_tip_amount: parameters.amount("includedTipAmount")?,
        metadata: metadata(parameters)?,
        tip_adjustable: parameters.flag("tipAdjustable")?,
        workflow: parameters.word("workflow", Workflow::from_word)?,
        scheme: parameters.word("scheme", Scheme::from_word)?,
    })
}

fn metadata(parent: &Object) -> Read<std::collections::BTreeMap<String, String>> {
    let entries = parent.inner("metadata", Object::text_entries)?;
    Ok(entries.unwrap_or_default().into_iter().collect())
}

fn steps(process: &Object) -> Read<Option<Steps>> {
    let Some(steps) = process.object("steps")? else { return Ok(None) };
    if let Some(step) = steps.object("askForTip")? {
        return Ok(Some(Steps::AskForTip(tip_step(&step, "showAddTipConfirmationScreen")?)));
    }
    let total = steps.inner("askForTotalAmount", |step| tip_step(step, "showTotalAmountConfirmationScreen"))?;
    Ok(total.map(Steps::AskForTotalAmount))
}

fn tip_step(step: &Object, screen: &str) -> Read<TipStep> {
    Ok(TipStep {
        suggested_amount: step.amount("suggestedAmount")?,
        max_tip_amount: step.amount("maxTipAmount")?,
        show_confirmation_screen: step.flag(screen)?,
    })
}

fn account_parameters(account: &Object) -> Read<AccountParameters> {
    Ok(AccountParameters {
        shopper_account_identifier: ScannedCode::new(account.required("shopperAccountIdentifier")?),
        source: account.word("source", Source::from_word)?,
        scheme: account.word("scheme", Scheme::from_word)?,
    })
}

fn action(action: &Object) -> Read<ActionType> {
    Ok(ActionType::from_word(action.required("type")?))
}

fn signature(signature: &Object) -> Read<SubmitSignature> {
    Ok(match signature.required("type")? {
        "DIGITAL" => {
            let text = signature.verbatim("data")?.unwrap_or_default();
            let image = STANDARD.decode(text.as_bytes()).ok().and_then(SignatureImage::new);
            let wrong = || CodecError::WrongType { member: "submitSignatureRequest.data".to_owned() };
            SubmitSignature::Digital(image.ok_or_else(wrong)?)
        }
        "ON_RECEIPT" => SubmitSignature::OnReceipt,
        other => SubmitSignature::Other(stranger(other)),
    })
}

fn get_request(request: &Object) -> Read<GetTransactionRequest> {
    Ok(GetTransactionRequest {
        transaction_identifier: request.required("transactionIdentifier")?.to_owned(),
        mode: request.word("mode", Mode::from_word)?,
    })
}

fn query_request(request: &Object) -> Read<QueryTransactionsRequest> {
    Ok(QueryTransactionsRequest {
        custom_identifier: request.inner("filterParameters", |filter| filter.key("customIdentifier"))?.flatten(),
        include_receipts: request.flag("includeReceipts")?,
        offset: request.integer("offset")?,
        limit: request.integer("limit")?,
        mode: request.word("mode", Mode::from_word)?,
    })
}

fn scan_request(request: &Object) -> Read<StartScan> {
    let start = |start: &Object| {
        Ok(StartScan {
            trigger_type: start.word("triggerType", TriggerType::from_word)?,
            beep: start.flag("beep")?,
            scan_mode: start.word("scanMode", ScanMode::from_word)?,
        })
    };
    Ok(request.inner("startScanParameters", start)?.unwrap_or_default())
}

fn scan_progress(progress: &Object) -> Read<ScanProgress> {
    let barcode = progress.inner("barcodeDetails", |details| details.key("barcode"))?.flatten();
    Ok(ScanProgress {
        state: progress.word("state", ScanState::from_word)?,
        state_details: progress.word("stateDetails", ScanStateDetails::from_word)?,
        information: progress.texts("information")?,
        barcode: barcode.map(|code| ScannedCode::new(&code)),
    })
}

fn offline_mode(response: &Object) -> Read<Option<OfflineMode>> {
    let mode = |details: &Object| details.word("offlineMode", OfflineMode::from_word);
    Ok(response.inner("configurationDetails", mode)?.flatten())
}

fn batch_result(result: &Object) -> Read<BatchResult> {
    Ok(BatchResult {
        identifier: result.key("identifier")?.unwrap_or_default(),
        status_details: result.inner("statusDetails", status_details)?,
        refund_details: result.inner("refundDetails", refund_details)?,
    })
}

fn progress(progress: &Object) -> Read<Progress> {
    Ok(Progress {
        state: progress.word("state", State::from_word)?,
        state_details: progress.word("stateDetails", StateDetails::from_word)?,
        information: progress.texts("information")?,
        abortable: progress.flag("abortable")?,
        transaction: progress.inner("transaction", transaction)?,
    })
}

/// What decides nothing and cannot be read is as if it were not there: nobody shall wait for ever for a receipt's sake.
fn readable<T>(read: Read<Option<T>>) -> Option<T> {
    read.ok().flatten()
}

fn transaction(transaction: &Object) -> Read<Transaction> {
    Ok(Transaction {
        identifier: transaction.key("identifier")?,
        kind: transaction.word("type", TransactionType::from_word)?,
        status: transaction.word("status", TransactionStatus::from_word)?,
        status_details: transaction.inner("statusDetails", status_details)?,
        mode: transaction.word("mode", Mode::from_word)?,
        amount: transaction.amount("amount")?,
        currency: transaction.key("currency")?,
        captured: transaction.flag("captured")?,
        referenced_transaction_identifier: transaction.key("referencedTransactionIdentifier")?,
        subject: readable(transaction.text("subject")),
        custom_identifier: transaction.key("customIdentifier")?,
        statement_descriptor: readable(transaction.text("statementDescriptor")),
        created_timestamp: readable(transaction.integer("createdTimestamp")),
        created_time_zone: readable(transaction.text("createdTimeZone")),
        details: transaction.inner("details", transaction_details)?,
        payment_details: readable(transaction.inner("paymentDetails", payment_details)),
        refund_details: readable(transaction.inner("refundDetails", refund_details)),
        dcc_details: readable(transaction.inner("dccDetails", dcc_details)),
        gift_card_details: readable(transaction.inner("giftCardDetails", gift_card_details)),
        verification_results: readable(transaction.inner("transactionVerificationResults", verification_results)),
        merchant_receipt: readable(transaction.inner("merchantReceipt", receipt)),
        customer_receipt: readable(transaction.inner("customerReceipt", receipt)),
    })
}

fn status_details(details: &Object) -> Read<StatusDetails> {
    Ok(StatusDetails {
        code: details.word("code", StatusCode::from_word)?,
        description: details.text("description")?,
        developer_description: details.text("developerDescription")?,
    })
}

fn transaction_details(details: &Object) -> Read<TransactionDetails> {
    Ok(TransactionDetails {
        application_fee: details.amount("applicationFee")?,
        included_tip_amount: details.amount("includedTipAmount")?,
        metadata: metadata(details)?,
        tip_adjust_status: details.word("tipAdjustStatus", TipAdjustStatus::from_word)?,
    })
}

fn payment_details(details: &Object) -> Read<PaymentDetails> {
    Ok(PaymentDetails {
        scheme: details.word("scheme", Scheme::from_word)?,
        source: details.word("source", Source::from_word)?,
        customer_verification: details.word("customerVerification", CustomerVerification::from_word)?,
        masked_account_number: details.verbatim("maskedAccountNumber")?.map(last_four),
    })
}

fn refund_details(details: &Object) -> Read<RefundDetails> {
    Ok(RefundDetails {
        process: details.word("process", RefundProcess::from_word)?,
        status: details.word("status", RefundStatus::from_word)?,
        refund_transactions: details.list("refundTransactions", refund_transaction)?.unwrap_or_default(),
    })
}

fn refund_transaction(refund: &Object) -> Read<RefundTransaction> {
    Ok(RefundTransaction {
        identifier: refund.key("identifier")?,
        created_timestamp: refund.integer("createdTimestamp")?,
        amount: refund.amount("amount")?,
        currency: refund.key("currency")?,
        kind: refund.word("type", TransactionType::from_word)?,
        status: refund.word("status", TransactionStatus::from_word)?,
        status_details: refund.inner("statusDetails", status_details)?,
        code: refund.word("code", RefundCode::from_word)?,
    })
}

fn dcc_details(details: &Object) -> Read<DccDetails> {
    Ok(DccDetails {
        status: details.word("status", DccStatus::from_word)?,
        status_details: details.word("statusDetails", DccStatusDetails::from_word)?,
        converted_amount: details.amount("convertedAmount")?,
        converted_currency: details.key("convertedCurrency")?,
        markup: details.amount("markup")?,
        rate: details.amount("rate")?,
    })
}

fn gift_card_details(details: &Object) -> Read<GiftCardDetails> {
    Ok(GiftCardDetails {
        current_balance: details.amount("currentBalance")?,
        previous_balance: details.amount("previousBalance")?,
        currency: details.key("currency")?,
    })
}

fn verification_results(results: &Object) -> Read<VerificationResults> {
    Ok(VerificationResults {
        avs_zip_code: results.word("avsZipCodeResult", VerificationResult::from_word)?,
        avs_street: results.word("avsStreetResult", VerificationResult::from_word)?,
        cvv: results.word("cvvResult", VerificationResult::from_word)?,
    })
}

fn receipt(receipt: &Object) -> Read<Receipt> {
    Ok(Receipt {
        data: receipt.inner("data", receipt_data)?.unwrap_or_default(),
        merchant_details: receipt.list("merchantDetails", receipt_line)?.unwrap_or_default(),
        payment_details: receipt.list("paymentDetails", receipt_line)?.unwrap_or_default(),
        clearing_details: receipt.list("clearingDetails", receipt_line)?.unwrap_or_default(),
        signature_line_required: receipt.flag("signatureLineRequired")?.unwrap_or(false),
        tip_line_required: receipt.flag("tipLineRequired")?.unwrap_or(false),
    })
}

/// A dictionary: the member's name is the key.
fn receipt_data(data: &Object) -> Read<Vec<ReceiptLine>> {
    let line = |(key, line): (&str, Read<Object>)| {
        let line = receipt_line(&line?)?;
        Ok(ReceiptLine { key: mask_card_numbers(key), ..line })
    };
    data.entries().map(line).collect()
}

fn receipt_line(line: &Object) -> Read<ReceiptLine> {
    Ok(ReceiptLine {
        key: line.text("key")?.unwrap_or_default(),
        label: line.text("label")?.unwrap_or_default(),
        value: line.text("value")?.unwrap_or_default(),
    })
}
