//! The written form of a case and of a decision: hosts and the bank's systems read it, so that a
//! change has to be meant. `cargo insta review` after one that is.

use bailing_credit::{Case, decide};

const CASE: &str = include_str!("../../../tests/vectors/credit/haulier_with_everything.case.json");

#[test]
fn a_case_is_written_so() {
    insta::assert_json_snapshot!(Case::from_json(CASE.as_bytes()).expect("a case"));
}

#[test]
fn a_decision_is_written_so() {
    let case = Case::from_json(CASE.as_bytes()).expect("a case");
    insta::assert_json_snapshot!(decide(&case).expect("within limits"));
}
