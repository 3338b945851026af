//! Asking the simulator before a WebSocket comes to stand.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::machine::TryParse;
use tokio_tungstenite::tungstenite::handshake::server::{Request, create_response, write_response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, Response, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::domain::Secret;
use crate::links::connecting::LAST_WORDS;
use crate::links::simulator_task::{Answer, LARGEST_BODY};
use crate::links::websocket::bounds;
use crate::links::wire::Wire;
use crate::protocols::frame::HttpResponse;

use super::standing_door::Visitor;

/// The largest request, and what is sent before it is answered, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;
/// What is read at once, in bytes.
const PIECE: usize = 4 * 1024;

/// A visitor's line until it is answered, and what of it was read beyond the request.
struct Doorstep {
    wire: Box<dyn Wire>,
    heard: Vec<u8>,
}

/// Reads what is asked for and does as the simulator says. The caller bounds the time.
///
/// # Errors
/// Whenever no WebSocket comes to stand, whoever did not want it.
pub(super) async fn admit(
    wire: Box<dyn Wire>,
    visitor: &mut Visitor<'_>,
) -> io::Result<WebSocketStream<Box<dyn Wire>>> {
    let mut doorstep = Doorstep { wire, heard: Vec::new() };
    let request = doorstep.request().await?;
    let Ok(welcome) = create_response(&request) else {
        return Err(doorstep.refuse(&HttpResponse::empty(400)).await);
    };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let said = tokio::select! {
        said = visitor.knock(Secret::new(target)) => said,
        gone = doorstep.hear_on() => return Err(gone),
    };
    match said {
        Some(Answer::Admit) => doorstep.welcome(&welcome).await,
        Some(Answer::Refuse(response)) => Err(doorstep.refuse(&response).await),
        Some(Answer::Close) => Err(doorstep.close().await),
        // there is no line yet for anything else; and where the way is gone, somebody broke it
        Some(Answer::Whole(_) | Answer::InPieces(_) | Answer::Half(_) | Answer::Cut) | None => {
            let _ = doorstep.wire.socket().set_zero_linger();
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}

impl Doorstep {
    async fn request(&mut self) -> io::Result<Request> {
        loop {
            self.hear().await?;
            if let Some((length, request)) = Request::try_parse(&self.heard).map_err(io::Error::other)? {
                self.heard.drain(..length);
                return Ok(request);
            }
        }
    }

    async fn hear(&mut self) -> io::Result<()> {
        let mut piece = [0; PIECE];
        let length = self.wire.read(&mut piece).await?;
        if length == 0 || self.heard.len() + length > LARGEST_HEAD {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.heard.extend(piece.iter().take(length));
        Ok(())
    }

    /// Comes back when the visitor has gone.
    async fn hear_on(&mut self) -> io::Error {
        loop {
            if let Err(gone) = self.hear().await {
                return gone;
            }
        }
    }

    async fn welcome(mut self, welcome: &Response<()>) -> io::Result<WebSocketStream<Box<dyn Wire>>> {
        self.say(welcome, &[]).await?;
        let bounds = bounds(LARGEST_BODY);
        Ok(WebSocketStream::from_partially_read(self.wire, self.heard, Role::Server, Some(bounds)).await)
    }

    async fn refuse(mut self, refusal: &HttpResponse) -> io::Error {
        let mut head = Response::new(());
        *head.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = head.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.insert(header::CONTENT_LENGTH, refusal.body.len().into());
        if !refusal.content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(refusal.content_type));
        }
        match self.say(&head, &refusal.body).await {
            Ok(()) => self.close().await,
            Err(error) => error,
        }
    }

    async fn say(&mut self, head: &Response<()>, body: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::new();
        write_response(&mut bytes, head).map_err(io::Error::other)?;
        bytes.extend_from_slice(body);
        self.wire.write_all(&bytes).await?;
        self.wire.flush().await
    }

    async fn close(mut self) -> io::Error {
        if let Err(error) = self.wire.shutdown().await {
            return error;
        }
        // what was sent is lost on its way where the system still holds something unread
        let _ = timeout(LAST_WORDS, self.hear_on()).await;
        io::ErrorKind::ConnectionRefused.into()
    }
}
