//! `ask` and `show`: the customer is asked or shown something on the terminal, besides paying.

use std::path::Path;

use crate::domain::outcome::Explanation;
use crate::domain::{Currency, InputKind, Money, Prompt, PromptAnswer, PromptKind, ShownLine};
use crate::protocols::protocol::Abilities;
use crate::terminal::{Refusal, TerminalHandle, Which};

use super::arguments::{AskCommand, AskInput, InputWord, ShowLines};
use super::context::{Context, Done, Failure};
use super::deeds::Deeds;
use super::events::{AnsweredFields, Event};
use super::exit_status::ExitStatus;
use super::interrupts::Interrupts;
use super::stopping::stoppable;

/// The longest line of a prompt, in characters.
const TEXT_AT_MOST: usize = 100;
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=20;
const LINES_AT_MOST: usize = 100;
/// What a customer who does not want to says.
const CANCELLED: &str = "explain-prompt-cancelled";

pub async fn ask(context: &Context, asked: &AskCommand) -> Done {
    let (terminal, out) = match asked {
        AskCommand::Input(asked) => (&asked.terminal, None),
        AskCommand::Choice(asked) => (&asked.terminal, None),
        AskCommand::Signature(asked) => (&asked.terminal, asked.out.as_deref()),
    };
    put(context, terminal.as_deref(), out, |_| question_of(context, asked)).await
}

pub async fn show(context: &Context, asked: &ShowLines) -> Done {
    put(context, asked.terminal.as_deref(), None, |currency| lines_of(context, asked, currency)).await
}

/// Opens the terminal, puts the prompt there and waits for what comes of it. `prompt` is told the terminal's currency.
async fn put(
    context: &Context,
    terminal: Option<&str>,
    out: Option<&Path>,
    prompt: impl Fn(Currency) -> Result<Prompt, Failure>,
) -> Done {
    let terminal = context.terminal_meant(terminal)?;
    if let Some(abilities) = context.abilities_set_up(&terminal) {
        checked(context, prompt(abilities.currency)?, &abilities)?;
    }
    let mut interrupts = context.interrupts()?;
    let till = context.open_till(Which::Only(terminal.clone())).await?;
    let done = match context.handle(&till, &terminal) {
        Ok(handle) => {
            let abilities = handle.view().borrow().abilities;
            match prompt(abilities.currency).and_then(|prompt| checked(context, prompt, &abilities)) {
                Ok(prompt) => wait(context, handle, &Deeds::of(context, &till), prompt, out, &mut interrupts).await,
                Err(failure) => Err(failure),
            }
        }
        Err(failure) => Err(failure),
    };
    till.close().await;
    done
}

fn checked(context: &Context, prompt: Prompt, abilities: &Abilities) -> Result<Prompt, Failure> {
    let kind = prompt.kind();
    if abilities.prompts.contains(&kind) { Ok(prompt) } else { Err(context.refused(&Refusal::NoPrompt(kind))) }
}

async fn wait(
    context: &Context,
    handle: &TerminalHandle,
    deeds: &Deeds,
    prompt: Prompt,
    out: Option<&Path>,
    interrupts: &mut Interrupts,
) -> Done {
    let kind = prompt.kind();
    if kind != PromptKind::Lines {
        context.output.progress(&context.texts().with("cli-waiting-for-customer", &[("terminal", handle.name())]));
    }
    let Some(end) = stoppable(context, handle, deeds, interrupts, handle.prompt(prompt)).await else {
        return Ok(ExitStatus::Cancelled);
    };
    match end.map_err(|refusal| context.refused(&refusal))? {
        Ok(answer) => say(context, handle.name(), kind, &answer, out),
        Err(explanation) => Err(not_answered(context, handle.name(), &explanation)),
    }
}

fn say(context: &Context, terminal: &str, kind: PromptKind, answer: &PromptAnswer, out: Option<&Path>) -> Done {
    let file = match (answer, out) {
        (PromptAnswer::Signed(image), Some(file)) => {
            let name = file.display().to_string();
            std::fs::write(file, image.bytes())
                .map_err(|error| context.failed("file", &[("file", &name), ("problem", &error.to_string())]))?;
            Some(name)
        }
        _ => None,
    };
    context.output.line(&words(context, answer, file.as_deref()));
    context.output.event(&Event::Answered(AnsweredFields::new(terminal, kind, answer, file)));
    Ok(ExitStatus::Done)
}

/// The answer for people.
fn words(context: &Context, answer: &PromptAnswer, file: Option<&str>) -> String {
    match (answer, file) {
        (PromptAnswer::Typed(text) | PromptAnswer::Chosen(text), _) => text.clone(),
        (PromptAnswer::TypedAmount(amount), _) => context.texts().money(*amount),
        (PromptAnswer::Signed(_), Some(file)) => context.texts().with("cli-signed-into", &[("file", file)]),
        (PromptAnswer::Signed(_), None) => context.texts().get("cli-signed"),
        (PromptAnswer::Shown, _) => context.texts().get("cli-shown"),
    }
}

fn not_answered(context: &Context, terminal: &str, explanation: &Explanation) -> Failure {
    let text = context.texts().explain(explanation);
    let code = explanation.key.trim_start_matches("explain-").to_owned();
    let failure = context.failed("not-answered", &[("terminal", terminal), ("text", &text)]).with_code(&code);
    let status = if explanation.key == CANCELLED { ExitStatus::Cancelled } else { failure.status };
    Failure { status, ..failure }
}

fn question_of(context: &Context, asked: &AskCommand) -> Result<Prompt, Failure> {
    match asked {
        AskCommand::Input(AskInput { title, kind, longest, .. }) => {
            Ok(Prompt::Input { title: text(context, title)?, kind: input_kind(*kind), longest: *longest })
        }
        AskCommand::Choice(asked) => {
            if !OPTIONS.contains(&asked.options.len()) {
                let at_most = OPTIONS.end().to_string();
                return Err(context.usage("not-a-choice", &[("number", &at_most)]));
            }
            let options = asked.options.iter().map(|option| text(context, option)).collect::<Result<_, _>>()?;
            Ok(Prompt::Choice { title: text(context, &asked.title)?, options })
        }
        AskCommand::Signature(_) => Ok(Prompt::Signature),
    }
}

fn lines_of(context: &Context, asked: &ShowLines, currency: Currency) -> Result<Prompt, Failure> {
    if asked.lines.len() > LINES_AT_MOST {
        return Err(context.usage("too-many-lines", &[("number", &LINES_AT_MOST.to_string())]));
    }
    let lines: Vec<ShownLine> =
        asked.lines.iter().map(|line| line_of(context, line, currency)).collect::<Result<_, _>>()?;
    let total = match &asked.total {
        Some(total) => context.money(total, currency)?,
        None => sum(context, &lines, currency)?,
    };
    let title = asked.title.as_deref().map(|title| text(context, title)).transpose()?.unwrap_or_default();
    Ok(Prompt::Lines { title, lines, total })
}

/// `TEXT` or `TEXT=AMOUNT`; what is taken off has a minus before it.
fn line_of(context: &Context, line: &str, currency: Currency) -> Result<ShownLine, Failure> {
    let (words, amount) = match line.rsplit_once('=') {
        Some((words, amount)) => (words, Some(context.money(amount, currency)?)),
        None => (line, None),
    };
    Ok(ShownLine { text: text(context, words)?, amount })
}

fn sum(context: &Context, lines: &[ShownLine], currency: Currency) -> Result<Money, Failure> {
    let mut amounts = lines.iter().filter_map(|line| line.amount);
    let sum = amounts.try_fold(Money::zero(currency), |sum, amount| sum.checked_add(amount));
    sum.map_err(|_| context.usage("lines-too-large", &[]).with_code("amount-too-large"))
}

fn text(context: &Context, given: &str) -> Result<String, Failure> {
    let trimmed = given.trim();
    if trimmed.is_empty() || trimmed.chars().count() > TEXT_AT_MOST || trimmed.chars().any(char::is_control) {
        let at_most = TEXT_AT_MOST.to_string();
        return Err(context.usage("text-not-usable", &[("text", trimmed), ("number", &at_most)]));
    }
    Ok(trimmed.to_owned())
}

fn input_kind(word: InputWord) -> InputKind {
    match word {
        InputWord::Amount => InputKind::Amount,
        InputWord::Digits => InputKind::Digits,
        InputWord::Letters => InputKind::Letters,
        InputWord::Any => InputKind::LettersAndDigits,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::cli::output::Output;
    use crate::domain::SignatureImage;
    use crate::domain::outcome::Fault;
    use crate::settings::{Places, Settings};
    use crate::texts::Texts;

    fn context(folder: &tempfile::TempDir) -> Context {
        Context {
            places: Places::in_folder(folder.path()),
            settings: Settings::default(),
            output: Output::new(true, Texts::new(Some("en"))),
            operator: None,
            dropped: Vec::new(),
        }
    }

    fn shown(lines: &[&str], total: Option<&str>) -> ShowLines {
        ShowLines {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            title: None,
            total: total.map(str::to_owned),
            terminal: None,
        }
    }

    #[test]
    fn lines_are_summed_unless_a_total_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(&folder);
        let usd = |minor| Money::new(minor, Currency::USD);
        let of = |asked: &ShowLines| lines_of(&context, asked, Currency::USD);
        let prompt = of(&shown(&["2 x Espresso=6.40", "Discount=-1.00", "Thank you"], None)).unwrap();
        let line = |text: &str, amount: Option<i64>| ShownLine { text: text.to_owned(), amount: amount.map(usd) };
        let lines = vec![line("2 x Espresso", Some(640)), line("Discount", Some(-100)), line("Thank you", None)];
        assert_eq!(prompt, Prompt::Lines { title: String::new(), lines, total: usd(540) });
        let Prompt::Lines { total, .. } = of(&shown(&["a=b=1.00"], Some("7.00"))).unwrap() else { panic!() };
        assert_eq!(total, usd(700));
        let wrong = |line: &str| of(&shown(&[line], None)).unwrap_err();
        assert_eq!(wrong("Tea=cheap").code, "not-an-amount");
        assert_eq!(wrong("Tea=1.001").code, "too-many-decimals");
        assert_eq!(wrong("=1.00").code, "text-not-usable");
        let large = of(&shown(&["a=92233720368547758.07", "b=1.00"], None)).unwrap_err();
        assert_eq!((large.code.as_str(), large.status), ("amount-too-large", ExitStatus::Usage));
        assert_eq!(of(&shown(&["a"; 101], None)).unwrap_err().code, "too-many-lines");
    }

    #[test]
    fn the_customer_who_cancels_is_told_from_a_terminal_that_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(&folder);
        let status = |key: &str| not_answered(&context, "front", &Explanation::new(key, Fault::Nobody)).status;
        assert_eq!(status(CANCELLED), ExitStatus::Cancelled);
        assert_eq!(status("explain-link-timed-out"), ExitStatus::Failed);
        let failure = not_answered(&context, "front", &Explanation::new("explain-terminal-busy", Fault::Terminal));
        assert_eq!(failure.code, "terminal-busy");
    }

    #[test]
    fn a_signature_is_written_where_it_was_wanted_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let context = context(&folder);
        let signed = PromptAnswer::Signed(SignatureImage::new(b"picture".to_vec()).unwrap());
        let file = folder.path().join("signed.png");
        let say = |out: Option<&Path>| say(&context, "front", PromptKind::Signature, &signed, out);
        assert_eq!(say(None).unwrap(), ExitStatus::Done);
        assert!(!file.exists());
        assert_eq!(say(Some(&file)).unwrap(), ExitStatus::Done);
        assert_eq!(std::fs::read(&file).unwrap(), b"picture");
        let nowhere = folder.path().join("missing").join("signed.png");
        assert_eq!(say(Some(&nowhere)).unwrap_err().code, "file");
    }
}
