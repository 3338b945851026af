//! Paymentsense Connect at the tables (section 6): what becomes of it in the till's books.

use std::time::Duration;

use checkstand::domain::{PaymentRecord, Verdict, Whence};
use checkstand::journal::HistoryQuery;
use checkstand::protocols::driver::{Command, Session};
use checkstand::protocols::frame::Channel;
use serde_json::{Value, json};

use super::desk::Desk;

const CARD: &str = "4929123123123127";
const FIRST: &str = "8d0f6f52-41a9-4c2b-9a57-6e1c0b7ad301";
const SECOND: &str = "c2a1d6b0-0b1e-4f7d-8f5e-2e9a44e0c7a2";

struct Shop {
    desk: Desk,
    line: Channel,
}

impl Shop {
    fn open() -> Shop {
        let fields = [("kind", "pat"), ("host", "10.0.0.7"), ("software_house_id", "L"), ("installer_id", "L")];
        let mut desk = Desk::new("connect", &fields);
        desk.command(Command::Connect);
        let line = desk.line("cloud").unwrap();
        desk.opened(line);
        assert_eq!(desk.station.view().session, Some(Session::Ready(Vec::new())));
        Shop { desk, line }
    }

    fn hears(&mut self, message: &Value) {
        self.desk.hears(self.line, message.to_string().as_bytes());
    }

    /// These payments of table 12.
    fn is_told(&mut self, payments: &[Value]) {
        let params = json!({ "tid": "70031204", "waiterId": "7", "tableId": "12", "payments": payments });
        self.hears(&json!({ "jsonrpc": "2.0", "id": 506, "method": "transactionResponse", "params": params }));
    }

    fn books(&self) -> Vec<PaymentRecord> {
        self.desk.journal.history(&HistoryQuery::default()).unwrap()
    }

    fn last_said(&self) -> Value {
        self.desk.sent.last().unwrap().json()
    }
}

fn payment(id: &str, paid: i64, gratuity: i64, result: &str) -> Value {
    json!({ "paymentId": id, "amountPaid": paid, "amountGratuity": gratuity, "currency": "GBP",
            "paymentMethod": "CONTACTLESS", "cardSchemeName": "VISA", "authCode": "110934",
            "primaryAccountNumber": "************3127", "transactionResult": result })
}

// 6.4: the message may come twice after a reconnect
#[test]
fn what_is_told_twice_is_in_the_books_once() {
    let mut shop = Shop::open();
    let payments = [payment(FIRST, 3_240, 400, "SUCCESSFUL"), payment(SECOND, 3_240, 250, "SUCCESSFUL")];
    shop.is_told(&payments);
    assert_eq!(shop.last_said()["result"], json!({ "accepted": true }));
    shop.desk.loses(shop.line);
    shop.desk.pass(Duration::from_secs(2));
    shop.line = shop.desk.line("cloud").unwrap();
    shop.desk.opened(shop.line);
    shop.is_told(&payments);
    assert_eq!(shop.last_said()["result"], json!({ "accepted": true }));
    let books = shop.books();
    assert_eq!(books.len(), 2);
    let totals: Vec<i64> =
        books.iter().map(|record| record.outcome.as_ref().unwrap().taken.unwrap().total.minor()).collect();
    assert_eq!(totals, [3_490, 3_640]);
    for record in &books {
        let origin = record.request.origin.as_ref().unwrap();
        assert_eq!((origin.from, record.request.reference.as_deref()), (Whence::Table, Some("12")));
        assert_eq!((record.verdict(), record.request.amount.minor()), (Verdict::Approved, 3_240));
        assert_eq!(record.request.operator.as_deref(), Some("7"));
    }
}

// 6.4, rule 3
#[test]
fn what_nobody_understands_is_in_doubt_in_the_books_and_what_was_not_paid_is_not_there() {
    let mut shop = Shop::open();
    shop.is_told(&[
        payment(FIRST, 3_240, 0, "TIMED_OUT"),
        payment(SECOND, 3_240, 0, "DECLINED"),
        payment("7b", 1_000, 0, "QUITE_GOOD"),
    ]);
    assert_eq!(shop.last_said()["result"], json!({ "accepted": true }));
    let books = shop.books();
    assert_eq!(books.len(), 2);
    assert!(books.iter().all(|record| record.verdict() == Verdict::InDoubt), "{books:?}");
}

// 6.4: never acknowledged without being understood
#[test]
fn what_cannot_be_read_is_refused_and_the_cashier_is_told() {
    let mut shop = Shop::open();
    let mut broken = payment(FIRST, 3_240, 0, "SUCCESSFUL");
    broken["amountPaid"] = json!("32.40");
    shop.is_told(&[broken, payment(SECOND, 3_240, 0, "SUCCESSFUL")]);
    assert_eq!(shop.last_said()["error"]["code"], -32_602);
    assert_eq!(shop.books().len(), 1);
    assert_eq!(shop.desk.station.view().notices[0].key, "explain-table-unreadable");
}

// 6.8
#[test]
fn a_day_ended_at_a_machine_is_kept() {
    let mut shop = Shop::open();
    shop.hears(&json!({ "jsonrpc": "2.0", "method": "endOfDayReport", "params": { "tid": "70031204",
        "reportType": "END_OF_DAY", "reportResult": "COMPLETE", "reportLines": ["END OF DAY"] } }));
    let days = shop.desk.journal.day_ends(None, 10).unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!(days[0].end.lines, ["END OF DAY"]);
}

// rule 8
#[test]
fn no_card_number_gets_into_the_books_whatever_member_it_comes_in() {
    let mut shop = Shop::open();
    let mut clear = payment(CARD, 3_240, 0, "SUCCESSFUL");
    for member in ["primaryAccountNumber", "authCode", "cardSchemeName", "time"] {
        clear[member] = json!(CARD);
    }
    let params = json!({ "tid": "70031204", "waiterId": CARD, "tableId": CARD, "payments": [clear] });
    shop.hears(&json!({ "jsonrpc": "2.0", "id": CARD, "method": "transactionResponse", "params": params }));
    assert_eq!(shop.last_said()["id"], CARD, "an id is the cloud's own, and given back as it came");
    shop.hears(&json!({ "jsonrpc": "2.0", "id": 7, "method": CARD, "params": {} }));
    let books = shop.books();
    let events = shop.desk.journal.events(&books[0].id).unwrap();
    let known = format!("{books:?} {events:?} {:?} {:?}", shop.desk.station.view(), shop.desk.signals);
    assert!(known.contains("3127") && !known.contains("49291231"), "{known}");
}

// 1.5
#[test]
fn a_till_whose_tables_were_taken_over_waits_for_a_person() {
    let mut shop = Shop::open();
    shop.hears(&json!({ "jsonrpc": "2.0", "id": null,
        "error": { "code": -32_010, "message": "CONNECTION_DISCONTINUED", "userMessage": "Another POS" } }));
    let Some(Session::Refused(why)) = &shop.desk.station.view().session else { panic!() };
    assert_eq!((why.key.as_str(), why.detail.as_deref()), ("explain-tables-discontinued", Some("Another POS")));
    shop.desk.pass(Duration::from_secs(24 * 3_600));
    assert_eq!(shop.desk.wanted.len(), 1);
    shop.desk.command(Command::Connect);
    assert_eq!(shop.desk.wanted.len(), 2);
}
