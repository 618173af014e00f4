//! From facts to a quota with reasons, and to the proof that would help next.
//!
//! No IO, no clock: a [`Case`] in, a [`Decision`] out, the same for the same case whatever the order
//! of its facts. The reasons' amounts sum to the change of the quota exactly.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod case;
mod decide;
mod decision;
mod names;
mod rules;
mod yuan;

pub use case::{Case, CaseError, Fact, Merchant, Policy};
pub use decide::decide;
pub use decision::{Decision, Reason, Task, Text, Unused};
pub use rules::{KINDS, demands_original};

/// Every code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "amount_missing",
    "business_registered",
    "cap_reached",
    "case_limit_exceeded",
    "case_malformed",
    "contract_volume",
    "duplicate",
    "expired",
    "goods_moved",
    "grade_too_low",
    "invoiced_turnover",
    "kind_without_rule",
    "party_mismatch",
    "permit_valid",
    "plate_unmatched",
    "too_old",
    "vehicle_registered",
    "vehicle_shown",
];
