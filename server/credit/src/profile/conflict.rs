//! Facts about the same thing that disagree.
//!
//! Two facts are about the same thing where the scorecard's `same` parts are equal. Each value that a part has among
//! them is believed as far as the surest of its facts, times its share of all the weight that speaks for any value:
//!
//! `confidence(v) = max(c(f) : f says v) · S(v) / Σ S(u)`, with `S(v) = Σ (w(f) · c(f) : f says v)`,
//!
//! where `c(f)` is a fact's own confidence and `w(f)` what the bank's policy makes of its source: a photo by its grade,
//! a file by its weight, another system wholly. What was only said weighs [`SAID`]. Every fact that contradicts a value
//! lowers it by its weight, every one that says the same raises it, and all values together are believed no more than
//! the surest. Where no source weighs anything, all values are alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::fact::{Fact, Source};
use crate::knowledge::Knowledge;
use crate::names;
use crate::tally;

/// What the merchant's own word weighs against what was shown, thousandths: enough to be seen, too little to decide.
const SAID: u64 = 100;

/// What tells facts from each other that are only said and stand in no scorecard.
const SAME_SAID: &[(&str, &[&str])] = &[
    ("industry", &[]),
    ("turnover_stated", &["year"]),
    ("asset", &["asset"]),
    ("counterparty", &["name", "relation"]),
];

/// Parts that name a party, where brackets and spaces make no difference.
const PARTIES: &[&str] = &[
    "holder", "owner", "seller", "buyer", "supplier", "party_a", "party_b", "payer", "payee",
    "other", "lessor", "lessee", "person",
];

/// A part of which facts about the same thing say different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Name of the facts.
    pub fact: String,
    /// What they are about: the parts that are the same.
    pub subject: BTreeMap<String, String>,
    /// Which part they disagree on.
    pub part: String,
    /// Every value, the most believed first.
    pub values: Vec<Value>,
}

/// One of several values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// As the first of its facts has it.
    pub value: String,
    /// How far it is to be believed, 0..1 in thousandths.
    pub confidence: f32,
    /// Ids of the facts that say so.
    pub facts: Vec<String>,
}

/// A group of facts, with what it is about.
struct Group<'f> {
    subject: BTreeMap<String, String>,
    facts: Vec<&'f Fact>,
}

/// Of facts in the order of their ids.
pub(super) fn all(knowledge: &Knowledge, case: &Case, facts: &[&Fact]) -> Vec<Conflict> {
    let mut groups: BTreeMap<_, Group<'_>> = BTreeMap::new();
    for fact in facts {
        let Some((entry, subject)) = subject(knowledge, case, fact) else { continue };
        let key = (fact.name.as_str(), entry, subject.clone());
        groups.entry(key).or_insert(Group { subject, facts: Vec::new() }).facts.push(fact);
    }
    groups.into_values().flat_map(|group| group.conflicts(case)).collect()
}

/// What a fact is about: nothing where no rule says what tells it from others, or it has none of those parts.
fn subject(
    knowledge: &Knowledge,
    case: &Case,
    fact: &Fact,
) -> Option<(Option<usize>, BTreeMap<String, String>)> {
    let industry = case.merchant.industry.as_deref();
    let parts = |names: &mut dyn Iterator<Item = &str>| -> BTreeMap<String, String> {
        let having = names.filter_map(|name| Some((name.to_owned(), fact.part(name)?.to_owned())));
        having.collect()
    };
    if let Some((at, score)) = knowledge.score(&fact.name, fact.kind.as_deref(), industry) {
        let subject = parts(&mut score.same.iter().map(String::as_str));
        return (!subject.is_empty()).then_some((Some(at), subject));
    }
    let (_, same) = SAME_SAID.iter().find(|(name, _)| *name == fact.name)?;
    Some((None, parts(&mut same.iter().copied())))
}

impl Group<'_> {
    fn conflicts(self, case: &Case) -> Vec<Conflict> {
        let mut parts: BTreeMap<&str, Vec<(&str, &Fact)>> = BTreeMap::new();
        for fact in &self.facts {
            for (part, value) in &fact.parts {
                if !self.subject.contains_key(part) && !is_of_the_picture(&fact.name, part) {
                    parts.entry(part).or_default().push((value, fact));
                }
            }
        }
        let fact = self.facts.first().map(|fact| fact.name.clone()).unwrap_or_default();
        parts
            .into_iter()
            .filter_map(|(part, said)| {
                let values = values(case, part, &said);
                (values.len() > 1).then(|| Conflict {
                    fact: fact.clone(),
                    subject: self.subject.clone(),
                    part: part.to_owned(),
                    values,
                })
            })
            .collect()
    }
}

/// A thing may be seen on many days.
fn is_of_the_picture(fact: &str, part: &str) -> bool {
    fact.ends_with("_seen") && part == "date"
}

fn values(case: &Case, part: &str, said: &[(&str, &Fact)]) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<&Fact>)> = Vec::new();
    for (value, fact) in said {
        match groups.iter_mut().find(|(other, _)| alike(part, other, value)) {
            Some((_, facts)) => facts.push(fact),
            None => groups.push((value, vec![fact])),
        }
    }
    let weighed = |facts: &[&Fact]| facts.iter().map(|fact| weight(case, fact)).sum::<u64>();
    let total: u64 = groups.iter().map(|(_, facts)| weighed(facts)).sum();
    let count = groups.len() as f64;
    let mut values: Vec<Value> = groups
        .into_iter()
        .map(|(value, facts)| {
            let surest = facts.iter().map(|fact| thousandths(fact)).max().unwrap_or(0);
            let share =
                if total == 0 { 1.0 / count } else { weighed(&facts) as f64 / total as f64 };
            Value {
                value: value.to_owned(),
                confidence: ((surest as f64 * share).round() / 1_000.0) as f32,
                facts: facts.iter().map(|fact| fact.id.clone()).collect(),
            }
        })
        .collect();
    // Of two that are believed alike the one with the earlier fact stays first.
    values.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    values
}

/// Whether two values of a part are the same: amounts by what they come to, parties but for brackets and spaces.
fn alike(part: &str, one: &str, other: &str) -> bool {
    let is_amount =
        |text: &str| text.bytes().all(|c| c.is_ascii_digit() || c == b'.') && text.contains('.');
    let amount = |text: &str| text.parse::<f64>().ok();
    one == other
        || PARTIES.contains(&part) && names::same(one, other)
        || (is_amount(one) || is_amount(other))
            && amount(one).is_some()
            && amount(one) == amount(other)
}

/// A fact's weight times its confidence, millionths.
fn weight(case: &Case, fact: &Fact) -> u64 {
    let weight = match fact.source {
        Source::Declared => SAID,
        _ => tally::weight(case, fact),
    };
    weight * thousandths(fact)
}

fn thousandths(fact: &Fact) -> u64 {
    (fact.confidence.clamp(0.0, 1.0) * 1_000.0).round() as u64
}
