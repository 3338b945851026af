//! The close of the shop's day: every terminal that has a day of its own ends it first, all at once, and then the journal's day
//! is closed whatever they said. A terminal that did not end its day keeps no shop from closing; it is listed.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::domain::outcome::{Explanation, Fault};
use crate::domain::{DayClose, DayEnd, DayReport, DayVerdict, TerminalAnswer};
use crate::journal::JournalError;
use crate::links::SystemClock;

use super::handle::TerminalHandle;
use super::order::Refusal;
use super::till::{Till, TillError};

impl Till {
    /// The terminals that the close of the shop's day has end their own.
    pub fn with_a_day(&self) -> Vec<&TerminalHandle> {
        let has_one =
            |handle: &&TerminalHandle| handle.view().borrow().abilities.reports.contains(&DayReport::EndOfDay);
        self.terminals().iter().filter(has_one).collect()
    }

    /// Closes the shop's day; takes minutes at most. `told` hears each terminal's answer as it comes. When `stop` comes first,
    /// nobody waits any longer: what became of the terminals that have not answered is not known.
    ///
    /// # Errors
    /// `EmptyDay` before any terminal is asked, when nothing has happened; otherwise as
    /// [`crate::journal::Journal::close_shop_day`].
    pub async fn close_shop_day(
        &self,
        by: Option<String>,
        stop: impl Future<Output = ()> + Send,
        mut told: impl FnMut(&TerminalAnswer) + Send,
    ) -> Result<DayClose, JournalError> {
        let journal = self.journal();
        if journal.read(|journal| journal.day_totals()).await??.totals.is_empty() {
            return Err(JournalError::EmptyDay);
        }
        let mut answers: Vec<TerminalAnswer> = self.broken().iter().filter_map(not_started).collect();
        answers.iter().for_each(&mut told);
        self.end_terminals_days(stop, &mut answers, told).await;
        answers.sort_by(|one, other| one.terminal.cmp(&other.terminal));
        let at = SystemClock::new().now().wall;
        journal.change(move |journal| journal.close_shop_day(by.as_deref(), answers, at)).await
    }

    async fn end_terminals_days(
        &self,
        stop: impl Future<Output = ()>,
        answers: &mut Vec<TerminalAnswer>,
        mut told: impl FnMut(&TerminalAnswer),
    ) {
        let mut waiting: Vec<String> = self.with_a_day().iter().map(|handle| handle.name().to_owned()).collect();
        let mut ends: FuturesUnordered<_> = self.with_a_day().into_iter().map(end_of).collect();
        let mut stop = std::pin::pin!(stop);
        loop {
            let answer = tokio::select! {
                answer = ends.next() => answer,
                () = &mut stop => break,
            };
            let Some(answer) = answer else { return };
            waiting.retain(|terminal| *terminal != answer.terminal);
            told(&answer);
            answers.push(answer);
        }
        for terminal in waiting {
            let answer = TerminalAnswer { terminal, end: DayEnd::lost(DayReport::EndOfDay, Fault::Nobody) };
            told(&answer);
            answers.push(answer);
        }
    }
}

async fn end_of(handle: &TerminalHandle) -> TerminalAnswer {
    let end = handle.end_day(DayReport::EndOfDay).await.unwrap_or_else(|refusal| not_asked(why_not(&refusal)));
    TerminalAnswer { terminal: handle.name().to_owned(), end }
}

fn why_not(refusal: &Refusal) -> Explanation {
    match refusal {
        Refusal::Running => Explanation::new("explain-shop-day-busy", Fault::Nobody),
        Refusal::InDoubt(payment) => {
            Explanation::new("explain-shop-day-in-doubt", Fault::Nobody).with_detail(payment.as_str())
        }
        other => Explanation::new("explain-shop-day-not-asked", Fault::Program).with_detail(&other.to_string()),
    }
}

fn not_started(error: &TillError) -> Option<TerminalAnswer> {
    let terminal = error.terminal()?.to_owned();
    let why = Explanation::new("explain-shop-day-not-started", Fault::Settings).with_detail(&error.to_string());
    Some(TerminalAnswer { terminal, end: not_asked(why) })
}

fn not_asked(why: Explanation) -> DayEnd {
    DayEnd::without_figures(DayVerdict::NotClosed, why)
}
