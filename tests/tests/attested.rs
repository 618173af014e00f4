//! Keys that a phone's hardware attests, from enrolment to evidence, with the real server process. The
//! roots are made here: no phone's maker has signed anything.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

#[path = "../../server/attestation/tests/issuer/mod.rs"]
mod issuer;

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{Algorithm, Attestation, DeviceKey, KeyError, PublicKey};
use bailing_evidence::ticket::{Issuer, Ticket};
use bailing_tests::{APP_ID, Answer, ORIGIN, Phone, Server, refused, sample};
use issuer::android::{Description, Factory, SIGNER};
use issuer::apple::{self, Apple, assertion};
use issuer::{CHALLENGE, device_key, pem};
use rcgen::{KeyPair, PublicKeyData};
use ring::rand::SystemRandom;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// The app as App Attest names it.
const APPLE_APP: &str = "ABCDE12345.cn.example.wallet";

/// More than a lifetime before and after the tests' day: the server has the real clock.
const ALWAYS: (i64, i64) = (3_000, 20_000);

/// A server's files: its configuration's root and revocation list beside its data.
struct Bank {
    data: TempDir,
    root: PathBuf,
    revoked: PathBuf,
}

impl Bank {
    fn trusting(root: &[u8]) -> Self {
        let data = tempdir().expect("a folder");
        let bank = Self {
            root: data.path().join("root.der"),
            revoked: data.path().join("status.json"),
            data,
        };
        std::fs::write(&bank.root, root).expect("written");
        bank.revoke("");
        bank
    }

    /// Publishes another list, as the bank's daily job would fetch it.
    fn revoke(&self, entries: &str) {
        let json = format!(r#"{{"entries": {{{entries}}}}}"#);
        std::fs::write(&self.revoked, json).expect("written");
    }

    /// Makes the list as old as that.
    fn age(&self, days: u64) {
        let file = File::options().append(true).open(&self.revoked).expect("the list");
        file.set_modified(days_ago(days)).expect("a time");
    }

    fn server(&self, platforms: &str) -> Server {
        let toml = format!(
            "[attestation]\nrevocation = '{}'\ndanger_anchor = '{}'\n{platforms}",
            self.revoked.display(),
            self.root.display()
        );
        Server::configured(&self.data, &toml, None, &["--workers", "0"])
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn days_ago(days: u64) -> SystemTime {
    SystemTime::now() - Duration::from_secs(days * 86_400)
}

fn android() -> String {
    format!(
        "[attestation.android]\npackages = ['{APP_ID}']\nsigners = ['{}']\n",
        hex::encode(SIGNER)
    )
}

fn ios() -> String {
    format!("[attestation.ios]\napp_id = '{APPLE_APP}'\n")
}

/// A key of Android's keystore.
struct AndroidKey {
    key: SoftwareKey,
    attestation: Option<[u8; 32]>,
}

impl DeviceKey for AndroidKey {
    fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    fn attestation(&self) -> Option<[u8; 32]> {
        self.attestation
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.key.sign(message)
    }
}

/// A key of the Secure Enclave that App Attest has bound to an app; it counts what it signs.
struct AppAttestKey {
    pair: KeyPair,
    attestation: [u8; 32],
    app: &'static str,
    counter: std::cell::Cell<u32>,
    /// What it adds to the counter each time.
    step: u32,
}

impl DeviceKey for AppAttestKey {
    fn public_key(&self) -> PublicKey {
        point(&self.pair)
    }

    fn algorithm(&self) -> Algorithm {
        Algorithm::AppAttest
    }

    fn attestation(&self) -> Option<[u8; 32]> {
        Some(self.attestation)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.counter.set(self.counter.get() + self.step);
        Ok(assertion(&self.pair, self.app, self.counter.get(), message, &[]))
    }
}

fn point(pair: &KeyPair) -> PublicKey {
    PublicKey::from_bytes(pair.der_bytes()).expect("a point")
}

#[expect(clippy::disallowed_methods, reason = "a test plays the phone, which makes keys")]
fn signer(pair: &KeyPair) -> SoftwareKey {
    SoftwareKey::from_pkcs8(&pair.serialize_der(), SystemRandom::new()).expect("the same key")
}

/// The description of a key that the bank's app made.
fn description(challenge: &[u8]) -> Description {
    Description {
        challenge: challenge.to_vec(),
        package: APP_ID.to_owned(),
        ..Description::default()
    }
}

/// What Android says of the key.
fn attested(factory: &Factory, pair: &KeyPair, description: &Description) -> Attestation {
    let same = KeyPair::try_from(pair.serialize_der()).expect("the same key");
    Attestation::Android(factory.chain_for(same, &description.leaf()))
}

/// A phone whose new key the server knows.
fn android_phone(server: &Server, factory: &Factory) -> (Phone, Answer) {
    let pair = device_key();
    let challenge = Phone::new(server.public()).challenge();
    let attestation = attested(factory, &pair, &description(&challenge));
    let key = AndroidKey { key: signer(&pair), attestation: Some(attestation.sha256()) };
    let phone = Phone::with_key(server.public(), Box::new(key));
    let answer = phone.enrol_attested("android", &attestation.bytes(), &challenge);
    (phone, answer)
}

/// Seals a picture and sends it.
fn send(phone: &mut Phone) -> Answer {
    let ticket = phone.ticket();
    let sealed = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    phone.put(&sealed)
}

#[test]
fn android_keys_sign_until_they_are_revoked() {
    let (tee, strongbox) = (Factory::new("TEE"), Factory::new("StrongBox"));
    let bank = Bank::trusting(&tee.authorities[0].der);
    let server = bank.server(&android());
    refused(&android_phone(&server, &strongbox).1, 403, "anchor_unknown");
    let (mut phone, enrolled) = android_phone(&server, &tee);
    assert_eq!(enrolled.status, 201, "{enrolled:?}");
    assert_eq!(enrolled.body["grade"], "B");
    assert_eq!(enrolled.body["key_id"], phone.key_id());
    assert_eq!(send(&mut phone).status, 201);

    // Revoked after the enrolment; the serial numbers are those that the issuer gives.
    let serial = hex::encode([b"Attesting", &[0x7f][..]].concat());
    bank.revoke(&format!(r#""{serial}": {{"status": "REVOKED"}}"#));
    refused(&send(&mut phone), 403, "certificate_revoked");
    refused(&android_phone(&server, &tee).1, 403, "certificate_revoked");
    // A list that broke on the way does not lift that.
    std::fs::write(&bank.revoked, "{").expect("written");
    refused(&send(&mut phone), 403, "certificate_revoked");
    std::fs::remove_file(&bank.revoked).expect("removed");
    refused(&send(&mut phone), 403, "certificate_revoked");

    // A list that nobody fetches any more stops both, until it is fetched again.
    bank.revoke("");
    bank.age(8);
    refused(&send(&mut phone), 503, "revocation_list_stale");
    refused(&android_phone(&server, &tee).1, 503, "revocation_list_stale");
    bank.revoke("");
    assert_eq!(send(&mut phone).status, 201);
}

#[test]
fn app_attest_keys_count() {
    let apple = Apple::new(ALWAYS);
    let bank = Bank::trusting(&apple.root.der);
    let server = bank.server(&ios());
    let phone_of = |app: &'static str, step: u32| {
        let pair = device_key();
        let challenge = Phone::new(server.public()).challenge();
        let object = apple::Attestation {
            app: APPLE_APP,
            client_data: challenge.clone(),
            days: ALWAYS,
            ..apple::Attestation::default()
        };
        let attestation = Attestation::AppAttest(object.object(&apple, &pair));
        let attested = attestation.sha256();
        let counter = std::cell::Cell::new(if step == 0 { 1 } else { 0 });
        let key = AppAttestKey { pair, attestation: attested, app, counter, step };
        let phone = Phone::with_key(server.public(), Box::new(key));
        let enrolled = phone.enrol_attested("ios", &attestation.bytes(), &challenge);
        assert_eq!(enrolled.status, 201, "{enrolled:?}");
        assert_eq!(enrolled.body["grade"], "A");
        refused(
            &phone.enrol_attested("ios", &attestation.bytes(), &challenge),
            403,
            "challenge_unknown",
        );
        phone
    };
    let mut phone = phone_of(APPLE_APP, 2);
    assert_eq!(send(&mut phone).status, 201);
    assert_eq!(send(&mut phone).status, 201);

    // Two copies of one key would count the same.
    let mut copied = phone_of(APPLE_APP, 0);
    assert_eq!(send(&mut copied).status, 201);
    refused(&send(&mut copied), 409, "counter_not_increasing");

    // Bound to the app in every assertion, not only in the attestation.
    refused(&send(&mut phone_of("ABCDE12345.cn.example.other", 1)), 403, "signature_invalid");
}

#[test]
fn a_key_signs_in_the_way_it_was_enrolled_for() {
    let factory = Factory::new("TEE");
    let bank = Bank::trusting(&factory.authorities[0].der);
    let server = bank.server(&[android(), ios()].concat());
    let pair = device_key();
    let challenge = Phone::new(server.public()).challenge();
    let attestation = attested(&factory, &pair, &description(&challenge));
    let key = |attestation| Box::new(AndroidKey { key: signer(&pair), attestation });
    let mut phone = Phone::with_key(server.public(), key(Some(attestation.sha256())));
    assert_eq!(phone.enrol_attested("android", &attestation.bytes(), &challenge).status, 201);

    let asserting = AppAttestKey {
        pair: KeyPair::try_from(pair.serialize_der()).expect("the same key"),
        attestation: attestation.sha256(),
        app: APPLE_APP,
        counter: std::cell::Cell::new(0),
        step: 1,
    };
    let mut asserting = Phone::with_key(server.public(), Box::new(asserting));
    refused(&send(&mut asserting), 403, "signature_invalid");

    // The claims name the attestation; a key that nothing attests names none.
    for other in [None, Some([0; 32])] {
        let mut other = Phone::with_key(server.public(), key(other));
        refused(&send(&mut other), 403, "attestation_mismatch");
    }
    assert_eq!(send(&mut phone).status, 201);

    // The bank stops taking that platform's keys.
    drop(server);
    let server = bank.server(&ios());
    phone.moved_to(server.public());
    refused(&send(&mut phone), 403, "platform_not_configured");
}

#[test]
fn a_software_key_stops_counting_with_the_demo() {
    let data = tempdir().expect("a folder");
    let demo = Server::start(&data, None, &["--allow-software-keys", "--workers", "0"]);
    let mut phone = Phone::enrolled(demo.public(), "haulier");
    assert_eq!(send(&mut phone).status, 201);
    drop(demo);
    let strict = Server::start(&data, None, &["--workers", "0"]);
    phone.moved_to(strict.public());
    refused(&send(&mut phone), 403, "software_key_refused");
}

#[test]
fn attestations_that_are_refused() {
    let factory = Factory::new("TEE");
    let bank = Bank::trusting(&factory.authorities[0].der);
    let server = bank.server(&android());
    let phone = Phone::new(server.public());
    let enrol = |platform: &str, change: &dyn Fn(&mut Description)| {
        let challenge = phone.challenge();
        let mut description = description(&challenge);
        change(&mut description);
        let attestation = attested(&factory, &device_key(), &description);
        phone.enrol_attested(platform, &attestation.bytes(), &challenge)
    };
    refused(&enrol("android", &|key| key.challenge = vec![1; 32]), 403, "challenge_mismatch");
    refused(
        &enrol("android", &|key| key.package = "cn.example.other".to_owned()),
        403,
        "app_mismatch",
    );
    refused(&enrol("android", &|key| key.signers = vec![[8; 32]]), 403, "app_signer_mismatch");
    refused(&enrol("android", &|key| key.boot = Some((false, 0))), 403, "bootloader_unlocked");
    refused(&enrol("android", &|key| key.levels = (0, 0)), 403, "key_in_software");
    refused(&enrol("ios", &|_| ()), 403, "platform_not_configured");
    refused(&enrol("harmonyos", &|_| ()), 403, "huks_unsupported");
    refused(&enrol("toaster", &|_| ()), 400, "platform_unknown");
    refused(&enrol("software", &|_| ()), 422, "request_unusable");
    assert_eq!(enrol("android", &|_| ()).status, 201);

    let challenge = phone.challenge();
    refused(&phone.enrol_attested("android", &[0x30], &challenge), 403, "chain_malformed");
    refused(&phone.enrol_attested("android", &[0; 100_000], &challenge), 413, "request_too_large");
    refused(&phone.enrol("haulier"), 403, "software_key_refused");
}

#[test]
fn a_configuration_that_would_let_anybody_in_does_not_start() {
    let folder = tempdir().expect("a folder");
    let check = |toml: &str| {
        let file = folder.path().join("server.toml");
        std::fs::write(&file, toml).expect("written");
        let output = std::process::Command::new(bailing_tests::binary("bailing-server"))
            .args(["check-config", "--config"])
            .arg(&file)
            .output()
            .expect("bailing-server runs");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let list = folder.path().join("status.json");
    let with_list =
        |rest: &str| format!("[attestation]\nrevocation = '{}'\n{rest}", list.display());
    let (usable, said) = check(&with_list(&android()));
    assert!(!usable && said.contains("status.json"), "{said}");
    std::fs::write(&list, "[]").expect("written");
    let (usable, said) = check(&with_list(&android()));
    assert!(!usable && said.contains("not a revocation list"), "{said}");
    std::fs::write(&list, r#"{"entries": {}}"#).expect("written");
    assert_eq!(check(&with_list(&android())), (true, String::new()));
    let (usable, said) = check("[attestation.ios]");
    assert!(!usable && said.contains("TEAM.bundle"), "{said}");
}

/// Signs one picture away from any server.
fn sealed(key: Box<dyn DeviceKey>) -> Vec<u8> {
    let ticket = Ticket {
        id: [1; 16],
        nonce: [2; 32],
        key_id: key.public_key().id(),
        issued_at: 0,
        expires_at: i64::MAX,
        kind: None,
    };
    let ticket = Issuer::new(&[3; 32]).issue(&ticket);
    Phone::with_key("nowhere", key).seal(&sample("haulier-waybill.jpg"), "waybill", &ticket).bytes
}

#[test]
fn the_command_line_verifies_what_attested_keys_signed() {
    let folder = tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let policy =
        format!(r#"{{"android":{{"packages":["{APP_ID}"]}},"ios":{{"app_id":"{APPLE_APP}"}}}}"#);
    let policy = write("policy.json", policy.as_bytes());
    let verify = |bundle: Vec<u8>, platform, attestation: &[u8], root: &[u8], challenge: &[u8]| {
        let bundle = write("bundle", &bundle);
        let attestation = write("attestation", attestation);
        let root = write("root.pem", &pem(&[root.to_vec()]));
        let output = std::process::Command::new(bailing_tests::binary("bailing"))
            .args([
                "verify",
                "--json",
                &bundle,
                "--platform",
                platform,
                "--attestation",
                &attestation,
            ])
            .args(["--policy", &policy, "--challenge", &hex::encode(challenge)])
            .args(["--at", "2025-08-15T00:00:00Z", "--danger-anchor", &root])
            .args(["--app-id", APP_ID, "--origin", ORIGIN])
            .output()
            .expect("bailing runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("one object")
    };

    let factory = Factory::new("StrongBox");
    let root = &factory.authorities[0].der;
    let pair = device_key();
    let description = Description { levels: (2, 2), ..description(CHALLENGE) };
    let attestation = attested(&factory, &pair, &description);
    let Attestation::Android(chain) = &attestation else { unreachable!("of Android") };
    let android = |named, challenge: &[u8]| {
        let key = AndroidKey { key: signer(&pair), attestation: named };
        verify(sealed(Box::new(key)), "android", &pem(chain), root, challenge)
    };
    let sound = android(Some(attestation.sha256()), CHALLENGE);
    assert_eq!((&sound["ok"], &sound["grade"]), (&true.into(), &"A".into()), "{sound}");
    let unnamed = android(None, CHALLENGE);
    assert_eq!((&unnamed["ok"], &unnamed["grade"]), (&false.into(), &"A".into()), "{unnamed}");
    assert_eq!(unnamed["signals"][0]["code"], "attestation_mismatch");
    let other = android(Some(attestation.sha256()), b"another challenge");
    assert_eq!((&other["ok"], &other["grade"]), (&false.into(), &Value::Null), "{other}");
    assert_eq!(other["signals"][0]["code"], "challenge_mismatch");

    let apple = Apple::new((1, 1));
    let object = apple::Attestation { app: APPLE_APP, ..apple::Attestation::default() };
    let pair = device_key();
    let object = object.object(&apple, &pair);
    let ios = |app| {
        let key = AppAttestKey {
            pair: KeyPair::try_from(pair.serialize_der()).expect("the same key"),
            attestation: Attestation::AppAttest(object.clone()).sha256(),
            app,
            counter: std::cell::Cell::new(6),
            step: 1,
        };
        verify(sealed(Box::new(key)), "ios", &object, &apple.root.der, CHALLENGE)
    };
    let sound = ios(APPLE_APP);
    assert_eq!((&sound["ok"], &sound["grade"]), (&true.into(), &"A".into()), "{sound}");
    assert_eq!(sound["counter"], 7);
    let other = ios("ABCDE12345.cn.example.other");
    assert_eq!(other["ok"], false);
    assert_eq!(other["signals"][0]["code"], "signature_invalid");
}
