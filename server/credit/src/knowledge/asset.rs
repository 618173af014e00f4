use serde::Deserialize;

/// A thing that a merchant owns or works in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// How merchants call it.
    pub said: Vec<String>,
    /// The words that it is counted with.
    #[serde(default)]
    pub measures: Vec<String>,
    /// Class of recognition's taxonomy that shows it.
    #[serde(default)]
    pub class: Option<String>,
    /// What one is worth used, yuan, 10th and 90th percentile.
    #[serde(default)]
    pub value: Option<[u64; 2]>,
}
