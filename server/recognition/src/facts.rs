//! What a voucher proves, as its kind's file says: typed facts that mean the same whatever paper they come
//! from.

use std::collections::BTreeMap;

use bailing_vision::Quad;
use serde::{Deserialize, Serialize};

use crate::kinds::{FactDefinition, Kinds};
use crate::recogniser::Field;

/// One thing that a voucher says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about, such as `turnover` or `vehicle`: the table in `kinds/README.md`.
    pub name: String,
    /// Its parts by their names, which belong to the fact and not to the kind of voucher.
    pub parts: BTreeMap<String, Part>,
}

/// One part of a fact, and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The field's value: yuan with two decimals, a date `YYYY-MM-DD`, a name as printed.
    pub value: String,
    /// The field that it was read as.
    pub field: String,
    /// 0..1: the field's.
    pub confidence: f32,
    /// The line that it was read from, in pixels of the upright still.
    pub region: Option<Quad>,
}

/// The facts that fields of a kind yield. A field that failed its own check proves nothing, and a fact
/// without a part that it needs is none.
pub(crate) fn of(kinds: &Kinds, kind: &str, fields: &BTreeMap<String, Field>) -> Vec<Fact> {
    kinds.facts(kind).iter().filter_map(|definition| fact(definition, fields)).collect()
}

fn fact(definition: &FactDefinition, fields: &BTreeMap<String, Field>) -> Option<Fact> {
    let part = |(name, from): (&String, &String)| {
        let field = fields.get(from).filter(|field| field.passed != Some(false))?;
        let Field { value, confidence, region, .. } = field;
        let (value, field) = (value.clone(), from.clone());
        Some((name.clone(), Part { value, field, confidence: *confidence, region: *region }))
    };
    let mut parts: BTreeMap<String, Part> =
        definition.needs.iter().map(part).collect::<Option<_>>()?;
    parts.extend(definition.also.iter().filter_map(part));
    Some(Fact { name: definition.name.clone(), parts })
}
