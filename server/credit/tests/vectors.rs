//! Written-down cases and what they come to: `tests/cases/quota/<name>.{case,decision}.json`.
//!
//! After a change of the rules, write the decisions anew with
//! `BAILING_RENEW=1 cargo test -p bailing-credit --test vectors`, and read the difference.

use std::path::Path;

use bailing_credit::{Case, Knowledge, decide};
use similar::TextDiff;

#[test]
#[expect(clippy::disallowed_methods, reason = "renewing the vectors is asked for by hand")]
fn every_case_comes_to_its_decision() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/quota");
    let knowledge = Knowledge::built_in().expect("the files");
    let renew = std::env::var("BAILING_RENEW").is_ok();
    let (mut cases, mut decisions, mut wrong) = (0, 0, String::new());
    for entry in std::fs::read_dir(&folder).expect("the vectors") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
        decisions += usize::from(file.ends_with(".decision.json"));
        let Some(name) = file.strip_suffix(".case.json") else { continue };
        cases += 1;
        let case = Case::from_json(&std::fs::read(&path).expect(name)).expect(name);
        let decision = decide(&knowledge, &case).expect(name);
        let found = serde_json::to_string_pretty(&decision).expect("serialises") + "\n";
        let expected = folder.join(format!("{name}.decision.json"));
        if renew {
            std::fs::write(&expected, &found).expect("written");
        }
        let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
        if wanted != found {
            wrong.push_str(&format!("{name}\n{}", difference(&wanted, &found)));
        }
    }
    assert!(wrong.is_empty(), "- is written down, + is decided now\n\n{wrong}");
    assert!(cases >= 13, "{cases} cases");
    assert!(renew || cases == decisions, "{cases} cases, {decisions} decisions");
}

/// What changes from one text to the other, line by line, with the lines next to it.
fn difference(wanted: &str, found: &str) -> String {
    TextDiff::from_lines(wanted, found).unified_diff().context_radius(2).to_string()
}
