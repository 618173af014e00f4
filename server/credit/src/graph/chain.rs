//! How deep in a supply chain a merchant stands.
//!
//! **Depth** = U + D. U: of the parties above it, how many steps away the farthest is, from buyer to seller, by the
//! shortest way; D: the same below. A party that is above and below stands where it is nearer, and on neither side
//! where it is as near on both: goods that come back make no chain longer. Four steps at most on each side; of each
//! party the 16 that it trades with most, invoices first.

use std::collections::HashMap;

use super::edge::Relation;
use super::party::Party;
use super::walk::{Side, Walk};

/// Steps looked at on each side.
const STEPS: u32 = 4;

/// Of each party, most others by one relation.
const MOST: usize = 16;

/// Most edges on one side.
const MOST_A_SIDE: u32 = 512;

pub(super) const MOST_VISITED: u32 = 2 * MOST_A_SIDE;

pub(super) fn depth(walk: &mut Walk<'_>, party: &Party) -> u32 {
    let above = steps(walk, party, Side::Suppliers);
    let below = steps(walk, party, Side::Customers);
    let farthest = |side: &HashMap<u32, u32>, other: &HashMap<u32, u32>| {
        let nearer =
            side.iter().filter(|(node, step)| other.get(*node).is_none_or(|other| *step < other));
        nearer.map(|(_, step)| *step).max().unwrap_or(0)
    };
    farthest(&above, &below) + farthest(&below, &above)
}

/// How many steps away each party on one side is.
fn steps(walk: &mut Walk<'_>, party: &Party, side: Side) -> HashMap<u32, u32> {
    walk.allow(MOST_A_SIDE);
    let mut found = HashMap::new();
    let mut last = vec![party.clone()];
    for step in 1..=STEPS {
        let mut next = Vec::new();
        for from in &last {
            if walk.is_over() {
                break;
            }
            for relation in [Relation::Supplies, Relation::BuysFrom] {
                for traded in walk.traded(from, side, relation, MOST) {
                    if traded.node != party.node && !found.contains_key(&traded.node) {
                        found.insert(traded.node, step);
                        next.push(walk.graph.party(traded.node));
                    }
                }
            }
        }
        last = next;
    }
    found
}
