//! A merchant and the facts that are known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::Date;

/// Longest case, bytes of JSON.
const MAX_BYTES: usize = 1024 * 1024;

/// Most facts in one case.
const MAX_FACTS: usize = 1_000;

/// Longest text, bytes.
const MAX_TEXT: usize = 512;

/// Largest quota, yuan.
const MAX_QUOTA: u64 = 100_000_000;

/// Everything that a decision rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Whose quota.
    pub merchant: Merchant,
    /// The day of the decision: what is expired or too old is so on this day.
    #[serde(with = "iso_date")]
    pub today: Date,
    /// What was proved.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// What the bank makes of evidence grades.
    #[serde(default)]
    pub policy: Policy,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// The bank's own id.
    pub id: String,
    /// Registered name; facts about others count only where it is unknown.
    #[serde(default)]
    pub name: Option<String>,
    /// `haulage`, `retail`, or another word for no rules of its own.
    #[serde(default)]
    pub industry: Option<String>,
    /// Quota without any proof, yuan.
    pub base_quota: u64,
}

/// One thing proved by one picture, or known otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Unique within the case; reasons name it.
    pub id: String,
    /// Kind of voucher, for example `vat_invoice`.
    pub kind: String,
    /// Grade of the key that signed the evidence, `A` to `D`; `None` where it did not come from a
    /// phone.
    #[serde(default)]
    pub grade: Option<String>,
    /// What the voucher says. Amounts are yuan with up to two decimals, dates `YYYY-MM-DD`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// What the bank makes of evidence grades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How much of an amount counts, in thousandths, for grades A, B, C and D. Without policy A and B
    /// count whole, C half, and D (software keys) not at all.
    pub grade_weight_per_mille: [u32; 4],
}

impl Default for Policy {
    fn default() -> Self {
        Self { grade_weight_per_mille: [1_000, 1_000, 500, 0] }
    }
}

impl Policy {
    /// The weight of a grade in thousandths; what did not come from a phone counts whole.
    pub(crate) fn weight(&self, grade: Option<&str>) -> u64 {
        let [a, b, c, d] = self.grade_weight_per_mille;
        u64::from(match grade {
            None => 1_000,
            Some("A") => a,
            Some("B") => b,
            Some("C") => c,
            Some(_) => d,
        })
        .min(1_000)
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
    /// Reads a case as it is written down.
    pub fn from_json(bytes: &[u8]) -> Result<Self, CaseError> {
        if bytes.len() > MAX_BYTES {
            return Err(CaseError::Limit("1 MiB of JSON"));
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
                CaseError::Malformed(format!(
                    "{what}, line {} column {}",
                    error.line(),
                    error.column()
                ))
            })?;
        case.check()?;
        Ok(case)
    }

    /// Refuses what exceeds a limit.
    pub(crate) fn check(&self) -> Result<(), CaseError> {
        if self.facts.len() > MAX_FACTS {
            return Err(CaseError::Limit("1,000 facts"));
        }
        if self.merchant.base_quota > MAX_QUOTA {
            return Err(CaseError::Limit("a base quota of 100,000,000 yuan"));
        }
        let merchant =
            [Some(&self.merchant.id), self.merchant.name.as_ref(), self.merchant.industry.as_ref()];
        let facts = self.facts.iter().flat_map(|fact| {
            [Some(&fact.id), Some(&fact.kind), fact.grade.as_ref()]
                .into_iter()
                .chain(fact.fields.iter().flat_map(|(name, value)| [Some(name), Some(value)]))
        });
        if merchant.into_iter().chain(facts).flatten().any(|text| text.len() > MAX_TEXT) {
            return Err(CaseError::Limit("512 bytes in a text"));
        }
        if self.facts.iter().any(|fact| fact.fields.len() > 64) {
            return Err(CaseError::Limit("64 fields in a fact"));
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
