//! Buttons that the keyboard reaches: iced gives the focus to text fields only.

use iced::advanced::layout::{Layout, Limits, Node};
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation, Tree, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, Widget, renderer};
use iced::keyboard::key::Named;
use iced::keyboard::{self, Key};
use iced::widget::{button, center};
use iced::{Border, Element, Event, Length, Padding, Rectangle, Renderer, Size, Theme, mouse, touch};

use super::fitted::fitted;
use crate::gui::theme::{self, Colours, Role};

const RING: f32 = 3.0;
/// Between the ring and what is outside of it.
const GAP_OF_RING: f32 = 2.0;
/// Between the ring and the button.
const GAP_INSIDE: f32 = 3.0;

/// A button with a text in its middle. Without a message it is dead: it looks so and takes no focus.
pub fn action<'a, Message: Clone + 'a>(
    id: impl Into<Id>,
    label: String,
    role: Role,
    on_press: Option<Message>,
) -> FocusableButton<'a, Message> {
    sized(id, label, theme::BODY, role, on_press)
}

/// The same with the largest size of its text.
pub fn sized<'a, Message: Clone + 'a>(
    id: impl Into<Id>,
    label: String,
    size: f32,
    role: Role,
    on_press: Option<Message>,
) -> FocusableButton<'a, Message> {
    let words = center(fitted(label, size));
    FocusableButton::new(id, words, role, on_press)
}

/// Any content as a button in the Tab order, with a ring when it has the focus.
pub struct FocusableButton<'a, Message> {
    id: Id,
    content: Element<'a, Message>,
    on_press: Option<Message>,
    role: Role,
    width: Length,
    height: Length,
}

impl<'a, Message: Clone + 'a> FocusableButton<'a, Message> {
    pub fn new(
        id: impl Into<Id>,
        content: impl Into<Element<'a, Message>>,
        role: Role,
        on_press: Option<Message>,
    ) -> Self {
        FocusableButton {
            id: id.into(),
            content: content.into(),
            on_press,
            role,
            width: Length::Fill,
            height: Length::Fixed(theme::TOUCH),
        }
    }

    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    pub fn height(mut self, height: impl Into<Length>) -> Self {
        self.height = height.into();
        self
    }
}

impl<'a, Message: Clone + 'a> From<FocusableButton<'a, Message>> for Element<'a, Message> {
    fn from(button: FocusableButton<'a, Message>) -> Self {
        let FocusableButton { id, content, on_press, role, width, height } = button;
        let inner = button::Button::new(content)
            .width(width)
            .height(height)
            .padding(Padding::from([4, 10]))
            .style(theme::button_style(role))
            .on_press_maybe(on_press.clone());
        Element::new(Ring { id, inner: inner.into(), on_press })
    }
}

/// The part that knows of the focus.
struct Ring<'a, Message> {
    id: Id,
    inner: Element<'a, Message>,
    on_press: Option<Message>,
}

#[derive(Debug, Default)]
struct State {
    /// Whose focus it is: when a screen gives way to another, the button in the same place must not inherit it.
    of: Option<Id>,
    focused: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

impl<Message: Clone> Widget<Message, Theme, Renderer> for Ring<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State { of: Some(self.id.clone()), focused: false })
    }

    fn size(&self) -> Size<Length> {
        self.inner.as_widget().size()
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.inner)]
    }

    fn diff(&self, tree: &mut Tree) {
        let state = tree.state.downcast_mut::<State>();
        if state.of.as_ref() != Some(&self.id) || self.on_press.is_none() {
            *state = State { of: Some(self.id.clone()), focused: false };
        }
        tree.diff_children(std::slice::from_ref(&self.inner));
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        self.inner.as_widget_mut().layout(&mut tree.children[0], renderer, limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        if self.on_press.is_some() {
            let state = tree.state.downcast_mut::<State>();
            operation.focusable(Some(&self.id), layout.bounds(), state);
        } else {
            operation.container(Some(&self.id), layout.bounds());
        }
        self.inner.as_widget_mut().operate(&mut tree.children[0], layout, renderer, operation);
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
        let state = tree.state.downcast_mut::<State>();
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(_)) | Event::Touch(touch::Event::FingerPressed { .. })
                if state.focused =>
            {
                state.focused = false;
                shell.request_redraw();
            }
            Event::Keyboard(keyboard::Event::KeyPressed { key, repeat, .. }) if state.focused => {
                if matches!(key, Key::Named(Named::Enter | Named::Space))
                    && let Some(message) = &self.on_press
                {
                    if !repeat {
                        shell.publish(message.clone());
                    }
                    shell.capture_event();
                    return;
                }
            }
            _ => {}
        }
        let child = &mut tree.children[0];
        self.inner.as_widget_mut().update(child, event, layout, cursor, renderer, clipboard, shell, viewport);
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
        self.inner.as_widget().draw(&tree.children[0], renderer, theme, style, layout, cursor, viewport);
        if tree.state.downcast_ref::<State>().focused {
            // Two colours, on both sides: whatever stands beside it or in it, one of them can be told from it.
            let colours = Colours::of(theme);
            let frame = |color, width, radius: f32, beyond: f32| renderer::Quad {
                bounds: layout.bounds().expand(beyond),
                border: Border { color, width, radius: radius.into() },
                ..renderer::Quad::default()
            };
            let inside = frame(colours.page.ground, GAP_INSIDE, 8.0, 0.0);
            let ring = frame(colours.ring, RING, 11.0, RING);
            let gap = frame(colours.page.ground, GAP_OF_RING, 12.0, RING + GAP_OF_RING);
            renderer.with_layer(*viewport, |renderer| {
                renderer.fill_quad(inside, iced::Color::TRANSPARENT);
                renderer.fill_quad(gap, iced::Color::TRANSPARENT);
                renderer.fill_quad(ring, iced::Color::TRANSPARENT);
            });
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.inner.as_widget().mouse_interaction(&tree.children[0], layout, cursor, viewport, renderer)
    }
}
