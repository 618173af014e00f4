use std::collections::BTreeMap;

use serde::Deserialize;

/// A line of business.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Section letter and division or group of GB/T 4754-2017.
    pub gbt4754: String,
    /// How merchants say what they do.
    pub said: Vec<String>,
    /// Months with the most business, 1 to 12.
    pub busy_months: Vec<u8>,
    /// Ids of things that such a merchant typically has, the most typical first.
    pub assets: Vec<String>,
    /// Kinds of vouchers that it typically has.
    pub vouchers: Vec<String>,
    /// Ids of industries that it buys from.
    pub upstream: Vec<String>,
    /// Ids of industries that it sells to.
    pub downstream: Vec<String>,
    /// What is plausible.
    pub ranges: Ranges,
}

/// What is plausible of a small merchant: 10th and 90th percentile.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// Yuan a year.
    pub turnover: [u64; 2],
    /// What is left of the turnover before the owner's pay, percent.
    pub margin_percent: [u32; 2],
    /// Days until customers pay.
    #[serde(default)]
    pub receivable_days: Option<[u32; 2]>,
    /// How often the stock is sold a year.
    #[serde(default)]
    pub stock_turns: Option<[f32; 2]>,
    /// Yuan a year for each of a thing, by its id.
    #[serde(default)]
    pub turnover_per_asset: BTreeMap<String, [u64; 2]>,
    /// People at work.
    #[serde(default)]
    pub staff: Option<[u32; 2]>,
    /// What has to be known about a range.
    #[serde(default)]
    pub margin_note: Option<String>,
}

impl Industry {
    /// What no industry can be, if this is so.
    pub(super) fn fault(&self) -> Option<String> {
        let Ranges { turnover, margin_percent, receivable_days, stock_turns, staff, .. } =
            &self.ranges;
        let per_asset = self.ranges.turnover_per_asset.values();
        let yuan = [turnover].into_iter().chain(per_asset);
        let upright = |[low, high]: &[u32; 2]| low <= high;
        if !self.busy_months.iter().all(|month| (1..=12).contains(month)) {
            return Some("a busy month is not within 1 and 12".to_owned());
        }
        if !yuan.into_iter().all(|[low, high]| low <= high)
            || ![Some(margin_percent), receivable_days.as_ref(), staff.as_ref()]
                .into_iter()
                .flatten()
                .all(upright)
            || stock_turns.is_some_and(|[low, high]| low > high)
        {
            return Some("a range begins with more than it ends with".to_owned());
        }
        (margin_percent[1] > 100).then(|| "a margin is more than 100 percent".to_owned())
    }
}
