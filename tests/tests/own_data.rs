//! A merchant's own data: who may see it, what it is kept for, how it is taken along, and what is left when it is taken
//! back.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{Cursor, Read};
use std::path::Path;
use std::process::{Command, Output};

use bailing_capture::SealedBundle;
use bailing_tests::{
    HostApp, ISSUER, Merchant, ORIGIN, Phone, Server, binary, objects_folder, ocr_folder, operate,
    page, refused, sample,
};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// A bank with a haulier and a shopkeeper, and the app that speaks for both.
struct Bank {
    server: Server,
    app: HostApp,
    folder: TempDir,
}

impl Bank {
    fn open(ocr: Option<&Path>) -> Self {
        let folder = tempdir().expect("a folder");
        let app = HostApp::new("one");
        let configuration = app.configuration(folder.path());
        let server = Server::configured(&folder, &configuration, ocr, DEMO);
        Self { server, app, folder }
    }

    fn merchant(&self, id: &str) -> Merchant {
        Merchant::of(&self.app, self.server.public(), id)
    }

    fn operate(&self, method: &str, path: &str, body: &Value) -> bailing_tests::Answer {
        let body = body.to_string();
        operate(self.server.operator(), method, path, Some(("application/json", body.as_bytes())))
    }

    fn audit(&self, more: &[&str]) -> Output {
        Command::new(binary("bailing-server"))
            .args(["audit", "verify", "--config"])
            .arg(self.folder.path().join("server.toml"))
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .args(more)
            .output()
            .expect("bailing-server runs")
    }
}

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/imports");
    std::fs::read(folder.join(name)).expect(name)
}

fn send(phone: &mut Phone, picture: &str, kind: &str) -> SealedBundle {
    let bundle = phone.seal(&sample(picture), kind, &phone.ticket());
    assert_eq!(phone.put(&bundle).status, 201);
    bundle
}

fn item(bundle: &SealedBundle) -> String {
    format!("bundle:{}", hex::encode(bundle.sha256()))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    // A bucket has no folder where it has nothing.
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Whether any file below a folder holds these bytes.
fn lies_in(folder: &Path, bytes: &[u8]) -> bool {
    files(folder).iter().any(|file| {
        let found = match std::fs::read(file) {
            // The server at work removes what it needed for a moment only.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return false,
            read => read.expect("a file"),
        };
        found.windows(bytes.len()).any(|part| part == bytes)
    })
}

#[test]
fn a_picture_is_seen_taken_along_and_taken_back() {
    let Some(ocr) = ocr_folder() else { return };
    let bank = Bank::open(Some(&ocr));
    let merchant = bank.merchant("haulier");
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let permit = send(&mut phone, "haulier-road-transport-permit.jpg", "road_transport_permit");
    phone.decision(&permit.sha256());
    let truck = send(&mut phone, "haulier-truck.jpg", "vehicle_photo");
    phone.decision(&truck.sha256());
    assert_eq!(merchant.quota(), 135_000);

    // Seen.
    let data = merchant.see("/api/v1/data");
    let items = data["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{data}");
    let of = items.iter().find(|of| of["item"] == item(&permit)).expect("the permit");
    assert_eq!(
        (&of["kinds"][0], &of["state"]),
        (&json!("road_transport_permit"), &json!("accepted"))
    );
    assert_eq!(of["facts"][1]["parts"]["plate"], "浙C7Y682", "{of}");
    let agreements = data["agreements"].as_array().expect("agreements");
    let agreed = agreements.iter().find(|of| of["item"] == item(&permit)).expect("an agreement");
    assert_eq!(agreed["purpose"], "quota");
    let actions: Vec<&str> = data["log"]
        .as_array()
        .expect("a log")
        .iter()
        .filter(|line| line["subject"] == item(&permit))
        .map(|line| line["action"].as_str().expect("an action"))
        .collect();
    assert_eq!(actions, ["bundle.received", "consent.given", "bundle.decided"]);
    let offered = merchant.see("/api/v1/consents");
    assert_eq!(offered["purposes"].as_array().map(Vec::len), Some(3), "{offered}");

    // Taken along.
    let archive = merchant.fetch_bytes("/api/v1/data/export");
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        let mut entry = archive.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        entry.read_to_end(&mut bytes).expect("bytes");
        bytes
    };
    let name = hex::encode(permit.sha256());
    assert!(read(&format!("bundles/{name}.bailing")) == permit.bytes);
    let picture = sample("haulier-road-transport-permit.jpg");
    assert!(read(&format!("pictures/{name}-0.jpg")) == picture);
    let known: Value = serde_json::from_slice(&read("data.json")).expect("JSON");
    assert_eq!(known["quota"]["quota"], 135_000);
    assert_eq!(known["data"]["items"].as_array().map(Vec::len), Some(2));
    assert!(String::from_utf8(read("README.txt")).expect("text").contains("全部数据"));

    // Kept for shorter, not for longer.
    let soon = json!({ "item": item(&permit), "until": "2099-01-01T00:00:00Z" });
    refused(&merchant.agree("quota", &soon), 422, "request_unusable");
    let other = json!({ "item": format!("bundle:{}", "00".repeat(32)) });
    refused(&merchant.agree("quota", &other), 404, "item_unknown");
    assert_eq!(merchant.agree("quota", &json!({ "item": item(&permit) })).status, 204);

    // Not by another, and not what is not there.
    let path = format!("/api/v1/data/{}", item(&permit));
    refused(&bank.merchant("shopkeeper").ask("DELETE", &path, None), 404, "item_unknown");
    refused(&merchant.ask("DELETE", "/api/v1/data/permit", None), 404, "item_unknown");

    // Taken back.
    let objects = objects_folder(&bank.folder).join("bundles");
    assert_eq!(files(&objects).len(), 2);
    let answer = merchant.ask("DELETE", &path, None);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["erased"], json!([item(&permit)]));
    assert_eq!(answer.body["quota_before"], 135_000);
    let left = answer.body["quota"].as_u64().expect("a quota");
    assert!((100_000..135_000).contains(&left), "{left}");
    assert!(
        answer.body["zh"].as_str().is_some_and(|zh| zh.contains("135000") && zh.contains("删除"))
    );
    assert_eq!(merchant.quota(), left);
    assert_eq!(files(&objects).len(), 1);
    refused(&merchant.ask("DELETE", &path, None), 404, "item_unknown");
    let shown = phone.bundle(&permit.sha256());
    assert_eq!((&shown.body["state"], &shown.body["decision"]), (&json!("erased"), &Value::Null));
    assert_eq!(phone.put(&permit).status, 200, "who sends it again learns that it came");
    assert_eq!(merchant.quota(), left, "and it counts no more");
    // What was read of it is nowhere any more, and the same picture may be shown anew.
    let again = send(&mut phone, "haulier-road-transport-permit.jpg", "road_transport_permit");
    let decision = phone.decision(&again.sha256());
    assert_eq!(decision["findings"], json!([]), "{decision}");
    assert_eq!(merchant.quota(), 135_000);

    // All of it.
    let answer = merchant.ask("DELETE", "/api/v1/data", None);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["erased"].as_array().map(Vec::len), Some(2), "{answer:?}");
    assert_eq!(merchant.quota(), 100_000);
    assert_eq!(files(&objects).len(), 0);
    let data = merchant.see("/api/v1/data");
    let states = data["items"].as_array().expect("items").iter().map(|item| &item["state"]);
    assert!(states.clone().count() == 3 && states.clone().all(|state| state == "erased"), "{data}");
    drop(phone);
    let Bank { server, folder, .. } = bank;
    drop(server);
    let plate = "浙C7Y682".as_bytes();
    assert!(!lies_in(&folder.path().join("data"), plate), "what was erased is overwritten");
}

#[test]
fn nothing_lies_on_the_disk_in_the_clear_and_the_key_opens_it_after_a_restart() {
    let bank = Bank::open(None);
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let bundle = send(&mut phone, "haulier-waybill.jpg", "waybill");
    phone.decision(&bundle.sha256());
    let middle = bundle.bytes.len() / 2;
    let part = &bundle.bytes[middle..middle + 64];
    assert!(!lies_in(&bank.folder.path().join("data"), part));
    assert!(!lies_in(&objects_folder(&bank.folder), part));
    let merchant = bank.merchant("haulier");
    let Bank { server, app, folder } = bank;
    server.kill();
    let start = || {
        let configuration = app.configuration(folder.path());
        Server::configured(&folder, &configuration, None, DEMO)
    };
    let server = start();
    let mut merchant = merchant;
    merchant.moved_to(server.public());
    let archive = merchant.fetch_bytes("/api/v1/data/export");
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let name = format!("bundles/{}.bailing", hex::encode(bundle.sha256()));
    assert_eq!(archive.by_name(&name).expect("the bundle").size(), bundle.bytes.len() as u64);
}

#[test]
fn what_is_taken_back_before_it_was_decided_is_decided_by_nobody() {
    let folder = tempdir().expect("a folder");
    let app = HostApp::new("one");
    let configuration = app.configuration(folder.path());
    let only_takes = ["--allow-software-keys", "--workers", "0"];
    let server = Server::configured(&folder, &configuration, None, &only_takes);
    let mut phone = Phone::of(&app, server.public(), "haulier");
    let bundle = send(&mut phone, "haulier-waybill.jpg", "waybill");
    let merchant = Merchant::of(&app, server.public(), "haulier");
    let waiting = |server: &Server| {
        let metrics = page(&format!("{}/metrics", server.operator()));
        let line = metrics.lines().find(|line| line.starts_with("bailing_jobs_waiting "));
        line.expect("a gauge").to_owned()
    };
    assert_eq!(waiting(&server), "bailing_jobs_waiting 1");
    let path = format!("/api/v1/data/{}", item(&bundle));
    assert_eq!(merchant.ask("DELETE", &path, None).status, 200);
    assert_eq!(waiting(&server), "bailing_jobs_waiting 0");
    drop(server);
    let server = Server::configured(&folder, &configuration, None, DEMO);
    phone.moved_to(server.public());
    assert_eq!(phone.bundle(&bundle.sha256()).body["state"], "erased");
}

#[test]
fn nobody_speaks_for_a_merchant_but_the_host_app() {
    let bank = Bank::open(None);
    let ask = |token: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        bailing_tests::exchange(bank.server.public(), "GET", "/api/v1/quota", &headers, None)
    };
    assert_eq!(ask(&bank.app.token("haulier")).status, 200);
    let header = json!({ "alg": "ES256", "kid": "one" });
    let with = |name: &str, value: Value| {
        let mut claims = HostApp::claims("haulier");
        claims[name] = value;
        bank.app.token_of(&claims, &header)
    };
    let without = |name: &str| {
        let mut claims = HostApp::claims("haulier");
        claims.as_object_mut().expect("claims").remove(name);
        bank.app.token_of(&claims, &header)
    };
    let expired = with("exp", json!(1_700_000_000));
    refused(&ask(&expired), 401, "token_expired");
    let stranger = HostApp::new("one");
    let claims = HostApp::claims("haulier");
    for (token, why) in [
        (with("iss", json!("https://other.example")), "another issuer"),
        (with("aud", json!("https://other.example")), "for another server"),
        (with("nbf", json!(4_000_000_000_i64)), "not yet"),
        (with("exp", json!(4_000_000_000_i64)), "for a hundred years"),
        (without("exp"), "for ever"),
        (without("iss"), "of nobody"),
        (without("aud"), "for anybody"),
        (without("sub"), "for no merchant"),
        (stranger.token("haulier"), "of another key"),
        (bank.app.token_of(&claims, &json!({ "alg": "none" })), "unsigned"),
        (bank.app.token_of(&claims, &json!({ "alg": "HS256" })), "by a shared secret"),
        (bank.app.token_of(&claims, &json!({ "alg": "ES256", "kid": "two" })), "of no such key"),
        (bank.app.token_of(&claims, &json!({ "alg": "RS256", "kid": "one" })), "of another kind"),
        ("a.b".to_owned(), "no token"),
        ("a.b.c".to_owned(), "no token"),
        ("x".repeat(10_000), "endless"),
    ] {
        let answer = ask(&token);
        assert_eq!((answer.status, answer.code()), (401, "token_invalid"), "{why}: {answer:?}");
    }
    refused(&ask(&bank.app.token("nobody")), 404, "merchant_unknown");
    assert!(ISSUER.starts_with("https") && ORIGIN.starts_with("https"));

    // Every route that speaks of a merchant.
    for (method, path) in [
        ("GET", "/api/v1/quota"),
        ("GET", "/api/v1/profile"),
        ("POST", "/api/v1/assistant/turns"),
        ("POST", "/api/v1/imports/statement"),
        ("GET", "/api/v1/consents"),
        ("PUT", "/api/v1/consents/quota"),
        ("DELETE", "/api/v1/consents/quota"),
        ("GET", "/api/v1/data"),
        ("DELETE", "/api/v1/data"),
        ("GET", "/api/v1/data/export"),
        ("DELETE", "/api/v1/data/import:00"),
    ] {
        let public = bank.server.public();
        let answer = bailing_tests::exchange(public, method, path, &[], None);
        refused(&answer, 401, "token_missing");
        let headers = [("authorization", "Basic eDp5")];
        let answer = bailing_tests::exchange(public, method, path, &headers, None);
        refused(&answer, 401, "token_missing");
    }

    // New keys hold as soon as they are in the file.
    let folder = bank.folder.path();
    stranger.configuration(folder);
    assert_eq!(ask(&stranger.token("haulier")).status, 200);
    assert_eq!(ask(&bank.app.token("haulier")).code(), "token_invalid");

    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder, None, DEMO);
    let merchant = Merchant::of(&bank.app, server.public(), "haulier");
    refused(&merchant.ask("GET", "/api/v1/quota", None), 503, "host_app_not_configured");
}

#[test]
fn files_raise_the_quota_and_go_when_they_are_taken_back() {
    let bank = Bank::open(None);
    let merchant = bank.merchant("haulier");
    let import = |kind: &str, bytes: &[u8]| {
        let body = Some(("application/octet-stream", bytes));
        merchant.ask("POST", &format!("/api/v1/imports/{kind}"), body)
    };
    let statement = file("bank.csv");
    let answer = import("statement", &statement);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["facts"][0]["source"]["from"], "import");
    let raised = answer.body["quota"].as_u64().expect("a quota");
    assert!(raised > 100_000, "{raised}");
    assert_eq!(merchant.quota(), raised);
    assert_eq!(import("statement", &statement).status, 200, "the same file changes nothing");
    assert_eq!(merchant.quota(), raised);
    // The same months in another bank's layout are the same money.
    assert_eq!(import("statement", &file("bank_gb18030.csv")).status, 201);
    assert_eq!(merchant.quota(), raised);
    assert_eq!(import("form", &file("form.json")).status, 201);
    refused(&import("statement", &file("bank_broken_balance.csv")), 422, "import_balance_broken");
    refused(&import("statement", b"nothing"), 422, "import_heading_missing");
    refused(&import("orders", b"{}"), 400, "request_malformed");
    refused(&import("statement", &vec![b'x'; 11 * 1024 * 1024]), 413, "request_too_large");
    assert!(!lies_in(&objects_folder(&bank.folder), &statement[..40]));
    // Of two files that say the same, one is enough.
    let items = merchant.see("/api/v1/data")["items"].clone();
    let statements: Vec<&str> = items
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| item["kinds"] == json!(["statement"]))
        .map(|item| item["item"].as_str().expect("a name"))
        .collect();
    let [one, other] = statements[..] else { panic!("{items}") };
    let take_back = |item: &str| {
        let answer = merchant.ask("DELETE", &format!("/api/v1/data/{item}"), None);
        answer.body["quota"].as_u64().expect("a quota")
    };
    assert_eq!(take_back(one), raised);
    assert_eq!(take_back(other), 100_000);
}

#[test]
fn other_systems_are_heard_only_where_the_merchant_agreed() {
    let bank = Bank::open(None);
    let merchant = bank.merchant("haulier");
    let path = "/api/v1/merchants/haulier/imports/orders";
    let orders: Value = serde_json::from_slice(&file("orders.json")).expect("JSON");
    refused(&bank.operate("POST", path, &orders), 403, "consent_missing");
    assert_eq!(merchant.agree("partners", &json!({})).status, 204);
    let answer = bank.operate("POST", path, &orders);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["facts"][0]["source"]["from"], "partner", "{answer:?}");
    let nobody = "/api/v1/merchants/nobody/imports/orders";
    refused(&bank.operate("POST", nobody, &orders), 404, "merchant_unknown");
    refused(&bank.operate("POST", path, &json!({ "orders": 1 })), 422, "import_json_malformed");
    let statement = "/api/v1/merchants/haulier/imports/statement";
    refused(&bank.operate("POST", statement, &json!({})), 400, "request_malformed");
    let partners = || {
        let path = "/api/v1/merchants/haulier/relations";
        let around = operate(bank.server.operator(), "GET", path, None).body;
        let edges = around["edges"].as_array().expect("edges");
        edges.iter().filter(|edge| edge["relation"] != "works_in").count()
    };
    assert!(partners() > 0);
    let answer = merchant.ask("DELETE", "/api/v1/consents/partners", None);
    assert_eq!(answer.body["erased"].as_array().map(Vec::len), Some(1), "{answer:?}");
    refused(&bank.operate("POST", path, &orders), 403, "consent_missing");
    assert_eq!(partners(), 0);
}

#[test]
fn a_reduction_is_told_before_it_is_taken() {
    let bank = Bank::open(None);
    let late = json!({
        "name": "云溪市顺远货运有限公司", "industry": "road_freight", "base_quota": 100_000,
        "loan": { "conduct": { "days_overdue": 40 } },
    });
    assert_eq!(bank.operate("PUT", "/api/v1/merchants/haulier", &late).status, 200);
    let merchant = bank.merchant("haulier");
    let decision = merchant.see("/api/v1/quota");
    assert_eq!(decision["quota"], 100_000, "not yet");
    let notices = decision["notices"].as_array().expect("notices");
    let notice = notices.iter().find(|notice| notice["code"] == "reduced_overdue");
    assert_eq!(notice.expect("a notice")["notice_days"], 7);
    let Bank { server, app, folder } = bank;
    server.kill();
    // The configuration seeds merchants, and leaves their loans as they are.
    let configuration = app.configuration(folder.path());
    let on = |day: &str| {
        let day = ["--allow-software-keys", "--demo-today", day];
        Server::configured(&folder, &configuration, None, &day)
    };
    let server = on("2026-11-29");
    let mut merchant = merchant;
    merchant.moved_to(server.public());
    assert_eq!(merchant.quota(), 100_000, "six days after");
    server.kill();
    let server = on("2026-11-30");
    merchant.moved_to(server.public());
    assert_eq!(merchant.quota(), 50_000, "seven days after");
    assert_eq!(merchant.quota(), 50_000, "and it stays so");
}

#[test]
fn the_log_is_followed_from_its_first_row_to_its_last() {
    let bank = Bank::open(None);
    let merchant = bank.merchant("haulier");
    for purpose in ["assistant", "partners"] {
        assert_eq!(merchant.agree(purpose, &json!({})).status, 204);
    }
    let verified = bank.audit(&["--json"]);
    assert!(verified.status.success(), "{verified:?}");
    let said: Value = serde_json::from_slice(&verified.stdout).expect("JSON");
    assert_eq!(said["rows"], 2, "{said}");
    let head = said["head"].as_str().expect("a row").to_owned();
    merchant.ask("DELETE", "/api/v1/data", None);
    let later = bank.audit(&["--expect", &head]);
    assert!(later.status.success(), "{later:?}");
    let other = format!("2:{}", "00".repeat(32));
    let wrong = bank.audit(&["--expect", &other]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("row 2 is not the one"), "{wrong:?}");
    let cut = format!("9:{}", &head[2..]);
    assert_eq!(bank.audit(&["--expect", &cut]).status.code(), Some(1));
    assert_eq!(bank.audit(&["--expect", "2"]).status.code(), Some(2));
}

/// One picture under two merchants' names is seen by the graph, and by both quotas from then on.
#[test]
fn who_shows_what_another_has_shown_is_related_to_it() {
    let Some(ocr) = ocr_folder() else { return };
    let bank = Bank::open(Some(&ocr));
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let permit = send(&mut phone, "haulier-road-transport-permit.jpg", "road_transport_permit");
    phone.decision(&permit.sha256());
    let relations = |id: &str| {
        let path = format!("/api/v1/merchants/{id}/relations");
        operate(bank.server.operator(), "GET", &path, None).body
    };
    let around = relations("haulier");
    let kinds: Vec<&str> = around["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["kind"].as_str().expect("a kind"))
        .collect();
    assert!(kinds.contains(&"device") && kinds.contains(&"vehicle"), "{around}");
    assert!(relations("shopkeeper")["nodes"].as_array().is_some_and(|nodes| nodes.len() <= 3));
    bank.merchant("haulier").ask("DELETE", "/api/v1/data", None);
    let around = relations("haulier");
    assert!(!around.to_string().contains("浙C7Y682"), "{around}");
}
