//! What the customer is asked or shown, and what a terminal tells of itself (reference 3.3, 3.8, part 3).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Cloud;
use super::calls::Asked;
use super::conduct::Conduct;
use super::profile::{self, LOYALTY_TRACK, SIGNATURE, Virtual};
use super::responses;
use super::running::{Running, Work};
use super::script;
use super::texts;
use crate::domain::{Now, SignatureImage};
use crate::protocols::econduit::codec;
use crate::protocols::econduit::messages::{CommandWord, Method, Obstacle, Response, ResultCode, member, parameter};
use crate::protocols::json::{Json, tree};

/// (3.8) The sections of line items, and what a section and a row hold besides.
const SECTIONS: [&str; 3] = ["header", "body", "footer"];
const OF_SECTION: [&str; 3] = ["fgColor", "bgColor", "fontSz"];
const OF_ROW: [&str; 6] = ["text", "subText", "amt", "fgColor", "bgColor", "fontSz"];
const CONFIGURATION_AT_MOST: usize = 100;

impl Cloud {
    pub(super) fn prompt(&mut self, now: &Now, asked: &Asked) {
        let Some(terminal) = profile::virtual_terminal(&asked.terminal.serial) else {
            let (command, members) = as_command(asked);
            return self.relay(now, asked, command, None, members);
        };
        if self.is_busy(asked.terminal.number) {
            return self.answer(asked.line, &responses::obstacle(&asked.number(), Obstacle::TerminalBusy));
        }
        let answer = self.answer_to(asked, terminal);
        let asks = [Method::GetSignature, Method::GetSwipe, Method::GetUserInput, Method::GetUserSelection];
        if !asks.contains(&asked.call.method) {
            return self.respond_with(asked.line, &answer);
        }
        let running = Running::new(asked.line, Work::Prompt(answer), Conduct::Approves, script::prompt());
        self.start(now, asked.terminal.number, running);
    }

    fn answer_to(&mut self, asked: &Asked, terminal: &Virtual) -> Json {
        let number = asked.number();
        let text = |name: &str| asked.call.text(name);
        let done = || success(&number);
        let title = text(parameter::TITLE).to_ascii_lowercase();
        let asks = matches!(asked.call.method, Method::GetUserInput | Method::GetUserSelection);
        if asks && title.contains("cancel") {
            return plain(&responses::refusal(&number, ResultCode::Cancelled, texts::CANCELLED));
        }
        match asked.call.method {
            Method::GetUserInput => match user_input(text(parameter::TYPE), text(parameter::MAX_LENGTH)) {
                Some(input) => plain(&Response { user_input: Some(input), ..done() }),
                None => self.bad_data(asked),
            },
            Method::GetUserSelection => match asked.call.texts(parameter::OPTIONS).first() {
                Some(option) => plain(&Response { user_input: Some(option.clone()), ..done() }),
                None => plain(&responses::error(&number, texts::NO_OPTIONS)),
            },
            Method::GetSignature => {
                let signature = STANDARD.decode(SIGNATURE).ok().and_then(SignatureImage::new);
                plain(&Response { signature, ..done() })
            }
            Method::GetSwipe => with(plain(&done()), "Track1", Json::text(LOYALTY_TRACK)),
            Method::ShowLineItems if !terminal.line_items => plain(&responses::error(&number, texts::NOT_SUPPORTED)),
            Method::ShowLineItems if !are_line_items(text(parameter::TYPE), text(parameter::DATA)) => {
                self.bad_data(asked)
            }
            Method::ShowUrl if !is_page(text(parameter::URL), text(parameter::IS_DEFAULT)) => self.bad_data(asked),
            Method::GetTerminalFeatures => plain(&Response { features: features(terminal), ..done() }),
            Method::GetTerminalConfiguration => {
                let known = &self.store.device(terminal.serial).configuration;
                let known = known.iter().map(|(name, value)| (name.clone(), Json::text(value))).collect();
                with(plain(&done()), "Configuration", Json::Object(known))
            }
            Method::SetTerminalConfiguration => {
                let known = &mut self.store.device(terminal.serial).configuration;
                let name = text(parameter::OPTION_NAME);
                if name.is_empty() || (known.len() >= CONFIGURATION_AT_MOST && !known.contains_key(name)) {
                    return self.bad_data(asked);
                }
                known.insert(name.to_owned(), text(parameter::OPTION_VALUE).to_owned());
                plain(&done())
            }
            _ => plain(&done()),
        }
    }

    fn bad_data(&mut self, asked: &Asked) -> Json {
        self.complain(&format!("{} with what it does not take", asked.call.method.word()));
        plain(&responses::error(&asked.number(), texts::BAD_DATA))
    }
}

fn success(number: &str) -> Response {
    Response { result_final: None, ..responses::refusal(number, ResultCode::Success, texts::SUCCESS) }
}

fn plain(response: &Response) -> Json {
    codec::prompt_json(response)
}

fn with(json: Json, name: &str, value: Json) -> Json {
    let Json::Object(mut members) = json else { return json };
    members.push((name.to_owned(), value));
    Json::Object(members)
}

/// (part 3) What the customer types: currency comes without its decimal point.
fn user_input(kind: &str, max_length: &str) -> Option<String> {
    let typed = match kind {
        "c" => "350",
        "n" => "5551234",
        "a" => "ABC",
        "an" => "ABC123",
        _ => return None,
    };
    let at_most: usize = max_length.trim().parse().ok()?;
    Some(typed.chars().take(at_most).collect())
}

fn features(terminal: &Virtual) -> Vec<String> {
    let all = [("LineItems", terminal.line_items), ("Signature", true), ("Gift", terminal.gift)];
    all.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
}

/// (3.8) `data` is a page, or sections of rows whose values are all texts.
fn are_line_items(kind: &str, data: &str) -> bool {
    match kind {
        "html" => !data.trim().is_empty(),
        "json" => match tree::parse(data.as_bytes()) {
            Ok(Json::Object(sections)) => {
                sections.iter().all(|(name, section)| SECTIONS.contains(&name.as_str()) && is_section(section))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_section(section: &Json) -> bool {
    let Json::Object(members) = section else { return false };
    members.iter().all(|(name, value)| match value {
        Json::List(rows) => name == "rows" && rows.iter().all(is_row),
        value => OF_SECTION.contains(&name.as_str()) && matches!(value, Json::Text(_)),
    })
}

fn is_row(row: &Json) -> bool {
    let Json::Object(members) = row else { return false };
    members.iter().all(|(name, value)| OF_ROW.contains(&name.as_str()) && matches!(value, Json::Text(_)))
}

fn is_page(url: &str, is_default: &str) -> bool {
    url::Url::parse(url).is_ok() && ["true", "false"].contains(&is_default.to_ascii_lowercase().as_str())
}

/// The same for a real terminal (2.6).
fn as_command(asked: &Asked) -> (CommandWord, Vec<(&'static str, Json)>) {
    let text = |name: &str| Json::text(asked.call.text(name));
    let options = || asked.call.texts(parameter::OPTIONS).iter().map(|option| Json::text(option)).collect();
    match asked.call.method {
        Method::GetSignature => (CommandWord::GetSignature, Vec::new()),
        Method::GetSwipe => (CommandWord::GetSwipe, vec![(member::PROMPT, text(parameter::PROMPT))]),
        Method::GetUserInput => (
            CommandWord::GetUserInput,
            vec![
                (member::TITLE, text(parameter::TITLE)),
                (member::TYPE, text(parameter::TYPE)),
                (member::MAX_LENGTH, text(parameter::MAX_LENGTH)),
            ],
        ),
        Method::GetUserSelection => (
            CommandWord::GetUserSelection,
            vec![(member::TITLE, text(parameter::TITLE)), (member::OPTIONS, Json::List(options()))],
        ),
        Method::ShowLineItems => (
            CommandWord::ShowLineItems,
            vec![(member::TYPE, text(parameter::TYPE)), (member::DATA, text(parameter::DATA))],
        ),
        Method::ShowUrl => (
            CommandWord::ShowUrl,
            vec![(member::URL, text(parameter::URL)), (member::IS_DEFAULT, text(parameter::IS_DEFAULT))],
        ),
        Method::GetTerminalConfiguration => (CommandWord::GetTerminalConfiguration, Vec::new()),
        Method::SetTerminalConfiguration => (
            CommandWord::SetTerminalConfiguration,
            vec![
                (member::OPTION_NAME, text(parameter::OPTION_NAME)),
                (member::OPTION_VALUE, text(parameter::OPTION_VALUE)),
            ],
        ),
        _ => (CommandWord::GetTerminalFeatures, Vec::new()),
    }
}
