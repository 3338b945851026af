//! One run of the binary.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// No run in these tests takes longer.
const AT_MOST: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A run that is under way. Dropping it kills the process, which is always our own child.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    errors: Option<JoinHandle<String>>,
    told: Receiver<String>,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Ended {
    pub status: Option<i32>,
    pub lines: Vec<String>,
    pub errors: String,
}

impl Program {
    pub fn start(command: &mut Command, input: &str) -> Program {
        if !command.get_envs().any(|(name, _)| name == "CHECKSTAND_LOG") {
            command.env_remove("CHECKSTAND_LOG");
        }
        let mut child = command
            .env("LC_ALL", "en_US.UTF-8")
            .env("CHECKSTAND_TRAINING_SPEED", "50")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read it may end before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let (teller, told) = channel();
        let errors = std::thread::spawn(move || {
            let mut whole = String::new();
            let mut bytes = Vec::new();
            while err.read_until(b'\n', &mut bytes).is_ok_and(|length| length > 0) {
                let line = String::from_utf8_lossy(&bytes).into_owned();
                whole.push_str(&line);
                let _ = teller.send(line);
                bytes.clear();
            }
            whole
        });
        Program { child, lines, seen: Vec::new(), errors: Some(errors), told }
    }

    /// The next line of standard output that fits.
    pub fn line(&mut self, mut fits: impl FnMut(&str) -> bool) -> String {
        let end = Instant::now() + AT_MOST;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if fits(&line) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("no such line came in time: {:#?}", self.seen),
                Err(RecvTimeoutError::Disconnected) => {
                    let errors = self.stderr();
                    panic!("no such line came: {:#?}\n{errors}", self.seen)
                }
            }
        }
    }

    /// The next line of standard error with these words in it.
    pub fn until_it_says(&mut self, words: &str) {
        let end = Instant::now() + AT_MOST;
        while let Ok(line) = self.told.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(words) {
                return;
            }
        }
        panic!("it does not say {words}");
    }

    /// The next event of this kind.
    pub fn event(&mut self, kind: &str) -> Value {
        self.event_with(kind, |_| true)
    }

    pub fn event_with(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let line = self.line(|line| {
            let event = parsed(line);
            event["event"] == kind && fits(&event)
        });
        parsed(&line)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the cashier is told to have a card presented: the request is at the terminal.
    pub fn until_card_wanted(&mut self) {
        self.event_with("display", |display| display["text"] == "Present card");
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// SIGINT, as Ctrl-C sends it.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    pub fn terminate(&self) {
        self.signal("TERM");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// SIGKILL: nothing of the program gets a chance to do anything any more. What it has said is left.
    pub fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.end()
    }

    /// Waits for its own end.
    pub fn end(mut self) -> Ended {
        let status = self.wait();
        let mut lines = std::mem::take(&mut self.seen);
        lines.extend(self.lines.iter());
        let errors = self.stderr();
        Ended { status: status.code(), lines, errors }
    }

    fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + AT_MOST;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the program does not end; so far: {:#?}",
                self.lines.try_iter().collect::<Vec<_>>()
            );
            std::thread::sleep(LOOK_EVERY);
        }
    }

    fn stderr(&mut self) -> String {
        let _ = self.child.kill();
        self.errors.take().map(|errors| errors.join().unwrap()).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Every line of standard output, which must be JSON with `event` first.
    pub fn events(&self) -> Vec<Value> {
        self.lines
            .iter()
            .map(|line| {
                assert!(line.starts_with("{\"event\":\""), "{line}");
                parsed(line)
            })
            .collect()
    }

    pub fn events_of(&self, kind: &str) -> Vec<Value> {
        self.events().into_iter().filter(|event| event["event"] == kind).collect()
    }

    /// The only event of this kind.
    pub fn event(&self, kind: &str) -> Value {
        let mut events = self.events_of(kind);
        assert_eq!(events.len(), 1, "{kind} in {:#?}\n{}", self.lines, self.errors);
        events.remove(0)
    }

    /// The outcome of a payment: the last line there is.
    pub fn outcome(&self) -> Value {
        let outcome = self.event("outcome");
        assert_eq!(self.events().last(), Some(&outcome), "the outcome comes last");
        outcome
    }

    /// The error of a command that did not do its work: the only line there is.
    pub fn refusal(&self) -> String {
        let error = self.event("error");
        assert_eq!(self.lines.len() - self.events_of("check").len(), 1, "{:#?}", self.lines);
        assert!(error["message"].as_str().is_some_and(|text| text.contains(' ')), "{error}");
        error["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn ended_with(&self, status: i32) -> &Ended {
        assert_eq!(self.status, Some(status), "{:#?}\n{}", self.lines, self.errors);
        self
    }
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
