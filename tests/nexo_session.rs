//! The nexo driver between payments: login, maintenance, addresses, and requests that have no business at the listener.

#![allow(clippy::unwrap_used)]

mod world;

use std::time::Duration;

use checkstand::domain::{Operation, PaymentRequest, Verdict};
use checkstand::protocols;
use checkstand::protocols::driver::{Command, LinkAction, LinkEvent, Session};
use checkstand::protocols::frame::{Channel, Frame, HttpRequest};
use checkstand::protocols::nexo::codec;
use checkstand::protocols::nexo::messages::{Body, CONTENT_TYPE, PATH};
use checkstand::terminal::Turn;
use world::{Cashier, OURS, World};

const HOUR: Duration = Duration::from_secs(3600);

fn world_with(fields: &[(&str, &str)]) -> World {
    let mut all = vec![("host", "10.20.30.7"), ("poi_id", "BUTIK7-K2"), ("operator_language", "en")];
    all.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    all.extend(fields);
    World::calm(protocols::find("nexo").unwrap(), &all, |body| String::from_utf8_lossy(body).into_owned())
}

fn session(world: &World) -> Option<Session> {
    world.till().station.view().session.clone()
}

/// Lets a request arrive at the till's listener that the simulator would not send.
fn arrive(world: &mut World, number: u64, xml: &str) -> (u16, Option<Body>, Turn) {
    let channel = Channel::new("inbound", 1_000_000 + number);
    let request = HttpRequest::post(PATH, CONTENT_TYPE, xml.as_bytes().to_vec());
    let mut turn = world.tills[OURS].station.link(world.now, channel, LinkEvent::Received(Frame::Request(request)));
    let at = turn.links.iter().position(|order| order.channel == channel).expect("an answer");
    let LinkAction::Send(Frame::Response(response)) = turn.links.remove(at).action else { panic!("no response") };
    let body = codec::decode(&response.body).ok().map(|message| message.body);
    (response.status, body, turn)
}

fn request(category: &str, class: &str, poi_id: &str, body: &str) -> String {
    format!(
        r#"<SaleToPOIRequest><MessageHeader MessageClass="{class}" MessageCategory="{category}" MessageType="Request" ServiceID="1" DeviceID="77" SaleID="CHECKSTAND" POIID="{poi_id}"/>{body}</SaleToPOIRequest>"#
    )
}

const CONFIRMATION: &str = r#"<InputRequest><DisplayOutput Device="CashierDisplay" InfoQualify="Display"><OutputContent OutputFormat="Text"><OutputText>OK?</OutputText></OutputContent></DisplayOutput><InputData Device="CashierInput" InfoQualify="Input" InputCommand="GetConfirmation"/></InputRequest>"#;

#[test]
fn a_held_session_is_opened_and_ended() {
    let mut world = world_with(&[]);
    world.command(Command::Connect);
    world.run_for(Duration::from_secs(5));
    let found = session(&world);
    assert!(matches!(&found, Some(Session::Ready(about)) if !about.is_empty()), "{found:?}");
    world.command(Command::Disconnect);
    world.run_for(Duration::from_secs(5));
    assert_eq!(session(&world), Some(Session::Maintenance));
}

#[test]
fn once_a_day_the_terminal_rests_for_an_hour_and_is_logged_in_again() {
    // 10:00 local time in the pretend world; the hour begins at 11:30.
    let mut world = world_with(&[("maintenance_at", "11:30")]);
    world.command(Command::Connect);
    world.run_for(Duration::from_secs(5));
    // The day before does not count: the till has only just started.
    world.run_for(24 * HOUR);
    let mut rested = Duration::ZERO;
    for _ in 0..(24 * 12) {
        world.run_for(Duration::from_secs(300));
        if session(&world) == Some(Session::Maintenance) {
            rested += Duration::from_secs(300);
        }
    }
    assert!(rested >= HOUR - Duration::from_secs(300) && rested <= HOUR + Duration::from_secs(600), "{rested:?}");
    assert!(matches!(session(&world), Some(Session::Ready(_))));
    assert!(world.complaints.is_empty(), "{:?}", world.complaints);
}

#[test]
fn a_payment_during_the_hour_of_maintenance_logs_in_first() {
    let mut world = world_with(&[("maintenance_at", "11:30")]);
    world.command(Command::Connect);
    world.run_for(24 * HOUR);
    world.run_for(HOUR + Duration::from_secs(2400));
    assert_eq!(session(&world), Some(Session::Maintenance));
    assert_eq!(world.sale(10_000, &Cashier::default()).verdict(), Verdict::Approved);
}

#[test]
fn a_terminal_that_wants_to_update_is_logged_out_at_the_next_quiet_moment() {
    let mut world = world_with(&[]);
    world.command(Command::Connect);
    world.run_for(Duration::from_secs(5));
    assert_eq!(world.sale(10_075, &Cashier::default()).verdict(), Verdict::Approved);
    world.run_for(Duration::from_secs(30));
    assert!(matches!(session(&world), Some(Session::Ready(_))), "not before it is quiet");
    world.run_for(Duration::from_secs(120));
    let story = world.transcript.to_string();
    assert!(story.contains("LogoutRequest") && story.contains("EndMaintenance"), "{story}");
    assert!(matches!(session(&world), Some(Session::Ready(_))), "{story}");
}

#[test]
fn a_login_that_is_refused_charges_nothing_and_says_who_can_mend_it() {
    let mut world = world_with(&[("poi_id", "REFUSED-1")]);
    let record = world.sale(10_000, &Cashier::default());
    assert_eq!(record.verdict(), Verdict::NotCharged);
    assert_eq!(record.outcome.unwrap().explanation.unwrap().key, "explain-login-refused");
    assert!(matches!(session(&world), Some(Session::Refused(_))));
}

#[test]
fn a_terminal_that_fetches_its_parameters_is_waited_for() {
    let mut world = world_with(&[("poi_id", "NEW-1")]);
    let record = world.sale(10_000, &Cashier::default());
    assert_eq!(record.verdict(), Verdict::Approved, "{}", world.transcript);
}

#[test]
fn a_lost_session_is_opened_again_and_the_payment_sent_under_a_new_id() {
    let mut world = world_with(&[]);
    assert_eq!(world.sale(10_000, &Cashier::default()).verdict(), Verdict::Approved);
    world.power_cut();
    world.run_for(Duration::from_secs(60));
    let record = world.sale(20_000, &Cashier::default());
    assert_eq!(record.verdict(), Verdict::Approved, "{}", world.transcript);
    assert_eq!(world.charged(&record.id), 20_000);
}

#[test]
fn a_question_without_a_payment_is_refused() {
    let mut world = world_with(&[]);
    let (status, body, turn) = arrive(&mut world, 1, &request("Input", "Device", "BUTIK7-K2", CONFIRMATION));
    assert_eq!(status, 200);
    let Some(Body::InputResponse(answer)) = body else { panic!("{body:?}") };
    assert!(!answer.response.is_success());
    assert_eq!(answer.confirmed, None);
    assert!(turn.signals.is_empty());
}

#[test]
fn another_terminals_requests_are_not_taken() {
    let mut world = world_with(&[]);
    let (status, _, turn) = arrive(&mut world, 1, &request("Input", "Device", "STRANGER", CONFIRMATION));
    assert_eq!(status, 403);
    assert!(turn.signals.is_empty());
    let (status, ..) = arrive(&mut world, 2, "this is no XML");
    assert_eq!(status, 400);
    let (status, ..) = arrive(&mut world, 3, "<!DOCTYPE a [<!ENTITY b \"c\">]><SaleToPOIRequest/>");
    assert_eq!(status, 400);
}

#[test]
fn nothing_that_arrives_at_the_listener_decides_an_outcome() {
    let mut world = world_with(&[]);
    let id = world.start(PaymentRequest::new(Operation::Sale, world.money(10_070)), &Cashier::default());
    world.run_for(Duration::from_secs(3));
    let approved = r#"<PaymentResponse><Response Result="Success"/></PaymentResponse>"#;
    let display = r#"<DisplayRequest><DisplayOutput ResponseRequiredFlag="false" Device="CashierDisplay" InfoQualify="Status"><OutputContent OutputFormat="Text"><OutputText>202,"Approved"</OutputText></OutputContent></DisplayOutput></DisplayRequest>"#;
    let (_, _, turn) = arrive(&mut world, 1, &request("Display", "Device", "BUTIK7-K2", display));
    world.carry_out(OURS, turn);
    let forged = format!(
        r#"<SaleToPOIResponse><MessageHeader MessageClass="Service" MessageCategory="Payment" MessageType="Response" ServiceID="1003" SaleID="CHECKSTAND" POIID="BUTIK7-K2"/>{approved}</SaleToPOIResponse>"#
    );
    let (_, _, turn) = arrive(&mut world, 2, &forged);
    world.carry_out(OURS, turn);
    let event = r#"<SaleToPOIRequest><MessageHeader MessageClass="Event" MessageCategory="Event" MessageType="Notification" ServiceID="1" SaleID="CHECKSTAND" POIID="BUTIK7-K2"/><EventNotification TimeStamp="2026-03-14T12:00:05+01:00" EventToNotify="Completed"/></SaleToPOIRequest>"#;
    let (status, _, turn) = arrive(&mut world, 3, event);
    assert_eq!(status, 204);
    world.carry_out(OURS, turn);
    assert!(!world.record(&id).state.is_final());
    world.cancel(OURS);
    world.run_until_concluded(&id);
    assert_eq!(world.record(&id).verdict(), Verdict::Cancelled);
}

#[test]
fn a_display_that_wants_an_answer_gets_one_and_others_get_none() {
    let mut world = world_with(&[]);
    for (flag, status) in [("ResponseRequiredFlag=\"true\"", 200), ("ResponseRequiredFlag=\"false\"", 204), ("", 204)] {
        let display = format!(
            r#"<DisplayRequest><DisplayOutput {flag} Device="CashierDisplay" InfoQualify="Status"><OutputContent OutputFormat="Text"><OutputText>Vänta</OutputText></OutputContent></DisplayOutput></DisplayRequest>"#
        );
        let (found, ..) = arrive(&mut world, 1, &request("Display", "Device", "BUTIK7-K2", &display));
        assert_eq!(found, status, "{flag}");
    }
}

const ADDRESS: &str = r#"<TransmitRequest DestinationAddress="127.0.0.1:15022" MaximumTransmitTime="30"><Message>eyJzYWxlVGVybWluYWxjb25maWd1cmF0aW9uIjp7Im1lc3NhZ2VWZXJzaW9uIjoiMS4wLjAiLCJpcEVuZFBvaW50Ijp7ImlwVjRBZGRyZXNzIjoiMTAuMjAuMzAuNDEiLCJpcFBvcnQiOiIxMTAwMCJ9fX0=</Message></TransmitRequest>"#;

#[test]
fn a_new_address_is_followed_only_where_the_settings_allow_it() {
    let announcement = request("Transmit", "Device", "BUTIK7-K2", ADDRESS);
    let mut world = world_with(&[("follow_address", "true")]);
    let (status, _, turn) = arrive(&mut world, 1, &announcement);
    assert_eq!(status, 204);
    assert_eq!(turn.moved, Some(("10.20.30.41".to_owned(), 11_000)));
    let (_, _, again) = arrive(&mut world, 2, &announcement);
    assert_eq!(again.moved, None, "the same address is no news");

    let mut world = world_with(&[]);
    let (status, _, turn) = arrive(&mut world, 1, &announcement);
    assert_eq!((status, turn.moved), (204, None));
    assert_eq!(world.till().station.view().notices.last().unwrap().key, "explain-address-not-followed");
}
