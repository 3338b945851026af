//! A person sets a printer up and tries it, by the window alone: the real views, the real till and its queue behind them, and a
//! simulated printer behind a real socket.

use std::sync::{Arc, Mutex};

use checkstand::domain::PaperWidth;
use checkstand::links::PrinterDoor;
use checkstand::receipts::printer_simulator::{PrinterNews, PrinterSimulator};
use checkstand::settings::{Places, PrinterConnection, Settings};

use super::live_setting_up::Live;

/// The lines of every slip it has printed.
type Papers = Arc<Mutex<Vec<String>>>;

async fn printer(width: PaperWidth) -> (PrinterDoor, Papers) {
    let papers = Papers::default();
    let kept = papers.clone();
    let told = move |news| match news {
        PrinterNews::Sheet(sheet) => kept.lock().unwrap().push(sheet.lines.join("\n")),
        PrinterNews::DrawerOpened => {}
        PrinterNews::Complaint(words) => panic!("{words}"),
    };
    let listen = "127.0.0.1:0".parse().unwrap();
    (PrinterDoor::open(listen, PrinterSimulator::new(width), None, told).await.unwrap(), papers)
}

#[test]
fn a_printer_is_set_up_and_tried_with_one_address_typed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let places = Places::in_folder(folder.path()).with_secrets_in_file();
    runtime.block_on(async {
        let (door, papers) = printer(PaperWidth::Wide).await;
        let mut live = Live::open(places.clone());
        live.until("the till opens", |hand| hand.has("to-settings")).await;
        live.click("to-settings");
        live.click("printers");
        live.until("the list is read", |hand| hand.has("slip-printer-add")).await;
        live.click("slip-printer-add");
        let address = door.address().to_string();
        live.type_into("slip-printer-place", &address);
        live.click("slip-printer-save-and-test");
        let texts = checkstand::texts::Texts::new(Some("en"));
        let title = checkstand::printing::JobTitle::Test.words(&texts);
        let printed = texts.with("window-printers-printed", &[("title", &title)]);
        live.until("the slip is printed", |hand| hand.sees(&printed)).await;
        assert_eq!(live.clicks, 5);
        let papers = papers.lock().unwrap().clone();
        assert_eq!(papers.len(), 1);
        assert!(papers[0].contains("Receipt printer") && papers[0].contains("Svenska"), "{}", papers[0]);
        let settings = Settings::load(&places.settings_file()).unwrap();
        assert_eq!(settings.receipts.printer.as_deref(), Some("Receipt printer"), "the first one prints receipts");
        assert_eq!(settings.printers[0].connection, PrinterConnection::Network { address });
        assert!(live.hand.has("slip-printer-test-Receipt printer"));
    });
}
