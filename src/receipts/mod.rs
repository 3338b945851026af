//! What the till puts on paper. A slip is put together without knowing the paper (`slip.rs`: the bill and its receipt, the shop's day, a
//! terminal's receipt), laid out for so many characters a line (`layout.rs`), and drawn: as text, as a printer's bytes, as a
//! document. Pure: texts in, lines out.

mod bill;
mod bitmap;
mod card;
mod code128;
mod code_page;
mod day;
mod drawing;
mod escpos;
mod layout;
mod letters;
mod pdf;
mod placed;
mod png;
pub mod printer_simulator;
mod qr_code;
mod qr_content;
mod shop_head;
mod shrinking;
mod slip;
mod tenders;
mod text;
mod wrapping;

pub use self::png::{PictureFault, bitmap_of_png};
pub use bill::{BillCopy, bill_slip};
pub use bitmap::Bitmap;
pub use card::{Marks, card_slip, marked};
pub use day::{day_close_slip, open_day_slip};
pub use drawing::draw;
pub use escpos::{EscPosPrinter, escpos};
pub use layout::{Laid, lay_out, printed_lines};
pub use pdf::{PdfAbout, PdfError, pdf};
pub use qr_code::qr_code;
pub use qr_content::{QR_TEXT_AT_MOST, address_in_qr, receipt_in_qr};
pub use shop_head::ShopHead;
pub use slip::{Slip, Weight};
pub use text::text_lines;
