//! What a merchant's data is kept for, and how long at most.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::stored_by_name;

/// What something is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// To decide the quota, and to find who proves the same thing twice. Agreed to item by item, by sending it.
    Quota,
    /// To go on with a conversation where it ended.
    Assistant,
    /// To take orders and parcels from the bank's other systems.
    Partners,
}

/// How an agreement came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ended {
    /// The merchant took it back.
    Withdrawn,
    /// Its time was over.
    Expired,
    /// Another took its place.
    Renewed,
}

stored_by_name!(Purpose { Quota: "quota", Assistant: "assistant", Partners: "partners" });
stored_by_name!(Ended { Withdrawn: "withdrawn", Expired: "expired", Renewed: "renewed" });

impl Purpose {
    /// Every one.
    pub(crate) const ALL: [Self; 3] = [Self::Quota, Self::Assistant, Self::Partners];

    /// As it is stored and written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::Assistant => "assistant",
            Self::Partners => "partners",
        }
    }

    /// What the merchant agrees to, in Chinese and English.
    pub(crate) fn text(self) -> [&'static str; 2] {
        match self {
            Self::Quota => [
                "用您发来的照片和文件评估额度，并核对同一份材料是否被重复使用。每一份材料都可以单独撤回，撤回后删除原件和读出的内容。",
                "To decide your quota from the photos and files that you send, and to check that nothing is used twice. \
                 Each of them can be withdrawn by itself; its original and what was read of it are then erased.",
            ],
            Self::Assistant => [
                "让助手记住您说过的生意情况，下次接着聊。不保存聊天原文，随时可以清除。",
                "To let the assistant remember what you said of your business, and to go on from there. \
                 No transcript is kept, and it can be cleared at any time.",
            ],
            Self::Partners => [
                "接收本行其他系统中与您有关的订单、应收和地块记录，用于评估额度。撤回后删除这些记录。",
                "To take your orders, receivables and parcels from the bank's other systems for your quota. \
                 They are erased when you withdraw it.",
            ],
        }
    }

    /// The longest that something is kept for it, days.
    pub(crate) fn longest_days(self) -> i64 {
        match self {
            Self::Quota | Self::Partners => 730,
            Self::Assistant => 180,
        }
    }
}
