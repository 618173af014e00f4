//! Whether a merchant's vouchers agree with each other.
//!
//! Pure: facts in, contradictions out, the same whatever the order of the documents. Nothing here knows a kind
//! of voucher: rules go by the facts' names and parts, and a fact whose field failed its own check is none.

mod names;
mod rules;

use bailing_vision::{Quad, Severity, Signal};
use serde::{Deserialize, Serialize};

use crate::facts::{Fact, Part};

/// Documents that are compared with each other, those whose ids sort first; the rest are left out.
const MOST_DOCUMENTS: usize = 500;

/// Contradictions that come back, the gravest first.
const MOST_FOUND: usize = 64;

/// What one voucher says.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Unique among the documents; a contradiction names it.
    pub id: &'a str,
    /// Kind of voucher.
    pub kind: &'a str,
    /// Its facts.
    pub facts: &'a [Fact],
}

/// Two vouchers that cannot both be right, or that a person should know of together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contradiction {
    /// What the matter is. One of severity `pass` has an innocent explanation too.
    #[serde(flatten)]
    pub signal: Signal,
    /// Both places, that of the document whose id sorts first in front.
    pub places: [Place; 2],
}

/// One place on one voucher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The document's id.
    pub document: String,
    /// The field.
    pub field: String,
    /// The line that it was read from, in pixels of that document's upright still.
    pub region: Option<Quad>,
}

/// Everything in which documents contradict each other: none contradicts its own copy.
pub fn contradictions(documents: &[Document<'_>]) -> Vec<Contradiction> {
    let mut documents = documents.to_vec();
    documents.sort_by_key(|document| document.id);
    documents.truncate(MOST_DOCUMENTS);
    let facts: Vec<Stated<'_>> = documents
        .iter()
        .flat_map(|document| document.facts.iter().map(|fact| Stated { document: *document, fact }))
        .collect();
    let mut found = rules::apply(&facts);
    found.retain(|contradiction| {
        let [one, other] = &contradiction.places;
        one.document != other.document
    });
    for contradiction in &mut found {
        contradiction.places.sort_by(|one, other| one.key().cmp(&other.key()));
    }
    found.sort_by(|one, other| one.key().cmp(&other.key()));
    found.dedup_by(|one, other| one.key() == other.key());
    found.truncate(MOST_FOUND);
    found
}

impl Contradiction {
    fn key(&self) -> (std::cmp::Reverse<Severity>, &str, (&str, &str), (&str, &str)) {
        let [one, other] = &self.places;
        let Signal { severity, code, .. } = &self.signal;
        (std::cmp::Reverse(*severity), code, one.key(), other.key())
    }
}

impl Place {
    fn key(&self) -> (&str, &str) {
        (&self.document, &self.field)
    }
}

/// A fact and the document that states it.
#[derive(Clone, Copy)]
struct Stated<'a> {
    document: Document<'a>,
    fact: &'a Fact,
}

impl<'a> Stated<'a> {
    fn is(&self, name: &str) -> bool {
        self.fact.name == name
    }

    fn part(&self, name: &str) -> Option<&'a Part> {
        self.fact.parts.get(name)
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.part(name).map(|part| part.value.as_str())
    }

    fn place(&self, part: &Part) -> Place {
        Place {
            document: self.document.id.to_owned(),
            field: part.field.clone(),
            region: part.region,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::CODES;

    /// A document of one fact.
    #[derive(Clone, Debug)]
    struct Paper {
        id: String,
        kind: &'static str,
        facts: Vec<Fact>,
    }

    fn paper(id: &str, kind: &'static str, fact: &str, parts: &[(&str, &str)]) -> Paper {
        let part = |value: &str, name: &str| Part {
            value: value.to_owned(),
            field: name.to_owned(),
            confidence: 1.0,
            region: Some(Quad::rectangle(0.0, 0.0, 1.0, 1.0)),
        };
        let parts: BTreeMap<String, Part> =
            parts.iter().map(|(name, value)| ((*name).to_owned(), part(value, name))).collect();
        Paper { id: id.to_owned(), kind, facts: vec![Fact { name: fact.to_owned(), parts }] }
    }

    fn found(papers: &[Paper]) -> Vec<Contradiction> {
        let documents: Vec<Document<'_>> =
            papers.iter().map(|Paper { id, kind, facts }| Document { id, kind, facts }).collect();
        contradictions(&documents)
    }

    fn codes(papers: &[Paper]) -> Vec<String> {
        found(papers).into_iter().map(|found| found.signal.code.into_owned()).collect()
    }

    const NAME: &str = "云溪市顺远货运有限公司";
    const OTHER: &str = "浙江岭川建材有限公司";
    const CODE: &str = "91350100M000100Y43";

    fn licence() -> Paper {
        paper(
            "licence",
            "business_licence",
            "identity",
            &[
                ("holder", NAME),
                ("holder_code", CODE),
                ("person", "张三"),
                ("established", "2019-05-06"),
            ],
        )
    }

    fn invoice(id: &str, parts: &[(&str, &str)]) -> Paper {
        let whole = [
            ("amount", "113.00"),
            ("date", "2026-03-09"),
            ("seller", NAME),
            ("buyer", OTHER),
            ("code", "3300214130"),
            ("number", "00358812"),
        ];
        let kept =
            whole.into_iter().filter(|(name, _)| parts.iter().all(|(other, _)| other != name));
        let parts: Vec<(&str, &str)> = kept.chain(parts.iter().copied()).collect();
        paper(id, "vat_special_invoice", "turnover", &parts)
    }

    fn contract(id: &str, amount: &str, date: &str) -> Paper {
        let parts = [
            ("amount", amount),
            ("date", date),
            ("party_a", OTHER),
            ("party_b", NAME),
            ("number", "HT-2026-001"),
        ];
        paper(id, "haulage_contract", "contract", &parts)
    }

    fn vehicle(kind: &'static str, plate: &str, vin: &str) -> Paper {
        let parts = [("holder", NAME), ("plate", plate), ("vin", vin)];
        paper(&format!("{kind} {plate} {vin}"), kind, "vehicle", &parts)
    }

    #[test]
    fn papers_that_agree_say_nothing() {
        let permit = paper(
            "permit",
            "road_transport_permit",
            "licence",
            &[("holder", "云溪市顺迈货运有限公司"), ("valid_until", "2029-06-30")],
        );
        let owner = paper(
            "owner",
            "vehicle_licence",
            "vehicle",
            &[("holder", "张三"), ("plate", "浙C7Y682")],
        );
        let papers = [
            licence(),
            permit,
            owner,
            invoice("invoice", &[]),
            contract("contract", "500.00", "2026-01-01"),
        ];
        assert_eq!(codes(&papers), [""; 0]);
        assert_eq!(codes(&[]), [""; 0]);
    }

    #[test]
    fn both_places_are_named() {
        let other = invoice("another", &[("amount", "118.00")]);
        let found = found(&[invoice("one", &[]), other]);
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(one.signal.code, "number_conflict");
        assert_eq!(one.signal.severity, Severity::Review);
        let places = one.places.each_ref().map(|place| (&*place.document, &*place.field));
        assert_eq!(places, [("another", "amount"), ("one", "amount")]);
        assert!(one.places.iter().all(|place| place.region.is_some()));
        insta::assert_json_snapshot!(one);
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        let codes_with = |other: Paper| codes(&[licence(), other]);
        assert_eq!(
            codes_with(invoice("i", &[("seller", "杭州晨光食品有限公司")])),
            ["party_absent"]
        );
        let two_codes =
            [("seller_code", "91440300192478382J"), ("buyer_code", "91120222079642398Y")];
        assert_eq!(codes_with(invoice("i", &two_codes)), ["party_code_conflict"]);
        // Of one code it is not known whose it is.
        assert_eq!(codes_with(invoice("i", &two_codes[..1])), [""; 0]);
        let tax = |name, code| {
            paper("t", "tax_certificate", "tax_paid", &[("holder", name), ("holder_code", code)])
        };
        assert_eq!(codes_with(tax(OTHER, CODE)), ["holder_conflict", "party_name_conflict"]);
        assert_eq!(codes_with(tax(NAME, "350100M000100Y4")), [""; 0]);
        assert_eq!(
            codes_with(invoice("i", &[("date", "2018-05-06")])),
            ["dated_before_establishment"]
        );
        assert_eq!(codes_with(invoice("i", &[("date", "2019-05")])), [""; 0]);

        let papers = |one: Paper, other: Paper| codes(&[one, other]);
        let (truck, other_vin) = ("LZZ5CLSB0FA000001", "LZZ5CLSB0FA000002");
        let licence = |plate, vin| vehicle("vehicle_licence", plate, vin);
        assert_eq!(
            papers(licence("浙C7Y682", truck), licence("浙C7Y682", other_vin)),
            ["vehicle_conflict"]
        );
        assert_eq!(
            papers(licence("浙C7Y682", truck), licence("浙C7Y683", truck)),
            ["vehicle_conflict"]
        );
        assert_eq!(papers(licence("浙C7Y682", truck), licence("浙C7Y683", other_vin)), [""; 0]);
        let permit = |plate| vehicle("road_transport_permit", plate, "");
        let nearly = found(&[licence("浙C7Y682", truck), permit("浙C7Y632")]);
        assert_eq!(
            nearly.iter().map(|found| found.signal.severity).collect::<Vec<_>>(),
            [Severity::Review]
        );
        let another = found(&[licence("浙C7Y682", truck), permit("浙B12345")]);
        assert_eq!(
            another.iter().map(|found| found.signal.severity).collect::<Vec<_>>(),
            [Severity::Pass]
        );

        let agreed = contract("c", "1000.00", "2026-01-01");
        assert_eq!(
            papers(agreed.clone(), invoice("i", &[("amount", "1000.01")])),
            ["invoices_exceed_contract"]
        );
        assert_eq!(
            papers(agreed.clone(), invoice("i", &[("date", "2025-12-31")])),
            ["invoiced_before_contract"]
        );
        assert_eq!(papers(agreed, contract("d", "1200.00", "2026-01-01")), ["number_conflict"]);
    }

    /// One paper out of a few values, so that many agree and many do not.
    fn any_paper() -> impl Strategy<Value = Paper> {
        let one = |values: &'static [&'static str]| proptest::sample::select(values);
        let name = || one(&[NAME, OTHER, "云溪市顺迈货运有限公司", "张三"]);
        let amount = || one(&["100.00", "113.00"]);
        let date = || one(&["2018-01-01", "2026-03-09", "2026-03"]);
        let number = || one(&["00358812", "HT-2026-001", "25332000000012345678"]);
        let code = || one(&[CODE, "91440300192478382J"]);
        prop_oneof![
            (name(), code(), date()).prop_map(|(name, code, date)| paper(
                "",
                "business_licence",
                "identity",
                &[
                    ("holder", name),
                    ("holder_code", code),
                    ("established", date),
                    ("person", "张三")
                ],
            )),
            (name(), name(), amount(), date(), number()).prop_map(
                |(seller, buyer, amount, date, number)| {
                    let parts = [
                        ("seller", seller),
                        ("buyer", buyer),
                        ("amount", amount),
                        ("date", date),
                        ("number", number),
                        ("code", "3300214130"),
                    ];
                    paper("", "vat_special_invoice", "turnover", &parts)
                }
            ),
            (name(), name(), amount(), date(), number()).prop_map(
                |(one, other, amount, date, number)| {
                    let parts = [
                        ("party_a", one),
                        ("party_b", other),
                        ("amount", amount),
                        ("date", date),
                        ("number", number),
                    ];
                    paper("", "contract", "contract", &parts)
                }
            ),
            (
                one(&["vehicle_licence", "road_transport_permit"]),
                one(&["浙C7Y682", "浙C7Y683", "浙B12345"]),
                one(&["LZZ5CLSB0FA000001", "LZZ5CLSB0FA000002"]),
            )
                .prop_map(|(kind, plate, vin)| vehicle(kind, plate, vin)),
        ]
    }

    fn numbered(papers: Vec<Paper>) -> Vec<Paper> {
        let number = |(index, paper): (usize, Paper)| Paper { id: format!("{index:03}"), ..paper };
        papers.into_iter().enumerate().map(number).collect()
    }

    proptest! {
        #[test]
        fn the_order_of_documents_does_not_matter(
            papers in proptest::collection::vec(any_paper(), 0..12).prop_map(numbered),
            shuffled in any::<u64>(),
        ) {
            let expected = found(&papers);
            for contradiction in &expected {
                prop_assert!(CODES.contains(&contradiction.signal.code.as_ref()));
                let [one, other] = &contradiction.places;
                prop_assert!(one.document < other.document);
            }
            let mut papers = papers;
            papers.sort_by_key(|paper| paper.id.bytes().fold(shuffled, |seed, byte| {
                seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(byte))
            }));
            prop_assert_eq!(found(&papers), expected);
        }

        #[test]
        fn copies_of_a_document_never_contradict(paper in any_paper(), count in 2usize..6) {
            prop_assert_eq!(found(&numbered(vec![paper; count])), []);
        }

        /// What a copy brings is a contradiction with what its original contradicts already.
        #[test]
        fn a_copy_brings_no_new_contradiction(
            papers in proptest::collection::vec(any_paper(), 1..8).prop_map(numbered),
            which in any::<proptest::sample::Index>(),
        ) {
            let mut before = codes(&papers);
            let copy = Paper { id: "999".to_owned(), ..papers[which.index(papers.len())].clone() };
            let mut after = codes(&[papers, vec![copy]].concat());
            for codes in [&mut before, &mut after] {
                codes.sort();
                codes.dedup();
            }
            prop_assert_eq!(after, before);
        }
    }
}
