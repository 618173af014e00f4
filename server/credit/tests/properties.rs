//! What holds for every case.

use bailing_credit::{Case, Decision, Fact, KINDS, Merchant, Policy, decide};
use proptest::prelude::*;
use time::macros::date;

const NAME: &str = "云溪市顺远货运有限公司";

/// Few numbers, plates and parties, so that facts meet: duplicates, matching plates and mismatches are
/// all common.
fn fact(id: impl Strategy<Value = String>) -> impl Strategy<Value = Fact> {
    let kinds = KINDS.iter().copied().chain(["shop_front"]).collect::<Vec<_>>();
    (
        id,
        proptest::sample::select(kinds),
        proptest::option::of("[A-E]"),
        0u32..6,
        prop_oneof![1 => Just("?".to_owned()), 5 => (0u64..1_000_000).prop_map(|yuan| format!("{yuan}.50"))],
        prop_oneof![
            3 => Just("2026-11-23"),
            2 => proptest::sample::select(vec!["2026-01-05", "2024-01-01", "2027-03-04", "?"]),
        ],
        proptest::sample::select(vec![NAME, NAME, "别家有限公司"]),
    )
        .prop_map(|(id, kind, grade, number, amount, date, party)| {
            let fields = [
                ("number", number.to_string()),
                ("uscc", number.to_string()),
                ("plate", format!("浙C0000{}", number % 3)),
                ("amount", amount),
                ("date", date.to_owned()),
                ("valid_until", date.to_owned()),
                ("owner", party.to_owned()),
                ("company", party.to_owned()),
                ("seller", party.to_owned()),
                ("party_a", party.to_owned()),
                ("shipper", party.to_owned()),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            Fact { id, kind: kind.to_owned(), grade, fields }
        })
}

fn policy() -> impl Strategy<Value = Policy> {
    let weight = || proptest::sample::select(vec![0u32, 1, 333, 500, 1_000, 2_000]);
    let any = [weight(), weight(), weight(), weight()];
    prop_oneof![
        Just(Policy::default()),
        any.prop_map(|grade_weight_per_mille| Policy { grade_weight_per_mille }),
    ]
}

/// Odd ids from `fact-1` on: what is added later can come before, between or after them.
fn case() -> impl Strategy<Value = Case> {
    (
        proptest::collection::vec(fact(Just(String::new())), 0..12),
        proptest::option::of(Just(NAME.to_owned())),
        proptest::sample::select(vec![None, Some("haulage"), Some("haulage"), Some("retail")]),
        0u64..500_000,
        policy(),
    )
        .prop_map(|(mut facts, name, industry, base_quota, policy)| {
            for (index, fact) in facts.iter_mut().enumerate() {
                fact.id = format!("fact-{:02}", 2 * index + 1);
            }
            let industry = industry.map(str::to_owned);
            Case {
                merchant: Merchant { id: "m".to_owned(), name, industry, base_quota },
                today: date!(2026 - 11 - 23),
                facts,
                policy,
            }
        })
}

fn shuffled() -> impl Strategy<Value = (Case, Case)> {
    case().prop_flat_map(|case| {
        let facts = Just(case.facts.clone()).prop_shuffle();
        (Just(case.clone()), facts.prop_map(move |facts| Case { facts, ..case.clone() }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn reasons_sum_to_the_change(case in case()) {
        let decision = decide(&case).expect("within limits");
        let sum: i64 = decision.reasons.iter().map(|reason| reason.amount).sum();
        prop_assert_eq!(i64::try_from(decision.uplift).expect("small"), sum);
        prop_assert_eq!(decision.before, case.merchant.base_quota);
        prop_assert_eq!(decision.quota - decision.before, decision.uplift);
        prop_assert!(decision.quota <= 2 * decision.before);
    }

    #[test]
    fn no_fact_counts_twice(case in case()) {
        let decision = decide(&case).expect("within limits");
        let carried = decision.reasons.iter().flat_map(|reason| &reason.facts);
        let mut named: Vec<&str> = carried.map(String::as_str).collect();
        named.extend(decision.unused.iter().map(|unused| unused.fact.as_str()));
        let all = named.len();
        named.sort_unstable();
        named.dedup();
        prop_assert_eq!(named.len(), all);
        prop_assert!(named.iter().all(|id| case.facts.iter().any(|fact| fact.id == *id)));
    }

    #[test]
    fn the_order_of_facts_decides_nothing((case, shuffled) in shuffled()) {
        prop_assert_eq!(decide(&case), decide(&shuffled));
    }

    /// Another proof, or one that is there already, photographed again and read differently.
    #[test]
    fn one_more_fact_never_lowers_the_quota(
        case in case(),
        more in fact((0u32..13).prop_map(|index| format!("fact-{:02}", 2 * index))),
        again in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let before = decide(&case).expect("within limits").quota;
        let mut more = more;
        if let Some(again) = again.filter(|_| !case.facts.is_empty()) {
            let copied = again.get::<Fact>(&case.facts);
            let amount = more.fields.remove("amount").unwrap_or_default();
            (more.kind, more.fields) = (copied.kind.clone(), copied.fields.clone());
            more.fields.insert("amount".to_owned(), amount);
        }
        let mut with = case;
        with.facts.push(more);
        prop_assert!(decide(&with).expect("within limits").quota >= before);
    }

    #[test]
    fn a_case_and_its_decision_survive_json(case in case()) {
        let decision = decide(&case).expect("within limits");
        let text = serde_json::to_vec(&case).expect("serialises");
        prop_assert_eq!(Case::from_json(&text), Ok(case));
        let text = serde_json::to_vec(&decision).expect("serialises");
        prop_assert_eq!(serde_json::from_slice::<Decision>(&text).expect("and back"), decision);
    }

    #[test]
    fn every_task_is_worth_its_while(case in case()) {
        let decision = decide(&case).expect("within limits");
        prop_assert!(decision.next_tasks.len() <= 3);
        for task in decision.next_tasks {
            prop_assert!(KINDS.contains(&task.kind.as_str()));
            prop_assert!(task.expected_gain > 0 && task.effort > 0);
            prop_assert!(decision.quota + task.expected_gain <= 2 * decision.before);
        }
    }
}
