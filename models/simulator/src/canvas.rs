//! A surface to draw on, in millimetres: shapes as signed distances, text as glyph outlines.

use ab_glyph::{Font, Glyph, PxScale, point};

use crate::colour::{Rgb, mix, multiply};
use crate::fonts::{Face, Fonts};
use crate::homography::length;
use crate::noise;
use crate::raster::Raster;

/// `[left, top, right, bottom]` in millimetres of the surface.
pub(crate) type Bounds = [f32; 4];

/// What leaves a mark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ink {
    /// Its colour on white.
    pub(crate) colour: Rgb,
    /// 0..1: how much of what lies below it hides.
    pub(crate) opacity: f32,
    /// Stamp ink lets print shine through; print covers.
    pub(crate) transparent: bool,
    /// 0..1: how unevenly it takes.
    pub(crate) patchy: f32,
}

impl Ink {
    pub(crate) const fn solid(colour: Rgb) -> Self {
        Self { colour, opacity: 1.0, transparent: false, patchy: 0.0 }
    }

    pub(crate) const fn opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    pub(crate) const fn stamped(colour: Rgb) -> Self {
        Self { colour, opacity: 0.85, transparent: true, patchy: 0.55 }
    }
}

/// Where a text's given point lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left,
    Centre,
    Right,
}

/// How text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) face: Face,
    /// Body height in millimetres; a Chinese character fills it.
    pub(crate) size: f32,
    pub(crate) ink: Ink,
    pub(crate) anchor: Anchor,
    /// Millimetres added after each character.
    pub(crate) spacing: f32,
    /// Width of a character against its normal width.
    pub(crate) condensed: f32,
}

impl Style {
    pub(crate) const fn new(face: Face, size: f32, ink: Ink) -> Self {
        Self { face, size, ink, anchor: Anchor::Left, spacing: 0.0, condensed: 1.0 }
    }

    pub(crate) const fn centred(self) -> Self {
        Self { anchor: Anchor::Centre, ..self }
    }

    pub(crate) const fn right(self) -> Self {
        Self { anchor: Anchor::Right, ..self }
    }

    pub(crate) const fn spaced(self, spacing: f32) -> Self {
        Self { spacing, ..self }
    }

    pub(crate) const fn condensed(self, condensed: f32) -> Self {
        Self { condensed, ..self }
    }
}

/// A surface in millimetres, drawn at a fixed number of pixels a millimetre.
#[derive(Debug)]
pub(crate) struct Canvas<'f> {
    fonts: &'f Fonts,
    raster: Raster,
    scale: f32,
    lines: Vec<(String, Bounds)>,
}

impl<'f> Canvas<'f> {
    /// `size` in millimetres, `scale` in pixels a millimetre.
    pub(crate) fn new(fonts: &'f Fonts, size: [f32; 2], scale: f32, paper: Rgb) -> Self {
        let [width, height] = size.map(|side| (side * scale).round() as usize);
        Self { fonts, raster: Raster::filled(width, height, paper), scale, lines: Vec::new() }
    }

    pub(crate) fn into_raster(self) -> Raster {
        self.raster
    }

    /// What was drawn, and every line of text with its place.
    pub(crate) fn finish(self) -> (Raster, Vec<(String, Bounds)>) {
        (self.raster, self.lines)
    }

    /// Inks where `distance`, in millimetres, is negative; its zero line is the smooth border.
    pub(crate) fn paint(&mut self, area: Bounds, ink: Ink, distance: impl Fn(f32, f32) -> f32) {
        let [left, top, right, bottom] = area;
        let first = |edge: f32| ((edge * self.scale).floor() - 1.0).max(0.0) as usize;
        let last = |edge: f32, limit: usize| {
            (((edge * self.scale).ceil() + 1.0).max(0.0) as usize).min(limit)
        };
        let columns = first(left)..last(right, self.raster.width());
        let rows = first(top)..last(bottom, self.raster.height());
        for row in rows {
            let y = (row as f32 + 0.5) / self.scale;
            for column in columns.clone() {
                let x = (column as f32 + 0.5) / self.scale;
                let coverage = (0.5 - distance(x, y) * self.scale).clamp(0.0, 1.0);
                self.ink(column, row, ink, coverage);
            }
        }
    }

    /// As [`Self::paint`], opaque, with a colour of its own at every point.
    pub(crate) fn textured(
        &mut self,
        area: Bounds,
        distance: impl Fn(f32, f32) -> f32,
        colour: impl Fn(f32, f32) -> Rgb,
    ) {
        let [left, top, right, bottom] = area.map(|edge| (edge * self.scale).max(0.0) as usize);
        for row in top..bottom.min(self.raster.height()) {
            for column in left..right.min(self.raster.width()) {
                let [x, y] = [column, row].map(|along| (along as f32 + 0.5) / self.scale);
                let coverage = (0.5 - distance(x, y) * self.scale).clamp(0.0, 1.0);
                if coverage > 0.0 {
                    let pixel = self.raster.at_mut(column, row);
                    *pixel = mix(*pixel, colour(x, y), coverage);
                }
            }
        }
    }

    pub(crate) fn fill(&mut self, area: Bounds, ink: Ink) {
        let [left, top, right, bottom] = area;
        self.paint(area, ink, |x, y| (left - x).max(x - right).max(top - y).max(y - bottom));
    }

    /// A picture, stretched over an area.
    pub(crate) fn picture(&mut self, area: Bounds, picture: &Raster) {
        self.picture_within(area, area, picture);
    }

    /// A picture of which only what lies in `part` is seen.
    pub(crate) fn picture_within(&mut self, area: Bounds, part: Bounds, picture: &Raster) {
        let [left, top, right, bottom] = area;
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let columns = (left.max(part[0]) * self.scale).max(0.0) as usize
            ..((right.min(part[2]) * self.scale) as usize).min(self.raster.width());
        let rows = (top.max(part[1]) * self.scale).max(0.0) as usize
            ..((bottom.min(part[3]) * self.scale) as usize).min(self.raster.height());
        for row in rows {
            let v = ((row as f32 + 0.5) / self.scale - top) / (bottom - top) * height;
            for column in columns.clone() {
                let u = ((column as f32 + 0.5) / self.scale - left) / (right - left) * width;
                *self.raster.at_mut(column, row) = picture.sample(u, v);
            }
        }
    }

    /// A surface of its own colours.
    pub(crate) fn surface(&mut self, area: Bounds, colour: impl Fn(f32, f32) -> Rgb) {
        self.textured(area, |_, _| f32::NEG_INFINITY, colour);
    }

    /// Keeps the upper part, about so many millimetres of it; returns how many.
    pub(crate) fn cut(&mut self, height: f32) -> f32 {
        let rows = ((height * self.scale).round() as usize).clamp(1, self.raster.height());
        self.raster.keep_rows(rows);
        self.lines.retain(|(_, place)| place[3] <= height);
        rows as f32 / self.scale
    }

    /// A straight stroke with round ends.
    pub(crate) fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32, ink: Ink) {
        self.stroke(&[from, to], width, ink);
    }

    /// The outline of a rectangle, the stroke centred on it.
    pub(crate) fn frame(&mut self, area: Bounds, width: f32, ink: Ink) {
        let [left, top, right, bottom] = area;
        let half = width / 2.0;
        let [x0, x1] = [left - half, right + half];
        for y in [top, bottom] {
            self.fill([x0, y - half, x1, y + half], ink);
        }
        for x in [left, right] {
            self.fill([x - half, top + half, x + half, bottom - half], ink);
        }
    }

    /// A polyline of one width, inked once even where it crosses itself.
    pub(crate) fn stroke(&mut self, points: &[[f32; 2]], width: f32, ink: Ink) {
        let half = width / 2.0;
        let reach = |axis: usize, pick: fn(f32, f32) -> f32, start: f32| {
            points.iter().map(|point| point[axis]).fold(start, pick)
        };
        let area = [
            reach(0, f32::min, f32::INFINITY) - half,
            reach(1, f32::min, f32::INFINITY) - half,
            reach(0, f32::max, f32::NEG_INFINITY) + half,
            reach(1, f32::max, f32::NEG_INFINITY) + half,
        ];
        self.paint(area, ink, |x, y| {
            let nearest = points
                .windows(2)
                .map(|ends| segment_distance([x, y], ends[0], ends[1]))
                .fold(f32::INFINITY, f32::min);
            nearest - half
        });
    }

    /// A filled ellipse, its axes along the surface's.
    pub(crate) fn ellipse(&mut self, centre: [f32; 2], radii: [f32; 2], ink: Ink) {
        let [cx, cy] = centre;
        let [rx, ry] = radii;
        self.paint([cx - rx, cy - ry, cx + rx, cy + ry], ink, |x, y| {
            ellipse_distance([x - cx, y - cy], radii)
        });
    }

    /// The outline of an ellipse, the stroke inside it.
    pub(crate) fn ring(&mut self, centre: [f32; 2], radii: [f32; 2], width: f32, ink: Ink) {
        let [cx, cy] = centre;
        let [rx, ry] = radii;
        self.paint([cx - rx, cy - ry, cx + rx, cy + ry], ink, |x, y| {
            let outer = ellipse_distance([x - cx, y - cy], radii);
            outer.max(-outer - width)
        });
    }

    /// A filled polygon.
    pub(crate) fn polygon(&mut self, points: &[[f32; 2]], ink: Ink) {
        let mut area = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        for [x, y] in points {
            area = [area[0].min(*x), area[1].min(*y), area[2].max(*x), area[3].max(*y)];
        }
        self.paint(area, ink, |x, y| polygon_distance([x, y], points));
    }

    /// One line of text whose body is centred on `y`. Returns where it lies.
    pub(crate) fn text(&mut self, x: f32, y: f32, text: &str, style: Style) -> Bounds {
        let width = self.text_width(text, style);
        let left = match style.anchor {
            Anchor::Left => x,
            Anchor::Centre => x - width / 2.0,
            Anchor::Right => x - width,
        };
        let mut pen = left;
        for letter in text.chars() {
            let advance = self.advance(letter, style);
            self.letter([pen + advance / 2.0, y], 0.0, letter, style);
            pen += advance + style.spacing;
        }
        let place = [left, y - style.size / 2.0, left + width, y + style.size / 2.0];
        if !text.trim().is_empty() {
            self.lines.push((text.to_owned(), place));
        }
        place
    }

    pub(crate) fn text_width(&self, text: &str, style: Style) -> f32 {
        let advances: f32 =
            text.chars().map(|letter| self.advance(letter, style) + style.spacing).sum();
        (advances - style.spacing).max(0.0)
    }

    /// One character, the middle of its body at `centre`, turned clockwise by `angle` radians.
    pub(crate) fn letter(&mut self, centre: [f32; 2], angle: f32, letter: char, style: Style) {
        let Some(mask) = self.mask(letter, style) else { return };
        let (sin, cos) = angle.sin_cos();
        let reach = (mask.reach() + 1.0) / self.scale;
        let [cx, cy] = centre;
        let area = [cx - reach, cy - reach, cx + reach, cy + reach];
        let scale = self.scale;
        self.paint(area, style.ink, |x, y| {
            let (dx, dy) = ((x - cx) * scale, (y - cy) * scale);
            let coverage = mask.sample(dx * cos + dy * sin, dy * cos - dx * sin);
            (0.5 - coverage) / scale
        });
    }

    fn advance(&self, letter: char, style: Style) -> f32 {
        let font = self.fonts.face(style.face);
        let units = font.units_per_em().unwrap_or(1000.0);
        font.h_advance_unscaled(font.glyph_id(letter)) / units * style.size * style.condensed
    }

    fn mask(&self, letter: char, style: Style) -> Option<Mask> {
        let font = self.fonts.face(style.face);
        let units = font.units_per_em().unwrap_or(1000.0);
        let body = style.size * self.scale;
        // ab_glyph scales by ascent minus descent; type is measured by its body, the em.
        let height = body * font.height_unscaled() / units;
        let scale = PxScale { x: height * style.condensed, y: height };
        let middle = self.advance(letter, style) * self.scale / 2.0;
        // The body of a Chinese character reaches from 0.88 above the baseline to 0.12 below.
        let position = point(-middle, body * 0.38);
        let outline = font.outline_glyph(Glyph { id: font.glyph_id(letter), scale, position })?;
        let bounds = outline.px_bounds();
        let (width, height) = (bounds.width() as usize, bounds.height() as usize);
        let mut coverage = vec![0.0; width * height];
        outline.draw(|x, y, value| {
            if let Some(cell) = coverage.get_mut(y as usize * width + x as usize) {
                *cell = value.min(1.0);
            }
        });
        Some(Mask { left: bounds.min.x, top: bounds.min.y, width, height, coverage })
    }

    fn ink(&mut self, column: usize, row: usize, ink: Ink, coverage: f32) {
        if coverage <= 0.0 {
            return;
        }
        let mut share = coverage * ink.opacity;
        if ink.patchy > 0.0 {
            let (x, y) = (column as f32 / self.scale, row as f32 / self.scale);
            share *= 1.0 - ink.patchy * noise::fractal(x * 0.9, y * 0.9, 4, 77).powi(2) * 1.6;
        }
        let pixel = self.raster.at_mut(column, row);
        let inked = if ink.transparent { multiply(*pixel, ink.colour) } else { ink.colour };
        *pixel = mix(*pixel, inked, share.clamp(0.0, 1.0));
    }
}

/// A glyph's coverage around the middle of its body, in pixels.
struct Mask {
    left: f32,
    top: f32,
    width: usize,
    height: usize,
    coverage: Vec<f32>,
}

impl Mask {
    fn reach(&self) -> f32 {
        let right = (self.left + self.width as f32).abs().max(self.left.abs());
        let bottom = (self.top + self.height as f32).abs().max(self.top.abs());
        length([right, bottom])
    }

    fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - self.left - 0.5, y - self.top - 0.5);
        let (column, row) = (x.floor(), y.floor());
        let (across, down) = (x - column, y - row);
        let cell = |dx: f32, dy: f32| {
            let (x, y) = (column + dx, row + dy);
            if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
                return 0.0;
            }
            self.coverage[y as usize * self.width + x as usize]
        };
        let upper = cell(0.0, 0.0) * (1.0 - across) + cell(1.0, 0.0) * across;
        let lower = cell(0.0, 1.0) * (1.0 - across) + cell(1.0, 1.0) * across;
        upper * (1.0 - down) + lower * down
    }
}

/// From a point to a segment.
pub(crate) fn segment_distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let towards = [point[0] - from[0], point[1] - from[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let share = if square > 0.0 {
        ((towards[0] * along[0] + towards[1] * along[1]) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    length([towards[0] - along[0] * share, towards[1] - along[1] * share])
}

/// Negative inside; near the border close enough to the true distance to draw with.
pub(crate) fn ellipse_distance([x, y]: [f32; 2], [rx, ry]: [f32; 2]) -> f32 {
    let unit = length([x / rx, y / ry]);
    let slope = length([x / (rx * rx), y / (ry * ry)]);
    if slope == 0.0 { -rx.min(ry) } else { unit * (unit - 1.0) / slope }
}

/// Negative inside.
fn polygon_distance(point: [f32; 2], points: &[[f32; 2]]) -> f32 {
    let mut inside = false;
    let mut nearest = f32::INFINITY;
    for (index, to) in points.iter().enumerate() {
        let from = points[(index + points.len() - 1) % points.len()];
        nearest = nearest.min(segment_distance(point, from, *to));
        let crosses = (to[1] > point[1]) != (from[1] > point[1]);
        if crosses {
            let x = (from[0] - to[0]) * (point[1] - to[1]) / (from[1] - to[1]) + to[0];
            inside ^= point[0] < x;
        }
    }
    if inside { -nearest } else { nearest }
}
