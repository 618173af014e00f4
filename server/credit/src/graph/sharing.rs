//! What a merchant shares with others that should be nobody's but its own.
//!
//! - **Shared devices** = number of other merchants whose facts were captured by a device that captured its own.
//! - **Shared pictures** = number of other merchants that gave the same picture or the same file.
//! - **Shared numbers** = number of other merchants that gave a voucher of the same number, unless both vouchers name
//!   the same seller and buyer (or holder) and the merchant is one of them: of a sale both sides have the invoice, and
//!   nobody can help it that somebody else shows it.
//!
//! Merchants that are the same enterprise are no others. What is shared comes first among a merchant's captures, so
//! that a merchant with thousands of them is read as fast; 256 of them are looked at and 32 devices, and of each 64
//! others.

use std::collections::HashSet;

use super::edge::{Relation, Way};
use super::key::Kind;
use super::party::Party;
use super::ranked::Entry;
use super::walk::Walk;

/// Shared captures looked at.
const CAPTURES: usize = 256;

/// Devices looked at.
const DEVICES: usize = 32;

/// Others looked at of each.
const OTHERS: usize = 64;

/// Papers of one voucher looked at of each merchant.
const PAPERS: usize = 8;

pub(super) const MOST_VISITED: u32 = 2_048;

/// With how many others a merchant shares what should be its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sharing {
    pub(super) devices: u32,
    pub(super) pictures: u32,
    pub(super) numbers: u32,
}

impl Sharing {
    /// Of the merchant at a node, which is a party.
    pub(super) fn of(walk: &mut Walk<'_>, at: u32, party: &Party) -> Self {
        walk.allow(MOST_VISITED);
        let (mut devices, mut pictures, mut numbers) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        let captured = Relation::CapturedBy;
        for device in walk.links(at, captured, Way::Out, DEVICES) {
            let others = others(walk, party, device.other, Way::In);
            devices.extend(others.into_iter().map(|entry| entry.other));
        }
        let things = walk.links(at, captured, Way::In, CAPTURES);
        for thing in things.into_iter().take_while(Entry::is_shared) {
            let others = others(walk, party, thing.other, Way::Out);
            match walk.graph.arena.node(thing.other).map(|node| node.kind) {
                Some(Kind::Picture) => pictures.extend(others.into_iter().map(|entry| entry.other)),
                Some(Kind::Voucher) => numbers.extend(
                    others
                        .into_iter()
                        .filter(|theirs| walk.graph.conflict(party, thing.edge, theirs.edge))
                        .map(|theirs| theirs.other),
                ),
                _ => {}
            }
        }
        let [devices, pictures, numbers] =
            [devices, pictures, numbers].map(|set| super::counterparties::count(set.iter()));
        Self { devices, pictures, numbers }
    }
}

/// The other merchants at a thing, and the edges to them.
fn others(walk: &mut Walk<'_>, party: &Party, thing: u32, way: Way) -> Vec<Entry> {
    let mut links = walk.links(thing, Relation::CapturedBy, way, OTHERS);
    links.retain(|entry| walk.graph.resolve(entry.other) != party.node);
    links
}

impl super::Graph {
    /// Whether a party's papers and another's are of one number but not of one deal of the party's.
    fn conflict(&self, party: &Party, own: u32, theirs: u32) -> bool {
        let papers = |edge| {
            let claims = self.arena.edge(edge).map(|edge| edge.claims.iter().take(PAPERS));
            claims
                .into_iter()
                .flatten()
                .filter_map(|claim| self.fact(claim.fact))
                .map(|fact| fact.parties.map(|party| party.map(|party| self.resolve(party))))
        };
        papers(own).any(|own| {
            let named = own.contains(&Some(party.node));
            papers(theirs).any(|theirs| !named || own != theirs)
        })
    }
}
