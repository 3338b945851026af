//! Keys nobody else wanted, as messages. A widget at the root and not a subscription, so that a field with the focus
//! comes first, and tests without a display see the same keys. What a barcode scanner types comes to no field at all.

use std::fmt;
use std::time::Instant;

use iced::advanced::layout::{Layout, Limits, Node};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Shell, Widget, input_method, overlay, renderer};
use iced::keyboard::key::{Code, Named, Physical};
use iced::keyboard::{self, Key};
use iced::{Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse, touch, window};

use super::scanner::{Scanner, Stroke, Told};
use crate::domain::ScannedCode;

/// What a cashier can mean by a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Press {
    Digit(u8),
    /// Comma or dot.
    Mark,
    /// What was typed is the price of a line.
    Plus,
    /// What was typed is how many.
    Times,
    /// Begins a search.
    Letter(char),
    Up,
    Down,
    Right,
    Backspace,
    Delete,
    Enter,
    Escape,
    Tab {
        back: bool,
    },
    PageUp,
    PageDown,
    Home,
    End,
    /// F1 to F12.
    Function(u8),
    /// A letter or digit with Ctrl, in small letters.
    Control(char),
}

/// A digit may be one of a PIN, so that which one it is is not printed (rule 8).
impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Press::Digit(_) => "Digit",
            Press::Letter(_) => "Letter",
            Press::Mark => "Mark",
            Press::Plus => "Plus",
            Press::Times => "Times",
            Press::Up => "Up",
            Press::Down => "Down",
            Press::Right => "Right",
            Press::Backspace => "Backspace",
            Press::Delete => "Delete",
            Press::Enter => "Enter",
            Press::Escape => "Escape",
            Press::Tab { back: false } => "Tab",
            Press::Tab { back: true } => "BackTab",
            Press::PageUp => "PageUp",
            Press::PageDown => "PageDown",
            Press::Home => "Home",
            Press::End => "End",
            Press::Function(number) => return write!(f, "F{number}"),
            Press::Control(letter) => return write!(f, "Control({letter:?})"),
        };
        f.write_str(word)
    }
}

/// What a barcode scanner has typed.
#[derive(Debug, Clone)]
pub enum Reading {
    Code(ScannedCode),
    /// So much as a code has, with something in between.
    Broken,
    /// More than any code has.
    TooLong,
}

/// Turns a pressed key into a meaning. Held keys repeat digits and deleting, and nothing that starts or stops money.
fn press(event: &keyboard::Event) -> Option<Press> {
    let keyboard::Event::KeyPressed { key, modified_key, physical_key, modifiers, repeat, .. } = event else {
        return None;
    };
    if modifiers.alt() || modifiers.logo() {
        return None;
    }
    if modifiers.control() {
        return of_control(key, physical_key).filter(|_| !repeat);
    }
    let meaning = match key.as_ref() {
        // A plus is a plus wherever the keyboard has it; a digit is one with Shift too.
        Key::Character(text) => of_modified(modified_key).or_else(|| of_character(text)),
        // Numbers on the pad with Num Lock off are still meant as numbers at a till.
        Key::Named(named) => of_pad(physical_key).or_else(|| of_named(named, modifiers.shift())),
        Key::Unidentified => None,
    }?;
    let may_repeat =
        matches!(meaning, Press::Digit(_) | Press::Backspace | Press::Tab { .. } | Press::Up | Press::Down);
    (!repeat || may_repeat).then_some(meaning)
}

/// With Ctrl a key is the letter of the Latin keyboard that it stands on, whatever it writes.
fn of_control(key: &Key, physical: &Physical) -> Option<Press> {
    let letter = key.to_latin(*physical).filter(char::is_ascii_alphanumeric);
    letter.map(|letter| Press::Control(letter.to_ascii_lowercase()))
}

fn of_modified(key: &Key) -> Option<Press> {
    match key.as_ref() {
        Key::Character(text) => of_character(text),
        _ => None,
    }
}

/// What a pressed key is to a scanner; none for what only goes along with keys, such as Shift and releases. What a person
/// holds down, or presses with Ctrl, is of no scanner.
fn stroke(event: &keyboard::Event) -> Option<Stroke> {
    let keyboard::Event::KeyPressed { key, text, modifiers, repeat, .. } = event else { return None };
    if let Key::Named(Named::Shift | Named::CapsLock | Named::NumLock | Named::AltGraph) = key {
        return None;
    }
    if *repeat || modifiers.control() || modifiers.alt() || modifiers.logo() {
        return Some(Stroke::Other);
    }
    let written = match (text.as_deref(), key.as_ref()) {
        (Some(text), _) | (None, Key::Character(text)) => {
            text.chars().next().filter(|character| !character.is_control())
        }
        (None, _) => None,
    };
    Some(match (press(event), written) {
        (Some(Press::Enter), _) => Stroke::Enter,
        (Some(Press::Digit(digit)), _) => Stroke::Character(char::from(b'0' + digit)),
        (_, Some(character)) => Stroke::Character(character),
        (_, None) => Stroke::Other,
    })
}

/// Enter that is held down confirms nothing, in fields and on buttons either: there may be another question by then.
fn is_held_enter(event: &keyboard::Event) -> bool {
    matches!(event, keyboard::Event::KeyPressed { key: Key::Named(Named::Enter), repeat: true, .. })
}

/// A character with Ctrl is no text: a field that has the focus must not take it. With Alt too it is one (AltGr).
fn without_control_text(mut event: keyboard::Event) -> keyboard::Event {
    if let keyboard::Event::KeyPressed { text, modifiers, .. } = &mut event
        && modifiers.control()
        && !modifiers.alt()
    {
        *text = None;
    }
    event
}

/// What a person does besides typing: it comes behind what was typed before.
fn is_deed(event: &Event) -> bool {
    matches!(
        event,
        Event::Mouse(mouse::Event::ButtonPressed(_))
            | Event::Touch(touch::Event::FingerPressed { .. })
            | Event::InputMethod(input_method::Event::Commit(_))
            | Event::Window(window::Event::Unfocused)
    )
}

fn of_character(text: &str) -> Option<Press> {
    match text {
        "," | "." => Some(Press::Mark),
        "+" => Some(Press::Plus),
        "*" | "×" => Some(Press::Times),
        other => {
            let digit = other.parse().ok().filter(|digit| *digit < 10).map(Press::Digit);
            digit.or_else(|| other.chars().next().filter(|letter| letter.is_alphabetic()).map(Press::Letter))
        }
    }
}

fn of_pad(physical: &Physical) -> Option<Press> {
    let Physical::Code(code) = physical else { return None };
    Some(match code {
        Code::Numpad0 => Press::Digit(0),
        Code::Numpad1 => Press::Digit(1),
        Code::Numpad2 => Press::Digit(2),
        Code::Numpad3 => Press::Digit(3),
        Code::Numpad4 => Press::Digit(4),
        Code::Numpad5 => Press::Digit(5),
        Code::Numpad6 => Press::Digit(6),
        Code::Numpad7 => Press::Digit(7),
        Code::Numpad8 => Press::Digit(8),
        Code::Numpad9 => Press::Digit(9),
        Code::NumpadDecimal | Code::NumpadComma => Press::Mark,
        _ => return None,
    })
}

fn of_named(named: Named, shift: bool) -> Option<Press> {
    const FUNCTIONS: [Named; 12] = [
        Named::F1,
        Named::F2,
        Named::F3,
        Named::F4,
        Named::F5,
        Named::F6,
        Named::F7,
        Named::F8,
        Named::F9,
        Named::F10,
        Named::F11,
        Named::F12,
    ];
    Some(match named {
        Named::Enter => Press::Enter,
        Named::Escape => Press::Escape,
        Named::Backspace => Press::Backspace,
        Named::Delete => Press::Delete,
        Named::Tab => Press::Tab { back: shift },
        Named::PageUp => Press::PageUp,
        Named::PageDown => Press::PageDown,
        Named::Home => Press::Home,
        Named::End => Press::End,
        Named::ArrowUp => Press::Up,
        Named::ArrowDown => Press::Down,
        Named::ArrowRight => Press::Right,
        other => {
            let place = FUNCTIONS.iter().position(|function| *function == other)?;
            Press::Function(u8::try_from(place + 1).ok()?)
        }
    })
}

/// Wraps the whole window.
pub struct Keys<'a, Message> {
    content: Element<'a, Message>,
    on_press: fn(Press) -> Message,
    on_reading: Option<fn(Reading) -> Message>,
    clock: fn() -> Instant,
}

/// Between two views.
#[derive(Debug, Default)]
struct State {
    scanner: Scanner<keyboard::Event>,
}

impl<'a, Message> Keys<'a, Message> {
    pub fn new(content: impl Into<Element<'a, Message>>, on_press: fn(Press) -> Message) -> Self {
        Keys { content: content.into(), on_press, on_reading: None, clock: Instant::now }
    }

    /// Where what was scanned goes. Without it a code goes nowhere: it is never typed.
    pub fn on_reading(mut self, on_reading: Option<fn(Reading) -> Message>) -> Self {
        self.on_reading = on_reading;
        self
    }

    /// What tells the time of a key.
    pub fn clock(mut self, clock: fn() -> Instant) -> Self {
        self.clock = clock;
        self
    }

    /// The key to type; what was scanned is published.
    fn typed(&self, told: Told<keyboard::Event>, shell: &mut Shell<'_, Message>) -> Option<keyboard::Event> {
        let reading = match told {
            Told::Typed(key) => return Some(key),
            Told::Scan(code) => Reading::Code(ScannedCode::new(&code)),
            Told::Broken => Reading::Broken,
            Told::TooLong => Reading::TooLong,
        };
        if let Some(on_reading) = self.on_reading {
            shell.publish(on_reading(reading));
        }
        None
    }

    /// What the scanner makes of an event: keys that are nobody's code, and codes.
    fn heard(&self, scanner: &mut Scanner<keyboard::Event>, event: &Event) -> Vec<Told<keyboard::Event>> {
        match event {
            Event::Keyboard(key) => match stroke(key) {
                Some(stroke) => scanner.key((self.clock)(), stroke, key.clone()),
                None => scanner.beside(key.clone()).map(Told::Typed).into_iter().collect(),
            },
            Event::Window(window::Event::RedrawRequested(now)) => scanner.tick(*now),
            deed if is_deed(deed) => scanner.interrupt(),
            _ => Vec::new(),
        }
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Keys<'_, Message> {
    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        self.content.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        self.content.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let scanner = &mut tree.state.downcast_mut::<State>().scanner;
        let told = self.heard(scanner, event);
        if let Some(deadline) = scanner.deadline() {
            shell.request_redraw_at(deadline);
        }
        let child = &mut tree.children[0];
        for told in told {
            let key = self.typed(told, shell).filter(|key| !is_held_enter(key));
            if let Some(key) = key.map(without_control_text).map(Event::Keyboard) {
                let mut messages = Vec::new();
                // One of its own: a key that is taken must not look as if this event were, nor the keys after it.
                let mut own = Shell::new(&mut messages);
                self.content
                    .as_widget_mut()
                    .update(child, &key, layout, cursor, renderer, clipboard, &mut own, viewport);
                if let Event::Keyboard(key) = &key
                    && !own.is_event_captured()
                    && let Some(press) = press(key)
                {
                    own.publish((self.on_press)(press));
                }
                if own.is_layout_invalid() {
                    shell.invalidate_layout();
                }
                if own.are_widgets_invalid() {
                    shell.invalidate_widgets();
                }
                shell.request_redraw_at(own.redraw_request());
                messages.into_iter().for_each(|message| shell.publish(message));
            }
        }
        if let Event::Keyboard(_) = event {
            shell.capture_event();
        } else {
            self.content.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        self.content.as_widget().draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.content.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        self.content.as_widget_mut().overlay(&mut tree.children[0], layout, renderer, viewport, translation)
    }
}

impl<'a, Message: 'a> From<Keys<'a, Message>> for Element<'a, Message> {
    fn from(keys: Keys<'a, Message>) -> Self {
        Element::new(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: Key, physical: Physical, repeat: bool) -> keyboard::Event {
        keyboard::Event::KeyPressed {
            modified_key: key.clone(),
            key,
            physical_key: physical,
            location: keyboard::Location::Standard,
            modifiers: keyboard::Modifiers::default(),
            text: None,
            repeat,
        }
    }

    #[test]
    fn the_number_pad_means_numbers_without_num_lock_too() {
        let home = key(Key::Named(Named::Home), Physical::Code(Code::Numpad7), false);
        assert_eq!(press(&home), Some(Press::Digit(7)));
    }

    #[test]
    fn a_key_is_to_a_scanner_what_it_writes() {
        let plain = |text: &str| stroke(&key(Key::Character(text.into()), Physical::Code(Code::KeyA), false));
        assert_eq!(plain("A"), Some(Stroke::Character('A')));
        assert_eq!(plain("-"), Some(Stroke::Character('-')));
        let named = |named, repeat| stroke(&key(Key::Named(named), Physical::Code(Code::Numpad7), repeat));
        assert_eq!(named(Named::Home, false), Some(Stroke::Character('7')));
        assert_eq!(named(Named::Home, true), Some(Stroke::Other));
        assert_eq!(named(Named::Shift, false), None);
        let enter = |repeat| stroke(&key(Key::Named(Named::Enter), Physical::Code(Code::NumpadEnter), repeat));
        assert_eq!((enter(false), enter(true)), (Some(Stroke::Enter), Some(Stroke::Other)));
    }

    #[test]
    fn a_letter_with_the_control_key_is_no_text_and_comes_once() {
        let control = |letter: &str, repeat| {
            let mut event = key(Key::Character(letter.into()), Physical::Code(Code::KeyL), repeat);
            if let keyboard::Event::KeyPressed { modifiers, .. } = &mut event {
                *modifiers = keyboard::Modifiers::CTRL;
            }
            press(&event)
        };
        assert_eq!(control("l", false), Some(Press::Control('l')));
        assert_eq!((control("l", true), control("k", false)), (None, Some(Press::Control('k'))));
    }

    #[test]
    fn a_held_enter_key_starts_nothing_again() {
        let other = Physical::Code(Code::Enter);
        assert_eq!(press(&key(Key::Named(Named::Enter), other, false)), Some(Press::Enter));
        assert_eq!(press(&key(Key::Named(Named::Enter), other, true)), None);
    }
}
