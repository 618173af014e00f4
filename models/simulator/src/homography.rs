//! The map between two views of one plane.

/// A projective map of the plane; points are `[x, y]`, x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography {
    rows: [[f64; 3]; 3],
}

impl Homography {
    /// From the nine numbers of its matrix, row by row; the matrix must be invertible for
    /// [`Self::inverse`] to mean anything.
    #[must_use]
    pub fn new(rows: [[f64; 3]; 3]) -> Self {
        Self { rows }
    }

    /// Where a point goes. Points on the map's horizon give infinities.
    #[must_use]
    pub fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [across, down, depth] =
            self.rows.map(|row| row[0] * f64::from(x) + row[1] * f64::from(y) + row[2]);
        [(across / depth) as f32, (down / depth) as f32]
    }

    /// The map back: the adjugate, which is the inverse up to the scale that a homography ignores.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.rows;
        Self {
            rows: [
                [e * i - f * h, c * h - b * i, b * f - c * e],
                [f * g - d * i, a * i - c * g, c * d - a * f],
                [d * h - e * g, b * g - a * h, a * e - b * d],
            ],
        }
    }

    /// The map that applies `first` and then this one.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        let rows = self.rows.map(|row| {
            [0, 1, 2].map(|column| (0..3).map(|part| row[part] * first.rows[part][column]).sum())
        });
        Self { rows }
    }

    /// The map of points that are first scaled by `factor` and then moved by `by`.
    #[must_use]
    pub fn after_scale(&self, factor: f32, by: [f32; 2]) -> Self {
        let factor = f64::from(factor);
        let [x, y] = by.map(f64::from);
        let rows = self.rows.map(|[a, b, c]| [a * factor, b * factor, a * x + b * y + c]);
        Self { rows }
    }

    /// The map whose result is moved by `by`.
    #[must_use]
    pub fn shifted(&self, by: [f32; 2]) -> Self {
        let [x, y] = by.map(f64::from);
        let [across, down, depth] = self.rows;
        let moved = |row: [f64; 3], distance: f64| {
            [0, 1, 2].map(|column| row[column] + distance * depth[column])
        };
        Self { rows: [moved(across, x), moved(down, y), depth] }
    }
}

/// How long a vector is; unlike `hypot` it may overflow beyond 1e19, and takes a tenth of the time.
pub(crate) fn length([x, y]: [f32; 2]) -> f32 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_again() {
        let map = Homography::new([[3.1, 0.4, 120.0], [-0.2, 2.7, 80.0], [0.0006, -0.0004, 1.0]]);
        for point in [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [33.3, 250.1]] {
            let [x, y] = map.inverse().apply(map.apply(point));
            assert!((x - point[0]).abs() < 1e-2 && (y - point[1]).abs() < 1e-2, "{point:?}");
        }
    }

    #[test]
    fn shifting_moves_the_result() {
        let map = Homography::new([[2.0, 0.1, 5.0], [0.0, 2.0, 7.0], [0.001, 0.002, 1.0]]);
        let [x, y] = map.apply([10.0, 20.0]);
        let [moved_x, moved_y] = map.shifted([30.0, -4.0]).apply([10.0, 20.0]);
        assert!((moved_x - x - 30.0).abs() < 1e-3 && (moved_y - y + 4.0).abs() < 1e-3);
    }
}
