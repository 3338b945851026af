//! Bodies that a server of ours sends, and how it reads those that come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// A body of known length that is sent whole, byte by byte, or only in half.
pub(super) struct PacedBody {
    bytes: Bytes,
    sent: usize,
    /// Where sending stops; before the end, the connection breaks there.
    stop: usize,
    piece: usize,
    pausing: bool,
}

impl PacedBody {
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let length = bytes.len();
        PacedBody { bytes: bytes.into(), sent: 0, stop: length, piece: length, pausing: false }
    }

    pub(super) fn in_pieces(bytes: Vec<u8>) -> Self {
        PacedBody { piece: 1, ..PacedBody::whole(bytes) }
    }

    pub(super) fn half(bytes: Vec<u8>) -> Self {
        let stop = bytes.len() / 2;
        PacedBody { stop, piece: stop, ..PacedBody::whole(bytes) }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = self.get_mut();
        if std::mem::take(&mut body.pausing) {
            // a pause makes the server write what it has, instead of gluing the pieces together again
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if body.sent < body.stop {
            let end = body.stop.min(body.sent + body.piece);
            let piece = body.bytes.slice(body.sent..end);
            body.sent = end;
            body.pausing = body.sent < body.bytes.len();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if body.sent < body.bytes.len() {
            return Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted))));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.sent == self.bytes.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.bytes.len() - self.sent) as u64)
    }
}

pub(super) enum BodyError {
    TooLarge,
    Broken,
}

/// The whole body, if it has at most `at_most` bytes; what is beyond is not read.
pub(super) async fn read(mut body: Incoming, at_most: usize) -> Result<Vec<u8>, BodyError> {
    if body.size_hint().lower() > at_most as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(BodyError::Broken) };
        let Ok(piece) = frame.into_data() else { continue };
        if bytes.len() + piece.len() > at_most {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
