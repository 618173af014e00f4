//! The limits hold exactly: what fits is decided, one more is refused by name.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use std::sync::LazyLock;

use bailing_credit::{
    Case, CaseError, Conduct, Fact, Features, Knowledge, Merchant, Policy, Source, Stage, Standing,
    decide,
};
use time::macros::date;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

fn case(facts: Vec<Fact>) -> Case {
    Case {
        merchant: Merchant {
            id: "m".to_owned(),
            name: None,
            person: None,
            industry: None,
            stage: Stage::Established,
            base_quota: 1,
        },
        today: date!(2026 - 11 - 23),
        facts,
        conduct: Conduct::default(),
        graph: Features::default(),
        declined: BTreeSet::new(),
        policy: Policy::default(),
    }
}

fn fact(id: impl ToString) -> Fact {
    let source = Source::Photo {
        bundle: String::new(),
        image: 0,
        grade: "A".to_owned(),
        regions: BTreeMap::new(),
    };
    Fact {
        id: id.to_string(),
        name: "shipment".to_owned(),
        kind: Some("waybill".to_owned()),
        parts: BTreeMap::new(),
        source,
        confidence: 1.0,
        standing: Standing::Accepted,
    }
}

/// The same answer from a case in memory and from its JSON.
fn outcome(case: &Case) -> Result<(), CaseError> {
    let read = Case::from_json(&serde_json::to_vec(case).unwrap_or_default()).map(|_| ());
    assert_eq!(decide(&KNOWLEDGE, case).map(|_| ()), read);
    read
}

#[test]
fn four_thousand_facts() {
    assert_eq!(outcome(&case((0..4_000).map(fact).collect())), Ok(()));
    let many = case((0..4_001).map(fact).collect());
    assert_eq!(outcome(&many), Err(CaseError::Limit("4,000 facts")));
}

#[test]
fn sixty_four_parts_of_a_fact() {
    let with = |count: usize| {
        let parts = (0..count).map(|index| (index.to_string(), String::new())).collect();
        case(vec![Fact { parts, ..fact("wide") }])
    };
    assert_eq!(outcome(&with(64)), Ok(()));
    assert_eq!(outcome(&with(65)), Err(CaseError::Limit("64 parts in a fact")));
}

#[test]
fn five_hundred_and_twelve_bytes_in_every_text() {
    let places: [fn(&mut Case, String); 10] = [
        |case, text| case.merchant.id = text,
        |case, text| case.merchant.name = Some(text),
        |case, text| case.merchant.person = Some(text),
        |case, text| case.merchant.industry = Some(text),
        |case, text| case.facts[0].id = text,
        |case, text| case.facts[0].name = text,
        |case, text| case.facts[0].kind = Some(text),
        |case, text| drop(case.facts[0].parts.insert(text, String::new())),
        |case, text| drop(case.facts[0].parts.insert("plate".to_owned(), text)),
        |case, text| {
            case.facts[0].source = Source::Partner { system: "orders".to_owned(), record: text };
        },
    ];
    // Bytes count, not characters: 170 of three bytes each, and two.
    let longest = format!("{}ab", "货".repeat(170));
    for (place, put) in places.iter().enumerate() {
        let mut case = case(vec![fact("one")]);
        put(&mut case, longest.clone());
        assert_eq!(outcome(&case), Ok(()), "place {place}");
        let mut case = self::case(vec![fact("one")]);
        put(&mut case, format!("{longest}c"));
        let refused = Err(CaseError::Limit("512 bytes in a text"));
        assert_eq!(outcome(&case), refused, "place {place}");
    }
}

#[test]
fn a_base_quota_of_a_hundred_million() {
    let mut case = case(Vec::new());
    case.merchant.base_quota = 100_000_000;
    assert_eq!(outcome(&case), Ok(()));
    case.merchant.base_quota += 1;
    let refused = Err(CaseError::Limit("100,000,000 yuan"));
    assert_eq!(outcome(&case), refused);
}

#[test]
fn four_mebibytes_of_json() {
    let mut text = serde_json::to_vec(&case(Vec::new())).expect("serialises");
    text.resize(4 * 1024 * 1024, b' ');
    assert!(Case::from_json(&text).is_ok());
    text.push(b' ');
    assert_eq!(Case::from_json(&text), Err(CaseError::Limit("4 MiB of JSON")));
}

#[test]
fn ids_are_unique() {
    assert_eq!(outcome(&case(vec![fact("a"), fact("A"), fact("")])), Ok(()));
    let twice = case(vec![fact("a"), fact("b"), fact("a")]);
    let error = outcome(&twice).expect_err("the same id");
    assert_eq!(error.code(), "case_malformed");
    assert!(error.to_string().contains("the same id"), "{error}");
}

#[test]
fn dates_are_plain() {
    let read = |today: &str| {
        let text = format!(r#"{{"merchant":{{"id":"m","base_quota":1}},"today":"{today}"}}"#);
        Case::from_json(text.as_bytes())
    };
    assert!(read("2026-11-23").is_ok());
    for text in ["+2026-11-23", "-2026-11-23", "2026-11-23 ", "2026-13-01", "2026-11-23T00:00:00Z"]
    {
        assert_eq!(read(text).expect_err(text).code(), "case_malformed", "{text}");
    }
}
