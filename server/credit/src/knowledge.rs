//! What the credit side knows: industries, things, documents, tasks, what facts are worth, and the experts'
//! decision tables. All of it is data in `knowledge/`, which needs no Rust to be changed.

mod asset;
mod crop;
mod industry;
mod reply;
mod score;
mod table;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::capacity::Lending;
use crate::decision::Text;
pub use asset::Asset;
pub use crop::Crop;
pub use industry::{Industry, Ranges};
pub use reply::Language;
pub(crate) use reply::{Cause, say};
pub(crate) use score::{Score, Turnover, Worth};
pub(crate) use table::Table;
pub use task::{Check, Task};

/// The files of `knowledge/`, by their names.
const FILES: [(&str, &str); 14] = [
    ("industries.toml", include_str!("../knowledge/industries.toml")),
    ("assets.toml", include_str!("../knowledge/assets.toml")),
    ("crops.toml", include_str!("../knowledge/crops.toml")),
    ("documents.toml", include_str!("../knowledge/documents.toml")),
    ("tasks.toml", include_str!("../knowledge/tasks.toml")),
    ("scorecard.toml", include_str!("../knowledge/scorecard.toml")),
    ("capacity.toml", include_str!("../knowledge/capacity.toml")),
    ("replies.toml", include_str!("../knowledge/replies.toml")),
    ("causes.toml", include_str!("../knowledge/causes.toml")),
    ("tables/eligibility.json", include_str!("../knowledge/tables/eligibility.json")),
    ("tables/caps.json", include_str!("../knowledge/tables/caps.json")),
    ("tables/red_lines.json", include_str!("../knowledge/tables/red_lines.json")),
    ("tables/reductions.json", include_str!("../knowledge/tables/reductions.json")),
    ("tables/promotions.json", include_str!("../knowledge/tables/promotions.json")),
];

/// Longest file, bytes.
const LONGEST: usize = 1024 * 1024;

/// What the credit side knows. Made once; a decision takes it by reference.
#[derive(Debug)]
pub struct Knowledge {
    industries: BTreeMap<String, Industry>,
    assets: BTreeMap<String, Asset>,
    crops: BTreeMap<String, Crop>,
    documents: BTreeMap<String, Vec<String>>,
    tasks: BTreeMap<String, Task>,
    scores: Vec<Score>,
    lending: Lending,
    replies: BTreeMap<String, Text>,
    causes: BTreeMap<String, Cause>,
    tables: BTreeMap<String, Table>,
}

/// Why a file of the knowledge base cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}, {place}: {reason}")]
pub struct KnowledgeError {
    /// The file, as it is called in `knowledge/`.
    pub file: String,
    /// The entry, or the row counted from 1.
    pub place: String,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

impl KnowledgeError {
    fn new(file: &str, place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), reason: reason.into() }
    }
}

impl Knowledge {
    /// Names of its files in `knowledge/`.
    pub fn files() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, _)| *name)
    }

    /// The files that this crate was built with.
    pub fn built_in() -> Result<Self, KnowledgeError> {
        Self::with(&BTreeMap::new())
    }

    /// The same, some of whose files a bank has replaced by its own: texts by their names in `knowledge/`.
    pub fn with(replaced: &BTreeMap<String, String>) -> Result<Self, KnowledgeError> {
        for (name, text) in replaced {
            if !FILES.iter().any(|(known, _)| known == name) {
                return Err(KnowledgeError::new(
                    name,
                    "file",
                    "no such file in the knowledge base",
                ));
            }
            if text.len() > LONGEST {
                return Err(KnowledgeError::new(name, "file", "longer than 1 MiB"));
            }
        }
        let text = |name: &str| {
            let built_in = FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
            replaced.get(name).map(String::as_str).or(built_in).unwrap_or_default()
        };
        let documents: BTreeMap<String, Said> = entries("documents.toml", text("documents.toml"))?;
        let mut tables = BTreeMap::new();
        for (file, _) in FILES {
            let name = file.strip_prefix("tables/").and_then(|name| name.strip_suffix(".json"));
            if let Some(name) = name {
                tables.insert(name.to_owned(), Table::read(file, text(file))?);
            }
        }
        let knowledge = Self {
            industries: entries("industries.toml", text("industries.toml"))?,
            assets: entries("assets.toml", text("assets.toml"))?,
            crops: entries("crops.toml", text("crops.toml"))?,
            documents: documents.into_iter().map(|(kind, said)| (kind, said.said)).collect(),
            tasks: entries("tasks.toml", text("tasks.toml"))?,
            scores: score::read("scorecard.toml", text("scorecard.toml"))?,
            replies: entries("replies.toml", text("replies.toml"))?,
            causes: entries("causes.toml", text("causes.toml"))?,
            lending: one("capacity.toml", text("capacity.toml"))?,
            tables,
        };
        knowledge.check()?;
        Ok(knowledge)
    }

    /// Industries by their ids.
    pub fn industries(&self) -> &BTreeMap<String, Industry> {
        &self.industries
    }

    /// Things that merchants own, by their ids.
    pub fn assets(&self) -> &BTreeMap<String, Asset> {
        &self.assets
    }

    /// Crops by their ids.
    pub fn crops(&self) -> &BTreeMap<String, Crop> {
        &self.crops
    }

    /// The crop of an id or a name, and its id.
    pub(crate) fn crop(&self, name: &str) -> Option<(&str, &Crop)> {
        let mut crops = self.crops.iter();
        let found = self.crops.get_key_value(name);
        let found = found.or_else(|| crops.find(|(_, crop)| crop.is_called(name)));
        found.map(|(id, crop)| (id.as_str(), crop))
    }

    /// How each kind of voucher is called; words for several kinds begin with `_`.
    pub fn documents(&self) -> &BTreeMap<String, Vec<String>> {
        &self.documents
    }

    /// Self-proof tasks by their ids.
    pub fn tasks(&self) -> &BTreeMap<String, Task> {
        &self.tasks
    }

    /// Whether a print or a photocopy of a kind is not enough, by what its facts are worth.
    pub fn demands_original(&self, kind: &str) -> bool {
        let of_kind = |task: &&Task| task.evidence.iter().any(|evidence| evidence == kind);
        let facts: BTreeSet<&str> =
            self.tasks.values().filter(of_kind).map(|task| task.fact.as_str()).collect();
        let applies = |score: &&Score| {
            facts.contains(score.fact.as_str())
                && (score.kinds.is_empty() || score.kinds.iter().any(|of| of == kind))
        };
        self.scores.iter().filter(applies).any(|score| score.original)
    }

    /// The fact that comes of showing a thing of a class of recognition's taxonomy, where a task asks for it.
    pub fn fact_of_class(&self, class: &str) -> Option<&str> {
        let shown = |task: &&Task| {
            task.evidence.iter().any(|evidence| evidence.strip_prefix("class:") == Some(class))
        };
        self.tasks.values().find(shown).map(|task| task.fact.as_str())
    }

    /// The first entry of the scorecard that fits a fact of a kind for a merchant of an industry.
    pub(crate) fn score(
        &self,
        fact: &str,
        kind: Option<&str>,
        industry: Option<&str>,
    ) -> Option<(usize, &Score)> {
        self.scores.iter().enumerate().find(|(_, score)| score.fits(fact, kind, industry))
    }

    pub(crate) fn scores(&self) -> &[Score] {
        &self.scores
    }

    pub(crate) fn replies(&self) -> &BTreeMap<String, Text> {
        &self.replies
    }

    /// What a code means for the merchant.
    pub(crate) fn cause(&self, code: &str) -> Option<&Cause> {
        let stands = |cause: &&Cause| cause.codes.iter().any(|of| of == code);
        self.causes.values().find(stands).or_else(|| self.causes.get("other"))
    }

    pub(crate) fn lending(&self) -> &Lending {
        &self.lending
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Whether what one file names is in the other.
    fn check(&self) -> Result<(), KnowledgeError> {
        for (id, industry) in &self.industries {
            let wrong = |reason: String| Err(KnowledgeError::new("industries.toml", id, reason));
            for other in industry.upstream.iter().chain(&industry.downstream) {
                if !self.industries.contains_key(other) {
                    return wrong(format!("{other} is no industry of this file"));
                }
            }
            let things = industry.assets.iter().chain(industry.ranges.turnover_per_asset.keys());
            for asset in things {
                if !self.assets.contains_key(asset) {
                    return wrong(format!("{asset} is nothing in assets.toml"));
                }
            }
            if let Some(reason) = industry.fault() {
                return wrong(reason);
            }
        }
        for (id, task) in &self.tasks {
            let wrong = |reason: String| Err(KnowledgeError::new("tasks.toml", id, reason));
            for industry in &task.industries {
                if !self.industries.contains_key(industry) {
                    return wrong(format!("{industry} is nothing in industries.toml"));
                }
            }
            for asset in &task.assets {
                if !self.assets.contains_key(asset) {
                    return wrong(format!("{asset} is nothing in assets.toml"));
                }
            }
            if !self.scores.iter().any(|score| score.fact == task.fact) {
                return wrong(format!("scorecard.toml says nothing of its fact {}", task.fact));
            }
            if let Some(reason) = task.fault() {
                return wrong(reason);
            }
        }
        reply::check(&self.replies)?;
        let mut named = BTreeMap::new();
        for (id, crop) in &self.crops {
            let wrong = |reason: String| Err(KnowledgeError::new("crops.toml", id, reason));
            for name in &crop.said {
                if let Some(other) = named.insert(name.to_lowercase(), id) {
                    return wrong(format!("{other} is called {name} too"));
                }
            }
            if let Some(reason) = crop.fault() {
                return wrong(reason);
            }
        }
        if let Some(reason) = self.lending.fault() {
            return Err(KnowledgeError::new("capacity.toml", "file", reason));
        }
        for (at, score) in self.scores.iter().enumerate() {
            let wrong = |reason: String| {
                let place = format!("entry {} ({})", at + 1, score.fact);
                Err(KnowledgeError::new("scorecard.toml", place, reason))
            };
            for industry in &score.industries {
                if !self.industries.contains_key(industry) {
                    return wrong(format!("{industry} is nothing in industries.toml"));
                }
            }
            if let Some(reason) = score.fault() {
                return wrong(reason);
            }
        }
        Ok(())
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    said: Vec<String>,
}

/// The entries of a file of one table each. Where one does not fit, it is named.
fn entries<T: DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<BTreeMap<String, T>, KnowledgeError> {
    let read: BTreeMap<String, toml::Value> = toml::from_str(text)
        .map_err(|error| KnowledgeError::new(file, line_of(text, &error), error.message()))?;
    read.into_iter()
        .map(|(id, value)| match value.try_into() {
            Ok(entry) => Ok((id, entry)),
            Err(error) => Err(KnowledgeError::new(file, id, error.message())),
        })
        .collect()
}

/// A file of one entry.
fn one<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, KnowledgeError> {
    toml::from_str(text)
        .map_err(|error| KnowledgeError::new(file, line_of(text, &error), error.message()))
}

/// The line at which a file is broken.
fn line_of(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}", before.matches('\n').count() + 1)
}
