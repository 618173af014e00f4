//! What is known of a merchant, for the merchant's own view and for the assistant: what was said, what was shown, and
//! where the two or any two papers disagree. Nothing is overwritten: every value is kept with the facts that say it.

mod conflict;
mod counterparty;
mod holding;

use std::collections::{BTreeMap, BTreeSet};

pub use conflict::{Conflict, Value};
pub use counterparty::{Counterparty, Relation};
pub use holding::Holding;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::fact::{Fact, Source, Standing};
use crate::knowledge::Knowledge;
use crate::tally::Tally;
use crate::yuan::yuan;

/// What is known of a merchant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// What the merchant does.
    pub industry: Line,
    /// What the merchant has, by id.
    pub holdings: Vec<Holding>,
    /// A year's turnover, once for each kind of proof: they speak of the same sales and do not add up.
    pub turnover: Vec<Turnover>,
    /// Whom the merchant trades with, by name.
    pub counterparties: Vec<Counterparty>,
    /// Names of the facts that count, as the scorecard has them.
    pub proven: Vec<String>,
    /// Where facts about the same thing disagree.
    pub conflicts: Vec<Conflict>,
}

/// What a merchant does: ids of `knowledge/industries.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// As the bank has it.
    pub registered: Option<String>,
    /// As the merchant says, every answer.
    pub declared: Vec<String>,
    /// Ids of the facts that only who does what is registered can show, as a permit of the trade.
    pub proven_by: Vec<String>,
}

/// A year's turnover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnover {
    /// What was added up, as `invoices` or `flows`; `stated` for the merchant's own word.
    pub basis: String,
    /// Yuan, weighed by what the bank makes of each source.
    pub amount: u64,
    /// Whether it was shown and not only said.
    pub proven: bool,
    /// Ids of the facts.
    pub facts: Vec<String>,
}

impl Profile {
    /// The profile of a case, the same whatever the order of its facts. What was found to be forged is no part of it.
    pub fn of(knowledge: &Knowledge, case: &Case) -> Self {
        let tally = Tally::of(knowledge, case);
        let mut facts: Vec<&Fact> =
            case.facts.iter().filter(|fact| fact.standing == Standing::Accepted).collect();
        facts.sort_by_key(|fact| &fact.id);
        let counted: BTreeSet<&str> =
            tally.entries.values().flat_map(|of| &of.facts).map(String::as_str).collect();
        let (shown, rest): (Vec<&Fact>, Vec<&Fact>) =
            facts.iter().copied().partition(|fact| counted.contains(fact.id.as_str()));
        let said: Vec<&Fact> =
            rest.into_iter().filter(|fact| fact.source == Source::Declared).collect();
        Self {
            industry: line(knowledge, case, &shown, &said),
            holdings: holding::all(knowledge, &facts, &shown, &said),
            turnover: turnover(knowledge, case, &tally, &shown, &said),
            counterparties: counterparty::all(case, &shown, &said),
            proven: tally.names.iter().cloned().collect(),
            conflicts: conflict::all(knowledge, case, &facts),
        }
    }
}

fn line(knowledge: &Knowledge, case: &Case, shown: &[&Fact], said: &[&Fact]) -> Line {
    let registered = case.merchant.industry.clone();
    let of_trade = |fact: &&&Fact| {
        let entry = knowledge.score(&fact.name, fact.kind.as_deref(), registered.as_deref());
        entry.is_some_and(|(_, score)| !score.industries.is_empty())
    };
    let proven_by = shown.iter().filter(of_trade).map(|fact| fact.id.clone()).collect();
    let declared: BTreeSet<&str> = said
        .iter()
        .filter(|fact| fact.name == "industry")
        .filter_map(|fact| fact.part("industry"))
        .collect();
    Line { declared: declared.into_iter().map(str::to_owned).collect(), proven_by, registered }
}

fn turnover(
    knowledge: &Knowledge,
    case: &Case,
    tally: &Tally,
    shown: &[&Fact],
    said: &[&Fact],
) -> Vec<Turnover> {
    let industry = case.merchant.industry.as_deref();
    let mut facts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fact in shown {
        let entry = knowledge.score(&fact.name, fact.kind.as_deref(), industry);
        if let Some(of) = entry.and_then(|(_, score)| score.turnover.as_ref())
            && of.is_sale(case, fact)
        {
            facts.entry(&of.basis).or_default().push(fact.id.clone());
        }
    }
    let proven = tally.turnovers().iter().map(|(basis, amount)| Turnover {
        basis: basis.clone(),
        amount: *amount,
        proven: true,
        facts: facts.remove(basis.as_str()).unwrap_or_default(),
    });
    let stated = said.iter().filter(|fact| fact.name == "turnover_stated").filter_map(|fact| {
        Some(Turnover {
            basis: "stated".to_owned(),
            amount: fact.part("amount").and_then(yuan)?,
            proven: false,
            facts: vec![fact.id.clone()],
        })
    });
    proven.chain(stated).collect()
}
