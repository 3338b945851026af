//! What the terminal shows, in the till's language, in the formats that real terminals vary between (7.1, 16.1).

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Wait,
    Welcome,
    PresentCard,
    /// With this many stars.
    EnterPin(usize),
    Authorizing,
    Approved,
    Declined,
    Cancelled,
}

impl Text {
    /// All but 202 are invented (16.1).
    fn number(self) -> u16 {
        match self {
            Text::Wait => 1001,
            Text::Welcome => 1002,
            Text::PresentCard => 1003,
            Text::EnterPin(0) => 1004,
            Text::EnterPin(_) => 1005,
            Text::Authorizing => 1006,
            Text::Approved => 202,
            Text::Declined => 1008,
            Text::Cancelled => 1009,
        }
    }

    fn words(self, language: &str) -> &'static str {
        let (swedish, english) = match self {
            Text::Wait => ("Vänta", "Please wait"),
            Text::Welcome => ("Välkommen", "Welcome"),
            Text::PresentCard => ("Sätt i/visa kort", "Present card"),
            Text::EnterPin(_) => ("Ange PIN", "Enter PIN"),
            Text::Authorizing => ("Auktoriserar", "Authorizing"),
            Text::Approved => ("Godkänt", "Approved"),
            Text::Declined => ("Nekat", "Declined"),
            Text::Cancelled => ("Avbrutet", "Cancelled"),
        };
        if speaks_swedish(language) { swedish } else { english }
    }

    /// In the format whose turn it is.
    pub fn shown(self, language: &str, turn: u64) -> String {
        let words = match self {
            Text::EnterPin(stars) if stars > 0 => format!("{}: {}", self.words(language), "*".repeat(stars)),
            _ => self.words(language).to_owned(),
        };
        match turn % 3 {
            0 => format!("{},\"{words}\"", self.number()),
            1 => format!("\"{}\",\"{words}\"", self.number()),
            _ => words,
        }
    }
}

/// The question to the cashier (7.3).
pub fn signature_question(language: &str) -> &'static str {
    if speaks_swedish(language) { "Är signaturen OK?" } else { "Is the signature OK?" }
}

/// Sweden's own, and its neighbours who read it.
fn speaks_swedish(language: &str) -> bool {
    matches!(language, "sv" | "no" | "da")
}
