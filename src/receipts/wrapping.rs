//! Text in lines of so many characters.

pub fn centre(text: &str, columns: usize) -> String {
    let before = columns.saturating_sub(text.chars().count()) / 2;
    format!("{}{text}", " ".repeat(before))
}

pub fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(text.chars().count())))
}

/// In pieces of `columns` characters at most, its spaces as they are: what is set in columns stays so.
pub fn cut(text: &str, columns: usize) -> Vec<String> {
    let letters: Vec<char> = text.trim_end().chars().filter(|letter| !letter.is_control()).collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters.chunks(columns.max(1)).map(|piece| piece.iter().collect()).collect()
}

/// In lines of `columns` characters at most, between words where there is a place, else inside them. No-break spaces are no
/// place. At least one line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().filter(|letter| !letter.is_control()).collect();
        if width > 0 && width + 1 + letters.len() > columns {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        for letter in letters {
            if width == columns {
                lines.push(std::mem::take(&mut line));
                width = 0;
            }
            line.push(letter);
            width += 1;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
