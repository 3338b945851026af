//! A door for lines that stand: what the life of a byte stream and of a WebSocket have in common.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::domain::Secret;
use crate::links::accepting::accept_all;
use crate::links::connecting::LAST_WORDS;
use crate::links::outgoing::Outgoing;
use crate::links::pulse::Pulse;
use crate::links::simulator_task::Answer;
use crate::links::wire::{Wire, accepted};
use crate::protocols::frame::Frame;
use crate::protocols::simulator::{Door, Line, SimulatorInput};

use super::lines::{Lines, Way};
use super::room_of;

/// How long the till may take to say what it wants.
const GREETED_WITHIN: Duration = Duration::from_secs(10);
/// How long the till may take to take one answer.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// One line as it travels. What the till sends is handed on as it comes; bounds are the implementor's.
pub(super) trait StandingLine: Sized + Send + 'static {
    /// Says no more than an error: whoever cannot be greeted is sent away.
    fn greet(wire: Box<dyn Wire>, visitor: &mut Visitor<'_>) -> impl Future<Output = io::Result<Self>> + Send;

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
    /// Where the door speaks TLS.
    pub(super) tls: Option<TlsAcceptor>,
    /// How often clients are pinged; who answers none loses the line.
    pub(super) ping_every: Option<Duration>,
}

/// Who stands at a door: a line that has a name once the simulator hears of it.
pub(super) struct Visitor<'a> {
    setup: &'a DoorSetup,
    outgoing: Option<Outgoing<Answer>>,
    answers: mpsc::Receiver<Answer>,
    name: Option<Line>,
    pulse: Arc<Pulse>,
}

impl Visitor<'_> {
    pub(super) fn is_guarded(&self) -> bool {
        self.setup.door.guarded
    }

    pub(super) fn pulse(&self) -> Arc<Pulse> {
        self.pulse.clone()
    }

    /// What the simulator says to this target; `None` when nobody will say anything.
    pub(super) async fn knock(&mut self, target: Secret) -> Option<Answer> {
        let knocked = SimulatorInput::Knocked(self.introduced()?, self.setup.door, target);
        self.setup.inputs.send(knocked).await.ok()?;
        self.answers.recv().await
    }

    /// From now on the simulator can answer, and has to be told of the end. Once only.
    fn introduced(&mut self) -> Option<Line> {
        let name = self.setup.lines.add(Way::Standing(self.outgoing.take()?));
        self.name = Some(name);
        self.name
    }

    async fn has_gone(self) {
        let Some(name) = self.name else { return };
        if self.setup.lines.remove(name) {
            let _ = self.setup.inputs.send(SimulatorInput::Closed(name)).await;
        }
    }
}

/// Serves until it is dropped, which closes the socket and every line.
pub(super) async fn serve<L: StandingLine>(socket: TcpListener, setup: DoorSetup) {
    let (room, setup) = (room_of(&setup.door), Arc::new(setup));
    let connection = |stream, place| {
        let setup = setup.clone();
        async move {
            let _place = place;
            live::<L>(stream, &setup).await;
        }
    };
    accept_all(socket, room, connection).await;
}

async fn live<L: StandingLine>(stream: TcpStream, setup: &DoorSetup) {
    let mut plug = setup.plug.clone();
    plug.mark_unchanged();
    let (outgoing, answers, overflow) = Outgoing::new();
    let pulse = Arc::new(Pulse::default());
    let mut visitor = Visitor { setup, outgoing: Some(outgoing), answers, name: None, pulse: pulse.clone() };
    let greeted = tokio::select! {
        greeted = timeout(GREETED_WITHIN, greet::<L>(stream, &mut visitor)) => greeted.ok().and_then(Result::ok),
        Ok(()) = plug.changed() => None,
    };
    if let Some(mut line) = greeted {
        let ending = tokio::select! {
            ending = converse(&mut line, &mut visitor) => ending,
            () = overflow.notified() => Ending::Broken,
            () = pulse.stops(setup.ping_every) => Ending::Broken,
            Ok(()) = plug.changed() => Ending::Broken,
        };
        if ending == Ending::Broken {
            // the peer shall see a broken line, not an orderly end
            let _ = line.socket().set_zero_linger();
        }
    }
    visitor.has_gone().await;
}

async fn greet<L: StandingLine>(stream: TcpStream, visitor: &mut Visitor<'_>) -> io::Result<L> {
    let wire = accepted(stream, visitor.setup.tls.as_ref()).await?;
    L::greet(wire, visitor).await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    InOrder,
    Broken,
}

async fn converse(line: &mut impl StandingLine, visitor: &mut Visitor<'_>) -> Ending {
    let setup = visitor.setup;
    if visitor.name.is_none() {
        let Some(name) = visitor.introduced() else { return Ending::Broken };
        if setup.inputs.send(SimulatorInput::Opened(name, setup.door)).await.is_err() {
            return Ending::Broken;
        }
    }
    let Some(name) = visitor.name else { return Ending::Broken };
    loop {
        let input = match until_heard(line, &mut visitor.answers).await {
            Ok(bytes) => SimulatorInput::Received(name, Frame::Bytes(bytes)),
            Err(ending) => return ending,
        };
        if setup.inputs.send(input).await.is_err() {
            return Ending::Broken;
        }
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
        Some(
            Answer::Whole(_) | Answer::InPieces(_) | Answer::Half(_) | Answer::Cut | Answer::Admit | Answer::Refuse(_),
        )
        | None => return Err(Ending::Broken),
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures_util::StreamExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::mpsc::Receiver;
    use tokio_tungstenite::client_async;

    use super::*;
    use crate::links::simulator_host::websocket_line::WebSocketLine;

    const SOON: Duration = Duration::from_secs(10);
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// A client of a door that pings, what the simulator hears, and its lines.
    async fn door(ping_every: Duration) -> (TcpStream, Receiver<SimulatorInput>, Arc<Lines>) {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (inputs, heard) = mpsc::channel(16);
        let lines = Arc::<Lines>::default();
        let (door, plug) = (Door::guarded("guarded", false), watch::Sender::new(0).subscribe());
        let setup = DoorSetup { door, lines: lines.clone(), inputs, plug, tls: None, ping_every: Some(ping_every) };
        tokio::spawn(serve::<WebSocketLine>(socket, setup));
        (TcpStream::connect(address).await.unwrap(), heard, lines)
    }

    async fn admit(heard: &mut Receiver<SimulatorInput>, lines: &Lines) -> Line {
        let Some(SimulatorInput::Knocked(line, _, _)) = heard.recv().await else { panic!() };
        lines.way_of(line, &Answer::Admit).unwrap().give(Answer::Admit);
        line
    }

    #[tokio::test]
    async fn a_till_that_answers_no_pings_loses_its_line_without_a_farewell() {
        let (mut till, mut heard, lines) = door(Duration::from_millis(5)).await;
        till.write_all(REQUEST).await.unwrap();
        let line = admit(&mut heard, &lines).await;
        let mut bytes = Vec::new();
        let end = timeout(SOON, till.read_to_end(&mut bytes)).await.unwrap();
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let pings = bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| bytes.split_off(at + 4)).unwrap();
        assert!(b"\x89\x00\x89\x00".starts_with(&pings) && !pings.is_empty(), "{pings:?}");
        assert_eq!(timeout(SOON, heard.recv()).await.unwrap(), Some(SimulatorInput::Closed(line)));
    }

    #[tokio::test]
    async fn a_till_that_answers_pings_keeps_its_line() {
        let (till, mut heard, lines) = door(Duration::from_millis(100)).await;
        let (till, _) = tokio::join!(client_async("ws://guarded/", till), admit(&mut heard, &lines));
        let (mut till, _) = till.unwrap();
        for _ in 0..5 {
            assert!(timeout(SOON, till.next()).await.unwrap().unwrap().unwrap().is_ping());
        }
    }
}
