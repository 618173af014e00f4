//! What a merchant can pay back: how much the quota may rise whatever was shown.

use serde::Deserialize;

use crate::case::Case;
use crate::decision::Capacity;
use crate::knowledge::{Knowledge, Ranges};

/// `knowledge/capacity.toml`, whose comments explain each; thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lending {
    presumed_income: u64,
    room_of_quota: u64,
    room_of_income: u64,
    margin: u64,
    pub(crate) comfortable: u64,
    pub(crate) too_high: u64,
}

impl Lending {
    /// What they cannot be, if this is so.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if self.comfortable >= self.too_high {
            return Some("`comfortable` has to be less than `too_high`");
        }
        (self.presumed_income == 0).then_some("a quota presumes some income")
    }
}

/// What a year's proven turnover, yuan, leaves room for.
pub(crate) fn of(knowledge: &Knowledge, case: &Case, turnover: u64) -> Capacity {
    let lending = knowledge.lending();
    let industry = case.merchant.industry.as_deref().and_then(|id| knowledge.industries().get(id));
    let margin = industry.map_or(lending.margin, |industry| {
        let Ranges { margin_percent: [low, high], .. } = industry.ranges;
        5 * (u64::from(low) + u64::from(high))
    });
    let share = |of: u64, per_mille: u64| of.saturating_mul(per_mille) / 1_000;
    let base = case.merchant.base_quota;
    let income = share(turnover, margin);
    let yearly = case.conduct.monthly_repayment.saturating_mul(12);
    let known = share(base, lending.presumed_income).saturating_add(income);
    let debt = if yearly == 0 { 0 } else { yearly.saturating_mul(1_000) / known.max(1) };
    let room =
        share(base, lending.room_of_quota).saturating_add(share(income, lending.room_of_income));
    let left = lending.too_high.saturating_sub(debt.max(lending.comfortable));
    let span = lending.too_high - lending.comfortable;
    Capacity {
        turnover,
        income,
        margin_per_mille: margin,
        debt_ratio_per_mille: debt,
        room,
        room_after_debt: room.saturating_mul(left) / span.max(1),
    }
}
