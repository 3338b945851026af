//! Bytes both ways over a wire, in pieces, so that a till can be killed in the middle of a message.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

use super::relay::bounded;
use super::watch::{Moment, Watch};

/// Into so many pieces is cut what is read at once.
const PIECES: usize = 4;
/// More than a message of these stories has.
const CHUNK: usize = 64 * 1024;

/// One connection until either end has enough of it. What a till that is killed has just sent, or was just going to get,
/// is lost on the way; that it arrives is the next event.
pub fn carry(caller: &TcpStream, to: SocketAddr, watch: &Watch) -> io::Result<()> {
    bounded(caller)?;
    unless_lost(watch, Moment::Connected)?;
    let callee = TcpStream::connect(to)?;
    bounded(&callee)?;
    let hung_up = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let ended = pass(caller, &callee, watch);
            hung_up.store(true, Ordering::SeqCst);
            watch.happens(Moment::HungUp);
            // What was sent before still arrives.
            let _ = callee.shutdown(if ended.is_ok() { Shutdown::Write } else { Shutdown::Both });
        });
        let ended = pass(&callee, caller, watch);
        if !hung_up.load(Ordering::SeqCst) {
            watch.happens(Moment::LineLost);
        }
        let _ = callee.shutdown(Shutdown::Both);
        // Wakes the other half; what was passed on before still arrives.
        let _ = caller.shutdown(Shutdown::Read);
        ended
    })
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, watch: &Watch) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = from.read(&mut chunk)?;
        if length == 0 {
            return Ok(());
        }
        for piece in chunk[..length].chunks(length.div_ceil(PIECES)) {
            unless_lost(watch, Moment::UnderWay)?;
            to.write_all(piece)?;
        }
        watch.happens(Moment::Arrived);
    }
}

fn unless_lost(watch: &Watch, moment: Moment) -> io::Result<()> {
    if watch.happens(moment) { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
}
