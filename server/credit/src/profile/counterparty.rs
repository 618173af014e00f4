//! Whom a merchant trades with, by what its facts say.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::fact::Fact;
use crate::names;

/// Parts that name the two sides of a trade: who buys or pays, and who sells or is paid.
const SIDES: &[(&str, &str)] = &[
    ("buyer", "seller"),
    ("buyer", "supplier"),
    ("party_a", "party_b"),
    ("payer", "payee"),
    ("lessee", "lessor"),
];

/// Another party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterparty {
    /// As the first of the facts has it.
    pub name: String,
    /// Both, where the merchant buys from it and sells to it.
    pub relations: BTreeSet<Relation>,
    /// Whether it was shown and not only said.
    pub proven: bool,
    /// Ids of the facts.
    pub facts: Vec<String>,
}

/// What another party is to the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The merchant buys from it, or rents.
    Upstream,
    /// The merchant sells to it, or is owed by it.
    Downstream,
}

/// Of facts in the order of their ids. Where the bank knows neither of the merchant's names, what names two parties
/// does not say which of them is the merchant, and is left aside.
pub(super) fn all(case: &Case, shown: &[&Fact], said: &[&Fact]) -> Vec<Counterparty> {
    let mut all: Vec<Counterparty> = Vec::new();
    let shown = shown.iter().map(|fact| (fact, true));
    for (fact, proven) in shown.chain(said.iter().map(|fact| (fact, false))) {
        let Some((name, relation)) = other(case, fact) else { continue };
        let known = all.iter_mut().find(|known| names::same(&known.name, name));
        match known {
            Some(known) => {
                known.relations.insert(relation);
                known.proven |= proven;
                known.facts.push(fact.id.clone());
            }
            None => all.push(Counterparty {
                name: name.to_owned(),
                relations: BTreeSet::from([relation]),
                proven,
                facts: vec![fact.id.clone()],
            }),
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

fn other<'f>(case: &Case, fact: &'f Fact) -> Option<(&'f str, Relation)> {
    let relation = |side| match side {
        "upstream" => Some(Relation::Upstream),
        "downstream" => Some(Relation::Downstream),
        _ => None,
    };
    match fact.name.as_str() {
        "counterparty" => return Some((fact.part("name")?, relation(fact.part("relation")?)?)),
        "receivable" => return Some((fact.part("other")?, Relation::Downstream)),
        _ => {}
    }
    let own = [&case.merchant.name, &case.merchant.person];
    let is_own = |name: &str| own.into_iter().flatten().any(|own| names::same(own, name));
    SIDES.iter().find_map(|(buys, sells)| {
        let (buys, sells) = (fact.part(buys)?, fact.part(sells)?);
        match (is_own(buys), is_own(sells)) {
            (true, false) => Some((sells, Relation::Upstream)),
            (false, true) => Some((buys, Relation::Downstream)),
            _ => None,
        }
    })
}
