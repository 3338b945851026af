//! A language that nobody speaks, for tests: English with an accent on every letter, two fifths longer, in brackets.
//! What is still plain on a screen is no text of ours, and what is cut off has no closing bracket.

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::{parser, serializer};

/// What a text is made longer with: visible, and no letter.
const PADDING: char = '·';

/// The same file with its texts dressed up. Placeables stay as they are, and so do patterns without a letter, such as
/// that of an amount.
pub(super) fn dressed(source: &str) -> String {
    let mut resource = parser::parse(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    for entry in &mut resource.body {
        if let Entry::Message(message) = entry
            && let Some(pattern) = &mut message.value
        {
            dress(pattern);
        }
    }
    serializer::serialize(&resource)
}

fn dress(pattern: &mut Pattern<String>) {
    let letters = letters_of(pattern);
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => *value = value.chars().map(accented).collect(),
            PatternElement::Placeable { expression } => variants(expression),
        }
    }
    if letters == 0 {
        return;
    }
    // Rounded up, so that short words grow too: they are the ones that stand in narrow places.
    let padding: String = std::iter::repeat_n(PADDING, (letters * 2).div_ceil(5)).collect();
    pattern.elements.insert(0, PatternElement::TextElement { value: "[".to_owned() });
    pattern.elements.push(PatternElement::TextElement { value: format!(" {padding}]") });
}

/// A selection's variants are texts of their own.
fn variants(expression: &mut Expression<String>) {
    match expression {
        Expression::Select { variants, .. } => variants.iter_mut().for_each(|variant| dress(&mut variant.value)),
        Expression::Inline(InlineExpression::Placeable { expression }) => self::variants(expression),
        Expression::Inline(InlineExpression::FunctionReference { arguments: CallArguments { .. }, .. }) => (),
        Expression::Inline(_) => (),
    }
}

/// Letters of the text itself, without what is put into it.
fn letters_of(pattern: &Pattern<String>) -> usize {
    let letters = |element: &PatternElement<String>| match element {
        PatternElement::TextElement { value } => value.chars().filter(|c| c.is_alphabetic()).count(),
        PatternElement::Placeable { .. } => 0,
    };
    pattern.elements.iter().map(letters).sum()
}

/// Like the letter, and in the window's font.
fn accented(letter: char) -> char {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ACCENTED: &str = "åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ";
    PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == letter).map_or(letter, |(_, accented)| accented)
}
