//! Attestations of real phones, and forged ones, with what is expected of each: verdict and every
//! decoded field. They belong to others and are not part of this project; the test says so where they
//! are missing. The folder is `../shared/vectors/attestation`, or the one that
//! `BAILING_ATTESTATION_VECTORS` names.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stderr, reason = "a test says how many ran")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bailing_attestation::{
    Anchors, AndroidPolicy, Challenge, Environment, IosPolicy, Policy, Rejection, RevocationList,
    Statement, Verdict, Verifier, android,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[expect(clippy::disallowed_methods, reason = "a test's edge")]
fn root() -> Option<PathBuf> {
    let named = std::env::var("BAILING_ATTESTATION_VECTORS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/attestation");
    let folder = named.unwrap_or(beside);
    if folder.join("INDEX.md").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no attestation vectors in {}", folder.display());
    None
}

/// Folders two levels below `platform`, as `source/name`.
fn vectors(root: &Path, platform: &str) -> Vec<(String, PathBuf)> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("a folder");
        let mut found: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        found.retain(|path| path.is_dir());
        found.sort();
        found
    };
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    folders(&root.join(platform))
        .iter()
        .flat_map(|source| folders(source))
        .map(|path| (format!("{}/{}", name(path.parent().expect("a source")), name(&path)), path))
        .collect()
}

fn json(path: &Path) -> Value {
    std::fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// `2025-09-26T15:31Z` and `2025-09-26T15:31:00Z`.
fn seconds(time: &str) -> i64 {
    let whole = if time.len() == 17 { time.replace('Z', ":00Z") } else { time.to_owned() };
    OffsetDateTime::parse(&whole, &Rfc3339).expect(time).unix_timestamp()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(digits).collect()
}

fn chain(folder: &Path) -> Vec<Vec<u8>> {
    (0..).map_while(|index| std::fs::read(folder.join(format!("cert{index}.der"))).ok()).collect()
}

fn anchors(root: &Path, platform: &str) -> Anchors {
    let mut anchors = Anchors::default();
    let pem = std::fs::read_to_string(root.join(platform).join("synthetic/TEST_root.pem"));
    anchors.danger_trust(&unpem(&pem.expect("the test root"))).expect("a certificate");
    anchors
}

fn unpem(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    unbase64(&text)
}

fn unbase64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

fn code(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Rejected(rejection) => rejection.code(),
    }
}

/// Codes that mean that a chain of genuine signatures was refused for what it says.
const POLICY: &[&str] = &[
    "boot_not_verified",
    "bootloader_unlocked",
    "key_description_differs",
    "key_purpose_not_allowed",
    "key_in_software",
];

#[test]
fn android() {
    let Some(root) = root() else { return };
    let anchors = anchors(&root, "android");
    let (mut ran, mut fields, mut wrong) = (0, 0, String::new());
    let mut undescribed = Vec::new();
    for (name, folder) in vectors(&root, "android") {
        let (meta, decoded) = (json(&folder.join("meta.json")), json(&folder.join("decoded.json")));
        let verdict = json(&folder.join("verdict.json"));
        let described = &decoded["keyDescription"];
        let own = |of: &str| !text(&meta, of).is_empty();
        // The row's own challenge, package, signer and time, else what the vector itself says.
        let challenge = if own("challenge_hex") {
            text(&meta, "challenge_hex")
        } else {
            text(described, "attestationChallenge")
        };
        let app = &described["softwareEnforced"]["attestationApplicationId"];
        let packages: BTreeSet<String> = if own("package") {
            [text(&meta, "package").to_owned()].into()
        } else {
            let all = app["packages"].as_array().into_iter().flatten();
            all.map(|package| text(package, "name").to_owned()).collect()
        };
        let signers = if own("signature_digest_sha256") {
            vec![text(&meta, "signature_digest_sha256").to_owned()]
        } else {
            Vec::new()
        };
        // Some rows give no time: then when the last certificate above the leaf began to be valid.
        let above = decoded["certs"].as_array().into_iter().flatten().skip(1);
        let began = above.map(|of| text(of, "notBefore")).max().unwrap_or("2025-09-26T16:00Z");
        let at = [text(&meta, "verification_time"), text(&verdict, "verify_at"), began];
        let now = seconds(at.iter().find(|time| !time.is_empty()).expect("a time"));
        let policy = Policy {
            android: AndroidPolicy {
                packages: packages.into_iter().collect(),
                signers,
                min_os_patch: None,
                ..AndroidPolicy::default()
            },
            ..Policy::default()
        };
        let verifier = Verifier { anchors: &anchors, revocation: None, now, policy: &policy };
        let certificates = chain(&folder);
        let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
        let found = verifier
            .verify(&Statement::Android { chain: &chain }, &Challenge::Plain(&unhex(challenge)));
        ran += 1;
        let expected = match text(&meta, "expect") {
            "" => text(&verdict, "expected_verdict_strict_policy"),
            expected => expected,
        };
        let fits = match expected {
            "ACCEPT" => code(&found) == "accepted",
            "POLICY" => true,
            expected if expected.starts_with("crypto OK") => POLICY.contains(&code(&found)),
            _ => code(&found) != "accepted",
        };
        if !fits {
            wrong.push_str(&format!("{name}: expected {expected}, found {}\n", code(&found)));
        }
        match certificates.first().map(|leaf| android::describe(leaf)) {
            Some(Ok(key)) => {
                let key = serde_json::to_value(key).expect("serialised");
                fields += compare(&name, described, &key, &mut wrong);
            }
            _ if expected == "ACCEPT" => wrong.push_str(&format!("{name}: not described\n")),
            _ => undescribed.push(name),
        }
    }
    eprintln!("{ran} Android vectors ran, {fields} decoded fields compared");
    eprintln!("not described: {}", undescribed.join(", "));
    assert!(wrong.is_empty(), "{wrong}");
    assert!(ran >= 100, "{ran} vectors");
}

/// How many fields were compared; those that differ are added to `wrong`.
fn compare(name: &str, expected: &Value, found: &Value, wrong: &mut String) -> usize {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
            names
                .into_iter()
                .map(|field| {
                    let of = |map: &serde_json::Map<String, Value>| {
                        map.get(field).cloned().unwrap_or_default()
                    };
                    compare(&format!("{name} {field}"), &of(expected), &of(found), wrong)
                })
                .sum()
        }
        (expected, found) => {
            if expected != found {
                wrong.push_str(&format!("{name}: expected {expected}, found {found}\n"));
            }
            1
        }
    }
}

#[test]
fn revoked() {
    let Some(root) = root() else { return };
    let policy = Policy::default();
    let judge = |list: &str, vector: &str, at: &str| {
        let folder = root.join("android").join(vector);
        let certificates = chain(&folder);
        let chain: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
        let decoded = json(&folder.join("decoded.json"));
        let challenge = unhex(text(&decoded["keyDescription"], "attestationChallenge"));
        let bytes = std::fs::read(root.join("android").join(list)).expect(list);
        let list = RevocationList::from_json(&bytes, None).expect(list);
        let verifier = Verifier {
            anchors: &Anchors::default(),
            revocation: Some(&list),
            now: seconds(at),
            policy: &policy,
        };
        let statement = Statement::Android { chain: &chain };
        code(&verifier.verify(&statement, &Challenge::Plain(&challenge)))
    };
    let caiman = "google-keyattestation/caiman__sdk36__TEE_EC_RKP";
    let judge_caiman = |list: &str| judge(list, caiman, "2025-09-26T15:31Z");
    let lists = std::fs::read_dir(root.join("android/derived")).expect("a folder");
    for list in lists.map(|entry| entry.expect("an entry").path()) {
        let name = list.file_name().expect("a name").to_string_lossy().into_owned();
        if !name.starts_with("status_") {
            continue;
        }
        let found = judge_caiman(&format!("derived/{name}"));
        let here = name.contains("caiman");
        let expected = if here { "certificate_revoked" } else { "accepted" };
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(judge_caiman("status_vvb2060_2025-01.json"), "accepted");
    let odd = "derived/status_odd_length_serial.json";
    let found = judge(odd, "grapheneos-auditor/sample5_chain0", "2025-11-09T02:06Z");
    assert_eq!(found, "certificate_revoked");
}

#[test]
fn ios() {
    let Some(root) = root() else { return };
    let anchors = anchors(&root, "ios");
    let (mut ran, mut assertions, mut wrong) = (0, 0, String::new());
    for (name, folder) in vectors(&root, "ios") {
        let (meta, decoded) = (json(&folder.join("meta.json")), json(&folder.join("decoded.json")));
        let object = std::fs::read(folder.join("attestation.cbor")).expect("an object");
        let environment = match (text(&meta, "environment"), text(&decoded, "aaguid")) {
            ("development", _) | ("", "appattestdevelop") => Environment::Development,
            _ => Environment::Production,
        };
        let derived = name.starts_with("derived/");
        let policy = Policy {
            ios: IosPolicy {
                app_id: text(&meta, "appId").to_owned(),
                environment: if derived { Environment::Production } else { environment },
            },
            ..Policy::default()
        };
        // How the challenge was passed is told in the decoded form: hashed, or as it is.
        let told = text(&decoded, "nonce_ok");
        let client_data = client_data(text(&meta, "clientData"), told);
        let challenge = if told.starts_with("raw") {
            Challenge::ClientDataHash(&client_data)
        } else {
            Challenge::Plain(&client_data)
        };
        let at = [text(&meta, "verification_time"), "2025-08-15T00:00:00Z"];
        let from = decoded["x5c"][0]["notBefore"].as_str().unwrap_or_default();
        let time = [at[0], from, at[1]].into_iter().find(|time| !time.is_empty());
        let now = seconds(time.expect("a time")) + i64::from(at[0].is_empty());
        let verifier = Verifier { anchors: &anchors, revocation: None, now, policy: &policy };
        let found = verifier.verify(&Statement::AppAttest { object: &object }, &challenge);
        ran += 1;
        // What the source signed was not found for three of them: then the nonce is all that differs.
        let unknown = !derived && !name.starts_with("synthetic/") && told.is_empty();
        let expected = text(&meta, "expect");
        let mut refused = match &found {
            Verdict::Rejected(rejection) => Some(rejection.clone()),
            Verdict::Accepted(_) => None,
        };
        if let Verdict::Accepted(key) = &found {
            let point = key.public_key.expect("a P-256 key");
            let mut counter = 0;
            for index in 0.. {
                let Ok(bytes) = std::fs::read(folder.join(format!("assertion{index}.cbor"))) else {
                    break;
                };
                let told = decoded["assertions"][index]["sig_ok"].as_str().unwrap_or_default();
                let synthetic = name.starts_with("synthetic/");
                // Some were made by another key, which the vector names.
                let other = unbase64(text(&meta, "pubkey_spki_b64"));
                let point = match told {
                    told if synthetic || told.starts_with("attested key") => point,
                    told if told.starts_with("meta key") && other.len() > 65 => {
                        other[other.len() - 65..].try_into().expect("a point")
                    }
                    _ => continue,
                };
                let data = self::client_data(text(&meta, "assertion_clientData"), told);
                assertions += 1;
                match verifier.verify_assertion(&bytes, &data, &point, counter) {
                    Ok(higher) => counter = higher,
                    Err(rejection) => refused = Some(rejection),
                }
            }
        }
        let outcome = refused.as_ref().map_or("accepted", Rejection::code);
        let fits = match expected {
            "POLICY" => true,
            "REJECT" => outcome != "accepted",
            _ if unknown => outcome == "nonce_mismatch",
            _ => outcome == "accepted",
        };
        if !fits {
            wrong.push_str(&format!("{name}: expected {expected:?}, found {outcome}\n"));
        }
        // The other environment refuses every genuine key.
        if matches!(found, Verdict::Accepted(_)) {
            let mut other = policy.clone();
            other.ios.environment = match policy.ios.environment {
                Environment::Production => Environment::Development,
                Environment::Development => Environment::Production,
            };
            let verifier = Verifier { policy: &other, ..verifier };
            let found = verifier.verify(&Statement::AppAttest { object: &object }, &challenge);
            assert_eq!(code(&found), "environment_mismatch", "{name}");
        }
    }
    eprintln!("{ran} iOS vectors ran, with {assertions} assertions");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(ran >= 45, "{ran} vectors");
}

/// The client data, as bytes: the vector's own, or `… of b'…'` in the decoded form, which cuts long ones
/// short.
fn client_data(own: &str, told: &str) -> Vec<u8> {
    let told = quoted(told).unwrap_or_default();
    if own.as_bytes().starts_with(&told) { own.as_bytes().to_vec() } else { told }
}

/// The bytes of a Python literal at the end of a text.
fn quoted(told: &str) -> Option<Vec<u8>> {
    let start = told.find("b'").or_else(|| told.find("b\""))?;
    let literal = told.get(start + 2..told.len() - 1)?;
    let (mut bytes, mut rest) = (Vec::new(), literal);
    while let Some(first) = rest.chars().next() {
        let (byte, length) = match rest.get(..2) {
            Some("\\x") => (unhex(&rest[2..4])[0], 4),
            Some("\\'") => (b'\'', 2),
            Some("\\\"") => (b'"', 2),
            Some("\\n") => (b'\n', 2),
            Some("\\r") => (b'\r', 2),
            Some("\\t") => (b'\t', 2),
            Some("\\\\") => (b'\\', 2),
            _ => (u8::try_from(first).expect("ASCII"), 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    Some(bytes)
}
