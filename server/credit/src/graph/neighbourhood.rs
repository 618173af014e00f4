//! What is around a merchant, to be drawn.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::edge::{Edge, Relation, Way};
use super::key::Kind;
use super::ranked::Entry;
use super::{Graph, Status};

/// Most edges of one drawing.
const MOST_EDGES: usize = 1_000;

/// Of each node, most edges of one relation and direction.
const MOST_A_RELATION: usize = 24;

/// Most facts named of one edge.
const MOST_FACTS: usize = 16;

/// How far from the merchant.
const STEPS: u32 = 2;

/// Nodes and edges around a merchant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Neighbourhood {
    /// The merchant first, the others by how near they are.
    pub nodes: Vec<NeighbourNode>,
    /// Between them.
    pub edges: Vec<NeighbourEdge>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A business, all its names and codes together.
    Enterprise,
    /// A person, as one merchant's papers name him.
    Person,
    /// A bank account or card.
    Account,
    /// A phone, by its key.
    Device,
    /// A paper with a number.
    Voucher,
    /// A picture or a file.
    Picture,
    /// A vehicle.
    Vehicle,
    /// A place.
    Address,
    /// A line of business.
    Industry,
}

/// Something around a merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeighbourNode {
    /// What it is.
    pub kind: NodeKind,
    /// Its name, number or hash, without brackets and spaces.
    pub label: String,
    /// Ids of the merchants that it is.
    pub merchants: Vec<String>,
    /// What the bank makes of the first of them.
    pub status: Option<Status>,
    /// Steps from the merchant.
    pub steps: u32,
}

/// How two of them are connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeighbourEdge {
    /// Place among the nodes.
    pub from: usize,
    /// Place among the nodes.
    pub to: usize,
    /// What it says.
    pub relation: Relation,
    /// Yuan of a trade, otherwise how many facts say so.
    pub weight: u64,
    /// The first 16 facts that say so; none where it is what the merchant is enrolled with.
    pub facts: Vec<Provenance>,
}

/// Where an edge comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Provenance {
    /// Whose fact.
    pub merchant: String,
    /// Its id.
    pub fact: String,
}

impl Graph {
    /// What is within two steps of a merchant, at most so many edges and never more than 1,000, those that matter
    /// most first. Of a merchant that is not enrolled, nothing.
    pub fn neighbourhood(&self, merchant: &str, most_edges: usize) -> Neighbourhood {
        let at = self.by_id.get(merchant).copied();
        let Some(enrolled) = at.and_then(|at| self.merchant(at)) else {
            return Neighbourhood::default();
        };
        let mut drawing = Drawing {
            graph: self,
            nodes: Vec::new(),
            places: HashMap::new(),
            edges: HashMap::new(),
            seen: HashSet::new(),
            drawn: Neighbourhood::default(),
            most: most_edges.min(MOST_EDGES),
        };
        drawing.place(enrolled.node, 0);
        let mut at = 0;
        while let Some(steps) = drawing.drawn.nodes.get(at).map(|node| node.steps)
            && steps < STEPS
        {
            drawing.expand(at, steps + 1);
            at += 1;
        }
        drawing.drawn
    }

    /// A node that stands for something, as it is shown.
    fn shown(&self, at: u32, steps: u32) -> NeighbourNode {
        let party = self.party(at);
        let merchants = self.merchants_of(&party);
        let mut enrolled = merchants.iter().filter_map(|at| self.merchant(*at)).peekable();
        let status = enrolled.peek().map(|first| first.status);
        let ids = enrolled.map(|enrolled| enrolled.id.to_string()).collect();
        let own = party.members.iter().copied().find(|member| self.is(*member, Kind::Name));
        // A code without a name of its own goes by the one that it mostly stands with.
        let name = own.or_else(|| Some(self.links(at, Relation::SameAs, Way::In).next()?.other));
        let node = self.arena.node(name.unwrap_or(at));
        let key = node.and_then(|node| node.key.get(1..)).unwrap_or_default();
        let kind = self.arena.node(at).map_or(NodeKind::Enterprise, |node| node.kind.into());
        let label = match kind {
            // Behind the merchant whose papers name him.
            NodeKind::Person => key.rsplit('/').next().unwrap_or_default(),
            _ => key,
        };
        NeighbourNode { kind, label: label.to_owned(), merchants: ids, status, steps }
    }

    /// Facts behind an edge, in an order that does not depend on when they came.
    fn provenance(&self, edge: &Edge) -> Vec<Provenance> {
        let facts = edge.claims.iter().filter_map(|claim| self.fact(claim.fact));
        let named = facts.filter_map(|fact| {
            let merchant = self.merchant(fact.merchant)?.id.to_string();
            Some(Provenance { merchant, fact: fact.id.as_ref()?.to_string() })
        });
        let mut named: Vec<Provenance> = named.collect();
        named.sort();
        named.truncate(MOST_FACTS);
        named
    }
}

impl From<Kind> for NodeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Merchant | Kind::Code | Kind::Name => Self::Enterprise,
            Kind::Person => Self::Person,
            Kind::Account => Self::Account,
            Kind::Device => Self::Device,
            Kind::Voucher => Self::Voucher,
            Kind::Picture => Self::Picture,
            Kind::Vehicle => Self::Vehicle,
            Kind::Address => Self::Address,
            Kind::Industry => Self::Industry,
        }
    }
}

/// What is drawn so far.
struct Drawing<'g> {
    graph: &'g Graph,
    /// For each of the nodes drawn, the one that stands for it.
    nodes: Vec<u32>,
    places: HashMap<u32, usize>,
    /// Places of the edges drawn, by their ends.
    edges: HashMap<(usize, Relation, usize), usize>,
    seen: HashSet<u32>,
    drawn: Neighbourhood,
    most: usize,
}

impl Drawing<'_> {
    /// A node's place, drawn where it is not yet.
    fn place(&mut self, at: u32, steps: u32) -> usize {
        let node = self.graph.resolve(at);
        if let Some(place) = self.places.get(&node) {
            return *place;
        }
        let place = self.nodes.len();
        self.nodes.push(node);
        self.places.insert(node, place);
        self.drawn.nodes.push(self.graph.shown(node, steps));
        place
    }

    fn expand(&mut self, place: usize, steps: u32) {
        let Some(node) = self.nodes.get(place).copied() else { return };
        let members = self.graph.party(node).members;
        for relation in [
            Relation::Supplies,
            Relation::BuysFrom,
            Relation::CapturedBy,
            Relation::Owns,
            Relation::Issued,
            Relation::LocatedAt,
            Relation::WorksIn,
        ] {
            for way in [Way::Out, Way::In] {
                for member in &members {
                    let links = self.graph.links(*member, relation, way);
                    for Entry { edge, other, .. } in links.take(MOST_A_RELATION).collect::<Vec<_>>()
                    {
                        if self.drawn.edges.len() >= self.most {
                            return;
                        }
                        if self.seen.insert(edge) {
                            self.draw(place, edge, other, way, steps);
                        }
                    }
                }
            }
        }
    }

    fn draw(&mut self, place: usize, at: u32, other: u32, way: Way, steps: u32) {
        let Some(edge) = self.graph.arena.edge(at) else { return };
        let other = self.place(other, steps);
        let (from, to) = if way == Way::Out { (place, other) } else { (other, place) };
        if from == to {
            return;
        }
        let facts = self.graph.provenance(edge);
        let (relation, weight) = (edge.relation, edge.weight);
        let same = self.edges.get(&(from, relation, to)).copied();
        if let Some(drawn) = same.and_then(|same| self.drawn.edges.get_mut(same)) {
            drawn.weight = drawn.weight.saturating_add(weight);
            drawn.facts.extend(facts);
            drawn.facts.truncate(MOST_FACTS);
            return;
        }
        self.edges.insert((from, relation, to), self.drawn.edges.len());
        self.drawn.edges.push(NeighbourEdge { from, to, relation, weight, facts });
    }
}
