//! Ports one after the other, one for each door.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// How often other ports are tried where the system may choose them.
const TRIES: usize = 50;

/// Listens on `first` and on the ports above it, `count` in all. Port 0 takes any that lie together.
///
/// # Errors
/// The system's, when one of the addresses cannot be listened on.
pub(super) async fn in_a_row(first: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    let mut result = row_from(first, count).await;
    for _ in 1..TRIES {
        match result {
            Err(error) if first.port() == 0 && error.kind() == io::ErrorKind::AddrInUse => {
                result = row_from(first, count).await;
            }
            _ => break,
        }
    }
    result
}

async fn row_from(first: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    let mut row = vec![TcpListener::bind(first).await?];
    let mut address = row.first().map_or(Ok(first), TcpListener::local_addr)?;
    while row.len() < count {
        let port = address.port().checked_add(1).ok_or(io::ErrorKind::AddrInUse)?;
        address.set_port(port);
        let bound = TcpListener::bind(address).await;
        row.push(bound.map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?);
    }
    Ok(row)
}
