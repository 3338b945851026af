//! A picture of black dots, drawn run by run.

use std::sync::Arc;

use iced::mouse::Cursor;
use iced::widget::canvas::{Cache, Geometry, Program};
use iced::{Color, Point, Rectangle, Renderer, Size, Theme};

use crate::receipts::Bitmap;

pub struct BitmapCanvas {
    picture: Arc<Bitmap>,
}

impl BitmapCanvas {
    pub fn new(picture: Arc<Bitmap>) -> BitmapCanvas {
        BitmapCanvas { picture }
    }
}

/// What was drawn last, and of which picture.
#[derive(Default)]
pub struct Drawn {
    cache: Cache,
    of: std::cell::RefCell<Option<Arc<Bitmap>>>,
}

impl<Message> Program<Message> for BitmapCanvas {
    type State = Drawn;

    fn draw(
        &self,
        drawn: &Drawn,
        renderer: &Renderer,
        _theme: &Theme,
        bounds: Rectangle,
        _cursor: Cursor,
    ) -> Vec<Geometry> {
        let is_same = drawn.of.borrow().as_ref().is_some_and(|of| Arc::ptr_eq(of, &self.picture));
        if !is_same {
            drawn.cache.clear();
            *drawn.of.borrow_mut() = Some(self.picture.clone());
        }
        let picture = &self.picture;
        let side = bounds.width / picture.width().max(1) as f32;
        vec![drawn.cache.draw(renderer, bounds.size(), |frame| {
            for y in 0..picture.height() {
                for (from, length) in runs(picture, y) {
                    let place = Point::new(from as f32 * side, y as f32 * side);
                    frame.fill_rectangle(place, Size::new(length as f32 * side, side), Color::BLACK);
                }
            }
        })]
    }
}

/// Where black begins in a row, and for how many dots.
fn runs(picture: &Bitmap, y: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for x in (0..picture.width()).filter(|x| picture.is_black(*x, y)) {
        match runs.last_mut() {
            Some((from, length)) if *from + *length == x => *length += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_dots_beside_each_other_are_one_run() {
        let mut picture = Bitmap::white(6, 1);
        [0, 1, 4].into_iter().for_each(|x| picture.blacken(x, 0));
        assert_eq!(runs(&picture, 0), [(0, 2), (4, 1)]);
    }
}
