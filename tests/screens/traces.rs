//! What one screen leaves on the next: the renderer draws anew only where something changed, and letters and rounded corners
//! reach beyond the places it thinks they have.

use iced_graphics::{Viewport, damage};
use iced_tiny_skia::Layer;
use tiny_skia::{Mask, Pixmap};

use super::*;

const SIZES: [(u32, u32, f32); 2] = [(1024, 600, 1.0), (1366, 768, 1.15)];

/// One window of a screen's pixels.
struct Glass {
    viewport: Viewport,
    pixels: Pixmap,
    mask: Mask,
    shown: Vec<Layer>,
}

impl Glass {
    fn new((width, height, scale): (u32, u32, f32)) -> Glass {
        Glass {
            viewport: Viewport::with_physical_size(iced::Size::new(width, height), scale),
            pixels: Pixmap::new(width, height).unwrap(),
            mask: Mask::new(width, height).unwrap(),
            shown: Vec::new(),
        }
    }

    /// As the window does it: everything, or what differs from what is shown.
    fn show(&mut self, hand: &Hand, whole: bool, renderer: &mut iced::Renderer) {
        let room = self.viewport.logical_size();
        hand.lay_on(renderer, room);
        let everywhere = iced::Rectangle::with_size(room);
        let damaged = match whole {
            true => vec![everywhere],
            false => damage::diff(&self.shown, renderer.layers(), |layer| vec![layer.bounds], Layer::damage),
        };
        self.shown = renderer.layers().to_vec();
        let damaged = damage::group(damaged, everywhere);
        let ground = hand.theme().palette().background;
        renderer.draw(&mut self.pixels.as_mut(), &mut self.mask, &self.viewport, &damaged, ground);
    }
}

#[test]
fn no_screen_leaves_anything_on_the_next() {
    let mut renderer = hand::renderer();
    for size in SIZES {
        let pieces = gallery::gallery("fi");
        let (mut changing, mut fresh) = (Glass::new(size), Glass::new(size));
        changing.show(&pieces[0].1, true, &mut renderer);
        for pair in pieces.windows(2) {
            let [(before, _), (now, hand)] = pair else { unreachable!() };
            changing.show(hand, false, &mut renderer);
            fresh.show(hand, true, &mut renderer);
            let traces =
                (changing.pixels.data().iter().zip(fresh.pixels.data())).filter(|(is, due)| is.abs_diff(**due) > 8);
            assert_eq!(traces.count(), 0, "{before} is still seen on {now} at {size:?}");
        }
    }
}
