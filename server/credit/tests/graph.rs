//! Small graphs made by hand, one for each feature; the formulas stand in `src/graph/`.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bailing_credit::graph::{Capture, Graph, Inserted, MerchantRef, NodeKind, Relation, Status};
use bailing_credit::{Fact, Features, Knowledge, Source, Standing};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().expect("the files"));

/// Credit codes whose check characters are right.
const CODES: [&str; 2] = ["91350100M000100Y43", "91330106MA2TA0XN97"];

const GOOD: Status =
    Status { verified: true, standing_per_mille: Some(800), cheated: false, overdue: false };

#[derive(Default)]
struct World {
    graph: Graph,
    facts: u32,
}

/// Everybody is called by a letter, twice, so that no two names are one character apart.
fn name(who: &str) -> String {
    format!("云溪市{who}{who}商贸有限公司")
}

fn fact(id: &str, about: &str, parts: &[(&str, &str)]) -> Fact {
    let source = Source::Photo {
        bundle: format!("bundle of {id}"),
        image: 0,
        grade: "A".to_owned(),
        regions: BTreeMap::new(),
    };
    let parts =
        parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let standing = Standing::Accepted;
    Fact {
        id: id.to_owned(),
        name: about.to_owned(),
        kind: None,
        parts,
        source,
        confidence: 0.9,
        standing,
    }
}

impl World {
    fn enrol(&mut self, who: &str, industry: Option<&str>) {
        let name = name(who);
        let merchant = MerchantRef { id: who, name: Some(&name), industry, ..Default::default() };
        self.graph.enrol(&merchant).expect("room");
    }

    /// A merchant's fact; its id.
    fn insert(&mut self, who: &str, about: &str, parts: &[(&str, &str)]) -> String {
        self.insert_captured(who, about, parts, Capture::default())
    }

    fn insert_captured(
        &mut self,
        who: &str,
        about: &str,
        parts: &[(&str, &str)],
        capture: Capture<'_>,
    ) -> String {
        self.facts += 1;
        let id = format!("{who}-{}", self.facts);
        let name = name(who);
        let merchant = MerchantRef { id: who, name: Some(&name), ..Default::default() };
        self.graph.insert(&merchant, &fact(&id, about, parts), capture).expect("room");
        id
    }

    /// An invoice that the seller shows.
    fn sells(&mut self, seller: &str, buyer: &str, yuan: u64) -> String {
        let number = format!("{:020}", self.facts + 1);
        self.invoice(seller, seller, buyer, yuan, &number)
    }

    fn invoice(&mut self, who: &str, from: &str, to: &str, yuan: u64, number: &str) -> String {
        let (seller, buyer, amount) = (name(from), name(to), format!("{yuan}.00"));
        let parts = [
            ("seller", &*seller),
            ("buyer", &buyer),
            ("amount", &amount),
            ("number", number),
            ("date", "2026-11-01"),
        ];
        self.insert(who, "turnover", &parts)
    }

    fn features(&self, who: &str) -> Features {
        self.graph.features(&KNOWLEDGE, who)
    }
}

#[test]
fn nothing_is_said_of_strangers_and_of_the_lonely() {
    let mut world = World::default();
    assert_eq!(world.features("甲"), Features::default());
    world.enrol("甲", Some("road_freight"));
    assert_eq!(world.features("甲"), Features::default());
    assert!(!world.graph.set_status("乙", GOOD));
}

#[test]
fn counterparties_are_verified_and_stand_at_their_mean() {
    let mut world = World::default();
    world.sells("甲", "乙", 100);
    world.sells("甲", "丙", 100);
    world.sells("丁", "甲", 100);
    world.sells("甲", "戊", 100);
    for who in ["乙", "丙"] {
        world.enrol(who, None);
    }
    let opinion = |standing| Status { standing_per_mille: Some(standing), ..GOOD };
    assert!(world.graph.set_status("乙", opinion(900)));
    assert!(world.graph.set_status("丙", Status { cheated: true, ..opinion(700) }));
    assert!(world.graph.set_status("丁", Status { verified: false, ..opinion(300) }));
    let features = world.features("甲");
    assert_eq!(features.verified_counterparties, 1);
    assert_eq!(features.counterparty_standing_per_mille, 400); // (900 + 0 + 300) / 3
}

#[test]
fn concentration_is_herfindahls_of_invoiced_sales() {
    let mut world = World::default();
    world.sells("甲", "乙", 600);
    world.sells("甲", "丙", 300);
    world.sells("甲", "丁", 100);
    assert_eq!(world.features("甲").concentration_per_mille, 460); // .36 + .09 + .01
    // What the customers say of the same sales, and what was bought, changes nothing.
    world.invoice("乙", "甲", "乙", 600, &format!("{:020}", 1));
    world.sells("戊", "甲", 5_000);
    assert_eq!(world.features("甲").concentration_per_mille, 460);
    assert_eq!(world.features("戊").concentration_per_mille, 1_000);
}

#[test]
fn without_invoices_concentration_is_of_what_was_agreed_and_paid() {
    let mut world = World::default();
    let (own, one, other) = (name("甲"), name("乙"), name("丙"));
    for (buyer, amount) in [(&one, "300"), (&other, "100")] {
        let parts =
            [("party_a", &**buyer), ("party_b", &own), ("amount", amount), ("date", "2026-11-01")];
        world.insert("甲", "contract", &parts);
    }
    assert_eq!(world.features("甲").concentration_per_mille, 625); // (9 + 1) / 16
}

#[test]
fn depth_is_the_steps_above_and_below() {
    let mut world = World::default();
    for (seller, buyer) in [("乙", "甲"), ("丙", "乙"), ("甲", "丁"), ("丁", "戊"), ("戊", "己")]
    {
        world.sells(seller, buyer, 100);
    }
    assert_eq!(world.features("甲").depth, 5); // 2 above, 3 below
    assert_eq!(world.features("丙").depth, 4); // no more than four steps are looked at
    // A shorter way makes it shallower; a customer that also sells stands where it is nearer.
    world.sells("丙", "甲", 100);
    assert_eq!(world.features("甲").depth, 4);
    world.sells("己", "甲", 100);
    assert_eq!(world.features("甲").depth, 2); // 乙, 丙, 己 above; 丁 below; 戊 is as near on both sides
}

#[test]
fn a_circle_carries_its_smallest_sale() {
    for length in 2..=5 {
        let mut world = World::default();
        let ring = ["甲", "乙", "丙", "丁", "戊"];
        for at in 0..length {
            let amount = if at == 1 { 300 } else { 400 };
            world.sells(ring[at], ring[(at + 1) % length], amount);
        }
        world.sells("甲", "己", 600);
        let expected = if length <= 4 { 300 } else { 0 }; // of 1,000
        assert_eq!(world.features("甲").circular_per_mille, expected, "{length}");
        assert_eq!(world.features("己").circular_per_mille, 0, "{length}");
    }
}

#[test]
fn the_same_money_comes_back_but_once() {
    let mut world = World::default();
    for buyer in ["乙", "丙"] {
        world.sells("甲", buyer, 100);
        world.sells(buyer, "丁", 100);
    }
    world.sells("丁", "甲", 100);
    assert_eq!(world.features("甲").circular_per_mille, 500); // A = 200, Z = 100, S = 200
    // There and back through the same customer is a circle of two, no longer one with it in twice.
    let mut world = World::default();
    world.sells("甲", "乙", 100);
    world.sells("乙", "丙", 100);
    world.sells("丙", "乙", 100);
    world.sells("乙", "甲", 10);
    assert_eq!(world.features("甲").circular_per_mille, 100);
}

#[test]
fn only_invoices_run_in_circles_and_no_stranger_puts_others_into_one() {
    let mut world = World::default();
    world.sells("甲", "乙", 100);
    let (own, other) = (name("甲"), name("乙"));
    let parts = [("payer", &*own), ("payee", &other), ("amount", "100"), ("date", "2026-11-01")];
    world.insert("甲", "payment", &parts);
    world.invoice("丙", "乙", "甲", 100, "12345678901234567890");
    assert_eq!(world.features("甲").circular_per_mille, 0);
    world.invoice("甲", "乙", "甲", 100, "12345678901234567890");
    assert_eq!(world.features("甲").circular_per_mille, 1_000);
}

#[test]
fn shared_devices_and_pictures_count_other_merchants() {
    let mut world = World::default();
    let seen = |device, picture| Capture { device: Some(device), picture: Some(picture) };
    world.insert_captured("甲", "shop_seen", &[("sign", "甲")], seen("phone 1", "picture 1"));
    world.insert_captured("甲", "stock_seen", &[], seen("phone 2", "picture 2"));
    assert_eq!(world.features("甲"), Features::default());
    world.insert_captured("乙", "shop_seen", &[("sign", "乙")], seen("phone 1", "picture 1"));
    world.insert_captured("丙", "shop_seen", &[("sign", "丙")], seen("phone 2", "picture 3"));
    let last = world.insert_captured("乙", "stock_seen", &[], seen("phone 2", "picture 2"));
    let features = world.features("甲");
    assert_eq!((features.shared_devices, features.shared_pictures), (2, 1));
    world.graph.remove("乙", &last);
    world.graph.forget("丙");
    assert_eq!(world.features("甲").shared_devices, 1);
}

#[test]
fn a_shared_number_is_no_fault_where_both_sides_have_the_invoice() {
    let number = "33002611300123456789";
    let mut world = World::default();
    world.invoice("甲", "甲", "乙", 100, number);
    world.invoice("乙", "甲", "乙", 100, number);
    let shared = |world: &World, who| world.features(who).shared_numbers;
    assert_eq!((shared(&world, "甲"), shared(&world, "乙")), (0, 0));
    // Who shows it without being on it shares it; those on it do not.
    world.invoice("丙", "甲", "乙", 100, number);
    assert_eq!((shared(&world, "甲"), shared(&world, "丙")), (0, 2));
    // Another invoice of the same number is against all of them.
    world.invoice("丁", "丁", "戊", 100, number);
    assert_eq!((shared(&world, "甲"), shared(&world, "丁")), (1, 3));
    // A short number is many papers'.
    let mut world = World::default();
    world.invoice("甲", "甲", "乙", 100, "12");
    world.invoice("丙", "丙", "丁", 100, "12");
    assert_eq!(shared(&world, "甲"), 0);
}

#[test]
fn community_risk_is_the_share_of_the_bad_among_those_around() {
    let bad = Status { overdue: true, ..Status::default() };
    let mut world = World::default();
    world.sells("甲", "乙", 100);
    world.sells("乙", "丙", 100);
    world.sells("丙", "丁", 100);
    for who in ["乙", "丙", "丁"] {
        world.enrol(who, None);
        world.graph.set_status(who, bad);
    }
    // 丁 is three steps away. Two are known, and count as four.
    assert_eq!(world.features("甲").community_risk_per_mille, 500);
    let phone = Capture { device: Some("phone"), picture: None };
    for who in ["甲", "己", "庚", "辛"] {
        world.insert_captured(who, "stock_seen", &[], phone);
    }
    assert_eq!(world.features("甲").community_risk_per_mille, 400); // 2 of 5
    world.graph.set_status("甲", bad);
    assert_eq!(world.features("甲").community_risk_per_mille, 400);
    assert_eq!(world.features("己").community_risk_per_mille, 500); // 甲 and 乙, besides 庚 and 辛
}

#[test]
fn nobody_answers_for_all_customers_of_the_power_company() {
    let mut world = World::default();
    for customer in 0..300 {
        let who = format!("客{customer}");
        world.sells("电力", &who, 100);
        world.enrol(&who, None);
        world.graph.set_status(&who, Status { cheated: true, ..Status::default() });
    }
    world.sells("电力", "甲", 100);
    world.enrol("甲", None);
    assert_eq!(world.features("甲").community_risk_per_mille, 0);
}

#[test]
fn industries_agree_where_one_is_up_or_downstream_of_the_other() {
    let mut world = World::default();
    world.enrol("甲", Some("furniture_making"));
    world.sells("乙", "甲", 100);
    world.sells("丙", "甲", 100);
    world.sells("甲", "丁", 100);
    world.enrol("甲", Some("furniture_making"));
    assert_eq!(world.features("甲").industry_agreement_per_mille, None);
    world.enrol("乙", Some("woodworking")); // upstream
    world.enrol("丙", Some("pharmacy"));
    world.enrol("丁", Some("no such industry"));
    world.enrol("甲", Some("furniture_making"));
    assert_eq!(world.features("甲").industry_agreement_per_mille, Some(500));
    world.enrol("甲", None);
    assert_eq!(world.features("甲").industry_agreement_per_mille, None);
}

#[test]
fn a_code_tells_two_shops_of_one_name_apart() {
    let mut graph = Graph::default();
    let shop = "张三小吃店";
    let seller =
        MerchantRef { id: "s", name: Some("面粉商贸有限公司"), ..Default::default() };
    for (id, code, amount) in [("1", CODES[0], "300"), ("2", CODES[1], "100")] {
        let parts = [
            ("seller", "面粉商贸有限公司"),
            ("buyer", shop),
            ("buyer_code", code),
            ("amount", amount),
            ("date", "2026-11-01"),
        ];
        graph.insert(&seller, &fact(id, "turnover", &parts), Capture::default()).expect("room");
        let concentration = graph.features(&KNOWLEDGE, "s").concentration_per_mille;
        assert_eq!(concentration, if id == "1" { 1_000 } else { 625 });
    }
}

#[test]
fn a_name_is_the_code_it_stands_with() {
    let mut graph = Graph::default();
    let seller =
        MerchantRef { id: "s", name: Some("面粉商贸有限公司"), ..Default::default() };
    let buyer = MerchantRef { id: "b", name: Some("张三小吃店"), ..Default::default() };
    let order = [
        ("supplier", "面粉商贸有限公司"),
        ("buyer", "张三小吃店"),
        ("amount", "100"),
        ("date", "2026-11-02"),
    ];
    let invoice = [
        ("seller", "面粉商贸有限公司"),
        ("buyer", "张三（小吃）店"),
        ("buyer_code", CODES[0]),
        ("amount", "100"),
        ("date", "2026-11-01"),
    ];
    let licence = [("holder", "张三小吃店"), ("holder_code", CODES[0])];
    let capture = Capture::default();
    graph.insert(&seller, &fact("1", "order", &order), capture).expect("room");
    graph.insert(&seller, &fact("2", "turnover", &invoice), capture).expect("room");
    graph.enrol(&buyer).expect("room");
    graph.set_status("b", GOOD);
    let drawn = graph.neighbourhood("s", 100);
    let shops = drawn.nodes.iter().filter(|node| node.label.contains("小吃店")).count();
    assert_eq!(shops, 1, "{drawn:?}");
    assert_eq!(graph.features(&KNOWLEDGE, "s").verified_counterparties, 1);
    // Its licence has another code: two shops of one name, of whom the invoice names the other.
    let other = [("holder", "张三小吃店"), ("holder_code", CODES[1])];
    graph.insert(&buyer, &fact("3", "identity", &other), capture).expect("room");
    let drawn = graph.neighbourhood("s", 100);
    let shops = drawn.nodes.iter().filter(|node| node.label.contains("小吃店")).count();
    assert_eq!(shops, 2, "{drawn:?}");
    assert_eq!(graph.features(&KNOWLEDGE, "s").verified_counterparties, 0);
    graph.insert(&buyer, &fact("3", "identity", &licence), capture).expect("room");
    assert_eq!(graph.features(&KNOWLEDGE, "s").verified_counterparties, 1);
}

#[test]
fn what_was_forged_or_only_said_proves_no_trade() {
    let mut graph = Graph::default();
    let own = name("甲");
    let merchant = MerchantRef { id: "甲", name: Some(&own), ..Default::default() };
    let parts = [("seller", &*own), ("buyer", "乙乙乙商行"), ("amount", "100")];
    let mut sale = fact("1", "turnover", &parts);
    let capture = Capture { device: Some("phone"), picture: None };
    assert_eq!(graph.insert(&merchant, &sale, capture), Ok(Inserted::New));
    assert_eq!(graph.features(&KNOWLEDGE, "甲").concentration_per_mille, 1_000);
    sale.standing = Standing::Forged;
    assert_eq!(graph.insert(&merchant, &sale, capture), Ok(Inserted::Replaced));
    assert_eq!(graph.features(&KNOWLEDGE, "甲").concentration_per_mille, 0);
    assert!(graph.neighbourhood("甲", 9).nodes.iter().any(|node| node.kind == NodeKind::Device));
    sale.source = Source::Declared;
    assert_eq!(graph.insert(&merchant, &sale, capture), Ok(Inserted::Replaced));
    assert_eq!(graph.neighbourhood("甲", 9).nodes.len(), 1);
}

#[test]
fn a_neighbourhood_names_the_facts_behind_each_edge() {
    let mut world = World::default();
    let first = world.sells("甲", "乙", 100);
    let second = world.sells("甲", "乙", 50);
    world.sells("乙", "丙", 70);
    world.sells("丙", "丁", 70);
    world.enrol("乙", None);
    world.graph.set_status("乙", GOOD);
    let drawn = world.graph.neighbourhood("甲", 100);
    let place = |who| drawn.nodes.iter().position(|node| node.label == name(who));
    let (own, customer) = (place("甲").expect("itself"), place("乙").expect("its customer"));
    assert_eq!((own, drawn.nodes[customer].status), (0, Some(GOOD)));
    let sale = drawn
        .edges
        .iter()
        .find(|edge| edge.relation == Relation::Supplies && edge.to == customer)
        .expect("a sale");
    assert_eq!((sale.from, sale.weight), (0, 150));
    let mut facts: Vec<&str> = sale.facts.iter().map(|from| &*from.fact).collect();
    facts.sort_unstable();
    assert_eq!(facts, [first, second]);
    assert_eq!(place("丙").map(|at| drawn.nodes[at].steps), Some(2));
    assert_eq!(place("丁"), None);
    assert_eq!(world.graph.neighbourhood("甲", 2).edges.len(), 2);
}

#[test]
fn nothing_of_a_merchant_stays_behind() {
    let mut world = World::default();
    let id = world.sells("甲", "乙", 100);
    let alone = world.graph.size();
    world.sells("甲", "丙", 100);
    assert!(world.graph.remove("甲", "甲-2") && !world.graph.remove("甲", "甲-2"));
    assert_eq!(world.graph.size(), alone);
    assert!(world.graph.remove("甲", &id) && world.graph.forget("甲"));
    assert!(!world.graph.forget("甲"));
    assert_eq!(world.graph.size(), (0, 0));
}
