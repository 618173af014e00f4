//! Which nodes are one enterprise.
//!
//! A node of an enterprise is a merchant's id, a credit code or a name. A merchant is its code, if all that is said
//! of it agrees on one; else its name, if no other merchant bears that. A name is the code that it stands with, if it
//! never stands with another and no two merchants bear it. So two shops of one name stay two, and nothing depends on
//! which fact came first. Everything is read from the edges, so that a fact that goes takes its conclusions along.

//!
//! What a node resolves to is kept with both. An edge of a name or code changes it for the node that the edge is of, for
//! the name that it leads to, and for the merchants that bear that name, unless they are many already.

use super::Graph;
use super::arena::Arena;
use super::edge::{Relation, Way};
use super::key::Kind;
use super::ranked::Entry;

/// Most names and merchants of one code that are looked at, merchants first.
const MEMBERS: usize = 16;

/// An enterprise or a person: all nodes that are it.
#[derive(Clone, Debug)]
pub(super) struct Party {
    /// The node that stands for it.
    pub(super) node: u32,
    /// All of them, that one first.
    pub(super) members: Vec<u32>,
}

impl Graph {
    /// The node that stands for the enterprise that a node is of; for anything else, itself.
    pub(super) fn resolve(&self, at: u32) -> u32 {
        self.arena.node(at).map_or(at, |node| node.stands)
    }

    /// The enterprise that a node is of.
    pub(super) fn party(&self, at: u32) -> Party {
        let node = self.resolve(at);
        let others = self.arena.node(node).into_iter().flat_map(|node| &node.members);
        let members = [node].into_iter().chain(others.copied().take(MEMBERS)).collect();
        Party { node, members }
    }

    /// The edges of one relation, those that matter most first.
    pub(super) fn links(
        &self,
        at: u32,
        relation: Relation,
        way: Way,
    ) -> impl Iterator<Item = Entry> + '_ {
        self.arena.links(at, relation, way)
    }

    pub(super) fn is(&self, at: u32, kind: Kind) -> bool {
        self.arena.node(at).is_some_and(|node| node.kind == kind)
    }
}

impl Arena {
    /// The edges of one relation, those that matter most first.
    pub(super) fn links(
        &self,
        at: u32,
        relation: Relation,
        way: Way,
    ) -> impl Iterator<Item = Entry> + '_ {
        let edges = self.node(at).map(|node| node.edges.slot(relation.slot(way)));
        edges.into_iter().flatten()
    }

    /// Resolves anew what an edge that has come or gone is about.
    pub(super) fn note_names(&mut self, from: u32, relation: Relation, to: u32) {
        if !matches!(relation, Relation::Bears | Relation::SameAs) {
            return;
        }
        let mut touched = vec![to, from];
        for name in [to, from] {
            // Of three that bear a name, none is it any more.
            let bearers = self.links(name, Relation::Bears, Way::In).take(2);
            touched.extend(bearers.map(|entry| entry.other));
        }
        for at in touched {
            let stands = self.stands(at);
            self.set_stands(at, stands);
        }
    }

    /// The node that stands for the enterprise that a node is of.
    fn stands(&self, at: u32) -> u32 {
        match self.node(at).map(|node| node.kind) {
            Some(Kind::Merchant) => {
                let (mut codes, mut names) = (Vec::new(), Vec::new());
                for Entry { other, .. } in self.links(at, Relation::Bears, Way::Out) {
                    match self.node(other).map(|node| node.kind) {
                        Some(Kind::Code) => codes.push(other),
                        _ => names.push(other),
                    }
                }
                match (&*codes, &*names) {
                    ([code], _) => *code,
                    (_, [name]) if self.bearers(*name) < 2 => self.code_of(*name),
                    _ => at,
                }
            }
            Some(Kind::Name) => self.code_of(at),
            _ => at,
        }
    }

    /// The only code of a name that no two merchants bear, else the name.
    fn code_of(&self, name: u32) -> u32 {
        let mut codes = self.links(name, Relation::SameAs, Way::Out);
        match (codes.next(), codes.next()) {
            (Some(code), None) if self.bearers(name) < 2 => code.other,
            _ => name,
        }
    }

    /// How many merchants bear a name, two at most.
    fn bearers(&self, name: u32) -> usize {
        self.links(name, Relation::Bears, Way::In).take(2).count()
    }
}
