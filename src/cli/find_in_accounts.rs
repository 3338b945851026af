//! `terminal find --accounts`: the terminals that the accounts of those that are set up have.

use crate::protocols::account::AccountList;
use crate::protocols::protocol::FieldValues;
use crate::protocols::{self, Protocol};
use crate::search::account::{ListedTerminal, NotListed, terminals_of};
use crate::settings::{TerminalSettings, secrets_of};
use crate::terminal::Discretion;

use super::arguments::TerminalFind;
use super::context::{Context, Done, Failure};
use super::events::{Event, ListedFields};
use super::exit_status::ExitStatus;
use super::terminal::not_usable;

/// A terminal whose settings lead to an account, and how that is asked.
struct Way<'a> {
    known: &'a TerminalSettings,
    protocol: &'static Protocol,
    account: AccountList,
}

impl Way<'_> {
    /// All that leads to the account: the settings without the terminal that is meant.
    fn leads_to(&self) -> (&'static str, FieldValues) {
        let mut fields = self.known.fields.clone();
        fields.unset(self.account.field);
        (self.protocol.id, fields)
    }
}

/// Each account once.
///
/// # Errors
/// The first that could not be asked, after the others were.
pub async fn list(context: &Context, asked: &TerminalFind) -> Done {
    let is_meant = |protocol: &&str| asked.protocols.is_empty() || asked.protocols.iter().any(|id| id == *protocol);
    let ways = context.settings.terminals.iter().filter_map(way).filter(|way| is_meant(&way.protocol.id));
    let mut done = Vec::new();
    let mut refused = None;
    for way in ways {
        let place = way.leads_to();
        if done.contains(&place) {
            continue;
        }
        done.push(place);
        match ask(context, &way).await {
            Ok(listed) => listed.iter().for_each(|listed| say(context, &way, listed)),
            Err(failure) => {
                context.output.warning(&failure.message);
                refused.get_or_insert(failure);
            }
        }
    }
    if done.is_empty() {
        return Err(context.failed("no-accounts", &[]));
    }
    refused.map_or(Ok(ExitStatus::Done), Err)
}

fn way(known: &TerminalSettings) -> Option<Way<'_>> {
    let protocol = protocols::find(&known.protocol)?;
    let account = protocol.account.filter(|account| (account.offered)(&known.fields))?;
    Some(Way { known, protocol, account })
}

async fn ask(context: &Context, way: &Way<'_>) -> Result<Vec<ListedTerminal>, Failure> {
    let fields = way.protocol.checked(&way.known.fields).map_err(|error| context.field_wrong(&error))?;
    let secrets = secrets_of(&context.places, way.known).await.map_err(|error| context.secrets_failed(&error))?;
    let listed = terminals_of(&way.account, &fields, &secrets, context.places.shared()).await;
    listed.map_err(|why| match why {
        NotListed::Field(error) => context.field_wrong(&error),
        NotListed::Why(why) => {
            // A peer may repeat what it was told.
            let why = Discretion::about(&secrets).explanation(why);
            let failure = not_usable(context, &way.known.name, &context.texts().explain(&why), why.fault);
            failure.with_code(why.key.trim_start_matches("explain-"))
        }
    })
}

fn say(context: &Context, way: &Way<'_>, listed: &ListedTerminal) {
    let field = way.account.field;
    let same_account = |known: &&TerminalSettings| {
        self::way(known).is_some_and(|other| other.leads_to() == way.leads_to())
            && known.fields.text(field) == Some(&listed.id)
    };
    let known_as = context.settings.terminals.iter().find(same_account).map(|known| known.name.clone());
    let family = context.texts().get(way.protocol.name_key);
    let placeables = [
        ("terminal", known_as.as_deref().unwrap_or_default()),
        ("family", family.as_str()),
        ("id", listed.id.as_str()),
        ("about", listed.about.as_str()),
    ];
    let key = if known_as.is_some() { "cli-account-known" } else { "cli-account-new" };
    context.output.line(&context.texts().with(key, &placeables));
    context.output.event(&Event::Listed(ListedFields {
        protocol: way.protocol.id,
        account_of: way.known.name.clone(),
        field,
        id: listed.id.clone(),
        about: listed.about.clone(),
        known_as,
    }));
}
