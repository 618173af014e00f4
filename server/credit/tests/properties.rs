//! What holds for every case.

use std::collections::BTreeMap;

use bailing_credit::{Case, Fact, KINDS, Merchant, Policy, decide};
use proptest::prelude::*;
use time::macros::date;

const NAME: &str = "云溪市顺远货运有限公司";

fn fact() -> impl Strategy<Value = Fact> {
    let kinds = KINDS.iter().copied().chain(["shop_front"]).collect::<Vec<_>>();
    (
        proptest::sample::select(kinds),
        proptest::option::of("[A-E]"),
        0u32..6,
        0u64..1_000_000,
        proptest::sample::select(vec!["2026-11-23", "2026-01-05", "2024-01-01", "2027-03-04", "?"]),
        proptest::sample::select(vec![NAME, "别家有限公司"]),
    )
        .prop_map(|(kind, grade, number, amount, date, party)| {
            let fields = [
                ("number", number.to_string()),
                ("uscc", number.to_string()),
                ("plate", format!("浙C0000{}", number % 3)),
                ("amount", format!("{amount}.50")),
                ("date", date.to_owned()),
                ("valid_until", date.to_owned()),
                ("owner", party.to_owned()),
                ("company", party.to_owned()),
                ("seller", party.to_owned()),
                ("party_a", party.to_owned()),
                ("shipper", party.to_owned()),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            Fact { id: String::new(), kind: kind.to_owned(), grade, fields }
        })
}

fn case() -> impl Strategy<Value = Case> {
    (
        proptest::collection::vec(fact(), 0..12),
        proptest::sample::select(vec![None, Some("haulage"), Some("retail")]),
        0u64..500_000,
    )
        .prop_map(|(mut facts, industry, base_quota)| {
            for (index, fact) in facts.iter_mut().enumerate() {
                fact.id = format!("fact-{index}");
            }
            Case {
                merchant: Merchant {
                    id: "m".to_owned(),
                    name: Some(NAME.to_owned()),
                    industry: industry.map(str::to_owned),
                    base_quota,
                },
                today: date!(2026 - 11 - 23),
                facts,
                policy: Policy::default(),
            }
        })
}

proptest! {
    #[test]
    fn reasons_sum_to_the_change(case in case()) {
        let decision = decide(&case).expect("within limits");
        let sum: i64 = decision.reasons.iter().map(|reason| reason.amount).sum();
        prop_assert_eq!(i64::try_from(decision.uplift).expect("small"), sum);
        prop_assert_eq!(decision.before + decision.uplift, decision.quota);
        prop_assert!(decision.quota <= 2 * decision.before);
        // Every fact is either a reason or unused.
        let used: usize = decision.reasons.iter().map(|reason| reason.facts.len()).sum();
        prop_assert!(used + decision.unused.len() <= case.facts.len());
    }

    #[test]
    fn the_order_of_facts_decides_nothing(case in case(), turn in 0usize..12) {
        let mut turned = case.clone();
        if !turned.facts.is_empty() {
            let by = turn % turned.facts.len();
            turned.facts.rotate_left(by);
        }
        let (one, mut other) = (decide(&case).expect("a"), decide(&turned).expect("b"));
        other.unused.sort_by(|a, b| a.fact.cmp(&b.fact));
        let mut one = one;
        one.unused.sort_by(|a, b| a.fact.cmp(&b.fact));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn one_more_fact_never_lowers_the_quota(case in case(), more in fact()) {
        let before = decide(&case).expect("within limits").quota;
        let mut with = case;
        with.facts.push(Fact { id: "more".to_owned(), ..more });
        prop_assert!(decide(&with).expect("within limits").quota >= before);
    }

    #[test]
    fn a_case_survives_json(case in case()) {
        let text = serde_json::to_vec(&case).expect("serialises");
        prop_assert_eq!(Case::from_json(&text).expect("and back"), case);
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Case::from_json(&bytes);
    }
}

#[test]
fn limits_hold_exactly() {
    let mut case = Case {
        merchant: Merchant { id: "m".to_owned(), name: None, industry: None, base_quota: 1 },
        today: date!(2026 - 11 - 23),
        facts: Vec::new(),
        policy: Policy::default(),
    };
    let fact = |index: usize| Fact {
        id: index.to_string(),
        kind: "waybill".to_owned(),
        grade: None,
        fields: BTreeMap::new(),
    };
    case.facts = (0..1_000).map(fact).collect();
    assert!(decide(&case).is_ok());
    case.facts.push(fact(1_000));
    assert_eq!(decide(&case).expect_err("one too many").code(), "case_limit_exceeded");
    case.facts = vec![fact(1), fact(1)];
    assert_eq!(decide(&case).expect_err("the same id").code(), "case_malformed");
    case.facts.clear();
    case.merchant.id = "x".repeat(512);
    assert!(decide(&case).is_ok());
    case.merchant.id.push('x');
    assert_eq!(decide(&case).expect_err("too long").code(), "case_limit_exceeded");
}
