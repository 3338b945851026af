//! Where a JSON object ends, without reading it as JSON.

/// How deep inside an object a reader is. Braces inside strings are text.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Before an object, or behind its end.
    pub(super) fn is_outside(&self) -> bool {
        self.depth == 0
    }

    /// The next byte. Outside of an object only an opening brace is one.
    pub(super) fn follow(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' => self.depth += 1,
            b'}' => self.depth -= 1,
            _ => {}
        }
    }
}
