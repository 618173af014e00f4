//! What holds for every case.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use bailing_credit::{
    Case, Conduct, Decision, Fact, Features, Knowledge, Merchant, Policy, Source, Stage, Standing,
    decide,
};
use proptest::prelude::*;
use time::macros::date;

const NAME: &str = "云溪市顺远货运有限公司";

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

fn decided(case: &Case) -> Decision {
    decide(&KNOWLEDGE, case).expect("within limits")
}

/// Few numbers, plates and parties, so that facts meet: duplicates, matching plates and mismatches are
/// all common.
fn fact(id: impl Strategy<Value = String>) -> impl Strategy<Value = Fact> {
    let kinds = vec![
        ("identity", "business_licence"),
        ("turnover", "vat_special_invoice"),
        ("contract", "haulage_contract"),
        ("licence", "road_transport_permit"),
        ("licence", "food_licence"),
        ("vehicle", "vehicle_licence"),
        ("vehicle_seen", "vehicle_photo"),
        ("shipment", "waybill"),
        ("flow", "bank_statement"),
        ("premises", "property_certificate"),
        ("staff", "social_insurance_certificate"),
        ("unheard_of", "unheard_of"),
    ];
    (
        id,
        proptest::sample::select(kinds),
        source(),
        0u32..6,
        prop_oneof![1 => Just("?".to_owned()), 5 => (0u64..1_000_000).prop_map(|yuan| format!("{yuan}.50"))],
        prop_oneof![
            3 => Just("2026-11-23"),
            2 => proptest::sample::select(vec!["2026-01-05", "2024-01-01", "2027-03-04", "?"]),
        ],
        proptest::sample::select(vec![NAME, NAME, "别家有限公司"]),
        prop_oneof![9 => Just(Standing::Accepted), 1 => Just(Standing::Forged)],
        prop_oneof![9 => Just(0.9f32), 1 => Just(0.2f32)],
    )
        .prop_map(|(id, (name, kind), source, number, amount, date, party, standing, confidence)| {
            let parts = [
                ("number", number.to_string()),
                ("holder_code", number.to_string()),
                ("plate", format!("浙C0000{}", number % 3)),
                ("amount", amount),
                ("date", date.to_owned()),
                ("valid_until", date.to_owned()),
                ("holder", party.to_owned()),
                ("seller", party.to_owned()),
                ("party_a", party.to_owned()),
            ];
            let parts = parts.map(|(name, value)| (name.to_owned(), value)).into();
            let (name, kind) = (name.to_owned(), Some(kind.to_owned()));
            Fact { id, name, kind, parts, source, confidence, standing }
        })
}

fn source() -> impl Strategy<Value = Source> {
    let photo = "[A-E]".prop_map(|grade| Source::Photo {
        bundle: "00".to_owned(),
        image: 0,
        grade,
        regions: BTreeMap::new(),
    });
    prop_oneof![
        6 => photo,
        1 => Just(Source::Import { file: "00".to_owned(), rows: [1, 9] }),
        1 => Just(Source::Partner { system: "orders".to_owned(), record: "1".to_owned() }),
        1 => Just(Source::Declared),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let weight = || proptest::sample::select(vec![0u32, 1, 333, 500, 1_000, 2_000]);
    let any = ([weight(), weight(), weight(), weight()], weight());
    prop_oneof![
        Just(Policy::default()),
        any.prop_map(|(grade_weight_per_mille, import_weight_per_mille)| Policy {
            grade_weight_per_mille,
            import_weight_per_mille
        }),
    ]
}

fn conduct() -> impl Strategy<Value = Conduct> {
    let some = (0u64..20_000, 0u32..120, any::<bool>(), 0u32..500).prop_map(
        |(monthly_repayment, days_overdue, non_business_use, idle_days)| Conduct {
            monthly_repayment,
            days_overdue,
            non_business_use,
            idle_days,
            told: BTreeMap::new(),
        },
    );
    let only_debt = (0u64..12_000)
        .prop_map(|monthly_repayment| Conduct { monthly_repayment, ..Conduct::default() });
    prop_oneof![2 => Just(Conduct::default()), 2 => only_debt, 1 => some]
}

/// Odd ids from `fact-01` on: what is added later can come before, between or after them.
fn case() -> impl Strategy<Value = Case> {
    (
        proptest::collection::vec(fact(Just(String::new())), 0..12),
        proptest::option::of(Just(NAME.to_owned())),
        proptest::sample::select(vec![
            None,
            Some("road_freight"),
            Some("road_freight"),
            Some("restaurant"),
        ]),
        0u64..500_000,
        policy(),
        conduct(),
        proptest::sample::select(vec![Stage::Starting, Stage::Established]),
    )
        .prop_map(|(mut facts, name, industry, base_quota, policy, conduct, stage)| {
            for (index, fact) in facts.iter_mut().enumerate() {
                fact.id = format!("fact-{:02}", 2 * index + 1);
            }
            let industry = industry.map(str::to_owned);
            Case {
                merchant: Merchant {
                    id: "m".to_owned(),
                    name,
                    person: None,
                    industry,
                    stage,
                    base_quota,
                },
                today: date!(2026 - 11 - 23),
                facts,
                conduct,
                graph: Features::default(),
                declined: BTreeSet::new(),
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

fn even_id() -> impl Strategy<Value = String> {
    (0u32..13).prop_map(|index| format!("fact-{:02}", 2 * index))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn reasons_sum_to_the_change(case in case()) {
        let decision = decided(&case);
        let sum: i64 = decision.reasons.iter().map(|reason| reason.amount).sum();
        prop_assert_eq!(decision.uplift, sum);
        prop_assert_eq!(decision.before, case.merchant.base_quota);
        prop_assert_eq!(decision.before.checked_add_signed(decision.uplift), Some(decision.quota));
        prop_assert!(decision.reasons.iter().all(|reason| reason.amount != 0 || reason.facts.is_empty()));
    }

    #[test]
    fn the_quota_stays_below_the_caps(case in case()) {
        let decision = decided(&case);
        let (before, quota) = (decision.before, decision.quota);
        prop_assert!(quota <= before.max(1_000_000));
        prop_assert!(quota <= before + before * 3 / 2 && quota <= before + 300_000);
        prop_assert!(quota.saturating_sub(before) <= decision.capacity.room_after_debt);
    }

    #[test]
    fn no_fact_counts_twice(case in case()) {
        let decision = decided(&case);
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
        prop_assert_eq!(decided(&case), decided(&shuffled));
    }

    /// Another proof, or one that is there already, photographed again and read differently.
    #[test]
    fn one_more_accepted_fact_never_lowers_the_quota(
        case in case(),
        more in fact(even_id()),
        again in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let before = decided(&case).quota;
        let mut more = Fact { standing: Standing::Accepted, ..more };
        if let Some(again) = again.filter(|_| !case.facts.is_empty()) {
            let copied = again.get::<Fact>(&case.facts);
            let amount = more.parts.remove("amount").unwrap_or_default();
            (more.name, more.kind) = (copied.name.clone(), copied.kind.clone());
            more.parts = copied.parts.clone();
            more.parts.insert("amount".to_owned(), amount);
        }
        let mut with = case;
        with.facts.push(more);
        prop_assert!(decided(&with).quota >= before);
    }

    #[test]
    fn the_same_fact_twice_counts_once(case in case(), which in any::<proptest::sample::Index>()) {
        prop_assume!(!case.facts.is_empty());
        let before = decided(&case);
        let copied = which.get::<Fact>(&case.facts).clone();
        let mut with = case;
        with.facts.push(Fact { id: "fact-99".to_owned(), ..copied });
        prop_assert_eq!(decided(&with).quota, before.quota);
    }

    #[test]
    fn a_forged_fact_never_raises_the_quota(case in case(), more in fact(even_id())) {
        let before = decided(&case).quota;
        let mut with = case;
        with.facts.push(Fact { standing: Standing::Forged, ..more });
        prop_assert!(decided(&with).quota <= before);
    }

    #[test]
    fn more_debt_never_raises_the_quota(case in case(), more in 1u64..50_000) {
        let before = decided(&case);
        let mut with = case;
        with.conduct.monthly_repayment += more;
        let after = decided(&with);
        prop_assert!(after.capacity.debt_ratio_per_mille >= before.capacity.debt_ratio_per_mille);
        prop_assert!(after.quota <= before.quota);
    }

    #[test]
    fn a_case_and_its_decision_survive_json(case in case()) {
        let decision = decided(&case);
        let text = serde_json::to_vec(&case).expect("serialises");
        prop_assert_eq!(Case::from_json(&text), Ok(case));
        let text = serde_json::to_vec(&decision).expect("serialises");
        prop_assert_eq!(serde_json::from_slice::<Decision>(&text).expect("and back"), decision);
    }

    #[test]
    fn every_task_is_worth_its_while(case in case()) {
        let decision = decided(&case);
        prop_assert!(decision.next_tasks.len() <= 8);
        for task in decision.next_tasks {
            prop_assert!(KNOWLEDGE.tasks().contains_key(&task.task));
            prop_assert!(task.expected_gain > 0 && task.effort > 0);
            prop_assert!(task.low <= task.high && task.expected_gain <= task.high);
        }
    }
}
