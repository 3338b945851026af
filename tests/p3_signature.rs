//! The P3 driver and a signature drawn on the till's screen (reference 7.6), in the pretend world.
#![allow(clippy::unwrap_used)]

mod world;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use checkstand::domain::{
    Answer, Operation, PaymentId, PaymentRequest, Question, QuestionId, QuestionKind, SignatureImage, Verdict,
};
use checkstand::protocols;
use checkstand::protocols::driver::{Command, LinkAction};
use checkstand::protocols::p3::codec;
use checkstand::protocols::p3::messages::{Body, Message, SubmitSignature};
use world::{Cashier, OURS, World};

const FIELDS: &[(&str, &str)] =
    &[("host", "10.0.0.7"), ("currency", "SEK"), ("merchant_id", "mer-0815"), ("device", "mock1")];

fn image(bytes: &[u8]) -> SignatureImage {
    SignatureImage::new(bytes.to_vec()).unwrap()
}

/// As large as a drawn one: the journal knows pictures by their length.
fn picture() -> Vec<u8> {
    (0..3_000_u32).map(|number| (number * 31 % 251) as u8).collect()
}

fn open_question(world: &World) -> Option<Question> {
    world.till().station.view().payment.as_ref().and_then(|payment| payment.question.clone())
}

/// A sale that waits for its signature.
fn waiting() -> (World, PaymentId, Question) {
    let mut world = World::calm(protocols::find("p3").unwrap(), FIELDS, codec::scrubbed);
    let request = PaymentRequest::new(Operation::Sale, world.money(10_055));
    let id = world.start(request, &Cashier::default());
    assert!(world.run_until(Duration::from_secs(60), |world| open_question(world).is_some()), "{}", world.transcript);
    let question = open_question(&world).unwrap();
    (world, id, question)
}

/// Signs, and tells what left.
fn sign(world: &mut World, question: QuestionId, image: SignatureImage) -> Vec<Message> {
    let turn = world.tills[OURS].station.command(world.now, Command::Sign(question, image));
    let sent = turn.links.iter().filter_map(|order| match &order.action {
        LinkAction::Send(frame) => Some(codec::decode(frame.body()).unwrap()),
        _ => None,
    });
    let sent = sent.collect();
    world.carry_out(OURS, turn);
    sent
}

fn ended(world: &mut World, id: &PaymentId) -> Verdict {
    world.run_until_concluded(id);
    world.record(id).verdict()
}

#[test]
fn the_picture_goes_out_as_digital_and_the_receipt_needs_no_line() {
    let (mut world, id, question) = waiting();
    assert!(question.on_screen && question.kind == QuestionKind::Signature);
    let sent = sign(&mut world, question.id, image(&picture()));
    let [message] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(message.body, Body::SubmitSignatureRequest(SubmitSignature::Digital(image(&picture()))));
    assert!(message.header.reference_tag.is_some() && message.header.resource.as_deref() == Some("devices/mock1"));
    let bytes = String::from_utf8(codec::encode(message)).unwrap();
    assert!(bytes.contains(&format!(r#""type":"DIGITAL","data":"{}""#, STANDARD.encode(picture()))), "{bytes}");
    assert_eq!(open_question(&world), None);
    assert_eq!(ended(&mut world, &id), Verdict::Approved, "{}", world.transcript);
    let receipts = world.till().journal.receipts(&id).unwrap();
    assert!(receipts.len() == 2 && receipts.iter().all(|receipt| !receipt.signature_line));
    assert!(world.complaints.is_empty(), "{:?}", world.complaints);
}

#[test]
fn a_picture_the_server_refuses_is_asked_for_again() {
    let (mut world, id, first) = waiting();
    sign(&mut world, first.id, image(b""));
    assert!(world.run_until(Duration::from_secs(5), |world| open_question(world).is_some()), "{}", world.transcript);
    let again = open_question(&world).unwrap();
    assert!(again.on_screen && again.id != first.id);
    assert!(sign(&mut world, first.id, image(&picture())).is_empty(), "that question is closed");
    assert_eq!(sign(&mut world, again.id, image(&picture())).len(), 1);
    assert_eq!(ended(&mut world, &id), Verdict::Approved, "{}", world.transcript);
}

#[test]
fn after_a_refused_picture_paper_and_an_end_are_still_possible() {
    for (answer, verdict) in [(Answer::Accept, Verdict::Approved), (Answer::Reject, Verdict::NotCharged)] {
        let (mut world, id, first) = waiting();
        sign(&mut world, first.id, image(b""));
        world.run_until(Duration::from_secs(5), |world| open_question(world).is_some());
        let again = open_question(&world).unwrap();
        world.command(Command::Answer(again.id, answer));
        assert_eq!(ended(&mut world, &id), verdict, "{}", world.transcript);
        let charged = if verdict == Verdict::Approved { 10_055 } else { 0 };
        assert_eq!(world.charged(&id), charged);
    }
}

#[test]
fn a_signature_is_handed_in_once() {
    let (mut world, id, question) = waiting();
    assert_eq!(sign(&mut world, question.id, image(&picture())).len(), 1);
    assert!(sign(&mut world, question.id, image(&picture())).is_empty());
    world.command(Command::Answer(question.id, Answer::Reject));
    assert_eq!(ended(&mut world, &id), Verdict::Approved, "{}", world.transcript);
}

#[test]
fn the_journal_knows_that_somebody_signed_and_never_what() {
    let (mut world, id, question) = waiting();
    sign(&mut world, question.id, image(&picture()));
    ended(&mut world, &id);
    let journal = &world.till().journal;
    let events = format!("{:?}", journal.events(&id).unwrap());
    let messages = format!("{:?}", journal.messages(&id).unwrap());
    assert!(events.contains("signed_on_screen"), "{events}");
    assert!(messages.contains("DIGITAL") && messages.contains("(3000 bytes)"), "{messages}");
    let (base64, bytes) = (STANDARD.encode(picture()), format!("{:?}", picture()));
    for kept in [&events, &messages, &world.transcript.to_string()] {
        // Not in part either.
        assert!(!kept.contains(&base64[..40]) && !kept.contains(&base64[2_000..2_040]) && !kept.contains(&bytes[..40]));
    }
}
