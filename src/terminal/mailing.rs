//! A customer's receipt as a document and as a mail, for window and command line.

use std::path::PathBuf;

use crate::domain::{PaperWidth, PaymentRecord, Receipt};
use crate::links::{Mail, MailAttachment, MailFault, MailLine, MailServer, send_mail};
use crate::printing::{ShopPaper, receipt_texts};
use crate::receipts::{Marks, PdfAbout, PdfError, Slip, card_slip, lay_out, pdf, text_lines};
use crate::settings::{MailSecurity, MailSettings, Places, SecretError, Settings, mail_password};

/// As a mail's text has them: narrow, because telephones break longer lines.
const MAILED: PaperWidth = PaperWidth::Narrow;

/// Why a receipt was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailingError {
    /// No mail server is set up.
    #[error("no mail server is set up")]
    NotSetUp,
    /// The settings name a user, and no password is kept.
    #[error("no password is kept")]
    NoPassword,
    #[error(transparent)]
    Secrets(#[from] SecretError),
    #[error(transparent)]
    Document(#[from] PdfError),
    #[error(transparent)]
    Fault(#[from] MailFault),
}

impl MailingError {
    /// The Fluent id of the text for a person.
    pub fn key(&self) -> &'static str {
        match self {
            MailingError::NotSetUp => "mail-not-set-up",
            MailingError::NoPassword => "mail-no-password",
            MailingError::Secrets(error) => error.key(),
            MailingError::Document(_) => "mail-no-document",
            MailingError::Fault(fault) => fault.key(),
        }
    }

    /// What goes into that text as `problem`.
    pub fn words(&self) -> String {
        match self {
            MailingError::Fault(fault) => fault.words().to_owned(),
            other => other.to_string(),
        }
    }
}

/// Copies of a payment's receipt as one PDF document, each on a page of its own.
///
/// # Errors
/// [`PdfError`].
pub fn receipt_document(
    shop: &ShopPaper,
    record: &PaymentRecord,
    receipts: &[&Receipt],
    duplicate: bool,
) -> Result<Vec<u8>, PdfError> {
    let (texts, paper) = (&shop.texts, PaperWidth::default());
    let title = texts.with("mail-document-title", &[("payment", record.id.as_str())]);
    let about = PdfAbout { title: &title, language: texts.tag(), created: record.at };
    pdf(&lay_out(&slips(shop, record, receipts, duplicate), paper.columns()), paper, &about)
}

fn slips(shop: &ShopPaper, record: &PaymentRecord, receipts: &[&Receipt], duplicate: bool) -> Slip {
    let marks = Marks { training: record.training, duplicate };
    let mut slips = Slip::default();
    for receipt in receipts {
        slips.append(card_slip(receipt, &shop.head, marks, &shop.texts));
        slips.cut();
    }
    slips
}

/// Sends the customer's copy: as text, with the document beside it. When this comes back it went, or it did not and why.
///
/// # Errors
/// [`MailingError`].
pub async fn send_receipt(
    places: &Places,
    settings: &Settings,
    record: &PaymentRecord,
    receipt: &Receipt,
    duplicate: bool,
    to: &str,
) -> Result<(), MailingError> {
    let mail = receipt_mail(settings, record, receipt, duplicate, to)?;
    send(places, settings, mail).await
}

/// Sends a mail that says nothing but that the settings are right.
///
/// # Errors
/// [`MailingError`].
pub async fn send_test_mail(places: &Places, settings: &Settings, to: &str) -> Result<(), MailingError> {
    let from = sender(settings)?.from.clone();
    let (subject, text) = {
        let texts = receipt_texts(settings);
        (texts.get("mail-test-subject"), texts.get("mail-test-words"))
    };
    send(places, settings, Mail { from, to: to.to_owned(), subject, text, attachment: None }).await
}

fn receipt_mail(
    settings: &Settings,
    record: &PaymentRecord,
    receipt: &Receipt,
    duplicate: bool,
    to: &str,
) -> Result<Mail, MailingError> {
    let from = sender(settings)?.from.clone();
    let shop = ShopPaper::of(settings);
    let texts = &shop.texts;
    let subject = match &settings.shop.name {
        Some(name) => texts.with("mail-subject", &[("shop", name)]),
        None => texts.get("mail-subject-of-nobody"),
    };
    let laid = lay_out(&slips(&shop, record, &[receipt], duplicate), MAILED.columns());
    let lines: Vec<String> =
        text_lines(&laid, MAILED.columns()).iter().map(|line| line.trim_end().to_owned()).collect();
    let attachment = MailAttachment {
        name: format!("{}.pdf", record.id.as_str()),
        kind: "application/pdf",
        bytes: receipt_document(&shop, record, &[receipt], duplicate)?,
    };
    let text = format!("{}\n\n{}\n", texts.get("mail-words"), lines.join("\n"));
    Ok(Mail { from, to: to.to_owned(), subject, text, attachment: Some(attachment) })
}

fn sender(settings: &Settings) -> Result<&MailSettings, MailingError> {
    settings.receipts.mail.as_ref().ok_or(MailingError::NotSetUp)
}

async fn send(places: &Places, settings: &Settings, mail: Mail) -> Result<(), MailingError> {
    let server = server(places, sender(settings)?).await?;
    Ok(send_mail(&server, &mail).await?)
}

async fn server(places: &Places, set_up: &MailSettings) -> Result<MailServer, MailingError> {
    let login = match &set_up.user {
        Some(user) => Some((user.clone(), mail_password(places).await?.ok_or(MailingError::NoPassword)?)),
        None => None,
    };
    let line = match set_up.security {
        MailSecurity::Tls => MailLine::Tls,
        MailSecurity::StartTls => MailLine::StartTls,
    };
    let ca_file = set_up.ca_file.as_ref().map(PathBuf::from);
    Ok(MailServer { host: set_up.host.clone(), port: set_up.port(), line, login, ca_file })
}
