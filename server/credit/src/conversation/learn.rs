//! What is learned from what was said: declared facts, weaker than anything that was shown.

use std::collections::BTreeMap;

use super::Conversation;
use super::state::Question;
use crate::assistant::{Intent, Slot, Understanding};
use crate::case::Case;
use crate::fact::{Fact, Source, Standing};

/// The facts in what was said, which the conversation remembers. A question teaches only what it presumes: the line of
/// business and what is owned.
pub(super) fn from(
    understood: &Understanding,
    conversation: &mut Conversation,
    case: &Case,
) -> Vec<Fact> {
    let Understanding { intent, slots, .. } = understood;
    let all = |name: &'static str| slots.iter().filter(move |slot| slot.name == name);
    let one = |name: &'static str| all(name).next();
    let is_denial = matches!(
        intent,
        Intent::LackDocument
            | Intent::Refuse
            | Intent::Other
            | Intent::AskRateOrRepayment
            | Intent::AskLowerOrClose
    );
    let mut facts: Vec<BTreeMap<String, String>> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut learn = |name: &'static str, parts: Vec<(&str, String)>| {
        names.push(name);
        facts.push(parts.into_iter().map(|(part, value)| (part.to_owned(), value)).collect());
    };
    if let Some(industry) = one("industry").filter(|_| !is_denial) {
        learn("industry", vec![("industry", text(industry))]);
    }
    let answers_turnover = conversation.pending == Some(Question::Turnover);
    if let Some(amount) = one("amount")
        && (*intent == Intent::StateTurnover || answers_turnover && !is_denial)
    {
        let period = one("period").map_or_else(|| "year".to_owned(), text);
        learn("turnover_stated", vec![("amount", text(amount)), ("period", period)]);
    }
    if !is_denial && *intent != Intent::AskTaskDetail {
        for (asset, count) in counted(slots) {
            let mut parts = vec![("asset", asset)];
            parts.extend(count.map(|count| ("count", count)));
            if let Some(plate) = one("plate") {
                parts.push(("plate", text(plate)));
            }
            learn("asset", parts);
        }
    }
    if *intent == Intent::StateSupplyRelation
        || conversation.pending == Some(Question::Counterparties)
    {
        let relation = one("relation").map(text);
        for counterparty in all("counterparty") {
            let mut parts = vec![("name", text(counterparty))];
            parts.extend(relation.clone().map(|relation| ("relation", relation)));
            learn("counterparty", parts);
        }
    }
    let mut learned = Vec::new();
    for (name, parts) in names.into_iter().zip(facts) {
        let taken = |id: &str| {
            let mut known = case.facts.iter().chain(conversation.facts());
            known.any(|fact| fact.id == id)
        };
        let number = (1..).find(|number| !taken(&format!("said-{number}"))).unwrap_or(0);
        let fact = Fact {
            id: format!("said-{number}"),
            name: name.to_owned(),
            kind: None,
            parts,
            source: Source::Declared,
            confidence: understood.confidence.clamp(0.0, 1.0),
            standing: Standing::Accepted,
        };
        conversation.remember(fact.clone());
        learned.push(fact);
    }
    learned
}

/// The things named, each with the number that goes with it: the nearest before it, else the first behind it.
fn counted(slots: &[Slot]) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let mut number: Option<String> = None;
    for (at, slot) in slots.iter().enumerate() {
        match slot.name.as_str() {
            "count" => number = Some(text(slot)),
            "asset" => {
                let behind = || {
                    let next = slots.get(at + 1).filter(|next| next.name == "count");
                    // A number before another thing belongs to that.
                    let other = slots.get(at + 2).is_some_and(|other| other.name == "asset");
                    next.filter(|_| !other).map(text)
                };
                found.push((text(slot), number.take().or_else(behind)));
            }
            _ => {}
        }
    }
    found
}

fn text(slot: &Slot) -> String {
    slot.value.as_str().map_or_else(|| slot.value.to_string(), str::to_owned)
}
