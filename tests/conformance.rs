//! Every registered protocol × every row of the scenario table: driver against simulator in memory, written as a
//! readable transcript and compared with a golden file (`tests/golden/conformance`). `INSTA_UPDATE=always cargo test`
//! writes them anew.

mod world;

use std::time::Duration;

use checkstand::domain::{Answer, Operation, PaymentRecord, PaymentRequest, Verdict};
use checkstand::protocols::nexo;
use checkstand::protocols::simulator::Scenario;
use checkstand::protocols::{self, Protocol};
use world::{Cashier, OURS, World};

/// One way to set a protocol up.
struct Variant {
    protocol: &'static str,
    name: &'static str,
    fields: &'static [(&'static str, &'static str)],
    describe: fn(&[u8]) -> String,
    /// What a request comes to that was sent and of which no sign came back (DESIGN section 4, second row).
    without_a_sign: Verdict,
}

const VARIANTS: &[Variant] = &[
    Variant {
        protocol: "nexo",
        name: "nexo-full",
        fields: &[("host", "10.0.0.7"), ("poi_id", "BUTIK7-K2"), ("operator_language", "en")],
        describe: describe_nexo,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "nexo",
        name: "nexo-light",
        fields: &[("host", "10.0.0.7"), ("poi_id", "BUTIK7-K2"), ("integration", "light")],
        describe: describe_nexo,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "valor",
        name: "valor-tcp",
        fields: &[("host", "10.0.0.7"), ("currency", "SEK")],
        describe: describe_json,
        without_a_sign: Verdict::InDoubt,
    },
    Variant {
        protocol: "valor",
        name: "valor-websocket",
        fields: &[("host", "10.0.0.7"), ("currency", "SEK"), ("transport", "websocket")],
        describe: describe_json,
        without_a_sign: Verdict::InDoubt,
    },
    Variant {
        protocol: "p3",
        name: "p3-websocket",
        fields: &[("host", "10.0.0.7"), ("currency", "SEK"), ("merchant_id", "mer-0815"), ("device", "mock1")],
        describe: describe_p3,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "p3",
        name: "p3-tcp",
        fields: &[
            ("host", "10.0.0.7"),
            ("port", "4246"),
            ("transport", "tcp"),
            ("currency", "SEK"),
            ("merchant_id", "mer-0815"),
            ("device", "mock1"),
        ],
        describe: describe_p3,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "connect",
        name: "connect",
        fields: &[
            ("host", "10.0.0.7"),
            ("port", "8441"),
            ("software_house_id", "LUMEN07"),
            ("installer_id", "LUMEN07"),
            ("terminal_id", "70031188"),
        ],
        describe: describe_connect,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "connect",
        name: "connect-v0",
        fields: &[
            ("host", "10.0.0.7"),
            ("port", "8441"),
            ("api_version", "v0"),
            ("terminal_id", "70031188"),
            ("slips", "till"),
        ],
        describe: describe_connect,
        without_a_sign: Verdict::NotCharged,
    },
    Variant {
        protocol: "econduit",
        name: "econduit-classic",
        fields: &[("host", "10.0.0.7"), ("port", "9004"), ("terminal_id", "2044")],
        describe: describe_econduit,
        without_a_sign: Verdict::InDoubt,
    },
    Variant {
        protocol: "econduit",
        name: "econduit-json",
        fields: &[("host", "10.0.0.7"), ("port", "9004"), ("flavour", "json"), ("terminal_id", "2044")],
        describe: describe_econduit,
        without_a_sign: Verdict::InDoubt,
    },
];

fn protocol(id: &str) -> &'static Protocol {
    protocols::find(id).expect("a registered protocol")
}

fn world(variant: &Variant) -> World {
    World::calm(protocol(variant.protocol), variant.fields, variant.describe)
}

/// The verdict and what is taken of 100.xx (DESIGN section 6), in minor units.
fn expected(variant: &Variant, operation: Operation, scenario: Scenario, asked: i64) -> (Verdict, Option<i64>) {
    match scenario {
        _ if lacks(variant.protocol, operation, scenario) => (Verdict::Approved, Some(asked)),
        Scenario::Decline | Scenario::DeclineForFunds | Scenario::LineDropsDeclined => (Verdict::Declined, None),
        Scenario::CustomerCancels | Scenario::NobodyPresentsCard | Scenario::WaitsUntilCancelled => {
            (Verdict::Cancelled, None)
        }
        Scenario::Busy | Scenario::NotReady | Scenario::HostUnreachable => (Verdict::NotCharged, None),
        Scenario::LineDropsBeforeRequest => (variant.without_a_sign, None),
        Scenario::LostForGood => (Verdict::InDoubt, None),
        Scenario::ApprovesHalf => (Verdict::Approved, Some(asked / 2)),
        Scenario::AddsTip => (Verdict::Approved, Some(asked + asked / 10)),
        Scenario::AddsSurcharge => (Verdict::Approved, Some(asked + asked * 4 / 100)),
        _ => (Verdict::Approved, Some(asked)),
    }
}

/// What the protocol has no words for: its terminals approve as they were asked.
fn lacks(protocol: &str, operation: Operation, scenario: Scenario) -> bool {
    let connect = match scenario {
        Scenario::ApprovesHalf | Scenario::AddsSurcharge => true,
        Scenario::AddsTip => operation == Operation::Refund,
        _ => false,
    };
    protocol == "connect" && connect
}

fn check(variant: &Variant, world: &World, scenario: Scenario, asked: i64, record: &PaymentRecord) {
    let story = world.transcript.to_string();
    let (verdict, taken) = expected(variant, record.request.operation, scenario, asked);
    assert_eq!(record.verdict(), verdict, "{scenario:?}\n{story}");
    let booked = record.outcome.as_ref().and_then(|outcome| outcome.taken).map(|taken| taken.total.minor());
    match verdict {
        Verdict::Approved => {
            let booked = booked.expect("an amount");
            assert!((booked - taken.expect("expected amount")).abs() <= 1, "{scenario:?}: {booked}\n{story}");
            assert_eq!(world.charged(&record.id), booked, "journal and ledger differ\n{story}");
        }
        Verdict::InDoubt => {}
        _ => assert_eq!(world.charged(&record.id), 0, "money was taken\n{story}"),
    }
    let charges = world.ledger.iter().filter(|entry| entry.till_reference == record.id.as_str()).count();
    assert!(charges <= 1, "charged more than once\n{story}");
    assert!(world.complaints.is_empty(), "the terminal complains: {:?}\n{story}", world.complaints);
}

fn compare(variant: &Variant, name: &str, world: &World) {
    insta::with_settings!({
        snapshot_path => format!("golden/conformance/{}", variant.name),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, world.transcript);
    });
}

#[test]
fn every_scenario_of_the_table_ends_as_the_table_says() {
    for variant in VARIANTS {
        for (cents, scenario) in Scenario::TABLE {
            let asked = 10_000 + cents;
            let mut world = world(variant);
            let record = world.sale(asked, &Cashier::playing(scenario));
            check(variant, &world, scenario, asked, &record);
            compare(variant, &format!("sale-{cents:02}-{scenario:?}"), &world);
        }
    }
}

#[test]
fn refunds_play_the_same_table() {
    for variant in VARIANTS {
        for (cents, scenario) in Scenario::TABLE {
            let asked = 10_000 + cents;
            let mut world = world(variant);
            let request = PaymentRequest::new(Operation::Refund, world.money(asked));
            let record = world.pay(request, &Cashier::playing(scenario));
            check(variant, &world, scenario, asked, &record);
        }
    }
}

#[test]
fn every_registered_protocol_is_among_the_variants() {
    for protocol in protocols::registry() {
        assert!(VARIANTS.iter().any(|variant| variant.protocol == protocol.id), "{}", protocol.id);
    }
}

#[test]
fn a_rejected_signature_leaves_nothing_charged() {
    for variant in VARIANTS.iter().filter(|variant| asks_for_signatures(variant)) {
        let mut world = world(variant);
        let record = world.sale(10_055, &Cashier { answer: Some(Answer::Reject), ..Cashier::default() });
        assert_eq!(record.verdict(), Verdict::NotCharged, "{}", world.transcript);
        assert_eq!(world.charged(&record.id), 0);
        compare(variant, "signature-rejected", &world);
    }
}

/// Whether the cashier is asked, and not the customer on the terminal.
fn asks_for_signatures(variant: &Variant) -> bool {
    let mut world = world(variant);
    let request = PaymentRequest::new(Operation::Sale, world.money(10_055));
    world.start(request, &Cashier::default());
    world.run_until(Duration::from_secs(60), |world| {
        world.till().station.view().payment.as_ref().is_some_and(|payment| payment.question.is_some())
    })
}

#[test]
fn any_payment_of_an_open_batch_can_be_voided_once() {
    let voids_any = |variant: &&Variant| {
        let abilities = world(variant).abilities();
        abilities.can(Operation::Void) && !abilities.voids_last_only
    };
    for variant in VARIANTS.iter().filter(voids_any) {
        let mut world = world(variant);
        let first = world.sale(10_000, &Cashier::default());
        let second = world.sale(20_000, &Cashier::default());
        let void = world.void(&first);
        assert_eq!(void.verdict(), Verdict::Approved, "{}", world.transcript);
        assert_eq!((world.charged(&first.id), world.charged(&second.id)), (0, 20_000));
        assert_eq!(world.record(&first.id).voided_by, Some(void.id));
        assert_eq!(world.void(&first).verdict(), Verdict::Declined, "{}", world.transcript);
        compare(variant, "void", &world);
    }
}

#[test]
fn the_last_payment_can_be_voided_and_the_one_before_cannot() {
    for variant in VARIANTS.iter().filter(|variant| world(variant).abilities().voids_last_only) {
        let mut world = world(variant);
        let first = world.sale(10_000, &Cashier::default());
        let second = world.sale(20_000, &Cashier::default());
        assert_eq!(world.void(&first).verdict(), Verdict::Declined, "{}", world.transcript);
        let void = world.void(&second);
        assert_eq!(void.verdict(), Verdict::Approved, "{}", world.transcript);
        assert_eq!(world.charged(&second.id), 0);
        assert_eq!(world.charged(&first.id), 10_000);
        assert_eq!(world.record(&second.id).voided_by, Some(void.id));
        compare(variant, "void", &world);
    }
}

#[test]
fn cashback_comes_on_top_and_is_booked_from_the_answer() {
    for variant in VARIANTS.iter().filter(|variant| world(variant).abilities().cashback) {
        let mut world = world(variant);
        let mut request = PaymentRequest::new(Operation::Sale, world.money(30_000));
        request.cashback = Some(world.money(10_000));
        let record = world.pay(request, &Cashier::default());
        let taken = record.outcome.and_then(|outcome| outcome.taken).expect("an approval");
        assert_eq!((taken.total.minor(), taken.cashback_minor), (40_000, 10_000));
    }
}

#[test]
fn a_till_killed_while_the_terminal_works_finds_the_outcome_after_its_restart() {
    for variant in VARIANTS {
        // Every half second of a payment is a moment to be killed at.
        for step in 0..24 {
            let mut world = world(variant);
            let request = PaymentRequest::new(Operation::Sale, world.money(10_000));
            let id = world.start(request, &Cashier::default());
            world.run_for(Duration::from_millis(500 * step));
            world.restart_till();
            if !world.record(&id).state.is_final() {
                world.inquire(&id);
            }
            let record = world.record(&id);
            let story = world.transcript.to_string();
            assert!(record.state.is_final(), "killed after {step} half seconds\n{story}");
            let booked = record.outcome.and_then(|outcome| outcome.taken).map_or(0, |taken| taken.total.minor());
            world.run_for(Duration::from_secs(60));
            assert_eq!(world.charged(&id), booked, "killed after {step} half seconds\n{story}");
        }
    }
}

#[test]
fn a_terminal_that_loses_power_is_asked_after_it_is_back() {
    for variant in VARIANTS {
        for step in 0..16 {
            let mut world = world(variant);
            let request = PaymentRequest::new(Operation::Sale, world.money(10_000));
            let id = world.start(request, &Cashier::default());
            world.run_for(Duration::from_millis(500 * step));
            world.power_cut();
            world.run_until_concluded_or_done(&id);
            let record = world.record(&id);
            let story = world.transcript.to_string();
            let record = match world.till().station.at_hand() {
                // who waited was told after a minute, and the machine goes on
                Some(_) => {
                    world.run_for(Duration::from_secs(60));
                    world.record(&id)
                }
                None => record,
            };
            if is_for_a_person(&record) {
                assert_eq!(world.charged(&id), 0, "cut after {step} half seconds\n{story}");
                continue;
            }
            assert!(record.state.is_final(), "cut after {step} half seconds\n{story}");
            let booked = record.outcome.and_then(|outcome| outcome.taken).map_or(0, |taken| taken.total.minor());
            assert_eq!(world.charged(&id), booked, "cut after {step} half seconds\n{story}");
        }
    }
}

/// A terminal that was seen with a card, and whose last transaction is another one.
fn is_for_a_person(record: &PaymentRecord) -> bool {
    let seen_with_card = record.reference.as_ref().is_some_and(|reference| reference["card_read"] == true);
    let why = record.outcome.as_ref().and_then(|outcome| outcome.explanation.as_ref());
    seen_with_card && why.is_some_and(|why| why.key == "explain-connect-look-at-terminal")
}

#[test]
fn a_payment_on_a_dead_line_ends_in_doubt_within_a_minute_of_the_loss_and_is_found_when_the_line_is_back() {
    for variant in VARIANTS {
        let mut world = world(variant);
        let request = PaymentRequest::new(Operation::Sale, world.money(10_000));
        let id = world.start(request, &Cashier::default());
        world.run_for(Duration::from_secs(2));
        world.cable_pulled = true;
        let asked_at = world.now.at;
        world.cancel(OURS);
        world.run_until_concluded(&id);
        assert!(world.now.at - asked_at <= Duration::from_secs(10), "{}", world.transcript);
        assert_eq!(world.record(&id).verdict(), Verdict::InDoubt);
        world.cable_pulled = false;
        world.run_for(Duration::from_secs(60));
        let record = world.record(&id);
        assert!(record.state.is_final(), "{}", world.transcript);
        let booked = record.outcome.and_then(|outcome| outcome.taken).map_or(0, |taken| taken.total.minor());
        assert_eq!(world.charged(&id), booked);
    }
}

/// The same without what nobody may read.
fn describe_p3(body: &[u8]) -> String {
    let message = body.iter().position(|byte| *byte == b'{').map_or(body, |at| &body[at..]);
    describe_json(checkstand::protocols::p3::codec::scrubbed(message).as_bytes())
}

/// The same without what nobody may read.
fn describe_connect(body: &[u8]) -> String {
    checkstand::protocols::connect::codec::scrubbed(body)
}

/// The same without what nobody may read, be it JSON, a query or neither.
fn describe_econduit(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    checkstand::protocols::econduit::codec::scrubbed(text.trim().as_bytes())
}

/// A message of JSON in one line, from its first brace.
fn describe_json(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.find('{').map_or("(no message)", |at| &text[at..]).trim_end().to_owned()
}

/// A nexo message in one line.
fn describe_nexo(body: &[u8]) -> String {
    use nexo::messages::{Body, Response};
    if body.is_empty() {
        return String::new();
    }
    let Ok(message) = nexo::codec::decode(body) else {
        return "(not nexo)".to_owned();
    };
    let result = |response: &Response| match (&response.condition, &response.additional) {
        (Some(condition), _) => condition.name().to_owned(),
        (None, _) => format!("{:?}", response.result),
    };
    let detail = match &message.body {
        Body::LoginRequest(login) => format!("{} capabilities", login.capabilities.len()),
        Body::LoginResponse(login) => result(&login.response),
        Body::LogoutResponse(response) => result(response),
        Body::PaymentRequest(payment) => {
            format!("{} {} {}", payment.payment_type.name(), payment.requested, payment.currency)
        }
        Body::PaymentResponse(payment) => result(&payment.response),
        Body::ReversalRequest(reversal) => format!("of {}", reversal.poi_transaction.id),
        Body::ReversalResponse(reversal) => result(&reversal.response),
        Body::AbortRequest { reference, .. } => format!("of {}", reference.service_id.as_deref().unwrap_or("?")),
        Body::TransactionStatusRequest { reference } => match reference {
            Some(reference) => format!("of {}", reference.service_id.as_deref().unwrap_or("?")),
            None => "of the last one".to_owned(),
        },
        Body::TransactionStatusResponse(status) => match &status.repeated {
            Some(repeated) => format!(
                "{}, repeats {} {}",
                result(&status.response),
                repeated.header.category.name(),
                repeated.header.service_id.as_deref().unwrap_or("?")
            ),
            None => result(&status.response),
        },
        Body::DisplayRequest(outputs) => {
            outputs.iter().map(|output| output.text.as_str()).collect::<Vec<_>>().join(" / ")
        }
        Body::InputRequest(input) => input.command.clone(),
        Body::InputResponse(input) => format!("{:?}", input.confirmed),
        Body::PrintRequest(print) => print.qualifier.clone(),
        Body::EventNotification(event) => event.event.clone(),
        _ => String::new(),
    };
    let header = message.header;
    let id = header.service_id.or(header.device_id).unwrap_or_default();
    format!("{}{:?} {id} {detail}", header.category.name(), header.kind).trim_end().to_owned()
}
