//! The edges at one node, those that matter most first.

use std::collections::{BTreeSet, btree_set};
use std::slice;

/// Up to here a sorted list takes a fourth of the memory of a tree; far beyond, moving it would make an update at a
/// power company slow.
const FEW: usize = 64;

/// Bits of a rank below its slot.
const SLOT: u32 = 59;

/// The bit for what is shared.
const SHARED: u64 = 1 << 58;

/// Where an edge stands among those at a node: by relation and way, shared first, then by weight, the rest by the
/// hash of what is at its other end, so that the order of insertion decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    rank: u64,
    tie: u64,
    pub(super) edge: u32,
    /// The node at its other end.
    pub(super) other: u32,
}

impl Entry {
    pub(super) fn new(
        slot: u8,
        edge: u32,
        other: u32,
        tie: u64,
        (shared, weight): (bool, u64),
    ) -> Self {
        let importance = weight.min(SHARED - 1) | if shared { SHARED } else { 0 };
        Self { rank: floor(slot) | (2 * SHARED - 1 - importance), tie, edge, other }
    }

    /// The edge's weight, 2^58 - 1 at most.
    pub(super) fn weight(&self) -> u64 {
        (SHARED - 1) - (self.rank & (SHARED - 1))
    }

    /// Whether the edge is to what others have captured as well.
    pub(super) fn is_shared(&self) -> bool {
        self.rank & SHARED == 0
    }
}

fn floor(slot: u8) -> u64 {
    u64::from(slot) << SLOT
}

/// The edges at one node.
#[derive(Clone, Debug)]
pub(super) enum Ranked {
    Few(Vec<Entry>),
    Many(BTreeSet<Entry>),
}

impl Default for Ranked {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Ranked {
    pub(super) fn insert(&mut self, entry: Entry) {
        match self {
            Self::Few(few) => {
                if let Err(at) = few.binary_search(&entry) {
                    few.insert(at, entry);
                }
                if few.len() > FEW {
                    *self = Self::Many(few.drain(..).collect());
                }
            }
            Self::Many(many) => {
                many.insert(entry);
            }
        }
    }

    pub(super) fn remove(&mut self, entry: &Entry) {
        match self {
            Self::Few(few) => {
                if let Ok(at) = few.binary_search(entry) {
                    few.remove(at);
                }
            }
            Self::Many(many) => {
                many.remove(entry);
                if many.len() <= FEW / 2 {
                    *self = Self::Few(many.iter().copied().collect());
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    /// The edges of one relation and way.
    pub(super) fn slot(&self, slot: u8) -> Slot<'_> {
        let least = |slot| Entry { rank: floor(slot), tie: 0, edge: 0, other: 0 };
        let (from, to) = (least(slot), least(slot + 1));
        match self {
            Self::Few(few) => {
                let at = |entry| few.partition_point(|other| *other < entry);
                Slot::Few(few.get(at(from)..at(to)).unwrap_or_default().iter())
            }
            Self::Many(many) => Slot::Many(many.range(from..to)),
        }
    }
}

/// Edges, those that matter most first.
pub(super) enum Slot<'r> {
    Few(slice::Iter<'r, Entry>),
    Many(btree_set::Range<'r, Entry>),
}

impl Iterator for Slot<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match self {
            Self::Few(few) => few.next(),
            Self::Many(many) => many.next(),
        }
        .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_keep_the_same_order() {
        let entries = |many: u32| {
            (0..many).map(|edge| {
                let edge = edge.wrapping_mul(2_654_435_761) % 1_000_003;
                let slot = u8::try_from(edge % 18).expect("small");
                Entry::new(
                    slot,
                    edge,
                    0,
                    u64::from(edge % 11),
                    (edge % 5 == 0, u64::from(edge % 7)),
                )
            })
        };
        for many in [10, 64, 65, 500] {
            let (mut ranked, mut sorted) = (Ranked::default(), Vec::new());
            for entry in entries(many) {
                ranked.insert(entry);
                sorted.push(entry);
            }
            for entry in entries(many).skip(8) {
                ranked.remove(&entry);
                sorted.retain(|other| *other != entry);
                sorted.sort_unstable();
                let all: Vec<Entry> = (0..18).flat_map(|slot| ranked.slot(slot)).collect();
                assert_eq!(all, sorted);
                assert_eq!(ranked.len(), sorted.len());
            }
        }
    }

    #[test]
    fn shared_comes_before_heavy_and_heavy_before_light() {
        let mut ranked = Ranked::default();
        ranked.insert(Entry::new(3, 1, 0, 0, (false, u64::MAX)));
        ranked.insert(Entry::new(3, 2, 0, 9, (true, 0)));
        ranked.insert(Entry::new(3, 3, 0, 0, (false, 5)));
        ranked.insert(Entry::new(4, 4, 0, 0, (true, 5)));
        let slot: Vec<Entry> = ranked.slot(3).collect();
        assert_eq!(slot.iter().map(|entry| entry.edge).collect::<Vec<_>>(), [2, 1, 3]);
        assert_eq!(slot.iter().map(Entry::weight).collect::<Vec<_>>(), [0, SHARED - 1, 5]);
        assert_eq!(slot.iter().map(Entry::is_shared).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(ranked.slot(2).count(), 0);
    }
}
