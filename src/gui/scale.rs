//! How large everything is drawn: what the settings want, as far as the window has room for it. The screens are made for
//! [`SMALLEST`]; less than that is never left of the window, so that nothing is cut.

use iced::Size;

use crate::settings::WindowSettings;

/// The least room that every screen fits into, in points.
pub const SMALLEST: Size = Size::new(1024.0, 600.0);
/// What the screens have room to breathe in, in points. Texts that are well read in a window of this size at arm's length
/// are too small in a larger one on a screen as large.
const COMFORTABLE: Size = Size::new(1366.0, 768.0);
/// Of the scale, between one and two.
const STEPS: f32 = 20.0;
/// Nothing can be read below this.
const LEAST: f32 = 0.6;

/// `room` is the window in points, whatever the scale.
pub fn of(settings: &WindowSettings, room: Size) -> f32 {
    let scale = settings.scale.map_or_else(|| fitting(room), |scale| scale.factor());
    let wanted = scale * settings.text_size.factor();
    wanted.min(room.width / SMALLEST.width).min(room.height / SMALLEST.height).max(LEAST)
}

/// What makes the most of a larger window, in steps, so that a window that is drawn larger does not quiver.
fn fitting(room: Size) -> f32 {
    let factor = (room.width / COMFORTABLE.width).min(room.height / COMFORTABLE.height);
    ((factor * STEPS).floor() / STEPS).clamp(1.0, 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Scale, TextSize};

    fn drawn(percent: u16, text_size: TextSize, width: f32, height: f32) -> f32 {
        let scale = Scale::of_percent(percent);
        let settings = WindowSettings { scale, text_size, ..WindowSettings::default() };
        of(&settings, Size::new(width, height))
    }

    #[test]
    fn what_is_wanted_is_drawn_where_there_is_room() {
        assert!((drawn(200, TextSize::Normal, 3840.0, 2160.0) - 2.0).abs() < 0.001);
        assert!((drawn(100, TextSize::Large, 1920.0, 1080.0) - 1.15).abs() < 0.001);
        assert!((drawn(150, TextSize::Largest, 3840.0, 2160.0) - 1.95).abs() < 0.001);
    }

    #[test]
    fn whoever_chose_no_scale_has_what_fits_the_screen() {
        for (width, height, fits) in [
            (1024.0, 600.0, 1.0),
            (1366.0, 768.0, 1.0),
            (1280.0, 1024.0, 1.0),
            (1600.0, 900.0, 1.15),
            (1920.0, 1080.0, 1.4),
            (1080.0, 1920.0, 1.0),
            (2560.0, 1440.0, 1.85),
            (3840.0, 2160.0, 2.0),
        ] {
            let scale = of(&WindowSettings::default(), Size::new(width, height));
            assert!((scale - fits).abs() < 0.001, "{width}x{height}: {scale}");
        }
    }

    #[test]
    fn never_less_than_the_smallest_room_is_left() {
        for percent in [100, 115, 150, 200] {
            for (width, height) in
                [(1024.0, 600.0), (1280.0, 1024.0), (1366.0, 768.0), (800.0, 600.0), (3840.0, 2160.0)]
            {
                let scale = drawn(percent, TextSize::Largest, width, height);
                assert!(width / scale >= 1023.9 && height / scale >= 599.9, "{percent} {width}x{height}: {scale}");
            }
        }
    }
}
