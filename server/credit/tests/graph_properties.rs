//! What holds for every graph.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bailing_credit::graph::{Capture, Graph, MerchantRef, Status};
use bailing_credit::{Fact, Features, Knowledge, Source, Standing};
use proptest::prelude::*;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

/// Few, so that they meet: two of one name, three whose code the bank knows or their papers say.
const MERCHANTS: [MerchantRef<'static>; 6] = [
    merchant("1", "顺远货运有限公司", Some(CODES[0]), "road_freight"),
    merchant("2", "海边食品有限公司", None, "food_processing"),
    merchant("3", "张三小吃店", None, "restaurant"),
    merchant("4", "张三小吃店", Some(CODES[1]), "restaurant"),
    merchant("5", "东风木材加工厂", None, "woodworking"),
    merchant("6", "安居家具有限公司", None, "furniture_making"),
];

const CODES: [&str; 3] = ["91350100M000100Y43", "91330106MA2TA0XN97", "91330302MA2AB1C2DL"];

const fn merchant(
    id: &'static str,
    name: &'static str,
    code: Option<&'static str>,
    industry: &'static str,
) -> MerchantRef<'static> {
    MerchantRef { id, name: Some(name), person: Some("王小明"), code, industry: Some(industry) }
}

/// A fact, of whom, and from which phone and picture.
type Given = (usize, Fact, usize, usize);

fn party() -> impl Strategy<Value = String> {
    let names = MERCHANTS.iter().filter_map(|merchant| merchant.name);
    let names = names.chain(["王小明", "云溪市供电公司", "云溪市供电公司 "]);
    proptest::sample::select(names.map(str::to_owned).collect::<Vec<_>>())
}

fn fact() -> impl Strategy<Value = Fact> {
    let names = vec![
        "turnover",
        "turnover",
        "turnover",
        "contract",
        "payment",
        "order",
        "identity",
        "account",
        "vehicle",
        "premises",
        "stock_received",
        "receivable",
        "licence",
        "unheard_of",
    ];
    (
        proptest::sample::select(names),
        [party(), party()],
        [proptest::option::of(0..CODES.len()), proptest::option::of(0..CODES.len())],
        (0u32..4, 0u64..3, 0u32..3),
        proptest::sample::select(vec![0.9f32, 0.9, 0.9, 0.2]),
        0u32..12,
    )
        .prop_map(|(name, [one, other], codes, (number, amount, day), confidence, kind)| {
            let mut parts = BTreeMap::new();
            let [first, second] = match name {
                "turnover" => ["seller", "buyer"],
                "contract" => ["party_b", "party_a"],
                "payment" => ["payee", "payer"],
                "order" => ["supplier", "buyer"],
                "stock_received" => ["supplier", "-"],
                "receivable" => ["other", "-"],
                _ => ["holder", "owner"],
            };
            for (part, name, code) in [(first, one, codes[0]), (second, other, codes[1])] {
                parts.insert(part.to_owned(), name);
                if let Some(code) = code {
                    parts.insert(format!("{part}_code"), CODES[code].to_owned());
                }
            }
            let numbered =
                [("number", format!("{number:020}")), ("plate", format!("浙C0000{number}"))];
            let others = [
                ("amount", format!("{}.00", amount * 50 + 50)),
                ("account", format!("622202120203456789{number}")),
                ("address", format!("云溪市东港区码头路{number}号")),
            ];
            for (name, value) in numbered.into_iter().chain(others) {
                parts.insert(name.to_owned(), value);
            }
            if day > 0 {
                parts.insert("date".to_owned(), format!("2026-11-0{day}"));
            }
            let source = match kind {
                0 => Source::Declared,
                1 => Source::Import { file: format!("file {number}"), rows: [1, 2] },
                2 => Source::Partner { system: "orders".to_owned(), record: "1".to_owned() },
                _ => Source::Photo {
                    bundle: "00".to_owned(),
                    image: number,
                    grade: "A".to_owned(),
                    regions: BTreeMap::new(),
                },
            };
            let standing = if kind == 3 { Standing::Forged } else { Standing::Accepted };
            let (id, name) = (String::new(), name.to_owned());
            Fact { id, name, kind: None, parts, source, confidence, standing }
        })
}

fn facts(most: usize) -> impl Strategy<Value = Vec<Given>> {
    let given = (0..MERCHANTS.len(), fact(), 0usize..4, 0usize..20);
    proptest::collection::vec(given, 0..most).prop_map(|mut all| {
        for (at, (_, fact, ..)) in all.iter_mut().enumerate() {
            fact.id = format!("fact-{at}");
        }
        all
    })
}

fn insert(graph: &mut Graph, (who, fact, device, picture): &Given) {
    let (device, picture) = (format!("key {device}"), format!("picture {picture}"));
    let capture = Capture { device: Some(&device), picture: Some(&picture) };
    graph.insert(&MERCHANTS[*who], fact, capture).expect("room");
}

fn enrolled() -> Graph {
    let mut graph = Graph::default();
    for (at, merchant) in MERCHANTS.iter().enumerate() {
        graph.enrol(merchant).expect("room");
        let status = Status {
            verified: at % 2 == 0,
            standing_per_mille: u32::try_from(at).ok().map(|at| at * 150),
            cheated: at == 5,
            overdue: at == 4,
        };
        graph.set_status(merchant.id, status);
    }
    graph
}

fn all_features(graph: &Graph) -> Vec<Features> {
    MERCHANTS
        .iter()
        .map(|merchant| {
            let (features, visited) = graph.features_counted(&KNOWLEDGE, merchant.id);
            assert!(visited <= Graph::MOST_VISITED);
            features
        })
        .collect()
}

fn drawn(graph: &Graph) -> Vec<bailing_credit::graph::Neighbourhood> {
    MERCHANTS.iter().map(|merchant| graph.neighbourhood(merchant.id, 1_000)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_order_of_facts_decides_nothing(
        (facts, shuffled) in facts(60).prop_flat_map(|facts| {
            (Just(facts.clone()), Just(facts).prop_shuffle())
        })
    ) {
        let (mut one, mut other) = (enrolled(), enrolled());
        facts.iter().for_each(|fact| insert(&mut one, fact));
        shuffled.iter().for_each(|fact| insert(&mut other, fact));
        // Twice is once.
        shuffled.iter().for_each(|fact| insert(&mut other, fact));
        prop_assert_eq!(all_features(&one), all_features(&other));
        prop_assert_eq!(drawn(&one), drawn(&other));
        prop_assert_eq!(one.size(), other.size());
    }

    #[test]
    fn what_is_removed_was_never_there(kept in facts(40), gone in facts(20)) {
        let mut graph = enrolled();
        kept.iter().for_each(|fact| insert(&mut graph, fact));
        let before = (all_features(&graph), drawn(&graph), graph.size());
        let mut gone = gone;
        for (_, fact, ..) in &mut gone {
            fact.id.push_str("-gone");
        }
        gone.iter().for_each(|fact| insert(&mut graph, fact));
        for (who, fact, ..) in &gone {
            prop_assert!(graph.remove(MERCHANTS[*who].id, &fact.id));
        }
        prop_assert_eq!(before, (all_features(&graph), drawn(&graph), graph.size()));
        for merchant in MERCHANTS {
            prop_assert!(graph.forget(merchant.id));
        }
        prop_assert_eq!(graph.size(), (0, 0));
    }
}

/// A power company with more customers than anybody looks at, all of whom buy from each other as well.
fn hub(order: impl Iterator<Item = u32>) -> Graph {
    let mut graph = Graph::default();
    let hub =
        MerchantRef { id: "hub", name: Some("云溪市供电有限公司"), ..Default::default() };
    for customer in order {
        let (id, name) = (format!("c{customer}"), format!("客户{customer}商贸有限公司"));
        let next = format!("客户{}商贸有限公司", (customer * 7 + 1) % 2_000);
        let who = MerchantRef { id: &id, name: Some(&name), ..Default::default() };
        for (seller, buyer, whose, amount) in [
            ("云溪市供电有限公司", &*name, &hub, 100 + customer % 5),
            (&*name, "云溪市供电有限公司", &who, 50),
            (&*name, &*next, &who, 1_000 + customer),
        ] {
            let parts = [
                ("seller", seller.to_owned()),
                ("buyer", buyer.to_owned()),
                ("amount", amount.to_string()),
                ("date", "2026-11-01".to_owned()),
            ];
            let fact = Fact {
                id: format!("{seller}>{buyer}"),
                name: "turnover".to_owned(),
                kind: None,
                parts: parts.map(|(name, value)| (name.to_owned(), value)).into(),
                source: Source::Partner { system: "invoices".to_owned(), record: String::new() },
                confidence: 1.0,
                standing: Standing::Accepted,
            };
            let capture = Capture { device: Some("one phone for all"), picture: None };
            graph.insert(whose, &fact, capture).expect("room");
        }
    }
    graph
}

#[test]
fn reading_is_bounded_and_what_is_left_out_does_not_hang_on_the_order() {
    let one = hub(0..2_000);
    let other = hub((0..2_000).rev());
    for who in ["hub", "c0", "c1", "c777", "c1999"] {
        let (features, visited) = one.features_counted(&KNOWLEDGE, who);
        assert!(visited <= Graph::MOST_VISITED, "{who}: {visited}");
        assert_eq!(features, other.features(&KNOWLEDGE, who), "{who}");
        let drawn = one.neighbourhood(who, 300);
        assert!(drawn.edges.len() <= 300);
        assert_eq!(drawn, other.neighbourhood(who, 300), "{who}");
    }
}
