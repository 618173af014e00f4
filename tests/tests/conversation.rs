//! A haulier and the assistant, from the greeting to a doubled quota, through the real processes: what is typed goes to the
//! assistant, what is shown goes the phone's way, sealed and uploaded.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fmt::Write;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use bailing_tests::{HostApp, Merchant, Phone, Server, ocr_folder, operate, sample};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// Where README has the conversation.
const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");

/// A haulier who has the app, and what was said so far.
struct Talk {
    merchant: Merchant,
    phone: Phone,
    turns: usize,
    transcript: String,
    _server: Server,
    _folder: TempDir,
}

impl Talk {
    /// With a bank that lends at 3.65 % a year, and more in its configuration.
    fn with(more: &str, ocr: Option<&Path>) -> Self {
        let folder = tempdir().expect("a folder");
        let app = HostApp::new("one");
        let configuration = app.configuration(folder.path()) + more;
        let server = Server::configured(&folder, &configuration, ocr, DEMO);
        let haulier = json!({
            "name": "云溪市顺远货运有限公司",
            "industry": "road_freight",
            "base_quota": 100_000,
            "loan": { "terms": { "yearly_rate_basis_points": 365, "early_repayment_fee": 0 } },
        });
        let body = haulier.to_string();
        let body = Some(("application/json", body.as_bytes()));
        let known = operate(server.operator(), "PUT", "/api/v1/merchants/haulier", body);
        assert_eq!(known.status, 200, "{known:?}");
        Self {
            merchant: Merchant::of(&app, server.public(), "haulier"),
            phone: Phone::of(&app, server.public(), "haulier"),
            turns: 0,
            transcript: String::new(),
            _server: server,
            _folder: folder,
        }
    }

    fn say(&mut self, text: &str) -> Value {
        let answer = self.merchant.say(Some(text));
        self.put_down(text, answer)
    }

    fn show(&mut self, what: &str, kind: &str, files: &[&str]) -> Value {
        for file in files {
            let bundle = self.phone.seal(&sample(file), kind, &self.phone.ticket());
            assert_eq!(self.phone.put(&bundle).status, 201);
            self.phone.decision(&bundle.sha256());
        }
        let answer = self.merchant.say(None);
        self.put_down(what, answer)
    }

    fn put_down(&mut self, who: &str, answer: Value) -> Value {
        self.turns += 1;
        writeln!(self.transcript, "{who}\n  {}", reply(&answer)).expect("written");
        answer
    }
}

fn reply(answer: &Value) -> &str {
    answer["reply"].as_str().expect("a reply")
}

#[test]
fn twelve_turns_from_the_greeting_to_a_doubled_quota() {
    let Some(ocr) = ocr_folder() else { return };
    let mut talk = Talk::with("", Some(&ocr));
    assert_eq!(talk.merchant.agree("assistant", &json!({})).status, 204);

    assert_eq!(talk.say("你好")["intent"], "greet");
    let answer = talk.say("我是跑运输的，有三台货车");
    assert!(answer["slots"].as_array().is_some_and(|slots| !slots.is_empty()), "{answer}");
    assert_eq!(answer["quota"], 100_000, "words prove nothing");
    assert_eq!(talk.say("怎么才能提额")["intent"], "ask_how_to_raise");
    let answer = talk.say("道路运输证怎么拍");
    assert_eq!(answer["action"]["kind"], "road_transport_permit", "{answer}");
    let permit = ["haulier-road-transport-permit.jpg"];
    let answer = talk.show("(道路运输证)", "road_transport_permit", &permit);
    assert_eq!(answer["quota"], 120_000);
    let answer = talk.show("(货车)", "vehicle_photo", &["haulier-truck.jpg"]);
    assert_eq!(answer["quota"], 135_000);
    assert_eq!(talk.say("营业执照不在身边，在老板那里")["intent"], "lack_document");
    let blurred = ["fault-contract-blurred.jpg"];
    let answer = talk.show("(运输合同，手抖了)", "haulage_contract", &blurred);
    assert!(reply(&answer).contains("没有通过"), "{answer}");
    assert_eq!(answer["quota"], 135_000);
    let contract = ["haulier-haulage-contract.jpg"];
    let answer = talk.show("(运输合同)", "haulage_contract", &contract);
    assert_eq!(answer["quota"], 175_000);
    let answer = talk.say("利息多少");
    assert!(reply(&answer).contains("3.65"), "{answer}");
    let invoices = ["haulier-vat-invoice-1.jpg", "haulier-vat-invoice-2.jpg"];
    let answer = talk.show("(两张发票)", "vat_invoice", &invoices);
    assert_eq!(answer["quota"], 200_000);
    assert_eq!(talk.say("谢谢")["intent"], "smalltalk");
    assert_eq!(talk.turns, 12);

    let readme = std::fs::read_to_string(README).expect("README.md");
    let (before, rest) = readme.split_once("<!-- conversation -->\n```text\n").expect("its place");
    let (written, after) = rest.split_once("```\n").expect("its end");
    if std::env::var_os("BAILING_RENEW").is_some() {
        let transcript = &talk.transcript;
        let renewed = format!("{before}<!-- conversation -->\n```text\n{transcript}```\n{after}");
        std::fs::write(README, renewed).expect("written");
    } else {
        assert_eq!(written, talk.transcript, "BAILING_RENEW=1 renews README.md");
    }
}

#[test]
fn only_who_agreed_is_remembered() {
    let mut talk = Talk::with("", None);
    let answer = talk.say("我是跑运输的");
    assert_eq!(answer["remembers"], false);
    assert_eq!(talk.merchant.see("/api/v1/data")["said"], json!([]));
    assert_eq!(talk.merchant.agree("assistant", &json!({})).status, 204);
    let answer = talk.say("我们有三台货车");
    assert_eq!(answer["remembers"], true);
    let said = &talk.merchant.see("/api/v1/data")["said"];
    assert!(said.as_array().is_some_and(|said| !said.is_empty()), "{said}");
    let holdings = talk.merchant.see("/api/v1/profile")["holdings"].clone();
    assert_eq!(holdings[0]["asset"], "truck", "{holdings}");
    let answer = talk.merchant.ask("DELETE", "/api/v1/consents/assistant", None);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(talk.merchant.see("/api/v1/data")["said"], json!([]));
    assert_eq!(talk.merchant.see("/api/v1/profile")["holdings"], json!([]));
    for text in ["", "   ", &"长".repeat(9_000)] {
        let body = json!({ "text": text }).to_string();
        let body = Some(("application/json", body.as_bytes()));
        let answer = talk.merchant.ask("POST", "/api/v1/assistant/turns", body);
        assert_eq!((answer.status, answer.code()), (422, "request_unusable"));
    }
}

/// A language model's interface that answers questions one by one with what it was told to, and notes what it was asked.
/// No model runs here: what is tested is that whatever one says, the engine's numbers and policy stay.
fn interface(answers: Vec<(Duration, String)>) -> (String, std::thread::JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (wait, answer) in answers {
            let (mut stream, _) = listener.accept().expect("a question");
            let mut reader = BufReader::new(stream.try_clone().expect("a reader"));
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).expect("a header") > 2 {
                if let Some(of) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = of.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            asked.push(serde_json::from_slice(&body).expect("JSON"));
            std::thread::sleep(wait);
            // Whoever has waited long enough is gone.
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n{answer}",
                answer.len()
            );
        }
        asked
    });
    (address, asked)
}

fn says(content: &str) -> (Duration, String) {
    let answer = json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] });
    (Duration::ZERO, answer.to_string())
}

#[test]
fn a_language_model_words_and_sorts_but_decides_nothing() {
    let own = reply(&Talk::with("", None).say("我的额度是多少")).to_owned();
    assert!(own.contains("100,000"), "{own}");
    let kind = "您好呀！您现在的额度是100,000元。方便时拍一下营业执照，预计可提12,000元。";
    let intent = r#"{"intent":"ask_quota","confidence":0.97}"#;
    let late = (Duration::from_secs(3), String::new());
    let (address, asked) = interface(vec![
        // Both as they should be.
        says(intent),
        says(kind),
        // A number that the engine did not give.
        says(intent),
        says("您现在的额度是500,000元。"),
        // No intent of the list, and no answer at all.
        says(r#"{"intent":"give_money","confidence":1}"#),
        (Duration::ZERO, "<html>".to_owned()),
        // Too late, twice.
        late.clone(),
        late,
    ]);
    let model = format!("[language_model]\nurl = '{address}'\nmodel = 'm'\ntimeout_ms = 1000\n");
    let mut talk = Talk::with(&model, None);
    let answer = talk.say("我的额度是多少");
    assert_eq!((reply(&answer), &answer["intent"]), (kind, &json!("ask_quota")));
    for _ in 0..3 {
        let answer = talk.say("我的额度是多少");
        assert_eq!((reply(&answer), &answer["quota"]), (own.as_str(), &json!(100_000)));
    }
    let asked = asked.join().expect("it was asked");
    assert_eq!(asked[0]["messages"][1]["content"], "我的额度是多少");
    assert_eq!(asked[0]["temperature"], 0);
    assert!(asked.iter().all(|asked| !asked.to_string().contains("顺远")), "no names go out");
}
