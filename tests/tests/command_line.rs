//! `bailing`, as scripts use it: exit status, stdout, stderr.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use bailing_tests::{binary, samples_folder};
use serde_json::Value;
use tempfile::tempdir;

fn bailing(arguments: &[&str]) -> Output {
    Command::new(binary("bailing")).args(arguments).output().expect("bailing runs")
}

fn answers(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("stdout is text");
    text.lines().map(|line| serde_json::from_str(line).expect("stdout is JSON lines")).collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

#[test]
fn inspect_answers_for_what_it_can_read_and_names_what_it_cannot() {
    let folder = tempdir().expect("a folder");
    let broken = folder.path().join("broken.jpg");
    let picture = samples_folder().join("shopkeeper-business-licence.jpg");
    let whole = std::fs::read(&picture).expect("a sample");
    std::fs::write(&broken, &whole[..200]).expect("written");
    let output =
        bailing(&["inspect", "--json", text(&broken), text(&picture), "/no/such/file.jpg"]);
    assert_eq!(output.status.code(), Some(1));
    let answers = answers(&output);
    assert_eq!(answers.len(), 1);
    let answer = &answers[0];
    let mut keys: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        ["document", "file", "height", "quality", "recapture", "timing_ms", "verdict", "width"]
    );
    assert_eq!(answer["document"]["found"], true);
    assert_eq!(answer["document"]["quad"].as_array().map(Vec::len), Some(4));
    assert_eq!(answer["recapture"]["verdict"], "live");
    assert_eq!(answer["verdict"]["outcome"], "accepted");
    for part in ["decode", "document", "quality", "recapture", "total"] {
        assert!(answer["timing_ms"][part].is_number(), "{part}");
    }
    let said = said(&output);
    assert!(said.contains("broken.jpg") && said.contains("/no/such/file.jpg"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn unusable_arguments_exit_with_two() {
    for arguments in [&["inspect"][..], &["capture", "x.jpg"], &["nothing"], &["quota"]] {
        assert_eq!(bailing(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn an_overlay_shows_why() {
    let folder = tempdir().expect("a folder");
    let drawing = folder.path().join("why.png");
    let photo = samples_folder().join("fault-invoice-glare.jpg");
    let output = bailing(&["inspect", text(&photo), "--overlay", text(&drawing)]);
    assert!(output.status.success(), "{}", said(&output));
    let bytes = std::fs::read(&drawing).expect("the drawing");
    assert!(bytes.starts_with(b"\x89PNG\r\n"), "{} bytes", bytes.len());
    let two = bailing(&["inspect", text(&photo), text(&photo), "--overlay", text(&drawing)]);
    assert_eq!(two.status.code(), Some(2), "{}", said(&two));
    let nowhere = bailing(&["inspect", text(&photo), "--overlay", "/nonexistent/why.png"]);
    assert_eq!(nowhere.status.code(), Some(1), "{}", said(&nowhere));
}

#[test]
fn a_captured_bundle_verifies_until_a_byte_changes() {
    let folder = tempdir().expect("a folder");
    let bundle = folder.path().join("licence.bundle");
    let picture = samples_folder().join("shopkeeper-business-licence.jpg");
    let built = bailing(&[
        "capture",
        "--json",
        text(&picture),
        "--kind",
        "business_licence",
        "--out",
        text(&bundle),
    ]);
    assert!(built.status.success(), "{}", said(&built));
    let verified = answers(&bailing(&["verify", "--json", text(&bundle)]));
    assert_eq!(verified[0]["ok"], true);
    assert_eq!(verified[0]["grade"], "D");
    assert_eq!(verified[0]["manifest"]["images"][0]["kind"], "business_licence");
    assert_eq!(verified[0]["manifest"]["images"][0]["verdict"], "accepted");

    let mut bytes = std::fs::read(&bundle).expect("the bundle");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&bundle, &bytes).expect("written");
    let output = bailing(&["verify", "--json", text(&bundle)]);
    assert!(output.status.success(), "a verdict is no failure");
    let refused = answers(&output);
    assert_eq!(refused[0]["ok"], false);
    assert_eq!(refused[0]["signals"][0]["code"], "blob_digest_mismatch");

    let elsewhere =
        answers(&bailing(&["verify", "--json", text(&bundle), "--origin", "https://other"]));
    assert_eq!(elsewhere[0]["ok"], false);
    assert_eq!(elsewhere[0]["manifest"], Value::Null);

    std::fs::write(&bundle, b"not a bundle").expect("written");
    let output = bailing(&["verify", "--json", text(&bundle)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("not an evidence bundle"), "{}", said(&output));
}

/// Hexadecimal of `a challenge of the server`, which the kept attestations answer.
const CHALLENGE: &str = "61206368616c6c656e6765206f662074686520736572766572";

#[test]
fn an_attestation_gets_its_verdict() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/attestation");
    let folder = tempdir().expect("a folder");
    let policy = folder.path().join("policy.json");
    let write = |json: &str| std::fs::write(&policy, json).expect("written");
    write(
        r#"{"android":{"packages":["org.bailing.example"],"signers":[],"min_os_patch":null},
            "ios":{"app_id":"ABCDE12345.org.bailing.example","environment":"production"}}"#,
    );
    let attest = |platform: &str, input: &str, root: &str, challenge: &str, more: &[&str]| {
        let (input, root) = (vectors.join(input), vectors.join(root));
        let mut arguments = vec!["attest", "--json", "--platform", platform];
        arguments.extend(["--input", text(&input), "--policy", text(&policy)]);
        arguments.extend(["--challenge", challenge, "--at", "2025-08-15T00:00:00Z"]);
        arguments.extend(["--danger-anchor", text(&root)]);
        arguments.extend(more);
        bailing(&arguments)
    };
    // The chain's own root comes last in its file; the first certificate is the leaf.
    let root = folder.path().join("root.pem");
    let chain = std::fs::read_to_string(vectors.join("android_tee.pem")).expect("the chain");
    let last = chain.rfind("-----BEGIN").expect("a certificate");
    std::fs::write(&root, &chain[last..]).expect("written");
    let android = |challenge: &str| {
        let output = attest("android", "android_tee.pem", text(&root), challenge, &[]);
        assert!(output.status.success(), "{}", said(&output));
        answers(&output).remove(0)
    };
    let accepted = android(CHALLENGE);
    assert_eq!((&accepted["verdict"], &accepted["grade"]), (&"accepted".into(), &"B".into()));
    assert_eq!(accepted["facts"]["platform"], "android");
    let rejected = android("00");
    assert_eq!(rejected["verdict"], "rejected");
    assert_eq!(rejected["code"], "challenge_mismatch");

    let assertion = vectors.join("ios_assertion.cbor");
    let ios = |counter: &str| {
        let more = ["--assertion", text(&assertion), "--assertion-data", "6d616e6966657374"];
        let more = [&more[..], &["--stored-counter", counter]].concat();
        let output = attest("ios", "ios_attestation.cbor", "ios_root.pem", CHALLENGE, &more);
        assert!(output.status.success(), "{}", said(&output));
        answers(&output).remove(0)
    };
    assert_eq!((&ios("0")["grade"], &ios("0")["counter"]), (&"A".into(), &1.into()));
    assert_eq!(ios("1")["code"], "counter_not_increasing");

    let output = attest("android", "android_tee.pem", text(&root), "0", &[]);
    assert_eq!(output.status.code(), Some(2));
    write(r#"{"android":{"package":[]}}"#);
    let output = attest("android", "android_tee.pem", text(&root), CHALLENGE, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("unknown field `package`"), "{}", said(&output));
}

#[test]
fn the_hauliers_quota_doubles() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/quota/haulier.case.json");
    let output = bailing(&["quota", "--json", text(&case)]);
    assert!(output.status.success(), "{}", said(&output));
    let decision = &answers(&output)[0];
    assert_eq!((&decision["before"], &decision["quota"]), (&100_000.into(), &200_000.into()));

    let folder = tempdir().expect("a folder");
    let broken = folder.path().join("case.json");
    std::fs::write(&broken, r#"{"merchant":{"id":"x","base_quota":-1}}"#).expect("written");
    let output = bailing(&["quota", "--json", text(&broken)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("line 1"), "{}", said(&output));
}

/// What a bank's expert writes takes the place of the file of that name, and a row that is wrong is named.
#[test]
fn the_banks_own_knowledge_is_used_or_named() {
    let folder = tempdir().expect("a folder");
    let tables = folder.path().join("tables");
    std::fs::create_dir(&tables).expect("a folder");
    let configuration = folder.path().join("server.toml");
    let knowledge = format!("knowledge = '{}'\n", folder.path().display());
    std::fs::write(&configuration, knowledge).expect("written");
    let check = || {
        let server = binary("bailing-server");
        let mut command = Command::new(server);
        command.args(["check-config", "--config"]).arg(&configuration);
        command.output().expect("bailing-server runs")
    };
    let built_in =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../server/credit/knowledge/tables/caps.json");
    let table = std::fs::read_to_string(built_in).expect("a table");
    std::fs::write(tables.join("caps.json"), &table).expect("written");
    let output = check();
    assert!(output.status.success(), "{output:?}");
    std::fs::write(tables.join("caps.json"), &table[..table.len() / 2]).expect("written");
    let output = check();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("tables/caps.json"), "{}", said(&output));
}
