//! The library as another language sees it: bindings generated from the built library, and a Python
//! program that drives a whole session through them with a key of its own.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use bailing_evidence::bundle::Reader;
use bailing_evidence::key::PublicKey;
use bailing_evidence::signature::{self, Context};
use bailing_evidence::ticket::{Issuer, Ticket};
use image::{ImageFormat, Rgb, RgbImage};
use uniffi::{GenerateOptions, TargetLanguage};

/// The built library, beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let name =
        format!("{}bailing_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let path = test.parent().expect("target/<profile>/deps").join(name);
    assert!(path.exists(), "{} is not built", path.display());
    path
}

fn generate(language: TargetLanguage, folder: &Path) {
    let utf8 = |path: &Path| path.to_str().expect("a plain path").to_owned();
    uniffi::generate(GenerateOptions {
        languages: vec![language],
        source: utf8(&library()).into(),
        out_dir: utf8(folder).into(),
        ..GenerateOptions::default()
    })
    .expect("bindings are generated");
}

/// All generated text below a folder.
fn text(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.push_str(&text(&path));
        } else {
            all.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
    all
}

/// A sheet with lines of irregular "print" on a dark table, as a JPEG.
fn picture() -> Vec<u8> {
    // Words of differing length: an even raster would be taken for a screen's.
    let mut state = 1u32;
    let words: Vec<bool> = (0..27 * 90)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 30 != 0
        })
        .collect();
    let mut picture = RgbImage::from_pixel(1_000, 800, Rgb([60, 50, 45]));
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if (100..900).contains(&x) && (80..720).contains(&y) {
            let (line, word) = ((y - 80) / 32, (x - 100) / 9);
            let print =
                (140..860).contains(&x) && y % 32 < 12 && words[(line * 90 + word) as usize];
            *pixel = if print { Rgb([30, 30, 35]) } else { Rgb([215, 212, 205]) };
        }
    }
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).expect("a JPEG");
    jpeg.into_inner()
}

#[test]
fn kotlin_and_swift_bindings_name_the_session() {
    for language in [TargetLanguage::Kotlin, TargetLanguage::Swift] {
        let folder = tempfile::tempdir().expect("a folder");
        generate(language.clone(), folder.path());
        let text = text(folder.path());
        for name in ["CaptureSession", "SigningKey", "Photograph", "Guidance", "Outbox", "Errand"] {
            assert!(text.contains(name), "{language:?} does not name {name}");
        }
    }
}

#[test]
fn python_drives_a_whole_session_with_its_own_key() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: no python3");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    generate(TargetLanguage::Python, folder.path());
    let library = library();
    std::fs::copy(&library, folder.path().join(library.file_name().expect("a name")))
        .expect("the library beside its bindings");
    let issuer = Issuer::new(&[9; 32]);
    let ticket = |id: u8| Ticket {
        id: [id; 16],
        nonce: [id; 32],
        key_id: [3; 32],
        issued_at: 0,
        expires_at: i64::MAX,
        kind: None,
    };
    let tickets: Vec<u8> = (0..8).flat_map(|id| issuer.issue(&ticket(id))).collect();
    std::fs::write(folder.path().join("tickets"), tickets).expect("written");
    let picture = picture();
    std::fs::write(folder.path().join("picture.jpg"), &picture).expect("written");

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder.path())
        .env("PYTHONPATH", folder.path())
        .output()
        .expect("python3 runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );

    let bundle = std::fs::read(folder.path().join("bundle")).expect("the bundle");
    let point = std::fs::read(folder.path().join("point")).expect("the public key");
    let key = PublicKey::from_bytes(&point).expect("a point");
    let reader = Reader::open(bundle.as_slice()).expect("a bundle");
    let context = Context { server_origin: "https://bank.example", app_id: "cn.example.wallet" };
    let manifest = signature::verify(reader.cose(), &key, &context).expect("Python signed it");
    let blobs: Result<Vec<_>, _> = reader.blobs(&manifest).collect();
    assert_eq!(blobs.expect("the pictures"), [&picture[..]]);
    assert_eq!(manifest.sequence, 1, "the second bundle of the chain");
}
