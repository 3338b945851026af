//! Mails through a small server: what it hears, what it never hears, and what is said of it.

use checkstand::links::{Mail, MailAttachment, MailFault, MailLine, MailServer, send_mail};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::certificates::*;
use super::*;

const PASSWORD: &str = "not-for-strangers";

/// How the server is.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// Greets in clear, and has STARTTLS or has it not.
    clear: Option<bool>,
    /// The command it refuses, and with which words.
    refuses: Option<(&'static str, &'static str)>,
    /// The command after which it says nothing more; `.` is the end of the mail.
    leaves: Option<(&'static str, Leaving)>,
}

#[derive(Debug, Clone, Copy)]
enum Leaving {
    HangsUp,
    /// From then on nobody's clock runs but the one of the waits.
    FallsSilent,
}

/// The server's port, and what it has heard when its client is gone: in clear, and inside TLS.
async fn server(acceptor: TlsAcceptor, manner: Manner) -> (u16, JoinHandle<(String, String)>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let mut in_clear = String::new();
        if let Some(has_tls) = manner.clear {
            in_clear = greet_in_clear(&mut stream, has_tls).await;
            if !in_clear.contains("STARTTLS") {
                return (in_clear, String::new());
            }
        }
        match acceptor.accept(stream).await {
            Ok(stream) => (in_clear, serve(stream, manner).await),
            Err(_) => (in_clear, String::new()),
        }
    });
    (port, served)
}

async fn greet_in_clear(stream: &mut TcpStream, has_tls: bool) -> String {
    let mut heard = String::new();
    stream.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.unwrap_or_default() == 0 {
            return heard;
        }
        heard.push_str(&line);
        let answer = match line.trim_end() {
            "STARTTLS" => "220 go on\r\n",
            _ if has_tls => "250-mail.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n",
            _ => "250-mail.example\r\n250 AUTH PLAIN\r\n",
        };
        lines.get_mut().write_all(answer.as_bytes()).await.unwrap();
        if line.starts_with("STARTTLS") {
            return heard;
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, manner: Manner) -> String {
    let mut lines = BufReader::new(stream);
    let mut heard = String::new();
    if manner.clear.is_none() {
        lines.get_mut().write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
    }
    let mut in_mail = false;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.unwrap_or_default() == 0 {
            return heard;
        }
        heard.push_str(&line);
        let word = line.split([' ', ':', '\r']).next().unwrap_or_default();
        let word = if in_mail && line == ".\r\n" { "." } else { word };
        if let Some((_, leaving)) =
            manner.leaves.filter(|(command, _)| in_mail == (*command == ".") && word == *command)
        {
            match leaving {
                Leaving::HangsUp => return heard,
                Leaving::FallsSilent => {
                    tokio::time::pause();
                    let _ = lines.read_to_string(&mut heard).await;
                    tokio::time::resume();
                    return heard;
                }
            }
        }
        let refused = manner.refuses.filter(|(command, _)| word.eq_ignore_ascii_case(command));
        let answer = match (in_mail, refused, word) {
            (true, None, ".") => "250 taken",
            (true, Some((_, words)), ".") | (false, Some((_, words)), _) => words,
            (true, ..) => continue,
            (_, _, "EHLO") => "250-mail.example\r\n250 AUTH PLAIN LOGIN",
            (_, _, "AUTH") => "235 welcome",
            (_, _, "DATA") => "354 go on",
            (_, _, "QUIT") => "221 bye",
            _ => "250 yes",
        };
        in_mail = answer.starts_with("354");
        if lines.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return heard;
        }
    }
}

fn at(port: u16, line: MailLine, ca_file: Option<PathBuf>) -> MailServer {
    let login = Some(("shop".to_owned(), Secret::new(PASSWORD)));
    MailServer { host: "localhost".to_owned(), port, line, login, ca_file }
}

fn mail() -> Mail {
    Mail {
        from: "Fjällboden <shop@b.example>".to_owned(),
        to: "anna@c.example".to_owned(),
        subject: "Kvitto från Fjällboden".to_owned(),
        text: "Tack och välkommen åter".to_owned(),
        attachment: Some(MailAttachment { name: "r.pdf".to_owned(), kind: "application/pdf", bytes: b"%PDF".to_vec() }),
    }
}

async fn heard(served: JoinHandle<(String, String)>) -> (String, String) {
    timeout(SOON, served).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_mail_goes_over_tls_from_the_first_byte_or_after_a_greeting_that_says_nothing_of_it() {
    for (line, clear) in [(MailLine::Tls, None), (MailLine::StartTls, Some(true))] {
        let authority = Authority::new("of the shop");
        let (port, served) = server(authority.usual(), Manner { clear, ..Manner::default() }).await;
        send_mail(&at(port, line, authority.file()), &mail()).await.unwrap();
        let (in_clear, inside) = heard(served).await;
        let only = if clear.is_some() { "EHLO [127.0.0.1]\r\nSTARTTLS\r\n" } else { "" };
        assert_eq!(in_clear, only);
        for words in ["AUTH PLAIN", "MAIL FROM:<shop@b.example>", "RCPT TO:<anna@c.example>", "application/pdf", "QUIT"]
        {
            assert!(inside.contains(words), "{words} is not in {inside}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_hears_nothing() {
    let (ours, theirs) = (Authority::new("of the shop"), Authority::new("of somebody"));
    let other_name = ours.acceptor(&["mail.example"], VALID, EVERY_VERSION);
    let expired = ours.acceptor(&["localhost"], (2020, 2021), EVERY_VERSION);
    for acceptor in [theirs.usual(), other_name, expired, self_signed()] {
        for (line, clear) in [(MailLine::Tls, None), (MailLine::StartTls, Some(true))] {
            let (port, served) = server(acceptor.clone(), Manner { clear, ..Manner::default() }).await;
            let fault = send_mail(&at(port, line, ours.file()), &mail()).await.unwrap_err();
            assert!(matches!(fault, MailFault::Certificate(_)), "{fault:?}");
            assert_eq!(heard(served).await.1, "");
        }
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password() {
    let authority = Authority::new("of the shop");
    let (port, served) = server(authority.usual(), Manner { clear: Some(false), ..Manner::default() }).await;
    let fault = send_mail(&at(port, MailLine::StartTls, authority.file()), &mail()).await.unwrap_err();
    assert_eq!(fault, MailFault::NoTls);
    assert_eq!(heard(served).await, ("EHLO [127.0.0.1]\r\n".to_owned(), String::new()));
}

#[tokio::test]
async fn what_a_server_refuses_is_told_by_what_it_was_without_the_password_it_repeats() {
    type Is = fn(&MailFault) -> bool;
    let refusals: [(&str, &str, Is); 8] = [
        ("AUTH", "535 5.7.8 not-for-strangers is wrong", |fault| matches!(fault, MailFault::Login(_))),
        ("MAIL", "550 not from you", |fault| matches!(fault, MailFault::Sender(_))),
        ("RCPT", "550 5.1.1 unknown here", |fault| matches!(fault, MailFault::Recipient(_))),
        ("DATA", "451 later", |fault| matches!(fault, MailFault::Refused(_))),
        (".", "554 5.7.1 looks like advertising", |fault| matches!(fault, MailFault::Refused(_))),
        ("AUTH", "535 no AUTH PLAIN AHNob3AAbm90LWZvci1zdHJhbmdlcnM=", |fault| matches!(fault, MailFault::Login(_))),
        ("AUTH", "535 no bm90LWZvci1zdHJhbmdlcnM=", |fault| matches!(fault, MailFault::Login(_))),
        ("EHLO", "250 without any way to log in", |fault| matches!(fault, MailFault::Login(_))),
    ];
    for (command, words, is_meant) in refusals {
        let authority = Authority::new("of the shop");
        let manner = Manner { refuses: Some((command, words)), ..Manner::default() };
        let (port, served) = server(authority.usual(), manner).await;
        let fault = send_mail(&at(port, MailLine::Tls, authority.file()), &mail()).await.unwrap_err();
        assert!(is_meant(&fault), "{command}: {fault:?}");
        for spelling in [PASSWORD, "bm90LWZvci1zdHJhbmdlcnM", "AHNob3AA"] {
            assert!(!format!("{fault:?}{fault}").contains(spelling), "{fault:?}");
        }
        assert_eq!(heard(served).await.1.contains("Subject:"), command == ".", "{command}");
    }
}

/// Sends through a server of this manner; what it has heard besides.
async fn through(manner: Manner, mail: &Mail) -> (Result<(), MailFault>, String) {
    let authority = Authority::new("of the shop");
    let (port, served) = server(authority.usual(), manner).await;
    let sent = send_mail(&at(port, MailLine::Tls, authority.file()), mail).await;
    (sent, heard(served).await.1)
}

#[tokio::test]
async fn a_mail_that_the_server_does_not_have_whole_surely_did_not_go() {
    for command in ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"] {
        for leaving in [Leaving::HangsUp, Leaving::FallsSilent] {
            let manner = Manner { leaves: Some((command, leaving)), ..Manner::default() };
            let (sent, inside) = through(manner, &mail()).await;
            let is_meant = match leaving {
                Leaving::HangsUp => matches!(sent, Err(MailFault::Broken(_))),
                Leaving::FallsSilent => sent == Err(MailFault::Silent),
            };
            assert!(is_meant, "{command}, {leaving:?}: {sent:?}");
            assert!(!inside.contains("Subject:"), "{command}, {leaving:?}: {inside}");
        }
    }
}

#[tokio::test]
async fn a_server_that_takes_half_of_a_mail_does_not_send_it() {
    let authority = Authority::new("of the shop");
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = authority.usual();
    let served = tokio::spawn(async move {
        let mut line = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        for answer in ["220 mail", "250 AUTH PLAIN", "235 welcome", "250 yes", "250 yes", "354 go on"] {
            line.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            let _ = line.read(&mut [0; 512]).await.unwrap();
        }
        tokio::time::pause();
        line
    });
    // More than the system takes for a peer that reads nothing.
    let large = MailAttachment { name: "r.pdf".to_owned(), kind: "application/pdf", bytes: vec![7; 8 << 20] };
    let mail = Mail { attachment: Some(large), ..mail() };
    let sent = send_mail(&at(port, MailLine::Tls, authority.file()), &mail).await;
    assert_eq!(sent, Err(MailFault::Silent));
    drop(served.await.unwrap());
}

#[tokio::test]
async fn whether_a_mail_went_that_the_server_has_whole_nobody_knows_unless_it_says_so() {
    let silent = Manner { leaves: Some((".", Leaving::FallsSilent)), ..Manner::default() };
    assert_eq!(through(silent, &mail()).await.0, Err(MailFault::SilentWithTheMail));
    let gone = Manner { leaves: Some((".", Leaving::HangsUp)), ..Manner::default() };
    assert!(matches!(through(gone, &mail()).await.0, Err(MailFault::BrokenWithTheMail(_))));
    let odd = Manner { refuses: Some((".", "this is no answer")), ..Manner::default() };
    assert!(matches!(through(odd, &mail()).await.0, Err(MailFault::BrokenWithTheMail(_))));
}

#[tokio::test]
async fn a_mail_that_was_taken_went_however_the_server_takes_leave() {
    for leaving in [Leaving::HangsUp, Leaving::FallsSilent] {
        let manner = Manner { leaves: Some(("QUIT", leaving)), ..Manner::default() };
        assert_eq!(through(manner, &mail()).await.0, Ok(()), "{leaving:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up() {
    for line in [MailLine::Tls, MailLine::StartTls] {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let begun = tokio::time::Instant::now();
        let fault = send_mail(&at(port, line, None), &mail()).await.unwrap_err();
        // Where the clock runs ahead of the sockets it may not even be connected.
        assert!(matches!(fault, MailFault::Silent | MailFault::Unreachable(_)), "{fault:?}");
        assert!(begun.elapsed() <= Duration::from_secs(60));
        drop(socket);
    }
}

#[tokio::test]
async fn nobody_there_and_no_authority_are_told_apart() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    let fault = send_mail(&at(port, MailLine::Tls, None), &mail()).await.unwrap_err();
    assert!(matches!(fault, MailFault::Unreachable(_)), "{fault:?}");
    let nowhere = Some(PathBuf::from("/nowhere/ca.pem"));
    let fault = send_mail(&at(port, MailLine::Tls, nowhere), &mail()).await.unwrap_err();
    assert!(matches!(fault, MailFault::CaFile(_)), "{fault:?}");
    let keys: Vec<&str> = [MailFault::NoTls, MailFault::Silent].iter().map(MailFault::key).collect();
    assert_eq!(keys, ["mail-fault-no-tls", "mail-fault-silent"]);
}
