//! What leads from one node to another, and which facts say so.

use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an edge says, read from its first node to its second.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Sold to, by invoices: seller to buyer.
    Supplies,
    /// Agreed with, ordered from, paid or took goods in from: buyer to seller.
    BuysFrom,
    /// Owns a vehicle, an account, a place or an enterprise.
    Owns,
    /// Issued a voucher.
    Issued,
    /// Works at an address.
    LocatedAt,
    /// A voucher, picture or vehicle by the merchant that showed it; a merchant by the device that it used.
    CapturedBy,
    /// Works in an industry, by its own word.
    WorksIn,
    /// A merchant is the enterprise of this code or name.
    Bears,
    /// An enterprise of this name is the one of this code.
    SameAs,
}

/// Which way an edge is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Away from its first node.
    Out,
    /// Towards its first node.
    In,
}

impl Way {
    /// The other one.
    pub(super) fn back(self) -> Self {
        match self {
            Self::Out => Self::In,
            Self::In => Self::Out,
        }
    }
}

impl Relation {
    /// Whether it is trade.
    pub(super) fn is_trade(self) -> bool {
        matches!(self, Self::Supplies | Self::BuysFrom)
    }

    /// A number for a relation and a way, under 32.
    pub(super) fn slot(self, way: Way) -> u8 {
        let relation = match self {
            Self::Supplies => 0,
            Self::BuysFrom => 1,
            Self::Owns => 2,
            Self::Issued => 3,
            Self::LocatedAt => 4,
            Self::CapturedBy => 5,
            Self::WorksIn => 6,
            Self::Bears => 7,
            Self::SameAs => 8,
        };
        relation * 2 + u8::from(way == Way::In)
    }
}

/// One fact's word for an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claim {
    /// What it is word of: two papers of one sale have the same.
    pub(super) about: u64,
    /// Yuan of a trade; 1 of anything else.
    pub(super) amount: Reverse<u64>,
    /// The fact's place.
    pub(super) fact: u32,
}

/// What all facts of one relation between two nodes say.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) relation: Relation,
    /// Whether what was captured was captured by another merchant as well.
    pub(super) shared: bool,
    /// Yuan of all distinct sales, each by the largest of its papers; of other relations the number of facts.
    pub(super) weight: u64,
    /// In order.
    pub(super) claims: Vec<Claim>,
}

impl Edge {
    /// Adds a fact's word.
    pub(super) fn claim(&mut self, claim: Claim) {
        let before = self.most(claim.about);
        let at = self.claims.partition_point(|other| *other < claim);
        self.claims.insert(at, claim);
        let after = before.max(claim.amount.0);
        self.weight = self.weight.saturating_sub(before).saturating_add(after);
    }

    /// Takes back what a fact said, once; whether it had said anything.
    pub(super) fn withdraw(&mut self, fact: u32) -> bool {
        let Some(at) = self.claims.iter().position(|claim| claim.fact == fact) else {
            return false;
        };
        let claim = self.claims.remove(at);
        let after = self.most(claim.about);
        let before = after.max(claim.amount.0);
        self.weight = self.weight.saturating_sub(before).saturating_add(after);
        true
    }

    /// The largest amount of what is one and the same.
    fn most(&self, about: u64) -> u64 {
        let at = self.claims.partition_point(|claim| claim.about < about);
        self.claims.get(at).filter(|claim| claim.about == about).map_or(0, |claim| claim.amount.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_papers_of_one_sale_count_once_and_the_larger() {
        let claim = |about, amount, fact| Claim { about, amount: Reverse(amount), fact };
        let relation = Relation::Supplies;
        let mut edge =
            Edge { from: 0, to: 1, relation, shared: false, weight: 0, claims: Vec::new() };
        edge.claim(claim(7, 100, 1));
        edge.claim(claim(7, 300, 2));
        edge.claim(claim(7, 200, 3));
        edge.claim(claim(9, 50, 4));
        assert_eq!(edge.weight, 350);
        assert!(edge.withdraw(2) && !edge.withdraw(2));
        assert_eq!(edge.weight, 250);
        assert!(edge.withdraw(4) && edge.withdraw(1) && edge.withdraw(3));
        assert!(edge.weight == 0 && edge.claims.is_empty());
    }

    #[test]
    fn slots_are_distinct() {
        use Relation::*;
        let all = [Supplies, BuysFrom, Owns, Issued, LocatedAt, CapturedBy, WorksIn, Bears, SameAs];
        let slots: std::collections::BTreeSet<u8> =
            all.iter().flat_map(|of| [of.slot(Way::Out), of.slot(Way::In)]).collect();
        assert!(slots.len() == 18 && slots.iter().all(|slot| *slot < 32));
    }
}
