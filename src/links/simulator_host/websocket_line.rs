//! A WebSocket of the till.

use std::io;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config};

use crate::links::simulator_task::LARGEST_BODY;
use crate::links::websocket::{as_message, bounds, farewell};

use super::standing_door::StandingLine;

pub(super) struct WebSocketLine(WebSocketStream<TcpStream>);

impl StandingLine for WebSocketLine {
    async fn greet(stream: TcpStream) -> io::Result<Self> {
        accept_async_with_config(stream, Some(bounds(LARGEST_BODY))).await.map(WebSocketLine).map_err(as_io)
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            match self.0.next().await {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => return Some(message.into_data().into()),
                // what they want as an answer leaves while we read on
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn send(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.0.send(as_message(bytes)).await.map_err(as_io)
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
        self.0.send(farewell()).await.map_err(as_io)
    }

    fn socket(&self) -> &TcpStream {
        self.0.get_ref()
    }
}

impl WebSocketLine {
    async fn fragment(&mut self, piece: &[u8], kind: Data, last: bool) -> io::Result<()> {
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), last);
        self.0.send(Message::Frame(frame)).await.map_err(as_io)
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
