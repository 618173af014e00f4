//! The rows of a statement, month by month.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Month};

use super::{Entry, Ledger, Purpose, UNBALANCED, UNNAMED};
use crate::fact::{Fact, Source, Standing};
use crate::import::money::yuan;
use crate::names;

#[derive(Default)]
struct Sums<'e> {
    income: i64,
    refunded: i64,
    excluded: i64,
    expense: i64,
    count: u32,
    payers: BTreeSet<String>,
    rows: Option<[u32; 2]>,
    last: Option<&'e Entry>,
}

pub(super) fn facts(ledger: &Ledger<'_>, file: &str, balanced: bool) -> Vec<Fact> {
    let mut months: BTreeMap<(i32, u8), Sums<'_>> = BTreeMap::new();
    for entry in &ledger.entries {
        let month = (entry.day.year(), u8::from(entry.day.month()));
        months.entry(month).or_default().add(entry);
    }
    let named = if ledger.holder.is_some() { 1.0 } else { UNNAMED };
    let confidence = if balanced { named } else { named * UNBALANCED };
    let holder = ledger.holder.as_deref().unwrap_or(ledger.owner.name);
    let account = ledger.account.as_deref().or(ledger.owner.account).unwrap_or("unknown");
    let kind = if ledger.of_platform { "platform_statement" } else { "bank_statement" };
    months
        .into_iter()
        .filter_map(|((year, month), sums)| {
            let [start, end] = ends_of(year, month)?;
            // A month in which more went back than came in has no turnover.
            let amount = (sums.income - sums.refunded).max(0);
            let parts = [
                ("holder", holder.to_owned()),
                ("account", account.to_owned()),
                ("period_start", start.to_string()),
                ("period_end", end.to_string()),
                ("date", sums.last?.day.to_string()),
                ("amount", yuan(amount)),
                ("excluded", yuan(sums.excluded)),
                ("expense", yuan(sums.expense)),
                ("count", sums.count.to_string()),
                ("counterparties", sums.payers.len().to_string()),
            ];
            Some(Fact {
                id: format!("flow-{}-{year}-{month:02}", file.get(..32).unwrap_or(file)),
                name: "flow".to_owned(),
                kind: Some(kind.to_owned()),
                parts: parts.map(|(name, value)| (name.to_owned(), value)).into(),
                source: Source::Import { file: file.to_owned(), rows: sums.rows? },
                confidence,
                standing: Standing::Accepted,
            })
        })
        .collect()
}

impl<'e> Sums<'e> {
    fn add(&mut self, entry: &'e Entry) {
        let change = entry.change;
        match entry.purpose {
            Purpose::Trade if change > 0 => {
                self.income += change;
                self.count += 1;
                if !entry.counterparty.is_empty() {
                    self.payers.insert(names::letters(&entry.counterparty).into_iter().collect());
                }
            }
            Purpose::Trade => self.expense -= change,
            Purpose::Refund if change < 0 => self.refunded -= change,
            _ => self.excluded += change.max(0),
        }
        let [first, last] = self.rows.unwrap_or([entry.row; 2]);
        self.rows = Some([first.min(entry.row), last.max(entry.row)]);
        if self.last.is_none_or(|last| last.day <= entry.day) {
            self.last = Some(entry);
        }
    }
}

/// A month's first and last day.
fn ends_of(year: i32, month: u8) -> Option<[Date; 2]> {
    let month = Month::try_from(month).ok()?;
    let day = |day| Date::from_calendar_date(year, month, day).ok();
    Some([day(1)?, day(month.length(year))?])
}
