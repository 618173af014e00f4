//! What a merchant sees of what was sent: the list, the events as they happen, what to prove next, what is offered.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{BufRead, BufReader};
use std::time::Duration;

use bailing_tests::{HostApp, Merchant, Phone, Server, operate, refused, sample};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// A server that reads nothing: what comes in goes to a person.
struct Bank {
    server: Server,
    app: HostApp,
    _folder: TempDir,
}

impl Bank {
    fn open() -> Self {
        let folder = tempdir().expect("a folder");
        let app = HostApp::new("one");
        let configuration = app.configuration(folder.path());
        let server = Server::configured(&folder, &configuration, None, &["--allow-software-keys"]);
        Self { server, app, _folder: folder }
    }

    fn merchant(&self) -> Merchant {
        Merchant::of(&self.app, self.server.public(), "haulier")
    }

    fn rule(&self, bundle: &[u8; 32]) {
        let path = format!("/api/v1/reviews/{}", hex::encode(bundle));
        let body = Some(("application/json", br#"{"ruling":"rejected"}"#.as_slice()));
        assert_eq!(operate(self.server.operator(), "POST", &path, body).status, 200);
    }

    fn follow(&self, bundle: &[u8; 32], heard: Option<&str>) -> Stream {
        let path = format!("/api/v1/bundles/{}/events", hex::encode(bundle));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        let mut request = agent
            .get(format!("{}{path}", self.server.public()))
            .header("authorization", format!("Bearer {}", self.app.token("haulier")));
        if let Some(heard) = heard {
            request = request.header("last-event-id", heard);
        }
        let answer = request.call().expect("the server answers");
        let (status, kind) =
            (answer.status().as_u16(), answer.headers().get("content-type").cloned());
        let kind = kind.and_then(|kind| kind.to_str().map(str::to_owned).ok()).unwrap_or_default();
        Stream { status, kind, lines: BufReader::new(answer.into_body().into_reader()) }
    }
}

/// An answer that stays open.
struct Stream {
    status: u16,
    kind: String,
    lines: BufReader<ureq::BodyReader<'static>>,
}

impl Stream {
    /// The next event's id, name and data; `None` at the end.
    fn next(&mut self) -> Option<(String, String, Value)> {
        let (mut id, mut name) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("a line") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("id", value)) => value.clone_into(&mut id),
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", value)) => {
                    return Some((id, name, serde_json::from_str(value).expect("JSON")));
                }
                _ => {}
            }
        }
    }
}

#[test]
fn events_come_as_they_happen_and_go_on_where_they_were_left() {
    let bank = Bank::open();
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    let sha256 = bundle.sha256();
    let mut stream = bank.follow(&sha256, None);
    assert_eq!((stream.status, stream.kind.as_str()), (200, "text/event-stream"));
    let mut told = Vec::new();
    while told.last().is_none_or(|name| name != "decided") {
        let (id, name, data) = stream.next().expect("it is decided some time");
        assert_eq!(data["bundle"], hex::encode(sha256));
        assert_eq!(id, if name == "received" { "1" } else { "2" });
        assert_eq!(data["state"], json!(name));
        told.push(name);
    }
    let decided = phone.bundle(&sha256).body;
    assert_eq!(decided["decision"]["verdict"]["outcome"], "review");

    // A person decides while somebody listens.
    bank.rule(&sha256);
    let (id, name, data) = stream.next().expect("the ruling");
    assert_eq!((id.as_str(), name.as_str()), ("3", "reviewed"));
    assert_eq!(data["decision"]["review"]["ruling"], "rejected");
    assert!(stream.next().is_none(), "nothing more is to come");

    // Whoever was cut off goes on; whoever heard all is told to stop asking.
    let mut again = bank.follow(&sha256, Some("2"));
    assert_eq!(again.next().map(|(id, ..)| id).as_deref(), Some("3"));
    assert!(again.next().is_none());
    assert_eq!(bank.follow(&sha256, Some("3")).status, 204);
    assert_eq!(bank.follow(&sha256, Some("nonsense")).status, 200);
    let path = format!("/api/v1/data/bundle:{}", hex::encode(sha256));
    assert_eq!(bank.merchant().ask("DELETE", &path, None).status, 200);
    let mut erased = bank.follow(&sha256, Some("3"));
    let (id, name, data) = erased.next().expect("the end");
    assert_eq!((id.as_str(), name.as_str()), ("4", "erased"));
    assert_eq!(data["decision"], Value::Null);
}

#[test]
fn a_merchant_has_few_streams_open_at_once() {
    let bank = Bank::open();
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    phone.decision(&bundle.sha256());
    let sha256 = bundle.sha256();
    let mut open: Vec<Stream> = (0..8).map(|_| bank.follow(&sha256, None)).collect();
    assert!(open.iter().all(|stream| stream.status == 200));
    let path = format!("/api/v1/bundles/{}/events", hex::encode(sha256));
    refused(&bank.merchant().ask("GET", &path, None), 429, "streams_full");
    assert!(open.iter_mut().all(|stream| stream.next().is_some()));
    // The one that is closed makes room, though nothing is told for a long time.
    open.pop();
    let mut status = 429;
    for _ in 0..50 {
        status = bank.follow(&sha256, Some("1")).status;
        if status == 200 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(status, 200);
    // The process ends though streams are open.
    let Bank { server, .. } = bank;
    assert!(server.stop(Duration::from_secs(20)), "it ends within 20 s of being asked to");
}

#[test]
fn the_list_is_the_merchants_own_and_the_newest_come_first() {
    let bank = Bank::open();
    let merchant = bank.merchant();
    assert_eq!(merchant.see("/api/v1/bundles")["bundles"], json!([]));
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let mut sent = Vec::new();
    for _ in 0..3 {
        let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        phone.decision(&bundle.sha256());
        sent.insert(0, hex::encode(bundle.sha256()));
    }
    let listed = merchant.see("/api/v1/bundles");
    let listed = listed["bundles"].as_array().expect("bundles");
    let names: Vec<&str> =
        listed.iter().map(|one| one["bundle"].as_str().expect("a name")).collect();
    assert_eq!(names, sent);
    let newest = &listed[0];
    assert_eq!((&newest["state"], &newest["outcome"]), (&json!("decided"), &json!("review")));
    assert_eq!(newest["kinds"], json!(["waybill"]));
    assert!(
        newest["reasons"].as_array().is_some_and(|codes| codes.contains(&json!("duplicate_image")))
    );
    let other = Merchant::of(&bank.app, bank.server.public(), "shopkeeper");
    assert_eq!(other.see("/api/v1/bundles")["bundles"], json!([]));
}

#[test]
fn tasks_and_promotions_are_those_of_the_decision() {
    let bank = Bank::open();
    let merchant = bank.merchant();
    let quota = merchant.see("/api/v1/quota");
    let tasks = merchant.see("/api/v1/tasks");
    assert_eq!(tasks["quota"], quota["quota"]);
    let listed = tasks["tasks"].as_array().expect("tasks");
    assert!(!listed.is_empty());
    assert_eq!(tasks["tasks"], quota["next_tasks"]);
    for task in listed {
        assert!(task["expected_gain"].as_u64() > Some(0), "{task}");
        assert!(task["low"].as_u64() <= task["high"].as_u64(), "{task}");
        for text in ["text", "why"] {
            for language in ["zh", "en"] {
                assert!(
                    task[text][language].as_str().is_some_and(|text| !text.is_empty()),
                    "{task}"
                );
            }
        }
    }
    assert_eq!(merchant.see("/api/v1/promotions")["promotions"], quota["promotions"]);
}
