//! The written form of a case and of a decision: hosts and the bank's systems read it, so that a
//! change has to be meant. `cargo insta review` after one that is.

use bailing_credit::{Case, Knowledge, decide};

const CASE: &str = include_str!("../../../tests/cases/quota/haulier_with_everything.case.json");

#[test]
fn a_case_is_written_so() {
    insta::assert_json_snapshot!(Case::from_json(CASE.as_bytes()).expect("a case"));
}

#[test]
fn a_decision_is_written_so() {
    let knowledge = Knowledge::built_in().expect("the files");
    let case = Case::from_json(CASE.as_bytes()).expect("a case");
    insta::assert_json_snapshot!(decide(&knowledge, &case).expect("within limits"));
}

/// The schema that others write cases by is the one that is read here: `BAILING_RENEW=1` writes it anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "renewing the schema is asked for by hand")]
fn the_schema_of_a_case_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/case.json");
    if std::env::var("BAILING_RENEW").is_ok() {
        std::fs::write(path, Case::schema()).expect("written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the schema"), Case::schema());
}
