//! An installer sets the mail server up, tries it, and takes it away again.

use checkstand::domain::Secret;
use checkstand::gui::problem::{Placeable, Problem};
use checkstand::gui::receipts_link::KnownReceipts;
use checkstand::gui::screens::mail_server::{self, WantedMailServer};
use checkstand::settings::{MailSecurity, MailSettings, ReceiptSettings};

use super::*;

pub fn known(mail: Option<MailSettings>) -> KnownReceipts {
    let receipts = ReceiptSettings { mail, ..ReceiptSettings::default() };
    KnownReceipts { receipts, ..KnownReceipts::default() }
}

/// The page with what the settings have.
pub fn at_the_page(mut hand: Hand, mail: Option<MailSettings>) -> Hand {
    hand.size = iced::Size::new(1024.0, 2000.0);
    hand.control('6');
    hand.click("receipts");
    receipts::read(&mut hand, known(mail.clone()));
    hand.click("mail");
    receipts::read(&mut hand, known(mail));
    hand
}

fn said(hand: &mut Hand, message: mail_server::Message) -> Vec<Effect> {
    hand.tell(desk::Message::MailServer(message))
}

fn kept(effects: &[Effect]) -> WantedMailServer {
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::KeepMailServer(wanted) => Some((**wanted).clone()),
        _ => None,
    });
    kept.unwrap_or_else(|| panic!("{effects:?}"))
}

pub fn a_mail_server_is_set_up(tale: &Tale) {
    let mut hand = at_the_page(tale.at(vec![terminal("front")]), None);
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-receipts-title", "window-mail-title", "window-mail-none", "window-mail-set-up"]);
    hand.click("mail");
    receipts::read(&mut hand, known(None));
    tale.sees(&hand, &["window-mail-title", "window-mail-host", "window-mail-from", "window-mail-from-help"]);
    tale.sees(&hand, &["window-mail-user", "window-mail-user-help", "window-mail-password"]);
    tale.sees(&hand, &["window-mail-password-help", "window-mail-security", "window-mail-tls"]);
    tale.sees(&hand, &["window-mail-start-tls", "window-mail-port", "window-mail-port-help", "window-mail-save"]);
    tale.sees(&hand, &["window-mail-remove", "window-mail-try", "window-hand-out-send"]);
    let mail = it_is_kept(tale, &mut hand);
    it_is_tried(tale, &mut hand);
    it_goes(tale, &mail);
}

fn it_is_kept(tale: &Tale, hand: &mut Hand) -> MailSettings {
    hand.type_into("slip-mail-host", "mail.example");
    assert!(hand.click("mail-save").is_empty(), "nobody sends it");
    hand.type_into("slip-mail-from", "shop@shop.example");
    hand.type_into("slip-mail-user", "ada");
    hand.type_into("slip-mail-password", "hush");
    hand.type_into("slip-mail-port", "99999");
    assert!(hand.click("mail-save").is_empty(), "that is no port");
    *hand = at_the_page(tale.at(vec![terminal("front")]), None);
    hand.type_into("slip-mail-host", "mail.example");
    hand.type_into("slip-mail-from", "shop@shop.example");
    hand.type_into("slip-mail-user", "ada");
    hand.type_into("slip-mail-password", "hush");
    hand.type_into("slip-mail-port", "2525");
    hand.click("slip-mail-start-tls");
    let wanted = kept(&hand.tap(Named::Enter));
    let mail = MailSettings {
        port: Some(2525),
        security: MailSecurity::StartTls,
        user: Some("ada".to_owned()),
        ..MailSettings::new("mail.example", "shop@shop.example")
    };
    assert_eq!(wanted, WantedMailServer { mail: Some(mail.clone()), password: Some(Secret::new("hush")) });
    tale.sees(hand, &["window-mail-keeping"]);
    assert!(hand.tap(Named::Enter).is_empty(), "it is on its way");
    let words = vec![("address", Placeable::Words("shop".to_owned()))];
    let problem = Problem { placeables: words, ..Problem::new("window-mail-address") };
    said(hand, mail_server::Message::Kept(Err(problem)));
    tale.reads(hand, &tale.with("window-mail-address", &[("address", "shop")]));
    assert_eq!(kept(&hand.tap(Named::Enter)).password, Some(Secret::new("hush")), "nobody types it twice");
    assert!(said(hand, mail_server::Message::Kept(Ok(()))).contains(&Effect::ReadReceipts));
    receipts::read(hand, known(Some(mail.clone())));
    tale.sees(hand, &["window-mail-kept"]);
    assert!(hand.tap(Named::Enter).is_empty(), "there is nothing to keep");
    mail
}

fn it_is_tried(tale: &Tale, hand: &mut Hand) {
    assert!(hand.click("mail-try").is_empty(), "nobody has said where to");
    hand.type_into("slip-mail-to", "eve@home.example");
    assert_eq!(hand.click("mail-try"), [Effect::TestMail("eve@home.example".to_owned())]);
    tale.reads(hand, &tale.with("window-hand-out-sending", &[("address", "eve@home.example")]));
    let problem = Problem {
        placeables: vec![("problem", Placeable::Words("535".to_owned()))],
        ..Problem::new("mail-fault-login")
    };
    said(hand, mail_server::Message::Tried(Err(problem)));
    tale.reads(hand, &tale.with("mail-fault-login", &[("problem", "535")]));
    hand.click("mail-try");
    said(hand, mail_server::Message::Tried(Ok(())));
    tale.reads(hand, &tale.with("window-hand-out-sent", &[("address", "eve@home.example")]));
}

fn it_goes(tale: &Tale, mail: &MailSettings) {
    let mut hand = at_the_page(tale.at(vec![terminal("front")]), Some(mail.clone()));
    assert!(hand.click("mail-save").is_empty(), "it is as it was");
    assert_eq!(kept(&hand.click("mail-remove")), WantedMailServer { mail: None, password: None });
    let words = ("problem", Placeable::Words("os error 28".to_owned()));
    let problem = Problem { placeables: vec![words], ..Problem::new("window-mail-not-kept") };
    said(&mut hand, mail_server::Message::Kept(Err(problem)));
    kept(&hand.click("mail-remove"));
    said(&mut hand, mail_server::Message::Kept(Ok(())));
    tale.sees(&hand, &["window-mail-none"]);
    receipts::read(&mut hand, known(None));
    hand.feed(Message::ReceiptsRead(Err(Problem::new("window-terminal-ended"))));
    tale.sees(&hand, &["window-terminal-ended"]);
    hand.tap(Named::Escape);
    tale.sees(&hand, &["window-mail-none"]);
}
