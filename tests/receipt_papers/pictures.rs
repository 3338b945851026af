//! The same receipts as they are printed, dot by dot, compared with `tests/golden/receipt_pictures`: a picture for each protocol,
//! language and paper, with all its slips.

use std::path::{Path, PathBuf};

use checkstand::domain::PaperWidth;
use checkstand::receipts::{Bitmap, Marks, bitmap_of_png, card_slip, draw, lay_out};
use checkstand::texts::Texts;

use crate::counter::{COUNTERS, Printed, outcomes};
use crate::head;

/// `CHECKSTAND_PICTURES=new cargo test --test receipt_papers pictures` makes them anew.
const ANEW: &str = "CHECKSTAND_PICTURES";
const LANGUAGES: [&str; 2] = ["en-GB", "de"];
/// Slips side by side: merchant's and customer's copies of three payments.
const IN_A_ROW: usize = 6;
/// The white around each slip, in dots; its edge is drawn in the middle of it.
const MARGIN: usize = 16;
/// What pictures are read with at most, in dots.
const WIDEST: usize = 4096;

fn folder() -> PathBuf {
    PathBuf::from("tests/golden/receipt_pictures")
}

fn slip(printed: &Printed, texts: &Texts, paper: PaperWidth) -> Bitmap {
    let slip = card_slip(&printed.receipt, &head(), Marks::default(), texts);
    draw(&lay_out(&slip, paper.columns()), paper)
}

/// The slips as one lays them on a table, each with its edge.
fn table(slips: &[Bitmap]) -> Bitmap {
    let row_height = |row: &[Bitmap]| row.iter().map(Bitmap::height).max().unwrap_or_default() + 2 * MARGIN;
    let width = slips.iter().take(IN_A_ROW).map(|slip| slip.width() + 2 * MARGIN).sum();
    let mut table = Bitmap::white(width, slips.chunks(IN_A_ROW).map(row_height).sum());
    let mut top = 0;
    for row in slips.chunks(IN_A_ROW) {
        let mut left = 0;
        for slip in row {
            table.lay_over(slip, left + MARGIN, top + MARGIN);
            edge(&mut table, slip, left + MARGIN / 2, top + MARGIN / 2);
            left += slip.width() + 2 * MARGIN;
        }
        top += row_height(row);
    }
    table
}

fn edge(table: &mut Bitmap, slip: &Bitmap, left: usize, top: usize) {
    let (right, bottom) = (left + slip.width() + MARGIN, top + slip.height() + MARGIN);
    for x in left..right {
        table.blacken(x, top);
        table.blacken(x, bottom - 1);
    }
    for y in top..bottom {
        table.blacken(left, y);
        table.blacken(right - 1, y);
    }
}

/// The first row of dots in which two pictures differ.
fn first_difference(then: &Bitmap, now: &Bitmap) -> Option<usize> {
    if then.width() != now.width() {
        return Some(0);
    }
    let differs = |y: &usize| (0..then.width()).any(|x| then.is_black(x, *y) != now.is_black(x, *y));
    let common = then.height().min(now.height());
    (0..common).find(differs).or((then.height() != now.height()).then_some(common))
}

/// What is wrong with the picture of that name, whose new form is left where it can be looked at.
fn fault(name: &str, now: &Bitmap) -> Option<String> {
    let (file, bytes) = (folder().join(name), now.png());
    if std::env::var_os(ANEW).is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(&file, &bytes).unwrap();
    }
    let kept = std::fs::read(&file).ok();
    // Dots are looked at only where they can differ: a picture may also have been packed otherwise.
    let row = match kept.as_deref() {
        Some(kept) if kept == bytes => return None,
        Some(kept) => Some(first_difference(&bitmap_of_png(kept, WIDEST).unwrap(), now)?),
        None => None,
    };
    let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&seen, bytes).unwrap();
    let what = row.map_or("is not there".to_owned(), |row| format!("differs from row {row} on"));
    Some(format!("{} {what}: it is now {}", file.display(), seen.display()))
}

#[test]
fn receipts_of_every_protocol_are_drawn_as_they_were_on_every_paper_and_in_two_languages() {
    let (mut faults, mut names) = (Vec::new(), Vec::new());
    for counter in COUNTERS {
        let papers = outcomes(counter);
        for language in LANGUAGES {
            let texts = Texts::new(Some(language));
            for paper in PaperWidth::ALL {
                let slips: Vec<Bitmap> = papers.iter().map(|printed| slip(printed, &texts, paper)).collect();
                let name = format!("{}-{language}-{}.png", counter.protocol, paper.columns());
                faults.extend(fault(&name, &table(&slips)));
                names.push(name);
            }
        }
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !names.contains(&name) {
            faults.push(format!("{name} is of no protocol"));
        }
    }
    let remedy = format!("{ANEW}=new cargo test --test receipt_papers pictures makes them anew; then look at them");
    assert!(faults.is_empty(), "{}\n{remedy}", faults.join("\n"));
}

#[test]
fn a_picture_with_one_other_dot_is_another_and_the_row_is_told() {
    let mut white = Bitmap::white(40, 30);
    white.blacken(3, 3);
    let kept = bitmap_of_png(&white.png(), WIDEST).unwrap();
    assert_eq!(first_difference(&kept, &white), None);
    let mut other = white.clone();
    other.blacken(39, 17);
    assert_eq!(first_difference(&kept, &other), Some(17));
    assert_eq!(first_difference(&white, &Bitmap::white(40, 31)), Some(3));
    let mut longer = Bitmap::white(40, 31);
    longer.blacken(3, 3);
    assert_eq!(first_difference(&kept, &longer), Some(30));
    assert_eq!(first_difference(&Bitmap::white(41, 30), &Bitmap::white(40, 30)), Some(0));
}
