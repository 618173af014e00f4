//! The committed Swift bindings are those of this library. `ios/generate` writes them anew.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use uniffi::{GenerateOptions, TargetLanguage};

/// What is generated, and where it is committed below `ios/Sources`.
const FILES: [(&str, &str); 2] = [
    ("BailingBindings.swift", "BailingCore/Generated/BailingBindings.swift"),
    ("BailingFFI.h", "BailingFFI/BailingFFI.h"),
];

/// The built library, beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let name =
        format!("{}bailing_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.parent().expect("target/<profile>/deps").join(name)
}

#[test]
fn the_committed_swift_is_fresh() {
    let ios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ios");
    let folder = tempfile::tempdir().expect("a folder");
    let utf8 = |path: &Path| path.to_str().expect("a plain path").to_owned();
    uniffi::generate(GenerateOptions {
        languages: vec![TargetLanguage::Swift],
        source: utf8(&library()).into(),
        out_dir: utf8(folder.path()).into(),
        config_override: Some(utf8(&ios.join("uniffi.toml")).into()),
        ..GenerateOptions::default()
    })
    .expect("bindings are generated");

    let renew = std::env::var_os("BAILING_RENEW").is_some();
    for (name, place) in FILES {
        let fresh = fs::read_to_string(folder.path().join(name)).expect("generated");
        let committed = ios.join("Sources").join(place);
        if renew {
            fs::write(&committed, &fresh).expect("written");
        }
        let kept = fs::read_to_string(&committed).unwrap_or_default();
        assert!(kept == fresh, "{place} is not this library's: run ios/generate");
    }
}
