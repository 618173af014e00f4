//! Which of the things that are named in a text are its slots, by what the speaker wants.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::amounts::{Quantity, Reading};
use super::intent::Intent;
use super::letters::Letters;
use super::lexicon::{Kind, Named};
use super::parties::{Dealing, Relation};
use super::periods::Said;
use super::plates::Plate;

/// Something that was said along with the intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// `industry`, `amount`, `period`, `asset`, `count`, `counterparty`, `relation`, `document_kind` or
    /// `plate`.
    pub name: String,
    /// Yuan or a number of things; an id of the knowledge base, `day` to `year`, `supplier` or
    /// `customer`; a name or a plate.
    pub value: Value,
    /// As it was typed.
    pub text: String,
}

/// Everything that was found in a text, whatever it is good for.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) named: Vec<Named>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) periods: Vec<Said>,
    pub(crate) plates: Vec<Plate>,
}

/// The slots of a text, in the order in which they are said.
pub(crate) fn slots(
    letters: &Letters,
    intent: Intent,
    found: &Found,
    dealings: &[Dealing],
) -> Vec<Slot> {
    let mut slots: Vec<(Range<usize>, &str, Value)> = Vec::new();
    let parties: Vec<&Range<usize>> =
        dealings.iter().flat_map(|dealing| dealing.parties.iter()).collect();
    let within_party = |span: &Range<usize>| {
        parties.iter().any(|party| party.start < span.end && span.start < party.end)
    };
    for plate in &found.plates {
        slots.push((plate.span.clone(), "plate", Value::from(plate.number.clone())));
    }
    for named in &found.named {
        if within_party(&named.span) {
            continue;
        }
        let (name, id) = match named.kind {
            Kind::Document => ("document_kind", named.id.as_str()),
            Kind::Asset if !assets_count(intent) => continue,
            Kind::Asset => match (&named.industry, intent) {
                (Some(industry), Intent::StateIndustry) => ("industry", industry.as_str()),
                _ => ("asset", named.id.as_str()),
            },
            Kind::Industry if industries_count(intent) => ("industry", named.id.as_str()),
            Kind::Trade if intent == Intent::StateIndustry => ("industry", named.id.as_str()),
            Kind::Industry | Kind::Trade => continue,
        };
        slots.push((named.span.clone(), name, Value::from(id)));
    }
    for quantity in &found.quantities {
        if within_party(&quantity.span) {
            continue;
        }
        if let Some(name) = measured(letters, intent, quantity, found) {
            slots.push((quantity.span.clone(), name, Value::from(quantity.value)));
        }
    }
    if periods_count(intent) {
        for said in &found.periods {
            let clause = letters.clause(said.span.start);
            let of_something =
                found.quantities.iter().any(|quantity| clause.contains(&quantity.span.start))
                    || vague_amount(&letters.text(clause));
            if of_something {
                let period = serde_json::to_value(said.period).unwrap_or_default();
                slots.push((said.span.clone(), "period", period));
            }
        }
    }
    for dealing in dealings {
        let relation = match dealing.relation {
            Relation::Supplier => "supplier",
            Relation::Customer => "customer",
        };
        slots.push((dealing.words.clone(), "relation", Value::from(relation)));
        for party in &dealing.parties {
            let name = letters.typed(party.clone());
            slots.push((party.clone(), "counterparty", Value::from(name)));
        }
    }
    slots.sort_by_key(|(span, ..)| (span.start, span.end));
    slots
        .into_iter()
        .map(|(span, name, value)| Slot { name: name.to_owned(), value, text: letters.typed(span) })
        .collect()
}

fn assets_count(intent: Intent) -> bool {
    !matches!(intent, Intent::Other | Intent::Smalltalk)
}

fn industries_count(intent: Intent) -> bool {
    !matches!(intent, Intent::Other | Intent::Smalltalk | Intent::StateSupplyRelation)
}

fn periods_count(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::StateTurnover
            | Intent::StateSupplyRelation
            | Intent::StateAsset
            | Intent::StateIndustry
            | Intent::Complain
    )
}

/// 几十万 and 千把块 are no amounts, but what is said of them is.
fn vague_amount(text: &str) -> bool {
    ["几十", "几百", "几千", "几万", "千把", "万把", "百把"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether a quantity is an amount or a count, or nothing.
fn measured(
    letters: &Letters,
    intent: Intent,
    quantity: &Quantity,
    found: &Found,
) -> Option<&'static str> {
    let _ = letters;
    let thing_before = |named: &&Named| {
        named.kind == Kind::Asset
            && named.span.end <= quantity.span.start
            && quantity.span.start - named.span.end <= 6
    };
    match quantity.reading {
        Reading::Amount => Some("amount"),
        Reading::Count if intent == Intent::AskTaskDetail => None,
        Reading::Count => Some("count"),
        Reading::Price => Some("amount"),
        Reading::One if intent == Intent::StateAsset => Some("count"),
        Reading::One => None,
        Reading::Bare if intent == Intent::StateAsset => {
            let thing = found.named.iter().any(|named| thing_before(&named));
            Some(if thing { "count" } else { "amount" })
        }
        Reading::Bare if intent == Intent::AskTaskDetail || quantity.value < 50 => None,
        Reading::Bare => Some("amount"),
    }
}
