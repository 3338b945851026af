//! The enumerations of section 5. A word we do not know is kept as `Other`, with card numbers masked.

use crate::protocols::words::words;

words! {
    /// (4.2)
    ProviderMode {
        Mock = "MOCK",
        Test = "TEST",
        TestFixed = "TEST_FIXED",
        Live = "LIVE",
        LiveFixed = "LIVE_FIXED",
        Jungle = "JUNGLE",
    }
}

words! {
    /// (4.1)
    DeviceType {
        Mock = "MOCK",
        Miura = "MIURA",
        Verifone = "VERIFONE",
    }
}

words! {
    /// (4.1)
    Comlink {
        Mock = "MOCK",
        Wifi = "WIFI",
        Usb = "USB",
        Bluetooth = "BLUETOOTH",
    }
}

words! {
    /// What is asked for (4.3).
    RequestType {
        Charge = "CHARGE",
        Refund = "REFUND",
        Capture = "CAPTURE",
        TipAdjust = "TIP_ADJUST",
        Activation = "ACTIVATION",
        BalanceInquiry = "BALANCE_INQUIRY",
        Cashout = "CASHOUT",
    }
}

words! {
    /// What a transaction is (4.8).
    TransactionType {
        Charge = "CHARGE",
        Refund = "REFUND",
        Preauthorize = "PREAUTHORIZE",
        Credit = "CREDIT",
        Activation = "ACTIVATION",
        BalanceInquiry = "BALANCE_INQUIRY",
        Cashout = "CASHOUT",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.3) A request without one means `POS`.
    Workflow {
        Pos = "POS",
        Moto = "MOTO",
        GiftCard = "GIFT_CARD",
        AlternativePaymentMethod = "ALTERNATIVE_PAYMENT_METHOD",
    }
}

words! {
    /// (4.7)
    Mode {
        Online = "ONLINE",
        Offline = "OFFLINE",
    }
}

words! {
    /// (5.1)
    State {
        Created = "CREATED",
        ConnectingToAccessory = "CONNECTING_TO_ACCESSORY",
        Preparing = "PREPARING",
        InitializingTransaction = "INITIALIZING_TRANSACTION",
        WaitingForCardPresentation = "WAITING_FOR_CARD_PRESENTATION",
        WaitingForCardRemoval = "WAITING_FOR_CARD_REMOVAL",
        WaitingForScan = "WAITING_FOR_SCAN",
        Processing = "PROCESSING",
        Approved = "APPROVED",
        Accepted = "ACCEPTED",
        Declined = "DECLINED",
        Aborted = "ABORTED",
        Failed = "FAILED",
        NotRefundable = "NOT_REFUNDABLE",
        Inconclusive = "INCONCLUSIVE",
    }
}

words! {
    /// (5.2)
    StateDetails {
        Initialized = "INITIALIZED",
        ConnectingToAccessory = "CONNECTING_TO_ACCESSORY",
        ConfiguringCommunicationLink = "CONNECTING_TO_ACCESSORY_CONFIGURING_COMMUNICATION_LINK",
        CheckingForUpdate = "CONNECTING_TO_ACCESSORY_CHECKING_FOR_UPDATE",
        Updating = "CONNECTING_TO_ACCESSORY_UPDATING",
        WaitingForReader = "CONNECTING_TO_ACCESSORY_WAITING_FOR_READER",
        AskingForTip = "PREPARING_TRANSACTION_ASKING_FOR_TIP",
        Registering = "INITIALIZING_TRANSACTION_REGISTERING",
        Querying = "INITIALIZING_TRANSACTION_QUERYING",
        Processing = "PROCESSING",
        ActionRequired = "PROCESSING_ACTION_REQUIRED",
        WaitingForPin = "PROCESSING_WAITING_FOR_PIN",
        WaitingForCardPresentation = "PROCESSING_WAITING_FOR_CARD_PRESENTATION",
        WaitingForCardRemoval = "PROCESSING_WAITING_FOR_CARD_REMOVAL",
        WaitingForProcessorApproval = "PROCESSING_WAITING_FOR_PROCESSOR_APPROVAL",
        WaitingForCardDataInput = "PROCESSING_WAITING_FOR_CARD_DATA_INPUT",
        WaitingForAddressInput = "PROCESSING_WAITING_FOR_ADDRESS_INPUT",
        WaitingForVerificationResultsConfirmation = "PROCESSING_WAITING_FOR_VERIFICATION_RESULTS_CONFIRMATION",
        WaitingForScan = "PROCESSING_WAITING_FOR_SCAN",
        Completed = "PROCESSING_COMPLETED",
        NotRefundable = "NOT_REFUNDABLE",
        Approved = "APPROVED",
        ApprovedPartially = "APPROVED_PARTIALLY",
        Accepted = "ACCEPTED",
        Declined = "DECLINED",
        Aborted = "ABORTED",
        Failed = "FAILED",
        Inconclusive = "INCONCLUSIVE",
    }
}

words! {
    /// (5.3) The only field that decides the result.
    TransactionStatus {
        Initialized = "INITIALIZED",
        Pending = "PENDING",
        Approved = "APPROVED",
        Accepted = "ACCEPTED",
        Declined = "DECLINED",
        Aborted = "ABORTED",
        Error = "ERROR",
        Inconclusive = "INCONCLUSIVE",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (5.5)
    AbortStatus {
        Ok = "OK",
        NothingToAbort = "NOTHING_TO_ABORT",
        CannotBeAborted = "CANNOT_BE_ABORTED",
        Error = "ERROR",
    }
}

words! {
    /// (3, row 7)
    ActionType {
        Signature = "SIGNATURE",
    }
}

words! {
    /// (5.6)
    Scheme {
        AmericanExpress = "AMERICAN_EXPRESS",
        Diners = "DINERS",
        Discover = "DISCOVER",
        Jcb = "JCB",
        UnionPay = "UNION_PAY",
        Maestro = "MAESTRO",
        Mastercard = "MASTERCARD",
        Visa = "VISA",
        VisaElectron = "VISA_ELECTRON",
        Alipay = "ALIPAY",
        WechatPay = "WECHAT_PAY",
        CybersourceToken = "CYBERSOURCE_TOKEN",
        ValueLink = "VALUE_LINK",
        CartesBancaires = "CARTES_BANCAIRES",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (5.6)
    Source {
        Icc = "ICC",
        MagneticStripe = "MAGNETIC_STRIPE",
        MagneticStripeFallback = "MAGNETIC_STRIPE_FALLBACK",
        Manual = "MANUAL",
        NfcIcc = "NFC_ICC",
        NfcMagstripe = "NFC_MAGSTRIPE",
        Barcode = "BARCODE",
        QrCode = "QR_CODE",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (5.6)
    CustomerVerification {
        None = "NONE",
        Signature = "SIGNATURE",
        Pin = "PIN",
        PinAndSignature = "PIN_AND_SIGNATURE",
        CustomerDevice = "CUSTOMER_DEVICE",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.8)
    TipAdjustStatus {
        Adjustable = "ADJUSTABLE",
        NotAdjustable = "NOT_ADJUSTABLE",
        Adjusted = "ADJUSTED",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.8)
    RefundProcess {
        AnyCard = "ANY_CARD",
        WithoutCard = "WITHOUT_CARD",
        SameCard = "SAME_CARD",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.8)
    RefundStatus {
        NonRefundable = "NON_REFUNDABLE",
        RefundablePartialAndFull = "REFUNDABLE_PARTIAL_AND_FULL",
        RefundableFullOnly = "REFUNDABLE_FULL_ONLY",
        Refunded = "REFUNDED",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.8)
    RefundCode {
        BeforeClearing = "REFUND_BEFORE_CLEARING",
        AfterClearing = "REFUND_AFTER_CLEARING",
        PartialCapture = "PARTIAL_CAPTURE",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (4.8)
    DccStatus {
        NotAvailable = "NOT_AVAILABLE",
        Applied = "APPLIED",
        NotApplied = "NOT_APPLIED",
        Error = "ERROR",
    }
}

words! {
    /// (5.8)
    DccStatusDetails {
        NotAvailable = "NOT_AVAILABLE",
        Applied = "APPLIED",
        NotApplied = "NOT_APPLIED",
        NotAppliedByShopper = "NOT_APPLIED_BY_SHOPPER",
        NotAppliedSameCurrency = "NOT_APPLIED_SAME_CURRENCY",
        ErrorQueryServer = "ERROR_DCC_QUERY_SERVER",
        ErrorQueryClient = "ERROR_DCC_QUERY_CLIENT",
    }
}

words! {
    /// (4.8)
    VerificationResult {
        Passed = "PASSED",
        NotPassed = "NOT_PASSED",
        NotChecked = "NOT_CHECKED",
        Unknown = "UNKNOWN",
    }
}

words! {
    /// (5.7)
    TriggerType {
        ButtonPressed = "BUTTON_PRESSED",
        AlwaysOn = "ALWAYS_ON",
    }
}

words! {
    /// (5.7)
    ScanMode {
        Single = "SINGLE",
        Continuous = "CONTINUOUS",
    }
}

words! {
    /// (5.7)
    ScanState {
        Created = "CREATED",
        ConnectingToAccessory = "CONNECTING_TO_ACCESSORY",
        WaitingForScan = "WAITING_FOR_SCAN",
        Failed = "FAILED",
        Aborted = "ABORTED",
        Completed = "COMPLETED",
    }
}

words! {
    /// (5.7)
    ScanStateDetails {
        Initialized = "INITIALIZED",
        Created = "CREATED",
        ConnectingToAccessory = "CONNECTING_TO_ACCESSORY",
        WaitingForReader = "CONNECTING_TO_ACCESSORY_WAITING_FOR_READER",
        WaitingForScan = "WAITING_FOR_SCAN",
        Failed = "FAILED",
        Aborted = "ABORTED",
        Completed = "COMPLETED",
    }
}

words! {
    /// (3, row 24)
    OfflineMode {
        Enabled = "ENABLED",
        Disabled = "DISABLED",
        Unknown = "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_themselves_and_unknown_ones_are_kept_without_card_numbers() {
        for status in TransactionStatus::KNOWN {
            assert_eq!(TransactionStatus::from_word(status.word()), *status);
        }
        assert_eq!(State::from_word("TEA_TIME"), State::Other("TEA_TIME".to_owned()));
        assert_eq!(State::from_word("4111111111111111").word(), "************1111");
    }
}
