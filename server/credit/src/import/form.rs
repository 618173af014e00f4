//! What the merchant says in a form. None of it counts before it is shown; it tells what to ask for.
//!
//! ```json
//! {"industry": "road_freight", "turnover": {"amount": 800000, "year": 2025},
//!  "relations": [{"name": "…", "relation": "downstream"}], "assets": [{"asset": "truck", "count": 3}]}
//! ```

use serde::Deserialize;

use super::orders::Amount;
use super::{ImportError, YEARS, fact, place, text};
use crate::fact::{Fact, Source};
use crate::knowledge::Knowledge;

/// Longest form, bytes.
const MAX_FORM: usize = 64 * 1024;

/// Most relations, and most kinds of things.
const MAX_LIST: usize = 100;

/// Most of one thing.
const MAX_COUNT: u32 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    industry: Option<String>,
    #[serde(default)]
    turnover: Option<Turnover>,
    #[serde(default)]
    relations: Vec<Relation>,
    #[serde(default)]
    assets: Vec<Thing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turnover {
    amount: Amount,
    year: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Relation {
    name: String,
    relation: Side,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    /// Whom the merchant buys from.
    Upstream,
    /// Whom the merchant sells to.
    Downstream,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    asset: String,
    count: u32,
}

/// The facts `industry`, `turnover_stated`, `counterparty` and `asset` of a form.
pub fn form(bytes: &[u8], knowledge: &Knowledge) -> Result<Vec<Fact>, ImportError> {
    if bytes.len() > MAX_FORM {
        return Err(ImportError::Limit("64 KiB of a form"));
    }
    let form: Form = serde_json::from_slice(bytes).map_err(|error| ImportError::of_json(&error))?;
    if form.relations.len().max(form.assets.len()) > MAX_LIST {
        return Err(ImportError::Limit("100 entries of one list in a form"));
    }
    let mut facts = Vec::new();
    let mut said = |name: &str, parts: &[(&str, &str)]| {
        let fact = fact(name, parts, Source::Declared, 1.0);
        if !facts.iter().any(|known: &Fact| known.id == fact.id) {
            facts.push(fact);
        }
    };
    if let Some(industry) = &form.industry {
        if !knowledge.industries().contains_key(industry) {
            return Err(ImportError::IdUnknown { record: 1, what: "industry" });
        }
        said("industry", &[("industry", industry)]);
    }
    if let Some(turnover) = &form.turnover {
        if !YEARS.contains(&turnover.year) {
            return Err(ImportError::Unreadable { row: 1, what: "year" });
        }
        let (amount, year) = (turnover.amount.yuan(1)?, turnover.year.to_string());
        said("turnover_stated", &[("amount", &amount), ("year", &year)]);
    }
    for (at, relation) in form.relations.iter().enumerate() {
        let name = text(&relation.name, place(at), "name")?;
        let side = match relation.relation {
            Side::Upstream => "upstream",
            Side::Downstream => "downstream",
        };
        said("counterparty", &[("name", name), ("relation", side)]);
    }
    for (at, thing) in form.assets.iter().enumerate() {
        if !knowledge.assets().contains_key(&thing.asset) {
            return Err(ImportError::IdUnknown { record: place(at), what: "asset" });
        }
        if !(1..=MAX_COUNT).contains(&thing.count) {
            return Err(ImportError::Unreadable { row: place(at), what: "count" });
        }
        said("asset", &[("asset", &thing.asset), ("count", &thing.count.to_string())]);
    }
    if facts.is_empty() { Err(ImportError::Empty) } else { Ok(facts) }
}
