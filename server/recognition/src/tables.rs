//! The tables of a page: ruled ones by their rules, others by texts that stand in columns.

mod columns;
mod grid;
mod rules;
mod texts;

use bailing_vision::{Homography, Quad};
use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::ocr::TextLine;
use crate::page::around;
use columns::Placed;
use grid::{Enclosed, Grid};
use texts::Part;

/// A table and what its cells say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Where, in pixels of the upright still.
    pub region: Quad,
    /// Whether rules were seen; else texts that stand in columns.
    pub ruled: bool,
    /// Rows, of which a cell may span several.
    pub rows: u32,
    /// Columns, of which a cell may span several.
    pub columns: u32,
    /// From the top left. Of a table without rules only those that say something.
    pub cells: Vec<Cell>,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Its first row, from 0.
    pub row: u32,
    /// Its first column, from 0.
    pub column: u32,
    /// Rows that it takes, at least 1.
    pub row_span: u32,
    /// Columns that it takes, at least 1.
    pub column_span: u32,
    /// Its lines in reading order, each on a line of its own, as the engine read them.
    pub text: String,
    /// 0..1: the least confidence of its lines; 1 where it is empty.
    pub confidence: f32,
    /// Where, in pixels of the upright still.
    pub region: Quad,
}

/// A table with the texts that stand in its cells.
#[derive(Clone, Debug)]
pub(crate) struct Laid {
    pub(crate) table: Table,
    /// In reading order.
    pub(crate) pieces: Vec<Piece>,
}

/// A line, or the part of one that stands in one cell.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Row of its cell, the first.
    pub(crate) row: u32,
    /// Columns of its cell: the first, and the one behind the last.
    pub(crate) columns: [u32; 2],
    /// Which line of the table's texts it stands on, from the top: a cell may hold several, and several items.
    pub(crate) line: u32,
    /// As read.
    pub(crate) text: String,
    pub(crate) confidence: f32,
    pub(crate) region: Quad,
    /// Place of its middle down the table, and its left edge and height, in the table's upright frame.
    pub(crate) middle: f32,
    left: f32,
    height: f32,
}

/// Every table of an upright page, in its pixels. Without a picture no rules are seen. `is_heading` tells what
/// columns are called.
pub(crate) fn find(
    page: Option<&RgbImage>,
    lines: &[TextLine],
    is_heading: &dyn Fn(&str) -> bool,
) -> Vec<Laid> {
    let angle = columns::angle(lines.iter());
    let mut grids = page.map(|page| grid::find(rules::find(page))).unwrap_or_default();
    grids.retain(|grid| !lines.iter().any(|line| is_print(grid, line)));
    let mut outside: Vec<&TextLine> = lines.iter().collect();
    let mut tables = Vec::new();
    for grid in grids {
        let mut placed: Vec<(usize, Part)> = Vec::new();
        // Rows as wide as the table may hold another one, ruled between its rows alone.
        let mut wide: Vec<&TextLine> = Vec::new();
        let is_wide = |index: usize| {
            grid.cells.get(index).is_some_and(|cell| cell.column_span == grid.columns)
        };
        outside.retain(|line| {
            let parts = texts::in_cells(line, &grid.cells);
            let is_outside = parts.is_empty();
            if parts.iter().any(|(index, _)| is_wide(*index)) {
                wide.push(line);
            }
            placed.extend(parts);
            is_outside
        });
        tables.extend(ruled(grid, placed));
        let is_headed = |placed: &Vec<Placed>| {
            placed.iter().filter(|at| at.row == 0 && is_heading(&at.part.text)).count() > 1
        };
        let within = columns::find(&wide, is_heading).into_iter().filter(is_headed);
        tables.extend(within.filter_map(|placed| aligned(placed, angle)));
    }
    let unruled = columns::find(&outside, is_heading).into_iter();
    tables.extend(unruled.filter_map(|placed| aligned(placed, angle)));
    let place = |laid: &Laid| laid.table.region.bounds();
    tables.sort_by(|a, b| {
        let ([left_a, top_a, ..], [left_b, top_b, ..]) = (place(a), place(b));
        top_a.total_cmp(&top_b).then(left_a.total_cmp(&left_b))
    });
    tables
}

/// Whether what looks like a grid is strokes of a line of large print: the line is as high as all of it.
fn is_print(grid: &Grid, line: &TextLine) -> bool {
    let [left, top, right, bottom] = grid.region.bounds();
    let [from, above, to, below] = line.region.bounds();
    let middle = f32::midpoint(top, bottom);
    let shared = right.min(to) - left.max(from);
    below - above >= bottom - top
        && (above..below).contains(&middle)
        && shared > 0.3 * (right - left)
}

/// The frame in which a table's rows are level, and the way back from it.
struct Upright {
    into: Homography,
    back: Homography,
}

impl Upright {
    /// Of a table whose corners are known.
    fn of(region: &Quad) -> Option<Self> {
        let [top, right, bottom, left] = region.sides().map(|(from, to)| from.distance(to));
        let (width, height) = (f32::midpoint(top, bottom), f32::midpoint(left, right));
        Self::between(region, &Quad::rectangle(0.0, 0.0, width, height))
    }

    /// Of lines that run at an angle.
    fn turned(angle: f32) -> Option<Self> {
        let square = Quad::rectangle(0.0, 0.0, 1_000.0, 1_000.0);
        let back = Quad { corners: square.corners.map(|corner| columns::turned(corner, angle)) };
        Self::between(&square, &back)
    }

    fn between(region: &Quad, upright: &Quad) -> Option<Self> {
        let into = Homography::between(region, upright)?;
        Some(Self { into, back: Homography::between(upright, region)? })
    }

    fn piece(&self, row: u32, columns: [u32; 2], part: Part) -> Piece {
        let corners = part.region.corners.map(|corner| self.into.map(corner));
        let [a, b, c, d] = corners;
        let (_, height) = texts::size(&Quad { corners });
        Piece {
            row,
            columns,
            line: row,
            text: part.text,
            confidence: part.confidence,
            region: part.region,
            left: a.x.min(d.x),
            middle: (a.y + b.y + c.y + d.y) / 4.0,
            height,
        }
    }

    /// The level rectangle around texts.
    fn around(&self, regions: impl Iterator<Item = Quad>) -> Option<Quad> {
        let quad = around(regions.map(|region| self.into.map_quad(&region)))?;
        Some(self.back.map_quad(&quad))
    }
}

/// A table of a grid and what was placed in its cells.
fn ruled(grid: Grid, placed: Vec<(usize, Part)>) -> Option<Laid> {
    let upright = Upright::of(&grid.region)?;
    let mut pieces: Vec<Piece> = placed
        .into_iter()
        .filter_map(|(index, part)| {
            let Enclosed { row, column, column_span, .. } = grid.cells.get(index)?;
            Some(upright.piece(*row, [*column, column + column_span], part))
        })
        .collect();
    sort(&mut pieces);
    let cells = grid.cells.into_iter().map(|cell| {
        let Enclosed { row, column, row_span, column_span, region } = cell;
        let inside: Vec<&Piece> =
            pieces.iter().filter(|piece| piece.row == row && piece.columns[0] == column).collect();
        let (text, confidence) = read(&inside);
        Cell { row, column, row_span, column_span, text, confidence, region }
    });
    let cells = cells.collect();
    let Grid { region, rows, columns, .. } = grid;
    Some(Laid { table: Table { region, ruled: true, rows, columns, cells }, pieces })
}

/// A table of texts in columns; `None` where nothing was placed.
fn aligned(placed: Vec<Placed>, angle: f32) -> Option<Laid> {
    let upright = Upright::turned(angle)?;
    let mut pieces: Vec<Piece> = placed
        .into_iter()
        .map(|Placed { row, column, part }| upright.piece(row, [column, column + 1], part))
        .collect();
    sort(&mut pieces);
    for piece in &mut pieces {
        // Here rows are lines of text, found before.
        piece.line = piece.row;
    }
    let rows = pieces.iter().map(|piece| piece.row).max()? + 1;
    let columns = pieces.iter().map(|piece| piece.columns[1]).max()?;
    let region = upright.around(pieces.iter().map(|piece| piece.region))?;
    let mut places: Vec<(u32, u32)> =
        pieces.iter().map(|piece| (piece.row, piece.columns[0])).collect();
    places.sort_unstable();
    places.dedup();
    let cells = places.into_iter().filter_map(|(row, column)| {
        let inside: Vec<&Piece> =
            pieces.iter().filter(|piece| (piece.row, piece.columns[0]) == (row, column)).collect();
        let region = upright.around(inside.iter().map(|piece| piece.region))?;
        let (text, confidence) = read(&inside);
        Some(Cell { row, column, row_span: 1, column_span: 1, text, confidence, region })
    });
    let cells = cells.collect();
    Some(Laid { table: Table { region, ruled: false, rows, columns, cells }, pieces })
}

/// What the texts of a cell say, and the least of their confidences.
fn read(inside: &[&Piece]) -> (String, f32) {
    let mut text = String::new();
    for (index, piece) in inside.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|index| inside.get(index)) {
            text.push(if before.line == piece.line { ' ' } else { '\n' });
        }
        text.push_str(&piece.text);
    }
    (text, inside.iter().map(|piece| piece.confidence).fold(1.0, f32::min))
}

/// Reading order whatever the order was: line by line, each from the left; numbers the lines.
fn sort(pieces: &mut [Piece]) {
    pieces.sort_by(|a, b| {
        a.middle
            .total_cmp(&b.middle)
            .then(a.left.total_cmp(&b.left))
            .then_with(|| a.text.cmp(&b.text))
    });
    let mut line = 0;
    let mut first: Option<(f32, f32)> = None;
    for piece in pieces.iter_mut() {
        let begins = first
            .is_some_and(|(middle, height)| piece.middle - middle > 0.5 * height.min(piece.height));
        if begins || first.is_none() {
            line += u32::from(begins);
            first = Some((piece.middle, piece.height));
        }
        piece.line = line;
    }
    pieces.sort_by(|a, b| a.line.cmp(&b.line).then(a.left.total_cmp(&b.left)));
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use imageproc::drawing::draw_polygon_mut;
    use imageproc::point::Point as Pixel;
    use proptest::prelude::*;

    use bailing_vision::Point;

    use super::*;

    const INK: [u8; 3] = [60, 60, 70];

    /// A picture of a page, turned by an angle around its top left.
    struct Drawn {
        picture: RgbImage,
        angle: f32,
        thickness: f32,
        ink: [u8; 3],
    }

    impl Drawn {
        fn new(angle: f32) -> Self {
            let picture = RgbImage::from_pixel(1_700, 2_400, Rgb([240, 238, 230]));
            Self { picture, angle: angle.to_radians(), thickness: 3.0, ink: INK }
        }

        fn place(&self, x: f32, y: f32) -> Point {
            columns::turned(Point { x: x + 80.0, y: y + 80.0 }, -self.angle)
        }

        fn rule(&mut self, from: [f32; 2], to: [f32; 2]) {
            let (from, to) = (self.place(from[0], from[1]), self.place(to[0], to[1]));
            let length = from.distance(to);
            let half = self.thickness / 2.0 / length;
            let (x, y) = ((to.y - from.y) * half, (from.x - to.x) * half);
            let corners = [(from, 1.0), (to, 1.0), (to, -1.0), (from, -1.0)];
            let corners = corners.map(|(p, side)| {
                Pixel::new((p.x + side * x).round() as i32, (p.y + side * y).round() as i32)
            });
            draw_polygon_mut(&mut self.picture, &corners, Rgb(self.ink));
        }

        /// Borders at the given places, all through.
        fn grid(&mut self, across: &[f32], down: &[f32]) {
            let (left, right) = (across[0], across[across.len() - 1]);
            let (top, bottom) = (down[0], down[down.len() - 1]);
            for y in down {
                self.rule([left, *y], [right, *y]);
            }
            for x in across {
                self.rule([*x, top], [*x, bottom]);
            }
        }

        fn line(&self, text: &str, [left, top, right, bottom]: [f32; 4]) -> TextLine {
            let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
            let region = Quad { corners: corners.map(|[x, y]| self.place(x, y)) };
            TextLine { text: text.to_owned(), confidence: 0.99, region, characters: Vec::new() }
        }

        /// Uneven light and noise of 3 %, the same each time.
        fn photographed(&mut self) {
            let mut state = 1u32;
            let width = self.picture.width() as f32;
            for (x, _, Rgb(values)) in self.picture.enumerate_pixels_mut() {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = ((state >> 16) & 0xff) as f32 / 255.0 - 0.5;
                let light = 0.45 + 0.5 * x as f32 / width;
                *values = values.map(|value| (f32::from(value) * light + noise * 24.0) as u8);
            }
        }
    }

    fn found(drawn: &Drawn, lines: &[TextLine]) -> Vec<Table> {
        find(Some(&drawn.picture), lines, &|_| false).into_iter().map(|laid| laid.table).collect()
    }

    fn shape(table: &Table) -> (u32, u32, usize) {
        (table.rows, table.columns, table.cells.len())
    }

    #[test]
    fn a_grid_is_found_at_any_small_angle() {
        for angle in [-5.0, -2.2, 0.0, 0.7, 3.0, 5.0] {
            let mut drawn = Drawn::new(angle);
            let across: Vec<f32> = (0..7).map(|column| 40.0 + 210.0 * column as f32).collect();
            let down: Vec<f32> = (0..31).map(|row| 300.0 + 44.0 * row as f32).collect();
            drawn.grid(&across, &down);
            let tables = found(&drawn, &[]);
            assert_eq!(tables.iter().map(shape).collect::<Vec<_>>(), [(30, 6, 180)], "{angle}");
            let corner = drawn.place(across[0], down[0]);
            assert!(tables[0].region.corners[0].distance(corner) < 6.0, "{angle}: {corner:?}");
            let last = tables[0].cells[179].region.corners[2];
            assert!(last.distance(drawn.place(across[6], down[30])) < 8.0, "{angle}");
        }
    }

    #[test]
    fn faint_thin_and_broken_rules_under_uneven_light_are_followed() {
        let mut drawn = Drawn::new(1.0);
        (drawn.thickness, drawn.ink) = (2.0, [205, 200, 196]);
        drawn.grid(&[40.0, 500.0, 900.0, 1_400.0], &[300.0, 380.0, 460.0, 540.0]);
        // Wear takes 5 mm out of the rules here and there.
        for (x, y) in [(200.0, 300.0), (640.0, 380.0), (500.0, 420.0), (1_400.0, 500.0)] {
            let Point { x, y } = drawn.place(x, y);
            let area = imageproc::rect::Rect::at(x as i32 - 20, y as i32 - 20).of_size(40, 40);
            imageproc::drawing::draw_filled_rect_mut(
                &mut drawn.picture,
                area,
                Rgb([240, 238, 230]),
            );
        }
        drawn.photographed();
        assert_eq!(found(&drawn, &[]).iter().map(shape).collect::<Vec<_>>(), [(3, 3, 9)]);
    }

    #[test]
    fn cells_may_span_rows_and_columns() {
        let mut drawn = Drawn::new(-1.5);
        // A column of two rows and a heading over two columns, an inner row on the right alone.
        for (from, to) in [
            ([40.0, 300.0], [1_240.0, 300.0]),
            ([340.0, 400.0], [1_240.0, 400.0]),
            ([40.0, 500.0], [1_240.0, 500.0]),
            ([40.0, 300.0], [40.0, 500.0]),
            ([340.0, 300.0], [340.0, 500.0]),
            ([740.0, 400.0], [740.0, 500.0]),
            ([1_240.0, 300.0], [1_240.0, 500.0]),
        ] {
            drawn.rule(from, to);
        }
        let lines = [
            drawn.line("单位", [60.0, 380.0, 140.0, 420.0]),
            drawn.line("金额", [700.0, 330.0, 800.0, 370.0]),
            drawn.line("12.50", [400.0, 430.0, 520.0, 470.0]),
            drawn.line("外", [60.0, 700.0, 140.0, 740.0]),
        ];
        let tables = found(&drawn, &lines);
        let cells: Vec<_> = tables[0]
            .cells
            .iter()
            .map(|cell| {
                (cell.row, cell.column, cell.row_span, cell.column_span, cell.text.as_str())
            })
            .collect();
        assert_eq!(
            cells,
            [(0, 0, 2, 1, "单位"), (0, 1, 1, 2, "金额"), (1, 1, 1, 1, "12.50"), (1, 2, 1, 1, "")]
        );
    }

    #[test]
    fn a_page_border_a_box_and_print_are_no_tables() {
        let mut drawn = Drawn::new(0.5);
        drawn.grid(&[0.0, 1_500.0], &[0.0, 2_200.0]);
        drawn.grid(&[300.0, 340.0, 380.0], &[300.0, 340.0, 380.0]);
        for row in 0..40 {
            for column in 0..30 {
                let (x, y) = (100.0 + 44.0 * column as f32, 500.0 + 40.0 * row as f32);
                drawn.rule([x, y], [x + 31.0, y]);
                drawn.rule([x + 17.0, y - 14.0], [x + 17.0, y + 16.0]);
            }
        }
        assert_eq!(found(&drawn, &[]).iter().map(shape).collect::<Vec<_>>(), []);
    }

    #[test]
    fn a_table_may_be_open_at_its_sides() {
        let mut drawn = Drawn::new(0.0);
        for y in [300.0, 400.0, 500.0, 600.0] {
            drawn.rule([40.0, y], [1_240.0, y]);
        }
        for x in [440.0, 840.0] {
            drawn.rule([x, 300.0], [x, 600.0]);
        }
        assert_eq!(found(&drawn, &[]).iter().map(shape).collect::<Vec<_>>(), [(3, 3, 9)]);
    }

    #[test]
    fn a_line_read_across_a_rule_is_divided_there() {
        let mut drawn = Drawn::new(2.0);
        drawn.grid(&[40.0, 340.0, 640.0, 940.0], &[300.0, 380.0, 460.0]);
        let lines = [
            drawn.line("轴承钢GCr15 12", [60.0, 320.0, 720.0, 360.0]),
            drawn.line("第一行", [60.0, 385.0, 200.0, 415.0]),
            drawn.line("第二行", [60.0, 420.0, 200.0, 450.0]),
            drawn.line("右", [220.0, 421.0, 300.0, 451.0]),
        ];
        let tables = found(&drawn, &lines);
        let texts: Vec<&str> = tables[0].cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["轴承钢", "GCr15", "12", "第一行\n第二行 右", "", ""]);
    }

    fn list() -> Vec<TextLine> {
        let drawn = Drawn::new(1.5);
        let rows = [
            ["品名", "数量", "金额"],
            ["大米", "12", "1,200.00"],
            ["东北长粒香米二十公斤", "3", "90.00"],
            ["面粉", "150", "12,345.00"],
        ];
        let mut lines = vec![
            drawn.line("购物小票", [400.0, 0.0, 700.0, 60.0]),
            drawn.line("合计:壹万叁仟元", [40.0, 620.0, 500.0, 660.0]),
        ];
        for (row, texts) in rows.iter().enumerate() {
            let top = 300.0 + 60.0 * row as f32;
            for (column, text) in texts.iter().enumerate() {
                let wide = 24.0 * text.chars().count() as f32 + 20.0;
                let left = match column {
                    0 => 40.0,
                    1 => 600.0,
                    _ => 1_000.0 - wide,
                };
                lines.push(drawn.line(text, [left, top, left + wide, top + 36.0]));
            }
        }
        lines
    }

    fn unruled(lines: &[TextLine]) -> Vec<Table> {
        find(None, lines, &|_| false).into_iter().map(|laid| laid.table).collect()
    }

    #[test]
    fn texts_in_columns_are_a_table() {
        let tables = unruled(&list());
        assert_eq!(tables.iter().map(shape).collect::<Vec<_>>(), [(4, 3, 12)]);
        let cell = &tables[0].cells[7];
        assert_eq!((cell.row, cell.column, cell.text.as_str()), (2, 1, "3"));
        assert!(!tables[0].ruled);
    }

    #[test]
    fn labels_and_running_text_are_no_table() {
        let drawn = Drawn::new(0.0);
        let mut lines = Vec::new();
        for row in 0..8 {
            let top = 60.0 * row as f32;
            for (column, text) in ["单号:12345", "日期:2026-01-02", "客户:某某"].iter().enumerate()
            {
                let left = 500.0 * column as f32;
                lines.push(drawn.line(text, [left, top, left + 240.0, top + 36.0]));
            }
            let top = 1_000.0 + top;
            lines.push(drawn.line("合同双方本着平等互利的原则", [0.0, top, 1_200.0, top + 36.0]));
        }
        assert_eq!(unruled(&lines), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_order_of_lines_does_not_matter(lines in Just(list()).prop_shuffle()) {
            prop_assert_eq!(unruled(&lines), unruled(&list()));
        }

        #[test]
        fn any_pixels_are_answered(
            width in 1u32..160,
            height in 1u32..160,
            bytes in proptest::collection::vec(any::<u8>(), 64),
        ) {
            let picture = RgbImage::from_fn(width, height, |x, y| {
                let byte = bytes[((x / 3 * 7 + y / 5 * 13) % 64) as usize];
                Rgb([byte, byte ^ 0x55, byte.wrapping_mul(3)])
            });
            for laid in find(Some(&picture), &list(), &|_| true) {
                for cell in &laid.table.cells {
                    prop_assert!(cell.row + cell.row_span <= laid.table.rows);
                    prop_assert!(cell.column + cell.column_span <= laid.table.columns);
                }
            }
        }
    }

    #[test]
    fn hatching_costs_no_more_than_a_page() {
        let mut drawn = Drawn::new(0.0);
        let places: Vec<f32> = (0..190).map(|at| 8.0 * at as f32).collect();
        drawn.grid(&places, &places);
        let cells: usize = found(&drawn, &[]).iter().map(|table| table.cells.len()).sum();
        assert!(cells <= 4_000, "{cells}");
    }
}
