//! Fits a line to the paper's edge to a part of a pixel, and a bow where the edge is none.

use crate::Point;
use crate::pixels::Thumbnail;

/// Places along the side at which the edge is located.
const PLACES: usize = 64;

/// Pixels to each side of the line in which it is looked for.
const REACH: usize = 6;
const PROFILE: usize = 2 * REACH + 1;

/// Share of the frame's longer side, along its border, in which lines are the picture's own.
const BORDER: f32 = 0.01;

/// Weakest step that is an edge, grey levels a pixel.
const FAINTEST: f32 = 2.5;

/// Distance from the line at which an edge no longer counts (Tukey's biweight), pixels.
const OUTLIER: f32 = 2.5;

/// Sagitta from which a side is bent rather than badly lit, pixels.
const BENT: f32 = 1.2;

/// An edge as fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Side {
    /// Its ends, in the thumbnail's pixels; a bent side's are the bow's.
    pub(super) ends: (Point, Point),
    /// Whether enough of it lies in the frame to say anything.
    pub(super) visible: bool,
    /// Share of the places in the frame at which there is an edge within a pixel and a half.
    pub(super) support: f32,
    /// The bow's sagitta as a share of its length; 0 for a straight side.
    pub(super) curl: f32,
}

impl Side {
    /// A side that nothing can be said of.
    pub(super) fn unseen(ends: (Point, Point)) -> Self {
        Self { ends, visible: false, support: 0.0, curl: 0.0 }
    }
}

/// An edge located at one place: `along` -0.5..0.5, `offset` in pixels outwards.
#[derive(Clone, Copy, Debug, Default)]
struct Located {
    along: f64,
    offset: f64,
    weight: f64,
}

/// Fits the edge near a line that runs clockwise around the page.
pub(super) fn fit(thumbnail: &Thumbnail, (from, to): (Point, Point)) -> Side {
    let length = from.distance(to);
    if !length.is_finite() || length < 8.0 {
        return Side::unseen((from, to));
    }
    let outward = [(to.y - from.y) / length, (from.x - to.x) / length];
    let at = |along: f64, offset: f64| {
        let (share, offset) = (along as f32 + 0.5, offset as f32);
        Point {
            x: from.x + (to.x - from.x) * share + outward[0] * offset,
            y: from.y + (to.y - from.y) * share + outward[1] * offset,
        }
    };
    let mut located = [Located::default(); PLACES];
    let border = BORDER * thumbnail.width.max(thumbnail.height) as f32;
    let is_inside = |place: Point| {
        (border..thumbnail.width as f32 - border).contains(&place.x)
            && (border..thumbnail.height as f32 - border).contains(&place.y)
    };
    let mut visible = 0u32;
    for (place, located) in located.iter_mut().enumerate() {
        let along = (place as f64 + 0.5) / PLACES as f64 - 0.5;
        let middle = at(along, 0.0);
        if !is_inside(middle) {
            continue;
        }
        let step = locate(thumbnail, middle, outward);
        if step.is_some_and(|(offset, _)| !is_inside(at(along, offset))) {
            continue;
        }
        visible += 1;
        if let Some((offset, weight)) = step {
            *located = Located { along, offset, weight };
        }
    }
    if visible < 8 {
        return Side::unseen((from, to));
    }
    let straight = robust(&located, false);
    let bent = robust(&located, true);
    let inliers = |curve: &Curve| {
        let near = |located: &&Located| {
            located.weight > 0.0 && (located.offset - curve.at(located.along)).abs() < 1.5
        };
        located.iter().filter(near).count() as f32 / visible as f32
    };
    let sagitta = (bent.square / 4.0).abs() as f32;
    let is_bent = sagitta > BENT && inliers(&bent) > inliers(&straight).max(0.5);
    let curve = if is_bent { bent } else { straight };
    let support = inliers(&curve).min(1.0);
    // A few scattered steps are no reason to leave the line that was searched for.
    if support < 0.15 {
        return Side { visible: true, support, ..Side::unseen((from, to)) };
    }
    Side {
        ends: (at(-0.5, curve.at(-0.5)), at(0.5, curve.at(0.5))),
        visible: true,
        support,
        curl: if is_bent { sagitta / length } else { 0.0 },
    }
}

/// The strongest step across the line at a place, nearer ones preferred: its offset to a part of a
/// pixel, and its strength.
fn locate(thumbnail: &Thumbnail, middle: Point, outward: [f32; 2]) -> Option<(f64, f64)> {
    let mut profile = [[0.0f32; 3]; PROFILE + 2];
    for (sample, colour) in profile.iter_mut().enumerate() {
        let offset = sample as f32 - (REACH + 1) as f32;
        *colour = thumbnail.between(middle.x + outward[0] * offset, middle.y + outward[1] * offset);
    }
    let mut slopes = [0.0f32; PROFILE];
    for (slope, around) in slopes.iter_mut().zip(profile.windows(3)) {
        if let [before, _, after] = around {
            let squares = before.iter().zip(after).map(|(b, a)| (a - b) * (a - b));
            *slope = (squares.sum::<f32>() / 12.0).sqrt();
        }
    }
    let nearness = |place: usize| 1.0 - 0.6 * place.abs_diff(REACH) as f32 / REACH as f32;
    let (peak, strength) = (1..PROFILE - 1)
        .filter_map(|place| Some((place, *slopes.get(place)?)))
        .max_by(|(p, a), (q, b)| (a * nearness(*p)).total_cmp(&(b * nearness(*q))))?;
    if strength < FAINTEST {
        return None;
    }
    let (before, after) = (*slopes.get(peak - 1)?, *slopes.get(peak + 1)?);
    let bow = before - 2.0 * strength + after;
    let part = if bow < 0.0 { (0.5 * (before - after) / bow).clamp(-1.0, 1.0) } else { 0.0 };
    Some((f64::from(peak as f32 - REACH as f32 + part), f64::from(strength / (strength + 8.0))))
}

/// Offset as a polynomial of the place.
#[derive(Clone, Copy, Debug, Default)]
struct Curve {
    constant: f64,
    slope: f64,
    square: f64,
}

impl Curve {
    fn at(&self, along: f64) -> f64 {
        self.constant + along * (self.slope + along * self.square)
    }
}

/// Iteratively reweighted least squares, from the line that was searched for.
fn robust(located: &[Located], bent: bool) -> Curve {
    let mut curve = Curve::default();
    // Wide at first, since the start is off by a pixel or two.
    for reach in [4.0, 3.0, 1.5, 1.0, 1.0] {
        let outlier = f64::from(OUTLIER) * reach;
        let mut moments = [0.0f64; 5];
        let mut targets = [0.0f64; 3];
        for Located { along, offset, weight } in located {
            let away = ((offset - curve.at(*along)) / outlier).abs();
            if *weight <= 0.0 || away >= 1.0 {
                continue;
            }
            let weight = weight * (1.0 - away * away).powi(2);
            let mut power = weight;
            for (index, moment) in moments.iter_mut().enumerate() {
                *moment += power;
                if let Some(target) = targets.get_mut(index) {
                    *target += power * offset;
                }
                power *= along;
            }
        }
        let Some(next) = solve(moments, targets, bent) else { break };
        curve = next;
    }
    curve
}

/// The least squares curve by its normal equations (Cramer's rule).
fn solve([m0, m1, m2, m3, m4]: [f64; 5], [t0, t1, t2]: [f64; 3], bent: bool) -> Option<Curve> {
    if !bent {
        let determinant = m0 * m2 - m1 * m1;
        return (determinant > 1e-6).then(|| Curve {
            constant: (t0 * m2 - t1 * m1) / determinant,
            slope: (m0 * t1 - m1 * t0) / determinant,
            square: 0.0,
        });
    }
    let minor = |a: f64, b: f64, c: f64, d: f64| a * d - b * c;
    let determinant =
        m0 * minor(m2, m3, m3, m4) - m1 * minor(m1, m3, m2, m4) + m2 * minor(m1, m2, m2, m3);
    (determinant > 1e-6).then(|| Curve {
        constant: (t0 * minor(m2, m3, m3, m4) - m1 * minor(t1, m3, t2, m4)
            + m2 * minor(t1, m2, t2, m3))
            / determinant,
        slope: (m0 * minor(t1, m3, t2, m4) - t0 * minor(m1, m3, m2, m4)
            + m2 * minor(m1, t1, m2, t2))
            / determinant,
        square: (m0 * minor(m2, t1, m3, t2) - m1 * minor(m1, t1, m2, t2)
            + t0 * minor(m1, m2, m2, m3))
            / determinant,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bow_among_outliers_is_recovered() {
        let bow = |along: f64| 1.5 - 2.0 * along + 9.0 * along * along;
        let located: Vec<Located> = (0..PLACES)
            .map(|place| {
                let along = (place as f64 + 0.5) / PLACES as f64 - 0.5;
                let outlier = place % 5 == 0;
                let offset = if outlier { -6.0 } else { bow(along) };
                Located { along, offset, weight: 0.5 }
            })
            .collect();
        let curve = robust(&located, true);
        for along in [-0.5, 0.0, 0.4] {
            assert!((curve.at(along) - bow(along)).abs() < 0.05, "{curve:?}");
        }
    }

    #[test]
    fn nothing_located_leaves_the_line() {
        let curve = robust(&[Located::default(); PLACES], true);
        assert_eq!((curve.constant, curve.slope, curve.square), (0.0, 0.0, 0.0));
    }
}
