//! What a merchant has, as said and as shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fact::{Fact, Source};
use crate::knowledge::Knowledge;
use crate::yuan::yuan;

/// One kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Id of `knowledge/assets.toml`; the class of recognition's taxonomy where that has none for it.
    pub asset: String,
    /// How many the merchant says, the largest of several answers; of a `field`, mu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<u64>,
    /// How many were shown; of a `field`, whole mu. A picture shows one unless a fact counts more.
    pub proven: u64,
    /// Ids of the facts, said or shown.
    pub facts: Vec<String>,
}

/// Of facts in the order of their ids.
pub(super) fn all(
    knowledge: &Knowledge,
    facts: &[&Fact],
    shown: &[&Fact],
    said: &[&Fact],
) -> Vec<Holding> {
    let areas = areas(facts);
    let mut all: BTreeMap<String, Holding> = BTreeMap::new();
    // Papers, pictures and seasons of one thing are one thing: what tells it from others, with its kind and number.
    let mut things: BTreeMap<(&str, &str), (String, u64)> = BTreeMap::new();
    let mut of_thing: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for fact in shown {
        let Some((key, asset, count)) = thing(knowledge, fact) else { continue };
        let least = areas.get(&season(fact)).filter(|_| fact.name == "parcel");
        let count = least.copied().unwrap_or(count);
        of_thing.entry(key).or_default().push(fact.id.clone());
        let known = things.entry(key).or_insert_with(|| (asset.clone(), count));
        known.1 = known.1.max(count);
        // A picture says more of a vehicle than that it is one.
        if known.0 == "vehicle" {
            known.0 = asset;
        }
    }
    for (key, (asset, count)) in things {
        let holding = holding(&mut all, &asset);
        holding.proven += count;
        holding.facts.extend(of_thing.remove(&key).unwrap_or_default());
    }
    for fact in said.iter().filter(|fact| fact.name == "asset") {
        let Some(asset) = fact.part("asset") else { continue };
        let count = fact.part("count").and_then(yuan).unwrap_or(1);
        let holding = holding(&mut all, asset);
        holding.declared = holding.declared.max(Some(count));
        holding.facts.push(fact.id.clone());
    }
    all.into_values().collect()
}

/// A parcel in a season.
type Season<'f> = (Option<&'f str>, Option<&'f str>);

fn season(fact: &Fact) -> Season<'_> {
    (fact.part("parcel"), fact.part("season"))
}

/// Whole mu of each parcel in each season: the least that any system's fact says, where they disagree.
fn areas<'f>(facts: &[&'f Fact]) -> BTreeMap<Season<'f>, u64> {
    let mut areas = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.name == "parcel" && fact.source != Source::Declared)
    {
        let Some(area) = fact.part("area_mu").and_then(yuan) else { continue };
        let least = areas.entry(season(fact)).or_insert(area);
        *least = area.min(*least);
    }
    areas
}

fn holding<'a>(all: &'a mut BTreeMap<String, Holding>, asset: &str) -> &'a mut Holding {
    let holding = all.entry(asset.to_owned()).or_default();
    asset.clone_into(&mut holding.asset);
    holding
}

/// What tells the thing from others, what it is, and how many.
fn thing<'f>(knowledge: &Knowledge, fact: &'f Fact) -> Option<((&'f str, &'f str), String, u64)> {
    let asset = fact.part("class").map(|class| {
        let by_class = |(_, asset): &(&String, &crate::knowledge::Asset)| {
            asset.class.as_deref() == Some(class)
        };
        let assets = knowledge.assets();
        let found = assets.get_key_value(class).or_else(|| assets.iter().find(by_class));
        found.map_or(class, |(id, _)| id.as_str()).to_owned()
    });
    match fact.name.as_str() {
        "vehicle" | "vehicle_seen" => {
            let plate = fact.part("plate").unwrap_or(&fact.id);
            Some((("vehicle", plate), asset.unwrap_or_else(|| "vehicle".to_owned()), 1))
        }
        "asset_seen" | "stock_seen" | "premises_seen" | "shop_seen" => {
            let count = fact.part("count").and_then(yuan).unwrap_or(1);
            let key = fact.part("serial").unwrap_or(&fact.id);
            Some(((&fact.name, key), asset?, count))
        }
        "parcel" => {
            let key = ("parcel", fact.part("parcel")?);
            Some((key, "field".to_owned(), fact.part("area_mu").and_then(yuan)?))
        }
        _ => None,
    }
}
