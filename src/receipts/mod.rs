//! What the till puts on paper. A slip is put together without knowing the paper (`slip.rs`: the bill and its receipt, the shop's day, a
//! terminal's receipt), laid out for so many characters a line (`layout.rs`), and drawn: as text, as a printer's bytes, as a
//! document. Pure: texts in, lines out.

mod bill;
mod bitmap;
mod card;
mod code_128;
mod day;
mod layout;
mod pdf;
mod qr_code;
mod qr_content;
mod shop_head;
mod slip;
mod tenders;
mod text;
mod wrapping;

pub use bill::{BillCopy, bill_slip};
pub use bitmap::Bitmap;
pub use card::{Marks, card_slip, marked};
pub use code_128::code_128;
pub use day::{day_close_slip, open_day_slip};
pub use layout::{Laid, lay_out, printed_lines};
pub use pdf::{PdfAbout, PdfError, pdf};
pub use qr_code::qr_code;
pub use qr_content::{QR_TEXT_AT_MOST, address_in_qr, receipt_in_qr};
pub use shop_head::ShopHead;
pub use slip::{Slip, Weight};
pub use text::text_lines;
