//! From facts to a quota with reasons, and to the proof that would help next.
//!
//! No IO, no clock: a [`Case`] in, a [`Decision`] out, the same for the same case whatever the order
//! of its facts. The reasons' amounts sum to the change of the quota exactly.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod assistant;
mod capacity;
mod case;
mod conversation;
mod decide;
mod decision;
mod fact;
pub mod graph;
pub mod import;
mod knowledge;
mod names;
mod next_task;
mod profile;
mod tally;
mod yuan;

/// Every code that this crate can produce with its own knowledge base, besides [`ImportError::CODES`], as listed in
/// `CODES.md`.
pub const CODES: &[&str] = &[
    "account_opened",
    "amount_missing",
    "assets_shown",
    "bank_flow",
    "business_registered",
    "cap_reached",
    "capacity_reached",
    "case_limit_exceeded",
    "case_malformed",
    "circular_trade",
    "community_risk",
    "contract_volume",
    "debt_high",
    "debt_too_high",
    "debt_weighs",
    "duplicate",
    "expired",
    "fact_without_rule",
    "first_proof",
    "forged",
    "forged_evidence",
    "goods_moved",
    "goods_ordered",
    "grade_too_low",
    "industry_not_served",
    "insured",
    "invoiced_turnover",
    "no_quota_yet",
    "non_business_use",
    "only_declared",
    "orders_delivered",
    "overdue",
    "parcels_seen",
    "party_mismatch",
    "payments_received",
    "permit_valid",
    "plate_unmatched",
    "premises_owned",
    "premises_rented",
    "premises_shown",
    "qualified",
    "read_unsurely",
    "receivables",
    "reduced_idle",
    "reduced_non_business_use",
    "reduced_overdue",
    "rights_owned",
    "running_costs",
    "sales_declared",
    "shared_picture",
    "shop_shown",
    "spring_ploughing",
    "staff_insured",
    "stock_received",
    "stock_shown",
    "tax_paid",
    "tender_won",
    "too_old",
    "trade_abroad",
    "vehicle_registered",
    "vehicle_shown",
    "year_end_interest_free",
];

pub use assistant::{
    Intent, ModelError, Slot, Understander, Understanding, UnderstandingError, Utterance,
};
pub use case::{Case, CaseError, Conduct, Day, Merchant, Policy, Stage};
pub use conversation::{
    Action, Answer, Assistant, Conversation, Outcome, Situation, Terms, Upload,
};
pub use decide::decide;
pub use decision::{Capacity, Decision, NextTask, Notice, Promotion, Reason, Text, Unused};
pub use fact::{Fact, Source, Standing};
pub use graph::Features;
pub use import::ImportError;
pub use knowledge::{
    Asset, Check, Crop, Industry, Knowledge, KnowledgeError, Language, Ranges, Task,
};
pub use profile::{Conflict, Counterparty, Holding, Line, Profile, Relation, Turnover, Value};
