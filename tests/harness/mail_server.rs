//! A mail server of the test's own: SMTP over TLS, from the first byte or after a greeting in clear, with what it hears kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// No machine is slower.
const AT_MOST: Duration = Duration::from_secs(60);

/// How the server is.
#[derive(Debug, Clone)]
pub struct MailManner {
    /// With the first byte, or after `STARTTLS`.
    pub starts_in_clear: bool,
    /// Whether it has `STARTTLS`, where it starts in clear.
    pub has_tls: bool,
    /// What it offers after `AUTH`.
    pub ways: &'static str,
    /// Whom it lets in.
    pub user: &'static str,
    pub password: &'static str,
    /// The command it refuses, and with which words.
    pub refuses: Option<(&'static str, &'static str)>,
    /// The command after which it says nothing; `.` is the end of the mail.
    pub falls_silent: Option<&'static str>,
    /// The same, and it hangs up.
    pub hangs_up: Option<&'static str>,
}

impl Default for MailManner {
    fn default() -> MailManner {
        MailManner {
            starts_in_clear: false,
            has_tls: true,
            ways: "PLAIN LOGIN",
            user: "shop",
            password: "geheim-pl4nted",
            refuses: None,
            falls_silent: None,
            hangs_up: None,
        }
    }
}

/// One call, when it is over.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Call {
    /// What was said before TLS stood.
    pub in_clear: String,
    /// The commands inside of TLS.
    pub commands: Vec<String>,
    /// The mail, as it went over the line.
    pub mail: Option<String>,
    /// Whether who called may send.
    pub is_let_in: bool,
}

/// Serves until the program ends.
pub struct MailServer {
    pub port: u16,
    /// The certificate of whoever vouches for it.
    pub authority: String,
    calls: Receiver<Call>,
}

impl MailServer {
    pub fn start(manner: MailManner) -> MailServer {
        let (config, authority) = certified();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let (sender, calls) = channel();
        std::thread::spawn(move || serve(&socket, &manner, &config, &sender));
        MailServer { port, authority, calls }
    }

    /// The authority's certificate as a file in this folder.
    pub fn ca_file(&self, folder: &Path) -> PathBuf {
        let file = folder.join("mail-ca.pem");
        std::fs::write(&file, &self.authority).unwrap();
        file
    }

    /// The next call that is over.
    pub fn call(&self) -> Call {
        self.calls.recv_timeout(AT_MOST).expect("nobody has called")
    }

    /// Whether nobody else has called so far.
    pub fn is_left_alone(&self) -> bool {
        self.calls.try_recv().is_err()
    }
}

fn certified() -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap().der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (Arc::new(config), issuer.pem())
}

fn serve(socket: &TcpListener, manner: &MailManner, config: &Arc<ServerConfig>, calls: &Sender<Call>) {
    while let Ok((stream, _)) = socket.accept() {
        let _ = stream.set_read_timeout(Some(AT_MOST));
        let mut call = Call::default();
        answer(stream, manner, config, &mut call);
        if calls.send(call).is_err() {
            return;
        }
    }
}

/// One call, to its end.
fn answer(mut stream: TcpStream, manner: &MailManner, config: &Arc<ServerConfig>, call: &mut Call) {
    if manner.starts_in_clear && !asks_for_tls(&mut stream, manner, call) {
        return;
    }
    let line = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
    let mut lines = BufReader::new(line);
    if !manner.starts_in_clear && !says(&mut lines, "220 mail.example ESMTP") {
        return;
    }
    while let Some(said) = heard(&mut lines) {
        let word = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        call.commands.push(said.clone());
        if word == "AUTH" {
            call.is_let_in = lets_in(&mut lines, &said, manner, call);
        }
        if !goes_on(&mut lines, &word, manner) || !says(&mut lines, &answer_to(&word, manner, call)) {
            return;
        }
        if word == "DATA" && refusal("DATA", manner).is_none() {
            call.mail = Some(whole_mail(&mut lines));
            if !goes_on(&mut lines, ".", manner) || !says(&mut lines, refusal(".", manner).unwrap_or("250 taken")) {
                return;
            }
        }
    }
}

/// Whether TLS comes next.
fn asks_for_tls(stream: &mut TcpStream, manner: &MailManner, call: &mut Call) -> bool {
    if stream.write_all(b"220 mail.example ESMTP\r\n").is_err() {
        return false;
    }
    let mut said = String::new();
    let mut byte = [0];
    // Byte by byte: what comes behind `STARTTLS` belongs to TLS.
    while stream.read(&mut byte).is_ok_and(|read| read == 1) {
        said.push(char::from(byte[0]));
        if !said.ends_with('\n') {
            continue;
        }
        call.in_clear.push_str(&said);
        let wants_tls = said.trim_end() == "STARTTLS";
        let answer = match (wants_tls, manner.has_tls) {
            (true, _) => "220 go on\r\n",
            (false, true) => "250-mail.example\r\n250 STARTTLS\r\n",
            (false, false) => "250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n",
        };
        if stream.write_all(answer.as_bytes()).is_err() || wants_tls {
            return wants_tls;
        }
        said.clear();
    }
    false
}

type Lines = BufReader<StreamOwned<ServerConnection, TcpStream>>;

fn heard(lines: &mut Lines) -> Option<String> {
    let mut line = String::new();
    lines.read_line(&mut line).ok().filter(|length| *length > 0).map(|_| line.trim_end().to_owned())
}

fn says(lines: &mut Lines, answer: &str) -> bool {
    let line = lines.get_mut();
    line.write_all(format!("{answer}\r\n").as_bytes()).and_then(|()| line.flush()).is_ok()
}

/// With the dots that were doubled for the line.
fn whole_mail(lines: &mut Lines) -> String {
    let mut mail = String::new();
    while let Some(line) = heard(lines).filter(|line| line != ".") {
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        mail.push_str("\r\n");
    }
    mail
}

/// `false` where it says nothing more.
fn goes_on(lines: &mut Lines, word: &str, manner: &MailManner) -> bool {
    if manner.falls_silent == Some(word) {
        let _ = lines.read_to_end(&mut Vec::new());
    }
    if manner.hangs_up == Some(word) {
        let _ = lines.get_mut().sock.shutdown(Shutdown::Both);
    }
    manner.falls_silent != Some(word) && manner.hangs_up != Some(word)
}

fn refusal(word: &str, manner: &MailManner) -> Option<&'static str> {
    manner.refuses.filter(|(command, _)| *command == word).map(|(_, words)| words)
}

fn answer_to(word: &str, manner: &MailManner, call: &Call) -> String {
    match (refusal(word, manner), word) {
        (Some(words), _) => words.to_owned(),
        (_, "EHLO") => format!("250-mail.example\r\n250 AUTH {}", manner.ways),
        (_, "AUTH") if call.is_let_in => "235 welcome".to_owned(),
        // As servers do that think it helps.
        (_, "AUTH") => format!("535 5.7.8 not you: {}", call.commands.join(" ")),
        (_, "MAIL" | "RCPT" | "DATA") if !call.is_let_in && !manner.user.is_empty() => "530 who are you".to_owned(),
        (_, "DATA") => "354 go on".to_owned(),
        (_, "QUIT") => "221 bye".to_owned(),
        _ => "250 yes".to_owned(),
    }
}

/// Whether user and password are right, by the way that was chosen.
fn lets_in(lines: &mut Lines, said: &str, manner: &MailManner, call: &mut Call) -> bool {
    let words: Vec<&str> = said.split(' ').collect();
    let given = match words.get(1) {
        Some(&"PLAIN") => words.get(2).map(|word| decoded(word)).unwrap_or_default(),
        Some(&"LOGIN") => {
            let asked = ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"].map(|question| {
                let answered = says(lines, &format!("334 {question}")).then(|| heard(lines)).flatten();
                call.commands.extend(answered.clone());
                answered.map(|word| decoded(&word)).unwrap_or_default()
            });
            format!("\0{}\0{}", asked[0], asked[1])
        }
        _ => return false,
    };
    given == format!("\0{}\0{}", manner.user, manner.password)
}

fn decoded(word: &str) -> String {
    STANDARD.decode(word).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
