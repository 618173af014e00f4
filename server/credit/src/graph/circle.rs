//! Invoices that run in a circle.
//!
//! **Circular trade** = min(A, Z) ÷ S. S: the yuan that the merchant has invoiced. A circle is a chain of two to four
//! invoiced sales M → a → … → z → M in which nobody else stands twice; it carries its smallest sale. A: over the
//! customers a, the most that one circle through a carries, summed; Z: the same over the suppliers z. The smaller of
//! the two, because the same money cannot come back twice.
//!
//! Looked at are the 64 largest customers and the 64 largest suppliers, and of each the 16 to whom it sold most, or
//! who sold most to it. The two halves meet in the middle, so that a power company, which sells to everybody, costs
//! no more than others; and what it carries is small, since its smallest sale is somebody's power bill.

use std::collections::HashMap;

use super::edge::Relation;
use super::party::Party;
use super::walk::{Side, Traded, Walk, per_mille};

/// Customers and suppliers looked at.
const NEAR: usize = 64;

/// Of each of them, most others.
const FAR: usize = 16;

/// Most edges on one side: the others may be known by several names.
const MOST_A_SIDE: u32 = 1_536;

pub(super) const MOST_VISITED: u32 = 2 * MOST_A_SIDE;

/// A way from the merchant to somebody, or back.
#[derive(Clone, Copy, Debug)]
struct Half {
    /// The customer or supplier that it begins or ends with.
    by: u32,
    /// Smallest sale on it, yuan.
    carries: u64,
    /// Whether it is that sale alone.
    short: bool,
}

pub(super) fn circular(walk: &mut Walk<'_>, party: &Party, invoiced: &[Traded]) -> u32 {
    let sold: u128 = invoiced.iter().map(|traded| u128::from(traded.amount)).sum();
    if sold == 0 {
        return 0;
    }
    let onward = halves(walk, party, Side::Customers);
    let back = halves(walk, party, Side::Suppliers);
    let (mut by_customer, mut by_supplier) = (HashMap::new(), HashMap::new());
    for (node, onward) in &onward {
        let Some(back) = back.get(node) else { continue };
        carry(onward, back, &mut by_customer);
        carry(back, onward, &mut by_supplier);
    }
    let sum = |by: HashMap<u32, u64>| by.into_values().map(u128::from).sum::<u128>();
    per_mille(sum(by_customer).min(sum(by_supplier)), sold)
}

/// By whom each party is reached from the merchant, or reaches it, in one sale or two.
fn halves(walk: &mut Walk<'_>, party: &Party, side: Side) -> HashMap<u32, Vec<Half>> {
    walk.allow(MOST_A_SIDE);
    let mut halves: HashMap<u32, Vec<Half>> = HashMap::new();
    for near in walk.traded(party, side, Relation::Supplies, NEAR) {
        let by = near.node;
        halves.entry(by).or_default().push(Half { by, carries: near.amount, short: true });
        if walk.is_over() {
            continue;
        }
        let other = walk.graph.party(by);
        for far in walk.traded(&other, side, Relation::Supplies, FAR) {
            if far.node != party.node {
                let carries = near.amount.min(far.amount);
                halves.entry(far.node).or_default().push(Half { by, carries, short: false });
            }
        }
    }
    halves
}

/// For each that one half begins with, the most that a circle closed by the other half carries.
fn carry(ones: &[Half], others: &[Half], most: &mut HashMap<u32, u64>) {
    for one in ones {
        // Only a circle of two sales has the same customer and supplier.
        let closes = |other: &&Half| match other.by == one.by {
            true => one.short && other.short,
            false => true,
        };
        let carries = others.iter().filter(closes).map(|other| other.carries.min(one.carries));
        if let Some(carries) = carries.max() {
            let most = most.entry(one.by).or_default();
            *most = carries.max(*most);
        }
    }
}
