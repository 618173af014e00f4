//! Nodes and edges by number, each as long as something says so.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::edge::{Claim, Edge, Relation, Way};
use super::key::{Key, Kind, hash};
use super::ranked::{Entry, Ranked};

/// Something that facts are about.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The key's text.
    pub(super) key: Arc<str>,
    /// Decides between what weighs the same.
    pub(super) tie: u64,
    /// The node that stands for the enterprise that it is of ([`super::party`]), itself of anything else.
    pub(super) stands: u32,
    /// The others that it stands for, merchants first.
    pub(super) members: Vec<u32>,
    /// The merchant that it is, where it is one.
    pub(super) merchant: Option<u32>,
    /// How many of its edges are trade.
    pub(super) trades: u32,
    /// How many facts and merchants refer to it besides its edges.
    held: u32,
    pub(super) edges: Ranked,
}

/// Nodes and edges; numbers of those that are gone are given again.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    free_nodes: Vec<u32>,
    by_key: HashMap<Arc<str>, u32>,
    edges: Vec<Edge>,
    free_edges: Vec<u32>,
    by_ends: HashMap<(u32, Relation, u32), u32>,
}

impl Arena {
    pub(super) fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }

    pub(super) fn edge(&self, at: u32) -> Option<&Edge> {
        self.edges.get(at as usize)
    }

    pub(super) fn node_count(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn edge_count(&self) -> usize {
        self.by_ends.len()
    }

    /// Whether numbers are left for what one more fact may bring.
    pub(super) fn has_room(&self) -> bool {
        const MOST: usize = u32::MAX as usize - 1_024;
        self.nodes.len() < MOST && self.edges.len() < MOST
    }

    /// The node of a key, made where there is none, and held until it is let go.
    pub(super) fn hold(&mut self, key: &Key) -> u32 {
        let at = match self.by_key.get(key.text.as_str()) {
            Some(at) => *at,
            None => self.make(key),
        };
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.held = node.held.saturating_add(1);
        }
        at
    }

    /// Lets go of a node, which is gone if nothing else refers to it.
    pub(super) fn release(&mut self, at: u32) {
        let Some(node) = self.nodes.get_mut(at as usize) else { return };
        node.held = node.held.saturating_sub(1);
        if node.held == 0 && node.edges.len() == 0 {
            self.by_key.remove(&node.key);
            // Nothing of somebody who withdrew consent stays behind.
            node.key = Arc::from("");
            node.edges = Ranked::default();
            self.free_nodes.push(at);
        }
    }

    /// Says which node stands for a node, and takes it over to the others that it stands for.
    pub(super) fn set_stands(&mut self, at: u32, stands: u32) {
        let Some(node) = self.nodes.get_mut(at as usize) else { return };
        let old = std::mem::replace(&mut node.stands, stands);
        if old == stands {
            return;
        }
        if let Some(old) = self.nodes.get_mut(old as usize) {
            old.members.retain(|member| *member != at);
        }
        if stands == at {
            return;
        }
        let place = |at: u32| self.node(at).map(|node| (node.kind, node.tie));
        let members = self.node(stands).map(|node| &node.members);
        let before =
            members.map_or(0, |all| all.partition_point(|other| place(*other) < place(at)));
        if let Some(stands) = self.nodes.get_mut(stands as usize) {
            stands.members.insert(before.min(stands.members.len()), at);
        }
    }

    pub(super) fn set_merchant(&mut self, at: u32, merchant: Option<u32>) {
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.merchant = merchant;
        }
    }

    /// Adds a fact's word for an edge, whose ends it holds; the edge.
    pub(super) fn claim(&mut self, from: &Key, relation: Relation, to: &Key, claim: Claim) -> u32 {
        let (from, to) = (self.hold(from), self.hold(to));
        let ends = (from, relation, to);
        if let Some(at) = self.by_ends.get(&ends).copied() {
            self.change(at, |edge| edge.claim(claim));
            return at;
        }
        let Claim { amount: Reverse(weight), .. } = claim;
        let edge = Edge { from, to, relation, shared: false, weight, claims: vec![claim] };
        let at = place(&mut self.edges, &mut self.free_edges, edge);
        self.by_ends.insert(ends, at);
        self.attach(at);
        for end in [from, to] {
            self.count(end, relation, 1);
        }
        self.note_shared(from, relation, Some(at));
        self.note_names(from, relation, to);
        at
    }

    /// Takes back what a fact said of an edge, which is gone if no other fact says it.
    pub(super) fn withdraw(&mut self, at: u32, fact: u32) {
        let Some(edge) = self.edges.get(at as usize) else { return };
        let (from, relation, to) = (edge.from, edge.relation, edge.to);
        if !edge.claims.iter().any(|claim| claim.fact == fact) {
            return;
        }
        if edge.claims.iter().any(|claim| claim.fact != fact) {
            self.change(at, |edge| {
                edge.withdraw(fact);
            });
            self.release(from);
            self.release(to);
            return;
        }
        self.detach(at);
        if let Some(edge) = self.edges.get_mut(at as usize) {
            edge.claims = Vec::new();
        }
        self.by_ends.remove(&(from, relation, to));
        self.free_edges.push(at);
        for end in [from, to] {
            self.count(end, relation, -1);
        }
        self.note_shared(from, relation, None);
        self.note_names(from, relation, to);
        self.release(from);
        self.release(to);
    }

    fn make(&mut self, key: &Key) -> u32 {
        let text: Arc<str> = Arc::from(key.text.as_str());
        let node = Node {
            kind: key.kind,
            key: Arc::clone(&text),
            tie: hash([&*text]),
            stands: u32::MAX,
            members: Vec::new(),
            merchant: None,
            trades: 0,
            held: 0,
            edges: Ranked::default(),
        };
        let at = place(&mut self.nodes, &mut self.free_nodes, node);
        self.by_key.insert(text, at);
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.stands = at;
        }
        at
    }

    fn count(&mut self, at: u32, relation: Relation, by: i32) {
        if let Some(node) = self.nodes.get_mut(at as usize).filter(|_| relation.is_trade()) {
            node.trades = node.trades.saturating_add_signed(by);
        }
    }

    /// Changes an edge, which then stands elsewhere among those at its ends.
    fn change(&mut self, at: u32, change: impl FnOnce(&mut Edge)) {
        self.detach(at);
        if let Some(edge) = self.edges.get_mut(at as usize) {
            change(edge);
        }
        self.attach(at);
    }

    fn attach(&mut self, at: u32) {
        for (end, entry) in self.entries(at).into_iter().flatten() {
            if let Some(node) = self.nodes.get_mut(end as usize) {
                node.edges.insert(entry);
            }
        }
    }

    fn detach(&mut self, at: u32) {
        for (end, entry) in self.entries(at).into_iter().flatten() {
            if let Some(node) = self.nodes.get_mut(end as usize) {
                node.edges.remove(&entry);
            }
        }
    }

    /// An edge's place at each of its ends.
    fn entries(&self, at: u32) -> Option<[(u32, Entry); 2]> {
        let edge = self.edge(at)?;
        let (from, to) = (self.node(edge.from)?, self.node(edge.to)?);
        let entry = |way, other: &Node| {
            let number = if way == Way::Out { edge.to } else { edge.from };
            let importance = (edge.shared, edge.weight);
            Entry::new(edge.relation.slot(way), at, number, other.tie, importance)
        };
        Some([(edge.from, entry(Way::Out, to)), (edge.to, entry(Way::In, from))])
    }

    /// Marks what two merchants or more have captured, so that reading finds it first. Only where one becomes two or
    /// two become one is more than the newest edge touched.
    fn note_shared(&mut self, thing: u32, relation: Relation, newest: Option<u32>) {
        let Some(node) = self.node(thing) else { return };
        if relation != Relation::CapturedBy || node.kind == Kind::Merchant {
            return;
        }
        let first = node.edges.slot(relation.slot(Way::Out)).take(2);
        let first: Vec<u32> = first.map(|entry| entry.edge).collect();
        let shared = first.len() > 1;
        for at in first.into_iter().chain(newest) {
            if self.edge(at).is_some_and(|edge| edge.shared != shared) {
                self.change(at, |edge| edge.shared = shared);
            }
        }
    }
}

/// Puts something where there is room; its number.
pub(super) fn place<T>(all: &mut Vec<T>, free: &mut Vec<u32>, new: T) -> u32 {
    if let Some(at) = free.pop()
        && let Some(old) = all.get_mut(at as usize)
    {
        *old = new;
        return at;
    }
    all.push(new);
    u32::try_from(all.len() - 1).unwrap_or(u32::MAX)
}
