//! The server's rules, in memory: challenges and tickets count once, a key's sequence numbers go up, and a
//! bundle is known by its hash. What an honest phone never does is a violation, and fails the test.

use std::collections::{BTreeMap, BTreeSet};

use bailing_capture::upload::{Method, Request, Response};
use bailing_evidence::digest;
use bailing_evidence::ticket::{Issuer, Ticket};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Polls after which a bundle is decided.
const POLLS: u32 = 2;

/// A ticket's life, seconds.
pub(crate) const TICKET_LIFE: i64 = 86_400;

/// The secret behind its tickets.
const SECRET: [u8; 32] = [9; 32];

/// A bank's server.
#[derive(Clone)]
pub(crate) struct Bank {
    /// Numbers everything that is made.
    made: u64,
    challenges: BTreeSet<Vec<u8>>,
    keys: BTreeMap<[u8; 32], Key>,
    tickets: BTreeMap<[u8; 16], [u8; 32]>,
    uploads: BTreeMap<[u8; 32], Vec<u8>>,
    lengths: BTreeMap<[u8; 32], usize>,
    polls: BTreeMap<[u8; 32], u32>,
    pub(crate) now: i64,
    /// Whether it takes long bundles in pieces.
    pub(crate) takes_pieces: bool,
    /// Tickets that it gives at once, at most.
    pub(crate) tickets_at_once: u64,
    /// What it asks of its phones.
    pub(crate) policy: Option<Vec<u8>>,
    /// Requests so far.
    pub(crate) requests: u64,
    /// What no honest phone does.
    pub(crate) violations: Vec<String>,
}

#[derive(Clone, Default)]
struct Key {
    next: u64,
    previous: Option<[u8; 32]>,
}

impl Bank {
    pub(crate) fn new(now: i64) -> Self {
        Self {
            made: 0,
            challenges: BTreeSet::new(),
            keys: BTreeMap::new(),
            tickets: BTreeMap::new(),
            uploads: BTreeMap::new(),
            lengths: BTreeMap::new(),
            polls: BTreeMap::new(),
            now,
            takes_pieces: true,
            tickets_at_once: 16,
            policy: None,
            requests: 0,
            violations: Vec::new(),
        }
    }

    /// Whether a bundle was taken in.
    pub(crate) fn has(&self, bundle: &[u8; 32]) -> bool {
        self.polls.contains_key(bundle)
    }

    /// Answers a request.
    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        self.requests += 1;
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method, path.as_slice()) {
            (Method::Post, ["api", "v1", "challenges"]) => {
                let challenge = self.fresh();
                self.challenges.insert(challenge.to_vec());
                answer(201, &json!({ "challenge": URL_SAFE_NO_PAD.encode(challenge) }))
            }
            (Method::Post, ["api", "v1", "keys"]) => self.enrol(&body(request)),
            (Method::Post, ["api", "v1", "tickets"]) => self.issue(&body(request)),
            (Method::Get, ["api", "v1", "policy"]) => match self.policy.clone() {
                Some(body) => Response { status: 200, headers: Vec::new(), body },
                None => problem(404, "not_found"),
            },
            (Method::Put, ["api", "v1", "bundles", name]) => {
                self.take_in(&hash(name), &request.body)
            }
            (Method::Get, ["api", "v1", "bundles", name]) => self.poll(&hash(name)),
            (Method::Post, ["api", "v1", "uploads"]) if self.takes_pieces => self.create(request),
            (Method::Head, ["api", "v1", "uploads", name]) => self.offset(&hash(name)),
            (Method::Patch, ["api", "v1", "uploads", name]) => self.patch(&hash(name), request),
            _ => problem(404, "not_found"),
        }
    }

    /// Forgets what has arrived of long bundles.
    pub(crate) fn forget_uploads(&mut self) {
        self.uploads.clear();
        self.lengths.clear();
    }

    /// Numbers what it makes from there on.
    pub(crate) fn begin_at(&mut self, made: u64) {
        self.made = made;
    }

    /// Answers without having been there before: whoever asks has a key, whose chain is where it is.
    pub(crate) fn answer_leniently(&mut self, request: &Request) -> Response {
        if request.path.ends_with("/tickets") {
            let key = hash(body(request)["key_id"].as_str().unwrap_or_default());
            self.keys.entry(key).or_default();
        }
        if request.method == Method::Put {
            let claims = Claims::read(&request.body);
            let key = Key { next: claims.sequence, previous: claims.previous };
            self.keys.insert(claims.key_id, key);
        }
        if request.method == Method::Get {
            let name = request.path.rsplit('/').next().unwrap_or_default();
            self.polls.entry(hash(name)).or_default();
        }
        self.answer(request)
    }

    fn fresh(&mut self) -> [u8; 32] {
        self.made += 1;
        digest::sha256(&self.made.to_be_bytes())
    }

    fn enrol(&mut self, body: &Value) -> Response {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let challenge = URL_SAFE_NO_PAD.decode(text("challenge")).expect("base64url");
        if !self.challenges.remove(&challenge) {
            return problem(403, "challenge_unknown");
        }
        if text("merchant_id") != "haulier" {
            return problem(404, "merchant_unknown");
        }
        let proof = format!("{}{}", text("attestation"), text("public_key"));
        let decoded = URL_SAFE_NO_PAD.decode(proof).expect("base64url");
        let key_id = digest::sha256(&decoded);
        if self.keys.contains_key(&key_id) {
            return problem(409, "key_known");
        }
        self.keys.insert(key_id, Key::default());
        answer(201, &json!({ "key_id": hex::encode(key_id), "grade": "B" }))
    }

    fn issue(&mut self, body: &Value) -> Response {
        let key_id = hash(body["key_id"].as_str().unwrap_or_default());
        if !self.keys.contains_key(&key_id) {
            return problem(403, "key_unknown");
        }
        let count = body["count"].as_u64().unwrap_or_default();
        if !(1..=16).contains(&count) {
            return problem(400, "request_malformed");
        }
        let tickets: Vec<String> = (0..count.min(self.tickets_at_once))
            .map(|_| {
                let nonce = self.fresh();
                let id = *nonce.first_chunk().expect("16 of 32");
                let (issued_at, expires_at) = (self.now, self.now + TICKET_LIFE);
                let ticket = Ticket { id, nonce, key_id, issued_at, expires_at, kind: None };
                URL_SAFE_NO_PAD.encode(Issuer::new(&SECRET).issue(&ticket))
            })
            .collect();
        answer(201, &json!({ "tickets": tickets }))
    }

    fn take_in(&mut self, name: &[u8; 32], bytes: &[u8]) -> Response {
        if digest::sha256(bytes) != *name {
            self.violations.push("a body is not what its name says".to_owned());
            return problem(422, "digest_mismatch");
        }
        if self.has(name) {
            return self.progress(200, name);
        }
        let claims = Claims::read(bytes);
        let Some(key) = self.keys.get_mut(&claims.key_id) else {
            return problem(403, "key_unknown");
        };
        let Ok(ticket) = Issuer::new(&SECRET).open(&claims.ticket, &claims.key_id, self.now) else {
            return problem(403, "ticket_expired");
        };
        if let Some(other) = self.tickets.insert(ticket.id, *name) {
            self.violations.push(format!("one ticket for {} as well", hex::encode(other)));
            return problem(409, "ticket_used");
        }
        if (claims.sequence, claims.previous) != (key.next, key.previous) {
            self.violations.push(format!("sequence {} after {}", claims.sequence, key.next));
            return problem(409, "sequence_replayed");
        }
        *key = Key { next: claims.sequence + 1, previous: Some(claims.signed_sha256()) };
        self.polls.insert(*name, 0);
        self.progress(201, name)
    }

    fn poll(&mut self, name: &[u8; 32]) -> Response {
        match self.polls.get_mut(name) {
            Some(polls) => {
                *polls += 1;
                self.progress(200, name)
            }
            None => problem(404, "bundle_unknown"),
        }
    }

    fn progress(&self, status: u16, name: &[u8; 32]) -> Response {
        let mut body = json!({ "bundle": hex::encode(name), "state": "received" });
        if self.polls.get(name).is_some_and(|polls| *polls >= POLLS) {
            body["state"] = json!("decided");
            body["decision"] = json!({ "verdict": { "outcome": "accepted" } });
        }
        answer(status, &body)
    }

    fn create(&mut self, request: &Request) -> Response {
        let header = |name| header(request, name);
        let metadata = header("upload-metadata").expect("metadata");
        let encoded = metadata.strip_prefix("sha256 ").expect("the hash");
        let name = STANDARD.decode(encoded).expect("base64");
        let name = hash(std::str::from_utf8(&name).expect("hexadecimal"));
        let length = header("upload-length").expect("a length").parse().expect("a number");
        self.lengths.insert(name, length);
        self.uploads.entry(name).or_default();
        Response { status: 201, ..self.offset(&name) }
    }

    fn offset(&self, name: &[u8; 32]) -> Response {
        let Some(length) = self.lengths.get(name) else {
            return Response { status: 404, ..Response::default() };
        };
        let arrived = if self.has(name) { *length } else { self.uploads[name].len() };
        let headers = [("Upload-Offset", arrived), ("Upload-Length", *length)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_string())).to_vec();
        Response { status: 200, headers, body: Vec::new() }
    }

    fn patch(&mut self, name: &[u8; 32], request: &Request) -> Response {
        let Some(length) = self.lengths.get(name).copied() else {
            return problem(404, "upload_unknown");
        };
        let arrived = self.uploads.entry(*name).or_default();
        let offset = header(request, "upload-offset").expect("an offset");
        if offset.parse() != Ok(arrived.len()) {
            return problem(409, "upload_offset_mismatch");
        }
        assert!(request.body.len() <= 256 * 1024, "a piece is too long");
        arrived.extend_from_slice(&request.body);
        assert!(arrived.len() <= length, "more than was announced");
        if arrived.len() == length {
            let bundle = arrived.clone();
            let taken = self.take_in(name, &bundle);
            if taken.status >= 300 {
                return taken;
            }
        }
        Response { status: 204, ..self.offset(name) }
    }
}

/// What a test's bundle says, in its first line: what a manifest says in a real one.
pub(crate) struct Claims {
    pub(crate) key_id: [u8; 32],
    pub(crate) ticket: Vec<u8>,
    pub(crate) sequence: u64,
    pub(crate) previous: Option<[u8; 32]>,
}

impl Claims {
    /// A bundle of `length` bytes, or of as many as the claims take.
    pub(crate) fn write(&self, length: usize, seed: u64) -> Vec<u8> {
        let mut bytes = self.line().into_bytes();
        bytes.push(b'\n');
        let mut word = seed;
        while bytes.len() < length {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.extend(word.to_be_bytes().into_iter().take(length - bytes.len()));
        }
        bytes
    }

    pub(crate) fn signed_sha256(&self) -> [u8; 32] {
        digest::sha256(self.line().as_bytes())
    }

    fn line(&self) -> String {
        json!({
            "key": hex::encode(self.key_id),
            "ticket": hex::encode(&self.ticket),
            "sequence": self.sequence,
            "previous": self.previous.map(hex::encode),
        })
        .to_string()
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let line = bytes.split(|byte| *byte == b'\n').next().expect("a line");
        let line: Value = serde_json::from_slice(line).expect("claims");
        Self {
            key_id: hash(line["key"].as_str().expect("a key")),
            ticket: hex::decode(line["ticket"].as_str().expect("a ticket")).expect("hexadecimal"),
            sequence: line["sequence"].as_u64().expect("a number"),
            previous: line["previous"].as_str().map(hash),
        }
    }
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
}

fn hash(text: &str) -> [u8; 32] {
    hex::decode(text).expect("hexadecimal").try_into().expect("a hash")
}

fn answer(status: u16, body: &Value) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

/// A refusal.
pub(crate) fn problem(status: u16, code: &str) -> Response {
    answer(status, &json!({ "code": code, "detail": "a test's refusal" }))
}
