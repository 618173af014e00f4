//! Which column of a statement is which, and what a row's cells say.

use time::Date;

use super::Purpose;
use super::day::day;
use super::words::{
    ACCOUNT, ACCOUNT_LABELS, AMOUNT, BALANCE, COUNTERPARTY, DATE, DIRECTION, EXPENSE, HOLDER,
    HOLDER_LABELS, IN, INCOME, NO_TRADE, NO_TRADERS, NOTES, OUT, PLATFORMS, REFUNDS, STATUS,
    SUMMARIES, TAKEN_BACK, VOID,
};
use crate::import::money::{fen, fen_of_number};
use crate::import::table::Cell;

/// Where each thing stands in a row.
#[derive(Debug)]
pub(super) struct Columns {
    date: usize,
    income: Option<usize>,
    expense: Option<usize>,
    /// The heading says that what went out has a minus sign.
    expense_is_negative: bool,
    amount: Option<usize>,
    direction: Option<usize>,
    balance: Option<usize>,
    counterparty: Option<usize>,
    status: Option<usize>,
    notes: Vec<usize>,
    holder: Option<usize>,
    account: Option<usize>,
}

/// What a row did.
pub(super) struct Movement {
    /// To the balance, fen.
    pub(super) amount: i64,
    /// Whether it may be trade at all, by its direction and its status.
    pub(super) expected: bool,
}

type Row<'r> = &'r [Option<Cell>];

impl Columns {
    /// The columns, where the row names at least a date and an amount.
    pub(super) fn named_by(row: Row<'_>) -> Option<Self> {
        let headings: Vec<String> = (0..row.len())
            .map(|at| text(row, Some(at)).map(|text| heading(&text)).unwrap_or_default())
            .collect();
        let find = |names: &[&str]| {
            names.iter().find_map(|name| headings.iter().position(|heading| heading == name))
        };
        let (income, expense, amount) = (find(INCOME), find(EXPENSE), find(AMOUNT));
        if income.is_none() && amount.is_none() {
            return None;
        }
        let expense_is_negative =
            text(row, expense).is_some_and(|heading| heading.contains(['-', '－', '−']));
        let notes =
            |at: &usize| headings.get(*at).is_some_and(|found| NOTES.contains(&found.as_str()));
        Some(Self {
            date: find(DATE)?,
            income,
            expense,
            expense_is_negative,
            amount,
            direction: find(DIRECTION),
            balance: find(BALANCE),
            counterparty: find(COUNTERPARTY),
            status: find(STATUS),
            notes: (0..headings.len()).filter(notes).collect(),
            holder: find(HOLDER),
            account: find(ACCOUNT),
        })
    }

    /// Whether the row has these very headings once more.
    pub(super) fn are_named_by(&self, row: Row<'_>) -> bool {
        text(row, Some(self.date)).is_some_and(|text| DATE.contains(&heading(&text).as_str()))
    }

    /// Whether rows say how far a payment got, which banks have no need to.
    pub(super) fn have_status(&self) -> bool {
        self.status.is_some()
    }

    pub(super) fn day(&self, row: Row<'_>) -> Option<Date> {
        cell(row, Some(self.date)).and_then(day)
    }

    pub(super) fn has_money(&self, row: Row<'_>) -> bool {
        [self.income, self.expense, self.amount].into_iter().any(|at| cell(row, at).is_some())
    }

    /// Who paid or was paid; empty where the row does not say.
    pub(super) fn counterparty(&self, row: Row<'_>) -> String {
        text(row, self.counterparty).filter(|name| name != "/" && name != "-").unwrap_or_default()
    }

    pub(super) fn holder(&self, row: Row<'_>) -> Option<String> {
        text(row, self.holder)
    }

    pub(super) fn account(&self, row: Row<'_>) -> Option<String> {
        text(row, self.account).map(|account| account.replace(' ', ""))
    }

    /// What the row's money is by its notes, and by who paid it.
    pub(super) fn purpose(&self, row: Row<'_>, counterparty: &str) -> Purpose {
        let notes: Vec<String> = self.notes.iter().filter_map(|at| text(row, Some(*at))).collect();
        let notes = notes.join("\n").to_lowercase();
        let among = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
        if among(REFUNDS, &notes) {
            Purpose::Refund
        } else if among(NO_TRADE, &notes) || among(NO_TRADERS, counterparty) {
            Purpose::Other
        } else {
            Purpose::Trade
        }
    }

    pub(super) fn balance(&self, row: Row<'_>) -> Result<Option<i64>, &'static str> {
        money(row, self.balance).map_err(|()| "balance")
    }

    /// What the row did, or which of its values cannot be read.
    pub(super) fn movement(&self, row: Row<'_>) -> Result<Movement, &'static str> {
        let status = text(row, self.status).unwrap_or_default().to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| status.contains(word));
        let mut expected = !says(TAKEN_BACK);
        let income = money(row, self.income).map_err(|()| "income")?;
        let mut expense = money(row, self.expense).map_err(|()| "expense")?;
        if self.expense_is_negative {
            expense = expense.map(|amount| -amount);
        }
        let mut amount = income.unwrap_or(0) - expense.unwrap_or(0);
        if income.is_none() && expense.is_none() {
            amount = money(row, self.amount).map_err(|()| "amount")?.unwrap_or(0);
            let direction = text(row, self.direction).unwrap_or_default().to_lowercase();
            if OUT.contains(&direction.as_str()) {
                // Some print what went out with its sign, some without.
                amount = -amount.abs();
            } else if self.direction.is_some() && !IN.contains(&direction.as_str()) {
                // Neither in nor out: moved between the owner's own pockets.
                expected = false;
                amount = amount.min(0);
            }
        }
        if says(VOID) {
            (amount, expected) = (0, false);
        }
        Ok(Movement { amount, expected })
    }
}

/// A holder's name and an account's number in a row above the headings, behind their labels.
pub(super) fn labelled(row: Row<'_>) -> (Option<String>, Option<String>) {
    let texts = (0..row.len()).filter_map(|at| text(row, Some(at)));
    // Several may stand in one cell, with more than one space between them.
    let pieces: Vec<String> = texts
        .flat_map(|text| {
            let pieces = text.split("  ").flat_map(|piece| piece.split(['\t', '\u{3000}']));
            pieces.map(|piece| piece.trim().to_owned()).collect::<Vec<_>>()
        })
        .filter(|piece| !piece.is_empty())
        .collect();
    let find = |labels: &[&str]| {
        pieces.iter().enumerate().find_map(|(at, piece)| {
            let (label, value) = piece.split_once([':', '：']).unwrap_or((piece, ""));
            if !labels.contains(&heading(label).as_str()) {
                return None;
            }
            let next =
                pieces.get(at + 1).map(String::as_str).filter(|next| !next.contains([':', '：']));
            let value = if value.trim().is_empty() { next? } else { value };
            let value = value.trim_matches(|c: char| c.is_whitespace() || "[]【】".contains(c));
            (!value.is_empty()).then(|| value.to_owned())
        })
    };
    (find(HOLDER_LABELS), find(ACCOUNT_LABELS).map(|account| account.replace(' ', "")))
}

/// Whether a row above the headings names a platform.
pub(super) fn names_platform(row: Row<'_>) -> bool {
    let texts = (0..row.len()).filter_map(|at| text(row, Some(at)));
    texts
        .map(|text| text.to_lowercase())
        .any(|text| PLATFORMS.iter().any(|name| text.contains(name)))
}

/// Whether the row adds up others, by any of its words.
pub(super) fn is_summary(row: Row<'_>) -> bool {
    let texts = (0..row.len()).filter_map(|at| text(row, Some(at)));
    texts.map(|text| heading(&text)).any(|text| SUMMARIES.iter().any(|word| text.contains(word)))
}

/// A heading or a label as the lists have it: `# 收入金额（+元）` is `收入金额`.
fn heading(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for letter in text.trim_start_matches('#').chars() {
        match letter {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || letter.is_whitespace() || ":：\"'_".contains(letter) => {}
            _ => kept.extend(letter.to_lowercase()),
        }
    }
    kept
}

fn cell<'r>(row: Row<'r>, at: Option<usize>) -> Option<&'r Cell> {
    row.get(at?)?.as_ref()
}

fn text(row: Row<'_>, at: Option<usize>) -> Option<String> {
    Some(match cell(row, at)? {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
    })
}

/// Fen; nothing where the cell is empty or has a dash in it.
fn money(row: Row<'_>, at: Option<usize>) -> Result<Option<i64>, ()> {
    match cell(row, at) {
        None => Ok(None),
        Some(Cell::Text(text)) if matches!(text.as_str(), "-" | "--" | "/" | "—") => Ok(None),
        Some(Cell::Text(text)) => fen(text).map(Some).ok_or(()),
        Some(Cell::Number(number)) => fen_of_number(*number).map(Some).ok_or(()),
        Some(Cell::Day(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(texts: &[&str]) -> Vec<Option<Cell>> {
        texts
            .iter()
            .map(|text| (!text.is_empty()).then(|| Cell::Text((*text).to_owned())))
            .collect()
    }

    #[test]
    fn headings_are_known_with_their_brackets_and_spaces() {
        let columns = Columns::named_by(&row(&[
            "#记账 日期",
            "收入（+元）",
            "支出（-元）",
            "账户余额（元）",
        ]));
        let columns = columns.expect("headings");
        assert!(columns.expense_is_negative);
        assert_eq!((columns.income, columns.expense, columns.balance), (Some(1), Some(2), Some(3)));
        assert!(Columns::named_by(&row(&["交易日期", "摘要"])).is_none());
        assert!(Columns::named_by(&row(&["余额", "金额"])).is_none());
    }

    #[test]
    fn holders_are_found_beside_or_behind_their_labels() {
        let found = |texts: &[&str]| labelled(&row(texts));
        let (name, account) = (Some("张三".to_owned()), Some("6222021234".to_owned()));
        assert_eq!(found(&["户名：张三", "账号:6222 0212 34"]), (name.clone(), account.clone()));
        assert_eq!(found(&["户名", "张三", "卡号", "6222021234"]), (name.clone(), account.clone()));
        assert_eq!(found(&["#姓名：[张三]   账户：[6222021234]"]), (name, account));
        assert_eq!(found(&["户名：", "起始日期：2026-01-01"]), (None, None));
    }
}
