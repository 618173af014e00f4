//! Recognition names industries by the ids that credit knows.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use bailing_credit::Knowledge;

#[test]
fn words_of_licences_speak_for_industries_that_exist() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/recognition/industry_words.toml");
    let text = std::fs::read_to_string(file).expect("the words");
    let words: BTreeMap<String, Vec<String>> = toml::from_str(&text).expect("lists of words");
    let knowledge = Knowledge::built_in().expect("the files");
    let unknown: Vec<_> =
        words.keys().filter(|id| !knowledge.industries().contains_key(*id)).collect();
    assert!(unknown.is_empty(), "credit does not know {unknown:?}");
    let silent: Vec<_> =
        knowledge.industries().keys().filter(|id| !words.contains_key(*id)).collect();
    assert!(silent.is_empty(), "no word speaks for {silent:?}");
}
