use serde::{Deserialize, Serialize};

use crate::case::Stage;
use crate::decision::Text;

/// A proof that a merchant may be asked for (自证任务).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Title in Chinese.
    pub zh: String,
    /// Title in English.
    pub en: String,
    /// What must be in the picture, and how to take it.
    pub how: Text,
    /// What it proves, and why that helps.
    pub why: Text,
    /// Any one of these does: kinds of vouchers, `class:ID` of recognition's taxonomy, `import:NAME`.
    pub evidence: Vec<String>,
    /// Name of the fact that comes of it.
    pub fact: String,
    /// Ids of the industries that it is for; empty for all.
    #[serde(default)]
    pub industries: Vec<String>,
    /// Stages of business that it is for; empty for all.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// Only for those who have one of these things; empty for all.
    #[serde(default)]
    pub assets: Vec<String>,
    /// What is checked.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// What it takes, minutes, with finding the paper.
    pub effort: u32,
    /// Share of those asked who can show it and pass, 0..1.
    pub likely: f32,
    /// Yuan that the fact carries: 10th, 50th and 90th percentile.
    #[serde(default)]
    pub amount: Option<[u64; 3]>,
}

/// What is checked of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it; README.md of the crate has a line for each")]
pub enum Check {
    PartyIsMerchant,
    CodeMatchesLicence,
    NameMatchesLicence,
    PlateMatchesPapers,
    InForce,
    Recent,
    AmountInWords,
    TaxAddsUp,
    BalanceAddsUp,
    SealPresent,
    SignaturePresent,
    OriginalPaper,
    LiveCapture,
    NotRecaptured,
    NotTampered,
    NotSeenBefore,
    AccountMatches,
    CounterpartyVerified,
    LocationMatches,
    CountMatches,
    SeasonFits,
}

impl Task {
    /// The voucher kinds among its evidence.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.evidence.iter().map(String::as_str).filter(|evidence| !evidence.contains(':'))
    }

    /// Its title.
    pub fn text(&self) -> Text {
        Text::new(&*self.zh, &*self.en)
    }

    /// What no task can be, if this is so.
    pub(super) fn fault(&self) -> Option<String> {
        if self.evidence.is_empty() {
            return Some("nothing would satisfy it: name its evidence".to_owned());
        }
        if self.effort == 0 {
            return Some("its effort is nothing: one minute at least".to_owned());
        }
        if !(0.0..=1.0).contains(&self.likely) {
            return Some("`likely` is not within 0 and 1".to_owned());
        }
        let falls = self.amount.is_some_and(|[low, middle, high]| low > middle || middle > high);
        falls.then(|| "its amounts do not rise".to_owned())
    }
}
