//! The door itself: TLS, clients that are slow on purpose, and who may knock how often.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use bailing_tests::{HostApp, Server, exchange, operate, refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use socket2::{Domain, Socket, Type};
use tempfile::tempdir;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A certificate of this test's for this machine, as the two files that a server reads.
fn certify(folder: &Path) -> Certificate<'static> {
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let certificate = pem("CERTIFICATE", made.cert.der());
    std::fs::write(folder.join("key.pem"), pem("PRIVATE KEY", &made.signing_key.serialize_der()))
        .expect("written");
    std::fs::write(folder.join("certificate.pem"), &certificate).expect("written");
    Certificate::from_pem(certificate.as_bytes()).expect("a certificate")
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// GET of a path over TLS, by a client that believes one certificate only: the status.
fn over_tls(server: &Server, believed: &Certificate<'static>) -> Result<u16, ureq::Error> {
    let tls = TlsConfig::builder().root_certs(RootCerts::from([believed.clone()])).build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let address = server.public().replace("http://", "https://");
    Ok(agent.get(format!("{address}/healthz")).call()?.status().as_u16())
}

#[test]
fn tls_is_spoken_and_a_new_certificate_needs_no_restart() {
    let folder = tempdir().expect("a folder");
    let first = certify(folder.path());
    let at = folder.path().display();
    let toml = format!("[tls]\ncertificate = '{at}/certificate.pem'\nkey = '{at}/key.pem'\n");
    let server = Server::configured(&folder, &toml, None, &[]);
    assert_eq!(over_tls(&server, &first).expect("an answer"), 200);
    let mut bare = TcpStream::connect(server.public().trim_start_matches("http://")).expect("open");
    bare.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    let _ = bare.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "nothing is said in the clear");
    // The console stays as it is, for a proxy that asks who it is.
    assert_eq!(operate(server.operator(), "GET", "/metrics", None).status, 200);

    // Half of a renewal, or garbage, is not taken over.
    std::fs::write(folder.path().join("certificate.pem"), "nonsense").expect("written");
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(over_tls(&server, &first).expect("an answer"), 200);
    let second = certify(folder.path());
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(over_tls(&server, &second).expect("an answer"), 200);
    assert!(over_tls(&server, &first).is_err(), "the old one is gone");
}

#[test]
fn who_is_slow_on_purpose_loses_the_connection_and_holds_nobody_up() {
    let folder = tempdir().expect("a folder");
    let server =
        Server::configured(&folder, "request_seconds = 5\n", None, &["--allow-software-keys"]);
    let address = server.public().trim_start_matches("http://").to_owned();
    let connect = || {
        let stream = TcpStream::connect(&address).expect("open");
        stream.set_read_timeout(Some(Duration::from_secs(40))).expect("a timeout");
        stream
    };
    // 200 heads that never end, 200 connections that say nothing.
    let drip: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = connect();
            stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ").expect("sent");
            stream
        })
        .collect();
    let silent: Vec<TcpStream> = (0..200).map(|_| connect()).collect();
    let dripping: Vec<TcpStream> =
        drip.iter().map(|one| one.try_clone().expect("a copy")).collect();
    std::thread::spawn(move || {
        // A byte a second, until the server has enough of it.
        for _ in 0..60 {
            for mut stream in &dripping {
                let _ = stream.write_all(b"x");
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    assert_eq!(exchange(server.public(), "GET", "/healthz", &[], None).status, 200);

    // A body that does not end is answered, and why.
    let mut body = connect();
    body.write_all(
        b"POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
          content-length: 100\r\n\r\n{",
    )
    .expect("sent");
    let mut answer = [0; 2_048];
    let length = body.read(&mut answer).expect("an answer within 40 s");
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request_timeout"), "{answer}");

    for mut stream in drip.into_iter().chain(silent) {
        let mut said = Vec::new();
        // It ends, by a goodbye or by a reset; a read that times out would be an error of another kind.
        if let Err(error) = stream.read_to_end(&mut said) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
        }
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
    }
    assert_eq!(exchange(server.public(), "GET", "/healthz", &[], None).status, 200);
}

#[test]
fn one_address_does_not_hold_all_connections_nor_all_files() {
    let folder = tempdir().expect("a folder");
    let server = Server::with_files(&folder, "", 160);
    let address: SocketAddr =
        server.public().trim_start_matches("http://").parse().expect("an address");
    // More than there are files.
    let greedy: Vec<TcpStream> =
        (0..240).map(|_| TcpStream::connect(address).expect("open")).collect();
    let asked = |from: [u8; 4]| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.bind(&SocketAddr::from((from, 0)).into()).expect("an address of this machine");
        socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        socket.connect(&address.into()).expect("open");
        let mut stream = TcpStream::from(socket);
        let mut answer = String::new();
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(asked([127, 0, 0, 1]), "", "it has its share");
    assert_eq!(asked([127, 0, 0, 2]), "HTTP/1.1 200 OK");
    drop(greedy);
    for _ in 0..50 {
        if asked([127, 0, 0, 1]) == "HTTP/1.1 200 OK" {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("what was given back is not given out again");
}

/// Answers to so many requests, one after the other: how many were let in.
fn let_in(server: &Server, count: usize, headers: &[(&str, &str)]) -> usize {
    let answers = (0..count).map(|_| exchange(server.public(), "GET", "/healthz", headers, None));
    let mut passed = 0;
    for answer in answers {
        if answer.status == 200 {
            passed += 1;
        } else {
            refused(&answer, 429, "rate_limited");
            assert_eq!(answer.header("retry-after"), "5");
        }
    }
    passed
}

#[test]
fn each_address_has_its_share_and_only_our_proxies_say_whose() {
    let folder = tempdir().expect("a folder");
    let server = Server::configured(&folder, "requests_per_second = 1\n", None, &[]);
    let from = |address: &'static str| [("x-forwarded-for", address)];
    let all =
        let_in(&server, 10, &from("198.51.100.1")) + let_in(&server, 10, &from("198.51.100.2"));
    assert!((4..=6).contains(&all), "who is no proxy cannot say whose request it is: {all}");

    let folder = tempdir().expect("a folder");
    let toml = "requests_per_second = 1\ntrusted_proxies = ['127.0.0.0/8', '10.0.0.0/8']\n";
    let server = Server::configured(&folder, toml, None, &[]);
    let share = 4..=5;
    for address in
        ["198.51.100.1", "198.51.100.2", "2001:db8:1:1::1", "1.1.1.1, 198.51.100.3, 10.2.2.2"]
    {
        let passed = let_in(&server, 10, &from(address));
        assert!(share.contains(&passed), "{address}: {passed}");
    }
    // One household's addresses are one client, what a client invents of itself is none.
    assert!(let_in(&server, 10, &from("2001:db8:1:1:ffff::2")) <= 1);
    assert!(let_in(&server, 10, &from("8.8.8.8, 198.51.100.3")) <= 1);
    assert!(share.contains(&let_in(&server, 10, &from("2001:db8:1:2::1"))));
}

#[test]
fn each_merchant_has_a_share_wherever_it_asks_from() {
    let folder = tempdir().expect("a folder");
    let app = HostApp::new("one");
    let toml = "requests_per_second = 1000\nrequests_per_second_of_one = 1\n".to_owned()
        + &app.configuration(folder.path());
    let server = Server::configured(&folder, &toml, None, &[]);
    let passed = |merchant: &str| {
        let authorization = format!("Bearer {}", app.token(merchant));
        let headers = [("authorization", authorization.as_str())];
        let mut passed = 0;
        for _ in 0..10 {
            let answer = exchange(server.public(), "GET", "/api/v1/tasks", &headers, None);
            match answer.status {
                200 => passed += 1,
                _ => refused(&answer, 429, "rate_limited"),
            }
        }
        passed
    };
    assert!((4..=6).contains(&passed("haulier")));
    assert!((4..=6).contains(&passed("shopkeeper")), "another has another share");
}
