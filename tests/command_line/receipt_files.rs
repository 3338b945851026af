//! Receipts, bills and days as files: whole or not there, nobody's replaced unasked, and with the money in them.

use std::fs;
use std::path::Path;

use checkstand::settings::{Places, Settings, change_settings};

use super::harness::{Brand, Ended, Shop, SmallDisk, inside_namespace, pdf_text};

fn sale(shop: &Shop) -> String {
    shop.json(&["sale", "12.40"]).ended_with(0).outcome()["payment"].as_str().unwrap().to_owned()
}

fn told(ended: &Ended, status: i32, code: &str) -> String {
    let error = ended.ended_with(status).event("error");
    assert_eq!(error["code"], code);
    error["message"].as_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_receipt_is_saved_as_a_document_and_as_text_and_is_marked() {
    let shop = Shop::of_training();
    let payment = sale(&shop);
    let folder = tempfile::tempdir().unwrap();
    let (pdf, text) = (folder.path().join("r.pdf"), folder.path().join("r.txt"));
    let (pdf, text) = (pdf.to_str().unwrap(), text.to_str().unwrap());
    let saved = shop.run(&["receipt", &payment, "--copy", "customer", "--pdf", pdf, "--text", text]);
    let said = saved.ended_with(0).lines.join("\n");
    assert!(said.contains(pdf) && said.contains(text), "{said}");
    assert_eq!(names(folder.path()), ["r.pdf", "r.txt"]);
    let written = fs::read_to_string(text).unwrap();
    let document = pdf_text(&fs::read(pdf).unwrap());
    for paper in [&written, &document] {
        assert!(paper.contains("12,40") && paper.contains("DUPLICATE") && paper.contains("TRAINING"), "{paper}");
    }
    assert!(
        written.ends_with('\n') && written.lines().all(|line| line.chars().count() <= 48 && line == line.trim_end())
    );
}

#[test]
fn nobodys_file_is_replaced_unasked() {
    let shop = Shop::of_training();
    let payment = sale(&shop);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.pdf");
    fs::write(&file, "mine").unwrap();
    let save = ["receipt", &payment, "--pdf", file.to_str().unwrap()];
    let message = told(&shop.json(&save), 2, "saved-file-exists");
    assert!(message.contains("mine.pdf") && message.contains("--force"), "{message}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    shop.json(&[&save[..], &["--force"]].concat()).ended_with(0);
    assert!(pdf_text(&fs::read(&file).unwrap()).contains("12,40"));
    assert_eq!(names(folder.path()), ["mine.pdf"]);
}

#[test]
fn a_folder_that_is_not_there_or_takes_nothing_is_told_in_words() {
    let shop = Shop::of_training();
    let payment = sale(&shop);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nowhere").join("r.txt");
    let message = told(&shop.json(&["receipt", &payment, "--text", file.to_str().unwrap()]), 1, "saved-file");
    assert!(message.contains("r.txt"), "{message}");
    let folder_itself = folder.path().to_str().unwrap();
    told(&shop.json(&["receipt", &payment, "--text", folder_itself]), 2, "saved-file-exists");
    told(&shop.json(&["receipt", &payment, "--text", folder_itself, "--force"]), 1, "saved-file");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

/// A receipt that nobody has is no empty file either.
#[test]
fn where_there_is_nothing_to_save_no_file_is_made() {
    let shop = Shop::of_training();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.pdf");
    shop.json(&["receipt", "ZZZZ-9999", "--pdf", file.to_str().unwrap()]).ended_with(2);
    shop.json(&["bill", "show", "7", "--pdf", file.to_str().unwrap()]).ended_with(2);
    shop.json(&["day", "show", "1", "--pdf", file.to_str().unwrap()]).ended_with(2);
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_the_file_that_was_there_and_leaves_no_half_of_a_new_one() {
    inside_namespace(
        "receipt_files::a_full_disk_keeps_the_file_that_was_there_and_leaves_no_half_of_a_new_one",
        || {
            let shop = Shop::of_training();
            let payment = sale(&shop);
            let folder = tempfile::tempdir().unwrap();
            let disk = SmallDisk::mount(folder.path());
            let file = folder.path().join("r.pdf");
            fs::write(&file, "mine").unwrap();
            disk.fill();
            let save = ["receipt", &payment, "--pdf", file.to_str().unwrap(), "--force"];
            told(&shop.json(&save), 1, "saved-file");
            assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
            disk.free();
            assert_eq!(names(folder.path()), ["r.pdf"]);
            shop.json(&save).ended_with(0);
            assert!(pdf_text(&fs::read(&file).unwrap()).contains("12,40"));
        },
    );
}

#[test]
fn bills_and_days_are_saved_too() {
    let shop = Shop::with_brand(Brand::Valor, "tcp", &[]);
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    shop.json(&["bill", "open", "7", "--line", "Soup=6.50"]).ended_with(0);
    shop.json(&["bill", "show", "7", "--pdf", &named("bill.pdf"), "--text", &named("bill.txt")]).ended_with(0);
    shop.json(&["sale", "100.00"]).ended_with(0);
    shop.json(&["day", "z"]).ended_with(0);
    let file = Places::in_folder(shop.path()).settings_file();
    let named_so = |settings: &mut Settings| {
        settings.shop.name = Some("Fjällboden".to_owned());
        Some(())
    };
    change_settings(&file, named_so).unwrap();
    shop.json(&["day", "show", "1", "--pdf", &named("day.pdf"), "--text", &named("day.txt")]).ended_with(0);
    for (name, words) in [("bill", ["Soup", "6.50"]), ("day", ["100.00", "Fjällboden"])] {
        let document = pdf_text(&fs::read(named(&format!("{name}.pdf"))).unwrap());
        let text = fs::read_to_string(named(&format!("{name}.txt"))).unwrap();
        assert!(words.iter().all(|word| document.contains(word) && text.contains(word)), "{document}\n{text}");
    }
    let message = told(&shop.json(&["day", "show", "1", "--text", &named("day.txt")]), 2, "saved-file-exists");
    assert!(message.contains("day.txt"), "{message}");
}
