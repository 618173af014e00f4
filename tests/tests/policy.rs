//! What the bank asks of its phones, the whole way: written, signed by the command, given by a server, taken by a phone, and
//! held to by both.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by panicking, and has a clock"
)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use bailing_capture::danger::SoftwareKey;
use bailing_capture::upload::{Method, Request, Response, Unreachable};
use bailing_capture::{
    Capture, Chain, Config, DeviceKey, Errand, Memory, Models, News, Outbox, Sealer, Service, Slot,
};
use bailing_tests::{APP_ID, ORIGIN, Phone, Server, binary, exchange, refused, sample};
use image::codecs::jpeg::JpegEncoder;
use ring::rand::SystemRandom;
use serde_json::json;
use tempfile::{TempDir, tempdir};

const SOFTWARE: &[&str] = &["--allow-software-keys"];

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_secs()).expect("a while yet")
}

fn policy(arguments: &[&str]) -> Output {
    Command::new(binary("bailing-server"))
        .arg("policy")
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// A bank's key, and what it signs.
struct Bank {
    folder: TempDir,
    public: String,
}

impl Bank {
    fn new() -> Self {
        let folder = tempdir().expect("a folder");
        let key = folder.path().join("key");
        let made = policy(&["new-key", "--key", key.to_str().expect("text")]);
        assert!(made.status.success(), "{made:?}");
        let public = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        Self { folder, public }
    }

    fn sign(&self, draft: &str, to: &Path) -> Output {
        let [draft_file, key] = ["draft", "key"].map(|name| self.folder.path().join(name));
        std::fs::write(&draft_file, draft).expect("written");
        let text = |path: &Path| path.to_str().expect("text").to_owned();
        policy(&[
            "sign",
            &text(&draft_file),
            "--key",
            &text(&key),
            "--origin",
            ORIGIN,
            "--to",
            &text(to),
        ])
    }

    fn configuration(&self, file: &Path) -> String {
        format!("policy = {{ file = {file:?}, public_key = {:?} }}\n", self.public)
    }

    fn key(&self) -> [u8; 32] {
        let bytes = hex::decode(&self.public).expect("hexadecimal");
        bytes.try_into().expect("32 bytes")
    }
}

/// An outbox whose errands go to the server until there is none to be done now.
fn run(outbox: &mut Outbox, key: &SoftwareKey, server: &Server) -> Vec<News> {
    let mut all = Vec::new();
    loop {
        match outbox.next(now()).expect("an errand") {
            Errand::Send { exchange, request } => {
                let answer = carry(server.public(), &request);
                all.extend(outbox.answer(exchange, answer, now()).expect("taken"));
            }
            Errand::Attest { .. } => outbox.attested_by_software(key, now()).expect("proved"),
            Errand::WaitUntil(_) | Errand::Nothing => return all,
        }
    }
}

fn carry(server: &str, request: &Request) -> Result<Response, Unreachable> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let address = format!("{server}{}", request.path);
    let answered = match request.method {
        Method::Get => agent.get(address).call(),
        _ => {
            let mut sent = agent.post(address);
            for (name, value) in &request.headers {
                sent = sent.header(*name, value);
            }
            sent.send(request.body.as_slice())
        }
    };
    let mut answer = answered.map_err(|_| Unreachable)?;
    let body = answer.body_mut().read_to_vec().map_err(|_| Unreachable)?;
    Ok(Response { status: answer.status().as_u16(), headers: Vec::new(), body })
}

/// A photo with half as many pixels along each side.
fn halved(photo: &[u8]) -> Vec<u8> {
    let photo = image::load_from_memory(photo).expect("a picture");
    let (width, height) = (photo.width() / 2, photo.height() / 2);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
    photo.thumbnail(width, height).write_with_encoder(encoder).expect("a JPEG");
    jpeg
}

#[test]
fn phones_and_server_go_by_what_the_bank_has_signed() {
    let (bank, data) = (Bank::new(), tempdir().expect("a folder"));
    let file = bank.folder.path().join("policy");
    let draft = "revision = 5\ndays = 30\n[thresholds]\nlow_resolution = 1000.0\nsmall_print = 14.0\n\
                 [[tasks]]\nkind = \"road_transport_permit\"\npages = 2\n";
    let signed = bank.sign(draft, &file);
    assert!(signed.status.success(), "{signed:?}");
    let server = Server::configured(&data, &bank.configuration(&file), None, SOFTWARE);
    let given = exchange(server.public(), "GET", "/api/v1/policy", &[], None);
    assert_eq!((given.status, given.header("content-type")), (200, "application/cose"));

    let key = SoftwareKey::generate(SystemRandom::new()).expect("a key");
    let service = Service {
        origin: ORIGIN.to_owned(),
        app_id: APP_ID.to_owned(),
        app_version: "1.0.0".to_owned(),
        policy_key: Some(bank.key()),
    };
    let random = Box::new(SystemRandom::new());
    let mut outbox = Outbox::open(Box::new(Memory::default()), random, &[7; 32], service, now())
        .expect("opened");
    outbox.enrol("haulier").expect("wanted");
    assert!(run(&mut outbox, &key, &server).contains(&News::Policy(5)));
    let held = outbox.policy(now()).expect("it holds");
    assert_eq!((held.tasks[0].kind.as_str(), held.tasks[0].pages), ("road_transport_permit", 2));

    // The phone keeps back what a phone without the policy would have sent.
    let photo = halved(&sample("haulier-road-transport-permit.jpg"));
    let config = Config {
        server_origin: ORIGIN.to_owned(),
        app_id: APP_ID.to_owned(),
        app_version: "1.0.0".to_owned(),
        refuse_retake: true,
    };
    let sealer =
        || Sealer::new(config.clone(), &Models::load().expect("networks"), [1; 16], &[2; 32]);
    let seal = |mut sealer: Sealer| {
        let capture = Capture {
            encoded: &photo,
            kind: "road_transport_permit",
            monotonic_ns: 1,
            again: false,
        };
        let phone = Phone::enrolled(server.public(), "haulier");
        let (ticket, chain) = (phone.ticket(), Chain::default());
        let slot = Slot { ticket: &ticket, chain: &chain };
        sealer.seal(&[capture], slot, &key as &dyn DeviceKey, now(), 2)
    };
    assert!(seal(sealer()).is_ok(), "good enough for the standard level");
    let Err(kept_back) = seal(sealer().under(&held)) else { panic!("too small") };
    let kept_back = kept_back.to_string();
    assert!(kept_back.contains("low_resolution"), "{kept_back}");

    // And the server asks for it again where the phone did not.
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = phone.seal(&photo, "road_transport_permit", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    let decision = phone.decision(&bundle.sha256());
    let signals = decision["images"][0]["analysis"]["quality"]["signals"].as_array().cloned();
    let signals = signals.unwrap_or_else(|| panic!("{decision}"));
    let small = signals.iter().find(|signal| signal["code"] == "low_resolution").expect("measured");
    assert_eq!((&small["threshold"], &small["severity"]), (&json!(1_000.0), &json!("retake")));
}

#[test]
fn without_a_policy_there_is_none_and_a_wrong_one_does_not_start() {
    let data = tempdir().expect("a folder");
    let server = Server::start(&data, None, SOFTWARE);
    refused(&exchange(server.public(), "GET", "/api/v1/policy", &[], None), 404, "not_found");
    drop(server);

    let (bank, other) = (Bank::new(), Bank::new());
    let file = bank.folder.path().join("policy");
    let beyond = bank.sign("revision = 1\ndays = 1\n[thresholds]\nglare = 0.9\n", &file);
    assert!(!beyond.status.success());
    let said = String::from_utf8_lossy(&beyond.stderr).into_owned();
    assert!(said.contains("glare = 0.9: phones take 0.02 to 0.3"), "{said}");
    assert!(bank.sign("revision = 1\ndays = 1\n", &file).status.success());
    let configuration = data.path().join("wrong.toml");
    std::fs::write(&configuration, other.configuration(&file)).expect("written");
    let checked = Command::new(binary("bailing-server"))
        .args(["check-config", "--origin", ORIGIN, "--config"])
        .arg(&configuration)
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(!checked.status.success() && said.contains("not signed by the key"), "{said}");
}
