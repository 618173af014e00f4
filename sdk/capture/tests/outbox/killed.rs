//! A real process, a real folder, and SIGKILL.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bailing_capture::upload::{Method, Request, Response, Unreachable};
use bailing_capture::{EntryState, Errand, Folder, Outbox};
use ring::rand::{SecureRandom, SystemRandom};

use super::app::{App, KEY, TODAY, service};
use super::bank::{Bank, Claims};

/// Where the child writes; without it there is nothing to do.
const FOLDER: &str = "BAILING_TEST_FOLDER";

/// How often the child is killed.
const ROUNDS: u32 = 60;

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn randomness() -> SystemRandom {
    SystemRandom::new()
}

fn open(folder: &Path) -> Outbox {
    let storage = Folder::open(folder).expect("the folder, which nobody else has");
    Outbox::open(Box::new(storage), Box::new(randomness()), &KEY, service(), TODAY).expect("opened")
}

/// The child: seals and sends until it is killed, and says so line by line.
#[test]
#[ignore = "the process that `killed_at_random` kills"]
fn child() {
    #[expect(clippy::disallowed_methods, reason = "a test's edge")]
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let mut bank = Bank::new(TODAY);
    let mut seed = [0; 8];
    randomness().fill(&mut seed).expect("randomness");
    // The bank forgets with the process: it numbers on from anywhere, and takes any chain up where it is.
    bank.begin_at(u64::from_be_bytes(seed) >> 8);
    let mut app = App::with(open(Path::new(&folder)), TODAY);
    if app.outbox.enrolment().is_none() {
        app.outbox.enrol("haulier").expect("wanted");
    }
    for number in 0.. {
        while app.outbox.tickets_left(app.now) == 0 || number % 3 == 0 {
            let mut out = std::io::stdout().lock();
            let stepped = app.step(&mut |request: &Request| -> Result<Response, Unreachable> {
                if request.method == Method::Put {
                    let claims = Claims::read(&request.body);
                    let name = request.path.rsplit('/').next().unwrap_or_default();
                    let ticket = hex::encode(&claims.ticket);
                    // One write a line: a death leaves whole lines.
                    let key = hex::encode(claims.key_id);
                    let line = format!("received {name} {} {key} {ticket}\n", claims.sequence);
                    out.write_all(line.as_bytes()).expect("said");
                }
                Ok(bank.answer_leniently(request))
            });
            if stepped.expect("the folder works").is_none() {
                match app.outbox.next(app.now).expect("the folder works") {
                    Errand::WaitUntil(until) if app.outbox.tickets_left(app.now) == 0 => {
                        app.now = until;
                    }
                    _ => break,
                }
            }
        }
        let bundle = app.seal(50_000 + number).expect("sealed");
        let line = format!("sealed {}\n", hex::encode(bundle));
        std::io::stdout().write_all(line.as_bytes()).expect("said");
    }
}

#[test]
fn killed_at_random() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (mut sealed, mut received) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "killed::child", "--ignored", "--nocapture"])
            .env(FOLDER, scratch.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the child starts");
        let lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        // A few bundles later, so that it gets on also where the machine is busy; sometimes before any.
        let (mut left, pause) = (round % 6, Duration::from_millis(u64::from(round * 13 % 29)));
        if left == 0 {
            std::thread::sleep(pause);
            child.kill().expect("killed");
        }
        for line in lines.map(|line| line.expect("text")) {
            // The test harness's own first line ends where the child begins to speak.
            let at = line.find("sealed ").or_else(|| line.find("received "));
            let words: Vec<&str> = line[at.unwrap_or(line.len())..].split(' ').collect();
            match words.as_slice() {
                ["sealed", bundle] => {
                    sealed.push((*bundle).to_owned());
                    left = left.saturating_sub(1);
                    if left == 0 {
                        std::thread::sleep(pause);
                        child.kill().expect("killed");
                    }
                }
                ["received", bundle, sequence, key, ticket] => {
                    let chain = format!("{sequence} of {key}");
                    received.push(((*bundle).to_owned(), chain, (*ticket).to_owned()));
                }
                _ => {}
            }
        }
        child.wait().expect("gone");
    }
    let outbox = open(scratch.path());
    let waiting: Vec<String> = outbox
        .entries()
        .filter(|entry| entry.state == EntryState::Waiting)
        .map(|entry| hex::encode(entry.bundle))
        .collect();
    println!(
        "{ROUNDS} kills, {} sealed, {} sent, {} wait",
        sealed.len(),
        received.len(),
        waiting.len()
    );
    assert!(sealed.len() > 100, "the child hardly ran: {}", sealed.len());
    for bundle in &sealed {
        let arrived = received.iter().any(|(name, ..)| name == bundle);
        assert!(arrived || waiting.contains(bundle), "{bundle} is lost");
    }
    let (mut sequences, mut tickets) = (BTreeMap::new(), BTreeMap::new());
    for (bundle, sequence, ticket) in &received {
        assert_eq!(
            sequences.entry(sequence).or_insert(bundle),
            &bundle,
            "a sequence number, twice"
        );
        assert_eq!(tickets.entry(ticket).or_insert(bundle), &bundle, "a ticket, twice");
    }
    assert_eq!(outbox.set_aside(), 0);
}
