//! A merchant and everything that a decision rests on.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::Date;

use crate::fact::Fact;
use crate::graph::Features;

/// Longest case, bytes of JSON.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Longest text, bytes.
const MAX_TEXT: usize = 512;

/// Most parts of a fact.
const MAX_PARTS: usize = 64;

/// Everything that a decision rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Whose quota.
    pub merchant: Merchant,
    /// The day of the decision, `YYYY-MM-DD`: what is expired or too old is so on this day.
    #[serde(with = "iso_date")]
    #[schemars(with = "String", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub today: Date,
    /// What was proved, given or said.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// What the bank knows of the loan itself.
    #[serde(default)]
    pub conduct: Conduct,
    /// What the graph of all merchants says about this one.
    #[serde(default)]
    pub graph: Features,
    /// Ids of tasks that the merchant does not want to be asked for.
    #[serde(default)]
    pub declined: BTreeSet<String>,
    /// What the bank makes of where facts come from.
    #[serde(default)]
    pub policy: Policy,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// The bank's own id.
    pub id: String,
    /// Registered name; facts about others count only where it is unknown.
    #[serde(default)]
    pub name: Option<String>,
    /// Whose business it is; papers may name the person instead of the business.
    #[serde(default)]
    pub person: Option<String>,
    /// Id of `knowledge/industries.toml`; of another or none no industry's rules apply.
    #[serde(default)]
    pub industry: Option<String>,
    /// How long it has been in business.
    #[serde(default)]
    pub stage: Stage,
    /// Quota without any proof, yuan.
    pub base_quota: u64,
}

/// How long a merchant has been in business.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// In its first year.
    Starting,
    /// Longer.
    #[default]
    Established,
}

/// What the bank knows of the loan itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Conduct {
    /// What the merchant pays back a month on all its debts, yuan.
    pub monthly_repayment: u64,
    /// Days that the oldest payment is late by.
    pub days_overdue: u32,
    /// Whether money was found to be spent on something else than the business.
    pub non_business_use: bool,
    /// Days since the quota or the shop's account was last used.
    pub idle_days: u32,
    /// Days, `YYYY-MM-DD`, on which the merchant was told of a reduction, by its code.
    #[schemars(
        with = "BTreeMap<String, String>",
        extend("additionalProperties" = { "type": "string", "format": "date" })
    )]
    pub told: BTreeMap<String, Day>,
}

/// A day, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day(#[serde(with = "iso_date")] pub Date);

/// What the bank makes of where facts come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How much of a fact counts, in thousandths, for grades A, B, C and D. Without policy A and B
    /// count whole, C half, and D (software keys) not at all.
    pub grade_weight_per_mille: [u32; 4],
    /// The same of a file that the merchant gave, which anybody may edit.
    pub import_weight_per_mille: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { grade_weight_per_mille: [1_000, 1_000, 500, 0], import_weight_per_mille: 600 }
    }
}

/// Why a case cannot be decided.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseError {
    /// Not the JSON that is expected.
    #[error("not a case: {0}")]
    Malformed(String),
    /// More of something than a case may hold.
    #[error("the case exceeds a limit: {0}")]
    Limit(&'static str),
}

impl CaseError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "case_malformed",
            Self::Limit(_) => "case_limit_exceeded",
        }
    }
}

impl Case {
    /// Most facts in one case: a bank's statement of a year is one fact a month.
    pub const MOST_FACTS: usize = 4_000;

    /// Most yuan in a quota without proof, or paid back a month.
    pub const MOST_YUAN: u64 = 100_000_000;

    /// Reads a case as it is written down.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CaseError> {
        if bytes.len() > MAX_BYTES {
            return Err(CaseError::Limit("4 MiB of JSON"));
        }
        let case: Self = serde_json::from_slice(bytes)
            // The position is enough to find it; the words could quote a field's value.
            .map_err(|error| {
                let what = match error.classify() {
                    serde_json::error::Category::Data => {
                        "a field is missing, unknown or of the wrong type"
                    }
                    _ => "the JSON is broken",
                };
                let (line, column) = (error.line(), error.column());
                CaseError::Malformed(format!("{what}, line {line} column {column}"))
            })?;
        case.check()?;
        Ok(case)
    }

    /// The JSON Schema of a case, as `schema/case.json` has it.
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Case);
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }

    /// Refuses what exceeds a limit.
    pub(crate) fn check(&self) -> Result<(), CaseError> {
        if self.facts.len() > Self::MOST_FACTS {
            return Err(CaseError::Limit("4,000 facts"));
        }
        if self.merchant.base_quota.max(self.conduct.monthly_repayment) > Self::MOST_YUAN {
            return Err(CaseError::Limit("100,000,000 yuan"));
        }
        let Merchant { id, name, person, industry, .. } = &self.merchant;
        let merchant = [Some(id), name.as_ref(), person.as_ref(), industry.as_ref()];
        let facts = self.facts.iter().flat_map(Fact::texts);
        if merchant.into_iter().flatten().chain(facts).any(|text| text.len() > MAX_TEXT) {
            return Err(CaseError::Limit("512 bytes in a text"));
        }
        if self.facts.iter().any(|fact| fact.parts.len() > MAX_PARTS) {
            return Err(CaseError::Limit("64 parts in a fact"));
        }
        if self.declined.len() > Self::MOST_FACTS
            || self.declined.iter().any(|id| id.len() > MAX_TEXT)
        {
            return Err(CaseError::Limit("4,000 declined tasks"));
        }
        if !self.facts.iter().all(|fact| (0.0..=1.0).contains(&fact.confidence)) {
            return Err(CaseError::Malformed("a confidence is not within 0 and 1".to_owned()));
        }
        let mut ids: Vec<&str> = self.facts.iter().map(|fact| fact.id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(CaseError::Malformed("two facts have the same id".to_owned()));
        }
        Ok(())
    }
}

mod iso_date {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use time::Date;
    use time::macros::format_description;

    pub(super) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        let text = date.format(format_description!("[year]-[month]-[day]"));
        serializer.serialize_str(&text.map_err(serde::ser::Error::custom)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::yuan::date(&text).ok_or_else(|| Error::custom("a date is YYYY-MM-DD"))
    }
}
