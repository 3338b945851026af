//! The person at the keyboard, asked for a yes or a no.

use std::io::BufRead;

use tokio::sync::mpsc;

use crate::domain::Answer;
use crate::texts::Texts;

/// Lines typed ahead at most.
const LINES_AT_MOST: usize = 16;

/// Reads standard input from the first question on. The thread ends with the program.
#[derive(Default)]
pub struct Keyboard {
    lines: Option<mpsc::Receiver<String>>,
}

impl Keyboard {
    /// Starts to listen.
    pub fn listen(&mut self) {
        if self.lines.is_some() {
            return;
        }
        let (sender, lines) = mpsc::channel(LINES_AT_MOST);
        self.lines = Some(lines);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { break };
                if sender.blocking_send(line).is_err() {
                    break;
                }
            }
        });
    }

    /// The next line; never comes back when there is none.
    pub async fn line(&mut self) -> String {
        let line = match &mut self.lines {
            Some(lines) => lines.recv().await,
            None => None,
        };
        match line {
            Some(line) => line,
            None => std::future::pending().await,
        }
    }
}

/// What a person typed, in the words of the language in use.
pub fn answer_of(line: &str, texts: &Texts) -> Option<Answer> {
    let typed = line.trim().to_lowercase();
    let is_one_of = |key: &str| texts.get(key).split_whitespace().any(|word| word == typed);
    if is_one_of("cli-words-yes") {
        Some(Answer::Accept)
    } else if is_one_of("cli-words-no") {
        Some(Answer::Reject)
    } else {
        None
    }
}
