//! eConduit Cloud, the till as a POS.

use std::time::Duration;

use checkstand::domain::Operation;
use checkstand::links::{Pacing, exchange};
use checkstand::protocols::driver::{Endpoint, LossCause};

use super::desk::econduit_cloud::desk;

const SECOND: Duration = Duration::from_secs(1);

// 3.6: a limit whose name the links do not take is a question that never leaves
#[tokio::test]
async fn a_question_gets_its_turn_and_leaves() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/services/api.asmx/", nobody.local_addr().unwrap());
    drop(nobody);
    let mut desk = desk(&[("url", &url)]);
    let request = desk.request(Operation::Sale, 1_840);
    desk.start(request);
    let line = desk.line("payment").unwrap();
    desk.loses(line);
    desk.pass(6 * SECOND);
    let question: Endpoint = desk.endpoint(desk.line("status").unwrap()).clone();
    let folder = tempfile::tempdir().unwrap();
    let loss = exchange(question, Pacing::in_folder(folder.path())).await.unwrap_err();
    assert_eq!(loss.cause, LossCause::Refused, "{loss:?}");
}
