//! Points, quadrilaterals and homographies in pixels of the upright image.

use serde::{Deserialize, Serialize};

/// A point in pixels: x to the right, y down, (0, 0) the outer corner of the top left pixel.
/// Written as `[x, y]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 2]", into = "[f32; 2]")]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// Distance to another point, pixels.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f32; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// Four corners: top left, top right, bottom right, bottom left as the image lies (not as the text
/// on the page runs). A corner may lie outside the image. Written as `[[x, y] × 4]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quad {
    /// Top left, top right, bottom right, bottom left.
    pub corners: [Point; 4],
}

impl Quad {
    /// An upright rectangle.
    pub fn rectangle(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self {
            corners: [[left, top], [right, top], [right, bottom], [left, bottom]].map(Point::from),
        }
    }

    /// An upright square by its left and top edge and its side, whole pixels.
    pub(crate) fn square(left: u32, top: u32, side: u32) -> Self {
        let [left, top, side] = [left, top, side].map(|value| value as f32);
        Self::rectangle(left, top, left + side, top + side)
    }

    /// Four corners in any order, sorted by the angle around their centre, the one nearest to the
    /// image's origin first.
    pub fn sorted(mut corners: [Point; 4]) -> Self {
        let x = corners.iter().map(|corner| corner.x).sum::<f32>() / 4.0;
        let y = corners.iter().map(|corner| corner.y).sum::<f32>() / 4.0;
        let angle = |corner: &Point| (corner.y - y).atan2(corner.x - x);
        corners.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
        let first = corners
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| (a.x + a.y).total_cmp(&(b.x + b.y)))
            .map_or(0, |(index, _)| index);
        corners.rotate_left(first);
        Self { corners }
    }

    /// The four sides: top, right, bottom, left, each clockwise.
    pub fn sides(&self) -> [(Point, Point); 4] {
        let [a, b, c, d] = self.corners;
        [(a, b), (b, c), (c, d), (d, a)]
    }

    /// Area in square pixels (shoelace formula).
    pub fn area(&self) -> f32 {
        let twice: f32 = self.sides().iter().map(|(a, b)| a.x * b.y - b.x * a.y).sum();
        twice.abs() / 2.0
    }

    /// Whether every corner turns the same way.
    pub fn is_convex(&self) -> bool {
        let [a, b, c, d] = self.corners;
        let turn =
            |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - q.y) - (q.y - p.y) * (r.x - q.x);
        let turns = [turn(a, b, c), turn(b, c, d), turn(c, d, a), turn(d, a, b)];
        turns.iter().all(|turn| *turn > 0.0) || turns.iter().all(|turn| *turn < 0.0)
    }

    /// Whether a point lies inside, for a convex quad whose corners run clockwise.
    pub fn contains(&self, point: Point) -> bool {
        self.sides()
            .iter()
            .all(|(a, b)| (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= 0.0)
    }

    /// Left, top, right, bottom of the upright rectangle around it.
    pub fn bounds(&self) -> [f32; 4] {
        self.corners.iter().fold(
            [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
            |[left, top, right, bottom], corner| {
                [left.min(corner.x), top.min(corner.y), right.max(corner.x), bottom.max(corner.y)]
            },
        )
    }

    /// The quad with every coordinate multiplied.
    pub fn scaled(&self, factor: f32) -> Self {
        Self { corners: self.corners.map(|p| Point { x: p.x * factor, y: p.y * factor }) }
    }
}

/// A projective map of the plane, row-major 3 × 3, the last entry 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes each corner of `from` to the same corner of `to`; `None` where three
    /// corners lie on a line (Hartley & Zisserman §4.1, the minimal case).
    pub fn between(from: &Quad, to: &Quad) -> Option<Self> {
        let mut system = [[0.0f64; 9]; 8];
        for ((rows, source), target) in
            system.chunks_exact_mut(2).zip(&from.corners).zip(&to.corners)
        {
            let [x, y] = [f64::from(source.x), f64::from(source.y)];
            let [u, v] = [f64::from(target.x), f64::from(target.y)];
            if let [first, second] = rows {
                *first = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
                *second = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
            }
        }
        let [a, b, c, d, e, f, g, h] = solve(system)?;
        Some(Self([a, b, c, d, e, f, g, h, 1.0]))
    }

    /// Where a point goes.
    pub fn map(&self, point: Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let [x, y] = [f64::from(point.x), f64::from(point.y)];
        let w = 1.0 / (g * x + h * y + i);
        Point { x: ((a * x + b * y + c) * w) as f32, y: ((d * x + e * y + f) * w) as f32 }
    }

    /// By how much the map stretches what lies along x and along y about a point: the lengths of the
    /// Jacobian's columns.
    pub fn stretch(&self, point: Point) -> [f64; 2] {
        let [[a, b], [c, d]] = self.jacobian(point);
        [a.hypot(c), b.hypot(d)]
    }

    /// How the place that a point goes to changes with the point: along x and along y, of its x and then
    /// of its y.
    pub(crate) fn jacobian(&self, point: Point) -> [[f64; 2]; 2] {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let [x, y] = [f64::from(point.x), f64::from(point.y)];
        let w = g * x + h * y + i;
        let [u, v] = [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
        [[(a - u * g) / w, (b - u * h) / w], [(d - v * g) / w, (e - v * h) / w]]
    }

    /// Its rows.
    pub(crate) fn rows(&self) -> [[f64; 3]; 3] {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        [[a, b, c], [d, e, f], [g, h, i]]
    }

    /// Where a quad's corners go.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad { corners: quad.corners.map(|corner| self.map(corner)) }
    }
}

/// Gauss–Jordan with partial pivoting on eight equations in eight unknowns.
#[expect(clippy::indexing_slicing, reason = "all indices run below the arrays' fixed sizes")]
fn solve(mut system: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8)
            .max_by(|a, b| system[*a][column].abs().total_cmp(&system[*b][column].abs()))?;
        system.swap(column, pivot);
        let head = system[column][column];
        if head.abs() < 1e-12 || !head.is_finite() {
            return None;
        }
        let scaled = system[column].map(|value| value / head);
        system[column] = scaled;
        for (row, values) in system.iter_mut().enumerate() {
            let factor = values[column];
            if row != column && factor != 0.0 {
                for (value, subtract) in values.iter_mut().zip(&scaled) {
                    *value -= factor * subtract;
                }
            }
        }
    }
    Some(system.map(|row| row[8]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sorting_starts_at_the_top_left_and_runs_clockwise() {
        let quad = Quad::rectangle(10.0, 20.0, 110.0, 70.0);
        let [a, b, c, d] = quad.corners;
        assert_eq!(Quad::sorted([c, a, d, b]), quad);
        assert!(quad.is_convex());
        assert!((quad.area() - 5_000.0).abs() < 1e-3);
    }

    #[test]
    fn three_corners_on_a_line_have_no_homography() {
        let flat =
            Quad { corners: [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]].map(Point::from) };
        assert_eq!(Homography::between(&flat, &Quad::rectangle(0.0, 0.0, 1.0, 1.0)), None);
    }

    proptest! {
        #[test]
        fn a_homography_and_its_inverse_agree(
            jitter in prop::array::uniform8(-20.0f32..20.0),
            x in 0.0f32..300.0,
            y in 0.0f32..200.0,
        ) {
            let page = Quad::rectangle(0.0, 0.0, 300.0, 200.0);
            let mut seen = Quad::rectangle(50.0, 60.0, 290.0, 230.0);
            for (corner, by) in seen.corners.iter_mut().zip(jitter.chunks(2)) {
                corner.x += by[0];
                corner.y += by[1];
            }
            let there = Homography::between(&page, &seen).expect("a convex quad");
            let back = Homography::between(&seen, &page).expect("a convex quad");
            let point = Point { x, y };
            prop_assert!(back.map(there.map(point)).distance(point) < 0.05);
            prop_assert!(seen.contains(there.map(point)));
        }
    }
}
