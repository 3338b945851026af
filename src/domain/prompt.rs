//! What the customer is asked, or shown, on the terminal, besides paying.

use super::money::Money;
use super::signature::SignatureImage;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// The customer types something. `longest` in characters.
    Input {
        title: String,
        kind: InputKind,
        longest: u8,
    },
    /// The customer picks one.
    Choice {
        title: String,
        options: Vec<String>,
    },
    Signature,
    /// What is rung up, with what it comes to. Stays there until something else is shown.
    Lines {
        title: String,
        lines: Vec<ShownLine>,
        total: Money,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLine {
    pub text: String,
    pub amount: Option<Money>,
}

impl Prompt {
    pub fn kind(&self) -> PromptKind {
        match self {
            Prompt::Input { .. } => PromptKind::Input,
            Prompt::Choice { .. } => PromptKind::Choice,
            Prompt::Signature => PromptKind::Signature,
            Prompt::Lines { .. } => PromptKind::Lines,
        }
    }
}

/// What a terminal may be able to ask or show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PromptKind {
    Input,
    Choice,
    Signature,
    Lines,
}

impl PromptKind {
    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            PromptKind::Input => "input",
            PromptKind::Choice => "choice",
            PromptKind::Signature => "signature",
            PromptKind::Lines => "lines",
        }
    }
}

/// What may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputKind {
    /// An amount of the terminal's currency.
    Amount,
    Digits,
    Letters,
    LettersAndDigits,
}

/// What came of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptAnswer {
    Typed(String),
    /// Of [`InputKind::Amount`].
    TypedAmount(Money),
    Chosen(String),
    Signed(SignatureImage),
    Shown,
}
