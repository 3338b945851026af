//! Golden pictures: every screen in every theme, small and large, in English and one more language by turns.
//!
//! One file for a screen: a column for each theme, a row for each size, each cell [`WIDTH`] points wide and in few colours.
//! Whole pictures of all of them would be twenty megabytes, again with every change; what a small one cannot show, a text
//! that is cut or another word, is measured elsewhere. Drawn by the same software renderer as the window, from the
//! program's own fonts, so that they are the same on every machine but for the last digits of its arithmetic.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use checkstand::settings::{ThemeChoice, WindowChange};
use iced::Size;

/// `CHECKSTAND_PICTURES=new cargo test --test screens pictures` makes them anew.
const ANEW: &str = "CHECKSTAND_PICTURES";
const SIZES: [Size; 2] = [Size::new(1024.0, 600.0), Size::new(1920.0, 1080.0)];
/// Of a cell, in pixels.
const WIDTH: usize = 320;
/// Colours of a channel that are kept.
const LEVELS: u32 = 16;
/// A channel that differs by more than this differs.
const TOLERANCE: i32 = 40;
/// So many of a cell's pixels in a thousand may differ.
const DIFFERING_AT_MOST: usize = 3;
/// Spoken by turns beside English.
const OTHERS: [&str; 5] = ["de", "sv", "fr", "es", "fi"];

/// Red, green and blue, row by row.
#[derive(Clone, PartialEq)]
struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// A cell's worth of what the window shows.
    fn of(hand: &Hand, customers: bool, size: Size, renderer: &mut iced::Renderer) -> Picture {
        let (wide, high) = (size.width as usize, size.height as usize);
        let drawn = hand.pixels(customers, size, renderer);
        let height = high * WIDTH / wide;
        // Of a large one every second pixel tells enough.
        let step = if wide / WIDTH > 4 { 2 } else { 1 };
        let mut pixels = Vec::with_capacity(WIDTH * height);
        for y in 0..height {
            for x in 0..WIDTH {
                let (mut sums, mut count) = ([0_u32; 3], 0);
                for line in (y * high / height..(y + 1) * high / height).step_by(step) {
                    for at in (x * wide / WIDTH..(x + 1) * wide / WIDTH).step_by(step) {
                        let at = (line * wide + at) * 4;
                        sums[0] += u32::from(drawn[at]);
                        sums[1] += u32::from(drawn[at + 1]);
                        sums[2] += u32::from(drawn[at + 2]);
                        count += 1;
                    }
                }
                pixels.push(sums.map(|sum| coarse(sum / count)));
            }
        }
        Picture { width: WIDTH, pixels }
    }

    /// The cells of a row side by side.
    fn beside(cells: &[Picture]) -> Picture {
        let rows = (0..cells[0].height())
            .flat_map(|y| cells.iter().flat_map(move |cell| &cell.pixels[y * cell.width..(y + 1) * cell.width]));
        Picture { width: WIDTH * cells.len(), pixels: rows.copied().collect() }
    }

    fn write(&self, file: &Path) {
        let palette: Vec<[u8; 3]> = self.pixels.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let (width, height) = (self.width as u32, self.height() as u32);
        let mut encoder = png::Encoder::new(std::fs::File::create(file).unwrap(), width, height);
        encoder.set_compression(png::Compression::High);
        let data: Vec<u8> = if palette.len() <= 256 {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(palette.concat());
            encoder.set_filter(png::Filter::NoFilter);
            self.pixels.iter().map(|pixel| palette.binary_search(pixel).unwrap() as u8).collect()
        } else {
            encoder.set_color(png::ColorType::Rgb);
            self.pixels.concat()
        };
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
    }

    fn read(file: &Path) -> Option<Picture> {
        let mut decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file).ok()?));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().ok()?;
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut bytes).ok()?;
        let pixels = bytes[..info.buffer_size()].chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        Some(Picture { width: info.width as usize, pixels })
    }

    /// In a thousand of all pixels.
    fn differing(&self, other: &Picture) -> usize {
        if (self.width, self.pixels.len()) != (other.width, other.pixels.len()) {
            return 1_000;
        }
        let differs = |(one, other): &(&[u8; 3], &[u8; 3])| {
            one.iter().zip(other.iter()).any(|(a, b)| (i32::from(*a) - i32::from(*b)).abs() > TOLERANCE)
        };
        let count = self.pixels.iter().zip(&other.pixels).filter(differs).count();
        (count * 1_000).div_ceil(self.pixels.len())
    }
}

fn coarse(channel: u32) -> u8 {
    let step = 255 / (LEVELS - 1);
    ((channel + step / 2) / step * step) as u8
}

/// A screen in English and in another language.
struct Screen {
    name: &'static str,
    spoken: [Hand; 2],
    customers: bool,
}

fn screens() -> Vec<Screen> {
    let of = |gallery: fn(&str) -> Vec<gallery::Piece>, customers: bool| {
        let mut others: Vec<Vec<Option<Hand>>> =
            OTHERS.iter().map(|language| gallery(language).into_iter().map(|(_, hand)| Some(hand)).collect()).collect();
        let english = gallery("en").into_iter().enumerate();
        let screens: Vec<Screen> = english
            .map(|(place, (name, hand))| {
                let other = others[place % OTHERS.len()][place].take().unwrap();
                Screen { name, spoken: [hand, other], customers }
            })
            .collect();
        screens
    };
    let all = [of(gallery::gallery, false), of(bench::gallery, false), of(gallery::customers, true)];
    all.into_iter().flatten().collect()
}

/// A row of themes for each size; the languages take turns.
fn sheet(screen: &mut Screen, renderer: &mut iced::Renderer) -> Vec<Picture> {
    let mut turn = 0;
    let mut rows = Vec::new();
    for size in SIZES {
        let cells = ThemeChoice::ALL.map(|theme| {
            let hand = &mut screen.spoken[turn % 2];
            turn += 1;
            hand.feed(Message::SettingChanged(WindowChange::Theme(theme)));
            Picture::of(hand, screen.customers, size, renderer)
        });
        rows.push(Picture::beside(&cells));
    }
    rows
}

fn below(rows: &[Picture]) -> Picture {
    Picture { width: rows[0].width, pixels: rows.iter().flat_map(|row| row.pixels.iter().copied()).collect() }
}

fn folder() -> PathBuf {
    PathBuf::from("tests/pictures")
}

#[test]
fn pictures_of_every_screen_are_as_they_were() {
    let anew = std::env::var_os(ANEW).is_some();
    // One for all: it keeps the letters it has drawn.
    let mut renderer = hand::renderer();
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for mut screen in screens() {
        let file = folder().join(format!("{}.png", screen.name));
        assert!(names.insert(file.clone()), "{} is there twice", screen.name);
        let now = below(&sheet(&mut screen, &mut renderer));
        if anew {
            now.write(&file);
        }
        match Picture::read(&file) {
            None => faults.push(format!("{}: there is no picture", screen.name)),
            Some(then) if then.differing(&now) > DIFFERING_AT_MOST => {
                let seen = std::env::temp_dir().join(format!("checkstand-{}.png", screen.name));
                now.write(&seen);
                faults.push(format!("{}: {}‰ differ, see {}", screen.name, then.differing(&now), seen.display()));
            }
            Some(_) => {}
        }
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = folder().join(entry.unwrap().file_name());
        if !names.contains(&file) {
            faults.push(format!("{} is of no screen", file.display()));
        }
    }
    let remedy = "CHECKSTAND_PICTURES=new cargo test --test screens pictures makes them anew; then look at them";
    assert!(faults.is_empty(), "{}\n{remedy}", faults.join("\n"));
}

#[test]
fn a_picture_tells_a_moved_button_from_rounding() {
    let mut hand = Hand::at(terminal("front"));
    let mut renderer = hand::renderer();
    let before = Picture::of(&hand, false, SIZES[0], &mut renderer);
    assert_eq!(before.differing(&before.clone()), 0);
    hand.typewrite("125000");
    assert!(before.differing(&Picture::of(&hand, false, SIZES[0], &mut renderer)) > DIFFERING_AT_MOST);
    let mut noise = before.clone();
    noise.pixels.iter_mut().for_each(|pixel| *pixel = pixel.map(|channel| channel.saturating_sub(17)));
    assert_eq!(before.differing(&noise), 0);
    let blank = before.pixels.iter().collect::<BTreeSet<_>>().len();
    assert!(blank > 20, "{blank} colours are a blank picture");
}
