//! Whatever comes in is answered: with a decision that adds up, or with an error that quotes nothing.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use std::sync::LazyLock;

use bailing_credit::{
    Case, CaseError, Conduct, Fact, Features, Knowledge, Merchant, Policy, Source, Stage, Standing,
    decide,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use time::macros::date;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

const HAULIER: &str = include_str!("../../../tests/cases/quota/haulier.case.json");

/// Reads, and decides what can be read.
fn answer(bytes: &[u8]) -> Result<(), CaseError> {
    let case = Case::from_json(bytes)?;
    let decision = decide(&KNOWLEDGE, &case)?;
    let sum: i64 = decision.reasons.iter().map(|reason| reason.amount).sum();
    assert_eq!(decision.before.checked_add_signed(sum), Some(decision.quota));
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        hostile_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,8}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn hostile_text() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "",
        "-1",
        "99999999999",
        "100000000000.99",
        "18446744073709551616",
        "1e308",
        "٣٤٥",
        "0000-00-00",
        "9999-12-31",
        "0000-01-01",
        "+2026-11-23",
        "\u{0}",
        "\u{202e}浙C7Y682",
        "İİİİİİ",
    ])
    .prop_map(str::to_owned)
}

/// Every place of the haulier's case that holds a value, as a JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                places(item, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = answer(&bytes);
    }

    #[test]
    fn a_case_with_a_byte_changed_or_cut_short(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = HAULIER.as_bytes().to_vec();
        prop_assert!(answer(&bytes[..end.index(HAULIER.trim_end().len())]).is_err());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = answer(&bytes);
    }

    #[test]
    fn a_case_with_anything_in_any_place(at in any::<proptest::sample::Index>(), value in any_json()) {
        let mut case: Value = serde_json::from_str(HAULIER).expect("a case");
        let mut found = Vec::new();
        places(&case, "", &mut found);
        *case.pointer_mut(at.get::<String>(&found)).expect("a place") = value;
        let _ = answer(case.to_string().as_bytes());
    }

    #[test]
    fn a_case_with_hostile_texts(at in any::<proptest::sample::Index>(), text in hostile_text()) {
        let mut case: Value = serde_json::from_str(HAULIER).expect("a case");
        let mut found = Vec::new();
        places(&case, "", &mut found);
        found.retain(|at| at.contains("/parts/"));
        *case.pointer_mut(at.get::<String>(&found)).expect("a place") = Value::from(text);
        prop_assert_eq!(answer(case.to_string().as_bytes()), Ok(()));
    }
}

#[test]
fn deep_nesting_is_refused() {
    for opening in ["[", "{\"merchant\":", "{\"facts\":["] {
        let error = answer(opening.repeat(50_000).as_bytes()).expect_err(opening);
        assert_eq!(error.code(), "case_malformed", "{opening}");
    }
}

#[test]
fn unknown_and_doubled_fields_are_refused() {
    let with = |more: &str| HAULIER.replacen('{', &format!("{{{more},"), 1);
    for more in [r#""quota": 1"#, r#""today": "2026-11-23""#, r#""merchant": {}"#] {
        let error = answer(with(more).as_bytes()).expect_err(more);
        assert_eq!(error.code(), "case_malformed", "{more}");
    }
}

#[test]
fn errors_quote_no_value() {
    let secret = "910330000000000000";
    let wrong = [
        json!({ "merchant": { "id": "m", "base_quota": secret }, "today": "2026-11-23" }),
        json!({ "merchant": { "id": "m", "base_quota": 1 }, "today": secret }),
        json!({ "merchant": { "id": "m", "base_quota": 1, secret: 1 }, "today": "2026-11-23" }),
    ];
    for case in wrong {
        let error = answer(case.to_string().as_bytes()).expect_err("wrong");
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}

fn largest(facts: Vec<Fact>) -> Case {
    Case {
        merchant: Merchant {
            id: "m".to_owned(),
            name: Some("云溪市顺远货运有限公司".to_owned()),
            person: None,
            industry: Some("road_freight".to_owned()),
            stage: Stage::Established,
            base_quota: 100_000,
        },
        today: date!(2026 - 11 - 23),
        facts,
        conduct: Conduct::default(),
        graph: Features::default(),
        declined: BTreeSet::new(),
        policy: Policy { grade_weight_per_mille: [u32::MAX; 4], import_weight_per_mille: u32::MAX },
    }
}

fn fact(id: String, name: &str, kind: &str, parts: &[(&str, &str)]) -> Fact {
    let parts: BTreeMap<_, _> =
        parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let source = Source::Photo {
        bundle: String::new(),
        image: 0,
        grade: "A".to_owned(),
        regions: BTreeMap::new(),
    };
    Fact {
        id,
        name: name.to_owned(),
        kind: Some(kind.to_owned()),
        parts,
        source,
        confidence: 1.0,
        standing: Standing::Accepted,
    }
}

#[test]
fn a_thousand_of_the_largest_amounts_do_not_overflow() {
    let invoice = |index: usize| {
        let number = index.to_string();
        let fields = [
            ("number", number.as_str()),
            ("seller", "云溪市顺远货运有限公司"),
            ("amount", "100000000000.99"),
            ("date", "2026-11-23"),
        ];
        fact(number.clone(), "turnover", "vat_invoice", &fields)
    };
    let decision =
        decide(&KNOWLEDGE, &largest((0..1_000).map(invoice).collect())).expect("within limits");
    assert_eq!(decision.uplift, 25_000);
    assert_eq!(decision.reasons[0].facts.len(), 1_000);
}

/// Every photo could be looked up on every paper, and each look-up compare two long names: half a
/// minute where that is done pair by pair.
#[test]
fn many_photos_with_many_papers_are_no_burden() {
    let owner = "货".repeat(170);
    let facts = (0..500).flat_map(|index| {
        let permit = [("number", "1"), ("plate", "浙C7Y682"), ("holder", owner.as_str())];
        [
            fact(
                format!("photo-{index}"),
                "vehicle_seen",
                "vehicle_photo",
                &[("plate", "浙C7Y682")],
            ),
            fact(format!("permit-{index}"), "licence", "road_transport_permit", &permit),
        ]
    });
    let decision = decide(&KNOWLEDGE, &largest(facts.collect())).expect("within limits");
    assert_eq!((decision.uplift, decision.unused.len()), (0, 1_000));
}
