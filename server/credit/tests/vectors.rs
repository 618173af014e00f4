//! Written-down cases and what they come to: `tests/vectors/credit/<name>.{case,decision}.json`.
//!
//! After a change of the rules, write the decisions anew with
//! `BAILING_RENEW=1 cargo test -p bailing-credit --test vectors`, and read the difference.

use std::path::Path;

use bailing_credit::{Case, Decision, decide};

#[test]
#[expect(clippy::disallowed_methods, reason = "renewing the vectors is asked for by hand")]
fn every_case_comes_to_its_decision() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/credit");
    let renew = std::env::var("BAILING_RENEW").is_ok();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the vectors") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.to_str().and_then(|path| path.strip_suffix(".case.json")) else {
            continue;
        };
        let case = Case::from_json(&std::fs::read(&path).expect("a case")).expect(name);
        let decision = decide(&case).expect(name);
        let expected = format!("{name}.decision.json");
        if renew {
            let mut text = serde_json::to_string_pretty(&decision).expect("serialises");
            text.push('\n');
            std::fs::write(&expected, text).expect("written");
        }
        let text = std::fs::read_to_string(&expected).expect(&expected);
        let wanted: Decision = serde_json::from_str(&text).expect(&expected);
        assert_eq!(decision, wanted, "{name}");
        count += 1;
    }
    assert!(count >= 13, "{count} cases");
}
