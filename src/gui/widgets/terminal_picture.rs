//! Simple drawings of what terminals look like, in the colours of the scheme. Nobody's logo.

use iced::mouse::Cursor;
use iced::widget::canvas::{self, Frame, Geometry, Path, Stroke};
use iced::{Color, Element, Point, Rectangle, Renderer, Size, Theme};

use crate::gui::theme::Colours;
use crate::protocols::protocol::Picture;

/// In points.
const SIZE: f32 = 92.0;
/// Drawings are made on a square of so many units.
const UNITS: f32 = 100.0;
/// Of every line, in units.
const LINE: f32 = 4.0;

pub fn terminal_picture<'a, Message: 'a>(picture: Picture) -> Element<'a, Message> {
    canvas::Canvas::new(Drawn(picture)).width(SIZE).height(SIZE).into()
}

struct Drawn(Picture);

impl<Message> canvas::Program<Message> for Drawn {
    type State = ();

    fn draw(
        &self,
        (): &(),
        renderer: &Renderer,
        theme: &Theme,
        bounds: Rectangle,
        _: Cursor,
    ) -> Vec<Geometry<Renderer>> {
        let mut frame = Frame::new(renderer, bounds.size());
        frame.scale(bounds.width.min(bounds.height) / UNITS);
        let colours = Colours::of(theme);
        let mut pen = Pen { frame: &mut frame, ink: colours.plain.ink, light: colours.go.ground };
        match self.0 {
            Picture::Countertop => {
                pen.paper(34.0, 4.0);
                pen.machine(22.0, 24.0, 56.0, 70.0);
            }
            Picture::Handheld => pen.machine(30.0, 6.0, 40.0, 88.0),
            Picture::PinPad => {
                pen.machine(8.0, 30.0, 44.0, 62.0);
                pen.server(68.0, 20.0);
                pen.line(&[(52.0, 60.0), (68.0, 60.0)]);
            }
            Picture::CloudTerminal => {
                pen.cloud(50.0, 20.0);
                pen.line(&[(50.0, 38.0), (50.0, 48.0)]);
                pen.machine(30.0, 48.0, 40.0, 48.0);
            }
            Picture::Cloud => {
                pen.cloud(50.0, 22.0);
                pen.line(&[(36.0, 40.0), (26.0, 56.0)]);
                pen.line(&[(64.0, 40.0), (74.0, 56.0)]);
                pen.screen(6.0, 58.0);
                pen.machine(62.0, 56.0, 28.0, 40.0);
            }
        }
        vec![frame.into_geometry()]
    }
}

struct Pen<'a> {
    frame: &'a mut Frame<Renderer>,
    ink: Color,
    light: Color,
}

impl Pen<'_> {
    fn stroke(&mut self, path: &Path) {
        self.frame.stroke(path, Stroke::default().with_color(self.ink).with_width(LINE));
    }

    fn line(&mut self, points: &[(f32, f32)]) {
        for ends in points.windows(2) {
            let [from, to] = [ends[0], ends[1]].map(|(x, y)| Point::new(x, y));
            self.stroke(&Path::line(from, to));
        }
    }

    fn boxed(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let path = Path::rounded_rectangle(Point::new(x, y), Size::new(width, height), 6.0.into());
        self.stroke(&path);
    }

    /// A case with a screen and keys.
    fn machine(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.boxed(x, y, width, height);
        let screen = Size::new(width * 0.68, height * 0.3);
        self.frame.fill_rectangle(Point::new(x + width * 0.16, y + height * 0.12), screen, self.light);
        for row in 0..3_u8 {
            for key in 0..3_u8 {
                let at =
                    Point::new(x + width * (0.22 + 0.28 * f32::from(key)), y + height * (0.56 + 0.14 * f32::from(row)));
                self.frame.fill(&Path::circle(at, width * 0.06), self.ink);
            }
        }
    }

    /// A slip that comes out.
    fn paper(&mut self, x: f32, y: f32) {
        self.line(&[(x, 24.0), (x, y), (100.0 - x, y), (100.0 - x, 24.0)]);
        self.line(&[(x + 8.0, y + 10.0), (92.0 - x, y + 10.0)]);
    }

    fn server(&mut self, x: f32, y: f32) {
        self.boxed(x, y, 26.0, 72.0);
        for shelf in [18.0, 36.0] {
            self.line(&[(x, y + shelf), (x + 26.0, y + shelf)]);
        }
    }

    fn screen(&mut self, x: f32, y: f32) {
        self.boxed(x, y, 40.0, 26.0);
        self.line(&[(x + 20.0, y + 26.0), (x + 20.0, y + 36.0)]);
        self.line(&[(x + 8.0, y + 36.0), (x + 32.0, y + 36.0)]);
    }

    fn cloud(&mut self, x: f32, y: f32) {
        for (left, up, radius) in [(-16.0, 4.0, 12.0), (0.0, -3.0, 16.0), (17.0, 5.0, 11.0)] {
            self.frame.fill(&Path::circle(Point::new(x + left, y + up), radius), self.light);
        }
        self.frame.fill_rectangle(Point::new(x - 16.0, y + 4.0), Size::new(33.0, 12.0), self.light);
    }
}
