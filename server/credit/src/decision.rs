//! What a case comes to.

use serde::{Deserialize, Serialize};

/// A quota, why it is that, and what would raise it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The quota, yuan.
    pub quota: u64,
    /// The quota without any proof, yuan.
    pub before: u64,
    /// The difference, yuan: the sum of the reasons' amounts.
    pub uplift: u64,
    /// Why, largest first; a cap comes last, as a negative amount.
    pub reasons: Vec<Reason>,
    /// The proofs that would help most for the least effort, best first.
    pub next_tasks: Vec<Task>,
    /// The facts that count for nothing, and why.
    pub unused: Vec<Unused>,
}

/// One part of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code, as listed in `CODES.md`.
    pub code: String,
    /// Yuan; negative where a cap takes something back.
    pub amount: i64,
    /// For the merchant.
    pub text: Text,
    /// Ids of the facts that carry it.
    pub facts: Vec<String>,
}

/// A proof that the merchant could give next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Kind of voucher to photograph.
    pub kind: String,
    /// What a typical one would add, yuan.
    pub expected_gain: u64,
    /// What it takes, minutes.
    pub effort: u32,
    /// For the merchant.
    pub text: Text,
}

/// A fact that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unused {
    /// The fact's id.
    pub fact: String,
    /// Stable code, as listed in `CODES.md`.
    pub code: String,
    /// For the merchant.
    pub text: Text,
}

/// A text in the merchant's languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}
