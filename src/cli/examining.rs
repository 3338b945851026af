//! `terminal test`: the doctor's findings as they come, then the `link` event or what keeps the terminal from being used.

use tokio::sync::mpsc;

use crate::doctor::{self, Check, Finding, Judgement, Subject, Told};
use crate::domain::outcome::Fault;
use crate::journal::LockError;
use crate::protocols;
use crate::protocols::driver::Session;
use crate::settings::TerminalSettings;
use crate::terminal::{TRAINING, Till, TillError, Which, training_settings};

use super::context::{Context, Done};
use super::events::{CheckFields, Event};
use super::exit_status::ExitStatus;
use super::serve::{Link, say_link};
use super::terminal::not_usable;

/// Findings that wait to be said.
const TOLD: usize = 16;

pub async fn test(context: &Context, name: &str) -> Done {
    let terminal = match context.settings.terminal(name) {
        _ if name == TRAINING => training_settings(&context.settings),
        Some(known) => known.clone(),
        None => return Err(context.no_such_terminal(name)),
    };
    match context.try_open_till(Which::Only(name.to_owned())).await {
        // another program talks to the terminals, and is the one to ask
        Err(error @ TillError::Locked(LockError::Held { .. })) => Err(context.till_failed(&error)),
        Err(error) => {
            let as_ever = context.till_failed(&error);
            // a lock that nobody holds says nothing about why it cannot be had
            let says_little = matches!(error, TillError::Locked(_));
            let findings = examined(context, terminal, Err(error)).await;
            let found = fault_in(&findings).filter(|_| says_little || !is_tills(&findings));
            Err(found.map_or(as_ever, |(finding, fault)| {
                not_usable(context, name, &finding.text_with_detail(context.texts()), fault).with_code(&code(finding))
            }))
        }
        Ok(till) => {
            let done = test_running(context, &till, terminal).await;
            till.close().await;
            done
        }
    }
}

async fn test_running(context: &Context, till: &Till, terminal: TerminalSettings) -> Done {
    let name = terminal.name.clone();
    let handle = context.handle(till, &name)?.clone();
    let findings = examined(context, terminal.clone(), Ok(handle.clone())).await;
    let view = handle.view().borrow().clone();
    match (fault_in(&findings), &view.session) {
        (Some((finding, fault)), session) => {
            let known = known_as(finding, session.as_ref(), &terminal);
            Err(not_usable(context, &name, &finding.text_with_detail(context.texts()), fault).with_code(&known))
        }
        (None, Some(session @ Session::Ready(_))) => {
            say_link(context, &name, &Link::of(context, view.face.is_some(), session));
            Ok(ExitStatus::Done)
        }
        // it has gone since
        (None, _) => Err(context.failed("no-answer", &[("terminal", &name)])),
    }
}

async fn examined(
    context: &Context,
    terminal: TerminalSettings,
    opened: Result<crate::terminal::TerminalHandle, TillError>,
) -> Vec<Finding> {
    let name = terminal.name.clone();
    let (tell, mut told) = mpsc::channel(TOLD);
    let subject = Subject { places: context.places.clone(), terminal, opened };
    let saying = async {
        while let Some(told) = told.recv().await {
            if let Told::Found(finding) = told {
                say(context, &name, &finding);
            }
        }
    };
    tokio::join!(doctor::test(subject, tell), saying).0
}

fn say(context: &Context, terminal: &str, finding: &Finding) {
    let texts = context.texts();
    let sign = match finding.judgement {
        Judgement::Fine => "✓",
        Judgement::Doubt => "!",
        Judgement::Fault(_) => "✗",
    };
    let (check, text) = (finding.check.name(texts), finding.text_with_detail(texts));
    context.output.line(&texts.with("doctor-line", &[("sign", sign), ("check", &check), ("text", &text)]));
    context.output.event(&Event::Check(CheckFields {
        terminal: terminal.to_owned(),
        check: finding.check.word(),
        result: finding.judgement.word(),
        code: code(finding),
        text: finding.text(texts),
        detail: finding.detail.clone(),
        ms: finding.took.as_millis(),
    }));
}

fn fault_in(findings: &[Finding]) -> Option<(&Finding, Fault)> {
    findings.iter().find_map(|finding| match finding.judgement {
        Judgement::Fault(fault) => Some((finding, fault)),
        Judgement::Fine | Judgement::Doubt => None,
    })
}

/// Whether the fault that was found is the one that kept the till from opening.
fn is_tills(findings: &[Finding]) -> bool {
    let tills = [Check::Settings, Check::Secrets, Check::Disk, Check::Session];
    fault_in(findings).is_none_or(|(finding, _)| tills.contains(&finding.check))
}

fn code(finding: &Finding) -> String {
    let key = finding.key.as_str();
    key.strip_prefix("doctor-").or(key.strip_prefix("explain-")).unwrap_or(key).to_owned()
}

/// The code under which scripts know the fault: what the driver would say of it.
fn known_as(finding: &Finding, session: Option<&Session>, terminal: &TerminalSettings) -> String {
    let code = code(finding);
    match (code.as_str(), finding.check) {
        ("name-unknown", _) | ("network-none", Check::Name) => "link-unknown-host".to_owned(),
        ("port-refused", _) => "link-refused".to_owned(),
        ("port-unreachable", _) => "link-unreachable".to_owned(),
        ("port-silent" | "name-late", _) => "link-timed-out".to_owned(),
        ("port-broken", _) => "link-broken".to_owned(),
        ("session-no-answer", _) => "no-answer".to_owned(),
        // Whoever it is, it is a terminal of this kind.
        ("identity-replaced", _) => code,
        (_, Check::Speech | Check::Identity) => match session {
            Some(Session::Offline(why) | Session::Refused(why)) => why.key.trim_start_matches("explain-").to_owned(),
            _ => stranger(terminal).unwrap_or(code),
        },
        _ => code,
    }
}

fn stranger(terminal: &TerminalSettings) -> Option<String> {
    let protocol = protocols::find(&terminal.protocol)?;
    let peers = (protocol.peers)(&protocol.checked(&terminal.fields).ok()?);
    Some(peers.first()?.stranger.trim_start_matches("explain-").to_owned())
}
