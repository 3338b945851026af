//! What a whole window lies on. The renderer draws anew where something changed and nowhere else, and letters and rounded
//! corners reach further than it thinks: a line of what stood there before would stay. So whenever anything is at another
//! place than before, the ground has another shade, which nobody can see, and everything is drawn anew.

use std::hash::{DefaultHasher, Hash, Hasher};

use iced::advanced::layout::{Limits, Node};
use iced::advanced::renderer::{Quad, Renderer as _};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Clipboard, Layout, Shell, Widget, overlay, renderer};
use iced::{Color, Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector, mouse};

/// How many shades there are; two pictures of the same shade by chance are one in so many.
const SHADES: u64 = 1024;
/// Of red; all shades together are far less than the 255th part that a screen shows.
const STEP: f32 = 1e-7;

struct Ground<'a, Message> {
    content: Element<'a, Message>,
}

/// Under everything in a window.
pub fn ground<'a, Message: 'a>(content: Element<'a, Message>) -> Element<'a, Message> {
    Element::new(Ground { content })
}

/// Of everything that has something in it. What letters alone take may change with each of them.
fn hash_places(layout: Layout<'_>, into: &mut DefaultHasher) {
    let mut inner = layout.children().peekable();
    if inner.peek().is_some() {
        let Rectangle { x, y, width, height } = layout.bounds();
        [x, y, width, height].map(f32::to_bits).hash(into);
    }
    inner.for_each(|child| hash_places(child, into));
}

fn shade_of(layout: Layout<'_>, ground: Color) -> Color {
    let mut places = DefaultHasher::new();
    hash_places(layout, &mut places);
    let shade = (places.finish() % SHADES) as f32 * STEP;
    // The brightest red there is has room below only.
    Color { r: if ground.r > 0.5 { ground.r - shade } else { ground.r + shade }, ..ground }
}

impl<Message> Widget<Message, Theme, Renderer> for Ground<'_, Message> {
    fn tag(&self) -> tree::Tag {
        self.content.as_widget().tag()
    }

    fn state(&self) -> tree::State {
        self.content.as_widget().state()
    }

    fn children(&self) -> Vec<Tree> {
        self.content.as_widget().children()
    }

    fn diff(&self, tree: &mut Tree) {
        self.content.as_widget().diff(tree);
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        self.content.as_widget_mut().layout(tree, renderer, limits)
    }

    fn operate(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, operation: &mut dyn Operation) {
        self.content.as_widget_mut().operate(tree, layout, renderer, operation);
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
        let content = self.content.as_widget_mut();
        content.update(tree, event, layout, cursor, renderer, clipboard, shell, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.content.as_widget().mouse_interaction(tree, layout, cursor, viewport, renderer)
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
        let whole = Quad { bounds: layout.bounds(), snap: true, ..Quad::default() };
        renderer.fill_quad(whole, shade_of(layout, theme.palette().background));
        self.content.as_widget().draw(tree, renderer, theme, style, layout, cursor, viewport);
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        self.content.as_widget_mut().overlay(tree, layout, renderer, viewport, translation)
    }
}
