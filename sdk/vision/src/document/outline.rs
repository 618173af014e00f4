//! Reduces a convex outline to four corners.

use imageproc::point::Point as Pixel;

use crate::{Point, Quad};

/// The quad around a convex hull, by extending neighbours over the side whose removal adds the least
/// area until four are left: a dog-ear or a rounded corner disappears, a real corner stays. `None`
/// for a hull without area.
pub(super) fn to_quad(hull: &[Pixel<i32>]) -> Option<Quad> {
    let mut corners: Vec<Point> =
        hull.iter().map(|p| Point { x: p.x as f32 + 0.5, y: p.y as f32 + 0.5 }).collect();
    while corners.len() > 4 {
        let (index, corner) = cheapest(&corners)?;
        let after = (index + 1) % corners.len();
        *corners.get_mut(index)? = corner;
        corners.remove(after);
    }
    let quad = Quad::sorted(corners.try_into().ok()?);
    quad.is_convex().then_some(quad)
}

/// The side (by its first corner) whose neighbours' extensions meet with the least additional area,
/// and where they meet.
fn cheapest(corners: &[Point]) -> Option<(usize, Point)> {
    let count = corners.len();
    let corner = |index: usize| corners.get(index % count).copied();
    let mut best: Option<(f32, usize, Point)> = None;
    for index in 0..count {
        let (a, b) = (corner(index + count - 1)?, corner(index)?);
        let (c, d) = (corner(index + 1)?, corner(index + 2)?);
        let Some(meeting) = extend(a, b, d, c) else { continue };
        let added = ((c.x - b.x) * (meeting.y - b.y) - (c.y - b.y) * (meeting.x - b.x)).abs() / 2.0;
        if best.is_none_or(|(least, ..)| added < least) {
            best = Some((added, index, meeting));
        }
    }
    best.map(|(_, index, meeting)| (index, meeting))
}

/// Where the ray from `a` over `b` meets the ray from `d` over `c`, beyond both.
fn extend(a: Point, b: Point, d: Point, c: Point) -> Option<Point> {
    let meeting = intersection((a, b), (d, c))?;
    let beyond = |from: Point, over: Point| {
        (over.x - from.x) * (meeting.x - over.x) + (over.y - from.y) * (meeting.y - over.y) >= 0.0
    };
    (beyond(a, b) && beyond(d, c)).then_some(meeting)
}

/// Where two lines, each through two points, meet; `None` where they are parallel.
pub(super) fn intersection(one: (Point, Point), other: (Point, Point)) -> Option<Point> {
    let (p, r) = (one.0, [one.1.x - one.0.x, one.1.y - one.0.y]);
    let (q, s) = (other.0, [other.1.x - other.0.x, other.1.y - other.0.y]);
    let cross = r[0] * s[1] - r[1] * s[0];
    if cross.abs() < 1e-6 * r[0].hypot(r[1]) * s[0].hypot(s[1]) || cross == 0.0 {
        return None;
    }
    let along = ((q.x - p.x) * s[1] - (q.y - p.y) * s[0]) / cross;
    Some(Point { x: p.x + along * r[0], y: p.y + along * r[1] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_corner_is_restored() {
        let hull = [(0, 0), (90, 0), (100, 10), (100, 60), (0, 60)].map(|(x, y)| Pixel::new(x, y));
        let quad = to_quad(&hull).expect("a quad");
        let expected = Quad::rectangle(0.5, 0.5, 100.5, 60.5);
        for (corner, wanted) in quad.corners.iter().zip(expected.corners) {
            assert!(corner.distance(wanted) < 1e-3, "{quad:?}");
        }
    }

    #[test]
    fn a_line_has_no_quad() {
        assert_eq!(to_quad(&[Pixel::new(0, 0), Pixel::new(9, 0)]), None);
        assert_eq!(to_quad(&[]), None);
    }
}
