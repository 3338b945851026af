#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A till that is awake: it ticks whenever something is due. Items are the numbers of the keys.
struct Till {
    scanner: Scanner<usize>,
    now: Instant,
    keys: usize,
    told: Vec<Told<usize>>,
}

impl Till {
    fn new() -> Till {
        Till { scanner: Scanner::default(), now: Instant::now(), keys: 0, told: Vec::new() }
    }

    fn wait(&mut self, millis: u64) {
        let until = self.now + Duration::from_millis(millis);
        while let Some(deadline) = self.scanner.deadline().filter(|deadline| *deadline <= until) {
            // The same look may be told twice.
            for _ in 0..2 {
                assert_eq!(self.scanner.tick(deadline), []);
            }
            self.told.extend(self.scanner.tick(deadline + Duration::from_micros(1)));
            assert_eq!(self.scanner.deadline(), None);
        }
        self.now = until;
    }

    /// This key now; its number.
    fn key(&mut self, stroke: Stroke) -> usize {
        let number = self.keys;
        self.keys += 1;
        self.told.extend(self.scanner.key(self.now, stroke, number));
        number
    }

    /// All of it at once.
    fn characters(&mut self, text: &str) {
        for character in text.chars() {
            self.key(Stroke::Character(character));
        }
    }

    /// Each character and Enter, so many milliseconds apart.
    fn burst(&mut self, code: &str, gap: u64) -> Vec<usize> {
        let mut keys = Vec::new();
        for character in code.chars() {
            keys.push(self.key(Stroke::Character(character)));
            self.wait(gap);
        }
        keys.push(self.key(Stroke::Enter));
        keys
    }

    fn end(mut self) -> Vec<Told<usize>> {
        self.wait(1_000);
        assert!(self.scanner.held.is_empty());
        self.told
    }

    fn scans(self) -> Vec<String> {
        let code = |told| match told {
            Told::Scan(code) => Some(code),
            _ => None,
        };
        self.end().into_iter().filter_map(code).collect()
    }
}

fn typed(told: &[Told<usize>]) -> Vec<usize> {
    told.iter().filter_map(|told| if let Told::Typed(number) = told { Some(*number) } else { None }).collect()
}

#[test]
fn the_digits_of_an_ean_8_and_enter_are_a_scan_and_one_less_is_none() {
    let mut till = Till::new();
    till.burst("96385074", 29);
    assert_eq!(till.scans(), ["96385074"]);
    let mut till = Till::new();
    till.burst("9638507", 5);
    // The Enter of a machine starts nothing.
    assert_eq!(till.end(), (0..7).map(Told::Typed).collect::<Vec<_>>());
}

#[test]
fn a_code_may_have_letters_dashes_dots_and_spaces() {
    let mut till = Till::new();
    till.burst("AB-12.3 $/+%z", 2);
    assert_eq!(till.scans(), ["AB-12.3 $/+%z"]);
}

#[test]
fn keys_thirty_milliseconds_apart_are_typed() {
    let mut till = Till::new();
    till.burst("1234567890123", 30);
    assert_eq!(typed(&till.end()), (0..14).collect::<Vec<_>>());
}

#[test]
fn what_a_person_types_is_held_for_no_longer_than_the_pause() {
    let mut till = Till::new();
    till.key(Stroke::Character('1'));
    till.wait(29);
    assert_eq!(till.told, []);
    till.wait(1);
    assert_eq!(till.told, [Told::Typed(0)]);
}

#[test]
fn an_enter_that_a_person_presses_is_there_at_once_and_after_what_was_typed() {
    let mut till = Till::new();
    till.key(Stroke::Character('5'));
    till.wait(10);
    till.key(Stroke::Enter);
    assert_eq!(till.told, [Told::Typed(0), Told::Typed(1)]);
}

#[test]
fn a_scanner_that_ends_its_codes_with_two_enters_starts_nothing_either() {
    let mut till = Till::new();
    till.burst("7310865004703", 3);
    till.wait(3);
    till.key(Stroke::Enter);
    till.wait(3);
    till.burst("96385074", 3);
    let told = till.end();
    assert_eq!(typed(&told), Vec::<usize>::new());
    assert_eq!(told.len(), 2);
}

#[test]
fn a_scan_comes_after_what_was_typed_before_it() {
    let mut till = Till::new();
    till.key(Stroke::Character('5'));
    till.wait(40);
    till.burst("7310865004703", 3);
    till.wait(40);
    till.key(Stroke::Enter);
    let told = till.end();
    assert!(matches!(told.as_slice(), [Told::Typed(0), Told::Scan(_), Told::Typed(15)]), "{told:?}");
}

#[test]
fn a_code_with_something_in_between_is_dropped_and_starts_nothing() {
    for other in [true, false] {
        let mut till = Till::new();
        till.characters("7310");
        let key = if other { Some(till.key(Stroke::Other)) } else { None };
        if !other {
            let told = till.scanner.interrupt();
            till.told.extend(told);
        }
        till.burst("865004703", 3);
        let told = till.end();
        assert_eq!(told.last(), Some(&Told::Broken));
        // What a click comes behind has to be there before it; nothing of what comes after it is.
        let expected = key.map_or_else(|| (0..4).collect(), |key| vec![key]);
        assert_eq!(typed(&told), expected);
    }
}

#[test]
fn a_few_keys_with_another_in_between_keep_their_order() {
    let mut till = Till::new();
    till.characters("50");
    till.key(Stroke::Other);
    till.characters("2");
    assert_eq!(till.end(), (0..4).map(Told::Typed).collect::<Vec<_>>());
}

#[test]
fn a_key_right_in_front_of_a_scan_is_a_persons_and_the_scan_is_one() {
    for wait in [0, 10, 29] {
        let mut till = Till::new();
        till.key(Stroke::Other);
        till.now += Duration::from_millis(wait);
        till.burst("7310865004703", 2);
        let told = till.end();
        assert_eq!(told, [Told::Typed(0), Told::Scan("7310865004703".to_owned())], "{wait}");
    }
    // The till drew for so long, and did not look.
    let mut till = Till::new();
    till.key(Stroke::Other);
    till.now += Duration::from_millis(80);
    till.burst("7310865004703", 0);
    assert_eq!(till.scans(), ["7310865004703"]);
}

#[test]
fn a_code_without_an_enter_is_a_code_and_an_enter_that_comes_late_is_its_own() {
    for (wait, swallowed) in [(40, true), (400, true), (499, true), (500, false)] {
        let mut till = Till::new();
        till.characters("7310865004703");
        till.wait(wait);
        assert_eq!(till.told, [Told::Scan("7310865004703".to_owned())]);
        let enter = till.key(Stroke::Enter);
        assert_eq!(typed(&till.end()).contains(&enter), !swallowed, "{wait}");
    }
    let mut till = Till::new();
    till.characters("96385074");
    till.wait(100);
    let five = till.key(Stroke::Character('5'));
    till.wait(100);
    let enter = till.key(Stroke::Enter);
    assert_eq!(typed(&till.end()), [five, enter], "a person has typed meanwhile");
}

#[test]
fn a_late_enter_behind_what_was_dropped_starts_nothing_either() {
    let mut till = Till::new();
    till.characters("7310");
    let other = till.key(Stroke::Other);
    till.characters("865004703");
    till.wait(200);
    till.key(Stroke::Enter);
    let mut too_long = Till::new();
    too_long.characters(&"1".repeat(200));
    too_long.wait(200);
    too_long.key(Stroke::Enter);
    assert_eq!(till.end(), [Told::Typed(other), Told::Broken]);
    assert_eq!(too_long.end(), [Told::TooLong]);
}

#[test]
fn the_fastest_person_is_no_scanner() {
    // Keys roll two by two; ten keys a second and more.
    let mut till = Till::new();
    for place in 0..40 {
        till.key(Stroke::Character('7'));
        till.wait(if place % 3 == 2 { 35 } else { 12 });
    }
    let enter = till.key(Stroke::Enter);
    assert_eq!(typed(&till.end()), (0..=enter).collect::<Vec<_>>());
}

#[test]
fn a_burst_that_is_too_long_is_dropped_as_a_whole_and_told_once() {
    let code = "1".repeat(CODE_AT_MOST);
    let mut till = Till::new();
    till.burst(&code, 1);
    assert_eq!(till.scans(), std::slice::from_ref(&code));
    let mut till = Till::new();
    till.burst(&(code.clone() + "2"), 1);
    assert_eq!(till.end(), [Told::TooLong]);
    // Without an Enter it is told at the pause.
    let mut till = Till::new();
    till.characters(&"1".repeat(1_000));
    assert_eq!(till.end(), [Told::TooLong]);
}

#[test]
fn a_till_that_was_busy_takes_the_whole_code_all_the_same() {
    let mut till = Till::new();
    till.characters("7310");
    // It looks once, before the other keys come out of the queue.
    till.now += Duration::from_millis(200);
    assert_eq!(till.scanner.tick(till.now), []);
    till.burst("865004703", 0);
    assert_eq!(till.scans(), ["7310865004703"]);
}

#[test]
fn without_any_tick_a_long_pause_is_a_pause_all_the_same() {
    let mut till = Till::new();
    till.characters("7310");
    till.now += LONGEST_STALL;
    till.key(Stroke::Enter);
    assert_eq!(till.told, (0..5).map(Told::Typed).collect::<Vec<_>>());
}

#[test]
fn releases_and_modifiers_keep_their_place_and_outlive_a_scan() {
    let mut till = Till::new();
    assert_eq!(till.scanner.beside(100), Some(100));
    till.key(Stroke::Character('A'));
    assert_eq!(till.scanner.beside(101), None);
    till.key(Stroke::Character('b'));
    till.wait(30);
    assert_eq!(till.told, [0, 101, 1].map(Told::Typed));
    till.told.clear();
    till.key(Stroke::Character('A'));
    assert_eq!(till.scanner.beside(102), None);
    till.burst("1234567", 1);
    assert_eq!(typed(&till.told), [102]);
    assert_eq!(till.told[1..], [Told::Scan("A1234567".to_owned())]);
}

/// What somebody or something does, with the milliseconds since what was before.
#[derive(Debug, Clone)]
enum Deed {
    /// A person's key.
    Human(Stroke, u64),
    Scan {
        code: String,
        gap: u64,
        enters: usize,
    },
    /// Too short for a code.
    Short {
        code: String,
        gap: u64,
    },
}

fn a_deed() -> impl Strategy<Value = Deed> {
    let stroke = prop_oneof![
        5 => proptest::char::range('0', '9').prop_map(Stroke::Character),
        1 => Just(Stroke::Enter),
        1 => Just(Stroke::Other),
    ];
    prop_oneof![
        4 => (stroke, 30..400_u64).prop_map(|(stroke, wait)| Deed::Human(stroke, wait)),
        2 => ("[0-9A-Z .-]{8,40}", 0..30_u64, 1..3_usize)
            .prop_map(|(code, gap, enters)| Deed::Scan { code, gap, enters }),
        1 => ("[0-9]{3,7}", 0..30_u64).prop_map(|(code, gap)| Deed::Short { code, gap }),
    ]
}

proptest! {
    #[test]
    fn people_and_bursts_in_any_order_are_told_apart(deeds in vec(a_deed(), 0..30)) {
        let mut till = Till::new();
        // The numbers of the keys that must be typed, and the codes, in order.
        let mut expected = Vec::new();
        for deed in deeds {
            match deed {
                Deed::Human(stroke, wait) => {
                    till.wait(wait);
                    expected.push(Told::Typed(till.key(stroke)));
                }
                Deed::Scan { code, gap, enters } => {
                    till.wait(30);
                    till.burst(&code, gap);
                    for _ in 1..enters {
                        till.wait(gap);
                        till.key(Stroke::Enter);
                    }
                    expected.push(Told::Scan(code));
                }
                Deed::Short { code, gap } => {
                    till.wait(30);
                    let mut keys = till.burst(&code, gap);
                    keys.pop();
                    expected.extend(keys.into_iter().map(Told::Typed));
                }
            }
        }
        till.wait(30);
        prop_assert_eq!(till.end(), expected);
    }

    #[test]
    fn whatever_the_times_nothing_is_told_twice_or_out_of_order_and_no_enter_of_a_burst_comes_through(
        keys in vec((0..5_u8, prop_oneof![0..30_u64, 0..120_u64]), 0..200)) {
        let mut till = Till::new();
        // Characters of the burst, and whether they are followed by nothing but a pause.
        let mut burst = 0;
        let mut withheld = Vec::new();
        let mut codes = Vec::new();
        for (kind, wait) in keys {
            till.wait(wait);
            if wait >= 30 {
                burst = 0;
            }
            let stroke = match kind { 0 => Stroke::Enter, 1 if wait > 60 => Stroke::Other, _ => Stroke::Character('7') };
            let number = till.key(stroke);
            match stroke {
                Stroke::Character(_) => {
                    burst += 1;
                    if burst >= CODE_AT_LEAST {
                        codes.push(number);
                    }
                }
                Stroke::Enter => {
                    if burst >= MACHINE_AT_LEAST {
                        withheld.push(number);
                    }
                    burst = 0;
                }
                Stroke::Other => {}
            }
        }
        let told = till.end();
        let order = typed(&told);
        prop_assert!(order.is_sorted_by(|one, next| one < next), "{order:?}");
        prop_assert!(withheld.iter().all(|enter| !order.contains(enter)));
        prop_assert!(codes.iter().all(|key| !order.contains(key)), "of a code no character is typed");
    }
}
