//! A byte stream of the till. Its pieces are handed on as they come: simulators cut them by themselves.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::links::wire::Wire;

use super::standing_door::{StandingLine, Visitor};

/// What is read at once, in bytes. Small, because thousands of lines may stand that say little.
const PIECE: usize = 2 * 1024;

pub(super) struct TcpLine {
    stream: Box<dyn Wire>,
    piece: Vec<u8>,
}

impl StandingLine for TcpLine {
    async fn greet(stream: Box<dyn Wire>, _visitor: &mut Visitor<'_>) -> io::Result<Self> {
        Ok(TcpLine { stream, piece: vec![0; PIECE] })
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        let length = self.stream.read(&mut self.piece).await.ok().filter(|length| *length > 0)?;
        self.piece.get(..length).map(<[u8]>::to_vec)
    }

    async fn send(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.stream.write_all(&bytes).await?;
        self.stream.flush().await
    }

    async fn send_in_pieces(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(1) {
            self.stream.write_all(piece).await?;
            self.stream.flush().await?;
            // a till in the same program gets a chance to see the pieces
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn send_half(&mut self, half: &[u8]) -> io::Result<()> {
        self.stream.write_all(half).await?;
        self.stream.flush().await
    }

    async fn take_leave(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    fn socket(&self) -> &TcpStream {
        self.stream.socket()
    }
}
