//! The real binary, run as other programs run it: arguments in, lines and an exit status out.
#![allow(dead_code, unused_imports)]

mod families;
mod mail_server;
mod namespace;
mod pdf_text;
mod program;
mod ref_ids;
mod shop;
mod small_disk;

pub use families::{
    CA_FILE, CONNECT, CONNECT_TLS, ECONDUIT_CLASSIC, ECONDUIT_JSON, Family, NEXO_FULL, NEXO_LIGHT, NO_NUMBER, P3_TCP,
    P3_WEBSOCKET, Port, VALOR_TCP, VALOR_WEBSOCKET,
};
pub use mail_server::{Call, MailManner, MailServer};
pub use namespace::{NO_NETWORK, ORDINARY_USER, below, in_namespace, inside_namespace, is_permitted};
pub use pdf_text::pdf_text;
pub use program::{Ended, Program};
pub use ref_ids::with_payments;
pub use shop::{Brand, Shop, Simulator, Wiring, free_port};
pub use small_disk::SmallDisk;
