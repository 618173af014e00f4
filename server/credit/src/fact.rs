//! One thing known about a merchant, and where it comes from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Least confidence with which a part must have been read for the fact to count, 0..1. What is read below it is
/// looked at by a person before it is accepted at all.
pub(crate) const LEAST_CONFIDENCE: f32 = 0.5;

/// What somebody showed, gave or said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Unique within a case; reasons name it.
    pub id: String,
    /// What it is about, as `contract` or `vehicle_seen`: the entries of `knowledge/scorecard.toml`.
    pub name: String,
    /// Kind of voucher that it was read from, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it says: yuan with up to two decimals, dates `YYYY-MM-DD`, names as printed.
    #[serde(default)]
    pub parts: BTreeMap<String, String>,
    /// Where it comes from.
    pub source: Source,
    /// How sure its least sure part is, 0..1.
    #[serde(default = "certain")]
    pub confidence: f32,
    /// What became of it.
    #[serde(default)]
    pub standing: Standing,
}

/// Where a fact comes from, so that anybody can go and look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A picture in a signed bundle.
    Photo {
        /// SHA-256 of the bundle, hexadecimal.
        bundle: String,
        /// Which of its images.
        image: u32,
        /// Grade of the key that signed it, `A` to `D`.
        grade: String,
        /// Where each part was read, corners in pixels of the upright image, from the upper left clockwise.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        regions: BTreeMap<String, [[f32; 2]; 4]>,
    },
    /// A file that the merchant gave: a bank's or a platform's statement.
    Import {
        /// SHA-256 of the file, hexadecimal.
        file: String,
        /// Its rows, first and last, counted from 1.
        rows: [u32; 2],
    },
    /// Another system of the bank, which vouches for its records.
    Partner {
        /// `orders` or `parcels`.
        system: String,
        /// The record's id there.
        record: String,
    },
    /// The merchant's own word: a form or the assistant.
    Declared,
}

/// What became of a fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It counts.
    #[default]
    Accepted,
    /// Found to be forged: it counts for nothing, and the quota is not raised while it stands.
    Forged,
}

impl Source {
    /// Grade of the key behind it, where it came from a phone.
    pub fn grade(&self) -> Option<&str> {
        match self {
            Self::Photo { grade, .. } => Some(grade),
            _ => None,
        }
    }
}

impl Fact {
    pub(crate) fn part(&self, name: &str) -> Option<&str> {
        self.parts.get(name).map(String::as_str)
    }

    /// Every text in it, for a case's limits.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        let of_source: Vec<&String> = match &self.source {
            Source::Photo { bundle, grade, regions, .. } => {
                [bundle, grade].into_iter().chain(regions.keys()).collect()
            }
            Source::Import { file, .. } => vec![file],
            Source::Partner { system, record } => vec![system, record],
            Source::Declared => Vec::new(),
        };
        let parts = self.parts.iter().flat_map(|(name, value)| [name, value]);
        [&self.id, &self.name].into_iter().chain(&self.kind).chain(parts).chain(of_source)
    }
}

fn certain() -> f32 {
    1.0
}
