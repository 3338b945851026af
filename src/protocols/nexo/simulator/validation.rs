//! Strict reading of what the till sends (16.1): the schema's order and its required attributes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::protocols::nexo::codec::tree::Element;

/// The lines of section 18 that a till's requests need, in the reference's own notation: `!` required, `?` optional,
/// `*` any number, `+` at least one, `@` attribute, `>` child elements in this order.
const SCHEMA: &str = "
MessageHeader @ProtocolVersion? @MessageClass! @MessageCategory! @MessageType! @ServiceID? @DeviceID? @SaleID! @POIID!
LoginRequest @TrainingModeFlag? @OperatorLanguage! @OperatorID? @ShiftNumber? @TokenRequestedType? @CustomerOrderReq? @POISerialNumber? > DateTime! SaleSoftware! SaleTerminalData?
SaleSoftware @ProviderIdentification! @ApplicationName! @SoftwareVersion! @CertificationCode? @ComponentDescription? @ComponentType?
SaleTerminalData @TerminalEnvironment? @TotalsGroupID? > SaleCapabilities? SaleProfile?
SaleProfile @GenericProfile? > ServiceProfiles?
LogoutRequest @MaintenanceAllowed?
PaymentRequest > SaleData! PaymentTransaction! PaymentData? LoyaltyData*
SaleData @OperatorID? @OperatorLanguage? @ShiftNumber? @SaleReferenceID? @TokenRequestedType? @CustomerOrderID? @CustomerOrderReq? > SaleTransactionID! SaleTerminalData? SponsoredMerchant* SaleToPOIData? SaleToAcquirerData? SaleToIssuerData?
SaleTransactionID @TransactionID! @TimeStamp!
POITransactionID @TransactionID! @TimeStamp!
CardAcquisitionReference @TransactionID! @TimeStamp!
PaymentTransaction > AmountsReq! OriginalPOITransaction? TransactionConditions? SaleItem*
AmountsReq @Currency! @RequestedAmount? @CashBackAmount? @TipAmount? @PaidAmount? @MinimumAmountToDeliver? @MaximumCashBackAmount? @MinimumSplitAmount?
SaleItem @ItemID! @ProductCode! @EanUpc? @ItemAmount! > UnitOfMeasure? Quantity? UnitPrice? TaxCode? SaleChannel? ProductLabel? AdditionalProductInfo?
PaymentData @PaymentType? @SplitPaymentFlag? > CardAcquisitionReference? RequestedValidityDate? Instalment? CustomerOrder? PaymentInstrumentData?
PaymentInstrumentData @PaymentInstrumentType! > CardData? CheckData? MobileData?
CardData @PaymentBrand? @MaskedPAN? @PaymentAccountRef? @EntryMode? @CardCountryCode? > ProtectedCardData? SensitiveCardData? AllowedProductCode* AllowedProduct* PaymentToken? CustomerOrder*
SensitiveCardData @PAN? @CardSeqNumb? @ExpiryDate? > TrackData?
AbortRequest > MessageReference! AbortReason! DisplayOutput?
MessageReference @MessageCategory? @ServiceID? @DeviceID? @SaleID? @POIID?
TransactionStatusRequest @ReceiptReprintFlag? > MessageReference? DocumentQualifier*
ReversalRequest @SaleReferenceID? @ReversalReason! @ReversedAmount? > OriginalPOITransaction! CustomerOrderID?
OriginalPOITransaction @SaleID? @POIID? @ReuseCardDataFlag? @CustomerLanguage? @AcquirerID? > POITransactionID? ApprovalCode? HostTransactionID?
EnableServiceRequest @TransactionAction! > ServicesEnabled? DisplayOutput?
CardAcquisitionRequest > SaleData! CardAcquisitionTransaction!
CardAcquisitionTransaction @LoyaltyHandling? @CustomerLanguage? @ForceCustomerSelectionFlag? @TotalAmount? @PaymentType? @CashBackFlag? > AllowedPaymentBrand* AllowedLoyaltyBrand* ForceEntryMode*
AdminRequest > ServiceIdentification?
DisplayRequest > DisplayOutput+
DisplayOutput @ResponseRequiredFlag? @MinimumDisplayTime? @Device! @InfoQualify! > OutputContent! MenuEntry* OutputSignature?
OutputContent @OutputFormat! > PredefinedContent? OutputText* OutputXHTML? OutputBarcode?
InputRequest > DisplayOutput? InputData!
PrintRequest > PrintOutput!
PrintOutput @DocumentQualifier! @ResponseMode! @IntegratedPrintFlag? @RequiredSignatureFlag? > OutputContent! OutputSignature?
";

static RULES: LazyLock<BTreeMap<&'static str, Rule>> =
    LazyLock::new(|| SCHEMA.lines().filter(|line| !line.is_empty()).filter_map(Rule::read).collect());

struct Rule {
    attributes: Vec<(&'static str, Occurs)>,
    children: Vec<(&'static str, Occurs)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Occurs {
    Once,
    Perhaps,
    Any,
    Some,
}

impl Rule {
    fn read(line: &'static str) -> Option<(&'static str, Rule)> {
        let mut words = line.split_whitespace().filter(|word| *word != ">");
        let name = words.next()?;
        let (mut attributes, mut children) = (Vec::new(), Vec::new());
        for word in words {
            let (word, occurs) = marked(word);
            match word.strip_prefix('@') {
                Some(attribute) => attributes.push((attribute, occurs)),
                None => children.push((word, occurs)),
            }
        }
        Some((name, Rule { attributes, children }))
    }
}

fn marked(word: &'static str) -> (&'static str, Occurs) {
    let marks = [('!', Occurs::Once), ('?', Occurs::Perhaps), ('*', Occurs::Any), ('+', Occurs::Some)];
    marks
        .into_iter()
        .find_map(|(mark, occurs)| word.strip_suffix(mark).map(|name| (name, occurs)))
        .unwrap_or((word, Occurs::Perhaps))
}

/// The first thing in a request that the schema does not allow, with the element's name.
pub fn fault(root: &Element) -> Option<String> {
    if root.name != "SaleToPOIRequest" {
        return Some(format!("{}: not SaleToPOIRequest", root.name));
    }
    let [header, body, trailing @ ..] = root.children.as_slice() else {
        return Some("SaleToPOIRequest: a MessageHeader and a body are needed".to_owned());
    };
    if header.name != "MessageHeader" {
        return Some("MessageHeader: must stand first".to_owned());
    }
    if let Some(stranger) = trailing.first() {
        return Some(format!("{}: not expected in SaleToPOIRequest", stranger.name));
    }
    element_fault(header).or_else(|| header_fault(header, body)).or_else(|| element_fault(body)).or_else(|| times(body))
}

/// What the table cannot say about the header (3.2).
fn header_fault(header: &Element, body: &Element) -> Option<String> {
    let text = |name| header.attribute(name).unwrap_or_default();
    let category = text("MessageCategory");
    let device = matches!(category, "Display" | "Input" | "Print" | "Transmit");
    let needed = if device { "DeviceID" } else { "ServiceID" };
    let fault = if body.name != format!("{category}{}", text("MessageType")) {
        return Some(format!("{}: does not belong to MessageCategory {category}", body.name));
    } else if text("MessageType") != "Request" {
        "MessageType is not Request"
    } else if text("MessageClass") != if device { "Device" } else { "Service" } {
        "MessageClass does not belong to MessageCategory"
    } else if !(1..=10).contains(&text(needed).chars().count()) {
        "ServiceID or DeviceID must have 1 to 10 characters"
    } else if text("SaleID").is_empty() {
        "SaleID is empty"
    } else if !(1..=32).contains(&text("POIID").len()) {
        "POIID must have 1 to 32 bytes"
    } else if header.attribute("ProtocolVersion").map_or(category == "Login", |version| version != "3.1") {
        "ProtocolVersion is not 3.1"
    } else {
        return None;
    };
    Some(format!("MessageHeader: {fault}"))
}

fn element_fault(element: &Element) -> Option<String> {
    let rule = RULES.get(element.name.as_str())?;
    let lacking = rule
        .attributes
        .iter()
        .find(|(name, occurs)| *occurs == Occurs::Once && element.attribute(name).is_none())
        .map(|(name, _)| format!("{}: {name} is missing", element.name));
    let stranger = || {
        let known = |found: &str| rule.attributes.iter().any(|(name, _)| *name == found);
        let stranger = element.attributes.iter().find(|(name, _)| !known(name));
        stranger.map(|(name, _)| format!("{}: {name} is not expected", element.name))
    };
    lacking
        .or_else(stranger)
        .or_else(|| order_fault(element, &rule.children))
        .or_else(|| element.children.iter().find_map(element_fault))
}

fn order_fault(element: &Element, expected: &[(&str, Occurs)]) -> Option<String> {
    let mut place = 0;
    for child in &element.children {
        let Some(found) = expected.iter().position(|(name, _)| *name == child.name) else {
            return Some(format!("{}: not expected in {}", child.name, element.name));
        };
        if found < place {
            return Some(format!("{}: stands in the wrong place in {}", child.name, element.name));
        }
        let repeats = matches!(expected[found].1, Occurs::Any | Occurs::Some);
        place = if repeats { found } else { found + 1 };
    }
    expected
        .iter()
        .find(|(name, occurs)| matches!(occurs, Occurs::Once | Occurs::Some) && element.find(name).is_none())
        .map(|(name, _)| format!("{name}: missing in {}", element.name))
}

/// Times need an offset (5.1).
fn times(element: &Element) -> Option<String> {
    let wrong = element.attribute("TimeStamp").is_some_and(|time| time.parse::<jiff::Timestamp>().is_err())
        || (element.name == "DateTime" && element.text.trim().parse::<jiff::Timestamp>().is_err());
    if wrong {
        return Some(format!("{}: not a time with an offset", element.name));
    }
    element.children.iter().find_map(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::nexo::codec::tree;

    fn fault_in(name: &str, change: impl FnOnce(String) -> String) -> Option<String> {
        let path = format!("{}/tests/vectors/nexo/{name}.xml", env!("CARGO_MANIFEST_DIR"));
        fault(&tree::parse(change(std::fs::read_to_string(path).unwrap()).as_bytes()).unwrap())
    }

    #[test]
    fn the_requests_of_the_reference_are_without_fault() {
        for name in [
            "4.1-login-request",
            "4.2-logout-request",
            "5.1.1-payment-request",
            "5.1.2-payment-request",
            "5.1.3-payment-request",
            "5.1.4-payment-request",
            "5.2-abort-request",
            "5.3-transactionstatus-request",
            "5.4-reversal-request",
            "5.5-cardacquisition-request",
            "5.5-enableservice-request",
            "5.6-admin-request",
            "6.1-display-request",
            "6.2-input-request",
            "6.3-print-request",
            "8-diagnosis-request",
        ] {
            assert_eq!(fault_in(name, |text| text), None, "{name}");
        }
    }

    #[test]
    fn order_attributes_and_strangers_are_found_with_the_elements_name() {
        let cases: [(&str, &str, &str, &str); 9] = [
            (
                "<PaymentRequest>",
                "<PaymentRequest><PaymentData/>",
                "SaleData: stands in the wrong place",
                "5.1.2-payment-request",
            ),
            ("Currency=\"SEK\" ", "", "AmountsReq: Currency is missing", "5.1.2-payment-request"),
            ("<SaleData>", "<SaleData Odd=\"1\">", "SaleData: Odd is not expected", "5.1.2-payment-request"),
            (
                "<PaymentRequest>",
                "<PaymentRequest><Odd/>",
                "Odd: not expected in PaymentRequest",
                "5.1.2-payment-request",
            ),
            ("+01:00", "", "SaleTransactionID: not a time", "5.1.2-payment-request"),
            ("ServiceID=\"104203\"", "ServiceID=\"12345678901\"", "MessageHeader", "5.1.2-payment-request"),
            ("MessageClass=\"Service\"", "MessageClass=\"Device\"", "MessageHeader", "5.1.2-payment-request"),
            ("<AbortReason>Cashier pressed cancel</AbortReason>", "", "AbortReason: missing", "5.2-abort-request"),
            ("ProtocolVersion=\"3.1\" ", "", "MessageHeader: ProtocolVersion", "4.1-login-request"),
        ];
        for (from, to, expected, name) in cases {
            let found = fault_in(name, |text| text.replace(from, to)).unwrap_or_default();
            assert!(found.starts_with(expected), "{found} / {expected}");
        }
    }
}
