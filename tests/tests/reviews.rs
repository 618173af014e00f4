//! Bundles that the checks leave open, and the people who decide on them.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;

use bailing_tests::{
    Answer, HostApp, LOGIN, Merchant, Phone, Server, exchange, ocr_folder, operate, refused, sample,
};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// A demo on a day on which the samples are in force.
const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// A bank whose staff logs in, or where nobody has to.
struct Bank {
    server: Server,
    app: HostApp,
    login: HostApp,
    _folder: TempDir,
}

impl Bank {
    fn open(ocr: Option<&Path>, logs_in: bool) -> Self {
        let folder = tempdir().expect("a folder");
        let (app, login) = (HostApp::new("one"), HostApp::new("login"));
        let mut configuration = app.configuration(folder.path());
        if logs_in {
            configuration += &login.staff_configuration(folder.path());
        }
        let server = Server::configured(&folder, &configuration, ocr, DEMO);
        Self { server, app, login, _folder: folder }
    }

    fn merchant(&self, id: &str) -> Merchant {
        Merchant::of(&self.app, self.server.public(), id)
    }

    /// A bundle that is whole, after one that never came: a person looks.
    fn open_question(&self, phone: &mut Phone, file: &str, kind: &str) -> [u8; 32] {
        let picture = sample(file);
        let _lost = phone.seal(&picture, kind, &phone.ticket());
        let bundle = phone.seal(&picture, kind, &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        let decision = phone.decision(&bundle.sha256());
        assert_eq!(decision["verdict"]["outcome"], "review", "{decision}");
        assert_eq!(decision["verdict"]["reasons"], json!(["sequence_gap"]), "{decision}");
        bundle.sha256()
    }

    fn waiting(&self) -> Value {
        operate(self.server.operator(), "GET", "/api/v1/reviews", None).body
    }

    fn rule(&self, bundle: &[u8; 32], ruling: &str) -> Answer {
        let body = json!({ "ruling": ruling, "note": "called the merchant" }).to_string();
        let path = format!("/api/v1/reviews/{}", hex::encode(bundle));
        let body = Some(("application/json", body.as_bytes()));
        operate(self.server.operator(), "POST", &path, body)
    }
}

#[test]
fn a_person_lets_a_paper_count() {
    let Some(ocr) = ocr_folder() else { return };
    let bank = Bank::open(Some(&ocr), false);
    let merchant = bank.merchant("haulier");
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let permit = bank.open_question(
        &mut phone,
        "haulier-road-transport-permit.jpg",
        "road_transport_permit",
    );
    assert_eq!(merchant.quota(), 100_000, "nothing counts before");
    let waiting = bank.waiting();
    assert_eq!(waiting["count"], 1);
    let first = &waiting["bundles"][0];
    assert_eq!(first["bundle"], hex::encode(permit));
    assert_eq!(
        (&first["merchant"], &first["kinds"]),
        (&json!("haulier"), &json!(["road_transport_permit"]))
    );
    assert_eq!(first["reasons"], json!(["sequence_gap"]));

    let answer = bank.rule(&permit, "accepted");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body, json!({ "quota_before": 100_000, "quota": 120_000 }));
    assert_eq!(merchant.quota(), 120_000);
    assert_eq!(bank.waiting()["count"], 0);
    let shown = phone.bundle(&permit).body["decision"].clone();
    assert_eq!(shown["review"]["ruling"], "accepted", "{shown}");
    assert_eq!(shown["verdict"]["outcome"], "review", "what the checks said stays");
    assert!(!shown.to_string().contains("called the merchant"), "the note is the bank's");
    assert_eq!(merchant.see("/api/v1/data")["items"][0]["state"], "accepted");
    refused(&bank.rule(&permit, "forged"), 409, "review_not_waiting");
    refused(&bank.rule(&[0; 32], "accepted"), 404, "bundle_unknown");
    refused(&bank.rule(&permit, "perhaps"), 400, "request_malformed");
    let log = operate(bank.server.operator(), "GET", "/api/v1/audit?after=0", None).body;
    let rows = log["rows"].as_array().expect("rows");
    let reviewed = rows.iter().find(|row| row["action"] == "bundle.reviewed").expect("a row");
    assert_eq!(
        (&reviewed["actor"], &reviewed["detail"]["ruling"]),
        (&json!("staff"), &json!("accepted"))
    );
    assert_eq!(rows.iter().filter_map(|row| row["seq"].as_u64()).max(), Some(rows.len() as u64));
    refused(
        &operate(bank.server.operator(), "GET", "/api/v1/audit?after=x", None),
        400,
        "request_malformed",
    );
}

#[test]
fn a_forgery_counts_for_nothing_and_stops_what_follows() {
    let Some(ocr) = ocr_folder() else { return };
    let bank = Bank::open(Some(&ocr), false);
    let merchant = bank.merchant("haulier");
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let permit = bank.open_question(
        &mut phone,
        "haulier-road-transport-permit.jpg",
        "road_transport_permit",
    );
    let answer = bank.rule(&permit, "forged");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(merchant.quota(), 100_000);
    let contract = sample("haulier-haulage-contract.jpg");
    let contract = phone.seal(&contract, "haulage_contract", &phone.ticket());
    assert_eq!(phone.put(&contract).status, 201);
    let decision = phone.decision(&contract.sha256());
    assert_eq!(decision["verdict"]["outcome"], "accepted", "{decision}");
    assert_eq!(decision["quota"]["quota"], 100_000, "{decision}");
    let notices = decision["quota"]["notices"].to_string();
    assert!(notices.contains("forged_evidence"), "{notices}");
    assert_eq!(merchant.see("/api/v1/data")["items"][1]["state"], "rejected");
}

#[test]
fn a_refusal_counts_for_nothing_and_a_bundle_taken_back_waits_for_nobody() {
    let bank = Bank::open(None, false);
    let merchant = bank.merchant("haulier");
    let mut phone = Phone::of(&bank.app, bank.server.public(), "haulier");
    let picture = sample("haulier-waybill.jpg");
    let mut send = || {
        let bundle = phone.seal(&picture, "waybill", &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        phone.decision(&bundle.sha256());
        bundle.sha256()
    };
    let (first, second) = (send(), send());
    assert_eq!(bank.waiting()["count"], 2);
    assert_eq!(bank.rule(&first, "rejected").status, 200);
    let path = format!("/api/v1/data/bundle:{}", hex::encode(second));
    assert_eq!(merchant.ask("DELETE", &path, None).status, 200);
    assert_eq!(bank.waiting(), json!({ "bundles": [], "count": 0 }));
    refused(&bank.rule(&second, "accepted"), 409, "review_not_waiting");
    assert_eq!(merchant.quota(), 100_000);
}

#[test]
fn staff_does_what_its_roles_allow() {
    let bank = Bank::open(None, true);
    let ask = |token: Option<&str>, method: &str, path: &str, body: Option<&Value>| {
        let body = body.map(Value::to_string);
        let body = body.as_ref().map(|body| ("application/json", body.as_bytes()));
        let authorization = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            authorization.iter().map(|value| ("authorization", value.as_str())).collect();
        exchange(bank.server.operator(), method, path, &headers, body)
    };
    let (zeros, merchant) = ("00".repeat(32), json!({ "base_quota": 1 }));
    let (review, photos) = (format!("/api/v1/reviews/{zeros}"), "/api/v1/prototypes/x/photos");
    let ruling = json!({ "ruling": "accepted" });
    let wanted = json!({ "class": "excavator", "label": "x" });
    let routes: [(&str, &str, &str, Option<&Value>); 10] = [
        ("reviewer", "GET", "/api/v1/reviews", None),
        ("reviewer", "POST", &review, Some(&ruling)),
        ("reviewer", "GET", "/api/v1/merchants/haulier/relations", None),
        ("auditor", "GET", "/api/v1/audit", None),
        ("operator", "PUT", "/api/v1/merchants/new", Some(&merchant)),
        ("operator", "POST", "/api/v1/merchants/haulier/imports/orders", Some(&merchant)),
        ("operator", "GET", "/api/v1/prototypes", None),
        ("operator", "PUT", "/api/v1/prototypes/x", Some(&wanted)),
        ("operator", "POST", photos, Some(&wanted)),
        ("operator", "DELETE", "/api/v1/prototypes/x", None),
    ];
    let of_merchant = bank.app.token("haulier");
    let stranger = HostApp::new("login").staff_token("li", &["reviewer", "operator", "auditor"]);
    let all = bank.login.staff_token("li", &["reviewer", "operator", "auditor"]);
    for (role, method, path, body) in routes {
        refused(&ask(None, method, path, body), 401, "token_missing");
        refused(&ask(Some(&of_merchant), method, path, body), 401, "token_invalid");
        refused(&ask(Some(&stranger), method, path, body), 401, "token_invalid");
        let others: Vec<&str> = ["reviewer", "operator", "auditor"]
            .into_iter()
            .filter(|other| *other != role)
            .collect();
        let without = bank.login.staff_token("li", &others);
        refused(&ask(Some(&without), method, path, body), 403, "role_missing");
        let nobody = bank.login.staff_token("li", &[]);
        refused(&ask(Some(&nobody), method, path, body), 403, "role_missing");
        let answer = ask(Some(&all), method, path, body);
        assert!(
            ![401, 403].contains(&answer.status) || answer.code() == "consent_missing",
            "{answer:?}"
        );
    }
    let rows = ask(Some(&all), "GET", "/api/v1/audit", None).body;
    assert_eq!(rows["rows"][0]["actor"], "staff:li", "{rows}");
    assert!(LOGIN.starts_with("https"));
    // Nor does the bank's login speak for a merchant.
    let headers = [("authorization", &*format!("Bearer {all}"))];
    let answer = exchange(bank.server.public(), "GET", "/api/v1/quota", &headers, None);
    refused(&answer, 401, "token_invalid");
}
