//! Laying out a design from top to bottom.

use rand::RngExt;

use super::design::{Border, Design, Part, Seal, Signer};
use super::story::Story;
use super::template::{self, Run};
use crate::canvas::{Bounds, Canvas, Ink, Style};
use crate::colour::srgb;
use crate::document::ornament::{barcode, matrix_code, portrait, waves};
use crate::document::{Form, Mark};
use crate::fonts::Face;
use crate::marks;

/// A form being laid out.
pub(super) struct Layout<'l, 'f> {
    pub(super) form: &'l mut Form<'f>,
    pub(super) design: &'static Design,
    pub(super) story: &'l mut Story,
    pub(super) ink: Ink,
    pub(super) label: Style,
    pub(super) value: Style,
    /// Left and right edge of the text, and how far down it has come.
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) down: f32,
    bottom: f32,
    /// From one line to the next.
    pub(super) pitch: f32,
    by_hand: bool,
    underlined: bool,
}

/// No line of text begins with these.
const CLOSING: &str = "，。；：、）》”？！％%.,:;";

/// How narrow letters are set rather than broken into another line.
const MOST_CONDENSED: f32 = 0.8;

impl<'l, 'f> Layout<'l, 'f> {
    pub(super) fn new(
        form: &'l mut Form<'f>,
        design: &'static Design,
        story: &'l mut Story,
        body: f32,
        by_hand: bool,
    ) -> Self {
        let [width, height] = form.size;
        let margin = width.min(height)
            * match design.border {
                Border::None => 0.06,
                Border::Single | Border::Double => 0.09,
                Border::Ornate => 0.13,
            };
        let faces = [Face::Sans, Face::Serif, Face::Ming, Face::Hei, Face::Serif, Face::Sans];
        let random = story.random();
        let mut face = || faces[random.random_range(0..faces.len())];
        let (ink, toner) = (Ink::solid(srgb(design.ink)), Ink::solid(srgb(0x1a1a1f)));
        let [label, value] = [Style::new(face(), body, ink), Style::new(face(), body, toner)];
        let (pitch, underlined) =
            (body * random.random_range(1.5..1.85), random.random_bool(0.25) && !by_hand);
        let (left, right) = (margin, width - margin);
        let (down, bottom) = (margin, height - margin);
        Self {
            form,
            design,
            story,
            ink,
            label,
            value,
            left,
            right,
            down,
            bottom,
            pitch,
            by_hand,
            underlined,
        }
    }

    /// Draws it all; returns where it ends.
    pub(super) fn lay(mut self) -> f32 {
        self.border();
        self.title();
        for part in self.design.parts {
            self.part(part);
        }
        self.down
    }

    pub(super) fn canvas(&mut self) -> &mut Canvas<'f> {
        &mut self.form.canvas
    }

    fn border(&mut self) {
        let [width, height] = self.form.size;
        let inset = 0.45 * self.left;
        let frame = |by: f32| [by, by, width - by, height - by];
        let ink = self.ink;
        match self.design.border {
            Border::None => {}
            Border::Single => self.canvas().frame(frame(1.1 * inset), 0.4, ink),
            Border::Double => {
                self.canvas().frame(frame(inset), 0.8, ink);
                self.canvas().frame(frame(1.35 * inset), 0.3, ink);
            }
            Border::Ornate => {
                let left = self.left;
                waves(self.canvas(), [left, 0.0, width - left, height], ink);
                self.canvas().frame(frame(inset), 1.2, ink);
                self.canvas().frame(frame(1.5 * inset), 0.4, ink);
            }
        }
    }

    fn title(&mut self) {
        let title = template::text(self.design.title, self.story);
        if title.is_empty() {
            return;
        }
        let [width, height] = self.form.size;
        let count = title.chars().count() as f32;
        let body = (0.86 * (width - 2.0 * self.left) / count)
            .min(0.06 * width.min(height).max(70.0))
            .max(self.label.size);
        let faces = [Face::SerifBold, Face::SansBold, Face::Hei, Face::SerifBold];
        let face = faces[self.story.random().random_range(0..4)];
        let spaced = self.story.random().random_range(0.0..0.12) * body;
        let style = Style::new(face, body, self.ink).centred().spaced(spaced);
        let y = self.down + 0.6 * body;
        self.canvas().text(width / 2.0, y, &title, style);
        self.down += 1.55 * body;
        let below = template::text(self.design.below_title, self.story);
        if !below.is_empty() {
            let style = self.label.centred();
            let y = self.down + 0.1 * body;
            self.canvas().text(width / 2.0, y, &below, style);
            self.down += self.pitch;
        }
    }

    fn part(&mut self, part: &'static Part) {
        let middle = f32::midpoint(self.left, self.right);
        match part {
            Part::Lines(across, lines) => self.lines(*across, lines),
            Part::Grid(rows) => self.grid(rows, false),
            Part::Boxes(rows) => self.grid(rows, true),
            Part::Table(table) => self.table(table),
            Part::Panels(panels) => self.panels(panels),
            Part::Text(paragraphs) => {
                for paragraph in *paragraphs {
                    let y = self.down + 0.5 * self.pitch;
                    let area = [self.left, self.right];
                    self.down = self.flow(paragraph, area, y, 0.0) + 0.55 * self.pitch;
                }
            }
            Part::Large(template) => {
                let (label, value) = (self.label, self.value);
                let size = 1.9 * value.size;
                (self.label, self.value) = (Style { size, ..label }, Style { size, ..value });
                self.line(template, middle, 0.5);
                (self.label, self.value) = (label, value);
                self.down += 0.7 * self.pitch;
            }
            Part::Centred(template) => self.line(template, middle, 0.5),
            Part::Right(template) => self.line(template, self.right, 1.0),
            Part::Signers(signers) => self.signers(signers),
            Part::Issued(lines, seal) => self.issued(lines, *seal),
            Part::Barcode => {
                let (width, height) = ((self.right - self.left).min(70.0), 2.0 * self.pitch);
                let seed = self.story.random().random();
                let down = self.down;
                barcode(self.canvas(), [middle - width / 2.0, down], [width, height], seed);
                self.down += height + 0.5 * self.pitch;
            }
            Part::MatrixCode => {
                let side = 0.16 * (self.right - self.left).max(60.0);
                let corner = [self.right - side, self.down - 0.3 * side];
                let seed = self.story.random().random();
                matrix_code(self.canvas(), corner, side, seed);
            }
            Part::CornerCode => {
                let side = 0.12 * (self.right - self.left);
                let corner = [self.left, self.down - 0.7 * side];
                let seed = self.story.random().random();
                matrix_code(self.canvas(), corner, side, seed);
            }
            Part::Photo => {
                let side = 0.17 * (self.right - self.left);
                let area = [self.right - side, self.down, self.right, self.down + 1.3 * side];
                portrait(self.canvas(), area);
            }
            Part::Rule => {
                let ends = [[self.left, self.down], [self.right, self.down]];
                let ink = self.ink;
                self.canvas().line(ends[0], ends[1], 0.3, ink);
                self.down += 0.5 * self.pitch;
            }
            Part::Either(ways) => {
                let way = ways[self.story.random().random_range(0..ways.len())];
                way.iter().for_each(|part| self.part(part));
            }
        }
    }

    /// One line that lies with so much of it left of `x`.
    fn line(&mut self, template: &'static str, x: f32, share: f32) {
        let runs = template::runs(template, self.story);
        let room = self.right - self.left;
        let width = self.width(&runs);
        let left = (x - share * width.min(room)).max(self.left);
        let y = self.down + 0.5 * self.pitch;
        self.write(&runs, [left, y], room);
        self.down += 1.1 * self.pitch;
    }

    fn lines(&mut self, across: usize, lines: &[&'static str]) {
        let width = (self.right - self.left) / across as f32;
        for row in lines.chunks(across) {
            let y = self.down + 0.5 * self.pitch;
            let mut end = y;
            for (index, template) in row.iter().enumerate() {
                let left = self.left + width * index as f32;
                let area = [left, left + width - self.label.size];
                end = end.max(self.flow(template, area, y, 2.0 * self.label.size));
            }
            self.down = end + 0.6 * self.pitch;
        }
        self.down += 0.3 * self.pitch;
    }

    /// Writes over as many lines as it takes, those after the first indented; returns the height of
    /// the last.
    pub(super) fn flow(
        &mut self,
        template: &'static str,
        [left, right]: [f32; 2],
        mut y: f32,
        indent: f32,
    ) -> f32 {
        let mut x = left;
        for run in template::runs(template, self.story) {
            let (Run::Label(text) | Run::Value { text, .. }) = &run else {
                x = self.sign(&run, [x, y]);
                continue;
            };
            let by_hand = self.by_hand && matches!(run, Run::Value { .. });
            let mut place: Option<Bounds> = None;
            let mut rest: Vec<char> = text.chars().collect();
            while !rest.is_empty() {
                let mut fitting = self.fitting(&rest, &run, right - x);
                let mut condensed = 1.0;
                // Nobody breaks a line for its last letters.
                let wide = self.measure(&rest, &run);
                if fitting < rest.len() && MOST_CONDENSED * wide < right - x {
                    (fitting, condensed) = (rest.len(), (right - x) / wide);
                }
                if fitting == 0 && x > left + indent {
                    (x, y) = (left + indent, y + self.pitch);
                    continue;
                }
                let later = rest.split_off(fitting.max(1));
                let piece: String = rest.iter().collect();
                let drawn = self.draw(&run, &piece, [x, y], condensed);
                if self.underlined && matches!(run, Run::Value { .. }) {
                    let (low, ink) = (drawn[3] + 0.12 * self.value.size, self.ink);
                    self.canvas().line([drawn[0], low], [drawn[2], low], 0.15, ink);
                }
                place = Some(place.map_or(drawn, |place| around(place, drawn)));
                x = drawn[2] + if by_hand { 0.3 * self.value.size } else { 0.0 };
                rest = later;
            }
            self.keep(&run, place);
        }
        y
    }

    fn measure(&self, letters: &[char], run: &Run) -> f32 {
        self.form.canvas.text_width(&letters.iter().collect::<String>(), self.style(run))
    }

    /// How many of the characters fit: words of other scripts and numbers stay together.
    fn fitting(&self, letters: &[char], run: &Run, room: f32) -> usize {
        let style = self.style(run);
        let mut width = 0.0;
        let mut fits = 0;
        for letter in letters {
            width += self.form.canvas.text_width(letter.encode_utf8(&mut [0; 4]), style);
            if width > room {
                break;
            }
            fits += 1;
        }
        if fits == letters.len() {
            return fits;
        }
        let joined = |at: usize| {
            let is_word = |c: &char| c.is_ascii_graphic();
            let both = letters.get(at.wrapping_sub(1)).is_some_and(is_word)
                && letters.get(at).is_some_and(is_word);
            both || letters.get(at).is_some_and(|next| CLOSING.contains(*next))
        };
        let at = (1..=fits).rev().find(|at| !joined(*at)).unwrap_or_default();
        // A word longer than a line is broken after all.
        if at == 0 && room > 0.9 * (self.right - self.left) { fits } else { at }
    }

    fn style(&self, run: &Run) -> Style {
        match run {
            Run::Value { .. } if self.by_hand => Style {
                face: Face::Kai,
                size: 1.15 * self.value.size,
                spacing: 0.0,
                condensed: 1.05,
                ..self.value
            },
            Run::Value { .. } => self.value,
            _ => self.label,
        }
    }

    pub(super) fn width(&self, runs: &[Run]) -> f32 {
        let width = |run: &Run| match run {
            Run::Label(text) | Run::Value { text, .. } => {
                self.form.canvas.text_width(text, self.style(run))
            }
            Run::Signature(_) => 5.0 * self.value.size,
        };
        runs.iter().map(width).sum()
    }

    /// Writes on one line, narrower where it would not fit.
    pub(super) fn write(&mut self, runs: &[Run], [mut x, y]: [f32; 2], room: f32) {
        let condensed = (room / self.width(runs).max(1e-3)).clamp(0.5, 1.0);
        for run in runs {
            match run {
                Run::Signature(_) => x = self.sign(run, [x, y]),
                Run::Label(text) | Run::Value { text, .. } if text.is_empty() => {}
                Run::Label(text) | Run::Value { text, .. } => {
                    let place = self.draw(run, text, [x, y], condensed);
                    x = place[2];
                    self.keep(run, Some(place));
                }
            }
        }
    }

    fn draw(&mut self, run: &Run, text: &str, at: [f32; 2], condensed: f32) -> Bounds {
        let style = self.style(run);
        if self.by_hand && matches!(run, Run::Value { .. }) {
            let (size, seed) = (style.size * condensed, self.story.random().random());
            let place = marks::handwriting(self.canvas(), at, size, text, seed);
            self.form.handwriting.push(Mark { text: text.to_owned(), place });
            return place;
        }
        let condensed = style.condensed * condensed;
        self.canvas().text(at[0], at[1], text, style.condensed(condensed))
    }

    fn keep(&mut self, run: &Run, place: Option<Bounds>) {
        if let (Run::Value { field: Some((name, value)), .. }, Some(place)) = (run, place) {
            // What is said twice is true where it is said first.
            if !self.form.fields.contains_key(name) {
                self.form.keep(name, value, place);
            }
        }
    }

    fn sign(&mut self, run: &Run, [x, y]: [f32; 2]) -> f32 {
        let Run::Signature(role) = run else { return x };
        let size = 1.7 * self.value.size;
        let seed = self.story.random().random();
        let left = x + 0.2 * size;
        let place = if self.story.random().random_bool(0.6) {
            marks::signature(self.canvas(), [left, y], size, 3, seed);
            [left, y - 0.55 * size, left + 3.0 * size, y + 0.55 * size]
        } else {
            let name = self.story.get("person").printed;
            marks::handwriting(self.canvas(), [left, y], size, &name, seed)
        };
        self.form.signatures.push(Mark { text: (*role).to_owned(), place });
        place[2]
    }

    fn signers(&mut self, signers: &'static [Signer]) {
        let width = (self.right - self.left) / signers.len() as f32;
        let most = signers.iter().map(|signer| signer.lines.len()).max().unwrap_or_default();
        let height = most as f32 * 1.3 * self.pitch;
        let spare = (self.bottom - self.down - height).max(0.0);
        let share = self.story.random().random_range(0.1..0.5);
        let top = self.down + (spare * share).min(4.0 * self.pitch);
        let mut end = top;
        for (index, signer) in signers.iter().enumerate() {
            let left = self.left + width * index as f32;
            let mut y = top + 0.5 * self.pitch;
            for template in signer.lines {
                y = self.flow(template, [left, left + width - 2.0], y, 2.0 * self.label.size)
                    + 1.3 * self.pitch;
            }
            end = end.max(y - 0.8 * self.pitch);
            let random = self.story.random();
            let across = random.random_range(0.4..0.65) * width.min(80.0);
            let lower = random.random_range(0.25..0.6) * (y - top);
            self.seal(signer.seal, [left + across, top + lower], 0.95 * width);
        }
        self.down = end;
    }

    fn issued(&mut self, lines: &'static [&'static str], seal: Seal) {
        let height = lines.len() as f32 * 1.4 * self.pitch;
        let spare = (self.bottom - self.down - height).max(0.0);
        let share = self.story.random().random_range(0.2..0.8);
        self.down += spare * share;
        let runs: Vec<Vec<Run>> =
            lines.iter().map(|line| template::runs(line, self.story)).collect();
        let room = self.right - self.left;
        let widest = runs.iter().map(|runs| self.width(runs)).fold(0.0, f32::max).min(room);
        let left = self.right - widest - self.story.random().random_range(0.0..0.12) * room;
        let left = left.max(self.left);
        let top = self.down;
        for runs in &runs {
            let y = self.down + 0.7 * self.pitch;
            let inset = 0.5 * (widest - self.width(runs)).max(0.0);
            self.write(runs, [left + inset, y], widest);
            self.down += 1.4 * self.pitch;
        }
        let centre = [left + 0.5 * widest, f32::midpoint(top, self.down)];
        self.seal(seal, centre, f32::INFINITY);
    }
}

fn around(a: Bounds, b: Bounds) -> Bounds {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
