//! Who may do what: every route of the interface's committed description, with every wrong token.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::io::{Cursor, Read};
use std::path::Path;

use bailing_capture::SealedBundle;
use bailing_tests::{
    Answer, HostApp, Merchant, ORIGIN, Phone, Server, exchange, ocr_folder, operate, sample,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

/// Routes that ask nobody who they are. A new one has to be put here on purpose.
const OPEN: [(&str, &str); 6] = [
    ("OPTIONS", "/api/v1/uploads"),
    ("OPTIONS", "/api/v1/uploads/{sha256}"),
    ("POST", "/api/v1/challenges"),
    ("GET", "/api/v1/policy"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

/// What the staff may be.
const ROLES: [&str; 3] = ["auditor", "operator", "reviewer"];

/// A paper, an import, a conversation and a begun upload of the haulier, and what must never be told of them.
struct Bank {
    server: Server,
    app: HostApp,
    login: HostApp,
    bundle: SealedBundle,
    begun: SealedBundle,
    key_id: String,
    import: String,
    secrets: Vec<String>,
    _folder: TempDir,
}

/// One operation of the description, about the haulier.
struct Operation {
    method: String,
    template: String,
    /// `merchant` or `staff`, and the roles; none where it is open.
    asks: Option<(String, Vec<String>)>,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<(String, Vec<u8>)>,
}

impl Bank {
    fn open() -> Self {
        let folder = tempdir().expect("a folder");
        let (app, login) = (HostApp::new("one"), HostApp::new("login"));
        let configuration =
            app.configuration(folder.path()) + &login.staff_configuration(folder.path());
        // The walk is quicker than any merchant.
        let configuration = "requests_per_second = 10000\nrequests_per_second_of_one = 10000\n"
            .to_owned()
            + &configuration;
        let demo = ["--allow-software-keys", "--demo-today", "2026-11-23"];
        let server = Server::configured(&folder, &configuration, ocr_folder().as_deref(), &demo);
        let merchant = Merchant::of(&app, server.public(), "haulier");
        let mut phone = Phone::of(&app, server.public(), "haulier");
        let picture = sample("haulier-road-transport-permit.jpg");
        let bundle = phone.seal(&picture, "road_transport_permit", &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        phone.decision(&bundle.sha256());
        let picture = sample("haulier-waybill.jpg");
        let begun = phone.seal(&picture, "waybill", &phone.ticket());
        assert_eq!(phone.begin(&begun).status, 201);
        let half = begun.bytes.len() / 2;
        assert_eq!(phone.piece(&begun.sha256(), 0, &begun.bytes[..half]).status, 204);
        let statement = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/imports/bank.csv");
        let statement = std::fs::read(statement).expect("a statement");
        let kind = ("application/octet-stream", statement.as_slice());
        let imported = merchant.ask("POST", "/api/v1/imports/statement", Some(kind));
        assert_eq!(imported.status, 201, "{imported:?}");
        let import = imported.body["item"].as_str().expect("an item").to_owned();
        assert_eq!(merchant.agree("assistant", &json!({})).status, 204);
        merchant.say(Some("我有三辆货车，一年流水八十万"));
        let hashes = [bundle.sha256(), begun.sha256()].map(hex::encode);
        let known = ["云溪市顺远货运有限公司", "浙C7Y682", import.as_str(), "三辆货车"];
        let secrets = hashes.into_iter().chain(known.map(str::to_owned)).collect();
        let key_id = phone.key_id();
        Self { server, app, login, bundle, begun, key_id, import, secrets, _folder: folder }
    }

    /// Every operation of the description.
    fn operations(&self) -> Vec<Operation> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/service/openapi.json");
        let text = std::fs::read_to_string(file).expect("the description");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let mut operations = Vec::new();
        for (template, methods) in document["paths"].as_object().expect("paths") {
            for (method, described) in methods.as_object().expect("methods") {
                operations.push(self.operation(&method.to_uppercase(), template, described));
            }
        }
        assert!(operations.len() >= 38, "{}", operations.len());
        operations
    }

    fn operation(&self, method: &str, template: &str, described: &Value) -> Operation {
        let asks = described["security"].as_array().map(|all| {
            assert_eq!(all.len(), 1, "{method} {template}: one way in");
            let (scheme, roles) = all[0].as_object().expect("a scheme").iter().next().expect("one");
            let roles = roles.as_array().expect("roles").iter();
            (scheme.clone(), roles.map(|role| role.as_str().expect("a role").to_owned()).collect())
        });
        let upload = template.starts_with("/api/v1/uploads");
        let bundle = if upload { &self.begun } else { &self.bundle };
        let digits = hex::encode(bundle.sha256());
        let mut path = template.to_owned();
        let mut headers = Vec::new();
        for parameter in described["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let value = match name {
                "sha256" => digits.clone(),
                "item" => self.import.clone(),
                "purpose" => "quota".to_owned(),
                "kind" if template.contains("merchants") => "orders".to_owned(),
                "kind" => "statement".to_owned(),
                "id" if template.contains("prototypes") => "digger".to_owned(),
                "id" => "haulier".to_owned(),
                "Tus-Resumable" => "1.0.0".to_owned(),
                "Upload-Length" => bundle.bytes.len().to_string(),
                "Upload-Metadata" => format!("sha256 {}", STANDARD.encode(&digits)),
                "Upload-Offset" => (bundle.bytes.len() / 2).to_string(),
                "X-HTTP-Method-Override" => "DELETE".to_owned(),
                "Upload-Checksum" | "Last-Event-ID" | "after" => continue,
                other => panic!("{method} {template}: say here what {other} is of the haulier's"),
            };
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &value),
                Some("header") => headers.push((name.to_owned(), value)),
                other => panic!("{method} {template}: {name} is in {other:?}"),
            }
        }
        // tus asks for it everywhere, also where only the method is overridden.
        if upload && !headers.iter().any(|(name, _)| name == "Tus-Resumable") {
            headers.push(("Tus-Resumable".to_owned(), "1.0.0".to_owned()));
        }
        assert!(!path.contains('{'), "{method} {template}: an undescribed part of the path");
        let has_body = !described["requestBody"].is_null();
        let body = has_body.then(|| self.body(method, template));
        let (method, template) = (method.to_owned(), template.to_owned());
        Operation { method, template, asks, path, headers, body }
    }

    /// What would be taken from whoever may.
    fn body(&self, method: &str, template: &str) -> (String, Vec<u8>) {
        let json = |value: Value| ("application/json".to_owned(), value.to_string().into_bytes());
        let bytes = |kind: &str, bytes: &[u8]| (kind.to_owned(), bytes.to_vec());
        match (method, template) {
            ("PUT", "/api/v1/bundles/{sha256}") => {
                bytes("application/vnd.bailing.evidence", &self.bundle.bytes)
            }
            ("PATCH", "/api/v1/uploads/{sha256}") => {
                let half = self.begun.bytes.len() / 2;
                bytes("application/offset+octet-stream", &self.begun.bytes[half..])
            }
            ("POST", "/api/v1/keys") => self.enrolment(),
            ("POST", "/api/v1/tickets") => json(json!({ "key_id": self.key_id, "count": 1 })),
            ("POST", "/api/v1/assistant/turns") => json(json!({ "text": "你好" })),
            ("PUT", "/api/v1/consents/{purpose}") => json(json!({ "item": self.import })),
            ("POST", "/api/v1/imports/{kind}") => bytes("application/octet-stream", b"x"),
            ("POST", "/api/v1/merchants/{id}/imports/{kind}") => {
                bytes("application/octet-stream", b"[]")
            }
            ("PUT", "/api/v1/merchants/{id}") => {
                let name = "云溪市顺远货运有限公司";
                json(json!({ "name": name, "industry": "road_freight", "base_quota": 100_000 }))
            }
            ("POST", "/api/v1/reviews/{sha256}") => json(json!({ "ruling": "accepted" })),
            ("PUT", "/api/v1/prototypes/{id}") => {
                json(json!({ "class": "excavator", "label": "our digger" }))
            }
            ("POST", "/api/v1/prototypes/{id}/photos") => bytes("image/jpeg", b"\xff\xd8"),
            _ => panic!("{method} {template}: say here what is sent"),
        }
    }

    /// A key of nobody's yet, for the haulier.
    fn enrolment(&self) -> (String, Vec<u8>) {
        let phone = Phone::new(self.server.public());
        let body = phone.enrolment("haulier");
        ("application/json".to_owned(), body.to_string().into_bytes())
    }

    fn address(&self, operation: &Operation) -> &str {
        match &operation.asks {
            Some((scheme, _)) if scheme == "staff" => self.server.operator(),
            _ => self.server.public(),
        }
    }

    fn ask(&self, operation: &Operation, token: Option<&str>) -> Answer {
        let authorization = token.map(|token| format!("Bearer {token}"));
        let mut headers: Vec<(&str, &str)> =
            operation.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        let body = operation.body.as_ref().map(|(kind, bytes)| (kind.as_str(), bytes.as_slice()));
        exchange(self.address(operation), &operation.method, &operation.path, &headers, body)
    }

    /// Nothing of the haulier's is in an answer.
    fn keeps_secrets(&self, operation: &Operation, answer: &Answer) {
        let said = format!("{} {:?}", answer.body, answer.headers);
        for secret in &self.secrets {
            // Where an upload would be is what its sender said itself.
            let own_words = answer.status == 201 && operation.template == "/api/v1/uploads";
            assert!(own_words || !said.contains(secret), "{operation}: {secret} in {answer:?}");
        }
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method, self.template)
    }
}

/// A refusal with a problem document. An answer to HEAD has no body.
fn problem(operation: &Operation, answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{operation}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{operation}");
    if operation.method != "HEAD" {
        assert_eq!(answer.code(), code, "{operation}: {answer:?}");
    }
}

#[test]
fn every_route_refuses_every_wrong_token() {
    let bank = Bank::open();
    let operations = bank.operations();
    let header = |name: &str| json!({ "alg": "ES256", "kid": name });
    let stranger = HostApp::new("one");
    let strange_login = HostApp::new("login");
    let mut asked = 0;
    for operation in &operations {
        let Some((scheme, _)) = &operation.asks else {
            let named = (operation.method.as_str(), operation.template.as_str());
            assert!(OPEN.contains(&named), "{operation} asks nobody who they are");
            continue;
        };
        let is_staff = scheme == "staff";
        let (right, other_key) = match is_staff {
            true => (&bank.login, strange_login.staff_token("mallory", &ROLES)),
            false => (&bank.app, stranger.token("haulier")),
        };
        let claims = match is_staff {
            true => json!({
                "sub": "mallory", "roles": ROLES, "iss": bailing_tests::LOGIN, "aud": ORIGIN,
                "exp": 4_000_000_000_i64,
            }),
            false => HostApp::claims("haulier"),
        };
        let with = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            right.token_of(&claims, &header(if is_staff { "login" } else { "one" }))
        };
        let expired = with("exp", json!(1_700_000_000));
        let other_issuer = with("iss", json!("https://other.example"));
        let other_side = match is_staff {
            true => bank.app.token("haulier"),
            false => bank.login.staff_token("mallory", &ROLES),
        };
        for (token, code) in [
            (None, "token_missing"),
            (Some(&expired), "token_expired"),
            (Some(&other_issuer), "token_invalid"),
            (Some(&other_key), "token_invalid"),
            (Some(&other_side), "token_invalid"),
        ] {
            let answer = bank.ask(operation, token.map(String::as_str));
            problem(operation, &answer, 401, code);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{operation}");
            bank.keeps_secrets(operation, &answer);
            asked += 1;
        }
    }
    eprintln!("{} routes, {asked} wrong tokens, each refused", operations.len());
}

#[test]
fn no_merchant_reaches_another() {
    let bank = Bank::open();
    let shopkeeper = bank.app.token("shopkeeper");
    let haulier = Merchant::of(&bank.app, bank.server.public(), "haulier");
    let kept = |data: Value| (data["items"].clone(), data["said"].clone());
    let before = kept(haulier.see("/api/v1/data"));
    let (mut refused, mut own) = (0, 0);
    for operation in bank.operations() {
        if operation.asks.as_ref().is_none_or(|(scheme, _)| scheme != "merchant") {
            continue;
        }
        let answer = bank.ask(&operation, Some(&shopkeeper));
        bank.keeps_secrets(&operation, &answer);
        // Whatever names something of the haulier's is answered as if it named nothing at all.
        let named = ["{sha256}", "{item}"].iter().any(|part| operation.template.contains(part));
        let in_body = [
            ("POST", "/api/v1/keys"),
            ("POST", "/api/v1/tickets"),
            ("POST", "/api/v1/uploads"),
            ("PUT", "/api/v1/consents/{purpose}"),
        ];
        if named || in_body.contains(&(operation.method.as_str(), operation.template.as_str())) {
            let code = match (operation.method.as_str(), operation.template.as_str()) {
                ("POST", "/api/v1/keys") => "merchant_unknown",
                ("POST", "/api/v1/tickets" | "/api/v1/uploads")
                | ("PUT", "/api/v1/bundles/{sha256}") => "key_unknown",
                ("PUT" | "DELETE", "/api/v1/consents/{purpose}" | "/api/v1/data/{item}") => {
                    "item_unknown"
                }
                (_, template) if template.contains("/bundles/") => "bundle_unknown",
                _ => "upload_unknown",
            };
            let status = if code == "key_unknown" { 403 } else { 404 };
            problem(&operation, &answer, status, code);
            let nothing = unknown(&bank, operation);
            let unknown = bank.ask(&nothing, Some(&shopkeeper));
            let is_begun = nothing.template == "/api/v1/uploads" && unknown.status == 201;
            assert!(is_begun || answer.body == unknown.body, "{nothing}: {answer:?} {unknown:?}");
            refused += 1;
        } else {
            assert!(matches!(answer.status, 200 | 204 | 422), "{operation}: {answer:?}");
            own += 1;
        }
    }
    eprintln!("{refused} routes name something of the other's and are refused, {own} cannot");
    assert!(refused >= 12 && own >= 12, "{refused} {own}");
    let shop = Merchant::of(&bank.app, bank.server.public(), "shopkeeper");
    let archive = shop.fetch_bytes("/api/v1/data/export");
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        let text = format!("{:?} {}", entry.name(), String::from_utf8_lossy(&bytes));
        assert!(bank.secrets.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    assert_eq!(kept(haulier.see("/api/v1/data")), before, "nothing of the haulier's has changed");

    // What the shopkeeper could not touch goes on.
    let phone = Phone::new(bank.server.public()).with_token(&bank.app.token("haulier"));
    let half = bank.begun.bytes.len() / 2;
    let sha256 = bank.begun.sha256();
    assert_eq!(phone.standing(&sha256).offset(), half);
    assert_eq!(phone.piece(&sha256, half, &bank.begun.bytes[half..]).status, 204);
    phone.decision(&sha256);
}

/// The same about something that nobody has.
fn unknown(bank: &Bank, operation: Operation) -> Operation {
    let Operation { method, template, asks, path, headers, body } = operation;
    // What is begun here is not what is then looked for.
    let nothing = if template == "/api/v1/uploads" { "11" } else { "00" }.repeat(32);
    let begun = hex::encode(bank.begun.sha256());
    let bundle = hex::encode(bank.bundle.sha256());
    let replaced = |text: &str| {
        let text = text.replace(&begun, &nothing).replace(&bundle, &nothing);
        text.replace(&bank.import, &format!("import:{nothing}")).replace(&bank.key_id, &nothing)
    };
    let path = replaced(&path);
    let metadata = format!("sha256 {}", STANDARD.encode(&nothing));
    let headers = headers.into_iter().map(|(name, value)| match name.as_str() {
        "Upload-Metadata" => (name, metadata.clone()),
        _ => (name, value),
    });
    let body = match (template.as_str(), body) {
        ("/api/v1/keys", _) => {
            let body = Phone::new(bank.server.public()).enrolment("nobody");
            Some(("application/json".to_owned(), body.to_string().into_bytes()))
        }
        (_, Some((kind, bytes))) if kind == "application/json" => {
            let text = replaced(&String::from_utf8(bytes).expect("text"));
            Some((kind, text.into_bytes()))
        }
        ("/api/v1/bundles/{sha256}", Some((kind, _))) => {
            // Whole, by a key that is nobody's.
            let mut phone = Phone::new(bank.server.public());
            let ticket = phone.invented_ticket();
            let sealed = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
            Some((kind, sealed.bytes))
        }
        (_, body) => body,
    };
    Operation { method, template, asks, path, headers: headers.collect(), body }
}

#[test]
fn staff_do_what_their_role_is_for() {
    let bank = Bank::open();
    let mut asked = 0;
    for operation in bank.operations() {
        let Some((scheme, wanted)) = &operation.asks else { continue };
        if scheme != "staff" {
            continue;
        }
        let [wanted] = wanted.as_slice() else { panic!("{operation}: one role is wanted") };
        let nobody = bank.login.staff_token("mallory", &[]);
        let answer = bank.ask(&operation, Some(&nobody));
        problem(&operation, &answer, 403, "role_missing");
        for role in ROLES {
            let answer = bank.ask(&operation, Some(&bank.login.staff_token("mallory", &[role])));
            if role == wanted {
                let is_let_in = answer.status != 401 && answer.code() != "role_missing";
                assert!(is_let_in && answer.status < 500, "{operation}: {answer:?}");
            } else {
                problem(&operation, &answer, 403, "role_missing");
                bank.keeps_secrets(&operation, &answer);
            }
            asked += 1;
        }
        let others: Vec<&str> = ROLES.into_iter().filter(|role| role != wanted).collect();
        let answer = bank.ask(&operation, Some(&bank.login.staff_token("mallory", &others)));
        problem(&operation, &answer, 403, "role_missing");
    }
    assert!(asked >= 30, "{asked}");
    // Neither a page of the console nor a metric is where phones reach it, nor the other way round.
    for path in ["/", "/metrics", "/api/v1/reviews", "/api/v1/audit", "/api/v1/merchants/haulier"] {
        let answer = exchange(bank.server.public(), "GET", path, &[], None);
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}");
    }
    for path in ["/api/v1/quota", "/api/v1/data", "/api/v1/bundles", "/healthz"] {
        assert_eq!(operate(bank.server.operator(), "GET", path, None).status, 404, "{path}");
    }
}
