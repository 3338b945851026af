//! A WebSocket of the till.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config};

use crate::links::pulse::Pulse;
use crate::links::simulator_task::LARGEST_BODY;
use crate::links::websocket::{as_message, bounds, farewell};
use crate::links::wire::Wire;

use super::knocking;
use super::standing_door::{StandingLine, Visitor};

pub(super) struct WebSocketLine {
    socket: WebSocketStream<Box<dyn Wire>>,
    pulse: Arc<Pulse>,
}

impl StandingLine for WebSocketLine {
    async fn greet(wire: Box<dyn Wire>, visitor: &mut Visitor<'_>) -> io::Result<Self> {
        let socket = if visitor.is_guarded() {
            knocking::admit(wire, visitor).await?
        } else {
            accept_async_with_config(wire, Some(bounds(LARGEST_BODY))).await.map_err(as_io)?
        };
        Ok(WebSocketLine { socket, pulse: visitor.pulse() })
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let heard = tokio::select! {
                heard = self.socket.next() => heard,
                () = self.pulse.wants_ping() => {
                    self.socket.send(Message::Ping(Bytes::new())).await.ok()?;
                    continue;
                }
            };
            self.pulse.felt();
            match heard {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => return Some(message.into_data().into()),
                // what they want as an answer leaves while we read on
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn send(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.socket.send(as_message(bytes)).await.map_err(as_io)
    }

    async fn send_in_pieces(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut kind = kind_of(bytes);
        for piece in bytes.chunks(1) {
            self.fragment(piece, kind, false).await?;
            kind = Data::Continue;
        }
        self.fragment(&[], kind, true).await
    }

    async fn send_half(&mut self, half: &[u8]) -> io::Result<()> {
        self.fragment(half, Data::Text, false).await
    }

    async fn take_leave(&mut self) -> io::Result<()> {
        self.socket.send(farewell()).await.map_err(as_io)
    }

    fn socket(&self) -> &TcpStream {
        self.socket.get_ref().socket()
    }
}

impl WebSocketLine {
    async fn fragment(&mut self, piece: &[u8], kind: Data, last: bool) -> io::Result<()> {
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), last);
        self.socket.send(Message::Frame(frame)).await.map_err(as_io)
    }
}

fn kind_of(bytes: &[u8]) -> Data {
    if std::str::from_utf8(bytes).is_ok() { Data::Text } else { Data::Binary }
}

fn as_io(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    }
}
