//! The limits hold exactly: what fits is decided, one more is refused by name.

use std::collections::BTreeMap;

use bailing_credit::{Case, CaseError, Fact, Merchant, Policy, decide};
use time::macros::date;

fn case(facts: Vec<Fact>) -> Case {
    Case {
        merchant: Merchant { id: "m".to_owned(), name: None, industry: None, base_quota: 1 },
        today: date!(2026 - 11 - 23),
        facts,
        policy: Policy::default(),
    }
}

fn fact(id: impl ToString) -> Fact {
    let (kind, fields) = ("waybill".to_owned(), BTreeMap::new());
    Fact { id: id.to_string(), kind, grade: None, fields }
}

/// The same answer from a case in memory and from its JSON.
fn outcome(case: &Case) -> Result<(), CaseError> {
    let read = Case::from_json(&serde_json::to_vec(case).unwrap_or_default()).map(|_| ());
    assert_eq!(decide(case).map(|_| ()), read);
    read
}

#[test]
fn a_thousand_facts() {
    assert_eq!(outcome(&case((0..1_000).map(fact).collect())), Ok(()));
    let many = case((0..1_001).map(fact).collect());
    assert_eq!(outcome(&many), Err(CaseError::Limit("1,000 facts")));
}

#[test]
fn sixty_four_fields_in_a_fact() {
    let with = |count: usize| {
        let fields = (0..count).map(|index| (index.to_string(), String::new())).collect();
        case(vec![Fact { fields, ..fact("wide") }])
    };
    assert_eq!(outcome(&with(64)), Ok(()));
    assert_eq!(outcome(&with(65)), Err(CaseError::Limit("64 fields in a fact")));
}

#[test]
fn five_hundred_and_twelve_bytes_in_every_text() {
    let places: [fn(&mut Case, String); 8] = [
        |case, text| case.merchant.id = text,
        |case, text| case.merchant.name = Some(text),
        |case, text| case.merchant.industry = Some(text),
        |case, text| case.facts[0].id = text,
        |case, text| case.facts[0].kind = text,
        |case, text| case.facts[0].grade = Some(text),
        |case, text| drop(case.facts[0].fields.insert(text, String::new())),
        |case, text| drop(case.facts[0].fields.insert("plate".to_owned(), text)),
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
    let refused = Err(CaseError::Limit("a base quota of 100,000,000 yuan"));
    assert_eq!(outcome(&case), refused);
}

#[test]
fn a_mebibyte_of_json() {
    let mut text = serde_json::to_vec(&case(Vec::new())).expect("serialises");
    text.resize(1024 * 1024, b' ');
    assert!(Case::from_json(&text).is_ok());
    text.push(b' ');
    assert_eq!(Case::from_json(&text), Err(CaseError::Limit("1 MiB of JSON")));
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
