//! Colours that can be read from two metres: every pair of text and ground here has a contrast of at least 7:1.

use iced::widget::{button, container, progress_bar, scrollable, text, text_input};
use iced::{Background, Border, Color, Font, Shadow, Theme};

use crate::domain::{Operation, Verdict};
use crate::settings::ThemeChoice;

/// Everything that is no receipt; comes with iced, so that no font of the system is needed.
pub const FONT: Font = Font::with_name("Fira Sans");
/// Receipts and symbols; it has every sign that Fira Sans lacks.
pub const MONO: Font = Font::with_name("DejaVu Sans Mono");
/// The bytes of [`MONO`], so that no font of the system is needed.
pub const MONO_BYTES: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansMono.ttf");
/// The same, bold: what is set off on a slip.
pub const MONO_BOLD_BYTES: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansMono-Bold.ttf");

/// Sizes of text.
pub const SMALL: f32 = 16.0;
pub const BODY: f32 = 19.0;
pub const LARGE: f32 = 26.0;
/// The least height and width of anything to be hit by a finger.
pub const TOUCH: f32 = 48.0;
/// The least height of a button by which something is paid.
pub const TENDER: f32 = 64.0;
pub const GAP: f32 = 10.0;
/// The least gap between two things to be hit by a finger.
pub const BETWEEN: f32 = 8.0;

const RADIUS: f32 = 8.0;

/// Text on its ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub ground: Color,
    pub ink: Color,
}

const fn pair(ground: u32, ink: u32) -> Pair {
    Pair { ground: rgb(ground), ink: rgb(ink) }
}

const fn rgb(hex: u32) -> Color {
    Color::from_rgb8((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// One set of colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colours {
    pub page: Pair,
    /// Cards, fields, rows.
    pub sheet: Pair,
    /// The amount while it is typed.
    pub amount: Pair,
    /// Secondary text, on page and sheet.
    pub quiet: Color,
    pub line: Color,
    /// Words and edge of a button that does nothing now, on the page.
    pub dead: Color,
    pub ring: Color,
    /// The one button that goes on.
    pub go: Pair,
    pub plain: Pair,
    pub stop: Pair,
    /// Of the edge of a button that stops something, in its ink: it must not look like one that is chosen.
    pub stop_edge: f32,
    pub approved: Pair,
    /// Money went back to the customer.
    pub given_back: Pair,
    pub declined: Pair,
    pub nothing_taken: Pair,
    pub in_doubt: Pair,
    pub training: Pair,
    pub notice: Pair,
}

/// Black on white in every scheme, as paper is.
pub const PAPER: Pair = pair(0xFFFFFF, 0x000000);
/// Its edge, and lines printed on it.
pub const PAPER_LINE: Color = rgb(0x6B7680);

const LIGHT: Colours = Colours {
    page: pair(0xEDF0F3, 0x0E1318),
    sheet: pair(0xFFFFFF, 0x0E1318),
    amount: pair(0xFFFFFF, 0x000000),
    quiet: rgb(0x3A444E),
    line: rgb(0x6B7680),
    dead: rgb(0x57626D),
    ring: rgb(0x0B4FD6),
    go: pair(0x0A3D91, 0xFFFFFF),
    plain: pair(0xD7DDE3, 0x0E1318),
    stop: pair(0x8E0B16, 0xFFFFFF),
    stop_edge: 0.0,
    approved: pair(0x00562A, 0xFFFFFF),
    given_back: pair(0x0B3A6B, 0xFFFFFF),
    declined: pair(0x8E0B16, 0xFFFFFF),
    nothing_taken: pair(0x36414C, 0xFFFFFF),
    in_doubt: pair(0xFFC400, 0x000000),
    training: pair(0x4A148C, 0xFFFFFF),
    notice: pair(0xCFE4FF, 0x06162B),
};

const DARK: Colours = Colours {
    page: pair(0x0B0E11, 0xF4F6F8),
    sheet: pair(0x181D22, 0xF4F6F8),
    amount: pair(0x000000, 0xFFFFFF),
    quiet: rgb(0xB9C2CB),
    line: rgb(0x8A949E),
    dead: rgb(0x8E98A2),
    ring: rgb(0xFFD84D),
    go: pair(0x9CC4FF, 0x04101F),
    plain: pair(0x2B333B, 0xFFFFFF),
    stop: pair(0xFFB3AD, 0x2A0004),
    stop_edge: 0.0,
    approved: pair(0x00562A, 0xFFFFFF),
    given_back: pair(0x0B3A6B, 0xFFFFFF),
    declined: pair(0x8E0B16, 0xFFFFFF),
    nothing_taken: pair(0x36414C, 0xFFFFFF),
    in_doubt: pair(0xFFC400, 0x000000),
    training: pair(0x4A148C, 0xFFFFFF),
    notice: pair(0x12304F, 0xFFFFFF),
};

/// Black, white and yellow; every edge is as clear as the text.
const HIGH_CONTRAST: Colours = Colours {
    page: pair(0x000000, 0xFFFFFF),
    sheet: pair(0x000000, 0xFFFFFF),
    amount: pair(0x000000, 0xFFFF00),
    quiet: rgb(0xFFFFFF),
    line: rgb(0xFFFFFF),
    // Plain buttons are black and white here: dead ones must be neither.
    dead: rgb(0x8A8A8A),
    ring: rgb(0x00FFFF),
    go: pair(0xFFFF00, 0x000000),
    plain: pair(0x000000, 0xFFFFFF),
    stop: pair(0xFFFFFF, 0x8B0000),
    stop_edge: 5.0,
    approved: pair(0x00FF66, 0x000000),
    given_back: pair(0x0033CC, 0xFFFFFF),
    declined: pair(0x8B0000, 0xFFFFFF),
    nothing_taken: pair(0xFFFFFF, 0x000000),
    in_doubt: pair(0xFFC400, 0x000000),
    training: pair(0x4A148C, 0xFFFFFF),
    notice: pair(0x00FFFF, 0x000000),
};

/// Light for a bright shop, dark for a bar, high contrast for eyes that need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    #[default]
    Light,
    Dark,
    HighContrast,
}

impl Scheme {
    pub const ALL: [Scheme; 3] = [Scheme::Light, Scheme::Dark, Scheme::HighContrast];

    /// The scheme of a setting.
    pub fn of(choice: ThemeChoice) -> Scheme {
        match choice {
            ThemeChoice::Light => Scheme::Light,
            ThemeChoice::Dark => Scheme::Dark,
            ThemeChoice::HighContrast => Scheme::HighContrast,
        }
    }

    pub fn colours(self) -> Colours {
        match self {
            Scheme::Light => LIGHT,
            Scheme::Dark => DARK,
            Scheme::HighContrast => HIGH_CONTRAST,
        }
    }

    /// What iced wants to know.
    pub fn theme(self) -> Theme {
        let colours = self.colours();
        let palette = iced::theme::Palette {
            background: colours.page.ground,
            text: colours.page.ink,
            primary: colours.go.ground,
            success: colours.approved.ground,
            warning: colours.in_doubt.ground,
            danger: colours.stop.ground,
        };
        Theme::custom(format!("{self:?}"), palette)
    }
}

impl Colours {
    /// The set a theme of ours was made from.
    pub fn of(theme: &Theme) -> Colours {
        let ground = theme.palette().background;
        [DARK, HIGH_CONTRAST].into_iter().find(|colours| colours.page.ground == ground).unwrap_or(LIGHT)
    }

    pub fn verdict(&self, verdict: Verdict) -> Pair {
        match verdict {
            Verdict::Approved => self.approved,
            Verdict::Declined => self.declined,
            Verdict::Cancelled | Verdict::NotCharged => self.nothing_taken,
            Verdict::InDoubt => self.in_doubt,
        }
    }
}

/// The colours of what became of an operation: money given back does not look like money taken.
pub fn outcome_colours(verdict: Verdict, operation: Operation) -> fn(&Colours) -> Pair {
    match (verdict, gives_back(operation)) {
        (Verdict::Approved, true) => |colours| colours.given_back,
        (Verdict::Approved, false) => |colours| colours.approved,
        (Verdict::Declined, _) => |colours| colours.declined,
        (Verdict::Cancelled | Verdict::NotCharged, _) => |colours| colours.nothing_taken,
        (Verdict::InDoubt, _) => |colours| colours.in_doubt,
    }
}

/// Whether its money goes to the customer.
pub fn gives_back(operation: Operation) -> bool {
    matches!(operation, Operation::Refund | Operation::Void)
}

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Go,
    Plain,
    /// Plain, and chosen among its neighbours.
    Chosen,
    Stop,
    /// On a coloured band; takes the band's ink.
    Bare,
}

/// Style of a button.
pub fn button_style(role: Role) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |theme, status| {
        let colours = Colours::of(theme);
        let colour = match role {
            Role::Go => colours.go,
            Role::Plain => colours.plain,
            Role::Chosen => Pair { ground: colours.page.ink, ink: colours.page.ground },
            Role::Stop => colours.stop,
            Role::Bare => colours.sheet,
        };
        let is_edged = role == Role::Stop && colours.stop_edge > 0.0;
        let edge = if is_edged { border(colour.ink, colours.stop_edge) } else { border(colours.line, 1.0) };
        let style = button::Style {
            background: Some(Background::Color(colour.ground)),
            text_color: colour.ink,
            border: edge,
            shadow: Shadow::default(),
            snap: true,
        };
        match status {
            button::Status::Active => style,
            button::Status::Hovered if is_edged => style,
            button::Status::Hovered => button::Style { border: border(colours.page.ink, 2.0), ..style },
            button::Status::Pressed => {
                button::Style { background: Some(Background::Color(mix(colour.ground, colour.ink, 0.2))), ..style }
            }
            button::Status::Disabled => button::Style {
                background: Some(Background::Color(colours.page.ground)),
                text_color: colours.dead,
                border: border(colours.dead, 1.0),
                ..style
            },
        }
    }
}

/// A card on the page.
pub fn sheet(theme: &Theme) -> container::Style {
    let colours = Colours::of(theme);
    filled(colours.sheet, border(colours.line, 1.0))
}

/// The amount while it is typed.
pub fn amount(theme: &Theme) -> container::Style {
    let colours = Colours::of(theme);
    filled(colours.amount, border(colours.line, 2.0))
}

/// A band from edge to edge.
pub fn band(choose: fn(&Colours) -> Pair) -> impl Fn(&Theme) -> container::Style {
    move |theme| filled(choose(&Colours::of(theme)), Border::default())
}

/// The shape behind a verdict's sign: its edge tells verdicts apart without colour.
pub fn verdict_shape(choose: fn(&Colours) -> Pair, radius: f32) -> impl Fn(&Theme) -> container::Style {
    move |theme| {
        let Pair { ground, ink } = choose(&Colours::of(theme));
        filled(Pair { ground: ink, ink: ground }, Border { color: ink, width: 0.0, radius: radius.into() })
    }
}

pub fn paper(_theme: &Theme) -> container::Style {
    filled(PAPER, Border { color: PAPER_LINE, width: 1.0, radius: 2.0.into() })
}

pub fn quiet(theme: &Theme) -> text::Style {
    text::Style { color: Some(Colours::of(theme).quiet) }
}

/// A field to type into.
/// What stands under a field and keeps it from being taken.
pub fn wrong(theme: &Theme) -> text::Style {
    let colours = Colours::of(theme);
    let on_page = if colours.stop.ground == colours.page.ink { colours.page.ink } else { colours.stop.ground };
    text::Style { color: Some(on_page) }
}

pub fn field(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let colours = Colours::of(theme);
    let edge = match status {
        text_input::Status::Focused { .. } => border(colours.ring, 3.0),
        text_input::Status::Hovered => border(colours.page.ink, 2.0),
        text_input::Status::Active | text_input::Status::Disabled => border(colours.line, 1.0),
    };
    text_input::Style {
        background: Background::Color(colours.sheet.ground),
        border: edge,
        icon: colours.quiet,
        placeholder: colours.quiet,
        value: colours.sheet.ink,
        selection: mix(colours.sheet.ground, colours.ring, 0.4),
    }
}

/// How much of something is done.
pub fn progress(theme: &Theme) -> progress_bar::Style {
    let colours = Colours::of(theme);
    progress_bar::Style {
        background: Background::Color(colours.page.ground),
        bar: Background::Color(colours.go.ground),
        border: border(colours.line, 1.0),
    }
}

/// Scroll bars that can be seen and hit.
pub fn scroll(theme: &Theme, status: scrollable::Status) -> scrollable::Style {
    let colours = Colours::of(theme);
    let base = scrollable::default(theme, status);
    let rail = scrollable::Rail {
        background: Some(Background::Color(mix(colours.page.ground, colours.page.ink, 0.1))),
        border: border(colours.line, 1.0),
        scroller: scrollable::Scroller {
            background: Background::Color(colours.quiet),
            border: border(colours.quiet, 0.0),
        },
    };
    scrollable::Style { vertical_rail: rail, horizontal_rail: rail, ..base }
}

fn filled(colour: Pair, border: Border) -> container::Style {
    container::Style {
        text_color: Some(colour.ink),
        background: Some(Background::Color(colour.ground)),
        border,
        shadow: Shadow::default(),
        snap: true,
    }
}

fn border(color: Color, width: f32) -> Border {
    Border { color, width, radius: RADIUS.into() }
}

fn mix(one: Color, other: Color, share: f32) -> Color {
    let blend = |a: f32, b: f32| a + (b - a) * share;
    Color::from_rgb(blend(one.r, other.r), blend(one.g, other.g), blend(one.b, other.b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2, relative luminance.
    fn luminance(color: Color) -> f32 {
        let [r, g, b, _] = color.into_linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(one: Color, other: Color) -> f32 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn black_on_white_is_twenty_one_to_one() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 0.01);
    }

    #[test]
    fn amount_outcome_and_everything_else_that_is_read_has_seven_to_one() {
        for scheme in Scheme::ALL {
            let c = scheme.colours();
            let pairs = [
                c.page,
                c.sheet,
                c.amount,
                c.go,
                c.plain,
                c.stop,
                c.training,
                c.notice,
                c.given_back,
                Pair { ground: c.page.ground, ink: c.quiet },
                Pair { ground: c.sheet.ground, ink: c.quiet },
            ];
            let outcomes = Verdict::ALL.map(|verdict| c.verdict(verdict));
            for Pair { ground, ink } in pairs.into_iter().chain(outcomes) {
                assert!(contrast(ground, ink) >= 7.0, "{scheme:?} {ground:?} {ink:?}: {}", contrast(ground, ink));
            }
        }
    }

    #[test]
    fn money_given_back_does_not_look_like_money_taken() {
        for scheme in Scheme::ALL {
            let c = scheme.colours();
            assert!(Verdict::ALL.iter().all(|verdict| c.verdict(*verdict).ground != c.given_back.ground), "{scheme:?}");
            assert_eq!(outcome_colours(Verdict::Approved, Operation::Void)(&c), c.given_back);
            assert_eq!(outcome_colours(Verdict::Declined, Operation::Refund)(&c), c.declined);
        }
    }

    #[test]
    fn edges_and_the_focus_ring_can_be_seen() {
        for scheme in Scheme::ALL {
            let c = scheme.colours();
            for edge in [c.line, c.ring] {
                assert!(contrast(edge, c.page.ground) >= 3.0 && contrast(edge, c.sheet.ground) >= 3.0, "{scheme:?}");
            }
        }
    }

    #[test]
    fn a_theme_leads_back_to_its_colours() {
        for scheme in Scheme::ALL {
            assert_eq!(Colours::of(&scheme.theme()), scheme.colours());
        }
    }
}
