//! The console over HTTP: who gets in, what a form may do, and what is in no page. In a browser: `tests/browser`.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::time::Duration;

use bailing_tests::{HostApp, Phone, Server, exchange, looked_at, refused, sample};
use bailing_vision::quality::Thresholds;
use tempfile::{TempDir, tempdir};

const DEMO: &[&str] = &["--allow-software-keys", "--demo-today", "2026-11-23"];

/// A bank with one bundle that waits for a person.
struct Bank {
    server: Server,
    login: HostApp,
    waiting: String,
    _folder: TempDir,
}

/// An answer as a browser gets it.
struct Answered {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Bank {
    fn open(logs_in: bool) -> Self {
        let folder = tempdir().expect("a folder");
        let login = HostApp::new("login");
        let configuration =
            if logs_in { login.staff_configuration(folder.path()) } else { String::new() };
        let server = Server::configured(&folder, &configuration, None, DEMO);
        let mut phone = Phone::enrolled(server.public(), "haulier");
        let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
        assert_eq!(phone.put(&bundle).status, 201);
        assert_eq!(phone.decision(&bundle.sha256())["verdict"]["outcome"], "review");
        Self { server, login, waiting: hex::encode(bundle.sha256()), _folder: folder }
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answered {
        self.ask("GET", path, headers, "")
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answered {
        let form_type = ("content-type", "application/x-www-form-urlencoded");
        self.ask("POST", path, &[&[form_type], headers].concat(), form)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let address = format!("{}{path}", self.server.operator());
        let mut request = ureq::http::Request::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match method {
            "GET" => agent.run(request.body(()).expect("a request")),
            _ => agent.run(request.body(body).expect("a request")),
        };
        let mut answer = answer.expect("the server answers");
        let body = answer.body_mut().read_to_vec().expect("an answer");
        let body = String::from_utf8_lossy(&body).into_owned();
        Answered { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
    }
}

/// What a browser sends with a form of the same page.
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

#[test]
fn without_a_login_whoever_reaches_it_decides_and_no_other_site_does() {
    let bank = Bank::open(false);
    let decision = format!("/bundles/{}/decision", bank.waiting);
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
    ] {
        let answer = bank.post(&decision, foreign, "ruling=accepted");
        assert_eq!(answer.status, 403, "{foreign:?}");
        assert!(answer.body.contains("request_cross_site"), "{}", answer.body);
    }
    let waits = |bank: &Bank| bank.get("/reviews", &[]).body.contains(&bank.waiting);
    assert!(waits(&bank));
    assert_eq!(bank.post(&decision, &[OWN], "ruling=perhaps").status, 422);
    assert_eq!(
        bank.post(&decision, &[OWN], &format!("ruling=rejected&note={}", "x".repeat(2_001))).status,
        400
    );
    assert_eq!(bank.post(&decision, &[OWN], &"x".repeat(20_000)).status, 413);
    let note = "<script>alert(1)</script> & so on";
    let form = "ruling=rejected&note=%3Cscript%3Ealert(1)%3C%2Fscript%3E+%26+so+on";
    let answer = bank.post(&decision, &[OWN], form);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, &*format!("/bundles/{}", bank.waiting))
    );
    assert!(!waits(&bank));
    let page = bank.get(&format!("/bundles/{}?lang=en", bank.waiting), &[]);
    assert!(
        page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on"),
        "{}",
        page.body
    );
    assert!(!page.body.contains(note));
    assert!(page.header("set-cookie").starts_with("bailing_language=en; Path=/; HttpOnly"));
    assert_eq!(bank.post(&decision, &[OWN], "ruling=accepted").status, 409);
    let nowhere = format!("/bundles/{}", "00".repeat(32));
    let said = |language| bank.get(&format!("{nowhere}?lang={language}"), &[]).body;
    assert!(said("zh").contains("没有这份材料"));
    assert!(said("en").contains("no such bundle was taken in") && !said("en").contains("没有"));
}

#[test]
fn a_token_comes_from_a_proxy_or_from_the_cookie_and_the_role_counts() {
    let bank = Bank::open(true);
    let bundle = format!("/bundles/{}", bank.waiting);
    let picture = format!("{bundle}/0");
    let pages = ["/reviews", &*bundle, &*picture, "/merchants/haulier", "/find?q=haulier"];
    for page in pages.iter().chain(&["/", "/log"]) {
        let answer = bank.get(page, &[]);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"), "{page}");
    }
    let reviewer = bank.login.staff_token("li", &["reviewer"]);
    let [by_proxy, by_cookie] =
        [format!("Bearer {reviewer}"), format!("a=b; bailing_staff={reviewer}")];
    for given in [("authorization", &*by_proxy), ("cookie", &*by_cookie)] {
        for page in &pages[..4] {
            assert_eq!(bank.get(page, &[given]).status, 200, "{page} {}", given.0);
        }
        assert_eq!(bank.get("/find?q=haulier", &[given]).header("location"), "/merchants/haulier");
    }
    for roles in [&["operator"][..], &["auditor", "operator"]] {
        let token = format!("Bearer {}", bank.login.staff_token("li", roles));
        assert_eq!(bank.get("/", &[("authorization", &token)]).status, 200);
        for page in pages {
            assert_eq!(bank.get(page, &[("authorization", &token)]).status, 403, "{page}");
        }
        let decided = bank.post(
            &format!("{bundle}/decision"),
            &[OWN, ("authorization", &token)],
            "ruling=accepted",
        );
        assert_eq!(decided.status, 403);
    }
    // The cookie is for pages; the interface takes a token in its header.
    let answer =
        exchange(bank.server.operator(), "GET", "/api/v1/reviews", &[("cookie", &by_cookie)], None);
    refused(&answer, 401, "token_missing");

    let kept = bank.post("/login", &[OWN], &format!("next=%2Freviews&token={reviewer}"));
    assert_eq!((kept.status, kept.header("location")), (303, "/reviews"));
    let cookie = kept.header("set-cookie");
    for part in [
        &*format!("bailing_staff={reviewer}"),
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Secure",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let age: u64 = cookie
        .split("Max-Age=")
        .nth(1)
        .and_then(|rest| rest.split(';').next()?.parse().ok())
        .expect("an age");
    assert!((1..=600).contains(&age), "no longer than the token: {cookie}");
    let elsewhere =
        bank.post("/login", &[OWN], &format!("next=%2F%2Felsewhere.example&token={reviewer}"));
    assert_eq!(elsewhere.header("location"), "/");
    assert_eq!(bank.post("/login", &[], &format!("token={reviewer}")).status, 403);
    assert_eq!(bank.post("/login", &[OWN], "token=x").status, 401);
    assert_eq!(bank.post("/login", &[OWN], &format!("token={}", "x".repeat(5_000))).status, 400);
    let gone = bank.post("/logout", &[OWN], "");
    assert!(gone.header("set-cookie").starts_with("bailing_staff=; Path=/; HttpOnly"));
}

#[test]
fn no_page_lets_anything_run_that_is_not_the_servers_own() {
    let bank = Bank::open(false);
    let bundle = format!("/bundles/{}", bank.waiting);
    for path in ["/", "/reviews", "/log", &bundle, "/merchants/haulier", "/login", "/nowhere"] {
        let page = bank.get(path, &[]);
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path} {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path} {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{path}");
        }
        for inline in ["<style", " style=", "<script", " onload=", "javascript:"] {
            assert!(!page.body.contains(inline), "{path} has {inline}");
        }
    }
    let page = exchange(bank.server.public(), "GET", "/merchant", &[], None);
    assert_eq!((page.status, page.header("x-frame-options")), (200, "DENY"));
    let html = page.body.as_str().expect("a page").to_owned();
    assert_eq!(html.matches("<script").count(), 1);
    let script =
        html.split("<script type=\"module\" src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let script = exchange(bank.server.public(), "GET", script.expect("a module"), &[], None);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    let other =
        exchange(bank.server.public(), "GET", "/assets/0000000000000000/terms.js", &[], None);
    assert_eq!((other.status, other.header("cache-control")), (200, "no-store"));
    // The bank's pages are on its own listener.
    for path in ["/reviews", "/log", &bundle, "/login", "/merchants/haulier"] {
        assert_eq!(exchange(bank.server.public(), "GET", path, &[], None).status, 404, "{path}");
    }
}

#[test]
fn the_log_is_read_from_its_newest_row_back() {
    let bank = Bank::open(false);
    let newest = bank.get("/log", &[]);
    assert!(newest.status == 200 && newest.body.contains("bundle.received"), "{}", newest.body);
    let first = bank.get("/log?before=2", &[]).body;
    assert!(first.contains("<td class=\"number\">1</td>") && !first.contains("rel=\"next\""));
    assert!(bank.get("/log?before=1&lang=en", &[]).body.contains("No more rows."));
    for wrong in ["/log?before=x", "/log?before=9223372036854775808"] {
        assert_eq!(bank.get(wrong, &[]).status, 400, "{wrong}");
    }
    for past in ["/log?before=0", "/log?before=-9223372036854775808"] {
        assert_eq!(bank.get(past, &[]).status, 200, "{past}");
    }
}

#[test]
fn pictures_are_drawn_by_a_process_that_a_picture_may_end() {
    let bank = Bank::open(false);
    for (drawing, kind) in [
        ("", "image/jpeg"),
        ("/whole", "image/jpeg"),
        ("/tampering", "image/jpeg"),
        ("/glare", "image/svg+xml"),
        ("/moire", "image/png"),
    ] {
        let answer = bank.get(&format!("/bundles/{}/0{drawing}", bank.waiting), &[]);
        // A picture without traces has no tiles of them.
        let expected = if drawing == "/moire" { &[200, 404][..] } else { &[200] };
        assert!(expected.contains(&answer.status), "{drawing} {}", answer.status);
        assert!(answer.status == 404 || answer.header("content-type") == kind, "{drawing}");
    }
    assert_eq!(bank.get(&format!("/bundles/{}/1", bank.waiting), &[]).status, 404);

    // One that wants more memory than there is ends its process with an error, and nothing else.
    let draw = |memory: u64, picture: &[u8]| {
        let thresholds = serde_json::to_string(&Thresholds::default()).expect("text");
        let order =
            format!("{{\"drawing\":\"whole\",\"thresholds\":{thresholds},\"decision\":null}}\n");
        looked_at("draw", memory, &order, picture)
    };
    let picture = sample("haulier-waybill.jpg");
    let drawn = draw(1 << 30, &picture);
    assert!(drawn.status.success() && drawn.stdout.starts_with(&[0xff, 0xd8]));
    let ended = draw(8 << 20, &picture);
    assert!(!ended.status.success() && ended.stdout.is_empty());
    let nothing = draw(1 << 30, b"no picture");
    assert!(nothing.status.success() && nothing.stdout.is_empty());
}
