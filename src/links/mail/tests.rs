#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn only_an_address_that_every_server_understands_is_one() {
    for good in ["a@b.example", "anna.lind+kvitto@shop.example"] {
        assert!(is_mail_address(good), "{good}");
    }
    let long = format!("{}@b.example", "a".repeat(260));
    for bad in ["", "anna", "anna@", "Anna <a@b.example>", "a@b.example\r\nBcc: c@d.example", "å@b.example", &long] {
        assert!(!is_mail_address(bad), "{bad}");
    }
}

#[test]
fn a_mail_has_its_text_and_its_attachment_and_no_line_too_many_above_them() {
    let mail = Mail {
        from: "Fjällboden <shop@b.example>".to_owned(),
        to: "a@b.example".to_owned(),
        subject: "Kvitto\r\nBcc: c@d.example".to_owned(),
        text: "Tack".to_owned(),
        attachment: Some(MailAttachment { name: "r.pdf".to_owned(), kind: "application/pdf", bytes: b"%PDF".to_vec() }),
    };
    let bytes = message_of(&mail).unwrap().formatted();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.is_ascii());
    assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    assert!(text.contains("Content-Type: application/pdf") && text.contains("filename=\"r.pdf\""), "{text}");
    let to = Mail { to: "nobody".to_owned(), ..mail.clone() };
    assert_eq!(message_of(&to).unwrap_err(), MailFault::Address("nobody".to_owned()));
    let from = Mail { from: "the shop".to_owned(), ..mail };
    assert_eq!(message_of(&from).unwrap_err().key(), "mail-fault-sender");
}
