//! What a customer's telephone reads off the screen: the receipt itself, or the shop's address of it.

/// The longest text that is still made into a code, in bytes.
pub const QR_TEXT_AT_MOST: usize = 2_900;
/// In an address: where the payment's number goes.
const PAYMENT: &str = "{payment}";

/// The receipt's lines, without the spaces that only paper needs. `None` where it is too long for a code: half a receipt is none.
pub fn receipt_in_qr(lines: &[String]) -> Option<String> {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    let text = lines.join("\n").trim_matches('\n').to_owned();
    (!text.is_empty() && text.len() <= QR_TEXT_AT_MOST).then_some(text)
}

/// The shop's own address with the payment's number in it. `None` where it is too long for a code.
pub fn address_in_qr(template: &str, payment: &str) -> Option<String> {
    let address = template.trim().replace(PAYMENT, &escaped(payment));
    (!address.is_empty() && address.len() <= QR_TEXT_AT_MOST).then_some(address)
}

/// Everything but letters, digits and what stands for itself in every part of an address (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipts::qr_code;

    #[test]
    fn a_receipt_that_fits_is_in_the_code_and_a_longer_one_is_not_shortened() {
        let lines = ["", "  CAFE   ", "SALE   1.00", ""].map(str::to_owned);
        assert_eq!(receipt_in_qr(&lines).as_deref(), Some("  CAFE\nSALE   1.00"));
        assert_eq!(receipt_in_qr(&[]), None);
        let longest = receipt_in_qr(&["x".repeat(QR_TEXT_AT_MOST)]);
        assert!(longest.and_then(|text| qr_code(&text)).is_some());
        assert_eq!(receipt_in_qr(&["x".repeat(QR_TEXT_AT_MOST + 1)]), None);
    }

    #[test]
    fn a_payments_number_cannot_break_out_of_the_address() {
        assert_eq!(
            address_in_qr("https://shop.example/r/{payment}", "K7M2-41").as_deref(),
            Some("https://shop.example/r/K7M2-41")
        );
        assert_eq!(
            address_in_qr("https://a.example/?p={payment}", "a&b=ä/").as_deref(),
            Some("https://a.example/?p=a%26b%3D%C3%A4%2F")
        );
        assert_eq!(address_in_qr(" ", "1"), None);
    }
}
