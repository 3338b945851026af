//! Colours that can be read, and nothing that colour alone would say.

use checkstand::gui::theme::{Colours, Pair, Role, Scheme, button_style};
use checkstand::settings::{ThemeChoice, WindowChange};
use iced::widget::button::Status;
use iced::{Background, Color};

use super::*;

/// Of text, of large text and signs, of edges.
const TEXT: f32 = 7.0;
const LARGE: f32 = 4.5;
const EDGE: f32 = 3.0;
const ROLES: [Role; 5] = [Role::Go, Role::Plain, Role::Chosen, Role::Stop, Role::Bare];

/// WCAG 2.
fn contrast(one: Color, other: Color) -> f32 {
    let luminance = |color: Color| {
        let [r, g, b, _] = color.into_linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn ground_of(role: Role, status: Status, scheme: Scheme) -> (Color, Color, Color) {
    let style = button_style(role)(&scheme.theme(), status);
    let Some(Background::Color(ground)) = style.background else { panic!("a button without a ground") };
    (ground, style.text_color, style.border.color)
}

/// Bands and sheets on which things stand.
fn grounds(colours: &Colours) -> Vec<Pair> {
    let mut all =
        vec![colours.page, colours.sheet, colours.amount, colours.training, colours.notice, colours.given_back];
    all.extend(Verdict::ALL.map(|verdict| colours.verdict(verdict)));
    all
}

#[test]
fn buttons_are_read_in_every_state_and_dead_ones_too() {
    for scheme in Scheme::ALL {
        for role in ROLES {
            for (status, least) in
                [(Status::Active, TEXT), (Status::Hovered, TEXT), (Status::Pressed, LARGE), (Status::Disabled, LARGE)]
            {
                let (ground, ink, _) = ground_of(role, status, scheme);
                assert!(contrast(ground, ink) >= least, "{scheme:?} {role:?} {status:?}: {}", contrast(ground, ink));
            }
        }
    }
}

#[test]
fn bands_are_read_and_buttons_have_edges_on_page_and_sheet() {
    for scheme in Scheme::ALL {
        let colours = scheme.colours();
        for Pair { ground, ink } in grounds(&colours) {
            assert!(contrast(ground, ink) >= TEXT, "{scheme:?} {ground:?}: {}", contrast(ground, ink));
        }
        for role in ROLES {
            for status in [Status::Active, Status::Hovered, Status::Pressed, Status::Disabled] {
                let (ground, _, edge) = ground_of(role, status, scheme);
                for beside in [colours.page.ground, colours.sheet.ground] {
                    let seen = contrast(edge, beside).max(contrast(ground, beside));
                    assert!(seen >= EDGE, "{scheme:?} {role:?} {status:?}: {seen}");
                }
            }
        }
    }
}

#[test]
fn the_ring_of_the_focus_is_told_from_whatever_is_beside_it() {
    for scheme in Scheme::ALL {
        let colours = scheme.colours();
        let (ring, gap) = (colours.ring, colours.page.ground);
        assert!(contrast(ring, gap) >= EDGE, "{scheme:?}");
        let buttons = ROLES.map(|role| ground_of(role, Status::Active, scheme).0);
        for beside in grounds(&colours).into_iter().map(|pair| pair.ground).chain(buttons) {
            let seen = contrast(ring, beside).max(contrast(gap, beside));
            assert!(seen >= EDGE, "{scheme:?} {beside:?}: {seen}");
        }
    }
}

#[test]
fn the_focus_is_seen_on_every_kind_of_button() {
    let mut noticed = terminal("front");
    noticed.notices = vec![Explanation::new("explain-maintenance-wanted", Fault::Nobody)];
    let mut at_terminal = terminal("front");
    at_terminal.payment = Some(payment(Stage::AtTerminal));
    let places = [
        (noticed.clone(), ["start", "sale", "refund", "pad-5", "notice-read", "to-history"].as_slice()),
        (at_terminal, ["abort"].as_slice()),
    ];
    for theme in ThemeChoice::ALL {
        for (view, ids) in &places {
            for id in *ids {
                let mut hand = Hand::at(view.clone());
                hand.feed(Message::SettingChanged(WindowChange::Theme(theme)));
                hand.typewrite("1250");
                let before = hand.pixels_focused();
                hand.tab_to(id);
                let after = hand.pixels_focused();
                let colour = |pixel: &[u8]| Color::from_rgb8(pixel[0], pixel[1], pixel[2]);
                let pixels = before.chunks_exact(4).zip(after.chunks_exact(4));
                let clear = pixels.filter(|(one, other)| one != other && contrast(colour(one), colour(other)) >= EDGE);
                let bounds = hand.bounds(id);
                // Two pixels around it, where something stood before.
                let least = (bounds.width + bounds.height) * 2.0 * 2.0;
                let clear = clear.count() as f32;
                assert!(clear >= least, "{theme:?} {id}: {clear} of {least} pixels");
            }
        }
    }
}

#[test]
fn the_focus_is_told_from_the_buttons_own_ground() {
    let mut asking = asking_for_a_signature();
    asking.name = "back".to_owned();
    for theme in ThemeChoice::ALL {
        for (view, id, role) in [
            (terminal("front"), "start", Role::Go),
            (terminal("front"), "pad-5", Role::Plain),
            (asking.clone(), "reject", Role::Stop),
            (asking.clone(), "accept", Role::Go),
        ] {
            let mut hand = Hand::at(view);
            hand.feed(Message::SettingChanged(WindowChange::Theme(theme)));
            hand.typewrite("1250");
            let before = hand.pixels_focused();
            hand.tab_to(id);
            let after = hand.pixels_focused();
            let (ground, ..) = ground_of(role, Status::Active, Scheme::of(theme));
            let colour = |pixel: &[u8]| Color::from_rgb8(pixel[0], pixel[1], pixel[2]);
            let changed = before.chunks_exact(4).zip(after.chunks_exact(4)).filter(|(one, other)| one != other);
            let told = changed.filter(|(_, other)| contrast(colour(other), ground) >= EDGE).count() as f32;
            let bounds = hand.bounds(id);
            let least = (bounds.width + bounds.height) * 2.0 * 1.5;
            assert!(told >= least, "{theme:?} {id}: {told} of {least} pixels");
        }
    }
}

#[test]
fn what_stops_something_does_not_look_chosen() {
    for scheme in Scheme::ALL {
        let (stop, ..) = ground_of(Role::Stop, Status::Active, scheme);
        let (chosen, ..) = ground_of(Role::Chosen, Status::Active, scheme);
        for status in [Status::Active, Status::Hovered] {
            let style = button_style(Role::Stop)(&scheme.theme(), status);
            let is_edged = style.border.width >= 4.0 && contrast(style.border.color, stop) >= TEXT;
            assert!(stop != chosen || is_edged, "{scheme:?} {status:?}");
        }
    }
}

/// What says without colour what a band's colour says.
const SIGNS: &str = "↩✔✘–?!⚠i▶…●☺⟳×";

#[test]
fn every_coloured_band_has_a_sign_and_a_word() {
    let colours = Scheme::Light.colours();
    let telling = [
        colours.approved.ground,
        colours.given_back.ground,
        colours.declined.ground,
        colours.nothing_taken.ground,
        colours.in_doubt.ground,
        colours.notice.ground,
    ];
    let mut faults = std::collections::BTreeSet::new();
    for (name, mut hand) in gallery::gallery("en").into_iter().chain(bench::gallery("en")) {
        let seen = hand.seen_at(iced::Size::new(1024.0, 768.0));
        for (bounds, colour) in &seen.grounds {
            if !telling.contains(colour) || bounds.width < 40.0 {
                continue;
            }
            let inside = |words: &&super::seen::Words| bounds.contains(words.letters.center());
            let words: Vec<&str> = seen.words.iter().filter(inside).map(|words| words.content.as_str()).collect();
            let sign = words.iter().any(|words| words.chars().any(|letter| SIGNS.contains(letter) && letter != 'i'))
                || words.contains(&"i");
            let word = words.iter().any(|words| words.chars().filter(|letter| letter.is_alphabetic()).count() > 1);
            // A number in the rail: its place has sign and word.
            let badge = words.len() == 1 && words[0].chars().all(|letter| letter.is_ascii_digit() || letter == '+');
            let told = badge || (sign && word);
            if !told {
                faults.insert(format!("{name}: {words:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
