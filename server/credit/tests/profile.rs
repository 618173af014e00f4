//! What is known of a merchant, and how sure it is where facts disagree.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use bailing_credit::import::{Owner, form, orders, parcels, statement};
use bailing_credit::{Case, Fact, Knowledge, Profile};
use proptest::prelude::*;
use serde_json::{Value, json};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

const HAULIER: &str = include_str!("../../../tests/cases/quota/haulier_with_everything.case.json");

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/imports");
    std::fs::read(folder.join(name)).expect(name)
}

/// The worked example with everything imported besides.
fn everything() -> Case {
    let mut case = Case::from_json(HAULIER.as_bytes()).expect("a case");
    let name = case.merchant.name.clone().expect("a name");
    let owner = Owner { name: &name, ..Owner::default() };
    case.facts.extend(statement(&file("bank.csv"), &owner).expect("a statement"));
    case.facts.extend(orders(&file("orders.json"), &name).expect("orders"));
    case.facts.extend(parcels(&file("parcels.geojson"), &KNOWLEDGE).expect("parcels"));
    case.facts.extend(form(&file("form.json"), &KNOWLEDGE).expect("a form"));
    case
}

#[test]
fn a_profile_is_written_so() {
    insta::assert_json_snapshot!(Profile::of(&KNOWLEDGE, &everything()));
}

#[test]
fn a_profile_survives_json() {
    let profile = Profile::of(&KNOWLEDGE, &everything());
    let text = serde_json::to_string(&profile).expect("serialises");
    assert_eq!(serde_json::from_str::<Profile>(&text).expect("and back"), profile);
}

fn case(facts: Vec<Fact>) -> Case {
    let case =
        json!({"merchant": {"id": "m", "base_quota": 1}, "today": "2026-11-23", "facts": facts});
    Case::from_json(case.to_string().as_bytes()).expect("a case")
}

fn photo(grade: &str) -> Value {
    json!({"from": "photo", "bundle": "00", "image": 0, "grade": grade})
}

fn partner() -> Value {
    json!({"from": "partner", "system": "orders", "record": "1"})
}

/// An invoice of one number, with an amount, from a source.
fn invoice(id: &str, amount: &str, source: Value, confidence: f32) -> Fact {
    let fact = json!({"id": id, "name": "turnover", "kind": "vat_invoice", "source": source, "confidence": confidence,
        "parts": {"code": "33", "number": "1", "amount": amount, "seller": "甲（云溪）"}});
    serde_json::from_value(fact).expect("a fact")
}

/// The values of the amount, the most believed first.
fn amounts(facts: Vec<Fact>) -> Vec<(String, f32)> {
    let profile = Profile::of(&KNOWLEDGE, &case(facts));
    assert!(profile.conflicts.iter().all(|conflict| conflict.part == "amount"));
    let values = profile.conflicts.into_iter().flat_map(|conflict| conflict.values);
    values.map(|value| (value.value, value.confidence)).collect()
}

#[test]
fn values_share_the_weight_of_what_speaks_for_them() {
    let one = || invoice("1", "100.00", photo("A"), 0.9);
    assert_eq!(amounts(vec![one()]), []);
    // The same amount and the same name, written otherwise.
    let same = invoice("2", "100", photo("C"), 0.8);
    assert_eq!(amounts(vec![one(), same.clone()]), []);

    let other = invoice("3", "900.00", partner(), 1.0);
    let sure = |values: Vec<(String, f32)>, value: &str| {
        values.iter().find(|(of, _)| of == value).map(|(_, sure)| *sure).expect("kept")
    };
    // 0.9 · 0.9 / (0.9 + 1.0), and 1.0 · 1.0 / 1.9.
    let two = amounts(vec![one(), other.clone()]);
    assert_eq!(two, [("900.00".to_owned(), 0.526), ("100.00".to_owned(), 0.426)]);
    // A photo of half weight that says the same: 0.9 · (0.9 + 0.5 · 0.8) / (1.3 + 1.0).
    assert_eq!(sure(amounts(vec![one(), same, other.clone()]), "100.00"), 0.509);
    // What is only said is kept, and weighs a tenth: 0.9 · 0.9 / (0.9 + 0.1).
    let said = invoice("4", "500.00", json!({"from": "declared"}), 1.0);
    assert_eq!(
        amounts(vec![one(), said]),
        [("100.00".to_owned(), 0.81), ("500.00".to_owned(), 0.1)]
    );
    // What counts for nothing contradicts nothing.
    let software = invoice("5", "700.00", photo("D"), 1.0);
    assert_eq!(sure(amounts(vec![one(), software.clone()]), "100.00"), 0.9);
    // Where nothing weighs, all are alike.
    let again = invoice("6", "800.00", photo("D"), 1.0);
    let alike = amounts(vec![software, again]);
    assert_eq!(alike, [("700.00".to_owned(), 0.5), ("800.00".to_owned(), 0.5)]);
}

#[test]
fn an_area_in_dispute_is_a_conflict() {
    let facts = parcels(&file("parcels.geojson"), &KNOWLEDGE).expect("parcels");
    let profile = Profile::of(&KNOWLEDGE, &case(facts));
    let [conflict] = profile.conflicts.as_slice() else { panic!("{:?}", profile.conflicts) };
    assert_eq!((conflict.fact.as_str(), conflict.part.as_str()), ("parcel", "area_mu"));
    assert_eq!(conflict.values.len(), 2);
    assert!(conflict.values.iter().all(|value| value.confidence < 0.5));
    // Fields of 128.35, 32.09 and 16.04 mu, the last stated to have 24.
    assert_eq!(profile.holdings[0].proven, 128 + 32 + 16);
}

#[test]
fn a_forged_fact_is_no_part_of_it() {
    let mut case = everything();
    for fact in &mut case.facts {
        fact.standing = bailing_credit::Standing::Forged;
    }
    let profile = Profile::of(&KNOWLEDGE, &case);
    assert!(
        profile.proven.is_empty() && profile.holdings.is_empty() && profile.conflicts.is_empty()
    );
    assert!(profile.counterparties.is_empty() && profile.turnover.is_empty());
}

fn any_invoice() -> impl Strategy<Value = Fact> {
    let source = proptest::sample::select(vec![
        photo("A"),
        photo("C"),
        photo("D"),
        partner(),
        json!({"from": "declared"}),
        json!({"from": "import", "file": "00", "rows": [1, 2]}),
    ]);
    (proptest::sample::select(vec!["100.00", "200.00", "300.00"]), source, 0u32..=100)
        .prop_map(|(amount, source, percent)| invoice("", amount, source, percent as f32 / 100.0))
}

fn invoices() -> impl Strategy<Value = Vec<Fact>> {
    proptest::collection::vec(any_invoice(), 0..8).prop_map(|mut facts| {
        for (at, fact) in facts.iter_mut().enumerate() {
            fact.id = format!("fact-{at}");
        }
        facts
    })
}

proptest! {
    #[test]
    fn no_value_is_lost_and_all_are_believed_no_more_than_the_surest(facts in invoices()) {
        let values = amounts(facts.clone());
        let said: std::collections::BTreeSet<&str> =
            facts.iter().map(|fact| fact.parts["amount"].as_str()).collect();
        prop_assert!(values.len() == said.len() || said.len() < 2 && values.is_empty());
        let surest = facts.iter().map(|fact| fact.confidence).fold(0.0, f32::max);
        let sum: f32 = values.iter().map(|(_, sure)| sure).sum();
        prop_assert!(sum <= surest + 0.0016, "{sum} {surest}");
    }

    #[test]
    fn contradiction_never_raises_a_value(facts in invoices(), mut more in any_invoice()) {
        let before = amounts(facts.clone());
        more.id = "more".to_owned();
        more.parts.insert("amount".to_owned(), "400.00".to_owned());
        let mut with = facts;
        with.push(more);
        let after = amounts(with);
        for (value, sure) in before {
            let now = after.iter().find(|(of, _)| *of == value).map(|(_, sure)| *sure);
            prop_assert!(now.is_some_and(|now| now <= sure), "{value} {sure} {now:?}");
        }
    }

    #[test]
    fn the_order_of_facts_decides_nothing(
        (facts, shuffled) in invoices().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle()))
    ) {
        prop_assert_eq!(Profile::of(&KNOWLEDGE, &case(facts)), Profile::of(&KNOWLEDGE, &case(shuffled)));
    }
}
