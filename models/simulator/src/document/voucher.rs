//! Vouchers of many kinds, laid out from a description, filled at random: what a model is trained
//! on.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::content::{Filling, fill, latin, running};
use super::designs::{Border, DESIGNS, Design, Part};
use super::{Form, Sheet, ornament};
use crate::canvas::{Canvas, Ink, Style};
use crate::colour::{Rgb, srgb};
use crate::fonts::{Face, Fonts};
use crate::marks;

/// The kinds that [`voucher`] lays out.
#[must_use]
pub fn kinds() -> Vec<&'static str> {
    DESIGNS.iter().map(|design| design.kind).collect()
}

/// Those kinds, by their index there, that have a frame printed inside of their paper.
pub(crate) fn framed_kinds() -> Vec<usize> {
    let framed =
        |(kind, design): (usize, &Design)| (!matches!(design.border, Border::None)).then_some(kind);
    DESIGNS.iter().enumerate().filter_map(framed).collect()
}

/// How much nearer than A4 a kind is photographed, by its index in [`kinds`]: small papers are held
/// nearer.
#[must_use]
pub fn enlargement(kind: usize) -> f32 {
    let [width, height] = DESIGNS[kind % DESIGNS.len()].size;
    297.0 / width.max(height)
}

/// A voucher of one of [`kinds`], by its index there (any number: it is taken modulo their count),
/// filled from the seed, drawn at `scale` pixels a millimetre.
#[must_use]
pub fn voucher(fonts: &Fonts, kind: usize, seed: u64, scale: f32) -> Sheet {
    let design = &DESIGNS[kind % DESIGNS.len()];
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let paper = tinted(srgb(design.paper), &mut random);
    let stretch = random.random_range(0.94..1.07f32);
    let size = [design.size[0] * stretch, design.size[1]];
    let mut form = Form::scaled(fonts, design.kind, size, paper, scale);
    let end = Layout::new(&mut form, design, &mut random).lay();
    // Strips end where their text does.
    if design.size[1] > 1.6 * design.size[0] && design.size[0] < 80.0 {
        form.cut(end + random.random_range(3.0..14.0));
    }
    form.finish()
}

fn tinted(paper: Rgb, random: &mut ChaCha8Rng) -> Rgb {
    let fade = random.random_range(0.86..1.0f32);
    paper.map(|level| (level * fade * random.random_range(0.97..1.02)).min(0.98))
}

/// A form being laid out from top to bottom.
struct Layout<'l, 'f> {
    form: &'l mut Form<'f>,
    design: &'l Design,
    random: &'l mut ChaCha8Rng,
    ink: Ink,
    label: Style,
    value: Style,
    /// Left and right edge of the text, and how far down it has come.
    left: f32,
    right: f32,
    down: f32,
    bottom: f32,
    by_hand: bool,
}

impl<'l, 'f> Layout<'l, 'f> {
    fn new(form: &'l mut Form<'f>, design: &'l Design, random: &'l mut ChaCha8Rng) -> Self {
        let [width, height] = form.size;
        let ink = Ink::solid(srgb(design.ink));
        let faces = [Face::Sans, Face::Serif, Face::Ming, Face::Hei, Face::Kai];
        let mut face = || faces[random.random_range(0..faces.len())];
        let (label, value) = (face(), face());
        let toner = Ink::solid(srgb(0x1a1a1f));
        let margin = match design.border {
            Border::None => 0.06 * width.min(height),
            Border::Single | Border::Double => 0.09 * width.min(height),
            Border::Ornate => 0.13 * width.min(height),
        };
        let body = design.body * random.random_range(0.9..1.1);
        Self {
            ink,
            label: Style::new(label, body, ink),
            value: Style::new(value, body, toner),
            left: margin,
            right: width - margin,
            down: margin,
            bottom: height - margin,
            by_hand: random.random_bool(0.2),
            form,
            design,
            random,
        }
    }

    /// Draws it all; returns where it ends.
    fn lay(mut self) -> f32 {
        self.border();
        self.title();
        for part in self.design.parts {
            if self.down < self.bottom - self.design.body {
                self.part(part);
            }
        }
        self.down.min(self.form.size[1])
    }

    fn canvas(&mut self) -> &mut Canvas<'f> {
        &mut self.form.canvas
    }

    fn border(&mut self) {
        let [width, height] = self.form.size;
        let inset = 0.45 * self.left;
        let frame = |by: f32| [by, by, width - by, height - by];
        let (ink, left) = (self.ink, self.left);
        match self.design.border {
            Border::None => {}
            Border::Single => self.canvas().frame(frame(1.1 * inset), 0.4, ink),
            Border::Double => {
                self.canvas().frame(frame(inset), 0.8, ink);
                self.canvas().frame(frame(1.35 * inset), 0.3, ink);
            }
            Border::Ornate => {
                ornament::waves(self.canvas(), [left, 0.0, width - left, height], ink);
                self.canvas().frame(frame(0.8 * inset), 0.9, ink);
                self.canvas().frame(frame(1.6 * inset), 0.4, ink);
                let light = ink.opacity(0.6);
                let radius = 0.36 * inset;
                let steps = (width / (1.2 * radius)) as u16;
                for step in 1..steps {
                    let x = f32::from(step) * 1.2 * radius;
                    for y in [1.2 * inset, height - 1.2 * inset] {
                        if x > inset && x < width - inset {
                            self.canvas().ring([x, y], [radius; 2], 0.35, light);
                        }
                    }
                }
            }
        }
    }

    fn title(&mut self) {
        let [width, height] = self.form.size;
        let body = (0.9 * (width - 2.0 * self.left) / self.design.title.chars().count() as f32)
            .min(0.075 * width.min(height).max(60.0))
            .max(1.3 * self.design.body);
        let face =
            [Face::SerifBold, Face::SansBold, Face::Hei, Face::Kai][self.random.random_range(0..4)];
        let style = Style::new(face, body, self.ink).centred().spaced(0.1 * body);
        let y = self.down + 0.6 * body;
        let title = self.design.title;
        self.canvas().text(width / 2.0, y, title, style);
        if self.random.random_bool(0.3) {
            let (half, ink) = (0.55 * body * title.chars().count() as f32, self.ink);
            let y = y + 0.72 * body;
            self.canvas().line([width / 2.0 - half, y], [width / 2.0 + half, y], 0.3, ink);
        }
        self.down += 1.6 * body;
    }

    fn part(&mut self, part: &Part) {
        let line = self.line();
        match part {
            Part::Pairs(rows) => self.pairs(rows, 1),
            Part::Columns(rows) => self.pairs(rows, 2),
            Part::Table(columns, rows) => self.table(columns, *rows, true),
            Part::List(columns, rows) => self.table(columns, *rows, false),
            Part::Text(lines) => self.text(*lines),
            Part::Large(filling) => {
                let style = Style { size: 2.2 * self.value.size, ..self.value }.centred();
                let text = fill(*filling, self.random);
                let (x, y) = (self.middle(), self.down + 1.2 * line);
                self.canvas().text(x, y, &text, style);
                self.down += 2.4 * line;
            }
            Part::Total => {
                let words = fill(Filling::AmountInWords, self.random);
                let figures = format!("￥{}", fill(Filling::Amount, self.random));
                let (y, left, middle) = (self.down + 0.6 * line, self.left, self.middle());
                let (label, value) = (self.label, self.value);
                let end = self.canvas().text(left, y, "合计（大写）", label);
                let end = self.canvas().text(end[2] + 2.0, y, &words, value);
                self.canvas().text(middle.max(end[2] + 3.0), y, &figures, value);
                self.down += 1.3 * line;
            }
            Part::Parties(names) => self.parties(names),
            Part::Barcode => self.barcode(),
            Part::MatrixCode => {
                let side = 0.16 * (self.right - self.left).max(60.0);
                let corner = [self.right - side, self.down];
                let seed = self.random.random();
                ornament::matrix_code(self.canvas(), corner, side, seed);
                self.down += 0.5 * side;
            }
            Part::Photo => {
                let side = 0.2 * (self.right - self.left);
                let area = [self.right - side, self.down - 1.2 * side, self.right, self.down];
                ornament::portrait(self.canvas(), area);
            }
        }
    }

    fn line(&self) -> f32 {
        1.55 * self.design.body
    }

    fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }

    fn pairs(&mut self, rows: &[(&'static str, Filling)], across: usize) {
        let pitch = self.line() * self.random.random_range(1.0..1.25);
        let width = (self.right - self.left) / across as f32;
        for row in rows.chunks(across) {
            for (index, (name, filling)) in row.iter().enumerate() {
                let (x, y) = (self.left + width * index as f32, self.down + 0.5 * pitch);
                let text = fill(*filling, self.random);
                let label = self.label;
                let end = if name.is_empty() {
                    [x; 4]
                } else {
                    self.canvas().text(x, y, &format!("{name}："), label)
                };
                self.value_at([end[2] + 0.5, y], &text, x + width - end[2]);
            }
            self.down += pitch;
            if self.down > self.bottom {
                break;
            }
        }
        self.down += 0.4 * pitch;
    }

    /// A value, printed or written by hand, condensed where it would not fit.
    fn value_at(&mut self, at: [f32; 2], text: &str, room: f32) {
        if self.by_hand {
            let (size, seed) = (1.15 * self.value.size, self.random.random());
            marks::handwriting(self.canvas(), at, size, text, seed);
            return;
        }
        let style = self.value;
        let wide = self.canvas().text_width(text, style);
        let condensed = (room / wide.max(1e-3)).clamp(0.55, 1.0);
        self.canvas().text(at[0], at[1], text, style.condensed(condensed));
    }

    fn table(&mut self, columns: &[(&'static str, Filling)], rows: [usize; 2], ruled: bool) {
        let pitch = self.line() * self.random.random_range(0.95..1.3);
        let room = ((self.bottom - self.down) / pitch) as usize;
        let count = self.random.random_range(rows[0]..=rows[1]).min(room.saturating_sub(1));
        let (left, right, top) = (self.left, self.right, self.down);
        let widths: Vec<f32> = columns
            .iter()
            .map(|(_, filling)| match filling {
                Filling::Company | Filling::Address => 2.6,
                Filling::Goods | Filling::Date | Filling::Digits(10..) => 1.7,
                _ => 1.0,
            })
            .collect();
        let total: f32 = widths.iter().sum();
        let mut edges = vec![left];
        for width in &widths {
            edges.push(edges[edges.len() - 1] + (right - left) * width / total);
        }
        for row in 0..=count {
            let y = top + pitch * (row as f32 + 0.5);
            for (index, (name, filling)) in columns.iter().enumerate() {
                let room = edges[index + 1] - edges[index] - 1.2;
                let x = edges[index] + 0.7;
                if row == 0 {
                    let label = self.label;
                    let wide = self.canvas().text_width(name, label);
                    self.canvas().text(x, y, name, label.condensed((room / wide).clamp(0.5, 1.0)));
                } else {
                    let text = fill(*filling, self.random);
                    self.value_at([x, y], &text, room);
                }
            }
        }
        let bottom = top + pitch * (count as f32 + 1.0);
        let ink = self.ink;
        if ruled {
            for row in 0..=count + 1 {
                let y = top + pitch * row as f32;
                self.canvas().line([left, y], [right, y], 0.25, ink);
            }
            for x in edges {
                self.canvas().line([x, top], [x, bottom], 0.25, ink);
            }
        } else {
            for y in [top, bottom] {
                let dashes = ((right - left) / 2.4) as u16;
                for dash in 0..dashes {
                    let x = left + 2.4 * f32::from(dash);
                    self.canvas().line([x, y], [x + 1.3, y], 0.2, ink);
                }
            }
        }
        self.down = bottom + 0.6 * pitch;
    }

    fn text(&mut self, lines: usize) {
        let pitch = self.line();
        let style = Style { ink: self.value.ink, ..self.label };
        let english = self.random.random_bool(0.12);
        for line in 0..lines {
            if self.down > self.bottom {
                break;
            }
            let share = if line % 6 == 5 { self.random.random_range(0.2..0.9) } else { 1.0 };
            let width = share * (self.right - self.left);
            let text = if english {
                latin((width / (style.size * 2.6)) as usize, self.random)
            } else {
                running((width / style.size) as usize, self.random)
            };
            let style = if english { Style { face: Face::Roman, ..style } } else { style };
            let (x, y) = (self.left, self.down + 0.5 * pitch);
            self.canvas().text(x, y, &text, style);
            self.down += pitch;
        }
        self.down += 0.3 * pitch;
    }

    fn parties(&mut self, names: &[&str]) {
        let line = self.line();
        let width = (self.right - self.left) / names.len() as f32;
        // Signatures stand at the foot of the page.
        let room = (self.bottom - self.down - 4.0 * line).max(0.0);
        let y = self.down + 1.2 * line + room * self.random.random_range(0.0..0.6);
        for (index, name) in names.iter().enumerate() {
            let x = self.left + width * index as f32;
            let label = self.label;
            let end = self.canvas().text(x, y, &format!("{name}："), label);
            let size = 1.7 * self.design.body;
            let seed: u64 = self.random.random();
            match self.random.random_range(0..4) {
                0 => marks::signature(self.canvas(), [end[2] + 1.0, y], size, 3, seed),
                1 => {
                    let person = fill(Filling::Person, self.random);
                    self.value_at([end[2] + 1.0, y], &person, 30.0);
                }
                _ => {}
            }
            if self.random.random_bool(0.55) {
                let diameter = (0.8 * width).min(40.0).min(0.4 * self.form.size[1]);
                let centre =
                    [x + 0.5 * width.min(60.0), y - self.random.random_range(-0.1..0.3) * diameter];
                self.seal(centre, diameter);
            }
        }
        self.down = y + 1.5 * line;
    }

    fn seal(&mut self, centre: [f32; 2], diameter: f32) {
        let name = fill(Filling::Company, self.random);
        let turn = self.random.random_range(-0.5..0.5);
        let purpose =
            ["合同专用章", "发票专用章", "财务专用章", ""][self.random.random_range(0..4)];
        match self.random.random_range(0..5) {
            0 => {
                let radii = [0.5 * diameter, 0.36 * diameter];
                let ink = Ink::stamped(marks::seal_red());
                let code = fill(Filling::Code(18), self.random);
                marks::oval_seal(self.canvas(), centre, radii, &name, [&code, purpose], ink);
            }
            1 => {
                let person: Vec<String> = name.chars().skip(3).take(4).map(String::from).collect();
                let columns: Vec<String> = person.chunks(2).map(|part| part.concat()).collect();
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                {
                    let ink = marks::red_stamp();
                    marks::square_seal(self.canvas(), centre, 0.45 * diameter, &columns, ink);
                }
            }
            _ => {
                let ink = marks::red_stamp();
                marks::round_seal(self.canvas(), centre, diameter, &name, purpose, turn, ink);
            }
        }
    }

    fn barcode(&mut self) {
        let width = (self.right - self.left).min(70.0);
        let height = 2.2 * self.line();
        let top = self.down;
        let corner = [self.middle() - width / 2.0, top];
        let seed = self.random.random();
        ornament::barcode(self.canvas(), corner, [width, height], seed);
        let number = fill(Filling::Digits(13), self.random);
        let style = Style { size: 0.8 * self.value.size, ..self.value }.centred();
        let x = self.middle();
        self.canvas().text(x, top + height + 0.5 * style.size + 0.4, &number, style);
        self.down += height + 1.6 * style.size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::installed;

    #[test]
    fn there_are_more_than_twenty_kinds_and_each_says_something_inside_its_sheet() {
        let Some(fonts) = installed() else { return };
        let kinds = kinds();
        assert!(kinds.len() >= 20);
        for (index, kind) in kinds.iter().enumerate() {
            for seed in 0..3 {
                let sheet = voucher(&fonts, index, seed, 1.5);
                assert_eq!(sheet.kind, *kind);
                assert!(sheet.lines.len() > 3, "{kind}");
                let [width, height] = sheet.size;
                let title = &sheet.lines[0].1;
                assert!(
                    title[0] >= 0.0 && title[2] <= width && title[3] <= height,
                    "{kind} {title:?}"
                );
            }
        }
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let Some(fonts) = installed() else { return };
        let says = |seed| voucher(&fonts, 6, seed, 1.0).lines;
        assert_eq!(says(4), says(4));
        assert_ne!(says(4), says(5));
    }
}
