//! Who trades with whom: a graph of enterprises, people, accounts, devices, vouchers, vehicles and addresses,
//! each edge from a fact, and what it says about one merchant.
//!
//! A fact may come, come again and go at any time: a [`Graph`] is what its facts say, in whatever order they came.
//! What a fact costs depends on the fact, and what reading costs is bounded, however many others there are:
//! `GRAPH.md` has the figures. Names are compared by their letters, brackets and case aside. A fact counts whatever
//! its grade and age: whoever inserts decides which are worth it, and removes those that are not any more.

mod arena;
mod chain;
mod circle;
mod community;
mod counterparties;
mod edge;
mod features;
mod key;
mod links;
mod merchant;
mod neighbourhood;
mod party;
mod ranked;
mod sharing;
mod walk;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

use crate::fact::Fact;
use crate::knowledge::Knowledge;
use arena::Arena;
use edge::Claim;
pub use edge::Relation;
pub use features::Features;
use key::hash;
use links::Links;
use merchant::Enrolled;
pub use merchant::{MerchantRef, Status};
pub use neighbourhood::{NeighbourEdge, NeighbourNode, Neighbourhood, NodeKind, Provenance};
use walk::Walk;

/// What is known of a fact's picture besides the fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capture<'c> {
    /// Id of the key that signed it: one a device.
    pub device: Option<&'c str>,
    /// SHA-256 of the picture, hexadecimal. Without it a picture is the same where bundle and number are.
    pub picture: Option<&'c str>,
}

/// Whether a fact was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It was.
    New,
    /// It took the place of what the merchant's fact of this id had said.
    Replaced,
}

/// There are no more numbers for nodes or edges: about 4,000,000,000 are in use.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the graph is full: remove what is too old")]
pub struct Full;

/// What all merchants' facts say of each other.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    arena: Arena,
    merchants: Vec<Option<Enrolled>>,
    free_merchants: Vec<u32>,
    by_id: HashMap<Arc<str>, u32>,
    facts: Vec<Option<Stored>>,
    free_facts: Vec<u32>,
}

/// What a fact has said.
#[derive(Clone, Debug)]
struct Stored {
    merchant: u32,
    /// None of an enrolment.
    id: Option<Arc<str>>,
    /// Whom the paper is about.
    parties: [Option<u32>; 2],
    edges: Box<[u32]>,
}

impl Graph {
    /// Makes a merchant known, or changes what it is called. What its facts have said of it until then stays with
    /// it; names in them are compared when they are inserted.
    pub fn enrol(&mut self, merchant: &MerchantRef<'_>) -> Result<(), Full> {
        self.enrolled(merchant).map(|_| ())
    }

    /// Adds what a merchant's fact says, and enrols the merchant. The same fact again changes nothing, another of
    /// the same id takes its place.
    pub fn insert(
        &mut self,
        merchant: &MerchantRef<'_>,
        fact: &Fact,
        capture: Capture<'_>,
    ) -> Result<Inserted, Full> {
        let at = self.enrolled(merchant)?;
        let old = self.remove(merchant.id, &fact.id);
        let id: Arc<str> = Arc::from(fact.id.as_str());
        let links = Links::of_fact(merchant, fact, capture);
        let stored = self.store(at, Some(Arc::clone(&id)), &links);
        if let Some(Some(enrolled)) = self.merchants.get_mut(at as usize) {
            enrolled.facts.insert(id, stored);
        }
        Ok(if old { Inserted::Replaced } else { Inserted::New })
    }

    /// Takes back all that a merchant's fact has said; whether there was one.
    pub fn remove(&mut self, merchant: &str, fact: &str) -> bool {
        let at = self.by_id.get(merchant).copied();
        let enrolled = at.and_then(|at| self.merchants.get_mut(at as usize)?.as_mut());
        let Some(stored) = enrolled.and_then(|enrolled| enrolled.facts.remove(fact)) else {
            return false;
        };
        self.withdraw(stored);
        true
    }

    /// Takes back all that a merchant has said, and that it was ever known; whether it was. What others said of it
    /// stays theirs.
    pub fn forget(&mut self, merchant: &str) -> bool {
        let Some(at) = self.by_id.remove(merchant) else { return false };
        let Some(enrolled) = self.merchants.get_mut(at as usize).and_then(Option::take) else {
            return false;
        };
        self.free_merchants.push(at);
        for stored in enrolled.facts.into_values().chain([enrolled.enrolment]) {
            self.withdraw(stored);
        }
        self.arena.set_merchant(enrolled.node, None);
        self.arena.release(enrolled.node);
        true
    }

    /// Says what the bank makes of a merchant; whether it is enrolled.
    pub fn set_status(&mut self, merchant: &str, status: Status) -> bool {
        let at = self.by_id.get(merchant).copied();
        let enrolled = at.and_then(|at| self.merchants.get_mut(at as usize)?.as_mut());
        enrolled.map(|enrolled| enrolled.status = status).is_some()
    }

    /// What the graph says about a merchant; of one that is not enrolled, nothing.
    pub fn features(&self, knowledge: &Knowledge, merchant: &str) -> Features {
        self.features_counted(knowledge, merchant).0
    }

    /// The same, and how many edges were looked at for it, [`Graph::MOST_VISITED`] at most.
    pub fn features_counted(&self, knowledge: &Knowledge, merchant: &str) -> (Features, u32) {
        let mut walk = Walk::new(self);
        let features = Features::of(&mut walk, knowledge, merchant);
        (features, walk.visited())
    }

    /// How many nodes and edges there are.
    pub fn size(&self) -> (usize, usize) {
        (self.arena.node_count(), self.arena.edge_count())
    }

    fn merchant(&self, at: u32) -> Option<&Enrolled> {
        self.merchants.get(at as usize)?.as_ref()
    }

    fn fact(&self, at: u32) -> Option<&Stored> {
        self.facts.get(at as usize)?.as_ref()
    }

    /// A merchant's place; its enrolment is renewed where it has changed.
    fn enrolled(&mut self, merchant: &MerchantRef<'_>) -> Result<u32, Full> {
        if !self.arena.has_room() {
            return Err(Full);
        }
        let MerchantRef { id, name, person, code, industry } = *merchant;
        let absent = "\u{0}";
        let names = hash([name, person, code, industry].map(|of| of.unwrap_or(absent)));
        let known = self.by_id.get(id).copied();
        if let Some(at) = known
            && self.merchant(at).is_some_and(|enrolled| enrolled.names == names)
        {
            return Ok(at);
        }
        let at = known.unwrap_or_else(|| self.make_merchant(id));
        let enrolment = self.store(at, None, &Links::of_merchant(merchant));
        if let Some(Some(enrolled)) = self.merchants.get_mut(at as usize) {
            enrolled.names = names;
            enrolled.industry = industry.map(Arc::from);
            let old = std::mem::replace(&mut enrolled.enrolment, enrolment);
            self.withdraw(old);
        }
        Ok(at)
    }

    fn make_merchant(&mut self, id: &str) -> u32 {
        let id: Arc<str> = Arc::from(id);
        let node = self.arena.hold(&MerchantRef { id: &id, ..MerchantRef::default() }.key());
        let enrolled = Enrolled {
            id: Arc::clone(&id),
            node,
            industry: None,
            status: Status::default(),
            enrolment: u32::MAX,
            names: 0,
            facts: HashMap::new(),
        };
        let at = arena::place(&mut self.merchants, &mut self.free_merchants, Some(enrolled));
        self.arena.set_merchant(node, Some(at));
        self.by_id.insert(id, at);
        at
    }

    /// Writes down what a fact says, and keeps it until it is withdrawn.
    fn store(&mut self, merchant: u32, id: Option<Arc<str>>, links: &Links) -> u32 {
        let parties =
            links.parties.each_ref().map(|party| party.as_ref().map(|of| self.arena.hold(of)));
        let stored = Stored { merchant, id, parties, edges: Box::default() };
        let at = arena::place(&mut self.facts, &mut self.free_facts, Some(stored));
        let claim = |link: &links::Link| {
            let claim = Claim { about: link.about, amount: Reverse(link.amount), fact: at };
            self.arena.claim(&link.from, link.relation, &link.to, claim)
        };
        let edges = links.edges.iter().map(claim).collect();
        if let Some(Some(stored)) = self.facts.get_mut(at as usize) {
            stored.edges = edges;
        }
        at
    }

    fn withdraw(&mut self, at: u32) {
        let Some(stored) = self.facts.get_mut(at as usize).and_then(Option::take) else { return };
        for edge in &stored.edges {
            self.arena.withdraw(*edge, at);
        }
        for party in stored.parties.into_iter().flatten() {
            self.arena.release(party);
        }
        self.free_facts.push(at);
    }
}
