//! Plays the phone: raw HTTP as the interface documents it, evidence as the SDK makes it.

use std::collections::BTreeMap;
use std::time::Duration;

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{Capture, Chain, Config, DeviceKey, Models, SealedBundle, Sealer, Slot};
use bailing_evidence::frame::SessionKey;
use bailing_evidence::manifest::{ImageClaim, Manifest};
use bailing_evidence::signature::{self, Context};
use bailing_evidence::ticket::{Issuer, Ticket};
use bailing_evidence::{bundle, digest, enrolment};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use ureq::SendBody;
use ureq::http::Request;
use ureq::middleware::MiddlewareNext;

use crate::host_app::HostApp;
use crate::process::ORIGIN;

/// The app that the phone's claims name.
pub const APP_ID: &str = "cn.example.wallet";

/// One answer of the server.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body; a string where it was not JSON.
    pub body: Value,
    /// Headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
}

impl Answer {
    /// The problem's stable code; empty where the answer is not a problem.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// A header; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// How far an upload has come.
    pub fn offset(&self) -> usize {
        let offset = self.header("upload-offset").parse();
        offset.unwrap_or_else(|_| panic!("no upload-offset: {self:?}"))
    }
}

/// The server has refused with this problem, and said what to do.
pub fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    assert_eq!(answer.body["type"], format!("urn:bailing:problem:{code}"));
    assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{answer:?}");
}

/// A phone with a key, known to one server or not yet.
pub struct Phone {
    http: ureq::Agent,
    server: String,
    key: Box<dyn DeviceKey>,
    sealer: Sealer,
    chain: Chain,
    /// Whether a server that does not answer is one more answer, of status 0.
    bears_silence: bool,
}

impl Phone {
    /// A phone with a software key that nobody knows yet.
    pub fn new(server: &str) -> Self {
        Self::signing_for(server, ORIGIN)
    }

    /// A phone that believes the server is called `origin`.
    pub fn signing_for(server: &str, origin: &str) -> Self {
        let key = SoftwareKey::generate(randomness()).expect("a key can be made");
        Self::holding(server, origin, Box::new(key))
    }

    /// A phone with this key.
    pub fn with_key(server: &str, key: Box<dyn DeviceKey>) -> Self {
        Self::holding(server, ORIGIN, key)
    }

    fn holding(server: &str, origin: &str, key: Box<dyn DeviceKey>) -> Self {
        let config = Config {
            server_origin: origin.to_owned(),
            app_id: APP_ID.to_owned(),
            app_version: "1.0.0".to_owned(),
            refuse_retake: false,
        };
        Self {
            http: agent(None),
            server: server.to_owned(),
            key,
            sealer: Sealer::new(config, &Models::load().expect("networks"), [7; 16], &[8; 32]),
            chain: Chain::default(),
            bears_silence: false,
        }
    }

    /// Takes a server that does not answer for one that answers with status 0: whoever kills servers expects it.
    pub fn bear_silence(&mut self) {
        self.bears_silence = true;
    }

    fn read(&self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
        match answer.and_then(text_of) {
            Err(_) if self.bears_silence => {
                Answer { status: 0, body: Value::Null, headers: BTreeMap::new() }
            }
            answer => answer.expect("the server answers"),
        }
    }

    /// A phone whose key the server knows as `merchant`'s.
    pub fn enrolled(server: &str, merchant: &str) -> Self {
        let phone = Self::new(server);
        let answer = phone.enrol(merchant);
        assert_eq!(answer.status, 201, "{answer:?}");
        phone
    }

    /// A phone whose requests carry the host app's token, and whose key the server knows as that merchant's.
    pub fn of(app: &HostApp, server: &str, merchant: &str) -> Self {
        let phone = Self::new(server).with_token(&app.token(merchant));
        let answer = phone.enrol(merchant);
        assert_eq!(answer.status, 201, "{answer:?}");
        phone
    }

    /// The same phone, whose requests carry this token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self { http: agent(Some(token)), ..self }
    }

    /// After a restart the server listens elsewhere.
    pub fn moved_to(&mut self, server: &str) {
        server.clone_into(&mut self.server);
    }

    /// Proves possession of the key and asks the server to know it.
    pub fn enrol(&self, merchant: &str) -> Answer {
        self.post("/api/v1/keys", &self.enrolment(merchant))
    }

    /// What enrols the key for a merchant, under a fresh challenge.
    pub fn enrolment(&self, merchant: &str) -> Value {
        self.enrolment_by(&self.challenge(), merchant)
    }

    fn enrolment_by(&self, challenge: &[u8], merchant: &str) -> Value {
        let public_key = self.key.public_key();
        let message = enrolment::possession_message(challenge, APP_ID, public_key.as_bytes());
        let proof = self.key.sign(&message).expect("the key signs");
        json!({
            "platform": "software",
            "app_id": APP_ID,
            "merchant_id": merchant,
            "challenge": encode(challenge),
            "public_key": encode(public_key.as_bytes()),
            "proof": encode(&proof),
        })
    }

    /// Asks for something that a new key can answer.
    pub fn challenge(&self) -> Vec<u8> {
        let answer = self.post("/api/v1/challenges", &json!({}));
        assert_eq!(answer.status, 201, "{answer:?}");
        decode(answer.body["challenge"].as_str().expect("a challenge"))
    }

    /// The same where the server may be silent: the status.
    pub fn try_enrol(&self, merchant: &str) -> u16 {
        let answer = self.post("/api/v1/challenges", &json!({}));
        match answer.body["challenge"].as_str() {
            Some(challenge) => {
                let enrolment = self.enrolment_by(&decode(challenge), merchant);
                self.post("/api/v1/keys", &enrolment).status
            }
            None => answer.status,
        }
    }

    /// Shows what the platform says of the key, and asks the server to know it.
    pub fn enrol_attested(&self, platform: &str, attestation: &[u8], challenge: &[u8]) -> Answer {
        self.post(
            "/api/v1/keys",
            &json!({
                "platform": platform,
                "app_id": APP_ID,
                "merchant_id": "haulier",
                "challenge": encode(challenge),
                "attestation": encode(attestation),
            }),
        )
    }

    /// This phone's public key, an uncompressed point.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.public_key().as_bytes().to_vec()
    }

    /// This phone's key id, as the server writes it.
    pub fn key_id(&self) -> String {
        hex::encode(self.key.public_key().id())
    }

    /// Asks for `count` tickets.
    pub fn tickets(&self, count: u32) -> Answer {
        self.post("/api/v1/tickets", &json!({ "key_id": self.key_id(), "count": count }))
    }

    /// One ticket.
    pub fn ticket(&self) -> Vec<u8> {
        let answer = self.tickets(1);
        assert_eq!(answer.status, 201, "{answer:?}");
        decode(answer.body["tickets"][0].as_str().expect("a ticket"))
    }

    /// A ticket for this key that no server has issued.
    pub fn invented_ticket(&self) -> Vec<u8> {
        let key_id = self.key.public_key().id();
        let (issued_at, expires_at) = (now(), now() + 600);
        let ticket =
            Ticket { id: [1; 16], nonce: [2; 32], key_id, issued_at, expires_at, kind: None };
        Issuer::new(&[3; 32]).issue(&ticket)
    }

    /// Signs one picture as proof of `kind`, under `ticket`.
    pub fn seal(&mut self, picture: &[u8], kind: &str, ticket: &[u8]) -> SealedBundle {
        let capture = Capture { encoded: picture, kind, monotonic_ns: 1_000, again: false };
        self.seal_captures(&[capture], ticket)
    }

    /// Signs a picture and a second one of the same.
    pub fn seal_twice(&mut self, pictures: [&[u8]; 2], kind: &str, ticket: &[u8]) -> SealedBundle {
        let [first, second] = pictures;
        let first = Capture { encoded: first, kind, monotonic_ns: 1_000, again: false };
        let second = Capture { encoded: second, again: true, ..first };
        self.seal_captures(&[first, second], ticket)
    }

    fn seal_captures(&mut self, captures: &[Capture<'_>], ticket: &[u8]) -> SealedBundle {
        let slot = Slot { ticket, chain: &self.chain };
        let sealed = self.sealer.seal(captures, slot, self.key.as_ref(), now(), 2_000);
        let sealed = sealed.expect("pictures can be sealed");
        self.chain.append(sealed.signed_sha256);
        sealed
    }

    /// The same, the ticket as the server writes it.
    pub fn seal_text(&mut self, picture: &[u8], kind: &str, ticket: &str) -> SealedBundle {
        self.seal(picture, kind, &decode(ticket))
    }

    /// Signs any bytes as a picture of that size, as a phone does whose software is not ours any more.
    pub fn seal_anything(
        &mut self,
        bytes: &[u8],
        (width, height): (u32, u32),
        ticket: &[u8],
    ) -> SealedBundle {
        let (session, boot_id) = (SessionKey::from_seed(&[8; 32]), [7; 16]);
        let mut image = ImageClaim {
            monotonic_ns: 1_000,
            pixels_sha256: [1; 32],
            blob_sha256: digest::sha256(bytes),
            blob_len: bytes.len() as u64,
            width,
            height,
            media_type: "image/jpeg".to_owned(),
            kind: "waybill".to_owned(),
            signals: Vec::new(),
            verdict: "accepted".to_owned(),
            record: [0; 64],
        };
        image.record = session.sign(&image.frame(&boot_id));
        let manifest = Manifest {
            nonce: Ticket::peek(ticket).expect("a ticket").nonce.to_vec(),
            issued_at: now(),
            ticket: ticket.to_vec(),
            boot_id,
            monotonic_start_ns: 1_000,
            monotonic_end_ns: 2_000,
            sequence: self.chain.next_sequence,
            previous: self.chain.previous,
            app_id: APP_ID.to_owned(),
            app_version: "1.0.0".to_owned(),
            key_id: self.key.public_key().id(),
            models: Vec::new(),
            images: vec![image],
            session_key: session.public_key(),
            attestation: None,
        };
        let context = Context { server_origin: ORIGIN, app_id: APP_ID };
        let sign = |message: &[u8]| self.key.sign(message);
        let cose =
            signature::sign(&manifest, &context, self.key.algorithm(), sign).expect("signed");
        let signed_sha256 = digest::sha256(&cose);
        self.chain.append(signed_sha256);
        SealedBundle {
            bytes: bundle::write(&cose, &[bytes]).expect("a bundle"),
            signed_sha256,
            kinds: vec!["waybill".to_owned()],
        }
    }

    /// The server that it speaks to.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Forgets the last bundle, as a phone restored from a backup would.
    pub fn restore(&mut self, chain: Chain) {
        self.chain = chain;
    }

    /// What the phone remembers of its bundles.
    pub fn chain(&self) -> Chain {
        self.chain.clone()
    }

    /// Uploads under the bundle's own hash.
    pub fn put(&self, bundle: &SealedBundle) -> Answer {
        self.put_as(&hex::encode(bundle.sha256()), &bundle.bytes)
    }

    /// Uploads any bytes under any hash.
    pub fn put_as(&self, sha256: &str, bytes: &[u8]) -> Answer {
        let answer = self
            .http
            .put(format!("{}/api/v1/bundles/{sha256}", self.server))
            .content_type(bundle::MEDIA_TYPE)
            .send(bytes);
        self.read(answer)
    }

    /// Uploads what is read, without saying how long it is.
    pub fn put_unmeasured(&self, sha256: &str, bytes: &mut dyn std::io::Read) -> Answer {
        let request = self
            .http
            .put(format!("{}/api/v1/bundles/{sha256}", self.server))
            .content_type(bundle::MEDIA_TYPE);
        self.read(request.send(SendBody::from_reader(bytes)))
    }

    /// Uploads bytes under their own hash.
    pub fn put_bytes(&self, bytes: &[u8]) -> Answer {
        self.put_as(&hex::encode(digest::sha256(bytes)), bytes)
    }

    /// Begins an upload in pieces.
    pub fn begin(&self, bundle: &SealedBundle) -> Answer {
        let (sha256, length) = (hex::encode(bundle.sha256()), bundle.bytes.len().to_string());
        self.begin_as(&sha256, &length)
    }

    /// Begins an upload of any hash and length.
    pub fn begin_as(&self, sha256: &str, length: &str) -> Answer {
        let metadata = format!("sha256 {}", STANDARD.encode(sha256));
        let headers = [("upload-length", length), ("upload-metadata", metadata.as_str())];
        self.tus("POST", "", &headers, Some(&[]))
    }

    /// Asks how far an upload has come.
    pub fn standing(&self, sha256: &[u8; 32]) -> Answer {
        self.tus("HEAD", &hex::encode(sha256), &[], None)
    }

    /// Sends a piece of an upload.
    pub fn piece(&self, sha256: &[u8; 32], offset: usize, bytes: &[u8]) -> Answer {
        self.piece_with(sha256, offset, bytes, &[])
    }

    /// Sends a piece of an upload, with more headers.
    pub fn piece_with(
        &self,
        sha256: &[u8; 32],
        offset: usize,
        bytes: &[u8],
        more: &[(&str, &str)],
    ) -> Answer {
        let offset = offset.to_string();
        let headers = [
            &[
                ("upload-offset", offset.as_str()),
                ("content-type", "application/offset+octet-stream"),
            ],
            more,
        ];
        self.tus("PATCH", &hex::encode(sha256), &headers.concat(), Some(bytes))
    }

    /// Any request of tus 1.0.0, to the uploads or to the one of that name.
    pub fn tus(
        &self,
        method: &str,
        name: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        self.request(method, name, &[&[("tus-resumable", "1.0.0")], headers].concat(), body)
    }

    /// Any request to the uploads or to the one of that name.
    pub fn request(
        &self,
        method: &str,
        name: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let slash = if name.is_empty() { "" } else { "/" };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/api/v1/uploads{slash}{name}", self.server));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(match body {
            Some(bytes) => self.http.run(request.body(bytes).expect("a request")),
            None => self.http.run(request.body(()).expect("a request")),
        })
    }

    /// What the server says about a bundle.
    pub fn bundle(&self, sha256: &[u8; 32]) -> Answer {
        self.fetch(&format!("/api/v1/bundles/{}", hex::encode(sha256)))
    }

    /// Waits for the server's decision on a bundle.
    pub fn decision(&self, sha256: &[u8; 32]) -> Value {
        // Two cores read a page in a few seconds; a minute and a half is "never".
        for _ in 0..900 {
            let answer = self.bundle(sha256);
            assert_eq!(answer.status, 200, "{answer:?}");
            if answer.body["state"] == "decided" {
                return answer.body["decision"].clone();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no decision within 90 s");
    }

    /// Any request to any path.
    pub fn any(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.server));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(match body {
            Some(bytes) => self.http.run(request.body(bytes).expect("a request")),
            None => self.http.run(request.body(()).expect("a request")),
        })
    }

    /// GET of any path.
    pub fn fetch(&self, path: &str) -> Answer {
        self.read(self.http.get(format!("{}{path}", self.server)).call())
    }

    /// POST of JSON to any path.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.read(self.http.post(format!("{}{path}", self.server)).send_json(body))
    }

    /// POST of any bytes to any path.
    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.server));
        self.read(request.content_type("application/json").send(body))
    }
}

/// Any request to the operator's listener, with the type of its body.
pub fn operate(address: &str, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Answer {
    exchange(address, method, path, &[], body)
}

/// Any request, with headers and the type of its body.
pub fn exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<(&str, &[u8])>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(match body {
        Some((kind, bytes)) => {
            let request = request.header("content-type", kind);
            agent(None).run(request.body(bytes).expect("a request"))
        }
        None => agent(None).run(request.body(()).expect("a request")),
    })
}

/// GET of any address, as text.
pub fn page(address: &str) -> String {
    let mut answer = agent(None).get(address).call().expect("the page answers");
    answer.body_mut().read_to_string().expect("the page is text")
}

fn agent(token: Option<&str>) -> ureq::Agent {
    let authorization = token.map(|token| {
        ureq::http::HeaderValue::from_str(&format!("Bearer {token}")).expect("a token is text")
    });
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .allow_non_standard_methods(true)
        .middleware(move |mut request: Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
            if let Some(authorization) = &authorization {
                request.headers_mut().insert("authorization", authorization.clone());
            }
            next.handle(request)
        })
        .build()
        .into()
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    answer.and_then(text_of).expect("the server answers")
}

fn text_of(mut answer: ureq::http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let bytes = answer.body_mut().read_to_vec()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let headers = answer.headers().iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Answer { status: answer.status().as_u16(), headers: headers.collect(), body })
}

#[expect(clippy::disallowed_methods, reason = "a test plays the phone, which has a clock")]
pub(crate) fn now() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(elapsed.expect("after 1970").as_secs()).expect("before the year 292 billion")
}

#[expect(clippy::disallowed_methods, reason = "a test plays the phone, which makes keys")]
fn randomness() -> SystemRandom {
    SystemRandom::new()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}
