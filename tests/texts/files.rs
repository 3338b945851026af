//! The Fluent files as the tests read them.

use std::collections::BTreeSet;

use checkstand::texts::{LOCALES, TextLocale};
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::parser;

/// The locales that have every text.
pub fn full() -> impl Iterator<Item = &'static TextLocale> {
    LOCALES.iter().filter(|locale| locale.overlay_of.is_none())
}

pub fn keys(source: &str) -> Vec<String> {
    messages(source).into_iter().map(|(key, _)| key).collect()
}

/// Every text with its key, in the file's order.
pub fn messages(source: &str) -> Vec<(String, Pattern<String>)> {
    let messages = resource(source).body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => message.value.map(|value| (message.id.name, value)),
        _ => None,
    });
    messages.collect()
}

/// The text of one key.
pub fn pattern(source: &str, key: &str) -> Pattern<String> {
    messages(source).into_iter().find(|(name, _)| name == key).unwrap().1
}

pub fn resource(source: &str) -> Resource<String> {
    parser::parse(source.to_owned()).unwrap()
}

/// What the code has to put in.
pub fn placeables(pattern: &Pattern<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    expressions(pattern, &mut |expression| found.extend(variable(expression)));
    found
}

/// Every expression of a text, those inside others too.
pub fn expressions(pattern: &Pattern<String>, see: &mut impl FnMut(&Expression<String>)) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            inner(expression, see);
        }
    }
}

fn inner(expression: &Expression<String>, see: &mut impl FnMut(&Expression<String>)) {
    see(expression);
    match expression {
        Expression::Select { selector, variants } => {
            inline(selector, see);
            variants.iter().for_each(|variant| expressions(&variant.value, see));
        }
        Expression::Inline(expression) => inline(expression, see),
    }
}

fn inline(expression: &InlineExpression<String>, see: &mut impl FnMut(&Expression<String>)) {
    match expression {
        InlineExpression::Placeable { expression } => inner(expression, see),
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            positional.iter().for_each(|argument| inline(argument, see));
        }
        InlineExpression::VariableReference { .. } => see(&Expression::Inline(expression.clone())),
        _ => (),
    }
}

fn variable(expression: &Expression<String>) -> Option<String> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => Some(id.name.clone()),
        _ => None,
    }
}

/// The words of a text, without what is put in; those of all variants of a selection, one behind the other.
pub fn words(pattern: &Pattern<String>) -> String {
    let mut words = literal(pattern);
    expressions(pattern, &mut |expression| {
        if let Expression::Select { variants, .. } = expression {
            variants.iter().for_each(|variant| words.push_str(&literal(&variant.value)));
        }
    });
    words
}

fn literal(pattern: &Pattern<String>) -> String {
    let texts = pattern.elements.iter().map(|element| match element {
        PatternElement::TextElement { value } => value.as_str(),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
            value.as_str()
        }
        PatternElement::Placeable { .. } => "",
    });
    texts.collect()
}
