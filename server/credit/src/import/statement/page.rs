//! A statement's page as it was photographed: the same reading, without the file.

use std::collections::BTreeMap;

use super::{Ledger, Owner};
use crate::fact::{Fact, Source};
use crate::import::ImportError;
use crate::import::table::{Cell, Reader};

/// What recognition calls the columns, and what a bank does.
const COLUMNS: [(&str, &str); 8] = [
    ("date", "交易日期"),
    ("summary", "摘要"),
    ("debit", "支出"),
    ("credit", "收入"),
    ("amount", "交易金额"),
    ("direction", "借贷标志"),
    ("balance", "余额"),
    ("counterparty", "对方户名"),
];

/// What was read of a page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'p> {
    /// Whose account, as printed.
    pub holder: Option<&'p str>,
    /// The account, as printed.
    pub account: Option<&'p str>,
    /// Its rows from the top, by the names of `kinds/bank_statement.toml`'s columns.
    pub rows: &'p [BTreeMap<&'p str, &'p str>],
    /// The picture.
    pub source: &'p Source,
    /// How sure the least sure of what was read is, 0..1.
    pub confidence: f32,
}

/// The months on a page. Every row has to follow from the one before by its balance, so that none was missed or misread;
/// what lies on other pages is not counted, and two pages of one month count as one.
///
/// # Errors
///
/// As [`super::statement`]; [`ImportError::Empty`] where rows have no balances.
pub fn page(page: &Page<'_>, owner: &Owner<'_>) -> Result<Vec<Fact>, ImportError> {
    let has_balances = page.rows.iter().all(|row| row.contains_key("balance"));
    let Source::Photo { bundle, image, .. } = page.source else { return Err(ImportError::Empty) };
    if page.rows.len() < 2 || !has_balances {
        return Err(ImportError::Empty);
    }
    let mut ledger = Ledger::new(owner);
    ledger.holder = page.holder.map(str::to_owned);
    ledger.account = page.account.map(|account| account.replace(' ', ""));
    let used: Vec<(&str, &str)> = COLUMNS
        .into_iter()
        .filter(|(name, _)| page.rows.iter().any(|row| row.contains_key(name)))
        .collect();
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    let headings: Vec<Option<Cell>> = used.iter().map(|(_, heading)| text(heading)).collect();
    ledger.row(0, &headings)?;
    if !ledger.has_heading() {
        return Err(ImportError::HeadingMissing);
    }
    for (number, row) in (1..).zip(page.rows) {
        let cells: Vec<Option<Cell>> =
            used.iter().map(|(name, _)| row.get(name).and_then(|found| text(found))).collect();
        ledger.row(number, &cells)?;
    }
    let mut facts = ledger.facts(bundle)?;
    for fact in &mut facts {
        let month = fact.part("period_start").and_then(|day| day.get(..7)).unwrap_or_default();
        fact.id = format!("{bundle}-{image}-flow-{month}");
        fact.source = page.source.clone();
        fact.confidence = (fact.confidence * page.confidence).clamp(0.0, 1.0);
    }
    Ok(facts)
}
