//! Pieces that several screens are made of.

pub mod amount_display;
pub mod banner;
pub mod bill_line;
pub mod bill_state;
pub mod bitmap_canvas;
pub mod fitted;
pub mod focusable_button;
pub mod ground;
pub mod number_pad;
pub mod payment_facts;
pub mod receipt_paper;
pub mod setting_sheet;
pub mod signature_pad;
pub mod slip_paper;
pub mod terminal_picture;
pub mod verdict_band;
pub mod visited_last;
