//! `sdk/size.json`: what the library weighed, and what made it heavier or lighter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::size::weight::Weight;

/// A part may change by so many bytes before the ledger has to say why: less than any model, more
/// than a compiler's moods.
const UNEXPLAINED: u64 = 100_000;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ledger {
    /// What a target may weigh, bytes.
    limits: BTreeMap<String, Limit>,
    /// Newest last.
    history: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    installed: u64,
    zipped: u64,
}

/// One change that was worth a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Day, UTC, `YYYY-MM-DD`.
    date: String,
    /// The library's version.
    version: String,
    /// What changed.
    note: String,
    sizes: Vec<Weight>,
}

impl Entry {
    pub(crate) fn new(date: String, note: String, sizes: Vec<Weight>) -> Self {
        Self { date, version: env!("CARGO_PKG_VERSION").to_owned(), note, sizes }
    }
}

impl Ledger {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let json = std::fs::read(path).map_err(Failure::file(path))?;
        serde_json::from_slice(&json).map_err(|error| Failure::format(path, error))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut json =
            serde_json::to_string_pretty(self).map_err(|error| Failure::format(path, error))?;
        json.push('\n');
        std::fs::write(path, json).map_err(Failure::file(path))
    }

    pub(crate) fn add(&mut self, entry: Entry) {
        self.history.push(entry);
    }

    /// Parts that differ from the ledger by more than it leaves unexplained.
    ///
    /// The weight is compared with the newest entry of the same target and tools: other compilers
    /// make other sizes. One that the ledger does not know at all is a change of its whole size.
    pub(crate) fn changed(&self, weight: &Weight) -> Vec<String> {
        let known = self
            .history
            .iter()
            .rev()
            .flat_map(|entry| &entry.sizes)
            .find(|known| known.target == weight.target && known.toolchain == weight.toolchain);
        let before: BTreeMap<&str, u64> = known.into_iter().flat_map(Weight::parts).collect();
        let now: BTreeMap<&str, u64> = weight.parts().collect();
        let names: BTreeSet<&str> = before.keys().chain(now.keys()).copied().collect();
        let mut changes = Vec::new();
        for name in names {
            let [before, now] =
                [&before, &now].map(|sizes| sizes.get(name).copied().unwrap_or_default());
            if before.abs_diff(now) > UNEXPLAINED {
                let target = &weight.target;
                changes.push(format!("{target}, {name}: {before} bytes in the ledger, {now} now"));
            }
        }
        changes
    }

    /// Limits that the weight is over.
    pub(crate) fn over_limit(&self, weight: &Weight) -> Vec<String> {
        let Some(limit) = self.limits.get(&weight.target) else { return Vec::new() };
        [("installed", weight.installed, limit.installed), ("zipped", weight.zipped, limit.zipped)]
            .into_iter()
            .filter(|(_, bytes, limit)| bytes > limit)
            .map(|(name, bytes, limit)| format!("{}, {name}: {bytes} of {limit}", weight.target))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::Kind;

    fn weight(code: u64, model: u64) -> Weight {
        Weight {
            target: "aarch64-linux-android".to_owned(),
            toolchain: Kind::Debian,
            installed: code + model,
            zipped: 500_000,
            code,
            models: BTreeMap::from([("document".to_owned(), model)]),
        }
    }

    fn ledger() -> Ledger {
        let entry = |note: &str, weight| Entry::new("2025-01-01".into(), note.into(), vec![weight]);
        Ledger {
            limits: BTreeMap::from([(
                "aarch64-linux-android".to_owned(),
                Limit { installed: 2_000_000, zipped: 1_000_000 },
            )]),
            history: vec![
                entry("first", weight(5_000_000, 300_000)),
                entry("smaller", weight(1_000_000, 300_000)),
            ],
        }
    }

    #[test]
    fn a_part_may_move_by_so_much_and_not_by_one_byte_more() {
        assert!(ledger().changed(&weight(1_100_000, 300_000)).is_empty());
        let changed = ledger().changed(&weight(1_100_001, 300_000));
        assert_eq!(
            changed,
            ["aarch64-linux-android, code: 1000000 bytes in the ledger, 1100001 now"]
        );
        assert_eq!(ledger().changed(&weight(899_999, 300_000)).len(), 1, "lighter is news too");
    }

    #[test]
    fn one_part_may_not_hide_behind_another() {
        let changed = ledger().changed(&weight(800_000, 500_000));
        assert_eq!(changed.len(), 2, "{changed:?}");
    }

    #[test]
    fn other_tools_are_compared_with_their_own() {
        let mut other = weight(1_000_000, 300_000);
        other.toolchain = Kind::Ndk;
        assert_eq!(ledger().changed(&other).len(), 3, "an entry of its own is asked for");
    }

    #[test]
    fn what_is_over_a_limit_is_named() {
        assert!(ledger().over_limit(&weight(1_700_000, 300_000)).is_empty());
        let over = ledger().over_limit(&weight(1_700_001, 300_000));
        assert_eq!(over, ["aarch64-linux-android, installed: 2000001 of 2000000"]);
    }
}
