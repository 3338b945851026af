//! A text that is as large as its place permits: translations and amounts differ in length, buttons do not.

use iced::advanced::layout::{Limits, Node};
use iced::advanced::text::paragraph::Paragraph as _;
use iced::advanced::text::{self, LineHeight, Shaping, Wrapping};
use iced::advanced::widget::text::{Style, draw};
use iced::advanced::widget::{Operation, Tree, tree};
use iced::advanced::{Layout, Widget, renderer};
use iced::alignment::{Horizontal, Vertical};
use iced::{Element, Font, Length, Pixels, Rectangle, Renderer, Size, Theme, mouse};

use crate::gui::theme;

type Paragraph = <Renderer as text::Renderer>::Paragraph;

/// Smaller than this nothing is written; what does not fit then ends in an ellipsis.
const LEAST: f32 = 14.0;
/// From one size to the next smaller one.
const STEP: f32 = 0.94;

/// A text that goes onto more lines and gets smaller until all of it is seen.
pub struct Fitted {
    content: String,
    largest: f32,
    font: Font,
    line_height: f32,
    align: Horizontal,
    width: Length,
    wrapping: Wrapping,
    style: fn(&Theme) -> Style,
}

/// In the middle, no larger than `largest`.
pub fn fitted(content: String, largest: f32) -> Fitted {
    Fitted {
        content,
        largest,
        font: theme::FONT,
        line_height: 1.25,
        align: Horizontal::Center,
        width: Length::Shrink,
        wrapping: Wrapping::Word,
        style: |_| Style::default(),
    }
}

impl Fitted {
    /// Across the whole width, at this side of it.
    pub fn across(self, align: Horizontal) -> Self {
        Fitted { width: Length::Fill, align, ..self }
    }

    /// On one line only.
    pub fn on_one_line(self) -> Self {
        Fitted { wrapping: Wrapping::None, line_height: 1.1, ..self }
    }

    pub fn style(self, style: fn(&Theme) -> Style) -> Self {
        Fitted { style, ..self }
    }

    fn lay(&self, content: &str, size: f32, room: Size) -> Paragraph {
        Paragraph::with_text(text::Text {
            content,
            // More lines than there is room for shall be seen to be too many.
            bounds: Size::new(room.width, f32::INFINITY),
            size: Pixels(size),
            line_height: LineHeight::Relative(self.line_height),
            font: self.font,
            align_x: self.align.into(),
            align_y: Vertical::Top,
            shaping: Shaping::Auto,
            wrapping: self.wrapping,
        })
    }

    fn least(&self) -> f32 {
        LEAST.min(self.largest * 0.8)
    }

    fn fit(&self, room: Size) -> Paragraph {
        let mut size = self.largest;
        loop {
            let paragraph = self.lay(&self.content, size, room);
            if fits(&paragraph, room) {
                return paragraph;
            }
            if size <= self.least() {
                return self.shortened(room);
            }
            size = (size * STEP).max(self.least());
        }
    }

    /// With as many of its letters as there is room for.
    fn shortened(&self, room: Size) -> Paragraph {
        let letters: Vec<char> = self.content.chars().collect();
        let short = |count: usize| {
            let content: String = letters.iter().take(count).chain(['…'].iter()).collect();
            self.lay(&content, self.least(), room)
        };
        let (mut some, mut too_many) = (0, letters.len());
        while too_many - some > 1 {
            let middle = (some + too_many) / 2;
            if fits(&short(middle), room) { some = middle } else { too_many = middle }
        }
        short(some)
    }
}

/// Half a point is rounding.
fn fits(paragraph: &Paragraph, room: Size) -> bool {
    let size = paragraph.min_bounds();
    size.width <= room.width + 0.5 && size.height <= room.height + 0.5
}

/// What was laid out last, and for what.
#[derive(Default)]
struct State {
    content: String,
    largest: f32,
    room: Size,
    paragraph: Paragraph,
}

impl<Message> Widget<Message, Theme, Renderer> for Fitted {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(self.width, Length::Shrink)
    }

    fn layout(&mut self, tree: &mut Tree, _renderer: &Renderer, limits: &Limits) -> Node {
        let state = tree.state.downcast_mut::<State>();
        let room = limits.max();
        if (state.room, state.largest) != (room, self.largest) || state.content != self.content {
            let paragraph = self.fit(room);
            *state = State { content: self.content.clone(), largest: self.largest, room, paragraph };
        }
        Node::new(limits.resolve(self.width, Length::Shrink, state.paragraph.min_bounds()))
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let paragraph = &tree.state.downcast_ref::<State>().paragraph;
        draw(renderer, defaults, layout.bounds(), paragraph, (self.style)(theme), viewport);
    }

    fn operate(&mut self, _tree: &mut Tree, layout: Layout<'_>, _renderer: &Renderer, operation: &mut dyn Operation) {
        operation.text(None, layout.bounds(), &self.content);
    }
}

impl<'a, Message: 'a> From<Fitted> for Element<'a, Message> {
    fn from(text: Fitted) -> Self {
        Element::new(text)
    }
}
