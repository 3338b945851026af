//! Keys nobody else wanted, as messages. A widget at the root and not a subscription, so that a field with the focus
//! comes first, and tests without a display see the same keys.

use iced::advanced::layout::{Layout, Limits, Node};
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Clipboard, Shell, Widget, overlay, renderer};
use iced::keyboard::key::{Code, Named, Physical};
use iced::keyboard::{self, Key};
use iced::{Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse};

/// What a cashier can mean by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// F1 to F12.
    Function(u8),
}

/// Turns a pressed key into a meaning. Held keys repeat digits and deleting, and nothing that starts or stops money.
fn press(event: &keyboard::Event) -> Option<Press> {
    let keyboard::Event::KeyPressed { key, modified_key, physical_key, modifiers, repeat, .. } = event else { return None };
    if modifiers.control() || modifiers.alt() || modifiers.logo() {
        return None;
    }
    let meaning = match key.as_ref() {
        // A plus is a plus wherever the keyboard has it; a digit is one with Shift too.
        Key::Character(text) => of_modified(modified_key).or_else(|| of_character(text)),
        // Numbers on the pad with Num Lock off are still meant as numbers at a till.
        Key::Named(named) => of_pad(physical_key).or_else(|| of_named(named, modifiers.shift())),
        Key::Unidentified => None,
    }?;
    let may_repeat = matches!(meaning, Press::Digit(_) | Press::Backspace | Press::Tab { .. });
    (!repeat || may_repeat).then_some(meaning)
}

fn of_modified(key: &Key) -> Option<Press> {
    match key.as_ref() {
        Key::Character(text) => of_character(text),
        _ => None,
    }
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
}

impl<'a, Message> Keys<'a, Message> {
    pub fn new(content: impl Into<Element<'a, Message>>, on_press: fn(Press) -> Message) -> Self {
        Keys { content: content.into(), on_press }
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Keys<'_, Message> {
    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
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
        let child = &mut tree.children[0];
        self.content.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
        if shell.is_event_captured() {
            return;
        }
        if let Event::Keyboard(event) = event
            && let Some(press) = press(event)
        {
            shell.publish((self.on_press)(press));
            shell.capture_event();
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
    fn a_held_enter_key_starts_nothing_again() {
        let other = Physical::Code(Code::Enter);
        assert_eq!(press(&key(Key::Named(Named::Enter), other, false)), Some(Press::Enter));
        assert_eq!(press(&key(Key::Named(Named::Enter), other, true)), None);
    }
}
