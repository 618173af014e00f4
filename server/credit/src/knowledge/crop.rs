use serde::Deserialize;

/// What grows on a field.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// How farmers and other systems call it.
    pub said: Vec<String>,
    /// Kilograms that a mu yields in a season: 10th, 50th and 90th percentile.
    #[serde(default)]
    pub kg: Option<[u64; 3]>,
    /// Yuan that a mu's harvest of a season sells for: 10th, 50th and 90th percentile.
    pub yuan: [u64; 3],
    /// Months of the harvest, 1 to 12.
    #[serde(default)]
    pub months: Vec<u8>,
}

impl Crop {
    /// Whole yuan that so many mu yield in a season: 10th, 50th and 90th percentile.
    pub(crate) fn output(&self, mu: f64) -> [u64; 3] {
        self.yuan.map(|yuan| (yuan as f64 * mu.max(0.0)) as u64)
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        self.said.iter().any(|said| said.to_lowercase() == name)
    }

    /// What no crop can be, if this is so.
    pub(super) fn fault(&self) -> Option<String> {
        let rises = |[low, middle, high]: [u64; 3]| 0 < low && low <= middle && middle <= high;
        if !rises(self.yuan) || !self.kg.is_none_or(rises) {
            return Some("its amounts are nothing or do not rise".to_owned());
        }
        let months = self.months.iter().all(|month| (1..=12).contains(month));
        (!months).then(|| "a month is not within 1 and 12".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use crate::Knowledge;

    /// Farm-gate prices from dried tobacco to cabbages and silage, yuan a kilogram.
    #[test]
    fn yields_and_sales_make_a_plausible_price() {
        let knowledge = Knowledge::built_in().expect("the files");
        assert!(knowledge.crops().len() >= 20);
        for (id, crop) in knowledge.crops() {
            for (kg, yuan) in crop.kg.into_iter().flatten().zip(crop.yuan) {
                let price = yuan as f64 / kg as f64;
                assert!((0.2..70.0).contains(&price), "{id}: {price} yuan a kilogram");
            }
        }
    }

    #[test]
    fn names_find_their_crop() {
        let knowledge = Knowledge::built_in().expect("the files");
        let id = |name: &str| knowledge.crop(name).map(|(id, _)| id);
        assert_eq!(
            (id("rice"), id("水稻"), id(" Paddy ")),
            (Some("rice"), Some("rice"), Some("rice"))
        );
        assert_eq!(id("dragon fruit"), None);
    }
}
