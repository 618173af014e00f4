//! Looking around in the graph, only so far.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Graph;
use super::edge::{Relation, Way};
use super::party::Party;
use super::ranked::Entry;

impl Graph {
    /// Most edges that one reading of features looks at, however large the graph and whoever it is about.
    pub const MOST_VISITED: u32 = super::counterparties::MOST_VISITED
        + super::chain::MOST_VISITED
        + super::circle::MOST_VISITED
        + super::sharing::MOST_VISITED
        + super::community::MOST_VISITED;
}

/// Whom a party trades with: those it sells to or those it buys from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Customers,
    Suppliers,
}

impl Side {
    fn way(self, relation: Relation) -> Way {
        // Supplies leads from the seller, the other relation from the buyer.
        let from_seller = relation == Relation::Supplies;
        if from_seller == (self == Self::Customers) { Way::Out } else { Way::In }
    }
}

/// What a party has traded with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traded {
    /// The node that stands for the other.
    pub(super) node: u32,
    /// Yuan.
    pub(super) amount: u64,
}

/// Looks around, and counts.
#[derive(Debug)]
pub(super) struct Walk<'g> {
    pub(super) graph: &'g Graph,
    visited: u32,
    left: u32,
}

impl<'g> Walk<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self { graph, visited: 0, left: 0 }
    }

    pub(super) fn visited(&self) -> u32 {
        self.visited
    }

    /// Allows so many edges from here on. After them there seem to be no more.
    pub(super) fn allow(&mut self, edges: u32) {
        self.left = edges;
    }

    /// Whether no more edges are allowed.
    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The first edges of one relation, those that matter most first.
    pub(super) fn links(
        &mut self,
        at: u32,
        relation: Relation,
        way: Way,
        most: usize,
    ) -> Vec<Entry> {
        let most = most.min(self.left as usize);
        if most == 0 {
            return Vec::new();
        }
        let found: Vec<Entry> = self.graph.links(at, relation, way).take(most).collect();
        self.count(found.len());
        found
    }

    /// Those with whom a party has traded most by one relation, each once, the largest first.
    pub(super) fn traded(
        &mut self,
        party: &Party,
        side: Side,
        relation: Relation,
        most: usize,
    ) -> Vec<Traded> {
        let mut edges = Vec::new();
        for member in &party.members {
            edges.extend(self.links(*member, relation, side.way(relation), most));
        }
        let node = |entry: &Entry| self.graph.resolve(entry.other);
        let mut edges: Vec<(u32, Entry)> =
            edges.iter().map(|entry| (node(entry), *entry)).collect();
        edges.retain(|(node, _)| *node != party.node);
        edges.sort_unstable();
        let mut all: Vec<Traded> = edges
            .chunk_by(|(one, _), (other, _)| one == other)
            .filter_map(|edges| {
                let (node, first) = edges.first()?;
                let amount = if edges.len() == 1 { first.weight() } else { self.amount(edges) };
                Some(Traded { node: *node, amount })
            })
            .collect();
        all.sort_by_cached_key(|traded| (Reverse(traded.amount), self.tie(traded.node)));
        all.truncate(most);
        all
    }

    /// Yuan of edges between the same two. One sale may be on several, where one of its papers has a code and
    /// another has none.
    fn amount(&self, edges: &[(u32, Entry)]) -> u64 {
        /// Most papers of an edge that are compared with those of another.
        const PAPERS: usize = 256;
        let edges = edges.iter().filter_map(|(_, entry)| self.graph.arena.edge(entry.edge));
        let mut sales: HashMap<u64, u64> = HashMap::new();
        for edge in edges {
            for claim in edge.claims.iter().take(PAPERS) {
                let most = sales.entry(claim.about).or_default();
                *most = claim.amount.0.max(*most);
            }
        }
        sales.into_values().fold(0, u64::saturating_add)
    }

    pub(super) fn tie(&self, at: u32) -> u64 {
        self.graph.arena.node(at).map_or(0, |node| node.tie)
    }

    fn count(&mut self, edges: usize) {
        let edges = u32::try_from(edges).unwrap_or(u32::MAX);
        self.left = self.left.saturating_sub(edges);
        self.visited = self.visited.saturating_add(edges);
    }
}

/// Thousandths that a part is of a whole, 0 of nothing.
pub(super) fn per_mille(part: u128, whole: u128) -> u32 {
    let share = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0).min(1_000);
    u32::try_from(share).unwrap_or(1_000)
}
