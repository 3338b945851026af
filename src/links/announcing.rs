//! A layer around the HTTP client's connector, which tells when the line stands: the border between "surely not sent" and
//! "perhaps". Where the line speaks TLS, it stands when the peer is trusted.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tower_layer::Layer;
use tower_service::Service;

use super::locked;

/// Says once that the connector delivered a connection.
#[derive(Clone)]
pub(super) struct Announce(Arc<Mutex<Option<oneshot::Sender<()>>>>);

impl Announce {
    pub(super) fn to(stands: oneshot::Sender<()>) -> Announce {
        Announce(Arc::new(Mutex::new(Some(stands))))
    }
}

impl<S> Layer<S> for Announce {
    type Service = Announcing<S>;

    fn layer(&self, connector: S) -> Announcing<S> {
        Announcing { connector, stands: self.clone() }
    }
}

#[derive(Clone)]
pub(super) struct Announcing<S> {
    connector: S,
    stands: Announce,
}

impl<S, R> Service<R> for Announcing<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let connecting = self.connector.call(target);
        let stands = self.stands.0.clone();
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(stands) = locked(&stands).take() {
                let _ = stands.send(());
            }
            Ok(connection)
        })
    }
}
