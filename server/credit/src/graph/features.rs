//! What the graph says about one merchant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::counterparties::Counterparties;
use super::sharing::Sharing;
use super::walk::Walk;
use super::{chain, circle, community};
use crate::knowledge::Knowledge;

/// What the graph says about one merchant; each is defined where it is worked out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Features {
    /// Counterparties that were verified themselves.
    pub verified_counterparties: u32,
    /// Mean standing of the counterparties that are known, thousandths.
    pub counterparty_standing_per_mille: u32,
    /// Concentration of sales: Herfindahl's index over customers, thousandths; 1,000 is one customer.
    pub concentration_per_mille: u32,
    /// Longest chain of supply through the merchant, in edges.
    pub depth: u32,
    /// Share of the invoiced turnover that comes back within four sales, thousandths.
    pub circular_per_mille: u32,
    /// Other merchants with whom it shares a device.
    pub shared_devices: u32,
    /// Other merchants with whom it shares a picture.
    pub shared_pictures: u32,
    /// Other merchants with whom it shares a voucher's number.
    pub shared_numbers: u32,
    /// Share of those within two steps that were found to cheat or not to pay, thousandths.
    pub community_risk_per_mille: u32,
    /// How far counterparties do what the declared industry buys and sells, thousandths; none where nothing is known.
    pub industry_agreement_per_mille: Option<u32>,
}

impl Features {
    pub(super) fn of(walk: &mut Walk<'_>, knowledge: &Knowledge, merchant: &str) -> Self {
        let graph = walk.graph;
        let at = graph.by_id.get(merchant).copied();
        let Some(enrolled) = at.and_then(|at| graph.merchant(at)) else { return Self::default() };
        let party = graph.party(enrolled.node);
        let counterparties = Counterparties::of(walk, &party);
        let sharing = Sharing::of(walk, enrolled.node, &party);
        Self {
            verified_counterparties: counterparties.verified(walk),
            counterparty_standing_per_mille: counterparties.standing(walk),
            concentration_per_mille: counterparties.concentration(),
            depth: chain::depth(walk, &party),
            circular_per_mille: circle::circular(walk, &party, &counterparties.invoiced),
            shared_devices: sharing.devices,
            shared_pictures: sharing.pictures,
            shared_numbers: sharing.numbers,
            community_risk_per_mille: community::risk(walk, &party),
            industry_agreement_per_mille: counterparties.industry_agreement(
                walk,
                knowledge,
                enrolled.industry.as_deref(),
            ),
        }
    }
}
