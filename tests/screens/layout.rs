//! Every screen in every language at every size: no text is cut or runs out of its button, every target can be hit.

use std::collections::BTreeSet;

use super::seen::{Button, Seen, Words};
use super::*;
use iced::{Rectangle, Size};

/// The least room there is (`src/gui/scale.rs`), and those of common screens.
const SIZES: [(f32, f32); 5] = [(1024.0, 600.0), (1024.0, 768.0), (1366.0, 768.0), (1920.0, 1080.0), (3840.0, 2160.0)];
/// Letters may lean out of their box as far as they lean out of their line.
const SLACK: f32 = 1.0;
const LEAST_TARGET: f32 = 48.0;
const LEAST_GAP: f32 = 8.0;
const LEAST_TENDER: f32 = 64.0;
/// By these something is paid.
const TENDERS: [&str; 12] = [
    "start",
    "cash",
    "split",
    "sale",
    "refund",
    "preauth",
    "activation",
    "reload",
    "balance",
    "deactivation",
    "card-check",
    "keyed",
];

/// What is wrong on a screen.
fn faults(seen: &Seen, pseudo: bool) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    faults.extend(seen.words.iter().filter_map(|words| cut(words, seen)));
    faults.extend(seen.words.iter().filter_map(|words| untranslated(&words.content, pseudo)));
    faults.extend(seen.buttons.iter().filter_map(|button| hard_to_hit(button, seen)));
    faults.extend(neighbours(seen));
    faults
}

fn inside(inner: Rectangle, outer: Rectangle, slack: f32) -> bool {
    inner.x >= outer.x - slack
        && inner.y >= outer.y - slack
        && inner.x + inner.width <= outer.x + outer.width + slack
        && inner.y + inner.height <= outer.y + outer.height + slack
}

/// Whether it lies behind the edge of something that is scrolled up and down.
fn is_scrolled(bounds: Rectangle, clip: Rectangle, seen: &Seen) -> bool {
    let wide = bounds.x >= clip.x - SLACK && bounds.x + bounds.width <= clip.x + clip.width + SLACK;
    wide && seen.scrolled.iter().any(|scrolled| inside(clip, *scrolled, SLACK))
}

fn cut(words: &Words, seen: &Seen) -> Option<String> {
    let Words { content, letters, clip, lines_lost } = words;
    if content.trim().is_empty() {
        return None;
    }
    let said = |what: &str, of: Rectangle| {
        Some(format!("{content:?} {what}: {}x{} in {}x{}", letters.width, letters.height, of.width, of.height))
    };
    if is_scrolled(*letters, *clip, seen) && letters.intersection(clip).is_none() {
        return None;
    }
    if *lines_lost {
        return said("has lost lines", *clip);
    }
    let whole = Rectangle::with_size(seen.room);
    if !inside(*letters, *clip, SLACK) && !is_scrolled(*letters, *clip, seen) {
        return said("is cut", *clip);
    }
    if !inside(*letters, whole, SLACK) && !is_scrolled(*letters, *clip, seen) {
        return said("leaves the window", whole);
    }
    // What is scrolled is drawn elsewhere than it was laid out.
    let scrolled = seen.scrolled.iter().any(|scrolled| inside(*clip, *scrolled, SLACK));
    let holds = |bounds: Rectangle| match scrolled {
        true => letters.width <= bounds.width + SLACK && letters.height <= bounds.height + SLACK,
        false => inside(*letters, bounds, SLACK),
    };
    // Of a button that is scrolled away only what is left of it is there.
    let there = |button: &&Button| button.visible.is_some_and(|visible| visible.contains(letters.center()));
    let mut button = seen.buttons.iter().filter(|button| !button.field).filter(there);
    if let Some(button) = button.next_back().filter(|button| !scrolled && !holds(button.bounds)) {
        return said(&format!("runs out of {}", button.id), button.bounds);
    }
    let boxes = seen.boxes.iter().filter(|(text, _)| text == content).map(|(_, bounds)| *bounds);
    let boxes: Vec<Rectangle> = boxes.collect();
    let begins = |text: &str| content.strip_suffix('…').is_some_and(|start| text.starts_with(start) && text != content);
    if boxes.is_empty() && seen.boxes.iter().any(|(text, _)| begins(text)) {
        return said("is shortened", *clip);
    }
    if boxes.iter().any(|bounds| holds(*bounds)) {
        return None;
    }
    let far = |bounds: &Rectangle| bounds.center().distance(letters.center());
    let nearest = boxes.into_iter().min_by(|one, other| far(one).total_cmp(&far(other)));
    nearest.and_then(|bounds| said("has too little room", bounds))
}

/// Names, codes and what terminals say: everything that is no text of ours.
const FOREIGN: &str = "attic dev usb lp0 Bon Office PC437 PC850 PC852 PC858 PC865 WPC1252 SEK K7M2 F front back garden on the corner bar terrace tables cloud co Visa Debit VISA DEBIT SALE APPROVED \
    TOTAL BALANCE CORNER SHOP Corner Shop Signature required Coffee Iced coffee Cinnamon bun Sandwich with shrimps Menu \
    Present card Is signature OK Enter PIN Welcome page is not what it was Address already in use os error 9 linux nexo Ingenico var lib checkstand full light pos terminal CHECKSTAND USD garden Deutsch English UK US Suomi Svenska Ada Eve \
    EUR GBP NOK DKK CHF PLN QQX EPI AVAILABLE BUSY hb442190gb01 till";

fn untranslated(content: &str, pseudo: bool) -> Option<String> {
    let areas = ["window-", "explain-", "refusal-", "display-", "customer-", "key-", "problem-"];
    if areas.iter().any(|area| content.starts_with(area)) && !content.contains(' ') {
        return Some(format!("{content:?} is no text"));
    }
    if !pseudo {
        return None;
    }
    let plain = content.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let plain: Vec<&str> = plain
        .filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 1 && word.is_ascii())
        .filter(|word| !FOREIGN.split_whitespace().any(|foreign| foreign == *word))
        .collect();
    (!plain.is_empty()).then(|| format!("{content:?} is not translated: {plain:?}"))
}

fn hard_to_hit(button: &Button, seen: &Seen) -> Option<String> {
    let Button { id, bounds, .. } = button;
    let said = |what: &str| Some(format!("{id} {what}: {bounds:?}"));
    let behind_an_edge = |scrolled: &Rectangle| {
        let wide = bounds.x >= scrolled.x - SLACK && bounds.x + bounds.width <= scrolled.x + scrolled.width + SLACK;
        wide && button.visible.is_none_or(|visible| inside(visible, *scrolled, SLACK))
    };
    let scrolled = seen.scrolled.iter().any(behind_an_edge);
    let whole = button.visible.is_some_and(|visible| inside(*bounds, visible, SLACK));
    let shown = whole && inside(*bounds, Rectangle::with_size(seen.room), SLACK);
    if !(shown || scrolled) {
        return said("is not whole in the window");
    }
    if bounds.width < LEAST_TARGET - 0.1 || bounds.height < LEAST_TARGET - 0.1 {
        return said("is too small");
    }
    let tender = TENDERS.contains(&id.as_str()) || id.starts_with("tender-");
    if tender && bounds.height < LEAST_TENDER - 0.1 {
        return said("is too low for a button by which something is paid");
    }
    None
}

/// Two targets side by side, or one above the other, that a finger may mistake.
fn neighbours(seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    let buttons = seen.buttons.iter().filter_map(|button| Some((button, button.visible?)));
    let buttons: Vec<(&Button, Rectangle)> = buttons.collect();
    for (place, (one, a)) in buttons.iter().enumerate() {
        for (other, b) in &buttons[place + 1..] {
            let beside = (b.x - a.x - a.width).max(a.x - b.x - b.width);
            let below = (b.y - a.y - a.height).max(a.y - b.y - b.height);
            if beside.max(below) < LEAST_GAP - 0.1 {
                faults.push(format!("{} and {} are too close: {}", one.id, other.id, beside.max(below)));
            }
        }
    }
    faults
}

fn look(name: &str, language: &str, hand: &mut Hand, sizes: &[(f32, f32)], found: &mut BTreeSet<String>) {
    for (width, height) in sizes {
        let seen = hand.seen_at(Size::new(*width, *height));
        for fault in faults(&seen, language == "pseudo") {
            found.insert(format!("{width}x{height} {language} {name}: {fault}"));
        }
    }
}

fn languages() -> impl Iterator<Item = &'static str> {
    checkstand::texts::Texts::locales().map(|(tag, _)| tag).chain(["pseudo"])
}

#[test]
fn nothing_is_cut_on_the_customers_screen() {
    let mut found = BTreeSet::new();
    for language in languages() {
        for (name, mut hand) in gallery::customers(language) {
            for (width, height) in SIZES.into_iter().chain([(800.0, 480.0), (600.0, 1024.0)]) {
                let seen = hand.customer_seen_at(Size::new(width, height));
                assert!(seen.buttons.is_empty(), "nothing can be pressed there");
                for fault in faults(&seen, language == "pseudo") {
                    found.insert(format!("{width}x{height} {language} {name}: {fault}"));
                }
            }
        }
    }
    let all: Vec<String> = found.into_iter().collect();
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}

#[test]
fn nothing_is_cut_and_everything_can_be_hit_on_every_screen() {
    let mut found = BTreeSet::new();
    for language in languages() {
        let sizes = if language == "pseudo" { &SIZES[..] } else { &SIZES[..2] };
        let pieces = gallery::gallery(language).into_iter().chain(bench::gallery(language));
        for (name, mut hand) in pieces {
            look(name, language, &mut hand, sizes, &mut found);
        }
    }
    let all: Vec<String> = found.into_iter().collect();
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}
