//! `bailing-server verify`: one bundle, against its key as it was enrolled or one in a file.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;
use std::process::Command;

use bailing_tests::{APP_ID, ORIGIN, Phone, Server, binary, sample};
use serde_json::{Value, json};
use tempfile::tempdir;

/// What it prints, and whether it did its job.
fn verify(bundle: &Path, more: &[&str]) -> (bool, Value, String) {
    let output = Command::new(binary("bailing-server"))
        .args(["verify", "--json", "--allow-software-keys", "--origin", ORIGIN])
        .args(more)
        .arg(bundle)
        .output()
        .expect("bailing-server runs");
    let line = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.success(), line, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_bundle_is_verified_against_the_key_that_was_enrolled_or_one_in_a_file() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder, None, &["--allow-software-keys"]);
    let mut phone = Phone::enrolled(server.public(), "haulier");
    let bundle = phone.seal(&sample("haulier-waybill.jpg"), "waybill", &phone.ticket());
    let mut stranger = Phone::new(server.public());
    let ticket = stranger.invented_ticket();
    let strange = stranger.seal(&sample("haulier-waybill.jpg"), "waybill", &ticket);
    drop(server);
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let file = write("bundle", &bundle.bytes);
    let data = folder.path().join("data").display().to_string();
    let configuration = folder.path().join("server.toml").display().to_string();
    let here = ["--config", configuration.as_str(), "--data", data.as_str()];

    let (done, line, _) = verify(&file, &here);
    assert!(done);
    assert_eq!((&line["ok"], &line["grade"]), (&json!(true), &json!("D")), "{line}");
    assert_eq!(line["manifest"]["images"][0]["kind"], "waybill");
    let codes: Vec<&str> = line["signals"]
        .as_array()
        .expect("signals")
        .iter()
        .filter_map(|s| s["code"].as_str())
        .collect();
    assert!(codes.contains(&"blurred") && !codes.contains(&"pixels_mismatch"), "{codes:?}");

    // The same claims from a phone with another picture, another signature, another key.
    let mut bytes = bundle.bytes.clone();
    let end = bytes.len();
    bytes[end - 1_000] ^= 1;
    let (done, line, _) = verify(&write("picture", &bytes), &here);
    assert!(done && line["ok"] == json!(false), "{line}");
    assert!(line["signals"].to_string().contains("blob_digest_mismatch"), "{line}");
    let (done, line, _) = verify(&write("strange", &strange.bytes), &here);
    assert!(done, "a verdict is no failure");
    assert_eq!(
        (&line["ok"], &line["grade"], &line["manifest"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    assert_eq!(line["signals"][0]["code"], "key_unknown");

    // A key in a file, without any server.
    let key = write("key", &stranger.public_key());
    let strange = folder.path().join("strange");
    let key = key.display().to_string();
    let alone = ["--public-key", key.as_str(), "--app-id", APP_ID];
    let (done, line, _) = verify(&strange, &alone);
    assert!(done && line["ok"] == json!(true), "{line}");
    let (_, line, _) = verify(&file, &alone);
    assert_eq!(line["signals"][0]["code"], "signature_invalid", "{line}");

    // What is no bundle, no key, no folder is a failure with a word on it.
    for (bundle, more, word) in [
        (write("nonsense", b"nonsense"), here.as_slice(), "not a bundle"),
        (file.clone(), &["--data", "/nonexistent"], "name the server's data folder"),
        (folder.path().join("absent"), here.as_slice(), "absent"),
        (
            file.clone(),
            &["--public-key", file.to_str().expect("a path"), "--app-id", "x"],
            "not a public key",
        ),
    ] {
        let (done, _, said) = verify(&bundle, more);
        assert!(!done && said.contains(word), "{said}");
    }
}
