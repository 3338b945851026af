//! What stands first and is reached last: the Tab key goes to what the cashier works with before it goes to what stands above
//! or beside it.

use iced::advanced::layout::flex::{self, Axis};
use iced::advanced::layout::{Layout, Limits, Node};
use iced::advanced::widget::{Operation, Tree};
use iced::advanced::{Clipboard, Shell, Widget, overlay, renderer};
use iced::{Alignment, Element, Event, Length, Padding, Rectangle, Renderer, Size, Theme, Vector, mouse};

/// The first one at the left of the second, which is visited first.
pub fn beside<'a, Message: 'a>(
    last: impl Into<Element<'a, Message>>,
    first: impl Into<Element<'a, Message>>,
) -> Element<'a, Message> {
    Element::new(VisitedLast { axis: || Axis::Horizontal, spacing: 0.0, parts: [last.into(), first.into()] })
}

/// The first one above the second, which is visited first; `spacing` in points.
pub fn above<'a, Message: 'a>(
    last: impl Into<Element<'a, Message>>,
    first: impl Into<Element<'a, Message>>,
    spacing: f32,
) -> Element<'a, Message> {
    Element::new(VisitedLast { axis: || Axis::Vertical, spacing, parts: [last.into(), first.into()] })
}

struct VisitedLast<'a, Message> {
    axis: fn() -> Axis,
    spacing: f32,
    parts: [Element<'a, Message>; 2],
}

impl<Message> Widget<Message, Theme, Renderer> for VisitedLast<'_, Message> {
    fn children(&self) -> Vec<Tree> {
        self.parts.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.parts);
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        let (axis, spacing) = ((self.axis)(), self.spacing);
        let (fill, parts) = (Length::Fill, &mut self.parts);
        flex::resolve(
            axis,
            renderer,
            limits,
            fill,
            fill,
            Padding::ZERO,
            spacing,
            Alignment::Start,
            parts,
            &mut tree.children,
        )
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            let parts = self.parts.iter_mut().zip(&mut tree.children).zip(layout.children());
            let mut parts: Vec<_> = parts.collect();
            parts.reverse();
            for ((part, state), layout) in parts {
                part.as_widget_mut().operate(state, layout, renderer, operation);
            }
        });
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
        for ((part, state), layout) in self.parts.iter_mut().zip(&mut tree.children).zip(layout.children()) {
            part.as_widget_mut().update(state, event, layout, cursor, renderer, clipboard, shell, viewport);
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
        let parts = self.parts.iter().zip(&tree.children).zip(layout.children());
        let all = parts.map(|((part, state), layout)| {
            part.as_widget().mouse_interaction(state, layout, cursor, viewport, renderer)
        });
        all.max().unwrap_or_default()
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
        for ((part, state), layout) in self.parts.iter().zip(&tree.children).zip(layout.children()) {
            part.as_widget().draw(state, renderer, theme, style, layout, cursor, viewport);
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        overlay::from_children(&mut self.parts, tree, layout, renderer, viewport, translation)
    }
}
