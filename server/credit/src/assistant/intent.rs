use serde::{Deserialize, Serialize};

/// What a merchant mainly wants of the assistant with one utterance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A greeting, and nothing else yet.
    Greet,
    /// How much the quota is now.
    AskQuota,
    /// What would raise it.
    AskHowToRaise,
    /// How a task is done, or whether something will do as a proof.
    AskTaskDetail,
    /// Why something was refused.
    AskWhyRejected,
    /// Whether the review is done, and what is still missing.
    AskProgress,
    /// Tells the line of business, and nothing more concrete.
    StateIndustry,
    /// Tells money, or a quantity sold, for a period.
    StateTurnover,
    /// Tells of things, premises, land, animals, staff, stock.
    StateAsset,
    /// Tells of customers and suppliers.
    StateSupplyRelation,
    /// Has not got a document: none, lost, expired, with somebody else.
    LackDocument,
    /// Does not want to do or to give it.
    Refuse,
    /// Who sees it, where it is kept, why it is needed.
    AskPrivacy,
    /// Takes a photo, data or a consent back.
    WithdrawConsent,
    /// Interest, fees, term, repayment.
    AskRateOrRepayment,
    /// Campaigns, coupons, interest-free offers.
    AskPromotion,
    /// A lower quota, or none at all.
    AskLowerOrClose,
    /// Anger.
    Complain,
    /// A person, please.
    AskHuman,
    /// Thanks, jokes, goodbyes, who are you.
    Smalltalk,
    /// Anything else.
    Other,
}

impl Intent {
    /// Every intent, in the order in which the model's rows stand.
    pub const ALL: [Self; 21] = [
        Self::Greet,
        Self::AskQuota,
        Self::AskHowToRaise,
        Self::AskTaskDetail,
        Self::AskWhyRejected,
        Self::AskProgress,
        Self::StateIndustry,
        Self::StateTurnover,
        Self::StateAsset,
        Self::StateSupplyRelation,
        Self::LackDocument,
        Self::Refuse,
        Self::AskPrivacy,
        Self::WithdrawConsent,
        Self::AskRateOrRepayment,
        Self::AskPromotion,
        Self::AskLowerOrClose,
        Self::Complain,
        Self::AskHuman,
        Self::Smalltalk,
        Self::Other,
    ];

    /// Its row in the model.
    pub(crate) fn row(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order() {
        for (row, intent) in Intent::ALL.into_iter().enumerate() {
            assert_eq!(intent.row(), row);
        }
    }
}
