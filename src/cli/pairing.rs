//! `terminal pair` and `terminal unpair`: one exchange with the account gives the till its credentials, or takes them away.

use std::collections::BTreeMap;

use crate::domain::operator::TerminalDeed;
use crate::protocols;
use crate::protocols::protocol::FieldValues;
use crate::terminal::setting_up::{self, SetUpDeed, Settled, SetupError, Subject};

use super::arguments::TerminalPair;
use super::context::{Context, Done, Failure};
use super::events::Event;
use super::exit_status::ExitStatus;
use super::setting_up::Recorder;
use super::terminal::{no_such_protocol, with_assignment};

pub async fn pair(context: &Context, asked: &TerminalPair) -> Done {
    pair_with(context, &subject(context, &asked.name)?, &asked.fields).await
}

pub async fn unpair(context: &Context, name: &str) -> Done {
    unpair_with(context, &subject(context, name)?).await
}

fn subject(context: &Context, name: &str) -> Result<Subject, Failure> {
    let known = context.settings.terminal(name).ok_or_else(|| context.no_such_terminal(name))?;
    let protocol = protocols::find(&known.protocol).ok_or_else(|| no_such_protocol(context, &known.protocol))?;
    Subject::of(known, protocol).map_err(|error| context.setup_failed(&error))
}

async fn pair_with(context: &Context, subject: &Subject, assignments: &[String]) -> Done {
    let (name, wrong) = (&subject.known.name, |error: SetupError| context.setup_failed(&error));
    let mut told = FieldValues::default();
    for assignment in assignments {
        told = with_assignment(context, subject.pairing.fields, told, assignment)?;
    }
    subject.pairing.checked(&told).map_err(|error| context.field_wrong(&error))?;
    let settled = Settled::of(&context.journal()?, name).map_err(wrong)?;
    let recorder = Recorder::open(context)?;
    context.output.progress(&context.texts().with("cli-pairing", &[("terminal", name)]));
    let paired = setting_up::pair(&context.places, subject, &told, &settled).await.map_err(wrong)?;
    recorder.note(context, SetUpDeed::paired(name, &paired)).await?;
    let fields: BTreeMap<&'static str, String> = paired.fields.into_iter().collect();
    context.output.line(&context.texts().with("cli-paired", &[("terminal", name)]));
    fields.iter().for_each(|(field, text)| context.output.line(&format!("{field} = {text}")));
    context.output.event(&Event::Paired { terminal: name.clone(), fields });
    Ok(ExitStatus::Done)
}

async fn unpair_with(context: &Context, subject: &Subject) -> Done {
    let (name, wrong) = (&subject.known.name, |error: SetupError| context.setup_failed(&error));
    let settled = Settled::of(&context.journal()?, name).map_err(wrong)?;
    let recorder = Recorder::open(context)?;
    context.output.progress(&context.texts().with("cli-unpairing", &[("terminal", name)]));
    setting_up::unpair(&context.places, subject, &settled).await.map_err(wrong)?;
    recorder.note(context, SetUpDeed::new(name, TerminalDeed::Unpaired, [])).await?;
    context.output.line(&context.texts().with("cli-unpaired", &[("terminal", name)]));
    context.output.event(&Event::Unpaired { terminal: name.clone() });
    Ok(ExitStatus::Done)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::cli::output::Output;
    use crate::domain::outcome::{Explanation, Fault};
    use crate::domain::{Currency, Money, Operation, PaymentRequest, Secret};
    use crate::journal::{Journal, NewPayment};
    use crate::protocols::Protocol;
    use crate::protocols::driver::{Endpoint, Tls};
    use crate::protocols::frame::{Frame, HttpRequest};
    use crate::protocols::protocol::{Field, FieldError, FieldKind, Paired, Pairing, Secrets};
    use crate::settings::{Places, Settings, TerminalSettings, secrets_of};
    use crate::terminal::setting_up::keep_paired;
    use crate::texts::Texts;

    const FIELDS: &[Field] = &[
        Field::new("url", FieldKind::Text { at_most: 100 }, None, true),
        Field::new("terminal_id", FieldKind::Text { at_most: 10 }, None, false),
        Field::new("key", FieldKind::Secret, None, true),
    ];
    const TOLD: &[Field] = &[Field::new("serial", FieldKind::Text { at_most: 10 }, None, true)];

    /// A family that pairs over HTTP, and for the rest is nexo.
    fn pairing_family() -> &'static Protocol {
        let pairing =
            Pairing { fields: TOLD, gives: &["terminal_id", "key"], pair: ask, unpair: take_leave, answer: told };
        let nexo = protocols::find("nexo").unwrap();
        Box::leak(Box::new(Protocol { fields: FIELDS, pairing: Some(pairing), ..*nexo }))
    }

    fn ask(fields: &FieldValues, own: &FieldValues) -> Result<Endpoint, FieldError> {
        Ok(post(fields, &json!({ "serial": own.text("serial") })))
    }

    fn take_leave(fields: &FieldValues, secrets: &Secrets) -> Result<Endpoint, FieldError> {
        let key = secrets
            .secret("key")
            .ok_or_else(|| FieldError::new("key", crate::protocols::protocol::FieldProblem::Missing))?;
        Ok(post(fields, &json!({ "key": key.reveal() })))
    }

    fn post(fields: &FieldValues, body: &Value) -> Endpoint {
        Endpoint::Http {
            url: fields.text_or_empty("url").to_owned(),
            request: HttpRequest::post("/pair", "application/json", body.to_string().into_bytes()),
            tls: Tls::No,
            pace: None,
            connect_within: Duration::from_secs(5),
            answer_within: Duration::from_secs(5),
            at_most: 1_000,
        }
    }

    fn told(frame: &Frame) -> Result<Paired, Explanation> {
        let refused = || Explanation::new("explain-login-refused", Fault::Settings);
        let body: Value = serde_json::from_slice(frame.body()).map_err(|_| refused())?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let paired = || {
            Some(Paired {
                fields: vec![("terminal_id", text("id")?)],
                secrets: vec![("key", Secret::new(text("key")?))],
            })
        };
        if text("gone").is_some() { Ok(Paired::default()) } else { paired().ok_or_else(refused) }
    }

    fn subject_of(
        context: &Context,
        known: &TerminalSettings,
        protocol: &'static Protocol,
    ) -> Result<Subject, Failure> {
        Subject::of(known, protocol).map_err(|error| context.setup_failed(&error))
    }

    struct Shop {
        context: Context,
        _folder: tempfile::TempDir,
    }

    /// With one terminal whose account is at this address.
    fn shop(url: &str) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let mut fields = FieldValues::default();
        fields.set("url", url);
        let mut settings = Settings::default();
        settings.put(TerminalSettings::new("front", "nexo", fields));
        let places = Places::in_folder(folder.path()).with_secrets_in_file();
        settings.save(&places.settings_file()).unwrap();
        let context = Context {
            places,
            settings,
            output: Output::new(true, Texts::new(Some("en"))),
            operator: None,
            dropped: Vec::new(),
        };
        Shop { context, _folder: folder }
    }

    impl Shop {
        fn saved(&self) -> TerminalSettings {
            Settings::load(&self.context.places.settings_file()).unwrap().terminal("front").unwrap().clone()
        }

        async fn pair(&self) -> Done {
            let known = self.saved();
            let subject = subject_of(&self.context, &known, pairing_family())?;
            pair_with(&self.context, &subject, &["serial=77031594".to_owned()]).await
        }

        async fn unpair(&self) -> Done {
            let known = self.saved();
            unpair_with(&self.context, &subject_of(&self.context, &known, pairing_family())?).await
        }
    }

    /// An account that gives these answers, one after the other, and tells what it was asked.
    async fn account(answers: Vec<Value>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut line, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    line.read_buf(&mut request).await.unwrap();
                }
                let body = answer.to_string();
                let answer =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
                line.write_all(answer.as_bytes()).await.unwrap();
                asked.push(String::from_utf8_lossy(&request).into_owned());
            }
            asked
        });
        (url, asked)
    }

    fn success() -> Value {
        json!({ "id": "2044", "key": "K-17" })
    }

    #[tokio::test]
    async fn a_terminal_without_credentials_is_paired_and_gets_them_and_unpaired_and_loses_them() {
        let (url, asked) = account(vec![success(), json!({ "gone": "yes" })]).await;
        let shop = shop(&url);
        assert_eq!(shop.pair().await.unwrap(), ExitStatus::Done);
        let paired = shop.saved();
        assert_eq!((paired.fields.text("terminal_id"), paired.secrets.contains("key")), (Some("2044"), true));
        let kept = secrets_of(&shop.context.places, &paired).await.unwrap();
        assert_eq!(kept.secret("key"), Some(&Secret::new("K-17")));
        assert_eq!(shop.unpair().await.unwrap(), ExitStatus::Done);
        let unpaired = shop.saved();
        assert_eq!((unpaired.fields.text("terminal_id"), unpaired.secrets.len()), (None, 0));
        assert_eq!(unpaired.fields.text("url"), Some(url.as_str()));
        assert!(!std::fs::read_to_string(shop.context.places.secrets_file()).unwrap().contains("K-17"));
        let asked = asked.await.unwrap();
        assert!(asked[0].contains("77031594") && asked[1].contains("K-17"), "{asked:?}");
    }

    #[tokio::test]
    async fn an_account_that_refuses_or_cannot_be_reached_changes_nothing_and_says_whose_fault_it_is() {
        let (url, _asked) = account(vec![json!({})]).await;
        let refused = shop(&url);
        let error = refused.pair().await.unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("login-refused", ExitStatus::Usage));
        assert!(error.message.contains("front was not paired"), "{}", error.message);
        assert_eq!(refused.saved().fields.text("terminal_id"), None);
        // Bound and not listening, so that nobody else begins to there.
        let held = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        held.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let closed = held.local_addr().unwrap().as_socket().unwrap();
        let error = shop(&format!("http://{closed}")).pair().await.unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("link-refused", ExitStatus::Failed));
    }

    #[tokio::test]
    async fn an_answer_that_is_lost_does_not_say_that_nothing_happened() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let hangs_up = tokio::spawn(async move {
            let (mut line, _) = listener.accept().await.unwrap();
            let _ = line.read_buf(&mut Vec::new()).await;
        });
        let error = shop(&url).pair().await.unwrap_err();
        assert!(error.message.contains("Nobody knows whether terminal front has been paired"), "{}", error.message);
        hangs_up.await.unwrap();
    }

    #[tokio::test]
    async fn secrets_that_cannot_be_kept_are_noticed_before_the_account_is_asked() {
        let (url, asked) = account(vec![success()]).await;
        let shop = shop(&url);
        std::fs::create_dir(shop.context.places.secrets_file()).unwrap();
        let error = shop.pair().await.unwrap_err();
        assert!(error.code.starts_with("secrets-"), "{}", error.message);
        assert!(!asked.is_finished());
        asked.abort();
        // What could be kept a moment before cannot be now: the account has done it all the same.
        let known = shop.saved();
        let subject = subject_of(&shop.context, &known, pairing_family()).unwrap();
        let paired =
            Paired { fields: vec![("terminal_id", "2044".to_owned())], secrets: vec![("key", Secret::new("K-17"))] };
        let error = keep_paired(&shop.context.places, &subject, &paired).await.unwrap_err();
        let error = shop.context.setup_failed(&error);
        assert!(error.message.contains("is paired all the same"), "{}", error.message);
        let saved = shop.saved();
        assert_eq!((saved.fields.text("terminal_id"), saved.secrets.len()), (Some("2044"), 0));
    }

    #[tokio::test]
    async fn what_was_told_and_what_is_asked_about_is_checked_first() {
        let shop = shop("http://127.0.0.1:1");
        let known = shop.saved();
        let subject = subject_of(&shop.context, &known, pairing_family()).unwrap();
        let pair = |assignments: &[&str]| {
            let assignments: Vec<String> = assignments.iter().map(|text| (*text).to_owned()).collect();
            let (context, subject) = (&shop.context, &subject);
            async move { pair_with(context, subject, &assignments).await.unwrap_err().message }
        };
        assert!(pair(&[]).await.contains("serial"));
        assert!(pair(&["colour=red"]).await.contains("colour"));
        let plain = protocols::find("nexo").unwrap();
        let mut terminal = TerminalSettings::new("front", "nexo", FieldValues::default());
        terminal.fields.set("host", "10.0.0.7");
        terminal.fields.set("poi_id", "P");
        let refused = subject_of(&shop.context, &terminal, plain).map(drop).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.status), ("no-pairing", ExitStatus::Usage));
    }

    #[tokio::test]
    async fn a_terminal_with_an_open_payment_keeps_its_credentials() {
        let (url, asked) = account(vec![success()]).await;
        let shop = shop(&url);
        shop.pair().await.unwrap();
        asked.await.unwrap();
        let mut journal = Journal::open(&shop.context.places.journal_file()).unwrap();
        let new = NewPayment {
            terminal: "front".to_owned(),
            protocol: "nexo".to_owned(),
            training: false,
            request: PaymentRequest::new(Operation::Sale, Money::new(100, Currency::SEK)),
            at: jiff::Timestamp::now(),
        };
        journal.record(new).unwrap();
        let error = shop.unpair().await.unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("terminal-in-doubt", ExitStatus::Usage));
        assert!(shop.saved().secrets.contains("key"));
    }
}
