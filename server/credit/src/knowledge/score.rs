//! What a fact is worth: an entry of `knowledge/scorecard.toml`, whose head explains each field.

use serde::Deserialize;

use super::KnowledgeError;
use crate::decision::Text;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Score {
    pub(crate) fact: String,
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    #[serde(default)]
    pub(crate) industries: Vec<String>,
    pub(crate) code: String,
    pub(crate) worth: Worth,
    /// All its facts together add no more, yuan.
    pub(crate) cap: u64,
    #[serde(default)]
    pub(crate) names: Vec<String>,
    #[serde(default)]
    pub(crate) original: bool,
    #[serde(default)]
    pub(crate) same: Vec<String>,
    #[serde(default)]
    pub(crate) oldest_days: Option<u32>,
    #[serde(default)]
    pub(crate) turnover: Option<Turnover>,
    #[serde(default)]
    pub(crate) plate: Option<String>,
    zh: String,
    en: String,
}

/// How facts turn into yuan.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Worth {
    /// The first is worth this, more add nothing.
    Once { once: u64 },
    /// Every one is worth this.
    Each { each: u64 },
    /// So many thousandths of a part's amount, all summed.
    PerMille { per_mille: u64, of: String },
}

/// Which part of a fact is part of a year's turnover.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turnover {
    pub(crate) of: String,
    /// What adds up with each other.
    pub(crate) basis: String,
    /// Only where this part names the merchant: what it bought is no turnover of its own.
    #[serde(default)]
    pub(crate) seller: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scorecard {
    score: Vec<toml::Value>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Vec<Score>, KnowledgeError> {
    let card: Scorecard = toml::from_str(text).map_err(|error| {
        KnowledgeError::new(file, super::line_of(text, &error), error.message())
    })?;
    card.score
        .into_iter()
        .enumerate()
        .map(|(at, value)| {
            value.try_into().map_err(|error: toml::de::Error| {
                KnowledgeError::new(file, format!("entry {}", at + 1), error.message())
            })
        })
        .collect()
}

impl Score {
    pub(crate) fn fits(&self, fact: &str, kind: Option<&str>, industry: Option<&str>) -> bool {
        let among = |list: &[String], what: Option<&str>| {
            list.is_empty() || what.is_some_and(|what| list.iter().any(|of| of == what))
        };
        self.fact == fact && among(&self.kinds, kind) && among(&self.industries, industry)
    }

    pub(crate) fn text(&self) -> Text {
        Text::new(&*self.zh, &*self.en)
    }

    /// What no entry can be, if this is so.
    pub(super) fn fault(&self) -> Option<String> {
        match &self.worth {
            Worth::Once { once } if *once != self.cap => {
                Some("what is worth something once is capped by just that".to_owned())
            }
            Worth::Each { each } if *each > self.cap => {
                Some("one alone is worth more than the cap".to_owned())
            }
            Worth::PerMille { per_mille, .. } if *per_mille > 1_000 => {
                Some("more than the whole amount counts".to_owned())
            }
            _ => None,
        }
    }
}
