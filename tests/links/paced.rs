//! Requests that share a limit with others of this machine.

use checkstand::protocols::driver::Pace;

use super::*;

/// Longer than any test lasts.
const HOUR: Duration = Duration::from_secs(3600);

fn paced(address: SocketAddr, least: Duration, at_most: Duration) -> Endpoint {
    let mut endpoint = http(address);
    if let Endpoint::Http { pace, .. } = &mut endpoint {
        *pace = Some(Pace { shared_by: "c0ffee".to_owned(), least, at_most });
    }
    endpoint
}

#[tokio::test]
async fn a_request_whose_turn_is_there_leaves_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let address = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let (opened, end) = Driver::sharing(folder.path()).exchange(paced(address, HOUR, HOUR)).await;
    assert!(opened);
    assert_eq!(end, LinkEvent::Received(Frame::Response(HttpResponse::empty(204))));
}

#[tokio::test]
async fn a_request_of_another_till_waits_for_its_turn() {
    const LEAST: Duration = Duration::from_millis(300);
    let folder = tempfile::tempdir().unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..2 {
        let address = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
        let (opened, _) = Driver::sharing(folder.path()).exchange(paced(address, LEAST, HOUR)).await;
        assert!(opened);
    }
    assert!(begun.elapsed() >= LEAST);
}

#[tokio::test]
async fn a_request_whose_turn_would_come_too_late_surely_sent_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let address = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    Driver::sharing(folder.path()).exchange(paced(address, HOUR, HOUR)).await;
    let (socket, address) = socket().await;
    let (opened, loss) = Driver::sharing(folder.path()).loss(paced(address, HOUR, SOON)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::Paced));
    assert!(timeout(SHORT, socket.accept()).await.is_err());
}

#[tokio::test]
async fn a_request_that_is_closed_while_it_waits_is_never_sent() {
    const LEAST: Duration = Duration::from_millis(200);
    let folder = tempfile::tempdir().unwrap();
    let address = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    Driver::sharing(folder.path()).exchange(paced(address, LEAST, HOUR)).await;
    let (socket, address) = socket().await;
    let mut driver = Driver::sharing(folder.path());
    driver.open(PAYMENT, paced(address, LEAST, HOUR));
    driver.links.act(PAYMENT, LinkAction::Close);
    assert!(timeout(2 * LEAST, socket.accept()).await.is_err());
    assert!(driver.hears_nothing_more().await);
}

#[tokio::test]
async fn a_request_whose_turn_cannot_be_written_down_surely_was_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let (socket, address) = socket().await;
    let (opened, loss) = Driver::sharing(&in_the_way).loss(paced(address, HOUR, HOUR)).await;
    assert_eq!((opened, loss.departure, loss.cause), (false, Departure::SurelyNot, LossCause::NotDurable));
    assert!(loss.detail.starts_with(&in_the_way.display().to_string()), "{}", loss.detail);
    assert!(timeout(SHORT, socket.accept()).await.is_err());
}
