//! Connect's cloud does not let the till in, or is not there: each time a text of its own, and nothing is charged.

use super::harness::{Brand, Shop, free_port};

/// What is tried, the code of `terminal test`, its exit status.
type Refused<'a> = (&'a str, Shop, &'a str, i32);

fn with_key(key: &str, simulate: &[&str]) -> Shop {
    let shop = Shop::with_simulator(Brand::Connect, "plain", &[], simulate);
    let arguments = ["terminal", "add", "front", "--protocol", "connect", "--secret", "api_key"];
    shop.run_with_input(&arguments, &format!("{key}\n")).ended_with(0);
    shop
}

fn with_fields(fields: &[&str]) -> Shop {
    Shop::with_brand(Brand::Connect, "plain", fields)
}

/// The texts of `terminal test` and of a sale, of which nothing was begun.
#[track_caller]
fn texts((what, shop, code, status): &Refused) -> [String; 2] {
    let tested = shop.json(&["terminal", "test", "front"]);
    assert_eq!(tested.ended_with(*status).refusal(), *code, "{what}");
    let sale = shop.json(&["sale", "100.00"]);
    let outcome = sale.ended_with(12).outcome();
    assert_eq!(outcome["outcome"], "not_charged", "{what}: {outcome}");
    assert!(sale.events_of("reference").is_empty() && sale.events_of("display").is_empty(), "{what}");
    assert_eq!(shop.history()[0]["outcome"], "not_charged", "{what}");
    assert!(shop.json(&["status"]).ended_with(0).events_of("outcome").is_empty(), "{what}");
    let said = tested.event("error")["message"].as_str().unwrap().to_owned();
    [said, outcome["message"].as_str().unwrap().to_owned()]
}

#[test]
fn each_reason_not_to_be_let_in_has_a_text_of_its_own() {
    let long_name = format!("url=wss://{}.example", "x".repeat(64));
    let another_path = with_fields(&[]);
    let url = format!("url=ws://127.0.0.1:{}/pay", another_path.simulator().port);
    another_path.run(&["terminal", "add", "front", "--protocol", "connect", "--set", &url]).ended_with(0);
    let nobody = format!("url=ws://127.0.0.1:{}", free_port());
    let refused: [Refused; 8] = [
        ("a wrong key", with_key("wrong", &[]), "api-key-wrong", 2),
        ("no software house", with_fields(&["software_house_id="]), "software-house-id-missing", 2),
        ("no installer", with_fields(&["installer_id="]), "installer-id-missing", 2),
        ("another path", another_path, "connect-not-found", 2),
        ("a cloud that is unwell", with_key("fails-503", &[]), "connect-unwell", 1),
        ("a host that is none", with_fields(&[&long_name]), "link-unknown-host", 2),
        ("nobody there", with_fields(&[&nobody]), "link-refused", 1),
        ("a terminal that is not listed", with_fields(&["terminal_id=70039999"]), "terminal-not-listed", 1),
    ];
    let mut told: Vec<String> = refused.iter().map(|refused| texts(refused)[0].clone()).collect();
    let clue = told[7].clone();
    assert!(clue.contains("70031188 AVAILABLE GBP"), "it says which there are: {clue}");
    told.sort();
    told.dedup();
    assert_eq!(told.len(), refused.len(), "{told:#?}");
    for (_, shop, ..) in refused {
        assert!(shop.ledger().is_empty());
    }
}

#[test]
fn a_lenient_cloud_lets_a_till_without_its_partners_in() {
    let partners = ["software_house_id=", "installer_id="];
    let shop = Shop::with_simulator(Brand::Connect, "plain", &partners, &["--mode", "lenient"]);
    shop.json(&["sale", "100.00"]).ended_with(0);
}

#[test]
fn a_cloud_that_fails_otherwise_says_so_too() {
    let shop = with_key("fails-500", &[]);
    assert_eq!(shop.json(&["terminal", "test", "front"]).ended_with(1).refusal(), "connect-unwell");
}

#[test]
fn a_key_that_is_right_for_this_site_only_opens_it() {
    let shop = with_key("of this site", &["--option", "token=of this site"]);
    shop.json(&["sale", "100.00"]).ended_with(0);
    let arguments = ["terminal", "add", "front", "--protocol", "connect", "--secret", "api_key"];
    shop.run_with_input(&arguments, "of another\n").ended_with(0);
    assert_eq!(shop.json(&["terminal", "test", "front"]).ended_with(2).refusal(), "api-key-wrong");
    assert_eq!(shop.json(&["close-day"]).ended_with(1).event("day_end")["verdict"], "not_closed");
}

#[test]
fn testing_a_terminal_shows_the_terminals_of_the_site_with_their_state() {
    for transport in ["plain", "tls"] {
        let shop = Shop::with_brand(Brand::Connect, transport, &[]);
        let link = shop.json(&["terminal", "test", "front"]).ended_with(0).event("link");
        assert_eq!((&link["state"], &link["terminal"]), (&"online".into(), &"front".into()));
        let text = link["text"].as_str().unwrap();
        for terminal in ["70031188 AVAILABLE GBP", "70039990 BUSY GBP", "70032007 AVAILABLE EUR", "VCMDEMOSIP0"] {
            assert!(text.contains(terminal), "{text}");
        }
    }
}

#[test]
fn a_site_with_several_terminals_needs_a_choice() {
    let shop = with_fields(&["terminal_id="]);
    let outcome = shop.json(&["sale", "100.00"]).ended_with(12).outcome();
    let message = outcome["message"].as_str().unwrap();
    assert!(message.contains("70031188") && message.contains("70031196"), "{message}");
}

/// Ten seconds, twice; told beside other tests that wait.
pub fn a_mute_socket_is_noticed_before_money_goes_over_it() {
    let shop = with_key("wrong", &["--mode", "mute"]);
    let [tested, sold] = texts(&("a mute socket", shop, "connect-mute", 2));
    assert!(tested.contains("key") && sold.contains("key"), "{tested} {sold}");
}
