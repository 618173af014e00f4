//! Plays the host app and the bank's login: their keys, and the tokens by which they say for whom they speak.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::phone::{Answer, exchange, now};
use crate::process::ORIGIN;

/// `iss` of the tokens.
pub const ISSUER: &str = "https://wallet.example";

/// `iss` of the staff's tokens.
pub const LOGIN: &str = "https://login.bank.example";

/// The host app, or the bank's login, with one key.
pub struct HostApp {
    key: EcdsaKeyPair,
    name: &'static str,
}

impl HostApp {
    /// An app with a new key of that name.
    #[expect(clippy::disallowed_methods, reason = "a test plays the app, which makes keys")]
    pub fn new(name: &'static str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("a key");
        Self { key, name }
    }

    /// Its public keys, as a JWKS.
    pub fn jwks(&self) -> Value {
        let point = self.key.public_key().as_ref();
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.name,
            "x": encode(&point[1..33]), "y": encode(&point[33..]),
        }] })
    }

    /// Writes its keys into a folder, and what a server's configuration says of them.
    pub fn configuration(&self, folder: &Path) -> String {
        let file = folder.join("host-app.jwks.json");
        std::fs::write(&file, self.jwks().to_string()).expect("written");
        format!("[host_app]\njwks = '{}'\nissuer = '{ISSUER}'\n", file.display())
    }

    /// The same for the bank's login.
    pub fn staff_configuration(&self, folder: &Path) -> String {
        let file = folder.join("staff.jwks.json");
        std::fs::write(&file, self.jwks().to_string()).expect("written");
        format!("[staff]\njwks = '{}'\nissuer = '{LOGIN}'\n", file.display())
    }

    /// A token for one of the staff.
    pub fn staff_token(&self, name: &str, roles: &[&str]) -> String {
        let claims = json!({
            "sub": name, "roles": roles, "iss": LOGIN, "aud": ORIGIN, "exp": now() + 600,
        });
        self.token_of(&claims, &json!({ "alg": "ES256", "kid": self.name }))
    }

    /// What it says of a merchant for the next ten minutes.
    pub fn claims(merchant: &str) -> Value {
        json!({ "sub": merchant, "iss": ISSUER, "aud": ORIGIN, "exp": now() + 600 })
    }

    /// A token for a merchant.
    pub fn token(&self, merchant: &str) -> String {
        self.token_of(&Self::claims(merchant), &json!({ "alg": "ES256", "kid": self.name }))
    }

    /// Any token.
    #[expect(clippy::disallowed_methods, reason = "a test plays the app, which signs")]
    pub fn token_of(&self, claims: &Value, header: &Value) -> String {
        let message = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(claims.to_string().as_bytes())
        );
        let signature =
            self.key.sign(&SystemRandom::new(), message.as_bytes()).expect("the key signs");
        format!("{message}.{}", encode(signature.as_ref()))
    }
}

/// What a merchant sees and does in the host app.
pub struct Merchant {
    server: String,
    token: String,
}

impl Merchant {
    /// A merchant for whom the app gives a token.
    pub fn of(app: &HostApp, server: &str, merchant: &str) -> Self {
        Self { server: server.to_owned(), token: app.token(merchant) }
    }

    /// The same after a restart of the server.
    pub fn moved_to(&mut self, server: &str) {
        server.clone_into(&mut self.server);
    }

    /// Any request.
    pub fn ask(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Answer {
        let authorization = format!("Bearer {}", self.token);
        exchange(&self.server, method, path, &[("authorization", &authorization)], body)
    }

    /// GET of JSON, which must be there.
    pub fn see(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// The quota now, yuan.
    pub fn quota(&self) -> u64 {
        self.see("/api/v1/quota")["quota"].as_u64().expect("a quota")
    }

    /// Agrees to a purpose.
    pub fn agree(&self, purpose: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let json = ("application/json", body.as_bytes());
        self.ask("PUT", &format!("/api/v1/consents/{purpose}"), Some(json))
    }

    /// Says something to the assistant, or nothing after an upload.
    pub fn say(&self, text: Option<&str>) -> Value {
        let body = text.map_or_else(|| json!({}), |text| json!({ "text": text })).to_string();
        let json = ("application/json", body.as_bytes());
        let answer = self.ask("POST", "/api/v1/assistant/turns", Some(json));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// GET of bytes, which must be there.
    pub fn fetch_bytes(&self, path: &str) -> Vec<u8> {
        let agent: ureq::Agent = ureq::Agent::new_with_defaults();
        let request = agent
            .get(format!("{}{path}", self.server))
            .header("authorization", format!("Bearer {}", self.token));
        let mut answer = request.call().expect("the server answers");
        answer.body_mut().with_config().limit(1 << 30).read_to_vec().expect("bytes")
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
