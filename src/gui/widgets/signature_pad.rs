//! White paper with a line, to be signed with mouse or finger.

use iced::mouse::{self, Cursor};
use iced::touch::{self, Finger};
use iced::widget::canvas::{self, Action, Event, Frame, Geometry, LineCap, LineJoin, Path, Stroke};
use iced::widget::container;
use iced::{Element, Fill, Point, Rectangle, Renderer, Size, Theme, Vector};

use crate::gui::drawing::{Drawing, HEIGHT, PEN, Pen, WIDTH};
use crate::gui::theme::{PAPER, PAPER_LINE};

/// Where the line is, and from where to where it goes, as shares of the paper.
const LINE: f32 = 0.78;
const LINE_FROM: f32 = 0.06;
const LINE_TO: f32 = 0.94;

/// The pad fills its place as far as the picture's shape permits.
pub fn signature_pad<'a, Message: 'a>(drawing: &'a Drawing, on_pen: fn(Pen) -> Message) -> Element<'a, Message> {
    container(canvas::Canvas::new(Pad { drawing, on_pen }).width(Fill).height(Fill)).id("pad").into()
}

struct Pad<'a, Message> {
    drawing: &'a Drawing,
    on_pen: fn(Pen) -> Message,
}

/// What draws at the moment: a second finger, or the palm, draws nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Holder {
    Mouse,
    Finger(Finger),
}

impl<Message> canvas::Program<Message> for Pad<'_, Message> {
    type State = Option<Holder>;

    fn update(
        &self,
        held: &mut Option<Holder>,
        event: &Event,
        bounds: Rectangle,
        cursor: Cursor,
    ) -> Option<Action<Message>> {
        let paper = paper(bounds);
        match *event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                self.down(held, Holder::Mouse, cursor.position()?, paper)
            }
            Event::Mouse(mouse::Event::CursorMoved { position }) => self.moved(*held, Holder::Mouse, position, paper),
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => up(held, Holder::Mouse),
            Event::Touch(touch::Event::FingerPressed { id, position }) => {
                self.down(held, Holder::Finger(id), position, paper)
            }
            Event::Touch(touch::Event::FingerMoved { id, position }) => {
                self.moved(*held, Holder::Finger(id), position, paper)
            }
            Event::Touch(touch::Event::FingerLifted { id, .. } | touch::Event::FingerLost { id, .. }) => {
                up(held, Holder::Finger(id))
            }
            _ => None,
        }
    }

    fn draw(
        &self,
        _: &Option<Holder>,
        renderer: &Renderer,
        _: &Theme,
        bounds: Rectangle,
        _: Cursor,
    ) -> Vec<Geometry<Renderer>> {
        let mut frame = Frame::new(renderer, bounds.size());
        let paper = paper(bounds) - Vector::new(bounds.x, bounds.y);
        frame.fill_rectangle(paper.position(), paper.size(), PAPER_LINE);
        let inside = paper.shrink(1.0);
        frame.fill_rectangle(inside.position(), inside.size(), PAPER.ground);
        let at = |across: f32, down: f32| Point::new(paper.x + across * paper.width, paper.y + down * paper.height);
        let line = Path::line(at(LINE_FROM, LINE), at(LINE_TO, LINE));
        frame.stroke(&line, Stroke::default().with_color(PAPER_LINE).with_width(2.0));
        let scale = paper.width / f32::from(WIDTH);
        for stroke in self.drawing.strokes() {
            draw_stroke(&mut frame, stroke, paper.position(), scale);
        }
        vec![frame.into_geometry()]
    }

    fn mouse_interaction(&self, _: &Option<Holder>, bounds: Rectangle, cursor: Cursor) -> mouse::Interaction {
        if cursor.is_over(paper(bounds)) { mouse::Interaction::Crosshair } else { mouse::Interaction::None }
    }
}

impl<Message> Pad<'_, Message> {
    fn down(&self, held: &mut Option<Holder>, holder: Holder, at: Point, paper: Rectangle) -> Option<Action<Message>> {
        if held.is_some_and(|other| other != holder) || !paper.contains(at) {
            return None;
        }
        *held = Some(holder);
        Some(Action::publish((self.on_pen)(Pen::Down(on_picture(at, paper)))).and_capture())
    }

    fn moved(&self, held: Option<Holder>, holder: Holder, at: Point, paper: Rectangle) -> Option<Action<Message>> {
        let pen = Pen::Moved(on_picture(at, paper));
        (held == Some(holder)).then(|| Action::publish((self.on_pen)(pen)).and_capture())
    }
}

fn up<Message>(held: &mut Option<Holder>, holder: Holder) -> Option<Action<Message>> {
    held.take_if(|held| *held == holder).map(|_| Action::capture())
}

/// The largest place of the picture's shape in the middle of what there is. On whole pixels: edges between them are left
/// behind where only a part of the window is drawn anew.
fn paper(bounds: Rectangle) -> Rectangle {
    let scale = (bounds.width / f32::from(WIDTH)).min(bounds.height / f32::from(HEIGHT));
    let size = Size::new(f32::from(WIDTH) * scale, f32::from(HEIGHT) * scale);
    let left = (bounds.x + (bounds.width - size.width) / 2.0).ceil();
    let top = (bounds.y + (bounds.height - size.height) / 2.0).ceil();
    Rectangle::new(Point::new(left, top), Size::new(size.width.floor() - 1.0, size.height.floor() - 1.0))
}

/// A hand that slips off the paper draws along its edge.
fn on_picture(at: Point, paper: Rectangle) -> Point {
    let x = (at.x - paper.x) / paper.width * f32::from(WIDTH);
    let y = (at.y - paper.y) / paper.height * f32::from(HEIGHT);
    Point::new(x.clamp(0.0, f32::from(WIDTH)), y.clamp(0.0, f32::from(HEIGHT)))
}

fn draw_stroke(frame: &mut Frame<Renderer>, stroke: &[Point], corner: Point, scale: f32) {
    let on_paper = |at: &Point| Point::new(corner.x + at.x * scale, corner.y + at.y * scale);
    let mut places = stroke.iter().map(on_paper);
    let Some(first) = places.next() else { return };
    if stroke.len() == 1 {
        return frame.fill(&Path::circle(first, PEN * scale), PAPER.ink);
    }
    let path = Path::new(|path| {
        path.move_to(first);
        places.for_each(|place| path.line_to(place));
    });
    let pen = Stroke::default().with_color(PAPER.ink).with_width(2.0 * PEN * scale);
    frame.stroke(&path, pen.with_line_cap(LineCap::Round).with_line_join(LineJoin::Round));
}
