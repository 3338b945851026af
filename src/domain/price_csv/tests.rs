#![allow(clippy::unwrap_used)]

use super::*;

fn krona(text: &str) -> Vec<PriceItem> {
    read(text.as_bytes(), Currency::SEK).unwrap()
}

/// Line and problem of each fault.
fn faults(text: &str) -> Vec<(Option<usize>, PriceProblem)> {
    let faults = read(text.as_bytes(), Currency::SEK).unwrap_err();
    assert_eq!(faults.more, 0);
    faults.first.into_iter().map(|fault| (fault.line, fault.problem)).collect()
}

fn words(text: &str) -> Vec<(usize, &'static str)> {
    faults(text).iter().map(|(line, problem)| (line.unwrap_or(0), problem.word())).collect()
}

/// Code, label, minor units, thousandths of a percent.
fn told(items: &[PriceItem]) -> Vec<(&str, &str, i64, u32)> {
    let told = |item: &'_ PriceItem| (item.price.minor(), item.tax.thousandths());
    items.iter().map(|item| (&*item.code, &*item.label, told(item).0, told(item).1)).collect()
}

const COFFEE: (&str, &str, i64, u32) = ("731", "Kaffe, mörk", 4_950, 12_000);

#[test]
fn the_separator_is_found_and_quotes_marks_and_line_ends_are_what_spreadsheets_write() {
    for text in [
        "code,label,price,tax\n731,\"Kaffe, mörk\",49.50,12\n",
        "code;label;price;tax\r\n731;Kaffe, mörk;49,50;12 %\r\n",
        "code\tlabel\tprice\ttax\n731\tKaffe, mörk\t49,5\t12,0",
        "\u{feff}code;label;price;tax\n731;\"Kaffe, mörk\";\"49,50\";12",
        "731;Kaffe, mörk;49,50;12",
        "731,\"Kaffe, mörk\",\"49,50\",12%",
        "731\tKaffe, mörk\t49,50\t12",
        "code;label;price;tax\r731;Kaffe, mörk;49,50;12\r",
    ] {
        assert_eq!(told(&krona(text)), [COFFEE], "{text:?}");
    }
}

#[test]
fn the_first_line_may_name_the_columns_in_any_order_and_others_besides() {
    for text in [
        "tax_rate,price,stock,label,code\n12,49.50,7,\"Kaffe, mörk\",731",
        "Moms;Pris;Lager;Namn;Kod\n12;49,50;7;Kaffe, mörk;731",
        " Label ; EAN ; PRICE ; VAT \nKaffe, mörk;731;49.50;12",
    ] {
        assert_eq!(told(&krona(text)), [COFFEE], "{text:?}");
    }
}

#[test]
fn the_tax_may_be_left_out_and_blank_lines_and_trailing_separators_are_passed_over() {
    let text = "\n\ncode,label,price\n\n1,Milk,12\n  \n,,\n2,\"Say \"\"cheese\"\"\",0,,,\n";
    assert_eq!(told(&krona(text)), [("1", "Milk", 1_200, 0), ("2", "Say \"cheese\"", 0, 0)]);
    assert_eq!(told(&krona("1,Milk,12,25\n2,Tea,20\n")), [("1", "Milk", 1_200, 25_000), ("2", "Tea", 2_000, 0)]);
}

#[test]
fn an_item_may_be_called_like_a_column() {
    assert_eq!(told(&krona("code,Name,25\n2,Tea,20")), [("code", "Name", 2_500, 0), ("2", "Tea", 2_000, 0)]);
}

#[test]
fn every_fault_is_told_with_its_line_and_both_lines_of_a_code_that_is_there_twice() {
    let label = "å".repeat(81);
    let text = format!(
        "code;label;price;tax\r\n;Milk;1;0\r\n\r\n2;;x;y\r\n3;{label};-1;1,0001\r\n4;Tea;1,005;101\r\n5;Tea;;0\r\n2;Tea;1;0\r\n6;Tea;92233720368547758,08;0\r\n"
    );
    assert_eq!(
        words(&text),
        [
            (2, "code_missing"),
            (4, "label_missing"),
            (4, "price_unreadable"),
            (4, "tax_unreadable"),
            (5, "label_too_long"),
            (5, "price_negative"),
            (5, "tax_decimals"),
            (6, "price_decimals"),
            (6, "tax_out_of_range"),
            (7, "price_missing"),
            (8, "code_twice"),
            (9, "price_too_large"),
        ]
    );
    let twice = faults("1,Milk,1\n2,Tea,1\n1,Tea,1");
    assert_eq!(twice, [(Some(3), PriceProblem::CodeTwice { code: "1".to_owned(), first: 1 })]);
}

#[test]
fn an_unquoted_decimal_comma_is_no_tax_rate_without_a_word() {
    assert_eq!(words("code,label,price\n1,Milk,12,50\n"), [(2, "too_many_fields")]);
    assert_eq!(words("code,label,price,tax\n1,Milk,12,50,25\n"), [(2, "too_many_fields")]);
    assert_eq!(words("1,Milk,12\n2,Tea,12,50\n"), [(2, "too_many_fields")]);
}

#[test]
fn a_first_line_without_a_column_that_must_be_there_is_told() {
    assert_eq!(words("code,title,price\n1,Milk,12"), [(1, "column_missing")]);
    assert_eq!(words("code,label,price,code\n1,Milk,12,1"), [(1, "column_twice")]);
    assert_eq!(words("nothing of the kind"), [(1, "label_missing"), (1, "price_missing")]);
}

#[test]
fn lines_are_counted_inside_quotes_too_and_a_quote_left_open_is_told() {
    assert_eq!(words("1,\"Mi\nlk\",1\n2,Tea,x\n"), [(1, "line_break"), (3, "price_unreadable")]);
    assert_eq!(words("1,Milk,1\n2,\"Tea,1\n3,Juice,1\n")[0], (2, "line_break"));
}

#[test]
fn characters_nobody_can_see_are_refused() {
    assert_eq!(words("1,Mi\0lk,1\n2\u{7},Tea,1"), [(1, "control_character"), (2, "control_character")]);
}

#[test]
fn other_encodings_are_refused_with_the_line_in_which_they_show() {
    let faults = read(b"1,Milk,1\n2,K\xf6tt,1\n", Currency::SEK).unwrap_err();
    assert_eq!((faults.first[0].line, &faults.first[0].problem), (Some(2), &PriceProblem::NotUtf8));
    let sixteen: Vec<u8> = "\u{feff}1,Milk,1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&sixteen, Currency::SEK).unwrap_err().first[0].problem, PriceProblem::NotUtf8);
}

#[test]
fn a_list_without_items_is_refused() {
    for text in ["", "\u{feff}", "\n\n", "code,label,price,tax\n"] {
        assert_eq!(faults(text), [(None, PriceProblem::NoItems)], "{text:?}");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let large = vec![b'\n'; FILE_AT_MOST + 1];
    assert_eq!(read(&large, Currency::SEK).unwrap_err().first[0].problem.word(), "file_too_large");
    let line = |number: usize| format!("{number},Item,1\n");
    let most: String = (0..ITEMS_AT_MOST).map(line).collect();
    assert_eq!(krona(&most).len(), ITEMS_AT_MOST);
    let one_more = format!("code,label,price\n{most}x,Item,1\ny,Item,1\n");
    assert_eq!(words(&one_more), [(ITEMS_AT_MOST + 2, "too_many_items")]);
}

#[test]
fn the_first_faults_are_told_and_the_others_counted() {
    let text: String = (0..80).map(|number| format!("{number},Item,x\n")).collect();
    let faults = read(text.as_bytes(), Currency::SEK).unwrap_err();
    assert_eq!((faults.first.len(), faults.more, faults.total()), (PriceFaults::KEPT_AT_MOST, 30, 80));
}

#[test]
fn a_currency_has_the_decimals_it_has() {
    let yen = "JPY".parse().unwrap();
    assert_eq!(read(b"1,Milk,250", yen).unwrap()[0].price.minor(), 250);
    assert_eq!(read(b"1,Milk,2.5", yen).unwrap_err().first[0].problem.key(), "prices-price-no-decimals");
}

proptest::proptest! {
    #[test]
    fn no_file_makes_it_stumble_and_a_list_it_takes_is_whole(bytes in proptest::collection::vec(
        proptest::sample::select(b"code,label;price\ttax\"\r\n 0123.,;\"\n\xc3\xa5\0".to_vec()), 0..200)) {
        if let Ok(items) = read(&bytes, Currency::SEK) {
            let list = crate::domain::PriceList::new(Currency::SEK, crate::domain::TaxMode::Included, items);
            proptest::prop_assert!(list.is_ok());
        }
    }

    #[test]
    fn what_is_written_is_read_again(rows in proptest::collection::vec(
        ("[ -~å]{0,20}[a-z]", 0..1_000_000_000_i64, 0..=100_000_u32), 1..30), pick in 0..3_usize) {
        let mut writer = csv::WriterBuilder::new().delimiter([b',', b';', b'\t'][pick]).from_writer(Vec::new());
        writer.write_record(["code", "label", "price", "tax"]).unwrap();
        for (place, (label, minor, thousandths)) in rows.iter().enumerate() {
            let price = Money::new(*minor, Currency::SEK).to_localized(",", " ");
            let rate = TaxRate::new(*thousandths).unwrap().to_string();
            writer.write_record([&format!("code {place}"), label, &price, &rate]).unwrap();
        }
        let items = read(&writer.into_inner().unwrap(), Currency::SEK).unwrap();
        let read: Vec<_> = items.into_iter().map(|item| (item.label, item.price.minor(), item.tax.thousandths())).collect();
        let written: Vec<_> = rows.into_iter().map(|(label, minor, rate)| (label.trim().to_owned(), minor, rate)).collect();
        proptest::prop_assert_eq!(read, written);
    }
}
