//! Reduces an outline to four corners.

use crate::{Point, Quad};

/// The quad around points, by extending neighbours of their convex hull over the side whose removal
/// adds the least area until four are left: a dog-ear or a rounded corner disappears, a real corner
/// stays. Leaves what is left of the hull in `points`; `None` for points without an area.
pub(super) fn to_quad(points: &mut Vec<Point>) -> Option<Quad> {
    convex_hull(points);
    while points.len() > 4 {
        let (index, corner) = cheapest(points)?;
        let after = (index + 1) % points.len();
        *points.get_mut(index)? = corner;
        points.remove(after);
    }
    let quad = Quad::sorted(points.as_slice().try_into().ok()?);
    quad.is_convex().then_some(quad)
}

/// Leaves the hull's corners, in their order around it (Andrew's monotone chain).
fn convex_hull(points: &mut Vec<Point>) {
    points.sort_unstable_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    let count = points.len();
    if count < 3 {
        return;
    }
    // Both chains are built behind the points that they are built of.
    let there = 0..count;
    let back = (0..count.saturating_sub(1)).rev();
    let mut floor = count + 1;
    for (place, index) in there.chain(back).enumerate() {
        if place == count {
            floor = points.len();
        }
        let Some(point) = points.get(index).copied() else { return };
        while points.len() > floor {
            let [.., a, b] = points.as_slice() else { return };
            let turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
            if turn > 0.0 {
                break;
            }
            points.pop();
        }
        points.push(point);
    }
    points.pop();
    points.drain(..count);
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

    fn points(corners: &[[f32; 2]]) -> Vec<Point> {
        corners.iter().copied().map(Point::from).collect()
    }

    #[test]
    fn a_cut_corner_is_restored() {
        let mut outline = points(&[
            [0.0, 0.0],
            [90.0, 0.0],
            [100.0, 60.0],
            [50.0, 30.0],
            [0.0, 60.0],
            [100.0, 10.0],
            [40.0, 0.0],
        ]);
        let quad = to_quad(&mut outline).expect("a quad");
        let expected = Quad::rectangle(0.0, 0.0, 100.0, 60.0);
        for (corner, wanted) in quad.corners.iter().zip(expected.corners) {
            assert!(corner.distance(wanted) < 1e-3, "{quad:?}");
        }
    }

    #[test]
    fn a_line_has_no_quad() {
        assert_eq!(to_quad(&mut points(&[[0.0, 0.0], [9.0, 0.0], [5.0, 0.0]])), None);
        assert_eq!(to_quad(&mut points(&[[1.0, 1.0]; 7])), None);
        assert_eq!(to_quad(&mut Vec::new()), None);
    }
}
