//! What a customer draws with mouse or finger, and the picture a terminal is sent of it.

use std::fmt;

use iced::{Point, Vector};

use crate::domain::SignatureImage;

/// The picture's size; what is drawn is measured in its points.
pub const WIDTH: u16 = 600;
pub const HEIGHT: u16 = 200;
/// Half the width of a line.
pub const PEN: f32 = 2.0;

/// Nobody signs with more than that; whoever scribbles on without an end draws no further.
const POINTS_AT_MOST: usize = 6_000;
/// A mouse tells more places than can be told apart.
const CLOSER_IS_THE_SAME: f32 = 0.7;
/// A dot is a slip of the finger and no name.
const LEAST_LENGTH: f32 = 30.0;

/// What the pen did, in points of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pen {
    Down(Point),
    Moved(Point),
}

/// Lines as they were drawn. Not to be printed: it is somebody's signature.
#[derive(Clone, PartialEq, Default)]
pub struct Drawing {
    strokes: Vec<Vec<Point>>,
    points: usize,
}

impl Drawing {
    pub fn strokes(&self) -> &[Vec<Point>] {
        &self.strokes
    }

    pub fn follow(&mut self, pen: Pen) {
        if self.points == POINTS_AT_MOST {
            return;
        }
        match (pen, self.strokes.last_mut()) {
            (Pen::Down(at), _) => self.strokes.push(vec![at]),
            (Pen::Moved(at), Some(stroke)) if stroke.last().is_none_or(|last| is_apart(*last, at)) => stroke.push(at),
            (Pen::Moved(_), _) => return,
        }
        self.points += 1;
    }

    pub fn clear(&mut self) {
        *self = Drawing::default();
    }

    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// More than dots.
    pub fn is_signature(&self) -> bool {
        let length = |(from, to): (Point, Point)| from.distance(to);
        self.strokes.iter().flat_map(|stroke| lines(stroke)).map(length).sum::<f32>() >= LEAST_LENGTH
    }

    /// Black on white, in shades of grey. Takes some milliseconds: not for the window's own thread.
    pub fn to_picture(&self) -> Option<SignatureImage> {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, u32::from(WIDTH), u32::from(HEIGHT));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.shades()).ok()?;
        writer.finish().ok()?;
        SignatureImage::new(png)
    }

    /// Row by row, 0 for black.
    fn shades(&self) -> Vec<u8> {
        let mut paper = vec![u8::MAX; usize::from(WIDTH) * usize::from(HEIGHT)];
        for (from, to) in self.strokes.iter().flat_map(|stroke| lines(stroke)) {
            ink(&mut paper, from, to);
        }
        paper
    }
}

impl fmt::Debug for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} strokes]", self.strokes.len())
    }
}

fn is_apart(one: Point, other: Point) -> bool {
    one.distance(other) >= CLOSER_IS_THE_SAME
}

/// The straight pieces of a stroke; a dot is a piece without a length.
fn lines(stroke: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    let dot = stroke.first().filter(|_| stroke.len() == 1).map(|dot| (*dot, *dot));
    dot.into_iter().chain(stroke.windows(2).map(|pair| (pair[0], pair[1])))
}

/// Darkens the pixels along a line by how much of them its edge covers.
fn ink(paper: &mut [u8], from: Point, to: Point) {
    let across = pixels(from.x.min(to.x), from.x.max(to.x), WIDTH);
    for y in pixels(from.y.min(to.y), from.y.max(to.y), HEIGHT) {
        for x in across.clone() {
            let middle = Point::new(f32::from(x) + 0.5, f32::from(y) + 0.5);
            let covered = (PEN + 0.5 - distance(middle, from, to)).clamp(0.0, 1.0);
            let shade = ((1.0 - covered) * f32::from(u8::MAX)).round() as u8;
            if let Some(pixel) = paper.get_mut(usize::from(y) * usize::from(WIDTH) + usize::from(x)) {
                *pixel = shade.min(*pixel);
            }
        }
    }
}

/// Those that a line between these two can touch.
fn pixels(least: f32, most: f32, all: u16) -> std::ops::Range<u16> {
    // Casts of floats stop at the bounds of the type.
    let start = (least - PEN - 1.0).floor() as u16;
    let end = (most + PEN + 2.0).ceil() as u16;
    start.min(all)..end.min(all)
}

/// From a point to the nearest place of a line.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let line = to - from;
    let length = dot(line, line);
    let share = if length > 0.0 { (dot(point - from, line) / length).clamp(0.0, 1.0) } else { 0.0 };
    point.distance(from + line * share)
}

fn dot(one: Vector, other: Vector) -> f32 {
    one.x * other.x + one.y * other.y
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn drawn(strokes: &[&[(f32, f32)]]) -> Drawing {
        let mut drawing = Drawing::default();
        for stroke in strokes {
            for (number, (x, y)) in stroke.iter().enumerate() {
                let at = Point::new(*x, *y);
                drawing.follow(if number == 0 { Pen::Down(at) } else { Pen::Moved(at) });
            }
        }
        drawing
    }

    fn decoded(image: &SignatureImage) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(image.bytes())).read_info().unwrap();
        let mut shades = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut shades).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        (info.width, info.height, shades)
    }

    #[test]
    fn the_picture_is_dark_where_something_was_drawn_and_white_elsewhere() {
        let drawing = drawn(&[&[(50.0, 100.0), (550.0, 100.0)], &[(300.0, 20.0), (300.0, 180.0)], &[(500.0, 30.0)]]);
        let (width, height, shades) = decoded(&drawing.to_picture().unwrap());
        assert_eq!((width, height), (600, 200));
        let shade = |x: usize, y: usize| shades[y * 600 + x];
        for (x, y) in [(50, 100), (200, 100), (549, 99), (300, 21), (299, 179), (500, 30)] {
            assert_eq!(shade(x, y), 0, "{x}, {y}");
        }
        for (x, y) in [(0, 0), (599, 199), (200, 90), (310, 50), (500, 40), (40, 100)] {
            assert_eq!(shade(x, y), 255, "{x}, {y}");
        }
    }

    #[test]
    fn a_slanted_line_has_soft_edges() {
        let (_, _, shades) = decoded(&drawn(&[&[(20.0, 20.0), (560.0, 170.0)]]).to_picture().unwrap());
        assert!(shades.iter().any(|shade| (40..200).contains(shade)));
    }

    #[test]
    fn dots_are_no_signature_and_a_line_is() {
        assert!(!Drawing::default().is_signature());
        assert!(!drawn(&[&[(50.0, 50.0)]]).is_signature());
        assert!(!drawn(&[&[(50.0, 50.0), (51.0, 50.0), (52.0, 51.0)], &[(90.0, 50.0)]]).is_signature());
        assert!(drawn(&[&[(50.0, 50.0), (70.0, 60.0), (90.0, 50.0)]]).is_signature());
    }

    #[test]
    fn strokes_off_the_paper_and_endless_scribbles_do_no_harm() {
        let off = drawn(&[&[(-1e9, -50.0), (f32::INFINITY, f32::NAN)], &[(1e9, 1e9), (5.0, 5.0)]]);
        assert!(off.to_picture().is_some());
        let mut endless = Drawing::default();
        for number in 0..100_000_u32 {
            let at = Point::new((number * 37 % 600) as f32, (number * 61 % 200) as f32);
            endless.follow(if number % 7 == 0 { Pen::Down(at) } else { Pen::Moved(at) });
        }
        assert_eq!(endless.strokes.iter().map(Vec::len).sum::<usize>(), POINTS_AT_MOST);
        assert!(endless.to_picture().unwrap().bytes().len() <= SignatureImage::AT_MOST);
    }

    #[test]
    fn a_signature_is_not_printed() {
        assert_eq!(format!("{:?}", drawn(&[&[(1.0, 2.0), (3.0, 4.0)]])), "[1 strokes]");
    }
}
