//! A bank's or a platform's statement as exported: one `flow` fact for each calendar month.
//!
//! The file is recognised by its first bytes, its columns by their headings. Where it prints a running balance, every
//! row has to follow from the one before, oldest or newest first. What came in is turnover only where it is a
//! customer's money: not the owner's own, no loan, no refund, no salary; refunds to customers are taken off.
//!
//! | part | is |
//! |---|---|
//! | `holder`, `account` | whose account, as the file says, else as the owner does; `unknown` where no one says which |
//! | `period_start`, `period_end` | first and last day of the month, so that overlapping exports of one account meet |
//! | `date` | day of the month's last row |
//! | `amount`, `count`, `counterparties` | customers' money, yuan; its rows; how many names it came from |
//! | `excluded` | what else came in, yuan |
//! | `expense` | what went out for the business, yuan: not to the owner's own accounts, nor for loans or savings |
//!
//! Confidence is 1 where the file names its holder and the balances hold. A file without balances proves less by
//! [`UNBALANCED`], and one that names nobody by [`UNNAMED`].

mod columns;
mod day;
mod months;
mod page;
mod words;

use columns::{Columns, Movement};
pub use page::{Page, page};
use time::Date;

use super::table::{self, Cell, HEADING_WITHIN, Reader};
use super::{ImportError, MAX_TEXT, file_hash};
use crate::fact::Fact;
use crate::names;

/// How sure a month is where the file has no running balance: rows could be missing from it.
pub(super) const UNBALANCED: f32 = 0.9;

/// How sure it is whose money it is where the file does not say. Still above what a fact needs to count.
pub(super) const UNNAMED: f32 = 0.7;

/// Whose statement it should be, as the bank knows the merchant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'o> {
    /// Registered name of the business.
    pub name: &'o str,
    /// Whose business it is: money from this person's other accounts is no turnover either.
    pub person: Option<&'o str>,
    /// The account, where the file does not say which.
    pub account: Option<&'o str>,
}

/// The months of a statement. A file that names another holder than the owner brings facts of that holder, which the
/// scorecard then refuses by its own rule.
pub fn statement(bytes: &[u8], owner: &Owner<'_>) -> Result<Vec<Fact>, ImportError> {
    let given = [Some(owner.name), owner.person, owner.account];
    if given.into_iter().flatten().any(|text| text.len() > MAX_TEXT) {
        return Err(ImportError::Limit("512 bytes in a text"));
    }
    let ledger = table::read(bytes, || Ledger::new(owner))?;
    ledger.facts(&file_hash(bytes))
}

/// What was read of a statement so far.
struct Ledger<'o> {
    owner: &'o Owner<'o>,
    columns: Option<Columns>,
    /// Not a bank's.
    of_platform: bool,
    rows_seen: usize,
    holder: Option<String>,
    account: Option<String>,
    /// The same two where the rows themselves say it.
    of_rows: (Option<String>, Option<String>),
    entries: Vec<Entry>,
}

/// A row that has a day.
struct Entry {
    row: u32,
    day: Date,
    /// What the row did to the balance, fen.
    change: i64,
    balance: Option<i64>,
    purpose: Purpose,
    /// Whom it came from or went to; empty where the row does not say.
    counterparty: String,
}

/// What a row's money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// A customer's or a supplier's.
    Trade,
    /// What goes back to a customer, or comes back from a supplier.
    Refund,
    /// The owner's own, a lender's, an employer's.
    Other,
}

impl<'o> Ledger<'o> {
    fn new(owner: &'o Owner<'o>) -> Self {
        let (columns, holder, account) = (None, None, None);
        let (of_rows, entries) = ((None, None), Vec::new());
        Self { owner, columns, of_platform: false, rows_seen: 0, holder, account, of_rows, entries }
    }

    /// A row above the headings: who holds the account may stand there.
    fn preamble(&mut self, cells: &[Option<Cell>]) -> Result<(), ImportError> {
        self.of_platform |= columns::names_platform(cells);
        let (holder, account) = columns::labelled(cells);
        for (found, place) in [(holder, &mut self.holder), (account, &mut self.account)] {
            if place.is_none() {
                *place = found.map(short).transpose()?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        columns: &Columns,
        row: u32,
        cells: &[Option<Cell>],
    ) -> Result<(), ImportError> {
        let unreadable = |what| ImportError::Unreadable { row, what };
        let Some(day) = columns.day(cells) else {
            // Totals and footnotes stand below the rows, or below each page.
            let aside = !columns.has_money(cells) || columns::is_summary(cells);
            return if aside { Ok(()) } else { Err(unreadable("date")) };
        };
        let Movement { amount, expected } = columns.movement(cells).map_err(unreadable)?;
        let balance = columns.balance(cells).map_err(unreadable)?;
        let counterparty = columns.counterparty(cells);
        let purpose =
            if expected { self.purpose(columns, cells, &counterparty) } else { Purpose::Other };
        for (found, place, of_rows) in [
            (columns.holder(cells), &mut self.holder, &mut self.of_rows.0),
            (columns.account(cells), &mut self.account, &mut self.of_rows.1),
        ] {
            let Some(found) = found.map(short).transpose()? else { continue };
            if of_rows.replace(found.clone()).is_some_and(|before| before != found) {
                return Err(ImportError::SeveralAccounts { row });
            }
            *place = Some(found);
        }
        self.entries.push(Entry { row, day, change: amount, balance, purpose, counterparty });
        Ok(())
    }

    fn purpose(&self, columns: &Columns, cells: &[Option<Cell>], counterparty: &str) -> Purpose {
        let own = [Some(self.owner.name), self.owner.person, self.holder.as_deref()];
        if own.into_iter().flatten().any(|own| names::same(own, counterparty)) {
            return Purpose::Other;
        }
        columns.purpose(cells, counterparty)
    }

    fn facts(mut self, file: &str) -> Result<Vec<Fact>, ImportError> {
        if self.entries.is_empty() {
            return Err(ImportError::Empty);
        }
        let newest_first = self.entries.first().map(|entry| entry.day)
            > self.entries.last().map(|entry| entry.day);
        let balanced = self.entries.iter().any(|entry| entry.balance.is_some());
        if newest_first {
            self.entries.reverse();
        }
        if let Err(broken) = follows(&self.entries) {
            // Rows of one day do not say which is first.
            self.entries.reverse();
            follows(&self.entries).map_err(|_| broken)?;
        }
        Ok(months::facts(&self, file, balanced))
    }
}

impl Reader for Ledger<'_> {
    fn row(&mut self, number: u32, cells: &[Option<Cell>]) -> Result<(), ImportError> {
        self.rows_seen += 1;
        match self.columns.take() {
            Some(columns) => {
                // The headings again, at the top of a page.
                let outcome = if columns.are_named_by(cells) {
                    Ok(())
                } else {
                    self.entry(&columns, number, cells)
                };
                self.columns = Some(columns);
                outcome
            }
            None if self.rows_seen > HEADING_WITHIN => Ok(()),
            None => {
                self.columns = Columns::named_by(cells);
                self.of_platform |= self.columns.as_ref().is_some_and(Columns::have_status);
                if self.columns.is_none() { self.preamble(cells) } else { Ok(()) }
            }
        }
    }

    fn has_heading(&self) -> bool {
        self.columns.is_some()
    }
}

/// Whether every balance is the one before it and what happened since, oldest first.
fn follows(entries: &[Entry]) -> Result<(), ImportError> {
    let mut expected: Option<i64> = None;
    for entry in entries {
        expected = expected.map(|before| before.saturating_add(entry.change));
        if let Some(balance) = entry.balance {
            if expected.is_some_and(|expected| expected != balance) {
                return Err(ImportError::BalanceBroken { row: entry.row });
            }
            expected = Some(balance);
        }
    }
    Ok(())
}

fn short(text: String) -> Result<String, ImportError> {
    if text.len() > MAX_TEXT { Err(ImportError::Limit("512 bytes in a text")) } else { Ok(text) }
}
