//! Bytes to commands.

use super::command::Command;

/// The most data of one command, in bytes.
const LARGEST: usize = 200 * 1024;

/// What stands at the beginning of some bytes.
pub(super) enum Parsed {
    /// With its length in bytes.
    Whole(Command, usize),
    /// The rest of it has to come.
    Incomplete,
}

/// The first command.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut reader = Reader { bytes, place: 0 };
    match reader.command() {
        Some(command) => Parsed::Whole(command, reader.place),
        None => Parsed::Incomplete,
    }
}

/// `None` everywhere: there is not enough yet.
struct Reader<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.place).copied()?;
        self.place += 1;
        Some(byte)
    }

    /// Low byte first.
    fn number(&mut self) -> Option<usize> {
        let (low, high) = (self.byte()?, self.byte()?);
        Some(usize::from(low) + usize::from(high) * 256)
    }

    fn data(&mut self, length: usize) -> Option<Vec<u8>> {
        let data = self.bytes.get(self.place..self.place + length)?.to_vec();
        self.place += length;
        Some(data)
    }

    /// As far as the next zero, which is left out.
    fn until_zero(&mut self) -> Option<Vec<u8>> {
        let length = self.bytes.get(self.place..)?.iter().position(|byte| *byte == 0)?;
        let data = self.data(length)?;
        self.place += 1;
        Some(data)
    }

    fn skip(&mut self, length: usize) -> Option<Command> {
        self.data(length).map(|_| Command::Ignored)
    }

    fn command(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            b'\n' => Command::NewLine,
            b'\t' => Command::Tab,
            0x00 | b'\r' => Command::Ignored,
            0x10 => self.in_real_time()?,
            0x1b => self.escape()?,
            0x1c => self.file_separator()?,
            0x1d => self.group_separator()?,
            byte if byte < 0x20 || byte == 0x7f => Command::Unknown(vec![byte]),
            _ => self.text(),
        })
    }

    fn text(&mut self) -> Command {
        let rest = &self.bytes[self.place - 1..];
        let length = rest.iter().position(|byte| *byte < 0x20 || *byte == 0x7f).unwrap_or(rest.len());
        self.place += length - 1;
        Command::Text(rest[..length].to_vec())
    }

    fn in_real_time(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            0x04 => Command::RealTimeStatus(self.byte()?),
            0x05 => self.skip(1)?,
            0x14 => match self.byte()? {
                1 => self.skip(2).map(|_| Command::KickAtOnce)?,
                what => Command::Unknown(vec![0x10, 0x14, what]),
            },
            what => Command::Unknown(vec![0x10, what]),
        })
    }

    fn escape(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            b'@' => Command::Initialise,
            b'!' => print_mode(self.byte()?),
            b'E' | b'G' => Command::Bold(self.byte()? & 1 == 1),
            b'a' => Command::Align(self.byte()? % 48),
            b't' => Command::CodePage(self.byte()?),
            b'd' => Command::FeedLines(self.byte()?),
            b'J' => Command::FeedDots(self.byte()?),
            b'2' => Command::LineSpacing(None),
            b'3' => Command::LineSpacing(Some(self.byte()?)),
            b'p' => self.skip(3).map(|_| Command::Kick)?,
            b'i' | b'm' => Command::Cut { feed: 0 },
            b'*' => self.columns()?,
            b' ' | b'-' | b'=' | b'M' | b'R' | b'U' | b'V' | b'r' | b'{' => self.skip(1)?,
            b'$' | b'\\' | b'c' => self.skip(2)?,
            b'D' => self.until_zero().map(|_| Command::Ignored)?,
            what => Command::Unknown(vec![0x1b, what]),
        })
    }

    fn file_separator(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            b'.' => Command::Ignored,
            b'!' | b'-' | b'W' => self.skip(1)?,
            what => Command::Unknown(vec![0x1c, what]),
        })
    }

    fn group_separator(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            b'!' => {
                let size = usize::from(self.byte()?);
                Command::Size { wide: (size >> 4 & 7) + 1, high: (size & 7) + 1 }
            }
            b'V' => self.cut()?,
            b'v' => self.raster()?,
            b'h' => Command::BarHeight(self.byte()?),
            b'w' => Command::BarThickness(self.byte()?),
            b'H' => Command::BarText(self.byte()? % 48),
            b'k' => self.barcode()?,
            b'(' => self.extended()?,
            b'r' => Command::Status(self.byte()? % 48),
            b'a' => Command::Tell(self.byte()?),
            b'B' | b'b' | b'f' => self.skip(1)?,
            b'L' | b'W' | b'P' => self.skip(2)?,
            what => Command::Unknown(vec![0x1d, what]),
        })
    }

    fn cut(&mut self) -> Option<Command> {
        Some(match self.byte()? {
            0 | 1 | 48 | 49 => Command::Cut { feed: 0 },
            65 | 66 | 97 | 98 => Command::Cut { feed: self.byte()? },
            what => Command::Unknown(vec![0x1d, b'V', what]),
        })
    }

    fn raster(&mut self) -> Option<Command> {
        let (zero, mode) = (self.byte()?, self.byte()? % 48);
        let (row_bytes, rows) = (self.number()?, self.number()?);
        let length = row_bytes * rows;
        if zero != b'0' || mode > 3 || length == 0 || length > LARGEST {
            return Some(Command::Unknown(vec![0x1d, b'v', zero, mode]));
        }
        let (wide, high) = (usize::from(mode & 1) + 1, usize::from(mode >> 1 & 1) + 1);
        Some(Command::Raster { row_bytes, wide, high, dots: self.data(length)? })
    }

    fn columns(&mut self) -> Option<Command> {
        let (mode, columns) = (self.byte()?, self.number()?);
        let column_bytes = if mode >= 32 { 3 } else { 1 };
        Some(Command::Columns { column_bytes, dots: self.data(columns * column_bytes)? })
    }

    fn barcode(&mut self) -> Option<Command> {
        let system = self.byte()?;
        let data = if system <= 6 {
            self.until_zero()?
        } else {
            let length = self.byte()?;
            self.data(length.into())?
        };
        Some(Command::Barcode { system, data })
    }

    fn extended(&mut self) -> Option<Command> {
        let (what, length) = (self.byte()?, self.number()?);
        let data = self.data(length)?;
        Some(match (what, data.as_slice()) {
            (b'k', [family, function, rest @ ..]) => {
                Command::Code { family: *family, function: *function, data: rest.to_vec() }
            }
            _ => Command::Unknown(vec![0x1d, b'(', what]),
        })
    }
}

/// `ESC !`: several settings in one byte.
fn print_mode(mode: u8) -> Command {
    let double = |bit: u8| usize::from(mode >> bit & 1) + 1;
    Command::Mode { bold: mode >> 3 & 1 == 1, wide: double(5), high: double(4) }
}
