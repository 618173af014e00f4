//! The committed bindings are those of this library. `BAILING_RENEW=1 cargo test -p bailing-ffi --test
//! bindings` writes them anew.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use uniffi::{GenerateOptions, TargetLanguage};

/// The built library, beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let name =
        format!("{}bailing_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.parent().expect("target/<profile>/deps").join(name)
}

/// `files`: what is generated, and where it is committed below the repository's root.
fn are_fresh(language: TargetLanguage, files: &[(&str, &str)]) {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let utf8 = |path: &Path| path.to_str().expect("a plain path").to_owned();
    uniffi::generate(GenerateOptions {
        languages: vec![language],
        source: utf8(&library()).into(),
        out_dir: utf8(folder.path()).into(),
        config_override: Some(utf8(&crate_root.join("bindings.toml")).into()),
        ..GenerateOptions::default()
    })
    .expect("bindings are generated");
    let renew = std::env::var_os("BAILING_RENEW").is_some();
    for (name, place) in files {
        let fresh = fs::read_to_string(folder.path().join(name)).expect("generated");
        let committed = crate_root.join("../..").join(place);
        if renew {
            fs::create_dir_all(committed.parent().expect("a folder")).expect("made");
            fs::write(&committed, &fresh).expect("written");
        }
        let kept = fs::read_to_string(&committed).unwrap_or_default();
        assert!(
            kept == fresh,
            "{place} is not this library's: BAILING_RENEW=1 cargo test --release --workspace --test bindings"
        );
    }
}

#[test]
fn the_committed_swift_is_fresh() {
    are_fresh(
        TargetLanguage::Swift,
        &[
            ("BailingBindings.swift", "ios/Sources/BailingCore/Generated/BailingBindings.swift"),
            ("BailingFFI.h", "ios/Sources/BailingFFI/BailingFFI.h"),
        ],
    );
}

#[test]
fn the_committed_kotlin_is_fresh() {
    are_fresh(
        TargetLanguage::Kotlin,
        &[(
            "org/bailing/core/generated/bailing.kt",
            "android/core/src/generated/kotlin/org/bailing/core/generated/bailing.kt",
        )],
    );
}
