//! `terminal find` and `terminal find-again`: looking for terminals in this computer's own networks. Both work beside a running
//! program. What `--add` does is in `find_adding.rs`.

use tokio::sync::mpsc;

use crate::domain::Identity;
use crate::domain::operator::TerminalDeed;
use crate::protocols;
use crate::search::plan::NetworkError;
use crate::search::{
    Family, FoundAgain, Hit, Network, NotFoundAgain, NotSought, Progress, Scope, SearchResult, Sought, again,
    known_addresses, own_addresses, own_networks, search,
};
use crate::settings::TerminalSettings;
use crate::terminal::setting_up::SetUpDeed;

use super::arguments::{SearchPlace, TerminalFind, TerminalFindAgain};
use super::context::{Context, Done, Failure};
use super::events::{Event, FoundFields};
use super::exit_status::ExitStatus;
use super::find_adding;
use super::find_in_accounts;
use super::setting_up::Recorder;
use super::terminal::no_such_protocol;

/// News of a search that are not said yet.
const NEWS: usize = 64;
/// How often a person is told how far a search is: in that many steps.
const STEPS: usize = 20;

pub async fn find(context: &Context, asked: &TerminalFind) -> Done {
    if asked.accounts {
        return find_in_accounts::list(context, asked).await;
    }
    let families = families(context, asked)?;
    let scope = scope(context, &asked.place, families)?;
    let found = run(context, &scope, |hit| say_hit(context, hit)).await?;
    if found.as_ref().is_some_and(|result| result.whole && result.hits.is_empty()) {
        context.output.line(&context.texts().get("cli-find-none"));
    }
    match found {
        Some(found) if asked.add => find_adding::add(context, &found.hits).await,
        _ => Ok(ExitStatus::Done),
    }
}

pub async fn find_again(context: &Context, asked: &TerminalFindAgain) -> Done {
    let name = asked.name.as_str();
    let known = context.settings.terminal(name).ok_or_else(|| context.no_such_terminal(name))?;
    let sought = Sought::of(known).map_err(|why| not_sought(context, &why))?;
    let before = sought.address();
    let mut scope = scope(context, &asked.place, vec![sought.family.clone()])?;
    if asked.place.networks.is_empty() {
        scope.networks = sought.networks(scope.networks);
    }
    scope.sought = Some(sought.fields);
    let Some(result) = run(context, &scope, |_| {}).await? else { return Ok(ExitStatus::Done) };
    // Another one that is not reached in time could be it too.
    if !result.whole {
        return Err(context.failed("find-unfinished", &[]));
    }
    let found = crate::search::find_again(known, &result.hits).map_err(|problem| not_found(context, name, &problem))?;
    let recorder = matches!(found, FoundAgain::Moved(_)).then(|| Recorder::open(context)).transpose()?;
    let kept = again::keep(&context.places.settings_file(), known, &found);
    if !kept.map_err(|error| context.settings_failed(&error))? {
        return Err(context.failed("find-changed-meanwhile", &[("terminal", name)]));
    }
    if let Some(recorder) = recorder {
        recorder.note(context, SetUpDeed::new(name, TerminalDeed::FoundAgain, ["host", "port"])).await?;
    }
    say_found_again(context, known, &before, &found);
    Ok(ExitStatus::Done)
}

fn families(context: &Context, asked: &TerminalFind) -> Result<Vec<Family>, Failure> {
    let named = |id: &String| {
        let protocol = protocols::find(id).ok_or_else(|| no_such_protocol(context, id))?;
        Family::of(protocol).ok_or_else(|| not_searchable(context, protocol.name_key))
    };
    if asked.protocols.is_empty() { Ok(Family::all()) } else { asked.protocols.iter().map(named).collect() }
}

fn not_sought(context: &Context, why: &NotSought) -> Failure {
    match why {
        NotSought::UnknownProtocol(id) => no_such_protocol(context, id),
        NotSought::Field(error) => context.field_wrong(error),
        NotSought::Elsewhere(name_key) => not_searchable(context, name_key),
    }
}

fn not_searchable(context: &Context, name_key: &str) -> Failure {
    context.usage("not-searchable", &[("family", &context.texts().get(name_key))])
}

fn scope(context: &Context, place: &SearchPlace, families: Vec<Family>) -> Result<Scope, Failure> {
    let families = match place.port {
        Some(port) => families.into_iter().map(|family| family.at_ports(vec![port])).collect(),
        None => families,
    };
    let own = own_networks().map_err(|error| context.failed("no-interfaces", &[("problem", &error.to_string())]))?;
    let networks = match place.networks.as_slice() {
        [] => own,
        named => named.iter().map(|text| network(context, text, &own)).collect::<Result<_, _>>()?,
    };
    if networks.is_empty() {
        return Err(context.failed("find-no-network", &[]));
    }
    let first = known_addresses(&context.settings);
    Ok(Scope { networks, families, first, own: own_addresses(), sought: None })
}

/// A part of a network that this computer is in.
fn network(context: &Context, text: &str, own: &[Network]) -> Result<Network, Failure> {
    let network = text.parse::<Network>().map_err(|error| {
        let code = match error {
            NetworkError::Unreadable => "not-a-network",
            NetworkError::Public => "network-public",
        };
        context.usage(code, &[("network", text)])
    })?;
    let here = network.address.is_loopback() || own.iter().any(|own| own.contains(network.address));
    if here { Ok(network) } else { Err(context.usage("network-not-ours", &[("network", text)])) }
}

/// Says on standard error how far it is; `None` when it was interrupted.
async fn run(context: &Context, scope: &Scope, mut hear: impl FnMut(&Hit)) -> Result<Option<SearchResult>, Failure> {
    let mut interrupts = context.interrupts()?;
    say_scope(context, scope);
    let (tell, mut news) = mpsc::channel(NEWS);
    let mut searching = Box::pin(search(scope, uuid::Uuid::new_v4().as_u64_pair().0, tell));
    let mut said = 0;
    let result = loop {
        tokio::select! {
            biased;
            () = interrupts.next() => {
                context.output.warning(&context.texts().get("cli-find-stopped"));
                return Ok(None);
            }
            Some(progress) = news.recv() => note(context, progress, &mut said, &mut hear),
            result = &mut searching => break result,
        }
    };
    while let Ok(progress) = news.try_recv() {
        note(context, progress, &mut said, &mut hear);
    }
    if !result.whole {
        context.output.warning(&context.texts().get("cli-find-unfinished"));
    }
    Ok(Some(result))
}

fn note(context: &Context, progress: Progress, said: &mut usize, hear: &mut impl FnMut(&Hit)) {
    match progress {
        Progress::Found(hit) => hear(&hit),
        Progress::Asked { done, of } if done * STEPS / of > *said => {
            *said = done * STEPS / of;
            let counts = [("done", done.to_string()), ("of", of.to_string())];
            context.output.warning(&context.texts().with_words("cli-find-progress", &counts));
        }
        Progress::Asked { .. } => {}
    }
}

fn say_scope(context: &Context, scope: &Scope) {
    let stretches = scope.stretches();
    let networks: Vec<_> = stretches.iter().map(|stretch| stretch.network.to_string()).collect();
    context.output.warning(&context.texts().with("cli-find-searching", &[("networks", &networks.join(", "))]));
    for (stretch, whole) in stretches.iter().zip(&scope.networks).filter(|(stretch, _)| stretch.narrowed) {
        let placeables = [("network", whole.to_string()), ("searched", stretch.network.to_string())];
        context.output.warning(&context.texts().with_words("cli-find-narrowed", &placeables));
    }
}

fn say_hit(context: &Context, hit: &Hit) {
    let known_as = hit.known_as(&context.settings).map(str::to_owned);
    let address = address_of(&hit.address.to_string(), &hit.port.to_string());
    let family = context.texts().get(hit.name_key);
    let identity = hit.identity.to_string();
    let placeables = [
        ("address", address.as_str()),
        ("family", family.as_str()),
        ("identity", identity.as_str()),
        ("terminal", known_as.as_deref().unwrap_or_default()),
    ];
    let key = match (&known_as, hit.certain) {
        (Some(_), _) => "cli-find-known",
        (None, true) => "cli-find-new",
        (None, false) => "cli-find-perhaps",
    };
    context.output.line(&context.texts().with(key, &placeables));
    context.output.event(&Event::Found(FoundFields {
        protocol: hit.protocol,
        host: hit.address.to_string(),
        port: hit.port,
        certain: hit.certain,
        identity: hit.identity.clone(),
        known_as,
    }));
}

pub fn address_of(host: &str, port: &str) -> String {
    format!("{host}:{port}")
}

fn not_found(context: &Context, name: &str, problem: &NotFoundAgain) -> Failure {
    match problem {
        NotFoundAgain::UnknownIdentity => context.failed("identity-unknown", &[("terminal", name)]),
        NotFoundAgain::Nobody { strangers: 0 } => context.failed("not-found-again", &[("terminal", name)]),
        NotFoundAgain::Nobody { .. } => context.failed("only-others-found", &[("terminal", name)]),
        NotFoundAgain::Several(places) => {
            context.failed("found-several", &[("terminal", name), ("addresses", &places.join(", "))])
        }
    }
}

fn say_found_again(context: &Context, known: &TerminalSettings, before: &str, found: &FoundAgain) {
    let terminal = known.name.clone();
    match found {
        FoundAgain::Here { told } => {
            let key = if told.is_some() { "cli-found-here-learned" } else { "cli-found-here" };
            let identity = told.clone().unwrap_or_else(|| known.identity.clone());
            say(context, key, &terminal, before, before, &identity);
            context.output.event(&Event::Here { terminal, address: before.to_owned(), identity });
        }
        FoundAgain::Moved(hit) => {
            let to = address_of(&hit.address.to_string(), &hit.port.to_string());
            say(context, "cli-found-moved", &terminal, before, &to, &hit.identity);
            let (from, identity) = (before.to_owned(), hit.identity.clone());
            context.output.event(&Event::Moved { terminal, from, to, identity });
        }
    }
}

fn say(context: &Context, key: &str, terminal: &str, from: &str, to: &str, identity: &Identity) {
    let identity = identity.to_string();
    let placeables = [("terminal", terminal), ("from", from), ("to", to), ("identity", identity.as_str())];
    context.output.line(&context.texts().with(key, &placeables));
}
