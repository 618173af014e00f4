//! Ruled forms and tables of a voucher.

use rand::RngExt;

use super::design::{Rows, Table};
use super::layout::Layout;
use super::template::{self, Run};
use crate::canvas::{Bounds, Style};
use crate::document::TableMark;

/// A cell of a form: its label, and what is filled in.
struct Cell {
    label: Vec<Run>,
    value: Vec<Run>,
}

/// A column of a table.
struct Column {
    heading: String,
    variable: &'static str,
    /// The field that its first row is the truth about.
    field: Option<&'static str>,
}

impl Layout<'_, '_> {
    /// Boxes side by side, each a word down its left edge and lines beside it.
    pub(super) fn panels(&mut self, panels: &'static [(&'static str, &'static [&'static str])]) {
        let size = self.label.size;
        let width = (self.right - self.left) / panels.len() as f32;
        let (top, edge, ink) = (self.down, 1.8 * size, self.ink);
        let most = panels.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default();
        let tallest = panels.iter().map(|(word, _)| word.chars().count()).max().unwrap_or_default();
        let height =
            (most as f32 * 0.95 * self.pitch + 0.5 * size).max(1.1 * size * tallest as f32);
        for (index, (word, lines)) in panels.iter().enumerate() {
            let left = self.left + width * index as f32;
            self.canvas().frame([left, top, left + width, top + height], 0.25, ink);
            self.canvas().line([left + edge, top], [left + edge, top + height], 0.25, ink);
            let letters = word.chars().count() as f32;
            let step = (height / letters).min(1.3 * size);
            for (place, letter) in word.chars().enumerate() {
                let y = top + 0.5 * height + step * (place as f32 + 0.5 - 0.5 * letters);
                let style = self.label.centred();
                self.canvas().text(left + 0.5 * edge, y, &letter.to_string(), style);
            }
            let room = width - edge - size;
            for (place, template) in lines.iter().enumerate() {
                let y = top + 0.3 * size + 0.95 * self.pitch * (place as f32 + 0.5);
                let runs = template::runs(template, self.story);
                self.write(&runs, [left + edge + 0.5 * size, y], room);
            }
        }
        self.down = top + height;
    }

    /// Cells side by side; rows of as many cells have their rules at the same places.
    pub(super) fn grid(&mut self, rows: &[&[&'static str]], above: bool) {
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| split(template::runs(cell, self.story))).collect())
            .collect();
        let pad = 0.5 * self.label.size;
        let (left, width) = (self.left, self.right - self.left);
        let (top, ink) = (self.down, self.ink);
        for row in &rows {
            let alike = || rows.iter().filter(|other| other.len() == row.len());
            let widest = |of: &dyn Fn(&Cell) -> f32, index: usize| {
                alike().filter_map(|row| row.get(index)).map(of).fold(0.0, f32::max)
            };
            let labels: Vec<f32> =
                (0..row.len()).map(|at| widest(&|cell| self.width(&cell.label), at)).collect();
            let values: Vec<f32> =
                (0..row.len()).map(|at| widest(&|cell| self.width(&cell.value), at)).collect();
            let need: Vec<f32> = labels
                .iter()
                .zip(&values)
                .map(
                    |(label, value)| {
                        if above { label.max(*value) } else { label + value + 2.0 * pad }
                    },
                )
                .map(|need| need.max(6.0 * pad) + 2.0 * pad)
                .collect();
            let total: f32 = need.iter().sum();
            let height = self.pitch * if above { 2.1 } else { 1.35 };
            let (mut x, y) = (left, self.down);
            for (index, cell) in row.iter().enumerate() {
                let wide = width * need[index] / total;
                let area = [x, y, x + wide, y + height];
                self.canvas().frame(area, 0.25, ink);
                if above {
                    let small = Style { size: 0.85 * self.label.size, ..self.label };
                    let full = std::mem::replace(&mut self.label, small);
                    self.write(&cell.label, [x + pad, y + 0.3 * height], wide - 2.0 * pad);
                    self.label = full;
                    self.write(&cell.value, [x + pad, y + 0.72 * height], wide - 2.0 * pad);
                } else {
                    let labelled = if labels[index] > 0.0 {
                        (labels[index] + 2.0 * pad).min(0.5 * wide)
                    } else {
                        0.0
                    };
                    let middle = y + 0.5 * height;
                    if labelled > 0.0 {
                        self.write(&cell.label, [x + pad, middle], labelled - 2.0 * pad);
                        let at = x + labelled;
                        self.canvas().line([at, y], [at, y + height], 0.25, ink);
                    }
                    let room = wide - labelled - 2.0 * pad;
                    self.write(&cell.value, [x + labelled + pad, middle], room);
                }
                x += wide;
            }
            self.down += height;
        }
        let cells = rows.iter().map(|row| row.iter().flat_map(Cell::texts).collect()).collect();
        self.record([left, top, left + width, self.down], true, cells);
        self.down += 0.5 * self.pitch;
    }

    /// Lines of items below their headings.
    pub(super) fn table(&mut self, table: &'static Table) {
        let columns = self.columns(table);
        let [least, most] = table.count;
        let count = self.story.random().random_range(least..=most);
        let count = self.story.limited(table.of, count);
        let label = |text: &str| vec![Run::Label(text.to_owned())];
        let mut cells: Vec<Vec<Vec<Run>>> =
            vec![columns.iter().map(|column| label(&column.heading)).collect()];
        for row in 0..count {
            let cell = |column: &Column| {
                let text = self.story.cell(table.of, row, column.variable);
                let field = column.field.filter(|_| row == 0).map(|field| (field, text.clone()));
                vec![Run::Value { text, field }]
            };
            cells.push(columns.iter().map(cell).collect());
        }
        if !table.sums.is_empty() {
            let sum = |column: &Column| {
                let sum = table.sums.iter().find(|(variable, _)| *variable == column.variable);
                sum.map(|(_, template)| template::runs(template, self.story)).unwrap_or_default()
            };
            cells.push(columns.iter().map(sum).collect());
        }
        let area = self.rows(&cells, &columns, table);
        let texts = cells.iter().map(|row| row.iter().map(|cell| text(cell)).collect()).collect();
        self.record(area, table.ruled, texts);
        for foot in table.foot {
            let (y, edge) = (self.down + 0.68 * self.pitch, 0.6 * self.label.size);
            let area = [self.left + edge, self.right - edge];
            let end = self.flow(foot, area, y, 0.0) + 0.68 * self.pitch;
            let (frame, ink) = ([self.left, self.down, self.right, end], self.ink);
            if table.ruled {
                self.canvas().frame(frame, 0.25, ink);
            }
            self.down = end;
        }
        self.down += 0.5 * self.pitch;
    }

    fn columns(&mut self, table: &'static Table) -> Vec<Column> {
        let mut columns = Vec::new();
        for column in table.columns {
            let (column, optional) = match column.strip_prefix('?') {
                Some(column) => (column, true),
                None => (*column, false),
            };
            let (heading, variable) = column.rsplit_once('=').unwrap_or((column, ""));
            let (variable, field) = match variable.split_once('>') {
                Some((variable, field)) => (variable, Some(field)),
                None => (variable, None),
            };
            let left_out = self.story.random().random_bool(0.4);
            if !(optional && left_out) {
                let heading = template::text(heading, self.story);
                columns.push(Column { heading, variable, field });
            }
        }
        columns
    }

    /// Draws headings and rows over the full width; returns where.
    fn rows(&mut self, cells: &[Vec<Vec<Run>>], columns: &[Column], table: &Table) -> Bounds {
        let (left, right, top) = (self.left, self.right, self.down);
        let pad = 0.4 * self.label.size;
        let widest = |column: usize| {
            let runs = cells.iter().filter_map(|row| row.get(column));
            runs.map(|runs| self.width(runs)).fold(2.0 * self.value.size, f32::max) + 2.0 * pad
        };
        let widths: Vec<f32> = (0..columns.len()).map(widest).collect();
        let total: f32 = widths.iter().sum();
        let mut edges = vec![left];
        for width in &widths {
            edges.push(edges[edges.len() - 1] + (right - left) * width / total);
        }
        let pitch = self.pitch * if table.of == Rows::Flows { 1.0 } else { 1.15 };
        for (row, cells) in cells.iter().enumerate() {
            let y = top + pitch * (row as f32 + 0.5);
            for (column, runs) in cells.iter().enumerate() {
                let (from, to) = (edges[column] + pad, edges[column + 1] - pad);
                let spare = (to - from - self.width(runs)).max(0.0);
                let x = match row {
                    0 => from + 0.5 * spare,
                    _ if is_numeric(columns[column].variable) => from + spare,
                    _ => from,
                };
                self.write(runs, [x, y], to - from);
            }
        }
        let bottom = top + pitch * cells.len() as f32;
        let ink = self.ink;
        if table.ruled {
            for row in 0..=cells.len() {
                let y = top + pitch * row as f32;
                self.canvas().line([left, y], [right, y], 0.25, ink);
            }
            for x in edges {
                self.canvas().line([x, top], [x, bottom], 0.25, ink);
            }
        } else {
            for y in [top, top + pitch, bottom] {
                self.canvas().line([left, y], [right, y], 0.15, ink);
            }
        }
        self.down = bottom;
        [left, top, right, bottom]
    }

    fn record(&mut self, place: Bounds, ruled: bool, cells: Vec<Vec<String>>) {
        self.form.tables.push(TableMark { place, ruled, cells });
    }
}

impl Cell {
    /// Label and value, each a cell of its own where there are both.
    fn texts(&self) -> impl Iterator<Item = String> {
        [&self.label, &self.value]
            .into_iter()
            .filter(|runs| !runs.is_empty())
            .map(|runs| text(runs))
    }
}

fn text(runs: &[Run]) -> String {
    let text = |run: &Run| match run {
        Run::Label(text) | Run::Value { text, .. } => text.clone(),
        Run::Signature(_) => String::new(),
    };
    runs.iter().map(text).collect()
}

/// The label is what stands before the first colon.
fn split(runs: Vec<Run>) -> Cell {
    let mut runs = runs.into_iter();
    match runs.next() {
        Some(Run::Label(text)) => match text.split_once('：') {
            Some((label, "")) => {
                Cell { label: vec![Run::Label(label.to_owned())], value: runs.collect() }
            }
            Some((label, rest)) => Cell {
                label: vec![Run::Label(label.to_owned())],
                value: std::iter::once(Run::Label(rest.to_owned())).chain(runs).collect(),
            },
            None => Cell {
                label: Vec::new(),
                value: std::iter::once(Run::Label(text)).chain(runs).collect(),
            },
        },
        first => Cell { label: Vec::new(), value: first.into_iter().chain(runs).collect() },
    }
}

fn is_numeric(variable: &str) -> bool {
    matches!(
        variable,
        "quantity"
            | "price"
            | "amount"
            | "rate"
            | "tax"
            | "limit"
            | "debit"
            | "credit"
            | "balance"
            | "signed"
    )
}
