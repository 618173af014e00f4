//! What the operators see of it all: metrics that say what happened, and a log that says nothing of anybody.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bailing_tests::{
    HostApp, Merchant, ORIGIN, Phone, Server, binary, exchange, ocr_folder, page, refused, sample,
};
use serde_json::{Value, json};
use tempfile::tempdir;

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// Every sample of every family: its labels and its value.
fn samples(text: &str) -> BTreeMap<&str, Vec<(&str, f64)>> {
    let mut samples: BTreeMap<&str, Vec<(&str, f64)>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (named, value) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = named.split_once('{').unwrap_or((named, ""));
        samples.entry(name).or_default().push((labels, value.parse().expect("a number")));
    }
    samples
}

/// The metrics once the worker, a process of its own, has told of the two bundles that it decided.
fn all_told(server: &Server) -> String {
    for _ in 0..100 {
        let text = page(&format!("{}/metrics", server.metrics()));
        let quotas = "bailing_step_duration_seconds_count{step=\"quota\"} 2";
        if text.lines().any(|line| line == quotas) {
            return text;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the worker has told nothing within 10 s");
}

#[test]
fn metrics_say_what_happened() {
    let Some(ocr) = ocr_folder() else { return };
    let folder = tempdir().expect("a folder");
    let app = HostApp::new("one");
    let toml = "metrics_listen = '127.0.0.1:0'\n".to_owned() + &app.configuration(folder.path());
    let server = Server::configured(&folder, &toml, Some(&ocr), DEMO);
    let mut phone = Phone::of(&app, server.public(), "haulier");
    for (picture, kind) in [
        ("haulier-road-transport-permit.jpg", "road_transport_permit"),
        ("fault-licence-on-screen.jpg", "business_licence"),
    ] {
        let bundle = phone.seal(&sample(picture), kind, &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        phone.decision(&bundle.sha256());
    }
    refused(&phone.put_bytes(b"nonsense"), 422, "bundle_malformed");
    refused(&exchange(server.public(), "GET", "/api/v1/quota", &[], None), 401, "token_missing");
    let merchant = Merchant::of(&app, server.public(), "haulier");
    assert_eq!(merchant.quota(), 120_000);

    let text = all_told(&server);
    let found = samples(&text);
    let sum = |name: &str, label: &str| -> f64 {
        let of = found.get(name).unwrap_or_else(|| panic!("{name} is missing in\n{text}"));
        of.iter().filter(|(labels, _)| labels.contains(label)).map(|(_, value)| value).sum()
    };
    assert_eq!(sum("bailing_bundles_total", ""), 2.0);
    assert_eq!(sum("bailing_verdicts_total", "verdict=\"accepted\""), 1.0);
    assert_eq!(sum("bailing_verdicts_total", ""), 2.0);
    assert!(sum("bailing_signals_total", "code=") >= 1.0);
    assert_eq!(sum("bailing_recapture_score_count", ""), 2.0);
    assert_eq!(sum("bailing_recapture_score_bucket", "le=\"+Inf\""), 2.0);
    assert!(sum("bailing_recapture_score_bucket", "le=\"0.5\"") <= 1.0, "one is of a screen");
    assert_eq!(sum("bailing_jobs_waiting", ""), 0.0);
    assert_eq!(sum("bailing_oldest_job_age_seconds", ""), 0.0);
    for step in ["open", "signals", "tampering", "quota"] {
        let label = format!("step=\"{step}\"");
        assert_eq!(sum("bailing_step_duration_seconds_count", &label), 2.0, "{step}");
    }
    assert!(sum("bailing_step_duration_seconds_count", "step=\"recognition\"") >= 1.0);
    assert_eq!(sum("bailing_keys_enrolled_total", "grade=\"D\""), 1.0);
    assert_eq!(sum("bailing_refusals_total", "code=\"bundle_malformed\""), 1.0);
    assert_eq!(sum("bailing_http_refusals_total", "code=\"token_missing\""), 1.0);
    let put = "method=\"PUT\",route=\"/api/v1/bundles/{sha256}\",status=\"2xx\"";
    assert_eq!(sum("bailing_http_request_duration_seconds_count", put), 2.0, "{text}");

    // Each family is explained, and no label is a stranger's choice.
    for name in found.keys() {
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .unwrap_or(name);
        assert!(text.contains(&format!("# HELP {family} ")), "{family}");
        assert!(text.contains(&format!("# TYPE {family} ")), "{family}");
        assert!(family.starts_with("bailing_"), "{family}");
    }
    for at in 0..20 {
        let path = format!("/api/v1/invented/{at}");
        exchange(server.public(), "GET", &path, &[], None);
        exchange(server.public(), &format!("INVENTED{at}"), "/healthz", &[], None);
    }
    let text = page(&format!("{}/metrics", server.operator()));
    assert!(!text.contains("invented") && !text.contains("INVENTED"), "{text}");
    assert!(!text.contains("haulier"), "{text}");
    let other = exchange(server.metrics(), "GET", "/", &[], None);
    assert_eq!((other.status, other.code()), (404, "not_found"));

    // What waits shows.
    drop(server);
    let only_takes = ["--allow-software-keys", "--workers", "0"];
    let server = Server::configured(&folder, &toml, None, &only_takes);
    phone.moved_to(server.public());
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    std::thread::sleep(Duration::from_millis(1_500));
    let text = page(&format!("{}/metrics", server.metrics()));
    let found = samples(&text);
    assert_eq!(found["bailing_jobs_waiting"], [("", 1.0)]);
    assert!(found["bailing_oldest_job_age_seconds"][0].1 >= 1.0, "{text}");
}

#[test]
fn a_worker_of_its_own_has_metrics_of_its_own() {
    let folder = tempdir().expect("a folder");
    let server = Server::configured(&folder, "", None, &[DEMO, &["--workers", "0"]].concat());
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = phone.seal(&sample("haulier-truck.jpg"), "vehicle_photo", &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    let mut worker = Command::new(binary("bailing-server"))
        .args(["worker", "--origin", ORIGIN, "--metrics-listen", "127.0.0.1:0", "--json"])
        .args(DEMO)
        .arg("--config")
        .arg(folder.path().join("server.toml"))
        .arg("--data")
        .arg(folder.path().join("data"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("a worker");
    let mut line = String::new();
    let said = worker.stdout.as_mut().expect("stdout is piped");
    BufReader::new(said).read_line(&mut line).expect("it speaks");
    let said: Value = serde_json::from_str(&line).expect("its address");
    let address = format!("http://{}", said["metrics"].as_str().expect("an address"));
    phone.decision(&bundle.sha256());
    let decided = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let text = page(&format!("{address}/metrics"));
        text.lines().any(|line| line == "bailing_step_duration_seconds_count{step=\"quota\"} 1")
    });
    assert!(decided, "the worker counts what it decides");
    refused(&exchange(&address, "GET", "/", &[], None), 404, "not_found");
    let told = Command::new("kill").args(["-TERM", &worker.id().to_string()]).status();
    assert!(told.is_ok_and(|told| told.success()));
    assert!(worker.wait().expect("it ends").success());
}

/// Every text in a value, but what is the server's own word: codes, names of fields, digests.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| texts(one, found)),
        Value::Object(all) => all.values().for_each(|one| texts(one, found)),
        _ => {}
    }
}

#[test]
fn the_log_tells_what_was_done_and_nothing_of_anybody() {
    let Some(ocr) = ocr_folder() else { return };
    let folder = tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    let (app, login) = (HostApp::new("one"), HostApp::new("login"));
    let toml = app.configuration(folder.path()) + &login.staff_configuration(folder.path());
    let server = Server::logged(&folder, &toml, Some(&ocr), DEMO, &log);
    let merchant = Merchant::of(&app, server.public(), "haulier");
    let mut phone = Phone::of(&app, server.public(), "haulier");
    let mut said = BTreeSet::new();

    // From photos to a quota, whole and in pieces.
    for (picture, kind) in [
        ("haulier-road-transport-permit.jpg", "road_transport_permit"),
        ("haulier-haulage-contract.jpg", "haulage_contract"),
    ] {
        let bundle = phone.seal(&sample(picture), kind, &phone.ticket());
        if kind == "haulage_contract" {
            assert_eq!(phone.begin(&bundle).status, 201);
            assert_eq!(phone.piece(&bundle.sha256(), 0, &bundle.bytes).status, 204);
        } else {
            assert_eq!(phone.put(&bundle).status, 201);
        }
        let decision = phone.decision(&bundle.sha256());
        for image in decision["images"].as_array().expect("images") {
            let read = &image["recognition"];
            for field in read["fields"].as_object().into_iter().flatten() {
                texts(&field.1["value"], &mut said);
            }
            for line in ["text_lines", "items", "tables"] {
                texts(&read[line], &mut said);
            }
        }
    }
    texts(&merchant.see("/api/v1/data")["items"], &mut said);
    // A file, and one that cannot be read.
    let imports = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/imports");
    for (file, status) in [("bank.csv", 201), ("bank_broken_balance.csv", 422)] {
        let bytes = std::fs::read(imports.join(file)).expect("a file");
        let kind = ("application/octet-stream", bytes.as_slice());
        let answer = merchant.ask("POST", "/api/v1/imports/statement", Some(kind));
        assert_eq!(answer.status, status, "{answer:?}");
        texts(&answer.body["facts"], &mut said);
        let cells = String::from_utf8_lossy(&bytes).into_owned();
        said.extend(cells.split([',', '\n', '\r']).map(|cell| cell.trim().to_owned()));
    }
    // What was said to the assistant, and what it answered.
    assert_eq!(merchant.agree("assistant", &json!({})).status, 204);
    for text in
        ["我有三辆货车，一年流水八十万", "为什么我的额度这么低？", "I hired two drivers in March"]
    {
        let turn = merchant.say(Some(text));
        said.insert(text.to_owned());
        texts(&turn["reply"], &mut said);
        texts(&turn["slots"], &mut said);
    }
    // Refusals, one of them with a token in it.
    let (mut expired, header) =
        (HostApp::claims("haulier"), json!({ "alg": "ES256", "kid": "one" }));
    expired["exp"] = json!(1_700_000_000);
    for token in [app.token("nobody-knows-me"), app.token_of(&expired, &header)] {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let answer = exchange(server.public(), "GET", "/api/v1/quota", &headers, None);
        assert!(matches!(answer.status, 401 | 404), "{answer:?}");
        said.insert(token);
    }
    refused(&phone.put_bytes(b"nonsense"), 422, "bundle_malformed");
    // A person decides, and says why.
    let picture = sample("haulier-waybill.jpg");
    let _lost = phone.seal(&picture, "waybill", &phone.ticket());
    let open = phone.seal(&picture, "waybill", &phone.ticket());
    assert_eq!(phone.put(&open).status, 201);
    phone.decision(&open.sha256());
    let note = "rang Mr Gao, who knows the customer";
    said.extend([note.to_owned(), "gao.reviewer".to_owned()]);
    let token = format!("Bearer {}", login.staff_token("gao.reviewer", &["reviewer"]));
    let headers = [("authorization", token.as_str())];
    let body = json!({ "ruling": "rejected", "note": note }).to_string();
    let path = format!("/api/v1/reviews/{}", hex::encode(open.sha256()));
    let body = Some(("application/json", body.as_bytes()));
    let ruled = exchange(server.operator(), "POST", &path, &headers, body);
    assert_eq!(ruled.status, 200, "{ruled:?}");
    // Pages that show it all.
    assert_eq!(exchange(server.operator(), "GET", "/", &headers, None).status, 200);
    said.insert(token);
    let erased = merchant.ask("DELETE", "/api/v1/data", None);
    assert_eq!(erased.status, 200, "{erased:?}");
    let id = erased.header("x-request-id").to_owned();
    assert!(server.stop(Duration::from_secs(20)));

    said.extend(["云溪市顺远货运有限公司", "顺远货运", "浙C7Y682"].map(str::to_owned));
    // The server's own words, and what is too short to say anything of anybody.
    let own = |text: &str| {
        let is_code = text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_:".contains(&byte));
        let is_digest = text.len() >= 64
            && text.contains(|letter: char| letter.is_ascii_hexdigit())
            && text.split([':', '-']).any(|part| part.len() == 64);
        let is_time = text.starts_with("20") && text.ends_with('Z');
        is_code || is_digest || is_time || text.chars().count() < 4
    };
    let said: Vec<String> = said.into_iter().filter(|text| !own(text)).collect();
    assert!(said.len() > 100, "{} texts are looked for", said.len());
    let log = std::fs::read_to_string(&log).expect("a log");
    let mut lines = 0;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let mut told = BTreeSet::new();
        texts(&line, &mut told);
        let told: Vec<String> = told.into_iter().filter(|text| !text.starts_with("20")).collect();
        for text in &said {
            // What is only digits may be a count or a length.
            let is_number =
                text.bytes().all(|byte| byte.is_ascii_digit() || b".-+".contains(&byte));
            let found = match is_number {
                true => told.iter().any(|told| told == text),
                false => told.iter().any(|told| told.contains(text.as_str())),
            };
            assert!(!found, "the log says {text:?}: {line}");
        }
        lines += 1;
    }
    assert!(lines > 100 && log.contains("\"level\":\"DEBUG\""), "{lines} lines, all that there is");
    assert!(log.contains(&format!("\"id\":\"{id}\"")), "an answer's id is found in the log");
    eprintln!("{} texts are in none of {lines} lines", said.len());
}
