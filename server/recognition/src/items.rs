//! What a voucher's table lists, line by line: goods, taxes, payments.

mod balance;
mod doubt;
mod sums;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use bailing_vision::{Quad, Signal};

use crate::fields::Form;
use crate::kinds::{ColumnDefinition, TableDefinition};
use crate::page::{around, normal};
use crate::recogniser::Field;
use crate::tables::{Laid, Piece};

/// Headings that a table needs to be the kind's.
const LEAST_HEADINGS: usize = 2;

/// Most items of a page. A page of a bank's statement has 60.
const MOST: usize = 400;

/// Rows without rules that stand this many times as far apart as most do may have another between them.
const GAP: f32 = 1.6;

/// What a table lists, and what its row of sums says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    pub(crate) items: Vec<Item>,
    /// By the names of the columns.
    totals: BTreeMap<String, Field>,
    /// Columns of the row of sums that were not read.
    totals_unread: Vec<String>,
}

/// One of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    /// By the names of the columns.
    pub(crate) fields: BTreeMap<String, Field>,
    /// Columns in which something stands that is not what they hold.
    unread: Vec<String>,
    /// Whether another row may lie between this one and the one before.
    after_gap: bool,
}

/// The items of the table that has the most of the kind's columns.
pub(crate) fn read(definition: &TableDefinition, tables: &[Laid]) -> Items {
    let headed = tables.iter().filter_map(|laid| Some((laid, headings(definition, laid)?)));
    // Of two alike the first.
    let best = headed
        .max_by(|(_, a), (_, b)| a.columns.len().cmp(&b.columns.len()).then(Ordering::Greater));
    best.map(|(laid, headings)| listed(definition, laid, &headings)).unwrap_or_default()
}

/// What contradicts itself within an item, between items and their sum, from one balance to the next. `fields`
/// are those of the voucher.
pub(crate) fn check(
    definition: &TableDefinition,
    items: &Items,
    fields: &BTreeMap<String, Field>,
) -> Vec<Signal> {
    let mut signals = sums::of_lines(&items.items);
    signals.extend(sums::of_columns(definition, items, fields));
    signals.extend(balance::broken(&items.items));
    signals
}

impl Items {
    /// The fields that the row of sums states in their columns: of several sums in one row only the column
    /// tells which is meant. Those that were read from elsewhere on the page are left alone.
    pub(crate) fn stated<'a>(
        &'a self,
        definition: &'a TableDefinition,
        fields: &'a BTreeMap<String, Field>,
    ) -> impl Iterator<Item = (String, Field)> + 'a {
        definition.sums.iter().filter_map(|(column, name)| {
            let stated = self.totals.get(column)?;
            let other = fields.get(name).and_then(|field| field.region);
            let elsewhere = other.is_some_and(|other| !is_in_row(&other, stated.region.as_ref()));
            (!elsewhere).then(|| (name.clone(), stated.clone()))
        })
    }
}

/// Whether the middle of one region is between the top and the bottom of another.
fn is_in_row(region: &Quad, row: Option<&Quad>) -> bool {
    let ([_, top, _, bottom], Some(row)) = (region.bounds(), row) else { return false };
    let [_, above, _, below] = row.bounds();
    (above..=below).contains(&f32::midpoint(top, bottom))
}

/// Where the headings of a table stand.
struct Headings<'a> {
    /// The columns that are named, with the table's columns that each takes.
    columns: Vec<(&'a ColumnDefinition, [u32; 2])>,
    /// The line of text that they take, and the row of the table.
    line: u32,
    row: u32,
}

/// The line of a table on which the most columns are named.
fn headings<'a>(definition: &'a TableDefinition, laid: &Laid) -> Option<Headings<'a>> {
    let mut best: Option<(f32, Headings<'a>)> = None;
    for line in laid.pieces.chunk_by(|a, b| a.line == b.line) {
        let mut found: Vec<(f32, &ColumnDefinition, [u32; 2])> = Vec::new();
        for cell in line.chunk_by(|a, b| a.columns == b.columns) {
            let text = words(cell.iter());
            let named = definition
                .columns
                .iter()
                .filter_map(|column| Some((column.is_headed(&text)?, column)))
                .max_by(|(a, _), (b, _)| a.total_cmp(b).then(Ordering::Greater));
            if let (Some((share, column)), Some(piece)) = (named, cell.first()) {
                found.push((share, column, piece.columns));
            }
        }
        // Of two columns that are called alike, the one that is called just so.
        found.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
        let mut columns: Vec<(&ColumnDefinition, [u32; 2])> = Vec::new();
        let mut sure = 0.0;
        for (share, column, range) in found {
            if !columns.iter().any(|(other, taken)| other.name == column.name || *taken == range) {
                columns.push((column, range));
                sure += share;
            }
        }
        let Some(first) = line.first() else { continue };
        if columns.len() >= LEAST_HEADINGS && best.as_ref().is_none_or(|(best, _)| sure > *best) {
            best = Some((sure, Headings { columns, line: first.line, row: first.row }));
        }
    }
    best.map(|(_, headings)| headings)
}

/// The rows below the headings, down to the row of sums.
fn listed(definition: &TableDefinition, laid: &Laid, headings: &Headings<'_>) -> Items {
    let below = |piece: &&Piece| {
        piece.line > headings.line && (!laid.table.ruled || piece.row >= headings.row)
    };
    let mut pieces: Vec<&Piece> = laid.pieces.iter().filter(below).collect();
    pieces.sort_by_key(|piece| (piece.row, piece.line));
    let mut items = Items::default();
    let mut before: Option<&Piece> = None;
    let mut steps: Vec<f32> = Vec::new();
    let mut lost = false;
    for row in pieces.chunk_by(|a, b| a.row == b.row).flat_map(|row| item_rows(row, headings)) {
        let says = words(row.iter().copied());
        let is_named = |names: &[String]| names.iter().any(|name| says.contains(name.as_str()));
        let mut item = item(&row, headings);
        if is_named(&definition.totals) {
            (items.totals, items.totals_unread) = (item.fields, item.unread);
            break;
        }
        if is_named(&definition.subtotals) {
            lost = true;
            continue;
        }
        if !headings.has_number(&item) {
            // A row of words alone goes on with what is named above it.
            match items.items.last_mut() {
                Some(above) if item.unread.is_empty() => above.go_on(item),
                _ => lost = true,
            }
            continue;
        }
        let Some(first) = row.first().copied() else { continue };
        if let Some(before) = before {
            let skipped = laid.table.ruled && first.row > before.row + 1;
            item.after_gap = lost || skipped;
            steps.push(first.middle - before.middle);
        }
        (before, lost) = (Some(first), false);
        items.items.push(item);
        if items.items.len() >= MOST {
            break;
        }
    }
    let mut sorted = steps.clone();
    sorted.sort_by(f32::total_cmp);
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    for (item, step) in items.items.iter_mut().skip(1).zip(steps) {
        item.after_gap |= !laid.table.ruled && step > GAP * usual;
    }
    items
}

/// A row of the table as one item or, where its cells hold several numbers below each other, as one a line.
fn item_rows<'a>(row: &[&'a Piece], headings: &Headings<'_>) -> Vec<Vec<&'a Piece>> {
    let lines =
        headings.columns.iter().filter(|(column, _)| column.reads.is_number()).map(|(_, range)| {
            let mut lines: Vec<u32> =
                row.iter().filter(|piece| lies_in(piece, *range)).map(|piece| piece.line).collect();
            lines.dedup();
            lines.len()
        });
    if lines.max().unwrap_or_default() <= 1 {
        return vec![row.to_vec()];
    }
    row.chunk_by(|a, b| a.line == b.line).map(<[&Piece]>::to_vec).collect()
}

fn item(row: &[&Piece], headings: &Headings<'_>) -> Item {
    let mut item = Item::default();
    for (column, range) in &headings.columns {
        let inside: Vec<&Piece> =
            row.iter().copied().filter(|piece| lies_in(piece, *range)).collect();
        let text = words(inside.iter().copied());
        if text.is_empty() {
            continue;
        }
        // Digits in a box each are no number that could be told from its parts.
        let is_whole =
            inside.iter().all(|piece| Some(piece.columns) == inside.first().map(|of| of.columns));
        match column.reads.read(&text).filter(|_| is_whole || !column.reads.is_number()) {
            Some(value) => {
                item.fields.insert(column.name.clone(), field(value, &inside));
            }
            None => item.unread.push(column.name.clone()),
        }
    }
    item
}

fn field(value: String, pieces: &[&Piece]) -> Field {
    let raw: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let confidence = pieces.iter().map(|piece| piece.confidence).fold(1.0, f32::min);
    let region = match pieces {
        [piece] => Some(piece.region),
        _ => around(pieces.iter().map(|piece| piece.region)),
    };
    Field {
        value,
        raw: raw.join(" "),
        confidence,
        region,
        passed: None,
        proposed: None,
        handwritten: false,
    }
}

fn words<'a>(pieces: impl Iterator<Item = &'a Piece>) -> String {
    pieces.map(|piece| normal(&piece.text)).collect()
}

fn lies_in(piece: &Piece, [from, to]: [u32; 2]) -> bool {
    let [first, end] = piece.columns;
    first < to && from < end
}

impl Headings<'_> {
    /// Whether an item has a number that makes it one.
    fn has_number(&self, item: &Item) -> bool {
        let numbers = self.columns.iter().filter(|(column, _)| column.reads.is_number());
        numbers
            .into_iter()
            .any(|(column, _)| column.reads != Form::Rate && item.fields.contains_key(&column.name))
    }
}

impl Item {
    /// Adds what a row of words says to the words of this item.
    fn go_on(&mut self, next: Self) {
        for (name, more) in next.fields {
            let Some(field) = self.fields.get_mut(&name) else {
                self.fields.insert(name, more);
                continue;
            };
            field.value.push_str(&more.value);
            field.raw = format!("{} {}", field.raw, more.raw);
            field.confidence = field.confidence.min(more.confidence);
            field.region = around(field.region.into_iter().chain(more.region));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kinds::Kinds;
    use crate::ocr::TextLine;
    use crate::tables;

    /// Rows of texts as an engine reads them off a list without rules; an empty text is none.
    fn lines(rows: &[&[&str]], confidence: f32) -> Vec<TextLine> {
        let mut lines = Vec::new();
        for (row, texts) in rows.iter().enumerate() {
            for (column, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let (left, top) = (200.0 * column as f32, 50.0 * row as f32);
                let right = left + 14.0 * text.chars().count() as f32 + 20.0;
                let region = Quad::rectangle(left, top, right, top + 30.0);
                lines.push(TextLine {
                    text: (*text).to_owned(),
                    confidence,
                    region,
                    characters: Vec::new(),
                });
            }
        }
        lines
    }

    fn listed_as(kind: &str, lines: &[TextLine]) -> (Items, Vec<String>) {
        let kinds = Kinds::built_in().expect("the files");
        let definition = kinds.table(kind).expect("a table");
        let laid = tables::find(None, lines, &|text| kinds.is_heading(text));
        let items = read(definition, &laid);
        let signals = check(definition, &items, &BTreeMap::new());
        let objections =
            signals.iter().map(|signal| format!("{} {:.1}", signal.code, signal.score));
        let objections = objections.collect();
        (items, objections)
    }

    fn values(items: &Items, name: &str) -> Vec<String> {
        let value = |item: &Item| item.fields.get(name).map(|field| field.value.clone());
        items.items.iter().map(|item| value(item).unwrap_or_default()).collect()
    }

    const GOODS: [&[&str]; 5] = [
        &["品名", "单位", "数量", "单价", "金额"],
        &["大米", "袋", "12", "98.50", "1,182.00"],
        &["东北长粒", "", "", "", ""],
        &["菜籽油", "桶", "3", "66.67", "200.00"],
        &["合计", "", "", "", "1,382.00"],
    ];

    #[test]
    fn the_row_of_sums_states_a_field_by_its_column() {
        let rows: [&[&str]; 3] = [
            &["品名", "数量", "单价", "金额"],
            &["大米", "12", "98.50", "1,182.00"],
            &["合计", "12", "98.50", "1,182.00"],
        ];
        let (items, _) = listed_as("warehouse_receipt", &lines(&rows, 0.99));
        let kinds = Kinds::built_in().expect("the files");
        let table = kinds.table("warehouse_receipt").expect("a table");
        let read_at = |top: f32| {
            let region = Quad::rectangle(400.0, top, 460.0, top + 30.0);
            let field = items.totals.get("price").expect("a sum").clone();
            BTreeMap::from([("amount".to_owned(), Field { region: Some(region), ..field })])
        };
        let stated = |fields: &BTreeMap<String, Field>| {
            items.stated(table, fields).map(|(name, field)| (name, field.value)).collect::<Vec<_>>()
        };
        let amount = vec![("amount".to_owned(), "1182.00".to_owned())];
        assert_eq!(stated(&read_at(100.0)), amount, "another sum of the same row");
        assert_eq!(stated(&BTreeMap::new()), amount, "none");
        assert_eq!(stated(&read_at(400.0)), [], "one that stands elsewhere");
    }

    #[test]
    fn goods_are_listed_up_to_their_sum() {
        let (items, objections) = listed_as("delivery_note", &lines(&GOODS, 0.99));
        assert_eq!(values(&items, "item"), ["大米东北长粒", "菜籽油"]);
        assert_eq!(values(&items, "quantity"), ["12", "3"]);
        assert_eq!(values(&items, "amount"), ["1182.00", "200.00"]);
        assert_eq!(items.totals["amount"].value, "1382.00");
        // 3 × 66.67 = 200.01: the price is rounded.
        assert_eq!(objections, [""; 0]);
    }

    #[test]
    fn a_changed_amount_contradicts_its_line_and_the_sum() {
        let mut rows = GOODS;
        rows[1] = &["大米", "袋", "12", "98.50", "1,282.00"];
        let objections = |confidence| listed_as("delivery_note", &lines(&rows, confidence)).1;
        assert_eq!(objections(0.99), ["line_amount_mismatch 1.0", "line_sum_mismatch 1.0"]);
        // One digit misread would explain both.
        assert_eq!(objections(0.95), ["line_amount_mismatch 0.4", "line_sum_mismatch 0.4"]);
        assert_eq!(objections(0.8), [""; 0]);
        rows[1] = &["大米", "袋", "12", "98.50", "2,295.37"];
        let objections = listed_as("delivery_note", &lines(&rows, 0.95)).1;
        assert_eq!(objections, ["line_amount_mismatch 1.0", "line_sum_mismatch 1.0"]);
    }

    #[test]
    fn a_sum_says_nothing_where_an_item_was_not_read() {
        let mut rows = GOODS;
        rows[1] = &["大米", "袋", "12", "98.50", "1,18B.00"];
        assert_eq!(listed_as("delivery_note", &lines(&rows, 0.99)).1, [""; 0]);
    }

    #[test]
    fn tax_is_net_times_rate_but_for_what_software_rounds() {
        let rows = |tax: &'static str| -> Vec<String> {
            let row: &[&str] = &["运输服务", "1", "1,000.10", "1,000.10", "9%", tax];
            let rows: [&[&str]; 2] =
                [&["项目名称", "数量", "单价", "金额", "税率/征收率", "税额"], row];
            listed_as("vat_special_invoice", &lines(&rows, 0.99)).1
        };
        assert_eq!(rows("90.01"), [""; 0]);
        assert_eq!(rows("90.07"), [""; 0]);
        assert_eq!(rows("90.08"), ["line_tax_mismatch 1.0"]);
        assert_eq!(rows("130.01"), ["line_tax_mismatch 1.0"]);
    }

    const FLOWS: [&[&str]; 6] = [
        &["交易日期", "摘要", "借方", "贷方", "余额"],
        &["2026-01-02", "货款", "", "5,000.00", "15,000.00"],
        &["2026-01-03", "运费", "1,200.50", "", "13,799.50"],
        &["2026-01-05", "货款", "", "800.00", "14,599.50"],
        &["2026-01-08", "工资", "4,599.50", "", "10,000.00"],
        &["2026-01-09", "货款", "", "2,000.00", "12,000.00"],
    ];

    #[test]
    fn balances_run_either_way() {
        let (items, objections) = listed_as("bank_statement", &lines(&FLOWS, 0.99));
        assert_eq!((items.items.len(), objections), (5, Vec::new()));
        let mut rows = FLOWS;
        rows[1..].reverse();
        assert_eq!(listed_as("bank_statement", &lines(&rows, 0.99)).1, [""; 0]);
    }

    #[test]
    fn a_changed_balance_and_a_changed_payment_are_named_once() {
        let mut rows = FLOWS;
        rows[3] = &["2026-01-05", "货款", "", "800.00", "24,611.50"];
        let (items, objections) = listed_as("bank_statement", &lines(&rows, 0.99));
        assert_eq!(objections, ["balance_broken 1.0"]);
        let signals = balance::broken(&items.items);
        assert_eq!(signals[0].region, items.items[2].fields["balance"].region);
        let mut rows = FLOWS;
        rows[3] = &["2026-01-05", "货款", "", "8,800.00", "14,599.50"];
        assert_eq!(listed_as("bank_statement", &lines(&rows, 0.99)).1, ["balance_broken 1.0"]);
        rows[1..].reverse();
        assert_eq!(listed_as("bank_statement", &lines(&rows, 0.99)).1, ["balance_broken 1.0"]);
    }

    #[test]
    fn one_column_of_signed_amounts_runs_too() {
        let rows: [&[&str]; 4] = [
            &["交易日期", "交易金额", "账户余额", "对方户名"],
            &["2026-01-02", "+500.00", "1,500.00", "甲公司"],
            &["2026-01-03", "-200.00", "1,300.00", "乙公司"],
            &["2026-01-05", "-300.00", "1,000.00", "丙公司"],
        ];
        let (items, objections) = listed_as("bank_statement", &lines(&rows, 0.99));
        assert_eq!(values(&items, "amount"), ["500.00", "-200.00", "-300.00"]);
        assert_eq!(objections, [""; 0]);
    }

    #[test]
    fn balances_that_never_run_are_one_objection() {
        let mut rows = FLOWS;
        rows[2] = &["2026-01-03", "运费", "1,200.50", "", "77,799.50"];
        rows[4] = &["2026-01-08", "工资", "4,599.50", "", "31,234.00"];
        rows[5] = &["2026-01-09", "货款", "", "2,000.00", "99,111.00"];
        assert_eq!(listed_as("bank_statement", &lines(&rows, 0.99)).1, ["balance_broken 1.0"]);
        assert_eq!(listed_as("bank_statement", &lines(&rows, 0.8)).1, [""; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_flows_that_add_up_are_accepted(
            flows in proptest::collection::vec(-9_999_999i64..9_999_999, 3..12),
            newest_first in any::<bool>(),
        ) {
            let written = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
            let mut balance = 1_000_000_000i64;
            let mut rows: Vec<Vec<String>> = Vec::new();
            for flow in flows.iter().filter(|flow| **flow != 0) {
                balance += flow;
                let amount = written(flow.abs());
                let (debit, credit) =
                    if *flow < 0 { (amount, String::new()) } else { (String::new(), amount) };
                rows.push(vec!["2026-01-02".into(), "货款".into(), debit, credit, written(balance)]);
            }
            if newest_first {
                rows.reverse();
            }
            rows.insert(0, FLOWS[0].iter().map(|text| (*text).to_owned()).collect());
            let rows: Vec<Vec<&str>> =
                rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            let (items, objections) = listed_as("bank_statement", &lines(&rows, 0.99));
            prop_assert_eq!(items.items.len(), rows.len() - 1);
            prop_assert_eq!(objections, Vec::<String>::new());
        }

        #[test]
        fn any_numbers_are_answered(
            numbers in proptest::collection::vec("[-¥]?[0-9]{1,19}(,[0-9]{3})?(\\.[0-9]{0,17})?", 12),
        ) {
            let mut rows = vec![vec!["品名", "数量", "单价", "金额", "余额", "税率", "税额"]];
            for row in numbers.chunks(3) {
                let mut texts = vec!["大米"];
                texts.extend(row.iter().map(String::as_str));
                texts.extend(row.iter().map(String::as_str));
                rows.push(texts);
            }
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            for kind in ["vat_invoice", "bank_statement", "delivery_note"] {
                let _ = listed_as(kind, &lines(&rows, 0.9));
            }
        }
    }
}
