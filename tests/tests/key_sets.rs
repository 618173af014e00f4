//! The keys of tokens at an address: fetched, kept, renewed, and never too much of anything.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bailing_tests::{Answer, HostApp, ISSUER, Server, exchange, refused};
use serde_json::json;
use tempfile::{TempDir, tempdir};

/// How the issuer answers.
#[derive(Clone, Debug)]
enum Mood {
    Says(String),
    Fails,
    Redirects(String),
    /// Megabytes of it.
    Endless,
    /// A byte now and then.
    Slow,
}

/// An issuer's own small server.
struct Issuer {
    address: String,
    asked: Arc<AtomicUsize>,
    mood: Arc<Mutex<Mood>>,
}

impl Issuer {
    fn open(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let (asked, mood) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(mood)));
        let (counted, shared) = (Arc::clone(&asked), Arc::clone(&mood));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let mood = shared.lock().expect("a mood").clone();
                std::thread::spawn(move || answer(stream, &mood));
            }
        });
        Self { address, asked, mood }
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().expect("a mood") = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, mood: &Mood) {
    let mut head = BufReader::new(stream.try_clone().expect("a stream")).lines();
    while head.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let mut say = |bytes: &[u8]| stream.write_all(bytes).is_ok();
    match mood {
        Mood::Says(body) => {
            let length = body.len();
            say(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes());
        }
        Mood::Fails => {
            say(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
        }
        Mood::Redirects(to) => {
            let head = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            say(head.as_bytes());
        }
        Mood::Endless => {
            say(b"HTTP/1.1 200 OK\r\n\r\n{\"keys\":[\"");
            for _ in 0..1_000 {
                if !say(&[b'x'; 64 * 1024]) {
                    return;
                }
            }
        }
        Mood::Slow => {
            say(b"HTTP/1.1 200 OK\r\n\r\n");
            while say(b" ") {
                std::thread::sleep(Duration::from_millis(200));
            }
        }
    }
}

fn serve(issuer: &Issuer) -> (TempDir, Server) {
    let folder = tempdir().expect("a folder");
    let toml = format!(
        "requests_per_second = 1000\nrequests_per_second_of_one = 1000\n\
         [host_app]\njwks = '{}'\nissuer = '{ISSUER}'\n",
        issuer.address
    );
    let server = Server::configured(&folder, &toml, None, &["--allow-software-keys"]);
    (folder, server)
}

fn ask(server: &Server, token: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    exchange(server.public(), "GET", "/api/v1/quota", &headers, None)
}

/// Asks until the answer is that status: the issuer is asked again after 10 s.
fn until(server: &Server, token: &str, status: u16) -> Answer {
    let mut answer = ask(server, token);
    for _ in 0..60 {
        if answer.status == status {
            break;
        }
        std::thread::sleep(Duration::from_millis(250));
        answer = ask(server, token);
    }
    assert_eq!(answer.status, status, "{answer:?}");
    answer
}

#[test]
fn keys_are_fetched_once_renewed_for_a_new_one_and_kept_while_the_issuer_fails() {
    let (one, two) = (HostApp::new("one"), HostApp::new("two"));
    let issuer = Issuer::open(Mood::Says(one.jwks().to_string()));
    let (_folder, server) = serve(&issuer);
    for _ in 0..50 {
        assert_eq!(ask(&server, &one.token("haulier")).status, 200);
    }
    assert_eq!(issuer.asked(), 1, "50 tokens of a known key");
    // Whoever invents keys' names does not make the server ask each time.
    for _ in 0..50 {
        let stranger = HostApp::new("three");
        refused(&ask(&server, &stranger.token("haulier")), 401, "token_invalid");
    }
    assert!(issuer.asked() <= 2, "{}", issuer.asked());

    let both = [one.jwks()["keys"][0].clone(), two.jwks()["keys"][0].clone()];
    issuer.becomes(Mood::Says(json!({ "keys": both }).to_string()));
    until(&server, &two.token("haulier"), 200);
    assert!(issuer.asked() <= 4, "{}", issuer.asked());

    for mood in [Mood::Fails, Mood::Says("no keys".to_owned())] {
        issuer.becomes(mood);
        let asked = issuer.asked();
        let invented = HostApp::new("four").token("haulier");
        while issuer.asked() == asked {
            refused(&ask(&server, &invented), 401, "token_invalid");
            std::thread::sleep(Duration::from_millis(250));
        }
        assert_eq!(ask(&server, &one.token("haulier")).status, 200);
        assert_eq!(ask(&server, &two.token("haulier")).status, 200);
    }

    // A key that the issuer gave up is given up with the next renewal.
    issuer.becomes(Mood::Says(two.jwks().to_string()));
    let invented = HostApp::new("five").token("haulier");
    for _ in 0..60 {
        ask(&server, &invented);
        if ask(&server, &one.token("haulier")).status == 401 {
            break;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    refused(&ask(&server, &one.token("haulier")), 401, "token_invalid");
    assert_eq!(ask(&server, &two.token("haulier")).status, 200);
}

#[test]
fn a_server_starts_before_its_issuer_and_takes_no_more_than_keys_from_it() {
    let app = HostApp::new("one");
    let elsewhere = Issuer::open(Mood::Says(app.jwks().to_string()));
    let redirect = Mood::Redirects(elsewhere.address.clone());
    let moods =
        [Mood::Fails, Mood::Endless, Mood::Slow, redirect, Mood::Says("{\"keys\":[]}".to_owned())];
    let issuers = moods.map(Issuer::open);
    let servers: Vec<(TempDir, Server)> = issuers.iter().map(serve).collect();
    for (_, server) in &servers {
        let answer = ask(server, &app.token("haulier"));
        refused(&answer, 503, "token_keys_missing");
        assert_eq!(answer.header("retry-after"), "5");
        let health = exchange(server.public(), "GET", "/healthz", &[], None);
        assert_eq!(health.status, 200, "nobody else waits");
        let more = server.peak_memory().saturating_sub(servers[0].1.peak_memory());
        assert!(more < 32 << 20, "{more} bytes more than where the issuer said nothing");
    }
    assert_eq!(elsewhere.asked(), 0, "nobody follows a redirect to other keys");
    for issuer in &issuers {
        issuer.becomes(Mood::Says(app.jwks().to_string()));
    }
    for (_, server) in &servers {
        until(server, &app.token("haulier"), 200);
    }
}
