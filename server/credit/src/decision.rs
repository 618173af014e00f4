//! What a case comes to.

use serde::{Deserialize, Serialize};

/// A quota, why it is that, and what would raise it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The quota, yuan.
    pub quota: u64,
    /// The quota without any proof, yuan.
    pub before: u64,
    /// The difference, yuan: the sum of the reasons' amounts. Below nothing where the quota was reduced.
    pub uplift: i64,
    /// Why: what raises it, largest first, then what holds it back.
    pub reasons: Vec<Reason>,
    /// What the merchant's income carries.
    pub capacity: Capacity,
    /// What the merchant has to know besides: advice about debt, what stops a raise, what will be taken away.
    pub notices: Vec<Notice>,
    /// Offers that the merchant may take now.
    pub promotions: Vec<Promotion>,
    /// The proofs that would help most for the least effort, best first.
    pub next_tasks: Vec<NextTask>,
    /// The facts that count for nothing, and why.
    pub unused: Vec<Unused>,
}

/// One part of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code, as listed in `CODES.md`.
    pub code: String,
    /// Yuan; negative where something holds the quota back.
    pub amount: i64,
    /// For the merchant.
    pub text: Text,
    /// Ids of the facts that carry it.
    pub facts: Vec<String>,
}

/// What a merchant's income carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// A year's proven turnover, yuan.
    pub turnover: u64,
    /// What the industry leaves of it, yuan.
    pub income: u64,
    /// The industry's margin, thousandths.
    pub margin_per_mille: u64,
    /// Repayments of a year to income, thousandths.
    pub debt_ratio_per_mille: u64,
    /// How much the quota may rise, yuan.
    pub room: u64,
    /// The same after what debt takes, yuan.
    pub room_after_debt: u64,
}

/// What the merchant has to know besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code, as listed in `CODES.md`.
    pub code: String,
    /// For the merchant.
    pub text: Text,
    /// Yuan that will be taken away, where some will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<u64>,
    /// Days of notice from the day on which the merchant is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u32>,
}

/// An offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// Stable code, as the table of promotions has it.
    pub code: String,
    /// Yuan that bear no interest.
    pub amount: u64,
    /// For so many days.
    pub days: u32,
    /// Last day of the offer, `YYYY-MM-DD`.
    pub until: String,
    /// For the merchant.
    pub text: Text,
}

/// A proof that the merchant could give next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextTask {
    /// Id of `knowledge/tasks.toml`.
    pub task: String,
    /// Kind of voucher to photograph, or `class:` or `import:` with a name: the first that does.
    pub kind: String,
    /// What it adds on average, yuan, with how likely it is that the merchant has it.
    pub expected_gain: u64,
    /// What it adds where it is there: a small one, yuan.
    pub low: u64,
    /// The same of a large one, yuan.
    pub high: u64,
    /// What it takes, minutes.
    pub effort: u32,
    /// Its title, for the merchant.
    pub text: Text,
    /// What it proves.
    pub why: Text,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
