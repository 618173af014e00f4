//! How those around a merchant behave.
//!
//! **Community risk** = bad ÷ max(known, 4). Known: the enterprises within two steps of which a merchant is enrolled;
//! bad: those of them of which one was found to cheat or has a payment overdue. One step leads to whom it trades
//! with, to who captured the same picture, voucher or vehicle or used the same device, and to who owns the same
//! account, vehicle or place or works at the same address. Of
//! fewer than four the rest is taken to be good: one bad acquaintance is no community.
//!
//! Everybody knows the power company, and all shops of a market have one address: a party with more than 256 trades
//! and a thing with more than 64 edges lead no further. Of each party the 64 of a relation and direction with most
//! trade are looked at, 1,024 edges in all, the nearest and largest first.

use std::collections::HashSet;

use super::edge::{Relation, Way};
use super::party::Party;
use super::walk::{Walk, per_mille};

/// Steps looked at.
const STEPS: u32 = 2;

/// Fewer known ones count as so many.
const LEAST_KNOWN: u32 = 4;

/// A party that has traded with more leads no further.
const KNOWN_TO_ALL: u32 = 256;

/// A thing with more edges leads no further.
const COMMON: usize = 64;

/// Of each party, most others by one relation and direction.
const MOST: usize = 64;

/// Of each party, most things of one relation.
const THINGS: usize = 16;

pub(super) const MOST_VISITED: u32 = 1_024;

pub(super) fn risk(walk: &mut Walk<'_>, party: &Party) -> u32 {
    walk.allow(MOST_VISITED);
    let mut found = HashSet::from([party.node]);
    let (mut known, mut bad) = (0, 0);
    let mut last = vec![party.clone()];
    for step in 1..=STEPS {
        let mut next = Vec::new();
        for from in &last {
            if walk.is_over() {
                break;
            }
            for node in around(walk, from) {
                if !found.insert(node) {
                    continue;
                }
                let other = walk.graph.party(node);
                let merchants = walk.graph.merchants_of(&other);
                let mut enrolled = merchants.iter().filter_map(|at| walk.graph.merchant(*at));
                known += u32::from(!merchants.is_empty());
                bad += u32::from(enrolled.any(|merchant| merchant.status.is_risk()));
                if step < STEPS && !is_known_to_all(walk, &other) {
                    next.push(other);
                }
            }
        }
        last = next;
    }
    per_mille(bad.into(), known.max(LEAST_KNOWN).into())
}

/// The parties one step away, those that matter most first.
fn around(walk: &mut Walk<'_>, party: &Party) -> Vec<u32> {
    let mut all = Vec::new();
    for member in &party.members {
        for relation in [Relation::Supplies, Relation::BuysFrom] {
            for way in [Way::Out, Way::In] {
                let traded = walk.links(*member, relation, way, MOST);
                all.extend(traded.into_iter().map(|entry| entry.other));
            }
        }
        for (relation, way) in [
            (Relation::CapturedBy, Way::Out),
            (Relation::CapturedBy, Way::In),
            (Relation::Owns, Way::Out),
            (Relation::LocatedAt, Way::Out),
        ] {
            for thing in walk.links(*member, relation, way, THINGS) {
                // Captures that are nobody else's come last.
                if way == Way::In && !thing.is_shared() {
                    break;
                }
                let edges = walk.graph.arena.node(thing.other).map_or(0, |node| node.edges.len());
                if edges <= COMMON {
                    let others = walk.links(thing.other, relation, way.back(), COMMON);
                    all.extend(others.into_iter().map(|entry| entry.other));
                }
            }
        }
    }
    let is_party = |at: &u32| walk.graph.arena.node(*at).is_some_and(|node| node.kind.is_party());
    all.retain(is_party);
    all.into_iter().map(|at| walk.graph.resolve(at)).collect()
}

fn is_known_to_all(walk: &Walk<'_>, party: &Party) -> bool {
    let trades = party.members.iter().filter_map(|at| walk.graph.arena.node(*at));
    trades.map(|node| node.trades).fold(0, u32::saturating_add) > KNOWN_TO_ALL
}
