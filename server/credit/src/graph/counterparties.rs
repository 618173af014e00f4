//! Whom a merchant trades with, how they stand, how much hangs on one of them, and whether they do what its
//! industry buys and sells.
//!
//! A counterparty is an enterprise or a person that a trade of the merchant names, each counted once. Those that the
//! most was traded with are looked at, 256 a relation and direction.
//!
//! - **Verified counterparties** = number of counterparties of whom the bank has verified a merchant and found none
//!   to cheat.
//! - **Their standing** = Σ standing ÷ number, over the counterparties on whose merchants the bank has an opinion; of
//!   several merchants of one the worst counts, and one that cheated stands at 0. It is 0 where there is no opinion.
//! - **Concentration** = Σ sᵢ² ÷ (Σ sᵢ)², sᵢ the yuan invoiced to customer i (Herfindahl and Hirschman); where
//!   nothing was invoiced, the yuan agreed, ordered and paid.
//! - **Agreement of the industry** = agreeing ÷ known. Every supplier and every customer whose industry is known is
//!   one (who is both is two). A supplier agrees if its industry is upstream of the merchant's or the merchant's
//!   downstream of its own; a customer the other way round. Consumers are not in the graph, so that a shop that sells
//!   to them is judged by its suppliers.

use std::collections::{HashMap, HashSet};

use super::edge::Relation;
use super::party::Party;
use super::walk::{Side, Traded, Walk, per_mille};
use crate::knowledge::Knowledge;

/// Most counterparties of one relation and direction.
const MOST: usize = 256;

/// Most edges looked at: four times as many, and as many again where it is known by several names.
pub(super) const MOST_VISITED: u32 = 2_048;

/// Whom a merchant trades with.
#[derive(Debug)]
pub(super) struct Counterparties {
    /// Customers by invoices, the largest first.
    pub(super) invoiced: Vec<Traded>,
    /// Customers by anything else.
    sold: Vec<Traded>,
    customers: HashSet<u32>,
    suppliers: HashSet<u32>,
    /// The merchants of each.
    merchants: HashMap<u32, Vec<u32>>,
}

impl Counterparties {
    pub(super) fn of(walk: &mut Walk<'_>, party: &Party) -> Self {
        walk.allow(MOST_VISITED);
        let mut traded = |side, relation| walk.traded(party, side, relation, MOST);
        let invoiced = traded(Side::Customers, Relation::Supplies);
        let bought = traded(Side::Suppliers, Relation::Supplies);
        let sold = traded(Side::Customers, Relation::BuysFrom);
        let paid_for = traded(Side::Suppliers, Relation::BuysFrom);
        let nodes = |one: &[Traded], other: &[Traded]| -> HashSet<u32> {
            one.iter().chain(other).map(|traded| traded.node).collect()
        };
        let customers = nodes(&invoiced, &sold);
        let suppliers = nodes(&bought, &paid_for);
        let merchants = customers
            .union(&suppliers)
            .map(|node| (*node, walk.graph.merchants_of(&walk.graph.party(*node))))
            .collect();
        Self { invoiced, sold, customers, suppliers, merchants }
    }

    pub(super) fn verified(&self, walk: &Walk<'_>) -> u32 {
        let verified = self.merchants.values().filter(|merchants| {
            let mut any = false;
            let honest = statuses(walk, merchants).all(|status| {
                any |= status.verified;
                !status.cheated
            });
            honest && any
        });
        count(verified)
    }

    pub(super) fn standing(&self, walk: &Walk<'_>) -> u32 {
        let standing = |merchants: &Vec<u32>| {
            statuses(walk, merchants)
                .filter_map(|status| match status.cheated {
                    true => Some(0),
                    false => status.standing_per_mille.map(|standing| standing.min(1_000)),
                })
                .min()
        };
        let all: Vec<u32> = self.merchants.values().filter_map(standing).collect();
        let sum: u32 = all.iter().sum();
        sum.checked_div(count(all.iter())).unwrap_or(0)
    }

    pub(super) fn concentration(&self) -> u32 {
        let invoiced = self.invoiced.iter().any(|traded| traded.amount > 0);
        let sales = if invoiced { &self.invoiced } else { &self.sold };
        let (mut sum, mut squares) = (0_u128, 0_u128);
        for Traded { amount, .. } in sales {
            let amount = u128::from(*amount);
            sum += amount;
            squares = squares.saturating_add(amount * amount);
        }
        per_mille(squares, sum.saturating_mul(sum))
    }

    pub(super) fn industry_agreement(
        &self,
        walk: &Walk<'_>,
        knowledge: &Knowledge,
        industry: Option<&str>,
    ) -> Option<u32> {
        let id = industry?;
        let own = knowledge.industries().get(id)?;
        let has = |ids: &[String], id: &str| ids.iter().any(|other| other == id);
        let (mut agreeing, mut known) = (0_u32, 0_u32);
        for (nodes, is_supplier) in [(&self.suppliers, true), (&self.customers, false)] {
            for node in nodes {
                let merchants = self.merchants.get(node).into_iter().flatten();
                let industries: Vec<&str> = merchants
                    .filter_map(|merchant| walk.graph.merchant(*merchant)?.industry.as_deref())
                    .filter(|industry| knowledge.industries().contains_key(*industry))
                    .collect();
                let agrees = |other: &&str| {
                    let Some(others) = knowledge.industries().get(*other) else { return false };
                    let (above, below) = match is_supplier {
                        true => (&own.upstream, &others.downstream),
                        false => (&own.downstream, &others.upstream),
                    };
                    has(above, other) || has(below, id)
                };
                known += u32::from(!industries.is_empty());
                agreeing += u32::from(industries.iter().any(agrees));
            }
        }
        (known > 0).then(|| per_mille(agreeing.into(), known.into()))
    }
}

impl super::Graph {
    /// The merchants that are a party.
    pub(super) fn merchants_of(&self, party: &Party) -> Vec<u32> {
        party.members.iter().filter_map(|at| self.arena.node(*at)?.merchant).collect()
    }
}

fn statuses(walk: &Walk<'_>, merchants: &[u32]) -> impl Iterator<Item = super::Status> {
    merchants.iter().filter_map(|at| walk.graph.merchant(*at)).map(|enrolled| enrolled.status)
}

/// Counts what is never as many as fit 32 bits.
pub(super) fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}
