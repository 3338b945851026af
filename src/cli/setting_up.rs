//! What keeps a terminal from being set up, as the command line says it.

use crate::domain::outcome::Fault;
use crate::journal::JournalHandle;
use crate::terminal::TillError;
use crate::terminal::setting_up::{self, Permitted, SetUpDeed, Settled, SetupError, Step, Wanted};

use super::context::{Context, Failure};
use super::exit_status::ExitStatus;
use super::terminal::no_such_protocol;

/// Where it is written down who sets a terminal up.
pub struct Recorder(Option<JournalHandle>);

impl Recorder {
    /// What somebody who is named could not be known for later is not done.
    pub fn open(context: &Context) -> Result<Recorder, Failure> {
        if context.operator.is_none() {
            return Ok(Recorder(None));
        }
        let journal = context.journal_for_writing().map_err(|error| context.journal_failed(&error))?;
        Ok(Recorder(Some(JournalHandle::start(journal))))
    }

    /// It is done: whoever is named did it.
    pub async fn note(self, context: &Context, deed: SetUpDeed) -> Result<(), Failure> {
        let Recorder(Some(journal)) = self else {
            deed.log(None);
            return Ok(());
        };
        let written = deed.note(&journal, context.operator.as_deref()).await;
        journal.close().await;
        written.map_err(|error| context.journal_failed(&error))
    }
}

/// What is wanted of a terminal, unless a payment on it speaks against it.
pub async fn permitted(context: &Context, wanted: Wanted) -> Result<Permitted, Failure> {
    let settled = async |name: String| Settled::of(&context.journal_for_reading()?, &name);
    Permitted::of(&context.places, wanted, settled).await.map_err(|error| context.setup_failed(&error))
}

/// Sets the terminal up, as the deed of whoever is named.
pub async fn set_up(context: &Context, permitted: Permitted) -> Result<(), Failure> {
    let recorder = Recorder::open(context)?;
    let deed = setting_up::set_up(&context.places, permitted).await.map_err(|error| context.setup_failed(&error))?;
    recorder.note(context, deed).await
}

impl Context {
    /// Whose fault it is is in the exit status too.
    pub fn setup_failed(&self, error: &SetupError) -> Failure {
        match error {
            SetupError::NameReserved(name) => self.usage("name-reserved", &[("terminal", name)]),
            SetupError::NameNotUsable(name) => self.usage("name-not-usable", &[("terminal", name)]),
            // The command line changes a terminal by adding it once more.
            SetupError::NameTaken(name) | SetupError::UnknownTerminal(name) => self.no_such_terminal(name),
            SetupError::UnknownProtocol { protocol, .. } => no_such_protocol(self, protocol),
            SetupError::Field(error) => self.field_wrong(error),
            SetupError::Face(name) => self.till_failed(&TillError::Face(name.clone())),
            SetupError::PaymentOpen { terminal, payment } => {
                self.usage("terminal-in-doubt", &[("terminal", terminal), ("payment", payment.as_str())])
            }
            SetupError::NoPairing(name) => self.usage("no-pairing", &[("terminal", name)]),
            SetupError::NotExchanged { .. } => self.not_exchanged(error),
            SetupError::PairedWithoutSecrets { terminal, error } => {
                let failure = self.secrets_failed(error);
                let placeables = [("terminal", terminal.as_str()), ("problem", failure.message.as_str())];
                let message = self.texts().with("cli-paired-without-secrets", &placeables);
                Failure { message, ..failure }
            }
            SetupError::Settings(error) => self.settings_failed(error),
            SetupError::Secrets(error) => self.secrets_failed(error),
            SetupError::Journal(error) => self.journal_failed(error),
            SetupError::Ended => self.failed("no-answer", &[("terminal", "")]),
        }
    }

    fn not_exchanged(&self, error: &SetupError) -> Failure {
        let SetupError::NotExchanged { step, is_known, terminal, why } = error else {
            return self.setup_failed(error);
        };
        let (text, fault) = (self.texts().explain(why), self.output.fault(why.fault));
        let code = why.key.trim_start_matches("explain-").to_owned();
        let placeables = [("terminal", terminal.as_str()), ("text", text.as_str()), ("fault", fault.as_str())];
        let failure = match (step, is_known) {
            (Step::Pair, true) => self.failed("not-paired", &placeables),
            (Step::Pair, false) => self.failed("pairing-unknown", &placeables),
            (Step::Unpair, true) => self.failed("not-unpaired", &placeables),
            (Step::Unpair, false) => self.failed("unpairing-unknown", &placeables),
        };
        let failure = failure.with_code(&code);
        let status = if why.fault == Fault::Settings { ExitStatus::Usage } else { failure.status };
        Failure { status, ..failure }
    }
}
