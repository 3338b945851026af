//! What is really drawn of a window: every text where its letters stand, and every target where a finger may hit it.
//! Layout alone does not tell: a text that has too little room is laid out small, and its letters are drawn beyond.

use iced::{Background, Color, Rectangle, Renderer, Size, Theme};
use iced_test::core::mouse;
use iced_test::core::renderer::Style;
use iced_test::core::text::Paragraph as _;
use iced_test::core::widget::operation::{self, Operation as _};
use iced_test::renderer::graphics::text::Text as Drawn;
use iced_test::runtime::UserInterface;
use iced_test::selector::{Candidate, Selector as _, Target};

/// A text as it is drawn.
#[derive(Debug, Clone)]
pub struct Words {
    pub content: String,
    /// Where its letters stand.
    pub letters: Rectangle,
    /// Where they can be seen.
    pub clip: Rectangle,
    /// Lines that did not get room at all.
    pub lines_lost: bool,
}

/// Something that a finger may hit.
#[derive(Debug, Clone)]
pub struct Button {
    pub id: String,
    pub bounds: Rectangle,
    pub visible: Option<Rectangle>,
    pub field: bool,
}

/// A window at one moment.
#[derive(Debug)]
pub struct Seen {
    pub room: Size,
    pub words: Vec<Words>,
    /// Where the layout put the texts.
    pub boxes: Vec<(String, Rectangle)>,
    pub buttons: Vec<Button>,
    /// Everything that is filled with one colour.
    pub grounds: Vec<(Rectangle, Color)>,
    /// Where things may lie behind the edge.
    pub scrolled: Vec<Rectangle>,
}

impl Seen {
    pub fn of<M>(
        window: &mut UserInterface<'_, M, Theme, Renderer>,
        renderer: &mut Renderer,
        theme: &Theme,
        room: Size,
    ) -> Seen {
        let mut found = (|candidate: Candidate<'_>| Some(Target::from(candidate))).find_all();
        window.operate(renderer, &mut operation::black_box(&mut found));
        let operation::Outcome::Some(targets) = found.finish() else { panic!("an operation without an end") };
        let style = Style { text_color: theme.palette().text };
        window.draw(renderer, theme, &style, mouse::Cursor::Unavailable);
        let (words, grounds) = (words(renderer), grounds(renderer));
        let mut seen = Seen { room, words, boxes: Vec::new(), buttons: Vec::new(), grounds, scrolled: Vec::new() };
        for target in targets {
            seen.sort_in(target);
        }
        seen
    }

    fn sort_in(&mut self, target: Target) {
        match target {
            Target::Text { content, bounds, .. } => self.boxes.push((content, bounds)),
            Target::Scrollable { bounds, visible_bounds, .. } => self.scrolled.push(visible_bounds.unwrap_or(bounds)),
            Target::Focusable { id, bounds, visible_bounds } => {
                let id = id.map(|id| name(&id)).unwrap_or_default();
                self.buttons.push(Button { id, bounds, visible: visible_bounds, field: false });
            }
            Target::Container { id: Some(id), bounds, visible_bounds } => {
                let id = name(&id);
                self.buttons.push(Button { id, bounds, visible: visible_bounds, field: false });
            }
            Target::TextInput { id, .. } => {
                let id = id.map(|id| name(&id)).unwrap_or_default();
                self.buttons.iter_mut().filter(|button| button.id == id).for_each(|button| button.field = true);
            }
            Target::Container { .. } | Target::Custom { .. } => {}
        }
    }
}

/// An id has no other way to tell its words.
fn name(id: &iced::widget::Id) -> String {
    format!("{id:?}").trim_start_matches("Id(Custom(\"").trim_end_matches("\"))").to_owned()
}

fn grounds(renderer: &mut Renderer) -> Vec<(Rectangle, Color)> {
    let quads = renderer.layers().iter().flat_map(|layer| &layer.quads);
    let filled = quads.filter_map(|(quad, background)| match background {
        Background::Color(color) => Some((quad.bounds, *color)),
        Background::Gradient(_) => None,
    });
    filled.collect()
}

fn words(renderer: &mut Renderer) -> Vec<Words> {
    let mut all = Vec::new();
    for layer in renderer.layers() {
        for item in &layer.text {
            for drawn in item.as_slice() {
                let Drawn::Paragraph { paragraph, position, clip_bounds, transformation, .. } = drawn else { continue };
                let Some(paragraph) = paragraph.upgrade() else { continue };
                let buffer = paragraph.buffer();
                let content: Vec<&str> = buffer.lines.iter().map(|line| line.text()).collect();
                let laid_out: Option<usize> =
                    buffer.lines.iter().map(|line| line.layout_opt().map(|lines| lines.len())).sum();
                let letters = Rectangle::new(*position, paragraph.min_bounds()) * *transformation;
                let clip = (*clip_bounds * *transformation).intersection(&layer.bounds).unwrap_or_default();
                let lines_lost = laid_out.is_none_or(|lines| lines > buffer.layout_runs().count());
                all.push(Words { content: content.join("\n"), letters, clip, lines_lost });
            }
        }
    }
    all
}
