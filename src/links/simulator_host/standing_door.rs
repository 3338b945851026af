//! A door for lines that stand: what the life of a byte stream and of a WebSocket have in common.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::links::accepting::accept_all;
use crate::links::connecting::LAST_WORDS;
use crate::links::outgoing::Outgoing;
use crate::links::simulator_task::Answer;
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Door, Line, SimulatorInput};

use super::ROOM;
use super::lines::{Lines, Way};

/// How long the till may take to say what it wants.
const GREETED_WITHIN: Duration = Duration::from_secs(10);
/// How long the till may take to take one answer.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// One line as it travels. What the till sends is handed on as it comes; bounds are the implementor's.
pub(super) trait StandingLine: Sized + Send + 'static {
    fn greet(stream: TcpStream) -> impl Future<Output = io::Result<Self>> + Send;

    /// What the till sent next; `None` when it closed the line, or the line broke. Can be dropped without loss.
    fn next(&mut self) -> impl Future<Output = Option<Vec<u8>>> + Send;

    fn send(&mut self, bytes: Vec<u8>) -> impl Future<Output = io::Result<()>> + Send;

    fn send_in_pieces(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    /// A beginning after which more would have to come.
    fn send_half(&mut self, half: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    /// Says that nothing more comes.
    fn take_leave(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    fn socket(&self) -> &TcpStream;
}

/// What a door is made from.
pub(super) struct DoorSetup {
    pub(super) door: Door,
    pub(super) lines: Arc<Lines>,
    pub(super) inputs: mpsc::Sender<SimulatorInput>,
    /// A change of it breaks every line that stands.
    pub(super) plug: watch::Receiver<u64>,
}

/// Serves until it is dropped, which closes the socket and every line.
pub(super) async fn serve<L: StandingLine>(socket: TcpListener, setup: DoorSetup) {
    let setup = Arc::new(setup);
    let connection = |stream, place| {
        let setup = setup.clone();
        async move {
            let _place = place;
            live::<L>(stream, &setup).await;
        }
    };
    accept_all(socket, ROOM, connection).await;
}

async fn live<L: StandingLine>(stream: TcpStream, setup: &DoorSetup) {
    let mut plug = setup.plug.clone();
    plug.mark_unchanged();
    let greeted = tokio::select! {
        greeted = timeout(GREETED_WITHIN, L::greet(stream)) => greeted,
        Ok(()) = plug.changed() => return,
    };
    let Ok(Ok(mut line)) = greeted else { return };
    let (outgoing, mut answers, overflow) = Outgoing::new();
    let name = setup.lines.add(Way::Standing(outgoing));
    let ending = tokio::select! {
        ending = converse(&mut line, name, &mut answers, setup) => ending,
        () = overflow.notified() => Ending::Broken,
        Ok(()) = plug.changed() => Ending::Broken,
    };
    if ending == Ending::Broken {
        // the peer shall see a broken line, not an orderly end
        let _ = line.socket().set_zero_linger();
    }
    drop(line);
    if setup.lines.remove(name) {
        let _ = setup.inputs.send(SimulatorInput::Closed(name)).await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    InOrder,
    Broken,
}

async fn converse(
    line: &mut impl StandingLine,
    name: Line,
    answers: &mut mpsc::Receiver<Answer>,
    setup: &DoorSetup,
) -> Ending {
    let mut input = SimulatorInput::Opened(name, setup.door);
    loop {
        if setup.inputs.send(input).await.is_err() {
            return Ending::Broken;
        }
        input = match until_heard(line, answers).await {
            Ok(bytes) => SimulatorInput::Received(name, Frame::Bytes(bytes)),
            Err(ending) => return ending,
        };
    }
}

/// Carries out answers until the till says something; an error is the line's end.
async fn until_heard(line: &mut impl StandingLine, answers: &mut mpsc::Receiver<Answer>) -> Result<Vec<u8>, Ending> {
    loop {
        let answer = tokio::select! {
            received = line.next() => return received.ok_or(Ending::InOrder),
            answer = answers.recv() => answer,
        };
        timeout(TAKEN_WITHIN, carry_out(line, answer)).await.unwrap_or(Err(Ending::Broken))?;
    }
}

async fn carry_out(line: &mut impl StandingLine, answer: Option<Answer>) -> Result<(), Ending> {
    let sent = match answer {
        Some(Answer::Whole(Frame::Bytes(bytes))) => line.send(bytes).await,
        Some(Answer::InPieces(Frame::Bytes(bytes))) => line.send_in_pieces(&bytes).await,
        Some(Answer::Half(Frame::Bytes(bytes))) => {
            let (half, _) = bytes.split_at(bytes.len() / 2);
            let _ = line.send_half(half).await;
            return Err(Ending::Broken);
        }
        Some(Answer::Close) => return Err(take_leave(line).await),
        // nothing else can be sent here; and where the way is gone, somebody broke the line
        Some(Answer::Whole(_) | Answer::InPieces(_) | Answer::Half(_) | Answer::Cut) | None => {
            return Err(Ending::Broken);
        }
    };
    sent.map_err(|_| Ending::Broken)
}

async fn take_leave(line: &mut impl StandingLine) -> Ending {
    if line.take_leave().await.is_err() {
        return Ending::Broken;
    }
    // what was sent is lost on its way where the system still holds something unread
    let _ = timeout(LAST_WORDS, async { while line.next().await.is_some() {} }).await;
    Ending::InOrder
}
