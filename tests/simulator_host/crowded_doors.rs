//! Doors at which very many lines stand at a time.

use checkstand::domain::{Instant, Now};
use checkstand::protocols::simulator::{Simulator, SimulatorEffect, SimulatorInput};
use futures_util::future::join_all;
use serde_json::Value;

use super::*;

const LINES: usize = 2_000;
/// Connects at a time, below what the system lets wait.
const AT_ONCE: usize = 100;

/// Says on each line how many it has opened by then, when it is asked.
#[derive(Default)]
struct Counting(u32);

impl Simulator for Counting {
    fn step(&mut self, _now: Now, input: SimulatorInput) -> Vec<SimulatorEffect> {
        match input {
            SimulatorInput::Opened(..) => {
                self.0 += 1;
                Vec::new()
            }
            SimulatorInput::Received(line, _) => {
                vec![SimulatorEffect::Send(line, Frame::Bytes(self.0.to_be_bytes().to_vec()))]
            }
            _ => Vec::new(),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn memory(&self) -> Value {
        Value::Null
    }
}

async fn host(room: usize) -> SimulatorHost {
    let door = Door::crowded("terminals", room);
    let listen = "127.0.0.1:0".parse().unwrap();
    SimulatorHost::start(listen, &[door], None, Box::new(Counting::default()), |_| {}).await.unwrap()
}

/// What the simulator says on the line; `None` when it was sent away.
async fn asked(till: &mut TcpStream) -> Option<u32> {
    till.write_all(b"?").await.ok()?;
    timeout(SOON, till.read_u32()).await.unwrap().ok()
}

#[tokio::test]
async fn thousands_of_lines_stand_and_each_is_answered() {
    let host = host(LINES).await;
    let mut tills = Vec::new();
    while tills.len() < LINES {
        let connecting = (0..AT_ONCE).map(|_| TcpStream::connect(host.local_address()));
        for connected in join_all(connecting).await {
            let mut till = connected.unwrap();
            // so many ports that linger would leave none for other tests
            till.set_zero_linger().unwrap();
            assert!(asked(&mut till).await.is_some(), "after {}", tills.len());
            tills.push(till);
        }
    }
    for answer in join_all(tills.iter_mut().map(asked)).await {
        assert_eq!(answer, Some(LINES as u32));
    }
}

#[tokio::test]
async fn who_finds_no_room_is_sent_away_until_somebody_leaves() {
    let host = host(2).await;
    let mut first = TcpStream::connect(host.local_address()).await.unwrap();
    let mut second = TcpStream::connect(host.local_address()).await.unwrap();
    assert!(asked(&mut first).await.is_some() && asked(&mut second).await.is_some());
    let mut third = TcpStream::connect(host.local_address()).await.unwrap();
    assert_eq!(asked(&mut third).await, None);
    drop(first);
    let seat = async {
        loop {
            let mut till = TcpStream::connect(host.local_address()).await.unwrap();
            if asked(&mut till).await.is_some() {
                return;
            }
        }
    };
    timeout(SOON, seat).await.unwrap();
}
