//! A simulated receipt printer behind a real socket. As printers do, it serves one connection at a time; a second one waits.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::locked;
use crate::receipts::printer_simulator::{PaperLeft, PrinterNews, PrinterSimulator};

/// What is read at once, in bytes.
const PIECE: usize = 4 * 1024;
/// How long a peer may take to hear an answer of a few bytes.
const HEARD_WITHIN: Duration = Duration::from_secs(5);
/// A pause after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A printer that listens, until this is dropped.
pub struct PrinterDoor {
    address: SocketAddr,
    printer: Arc<Mutex<PrinterSimulator>>,
    changed: Arc<Notify>,
    task: JoinHandle<()>,
}

impl PrinterDoor {
    /// Listens; port 0 takes a free one. `lines_a_second` makes it slow. `told` hears everything that happens, in its order, and must
    /// not block.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn open(
        listen: SocketAddr,
        printer: PrinterSimulator,
        lines_a_second: Option<u32>,
        told: impl FnMut(PrinterNews) + Send + 'static,
    ) -> io::Result<PrinterDoor> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (printer, changed) = (Arc::new(Mutex::new(printer)), Arc::new(Notify::new()));
        let line_takes = lines_a_second.map(|lines| Duration::from_secs(1) / lines.max(1));
        let works = Works { printer: printer.clone(), changed: changed.clone(), line_takes, next_line: None, told };
        let task = tokio::spawn(works.run(listener));
        Ok(PrinterDoor { address, printer, changed, task })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn take_paper_out(&self) {
        self.change(|printer| printer.set_paper(PaperLeft::Out));
    }

    /// So many lines, and then it is out.
    pub fn leave_paper_for(&self, lines: usize) {
        self.change(|printer| printer.set_paper(PaperLeft::Lines(lines)));
    }

    /// What waited is printed now.
    pub fn put_paper_in(&self) {
        self.change(|printer| printer.set_paper(PaperLeft::Plenty));
    }

    pub fn open_cover(&self) {
        self.change(|printer| printer.set_cover(true));
    }

    pub fn close_cover(&self) {
        self.change(|printer| printer.set_cover(false));
    }

    /// Whether it answers no question about its state.
    pub fn set_mute(&self, is_mute: bool) {
        self.change(|printer| printer.set_mute(is_mute));
    }

    /// What is printed and not cut becomes a sheet, as when somebody tears it off.
    pub fn tear_off(&self) {
        self.change(PrinterSimulator::tear_off);
    }

    /// What is printed and not cut yet, as text.
    pub fn unfinished_lines(&self) -> Vec<String> {
        locked(&self.printer).unfinished().lines.clone()
    }

    /// Somebody switches it off; what it still had to tell is given back.
    pub async fn close(mut self) -> Vec<PrinterNews> {
        self.task.abort();
        let _ = (&mut self.task).await;
        locked(&self.printer).take_news()
    }

    fn change(&self, change: impl FnOnce(&mut PrinterSimulator)) {
        change(&mut locked(&self.printer));
        self.changed.notify_one();
    }
}

impl Drop for PrinterDoor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What goes on behind the door.
struct Works<T> {
    printer: Arc<Mutex<PrinterSimulator>>,
    changed: Arc<Notify>,
    /// `None` takes no time.
    line_takes: Option<Duration>,
    /// When the line that is being printed is done.
    next_line: Option<Instant>,
    told: T,
}

impl<T: FnMut(PrinterNews) + Send + 'static> Works<T> {
    async fn run(mut self, listener: TcpListener) {
        let mut peer: Option<TcpStream> = None;
        let mut piece = vec![0; PIECE];
        loop {
            self.print();
            if let Some(stream) = &mut peer
                && !self.answer(stream).await
            {
                self.hang_up(&mut peer);
            }
            let has_room = locked(&self.printer).has_room();
            let next_line = self.next_line;
            tokio::select! {
                accepted = listener.accept(), if peer.is_none() => match accepted {
                    Ok((stream, _)) => {
                        // An answer is one byte, and waits for no other.
                        let _ = stream.set_nodelay(true);
                        peer = Some(stream);
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
                read = read(&mut peer, &mut piece), if peer.is_some() && has_room => match read {
                    0 => self.hang_up(&mut peer),
                    length => locked(&self.printer).receive(&piece[..length]),
                },
                () = self.changed.notified() => {}
                () = until(next_line), if next_line.is_some() => {}
            }
        }
    }

    /// Whatever is due, and tells of it.
    fn print(&mut self) {
        let news = {
            let mut printer = locked(&self.printer);
            match self.line_takes {
                None => printer.work(None),
                Some(takes) => self.next_line = slowly(&mut printer, self.next_line, takes),
            }
            printer.take_news()
        };
        news.into_iter().for_each(&mut self.told);
    }

    /// Whether the peer still hears.
    async fn answer(&mut self, peer: &mut TcpStream) -> bool {
        let answers = locked(&self.printer).take_answers();
        answers.is_empty() || matches!(timeout(HEARD_WITHIN, peer.write_all(&answers)).await, Ok(Ok(())))
    }

    fn hang_up(&mut self, peer: &mut Option<TcpStream>) {
        *peer = None;
        locked(&self.printer).hung_up();
    }
}

/// Prints a line whose time has come, and says when the next one is done; `None` where nothing waits.
fn slowly(printer: &mut PrinterSimulator, next: Option<Instant>, takes: Duration) -> Option<Instant> {
    let now = Instant::now();
    let next = match next {
        Some(due) if due <= now => {
            printer.work(Some(1));
            Some(due + takes)
        }
        Some(due) => Some(due),
        None => Some(now + takes),
    };
    next.filter(|_| printer.is_busy())
}

/// Nothing where the peer is gone.
async fn read(peer: &mut Option<TcpStream>, piece: &mut [u8]) -> usize {
    match peer {
        Some(stream) => stream.read(piece).await.unwrap_or_default(),
        None => std::future::pending().await,
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
