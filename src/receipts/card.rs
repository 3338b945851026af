//! A card receipt on paper: the terminal's own lines as they are, and around them what the till has to say.

use super::shop_head::ShopHead;
use super::slip::{Slip, Weight};
use crate::domain::{Copy, Receipt};
use crate::texts::Texts;

/// Long enough for a name on the narrowest paper.
const TO_SIGN_ON: &str = "____________________________";

/// What this print of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// No money was moved.
    pub training: bool,
    /// It was printed before.
    pub duplicate: bool,
}

/// The receipt. Where the till made it itself it has the shop's lines around it: terminals print those of their own.
pub fn card_slip(receipt: &Receipt, shop: &ShopHead, marks: Marks, texts: &Texts) -> Slip {
    let mut slip = Slip::default();
    told(receipt, texts, &mut slip);
    if let Some(code) = &receipt.code {
        slip.feed();
        slip.qr_code(code);
    }
    if receipt.wants_signature_line() {
        slip.feed();
        slip.feed();
        slip.centred(TO_SIGN_ON, Weight::Plain);
        slip.centred(&texts.get("receipt-signature"), Weight::Plain);
    }
    let is_own = is_of_the_till(receipt);
    if is_own {
        let copy = match receipt.copy {
            Copy::Merchant => "receipt-copy-merchant",
            Copy::Customer => "receipt-copy-customer",
        };
        slip.feed();
        slip.centred(&texts.get(copy), Weight::Plain);
    }
    let slip = if is_own { shop.around(slip, texts) } else { slip };
    marked(slip, marks, texts)
}

/// The slip with its marks above and below: whoever tears one off has the other.
pub fn marked(slip: Slip, marks: Marks, texts: &Texts) -> Slip {
    let mut marked = Slip::default();
    mark(marks, texts, &mut marked);
    marked.append(slip);
    mark(marks, texts, &mut marked);
    marked
}

fn mark(marks: Marks, texts: &Texts, slip: &mut Slip) {
    let marks =
        [(marks.training, "receipt-training", Weight::Tall), (marks.duplicate, "receipt-duplicate", Weight::Large)];
    for (_, key, weight) in marks.into_iter().filter(|(is_so, ..)| *is_so) {
        slip.centred(&texts.get(key), weight);
    }
}

/// Line by line: those of the till's own making have labels in the receipt's language.
fn told(receipt: &Receipt, texts: &Texts, slip: &mut Slip) {
    let mut block = Vec::new();
    for (place, line) in receipt.shown_lines().into_iter().enumerate() {
        match receipt.labels.get(&place) {
            None => block.push((line, weight(receipt, place))),
            Some(key) => {
                slip.weighted_block(std::mem::take(&mut block));
                let label = texts.get(key);
                match line.is_empty() {
                    true => slip.centred(&label, Weight::Bold),
                    false => slip.row(&label, &line, Weight::Plain),
                }
            }
        }
    }
    slip.weighted_block(block);
}

/// As the terminal wants the line, as far as printers can: what is larger is bold too.
fn weight(receipt: &Receipt, place: usize) -> Weight {
    let style = receipt.styles.get(&place).copied().unwrap_or_default();
    match (style.tall, style.wide) {
        (true, true) => Weight::Large,
        (true, false) => Weight::Tall,
        (false, true) => Weight::Wide,
        (false, false) if style.bold => Weight::Bold,
        (false, false) => Weight::Plain,
    }
}

/// Whether the terminal sent no lines, so that all are the till's.
fn is_of_the_till(receipt: &Receipt) -> bool {
    (0..receipt.lines.len()).all(|place| receipt.labels.contains_key(&place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LineStyle;
    use crate::receipts::{Laid, lay_out, text_lines};

    fn shop() -> ShopHead {
        ShopHead { name: Some("Corner Cafe".to_owned()), footer: vec!["Thank you".to_owned()], ..ShopHead::default() }
    }

    fn printed(receipt: &Receipt, marks: Marks) -> Vec<String> {
        let slip = card_slip(receipt, &shop(), marks, &Texts::new(Some("en")));
        text_lines(&lay_out(&slip, 32), 32).into_iter().map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn a_terminals_lines_stay_as_they_are_and_alone() {
        let receipt = Receipt::new(Copy::Merchant, ["CAFE".to_owned(), "SALE   1.00".to_owned()]);
        assert_eq!(printed(&receipt, Marks::default()), ["CAFE", "SALE   1.00"]);
    }

    #[test]
    fn a_terminals_lines_are_as_bold_and_as_large_as_it_wants_them() {
        let mut receipt = Receipt::new(Copy::Merchant, ["A", "B", "C", "D", "E"].map(str::to_owned));
        for (place, (bold, tall, wide)) in
            [(true, false, false), (false, true, false), (true, false, true), (true, true, true)]
                .into_iter()
                .enumerate()
        {
            receipt.styles.insert(place, LineStyle { bold, tall, wide });
        }
        let laid = lay_out(&card_slip(&receipt, &shop(), Marks::default(), &Texts::new(Some("en"))), 32);
        let weights = laid.iter().filter_map(|laid| match laid {
            Laid::Text { weight, .. } => Some(*weight),
            _ => None,
        });
        let wanted = [Weight::Bold, Weight::Tall, Weight::Wide, Weight::Large, Weight::Plain];
        assert_eq!(weights.collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn what_is_to_be_scanned_is_a_code_below_the_lines() {
        let mut receipt = Receipt::new(Copy::Customer, ["Ref.nr: 4312070041".to_owned()]);
        receipt.to_scan("4312070041");
        let laid = lay_out(&card_slip(&receipt, &shop(), Marks::default(), &Texts::new(Some("en"))), 32);
        assert_eq!(laid.last(), Some(&Laid::QrCode("4312070041".to_owned())));
    }

    #[test]
    fn the_tills_own_receipt_says_whose_shop_it_is_and_whose_copy() {
        let mut receipt = Receipt::new(Copy::Customer, []);
        receipt.heading("receipt-operation-sale");
        receipt.label("receipt-total", "18.40 USD");
        let lines = printed(&receipt, Marks::default());
        assert_eq!((lines[0].as_str(), lines[2].as_str()), ("Corner Cafe", "SALE"));
        assert!(lines[3].starts_with("Total") && lines[3].ends_with("18.40 USD"), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("Thank you"));
        assert!(lines.contains(&"CUSTOMER COPY".to_owned()), "{lines:?}");
    }

    #[test]
    fn a_reprint_says_so_above_and_below() {
        let receipt = Receipt::new(Copy::Merchant, ["CAFE".to_owned()]);
        let lines = printed(&receipt, Marks { duplicate: true, training: false });
        assert_eq!(lines, ["DUPLICATE", "CAFE", "DUPLICATE"]);
    }

    #[test]
    fn a_customers_copy_shows_no_more_than_four_digits_of_a_card() {
        let line = "499999******4321".to_owned();
        let customer = printed(&Receipt::new(Copy::Customer, [line.clone()]), Marks::default());
        assert_eq!(customer, ["************4321"]);
        assert_eq!(printed(&Receipt::new(Copy::Merchant, [line.clone()]), Marks::default()), [line]);
    }
}
